package view

import "strings"

// Header is the blue band at the top of every page. Without Logo.Src no logo is
// drawn: the NHS logo belongs to the NHS, and only an organisation that may use
// one sets its own.
type Header struct {
	Service      Link
	Organisation Organisation
	Logo         Logo
	Inline       bool
	White        bool
	Account      []AccountItem
	Navigation   []NavItem
	Justified    bool
	WhiteNav     bool
	Search       *HeaderSearch
}

// Logo is an organisation's own logo.
type Logo struct {
	Src   string
	Alt   string
	Href  string
	Label string // aria-label of the link
}

// Organisation is the name of the organisation that runs the service.
type Organisation struct {
	Name       string
	Split      string // second line
	Descriptor string
}

// AccountItem is one entry of the account list: a link, a button that posts to
// Action, or plain text.
type AccountItem struct {
	Text   string
	Href   string
	Action string
	User   bool // with the person icon
}

// NavItem is one entry of the navigation. Current is the page itself, Active a
// page above it.
type NavItem struct {
	Text    string
	Href    string
	Current bool
	Active  bool
}

// HeaderSearch is the search form in the header.
type HeaderSearch struct {
	Action      string
	Name        string
	Label       string
	Placeholder string
}

// Class returns the class attribute.
func (h Header) Class() string {
	return classes("nhsuk-header", when(h.White, "nhsuk-header--white"), when(h.Inline, "nhsuk-header--inline"),
		when(h.Organisation.Name != "", "nhsuk-header--organisation"))
}

// NavClass returns the class of the navigation.
func (h Header) NavClass() string {
	return classes("nhsuk-header__navigation", when(h.WhiteNav, "nhsuk-header__navigation--white"),
		when(h.Justified, "nhsuk-header__navigation--justified"))
}

// Combined reports whether logo and service name are one link, which avoids
// two links to the same place.
func (h Header) Combined() bool {
	return h.Service.Text != "" && h.Service.Href != "" && (h.Logo.Href == "" || h.Logo.Href == h.Service.Href)
}

// LogoHref returns where the logo leads; empty for nowhere.
func (h Header) LogoHref() string {
	if h.Combined() {
		return h.Service.Href
	}
	return h.Logo.Href
}

// LogoLabel returns the name of the logo's link; none where there is no logo,
// since then the link's own words say it all.
func (h Header) LogoLabel() string {
	if h.Logo.Label != "" || h.Logo.Alt == "" {
		return h.Logo.Label
	}
	service := ""
	if h.Combined() {
		service = h.Service.Text
	}
	return classes(h.Logo.Alt, h.Organisation.Name, h.Organisation.Split, service, "homepage")
}

// Form returns the search input of the header.
func (s HeaderSearch) Form() Input {
	return Input{
		Name: or(s.Name, "q"), ID: "search-field", Type: "search", Autocomplete: "off",
		Placeholder: or(s.Placeholder, "Search"),
		Label:       Label{Text: s.Label, Classes: "nhsuk-u-visually-hidden"},
		Button:      &Button{Label: "Search", Icon: "search", Small: true},
	}
}

// Footer ends every page.
type Footer struct {
	Columns    int // of the navigation, 4 when 0
	Navigation []FooterGroup
	Links      []Link // support links
	Text       string
	Copyright  string // no line when empty
}

// FooterGroup is a column of links.
type FooterGroup struct {
	Heading string
	Text    string
	Links   []Link
	Width   string // grid column, such as one-half
}

// FooterRow is the columns that stand beside each other.
type FooterRow []FooterGroup

// Rows returns the navigation in rows of Columns.
func (f Footer) Rows() []FooterRow {
	columns, width := 4, "one-quarter"
	switch f.Columns {
	case 1:
		columns, width = 1, "full"
	case 2:
		columns, width = 2, "one-half"
	case 3:
		columns, width = 3, "one-third"
	}
	var rows []FooterRow
	for i, g := range f.Navigation {
		if i%columns == 0 {
			rows = append(rows, nil)
		}
		g.Width = or(g.Width, width)
		rows[len(rows)-1] = append(rows[len(rows)-1], g)
	}
	return rows
}

// SkipLink jumps over the header.
type SkipLink struct {
	Text string
	Href string
}

// BackLink leads to the page before. HiddenText says more than "Back".
type BackLink struct {
	Text       string
	Href       string
	HiddenText string
	Reverse    bool
	ID         string
	Classes    string
}

// Class returns the class attribute.
func (b BackLink) Class() string {
	return classes("nhsuk-back-link", flag(b.Reverse, "nhsuk-back-link--reverse", b.Classes), b.Classes)
}

// Breadcrumb shows where a page is; on a phone it becomes a back link.
type Breadcrumb struct {
	Items   []Link
	Label   string
	Reverse bool
	ID      string
	Classes string
}

// Class returns the class attribute.
func (b Breadcrumb) Class() string {
	return classes("nhsuk-breadcrumb", flag(b.Reverse, "nhsuk-breadcrumb--reverse", b.Classes), b.Classes)
}

// Back returns the back link of a phone.
func (b Breadcrumb) Back() BackLink {
	if len(b.Items) == 0 {
		return BackLink{}
	}
	last := b.Items[len(b.Items)-1]
	return BackLink{Text: last.Text, Href: last.Href, HiddenText: "Back to", Reverse: b.Reverse}
}

// ErrorSummary lists what is wrong on a page, first of all, with links to the
// fields. Layout makes it from Errors.
type ErrorSummary struct {
	Heading     string
	Description string
	Items       []Link
	AutoFocus   string // "on" or "off" says so; the design system's default when empty
	ID          string
	Classes     string
}

// Class returns the class attribute.
func (e ErrorSummary) Class() string { return classes("nhsuk-error-summary", e.Classes) }

// when returns class if on.
func when(on bool, class string) string {
	if on {
		return class
	}
	return ""
}

// NotificationBanner tells about something that just happened (Success) or
// that matters everywhere.
type NotificationBanner struct {
	Success    bool
	Title      string // "Success" or "Important" when empty
	TitleID    string
	TitleLevel int
	Heading    Heading
	Text       string
	Body       Blocks
	Role       string
	AutoFocus  string // "on" or "off" says so
	ID         string
	Classes    string
}

// BlockKind implements Block.
func (NotificationBanner) BlockKind() string { return "notification-banner" }

// Class returns the class attribute.
func (n NotificationBanner) Class() string {
	return classes("nhsuk-notification-banner", n.Classes, flag(n.Success, "nhsuk-notification-banner--success", n.Classes))
}

// LabelledBy returns the id of the title.
func (n NotificationBanner) LabelledBy() string {
	return or(n.TitleID, "nhsuk-notification-banner-title")
}

// RoleName returns the role: an alert for success, else a landmark.
func (n NotificationBanner) RoleName() string {
	if n.Success {
		return or(n.Role, "alert")
	}
	return or(n.Role, "region")
}

// TitleTag returns the heading of the banner's band.
func (n NotificationBanner) TitleTag() headingTag {
	text := n.Title
	if text == "" {
		text = "Important"
		if n.Success {
			text = "Success"
		}
	}
	h := Heading{Text: text, ID: n.LabelledBy(), Level: n.TitleLevel}
	return h.tag("nhsuk-notification-banner__title", "", 2)
}

// HeadingTag returns the heading of the content.
func (n NotificationBanner) HeadingTag() headingTag {
	return n.Heading.tag("nhsuk-notification-banner__heading", "", 3)
}

// Pagination leads through the pages of a list, by number when there are Items.
type Pagination struct {
	Previous PageLink
	Next     PageLink
	Items    []PageNumber
	Label    string
	ID       string
	Classes  string
}

// PageLink is a neighbour of the page: Label says what is there.
type PageLink struct {
	Href  string
	Text  string
	Label string
}

// PageNumber is a page of a list, or an ellipsis.
type PageNumber struct {
	Number   int
	Href     string
	Current  bool
	Ellipsis bool
	Label    string
}

// BlockKind implements Block.
func (Pagination) BlockKind() string { return "pagination" }

// Class returns the class attribute.
func (p Pagination) Class() string {
	return classes("nhsuk-pagination", when(len(p.Items) > 0, "nhsuk-pagination--numbered"), p.Classes)
}

// AriaLabel returns the name of the page's link.
func (p PageNumber) AriaLabel() string { return or(p.Label, "Page "+itoa(p.Number)) }

// PreviousIcon returns the arrow of the previous page.
func (Pagination) PreviousIcon() Icon { return Icon{Name: "arrow-left"} }

// NextIcon returns the arrow of the next page.
func (Pagination) NextIcon() Icon { return Icon{Name: "arrow-right"} }

// ItemClass returns the class of the item.
func (p PageNumber) ItemClass() string {
	return strings.TrimSpace("nhsuk-pagination__item " + when(p.Current, "nhsuk-pagination__item--current ") +
		when(p.Ellipsis, "nhsuk-pagination__item--ellipsis"))
}

// Icon returns the person icon.
func (AccountItem) Icon() Icon { return Icon{Name: "user"} }
