package web_test

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// sheet is a form on a page, filled in as the page shows it.
type sheet struct {
	page   *page
	action string
	values url.Values
}

// form returns the form that posts to an address with that end.
func (p *page) form(action string) *sheet {
	p.c.t.Helper()
	for n := range p.root.Descendants() {
		if n.Data == "form" && strings.HasSuffix(attribute(n, "action"), action) {
			return &sheet{page: p, action: attribute(n, "action"), values: fieldsOf(n)}
		}
	}
	p.c.t.Fatalf("%s has no form that goes to %s", p.path, action)
	return nil
}

// hasForm reports whether there is such a form.
func (p *page) hasForm(action string) bool {
	for n := range p.root.Descendants() {
		if n.Data == "form" && strings.HasSuffix(attribute(n, "action"), action) {
			return true
		}
	}
	return false
}

// with sets a field to the values; none leave it out.
func (s *sheet) with(name string, values ...string) *sheet {
	s.values[name] = values
	return s
}

// date fills in a date input.
func (s *sheet) date(name, day, month, year string) *sheet {
	return s.with(name+".day", day).with(name+".month", month).with(name+".year", year)
}

// send posts the form, with a button's name and value if it has one.
func (s *sheet) send(status int, button ...string) *page {
	s.page.c.t.Helper()
	return s.page.c.post(s.action, s.pressed(button), status)
}

// sendFiles posts the form with files.
func (s *sheet) sendFiles(status int, files []file, button ...string) *page {
	s.page.c.t.Helper()
	return s.page.c.upload(s.action, s.pressed(button), files, status)
}

func (s *sheet) pressed(button []string) url.Values {
	values := url.Values{}
	for name, all := range s.values {
		values[name] = slices.Clone(all)
	}
	if len(button) == 2 {
		values.Set(button[0], button[1])
	}
	return values
}

// fieldsOf returns what a browser would send of the form as it stands.
func fieldsOf(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if name == "" {
			continue
		}
		switch n.Data {
		case "input":
			switch attribute(n, "type") {
			case "radio", "checkbox":
				if !has(n, "checked") {
					continue
				}
			case "file", "submit":
				continue
			}
			values.Add(name, attribute(n, "value"))
		case "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data // the parser has dropped the first newline, as browsers do
			}
			values.Add(name, text)
		case "select":
			for option := range n.Descendants() {
				if option.Data == "option" && (has(option, "selected") || !values.Has(name)) {
					values.Set(name, attribute(option, "value"))
				}
			}
		}
	}
	return values
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// link returns where the link with that text leads.
func (p *page) link(text string) string {
	p.c.t.Helper()
	for n := range p.root.Descendants() {
		if n.Data != "a" {
			continue
		}
		var b strings.Builder
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data)
			}
		}
		if strings.Contains(strings.Join(strings.Fields(b.String()), " "), text) {
			return attribute(n, "href")
		}
	}
	p.c.t.Fatalf("%s has no link %q:\n%s", p.path, text, p.text())
	return ""
}

// hasField reports whether the page has a control of that name.
func (p *page) hasField(name string) bool {
	for n := range p.root.Descendants() {
		if attribute(n, "name") == name {
			return true
		}
	}
	return false
}
