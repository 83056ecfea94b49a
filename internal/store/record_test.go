package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// The helpers of the tests of the record.

// Competencies of gpa-combined that one piece is enough for. The first
// expires after three years, the second never; the third is optional.
const (
	expiring = "GPA-CA9"
	lasting  = "GPA-CA11"
	optional = "GPA-CL6"
)

// record is a world with what tests of the record do to it.
type record struct {
	*storetest.World
	t     testing.TB
	s     *store.Store
	clock *storetest.Clock

	submission    countersign.SubmissionID // of App, without an answer: see complete
	otherVerifier countersign.Person       // named on OtherApp

	hours     countersign.HoursEntry // of learn
	placement countersign.Placement
}

func newRecord(t testing.TB, s *store.Store, clock *storetest.Clock) *record {
	t.Helper()
	return &record{World: storetest.NewWorld(t, s), t: t, s: s, clock: clock}
}

// by runs fn in a Write beneath App as a use case would: with a permit of the
// person's, after Touch.
func (r *record) by(person countersign.Person, action authz.Action, fn func(tx *store.Tx, p authz.Permit, seq int) error) {
	r.t.Helper()
	if err := r.try(person, action, fn); err != nil {
		r.t.Fatalf("%s by %s: %v", action, person.Name, err)
	}
}

func (r *record) try(person countersign.Person, action authz.Action, fn func(tx *store.Tx, p authz.Permit, seq int) error) error {
	r.t.Helper()
	p := r.Permit(r.t, person, action, r.App)
	return r.s.Write(r.t.Context(), func(tx *store.Tx) error {
		app, err := tx.Touch(p)
		if err != nil {
			return err
		}
		return fn(tx, p, app.Seq)
	})
}

// reading runs fn in a Read with a permit on App and returns how many
// statements it took.
func (r *record) reading(person countersign.Person, action authz.Action, fn func(tx *store.Tx, p authz.Permit) error) int {
	r.t.Helper()
	p := r.Permit(r.t, person, action, r.App)
	ctx, count := r.s.CountStatements(r.t.Context())
	if err := r.s.Read(ctx, func(tx *store.Tx) error { return fn(tx, p) }); err != nil {
		r.t.Fatalf("%s by %s: %v", action, person.Name, err)
	}
	return count()
}

func mapTo(codes ...string) []countersign.Mapping {
	var out []countersign.Mapping
	for _, c := range codes {
		out = append(out, countersign.Mapping{Competency: c, Justification: "because of " + c})
	}
	return out
}

// draft adds a draft of the apprentice's.
func (r *record) draft(title string, codes ...string) countersign.Evidence {
	r.t.Helper()
	var e countersign.Evidence
	r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, seq int) (err error) {
		if e, err = tx.AddEvidence(p, countersign.Evidence{State: countersign.Draft, Content: countersign.Content{
			Kind: countersign.ReflectiveAccount, Title: title, OccurredOn: tx.Today().AddDays(-1),
			Narrative: "What I did", Reflection: "What I learnt", Details: map[string]string{"next": "Ask earlier"},
			Anonymised: true, Mapping: mapTo(codes...),
		}}); err != nil {
			return err
		}
		return r.recount(tx, p, seq, false, codes...)
	})
	return e
}

func (r *record) recount(tx *store.Tx, p authz.Permit, seq int, bump bool, codes ...string) error {
	if len(codes) == 0 {
		return nil
	}
	as, err := tx.Attainments(p, r.Framework, codes...)
	if err != nil {
		return err
	}
	return tx.SaveAttainments(p, as, seq, bump)
}

func mappedTo(e countersign.Evidence) []string {
	var out []string
	for _, m := range e.Mapping {
		out = append(out, m.Competency)
	}
	return out
}

// submit submits a piece.
func (r *record) submit(e countersign.Evidence) countersign.Evidence {
	r.t.Helper()
	r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, seq int) (err error) {
		e.State, e.Revision, e.SubmittedAt = countersign.Submitted, e.Revision+1, tx.Now()
		if err := tx.AddRevision(p, countersign.Revision{
			Evidence: e.ID, Number: e.Revision, Content: e.Content, ObservedByName: e.ObservedByName, Attachments: e.Attachments,
			Hash: fmt.Sprintf("%064x", e.Revision), SubmittedBy: r.Apprentice.ID, SubmittedAt: tx.Now(),
		}); err != nil {
			return err
		}
		if e, err = tx.ChangeEvidence(p, e, e.Version); err != nil {
			return err
		}
		return r.recount(tx, p, seq, true, mappedTo(e)...)
	})
	return e
}

// review accepts or returns a piece.
func (r *record) review(e countersign.Evidence, by countersign.Person, role countersign.NamingRole, d countersign.ReviewDecision) countersign.Evidence {
	r.t.Helper()
	r.by(by, authz.ReviewEvidence, func(tx *store.Tx, p authz.Permit, seq int) (err error) {
		if _, err := tx.AddReview(p, countersign.Review{
			Evidence: e.ID, Revision: e.Revision, Reviewer: by.ID, ReviewerName: by.Name, Role: role, Decision: d, Comment: "Seen", At: tx.Now(),
		}); err != nil {
			return err
		}
		e.State, e.DecidedAt = countersign.Returned, tx.Now()
		if d == countersign.AcceptEvidence {
			e.State, e.AcceptedBy = countersign.Accepted, by.ID
		}
		if e, err = tx.ChangeEvidence(p, e, e.Version); err != nil {
			return err
		}
		return r.recount(tx, p, seq, true, mappedTo(e)...)
	})
	return e
}

// accepted adds a piece that the mentor has accepted.
func (r *record) accepted(title string, codes ...string) countersign.Evidence {
	r.t.Helper()
	return r.review(r.submit(r.draft(title, codes...)), r.Mentor, countersign.SecondaryMentor, countersign.AcceptEvidence)
}

// decision returns a decision about a competency that follows the last one.
func (r *record) decision(tx *store.Tx, p authz.Permit, code string, by countersign.Person, d countersign.Decision, relied ...countersign.Evidence) (countersign.SignOff, error) {
	so := countersign.SignOff{
		ID: countersign.SignOffID(tx.NewID()), Apprenticeship: r.App.ID, Competency: code, Decision: d, Part: countersign.FirstAssessment,
		Comment: "Well done", Statement: "In my judgement …", Assessor: by.ID, AssessorName: by.Name, AssessorRole: countersign.GPSupervisor,
		Registration: "GMC 7012345", Authentication: "password", FrameworkID: r.Framework.ID, FrameworkVersion: r.Framework.Version,
		TextHash: strings.Repeat("a", 64), SignedAt: tx.Now(), Canonical: "{}", Salt: "salt",
	}
	if d == countersign.Competent {
		so.Level = r.Framework.Scale.Threshold
	}
	for _, e := range relied {
		so.Evidence = append(so.Evidence, countersign.Relied{
			Evidence: e.ID, Revision: e.Revision, Hash: strings.Repeat("b", 64), Title: e.Title, Counted: true,
		})
	}
	as, err := tx.Attainments(p, r.Framework, code)
	if err != nil {
		return so, err
	}
	if head := as[0].Head(); head != nil {
		so.Supersedes = head.ID
	}
	if so.PreviousLeaf, err = tx.LastLeaf(p); err != nil {
		return so, err
	}
	so.Leaf = "leaf of " + string(so.ID)
	return so, nil
}

// decide makes a decision as the GP supervisor.
func (r *record) decide(code string, d countersign.Decision, relied ...countersign.Evidence) countersign.SignOff {
	r.t.Helper()
	var so countersign.SignOff
	r.by(r.GP, authz.SignOff, func(tx *store.Tx, p authz.Permit, seq int) (err error) {
		if so, err = r.decision(tx, p, code, r.GP, d, relied...); err != nil {
			return err
		}
		if so, err = tx.AddSignOff(p, so); err != nil {
			return err
		}
		return r.recount(tx, p, seq, true, code)
	})
	return so
}

// learn enters hours that are verified, and a placement with a link.
func (r *record) learn() {
	r.t.Helper()
	r.by(r.Apprentice, authz.LogHours, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
		r.hours, err = tx.AddHours(p, countersign.HoursEntry{On: tx.Today(), Minutes: 90, Kind: countersign.Shadowing, Learnt: "Secret", Competencies: []string{lasting}})
		return err
	})
	r.by(r.GP, authz.VerifyHours, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
		r.hours, err = tx.DecideHours(p, r.hours.ID, countersign.HoursVerified, countersign.GPSupervisor, "")
		return err
	})
	r.by(r.GP, authz.ArrangePlacement, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
		r.placement, err = tx.AddPlacement(p, countersign.Placement{
			Site: "Secret ward", From: tx.Today(), To: tx.Today(), SupervisorName: "Secret", SupervisorEmail: "w@example.org", PlannedMinutes: 60, State: countersign.PlacementPlanned,
		})
		return err
	})
	r.by(r.GP, authz.AskSite, func(tx *store.Tx, p authz.Permit, _ int) error {
		return tx.AddPlacementLink(p, r.placement.ID, "hash", tx.Now().Add(time.Hour))
	})
}

// app returns App as it is now.
func (r *record) app() countersign.Apprenticeship {
	r.t.Helper()
	var a countersign.Apprenticeship
	r.reading(r.Apprentice, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) (err error) {
		a, err = tx.Apprenticeship(p)
		return err
	})
	return a
}

// attainment returns one competency of App.
func (r *record) attainment(code string) countersign.Attainment {
	r.t.Helper()
	var as []countersign.Attainment
	r.reading(r.Apprentice, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) (err error) {
		as, err = tx.Attainments(p, r.Framework, code)
		return err
	})
	if len(as) != 1 {
		r.t.Fatalf("Attainments(%s) = %d of them; want 1", code, len(as))
	}
	return as[0]
}

// atMost fails the test if more statements were run.
func atMost(t testing.TB, what string, got, want int) {
	t.Helper()
	if got > want {
		t.Errorf("%s took %d statements; want %d at most", what, got, want)
	}
}

// wantKind fails the test if err is of another kind.
func wantKind(t testing.TB, what string, err error, want countersign.Kind) {
	t.Helper()
	if got := countersign.KindOf(err); got != want {
		t.Errorf("%s: error = %v, kind %v; want kind %v", what, err, got, want)
	}
}
