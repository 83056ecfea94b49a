package view

import (
	"strconv"

	"countersign/internal/countersign"
)

// QueuePage is what waits for somebody, oldest first, and the form that
// decides many rows at once. Its rows are plain strings: the page must stay
// small and quick with 50 of them.
type QueuePage struct {
	Layout
	Rows    []QueueRow
	More    bool   // there are more rows than are shown
	Only    string // name of the one apprentice shown; empty for all
	Results []QueueResult
}

// QueueRow is one thing that waits. Index numbers its inputs.
type QueueRow struct {
	Index       int
	Item        countersign.QueueItem
	Title       string // of the piece or the competency
	Code        string // of the competency; empty for a piece
	Href        string
	Detail      string // the kind and the competencies of a piece
	Waiting     string // "waiting 12 days"
	Options     []Option
	Decision    string // as chosen
	Comment     string // as typed
	Error       string
	Undecidable bool // it has to be opened to be decided
}

// Tag says what is asked.
func (r QueueRow) Tag() Tag { return WaitingTag(r.Item.Type) }

// Name returns the form's key of one of the row's inputs.
func (r QueueRow) Name(field string) string { return "rows." + strconv.Itoa(r.Index) + "." + field }

// QueueResult is what became of a row that was decided.
type QueueResult struct {
	What   string // "Asha Patel, GPA-CL2 Blood pressure"
	Became string // "Signed off"
	Href   string
}

// NewQueuePage returns the page with its title.
func NewQueuePage() *QueuePage { return &QueuePage{Layout: Layout{Title: "Waiting for you"}} }

// Template implements Page.
func (*QueuePage) Template() string { return "queue/queue" }

// Save sends the decisions.
func (*QueuePage) Save() Button { return Button{Text: "Save decisions", Once: true} }

// Count says how much waits.
func (p *QueuePage) Count() string {
	if p.More {
		return "The " + Count(len(p.Rows), "oldest thing", "oldest things") + " of more."
	}
	return Count(len(p.Rows), "thing") + ", oldest first."
}

// ReviewOptions are the choices for a piece of evidence.
func ReviewOptions() []Option {
	return []Option{{Value: "", Text: "Decide later"}, {Value: "accept", Text: "Accept"}, {Value: "return", Text: "Return with a comment"}}
}

// DecisionOptions are the choices for a competency: a level from its
// threshold up, or not yet.
func DecisionOptions(f countersign.Framework, c countersign.Competency) []Option {
	out := []Option{{Value: "", Text: "Decide later"}}
	threshold, _ := f.Scale.Rank(c.Threshold)
	for _, l := range f.Scale.Levels[threshold:] {
		out = append(out, Option{Value: "competent:" + l.Code, Text: "Competent: " + l.Title})
	}
	return append(out, Option{Value: "not_yet_competent", Text: "Not yet competent"})
}

func init() {
	addSamples(func() []Sample {
		full := NewQueuePage()
		full.Rows = sampleQueue()
		wrong := NewQueuePage()
		wrong.Rows = sampleQueue()
		wrong.Rows[0].Decision, wrong.Rows[0].Error = "return", "Enter what the apprentice needs to change"
		wrong.Results = []QueueResult{{"Zoë Ńowak, GPA-CL2 Blood pressure", "Signed off", "/apprenticeships/a1/competencies/GPA-CL2"}}
		wrong.Errors.LinkTo("rows.0.comment", "rows.0.comment")
		wrong.Fail(countersign.InvalidField("rows.0.comment", "Enter what the apprentice needs to change"))
		return []Sample{{"queue: empty", NewQueuePage()}, {"queue", full}, {"queue: one row refused", wrong}}
	})
}

func sampleQueue() []QueueRow {
	return []QueueRow{
		{
			Index: 0, Item: countersign.QueueItem{Type: countersign.WaitReview, ApprenticeName: "Asha Patel", PracticeName: "Hillview Surgery", Apprenticeship: "a1"},
			Title: "Morning blood pressure clinic", Href: "/evidence/e1", Detail: "Observation for GPA-CL2, GPA-CO1", Waiting: "waiting 12 days", Options: ReviewOptions(),
		},
		{
			Index: 1, Item: countersign.QueueItem{Type: countersign.WaitSignOff, ApprenticeName: "Zoë Ńowak", PracticeName: "Hillview Surgery", Apprenticeship: "a1"},
			Title: "Blood pressure", Code: "GPA-CL2", Href: "/apprenticeships/a1/competencies/GPA-CL2", Waiting: "waiting 3 days",
			Options: []Option{{Value: "", Text: "Decide later"}, {Value: "competent:3", Text: "Competent: indirect supervision"}, {Value: "not_yet_competent", Text: "Not yet competent"}},
		},
		{
			Index: 2, Item: countersign.QueueItem{Type: countersign.WaitScope, ApprenticeName: "Zoë Ńowak", PracticeName: "Hillview Surgery", Apprenticeship: "a1"},
			Title: "Phlebotomy", Code: "GPA-CL7", Href: "/apprenticeships/a1/scope", Waiting: "waiting since today", Undecidable: true,
		},
	}
}
