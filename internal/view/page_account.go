package view

import (
	"time"

	"countersign/internal/countersign"
)

// AccountPage is a person's own account: what they are, their password, the
// daily mail and their API tokens.
type AccountPage struct {
	Layout
	Name, Email  string
	Registration string
	Roles        []string // "GP supervisor, Hillview Surgery"
	Digest       bool
	Tokens       []AccountToken
	TokenName    string // as typed
	TokenDays    string
	Secret       string // of the token just made; shown once
	Passkeys     int
	App          bool // they use an authenticator app
	NeedPassword bool // there is nothing else yet to prove by
	forToken     bool
}

// AccountToken is one API token.
type AccountToken struct {
	ID        string
	Name      string
	ExpiresOn countersign.Date
	LastUsed  time.Time
	Ended     bool
}

// NewAccountPage returns the page with its title.
func NewAccountPage() *AccountPage {
	return &AccountPage{Layout: Layout{Title: "Your account"}, TokenDays: "90"}
}

// Template implements Page.
func (*AccountPage) Template() string { return "account/account" }

// Factors says how the person can sign.
func (p *AccountPage) Factors() string {
	switch {
	case p.Passkeys > 0 && p.App:
		return "You have " + Count(p.Passkeys, "passkey") + " and an authenticator app."
	case p.Passkeys > 0:
		return "You have " + Count(p.Passkeys, "passkey") + "."
	case p.App:
		return "You have an authenticator app."
	}
	return "You have only a password. To sign off competencies, add a passkey or an authenticator app."
}

// Facts is who the person is.
func (p *AccountPage) Facts() SummaryList {
	rows := []SummaryRow{{Key: "Name", Value: p.Name}, {Key: "Email address", Value: p.Email}}
	if p.Registration != "" {
		rows = append(rows, SummaryRow{Key: "Registration", Value: p.Registration})
	}
	roles := SummaryRow{Key: "Roles", Value: Sentence(p.Roles)}
	switch {
	case len(p.Roles) == 0:
		roles.Value = "None today"
	case len(p.Roles) > 1:
		roles.Value, roles.Body = "", Blocks{List{Items: p.Roles}}
	}
	return SummaryList{Rows: append(rows, roles)}
}

// CurrentField is the current password.
func (p *AccountPage) CurrentField() PasswordInput {
	field := currentPassword(&p.Layout)
	if p.forToken {
		field.Error = ""
	}
	return field
}

// TokenPasswordField is the current password, once more on the page.
func (p *AccountPage) TokenPasswordField() PasswordInput {
	field := currentPassword(&p.Layout)
	field.ID = "token-password"
	if !p.forToken {
		field.Error = ""
	}
	return field
}

// NewField is the new password.
func (p *AccountPage) NewField() PasswordInput {
	return PasswordInput{Input: Input{
		Name: "password", Label: Label{Text: "New password"}, Error: p.Errors.Of("password"), Autocomplete: "new-password",
		Hint: "At least 12 characters. Three random words make a strong password.",
	}}
}

// ChangePassword changes it.
func (*AccountPage) ChangePassword() Button { return Button{Text: "Change password", Once: true} }

// DigestField asks for the daily mail.
func (p *AccountPage) DigestField() Checkboxes {
	var values []string
	if p.Digest {
		values = []string{"yes"}
	}
	return Checkboxes{Name: "digest", Values: values, Items: []Choice{{Value: "yes", Text: "Send me one email a day when something waits for me"}}}
}

// SaveDigest saves the wish.
func (*AccountPage) SaveDigest() Button {
	return Button{Text: "Save email setting", Variant: "secondary"}
}

// TokenNameField is what a new token is for.
func (p *AccountPage) TokenNameField() Input {
	return Input{Name: "name", Label: Label{Text: "What is it for?"}, Hint: "For example, our rota system.", Value: p.TokenName, Error: p.Errors.Of("name"), Width: 20}
}

// TokenDaysField is how long it holds.
func (p *AccountPage) TokenDaysField() Input {
	return Input{Name: "days", Label: Label{Text: "For how many days?"}, Hint: "At most 365.", Value: p.TokenDays, Error: p.Errors.Of("days"), Width: 4, InputMode: "numeric"}
}

// AskedForToken says that a token was asked for: what is wrong with the password
// stands there, and not where it is changed.
func (p *AccountPage) AskedForToken() {
	p.forToken = true
	p.Errors.LinkTo("current_password", "token-password")
}

// MakeToken makes one.
func (*AccountPage) MakeToken() Button {
	return Button{Text: "Make a token", Variant: "secondary", Once: true}
}

// Made says the secret of the token just made.
func (p *AccountPage) Made() Panel {
	return Panel{Heading: Heading{Text: "Copy your new token now", Level: 2}, Text: "We keep only a fingerprint of it, so it is shown this once:"}
}

// Revoke ends the token.
func (t AccountToken) Revoke() Button {
	return Button{Text: "Revoke", Label: "Revoke " + t.Name, Variant: "secondary", Small: true}
}

// State says how the token stands.
func (t AccountToken) State() string {
	if t.Ended {
		return "Ended"
	}
	used := "never used"
	if !t.LastUsed.IsZero() {
		used = "last used " + Day(t.LastUsed)
	}
	return "Holds until " + t.ExpiresOn.Long() + ", " + used
}

func init() {
	addSamples(func() []Sample {
		full := NewAccountPage()
		full.Name, full.Email, full.Registration, full.Digest = "Dr Megan Bell", "megan.bell@hillview.example", "GMC 7012345", true
		full.Passkeys, full.App = 2, true
		full.Roles = []string{"GP supervisor, Hillview Surgery", "Assessor, Leeds Training Hub"}
		full.Tokens = []AccountToken{
			{ID: "t1", Name: "Rota system", ExpiresOn: countersign.On(2027, 2, 20), LastUsed: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)},
			{ID: "t2", Name: "Old script", ExpiresOn: countersign.On(2026, 2, 20), Ended: true},
		}
		made := NewAccountPage()
		made.Name, made.Email, made.Secret = "Asha Patel", "asha@hillview.example", "cs_abcdefghijklmnopqrstuvwxyz234567"
		wrong := NewAccountPage()
		wrong.Name, wrong.Email = "Asha Patel", "asha@hillview.example"
		wrong.Fail(countersign.InvalidField("current_password", "This is not your current password"))
		refused := NewAccountPage()
		refused.Name, refused.Email, refused.NeedPassword = "Asha Patel", "asha@hillview.example", true
		refused.AskedForToken()
		refused.Fail(countersign.InvalidField("current_password", "This is not your current password"))
		return []Sample{{"account", full}, {"account: token made", made}, {"account: wrong password", wrong}, {"account: wrong password for a token", refused}}
	})
}
