package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showSkillsScan handles GET /apprenticeships/:id/skills-scan.
func (h *Handlers) showSkillsScan(c echo.Context, actor authz.Actor) error {
	page, err := h.scanPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) scanPage(c echo.Context, actor authz.Actor) (*view.SkillsScanPage, error) {
	s, err := h.svc.SkillsScan(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return nil, err
	}
	return view.NewSkillsScanPage(s.Apprenticeship, s.Framework, s.Sides, s.Mine), nil
}

// saveSkillsScan handles POST /apprenticeships/:id/skills-scan.
func (h *Handlers) saveSkillsScan(c echo.Context, actor authz.Actor) error {
	page, err := h.scanPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	in := service.SkillsScanInput{Levels: map[string]string{}, Finish: f.Get("intent") == "finish"}
	for _, competency := range page.Framework.Competencies() {
		in.Levels[competency.Code] = f.Get("levels." + competency.Code)
	}
	if err = h.svc.SaveSkillsScan(c.Request().Context(), actor, apprenticeshipID(c), f.number("version"), in); err == nil {
		message := "Your side is saved."
		if in.Finish {
			message = "Your side of the skills scan is finished."
		}
		return h.redirect(c, message, apprenticeshipPath(apprenticeshipID(c))+"/skills-scan")
	}
	page.Levels = in.Levels
	return h.again(c, actor, page, err)
}
