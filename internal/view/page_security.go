package view

import (
	"fmt"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// PasskeyAsk is what a form needs whose script has a passkey answer. Without
// scripts, or where there can be no passkeys, the form stays hidden.
type PasskeyAsk struct {
	Domain  string // that passkeys are bound to; empty where there can be none
	Options string // path that gives the challenge
}

// Sign makes a form one that a passkey signs: with scripts, the server prepares
// what the form decides at its address with /preparation, and the passkey
// signs it.
type Sign struct{ Action, Domain string }

// Options is where the challenge is asked for.
func (s Sign) Options() string {
	path, query, filtered := strings.Cut(s.Action, "?")
	if filtered {
		return path + "/preparation?" + query
	}
	return path + "/preparation"
}

// Sign lets a passkey sign the decision.
func (p *CompetencyPage) Sign() Sign { return Sign{p.Form.Action, p.PasskeyDomain} }

// SignConfirm lets a passkey sign the confirmation.
func (p *CompetencyPage) SignConfirm() Sign { return Sign{p.Confirm.Action, p.PasskeyDomain} }

// Sign lets a passkey sign the withdrawal.
func (p *WithdrawalPage) Sign() Sign { return Sign{p.Action(), p.PasskeyDomain} }

// Sign lets a passkey sign all the decisions at once.
func (p *QueuePage) Sign() Sign { return Sign{p.Action, p.PasskeyDomain} }

// SecurityPage is how a person proves who they are: passkeys, an authenticator
// app, recovery codes.
type SecurityPage struct {
	Layout
	Passkeys     []PasskeyRow
	Ask          PasskeyAsk
	NeedPassword bool // there is nothing else yet to prove by
	App          bool
	CodesLeft    int
	Provider     string // with which people can sign in too; empty if there is none
	Linked       bool   // to the account there
	PasskeyName  string // as typed
	Rescue       string // a form that waits until a way is set up, sealed
}

// PasskeyRow is one passkey.
type PasskeyRow struct {
	ID       string
	Name     string
	Added    time.Time
	LastUsed time.Time
}

// NewSecurityPage returns the page with its title.
func NewSecurityPage() *SecurityPage {
	return &SecurityPage{Layout: Layout{Title: "How you sign in", Back: BackLink{Href: "/account", Text: "Your account"}}}
}

// Template implements Page.
func (*SecurityPage) Template() string { return "account/security" }

// NewPasskeyNameField names a new passkey.
func (p *SecurityPage) NewPasskeyNameField() Input {
	return Input{Name: "name", Label: Label{Text: "Name of the new passkey"}, Hint: "For example, work laptop.", Value: p.PasskeyName, Error: p.Errors.Of("name"), Width: 20}
}

// CurrentField is the current password.
func (p *SecurityPage) CurrentField() PasswordInput {
	return currentPassword(&p.Layout)
}

func currentPassword(l *Layout) PasswordInput {
	return PasswordInput{Input: Input{
		Name: "current_password", Label: Label{Text: "Your current password"}, Error: l.Errors.Of("current_password"), Autocomplete: "current-password",
	}}
}

// AddPasskey adds one.
func (*SecurityPage) AddPasskey() Button { return Button{Text: "Add a passkey"} }

// SetUpApp begins with the app.
func (*SecurityPage) SetUpApp() Button {
	return Button{Text: "Set up an authenticator app", Variant: "secondary"}
}

// LinkPasswordField is the current password, once more on the page.
func (p *SecurityPage) LinkPasswordField() PasswordInput {
	field := currentPassword(&p.Layout)
	field.ID = "link-password"
	return field
}

// LinkProvider links the account at the provider.
func (p *SecurityPage) LinkProvider() Button {
	return Button{Text: "Link your " + p.Provider + " account", Variant: "secondary"}
}

// UnlinkProvider ends that.
func (p *SecurityPage) UnlinkProvider() Button {
	return Button{Text: "Remove the link to " + p.Provider, Variant: "secondary"}
}

// RemoveApp ends its use.
func (*SecurityPage) RemoveApp() Button {
	return Button{Text: "Remove the authenticator app", Variant: "secondary"}
}

// RenewCodes makes new recovery codes.
func (*SecurityPage) RenewCodes() Button {
	return Button{Text: "Make new recovery codes", Variant: "secondary"}
}

// Codes says how many recovery codes are left.
func (p *SecurityPage) Codes() string {
	return "You have " + Count(p.CodesLeft, "recovery code") + " left. Each lets you sign in once when you do not have the app."
}

// Href is where the passkey is.
func (r PasskeyRow) Href() string { return "/account/passkeys/" + r.ID }

// State says when it was added and used.
func (r PasskeyRow) State() string {
	if r.LastUsed.IsZero() {
		return "Added " + Day(r.Added) + ", never used"
	}
	return "Added " + Day(r.Added) + ", last used " + Day(r.LastUsed)
}

// NameField renames it.
func (r PasskeyRow) NameField() Input {
	return Input{ID: "name-" + r.ID, Name: "name", Label: Label{Text: "Name of this passkey"}, Value: r.Name, Width: 20}
}

// Box holds what can be done to it.
func (r PasskeyRow) Box() Details { return Details{Summary: "Rename or remove " + r.Name} }

// Rename saves the name.
func (r PasskeyRow) Rename() Button {
	return Button{Text: "Rename", Label: "Rename " + r.Name, Variant: "secondary", Small: true}
}

// Remove forgets it.
func (r PasskeyRow) Remove() Button {
	return Button{Text: "Remove", Label: "Remove " + r.Name, Variant: "warning", Small: true}
}

// AppPage sets an authenticator app up: a QR code, the same key to type, and a
// code to show that it works.
type AppPage struct {
	Layout
	Key          string   // base32
	Modules      [][]bool // of the QR code
	NeedPassword bool
	Rescue       string
}

// NewAppPage returns the page with its title.
func NewAppPage(key string, modules [][]bool) *AppPage {
	return &AppPage{
		Layout: Layout{Title: "Set up an authenticator app", Back: BackLink{Href: "/account/security", Text: "How you sign in"}}, Key: key, Modules: modules,
	}
}

// Template implements Page.
func (*AppPage) Template() string { return "account/app" }

// quiet is the empty margin of a QR code, in modules.
const quiet = 4

// Side is how large the QR code is, in modules.
func (p *AppPage) Side() int { return len(p.Modules) + 2*quiet }

// Path is the outline of the dark modules.
func (p *AppPage) Path() string {
	var b strings.Builder
	for y, row := range p.Modules {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return b.String()
}

// KeyInFours is the key as it is typed.
func (p *AppPage) KeyInFours() string {
	var parts []string
	for rest := p.Key; rest != ""; {
		n := min(4, len(rest))
		parts, rest = append(parts, rest[:n]), rest[n:]
	}
	return strings.Join(parts, " ")
}

// CodeField is what the app shows.
func (p *AppPage) CodeField() Input { return codeField(&p.Layout, "6 digits.") }

func codeField(l *Layout, hint string) Input {
	return Input{
		Name: "code", Label: Label{Text: "Code that the app shows"}, Hint: hint, Error: l.Errors.Of("code"), Width: 10,
		Autocomplete: "one-time-code", NoSpellcheck: true, Capitalise: "none",
	}
}

// CurrentField is the current password.
func (p *AppPage) CurrentField() PasswordInput { return currentPassword(&p.Layout) }

// Submit turns it on.
func (*AppPage) Submit() Button { return Button{Text: "Turn on", Once: true} }

// CodesPage shows recovery codes, once.
type CodesPage struct {
	Layout
	Codes []string
	Next  *RescuePage // the form that waited; nil when none did
}

// NewCodesPage returns the page with its title.
func NewCodesPage(codes []string) *CodesPage {
	return &CodesPage{Layout: Layout{Title: "Your recovery codes"}, Codes: codes}
}

// Template implements Page.
func (*CodesPage) Template() string { return "account/codes" }

// ProvePage asks somebody who is signed in to prove that it is them, before
// they sign or change how their account is opened.
type ProvePage struct {
	Layout
	Ask      PasskeyAsk
	Passkeys bool // they have one
	App      bool
	Provider string // where they can prove it too; empty if there is none
	Rescue   string // the form that waits for it, sealed; empty if it is too big to be kept
}

// NewProvePage returns the page with its title.
func NewProvePage() *ProvePage {
	return &ProvePage{Layout: Layout{Title: "Prove that it is you"}}
}

// Template implements Page.
func (*ProvePage) Template() string { return "sign-in/prove" }

// SetUp says why they should set something up; empty for who has it. What the
// provider confirms may not be enough.
func (p *ProvePage) SetUp() string {
	const how = "; it takes two minutes, and leads back here."
	switch {
	case p.Passkeys || p.App:
		return ""
	case p.Provider != "":
		return "Or set up one of these" + how
	}
	return "A password alone is not enough to sign with. Set up one of these first" + how
}

// Why says what it is for.
func (p *ProvePage) Why() string {
	kept := "What you typed is kept."
	if p.Rescue == "" {
		kept = "What you sent is too long to be kept here. Go back afterwards and send it again."
	}
	return "What you sign stands for good under your name, and what opens your account opens your record. So we ask for it again if it is more than 5 minutes ago. Nothing is saved yet. " + kept
}

// PasskeyButton has a passkey answer.
func (*ProvePage) PasskeyButton() Button { return Button{Text: "Use a passkey"} }

// PasswordField is the password.
func (p *ProvePage) PasswordField() PasswordInput {
	return PasswordInput{Input: Input{Name: "password", Label: Label{Text: "Password"}, Error: p.Errors.Of("password"), Width: 20, Autocomplete: "current-password"}}
}

// CodeField is what the app shows.
func (p *ProvePage) CodeField() Input {
	return codeField(&p.Layout, "6 digits, from your authenticator app.")
}

// Submit sends both.
func (*ProvePage) Submit() Button { return Button{Text: "Continue", Once: true} }

// ProviderButton leads to the provider.
func (p *ProvePage) ProviderButton() Button {
	return Button{Text: "Sign in to " + p.Provider + " again", Variant: "secondary"}
}

// SetUpApp begins with an app.
func (*ProvePage) SetUpApp() Button { return Button{Text: "Set up an authenticator app"} }

// SetUpPasskey leads to where passkeys are added.
func (*ProvePage) SetUpPasskey() Button { return Button{Text: "Add a passkey", Variant: "secondary"} }

// CodePage is the second step of signing in.
type CodePage struct {
	Layout
	Step, Next, Rescue string
}

// NewCodePage returns the page with its title.
func NewCodePage(step string) *CodePage {
	return &CodePage{Layout: Layout{Title: "Enter your code", SigningIn: true, Back: BackLink{Href: "/sign-in"}}, Step: step}
}

// Template implements Page.
func (*CodePage) Template() string { return "sign-in/code" }

// CodeField is what the app shows.
func (p *CodePage) CodeField() Input {
	return codeField(&p.Layout, "6 digits. If you do not have the app, enter one of your recovery codes.")
}

// Submit signs in.
func (*CodePage) Submit() Button { return Button{Text: "Sign in", Once: true} }

func init() {
	addSamples(func() []Sample {
		at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		ask := PasskeyAsk{Domain: "localhost", Options: "/account/passkeys/challenge"}
		fresh := NewSecurityPage()
		fresh.Ask, fresh.NeedPassword = ask, true
		full := NewSecurityPage()
		full.Ask, full.App, full.CodesLeft, full.Rescue = ask, true, 9, "sealed"
		full.Passkeys = []PasskeyRow{{ID: "k1", Name: "Work laptop", Added: at, LastUsed: at.AddDate(0, 0, 2)}, {ID: "k2", Name: "Phone", Added: at}}
		wrong := NewSecurityPage()
		wrong.Ask, wrong.NeedPassword = ask, true
		wrong.Fail(countersign.InvalidField("current_password", "This is not your current password"))
		modules := make([][]bool, 25)
		for y := range modules {
			modules[y] = make([]bool, 25)
			for x := range modules[y] {
				modules[y][x] = (x*7+y*3)%5 < 2
			}
		}
		app := NewAppPage("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", modules)
		app.NeedPassword, app.Rescue = true, "sealed"
		app.Fail(countersign.InvalidField("code", "This code is not right"))
		codes := NewCodesPage([]string{"abcd-efgh-ijkl-mnop", "qrst-uvwx-yz23-4567"})
		after := NewCodesPage(codes.Codes)
		after.Next = NewProvedPage("/queue", map[string][]string{"rows.0.comment": {"Good technique"}})
		prove := NewProvePage()
		prove.Ask, prove.Passkeys, prove.App, prove.Rescue = ask, true, true, "sealed"
		bare := NewProvePage()
		bare.Ask = ask
		provider := NewProvePage()
		provider.Ask, provider.Provider = ask, "NHSmail"
		code := NewCodePage("t0ken")
		code.Fail(countersign.InvalidField("code", "This code is not right"))
		return []Sample{
			{"security", full}, {"security: nothing yet", fresh}, {"security: wrong password", wrong}, {"authenticator app", app},
			{"recovery codes", codes}, {"recovery codes: on the way to a decision", after},
			{"prove", prove}, {"prove: nothing set up", bare}, {"prove: at the provider", provider}, {"code", code}, {"proved", NewProvedPage("/queue", map[string][]string{"comment": {"Good technique"}})},
		}
	})
}
