package service

import (
	"context"
	"hash/fnv"
	"io"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// SessionOf is a session on the timetable of one apprentice.
type SessionOf = store.SessionOf

// Timetable returns the classroom sessions of an apprenticeship, the earliest
// first.
func (s *Service) Timetable(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (countersign.Apprenticeship, []SessionOf, error) {
	var app countersign.Apprenticeship
	var all []SessionOf
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		app = w.app
		if w.framework.Classroom {
			all, err = w.tx.SessionsOf(w.permit)
		}
		return err
	}, authz.ReadHours, authz.ReadProgramme)
	return app, all, err
}

// Sessions returns the timetable of the training hubs that the actor leads,
// the latest first. To anybody else it is NotFound.
func (s *Service) Sessions(ctx context.Context, actor authz.Actor) ([]countersign.Session, error) {
	if err := s.PermittedAnywhere(ctx, actor, authz.HoldSessions); err != nil {
		return nil, err
	}
	var all []countersign.Session
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Sessions(actor.Scope(authz.HoldSessions))
		return err
	})
	return all, err
}

// SessionInput is a session for the timetable.
type SessionInput struct {
	Title     string           `field:"title" label:"a title" validate:"filled,max=200" privacy:"certain"`
	On        countersign.Date `field:"on"`
	Starts    string           `field:"starts" privacy:"-"`
	Minutes   int              `field:"minutes"`
	Place     string           `field:"place" label:"a place" validate:"filled,max=200" privacy:"certain"`
	Materials string           `field:"materials" label:"the address of the materials" validate:"max=2000" privacy:"-"`
	Framework string           `field:"framework" label:"a programme" verb:"Select" validate:"required,max=80" privacy:"-"`
	Cohort    string           `field:"cohort" label:"the cohort" validate:"max=80" privacy:"certain"`
	Hub       string           `field:"hub" label:"a training hub" verb:"Select" validate:"max=20" privacy:"-"` // code; may be empty for who leads one
}

// HubsLed returns the training hubs that the actor leads, by name.
func (s *Service) HubsLed(ctx context.Context, actor authz.Actor) ([]countersign.Organisation, error) {
	var hubs []countersign.Organisation
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		for _, id := range actor.At(countersign.HubLead) {
			hub, err := tx.Organisation(id)
			if err != nil {
				return err
			}
			hubs = append(hubs, hub)
		}
		return nil
	})
	slices.SortFunc(hubs, func(a, b countersign.Organisation) int { return strings.Compare(a.Name+a.Code, b.Name+b.Code) })
	return slices.CompactFunc(hubs, func(a, b countersign.Organisation) bool { return a.ID == b.ID }), err
}

// hubFor returns which of the actor's training hubs a session is of.
func (s *Service) hubFor(ctx context.Context, actor authz.Actor, code string) (countersign.OrganisationID, error) {
	hubs, err := s.HubsLed(ctx, actor)
	if err != nil {
		return "", err
	}
	if code == "" && len(hubs) == 1 {
		return hubs[0].ID, nil
	}
	for _, hub := range hubs {
		if hub.Code == code {
			return hub.ID, nil
		}
	}
	return "", countersign.InvalidField("hub", "Select one of the training hubs that you lead")
}

// session returns what is wrong with a session as it was entered; rule gets it
// and the newest version of its framework.
func (s *Service) session(ctx context.Context, in SessionInput, rule func(countersign.Session, countersign.Framework) error) error {
	f, err := s.FrameworkRelease(ctx, in.Framework, "")
	if countersign.IsFault(err) {
		return err
	}
	return s.both(in, rule(countersign.Session{
		Title: strings.TrimSpace(in.Title), On: in.On, Starts: in.Starts, Minutes: in.Minutes, Place: strings.TrimSpace(in.Place),
		Materials: strings.TrimSpace(in.Materials), Framework: in.Framework, Cohort: strings.TrimSpace(in.Cohort),
	}, f.Framework))
}

// SessionVersion changes whenever what a session says does.
func SessionVersion(s countersign.Session) string {
	h := fnv.New64a()
	for _, part := range []string{s.Title, s.On.String(), s.Starts, itoa(s.Minutes), s.Place, s.Materials, s.Framework, s.Cohort} {
		_, _ = io.WriteString(h, part+"\x00") // a hash takes everything
	}
	return strconv.FormatUint(h.Sum64(), 16)
}

// ChangeSession changes a session of the actor's training hub. version is
// SessionVersion as seen; empty asks for no check.
func (s *Service) ChangeSession(ctx context.Context, actor authz.Actor, id countersign.SessionID, version string, in SessionInput) (countersign.Session, error) {
	a, err := s.Attendance(ctx, actor, id)
	if err != nil {
		return a.Session, err
	}
	if version != "" && version != SessionVersion(a.Session) {
		return a.Session, refuseStale("This session was changed since you opened it. Look at it again")
	}
	var changed countersign.Session
	if err := s.session(ctx, in, func(to countersign.Session, f countersign.Framework) (err error) {
		changed, err = a.Session.Change(to, f)
		return err
	}); err != nil {
		return a.Session, err
	}
	return changed, s.writeSession(ctx, actor, a.Session.Hub, "session.change", func(tx *store.Tx, permit authz.Permit) (countersign.SessionID, error) {
		return id, tx.ChangeSession(permit, a.Session, changed)
	})
}

// writeSession writes with a permit of the training hub, and audits.
func (s *Service) writeSession(ctx context.Context, actor authz.Actor, hub countersign.OrganisationID, action string,
	write func(*store.Tx, authz.Permit) (countersign.SessionID, error),
) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		sub, err := tx.PlaceSubject(hub)
		if err != nil {
			return err
		}
		permit, err := actor.Check(authz.HoldSessions, sub)
		if err != nil {
			return err
		}
		id, err := write(tx, permit)
		if err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Role: string(countersign.LeadOfHub), Action: action, Subject: string(id)})
	})
}

// AddSession puts a session on the timetable of a training hub that the actor
// leads.
func (s *Service) AddSession(ctx context.Context, actor authz.Actor, in SessionInput) (countersign.Session, error) {
	var added countersign.Session
	if err := s.PermittedAnywhere(ctx, actor, authz.HoldSessions); err != nil {
		return added, err
	}
	hub, wrongHub := s.hubFor(ctx, actor, in.Hub)
	if countersign.IsFault(wrongHub) {
		return added, wrongHub
	}
	var session countersign.Session
	if err := s.session(ctx, in, func(entered countersign.Session, f countersign.Framework) error {
		session = entered
		var p countersign.Problems
		p.Merge(wrongHub)
		p.Merge(entered.Check(f))
		return p.Err()
	}); err != nil {
		return added, err
	}
	session.Hub = hub
	err := s.writeSession(ctx, actor, hub, "session.add", func(tx *store.Tx, permit authz.Permit) (countersign.SessionID, error) {
		var err error
		added, err = tx.AddSession(permit, session)
		return added.ID, err
	})
	return added, err
}

// Attendance is a session and whom it is for.
type Attendance struct {
	Session   countersign.Session
	Attendees []store.Attendee
}

// Attendance returns a session of the actor's training hub and who was there.
func (s *Service) Attendance(ctx context.Context, actor authz.Actor, id countersign.SessionID) (Attendance, error) {
	var a Attendance
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		scope := actor.Scope(authz.HoldSessions)
		if a.Session, err = tx.Session(scope, id); err != nil {
			return err
		}
		a.Attendees, err = tx.Attendees(scope, a.Session)
		return err
	})
	return a, err
}

// MarkAttendance sets who was at a session: a verified entry in the hours log
// of everybody who was, and none of those who weren't. An apprentice whose
// entry is refused doesn't keep the others from theirs; what was refused comes
// back by apprenticeship.
func (s *Service) MarkAttendance(ctx context.Context, actor authz.Actor, id countersign.SessionID, present []countersign.ApprenticeshipID) (map[countersign.ApprenticeshipID]error, error) {
	a, err := s.Attendance(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	refused := map[countersign.ApprenticeshipID]error{}
	for _, who := range a.Attendees {
		was, is := who.Entry != "", slices.Contains(present, who.Apprenticeship)
		if was == is {
			continue
		}
		err := s.change(ctx, actor, byApprenticeship(who.Apprenticeship), func(w work) error {
			if is {
				session, err := w.tx.Session(actor.Scope(authz.HoldSessions), id) // as it is now: it may have changed since
				if err != nil {
					return err
				}
				return w.attend(session)
			}
			return w.withdrawAttendance(who.Entry)
		}, authz.HoldSessions)
		if countersign.IsFault(err) {
			return refused, err
		}
		if err != nil {
			refused[who.Apprenticeship] = err
		}
	}
	return refused, nil
}

// attend adds a verified entry.
func (w work) attend(session countersign.Session) error {
	others, breaks, err := w.sameDay(session.On)
	if err != nil {
		return err
	}
	e, err := w.app.Attend(session, w.framework, others, breaks, w.tx.Today())
	if err != nil {
		return err
	}
	if e, err = w.tx.AddHours(w.permit, e); err != nil {
		return err
	}
	return w.settleAttendance(e, countersign.MarkAttendance)
}

func (w work) withdrawAttendance(id countersign.HoursID) error {
	e, err := w.tx.HoursEntry(w.permit, id)
	if err != nil {
		return err
	}
	return w.settleAttendance(e, countersign.WithdrawAttendance)
}

func (w work) settleAttendance(e countersign.HoursEntry, event countersign.HoursEvent) error {
	to, as, err := e.Decide(event, w.app.Apprentice, w.actor.ID(), countersign.Capacities{{Role: countersign.LeadOfHub}}, "")
	if err != nil {
		return err
	}
	if _, err := w.tx.DecideHours(w.permit, e.ID, to, as, ""); err != nil {
		return err
	}
	return w.audit("hours."+string(event), string(e.ID), map[string]any{"minutes": e.Minutes})
}
