package view

import (
	"slices"

	"countersign/internal/countersign"
)

// draftRemark is a comment as the page of a draft shows it.
type draftRemark struct {
	Card   Card
	Facts  SummaryList
	Action string // empty when it can't be resolved
	Button Button
}

// Remarks are the comments, open ones first.
func (p *DraftPage) Remarks() []draftRemark {
	var open, done []draftRemark
	for _, c := range p.Comments {
		name := or(p.placeName(c.Place), "The whole draft")
		r := draftRemark{
			Card:  Card{Heading: Heading{Text: name, Level: 3, Size: "s"}, ID: "comment-" + string(c.ID)},
			Facts: SummaryList{Rows: []SummaryRow{{Key: "Comment", Value: c.Text}, {Key: "By", Value: c.Name + ", " + DayTime(c.At)}}},
		}
		if c.Of != p.Draft.Version && p.Open() {
			r.Facts.Rows = append(r.Facts.Rows, SummaryRow{Key: "About", Value: "The draft as it was before its last change"})
		}
		if !c.ResolvedAt.IsZero() {
			r.Facts.Rows = append(r.Facts.Rows, SummaryRow{Key: "Resolved", Value: DayTime(c.ResolvedAt) + ", by " + c.ResolvedByName})
			done = append(done, r)
			continue
		}
		if p.MayComment {
			r.Action = draftHref(p.Draft.ID) + "/comments/" + string(c.ID) + "/resolution"
			r.Button = Button{Text: "Mark as resolved", Variant: "secondary", Small: true, Once: true, Label: "Mark as resolved: comment by " + c.Name + " on " + name}
		}
		open = append(open, r)
	}
	return append(open, done...)
}

// placeName is what a comment is about: empty for the whole.
func (p *DraftPage) placeName(code string) string {
	for _, o := range p.places() {
		if o.Value == code && code != "" {
			return o.Text
		}
	}
	return code
}

func (p *DraftPage) places() []Option {
	options := []Option{{Text: "The whole draft"}}
	for _, d := range p.Framework.Domains {
		options = append(options, Option{Value: d.Code, Text: d.Code + " " + d.Title})
		for _, c := range d.Competencies {
			options = append(options, Option{Value: c.Code, Text: c.Code + " " + c.Title})
		}
	}
	for _, d := range p.Framework.Role.Duties {
		options = append(options, Option{Value: d.Code, Text: "Duty " + d.Code})
	}
	return options
}

// CommentAction is where a comment is posted.
func (p *DraftPage) CommentAction() string { return draftHref(p.Draft.ID) + "/comments" }

// CommentFields are what is asked for a comment.
func (p *DraftPage) CommentFields() Blocks {
	return Blocks{
		Select{Name: "place", Label: Label{Text: "What is it about?"}, Value: p.Place, Options: p.places(), Error: p.Errors.Of("place")},
		Textarea{Name: "text", Label: Label{Text: "Comment"}, Value: p.Text, Error: p.Errors.Of("text"), Rows: 4},
	}
}

// AddComment posts it.
func (*DraftPage) AddComment() Button {
	return Button{Text: "Add the comment", Variant: "secondary", Once: true}
}

// ReviewerTable says who is asked, and what each has said.
func (p *DraftPage) ReviewerTable() Table {
	t := Table{Caption: "Reviewers", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true, Head: []Column{{Text: "Reviewer"}, {Text: "Review"}, {Text: "Comment"}}}
	for _, r := range p.Reviewers {
		said, comment := Cell{Text: "Not yet"}, ""
		for _, review := range p.Reviews { // the last one counts
			if review.Person == r.Person {
				said, comment = Cell{Body: Blocks{p.reviewTag(review), Text(" " + DayTime(review.At))}}, review.Comment
			}
		}
		t.Rows = append(t.Rows, []Cell{{Text: r.Name}, said, {Text: or(comment, "None")}})
	}
	return t
}

func (p *DraftPage) reviewTag(r countersign.DraftReview) Tag {
	switch {
	case slices.Contains(p.Draft.Editors, r.Person):
		return Tag{Text: "Has edited it since", Colour: "grey"}
	case r.Of != p.Draft.Version && p.Open():
		return Tag{Text: "Changed since the review", Colour: "yellow"}
	case r.Decision == countersign.ApproveDraft:
		return Tag{Text: "Approved", Colour: "green"}
	}
	return Tag{Text: "Asks for changes", Colour: "orange"}
}

// AskAction is where a reviewer is named.
func (p *DraftPage) AskAction() string { return draftHref(p.Draft.ID) + "/reviewers" }

// EmailField names a reviewer.
func (p *DraftPage) EmailField() Input {
	return emailField(&p.Layout, "email", "Email address of a reviewer", "Anybody who holds a role here and has not edited the draft. They get an email, and can read the draft and comment on it.", p.Email)
}

// Ask asks them.
func (*DraftPage) Ask() Button {
	return Button{Text: "Ask for a review", Variant: "secondary", Once: true}
}

// ReviewAction is where a review is posted.
func (p *DraftPage) ReviewAction() string { return draftHref(p.Draft.ID) + "/reviews" }

// ReviewFields are what a reviewer is asked.
func (p *DraftPage) ReviewFields() Blocks {
	return Blocks{
		Radios{Name: "decision", Legend: Legend{Text: "Your review of the draft as it is now"}, Value: p.Decision, Error: p.Errors.Of("decision"), Items: []Choice{
			{Value: string(countersign.ApproveDraft), Text: "I approve it"}, {Value: string(countersign.AskChanges), Text: "I ask for changes"},
		}},
		Textarea{Name: "comment", Label: Label{Text: "Comment"}, Hint: "Needed if you ask for changes.", Value: p.ReviewComment, Error: p.Errors.Of("comment"), Rows: 4},
	}
}

// SaveReview posts it.
func (*DraftPage) SaveReview() Button { return Button{Text: "Save the review", Once: true} }
