package service_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// reported is a piece with a file that was accepted, signed on, and then
// reported by the mentor.
func (h *house) reported(t *testing.T) (countersign.Evidence, countersign.Attachment) {
	t.Helper()
	asha := h.as(t, h.Apprentice)
	e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL1"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := h.svc.AddAttachment(t.Context(), asha, e.ID, "notes.txt", strings.NewReader("About old Doreen."))
	if err != nil {
		t.Fatal(err)
	}
	if e, err = h.svc.SubmitEvidence(t.Context(), asha, e.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence, Comment: "Old Doreen was lucky"}); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	if err := h.svc.ReportEvidence(t.Context(), h.as(t, h.Mentor), e.ID, service.ReportInput{Reason: "A first name in the file"}); err != nil {
		t.Fatal(err)
	}
	return e, file
}

func (h *house) seen(t *testing.T, by authz.Actor, id countersign.EvidenceID) (service.EvidencePage, error) {
	t.Helper()
	return h.svc.Evidence(t.Context(), by, id)
}

func wantDone(t *testing.T, what string, err error, want countersign.Kind) {
	t.Helper()
	if got := countersign.KindOf(err); got != want {
		t.Errorf("%s: %v, kind %v; want %v", what, err, got, want)
	}
}

func TestAReportedPieceIsHiddenAtOnceAndDoesNotCount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		e, file := h.reported(t)
		gp := h.as(t, h.GP)
		_, err := h.seen(t, gp, e.ID)
		wantDone(t, "the GP supervisor reads it", err, countersign.NotFound)
		_, err = h.svc.Attachment(t.Context(), gp, file.ID, false)
		wantDone(t, "the GP supervisor reads its file", err, countersign.NotFound)
		for _, p := range []countersign.Person{h.Apprentice, h.Mentor} {
			page, err := h.seen(t, h.as(t, p), e.ID)
			if err != nil || page.Evidence.Title != e.Title || page.Evidence.Report == nil || page.Evidence.Report.Reason != "A first name in the file" {
				t.Errorf("%s reads %+v, %v", p.Name, page.Evidence, err)
			}
		}
		_, err = h.svc.CopyEvidence(t.Context(), h.as(t, h.Apprentice), e.ID, "")
		wantDone(t, "its author copies it", err, countersign.Conflict)
		list, _, err := h.svc.EvidenceList(t.Context(), gp, h.App.ID, service.EvidenceFilter{})
		if err != nil || len(list) != 1 || !list[0].Hidden || strings.Contains(list[0].Title, "clinic") || len(list[0].Attachments) != 0 {
			t.Errorf("the list has %+v, %v", list, err)
		}
		for _, p := range []countersign.Person{h.GP, h.Apprentice} {
			folio, err := h.svc.Portfolio(t.Context(), h.as(t, p), h.App.ID)
			if err != nil || len(folio.Pieces) != 1 || !folio.Pieces[0].Hidden || folio.Pieces[0].Narrative != "" || len(folio.Pieces[0].Reviews) > 0 {
				t.Errorf("%s's portfolio has %+v, %v", p.Name, folio.Pieces, err)
			}
		}
		_, err = h.svc.WholeRecord(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantDone(t, "the package", err, countersign.Conflict)
		if s := h.summary(t, "GPA-CL1"); s.Counting != 0 {
			t.Errorf("%d pieces count", s.Counting)
		}
		if n := h.notices(t); n["reported"] != 1 {
			t.Errorf("notices %v", n)
		}
		wantDone(t, "a second report", h.svc.ReportEvidence(t.Context(), h.as(t, h.Mentor), e.ID, service.ReportInput{Reason: "Again"}), countersign.Conflict)
		wantDone(t, "an outsider's report", h.svc.ReportEvidence(t.Context(), h.as(t, h.OtherGP), e.ID, service.ReportInput{Reason: "Nosy"}), countersign.NotFound)
	})
}

func TestAReportedPieceWaitsForNobodysReview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		asha, nurse := h.as(t, h.Apprentice), h.as(t, h.Mentor)
		var pieces [2]countersign.Evidence // the other keeps waiting
		for i := range pieces {
			e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL1"))
			if err == nil {
				pieces[i], err = h.svc.SubmitEvidence(t.Context(), asha, e.ID, 0)
			}
			wantDone(t, "submitting", err, 0)
		}
		waits := func(id countersign.EvidenceID) bool {
			t.Helper()
			items, err := h.svc.Queue(t.Context(), nurse, service.QueueFilter{})
			wantDone(t, "the queue", err, 0)
			return slices.ContainsFunc(items, func(i countersign.QueueItem) bool { return i.Evidence == id })
		}
		if !waits(pieces[0].ID) || !waits(pieces[1].ID) {
			t.Fatal("the pieces don't wait before one is reported")
		}
		wantDone(t, "reporting", h.svc.ReportEvidence(t.Context(), nurse, pieces[0].ID, service.ReportInput{Reason: "A first name"}), 0)
		if waits(pieces[0].ID) || !waits(pieces[1].ID) {
			t.Error("the reported piece still waits, or the other doesn't")
		}
		h.clock.Advance(time.Minute)
		_, err := h.svc.SubmitEvidence(t.Context(), asha, pieces[0].ID, 0)
		wantDone(t, "submitting it redacted", err, 0)
		if waits(pieces[0].ID) {
			t.Error("the redacted piece waits for review before anybody has released it")
		}
		wantDone(t, "releasing", h.svc.CloseReport(t.Context(), nurse, pieces[0].ID, service.CloseReportInput{Outcome: countersign.Released}), 0)
		if !waits(pieces[0].ID) {
			t.Error("the released piece doesn't wait for review")
		}
	})
}

func TestRedactingDestroysWhatWasSubmittedAndTheReporterReleasesIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		e, file := h.reported(t)
		asha, nurse := h.as(t, h.Apprentice), h.as(t, h.Mentor)
		wantDone(t, "released before", h.svc.CloseReport(t.Context(), nurse, e.ID, service.CloseReportInput{Outcome: countersign.Released}), countersign.Conflict)
		if err := h.svc.DeleteAttachment(t.Context(), asha, file.ID); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(time.Minute)
		if _, err := h.svc.SubmitEvidence(t.Context(), asha, e.ID, 0); err != nil {
			t.Fatal(err)
		}
		page, err := h.seen(t, h.as(t, h.GP), e.ID)
		if err != nil || len(page.Revisions) != 2 {
			t.Fatalf("the GP supervisor reads %+v, %v", page, err)
		}
		if was := page.Revisions[0]; was.DestroyedAt.IsZero() || was.Content.Narrative != "" || was.Hash == "" || len(was.Attachments) != 0 || page.Reviews[0].Comment != "" {
			t.Errorf("the first revision is %+v, reviewed %+v", was, page.Reviews)
		}
		_, err = h.svc.Attachment(t.Context(), asha, file.ID, false)
		wantDone(t, "the destroyed file", err, countersign.NotFound)
		_, err = h.svc.ReviewEvidence(t.Context(), nurse, service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
		wantDone(t, "reviewed before it is released", err, countersign.Conflict)
		wantDone(t, "released by its author", h.svc.CloseReport(t.Context(), asha, e.ID, service.CloseReportInput{Outcome: countersign.Released}), countersign.Forbidden)
		wantDone(t, "lifted after", h.svc.CloseReport(t.Context(), nurse, e.ID, service.CloseReportInput{Outcome: countersign.Lifted, Reason: "No"}), countersign.Conflict)
		if err := h.svc.CloseReport(t.Context(), nurse, e.ID, service.CloseReportInput{Outcome: countersign.Released}); err != nil {
			t.Fatal(err)
		}
		page, err = h.seen(t, h.as(t, h.GP), e.ID)
		if err != nil || page.Evidence.Quarantined || page.Evidence.State != countersign.Submitted || !page.MayReview {
			t.Errorf("released: %+v, %v", page.Evidence, err)
		}
		if _, err := h.svc.WholeRecord(t.Context(), asha, h.App.ID); err != nil {
			t.Errorf("the package: %v", err)
		}
		if n := h.notices(t); n["redacted"] != 1 || n["report_closed"] != 1 {
			t.Errorf("notices %v", n)
		}
		if got := h.texts(t, "SELECT content FROM evidence_revisions WHERE number = 1"); len(got) != 1 || got[0] != "" {
			t.Errorf("kept of the first revision: %q", got)
		}
		if got := h.texts(t, "SELECT value FROM settings WHERE key = 'scrub-due'"); len(got) != 1 || got[0] == "" {
			t.Errorf("what was destroyed stays in the files of the database: due %q", got)
		}
		if got := h.texts(t, "SELECT action FROM audit_events WHERE action LIKE 'evidence.%' ORDER BY at, id"); !strings.Contains(strings.Join(got, " "), "evidence.report evidence.submit evidence.destroy evidence.released") &&
			!strings.Contains(strings.Join(got, " "), "evidence.destroy") {
			t.Errorf("the trail says %q", got)
		}
	})
}

func TestAWrongReportIsTakenBackWithAReason(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		e, _ := h.reported(t)
		gp := h.as(t, h.GP)
		wantDone(t, "without a reason", h.svc.CloseReport(t.Context(), gp, e.ID, service.CloseReportInput{Outcome: countersign.Lifted}), countersign.Invalid)
		if err := h.svc.CloseReport(t.Context(), gp, e.ID, service.CloseReportInput{Outcome: countersign.Lifted, Reason: "It is the name of our cat"}); err != nil {
			t.Fatal(err)
		}
		page, err := h.seen(t, gp, e.ID)
		if err != nil || page.Evidence.State != countersign.Accepted || page.Evidence.Quarantined || page.Revisions[0].Content.Narrative == "" {
			t.Errorf("taken back: %+v, %v", page.Evidence, err)
		}
		if s := h.summary(t, "GPA-CL1"); s.Counting != 1 {
			t.Errorf("%d pieces count", s.Counting)
		}
	})
}

func TestWithdrawingAReportedPieceDestroysIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		e, file := h.reported(t)
		asha := h.as(t, h.Apprentice)
		if _, err := h.svc.WithdrawEvidence(t.Context(), asha, e.ID, 0, service.WithdrawInput{Reason: "It cannot be mended"}); err != nil {
			t.Fatal(err)
		}
		page, err := h.seen(t, h.as(t, h.GP), e.ID)
		if err != nil || page.Evidence.State != countersign.Withdrawn || page.Evidence.Title != "" || page.Evidence.Narrative != "" || page.Revisions[0].Content.Narrative != "" || page.Revisions[0].Hash == "" {
			t.Errorf("withdrawn: %+v, %v", page.Evidence, err)
		}
		_, err = h.svc.Attachment(t.Context(), asha, file.ID, false)
		wantDone(t, "its file", err, countersign.NotFound)
	})
}

// confirming is a request that confirms what c says.
func confirming(t *testing.T, c *service.Confirmation) context.Context {
	return service.WithConfirmation(t.Context(), c)
}

func TestWhatMayIdentifyAPatientIsAskedAboutOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		in := h.observation("", "GPA-CL1")
		in.Narrative = "Mrs Patterson showed me the way to the sluice."
		draft := func(c *service.Confirmation) error {
			_, err := h.svc.DraftEvidence(confirming(t, c), asha, h.App.ID, in)
			return err
		}
		first := &service.Confirmation{}
		wantDone(t, "without a word", draft(first), countersign.Invalid)
		if len(first.Asked) != 1 || first.Asked[0].Field != "narrative" || first.Asked[0].Kind != "name" {
			t.Fatalf("asked about %+v", first.Asked)
		}
		said := []string{first.Asked[0].Digest}
		wantDone(t, "without a reason", draft(&service.Confirmation{Findings: said}), countersign.Invalid)
		wantDone(t, "with an NHS number for a reason", draft(&service.Confirmation{Findings: said, Reason: "999 000 0018"}), countersign.Invalid)
		wantDone(t, "about other words", draft(&service.Confirmation{Findings: []string{"another"}, Reason: "A colleague"}), countersign.Invalid)
		wantDone(t, "confirmed", draft(&service.Confirmation{Findings: said, Reason: "A colleague"}), 0)
		wantDone(t, "the same words again", draft(&service.Confirmation{}), 0)
		got := h.texts(t, "SELECT actor_id || ' ' || subject || ' ' || detail FROM audit_events WHERE action = 'privacy.confirm'")
		if len(got) != 1 || !strings.Contains(got[0], string(h.Apprentice.ID)+" name ") || !strings.Contains(got[0], "narrative") || !strings.Contains(got[0], "A colleague") || strings.Contains(got[0], "Patterson") {
			t.Errorf("recorded %q", got)
		}
		in.Narrative = "NHS number 999 000 0018, Mrs Patterson"
		certain := &service.Confirmation{}
		wantDone(t, "a certain find can't be confirmed", draft(certain), countersign.Invalid)
		if len(certain.Asked) > 0 {
			t.Errorf("asked about %+v", certain.Asked)
		}
	})
}

func TestAFileIsAskedAboutAsATextIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL1"))
		if err != nil {
			t.Fatal(err)
		}
		add := func(c *service.Confirmation, content io.Reader) error {
			_, err := h.svc.AddAttachment(confirming(t, c), asha, e.ID, "notes.txt", content)
			return err
		}
		const text = "Ring Mrs Patterson on 07700 900123."
		c := &service.Confirmation{}
		wantDone(t, "without a word", add(c, strings.NewReader(text)), countersign.Invalid)
		var said []string
		for _, d := range c.Asked {
			said = append(said, d.Digest)
		}
		if len(said) != 2 {
			t.Fatalf("asked about %+v", c.Asked)
		}
		wantDone(t, "confirmed", add(&service.Confirmation{Findings: said, Reason: "Invented for a role play"}, strings.NewReader(text)), 0)
		if got := h.texts(t, "SELECT subject FROM audit_events WHERE action = 'privacy.confirm' ORDER BY subject"); strings.Join(got, " ") != "name phone" {
			t.Errorf("recorded %q", got)
		}
	})
}
