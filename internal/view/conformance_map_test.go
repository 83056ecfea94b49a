package view

import (
	"encoding/json"
	"regexp"
	"strings"
)

// of makes a mapping from a function that reads the parameters.
func of(template string, read func(p *params, call any) any) mapping {
	return mapping{template: template, props: func(r *run, f fixture) any {
		p := r.params("context", f.Context)
		props := read(p, f.CallBlock)
		p.done()
		return props
	}}
}

var mappings = map[string]mapping{
	"action-link":     of("action-link", mapActionLink),
	"back-link":       of("back-link", mapBackLink),
	"breadcrumb":      of("breadcrumb", mapBreadcrumb),
	"button":          of("button", func(p *params, _ any) any { return p.button() }),
	"card":            of("card", func(p *params, call any) any { return p.card(call) }),
	"character-count": of("character-count", mapCharacterCount),
	"checkboxes":      of("checkboxes", mapCheckboxes),
	"date-input":      of("date-input", mapDateInput),
	"details":         of("details", mapDetails),
	"do-dont-list":    of("do-dont-list", mapDoList),
	"error-message":   of("error-message", mapErrorMessage),
	"error-summary":   of("error-summary", mapErrorSummary),
	"fieldset":        of("fieldset", mapFieldset),
	"file-upload":     of("file-upload", mapFileUpload),
	"footer":          of("footer", mapFooter),
	"header":          withoutLogo(of("header", mapHeader)),
	"heading":         of("heading", mapHeading),
	"hint": of("hint", func(p *params, call any) any {
		return Hint{Text: p.called(call), ID: p.str("id"), Classes: p.str("classes")}
	}),
	"input":               of("input", func(p *params, _ any) any { return p.input() }),
	"inset-text":          of("inset-text", mapInsetText),
	"label":               of("label", func(p *params, call any) any { l := p.label(); l.Text = or(l.Text, p.called(call)); return l }),
	"legend":              of("legend", func(p *params, call any) any { l := p.legend(); l.Text = or(l.Text, p.called(call)); return l }),
	"notification-banner": of("notification-banner", mapNotificationBanner),
	"pagination":          of("pagination", mapPagination),
	"panel":               of("panel", mapPanel),
	"password-input":      of("password-input", mapPasswordInput),
	"radios":              of("radios", mapRadios),
	"search-input":        of("search-input", mapSearchInput),
	"select":              of("select", mapSelect),
	"skip-link":           of("skip-link", func(p *params, _ any) any { return SkipLink{Text: p.text(), Href: p.str("href")} }),
	"summary-list":        of("summary-list", mapSummaryList),
	"tables":              of("table", mapTable),
	"tabs":                of("tabs", mapTabs),
	"tag":                 of("tag", mapTag),
	"task-list":           of("task-list", mapTaskList),
	"textarea":            of("textarea", func(p *params, _ any) any { return p.textarea() }),
	"warning-callout":     of("warning-callout", mapWarningCallout),
}

// called returns the text of a call block or of the parameters.
func (p *params) called(call any) string {
	if src, ok := call.(string); ok && src != "" {
		return p.run.params("call", map[string]any{"html": src}).text()
	}
	return p.text()
}

func (p *params) button() Button {
	b := Button{
		Text: p.text(), Href: p.str("href"), Variant: p.str("variant"), Small: p.flag("small"), Name: p.str("name"),
		Value: p.str("value"), Type: p.str("type"), Disabled: p.flag("disabled"), ID: p.str("id"),
		Label: p.str("ariaLabel"), Classes: p.str("classes"),
	}
	if once, ok := p.get("preventDoubleClick").(bool); ok {
		b.Once, b.Twice = once, !once
	}
	icon := p.obj("icon")
	b.Icon, b.IconEnd = or(icon.str("name"), icon.str("text")), icon.str("placement") == "end"
	return b
}

func (p *params) input() Input {
	in := Input{
		Name: p.str("name"), ID: p.str("id"), Label: p.obj("label").label(), Hint: p.textAt("hint"),
		Value: p.str("value"), Type: p.str("type"), Width: p.num("width"), Large: p.flag("large"), Code: p.flag("code"),
		Autocomplete: p.str("autocomplete"), Capitalise: p.str("autocapitalize"), InputMode: p.str("inputmode"),
		Pattern: p.str("pattern"), Placeholder: p.str("placeholder"), Prefix: p.textAt("prefix"),
		Suffix: p.textAt("suffix"), Disabled: p.flag("disabled"), Classes: p.str("classes"),
	}
	in.Error, in.Invalid = p.failed()
	if spell, ok := p.get("spellcheck").(bool); ok {
		in.NoSpellcheck = !spell
	}
	in.Button = p.buttonAfter()
	return in
}

var buttonTag = regexp.MustCompile(`(?s)^\s*<button class="([^"]*)" data-module="nhsuk-button" type="submit">\s*([^<]*?)\s*</button>\s*$`)

// buttonAfter reads a button given as HTML after an input.
func (p *params) buttonAfter() *Button {
	src := p.obj("formGroup").obj("afterInput").str("html")
	if src == "" {
		return nil
	}
	m := buttonTag.FindStringSubmatch(src)
	if m == nil {
		p.failf("HTML after the input that is no button: %s", src)
		return nil
	}
	return &Button{Text: m[2], Classes: strings.TrimSpace(strings.TrimPrefix(m[1], "nhsuk-button"))}
}

func (p *params) textarea() Textarea {
	t := Textarea{
		Name: p.str("name"), ID: p.str("id"), Label: p.obj("label").label(), Hint: p.textAt("hint"), Value: p.str("value"),
		Rows: p.num("rows"), Autocomplete: p.str("autocomplete"), Disabled: p.flag("disabled"), Classes: p.str("classes"),
	}
	t.Error, t.Invalid = p.failed()
	if spell, ok := p.get("spellcheck").(bool); ok {
		t.NoSpellcheck = !spell
	}
	return t
}

func mapCharacterCount(p *params, _ any) any {
	return CharacterCount{
		Textarea: p.textarea(), MaxLength: p.num("maxlength"), MaxWords: p.num("maxwords"), Threshold: p.num("threshold"),
		CountType: p.str("countType"), MessageClasses: p.obj("countMessage").str("classes"),
	}
}

func mapFileUpload(p *params, _ any) any {
	f := FileUpload{
		Name: p.str("name"), ID: p.str("id"), Label: p.obj("label").label(), Hint: p.textAt("hint"),
		Multiple: p.flag("multiple"), Disabled: p.flag("disabled"), Classes: p.str("classes"),
		ChooseText: p.str("chooseFilesButtonText"), DropText: p.str("dropInstructionText"), NoneText: p.str("noFileChosenText"),
	}
	f.Error, f.Invalid = p.failed()
	if list, ok := p.get("chooseFilesButtonClassList").([]any); ok {
		raw, err := json.Marshal(list)
		if err != nil {
			p.failf("%v", err)
		}
		f.ButtonJSON = string(raw)
	}
	return f
}

func mapSelect(p *params, _ any) any {
	s := Select{
		Name: p.str("name"), ID: p.str("id"), Label: p.obj("label").label(), Hint: p.textAt("hint"),
		Value: p.str("value"), Disabled: p.flag("disabled"), Classes: p.str("classes"), Button: p.buttonAfter(),
	}
	s.Error, s.Invalid = p.failed()
	for _, item := range p.list("items") {
		s.Options = append(s.Options, Option{
			Value: item.str("value"), Text: item.str("text"), Selected: item.flag("selected"),
			Disabled: item.flag("disabled"), Divider: item.flag("divider"),
		})
	}
	return s
}

func mapPasswordInput(p *params, _ any) any {
	off := p.m["disabled"] == true
	b := p.obj("button")
	if b.m["disabled"] == false && off {
		p.failf("an enabled button beside a disabled input")
	}
	return PasswordInput{Input: p.input(), Show: b.button()}
}

func mapSearchInput(p *params, _ any) any {
	s := SearchInput{Input: p.input()}
	if p.m["button"] == false {
		p.read["button"] = true
		s.NoButton = true
		return s
	}
	b := p.obj("button")
	if b.m["disabled"] == false && s.Disabled {
		p.failf("an enabled button beside a disabled input")
	}
	noIcon := b.m["icon"] == false
	s.Submit = b.button()
	if noIcon {
		s.Submit.Icon = "none"
	}
	return s
}

func (p *params) choices() []Choice {
	var out []Choice
	for _, item := range p.list("items") {
		c := Choice{
			Value: item.str("value"), Text: item.text(), Hint: item.textAt("hint"), Checked: item.flag("checked"),
			Disabled: item.flag("disabled"), Divider: item.str("divider"), Name: item.str("name"), ID: item.str("id"),
			Behaviour: item.str("behaviour"), Group: or(item.str("behaviourGroup"), item.str("exclusiveGroup")),
		}
		if item.flag("exclusive") {
			c.Behaviour = "exclusive"
		}
		if src := item.obj("conditional").str("html"); src != "" {
			c.Conditional = p.content(src)
		}
		out = append(out, c)
	}
	return out
}

// enabled complains about a choice that is enabled in a disabled group, which
// our props can't say.
func (p *params) enabled() {
	items, _ := p.m["items"].([]any)
	for _, item := range items {
		if m, ok := item.(map[string]any); ok && m["disabled"] == false && p.m["disabled"] == true {
			p.failf("an enabled choice in a disabled group")
		}
	}
}

func mapRadios(p *params, _ any) any {
	p.enabled()
	r := Radios{
		Name: p.str("name"), ID: p.str("idPrefix"), Legend: p.obj("fieldset").obj("legend").legend(), Hint: p.textAt("hint"),
		Value: p.str("value"), Items: p.choices(), Inline: p.flag("inline"), Small: p.flag("small"),
		Disabled: p.flag("disabled"), Classes: p.str("classes"),
	}
	r.Error, r.Invalid = p.failed()
	return r
}

func mapCheckboxes(p *params, _ any) any {
	p.enabled()
	c := Checkboxes{
		Name: p.str("name"), ID: p.str("idPrefix"), Legend: p.obj("fieldset").obj("legend").legend(), Hint: p.textAt("hint"),
		Items: p.choices(), Inline: p.flag("inline"), Small: p.flag("small"),
		Disabled: p.flag("disabled"), Classes: p.str("classes"),
	}
	if values, ok := p.get("values").([]any); ok {
		for _, v := range values {
			c.Values = append(c.Values, v.(string))
		}
	}
	c.Error, c.Invalid = p.failed()
	return c
}

// mapDateInput gives every input its form key, since ours are made otherwise.
func mapDateInput(p *params, _ any) any {
	d := DateInput{
		ID: p.str("id"), Legend: p.obj("fieldset").obj("legend").legend(), Hint: p.textAt("hint"),
		Disabled: p.flag("disabled"), Classes: p.str("classes"),
	}
	d.Error, d.Invalid = p.failed()
	prefix := p.str("namePrefix")
	values := p.obj("values")
	add := func(part string, item *params) {
		if item.m["disabled"] == false && d.Disabled {
			p.failf("an enabled input in a disabled date")
		}
		name := part
		if prefix != "" {
			name = prefix + "[" + part + "]"
		}
		d.Items = append(d.Items, DateItem{
			Part: part, Name: name, Label: item.textAt("label"), Value: or(item.str("value"), values.str(part)),
			Width: item.num("width"), Wrong: item.flag("error"), Disabled: item.flag("disabled"),
			Autocomplete: item.str("autocomplete"),
		})
	}
	items := p.list("items")
	for _, item := range items {
		add(item.str("name"), item)
	}
	for _, part := range []string{"day", "month", "year"} {
		if v, given := p.m[part]; given && v == false {
			p.read[part] = true
			continue
		}
		if item := p.obj(part); len(items) == 0 {
			add(part, item)
		}
	}
	return d
}
