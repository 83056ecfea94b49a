package view

import (
	"net/url"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// ResetPage asks for the e-mail address that a reset link goes to, and then
// says what happens next.
type ResetPage struct {
	Layout
	Email string
	Sent  bool
}

// NewResetPage returns the page with its title.
func NewResetPage() *ResetPage { return &ResetPage{Layout: Layout{Title: "Reset your password"}} }

// Template implements Page.
func (*ResetPage) Template() string { return "sign-in/reset" }

// EmailField is the e-mail address.
func (p *ResetPage) EmailField() Input {
	return Input{
		Name: "email", Label: Label{Text: "Email address"}, Value: p.Email, Error: p.Errors.Of("email"),
		Type: "email", Autocomplete: "username", NoSpellcheck: true, Capitalise: "none", Classes: "nhsuk-u-width-two-thirds",
	}
}

// Submit asks for the link.
func (*ResetPage) Submit() Button { return Button{Text: "Send me a link", Once: true} }

// PasswordPage lets somebody choose a password through a one-time link.
type PasswordPage struct {
	Layout
	Token string
	Name  string
	Email string
	Used  bool // the link doesn't work any more
}

// NewUsedLinkPage returns the page for a link that doesn't work any more.
func NewUsedLinkPage() *PasswordPage {
	return &PasswordPage{Layout: Layout{Title: "This link does not work any more"}, Used: true}
}

// NewLink leads to the page that sends another link.
func (*PasswordPage) NewLink() Button {
	return Button{Text: "Get a new link", Href: "/reset-password"}
}

// NewPasswordPage returns the page for the owner of the link.
func NewPasswordPage(token, name, email string) *PasswordPage {
	return &PasswordPage{Layout: Layout{Title: "Choose a password"}, Token: token, Name: name, Email: email}
}

// Template implements Page.
func (*PasswordPage) Template() string { return "sign-in/password" }

// PasswordField is the new password.
func (p *PasswordPage) PasswordField() PasswordInput {
	return PasswordInput{Input: Input{
		Name: "password", Label: Label{Text: "Password"}, Error: p.Errors.Of("password"), Autocomplete: "new-password",
		Hint: "At least 12 characters. Three random words make a strong password. You can paste one from a password manager.",
	}}
}

// Submit keeps it.
func (*PasswordPage) Submit() Button { return Button{Text: "Save password and sign in", Once: true} }

// RescuePage hands back a form that was filled in when the session had ended.
type RescuePage struct {
	Layout
	Action string
	Intro  string // what became of the form
	Send   string // what the button says
	Hidden []HiddenField
	Typed  []HiddenField // those a person typed, for reading
}

// HiddenField is one value of a form.
type HiddenField struct{ Name, Value string }

// NewRescuePage returns the page for a form that is to be posted to action
// again.
func NewRescuePage(action string, form url.Values) *RescuePage {
	p := &RescuePage{
		Layout: Layout{Title: "Your text is safe"}, Action: action, Send: "Send it now",
		Intro: "Your session had ended when you sent this form, so it has not been saved yet. Here is what you typed. Files have to be chosen again afterwards.",
	}
	p.fill(form)
	return p
}

// NewProvedPage returns the page for a form that waited until somebody had
// proved that it is them.
func NewProvedPage(action string, form url.Values) *RescuePage {
	p := &RescuePage{
		Layout: Layout{Title: "It is you"}, Action: action, Send: "Continue",
		Intro: "Thank you. What you sent before has not been saved yet. Continue within 5 minutes.",
	}
	p.fill(form)
	return p
}

func (p *RescuePage) fill(form url.Values) {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range form[name] {
			p.Hidden = append(p.Hidden, HiddenField{name, value})
			if readable(value) {
				p.Typed = append(p.Typed, HiddenField{rescueLabel(name), value})
			}
		}
	}
}

// readable reports whether a value is something that a person would miss: not
// a tick, a number or an identifier.
func readable(value string) bool {
	return len(strings.TrimSpace(value)) > 3 && !countersign.ValidID(value)
}

func rescueLabel(name string) string {
	name = strings.NewReplacer("_", " ", ".", ", ", "-", " ").Replace(name)
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// Template implements Page.
func (*RescuePage) Template() string { return "sign-in/rescue" }

// Submit posts the form again.
func (p *RescuePage) Submit() Button { return Button{Text: p.Send, Once: true} }

func init() {
	addSamples(func() []Sample {
		asked := NewResetPage()
		asked.Fail(countersign.InvalidField("email", "Enter your email address"))
		sent := NewResetPage()
		sent.Sent, sent.Email, sent.Title = true, "asha.patel@hillview.example", "Check your email"
		weak := NewPasswordPage("t0ken", "Zoë Ńowak", "zoe@hillview.example")
		weak.Fail(countersign.InvalidField("password", "The password must have at least 12 characters"))
		return []Sample{
			{"reset", NewResetPage()}, {"reset: error", asked}, {"reset: sent", sent},
			{"password", NewPasswordPage("t0ken", "Zoë Ńowak", "zoe@hillview.example")}, {"password: weak", weak},
			{"password: link used", NewUsedLinkPage()},
			{"rescue", NewRescuePage("/evidence/e1", url.Values{"narrative": {"Took four readings in the morning clinic."}, "kind": {"audit"}})},
		}
	})
}
