package api

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/badge"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
)

type badgeJSON struct {
	ID               countersign.BadgeID `json:"id"`
	Domain           word                `json:"domain"` // null for the programme
	Framework        string              `json:"framework"`
	FrameworkVersion string              `json:"framework_version"`
	Competencies     []string            `json:"competencies"`
	IssuedAt         moment              `json:"issued_at"`
	ValidUntil       day                 `json:"valid_until"`
	RevokedAt        moment              `json:"revoked_at"`
}

func badgeOf(b countersign.Badge) badgeJSON {
	return badgeJSON{b.ID, word(b.Domain), b.FrameworkID, b.FrameworkVersion, listOf(b.Competencies), moment(b.IssuedAt), day(b.ValidUntil), moment(b.RevokedAt)}
}

// listBadges handles GET /apprenticeships/:id/badges.
func (h *Handlers) listBadges(c echo.Context, actor authz.Actor) error {
	l, err := h.svc.Badges(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writePage(c, each(l.Badges, badgeOf), "")
}

// issueBadge handles POST /apprenticeships/:id/badges.
func (h *Handlers) issueBadge(c echo.Context, actor authz.Actor) error {
	var in struct {
		Domain string `json:"domain"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	b, err := h.svc.IssueBadge(c.Request().Context(), actor, apprenticeshipID(c), in.Domain, service.BadgeSite{
		URL: h.url, Item: func(framework, version, code string) string {
			return interchange.CompetencyURI(h.url, framework, version, code)
		},
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, base+"/apprenticeships/"+c.Param("id")+"/badges/"+string(b.ID))
	return writeJSON(c, http.StatusCreated, badgeOf(b))
}

func (h *Handlers) badge(c echo.Context, actor authz.Actor) (countersign.Badge, countersign.Framework, error) {
	return h.svc.Badge(c.Request().Context(), actor, apprenticeshipID(c), countersign.BadgeID(c.Param("badge")))
}

// showBadge handles GET /apprenticeships/:id/badges/:badge: the credential as
// it was signed.
func (h *Handlers) showBadge(c echo.Context, actor authz.Actor) error {
	b, _, err := h.badge(c, actor)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/json", []byte(b.Credential))
}

// showBadgeSVG handles GET /apprenticeships/:id/badges/:badge/badge.svg.
func (h *Handlers) showBadgeSVG(c echo.Context, actor authz.Actor) error {
	b, f, err := h.badge(c, actor)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="badge.svg"`)
	return c.Blob(http.StatusOK, "image/svg+xml", badge.SVG(badge.Title(f, b.Domain), f.Title, []byte(b.Credential)))
}

// showBadgePNG handles GET /apprenticeships/:id/badges/:badge/badge.png.
func (h *Handlers) showBadgePNG(c echo.Context, actor authz.Actor) error {
	b, f, err := h.badge(c, actor)
	if err != nil {
		return err
	}
	picture, err := badge.PNG(badge.Title(f, b.Domain), []byte(b.Credential))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="badge.png"`)
	return c.Blob(http.StatusOK, "image/png", picture)
}

// showBadgeStatus handles GET /badge-status/:list.
func (h *Handlers) showBadgeStatus(c echo.Context, _ authz.Actor) error {
	list, err := strconv.Atoi(c.Param("list"))
	if err != nil {
		return countersign.Refuse(countersign.NotFound, "There is no such list")
	}
	signed, err := h.svc.BadgeStatus(c.Request().Context(), list, h.url)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/json", signed)
}
