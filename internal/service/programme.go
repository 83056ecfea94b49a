package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Programme is an apprenticeship as a programme: its dates, what happened to
// it, and what the actor may do next.
type Programme struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Changes        []countersign.Change // oldest first
	Open           *countersign.Change  // the extension that waits for a decision
	LastEntry      countersign.Date     // of the last entry that proves learning
	LatestEnd      countersign.Date     // with the longest extension
	Events         []countersign.ApprenticeshipEvent
	Milestones     []countersign.DatedMilestone
	Received       countersign.Received // the package that the record came in; zero for one that began here
}

// May reports whether the actor may cause the event now.
func (p Programme) May(event countersign.ApprenticeshipEvent) bool {
	for _, e := range p.Events {
		if e == event {
			return true
		}
	}
	return false
}

// Programme returns the programme for whoever may read breaks and extensions
// with their reasons.
func (s *Service) Programme(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (Programme, error) {
	var p Programme
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		p = Programme{Apprenticeship: w.app, Framework: w.framework, LatestEnd: w.app.LatestEnd(w.framework.Programme)}
		if p.Changes, err = w.tx.Changes(w.permit); err != nil {
			return err
		}
		if p.LastEntry, err = w.tx.LastEntry(w.permit); err != nil {
			return err
		}
		p.Open = openRequest(p.Changes)
		p.Milestones = w.framework.MilestonesOf(w.app, p.Changes, w.tx.Today())
		p.Events = w.events(p.Open != nil)
		p.Received, err = w.tx.ReceivedOf(id)
		if countersign.KindOf(err) == countersign.NotFound {
			err = nil
		}
		return err
	}, authz.ReadProgramme)
	return p, err
}

// events returns what the actor may cause on the programme page: the events of
// the state and those that leave it. Submitting and verifying have pages of
// their own.
func (w work) events(requested bool) []countersign.ApprenticeshipEvent {
	var out []countersign.ApprenticeshipEvent
	sub := w.permit.Subject()
	for _, e := range countersign.ApprenticeshipLifecycle.Events(w.app.State, w.programmeRole()) {
		if e != countersign.HandIn && e != countersign.ReferBack && e != countersign.VerifyPortfolio {
			out = append(out, e)
		}
	}
	going := w.app.State == countersign.Active || w.app.State == countersign.ReferredBack
	if going && !requested && w.framework.ExtensionMonths > 0 && w.actor.May(authz.AskExtension, sub) {
		out = append(out, countersign.RequestExtension)
	}
	if requested && going && w.actor.May(authz.DecideProgramme, sub) {
		out = append(out, countersign.GrantExtension)
	}
	if !w.app.State.Ended() && w.app.State != countersign.Applied && w.actor.May(authz.DecideProgramme, sub) {
		out = append(out, countersign.TransferPractice)
	}
	return out
}

// programmeRole returns as what the actor changes the programme: the
// furthest-reaching role.
func (w work) programmeRole() countersign.NamingRole {
	if w.actor.LeadsHubOf(w.permit.Subject()) {
		return countersign.LeadOfHub
	}
	caps := w.permit.Capacities()
	for _, r := range []countersign.NamingRole{countersign.ManagerOfPractice, countersign.GPSupervisor} {
		if caps.Has(r) {
			return r
		}
	}
	return ""
}

// openRequest returns the extension that nobody has decided yet.
func openRequest(changes []countersign.Change) *countersign.Change {
	decided := map[countersign.ChangeID]bool{}
	for _, c := range changes {
		decided[c.Answers] = true
	}
	for _, c := range changes {
		if c.Event == countersign.RequestExtension && !decided[c.ID] {
			return &c
		}
	}
	return nil
}

// changing runs one change of the enrolment: permission, input, the version
// that the actor saw (0 asks for no check), the rule, and what is kept of it.
func (s *Service) changing(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in any, action authz.Action,
	rule func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error),
) (countersign.Apprenticeship, error) {
	var app countersign.Apprenticeship
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.unchanged(version); err != nil {
			return err
		}
		changed, c, err := rule(w, w.programmeRole())
		if err != nil {
			return err
		}
		if app, err = w.tx.ChangeApprenticeship(w.permit, changed, w.app.Version, c); err != nil {
			return err
		}
		if err := w.notifyChange(c); err != nil {
			return err
		}
		return w.audit("apprenticeship."+string(c.Event), string(app.ID), map[string]any{"from": c.From, "to": c.To, "planned_end_date": app.PlannedEndOn.String()})
	}, action)
	return app, err
}

// unchanged refuses a change of the enrolment by somebody who saw another
// version of it; 0 asks for no check.
func (w work) unchanged(version int) error {
	if version != 0 && version != w.app.Version {
		return refuseStale("Somebody changed this enrolment since you opened it. Look at it again")
	}
	return nil
}

// notifyChange tells the apprentice and the GP supervisors of a change that
// somebody else made, and the verifier of a portfolio that was handed in. An application concerns neither before it is accepted.
func (w work) notifyChange(c countersign.Change) error {
	if c.Event == countersign.DeclineApplication || c.From == countersign.Applied && c.Event == countersign.WithdrawApprentice {
		return nil
	}
	kind, told, role := NoticeProgramme, []countersign.PersonID{w.app.Apprentice}, countersign.GPSupervisor
	switch c.Event {
	case countersign.HandIn:
		kind, told, role = NoticeSubmitted, nil, countersign.NamedVerifier
	case countersign.ReferBack:
		kind = NoticeReferred
	case countersign.VerifyPortfolio:
		kind = NoticeVerified
	}
	for _, n := range w.permit.Subject().Namings {
		if n.Role == role && n.Covers == "" {
			told = append(told, n.Person)
		}
	}
	for _, to := range told {
		if to == w.actor.ID() {
			continue
		}
		if err := w.notify(kind, to, "", ""); err != nil {
			return err
		}
	}
	return nil
}

// AcceptInput says when an accepted programme runs.
type AcceptInput struct {
	StartDate      countersign.Date `field:"start_date" label:"the start date" validate:"required"`
	PlannedEndDate countersign.Date `field:"planned_end_date" label:"the planned end date" validate:"required"`
}

// AcceptApplication starts the programme that a practice applied for, and
// invites the apprentice.
func (s *Service) AcceptApplication(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in AcceptInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.DecideProgramme, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		app, c, err := w.app.Accept(w.framework.Programme, in.StartDate, in.PlannedEndDate, who, w.tx.Today())
		if err != nil {
			return app, c, err
		}
		if err := s.ensureApprentice(w.tx, app.Apprentice, app.Practice); err != nil {
			return app, c, err
		}
		_, _, err = s.personOrInvite(w.tx, PersonInput{Email: app.ApprenticeEmail}, "")
		return app, c, err
	})
}

// DeclineInput says why an application is declined.
type DeclineInput struct {
	Reason string `field:"reason" label:"a reason" validate:"max=2000"`
}

// DeclineApplication says no to an application.
func (s *Service) DeclineApplication(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in DeclineInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.DecideProgramme, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		return w.app.Decline(in.Reason, who, w.tx.Today())
	})
}

// BreakInput begins a break in learning.
type BreakInput struct {
	On             countersign.Date `field:"on"`
	ReturnExpected countersign.Date `field:"return_expected_on"`
	Reason         string           `field:"reason" label:"a reason" validate:"max=2000"`
}

// StartBreak begins a break in learning.
func (s *Service) StartBreak(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in BreakInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.ChangeApprenticeship, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		return w.app.StartBreak(in.On, in.ReturnExpected, in.Reason, who, w.tx.Today())
	})
}

// ReturnInput ends a break; On is the first day back.
type ReturnInput struct {
	On countersign.Date `field:"on"`
}

// ReturnFromBreak ends a break and moves the planned end by its length.
func (s *Service) ReturnFromBreak(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in ReturnInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.ChangeApprenticeship, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		return w.app.Return(in.On, who, w.tx.Today())
	})
}

// LeaveInput withdraws an apprentice. A zero LastLearningOn is the day of the
// last entry.
type LeaveInput struct {
	LastLearningOn countersign.Date `field:"last_learning_on"`
	Reason         string           `field:"reason" label:"a reason" validate:"max=2000"`
}

// WithdrawApprentice ends the programme before its aim is reached.
func (s *Service) WithdrawApprentice(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in LeaveInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.ChangeApprenticeship, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		last, err := w.tx.LastEntry(w.permit)
		if err != nil {
			return w.app, countersign.Change{}, err
		}
		return w.app.Leave(in.LastLearningOn, last, in.Reason, who, w.tx.Today())
	})
}

// RestartInput takes an apprentice back who withdrew.
type RestartInput struct {
	PlannedEndDate countersign.Date `field:"planned_end_date"`
	Reason         string           `field:"reason" label:"a reason" validate:"max=2000"`
}

// RestartApprenticeship takes an apprentice back who withdrew. It is a
// Conflict if they have another apprenticeship on the framework by now.
func (s *Service) RestartApprenticeship(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in RestartInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.DecideProgramme, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		return w.app.Restart(w.framework.Programme, in.PlannedEndDate, in.Reason, who, w.tx.Today())
	})
}

// CompleteApprenticeship ends the programme without a verifier.
func (s *Service) CompleteApprenticeship(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, struct{}{}, authz.DecideProgramme, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return w.app, countersign.Change{}, err
		}
		app := w.record(as).Apprenticeship
		return app.Complete(who, w.tx.Today())
	})
}

// ExtensionInput asks for a later planned end: the three parts of the form
// that training hubs use (S3).
type ExtensionInput struct {
	PlannedEndDate countersign.Date `field:"planned_end_date"`
	Progress       string           `field:"progress" label:"a summary of progress" validate:"max=5000"`
	Reason         string           `field:"reason" label:"a reason" validate:"max=5000"`
	Support        string           `field:"support" label:"the extra support" validate:"max=5000"`
}

// AskExtension asks the training hub for more time. One request at a time
// waits for a decision.
func (s *Service) AskExtension(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in ExtensionInput) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.unchanged(version); err != nil {
			return err
		}
		changes, err := w.tx.Changes(w.permit)
		if err != nil {
			return err
		}
		if openRequest(changes) != nil {
			return countersign.Refuse(countersign.Conflict, "An extension has been asked for already and waits for the training hub's decision")
		}
		c, err := w.app.AskExtension(w.framework.Programme, in.PlannedEndDate, in.Progress, in.Reason, in.Support, w.programmeRole(), w.tx.Today())
		if err != nil {
			return err
		}
		if err := w.tx.AddChange(w.permit, c); err != nil {
			return err
		}
		return w.audit("apprenticeship.request_extension", string(id), map[string]any{"planned_end_date": c.EndAfter.String()})
	}, authz.AskExtension)
}

// ExtensionDecision grants or declines an extension. A zero PlannedEndDate
// grants what was asked for.
type ExtensionDecision struct {
	Request        countersign.ChangeID `field:"request" privacy:"-"`
	Decision       string               `field:"decision" label:"a decision" verb:"Select" validate:"required,oneof=grant decline" privacy:"-"`
	PlannedEndDate countersign.Date     `field:"planned_end_date"`
	Reason         string               `field:"reason" label:"a reason" validate:"max=2000"`
}

// DecideExtension answers the request that is open. It is a Conflict if the
// request has been decided since.
func (s *Service) DecideExtension(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in ExtensionDecision) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.DecideProgramme, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		changes, err := w.tx.Changes(w.permit)
		if err != nil {
			return w.app, countersign.Change{}, err
		}
		request := openRequest(changes)
		if request == nil || request.ID != in.Request {
			return w.app, countersign.Change{}, refuseStale("This request has been decided already")
		}
		if in.PlannedEndDate.IsZero() {
			in.PlannedEndDate = request.EndAfter
		}
		return w.app.DecideExtension(w.framework.Programme, *request, in.Decision == "grant", in.PlannedEndDate, in.Reason, who, w.tx.Today())
	})
}

// MoveInput brings an apprentice to another practice, where others mentor.
type MoveInput struct {
	Practice        string `field:"practice" label:"a practice" validate:"required,max=20" privacy:"-"`
	GPSupervisor    string `field:"gp_supervisor" label:"the GP supervisor's email address" validate:"required,max=254,email" privacy:"-"`
	SecondaryMentor string `field:"secondary_mentor" label:"the secondary mentor's email address" validate:"required,max=254,email" privacy:"-"`
	Reason          string `field:"reason" label:"a reason" validate:"max=2000"`
}

// MoveApprentice brings an apprentice to another practice from today on, with
// a GP supervisor and a secondary mentor there. The namings at the old
// practice end yesterday; what was signed stays with who signed it.
func (s *Service) MoveApprentice(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in MoveInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.DecideProgramme, func(w work, who countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		return s.move(w, who, in)
	})
}

func (s *Service) move(w work, who countersign.NamingRole, in MoveInput) (countersign.Apprenticeship, countersign.Change, error) {
	var none countersign.Change
	place, err := w.tx.OrganisationByCode(strings.ToUpper(strings.TrimSpace(in.Practice)))
	if countersign.KindOf(err) == countersign.NotFound || err == nil && (place.Kind != countersign.Practice || !place.EndedOn.IsZero()) {
		return w.app, none, countersign.InvalidField("practice", "Enter the code of an open practice")
	} else if err != nil {
		return w.app, none, err
	}
	var p countersign.Problems
	gp, err := eligible(w.tx, &p, "gp_supervisor", in.GPSupervisor, countersign.GPSupervisorMember, place)
	if err != nil {
		return w.app, none, err
	}
	mentor, err := eligible(w.tx, &p, "secondary_mentor", in.SecondaryMentor, countersign.SecondaryMentorMember, place)
	if err != nil {
		return w.app, none, err
	}
	switch {
	case gp.ID != "" && gp.ID == mentor.ID:
		p.Add("secondary_mentor", "The secondary mentor must be somebody other than the GP supervisor")
	case gp.ID == w.app.Apprentice:
		p.Add("gp_supervisor", "The apprentice cannot be their own supervisor")
	case mentor.ID == w.app.Apprentice:
		p.Add("secondary_mentor", "The apprentice cannot be their own mentor")
	}
	today := w.tx.Today()
	app, c, err := w.app.Move(place.ID, in.Reason, who, today)
	if err != nil {
		p.Merge(err)
		if countersign.KindOf(err) != countersign.Invalid {
			return app, c, err
		}
	}
	if err := p.Err(); err != nil {
		return app, c, err
	}
	if err := s.ensureApprentice(w.tx, app.Apprentice, place.ID); err != nil {
		return app, c, err
	}
	naming, err := w.actor.Check(authz.ChangeNamings, w.permit.Subject())
	if err != nil {
		return app, c, err
	}
	for _, n := range w.permit.Subject().Namings {
		if n.Role == countersign.NamedVerifier {
			continue
		}
		if _, err := w.tx.EndNaming(naming, n.ID, today.AddDays(-1)); err != nil {
			return app, c, err
		}
	}
	for _, n := range []countersign.Naming{
		{Person: gp.ID, Role: countersign.GPSupervisor, From: today}, {Person: mentor.ID, Role: countersign.SecondaryMentor, From: today},
	} {
		n.Apprenticeship = app.ID
		added, err := w.tx.AddNaming(naming, n)
		if err != nil {
			return app, c, err
		}
		if err := w.notifyNamed(added); err != nil {
			return app, c, err
		}
	}
	return app, c, nil
}

// ProgrammeTask is something about a programme that a training hub has to
// decide or look after.
type ProgrammeTask = store.ProgrammeTask

// ProgrammeTasks returns what waits for the decision of the actor's training
// hub, oldest first: applications, extensions, and returns from a break that
// are overdue.
func (s *Service) ProgrammeTasks(ctx context.Context, actor authz.Actor) ([]ProgrammeTask, error) {
	var tasks []ProgrammeTask
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		tasks, err = tx.ProgrammeTasks(actor.Scope(authz.DecideProgramme))
		return err
	})
	return tasks, err
}
