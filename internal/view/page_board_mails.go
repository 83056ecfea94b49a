package view

import (
	"time"

	"countersign/internal/countersign"
)

// BoardMailsPage is who gets the board report of a place every month.
type BoardMailsPage struct {
	Layout
	Code  string
	Mails []countersign.BoardMail
	Email string // as typed
}

// NewBoardMailsPage returns the page of a place.
func NewBoardMailsPage(o countersign.Organisation, mails []countersign.BoardMail) *BoardMailsPage {
	p := &BoardMailsPage{Code: o.Code, Mails: mails, Layout: Layout{Title: "Board report by email: " + o.Name}}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: o.Name, Href: ReportFilter{}.Href(o.Code, "")}}
	return p
}

// Template implements Page.
func (*BoardMailsPage) Template() string { return "reports/mails" }

// Action is where the form goes.
func (p *BoardMailsPage) Action() string { return ReportFilter{}.Href(p.Code, "/mails") }

// EmailField asks who is to get it.
func (p *BoardMailsPage) EmailField() Input {
	return Input{
		Name: "email", Label: Label{Text: "Email address"}, Hint: "Of somebody who has an account and may see this report.", Value: p.Email, Error: p.Errors.Of("email"),
		Type: "email", NoSpellcheck: true,
	}
}

// Submit adds somebody.
func (*BoardMailsPage) Submit() Button { return Button{Text: "Send it every month", Once: true} }

// BoardMailCard is one person who gets it, or got it.
type BoardMailCard struct {
	SummaryList
	Action string // stops it; empty once it has ended
	Stop   Button
}

// Cards are the people.
func (p *BoardMailsPage) Cards() []BoardMailCard {
	var cards []BoardMailCard
	for _, m := range p.Mails {
		name := or(m.PersonName, m.PersonEmail)
		c := BoardMailCard{SummaryList: SummaryList{Card: &Card{Heading: Heading{Text: name, Size: "s"}}, Rows: []SummaryRow{
			{Key: "Sent to", Value: m.PersonEmail}, {Key: "Set up", Value: Day(m.SetAt) + ", by " + m.SetByName},
		}}}
		if m.EndedAt.IsZero() {
			c.Action, c.Stop = p.Action()+"/"+string(m.ID)+"/stop", Button{Text: "Stop sending it", Label: "Stop sending it to " + name, Variant: "secondary", Once: true}
		} else {
			c.Rows = append(c.Rows, SummaryRow{Key: "Stopped", Value: Day(m.EndedAt) + ", " + map[countersign.BoardMailEnd]string{
				countersign.BoardMailStopped: "by somebody who leads the place", countersign.BoardMailUnsubscribed: "by its reader",
				countersign.BoardMailNotAllowed: "as its reader may not see the report any more",
			}[m.EndedWhy]})
		}
		cards = append(cards, c)
	}
	return cards
}

// StopMailPage stops a monthly mail by the link in it.
type StopMailPage struct {
	Layout
	Token string
	Place string
	Done  bool
	Used  bool // the link stops nothing any more
}

// NewStopMailPage returns the page of a link; of one that stops nothing without
// a token.
func NewStopMailPage(token, place string) *StopMailPage {
	p := &StopMailPage{Token: token, Place: place, Used: token == "", Layout: Layout{Title: "Stop a monthly email", SigningIn: true}}
	if p.Used {
		p.Title = "This email has been stopped"
	}
	return p
}

// Template implements Page.
func (*StopMailPage) Template() string { return "reports/stop-mail" }

// Action is where the form goes.
func (p *StopMailPage) Action() string { return "/stop-mail/" + p.Token }

// Submit stops it.
func (*StopMailPage) Submit() Button { return Button{Text: "Stop sending it to me", Once: true} }

func init() {
	addSamples(func() []Sample {
		hub := countersign.Organisation{Code: "QWO", Name: "West Yorkshire", Kind: countersign.Hub}
		mail := countersign.BoardMail{
			ID: "01980000-0000-7000-8000-000000000098", PlaceCode: hub.Code, PlaceName: hub.Name, PersonName: "Daniel Osei", PersonEmail: "region@demo.example", SetByName: "Ruth Adeyemi",
			SetAt: time.Date(2026, 10, 6, 9, 30, 0, 0, time.UTC),
		}
		ended := mail
		ended.PersonName, ended.EndedAt, ended.EndedWhy = "Sam Okafor", mail.SetAt, countersign.BoardMailNotAllowed
		wrong := NewBoardMailsPage(hub, nil)
		wrong.Email = "nobody@example.org"
		wrong.Fail(countersign.InvalidField("email", "Nobody with this email address has an account and may see this report"))
		done := NewStopMailPage("t1", hub.Name)
		done.Done = true
		return []Sample{
			{"reports: mails", NewBoardMailsPage(hub, []countersign.BoardMail{mail, ended})}, {"reports: mails, nobody known", wrong},
			{"reports: stop a mail", NewStopMailPage("t1", hub.Name)}, {"reports: a mail is stopped", done}, {"reports: a mail was stopped", NewStopMailPage("", "")},
		}
	})
}
