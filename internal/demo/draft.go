package demo

import (
	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// The competencies that the framework draft is about.
const (
	pressure   = codeStart + "CL2"
	phlebotomy = codeStart + "CL7"
)

// draft tells of a framework version in the making: the training hub's lead has
// changed two competencies and asks a GP, who has read it and commented.
func (w *world) draft() error {
	lead, err := w.actor("hub@demo.example")
	if err != nil {
		return err
	}
	gp, err := w.actor("gp@demo.example")
	if err != nil {
		return err
	}
	w.clock.set(moment(w.ago(9), 10*60+20))
	id, err := w.service.StartFrameworkDraft(w.ctx, lead, service.DraftInput{Parent: "gpa-combined@1.1.0", Version: "1.2.0"})
	if err != nil {
		return err
	}
	w.clock.set(moment(w.ago(9), 10*60+45))
	if err := w.redraft(lead, id, pressure, service.DraftValues{"requires.observed": {"2"}}); err != nil {
		return err
	}
	w.clock.set(moment(w.ago(9), 11*60))
	if err := w.redraft(lead, id, phlebotomy, service.DraftValues{"renew_months": {"24"}}); err != nil {
		return err
	}
	if err := w.service.AskDraftReviewer(w.ctx, lead, id, service.AskReviewerInput{Email: "gp@demo.example"}); err != nil {
		return err
	}
	for _, remark := range []struct {
		by          authz.Actor
		days        int
		place, text string
	}{
		{gp, 6, pressure, "Two observed pieces are right for a skill that is used every day. Could the guidance say that both may be in one clinic?"},
		{lead, 5, phlebotomy, "Two years, as for the training in the hub. Tell me if a practice needs longer."},
	} {
		w.clock.set(moment(w.ago(remark.days), 13*60+10))
		if _, err := w.service.CommentOnDraft(w.ctx, remark.by, id, service.DraftCommentInput{Place: remark.place, Text: remark.text}); err != nil {
			return err
		}
	}
	return nil
}

// redraft changes the competency with that code.
func (w *world) redraft(by authz.Actor, id countersign.VersionDraftID, code string, values service.DraftValues) error {
	r, err := w.service.FrameworkDraft(w.ctx, by, id)
	if err != nil {
		return err
	}
	part := r.Document.PartWithCode("domains.0.competencies.0", code)
	return w.service.EditFrameworkDraft(w.ctx, by, id, r.Draft.Version, service.DraftEdit{Part: part, Values: values})
}
