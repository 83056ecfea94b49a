package service_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

func TestAWishToBeErasedIsAnsweredWithTheReason(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		gone := h.Person(t, "Ivy Gone", "ivy@example.org", countersign.ApprenticeMember, h.Practice)
		ask := func() error {
			return h.svc.AskErasure(t.Context(), h.as(t, gone), service.AskErasureInput{Reason: "I left"})
		}
		decide := func(by countersign.Person, erase bool) error {
			return h.svc.DecideErasure(t.Context(), h.as(t, by), gone.ID, service.ErasureInput{Decision: map[bool]string{true: "erase", false: "refuse"}[erase], Basis: "Public task", Reason: "As the policy says"})
		}
		waiting := func() []countersign.Erasure {
			t.Helper()
			all, err := h.svc.Erasures(t.Context(), h.as(t, h.Admin))
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		wantKind(t, decide(h.Admin, false), countersign.Conflict) // nobody asked
		wantKind(t, ask(), 0)
		wantKind(t, ask(), countersign.Conflict)
		if list := waiting(); len(list) != 1 || list[0].Person != gone.ID || list[0].AskedWhy != "I left" {
			t.Errorf("waiting %+v", list)
		}
		wantKind(t, decide(h.HubLead, true), countersign.NotFound)
		wantKind(t, h.svc.DecideErasure(t.Context(), h.as(t, h.Admin), gone.ID, service.ErasureInput{Decision: "erase"}), countersign.Invalid)
		h.clock.Advance(1)
		wantKind(t, decide(h.Admin, false), 0)
		if list := waiting(); len(list) != 0 {
			t.Errorf("refused and still waiting: %+v", list)
		}
		h.clock.Advance(1_000_000)
		wantKind(t, ask(), 0)
		wantKind(t, decide(h.Admin, true), 0)
		if _, _, err := h.svc.Erasure(t.Context(), h.as(t, h.Admin), gone.ID); err != nil {
			t.Errorf("somebody who was erased: %v", err)
		}
		wantKind(t, decide(h.Admin, true), countersign.Conflict)
	})
}

func TestTheFilesOfTheDatabaseAreFreedOfWhatWasErasedInTheNight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		due := func() string {
			return strings.Join(h.texts(t, "SELECT value FROM settings WHERE key = 'scrub-due'"), " ")
		}
		scrub := func(want string) {
			t.Helper()
			if err := h.svc.Scrub(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := due(); got != want {
				t.Errorf("due at %q, want %q", got, want)
			}
		}
		scrub("")
		gone := h.Person(t, "Ivy Gone", "ivy@example.org", countersign.ApprenticeMember, h.Practice)
		wantKind(t, h.svc.AskErasure(t.Context(), h.as(t, gone), service.AskErasureInput{}), 0)
		wantKind(t, h.svc.DecideErasure(t.Context(), h.as(t, h.Admin), gone.ID, service.ErasureInput{Decision: "erase", Basis: "Public task", Reason: "As the policy says"}), 0)
		night := due()
		at, err := time.Parse(time.RFC3339, night)
		if local := at.In(countersign.London()); err != nil || local.Hour() != 3 || local.Minute() != 0 {
			t.Fatalf("due at %q", night)
		}
		if wait := at.Sub(h.clock.Now()); wait < time.Hour || wait > 25*time.Hour {
			t.Errorf("due in %v", wait)
		}
		scrub(night)
		h.clock.Advance(at.Sub(h.clock.Now()))
		scrub("")
	})
}

func TestWhoeverJudgedInAKeptRecordOrIsNeededIsNotErased(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		for _, p := range []countersign.Person{h.Apprentice, h.Mentor, h.HubLead} {
			if err := h.svc.AskErasure(t.Context(), h.as(t, p), service.AskErasureInput{}); err != nil {
				t.Fatal(err)
			}
			_, cannot, err := h.svc.Erasure(t.Context(), h.as(t, h.Admin), p.ID)
			if err != nil || countersign.KindOf(cannot) != countersign.Conflict {
				t.Errorf("%s: %v, %v", p.Name, cannot, err)
			}
		}
		e, _, err := h.svc.Erasure(t.Context(), h.as(t, h.Admin), h.Mentor.ID)
		if err != nil || e.Judged == 0 {
			t.Errorf("the mentor stands in %d records, %v", e.Judged, err)
		}
	})
}

func TestErasingSomebodyRevokesTheirBadges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.App.ID
		h.short(t)
		wantKind(t, h.svc.Prepare(t.Context()), 0)
		_, _, err := h.sign(t, h.GP, "ONE-1", h.ready(t, "ONE-1", h.Mentor)...)
		wantKind(t, err, 0)
		b, err := h.issue(t, h.Apprentice, "ONE")
		wantKind(t, err, 0)
		for _, id := range []countersign.ApprenticeshipID{first, h.App.ID} {
			_, err = h.svc.WithdrawApprentice(t.Context(), h.as(t, h.HubLead), id, 0, service.LeaveInput{Reason: "Left"})
			wantKind(t, err, 0)
		}
		if h.revoked(t, b) {
			t.Error("a badge is revoked because its holder left")
		}
		wantKind(t, h.svc.AskErasure(t.Context(), h.as(t, h.Apprentice), service.AskErasureInput{}), 0)
		wantKind(t, h.svc.DecideErasure(t.Context(), h.as(t, h.Admin), h.Apprentice.ID, service.ErasureInput{Decision: "erase", Basis: "Public task", Reason: "Asked"}), 0)
		if !h.revoked(t, b) {
			t.Error("the badge of somebody who was erased holds")
		}
	})
}

func TestAnErasureNamesTheReceivedPortfoliosOfOthersThatHoldTheName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		gone := h.Person(t, "Ivy Gone", "ivy@example.org", countersign.ApprenticeMember, h.Practice)
		var want []countersign.ReceivedID
		for i, data := range []string{`{"signer":"Ivy Gone"}`, `{"signer":"Ada Moss"}`, `{"of":"Ivy Gone"}`} {
			err := h.store.Write(t.Context(), func(tx *store.Tx) error {
				subject, err := tx.PlaceSubject(h.Practice.ID)
				if err != nil {
					return err
				}
				permit, err := h.Actor(t, h.Manager).Check(authz.ReceivePackage, subject)
				if err != nil {
					return err
				}
				r := countersign.Received{Practice: h.Practice.ID, SHA256: strings.Repeat(string(rune('a'+i)), 64), AsAt: h.clock.Now(), ApprenticeName: "Somebody", ApprenticeEmail: "x@example.org"}
				if i == 2 { // their own goes with them
					r.ApprenticeEmail = gone.Email
				}
				if r, err = tx.AddReceived(permit, r, []byte("{}"), []byte(data), nil); i == 0 {
					want = append(want, r.ID)
				}
				return err
			})
			wantKind(t, err, 0)
		}
		e, _, err := h.svc.Erasure(t.Context(), h.as(t, h.Admin), gone.ID)
		wantKind(t, err, 0)
		if diff := cmp.Diff(want, e.NamedIn); diff != "" {
			t.Errorf("named in -want +got:\n%s", diff)
		}
	})
}
