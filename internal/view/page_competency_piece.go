package view

import (
	"slices"
	"strconv"

	"countersign/internal/countersign"
)

// CompetencyPiece is a piece of evidence on the page of a competency that it
// is mapped to.
type CompetencyPiece struct {
	countersign.Evidence
	Reviews      []countersign.Review // oldest first
	Review       *PieceReview         // the viewer may judge it; nil otherwise
	MayNotReview string               // why not, where somebody else may
	competency   countersign.Competency
	counts       bool
	why          string
	errors       Errors
}

// PieceReview is the part of the form in which one waiting piece is judged.
// Index numbers its inputs.
type PieceReview struct {
	Index    int
	Decision string // as chosen: accept, return, or nothing for later
	Comment  string // as typed
}

// Evidence returns the pieces as shown: those that wait for the viewer first,
// then those that count.
func (p *CompetencyPage) Evidence() []CompetencyPiece {
	counting := p.Assessment.Counting
	out := make([]CompetencyPiece, len(p.Pieces))
	for i, c := range p.Pieces {
		c.competency, c.errors = p.Attainment.Competency, p.Errors
		ok, why := c.CountsFor(p.Attainment.Competency)
		c.counts = slices.ContainsFunc(counting, func(e countersign.Evidence) bool { return e.ID == c.ID })
		switch {
		case c.counts:
		case !ok:
			c.why = why
		case p.renewing():
			c.why = "It belongs to an earlier sign-off, or is too old"
		default:
			c.why = "It is too old"
		}
		out[i] = c
	}
	slices.SortStableFunc(out, func(a, b CompetencyPiece) int { return a.rank() - b.rank() })
	return out
}

func (c CompetencyPiece) rank() int {
	switch {
	case c.Review != nil:
		return 0
	case c.State == countersign.Submitted:
		return 1
	case c.counts:
		return 2
	}
	return 3
}

// Card is the box around the piece.
func (c CompetencyPiece) Card() Card {
	href := evidenceHref(c.ID)
	if c.Review != nil || c.MayNotReview != "" { // so that they come back here
		href += "?from=" + c.competency.Code
	}
	return Card{Heading: Heading{Text: or(c.Title, "Untitled piece"), Level: 3, Size: "s"}, Href: href, Classes: "app-piece"}
}

// Tags say what state it is in and whether it counts here.
func (c CompetencyPiece) Tags() Tags {
	tags := Tags{EvidenceTag(c.State)}
	switch {
	case c.counts && c.Observed():
		tags = append(tags, Tag{Text: "Counts, observed", Colour: "green"})
	case c.counts:
		tags = append(tags, Tag{Text: "Counts", Colour: "green"})
	}
	return tags
}

// Meta is the kind, the day and who accepted it.
func (c CompetencyPiece) Meta() string {
	text := or(c.Kind.Title(), string(c.Kind)) + ", " + Date(c.OccurredOn)
	if c.Origin != nil {
		text += ". " + originText(*c.Origin)
	}
	if c.RecordedByName != "" {
		return text + ". Recorded by " + c.RecordedByName + "."
	}
	if c.ObservedByName != "" {
		text += ". Observer named: " + c.ObservedByName
	}
	if c.State == countersign.Accepted && c.AcceptedByName != "" {
		text += ". Accepted by " + c.AcceptedByName + " on " + Day(c.DecidedAt)
	}
	return text + "."
}

// NotCounting says why it doesn't count; empty when it does, or when it only
// waits.
func (c CompetencyPiece) NotCounting() string {
	if c.counts || c.why == "" {
		return ""
	}
	if c.State == countersign.Submitted || c.State == countersign.Returned {
		e := c.Evidence
		e.State = countersign.Accepted
		would, why := e.CountsFor(c.competency)
		if would {
			return ""
		}
		return "It would not count: " + lowerStart(why) + "."
	}
	return "Does not count: " + lowerStart(c.why) + "."
}

// Justification is why it is evidence for this competency.
func (c CompetencyPiece) Justification() string {
	for _, m := range c.Mapping {
		if m.Competency == c.competency.Code {
			return m.Justification
		}
	}
	return ""
}

// Others are the other competencies that it is mapped to.
func (c CompetencyPiece) Others() string {
	var codes []string
	for _, m := range c.Mapping {
		if m.Competency != c.competency.Code {
			codes = append(codes, m.Competency)
		}
	}
	return Sentence(codes)
}

// Text is the box around what was written: open where it has to be read now.
func (c CompetencyPiece) Text() Details {
	return Details{Summary: "What was written", Open: c.State == countersign.Submitted && c.Review != nil}
}

// Answers are the kind's own questions.
func (c CompetencyPiece) Answers() []Answer { return answers(c.Content) }

// Files are the attachments.
func (c CompetencyPiece) Files() []attached { return filesOf(c.Attachments) }

// Judged is the review history, newest first, in a sentence each.
func (c CompetencyPiece) Judged() []judged {
	out := make([]judged, 0, len(c.Reviews))
	for _, r := range c.Reviews {
		j := judged{Text: "Accepted by " + r.ReviewerName, When: DayTime(r.At), Comment: r.Comment}
		if r.Decision == countersign.ReturnEvidence {
			j.Text = "Returned by " + r.ReviewerName
		}
		if r.Role != "" {
			j.Text += ", " + lowerRole(r.Role)
		}
		out = append(out, j)
	}
	slices.Reverse(out)
	return out
}

type judged struct{ Text, When, Comment string }

// Name returns the form's key of one of the piece's inputs.
func (c CompetencyPiece) Name(field string) string {
	return "reviews." + strconv.Itoa(c.Review.Index) + "." + field
}

// DecisionField accepts, returns or leaves the piece.
func (c CompetencyPiece) DecisionField() Radios {
	value := or(c.Review.Decision, "later")
	return Radios{
		Name: c.Name("decision"), Value: value, Inline: true, Small: true, Error: c.errors.Of(c.Name("decision")),
		Legend: Legend{Text: "Your review of this piece", Size: "s", HiddenText: "“" + c.Title + "”"},
		Items:  []Choice{{Value: "accept", Text: "Accept"}, {Value: "return", Text: "Return"}, {Value: "later", Text: "Leave for later"}},
	}
}

// CommentField is what to say about it.
func (c CompetencyPiece) CommentField() Textarea {
	return Textarea{
		Name: c.Name("comment"), Label: Label{Text: "Comment", HiddenText: "on “" + c.Title + "”"}, Hint: "Needed if you return it: what should change?",
		Rows: 2, Value: c.Review.Comment, Error: c.errors.Of(c.Name("comment")),
	}
}
