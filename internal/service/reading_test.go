package service_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// returned submits a piece, has it sent back and begins to rewrite it, for
// another competency and with a new file.
func (h *house) returned(t *testing.T, code, secret, other string) (countersign.Evidence, countersign.Attachment) {
	t.Helper()
	asha, mentor := h.as(t, h.Apprentice), h.as(t, h.Mentor)
	e := h.submitted(t, h.observation(h.Mentor.Email, code))
	h.clock.Advance(time.Minute)
	_, err := h.svc.ReviewEvidence(t.Context(), mentor, service.ReviewInput{Evidence: e.ID, Decision: countersign.ReturnEvidence, Comment: "Say more"})
	wantKind(t, err, 0)
	in := h.observation(h.Mentor.Email, other)
	in.Title, in.Narrative = secret, secret
	e, err = h.svc.ChangeEvidence(t.Context(), asha, e.ID, 0, in)
	wantKind(t, err, 0)
	file, err := h.svc.AddAttachment(t.Context(), asha, e.ID, "new.png", png())
	wantKind(t, err, 0)
	return e, file
}

// What is being changed after a return is its author's until it is submitted
// again (E2, E3): everybody else reads what was submitted last.
func TestARewriteIsItsAuthorsUntilSubmitted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const secret, before = "Being rewritten", "Morning blood pressure clinic"
		e, file := h.returned(t, "GPA-CL2", secret, "GPA-CL3")
		asha, mentor := h.as(t, h.Apprentice), h.as(t, h.Mentor)

		own, err := h.svc.Evidence(t.Context(), asha, e.ID)
		wantKind(t, err, 0)
		if own.Evidence.Title != secret || len(own.Evidence.Attachments) != 1 {
			t.Errorf("the author reads %q with %d files, want their own changes", own.Evidence.Title, len(own.Evidence.Attachments))
		}
		page, err := h.svc.Evidence(t.Context(), mentor, e.ID)
		wantKind(t, err, 0)
		if got := page.Evidence; got.Title != before || got.Narrative == secret || !got.Maps("GPA-CL2") || len(got.Attachments) != 0 {
			t.Errorf("the mentor reads %q for %v with %d files, want what was submitted", got.Title, got.Mapping, len(got.Attachments))
		}
		list, _, err := h.svc.EvidenceList(t.Context(), mentor, h.App.ID, service.EvidenceFilter{})
		wantKind(t, err, 0)
		if len(list) != 1 || list[0].Title != before || list[0].Narrative != "" {
			t.Errorf("the mentor's list = %+v, want what was submitted, without long texts", list)
		}
		_, err = h.svc.Attachment(t.Context(), mentor, file.ID, false)
		wantKind(t, err, countersign.NotFound)
		opened, err := h.svc.Attachment(t.Context(), asha, file.ID, false)
		wantKind(t, err, 0)
		if err == nil {
			_ = opened.Content.Close()
		}
		for _, code := range []string{"GPA-CL2", "GPA-CL3"} {
			competency, err := h.svc.Competency(t.Context(), mentor, h.App.ID, code)
			wantKind(t, err, 0)
			if strings.Contains(fmt.Sprintf("%+v", competency), secret) {
				t.Errorf("the page of %s tells the mentor what is being rewritten", code)
			}
		}
		for _, who := range []countersign.Person{h.Apprentice, h.Mentor} {
			p, err := h.svc.Portfolio(t.Context(), h.as(t, who), h.App.ID)
			wantKind(t, err, 0)
			if len(p.Pieces) != 1 || p.Pieces[0].Title != before || p.Pieces[0].Hash != page.Revisions[0].Hash {
				t.Errorf("%s's portfolio shows %+v, want the revision whose hash it names", who.Name, p.Pieces)
			}
		}

		_, err = h.svc.WithdrawEvidence(t.Context(), asha, e.ID, 0, service.WithdrawInput{Reason: "Not worth it"})
		wantKind(t, err, 0)
		page, err = h.svc.Evidence(t.Context(), mentor, e.ID)
		wantKind(t, err, 0)
		if page.Evidence.Title != before {
			t.Errorf("once withdrawn, the mentor reads %q, want what was submitted", page.Evidence.Title)
		}
	})
}

// The page of a competency holds no text of somebody else's draft (E3).
func TestACompetencyTellsNothingOfOthersDrafts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.observation(h.Mentor.Email, "GPA-CL2")
		in.Title, in.Competencies[0].Justification = "Secret draft", "Secret reason"
		_, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
		wantKind(t, err, 0)
		for _, who := range []countersign.Person{h.GP, h.Mentor, h.HubLead, h.Manager} {
			page, err := h.svc.Competency(t.Context(), h.as(t, who), h.App.ID, "GPA-CL2")
			wantKind(t, err, 0)
			if strings.Contains(fmt.Sprintf("%+v", page), "Secret") {
				t.Errorf("%s reads a draft on the competency's page", who.Name)
			}
			if page.Summary.Status != countersign.InProgress {
				t.Errorf("%s sees %s, want in progress", who.Name, page.Summary.Status)
			}
		}
		p, err := h.svc.Portfolio(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, 0)
		if strings.Contains(fmt.Sprintf("%+v", p), "Secret") {
			t.Error("a portfolio holds a draft")
		}
	})
}

// A hub lead reads decisions, never the titles of evidence; a practice manager
// neither, outside the domains they assess (Reading).
func TestDecisionsWithoutTheirEvidence(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const title = "Morning blood pressure clinic"
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		so, _, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		h.submitted(t, h.observation(h.Manager.Email, "GPA-AD5"))

		lead := h.as(t, h.HubLead)
		all, err := h.svc.SignOffs(t.Context(), lead, h.App.ID)
		wantKind(t, err, 0)
		page, one, err := h.svc.Decision(t.Context(), lead, so.ID)
		wantKind(t, err, 0)
		if len(all) != 1 || len(page.Attainment.Decisions) != 1 || one.ID != so.ID {
			t.Errorf("a hub lead reads %d and %d decisions, want the one there is", len(all), len(page.Attainment.Decisions))
		}
		if strings.Contains(fmt.Sprintf("%+v %+v %+v", all, page, one), title) {
			t.Error("a hub lead reads the title of a piece with a decision")
		}
		manager := h.as(t, h.Manager)
		_, err = h.svc.SignOffs(t.Context(), manager, h.App.ID)
		wantKind(t, err, countersign.Forbidden)
		_, _, err = h.svc.Decision(t.Context(), manager, so.ID)
		wantKind(t, err, countersign.NotFound)
		clinical, err := h.svc.Competency(t.Context(), manager, h.App.ID, "GPA-CL2")
		wantKind(t, err, 0)
		if strings.Contains(fmt.Sprintf("%+v", clinical), title) || len(clinical.Attainment.Decisions) > 0 || len(clinical.Pieces) > 0 || len(clinical.Reviews) > 0 {
			t.Error("a practice manager reads clinical evidence or decisions")
		}
		admin, err := h.svc.Competency(t.Context(), manager, h.App.ID, "GPA-AD5")
		wantKind(t, err, 0)
		if len(admin.Pieces) != 1 || len(admin.Reviews) > 0 {
			t.Errorf("a practice manager reads %d administration pieces and the reviews of %d pieces, want 1 and 0", len(admin.Pieces), len(admin.Reviews))
		}
	})
}

// A refusal tells a practice manager nothing of clinical evidence either.
func TestRefusalsTellNoMoreThanPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		e := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		manager := h.as(t, h.Manager)
		_, err := h.svc.ReviewEvidence(t.Context(), manager, service.ReviewInput{Evidence: e.ID, Version: e.Version + 1, Decision: countersign.AcceptEvidence})
		wantKind(t, err, countersign.NotFound)
		_, _, err = h.svc.SignOff(t.Context(), manager, service.SignOffInput{
			Apprenticeship: h.App.ID, Competency: "GPA-CL2", Version: 1000, Decision: countersign.Competent, Level: "3",
		})
		wantKind(t, err, countersign.Conflict)
		if err != nil && strings.Contains(err.Error(), e.Title) {
			t.Errorf("a practice manager is told %q", err)
		}
	})
}

// What is mapped to a competency stands there in the order of its numbers.
func TestAPortfolioTellsOfPiecesInTheOrderOfTheirNumbers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, days := range []int{1, 3, 2} {
			in := h.observation(h.Mentor.Email, "GPA-CL2")
			in.OccurredOn = h.today().AddDays(-days)
			_, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
			wantKind(t, err, 0)
		}
		p, err := h.svc.Portfolio(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantKind(t, err, 0)
		for _, a := range p.Attainments {
			if !slices.IsSortedFunc(a.Pieces, func(a, b countersign.Evidence) int { return a.OccurredOn.UTC().Compare(b.OccurredOn.UTC()) }) {
				t.Errorf("%s: %+v", a.Code, a.Pieces)
			}
			if a.Code == "GPA-CL2" && len(a.Pieces) != 3 {
				t.Errorf("%d pieces", len(a.Pieces))
			}
		}
	})
}
