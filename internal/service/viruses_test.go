package service_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// scanner is a scanner that can be out of order.
type scanner struct{ down bool }

func (s *scanner) scan(_ context.Context, content io.Reader) (string, error) {
	b, err := io.ReadAll(content)
	switch {
	case err != nil:
		return "", err
	case s.down:
		return "", errors.New("nobody answers")
	case strings.Contains(string(b), "virus"):
		return "Test", nil
	}
	return "", nil
}

func TestFilesWaitWhileNobodyLooksForViruses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store, clock *storetest.Clock) {
		folder, err := files.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = folder.Close() })
		vault, s := files.NewVault(folder, st.FileKeys()), &scanner{down: true}
		guard := service.FileGuard()
		guard.Virus = s.scan
		svc := service.New(service.Config{
			Store: st, Files: vault, Rand: rand.Reader, Scan: s.scan,
			Intake: files.NewIntake(vault, t.TempDir(), guard),
		})
		h := &house{World: storetest.NewWorld(t, st), svc: svc, store: st, clock: clock}
		ctx, asha := t.Context(), h.as(t, h.Apprentice)
		piece, err := svc.DraftEvidence(ctx, asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL1"))
		if err != nil {
			t.Fatal(err)
		}
		add := func(content string) countersign.Attachment {
			t.Helper()
			a, err := svc.AddAttachment(ctx, asha, piece.ID, content[:5]+".txt", strings.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		clean, bad := add("Clean notes.\n"), add("A virus.\n")
		open := func(a countersign.Attachment) countersign.Kind {
			t.Helper()
			file, err := svc.Attachment(ctx, asha, a.ID, false)
			if err == nil {
				err = file.Content.Close()
			}
			return countersign.KindOf(err)
		}
		if got := open(clean); got != countersign.Conflict {
			t.Errorf("a file that waits opens with %v, want a Conflict", got)
		}
		if _, err := svc.SubmitEvidence(ctx, asha, piece.ID, 0); countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), "being checked for viruses") {
			t.Errorf("a piece with a file that waits is submitted: %v", err)
		}
		if err := svc.CheckFiles(ctx); err == nil || open(clean) != countersign.Conflict {
			t.Errorf("while the scanner is still down: %v", err)
		}

		s.down = false
		if err := svc.CheckFiles(ctx); err != nil {
			t.Fatal(err)
		}
		if got := open(clean); got != 0 {
			t.Errorf("the clean file opens with %v", got)
		}
		if got := open(bad); got != countersign.NotFound {
			t.Errorf("the file with the virus opens with %v, want NotFound", got)
		}
		if content, err := vault.OpenUnchecked(ctx, bad.SHA256); err == nil {
			_ = content.Close()
			t.Error("the content with the virus is still there")
		}
		if told := h.notices(t)[string(service.NoticeVirus)]; told != 1 {
			t.Errorf("told %d times, want once", told)
		}
		if _, err := svc.SubmitEvidence(ctx, asha, piece.ID, 0); err != nil {
			t.Errorf("submitting what is clean: %v", err)
		}
	})
}
