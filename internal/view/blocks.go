package view

// Block is a piece of content inside a component: another component, a
// paragraph or a list. Components that can hold content have a Body of Blocks;
// components/blocks.html draws them. BlockKind names the template.
//
// Where content is easier to write as a template, use the component's start
// and end templates instead:
//
//	{{template "card-start" .Progress}} … {{template "card-end" .Progress}}
type Block interface{ BlockKind() string }

// Blocks is content in order.
type Blocks []Block

// Paragraph is a paragraph of plain text.
type Paragraph string

// BlockKind implements Block.
func (Paragraph) BlockKind() string { return "paragraph" }

// Text is plain text without a paragraph around it.
type Text string

// BlockKind implements Block.
func (Text) BlockKind() string { return "text" }

// Link is a link in running text or in a list. Hidden follows the text for
// screen readers, so that "Change" says what.
type Link struct {
	Text   string
	Href   string
	Hidden string
}

// BlockKind implements Block.
func (Link) BlockKind() string { return "link" }

// Links is a list of links.
type Links []Link

// BlockKind implements Block.
func (Links) BlockKind() string { return "links" }

// List is a list of plain sentences; Kind is bullet, number or none.
type List struct {
	Kind  string
	Items []string
}

// BlockKind implements Block.
func (List) BlockKind() string { return "list" }

// Class returns the class attribute.
func (l List) Class() string {
	return classes("nhsuk-list", option("nhsuk-list--", or(l.Kind, "bullet"), "", "bullet", "number"))
}

// Buttons stand beside each other, below each other on a phone: the main one
// first, then links such as "Cancel".
type Buttons struct {
	Buttons []Button
	Links   []Link
}

// BlockKind implements Block.
func (Buttons) BlockKind() string { return "buttons" }

// Tags stand beside each other.
type Tags []Tag

// BlockKind implements Block.
func (Tags) BlockKind() string { return "tags" }

// Fieldset groups controls under a legend. In a template:
//
//	{{template "fieldset-start" .Box}} … {{template "fieldset-end"}}
type Fieldset struct {
	Legend      Legend
	ID          string
	Role        string
	DescribedBy string
	Classes     string
	Body        Blocks
}

// BlockKind implements Block.
func (Fieldset) BlockKind() string { return "fieldset" }

// Class returns the class attribute.
func (f Fieldset) Class() string { return classes("nhsuk-fieldset", f.Classes) }
