package loadgen

import (
	"slices"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

// life is one apprenticeship while it is told.
type life struct {
	plan
	world      *world
	chance     chance
	framework  countersign.Framework
	codes      []countersign.Competency // in scope, in the order in which they are learnt
	scope      map[string]countersign.ScopeState
	apprentice countersign.Person
	gp         member
	mentor     member
	manager    member
	hub        member
	learnt     int       // days of learning so far
	until      time.Time // nothing happens to the record afterwards
	enrolledAt time.Time
	hashes     map[countersign.EvidenceID]string // of the latest revision
	writes     int
	record     store.BulkRecord
}

// live tells one apprenticeship.
func (w *world) live(p plan) (store.BulkRecord, error) {
	at := w.practices[p.practice]
	l := &life{
		plan: p, world: w, chance: chanceOf(w.options.Seed, "life", p.number), framework: w.frameworks[p.framework],
		gp: w.member(countersign.GPSupervisorMember, at.code, p.gp), mentor: w.member(countersign.SecondaryMentorMember, at.code, p.mentor),
		manager: w.member(countersign.PracticeManager, at.code, 0), hub: w.member(countersign.HubLead, at.hub.code, 0),
		learnt: w.learnt(p), hashes: map[countersign.EvidenceID]string{}, until: w.now.Add(-time.Hour), enrolledAt: enrolled(p), writes: 1,
	}
	l.apprentice = w.apprentice(p.number, l.enrolledAt)
	l.enrol(at)
	l.agreeScope()
	l.write(l.demands())
	err := l.decide()
	if err == nil {
		l.end()
		l.logHours()
		l.claim()
		err = l.holdReviews()
	}
	l.addUp()
	return l.record, err
}

func (l *life) enrol(at practice) {
	a := &l.record.Apprenticeship
	months := max(l.framework.MonthsMax, 6)
	*a = countersign.Apprenticeship{
		ID: l.world.apprenticeshipID(l.plan), Apprentice: l.apprentice.ID, ApprenticeName: l.apprentice.Name,
		FrameworkID: l.framework.ID, FrameworkVersion: l.framework.Version, Practice: at.id, StartOn: l.start,
		PlannedEndOn: l.start.AddMonths(months).AddDays(-1), FundingYear: cohortOf(l.start), Cohort: cohortOf(l.start), State: countersign.Active,
		Version: 1, CreatedAt: l.enrolledAt, LastActivityAt: l.enrolledAt,
	}
	a.OriginalEndOn = a.PlannedEndOn
	if leaves := l.at(float64(l.left)); l.left > 0 && leaves.Before(l.until) {
		l.until = leaves
	}
	if on := l.breakOn(); !on.IsZero() && l.world.today.Before(on.AddDays(l.breakDays)) {
		l.until = earlier(l.until, noon(on))
	}
	day := countersign.LondonDate(l.enrolledAt)
	for _, n := range []struct {
		person countersign.Person
		role   countersign.NamingRole
	}{{l.gp.Person, countersign.GPSupervisor}, {l.mentor.Person, countersign.SecondaryMentor}} {
		naming := countersign.Naming{ID: countersign.NamingID(l.chance.id(l.enrolledAt)), Person: n.person.ID, Role: n.role, From: day, Domains: []string{}}
		if l.chance.IntN(4) > 0 {
			naming.BriefingOn = day.AddDays(-l.chance.IntN(60))
		}
		l.record.Namings = append(l.record.Namings, naming)
	}
}

func (w *world) apprenticeshipID(p plan) countersign.ApprenticeshipID {
	return countersign.ApprenticeshipID(chanceOf(w.options.Seed, "apprenticeship", p.number).id(enrolled(p)))
}

// breakOn returns the day on which a break began; the zero Date for none yet.
func (l *life) breakOn() countersign.Date {
	on := countersign.LondonDate(noon(l.start).AddDate(0, 0, l.broke))
	if l.broke == 0 || l.broke > l.days || on.After(l.world.today) {
		return countersign.Date{}
	}
	return on
}

// agreeScope decides which optional competencies are part of it, and in which
// order all are learnt: roughly that of the framework.
func (l *life) agreeScope() {
	l.scope = map[string]countersign.ScopeState{}
	place := map[string]float64{}
	for i, c := range l.framework.Competencies() {
		l.scope[c.Code] = countersign.ScopeIn
		if !c.Core {
			l.scope[c.Code] = []countersign.ScopeState{countersign.ScopeOut, countersign.ScopeProposed, countersign.ScopeIn}[l.chance.weighted([]int{6, 1, 13})]
		}
		if l.scope[c.Code] == countersign.ScopeIn {
			l.codes, place[c.Code] = append(l.codes, c), float64(i)+l.chance.NormFloat64()*4
		}
	}
	slices.SortStableFunc(l.codes, func(a, b countersign.Competency) int {
		if place[a.Code] < place[b.Code] {
			return -1
		}
		return 1
	})
}

// day returns after how many days of learning a competency is learnt.
func (l *life) day(n int) float64 {
	return (float64(n) + 0.5) / float64(len(l.codes)) * float64(l.days)
}

// addUp gathers for each competency what it rests on. Counters follow from it.
func (l *life) addUp() {
	a := &l.record.Apprenticeship
	a.Seq = l.writes
	of := map[string][]countersign.SignOff{}
	for _, so := range l.record.SignOffs {
		of[so.Competency] = append(of[so.Competency], so)
	}
	mapped := l.mapped()
	for _, c := range l.framework.Competencies() {
		l.record.Attainments = append(l.record.Attainments, countersign.Attainment{
			Competency: c, Apprenticeship: a.ID, Apprentice: a.Apprentice, Scope: l.scope[c.Code], Pieces: mapped[c.Code],
			Decisions: of[c.Code], Version: a.Seq, Today: l.world.today,
		})
	}
}

// mapped returns the pieces that are mapped to each competency.
func (l *life) mapped() map[string][]countersign.Evidence {
	out := map[string][]countersign.Evidence{}
	for _, e := range l.record.Pieces {
		for _, m := range e.Mapping {
			out[m.Competency] = append(out[m.Competency], e)
		}
	}
	return out
}

// did notes that something was written at that time.
func (l *life) did(at time.Time) {
	l.writes++
	if a := &l.record.Apprenticeship; at.After(a.LastActivityAt) {
		a.LastActivityAt = at
	}
}

// tell adds a line to the trail.
func (l *life) tell(at time.Time, by countersign.PersonID, role countersign.NamingRole, action, subject string, detail any) {
	l.record.Audit = append(l.record.Audit, store.BulkAudit{
		ID: l.chance.id(at), At: at, AuditEvent: store.AuditEvent{Actor: by, Role: string(role), Action: action, Subject: subject, Detail: detail},
	})
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
