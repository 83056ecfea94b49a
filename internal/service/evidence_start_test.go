package service_test

import (
	"sync"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

func TestAFormStartsOnePieceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		in := h.observation(h.Mentor.Email, "GPA-CL2")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := h.svc.StartEvidence(t.Context(), asha, h.App.ID, "one-form", in); err != nil {
					t.Errorf("one of 8 posts: %v", err)
				}
			})
		}
		all.Wait()
		pieces := h.pieces(t)
		if len(pieces) != 1 || pieces[0].Version != 1 {
			t.Fatalf("8 posts of a form started %d pieces", len(pieces))
		}
		in.Title = "Changed after going back"
		e, err := h.svc.StartEvidence(t.Context(), asha, h.App.ID, "one-form", in)
		wantKind(t, err, 0)
		if e.ID != pieces[0].ID || e.Title != in.Title {
			t.Errorf("the form's other text went to %s", e.ID)
		}
		in.Title = "From a window that doesn't know of it"
		e, err = h.svc.StartEvidence(t.Context(), asha, h.App.ID, "one-form", in)
		wantKind(t, err, countersign.Conflict)
		if e.ID != pieces[0].ID || !service.IsStale(err) {
			t.Errorf("the conflict leads to %q: %v", e.ID, err)
		}

		// A key is the person's own, and of that apprenticeship.
		in.ObservedBy = ""
		_, err = h.svc.StartEvidence(t.Context(), h.as(t, h.Mentor), h.App.ID, "one-form", in)
		wantKind(t, err, 0)
		_, err = h.svc.StartEvidence(t.Context(), h.as(t, h.OtherApprentice), h.App.ID, "one-form", in)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.StartEvidence(t.Context(), h.as(t, h.OtherApprentice), h.OtherApp.ID, "one-form", in)
		wantKind(t, err, 0)
		// What is refused doesn't use the key up.
		bad := in
		bad.OccurredOn = h.today().AddDays(1)
		_, err = h.svc.StartEvidence(t.Context(), asha, h.App.ID, "another", bad)
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.StartEvidence(t.Context(), asha, h.App.ID, "another", in)
		wantKind(t, err, 0)
		if n := len(h.pieces(t)); n != 2 {
			t.Errorf("there are %d pieces of the apprentice's, not 2", n)
		}
		// Once the draft is deleted the form starts another, so that its text isn't lost.
		wantKind(t, h.svc.DeleteDraft(t.Context(), asha, pieces[0].ID, 0), 0)
		for range 2 {
			_, err = h.svc.StartEvidence(t.Context(), asha, h.App.ID, "one-form", in)
			wantKind(t, err, 0)
		}
		if n := len(h.pieces(t)); n != 2 {
			t.Errorf("there are %d pieces of the apprentice's, not 2 again", n)
		}
	})
}

// pieces are those that the apprentice sees.
func (h *house) pieces(t *testing.T) []countersign.Evidence {
	t.Helper()
	list, _, err := h.svc.EvidenceList(t.Context(), h.as(t, h.Apprentice), h.App.ID, store.EvidenceFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTheSameFileIsKeptOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(""))
		wantKind(t, err, 0)
		for _, name := range []string{"a.png", "a.png", "b.png"} {
			_, err := h.svc.AddAttachment(t.Context(), asha, e.ID, name, png())
			wantKind(t, err, 0)
		}
		if got := h.pieces(t)[0].Attachments; len(got) != 2 {
			t.Errorf("3 uploads of one picture under 2 names made %d files", len(got))
		}
	})
}

func TestAnApprenticesHome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		returned := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		h.clock.Advance(time.Minute)
		_, err := h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: returned.ID, Decision: countersign.ReturnEvidence, Comment: "Say more"})
		wantKind(t, err, 0)
		_, err = h.svc.DraftEvidence(t.Context(), asha, h.App.ID, service.EvidenceInput{Kind: countersign.WorkProduct, Title: "Later"})
		wantKind(t, err, 0)
		recorded, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Mentor), h.App.ID, h.observation("", "GPA-CL2"))
		wantKind(t, err, 0)
		home := h.home(t)
		if len(home.Open) != 3 || len(home.Recorded) != 0 || home.Comments[returned.ID].Comment != "Say more" {
			t.Errorf("the home holds %d open pieces, %d recorded and the comments %v", len(home.Open), len(home.Recorded), home.Comments)
		}
		_, err = h.svc.SubmitEvidence(t.Context(), h.as(t, h.Mentor), recorded.ID, recorded.Version)
		wantKind(t, err, 0)
		if home = h.home(t); len(home.Recorded) != 1 || len(home.Competencies) != 49 {
			t.Errorf("the home holds %d recorded pieces and %d competencies", len(home.Recorded), len(home.Competencies))
		}
		for _, p := range []countersign.Person{h.GP, h.HubLead, h.Admin} {
			if homes, err := h.svc.ApprenticeHome(t.Context(), h.as(t, p)); err != nil || len(homes) != 0 {
				t.Errorf("%s has %d records of their own, %v", p.Name, len(homes), err)
			}
		}
	})
}

func (h *house) home(t *testing.T) service.ApprenticeHome {
	t.Helper()
	homes, err := h.svc.ApprenticeHome(t.Context(), h.as(t, h.Apprentice))
	if err != nil || len(homes) != 1 {
		t.Fatalf("the apprentice has %d homes, %v", len(homes), err)
	}
	return homes[0]
}
