package view

import (
	"countersign/internal/countersign"
)

// ILRPage is the hand-over of learners to a training provider: what fits
// together and what doesn't, and the file.
type ILRPage struct {
	Layout
	Code, Place string
	Learners    []ILRRow
	UKPRN       string // as typed
}

// ILRRow is a learner.
type ILRRow struct {
	ID, Name, Reference string
	Deliveries          []countersign.ILRDelivery
	Doubts              []string
}

// NewILRPage returns the page with its title.
func NewILRPage(code, place string) *ILRPage {
	return &ILRPage{
		Layout: Layout{Title: "Hand-over of learners", Back: BackLink{Text: place, Href: "/reports/" + code}}, Code: code, Place: place,
	}
}

// Template implements Page.
func (*ILRPage) Template() string { return "reports/ilr" }

// Year is the funding year.
func (*ILRPage) Year() string { return countersign.ILRYear.Name }

// Missing is what the file can't hold.
func (*ILRPage) Missing() []string { return countersign.ILRMissing }

// UKPRNField is whose learners they are.
func (p *ILRPage) UKPRNField() Input {
	return Input{
		Name: "ukprn", Label: Label{Text: "UK Provider Reference Number (UKPRN)"}, Hint: "8 digits, of the provider that makes the return. It is not kept.",
		Value: p.UKPRN, Error: p.Errors.Of("ukprn"), InputMode: "numeric", Width: 10, NoSpellcheck: true,
	}
}

// Download gets the file.
func (*ILRPage) Download() Button { return Button{Text: "Download the hand-over file (XML)"} }

var ilrWords = map[countersign.ILRStatus]string{
	countersign.ILRContinuing: "continuing", countersign.ILRCompleted: "completed", countersign.ILRWithdrawn: "withdrawn", countersign.ILROnBreak: "ended by a break",
}

// Table is the learners with what to look at.
func (p *ILRPage) Table() Table {
	t := Table{
		Caption: "Learners in " + p.Year(), Responsive: true,
		Head: []Column{{Text: "Learner"}, {Text: "Stretches of learning"}, {Text: "To look at before the return"}},
	}
	for _, l := range p.Learners {
		stretches := make([]string, len(l.Deliveries))
		for i, d := range l.Deliveries {
			stretches[i] = d.StartOn.Long() + " to "
			if d.EndedOn.IsZero() {
				stretches[i] += d.PlannedEndOn.Long() + " as planned"
			} else {
				stretches[i] += d.EndedOn.Long()
			}
			stretches[i] += ", " + ilrWords[d.Status]
			if d.PlannedHours > 0 {
				stretches[i] += ", " + Count(d.PlannedHours, "hour") + " planned"
			}
			if d.ActualHours > 0 {
				stretches[i] += ", " + Count(d.ActualHours, "hour") + " verified"
			}
		}
		doubts := l.Doubts
		if len(doubts) == 0 {
			doubts = []string{"Nothing"}
		}
		t.Rows = append(t.Rows, []Cell{
			{Body: Blocks{Links{{Text: l.Name, Href: "/apprenticeships/" + l.ID}}, Text("In the file: " + l.Reference)}},
			{Body: Blocks{List{Items: stretches}}}, {Body: Blocks{List{Items: doubts}}},
		})
	}
	return t
}

func init() {
	addSamples(func() []Sample {
		full := NewILRPage("QHM", "Northstead Training Hub")
		full.Learners = []ILRRow{
			{ID: "a1", Name: "Asha Patel", Reference: "0190A7C4D2E1", Deliveries: []countersign.ILRDelivery{
				{StartOn: countersign.On(2025, 9, 1), PlannedEndOn: countersign.On(2026, 9, 30), PlannedHours: 187, Status: countersign.ILROnBreak, EndedOn: countersign.On(2026, 1, 4)},
				{StartOn: countersign.On(2026, 3, 2), OriginalOn: countersign.On(2025, 9, 1), PlannedEndOn: countersign.On(2026, 11, 30), Status: countersign.ILRContinuing},
			}, Doubts: []string{"The planned end, 30 November 2026, has passed, and learning has not ended"}},
			{ID: "a2", Name: "Owen Price", Reference: "0190A7C4D2E2", Deliveries: []countersign.ILRDelivery{
				{StartOn: countersign.On(2025, 8, 4), PlannedEndOn: countersign.On(2026, 5, 31), PlannedHours: 187, ActualHours: 201, Status: countersign.ILRCompleted, EndedOn: countersign.On(2026, 5, 20)},
			}},
		}
		wrong := NewILRPage("QHM", "Northstead Training Hub")
		wrong.Learners, wrong.UKPRN = full.Learners, "1234"
		wrong.Fail(countersign.InvalidField("ukprn", "Enter the 8 digits of the UK Provider Reference Number"))
		return []Sample{{"hand-over of learners", full}, {"hand-over of learners: nobody", NewILRPage("QHM", "Northstead Training Hub")}, {"hand-over of learners: wrong number", wrong}}
	})
}
