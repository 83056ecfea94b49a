package loadgen

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/ledger"
)

// decide has the competencies judged whose requirement is met, and chains the
// decisions in the order of time.
func (l *life) decide() error {
	mapped := l.mapped()
	var all []countersign.SignOff
	for _, c := range l.codes {
		all = append(all, l.judgeOf(c, mapped[c.Code])...)
	}
	slices.SortFunc(all, func(a, b countersign.SignOff) int {
		return cmp.Or(a.SignedAt.Compare(b.SignedAt), cmp.Compare(a.ID, b.ID))
	})
	leaf := ""
	for i := range all {
		so := &all[i]
		if err := l.seal(so, leaf); err != nil {
			return fmt.Errorf("loadgen: decision on %s: %w", so.Competency, err)
		}
		leaf = so.Leaf
		l.did(so.SignedAt)
		l.tell(so.SignedAt, so.Assessor, so.AssessorRole, "sign_off."+string(so.Part), string(so.ID), map[string]any{
			"competency": so.Competency, "decision": so.Decision, "level": so.Level, "leaf": so.Leaf,
		})
	}
	l.record.SignOffs = all
	return nil
}

// judgeOf returns the decisions on one competency. Some are "not yet" first,
// mostly where more evidence follows, and one that the GP supervisor alone
// judged waits for the mentor.
func (l *life) judgeOf(c countersign.Competency, pieces []countersign.Evidence) []countersign.SignOff {
	accepted := slices.DeleteFunc(slices.Clone(pieces), func(e countersign.Evidence) bool { return e.AcceptedBy == "" })
	slices.SortStableFunc(accepted, func(a, b countersign.Evidence) int { return a.DecidedAt.Compare(b.DecidedAt) })
	a := countersign.Attainment{
		Competency: c, Apprenticeship: l.record.Apprenticeship.ID, Apprentice: l.apprentice.ID, Scope: countersign.ScopeIn,
	}
	met := metAt(c, accepted)
	if met.IsZero() {
		return nil
	}
	at := l.chance.later(met, l.gp.speed*l.chance.around(1, 0.6))
	more := slices.IndexFunc(accepted, func(e countersign.Evidence) bool { return e.DecidedAt.After(at) })
	if notYet := l.chance.one(12); notYet && (more >= 0 || l.chance.one(20)) && l.sign(&a, accepted, at, countersign.NotYetCompetent, l.gp, countersign.GPSupervisor) {
		if more < 0 {
			return a.Decisions
		}
		at = l.chance.later(accepted[more].DecidedAt, l.gp.speed)
	}
	if l.sign(&a, accepted, at, countersign.Competent, l.gp, countersign.GPSupervisor) && a.Open() != nil {
		at = l.chance.later(at, l.mentor.speed*l.chance.around(1, 0.6))
		l.sign(&a, accepted, at, countersign.Competent, l.mentor, countersign.SecondaryMentor)
	}
	return a.Decisions
}

// metAt returns when the requirement was first met; the zero time if it wasn't.
func metAt(c countersign.Competency, accepted []countersign.Evidence) time.Time {
	for n := range accepted {
		if n+1 < c.Requires.Pieces {
			continue
		}
		last := accepted[n].DecidedAt
		if c.Assess(asOf(accepted, last), nil, countersign.LondonDate(last)).Met() {
			return last
		}
	}
	return time.Time{}
}

// asOf returns the pieces accepted by then, as they were.
func asOf(accepted []countersign.Evidence, at time.Time) []countersign.Evidence {
	var out []countersign.Evidence
	for _, e := range accepted {
		if e.DecidedAt.After(at) || !e.WithdrawnAt.IsZero() && !e.WithdrawnAt.After(at) {
			continue
		}
		e.State = countersign.Accepted
		out = append(out, e)
	}
	return out
}

// sign makes a decision, if the rules allow it and there is time.
func (l *life) sign(a *countersign.Attainment, accepted []countersign.Evidence, at time.Time, d countersign.Decision, by member, role countersign.NamingRole) bool {
	if !at.Before(l.until) {
		return false
	}
	a.Pieces, a.Today = asOf(accepted, at), countersign.LondonDate(at)
	in := countersign.Intent{
		Signer: by.ID, Capacities: countersign.Capacities{{Role: role}}, Decision: d, Level: a.Threshold, Comment: pick(l.chance, signComments),
	}
	if d == countersign.NotYetCompetent {
		in.Comment = pick(l.chance, returnComments)
	} else {
		for _, e := range a.Assessment().Counting {
			in.Evidence = append(in.Evidence, e.ID)
		}
	}
	so, err := a.Decide(l.framework, in)
	if err != nil {
		return false
	}
	so.ID, so.SignedAt, so.AssessorName, so.Registration = countersign.SignOffID(l.chance.id(at)), at, by.Name, by.Registration
	a.Decisions = append(a.Decisions, so)
	return true
}

// seal completes a decision with what the record adds, and its leaf.
func (l *life) seal(so *countersign.SignOff, previous string) error {
	c, _ := l.framework.Competency(so.Competency)
	so.Authentication = "password"
	so.FrameworkID, so.FrameworkVersion, so.TextHash = l.framework.ID, l.framework.Version, l.world.textHash(l.plan.framework, c)
	so.Statement = countersign.Declaration(*so, l.framework, c, l.apprentice.Name)
	for i := range so.Evidence {
		so.Evidence[i].Hash = l.hashes[so.Evidence[i].Evidence]
	}
	so.PreviousLeaf, so.Salt = previous, ledger.NewSalt(l.chance)
	sealed, err := ledger.DecisionOf(*so)
	if err != nil {
		return err
	}
	canonical, leaf, err := ledger.Leaf(sealed)
	so.Canonical, so.Leaf = string(canonical), leaf
	return err
}

// textHash returns the hash of a competency's text, which is worked out once.
func (w *world) textHash(f int, c countersign.Competency) string { return w.hashes[f][c.Code] }

func textHashes(f countersign.Framework) map[string]string {
	out := map[string]string{}
	for _, c := range f.Competencies() {
		out[c.Code] = framework.CompetencyHash(f, c)
	}
	return out
}
