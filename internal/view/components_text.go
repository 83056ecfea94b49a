package view

// Caption is a line above or below a heading, label or legend, such as the
// name of the thing the page is about. Placement is "start" (inside, the
// default), "end", "before" or "after" (outside); Element "span" (the
// default), "p" or "h2".
type Caption struct {
	Text      string
	Placement string
	Size      string // m, l, xl or xxl; the heading's size when empty
	Element   string
	ID        string
	Classes   string
}

// Class returns the class attribute.
func (c Caption) Class() string {
	class := or(option("nhsuk-caption-", c.Size, c.Classes, "m", "l", "xl", "xxl"), "nhsuk-caption")
	if c.Placement == "after" || c.Placement == "end" {
		class += " nhsuk-caption--bottom"
	}
	return classes(class, c.Classes)
}

// Shown reports whether there is a caption with that placement.
func (c Caption) Shown(placement string) bool {
	return c.Text != "" && or(c.Placement, "start") == placement
}

func (c Caption) sized(size string) Caption {
	if c.Size == "" {
		c.Size = size
	}
	return c
}

// Heading is a heading of level 1 to 6 (1 when zero). Size is xxs, xs, s, m, l
// or xl.
type Heading struct {
	Text       string
	Level      int
	Size       string
	Caption    Caption
	HiddenText string // follows the text for screen readers only
	Href       string
	ID         string
	Classes    string
}

// BlockKind implements Block.
func (Heading) BlockKind() string { return "heading" }

// Tag returns what the template needs to write the heading.
func (h Heading) Tag() headingTag {
	return h.tag("nhsuk-heading", "nhsuk-heading-", 1, "xxs", "xs", "s", "m", "l", "xl")
}

// tag computes the element for a heading inside a component: its class is base
// plus prefix and size. A prefix of base+"-" replaces base, as nhsuk-heading-l
// replaces nhsuk-heading.
func (h Heading) tag(base, prefix string, level int, sizes ...string) headingTag {
	if h.Level != 0 {
		level = h.Level
	}
	size := option(prefix, h.Size, h.Classes, sizes...)
	class := base
	switch {
	case size == "":
	case prefix == base+"-":
		class = size
	default:
		class = classes(base, size)
	}
	caption := h.Caption
	if size != "" {
		caption = caption.sized(h.Size)
	}
	return headingTag{
		Level: level, Class: classes(class, h.Classes), ID: h.ID, Text: h.Text,
		HiddenText: h.HiddenText, Href: h.Href, Caption: caption,
	}
}

// headingTag is a heading with everything decided.
type headingTag struct {
	Level      int
	Class      string
	ID         string
	Text       string
	HiddenText string
	Href       string
	Caption    Caption
}

// Label names one control. Heading is 0, or the level of the heading that the
// label also is: 1 when the question is the page's title. Size is s, m, l, xl.
type Label struct {
	Text       string
	Size       string
	Heading    int
	Caption    Caption
	HiddenText string // follows the text for screen readers only
	ID         string
	HeadingID  string
	Classes    string
	For        string // set by the control it belongs to
}

// Class returns the class attribute of the label element.
func (l Label) Class() string {
	return classes("nhsuk-label", option("nhsuk-label--", l.Size, l.Classes, "s", "m", "l", "xl"), l.Classes)
}

// Plain reports whether the label is neither a heading nor has a caption.
func (l Label) Plain() bool { return l.Heading == 0 && l.Caption.Text == "" }

// SizedCaption returns the caption in the label's size.
func (l Label) SizedCaption() Caption { return l.Caption.sized(l.Size) }

func (l Label) forID(id string) Label {
	if l.For == "" {
		l.For = id
	}
	return l
}

// Legend names a group of controls. Heading is 0, or the level of the heading
// that the legend also is: 1 when the question is the page's title.
type Legend struct {
	Text       string
	Size       string // s, m, l, xl
	Heading    int
	Caption    Caption
	HiddenText string
	ID         string
	HeadingID  string
	Classes    string
}

// Class returns the class attribute of the legend element.
func (l Legend) Class() string {
	return classes("nhsuk-fieldset__legend",
		option("nhsuk-fieldset__legend--", l.Size, l.Classes, "s", "m", "l", "xl"), l.Classes)
}

// SizedCaption returns the caption in the legend's size. A caption can't stand
// before a legend, so it moves inside.
func (l Legend) SizedCaption() Caption {
	c := l.Caption.sized(l.Size)
	if c.Placement == "before" {
		c.Placement = "start"
	}
	return c
}

// HeadingTag returns the heading inside the legend.
func (l Legend) HeadingTag() headingTag {
	h := l.inner()
	h.Level, h.Class, h.ID = l.Heading, "nhsuk-fieldset__heading", l.HeadingID
	return h
}

func (l Legend) inner() headingTag {
	t := headingTag{Text: l.Text, HiddenText: l.HiddenText}
	if c := l.SizedCaption(); c.Placement != "after" {
		t.Caption = c
	}
	return t
}

// Inner returns the legend's content when it is no heading.
func (l Legend) Inner() headingTag { return l.inner() }

// Hint is help under a label. The template takes it for itself; fields have a
// Hint string.
type Hint struct {
	Text    string
	ID      string
	Classes string
}

// Class returns the class attribute.
func (h Hint) Class() string { return classes("nhsuk-hint", h.Classes) }

// ErrorMessage says what is wrong with a field and how to put it right. Fields
// have an Error string. Prefix is the hidden word before it; "Error" when
// empty, none when "-".
type ErrorMessage struct {
	Text   string
	ID     string
	Prefix string
}

// Hidden returns the hidden word before the message.
func (e ErrorMessage) Hidden() string {
	if e.Prefix == "-" {
		return ""
	}
	return or(e.Prefix, "Error")
}

// control is what every control with a label, a hint and an error has, with
// everything decided. Its templates are in components/control.html.
type control struct {
	GroupClass  string
	Class       string
	ID          string
	Name        string
	DescribedBy string
	Label       Label
	Hint        Hint
	Error       ErrorMessage
}

// field is the input of newControl.
type field struct {
	name, id     string
	label        Label
	hint, err    string
	invalid      bool
	describedBy  string
	base         string // the control's class, with modifiers
	errClass     string // added when something is wrong
	classes      string // added last
	groupClasses string
}

func newControl(f field) control {
	id := or(f.id, f.name)
	c := control{ID: id, Name: f.name, Class: f.base, GroupClass: "nhsuk-form-group", Label: f.label.forID(id)}
	described := f.describedBy
	if f.hint != "" {
		c.Hint = Hint{Text: f.hint, ID: id + "-hint"}
		described = classes(described, c.Hint.ID)
	}
	if f.err != "" {
		c.Error = ErrorMessage{Text: f.err, ID: id + "-error"}
		described = classes(described, c.Error.ID)
	}
	if f.err != "" || f.invalid {
		c.Class = classes(c.Class, f.errClass)
		c.GroupClass += " nhsuk-form-group--error"
	}
	c.Class = classes(c.Class, f.classes)
	c.GroupClass = classes(c.GroupClass, f.groupClasses)
	c.DescribedBy = described
	return c
}
