package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestSubject(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		today := countersign.LondonDate(clock.Now())
		var cover, limited, past countersign.Naming
		r.by(r.HubLead, authz.ChangeNamings, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			add := func(n countersign.Naming) (added countersign.Naming) {
				if err == nil {
					added, err = tx.AddNaming(p, n)
				}
				return added
			}
			cover = add(countersign.Naming{Person: r.OtherGP.ID, Role: countersign.GPSupervisor, Covers: r.GP.ID, From: today, To: today})
			limited = add(countersign.Naming{Person: r.Assessor.ID, Role: countersign.Assessor, Domains: []string{"CLINICAL", "CARE"}, From: today})
			past = add(countersign.Naming{Person: r.Manager.ID, Role: countersign.Assessor, From: today.AddDays(-9), To: today.AddDays(-1)})
			add(countersign.Naming{Person: r.Manager.ID, Role: countersign.NamedVerifier, From: today.AddDays(1)})
			return err
		})
		piece := r.submit(r.draft("A piece", lasting))
		so := r.decide(lasting, countersign.NotYetCompetent)

		var got authz.Subject
		ctx, count := s.CountStatements(t.Context())
		if err := s.Read(ctx, func(tx *store.Tx) (err error) {
			got, err = tx.Subject(r.App.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		atMost(t, "Subject", count(), 2)
		want := authz.Subject{
			Apprenticeship: r.App.ID, Apprentice: r.Apprentice.ID,
			Places: []countersign.OrganisationID{r.Practice.ID, r.Hub.ID, r.Region.ID, r.England.ID},
		}
		namings := got.Namings
		got.Namings = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Subject() (-want +got):\n%s", diff)
		}
		if len(namings) != 4 {
			t.Fatalf("%d namings today; want 4: %+v", len(namings), namings)
		}
		if diff := cmp.Diff([]countersign.Naming{cover, limited}, namings[2:]); diff != "" {
			t.Errorf("namings (-want +got):\n%s", diff)
		}
		if cover.CoversName != r.GP.Name || cover.PersonName != r.OtherGP.Name || cover.PersonEmail != r.OtherGP.Email {
			t.Errorf("cover = %+v", cover)
		}
		got.Namings = namings
		read(t, s, func(tx *store.Tx) error {
			byPiece, err := tx.EvidenceSubject(piece.ID)
			if diff := cmp.Diff(got, byPiece); diff != "" || err != nil {
				t.Errorf("EvidenceSubject(): %v (-want +got):\n%s", err, diff)
			}
			byDecision, decision, err := tx.SignOffSubject(so.ID)
			if diff := cmp.Diff(got, byDecision); diff != "" || err != nil || decision.ID != so.ID || decision.Competency != lasting {
				t.Errorf("SignOffSubject(): %v, %+v (-want +got):\n%s", err, decision, diff)
			}
			for _, id := range []string{"", "nonsense", "00000000-0000-7000-8000-ffffffffffff", "%", string(r.Practice.ID)} {
				_, err := tx.Subject(countersign.ApprenticeshipID(id))
				wantKind(t, "Subject("+id+")", err, countersign.NotFound)
				_, err = tx.EvidenceSubject(countersign.EvidenceID(id))
				wantKind(t, "EvidenceSubject("+id+")", err, countersign.NotFound)
				_, _, err = tx.SignOffSubject(countersign.SignOffID(id))
				wantKind(t, "SignOffSubject("+id+")", err, countersign.NotFound)
			}
			return nil
		})
		// Tomorrow the cover is over, by London's midnight and not UTC's.
		clock.Set(time.Date(2026, 3, 2, 23, 59, 59, 0, time.UTC))
		roles := func() (n int) {
			read(t, s, func(tx *store.Tx) error {
				sub, err := tx.Subject(r.App.ID)
				n = len(sub.Namings)
				return err
			})
			return n
		}
		if got := roles(); got != 4 {
			t.Errorf("%d namings at the end of the day; want 4", got)
		}
		clock.Advance(time.Second)
		if got := roles(); got != 4 { // the cover went, the verifier came
			t.Errorf("%d namings the day after; want 4", got)
		}
		n := r.reading(r.Apprentice, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) error {
			all, err := tx.Namings(p)
			if len(all) != 6 || !slices.ContainsFunc(all, func(n countersign.Naming) bool { return n.ID == past.ID }) ||
				!slices.IsSortedFunc(all, func(a, b countersign.Naming) int { return a.From.UTC().Compare(b.From.UTC()) }) {
				t.Errorf("Namings() = %+v", all)
			}
			return err
		})
		atMost(t, "Namings", n, 1)
	})
}

func TestEndNaming(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		today := countersign.LondonDate(clock.Now())
		var gp countersign.Naming
		r.reading(r.GP, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) error {
			all, err := tx.Namings(p)
			gp = all[slices.IndexFunc(all, func(n countersign.Naming) bool { return n.Role == countersign.GPSupervisor })]
			return err
		})
		end := func(id countersign.NamingID, on countersign.Date) (n countersign.Naming, err error) {
			err = r.try(r.Manager, authz.ChangeNamings, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
				n, err = tx.EndNaming(p, id, on)
				return err
			})
			return n, err
		}
		if n, err := end(gp.ID, today.AddDays(5)); err != nil || n.To != today.AddDays(5) || n.PersonName != gp.PersonName {
			t.Errorf("EndNaming() = %+v, %v", n, err)
		}
		_, err := end(gp.ID, today.AddDays(6))
		wantKind(t, "putting the end off", err, countersign.Conflict)
		if _, err := end(gp.ID, today); err != nil {
			t.Errorf("bringing the end forward: %v", err)
		}
		_, err = end(gp.ID, countersign.Date{})
		wantKind(t, "without a day", err, countersign.Invalid)
		_, err = end("00000000-0000-7000-8000-ffffffffffff", today)
		wantKind(t, "an unknown naming", err, countersign.NotFound)
	})
}

func TestCapacities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		today := countersign.LondonDate(clock.Now())
		r.by(r.Manager, authz.ChangeNamings, func(tx *store.Tx, p authz.Permit, _ int) error {
			for _, n := range []countersign.Naming{
				{Person: r.Manager.ID, Role: countersign.Assessor, Domains: []string{"ADMIN"}, From: today},
				{Person: r.Manager.ID, Role: countersign.NamedVerifier, From: today},
				{Person: r.GP.ID, Role: countersign.Assessor, From: today},
			} {
				if _, err := tx.AddNaming(p, n); err != nil {
					return err
				}
			}
			return nil
		})
		for _, who := range []countersign.Person{r.Manager, r.GP, r.Mentor, r.Apprentice, r.OtherGP, r.HubLead} {
			actor := r.Actor(t, who)
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.Capacities(actor.Scope(authz.ReviewEvidence))
				if err != nil {
					return err
				}
				for _, app := range []countersign.Apprenticeship{r.App, r.OtherApp} {
					subject, err := tx.Subject(app.ID)
					if err != nil {
						return err
					}
					if diff := cmp.Diff(subject.Capacities(actor), got[app.ID]); diff != "" {
						t.Errorf("%s on %s's (-by subject +by scope):\n%s", who.Name, app.ApprenticeName, diff)
					}
				}
				return nil
			})
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Capacities(authz.Scope{})
			if len(got) > 0 {
				t.Errorf("nobody has %v", got)
			}
			return err
		})
	})
}
