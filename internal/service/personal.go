package service

import (
	"context"
	"sync"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Personal is everything that an installation has about a person.
type Personal struct {
	Person countersign.Person
	AsAt   time.Time
	Data   store.PersonalData
}

// Personal returns everything about the actor. That it was asked for is
// audited.
func (s *Service) Personal(ctx context.Context, actor authz.Actor) (Personal, error) {
	var out Personal
	err := s.ownRead(ctx, actor, func(tx *store.Tx, permit authz.Permit) (err error) {
		out.AsAt = tx.Now()
		if out.Person, err = tx.Person(actor.ID()); err != nil {
			return err
		}
		out.Data, err = tx.PersonalData(permit)
		return err
	})
	if err != nil {
		return out, err
	}
	return out, s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: "account.data", Subject: string(actor.ID())})
	})
}

// ownRead runs fn with a permit for the actor's own account.
func (s *Service) ownRead(ctx context.Context, actor authz.Actor, fn func(*store.Tx, authz.Permit) error) error {
	return s.store.Read(ctx, func(tx *store.Tx) error {
		permit, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()})
		if err != nil {
			return err
		}
		return fn(tx, permit)
	})
}

// OwnTrail returns who saw or changed the actor's record and account.
func (s *Service) OwnTrail(ctx context.Context, actor authz.Actor, page store.Page) (lines []store.TrailLine, next string, err error) {
	err = s.ownRead(ctx, actor, func(tx *store.Tx, permit authz.Permit) error {
		lines, next, err = tx.OwnTrail(permit, page)
		return err
	})
	return lines, next, err
}

// OwnChanges returns what of the actor's name, e-mail address and registration
// was put right.
func (s *Service) OwnChanges(ctx context.Context, actor authz.Actor) (changes []store.PersonChange, err error) {
	err = s.ownRead(ctx, actor, func(tx *store.Tx, permit authz.Permit) error {
		changes, err = tx.PersonChanges(permit)
		return err
	})
	return changes, err
}

// AuditTrail returns what people did whose roles the actor administers.
func (s *Service) AuditTrail(ctx context.Context, actor authz.Actor, f store.TrailFilter) (lines []store.TrailLine, next string, err error) {
	scope := actor.Scope(authz.ReadAudit)
	if scope.None() {
		return nil, "", countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	}
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		lines, next, err = tx.AuditTrail(scope, f)
		return err
	})
	return lines, next, err
}

// looks are the looks at other people's records that aren't kept yet, and
// those of the day that are: a page costs a look into a map.
type looks struct {
	mu      sync.Mutex
	day     countersign.Date
	seen    map[look]bool
	waiting []store.RecordLook
}

type look struct {
	person countersign.PersonID
	record countersign.ApprenticeshipID
}

// note notes that somebody looked at another's record.
func (l *looks) note(w work, at time.Time) {
	who, record := w.actor.ID(), w.app.ID
	if who == "" || who == w.app.Apprentice {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if today := countersign.LondonDate(at); l.seen == nil || l.day != today {
		l.day, l.seen = today, map[look]bool{}
	}
	if !l.seen[look{who, record}] {
		l.seen[look{who, record}] = true
		l.waiting = append(l.waiting, store.RecordLook{Apprenticeship: record, Person: who, Role: w.role(), At: at})
	}
}

// take returns what waits, and gives it back where keeping it fails.
func (l *looks) take(keep func([]store.RecordLook) error) error {
	l.mu.Lock()
	waiting := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	if len(waiting) == 0 {
		return nil
	}
	err := keep(waiting)
	if err != nil {
		l.mu.Lock()
		l.waiting = append(waiting, l.waiting...)
		l.mu.Unlock()
	}
	return err
}

// KeepLooks keeps who looked at whose record since it was called last, once a
// person, record and day. A server that is killed loses those of its last
// seconds.
func (s *Service) KeepLooks(ctx context.Context) error {
	return s.looks.take(func(waiting []store.RecordLook) error {
		return s.store.Write(ctx, func(tx *store.Tx) error { return tx.KeepLooks(waiting) })
	})
}
