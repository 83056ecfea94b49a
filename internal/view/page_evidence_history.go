package view

import (
	"strconv"

	"countersign/internal/countersign"
)

// reviewed is one judgement as shown.
type reviewed struct {
	Heading string // "Returned by Siân Okafor, secondary mentor"
	When    string
	Machine string
	Comment string
	Changes []string
}

// History is the judgements, newest first.
func (p *EvidencePage) History() []reviewed {
	out := make([]reviewed, 0, len(p.Reviews))
	for i := len(p.Reviews) - 1; i >= 0; i-- {
		r := p.Reviews[i]
		row := reviewed{
			Heading: "Accepted by " + r.ReviewerName, When: DayTime(r.At), Machine: Machine(r.At), Comment: r.Comment,
		}
		if r.Decision == countersign.ReturnEvidence {
			row.Heading = "Returned by " + r.ReviewerName
		}
		if r.Role != "" {
			row.Heading += ", " + lowerRole(r.Role)
		}
		row.Heading += " (revision " + strconv.Itoa(r.Revision) + ")"
		if len(r.Added) > 0 {
			row.Changes = append(row.Changes, "Added "+Sentence(r.Added))
		}
		if len(r.Removed) > 0 {
			row.Changes = append(row.Changes, "Took out "+Sentence(r.Removed))
		}
		out = append(out, row)
	}
	return out
}

// revisionLink leads to a submitted revision.
type revisionLink struct{ Text, Href, When string }

// RevisionLinks lead to every submitted revision, newest first.
func (p *EvidencePage) RevisionLinks() []revisionLink {
	out := make([]revisionLink, 0, len(p.Revisions))
	for i := len(p.Revisions) - 1; i >= 0; i-- {
		r := p.Revisions[i]
		out = append(out, revisionLink{
			Text: "Revision " + strconv.Itoa(r.Number), Href: p.Href("/revisions/" + strconv.Itoa(r.Number)), When: "submitted " + DayTime(r.SubmittedAt),
		})
	}
	return out
}

// relied is a decision that relies on the piece.
type relied struct{ Text, Href string }

// Decisions are those that rely on the piece.
func (p *EvidencePage) Decisions() []relied {
	out := make([]relied, 0, len(p.ReliedOn))
	for _, so := range p.ReliedOn {
		text := so.Competency + ": " + DecisionTag(so.Decision).Text + ", signed by " + so.AssessorName + " on " + Day(so.SignedAt)
		if where := so.MadeElsewhere(); where != "" {
			text += ", " + where
		}
		for _, r := range so.Evidence {
			if r.Evidence == p.Evidence.ID && r.Revision != p.Evidence.Revision {
				text += " (revision " + strconv.Itoa(r.Revision) + ")"
			}
		}
		out = append(out, relied{text, competencyHref(so.Apprenticeship, so.Competency)})
	}
	return out
}

// ChangeFirst reports whether the piece came back, or was reported, so that
// handing it in again as it is comes second.
func (p *EvidencePage) ChangeFirst() bool {
	return p.Evidence.State == countersign.Returned || p.Evidence.Quarantined
}

// Edit leads to the form.
func (p *EvidencePage) Edit() Button {
	b := Button{Text: "Change this piece", Href: p.Href("/edit")}
	if p.Evidence.State == countersign.Draft {
		b.Variant = "secondary"
	}
	return b
}

// Submit hands the piece in as it is.
func (p *EvidencePage) Submit() Button {
	b := Button{Text: "Submit for review", Once: true}
	switch {
	case p.Evidence.RecordedBy != "":
		b.Text = "Record and accept"
	case p.Evidence.State == countersign.Returned:
		b.Text, b.Variant = "Submit again as it is", "secondary"
	}
	return b
}

// Copy starts a new draft from the piece.
func (*EvidencePage) Copy() Button {
	return Button{Text: "Copy to a new draft", Variant: "secondary", Once: true}
}

// WithdrawLink and DeleteLink lead to the pages that ask first.
func (p *EvidencePage) WithdrawLink() Link {
	return Link{Text: "Withdraw this piece", Href: p.Href("/withdrawal")}
}

// DeleteLink leads to the page that asks first.
func (p *EvidencePage) DeleteLink() Link {
	return Link{Text: "Delete this draft", Href: p.Href("/deletion")}
}

// AnyAction reports whether there is anything to do.
func (p *EvidencePage) AnyAction() bool {
	return p.MayEdit || p.MayDelete || p.MayWithdraw || p.MayCopy
}

// ReadCommentField is what the apprentice says to a recorded piece.
func (p *EvidencePage) ReadCommentField() Textarea {
	return Textarea{
		Name: "comment", Label: Label{Text: "Your comment (optional)"}, Value: p.ReadComment, Error: p.Errors.Of("comment"), Rows: 3,
		Hint: "Everybody who can read this piece sees it",
	}
}

// ConfirmRead confirms having read it.
func (*EvidencePage) ConfirmRead() Button {
	return Button{Text: "Confirm that I have read it", Once: true}
}

// EvidenceAskPage asks before a piece is withdrawn or deleted.
type EvidenceAskPage struct {
	Layout
	Evidence countersign.Evidence
	Withdraw bool
	Reason   string // as typed
	ReliedOn []countersign.SignOff
}

// NewEvidenceAskPage returns the page with its title.
func NewEvidenceAskPage(e countersign.Evidence, withdraw bool) *EvidenceAskPage {
	p := &EvidenceAskPage{Evidence: e, Withdraw: withdraw, Layout: Layout{Title: "Delete this draft?"}}
	if withdraw {
		p.Title = "Withdraw this piece"
	}
	p.Back = BackLink{Href: evidenceHref(e.ID)}
	return p
}

// Template implements Page.
func (*EvidenceAskPage) Template() string { return "evidence/ask" }

// Action is where the form posts to.
func (p *EvidenceAskPage) Action() string {
	if p.Withdraw {
		return evidenceHref(p.Evidence.ID) + "/withdrawal"
	}
	return evidenceHref(p.Evidence.ID) + "/deletion"
}

// Named is the piece's title, or what stands for it.
func (p *EvidenceAskPage) Named() string { return or(p.Evidence.Title, "Untitled piece") }

// Signed names the competencies that were decided by it.
func (p *EvidenceAskPage) Signed() string {
	var codes []string
	for _, so := range p.ReliedOn {
		codes = append(codes, so.Competency)
	}
	return Sentence(codes)
}

// ReasonField asks why.
func (p *EvidenceAskPage) ReasonField() Textarea {
	return Textarea{
		Name: "reason", Label: Label{Text: "Why do you withdraw it?"}, Hint: "The reason stays in the record", Rows: 3,
		Value: p.Reason, Error: p.Errors.Of("reason"),
	}
}

// Confirm does it.
func (p *EvidenceAskPage) Confirm() Button {
	if p.Withdraw {
		return Button{Text: "Withdraw this piece", Variant: "warning", Once: true}
	}
	return Button{Text: "Delete this draft", Variant: "warning", Once: true}
}

// Cancel leads back.
func (p *EvidenceAskPage) Cancel() Link {
	return Link{Text: "Cancel", Href: evidenceHref(p.Evidence.ID)}
}
