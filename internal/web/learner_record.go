package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showApprenticeship handles GET /apprenticeships/:id.
func (h *Handlers) showApprenticeship(c echo.Context, actor authz.Actor) error {
	r, err := h.svc.Record(c.Request().Context(), actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return err
	}
	page := view.NewApprenticeshipPage(r.Apprenticeship, r.Framework, actor.ID() == r.Apprenticeship.Apprentice)
	page.Competencies, page.Namings, page.Today = r.Competencies, r.Namings, countersign.LondonDate(h.now())
	page.Links = recordLinks(actor, r)
	pace, err := h.svc.GettingOn(c.Request().Context(), actor, r.Apprenticeship.ID)
	if err != nil {
		return err
	}
	page.Flag, page.Why, page.Rule = pace.Flag, pace.Why, pace.Rule
	return h.render(c, http.StatusOK, actor, page)
}

// recordLinks leads to the parts of the record that the actor may see.
func recordLinks(actor authz.Actor, r service.Record) []view.Link {
	at := apprenticeshipPath(r.Apprenticeship.ID)
	links := []view.Link{{Text: "Competencies", Href: at + "/competencies"}}
	add := func(text, path string, actions ...authz.Action) {
		if slices.ContainsFunc(actions, func(a authz.Action) bool { return actor.May(a, r.Subject) }) {
			links = append(links, view.Link{Text: text, Href: at + path})
		}
	}
	add("Evidence", "/evidence", authz.ReadEvidence, authz.ReadAdministrationEvidence)
	add("Portfolio", "/portfolio", authz.ReadPortfolio)
	if slices.ContainsFunc(r.Competencies, func(c countersign.Summary) bool { return !c.Core }) {
		add("Optional competencies", "/scope", authz.ReadApprenticeship)
	}
	links = append(links, view.Link{Text: "Job description", Href: "/job-description/" + r.Framework.ID})
	add("Programme: dates, breaks and changes", "/programme", authz.ReadProgramme)
	add("Hours", "/hours", authz.ReadHours, authz.ReadProgramme)
	if r.Framework.Placements {
		add("Placements", "/placements", authz.ReadHours, authz.ReadProgramme)
	}
	if r.Framework.Classroom {
		add("Classroom sessions", "/sessions", authz.ReadHours, authz.ReadProgramme)
	}
	if r.Apprenticeship.State == countersign.CompletedProgramme {
		add("Continuing development", "/cpd", authz.ReadCPD)
	}
	add("Mentors and assessors", "/namings", authz.ReadApprenticeship)
	add("Change the enrolment", "/change", authz.ChangeApprenticeship)
	if r.Apprenticeship.IsWorking() {
		add("Add evidence", "/evidence/new", authz.WriteEvidence)
		add("Record evidence for "+r.Apprenticeship.ApprenticeName, "/evidence/new", authz.RecordEvidence)
	}
	return links
}

// listCompetencies handles GET /apprenticeships/:id/competencies.
func (h *Handlers) listCompetencies(c echo.Context, actor authz.Actor) error {
	r, err := h.svc.Record(c.Request().Context(), actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return err
	}
	own := actor.ID() == r.Apprenticeship.Apprentice
	return h.render(c, http.StatusOK, actor, view.NewCompetenciesPage(r.Apprenticeship, r.Framework, r.Competencies, own))
}

// showScope handles GET /apprenticeships/:id/scope.
func (h *Handlers) showScope(c echo.Context, actor authz.Actor) error {
	page, err := h.scopePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) scopePage(c echo.Context, actor authz.Actor) (*view.ScopePage, error) {
	r, err := h.svc.Record(c.Request().Context(), actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return nil, err
	}
	var optional []countersign.Summary
	for _, competency := range r.Competencies {
		if !competency.Core {
			optional = append(optional, competency)
		}
	}
	page := view.NewScopePage(r.Apprenticeship, r.Framework, optional)
	if r.Apprenticeship.IsWorking() {
		page.MayConfirm = actor.May(authz.ConfirmScope, r.Subject)
		page.MayPropose = actor.May(authz.ProposeScope, r.Subject)
	}
	page.Seen = seenScope(optional)
	return page, nil
}

// seenScope writes down what the page showed, so that a decision isn't taken
// on a proposal that was made, or taken back, after it was opened.
func seenScope(optional []countersign.Summary) string {
	parts := make([]string, len(optional))
	for i, c := range optional {
		parts[i] = c.Code + ":" + string(c.Scope)
	}
	return strings.Join(parts, " ")
}

// changeScope handles POST /apprenticeships/:id/scope.
func (h *Handlers) changeScope(c echo.Context, actor authz.Actor) error {
	page, err := h.scopePage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	in := service.ScopeInput{Competencies: f.Values["competencies"], Reason: f.text("reason")}
	if seen := f.Get("seen"); page.MayChange() && seen != page.Seen {
		page.Chosen, page.Reason = in.Competencies, in.Reason
		return h.again(c, actor, page, countersign.Refuse(countersign.Conflict,
			"What is proposed or agreed was changed since you opened this page. Your selection is kept below: compare it and save again"))
	}
	if err := h.svc.SetScope(c.Request().Context(), actor, page.Apprenticeship.ID, in); err != nil {
		page.Chosen, page.Reason = in.Competencies, in.Reason
		return h.again(c, actor, page, scopeError(err))
	}
	message := "Proposed to your GP supervisor."
	if page.MayConfirm {
		message = "The optional competencies are agreed."
	}
	return h.redirect(c, message, apprenticeshipPath(page.Apprenticeship.ID)+"/scope")
}

// scopeError puts problems with single codes to the field that holds them all.
func scopeError(err error) error {
	if countersign.KindOf(err) != countersign.Invalid {
		return err
	}
	return typedEvidence{}.everything(err)
}
