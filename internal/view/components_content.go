package view

import "strings"

// InsetText sets a passage apart.
type InsetText struct {
	Text       string
	Body       Blocks
	HiddenText string // before the passage, for screen readers; "Information" when empty
	ID         string
	Classes    string
}

// BlockKind implements Block.
func (InsetText) BlockKind() string { return "inset-text" }

// Class returns the class attribute.
func (i InsetText) Class() string { return classes("nhsuk-inset-text", i.Classes) }

// Action is a link or, without Href, a button in a card's or a row's corner.
// Hidden follows the text for screen readers, so that "Change" says what.
type Action struct {
	Text   string
	Href   string
	Hidden string
	Name   string // of a button
	Value  string
	about  string // heading of the card, added to Hidden in brackets
}

// HiddenText returns what follows the text for screen readers.
func (a Action) HiddenText() string {
	if a.about == "" {
		return a.Hidden
	}
	return classes(a.Hidden, "("+a.about+")")
}

func actionsAbout(actions []Action, about string) []Action {
	if about == "" {
		return actions
	}
	out := make([]Action, len(actions))
	for i, a := range actions {
		a.about = about
		out[i] = a
	}
	return out
}

// Card is a box for one thing. Variant is feature, primary, secondary or
// warning. With Href the heading is a link, and the whole card with Clickable.
// The heading's HiddenText stands before it: "Important: …".
type Card struct {
	Heading   Heading // level 2 unless said otherwise
	Text      string
	Body      Blocks
	Href      string
	Clickable bool
	Variant   string
	Actions   []Action
	ImageSrc  string
	ImageAlt  string
	ID        string
	Classes   string
}

// BlockKind implements Block.
func (Card) BlockKind() string { return "card" }

// Class returns the class attribute.
func (c Card) Class() string {
	return classes("nhsuk-card", when(c.Clickable, "nhsuk-card--clickable"),
		option("nhsuk-card--", c.Variant, c.Classes, "feature", "primary", "secondary", "warning"), c.Classes)
}

// HeadingTag returns the card's heading.
func (c Card) HeadingTag() headingTag {
	return c.Heading.tag("nhsuk-card__heading", "nhsuk-heading-", 2, "xxs", "xs", "s", "m", "l", "xl")
}

// HeadingHref returns where the heading leads; a feature card's heading is no
// link.
func (c Card) HeadingHref() string {
	if c.Variant == "feature" || strings.Contains(c.Classes, "nhsuk-card--feature") {
		return ""
	}
	return c.Href
}

// ActionList returns the actions with the heading in their hidden text.
func (c Card) ActionList() []Action { return actionsAbout(c.Actions, c.Heading.Text) }

// Chevron returns the icon of a primary card.
func (Card) Chevron() Icon { return Icon{Name: "chevron-right-circle"} }

// WarningCallout warns. Its heading says "Important" to screen readers unless
// it says so itself.
type WarningCallout struct {
	Heading Heading // level 3 unless said otherwise
	Text    string
	Body    Blocks
	Actions []Action
	ID      string
	Classes string
}

// BlockKind implements Block.
func (WarningCallout) BlockKind() string { return "warning-callout" }

// Card returns the card that the callout is.
func (w WarningCallout) Card() Card {
	h := w.Heading
	if h.Level == 0 {
		h.Level = 3
	}
	if strings.Contains(strings.ToLower(h.Text), "important") {
		h.HiddenText = ""
	} else if h.Text != "" {
		h.HiddenText = or(h.HiddenText, "Important")
	}
	return Card{Heading: h, Text: w.Text, Body: w.Body, Actions: w.Actions, ID: w.ID, Classes: w.Classes, Variant: "warning"}
}

// Details hides a passage behind its summary. An Expander stands in a box.
type Details struct {
	Summary  string
	Text     string
	Body     Blocks
	Open     bool
	Expander bool
	Reverse  bool
	ID       string
	Classes  string
}

// BlockKind implements Block.
func (Details) BlockKind() string { return "details" }

// Class returns the class attribute.
func (d Details) Class() string {
	return classes("nhsuk-details", flag(d.Reverse, "nhsuk-details--reverse", d.Classes),
		flag(d.Expander, "nhsuk-expander", d.Classes), d.Classes)
}

// Tabs shows one of several panels. Without scripts all panels follow each
// other below a list of links.
type Tabs struct {
	Title    string // hidden heading, "Contents" when empty
	ID       string
	IDPrefix string // of panels without an id; ID when empty
	Items    []Tab
	Classes  string
}

// Tab is one panel.
type Tab struct {
	Label string
	ID    string
	Text  string
	Body  Blocks
}

// BlockKind implements Block.
func (Tabs) BlockKind() string { return "tabs" }

// Class returns the class attribute.
func (t Tabs) Class() string { return classes("nhsuk-tabs", t.Classes) }

// Panels returns the tabs with their ids.
func (t Tabs) Panels() []Tab {
	panels := make([]Tab, len(t.Items))
	for i, item := range t.Items {
		item.ID = or(item.ID, or(t.IDPrefix, t.ID)+"-"+itoa(i+1))
		panels[i] = item
	}
	return panels
}

// Tag says what state something is in. Colour is white, grey, green,
// aqua-green, blue, purple, pink, red, orange or yellow. The words carry the
// meaning; never the colour alone.
type Tag struct {
	Text     string
	Colour   string
	NoColour bool // black on nothing, as for "Completed" in a task list
	NoBorder bool
	ID       string
	Classes  string
}

// BlockKind implements Block.
func (Tag) BlockKind() string { return "tag" }

// Class returns the class attribute.
func (t Tag) Class() string {
	return classes("nhsuk-tag",
		option("nhsuk-tag--", t.Colour, t.Classes, "white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"),
		flag(t.NoColour, "nhsuk-tag--no-colour", t.Classes), flag(t.NoBorder, "nhsuk-tag--no-border", t.Classes), t.Classes)
}

// TaskList lists what is to be done, each with its status.
type TaskList struct {
	IDPrefix string // "task-list" when empty
	Items    []Task
	ID       string
	Classes  string
}

// Task is one thing to do. One that can't be started yet has no Href.
type Task struct {
	Title         string
	Href          string
	Hint          string
	Status        Tag    // drawn when it has a text
	StatusText    string // instead of a tag
	StatusClasses string
	HintID        string // set by the list
	StatusID      string // set by the list
}

// BlockKind implements Block.
func (TaskList) BlockKind() string { return "task-list" }

// Class returns the class attribute.
func (t TaskList) Class() string { return classes("nhsuk-task-list", t.Classes) }

// Tasks returns the items with their ids.
func (t TaskList) Tasks() []Task {
	prefix := or(t.IDPrefix, "task-list")
	tasks := make([]Task, len(t.Items))
	for i, item := range t.Items {
		if item.Hint != "" {
			item.HintID = prefix + "-" + itoa(i+1) + "-hint"
		}
		item.StatusID = prefix + "-" + itoa(i+1) + "-status"
		tasks[i] = item
	}
	return tasks
}

// DescribedBy returns the ids of hint and status.
func (t Task) DescribedBy() string { return classes(t.HintID, t.StatusID) }

// StatusClass returns the class of the status.
func (t Task) StatusClass() string { return classes("nhsuk-task-list__status", t.StatusClasses) }

// Completed is the status of a finished task, in plain words as the design
// system asks.
func Completed() Tag {
	return Tag{Text: "Completed", NoColour: true, NoBorder: true, Classes: "nhsuk-u-font-weight-normal"}
}

// Panel confirms that something is done, or interrupts before it is. Its
// heading is the page's h1.
type Panel struct {
	Heading      Heading
	Text         string
	Body         Blocks
	Interruption bool
	ID           string
	Classes      string
}

// BlockKind implements Block.
func (Panel) BlockKind() string { return "panel" }

// Class returns the class attribute.
func (p Panel) Class() string {
	return classes("nhsuk-panel", flag(p.Interruption, "nhsuk-panel--interruption", p.Classes), p.Classes)
}

// HeadingTag returns the panel's heading.
func (p Panel) HeadingTag() headingTag {
	return p.Heading.tag("nhsuk-panel__heading", "nhsuk-panel__heading--", 1, "m", "l", "xl")
}

// DoList says what to do, or with Dont what not to do.
type DoList struct {
	Heading  Heading // level 3 unless said otherwise
	Dont     bool
	Prefix   string // before every item; "do not" in a Dont list when empty
	NoPrefix bool
	Items    []string
	ID       string
	Classes  string
}

// BlockKind implements Block.
func (DoList) BlockKind() string { return "do-dont-list" }

// Card returns the card around the list.
func (d DoList) Card() Card {
	h := d.Heading
	if h.Level == 0 {
		h.Level = 3
	}
	return Card{Heading: h, ID: d.ID, Classes: d.Classes, Variant: "feature"}
}

// Icon returns the icon of each item.
func (d DoList) Icon() Icon {
	if d.Dont {
		return Icon{Name: "cross"}
	}
	return Icon{Name: "tick"}
}

// Lines returns the items with their prefix.
func (d DoList) Lines() []string {
	prefix := d.Prefix
	if d.Dont {
		prefix = or(prefix, "do not")
	}
	if prefix == "" || d.NoPrefix {
		return d.Items
	}
	lines := make([]string, len(d.Items))
	for i, item := range d.Items {
		lines[i] = prefix + " " + item
	}
	return lines
}
