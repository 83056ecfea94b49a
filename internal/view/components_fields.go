package view

import "strconv"

// The structs below are the data of the templates of the same name in
// templates/components. In all of them: Name is the form's key and, unless ID
// says otherwise, the element's id, so that the error summary can link to it;
// Hint and Error are plain text; Invalid marks the field as wrong without a
// message of its own; Classes is for the design system's utility classes.

// Input is a single line of text. Width is the number of characters it is
// wide: 2, 3, 4, 5, 10, 20 or 30; 0 fills the column.
type Input struct {
	Name         string
	ID           string
	Label        Label
	Hint         string
	Error        string
	Invalid      bool
	Value        string
	Type         string // text when empty
	Width        int
	Large        bool
	Code         bool // digits or codes, in a wide-spaced fixed font
	NoSpellcheck bool
	Autocomplete string
	Capitalise   string // autocapitalize
	InputMode    string // numeric, decimal, email, tel
	Pattern      string
	Placeholder  string
	Prefix       string
	Suffix       string
	Disabled     bool
	DescribedBy  string
	Classes      string
	GroupClasses string
	Button       *Button // beside the input
	wrapper      string  // class of the element around input and button
}

// BlockKind implements Block.
func (Input) BlockKind() string { return "input" }

// Control returns the parts shared by all controls.
func (i Input) Control() control {
	width := ""
	if i.Width != 0 {
		width = option("nhsuk-input--width-", strconv.Itoa(i.Width), i.Classes, "2", "3", "4", "5", "10", "20", "30")
	}
	return newControl(field{
		name: i.Name, id: i.ID, label: i.Label, hint: i.Hint, err: i.Error, invalid: i.Invalid,
		describedBy: i.DescribedBy, groupClasses: i.GroupClasses, errClass: "nhsuk-input--error",
		base: classes("nhsuk-input", flag(i.Large, "nhsuk-input--large", i.Classes),
			flag(i.Code, "nhsuk-input--code", i.Classes)),
		classes: classes(width, i.Classes),
	})
}

// Wrapper returns the class of the element around the input, empty when it
// needs none.
func (i Input) Wrapper() string {
	if i.Prefix == "" && i.Suffix == "" && i.wrapper == "" && i.Button == nil {
		return ""
	}
	large := ""
	if i.Large {
		large = "nhsuk-input-wrapper--large"
	}
	return classes("nhsuk-input-wrapper", large, i.wrapper)
}

// InputType returns the type attribute.
func (i Input) InputType() string { return or(i.Type, "text") }

// Textarea is several lines of text; 5 rows unless said otherwise.
type Textarea struct {
	Name         string
	ID           string
	Label        Label
	Hint         string
	Error        string
	Invalid      bool
	Value        string
	Rows         int
	NoSpellcheck bool
	Autocomplete string
	Disabled     bool
	DescribedBy  string
	Classes      string
	GroupClasses string
}

// BlockKind implements Block.
func (Textarea) BlockKind() string { return "textarea" }

// Control returns the parts shared by all controls.
func (t Textarea) Control() control {
	return newControl(field{
		name: t.Name, id: t.ID, label: t.Label, hint: t.Hint, err: t.Error, invalid: t.Invalid,
		describedBy: t.DescribedBy, base: "nhsuk-textarea", errClass: "nhsuk-textarea--error", classes: t.Classes, groupClasses: t.GroupClasses,
	})
}

// RowCount returns the rows attribute.
func (t Textarea) RowCount() int {
	if t.Rows <= 0 {
		return 5
	}
	return t.Rows
}

// CharacterCount is a textarea that says how much more may be written. Give
// MaxLength or MaxWords; CountType is "length" (UTF-16 units, the default),
// "characters" (what people see as one) or "words".
type CharacterCount struct {
	Textarea
	MaxLength      int
	MaxWords       int
	Threshold      int // percentage of the limit from which the count shows
	CountType      string
	MessageClasses string
}

// BlockKind implements Block.
func (CharacterCount) BlockKind() string { return "character-count" }

// Control returns the parts shared by all controls.
func (c CharacterCount) Control() control {
	t := c.Textarea
	t.DescribedBy = or(t.ID, t.Name) + "-info"
	t.Classes = classes("nhsuk-js-character-count", t.Classes)
	t.GroupClasses = classes(t.GroupClasses, "nhsuk-character-count")
	return t.Control()
}

// Counting returns the count type, words when only MaxWords is given.
func (c CharacterCount) Counting() string {
	if c.CountType == "" && c.MaxWords > 0 {
		return "words"
	}
	return c.CountType
}

// Message returns what stands below the textarea until scripts run; empty
// when there is no limit.
func (c CharacterCount) Message() string {
	limit := max(c.MaxWords, 0)
	if limit == 0 {
		limit = c.MaxLength
	}
	if limit == 0 {
		return ""
	}
	unit := "characters"
	if c.Counting() == "words" {
		unit = "words"
	}
	return "You can enter up to " + strconv.Itoa(limit) + " " + unit
}

// MessageClass returns the class of the message.
func (c CharacterCount) MessageClass() string {
	return classes("nhsuk-hint", "nhsuk-character-count__message", c.MessageClasses)
}

// Option is one line of a Select. A Divider is a line between options.
type Option struct {
	Value    string
	Text     string
	Selected bool
	Disabled bool
	Divider  bool
}

// Select is a list to choose one from. Use Radios up to about 7 choices.
type Select struct {
	Name         string
	ID           string
	Label        Label
	Hint         string
	Error        string
	Invalid      bool
	Value        string // of the option that is selected
	Options      []Option
	Disabled     bool
	DescribedBy  string
	Classes      string
	GroupClasses string
	Button       *Button // beside the list
}

// BlockKind implements Block.
func (Select) BlockKind() string { return "select" }

// Control returns the parts shared by all controls.
func (s Select) Control() control {
	return newControl(field{
		name: s.Name, id: s.ID, label: s.Label, hint: s.Hint, err: s.Error, invalid: s.Invalid,
		describedBy: s.DescribedBy, base: "nhsuk-select", errClass: "nhsuk-select--error", classes: s.Classes, groupClasses: s.GroupClasses,
	})
}

// Items returns the options with the selected one marked.
func (s Select) Items() []Option {
	items := make([]Option, len(s.Options))
	for i, o := range s.Options {
		o.Selected = o.Selected || (s.Value != "" && o.Value == s.Value)
		items[i] = o
	}
	return items
}

// FileUpload chooses files. The form needs enctype="multipart/form-data".
type FileUpload struct {
	Name         string
	ID           string
	Label        Label
	Hint         string
	Error        string
	Invalid      bool
	Multiple     bool
	Accept       string // media types and extensions, comma-separated
	Capture      string // "environment" opens a phone's camera
	Disabled     bool
	DescribedBy  string
	Classes      string
	GroupClasses string
	// Words for the enhanced control; the design system's own when empty.
	ChooseText string
	DropText   string
	NoneText   string
	ButtonJSON string // JSON array of classes of the button
}

// BlockKind implements Block.
func (FileUpload) BlockKind() string { return "file-upload" }

// Control returns the parts shared by all controls.
func (f FileUpload) Control() control {
	return newControl(field{
		name: f.Name, id: f.ID, label: f.Label, hint: f.Hint, err: f.Error, invalid: f.Invalid,
		describedBy: f.DescribedBy, base: "nhsuk-file-upload__input", classes: f.Classes,
		groupClasses: classes(f.GroupClasses, "nhsuk-file-upload"),
	})
}
