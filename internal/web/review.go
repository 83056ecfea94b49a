package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// reviewForm returns the form with which the actor may judge the piece; nil
// when they may not.
func reviewForm(actor authz.Actor, known service.EvidencePage, from string) *view.ReviewForm {
	if !known.MayReview {
		return nil
	}
	e, framework := known.Evidence, known.Framework
	form := &view.ReviewForm{
		Action: evidencePath(e.ID) + "/review", Version: e.Version, Apprentice: known.Apprenticeship.ApprenticeName,
	}
	caps := known.Subject.Capacities(actor)
	for _, m := range e.Mapping {
		c, ok := framework.Competency(m.Competency)
		if !ok {
			continue
		}
		choice := view.ReviewChoice{Code: c.Code, Title: c.Title, Checked: true}
		if _, ok := caps.For(framework, c.Domain); !ok {
			choice.Checked, choice.Note = false, "You are not named to assess it for this apprentice today"
		}
		form.Mapping = append(form.Mapping, choice)
		if from == c.Code && choice.Checked {
			form.From = from
		}
	}
	for _, c := range framework.Competencies() {
		if _, ok := caps.For(framework, c.Domain); !ok || e.Maps(c.Code) {
			continue
		}
		choice := view.ReviewChoice{Code: c.Code, Title: c.Title}
		mapped := e
		mapped.State, mapped.Mapping = countersign.Accepted, []countersign.Mapping{{Competency: c.Code}}
		if counts, why := mapped.CountsFor(c); !counts {
			choice.Note = why
		}
		form.Others = append(form.Others, choice)
	}
	return form
}

// createReview handles POST /evidence/:id/review.
func (h *Handlers) createReview(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	ctx := c.Request().Context()
	id := countersign.EvidenceID(c.Param("id"))
	known, err := h.svc.Evidence(ctx, actor, id)
	if err != nil {
		return err
	}
	in := service.ReviewInput{
		Evidence: id, Version: f.number("version"), Decision: countersign.ReviewDecision(f.text("decision")), Comment: f.text("comment"),
	}
	next := f.text("then") == "sign-off"
	if next {
		in.Decision = countersign.AcceptEvidence
	}
	left := slices.Concat(f.Values["keep"], f.Values["add"])
	if in.Decision == countersign.AcceptEvidence && f.bool("mapping") && !mapsExactly(known.Evidence, left) {
		in.Competencies = []service.MappingInput{}
		for _, code := range left {
			in.Competencies = append(in.Competencies, service.MappingInput{Code: code})
		}
	}
	if next && f.text("decision") == string(countersign.ReturnEvidence) {
		in.Decision = countersign.ReturnEvidence
		return h.reviewAgain(c, actor, known, in, left, countersign.InvalidField("decision",
			"You selected “Return it”. Select “Accept it” to go to the sign-off, or use “Save review” to return it"))
	}
	e, err := h.svc.ReviewEvidence(ctx, actor, in)
	if err != nil {
		return h.reviewAgain(c, actor, known, in, left, err)
	}
	message := "“" + e.Title + "” is accepted."
	if in.Decision == countersign.ReturnEvidence {
		message = "“" + e.Title + "” is returned to " + known.Apprenticeship.ApprenticeName + "."
	}
	if !next {
		return h.redirect(c, message, "/queue")
	}
	code := f.text("from")
	if !e.Maps(code) {
		code = e.Mapping[0].Competency
	}
	return h.redirect(c, message, competencyPath(e.Apprenticeship, code))
}

func mapsExactly(e countersign.Evidence, codes []string) bool {
	return len(codes) == len(e.Mapping) && !slices.ContainsFunc(codes, func(code string) bool { return !e.Maps(code) })
}

// reviewAgain shows the piece with the form as typed. Somebody who may not
// review it any more is told so, with what they had typed.
func (h *Handlers) reviewAgain(c echo.Context, actor authz.Actor, known service.EvidencePage, in service.ReviewInput, left []string, err error) error {
	kind := countersign.KindOf(err)
	if kind != countersign.Invalid && kind != countersign.Conflict && kind != countersign.Forbidden {
		return err
	}
	if !known.MayReview && kind == countersign.Forbidden {
		return err
	}
	page := h.evidencePage(actor, known)
	page.Review = reviewForm(actor, known, formOf(c).text("from"))
	page.Errors.LinkTo("competencies", "keep")
	page.Fail(err)
	if form := page.Review; form != nil {
		form.Decision, form.Comment, form.Errors = string(in.Decision), in.Comment, page.Errors
		form.Check = privacyCheck(c, page.Errors)
		for _, list := range [][]view.ReviewChoice{form.Mapping, form.Others} {
			for i := range list {
				checked := slices.Contains(left, list[i].Code)
				form.Corrected = form.Corrected || checked != list[i].Checked
				list[i].Checked = checked
			}
		}
	} else if in.Comment != "" {
		page.Fail(countersign.Refuse(countersign.Invalid, "Your comment was: “"+in.Comment+"”"))
	}
	return h.render(c, statusOf(err), actor, page)
}
