package view

import (
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// Choice is one radio button or checkbox. An item with a Divider is only that
// word, such as "or". Conditional is shown when the item is chosen, and always
// when scripts don't run.
type Choice struct {
	Value        string
	Text         string
	Hint         string
	Checked      bool
	Disabled     bool
	Conditional  Blocks
	Divider      string
	Name         string // checkboxes only, when it differs from the group's
	ID           string
	HiddenText   string // follows the text for screen readers only
	Behaviour    string // checkboxes: "exclusive" (unchecks the others) or "inclusive" (checks all)
	Group        string // checkboxes: name of the group that Behaviour is about
	LabelClasses string
}

// choiceItem is a Choice with ids and states decided.
type choiceItem struct {
	Choice
	Label       Label
	ItemHint    Hint
	DescribedBy string
	CondID      string
}

// group is what fieldsets of controls share, with everything decided.
type group struct {
	GroupClass  string
	Class       string
	Fieldset    bool
	FieldsetBox Fieldset
	Hint        Hint
	Error       ErrorMessage
	Items       []choiceItem
}

func newGroup(id, hint, err string, invalid bool, legend Legend, describedBy, groupClasses string) group {
	g := group{GroupClass: "nhsuk-form-group", Fieldset: legend.Text != ""}
	if hint != "" {
		g.Hint = Hint{Text: hint, ID: id + "-hint"}
		describedBy = classes(describedBy, g.Hint.ID)
	}
	if err != "" {
		g.Error = ErrorMessage{Text: err, ID: id + "-error"}
		describedBy = classes(describedBy, g.Error.ID)
	}
	if err != "" || invalid {
		g.GroupClass += " nhsuk-form-group--error"
	}
	g.GroupClass = classes(g.GroupClass, groupClasses)
	g.FieldsetBox = Fieldset{Legend: legend, DescribedBy: describedBy}
	return g
}

func choiceItems(prefix, id, name string, choices []Choice, disabled bool, checked func(Choice) bool, describedBy string) []choiceItem {
	items := make([]choiceItem, len(choices))
	for i, c := range choices {
		itemID := id
		if i > 0 {
			itemID += "-" + strconv.Itoa(i+1)
		}
		c.ID = or(c.ID, itemID)
		c.Name = or(c.Name, name)
		c.Checked = c.Checked || checked(c)
		c.Disabled = c.Disabled || disabled
		item := choiceItem{Choice: c, CondID: "conditional-" + c.ID, DescribedBy: describedBy}
		item.Label = Label{Text: c.Text, HiddenText: c.HiddenText, For: c.ID, Classes: classes(prefix+"__label", c.LabelClasses)}
		if c.Hint != "" {
			item.ItemHint = Hint{Text: c.Hint, ID: c.ID + "-item-hint", Classes: prefix + "__hint"}
			item.DescribedBy = classes(describedBy, item.ItemHint.ID)
		}
		items[i] = item
	}
	return items
}

// Radios chooses one of a few. The first one's id is the group's, so that the
// error summary can link to it.
type Radios struct {
	Name         string
	ID           string
	Legend       Legend
	Hint         string
	Error        string
	Invalid      bool
	Value        string // of the one that is chosen
	Items        []Choice
	Inline       bool
	Small        bool
	Disabled     bool
	DescribedBy  string
	Classes      string
	GroupClasses string
}

// BlockKind implements Block.
func (Radios) BlockKind() string { return "radios" }

// Parts returns everything decided for the template.
func (r Radios) Parts() group {
	id := or(r.ID, r.Name)
	g := newGroup(id, r.Hint, r.Error, r.Invalid, r.Legend, r.DescribedBy, r.GroupClasses)
	g.Class = classes("nhsuk-radios", flag(r.Small, "nhsuk-radios--small", r.Classes),
		flag(r.Inline, "nhsuk-radios--inline", r.Classes), r.Classes)
	g.Items = choiceItems("nhsuk-radios", id, r.Name, r.Items, r.Disabled, func(c Choice) bool {
		return r.Value != "" && c.Value == r.Value
	}, "")
	return g
}

// Checkboxes chooses any number. The first one's id is the group's, so that
// the error summary can link to it.
type Checkboxes struct {
	Name         string
	ID           string
	Legend       Legend // without one, the boxes themselves name the hint and error
	Hint         string
	Error        string
	Invalid      bool
	Values       []string // of those that are checked
	Items        []Choice
	Inline       bool
	Small        bool
	Disabled     bool
	DescribedBy  string
	Classes      string
	GroupClasses string
}

// BlockKind implements Block.
func (Checkboxes) BlockKind() string { return "checkboxes" }

// Parts returns everything decided for the template.
func (c Checkboxes) Parts() group {
	id := or(c.ID, c.Name)
	g := newGroup(id, c.Hint, c.Error, c.Invalid, c.Legend, c.DescribedBy, c.GroupClasses)
	g.Class = classes("nhsuk-checkboxes", flag(c.Small, "nhsuk-checkboxes--small", c.Classes),
		flag(c.Inline, "nhsuk-checkboxes--inline", c.Classes), c.Classes)
	described := ""
	if !g.Fieldset {
		described = g.FieldsetBox.DescribedBy
	}
	g.Items = choiceItems("nhsuk-checkboxes", id, c.Name, c.Items, c.Disabled, func(i Choice) bool {
		return slices.Contains(c.Values, i.Value)
	}, described)
	return g
}

// DateValue is a date as typed: three texts, kept as they are when wrong.
type DateValue struct{ Day, Month, Year string }

// DateValueOf returns the three texts of d; empty ones for the zero Date.
func DateValueOf(d countersign.Date) DateValue {
	if d.IsZero() {
		return DateValue{}
	}
	return DateValue{strconv.Itoa(d.Day), strconv.Itoa(int(d.Month)), strconv.Itoa(d.Year)}
}

// DateInput is a date in three inputs. Their form keys are Name.day,
// Name.month and Name.year. Unless an ID is given the day's id is Name, so
// that the error summary reaches an input. Items replaces the three inputs.
type DateInput struct {
	Name         string
	ID           string
	Legend       Legend
	Hint         string
	Error        string
	Invalid      bool
	Value        DateValue
	Items        []DateItem
	Disabled     bool
	DescribedBy  string
	Classes      string
	GroupClasses string
}

// DateItem is one of the inputs of a DateInput. Wrong marks it; when none is
// marked an error marks them all.
type DateItem struct {
	Part         string // day, month or year
	Name         string // form key
	Label        string // Part with a capital when empty
	Value        string
	Width        int // 2, year 4, when 0
	Wrong        bool
	Disabled     bool
	Autocomplete string
}

// BlockKind implements Block.
func (DateInput) BlockKind() string { return "date-input" }

// Parts returns everything decided for the template, but for the inputs.
func (d DateInput) Parts() group {
	g := newGroup(or(d.ID, d.Name), d.Hint, d.Error, d.Invalid || d.anyWrong(), d.Legend, d.DescribedBy, d.GroupClasses)
	g.Class = classes("nhsuk-date-input", d.Classes)
	g.FieldsetBox.Role = "group"
	return g
}

func (d DateInput) anyWrong() bool {
	return slices.ContainsFunc(d.Items, func(i DateItem) bool { return i.Wrong })
}

// Inputs returns the inputs.
func (d DateInput) Inputs() []Input {
	items := d.Items
	if len(items) == 0 {
		items = []DateItem{
			{Part: "day", Value: d.Value.Day},
			{Part: "month", Value: d.Value.Month},
			{Part: "year", Value: d.Value.Year},
		}
	}
	wrong := (d.Error != "" || d.Invalid) && !d.anyWrong()
	inputs := make([]Input, len(items))
	for i, item := range items {
		width := item.Width
		if width == 0 {
			width = 2
			if item.Part == "year" {
				width = 4
			}
		}
		id := or(d.ID, d.Name) + "-" + item.Part
		if d.ID == "" && i == 0 {
			id = d.Name
		}
		inputs[i] = Input{
			Name: or(item.Name, d.Name+"."+item.Part), ID: id, Value: item.Value, Width: width,
			Label:     Label{Text: or(item.Label, capital(item.Part)), Classes: "nhsuk-date-input__label"},
			InputMode: "numeric", Autocomplete: item.Autocomplete, Classes: "nhsuk-date-input__input",
			Invalid: item.Wrong || wrong, Disabled: item.Disabled || d.Disabled,
		}
	}
	return inputs
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
