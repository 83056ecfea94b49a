package view

import (
	"net/url"
	"slices"

	"countersign/internal/countersign"
)

// apprenticeColumns are the columns that the list can have beside the name, in
// their order.
var apprenticeColumns = []struct {
	code, name string
	cell       func(ApprenticeRow, countersign.Date) Cell
}{
	{"practice", "Practice", func(r ApprenticeRow, _ countersign.Date) Cell { return Cell{Text: r.Practice} }},
	{"hub", "Training hub", func(r ApprenticeRow, _ countersign.Date) Cell { return Cell{Text: r.Hub} }},
	{"framework", "Framework", func(r ApprenticeRow, _ countersign.Date) Cell { return Cell{Text: r.Framework} }},
	{"cohort", "Cohort", func(r ApprenticeRow, _ countersign.Date) Cell { return Cell{Text: or(r.Cohort, "None")} }},
	{"start", "Start", func(r ApprenticeRow, _ countersign.Date) Cell { return Cell{Text: Date(r.Start)} }},
	{"flag", "How they get on", func(r ApprenticeRow, _ countersign.Date) Cell { return r.getsOn() }},
	{"signed_off", "Signed off", func(r ApprenticeRow, _ countersign.Date) Cell { return r.progress() }},
	{"planned_end", "Planned end", func(r ApprenticeRow, _ countersign.Date) Cell { return r.end() }},
	{"last_activity", "Last activity", func(r ApprenticeRow, _ countersign.Date) Cell { return Cell{Text: r.activity()} }},
	{"waiting", "Waiting", func(r ApprenticeRow, today countersign.Date) Cell { return Cell{Text: r.waits(today)} }},
	{"mentors", "Mentors", func(r ApprenticeRow, _ countersign.Date) Cell { return Cell{Body: r.mentors()} }},
}

func apprenticesTableWith(caption string, today countersign.Date, rows []ApprenticeRow, columns []string) Table {
	t := Table{
		Caption: caption, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true, Head: []Column{{Text: "Apprentice"}},
	}
	lines := make([][]Cell, len(rows))
	for i, r := range rows {
		lines[i] = []Cell{{Text: r.Name, Href: "/apprenticeships/" + r.ID}}
	}
	for _, c := range apprenticeColumns {
		if !slices.Contains(columns, c.code) {
			continue
		}
		t.Head = append(t.Head, Column{Text: c.name})
		for i, r := range rows {
			lines[i] = append(lines[i], c.cell(r, today))
		}
	}
	t.Rows = lines
	return t
}

var flagTags = map[countersign.Flag]Tag{
	countersign.OnTrack:  {Text: "On track", Colour: "green"},
	countersign.Slipping: {Text: "Slipping", Colour: "yellow"},
	countersign.Stuck:    {Text: "Stuck", Colour: "red"},
}

// getsOn is the flag of somebody who is learning.
func (r ApprenticeRow) getsOn() Cell {
	tag, ok := flagTags[r.Flag]
	if !ok {
		return Cell{Text: "Not judged"}
	}
	return Cell{Body: Blocks{tag}}
}

// ColumnsField chooses the columns.
func (p *ApprenticesPage) ColumnsField() Checkboxes {
	c := Checkboxes{Name: "columns", Legend: Legend{Text: "Columns"}, Hint: "None for the usual ones", Small: true}
	for _, col := range apprenticeColumns {
		c.Items = append(c.Items, Choice{Value: col.code, Text: col.name, Checked: slices.Contains(p.Filter.Columns, col.code)})
	}
	return c
}

// SavedViews holds the views that somebody keeps for themselves; it is open
// when what they typed was refused.
func (p *ApprenticesPage) SavedViews() Details {
	return Details{Summary: "Saved views", Open: p.Errors.Of("name") != "" || p.Errors.Of("query") != ""}
}

// ViewLines are the saved views.
func (p *ApprenticesPage) ViewLines() []ViewLine {
	lines := make([]ViewLine, len(p.Views))
	for i, v := range p.Views {
		lines[i] = ViewLine{
			Link:   Link{Text: v.Name, Href: "/apprenticeships?" + v.Query},
			Remove: Button{Text: "Remove", Variant: "secondary", Small: true, Label: "Remove the view " + v.Name},
			Action: "/apprenticeships/views/" + url.PathEscape(string(v.ID)) + "/removal",
		}
	}
	return lines
}

// ViewLine is a saved view with the form that removes it.
type ViewLine struct {
	Link   Link
	Remove Button
	Action string
}

// ViewName names what is shown, to keep it.
func (p *ApprenticesPage) ViewName() Input {
	return Input{Name: "name", ID: "view-name", Label: Label{Text: "Keep what this list shows as"}, Hint: "A view of the same name is replaced.", Error: p.Errors.Of("name"), Classes: "nhsuk-u-width-two-thirds"}
}

// ViewQuery is what is kept.
func (p *ApprenticesPage) ViewQuery() string { return p.Filter.Values().Encode() }

// Keep keeps the view.
func (*ApprenticesPage) Keep() Button { return Button{Text: "Keep this view", Variant: "secondary"} }
