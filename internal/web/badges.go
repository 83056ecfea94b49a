package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/badge"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
	"countersign/internal/view"
)

// listBadges handles GET /apprenticeships/:id/badges.
func (h *Handlers) listBadges(c echo.Context, actor authz.Actor) error {
	page, err := h.badgesPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) badgesPage(c echo.Context, actor authz.Actor) (*view.BadgesPage, error) {
	l, err := h.svc.Badges(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return nil, err
	}
	page := view.NewBadgesPage(l.Apprenticeship, l.Framework, l.Today)
	page.Badges, page.MayIssue = l.Badges, l.MayIssue
	for _, o := range l.Open {
		page.Open = append(page.Open, view.OpenBadge{Domain: o.Domain, Barred: o.Barred})
	}
	return page, nil
}

// issueBadge handles POST /apprenticeships/:id/badges.
func (h *Handlers) issueBadge(c echo.Context, actor authz.Actor) error {
	site := service.BadgeSite{URL: h.url, Item: func(framework, version, code string) string {
		return interchange.CompetencyURI(h.url, framework, version, code)
	}}
	_, err := h.svc.IssueBadge(c.Request().Context(), actor, apprenticeshipID(c), formOf(c).Get("domain"), site)
	if err == nil {
		return h.redirect(c, "The badge is made.", apprenticeshipPath(apprenticeshipID(c))+"/badges")
	}
	page, pageErr := h.badgesPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	return h.again(c, actor, page, err)
}

// downloadBadge handles GET /apprenticeships/:id/badges/:badge, where the badge
// ends in .json, .svg or .png.
func (h *Handlers) downloadBadge(c echo.Context, actor authz.Actor) error {
	id, form, _ := strings.Cut(c.Param("badge"), ".")
	b, f, err := h.svc.Badge(c.Request().Context(), actor, apprenticeshipID(c), countersign.BadgeID(id))
	if err != nil {
		return err
	}
	title, content, kind := badge.Title(f, b.Domain), []byte(b.Credential), "application/json"
	switch form {
	case "json":
	case "svg":
		content, kind = badge.SVG(title, f.Title, content), "image/svg+xml"
	case "png":
		if content, err = badge.PNG(title, content); err != nil {
			return err
		}
		kind = "image/png"
	default:
		return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, attachmentName("Badge "+title+"."+form))
	return c.Blob(http.StatusOK, kind, content)
}
