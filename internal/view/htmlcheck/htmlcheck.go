// Package htmlcheck finds what must never be wrong with a page: broken
// structure, labels without controls, addresses that lead nowhere. Tests give
// it the bytes of every page they fetch; nothing else imports it.
package htmlcheck

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Report is what was found.
type Report struct {
	Title    string
	Heading  string // text of the h1, without its caption
	Problems []string
	// Refs are the addresses of this site that the page leads to: links, forms,
	// images, styles and scripts, each once.
	Refs []Ref
}

// Ref is an address on this site, without query and fragment.
type Ref struct {
	Method string // GET or POST
	Path   string
}

// suffix ends every page's title.
const suffix = " - Countersign"

// Check reads a whole page. If resolves isn't nil, it says whether a route
// answers that method and path, and addresses it denies are problems.
func Check(doc []byte, resolves func(method, path string) bool) Report {
	c := &checker{ids: map[string]*html.Node{}, labels: map[string]string{}}
	c.source(doc)
	root, err := html.Parse(bytes.NewReader(doc))
	if err != nil {
		c.problem("it can't be parsed: %v", err)
		return c.Report
	}
	c.recovery(doc, root)
	c.collect(root)
	c.document(root)
	c.walk(root)
	if resolves != nil {
		for _, r := range c.Refs {
			if !resolves(r.Method, r.Path) {
				c.problem("%s %s leads nowhere", r.Method, r.Path)
			}
		}
	}
	return c.Report
}

type checker struct {
	Report
	ids     map[string]*html.Node
	labels  map[string]string // text of label by the id it is for
	level   int               // of the last heading since the h1
	summary bool              // there is an error summary
	h1      []*html.Node
}

func (c *checker) problem(format string, args ...any) {
	p := fmt.Sprintf(format, args...)
	if !slices.Contains(c.Problems, p) {
		c.Problems = append(c.Problems, p)
	}
}

// source looks for traces that templates leave when they go wrong.
func (c *checker) source(doc []byte) {
	for _, trace := range []string{"<no value>", "&lt;no value&gt;", "%!", "ZgotmplZ", "[[", "{{"} {
		if i := bytes.Index(doc, []byte(trace)); i >= 0 {
			c.problem("it holds %q: …%s…", trace, around(doc, i))
		}
	}
	if !bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(doc)), []byte("<!doctype html>")) {
		c.problem("it doesn't begin with <!DOCTYPE html>")
	}
}

func around(doc []byte, i int) string {
	return strings.Join(strings.Fields(string(doc[max(0, i-40):min(len(doc), i+40)])), " ")
}

// recovery compares the tags as written with the tags of the tree that a
// browser makes of them: a difference means that something was closed, opened
// or moved on the way.
func (c *checker) recovery(doc []byte, root *html.Node) {
	var out bytes.Buffer
	if err := html.Render(&out, root); err != nil {
		c.problem("it can't be written again: %v", err)
		return
	}
	written, parsed := tags(doc), tags(out.Bytes())
	for i := range max(len(written), len(parsed)) {
		if i >= len(written) || i >= len(parsed) || written[i] != parsed[i] {
			c.problem("a browser reads the tags differently from how they are written, from tag %d on: written %s, read %s",
				i+1, window(written, i), window(parsed, i))
			return
		}
	}
}

func window(tags []string, i int) string {
	from, to := max(0, i-3), min(len(tags), i+3)
	if from >= to {
		return "nothing"
	}
	return strings.Join(tags[from:to], " ")
}

// void are the elements without an end.
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

func tags(doc []byte) []string {
	var out []string
	z := html.NewTokenizer(bytes.NewReader(doc))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			name, _ := z.TagName()
			out = append(out, "<"+string(name)+">")
		case html.SelfClosingTagToken:
			name, _ := z.TagName()
			out = append(out, "<"+string(name)+">")
			if !void[string(name)] {
				out = append(out, "</"+string(name)+">")
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			out = append(out, "</"+string(name)+">")
		}
	}
}

// collect notes ids and labels.
func (c *checker) collect(n *html.Node) {
	for n := range n.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id, ok := lookup(n, "id"); ok {
			switch {
			case id == "" || strings.ContainsAny(id, " \t\n"):
				c.problem("<%s> has the id %q", n.Data, id)
			case c.ids[id] != nil:
				c.problem("two elements have the id %q", id)
			default:
				c.ids[id] = n
			}
		}
		if n.DataAtom == atom.Label {
			c.labels[attr(n, "for")] += text(n)
		}
		if n.DataAtom == atom.H1 {
			c.h1 = append(c.h1, n)
		}
		c.summary = c.summary || hasClass(n, "nhsuk-error-summary")
	}
}

// document checks what there is once in every page.
func (c *checker) document(root *html.Node) {
	mains := 0
	for n := range root.Descendants() {
		switch {
		case n.DataAtom == atom.Html && attr(n, "lang") == "":
			c.problem("<html> has no lang")
		case n.DataAtom == atom.Title && c.Title == "" && n.Parent != nil && n.Parent.DataAtom == atom.Head:
			c.Title = text(n)
		case n.DataAtom == atom.Main:
			mains++
		}
	}
	if mains != 1 {
		c.problem("it has %d <main> elements", mains)
	}
	if len(c.h1) != 1 {
		c.problem("it has %d <h1> elements", len(c.h1))
		return
	}
	c.Heading = textWithout(c.h1[0], func(n *html.Node) bool {
		return strings.Contains(attr(n, "class"), "nhsuk-caption")
	})
	if c.Heading == "" {
		c.problem("the h1 is empty")
	}
	want := c.Heading + suffix
	if c.summary {
		want = "Error: " + want
	}
	if c.Title != want {
		c.problem("the title is %q, not %q", c.Title, want)
	}
}

var (
	slashDate  = regexp.MustCompile(`\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\b`)
	shortMonth = regexp.MustCompile(`\b[0-9]{1,2} (Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\b`)
	oddTime    = regexp.MustCompile(`(?:^|[^:0-9])(00:00|12(:00)?am|12(:00)?pm)\b`) // 10:12am is none
)

func (c *checker) words(s string) {
	if strings.Contains(strings.ToLower(s), "click here") {
		c.problem("it says %q; see the NHS content guide", "click here")
	}
	if !strings.ContainsAny(s, "0123456789") { // as most texts: expressions take their time
		return
	}
	for _, re := range []*regexp.Regexp{slashDate, shortMonth, oddTime} {
		if found := re.FindString(s); found != "" {
			c.problem("it says %q; see the NHS content guide", strings.TrimSpace(found))
		}
	}
}

func (c *checker) ref(n *html.Node, method, value string) {
	u, err := url.Parse(strings.TrimSpace(value))
	switch {
	case err != nil:
		c.problem("<%s> has the address %q", n.Data, value)
	case u.Scheme == "javascript" || u.Scheme == "data":
		c.problem("<%s> has the address %q", n.Data, value)
	case u.Host != "" || u.Scheme != "":
		return // elsewhere
	case u.Path == "" && u.Fragment == "":
		c.problem("<%s> has an empty address", n.Data)
	case u.Path == "":
		c.fragment(n, u.Fragment)
	case !strings.HasPrefix(u.Path, "/"):
		c.problem("<%s> has the relative address %q", n.Data, value)
	default:
		if r := (Ref{method, u.Path}); !slices.Contains(c.Refs, r) {
			c.Refs = append(c.Refs, r)
		}
	}
}

func (c *checker) fragment(n *html.Node, id string) {
	target := c.ids[id]
	if target == nil {
		c.problem("a link leads to #%s, which isn't on the page", id)
		return
	}
	if !within(n, "nhsuk-error-summary") {
		return
	}
	switch target.DataAtom {
	case atom.Input, atom.Select, atom.Textarea, atom.Button, atom.A:
	default:
		c.problem("the error summary leads to #%s, a <%s>, which can't be focused", id, target.Data)
	}
}
