package service_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestContentThatNothingRefersToIsDeletedAfterADay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store, clock *storetest.Clock) {
		folder, err := files.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = folder.Close() })
		vault := files.NewVault(folder, st.FileKeys())
		svc := service.New(service.Config{
			Store: st, Files: vault, Rand: rand.Reader,
			Intake: files.NewIntake(vault, t.TempDir(), service.FileGuard()),
		})
		h := &house{World: storetest.NewWorld(t, st), svc: svc, store: st, clock: clock}
		asha := h.as(t, h.Apprentice)
		add := func(e countersign.Evidence, text string) countersign.Attachment {
			t.Helper()
			a, err := svc.AddAttachment(t.Context(), asha, e.ID, "notes.txt", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		draft := func() countersign.Evidence {
			t.Helper()
			e, err := svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL1"))
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		sweep := func() {
			t.Helper()
			if err := svc.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		there := func(a countersign.Attachment) bool {
			content, err := vault.Open(t.Context(), a.SHA256)
			if err == nil {
				err = content.Close()
			}
			return err == nil
		}
		gone := draft()
		deleted := add(gone, "Of a draft that is deleted.\n")
		kept := add(draft(), "Of a draft that stays.\n")
		if err := svc.DeleteDraft(t.Context(), asha, gone.ID, 0); err != nil {
			t.Fatal(err)
		}
		piece := draft()
		taken := add(piece, "Of a revision, taken out since.\n")
		clock.Advance(time.Minute)
		if _, err := svc.SubmitEvidence(t.Context(), asha, piece.ID, 0); err != nil {
			t.Fatal(err)
		}
		_, err = svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: piece.ID, Decision: countersign.ReturnEvidence, Comment: "Another file, please"})
		if err != nil {
			t.Fatal(err)
		}
		if err := svc.DeleteAttachment(t.Context(), asha, taken.ID); err != nil {
			t.Fatal(err)
		}

		sweep()
		if !there(deleted) {
			t.Error("content was deleted within a day")
		}
		clock.Advance(25 * time.Hour)
		sweep()
		if there(deleted) {
			t.Error("the content of a deleted draft is still there after a day")
		}
		if !there(kept) {
			t.Error("the content of a draft was deleted")
		}
		if !there(taken) {
			t.Error("content that a submitted revision shows was deleted")
		}
	})
}
