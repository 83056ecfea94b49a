package view

import (
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// QueuePage is what waits for somebody, oldest first, and the form that
// decides many rows at once. Its rows are plain strings: the page must stay
// small and quick with 50 of them.
type QueuePage struct {
	Layout
	Action  string // where the form posts to, with the filter
	Rows    []QueueRow
	More    bool // there are more rows than are shown
	Filter  QueueFilter
	Results []Link // the rows that were saved when others were refused
}

// QueueFilter is which part of the queue is shown.
type QueueFilter struct {
	Apprentice  string // identifier of the apprenticeship; empty for all
	Type        string // what is asked; empty for everything
	Apprentices []Option
}

// On reports whether only a part is shown.
func (f QueueFilter) On() bool { return f.Apprentice != "" || f.Type != "" }

// ApprenticeField chooses whose rows are shown.
func (f QueueFilter) ApprenticeField() Select {
	return Select{
		Name: "apprenticeship", Label: Label{Text: "Apprentice"}, Value: f.Apprentice,
		Options: append([]Option{{Value: "", Text: "Everybody"}}, f.Apprentices...),
	}
}

// TypeField chooses what is asked.
func (f QueueFilter) TypeField() Select {
	s := Select{Name: "type", Label: Label{Text: "What is asked"}, Value: f.Type, Options: []Option{{Value: "", Text: "Everything"}}}
	for _, t := range queueTypes {
		s.Options = append(s.Options, Option{Value: string(t), Text: WaitingTag(t).Text})
	}
	return s
}

// Show applies the filter.
func (QueueFilter) Show() Button { return Button{Text: "Show", Variant: "secondary", Small: true} }

var queueTypes = []countersign.WaitingType{
	countersign.WaitReview, countersign.WaitSignOff, countersign.WaitCountersign, countersign.WaitRenewal, countersign.WaitConfirm, countersign.WaitScope,
}

// QueueRow is one thing that waits. Index numbers its inputs.
type QueueRow struct {
	Index       int
	Item        countersign.QueueItem
	Title       string // of the piece or the competency, with its code
	Href        string
	Detail      string // the kind and the competencies of a piece; who signed first
	Then        string // what a decision leads to; may be empty
	Waiting     string // "waiting 12 days"
	Options     []Option
	Statements  []string // that each option but the first signs; none for evidence
	Decision    string   // as chosen
	Comment     string   // as typed
	Error       string
	Undecidable bool // it has to be opened to be decided
}

// Tag says what is asked.
func (r QueueRow) Tag() Tag { return WaitingTag(r.Item.Type) }

// ID is the id of its title, which names its inputs.
func (r QueueRow) ID() string { return "q" + strconv.Itoa(r.Index) }

// Name returns the form's key of one of the row's inputs.
func (r QueueRow) Name(field string) string { return "rows." + strconv.Itoa(r.Index) + "." + field }

// Key returns what the row is about, for its hidden input.
func (r QueueRow) Key() string {
	i := r.Item
	return strings.Join([]string{string(i.Type), string(i.Apprenticeship), string(i.Evidence), i.Competency, strconv.Itoa(i.Version)}, "|")
}

// About says whose it is and since when it waits.
func (r QueueRow) About() string {
	return r.Item.ApprenticeName + ", " + r.Item.PracticeName + ", " + r.Waiting
}

// Became leads to what the row was about and says what became of it.
func (r QueueRow) Became(what string) Link {
	return Link{Text: r.Item.ApprenticeName + ", " + r.Title + ": " + lowerStart(what), Href: r.Href}
}

// NewQueuePage returns the page with its title.
func NewQueuePage() *QueuePage {
	return &QueuePage{Layout: Layout{Title: "Waiting for you"}, Action: "/queue"}
}

// Template implements Page.
func (*QueuePage) Template() string { return "queue/queue" }

// FilterBox is the box around the filter.
func (p *QueuePage) FilterBox() Details {
	return Details{Summary: "Filter by apprentice or by what is asked", Open: p.Filter.On()}
}

// Decidable reports whether any row can be decided here.
func (p *QueuePage) Decidable() bool {
	for _, r := range p.Rows {
		if !r.Undecidable {
			return true
		}
	}
	return false
}

// Save sends the decisions.
func (*QueuePage) Save() Button { return Button{Text: "Sign and save decisions", Once: true} }

// Count says how much waits.
func (p *QueuePage) Count() string {
	if p.More {
		return "The " + Count(len(p.Rows), "oldest thing", "oldest things") + ". More wait behind them."
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
	return append(out, notYetOption)
}

// CountersignOptions are the choices for a decision that somebody else made at
// that level.
func CountersignOptions(level countersign.Level) []Option {
	return []Option{
		{Value: "", Text: "Decide later"},
		{Value: "competent:" + level.Code, Text: "Countersign: " + level.Title},
		notYetOption,
	}
}

var notYetOption = Option{Value: string(countersign.NotYetCompetent), Text: "Not yet competent, with next steps"}

// SignedBy returns the exact statements that the options sign, but the first,
// which decides nothing.
func SignedBy(options []Option, part countersign.Part, f countersign.Framework, c countersign.Competency, apprentice string) []string {
	var out []string
	for _, o := range options[1:] {
		decision, level, competent := strings.Cut(o.Value, ":")
		so := countersign.SignOff{Part: countersign.FirstAssessment, Decision: countersign.Decision(decision), Level: level}
		if competent {
			so.Part = part
		}
		out = append(out, countersign.Declaration(so, f, c, apprentice))
	}
	return out
}

// QueueThen says what a competent decision leads to, by whose countersignature
// it would still need.
func QueueThen(awaits countersign.NamingRole) string {
	switch awaits {
	case "":
		return "Your decision will be final"
	case countersign.SecondPerson:
		return "You accepted all of its evidence, so a second person must countersign your decision"
	}
	return "Your decision will wait for the countersignature of the " + lowerRole(awaits)
}

func init() {
	addSamples(func() []Sample {
		full := NewQueuePage()
		full.Rows = sampleQueue()
		wrong := NewQueuePage()
		wrong.Rows = sampleQueue()
		wrong.Rows[0].Decision, wrong.Rows[0].Error = "return", "Enter what the apprentice needs to change"
		wrong.Results = []Link{wrong.Rows[1].Became("Signed off")}
		wrong.Errors.LinkTo("rows.0.comment", "rows.0.comment")
		wrong.Fail(countersign.InvalidField("rows.0.comment", "Enter what the apprentice needs to change"))
		filtered := NewQueuePage()
		filtered.Rows, filtered.More = sampleQueue()[:2], true
		filtered.Filter = QueueFilter{Apprentice: "a1", Type: "review", Apprentices: []Option{{Value: "a1", Text: "Zoë Ńowak"}}}
		none := NewQueuePage()
		none.Filter = QueueFilter{Type: "renewal"}
		return []Sample{
			{"queue: empty", NewQueuePage()}, {"queue", full}, {"queue: one row refused", wrong},
			{"queue: filtered", filtered}, {"queue: filtered, empty", none},
		}
	})
}

func sampleQueue() []QueueRow {
	item := func(t countersign.WaitingType, name string) countersign.QueueItem {
		return countersign.QueueItem{Type: t, ApprenticeName: name, PracticeName: "Hillview Surgery", Apprenticeship: "a1"}
	}
	level := countersign.Level{Code: "3", Title: "Competent under indirect supervision"}
	return []QueueRow{
		{
			Index: 0, Item: item(countersign.WaitReview, "Asha Patel"), Title: "Morning blood pressure clinic", Href: "/evidence/e1",
			Detail: "Observation for GPA-CL2, GPA-CO1", Waiting: "waiting 12 days", Options: ReviewOptions(),
		},
		{
			Index: 1, Item: item(countersign.WaitSignOff, "Zoë Ńowak"), Title: "GPA-CL2 Blood pressure", Href: "/apprenticeships/a1/competencies/GPA-CL2",
			Waiting: "waiting 3 days", Then: QueueThen(countersign.SecondPerson),
			Statements: []string{
				"In my judgement Zoë Ńowak is competent in GPA-CL2 Blood pressure at Competent under indirect supervision, on the evidence listed.",
				"In my judgement Zoë Ńowak is not yet competent in GPA-CL2 Blood pressure. I have said what to do next.",
			},
			Options: []Option{{Value: "", Text: "Decide later"}, {Value: "competent:3", Text: "Competent: " + level.Title}, notYetOption},
		},
		{
			Index: 2, Item: item(countersign.WaitCountersign, "Zoë Ńowak"), Title: "GPA-CL5 Urine testing", Href: "/apprenticeships/a1/competencies/GPA-CL5",
			Detail: "Sam Okafor signed: " + level.Title, Waiting: "waiting 1 day", Options: CountersignOptions(level), Then: "Your countersignature makes it final",
		},
		{
			Index: 3, Item: item(countersign.WaitScope, "Zoë Ńowak"), Title: "GPA-CL7 Taking blood", Href: "/apprenticeships/a1/scope",
			Waiting: "waiting since today", Undecidable: true,
		},
	}
}
