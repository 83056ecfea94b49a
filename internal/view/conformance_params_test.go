package view

import (
	"fmt"
	"html"
	"sort"
	"strings"
)

// mapping says how a component's fixtures become our props.
type mapping struct {
	template string
	props    func(*run, fixture) any
	adjust   func(want string) string // takes out of the expectation what we don't draw
}

// run collects what mapping one fixture finds.
type run struct {
	err   error
	slots []string
}

func (r *run) failf(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("mapping: "+format, args...)
	}
}

// content returns Blocks that stand for the fixture's HTML.
func (r *run) content(src string) Blocks {
	r.slots = append(r.slots, src)
	return Blocks{Text(slot(len(r.slots) - 1))}
}

// params reads the parameters of a fixture; done complains about any that
// wasn't read.
type params struct {
	*run
	path string
	m    map[string]any
	read map[string]bool
	kids []*params
}

func (r *run) params(path string, m map[string]any) *params {
	return &params{run: r, path: path, m: m, read: map[string]bool{}}
}

func (p *params) done() {
	for _, kid := range p.kids {
		kid.done()
	}
	var unread []string
	for k := range p.m {
		if !p.read[k] {
			unread = append(unread, k)
		}
	}
	sort.Strings(unread)
	if len(unread) > 0 {
		p.failf("%s has parameters that the mapping doesn't know: %s", p.path, strings.Join(unread, ", "))
	}
}

func (p *params) get(key string) any {
	p.read[key] = true
	return p.m[key]
}

func (p *params) has(key string) bool {
	v, ok := p.m[key]
	return ok && v != nil && v != false
}

func (p *params) str(key string) string {
	switch v := p.get(key).(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return fmt.Sprint(v)
	default:
		p.failf("%s.%s is %T, not a string", p.path, key, v)
		return ""
	}
}

func (p *params) num(key string) int {
	switch v := p.get(key).(type) {
	case nil:
		return 0
	case float64:
		return int(v)
	default:
		p.failf("%s.%s is %T, not a number", p.path, key, v)
		return 0
	}
}

func (p *params) flag(key string) bool {
	switch v := p.get(key).(type) {
	case nil:
		return false
	case bool:
		return v
	default:
		p.failf("%s.%s is %T, not true or false", p.path, key, v)
		return false
	}
}

// obj returns the object at key; an empty one when there is none. A string
// counts as {"text": string}.
func (p *params) obj(key string) *params {
	m := map[string]any{}
	switch v := p.get(key).(type) {
	case nil:
	case bool:
		if v {
			m["true"] = true
		}
	case string:
		m["text"] = v
	case map[string]any:
		m = v
	default:
		p.failf("%s.%s is %T, not an object", p.path, key, v)
	}
	kid := p.run.params(p.path+"."+key, m)
	p.kids = append(p.kids, kid)
	return kid
}

// list returns the objects at key, without the empty places. A string counts
// as {"text": string}.
func (p *params) list(key string) []*params {
	v, ok := p.get(key).([]any)
	if !ok {
		return nil
	}
	var out []*params
	for i, item := range v {
		m, ok := item.(map[string]any)
		if s, isText := item.(string); isText {
			m, ok = map[string]any{"text": s}, true
		}
		if !ok {
			continue
		}
		kid := p.run.params(fmt.Sprintf("%s.%s[%d]", p.path, key, i), m)
		p.kids = append(p.kids, kid)
		out = append(out, kid)
	}
	return out
}

// text returns p's text, or its HTML when that holds no markup.
func (p *params) text() string {
	if src := p.str("html"); src != "" {
		if strings.Contains(src, "<") {
			p.failf("%s has HTML where the prop is plain text", p.path)
		}
		return html.UnescapeString(src)
	}
	return p.str("text")
}

// textAt returns the text at key, which may be a string or an object.
func (p *params) textAt(key string) string { return p.obj(key).text() }

// body returns p's HTML as Blocks, and its text.
func (p *params) body(call any) (Blocks, string) {
	if src, ok := call.(string); ok && src != "" {
		return p.content(src), ""
	}
	if src := p.str("html"); src != "" {
		p.read["text"] = true
		return p.content(src), ""
	}
	return nil, p.str("text")
}

// failed returns the message at errorMessage, and whether it is only a flag.
func (p *params) failed() (string, bool) {
	if v, ok := p.m["errorMessage"].(bool); ok {
		p.read["errorMessage"] = true
		return "", v
	}
	return p.textAt("errorMessage"), false
}

func (p *params) caption(key string) Caption {
	c := p.obj(key)
	return Caption{
		Text: c.text(), Placement: c.str("placement"), Size: c.str("size"), Element: c.str("element"),
		ID: c.str("id"), Classes: c.str("classes"),
	}
}

func (p *params) heading(key string) Heading {
	h := p.obj(key)
	return Heading{
		Text: h.text(), Level: h.num("level"), Size: h.str("size"), Caption: h.caption("caption"),
		HiddenText: h.str("visuallyHiddenText"), Href: h.str("href"), ID: h.str("id"), Classes: h.str("classes"),
	}
}

// named is what labels and legends have in common.
type named struct {
	text, size, hidden, id, headingID, classes string
	level                                      int
	caption                                    Caption
}

// named reads a label or a legend, with its many ways to say that it is a
// heading.
func (p *params) named() named {
	n := named{
		text: p.text(), size: p.str("size"), hidden: p.str("visuallyHiddenText"), id: p.str("id"),
		classes: p.str("classes"), caption: p.caption("caption"),
	}
	page, isPage := p.get("isPageHeading").(bool)
	level := 0
	h := p.obj("heading")
	if len(h.m) > 0 {
		h.flag("true")
		level = 1
		if l := h.num("level"); l != 0 {
			level = l
		}
	}
	text, size, id, hidden := h.text(), h.str("size"), h.str("id"), h.str("visuallyHiddenText")
	if page {
		level = max(level, 1)
	}
	if isPage && !page {
		level = 0
	}
	n.level = level
	if level > 0 {
		n.text, n.size, n.headingID, n.hidden = or(text, n.text), or(size, n.size), id, or(hidden, n.hidden)
	} else {
		n.text = or(n.text, text)
	}
	return n
}

func (p *params) label() Label {
	n := p.named()
	return Label{
		Text: n.text, Size: n.size, Heading: n.level, Caption: n.caption, HiddenText: n.hidden,
		ID: n.id, HeadingID: n.headingID, Classes: n.classes, For: p.str("for"),
	}
}

func (p *params) legend() Legend {
	n := p.named()
	return Legend{
		Text: n.text, Size: n.size, Heading: n.level, Caption: n.caption, HiddenText: n.hidden,
		ID: n.id, HeadingID: n.headingID, Classes: n.classes,
	}
}
