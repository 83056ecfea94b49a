package view

import "countersign/internal/countersign"

// SignInPage asks who you are.
type SignInPage struct {
	Layout
	Email  string // as typed
	Next   string // local path to go to afterwards; may be empty
	Rescue string // a form that was sent after its session had ended, sealed
	// SessionEnded says that a form was sent after its session had ended.
	SessionEnded bool
	Personas     []Persona
	Ask          PasskeyAsk
	Provider     string // with which people can sign in too, such as "NHSmail"; empty if there is none
}

// Persona is a demonstration person, who signs in by one click.
type Persona struct {
	Name  string
	Email string
	Role  string // "Apprentice, Hillview Surgery"
	About string // one sentence: what there is to see
}

// NewSignInPage returns the page with its title.
func NewSignInPage() *SignInPage {
	return &SignInPage{Layout: Layout{Title: "Sign in", SigningIn: true}}
}

// Template implements Page.
func (*SignInPage) Template() string { return "sign-in/sign-in" }

// EmailField is the e-mail address.
func (p *SignInPage) EmailField() Input {
	return Input{
		Name: "email", Label: Label{Text: "Email address"}, Value: p.Email, Error: p.Errors.Of("email"),
		Type: "email", Autocomplete: "username", NoSpellcheck: true, Capitalise: "none",
		Classes: "nhsuk-u-width-two-thirds",
	}
}

// PasswordField is the password; what was typed is never shown again.
func (p *SignInPage) PasswordField() PasswordInput {
	return PasswordInput{Input: Input{
		Name: "password", Label: Label{Text: "Password"}, Error: p.Errors.Of("password"), Width: 20,
	}}
}

// Ended says what became of the form that was sent too late.
func (p *SignInPage) Ended() InsetText {
	if p.Rescue == "" {
		return InsetText{Text: "Your session has ended, so nothing was saved. Sign in, then fill in the form again."}
	}
	return InsetText{Text: "Your session has ended. Sign in as the same person and you get back everything you typed. Files have to be chosen again."}
}

// PasskeyButton signs in by passkey.
func (*SignInPage) PasskeyButton() Button { return Button{Text: "Sign in with a passkey"} }

// ProviderButton signs in with the provider.
func (p *SignInPage) ProviderButton() Button {
	return Button{Text: "Sign in with " + p.Provider, Variant: "secondary"}
}

// Submit signs in.
func (*SignInPage) Submit() Button { return Button{Text: "Sign in", Once: true} }

// Button signs in as the persona.
func (p Persona) Button() Button {
	return Button{Text: "Sign in", Label: "Sign in as " + p.Name, Variant: "secondary", Small: true}
}

func init() {
	addSamples(func() []Sample {
		demo := NewSignInPage()
		demo.Personas, demo.Ask = samplePersonas, PasskeyAsk{Domain: "localhost", Options: "/sign-in/challenge"}
		demo.Provider = "NHSmail"
		wrong := NewSignInPage()
		wrong.Email, wrong.Next = "asha.patel@hillview.example", "/queue"
		wrong.Fail(countersign.InvalidField("email", "Enter an email address and password that match"))
		ended := NewSignInPage()
		ended.SessionEnded, ended.Rescue = true, "sealed"
		empty := NewSignInPage()
		var p countersign.Problems
		p.Add("email", "Enter your email address")
		p.Add("password", "Enter your password")
		empty.Fail(p.Err())
		return []Sample{
			{"sign-in", NewSignInPage()},
			{"sign-in: demonstration", demo},
			{"sign-in: wrong", wrong},
			{"sign-in: empty", empty},
			{"sign-in: session ended", ended},
		}
	})
}

var samplePersonas = []Persona{
	{"Asha Patel", "apprentice@demo.example", "Apprentice", "Half-way through, with evidence in every state."},
	{"Dr Megan Bell", "gp@demo.example", "GP supervisor", "Has evidence to review and competencies to sign off."},
	{"Sam Okafor", "nurse@demo.example", "Secondary mentor", "Assesses the clinical competencies."},
	{"Jo Fletcher", "manager@demo.example", "Practice manager", "Sees the practice's apprentices and dates."},
	{"Ruth Adeyemi", "hub@demo.example", "Hub lead", "Follows progress over all practices of the hub."},
}
