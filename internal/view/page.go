package view

import (
	"errors"
	"strings"

	"countersign/internal/countersign"
)

// Page is what Render draws: a struct that embeds Layout and names its
// template, "area/page" for templates/pages/area/page.html.
type Page interface {
	Template() string
	Base() *Layout
}

// Layout is what every page has around its own content. Page structs embed it;
// templates reach its fields directly: {{.Title}}.
type Layout struct {
	// Title is the text of the page's one h1. The browser's title is made of it.
	Title string
	// Viewer is who is signed in; zero for nobody. The web package sets it.
	Viewer Viewer
	// SigningIn hides the link to sign in, on the page that is for it.
	SigningIn bool
	// Back leads to the page before. Use it in a sequence of forms, Breadcrumbs
	// for a place in the tree; not both.
	Back        BackLink
	Breadcrumbs []Link
	// Flash is what has just happened, from the request before.
	Flash Flash
	// Errors is what is wrong with what was typed. Set it with Fail.
	Errors Errors
	// PrivacyCheck asks about what could identify a patient in what was typed.
	// The web package sets it.
	PrivacyCheck PrivacyCheck
	// PasskeyDomain is what passkeys are bound to; empty where there can be none.
	// The web package sets it.
	PasskeyDomain string
	// Notice is the standing of the framework that the page shows; empty for an
	// official one. It is shown below the header.
	Notice string
}

// Base implements Page.
func (l *Layout) Base() *Layout { return l }

// Viewer is who is signed in and where they can go.
type Viewer struct {
	Name       string
	Role       string // what they are acting as: "GP supervisor, Hillview Surgery"
	Navigation []NavItem
}

// Flash is a message about what has just happened.
type Flash struct {
	Text string
	// Important says that it is no success but something to know.
	Important bool
	Links     []Link // to what it is about, or to what comes next
}

// DocumentTitle returns the browser's title: "Error: " if something is wrong,
// the h1 and the service.
func (l *Layout) DocumentTitle() string {
	prefix := ""
	if l.Errors.Any() {
		prefix = "Error: "
	}
	return prefix + l.Title + " - " + ServiceName
}

// header returns the header: the service's name, who runs it, who is signed in.
func (l *Layout) header(site Site) Header {
	h := Header{
		Service:      Link{Text: ServiceName, Href: "/"},
		Organisation: Organisation{Name: site.Organisation},
		Navigation:   l.Viewer.Navigation,
	}
	switch {
	case l.Viewer.Name != "":
		h.Account = []AccountItem{{Text: l.Viewer.Name, User: true}}
		if l.Viewer.Role != "" {
			h.Account = append(h.Account, AccountItem{Text: l.Viewer.Role})
		}
		h.Account = append(h.Account, AccountItem{Text: "Sign out", Action: "/sign-out"})
	case !l.SigningIn:
		h.Account = []AccountItem{{Text: "Sign in", Href: "/sign-in"}}
	}
	return h
}

// Breadcrumb returns the way to the page.
func (l *Layout) Breadcrumb() Breadcrumb { return Breadcrumb{Items: l.Breadcrumbs} }

// FlashBanner returns the banner about what has just happened.
func (l *Layout) FlashBanner() NotificationBanner {
	f := l.Flash
	if len(f.Links) == 0 {
		return NotificationBanner{Success: !f.Important, Text: f.Text}
	}
	return NotificationBanner{Success: !f.Important, Heading: Heading{Text: f.Text}, Body: Blocks{Links(f.Links)}}
}

// Fail says on the page what is wrong with what was typed: the title gets its
// prefix, the error summary its links, and Errors.Of its messages. An error
// that isn't a *countersign.Error must not reach a page; it is ignored.
func (l *Layout) Fail(err error) {
	var e *countersign.Error
	if !errors.As(err, &e) {
		return
	}
	if len(e.Fields) == 0 {
		l.Errors.list = append(l.Errors.list, countersign.FieldError{Message: e.Message})
		return
	}
	l.Errors.list = append(l.Errors.list, e.Fields...)
}

// ErrorSummary returns the error summary.
func (l *Layout) ErrorSummary() ErrorSummary { return l.Errors.summary() }

// Errors is what is wrong with what was typed, by field.
type Errors struct {
	list    []countersign.FieldError
	targets map[string]string
}

// Any reports whether anything is wrong.
func (e Errors) Any() bool { return len(e.list) > 0 }

// Of returns all that is wrong with that field, or nothing.
func (e Errors) Of(field string) string {
	all := ""
	for _, f := range e.list {
		switch {
		case f.Field != field:
		case all == "":
			all = f.Message
		default:
			all = strings.TrimSuffix(all, ".") + ". " + f.Message
		}
	}
	return all
}

// LinkTo makes the error summary lead from that field to the element with that
// id, or nowhere if that is empty. Without it the id is the field's name, as
// components set it.
func (e *Errors) LinkTo(field, id string) {
	if e.targets == nil {
		e.targets = map[string]string{}
	}
	e.targets[field] = id
}

// withoutFilter is for a page that has no fields for what a report is narrowed
// down to: that stands in its address.
func (e *Errors) withoutFilter() {
	for _, field := range []string{"framework", "cohort", "month", "map"} {
		e.LinkTo(field, "")
	}
}

func (e Errors) summary() ErrorSummary {
	s := ErrorSummary{Heading: "There is a problem"}
	for _, f := range e.list {
		item := Link{Text: f.Message}
		target, set := e.targets[f.Field]
		if !set {
			target = f.Field
		}
		if target != "" {
			item.Href = "#" + target
		}
		s.Items = append(s.Items, item)
	}
	return s
}

// SkipLink returns the link that jumps over the header.
func (*Layout) SkipLink() SkipLink { return SkipLink{} }

// footer returns the footer.
func footer(site Site) Footer {
	f := Footer{Links: []Link{
		{Text: "Check a portfolio", Href: "/verify"},
		{Text: "Accessibility statement", Href: "/accessibility"},
		{Text: "Privacy", Href: "/privacy"},
		{Text: "Help", Href: "/help"},
	}}
	if site.Version != "" {
		f.Text = ServiceName + " " + site.Version
	}
	return f
}
