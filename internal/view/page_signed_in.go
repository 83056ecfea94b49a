package view

import (
	"net/url"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// SignedInPage is where a person is signed in, and the history of it.
type SignedInPage struct {
	Layout
	Sessions    []countersign.BrowserSession
	Present     string        // the session in use
	Idle, Lasts time.Duration // how long a session is good for
	SignIns     []SignInRow
	Next        string // cursor of the next page of the history; empty at the end
	Later       bool   // the history begins on another page
}

// SignInRow is a line of the history.
type SignInRow struct {
	At              time.Time
	What            SignInWhat
	Method, Browser string
	New             bool   // they hadn't used that browser before
	By, Reason      string // who signed them out everywhere, and why
}

// SignInWhat is what happened.
type SignInWhat int

// What a line of the history is about.
const (
	GotIn SignInWhat = iota
	WasRefused
	EndedSessions
	WasSignedOut
)

const signedInTitle = "Where you are signed in"

// NewSignedInPage returns the page with its title.
func NewSignedInPage() *SignedInPage {
	return &SignedInPage{Layout: Layout{Title: signedInTitle, Back: BackLink{Href: "/account/security", Text: "How you sign in"}}}
}

// Template implements Page.
func (*SignedInPage) Template() string { return "account/signed-in" }

// Limits says how long a session is good for.
func (p *SignedInPage) Limits() string {
	return "You are signed out when you have not used Countersign for " + hoursLong(p.Idle) + ", and in any case " + hoursLong(p.Lasts) + " after you signed in."
}

func hoursLong(d time.Duration) string { return Count(int(d.Hours()), "hour") }

// SessionRow is one session of the list.
type SessionRow struct {
	countersign.BrowserSession
	Present bool
}

// Rows is the list.
func (p *SignedInPage) Rows() []SessionRow {
	rows := make([]SessionRow, len(p.Sessions))
	for i, s := range p.Sessions {
		rows[i] = SessionRow{s, s.ID == p.Present}
	}
	return rows
}

// Others reports whether there are sessions beside the one in use.
func (p *SignedInPage) Others() bool { return len(p.Sessions) > 1 }

// EndOthers leads to ending them.
func (*SignedInPage) EndOthers() Button {
	return Button{Text: "Sign out everywhere else", Href: "/account/sessions/others/end", Variant: "warning"}
}

// Name says which browser it is.
func (r SessionRow) Name() string { return or(r.Browser, "A browser") }

// Mark marks the one in use.
func (SessionRow) Mark() Tag { return Tag{Text: "This one", Colour: "green"} }

// Began says when and how the person signed in.
func (r SessionRow) Began() string {
	began := "Signed in on " + DayTime(r.SignedInAt)
	switch how := methodWords(r.Method); {
	case how == "":
		return began
	case r.ProvedAt.Equal(r.SignedInAt):
		return began + " with " + how
	default:
		return began + ", proved again on " + DayTime(r.ProvedAt) + " with " + how
	}
}

// Used says when it was used last.
func (r SessionRow) Used() string { return "Last used on " + DayTime(r.LastSeenAt) }

// End leads to ending it; one that has no name ends with all others.
func (r SessionRow) End() Button {
	return Button{Text: "Sign out", Label: "Sign out " + r.Name() + ", signed in on " + DayTime(r.SignedInAt), Href: "/account/sessions/" + r.ID + "/end", Variant: "secondary", Small: true}
}

// methodWords is how somebody proved who they are, for use after "with".
func methodWords(method string) string {
	method, _, _ = strings.Cut(method, ":")
	return map[string]string{
		"password": "a password", "password+totp": "a password and a code from an authenticator app", "password+recovery-code": "a password and a recovery code",
		"passkey": "a passkey", "oidc": "an account elsewhere", "demonstration": "one click, in a demonstration",
	}[method]
}

// Table is the history.
func (p *SignedInPage) Table() Table {
	t := Table{
		Caption: "Sign-in history", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true,
		Head: []Column{{Text: "When"}, {Text: "What"}, {Text: "Browser"}},
	}
	for _, r := range p.SignIns {
		t.Rows = append(t.Rows, []Cell{{Text: DayTime(r.At)}, {Text: r.words()}, {Text: or(r.Browser, "–")}})
	}
	return t
}

func (r SignInRow) words() string {
	with := ""
	if how := methodWords(r.Method); how != "" {
		with = " with " + how
	}
	switch r.What {
	case WasRefused:
		return "Refused: somebody tried" + with
	case EndedSessions:
		return "You ended other sessions"
	case WasSignedOut:
		return "Signed out everywhere by " + or(r.By, "the operator") + ". Reason: " + r.Reason
	}
	if r.New {
		with += ", in a new browser"
	}
	return "Signed in" + with
}

// Pages leads to the next page of the history.
func (p *SignedInPage) Pages() Pagination {
	return Pagination{Next: PageLink{Href: withQuery("/account/sessions", url.Values{"cursor": {p.Next}}), Text: "Earlier"}}
}

// EndSessionPage asks whether a session is to end, or all others.
type EndSessionPage struct {
	Layout
	Session      countersign.BrowserSession // zero for all others
	NeedPassword bool
}

// NewEndSessionPage returns the page about a session; the zero one is all
// others.
func NewEndSessionPage(s countersign.BrowserSession) *EndSessionPage {
	p := &EndSessionPage{Layout: Layout{Title: "Sign out everywhere else", Back: BackLink{Href: "/account/sessions", Text: signedInTitle}}, Session: s}
	if s.ID != "" {
		p.Title = "Sign out " + p.row().Name()
	}
	return p
}

func (p *EndSessionPage) row() SessionRow { return SessionRow{BrowserSession: p.Session} }

// Template implements Page.
func (*EndSessionPage) Template() string { return "account/end-session" }

// Means says what it does.
func (p *EndSessionPage) Means() string {
	if p.Session.ID == "" {
		return "Every browser in which you are signed in, but this one, is signed out at once. What was typed there and not saved may be lost."
	}
	return p.row().Began() + ". " + p.row().Used() + ". It is signed out at once. What was typed there and not saved may be lost."
}

// Action is where the form goes.
func (p *EndSessionPage) Action() string {
	return "/account/sessions/" + or(p.Session.ID, "others") + "/end"
}

// CurrentField is the current password.
func (p *EndSessionPage) CurrentField() PasswordInput {
	field := currentPassword(&p.Layout)
	field.Hint = "So that nobody else does this at a computer that you left open. If you have no password, sign out here, sign in again and come back within 5 minutes."
	return field
}

// Submit ends it.
func (*EndSessionPage) Submit() Button {
	return Button{Text: "Sign out", Variant: "warning", Once: true}
}

// SignOutPersonPage asks an administrator why somebody is to be signed out
// everywhere.
type SignOutPersonPage struct {
	Layout
	ID     string
	Name   string
	Reason string // as typed
}

// NewSignOutPersonPage returns the page about somebody.
func NewSignOutPersonPage(id, name string) *SignOutPersonPage {
	return &SignOutPersonPage{Layout: Layout{Title: "Sign " + name + " out everywhere", Back: BackLink{Href: personHref(id)}}, ID: id, Name: name}
}

// Template implements Page.
func (*SignOutPersonPage) Template() string { return "admin/sign-out" }

// Action is where the form goes.
func (p *SignOutPersonPage) Action() string { return personHref(p.ID) + "/sign-out" }

// ReasonField is why.
func (p *SignOutPersonPage) ReasonField() Textarea {
	return Textarea{
		Name: "reason", Label: Label{Text: "Reason"}, Hint: "For example, a lost phone or laptop. " + p.Name + " can read it.", Value: p.Reason, Error: p.Errors.Of("reason"), Rows: 3,
	}
}

// Submit signs them out.
func (*SignOutPersonPage) Submit() Button {
	return Button{Text: "Sign out everywhere", Variant: "warning", Once: true}
}

func init() {
	addSamples(func() []Sample {
		at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		desk := countersign.BrowserSession{ID: "desk", Browser: "Edge on Windows", Method: "password", ProvedAt: at, SignedInAt: at, LastSeenAt: at.Add(time.Hour)}
		phone := countersign.BrowserSession{ID: "phone", Browser: "Chrome on Android", Method: "passkey", ProvedAt: at.Add(time.Hour), SignedInAt: at, LastSeenAt: at.Add(time.Hour)}
		old := countersign.BrowserSession{SignedInAt: at, LastSeenAt: at}
		many, one := NewSignedInPage(), NewSignedInPage()
		many.Sessions, many.Present, many.Idle, many.Lasts, many.Next = []countersign.BrowserSession{desk, phone, old}, "desk", 2*time.Hour, 12*time.Hour, "abc"
		many.SignIns = []SignInRow{
			{At: at, Method: "password+totp", Browser: "Edge on Windows"}, {At: at, Method: "passkey", Browser: "Chrome on Android", New: true},
			{At: at, What: WasRefused, Method: "password", Browser: "Safari on iPhone"}, {At: at, What: EndedSessions},
			{At: at, What: WasSignedOut, By: "Ada Moss", Reason: "A laptop was left in a taxi."},
		}
		one.Sessions, one.Present, one.Idle, one.Lasts = []countersign.BrowserSession{desk}, "desk", 2*time.Hour, 12*time.Hour
		end, others := NewEndSessionPage(phone), NewEndSessionPage(countersign.BrowserSession{})
		others.NeedPassword = true
		others.Fail(countersign.InvalidField("current_password", "This is not your current password"))
		out := NewSignOutPersonPage("0198c0de-0000-7000-8000-000000000001", "Ivy Gone")
		wrong := NewSignOutPersonPage("0198c0de-0000-7000-8000-000000000001", "Ivy Gone")
		wrong.Fail(countersign.InvalidField("reason", "Enter the reason"))
		return []Sample{
			{"where you are signed in", many}, {"where you are signed in: here only", one}, {"sign out a browser", end},
			{"sign out everywhere else: wrong password", others}, {"sign somebody out", out}, {"sign somebody out: no reason", wrong},
		}
	})
}
