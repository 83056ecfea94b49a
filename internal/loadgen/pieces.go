package loadgen

import (
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
)

// write tells the life of each piece of evidence.
func (l *life) write(demands []demand) {
	for _, s := range l.sketches(demands) {
		if at := l.at(s.day); at.Before(l.until) {
			l.piece(s, at)
		}
	}
}

// telling is a piece while it is told.
type telling struct {
	*countersign.Evidence
	life *life
	at   time.Time // of what happened last
	by   member    // who judges it
	role countersign.NamingRole
	stop bool // what comes next would be too late
}

// next moves on by so many days, unless that is too late.
func (t *telling) next(days float64) bool {
	if t.stop {
		return false
	}
	at := t.life.chance.later(t.at, days)
	if t.stop = !at.Before(t.life.until); !t.stop {
		t.at, t.UpdatedAt = at, at
		t.Version++
		t.life.did(at)
	}
	return !t.stop
}

func (l *life) piece(s *sketch, at time.Time) {
	c := l.chance
	at = c.later(at, 0)
	e := countersign.Evidence{
		ID: countersign.EvidenceID(c.id(at)), Apprenticeship: l.record.Apprenticeship.ID, Apprentice: l.apprentice.ID,
		Content: l.content(s, countersign.LondonDate(at)), State: countersign.Draft, CreatedAt: at, UpdatedAt: at, Version: 1,
	}
	t := &telling{Evidence: &e, life: l, at: at, by: l.mentor, role: countersign.SecondaryMentor}
	if c.IntN(100) < 35 {
		t.by, t.role = l.gp, countersign.GPSupervisor
	}
	if !at.Before(l.until) {
		return
	}
	if c.one(4) {
		l.attach(&e)
	}
	recorded := false
	if e.Kind.Observable() {
		if recorded = c.one(3); recorded {
			e.RecordedBy, e.RecordedByName = t.by.ID, t.by.Name
		} else {
			e.ObservedBy, e.ObservedByName = t.by.ID, t.by.Name
		}
	}
	if t.next(c.Float64() * 4) {
		if e.Anonymised = true; recorded {
			t.submit(t.by.ID, t.role, "evidence.record")
			t.accepted()
		} else {
			t.submit(l.apprentice.ID, countersign.TheApprentice, "evidence.submit")
			t.judge()
		}
	}
	if e.State == countersign.Accepted && c.one(150) && t.next(5+c.Float64()*90) {
		e.State, e.WithdrawnAt, e.WithdrawReason = countersign.Withdrawn, t.at, "I have written this up better in another piece."
	}
	l.record.Pieces = append(l.record.Pieces, e)
}

// judge returns one piece in eight once, and accepts.
func (t *telling) judge() {
	c := t.life.chance
	if c.one(8) {
		if !t.next(t.by.speed * c.around(1, 0.5)) {
			return
		}
		t.State, t.DecidedAt = countersign.Returned, t.at
		t.review(countersign.ReturnEvidence, pick(c, returnComments))
		if !t.next(1 + c.Float64()*10) {
			return
		}
		t.Reflection += " " + pick(c, afterthoughts)
		t.submit(t.life.apprentice.ID, countersign.TheApprentice, "evidence.submit")
	}
	if t.next(t.by.speed * c.around(1, 0.5)) {
		t.accepted()
		t.review(countersign.AcceptEvidence, pick(c, acceptComments))
	}
}

func (t *telling) accepted() {
	t.State, t.AcceptedBy, t.AcceptedByName, t.DecidedAt = countersign.Accepted, t.by.ID, t.by.Name, t.at
}

// submit freezes the content.
func (t *telling) submit(by countersign.PersonID, role countersign.NamingRole, action string) {
	t.State, t.SubmittedAt = countersign.Submitted, t.at
	t.Revision++
	r := countersign.Revision{
		Evidence: t.ID, Number: t.Revision, Content: t.Content, ObservedByName: t.ObservedByName, Attachments: t.Attachments, SubmittedBy: by, SubmittedAt: t.at,
	}
	var err error
	if r.Hash, err = ledger.RevisionHash(ledger.ContentOf(r)); err != nil {
		panic("loadgen: its own text cannot be hashed: " + err.Error())
	}
	t.life.hashes[t.ID] = r.Hash
	t.life.record.Revisions = append(t.life.record.Revisions, r)
	t.life.tell(t.at, by, role, action, string(t.ID), map[string]any{"revision": t.Revision})
}

func (t *telling) review(d countersign.ReviewDecision, comment string) {
	l := t.life
	l.record.Reviews = append(l.record.Reviews, countersign.Review{
		ID: countersign.ReviewID(l.chance.id(t.at)), Evidence: t.ID, Revision: t.Revision, Reviewer: t.by.ID, ReviewerName: t.by.Name, Role: t.role,
		Decision: d, Comment: comment, At: t.at,
	})
	l.tell(t.at, t.by.ID, t.role, "evidence."+string(d), string(t.ID), map[string]any{"revision": t.Revision, "added": nil, "removed": nil})
}

// content is what the apprentice writes.
func (l *life) content(s *sketch, day countersign.Date) countersign.Content {
	c := l.chance
	about, _ := l.framework.Competency(s.codes[0])
	out := countersign.Content{
		Kind: s.kind, Title: about.Title + pick(c, titleEnds), OccurredOn: day, Narrative: pick(c, narratives) + " " + pick(c, narratives),
		Reflection: pick(c, reflections), Details: map[string]string{}, Entries: 0,
	}
	for _, d := range countersign.DetailFields(s.kind) {
		if d.Required {
			out.Details[d.Name] = pick(c, details)
		}
	}
	if s.kind == countersign.ProcedureLog {
		out.Entries = max(s.entries, 5) + c.IntN(10)
	}
	for _, code := range s.codes {
		out.Mapping = append(out.Mapping, countersign.Mapping{Competency: code, Justification: pick(c, justifications)})
	}
	return out
}

// attach adds one of the few photos that everybody shares.
func (l *life) attach(e *countersign.Evidence) {
	f := pick(l.chance, l.world.photos)
	f.ID, f.Evidence, f.AddedAt = countersign.AttachmentID(l.chance.id(e.CreatedAt)), e.ID, e.CreatedAt
	e.Attachments = append(e.Attachments, f)
}
