package web

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// apprenticeSection adds what an apprentice has to do next.
func (h *Handlers) apprenticeSection(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	homes, err := h.svc.ApprenticeHome(ctx, actor)
	if err != nil {
		return err
	}
	for i, home := range homes {
		page.Notice = home.Framework.Notice
		page.Apprentice = append(page.Apprentice, &view.HomeApprentice{
			Index: i, Apprenticeship: home.Apprenticeship, Framework: home.Framework, Competencies: home.Competencies, Namings: home.Namings,
			Open: home.Open, Recorded: home.Recorded, Comments: home.Comments, Today: countersign.LondonDate(h.now()), Key: rand.Text(),
		})
	}
	ended, err := h.svc.EndedApprenticeships(ctx, actor)
	for _, e := range ended {
		page.Past = append(page.Past, view.HomePast{Apprenticeship: e.Apprenticeship, Framework: e.Framework})
	}
	return err
}

// createCapture handles POST /apprenticeships/:id/captures: a title and a
// photo become a draft, to be sorted later.
func (h *Handlers) createCapture(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	w, err := h.svc.Writing(ctx, actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return err
	}
	f := formOf(c)
	today := countersign.LondonDate(h.now())
	in := service.EvidenceInput{Kind: countersign.WorkProduct, Title: f.text("title")}
	if !today.Before(w.Apprenticeship.StartOn) {
		in.OccurredOn = today
	}
	photo := c.Request().MultipartForm != nil && len(c.Request().MultipartForm.File["file"]) > 0
	switch {
	case in.Title == "" && !photo:
		return h.captureAgain(c, actor, w, countersign.InvalidField("title", "Enter what you did"))
	case in.Title == "":
		in.Title = "Photo of " + today.Long()
	}
	e, err := h.svc.StartEvidence(ctx, actor, w.Apprenticeship.ID, f.text("key"), in)
	if countersign.KindOf(err) == countersign.Invalid || countersign.KindOf(err) == countersign.Conflict {
		return h.captureAgain(c, actor, w, err)
	} else if err != nil {
		return err
	}
	if !e.Editable() {
		return h.redirect(c, "", evidencePath(e.ID))
	}
	refused, err := h.takeFiles(c, actor, e.ID)
	if err != nil {
		return err
	}
	if refused != nil {
		return h.captureAgain(c, actor, w, refused)
	}
	return h.redirect(c, "Saved as a draft. Sort it when you have time.", "/")
}

// captureAgain shows the home page again with what is wrong with the capture.
// The form keeps its key, so that sending it again changes the same draft.
func (h *Handlers) captureAgain(c echo.Context, actor authz.Actor, w service.Writing, err error) error {
	page, homeErr := h.homePage(c, actor)
	if homeErr != nil {
		return homeErr
	}
	for _, section := range page.Apprentice {
		if section.Apprenticeship.ID == w.Apprenticeship.ID {
			page.Errors.LinkTo("title", section.ID("title"))
			page.Errors.LinkTo("file", section.ID("file"))
			page.Fail(err)
			section.CaptureTitle, section.Key = formOf(c).text("title"), formOf(c).text("key")
			section.TitleError, section.FileError = page.Errors.Of("title"), page.Errors.Of("file")
			section.Check = privacyCheck(c, page.Errors)
			status := http.StatusUnprocessableEntity
			if countersign.KindOf(err) == countersign.Conflict {
				status = http.StatusConflict
			}
			return h.render(c, status, actor, page)
		}
	}
	return err // an assessor has no such form
}
