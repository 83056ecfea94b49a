package jobs_test

import (
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// Reviewers are asked by mail, and the maker is told of a review; what anybody
// wrote is read on the page only.
func TestReviewersOfADraftAreAskedAndItsMakerIsToldByMail(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		as := func(p countersign.Person) authz.Actor {
			actor, err := o.svc.Actor(t.Context(), p.ID, o.proof())
			if err != nil {
				t.Fatal(err)
			}
			return actor
		}
		lead, gp := as(o.HubLead), as(o.GP)
		id, err := o.svc.StartFrameworkDraft(t.Context(), lead, service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "1.7.0", Title: "Ours"})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // asking again mails nothing
			if err := o.svc.AskDraftReviewer(t.Context(), lead, id, service.AskReviewerInput{Email: o.GP.Email}); err != nil {
				t.Fatal(err)
			}
		}
		sent := o.work(t)
		if len(sent) != 1 || sent[0].To != o.GP.Email || !strings.Contains(sent[0].Text, "Ours, version 1.7.0") || !strings.Contains(sent[0].Text, "https://example.org/framework-drafts/"+string(id)) {
			t.Fatalf("mails = %v, want one to %s", sent, o.GP.Email)
		}
		if err := o.svc.ReviewFrameworkDraft(t.Context(), gp, id, 0, service.DraftReviewInput{Decision: countersign.AskChanges, Comment: "A private comment"}); err != nil {
			t.Fatal(err)
		}
		sent = o.work(t)
		if len(sent) != 1 || sent[0].To != o.HubLead.Email || strings.Contains(sent[0].Text+sent[0].Subject, "private comment") {
			t.Fatalf("mails = %v, want one to %s without the comment", sent, o.HubLead.Email)
		}
		if err := o.svc.AskDraftReviewer(t.Context(), lead, id, service.AskReviewerInput{Email: o.Mentor.Email}); err != nil {
			t.Fatal(err)
		}
		if err := o.svc.DiscardFrameworkDraft(t.Context(), lead, id, 0); err != nil {
			t.Fatal(err)
		}
		if sent = o.work(t); len(sent) != 0 {
			t.Errorf("mails = %v about a draft that has ended, want none", sent)
		}
	})
}
