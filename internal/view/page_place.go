package view

import (
	"time"

	"countersign/internal/countersign"
)

// PlacePage is progress at a place in numbers: its own sum, and that of each
// place directly beneath it. It shows no people.
type PlacePage struct {
	Layout
	Kind    countersign.OrganisationKind
	Code    string
	Today   countersign.Date
	Total   PlaceRow
	Beneath []PlaceRow
	List    string // address of the list of apprentices; empty for those who see sums alone
}

// PlaceRow is the sum over one place.
type PlaceRow struct {
	Code, Name                                     string
	Kind                                           countersign.OrganisationKind
	Closed                                         bool
	Active, Completed, Withdrawn, Overdue, Waiting int
	SignedOff, InScope                             int
	OldestWaiting                                  time.Time
}

// NewPlacePage returns the page of the place with that name.
func NewPlacePage(name string, above ...Link) *PlacePage {
	p := &PlacePage{Layout: Layout{Title: name}}
	p.Breadcrumbs = append([]Link{{Text: "Home", Href: "/"}}, above...)
	return p
}

// Template implements Page.
func (*PlacePage) Template() string { return "places/place" }

// KindTitle says what the place is.
func (p *PlacePage) KindTitle() string { return p.Kind.Title() + ", code " + p.Code }

// Figures are the sum of the place.
func (p *PlacePage) Figures() []Figure { return p.Total.figures(p.Today, nil) }

// Progress is the sum of what is signed off.
func (p *PlacePage) Progress() ProgressRing { return p.Total.ring("progress") }

// Table is the places beneath.
func (p *PlacePage) Table() Table { return placesTable(p.Title, p.Today, p.Beneath) }

// Figure is a number with what it counts, perhaps leading to those counted.
type Figure struct {
	Number string
	Text   string
	Detail string
	Href   string
}

// figures are what a place's sum says. href gives the address of a list that
// is narrowed down so, where there is one.
func (r PlaceRow) figures(today countersign.Date, href func(ApprenticesFilter) string) []Figure {
	to := func(f ApprenticesFilter) string {
		if href == nil {
			return ""
		}
		return href(f)
	}
	waiting := ""
	if r.Waiting > 0 {
		waiting = "The oldest has been " + Waiting(r.OldestWaiting, today) + "."
	}
	return []Figure{
		{Number: Number(r.Active), Text: Plural(r.Active, "active apprentice"), Href: to(ApprenticesFilter{State: string(countersign.Active)})},
		{Number: Number(r.Overdue), Text: "past their planned end", Href: to(ApprenticesFilter{Overdue: true})},
		{Number: Number(r.Waiting), Text: Plural(r.Waiting, "item waits", "items wait") + " for mentors", Detail: waiting,
			Href: to(ApprenticesFilter{State: string(countersign.Active), Sort: "oldest_waiting"})},
		{Number: Number(r.Completed), Text: "completed", Href: to(ApprenticesFilter{State: string(countersign.CompletedProgramme)})},
		{Number: Number(r.Withdrawn), Text: "withdrawn", Href: to(ApprenticesFilter{State: string(countersign.WithdrawnFromProgramme)})},
	}
}

func (r PlaceRow) ring(id string) ProgressRing {
	return ProgressRing{ID: id, Done: r.SignedOff, Total: r.InScope, Noun: "competency", Verb: "signed off", Extra: "Of " + Count(r.Active, "active apprentice")}
}

// placesTable is the same on a place's page and on the homes.
func placesTable(of string, today countersign.Date, rows []PlaceRow) Table {
	t := Table{
		Caption: "Beneath " + of, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{
			{Text: "Place"}, {Text: "Active", Numeric: true}, {Text: "Signed off"}, {Text: "Overdue", Numeric: true},
			{Text: "Waiting", Numeric: true}, {Text: "Longest wait"}, {Text: "Completed", Numeric: true}, {Text: "Withdrawn", Numeric: true},
		},
	}
	for _, r := range rows {
		longest := "None"
		if r.Waiting > 0 && !r.OldestWaiting.IsZero() {
			longest = Count(max(countersign.LondonDate(r.OldestWaiting).DaysUntil(today), 0), "day")
		}
		place := Cell{Text: r.Name, Href: "/places/" + r.Code}
		if r.Closed {
			place.Hidden = "(closed)"
		}
		t.Rows = append(t.Rows, []Cell{
			place, {Text: Number(r.Active)}, {Body: Blocks{Bar{r.SignedOff, r.InScope}}}, {Text: Number(r.Overdue)},
			{Text: Number(r.Waiting)}, {Text: longest}, {Text: Number(r.Completed)}, {Text: Number(r.Withdrawn)},
		})
	}
	return t
}

var samplePlaces = []PlaceRow{
	{
		Code: "TH01", Name: "Leeds Training Hub", Kind: countersign.Hub, Active: 1204, Completed: 311, Withdrawn: 12, Overdue: 8, Waiting: 64,
		SignedOff: 24010, InScope: 48160, OldestWaiting: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC),
	},
	{Code: "TH03", Name: "A training hub without apprentices", Kind: countersign.Hub, Closed: true},
}

func init() {
	addSamples(func() []Sample {
		full := NewPlacePage("North East and Yorkshire", Link{Text: "England", Href: "/places/ENGLAND"})
		full.Kind, full.Code, full.Today, full.Total, full.Beneath = countersign.Region, "Y63", countersign.On(2026, 11, 22), samplePlaces[0], samplePlaces
		leaf := NewPlacePage("Hillview Surgery")
		leaf.Kind, leaf.Code, leaf.Today, leaf.List = countersign.Practice, "A81001", full.Today, "/apprenticeships?organisation=A81001"
		return []Sample{{"place", full}, {"place: practice", leaf}}
	})
}
