package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// A change of version that is killed half-way has changed whole batches and
// nothing else, and goes on where it stopped.
func TestAChangeOfVersionGoesOnAfterItWasInterrupted(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const people, batch = 1100, 1000
			clock, ids := storetest.NewClock(), storetest.IDs()
			fuse, cut := 0, func() {} // after so many identifiers the power goes
			s, err := store.Open(t.Context(), dsn(t), store.Options{Now: clock.Now, NewID: func() string {
				if fuse--; fuse == 0 {
					cut()
				}
				return ids()
			}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			h := newHouse(t, s, clock)
			h.EnrolMany(t, people-1, h.NextPractice) // and App
			h.next(t)
			lead := h.as(t, h.HubLead)
			in := service.VersionInput{Framework: h.Framework.ID, From: h.Framework.Version, To: "9.0.0"}

			// 1 for the batch and 3 for each of its people; so half-way through the second.
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			fuse, cut = 3*batch+50, cancel
			out, err := h.svc.ChangeVersions(ctx, lead, in, 0)
			if !errors.Is(err, context.Canceled) || out.Moved != batch {
				t.Fatalf("interrupted: %+v, %v; want a batch of %d and the interruption", out, err, batch)
			}
			on, err := h.svc.OnVersions(t.Context(), lead, in.Framework)
			if err != nil || on[in.To] != batch || on[in.From] != people-batch {
				t.Errorf("after the interruption %v, %v; want a whole batch on the new version", on, err)
			}
			out, err = h.svc.ChangeVersions(t.Context(), lead, in, 0)
			if err != nil || out.Moved != people-batch || out.Left != 0 {
				t.Errorf("going on: %+v, %v; want the other %d", out, err, people-batch)
			}
			told := map[countersign.PersonID]int{}
			jobs, err := h.svc.ClaimJobs(t.Context(), 2*people, 1)
			if err != nil || len(jobs) != people {
				t.Errorf("%d mails, %v; want one for each", len(jobs), err)
			}
			for _, j := range jobs {
				var n service.Notice
				if err := json.Unmarshal(j.Payload, &n); err != nil {
					t.Fatal(err)
				}
				told[n.To]++
			}
			if len(told) != people {
				t.Errorf("%d people are told, want %d", len(told), people)
			}
		})
	}
}

// However many change at once, it takes the same statements.
func TestAChangeOfVersionTakesAHandfulOfStatements(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.EnrolMany(t, 60, h.NextPractice)
		h.next(t)
		lead := h.as(t, h.HubLead)
		move := func(most int) int {
			t.Helper()
			ctx, count := h.store.CountStatements(t.Context())
			out, err := h.svc.ChangeVersions(ctx, lead, service.VersionInput{Framework: h.Framework.ID, From: h.Framework.Version, To: "9.0.0"}, most)
			if err != nil || out.Moved != most {
				t.Fatalf("moved %+v, %v; want %d", out, err, most)
			}
			return count()
		}
		move(1) // reads the framework's file once
		if one, many := move(1), move(50); one != many || many > 30 {
			t.Errorf("%d statements for 1, %d for 50; want the same handful", one, many)
		}
	})
}
