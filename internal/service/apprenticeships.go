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
	Name  string `field:"name" label:"a name" validate:"max=200" privacy:"certain"`
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
	Cohort          string           `field:"cohort" label:"a cohort" validate:"max=80" privacy:"certain"`
	FundingYear     string           `field:"funding_year" label:"a funding year" validate:"max=20" privacy:"certain"`
	Apply           bool             `field:"apply"` // ask the training hub first
}

// Enrol starts an apprenticeship at a practice of the actor's (RULES People).
// An unknown apprentice is created and invited; the mentors must be eligible.
// With Apply the training hub decides first, and invites when it accepts.
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

// enrolment is what an input comes to.
type enrolment struct {
	framework  countersign.Framework
	gp, mentor countersign.Person
}

// enrolment looks up what an input names, and says what of it can't be.
func (s *Service) enrolment(tx *store.Tx, place countersign.Organisation, in EnrolInput) (enrolment, error) {
	var e enrolment
	var p countersign.Problems
	if place.Kind != countersign.Practice || !place.EndedOn.IsZero() {
		p.Add("practice", "Enter the code of an open practice")
	}
	f, err := s.published(tx, in.Framework, in.Version)
	if countersign.KindOf(err) == countersign.Invalid {
		p.Add("framework", countersign.MessageOf(err))
		return e, p.Err()
	} else if err != nil {
		return e, err
	}
	e.framework = f
	if err := f.CheckDates(in.StartDate, in.PlannedEndDate, false, 0); err != nil {
		p.Merge(err)
	}
	e.gp, err = eligible(tx, &p, "gp_supervisor", in.GPSupervisor, countersign.GPSupervisorMember, place)
	if err != nil {
		return e, err
	}
	e.mentor, err = eligible(tx, &p, "secondary_mentor", in.SecondaryMentor, countersign.SecondaryMentorMember, place)
	if err != nil {
		return e, err
	}
	email := lowerEmail(in.Apprentice.Email)
	if email == lowerEmail(in.GPSupervisor) || email == lowerEmail(in.SecondaryMentor) {
		p.Add("apprentice.email", "The apprentice cannot be their own supervisor or mentor")
	}
	if lowerEmail(in.GPSupervisor) == lowerEmail(in.SecondaryMentor) {
		p.Add("secondary_mentor", "The secondary mentor must be somebody other than the GP supervisor")
	}
	return e, p.Err()
}

func (s *Service) enrol(tx *store.Tx, permit authz.Permit, place countersign.Organisation, in EnrolInput) (countersign.Apprenticeship, error) {
	var none countersign.Apprenticeship
	e, err := s.enrolment(tx, place, in)
	if err != nil {
		return none, err
	}
	f, gp, mentor := e.framework, e.gp, e.mentor
	person, err := s.learner(tx, in, place.ID)
	if err != nil {
		return none, err
	}
	today, state := tx.Today(), countersign.Active
	if in.Apply {
		state = countersign.Applied
	}
	app, err := tx.AddApprenticeship(permit, countersign.Apprenticeship{
		Apprentice: person.ID, FrameworkID: f.ID, FrameworkVersion: f.Version, Practice: place.ID, StartOn: in.StartDate, PlannedEndOn: in.PlannedEndDate,
		Cohort: strings.TrimSpace(in.Cohort), FundingYear: strings.TrimSpace(in.FundingYear), State: state,
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
	if !in.Apply {
		return app, nil
	}
	applying, err := permit.Actor().Check(authz.ChangeApprenticeship, subject)
	if err != nil {
		return none, err
	}
	return app, tx.AddChange(applying, countersign.Change{
		Event: countersign.ApplyForProgramme, From: state, To: state, On: today, ByRole: countersign.ManagerOfPractice,
	})
}

// learner finds or creates who is enrolled. Somebody who is only applied for
// isn't invited yet and holds no role.
func (s *Service) learner(tx *store.Tx, in EnrolInput, place countersign.OrganisationID) (countersign.Person, error) {
	if in.Apply {
		return s.personNamed(tx, in.Apprentice, "apprentice.name")
	}
	person, _, err := s.personOrInvite(tx, in.Apprentice, "apprentice.name")
	if err != nil {
		return person, err
	}
	return person, s.ensureApprentice(tx, person.ID, place)
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

// Apprenticeships lists those that the actor may see: a page of at most
// f.Limit, and the cursor of the next page, empty at the end.
func (s *Service) Apprenticeships(ctx context.Context, actor authz.Actor, f store.ApprenticeshipFilter) ([]store.ApprenticeshipRow, string, error) {
	return s.apprenticeships(ctx, actor, f, func(*store.Tx, []store.ApprenticeshipRow) error { return nil })
}

// ApprenticeshipsWithReasons is Apprenticeships with why somebody is slipping
// or stuck.
func (s *Service) ApprenticeshipsWithReasons(ctx context.Context, actor authz.Actor, f store.ApprenticeshipFilter) ([]store.ApprenticeshipRow, string, error) {
	return s.apprenticeships(ctx, actor, f, s.addReasons)
}

func (s *Service) apprenticeships(
	ctx context.Context, actor authz.Actor, f store.ApprenticeshipFilter, also func(*store.Tx, []store.ApprenticeshipRow) error,
) ([]store.ApprenticeshipRow, string, error) {
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
		if rows, next, err = tx.Apprenticeships(scope, f); err != nil {
			return err
		}
		return also(tx, rows)
	})
	return rows, next, err
}

// freshen recounts the apprenticeships in scope whose standing the passing of
// time has changed since they were last counted (RULES S8), once the month's end
// before is kept as it was.
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
		if len(due) == 0 {
			return nil
		}
		if err := s.KeepMonths(ctx); err != nil {
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

// RecountDue keeps the month's end, if one has passed, and recounts everything
// that time has changed; the worker calls it.
func (s *Service) RecountDue(ctx context.Context) error {
	if err := s.freshen(ctx, authz.NewJob(authz.CountJob).Scope(authz.CountAttainments)); err != nil {
		return err
	}
	return s.touchTallies(ctx, true)
}

// ChangeInput changes an enrolment; nil leaves a part as it is.
type ChangeInput struct {
	PlannedEndDate *countersign.Date                `field:"planned_end_date"`
	Cohort         *string                          `field:"cohort" label:"a cohort" validate:"omitempty,max=80"`
	State          *countersign.ApprenticeshipState `field:"state" label:"a state" validate:"omitempty,oneof=active completed withdrawn" privacy:"-"`
	Reason         string                           `field:"reason" label:"a reason" validate:"max=2000"`
}

// ChangeApprenticeship changes the enrolment at that version; 0 asks for no
// check. Withdrawing needs a reason. Only the training hub may set a planned
// end beyond the programme's usual length: that is an extension.
func (s *Service) ChangeApprenticeship(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in ChangeInput) (countersign.Apprenticeship, error) {
	var app countersign.Apprenticeship
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.unchanged(version); err != nil {
			return err
		}
		var changes []countersign.Change
		var err error
		app, changes, err = w.changed(in)
		if err != nil {
			return err
		}
		if app, err = w.tx.ChangeApprenticeship(w.permit, app, w.app.Version, changes...); err != nil {
			return err
		}
		for _, c := range changes {
			if err := w.notifyChange(c); err != nil {
				return err
			}
		}
		return w.audit("apprenticeship.change", string(app.ID), map[string]any{"state": app.State, "planned_end_date": app.PlannedEndOn.String()})
	}, authz.ChangeApprenticeship)
	return app, err
}

// changed is the enrolment with the input applied, and what that changes.
func (w work) changed(in ChangeInput) (countersign.Apprenticeship, []countersign.Change, error) {
	app, who, today := w.app, w.programmeRole(), w.tx.Today()
	var changes []countersign.Change
	if in.Cohort != nil {
		app.Cohort = strings.TrimSpace(*in.Cohort)
	}
	if in.PlannedEndDate != nil && *in.PlannedEndDate != app.PlannedEndOn {
		planned, c, err := app.PlanEnd(w.framework.Programme, *in.PlannedEndDate, who, today)
		if err != nil {
			return app, nil, err
		}
		app, changes = planned, append(changes, c)
	}
	if in.State == nil || *in.State == app.State {
		return app, changes, nil
	}
	var ended countersign.Apprenticeship
	var c countersign.Change
	switch *in.State {
	case countersign.WithdrawnFromProgramme:
		last, err := w.tx.LastEntry(w.permit)
		if err != nil {
			return app, nil, err
		}
		if ended, c, err = app.Leave(countersign.Date{}, last, in.Reason, who, today); err != nil {
			return app, nil, atState(err)
		}
	case countersign.CompletedProgramme:
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return app, nil, err
		}
		app.Progress = w.record(as).Apprenticeship.Progress
		if ended, c, err = app.Complete(who, today); err != nil {
			return app, nil, atState(err)
		}
	default:
		return app, nil, countersign.InvalidField("state", "An apprenticeship that is "+app.State.Phrase()+" cannot become "+in.State.Phrase()+" here")
	}
	return ended, append(changes, c), nil
}

// atState puts a refusal beside the field in which the state was chosen.
func atState(err error) error {
	if k := countersign.KindOf(err); k == countersign.Forbidden || k == countersign.Conflict {
		return countersign.InvalidField("state", countersign.MessageOf(err))
	}
	return err
}
