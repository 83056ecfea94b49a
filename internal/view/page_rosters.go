package view

import (
	"net/url"
	"strings"
	"time"

	"countersign/internal/countersign"
)

const rostersHref = "/rosters"

func rosterHref(id countersign.RosterID) string { return rostersHref + "/" + string(id) }

var rosterTags = map[countersign.RosterState]Tag{
	countersign.RosterChecked: {Text: "Checked, nothing imported", Colour: "blue"},
	countersign.RosterRunning: {Text: "Being imported", Colour: "yellow"},
	countersign.RosterDone:    {Text: "Done", Colour: "green"},
}

var rosterRowTags = map[countersign.RosterRowState]Tag{
	countersign.RowWaiting:  {Text: "Right", Colour: "blue"},
	countersign.RowWrong:    {Text: "Left out", Colour: "red"},
	countersign.RowEnrolled: {Text: "Enrolled", Colour: "green"},
	countersign.RowRefused:  {Text: "Refused", Colour: "red"},
}

// RostersPage lists the rosters that somebody uploaded, and takes another one.
type RostersPage struct {
	Layout
	Rosters []countersign.Roster
	Limit   int // rows of a roster
}

// NewRostersPage returns the page.
func NewRostersPage(all []countersign.Roster, limit int) *RostersPage {
	return &RostersPage{Rosters: all, Limit: limit, Layout: Layout{Title: "Import a roster", Breadcrumbs: []Link{{Text: "Home", Href: "/"}, {Text: "Apprentices", Href: "/apprenticeships"}}}}
}

// Template implements Page.
func (*RostersPage) Template() string { return "rosters/list" }

// FileField is the roster.
func (p *RostersPage) FileField() FileUpload {
	return FileUpload{
		Name: "roster", Label: Label{Text: "Roster"}, Accept: ".csv,.xlsx,text/csv", Error: p.Errors.Of("roster"),
		Hint: "A CSV file or an XLSX workbook with at most " + Number(p.Limit) + " rows.",
	}
}

// Submit uploads.
func (*RostersPage) Submit() Button { return Button{Text: "Check it", Once: true} }

// Table lists them.
func (p *RostersPage) Table() Table {
	t := Table{
		Caption: "Your rosters", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "File"}, {Text: "Uploaded"}, {Text: "Rows", Numeric: true}, {Text: "Enrolled", Numeric: true}, {Text: "Standing"}},
	}
	for _, r := range p.Rosters {
		t.Rows = append(t.Rows, []Cell{
			{Text: r.FileName, Href: rosterHref(r.ID)}, {Text: DayTime(r.CreatedAt)}, {Text: Number(r.Rows())}, {Text: Number(r.Enrolled)}, {Body: Blocks{rosterTags[r.State]}},
		})
	}
	return t
}

// RosterPage is a roster with its rows: what is wrong before it is imported, how far it is,
// and what became of each row.
type RosterPage struct {
	Layout
	Roster countersign.Roster
	Rows   []countersign.RosterRow
	Next   int // number of the last row here; 0 at the end
}

// NewRosterPage returns the page of a roster.
func NewRosterPage(r countersign.Roster, rows []countersign.RosterRow) *RosterPage {
	return &RosterPage{Roster: r, Rows: rows, Layout: Layout{Title: "Roster " + r.FileName, Breadcrumbs: []Link{{Text: "Home", Href: "/"}, {Text: "Import a roster", Href: rostersHref}}}}
}

// Template implements Page.
func (*RosterPage) Template() string { return "rosters/roster" }

// Tag says where it stands.
func (p *RosterPage) Tag() Tag { return rosterTags[p.Roster.State] }

// Sums says how many rows are what.
func (p *RosterPage) Sums() string {
	r := p.Roster
	switch r.State {
	case countersign.RosterChecked:
		says := Plural(r.Waiting, "row can", "rows can") + " be imported"
		if r.Wrong > 0 {
			says += ". " + Count(r.Wrong, "row") + " with a problem would be left out"
		}
		return Number(r.Waiting) + " " + says + "."
	case countersign.RosterRunning:
		return Number(r.Enrolled+r.Refused) + " of " + Count(r.Enrolled+r.Refused+r.Waiting, "row") + " done, " + Number(r.Refused) + " of them refused. Nobody needs to wait: it goes on without this page."
	}
	return Number(r.Enrolled) + " enrolled, " + Number(r.Refused) + " refused, " + Number(r.Wrong) + " left out for a problem. It was done on " + DayTime(r.FinishedAt) + "."
}

// Again leads to the page as it is by then.
func (p *RosterPage) Again() Button {
	return Button{Text: "See how far it is", Href: rosterHref(p.Roster.ID), Variant: "secondary"}
}

// MayStart reports whether anything can be imported.
func (p *RosterPage) MayStart() bool {
	return p.Roster.State == countersign.RosterChecked && p.Roster.Waiting > 0
}

// MayDiscard reports whether it can be thrown away.
func (p *RosterPage) MayDiscard() bool { return p.Roster.State != countersign.RosterRunning }

// StartAction and DiscardAction are where the forms go.
func (p *RosterPage) StartAction() string { return rosterHref(p.Roster.ID) + "/start" }

// DiscardAction is described at StartAction.
func (p *RosterPage) DiscardAction() string { return rosterHref(p.Roster.ID) + "/discarding" }

// Start imports.
func (p *RosterPage) Start() Button {
	return Button{Text: "Import " + Count(p.Roster.Waiting, "row"), Once: true}
}

// Discard throws it away.
func (*RosterPage) Discard() Button {
	return Button{Text: "Discard the roster", Variant: "secondary", Once: true}
}

// Table is the rows.
func (p *RosterPage) Table() Table {
	t := Table{
		Caption: "Rows", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Row", Numeric: true}, {Text: "Apprentice"}, {Text: "Practice"}, {Text: "Framework"}, {Text: "Standing"}, {Text: "What to know"}},
	}
	for _, r := range p.Rows {
		name := Cell{Text: or(r.Apprentice.Name, or(r.Apprentice.Email, "Nobody"))}
		if r.Apprenticeship != "" {
			name.Href = apprenticeshipHref(r.Apprenticeship)
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: Number(r.Number)}, name, {Text: or(r.Practice, "None")}, {Text: or(r.Framework, "None")}, {Body: Blocks{rosterRowTags[r.State]}}, {Text: or(strings.Join(r.Says, ". "), "Nothing")},
		})
	}
	return t
}

// Pages leads to the next rows.
func (p *RosterPage) Pages() Pagination {
	return Pagination{Next: PageLink{Href: withQuery(rosterHref(p.Roster.ID), url.Values{"after": {itoa(p.Next)}}), Text: "Next rows"}}
}

func init() {
	addSamples(func() []Sample {
		at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		row := func(n int, name string, state countersign.RosterRowState, says ...string) countersign.RosterRow {
			return countersign.RosterRow{Number: n, Apprentice: countersign.RosterPerson{Name: name}, Practice: "A81001", Framework: "gpa-combined", State: state, Says: says}
		}
		checked := countersign.Roster{ID: "r1", FileName: "autumn.xlsx", State: countersign.RosterChecked, Version: 1, CreatedAt: at, Waiting: 31, Wrong: 2}
		running, done := checked, checked
		running.State, running.Waiting, running.Enrolled, running.Refused = countersign.RosterRunning, 12, 18, 1
		done.State, done.Waiting, done.Enrolled, done.Refused, done.FinishedAt = countersign.RosterDone, 0, 30, 1, at.Add(time.Minute)
		first := NewRosterPage(checked, []countersign.RosterRow{
			row(2, "Adaeze Nwosu", countersign.RowWaiting, "Dr Megan Bell becomes GP supervisor at Hillview Surgery"),
			row(3, "Bartholomew Featherstonehaugh-Cholmondeley", countersign.RowWrong, "start_date: \"soon\" is not a date such as 2026-11-01", "practice: No place of yours has this code"),
		})
		first.Next = 3
		enrolled := row(2, "Adaeze Nwosu", countersign.RowEnrolled)
		enrolled.Apprenticeship = "a1"
		empty, list := NewRostersPage(nil, 2000), NewRostersPage([]countersign.Roster{running, done}, 2000)
		list.Fail(countersign.InvalidField("roster", "Select a roster"))
		return []Sample{
			{"rosters: none", empty}, {"rosters", list}, {"roster: checked", first}, {"roster: running", NewRosterPage(running, []countersign.RosterRow{enrolled})},
			{"roster: done", NewRosterPage(done, []countersign.RosterRow{enrolled, row(3, "Adaeze Nwosu", countersign.RowRefused, "This person is on this framework already")})},
		}
	})
}
