package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showProgramme handles GET /apprenticeships/:id/programme.
func (h *Handlers) showProgramme(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.Programme(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	page := view.NewProgrammePage(p.Apprenticeship, p.Framework, actor.ID() == p.Apprenticeship.Apprentice)
	page.Changes, page.Open, page.LatestEnd, page.Events = p.Changes, p.Open, p.LatestEnd, p.Events
	page.Milestones, page.Received = p.Milestones, p.Received
	page.Payments = h.svc.Permitted(c.Request().Context(), actor, p.Apprenticeship.ID, authz.ReadPayments) == nil
	page.CPD = p.Apprenticeship.State == countersign.CompletedProgramme && h.svc.Permitted(c.Request().Context(), actor, p.Apprenticeship.ID, authz.ReadCPD) == nil
	page.Today = countersign.LondonDate(h.now())
	return h.render(c, http.StatusOK, actor, page)
}

// programmeStep is an event with a form beneath the programme.
type programmeStep struct {
	event  countersign.ApprenticeshipEvent
	action authz.Action
	done   string // what is said afterwards
	do     func(*Handlers, context.Context, authz.Actor, stepForm) error
}

// stepForm is what was posted to such a form. A date that can't be read is
// among the problems and stays zero.
type stepForm struct {
	form
	id      countersign.ApprenticeshipID
	version int
	read    *countersign.Problems
}

func (f stepForm) day(name string) countersign.Date { return f.date(name, f.read) }

// A service refuses a day that is missing, so it is asked even if one can't be
// read, and the person is told everything at once. Where a day may be left out
// it is not asked then.
var programmeSteps = []programmeStep{
	{countersign.AcceptApplication, authz.DecideProgramme, "The application is accepted.", func(h *Handlers, ctx context.Context, actor authz.Actor, f stepForm) error {
		_, err := h.svc.AcceptApplication(ctx, actor, f.id, f.version, service.AcceptInput{StartDate: f.day("start_date"), PlannedEndDate: f.day("planned_end_date")})
		return err
	}},
	{countersign.DeclineApplication, authz.DecideProgramme, "The application is declined.", func(h *Handlers, ctx context.Context, actor authz.Actor, f stepForm) error {
		_, err := h.svc.DeclineApplication(ctx, actor, f.id, f.version, service.DeclineInput{Reason: f.text("reason")})
		return err
	}},
	{countersign.BeginBreak, authz.ChangeApprenticeship, "The break is recorded.", func(h *Handlers, ctx context.Context, actor authz.Actor, f stepForm) error {
		_, err := h.svc.StartBreak(ctx, actor, f.id, f.version, service.BreakInput{On: f.day("on"), ReturnExpected: f.day("return_expected_on"), Reason: f.text("reason")})
		return err
	}},
	{countersign.ReturnFromBreak, authz.ChangeApprenticeship, "The return is recorded.", func(h *Handlers, ctx context.Context, actor authz.Actor, f stepForm) error {
		_, err := h.svc.ReturnFromBreak(ctx, actor, f.id, f.version, service.ReturnInput{On: f.day("on")})
		return err
	}},
	{countersign.RequestExtension, authz.AskExtension, "The training hub is asked for an extension.", func(h *Handlers, ctx context.Context, actor authz.Actor, f stepForm) error {
		return h.svc.AskExtension(ctx, actor, f.id, f.version, service.ExtensionInput{
			PlannedEndDate: f.day("planned_end_date"), Progress: f.text("progress"), Reason: f.text("reason"), Support: f.text("support"),
		})
	}},
	{countersign.GrantExtension, authz.DecideProgramme, "The decision is recorded.", (*Handlers).decideExtension},
	{countersign.TransferPractice, authz.DecideProgramme, "The apprentice is at the other practice now.", (*Handlers).moveApprentice},
	{countersign.WithdrawApprentice, authz.ChangeApprenticeship, "The withdrawal is recorded.", (*Handlers).withdrawApprentice},
	{countersign.RestartApprenticeship, authz.DecideProgramme, "The programme goes on.", func(h *Handlers, ctx context.Context, actor authz.Actor, f stepForm) error {
		_, err := h.svc.RestartApprenticeship(ctx, actor, f.id, f.version, service.RestartInput{PlannedEndDate: f.day("planned_end_date"), Reason: f.text("reason")})
		return err
	}},
	{countersign.CompleteApprenticeship, authz.DecideProgramme, "The programme is complete.", func(h *Handlers, ctx context.Context, actor authz.Actor, f stepForm) error {
		_, err := h.svc.CompleteApprenticeship(ctx, actor, f.id, f.version)
		if countersign.KindOf(err) == countersign.Invalid { // there is no field that could be mended
			return countersign.Refuse(countersign.Invalid, countersign.MessageOf(err))
		}
		return err
	}},
}

// decideExtension leaves out what was typed before somebody thought better of
// it.
func (h *Handlers) decideExtension(ctx context.Context, actor authz.Actor, f stepForm) error {
	in := service.ExtensionDecision{Request: countersign.ChangeID(f.Get("request")), Decision: f.Get("decision")}
	if in.Decision == "grant" {
		in.PlannedEndDate = f.day("planned_end_date")
	} else {
		in.Reason = f.text("reason")
	}
	if err := f.read.Err(); err != nil {
		return err
	}
	_, err := h.svc.DecideExtension(ctx, actor, f.id, f.version, in)
	return err
}

func (h *Handlers) moveApprentice(ctx context.Context, actor authz.Actor, f stepForm) error {
	in := service.MoveInput{Practice: f.text("practice"), GPSupervisor: f.text("gp_supervisor"), SecondaryMentor: f.text("secondary_mentor"), Reason: f.text("reason")}
	if other := f.text("other_practice"); other != "" {
		in.Practice = other
	}
	_, err := h.svc.MoveApprentice(ctx, actor, f.id, f.version, in)
	return err
}

func (h *Handlers) withdrawApprentice(ctx context.Context, actor authz.Actor, f stepForm) error {
	in := service.LeaveInput{LastLearningOn: f.day("last_learning_on"), Reason: f.text("reason")}
	if err := f.read.Err(); err != nil {
		return err
	}
	_, err := h.svc.WithdrawApprentice(ctx, actor, f.id, f.version, in)
	return err
}

// stepRoutes are the forms beneath /apprenticeships/:id/programme.
func stepRoutes() []route {
	var all []route
	for _, s := range programmeSteps {
		path := "/apprenticeships/:id/programme/" + view.StepPath(s.event)
		all = append(all,
			route{method: get, path: path, access: signedIn, handle: func(h *Handlers, c echo.Context, actor authz.Actor) error { return h.newStep(c, actor, s) }},
			route{method: post, path: path, access: signedIn, handle: func(h *Handlers, c echo.Context, actor authz.Actor) error { return h.takeStep(c, actor, s) }})
	}
	return all
}

func (h *Handlers) newStep(c echo.Context, actor authz.Actor, s programmeStep) error {
	page, err := h.stepPage(c, actor, s)
	if err != nil {
		return err
	}
	if !page.Possible {
		return h.again(c, actor, page, countersign.Refuse(countersign.Conflict, "This cannot be done now. The apprenticeship is "+page.Apprenticeship.State.Phrase()))
	}
	a := page.Apprenticeship
	switch s.event {
	case countersign.AcceptApplication:
		page.Start, page.End = view.DateValueOf(a.StartOn), view.DateValueOf(a.PlannedEndOn)
	case countersign.GrantExtension:
		page.End = view.DateValueOf(page.Open.EndAfter)
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) stepPage(c echo.Context, actor authz.Actor, s programmeStep) (*view.StepPage, error) {
	id, ctx := apprenticeshipID(c), c.Request().Context()
	if err := h.svc.Permitted(ctx, actor, id, s.action); err != nil {
		return nil, err
	}
	p, err := h.svc.Programme(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	page := view.NewStepPage(s.event, p.Apprenticeship, p.Framework)
	page.Possible, page.Open, page.LatestEnd, page.LastEntry = p.May(s.event), p.Open, p.LatestEnd, p.LastEntry
	page.Today = countersign.LondonDate(h.now())
	if s.event == countersign.TransferPractice {
		page.Practices, err = h.practiceOptions(ctx, actor, p.Apprenticeship.PracticeCode)
	}
	return page, err
}

// practiceOptions are the open practices that the actor can choose from, but
// for that one; none when there are too many to list.
func (h *Handlers) practiceOptions(ctx context.Context, actor authz.Actor, without string) ([]view.Option, error) {
	practices, next, err := h.svc.Organisations(ctx, actor, service.OrganisationFilter{Kind: countersign.Practice, Limit: 200})
	if err != nil || next != "" {
		return nil, err
	}
	var options []view.Option
	for _, o := range practices {
		if o.EndedOn.IsZero() && o.Code != without {
			options = append(options, view.Option{Value: o.Code, Text: o.Name + " (" + o.Code + ")"})
		}
	}
	return options, nil
}

// takeStep carries a form out.
func (h *Handlers) takeStep(c echo.Context, actor authz.Actor, s programmeStep) error {
	ctx := c.Request().Context()
	f := stepForm{formOf(c), apprenticeshipID(c), formOf(c).number("version"), &countersign.Problems{}}
	err := s.do(h, ctx, actor, f)
	if err = both(*f.read, err); err == nil {
		to := apprenticeshipPath(f.id) + "/programme"
		if h.svc.Permitted(ctx, actor, f.id, authz.ReadProgramme) != nil {
			to = "/apprenticeships" // it has moved to another training hub
		}
		return h.redirect(c, s.done, to)
	}
	page, pageErr := h.stepPage(c, actor, s)
	if pageErr != nil {
		return pageErr
	}
	page.Stale = service.IsStale(err) && page.Possible
	page.On, page.Expected, page.LastLearning = f.dateValue("on"), f.dateValue("return_expected_on"), f.dateValue("last_learning_on")
	page.Start, page.End = f.dateValue("start_date"), f.dateValue("planned_end_date")
	page.Reason, page.Progress, page.Support, page.Decision = f.text("reason"), f.text("progress"), f.text("support"), f.Get("decision")
	page.Practice, page.OtherPractice, page.GPSupervisor, page.Mentor = f.text("practice"), f.text("other_practice"), f.text("gp_supervisor"), f.text("secondary_mentor")
	return h.again(c, actor, page, err)
}
