package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// newEnrolment handles GET /apprenticeships/new.
func (h *Handlers) newEnrolment(c echo.Context, actor authz.Actor) error {
	page, err := h.enrolPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// enrolPage offers the newest published version of each framework and, when there are few, the
// practices.
func (h *Handlers) enrolPage(c echo.Context, actor authz.Actor) (*view.EnrolPage, error) {
	ctx := c.Request().Context()
	if !actor.CanAnywhere(authz.Enrol) {
		return nil, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	page := view.NewEnrolPage()
	frameworks, err := h.svc.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range frameworks { // by framework, the newest version first
		n := len(page.Frameworks)
		if row.Status != string(countersign.FrameworkPublished) || n > 0 && page.Frameworks[n-1].ID == row.ID {
			continue
		}
		f, err := h.svc.Framework(ctx, row.ID, row.Version)
		if err != nil {
			return nil, err
		}
		page.Frameworks = append(page.Frameworks, view.EnrolFramework{
			ID: f.ID, Version: f.Version, Title: f.Title, MonthsMin: f.MonthsMin, MonthsMax: f.MonthsMax,
		})
	}
	practices, next, err := h.svc.Organisations(ctx, actor, service.OrganisationFilter{Kind: countersign.Practice, Limit: 200})
	if err != nil || next != "" {
		return page, err
	}
	for _, o := range practices {
		if o.EndedOn.IsZero() {
			page.Practices = append(page.Practices, view.Option{Value: o.Code, Text: o.Name + " (" + o.Code + ")"})
		}
	}
	return page, nil
}

// createEnrolment handles POST /apprenticeships/new.
func (h *Handlers) createEnrolment(c echo.Context, actor authz.Actor) error {
	return h.enrol(c, actor, false)
}

// newApplication handles GET /apprenticeships/apply.
func (h *Handlers) newApplication(c echo.Context, actor authz.Actor) error {
	page, err := h.enrolPage(c, actor)
	if err != nil {
		return err
	}
	page.Applying()
	return h.render(c, http.StatusOK, actor, page)
}

// createApplication handles POST /apprenticeships/apply.
func (h *Handlers) createApplication(c echo.Context, actor authz.Actor) error {
	return h.enrol(c, actor, true)
}

// enrol enrols somebody, or asks the training hub to.
func (h *Handlers) enrol(c echo.Context, actor authz.Actor, apply bool) error {
	f, ctx := formOf(c), c.Request().Context()
	var read countersign.Problems
	id, version, _ := strings.Cut(f.Get("framework"), "@")
	in := service.EnrolInput{
		Apprentice: service.PersonInput{Name: f.text("apprentice.name"), Email: f.text("apprentice.email")},
		Framework:  id, Version: version, Practice: f.text("practice"),
		GPSupervisor: f.text("gp_supervisor"), SecondaryMentor: f.text("secondary_mentor"), Cohort: f.text("cohort"), FundingYear: f.text("funding_year"), Apply: apply,
		StartDate: f.date("start_date", &read), PlannedEndDate: f.date("planned_end_date", &read),
	}
	// A date that can't be read is left empty, which the service never accepts:
	// so it is asked in any case, and the person is told everything at once.
	app, err := h.svc.Enrol(ctx, actor, in)
	if err = both(read, err); err == nil {
		if app, err = h.svc.Apprenticeship(ctx, actor, app.ID); err != nil {
			return err
		}
		if apply {
			return h.redirect(c, "The training hub is asked to accept "+app.ApprenticeName+". You read its decision here.", apprenticeshipPath(app.ID)+"/programme")
		}
		return h.redirect(c, app.ApprenticeName+" is enrolled. If they have no password yet, we have sent "+app.ApprenticeEmail+" a link to choose one.", apprenticeshipPath(app.ID))
	}
	page, pageErr := h.enrolPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Name, page.Email, page.Framework, page.Practice = in.Apprentice.Name, in.Apprentice.Email, f.Get("framework"), in.Practice
	page.GP, page.Mentor, page.Cohort = in.GPSupervisor, in.SecondaryMentor, in.Cohort
	page.Start, page.End = f.dateValue("start_date"), f.dateValue("planned_end_date")
	if page.FundingYear = in.FundingYear; apply {
		page.Applying()
	}
	return h.again(c, actor, page, err)
}

// editApprenticeship handles GET /apprenticeships/:id/change.
func (h *Handlers) editApprenticeship(c echo.Context, actor authz.Actor) error {
	page, err := h.changePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) changePage(c echo.Context, actor authz.Actor) (*view.ChangePage, error) {
	id := countersign.ApprenticeshipID(c.Param("id"))
	ctx := c.Request().Context()
	if err := h.svc.Permitted(ctx, actor, id, authz.ChangeApprenticeship); err != nil {
		return nil, err
	}
	app, err := h.svc.Apprenticeship(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	framework, err := h.svc.Framework(ctx, app.FrameworkID, app.FrameworkVersion)
	if err != nil {
		return nil, err
	}
	page := view.NewChangePage(apprenticeshipPath(id), app.ApprenticeName)
	page.Version, page.Cohort, page.End = app.Version, app.Cohort, view.DateValueOf(app.PlannedEndOn)
	page.Started, page.MonthsMax, page.Extension = app.StartOn, framework.MonthsMax, framework.ExtensionMonths
	page.LastDay = app.LatestEnd(framework.Programme)
	page.Now = []view.SummaryRow{
		{Key: "Planned end", Value: view.Date(app.PlannedEndOn)}, {Key: "Cohort", Value: cmp.Or(app.Cohort, "None")},
		{Key: "State", Value: view.ApprenticeshipTag(app.State).Text},
	}
	return page, nil
}

// changeApprenticeship handles POST /apprenticeships/:id/change.
func (h *Handlers) changeApprenticeship(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	var read countersign.Problems
	end, cohort := f.date("planned_end_date", &read), f.text("cohort")
	in := service.ChangeInput{PlannedEndDate: &end, Cohort: &cohort}
	id := countersign.ApprenticeshipID(c.Param("id"))
	// As in createEnrolment: without an end date nothing is changed.
	_, err := h.svc.ChangeApprenticeship(c.Request().Context(), actor, id, f.number("version"), in)
	if err = both(read, err); err == nil {
		return h.redirect(c, "The apprenticeship is changed.", apprenticeshipPath(id))
	}
	page, pageErr := h.changePage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Stale = service.IsStale(err)
	page.Cohort, page.End = cohort, f.dateValue("planned_end_date")
	return h.again(c, actor, page, err)
}
