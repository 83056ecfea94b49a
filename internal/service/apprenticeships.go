package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// PersonInput names somebody by e-mail. An unknown e-mail creates the person,
// for which Name is needed, and mails an invitation.
type PersonInput struct {
	Name  string `field:"name" label:"a name" validate:"max=200"`
	Email string `field:"email" label:"an email address" validate:"required,max=254,email" privacy:"-"`
}

// EnrolInput starts an apprenticeship. People are named by e-mail and the
// practice by its code. An empty Version means the newest published one.
type EnrolInput struct {
	Apprentice      PersonInput      `field:"apprentice"`
	Framework       string           `field:"framework" label:"a framework" verb:"Select" validate:"required,max=80" privacy:"-"`
	Version         string           `field:"version" label:"a version" validate:"max=40" privacy:"-"`
	Practice        string           `field:"practice" label:"a practice" validate:"required,max=20" privacy:"-"`
	GPSupervisor    string           `field:"gp_supervisor" label:"the GP supervisor's email address" validate:"required,max=254,email" privacy:"-"`
	SecondaryMentor string           `field:"secondary_mentor" label:"the secondary mentor's email address" validate:"required,max=254,email" privacy:"-"`
	StartDate       countersign.Date `field:"start_date" label:"the start date" validate:"required"`
	PlannedEndDate  countersign.Date `field:"planned_end_date" label:"the planned end date" validate:"required"`
	Cohort          string           `field:"cohort" label:"a cohort" validate:"max=80"`
}

// Enrol starts an apprenticeship at a practice of the actor's (RULES People).
// An unknown apprentice is created and invited; the mentors must be eligible.
func (s *Service) Enrol(ctx context.Context, actor authz.Actor, in EnrolInput) (countersign.Apprenticeship, error) {
	var app countersign.Apprenticeship
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if !actor.CanAnywhere(authz.Enrol) {
			return countersign.Refuse(refusalOf(actor), "Only a practice manager or hub lead can enrol an apprentice")
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		place, err := s.placeNamed(tx, actor, authz.Enrol, "practice", in.Practice)
		if err != nil {
			return err
		}
		subject, err := tx.PlaceSubject(place.ID)
		if err != nil {
			return err
		}
		permit, err := actor.Check(authz.Enrol, subject)
		if err != nil {
			return err
		}
		if app, err = s.enrol(tx, permit, place, in); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "apprenticeship.enrol", Apprenticeship: app.ID, Subject: app.FrameworkID + "@" + app.FrameworkVersion,
		})
	})
	return app, err
}

// refusalOf is the kind of refusal for somebody who lacks a role altogether.
func refusalOf(actor authz.Actor) countersign.Kind {
	if actor.IsZero() {
		return countersign.Unauthenticated
	}
	return countersign.NotFound
}

func (s *Service) enrol(tx *store.Tx, permit authz.Permit, place countersign.Organisation, in EnrolInput) (countersign.Apprenticeship, error) {
	var none countersign.Apprenticeship
	var p countersign.Problems
	if place.Kind != countersign.Practice || !place.EndedOn.IsZero() {
		p.Add("practice", "Enter the code of an open practice")
	}
	f, err := s.published(tx, in.Framework, in.Version)
	if countersign.KindOf(err) == countersign.Invalid {
		p.Add("framework", countersign.MessageOf(err))
		return none, p.Err()
	} else if err != nil {
		return none, err
	}
	if err := f.CheckDates(in.StartDate, in.PlannedEndDate, false); err != nil {
		addAll(&p, err)
	}
	gp, err := eligible(tx, &p, "gp_supervisor", in.GPSupervisor, countersign.GPSupervisorMember, place)
	if err != nil {
		return none, err
	}
	mentor, err := eligible(tx, &p, "secondary_mentor", in.SecondaryMentor, countersign.SecondaryMentorMember, place)
	if err != nil {
		return none, err
	}
	email := lowerEmail(in.Apprentice.Email)
	if email == gp.Email || email == mentor.Email {
		p.Add("apprentice.email", "The apprentice cannot be their own supervisor or mentor")
	}
	if gp.ID != "" && gp.ID == mentor.ID {
		p.Add("secondary_mentor", "The secondary mentor must be somebody other than the GP supervisor")
	}
	if err := p.Err(); err != nil {
		return none, err
	}
	person, _, err := s.personOrInvite(tx, in.Apprentice, "apprentice.name")
	if err != nil {
		return none, err
	}
	today := tx.Today()
	if err := s.ensureMember(tx, person.ID, countersign.ApprenticeMember, place.ID); err != nil {
		return none, err
	}
	app, err := tx.AddApprenticeship(permit, countersign.Apprenticeship{
		Apprentice: person.ID, FrameworkID: f.ID, FrameworkVersion: f.Version, Practice: place.ID,
		StartOn: in.StartDate, PlannedEndOn: in.PlannedEndDate, Cohort: strings.TrimSpace(in.Cohort), State: countersign.Active,
	}, f)
	if countersign.KindOf(err) == countersign.Conflict { // such as by a form that was sent twice
		return none, countersign.InvalidField("apprentice.email", countersign.MessageOf(err))
	} else if err != nil {
		return none, err
	}
	subject, err := tx.Subject(app.ID)
	if err != nil {
		return none, err
	}
	naming, err := permit.Actor().Check(authz.NameOnEnrolment, subject)
	if err != nil {
		return none, err
	}
	from := today
	if in.StartDate.Before(today) {
		from = in.StartDate
	}
	for _, n := range []countersign.Naming{
		{Person: gp.ID, Role: countersign.GPSupervisor, From: from},
		{Person: mentor.ID, Role: countersign.SecondaryMentor, From: from},
	} {
		n.Apprenticeship = app.ID
		if _, err := tx.AddNaming(naming, n); err != nil {
			return none, err
		}
	}
	return app, nil
}

// eligible finds who is to be named; why they can't be is added to p.
func eligible(tx *store.Tx, p *countersign.Problems, field, email string, role countersign.MemberRole, place countersign.Organisation) (countersign.Person, error) {
	person, err := tx.PersonByEmail(lowerEmail(email))
	if countersign.KindOf(err) == countersign.NotFound {
		p.Add(field, "Nobody with this email address is known here. Ask an administrator to add them first")
		return countersign.Person{}, nil
	} else if err != nil {
		return person, err
	}
	ok, err := tx.MayBeNamed(person.ID, role, place.ID)
	if !ok && err == nil {
		p.Add(field, "This person is not a "+role.Title()+" in this training hub")
	}
	return person, err
}

func addAll(p *countersign.Problems, err error) {
	if e := asError(err); e != nil {
		for _, f := range e.Fields {
			p.Add(f.Field, f.Message)
		}
	}
}

// Apprenticeships lists those that the actor may see: a page of at most
// f.Limit, and the cursor of the next page, empty at the end.
func (s *Service) Apprenticeships(ctx context.Context, actor authz.Actor, f store.ApprenticeshipFilter) ([]store.ApprenticeshipRow, string, error) {
	if actor.IsZero() {
		return nil, "", countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	scope := actor.Scope(authz.ReadApprenticeship)
	if err := s.freshen(ctx, scope); err != nil {
		return nil, "", err
	}
	var rows []store.ApprenticeshipRow
	var next string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, next, err = tx.Apprenticeships(scope, f)
		return err
	})
	return rows, next, err
}

// freshen recounts the apprenticeships in scope whose standing the passing of
// time has changed since they were last counted (RULES S8).
func (s *Service) freshen(ctx context.Context, scope authz.Scope) error {
	const atOnce = 500
	for {
		var due []countersign.ApprenticeshipID
		if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
			due, err = tx.DueForRecount(scope, atOnce)
			return err
		}); err != nil {
			return err
		}
		for _, id := range due {
			if err := s.recountAll(ctx, id); err != nil {
				return err
			}
		}
		if len(due) < atOnce {
			return nil
		}
	}
}

func (s *Service) recountAll(ctx context.Context, id countersign.ApprenticeshipID) error {
	return s.change(ctx, authz.NewJob(authz.CountJob), byApprenticeship(id), func(w work) error {
		var all []string
		for _, c := range w.framework.Competencies() {
			all = append(all, c.Code)
		}
		return w.recount(false, all...) // nothing that a signer saw has changed; Decide looks at the day itself
	}, authz.CountAttainments)
}

// RecountDue recounts everything that time has changed; the worker calls it.
func (s *Service) RecountDue(ctx context.Context) error {
	return s.freshen(ctx, authz.NewJob(authz.CountJob).Scope(authz.CountAttainments))
}

// ChangeInput changes an enrolment; nil leaves a part as it is.
type ChangeInput struct {
	PlannedEndDate *countersign.Date                `field:"planned_end_date"`
	Cohort         *string                          `field:"cohort" label:"a cohort" validate:"omitempty,max=80"`
	State          *countersign.ApprenticeshipState `field:"state" label:"a state" validate:"omitempty,oneof=active completed withdrawn" privacy:"-"`
	Reason         string                           `field:"reason" label:"a reason" validate:"max=2000"`
}

// ChangeApprenticeship changes the enrolment at that version; 0 asks for no
// check. Withdrawing needs a reason. A planned end beyond the programme's
// longest time is an extension, up to what the framework allows.
func (s *Service) ChangeApprenticeship(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in ChangeInput) (countersign.Apprenticeship, error) {
	var app countersign.Apprenticeship
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := s.check.Check(in); err != nil {
			return err
		}
		app = w.app
		if version != 0 && version != app.Version {
			return refuseStale("Somebody changed this enrolment since you opened it. Look at it again")
		}
		if in.PlannedEndDate != nil {
			if err := w.framework.CheckDates(app.StartOn, *in.PlannedEndDate, true); err != nil {
				return err
			}
			app.PlannedEndOn = *in.PlannedEndDate
		}
		if in.Cohort != nil {
			app.Cohort = strings.TrimSpace(*in.Cohort)
		}
		if in.State != nil && *in.State != app.State {
			if err := endApprenticeship(&app, w, *in.State, in.Reason); err != nil {
				return err
			}
		}
		changed, err := w.tx.ChangeApprenticeship(w.permit, app, w.app.Version)
		if err != nil {
			return err
		}
		app = changed
		return w.audit("apprenticeship.change", string(app.ID), map[string]any{"state": app.State, "planned_end_date": app.PlannedEndOn.String()})
	}, authz.ChangeApprenticeship)
	return app, err
}

func endApprenticeship(app *countersign.Apprenticeship, w work, to countersign.ApprenticeshipState, reason string) error {
	who := countersign.ManagerOfPractice
	if w.actor.LeadsHubOf(w.permit.Subject()) {
		who = countersign.LeadOfHub
	}
	for _, event := range countersign.ApprenticeshipLifecycle.Events(app.State, who) {
		next, _ := countersign.ApprenticeshipLifecycle.Next(app.State, event)
		if next != to {
			continue
		}
		if to == countersign.WithdrawnFromProgramme && strings.TrimSpace(reason) == "" {
			return countersign.InvalidField("reason", "Enter why the apprentice leaves the programme")
		}
		if to == countersign.CompletedProgramme {
			as, err := w.tx.Attainments(w.permit, w.framework)
			if err != nil {
				return err
			}
			if now := w.record(as).Apprenticeship; now.CoreSignedOff < now.Core {
				return countersign.InvalidField("state", "Not every core competency is signed off yet")
			}
		}
		app.State, app.EndedOn, app.EndReason = to, w.tx.Today(), strings.TrimSpace(reason)
		return nil
	}
	return countersign.InvalidField("state", "An apprenticeship that is "+string(app.State)+" cannot become "+string(to)+" here")
}
