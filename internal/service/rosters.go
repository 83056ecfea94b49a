package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// rosterAtOnce is how many rows of a roster are carried out before other work
// has its turn.
const rosterAtOnce = 100

func enrolInput(r countersign.RosterRow) EnrolInput {
	return EnrolInput{
		Apprentice: PersonInput{Name: r.Apprentice.Name, Email: r.Apprentice.Email}, Framework: r.Framework, Version: r.Version, Practice: r.Practice,
		GPSupervisor: r.GP.Email, SecondaryMentor: r.Mentor.Email, StartDate: r.Start, PlannedEndDate: r.PlannedEnd, Cohort: r.Cohort, FundingYear: r.FundingYear,
	}
}

// CheckRoster looks for everything that is wrong in the rows of a roster,
// enrols nobody, and keeps it for its owner to start or discard.
func (s *Service) CheckRoster(ctx context.Context, actor authz.Actor, name string, rows []countersign.RosterRow) (countersign.Roster, error) {
	var out countersign.Roster
	if err := s.PermittedAnywhere(ctx, actor, authz.ImportRoster); err != nil {
		return out, err
	}
	rows = slices.Clone(rows)
	if err := s.store.Read(ctx, func(tx *store.Tx) error {
		first := map[string]int{} // row by e-mail and framework
		for i := range rows {
			if err := s.checkRosterRow(tx, actor, &rows[i], first); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return out, err
	}
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if out, err = tx.AddRoster(countersign.Roster{Person: actor.ID(), FileName: name}, rows); err != nil {
			return err
		}
		if out, err = tx.Roster(actor.ID(), out.ID); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: "roster.check", Subject: string(out.ID), Detail: map[string]int{"rows": out.Rows(), "wrong": out.Wrong}})
	})
	return out, err
}

// checkRosterRow says in a row what is wrong with it, or what is to know.
func (s *Service) checkRosterRow(tx *store.Tx, actor authz.Actor, row *countersign.RosterRow, first map[string]int) error {
	for _, p := range []*countersign.RosterPerson{&row.Apprentice, &row.GP, &row.Mentor} {
		p.Name, p.Email = strings.TrimSpace(p.Name), lowerEmail(p.Email)
	}
	var notes []string
	problem := func(column, says string) { row.Says = append(row.Says, column+": "+says) }
	if err := s.check.Check(enrolInput(*row)); err != nil && len(row.Says) == 0 {
		for _, f := range asError(err).Fields {
			problem(rosterColumn(f.Field), f.Message)
		}
	}
	key := row.Apprentice.Email + " " + row.Framework
	if before, twice := first[key]; twice && row.Apprentice.Email != "" {
		problem("apprentice_email", fmt.Sprintf("This person is in row %d already", before))
	} else {
		first[key] = row.Number
	}
	if len(row.Says) == 0 {
		err := s.checkEnrolment(tx, actor, row, &notes)
		if countersign.IsFault(err) {
			return err
		}
		if e := asError(err); e != nil {
			for _, f := range e.Fields {
				problem(rosterColumn(f.Field), f.Message)
			}
		}
	}
	row.State = countersign.RowWrong
	if len(row.Says) == 0 {
		row.State, row.Says = countersign.RowWaiting, notes
	}
	return nil
}

// rosterColumn is the column of a field of EnrolInput.
func rosterColumn(field string) string {
	switch field {
	case "gp_supervisor", "secondary_mentor":
		return field + "_email"
	}
	return strings.ReplaceAll(field, ".", "_")
}

// checkEnrolment is what enrolling would refuse.
func (s *Service) checkEnrolment(tx *store.Tx, actor authz.Actor, row *countersign.RosterRow, notes *[]string) error {
	in := enrolInput(*row)
	place, err := s.placeNamed(tx, actor, authz.Enrol, "practice", in.Practice)
	if err != nil {
		return err
	}
	missing, err := s.missingMentors(tx, actor, *row, place)
	if err != nil {
		return err
	}
	var p countersign.Problems
	_, err = s.enrolment(tx, place, in)
	if e := asError(err); e != nil && !countersign.IsFault(err) {
		for _, f := range e.Fields {
			if m, ok := missing[f.Field]; ok {
				*notes = append(*notes, m.person.Name+" becomes "+m.role.Title()+" at "+place.Name)
			} else {
				p.Add(f.Field, f.Message)
			}
		}
	} else if err != nil {
		return err
	}
	known, err := tx.PersonByEmail(lowerEmail(in.Apprentice.Email))
	switch {
	case countersign.KindOf(err) == countersign.NotFound:
		if strings.TrimSpace(in.Apprentice.Name) == "" {
			p.Add("apprentice.name", "Enter a name: nobody with this email address is known here yet")
		}
		return p.Err()
	case err != nil:
		return err
	}
	if in.Apprentice.Name != "" && in.Apprentice.Name != known.Name {
		*notes = append(*notes, "This email address is known here already, under another name, which stays") // not which: they may be another hub's
	}
	on, err := tx.OnFramework(known.ID, in.Framework)
	if on {
		p.Add("apprentice.email", "This person is on this framework already")
	}
	if err != nil {
		return err
	}
	return p.Err()
}

// mentor is somebody who lacks the role that a row needs of them.
type mentor struct {
	person countersign.RosterPerson
	role   countersign.MemberRole
}

// missingMentors returns those whom the actor may give the role that a row
// needs of them, by field: those of an administrator of the practice.
func (s *Service) missingMentors(tx *store.Tx, actor authz.Actor, row countersign.RosterRow, place countersign.Organisation) (map[string]mentor, error) {
	subject, err := tx.PlaceSubject(place.ID)
	if err != nil || !actor.May(authz.ChangePeople, subject) {
		return nil, err
	}
	out := map[string]mentor{}
	for field, m := range map[string]mentor{
		"gp_supervisor":    {row.GP, countersign.GPSupervisorMember},
		"secondary_mentor": {row.Mentor, countersign.SecondaryMentorMember},
	} {
		person, err := tx.PersonByEmail(lowerEmail(m.person.Email))
		ok := false
		switch {
		case err == nil:
			m.person.Name = person.Name
			ok, err = tx.MayBeNamed(person.ID, m.role, place.ID)
		case countersign.KindOf(err) == countersign.NotFound:
			err = nil
		}
		if err != nil {
			return nil, err
		}
		if !ok && m.person.Name != "" {
			out[field] = m
		}
	}
	return out, nil
}

// Rosters lists the actor's rosters, the newest first.
func (s *Service) Rosters(ctx context.Context, actor authz.Actor) ([]countersign.Roster, error) {
	var all []countersign.Roster
	if err := s.PermittedAnywhere(ctx, actor, authz.ImportRoster); err != nil {
		return nil, err
	}
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Rosters(actor.ID())
		return err
	})
	return all, err
}

// rosterFor returns a roster of the actor's; anybody else's doesn't exist.
func (s *Service) rosterFor(tx *store.Tx, actor authz.Actor, id countersign.RosterID) (countersign.Roster, error) {
	if actor.IsZero() || !actor.CanAnywhere(authz.ImportRoster) {
		return countersign.Roster{}, countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	}
	return tx.Roster(actor.ID(), id)
}

// Roster returns a roster of the actor's with a page of its rows, those after
// a number.
func (s *Service) Roster(ctx context.Context, actor authz.Actor, id countersign.RosterID, after, limit int) (r countersign.Roster, rows []countersign.RosterRow, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if r, err = s.rosterFor(tx, actor, id); err != nil {
			return err
		}
		rows, err = tx.RosterRows(id, after, limit)
		return err
	})
	return r, rows, err
}

// StartRoster has a roster carried out in the background: every row without a
// problem is enrolled as the actor, each on its own.
func (s *Service) StartRoster(ctx context.Context, actor authz.Actor, id countersign.RosterID, version int) error {
	return s.changeRoster(ctx, actor, id, version, "roster.start", func(tx *store.Tx, r countersign.Roster) error {
		switch {
		case r.State != countersign.RosterChecked:
			return countersign.Refuse(countersign.Conflict, "This roster has been started already")
		case r.Waiting == 0:
			return countersign.Refuse(countersign.Conflict, "No row of this roster can be imported")
		}
		return tx.StartRoster(r)
	})
}

// DropRoster discards a roster that isn't being carried out. Who was enrolled
// stays so.
func (s *Service) DropRoster(ctx context.Context, actor authz.Actor, id countersign.RosterID, version int) error {
	return s.changeRoster(ctx, actor, id, version, "roster.discard", func(tx *store.Tx, r countersign.Roster) error {
		if r.State == countersign.RosterRunning {
			return countersign.Refuse(countersign.Conflict, "This roster is being imported. Wait until it is done")
		}
		return tx.DropRoster(id)
	})
}

func (s *Service) changeRoster(ctx context.Context, actor authz.Actor, id countersign.RosterID, version int, action string, change func(*store.Tx, countersign.Roster) error) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		r, err := s.rosterFor(tx, actor, id)
		if err != nil {
			return err
		}
		if version != 0 && version != r.Version {
			return refuseStale("This roster has changed since you opened it. Look at it again")
		}
		if err := change(tx, r); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: action, Subject: string(id), Detail: map[string]int{"rows": r.Waiting}})
	})
}

// RunRosters carries on with every roster that was started; the worker calls
// it. Each row is a transaction of its own, so that whatever stops it, no row is
// done twice or lost.
func (s *Service) RunRosters(ctx context.Context) error {
	var running []countersign.Roster
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		running, err = tx.RunningRosters()
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, r := range running { // also those after one that fails
		failed = errors.Join(failed, s.runRoster(ctx, r, rosterAtOnce))
	}
	return failed
}

// runRoster carries out rows of a roster, and ends it when none waits.
func (s *Service) runRoster(ctx context.Context, r countersign.Roster, rows int) error {
	actor, err := s.Actor(ctx, r.Person, authz.Proof{}) // as they are now: a right that ended meanwhile has ended
	if err != nil {
		return err
	}
	for range rows {
		more, err := s.runRosterRow(ctx, actor, r.ID)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.FinishRoster(r.ID) })
}

// runRosterRow enrols the next row, and reports whether there was one.
func (s *Service) runRosterRow(ctx context.Context, actor authz.Actor, id countersign.RosterID) (more bool, err error) {
	var row countersign.RosterRow
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if row, err = tx.NextRosterRow(id); err != nil {
			row = countersign.RosterRow{}
			return err
		}
		app, err := s.enrolRow(tx, actor, row)
		if err != nil {
			return err
		}
		row.State, row.Apprenticeship = countersign.RowEnrolled, app.ID
		if err := tx.EndRosterRow(id, row); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Action: "apprenticeship.enrol", Apprenticeship: app.ID, Subject: app.FrameworkID + "@" + app.FrameworkVersion, Detail: map[string]string{"roster": string(id)},
		})
	})
	switch {
	case err == nil:
		return true, nil
	case row.Number == 0 && countersign.KindOf(err) == countersign.NotFound:
		return false, nil
	case row.Number == 0 || countersign.IsFault(err):
		return false, err
	}
	row.State, row.Says = countersign.RowRefused, []string{fieldMessage(err)}
	return true, s.store.Write(ctx, func(tx *store.Tx) error { return tx.EndRosterRow(id, row) })
}

// enrolRow is Enrol for a row of a roster. An administrator of the practice
// gives the mentors that it names their roles too.
func (s *Service) enrolRow(tx *store.Tx, actor authz.Actor, row countersign.RosterRow) (countersign.Apprenticeship, error) {
	var none countersign.Apprenticeship
	if !actor.CanAnywhere(authz.ImportRoster) {
		return none, countersign.Refuse(countersign.Forbidden, "Whoever started this may no longer import rosters")
	}
	in := enrolInput(row)
	if err := s.check.Check(in); err != nil {
		return none, err
	}
	place, err := s.placeNamed(tx, actor, authz.Enrol, "practice", in.Practice)
	if err != nil {
		return none, err
	}
	missing, err := s.missingMentors(tx, actor, row, place)
	if err != nil {
		return none, err
	}
	for _, field := range []string{"gp_supervisor", "secondary_mentor"} {
		if m, ok := missing[field]; ok {
			if err := s.makeMentor(tx, actor, m, place); err != nil {
				return none, err
			}
		}
	}
	subject, err := tx.PlaceSubject(place.ID)
	if err != nil {
		return none, err
	}
	permit, err := actor.Check(authz.Enrol, subject)
	if err != nil {
		return none, err
	}
	return s.enrol(tx, permit, place, in)
}

func (s *Service) makeMentor(tx *store.Tx, actor authz.Actor, m mentor, place countersign.Organisation) error {
	person, _, err := s.personOrInvite(tx, PersonInput{Name: m.person.Name, Email: m.person.Email}, "")
	if err != nil {
		return err
	}
	if _, err := tx.AddMembership(countersign.Membership{Person: person.ID, Organisation: place.ID, Role: m.role, From: tx.Today()}); err != nil {
		return err
	}
	return tx.Audit(store.AuditEvent{
		Actor: actor.ID(), Action: "membership.add", Subject: string(person.ID), Detail: map[string]any{"role": m.role, "organisation": place.Code},
	})
}
