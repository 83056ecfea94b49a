package htmlcheck

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// walk checks every element.
func (c *checker) walk(root *html.Node) {
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			if n.Parent == nil || (n.Parent.DataAtom != atom.Script && n.Parent.DataAtom != atom.Style) {
				c.words(n.Data)
			}
		case html.ElementNode:
			c.attributes(n)
			c.element(n)
		}
	}
}

// attributes checks what may stand on any element.
func (c *checker) attributes(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "style":
			c.problem("<%s> has an inline style", n.Data)
		case strings.HasPrefix(a.Key, "on"):
			c.problem("<%s> has the attribute %s", n.Data, a.Key)
		case a.Key == "for" || a.Key == "aria-describedby" || a.Key == "aria-labelledby" ||
			a.Key == "aria-controls" || a.Key == "data-aria-controls" || a.Key == "headers" || a.Key == "list":
			for _, id := range strings.Fields(a.Val) {
				if c.ids[id] == nil {
					c.problem("<%s> has %s=%q, which isn't on the page", n.Data, a.Key, id)
				}
			}
			if strings.TrimSpace(a.Val) == "" {
				c.problem("<%s> has an empty %s", n.Data, a.Key)
			}
		case a.Key == "href" && n.DataAtom != atom.Base && n.Namespace == "":
			c.ref(n, "GET", a.Val)
		case a.Key == "src":
			c.ref(n, "GET", a.Val)
		case a.Key == "action":
			c.ref(n, method(n), a.Val)
		case a.Key == "formaction":
			c.ref(n, "POST", a.Val)
		}
	}
}

func method(form *html.Node) string {
	if strings.EqualFold(attr(form, "method"), "post") {
		return "POST"
	}
	return "GET"
}

// element checks what single elements need.
func (c *checker) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Style:
		c.problem("it has a <style> element")
	case atom.Script:
		if attr(n, "src") == "" {
			c.problem("it has an inline script")
		}
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		c.heading(n)
	case atom.Input, atom.Select, atom.Textarea:
		c.control(n)
	case atom.Button, atom.A, atom.Summary:
		if c.name(n) == "" {
			c.problem("a <%s> has no text: %s", n.Data, where(n))
		}
	case atom.Img:
		if _, ok := lookup(n, "alt"); !ok {
			c.problem("an <img> has no alt: %s", attr(n, "src"))
		}
	case atom.Fieldset:
		if first(n, atom.Legend) == nil && attr(n, "aria-labelledby") == "" {
			c.problem("a <fieldset> has no <legend>")
		}
	case atom.Table:
		if first(n, atom.Th) == nil {
			c.problem("a <table> has no <th>")
		}
		if first(n, atom.Caption) == nil && attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
			c.problem("a <table> has no <caption>")
		}
	case atom.Form:
		if _, ok := lookup(n, "action"); !ok {
			c.problem("a <form> has no action")
		}
	}
	if n.Data == "svg" && attr(n, "aria-hidden") != "true" && attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
		c.problem("an <svg> has neither a name nor aria-hidden")
	}
}

// heading checks that levels aren't skipped, from the h1 on.
func (c *checker) heading(n *html.Node) {
	level := int(n.Data[1] - '0')
	if text(n) == "" {
		c.problem("an empty <%s>", n.Data)
	}
	if c.level > 0 && level > c.level+1 {
		c.problem("<%s> %q follows an h%d", n.Data, text(n), c.level)
	}
	if level == 1 || c.level > 0 {
		c.level = level
	}
}

func (c *checker) control(n *html.Node) {
	kind := attr(n, "type")
	if n.DataAtom == atom.Input && (kind == "hidden" || kind == "submit" || kind == "button" || kind == "image") {
		return
	}
	if c.name(n) == "" {
		c.problem("<%s name=%q> has no label", n.Data, attr(n, "name"))
	}
	if attr(n, "name") == "" {
		c.problem("<%s id=%q> has no name", n.Data, attr(n, "id"))
	}
	if kind == "radio" && enclosing(n, atom.Fieldset) == nil {
		c.problem("the radio buttons %q have no <fieldset>", attr(n, "name"))
	}
}

// name returns what a screen reader calls the element.
func (c *checker) name(n *html.Node) string {
	if name := strings.TrimSpace(attr(n, "aria-label")); name != "" {
		return name
	}
	if ids := attr(n, "aria-labelledby"); ids != "" {
		name := ""
		for _, id := range strings.Fields(ids) {
			if target := c.ids[id]; target != nil {
				name += text(target)
			}
		}
		return name
	}
	if id := attr(n, "id"); id != "" && c.labels[id] != "" {
		return c.labels[id]
	}
	if label := enclosing(n, atom.Label); label != nil {
		return text(label)
	}
	if n.DataAtom == atom.Button || n.DataAtom == atom.A || n.DataAtom == atom.Summary {
		name := text(n)
		for d := range n.Descendants() {
			if d.DataAtom == atom.Img {
				name += attr(d, "alt")
			}
		}
		return name
	}
	return ""
}

func lookup(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, key string) string {
	v, _ := lookup(n, key)
	return v
}

func hasClass(n *html.Node, class string) bool {
	for _, c := range strings.Fields(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

func within(n *html.Node, class string) bool {
	for a := range n.Ancestors() {
		if hasClass(a, class) {
			return true
		}
	}
	return false
}

func enclosing(n *html.Node, a atom.Atom) *html.Node {
	for p := range n.Ancestors() {
		if p.DataAtom == a {
			return p
		}
	}
	return nil
}

func first(n *html.Node, a atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.DataAtom == a {
			return d
		}
	}
	return nil
}

func text(n *html.Node) string { return textWithout(n, func(*html.Node) bool { return false }) }

// textWithout returns the text of n, white space folded, without the elements
// that skip names.
func textWithout(n *html.Node, skip func(*html.Node) bool) string {
	var b strings.Builder
	var read func(*html.Node)
	read = func(n *html.Node) {
		for child := range n.ChildNodes() {
			switch {
			case child.Type == html.TextNode:
				b.WriteString(child.Data)
			case child.Type == html.ElementNode && !skip(child):
				read(child)
			}
		}
	}
	read(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// where describes an element so that it can be found.
func where(n *html.Node) string {
	s := "<" + n.Data
	for _, a := range n.Attr {
		s += " " + a.Key + "=" + a.Val
	}
	return s + ">"
}
