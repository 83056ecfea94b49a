package store_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestTheAuditTrailSaysWhoDidWhatToWhom(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		ctx := store.WithRequestID(t.Context(), "req-1")
		if err := s.Write(ctx, func(tx *store.Tx) error {
			for _, e := range []store.AuditEvent{
				{Actor: "p1", Role: "gp_supervisor", Action: "sign_off", Apprenticeship: "a1", Subject: "s1", Detail: map[string]any{"level": "3", "name": "Zoë"}},
				{Job: "operator", Action: "user.add", Subject: "p2", RequestID: "own"},
				{Action: "sign_in.failed"},
			} {
				if err := tx.Audit(e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Second)
		write(t, s, func(tx *store.Tx) error { return tx.Audit(store.AuditEvent{Actor: "p1", Action: "later"}) })

		read(t, s, func(tx *store.Tx) error {
			got, err := tx.TextsForTest(`SELECT COALESCE(actor_id, '-') || '|' || job || '|' || role || '|' || action || '|' ||
				COALESCE(apprenticeship_id, '-') || '|' || subject || '|' || detail || '|' || request_id FROM audit_events ORDER BY at, id`)
			want := []string{
				`p1||gp_supervisor|sign_off|a1|s1|{"level":"3","name":"Zoë"}|req-1`,
				`-|operator||user.add|-|p2|{}|own`,
				`-|||sign_in.failed|-||{}|req-1`,
				`p1|||later|-||{}|`,
			}
			if !slices.Equal(got, want) || err != nil {
				t.Errorf("audit_events = %q, %v; want %q", got, err, want)
			}
			return nil
		})

		refused(t, s, countersign.Internal, "", func(tx *store.Tx) error { return tx.Audit(store.AuditEvent{Actor: "p1"}) })
		refused(t, s, countersign.Internal, "", func(tx *store.Tx) error {
			return tx.Audit(store.AuditEvent{Actor: "p1", Action: "x", Detail: make(chan int)})
		})
		if err := s.Read(t.Context(), func(tx *store.Tx) error { return tx.Audit(store.AuditEvent{Actor: "p1", Action: "x"}) }); err == nil {
			t.Error("an event was written in a Read")
		}
	})
}

func TestTheAuditTrailIsAppendOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		write(t, s, func(tx *store.Tx) error {
			return tx.Audit(store.AuditEvent{Actor: "p1", Action: "sign_off", Subject: "s1", Detail: map[string]string{"comment": "private"}})
		})
		for _, sql := range []string{
			"DELETE FROM audit_events",
			"UPDATE audit_events SET action = 'nothing'",
			"UPDATE audit_events SET actor_id = NULL",
			"UPDATE audit_events SET detail = ''", // without saying that it was erased
			"UPDATE audit_events SET detail = '{}', erased_at = at",
			"UPDATE audit_events SET at = '2020-01-01T00:00:00.000000Z', erased_at = at",
		} {
			refused(t, s, countersign.Internal, "", func(tx *store.Tx) error { return tx.ExecForTest(sql) })
		}
		write(t, s, func(tx *store.Tx) error { return tx.ExecForTest("UPDATE audit_events SET detail = '', erased_at = at") })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.TextsForTest("SELECT actor_id || action || subject || detail FROM audit_events")
			if want := []string{"p1sign_offs1"}; !slices.Equal(got, want) || err != nil {
				t.Errorf("audit_events = %q, %v; want %q", got, err, want)
			}
			return nil
		})
	})
}
