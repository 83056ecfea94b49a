package view

import (
	"time"

	"countersign/internal/countersign"
)

// PlaceRow is the sum over one place.
type PlaceRow struct {
	Code, Name                                     string
	Kind                                           countersign.OrganisationKind
	Closed                                         bool
	Active, Completed, Withdrawn, Overdue, Waiting int
	SignedOff, InScope                             int
	OldestWaiting                                  time.Time
}

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
		{Number: Number(r.Active), Text: Plural(r.Active, "active apprentice"), Href: to(ApprenticesFilter{Flag: "active"})},
		{Number: Number(r.Overdue), Text: "past their planned end", Href: to(ApprenticesFilter{Overdue: true})},
		{Number: Number(r.Waiting), Text: Plural(r.Waiting, "item waits", "items wait") + " for mentors", Detail: waiting,
			Href: to(ApprenticesFilter{Flag: "active", Sort: "oldest_waiting"})},
		{Number: Number(r.Completed), Text: "completed", Href: to(ApprenticesFilter{State: string(countersign.CompletedProgramme)})},
		{Number: Number(r.Withdrawn), Text: "withdrawn", Href: to(ApprenticesFilter{State: string(countersign.WithdrawnFromProgramme)})},
	}
}

var samplePlaces = []PlaceRow{
	{
		Code: "TH01", Name: "Leeds Training Hub", Kind: countersign.Hub, Active: 1204, Completed: 311, Withdrawn: 12, Overdue: 8, Waiting: 64,
		SignedOff: 24010, InScope: 48160, OldestWaiting: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC),
	},
	{Code: "TH03", Name: "A training hub without apprentices", Kind: countersign.Hub, Closed: true},
}
