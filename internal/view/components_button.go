package view

// Button submits a form, or is a link that looks like one when Href is set.
// Its text says what happens: "Save and continue", "Submit for review".
type Button struct {
	Text     string
	Href     string // makes it a link
	Variant  string // brand, login, reverse, secondary, secondary-solid or warning
	Small    bool
	Name     string
	Value    string
	Type     string // submit when empty
	Disabled bool
	Icon     string // name of an icon
	IconEnd  bool   // the icon follows the text
	ID       string
	Label    string // aria-label, when the text isn't enough
	Once     bool   // ignore a second click within a second
	Twice    bool   // say that a second click is fine
	Classes  string
	Controls string // id of what it acts on; such a button is hidden until scripts run
}

// BlockKind implements Block.
func (Button) BlockKind() string { return "button" }

// Class returns the class attribute.
func (b Button) Class() string {
	return classes("nhsuk-button",
		option("nhsuk-button--", b.Variant, b.Classes, "brand", "login", "reverse", "secondary", "secondary-solid", "warning"),
		flag(b.Icon != "", "nhsuk-button--icon", b.Classes), flag(b.Small, "nhsuk-button--small", b.Classes), b.Classes)
}

// IsLink reports whether the button is a link.
func (b Button) IsLink() bool { return b.Href != "" && b.Type == "" }

// ButtonType returns the type attribute.
func (b Button) ButtonType() string { return or(b.Type, "submit") }

// Icon is one of the design system's icons, drawn in the current text colour.
type Icon struct {
	Name  string
	Title string // its accessible name; without one it is decoration
	Size  int    // 25, 50, 75 or 100 per cent larger
}

// ActionLink is a link that starts something.
type ActionLink struct {
	Text      string
	Href      string
	Reverse   bool
	NewWindow bool
	Classes   string
	ID        string
}

// BlockKind implements Block.
func (ActionLink) BlockKind() string { return "action-link" }

// PasswordInput is an input whose text can be shown, with scripts, by a button.
// Autocomplete is current-password unless said otherwise.
type PasswordInput struct {
	Input
	Show Button // variant, size and state of the button; its words are set here
}

// SearchInput is a search term with its button.
type SearchInput struct {
	Input
	Submit   Button // an icon and the name "Search" unless said otherwise
	NoButton bool
}

// BlockKind implements Block.
func (PasswordInput) BlockKind() string { return "password-input" }

// BlockKind implements Block.
func (SearchInput) BlockKind() string { return "search-input" }

// Field returns the input with everything decided, its button beside it.
func (p PasswordInput) Field() Input {
	in := p.Input
	in.Type, in.NoSpellcheck, in.Capitalise = "password", true, "none"
	in.Autocomplete = or(in.Autocomplete, "current-password")
	in.Classes = classes("nhsuk-password-input__input nhsuk-js-password-input-input", in.Classes)
	in.GroupClasses = classes(in.GroupClasses, "nhsuk-password-input")
	b := p.Show
	b.Text, b.Label = or(b.Text, "Show"), or(b.Label, "Show password")
	b.Type, b.Variant, b.Small = "button", or(b.Variant, "secondary"), !in.Large
	b.Classes = classes("nhsuk-password-input__toggle nhsuk-js-password-input-toggle", b.Classes)
	b.Disabled = b.Disabled || in.Disabled
	b.Controls = or(in.ID, in.Name)
	in.Button = &b
	return in
}

// Field returns the input with everything decided, its button beside it.
func (s SearchInput) Field() Input {
	in := s.Input
	in.Type = or(in.Type, "search")
	in.Autocomplete = or(in.Autocomplete, "off")
	in.Classes = classes("nhsuk-search-input__input", in.Classes)
	in.wrapper = "nhsuk-search-input__wrapper"
	large := ""
	if in.Large {
		large = "nhsuk-search-input--large"
	}
	in.GroupClasses = classes("nhsuk-search-input", large, in.GroupClasses)
	if s.NoButton {
		return in
	}
	b := s.Submit
	switch {
	case b.Icon == "none":
		b.Icon = ""
	case b.Icon == "":
		b.Icon = "search"
	}
	b.Label, b.Small = or(b.Label, "Search"), !in.Large
	b.Classes = classes("nhsuk-search-input__button", b.Classes)
	b.Disabled = b.Disabled || in.Disabled
	in.Button = &b
	return in
}

// Class returns the class attribute.
func (a ActionLink) Class() string {
	return classes("nhsuk-action-link", flag(a.Reverse, "nhsuk-action-link--reverse", a.Classes), a.Classes)
}

// Class returns the class attribute.
func (i Icon) Class() string {
	size := ""
	switch i.Size {
	case 25, 50, 75, 100:
		size = "nhsuk-icon--size-" + itoa(i.Size)
	}
	return classes("nhsuk-icon nhsuk-icon--"+i.Name, size)
}

// IconProps returns the button's icon.
func (b Button) IconProps() Icon { return Icon{Name: b.Icon} }

// IconProps returns the link's icon.
func (ActionLink) IconProps() Icon { return Icon{Name: "arrow-right-circle"} }
