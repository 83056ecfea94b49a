package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/service"
)

type frameworkJSON struct {
	ID           string `json:"id"`
	Version      string `json:"version"`
	Title        string `json:"title"`
	Status       string `json:"status"`
	Standing     string `json:"standing"`
	Notice       string `json:"notice"`
	Competencies int    `json:"competencies"`
}

// listFrameworks handles GET /frameworks: every version that is loaded.
func (h *Handlers) listFrameworks(c echo.Context, _ authz.Actor) error {
	rows, err := h.svc.Frameworks(c.Request().Context())
	if err != nil {
		return err
	}
	return writePage(c, each(rows, func(r service.FrameworkRow) frameworkJSON {
		return frameworkJSON{r.ID, r.Version, r.Title, r.Status, r.Standing, r.Notice, r.Competencies}
	}), "")
}

// showFramework handles GET /frameworks/:framework and
// /frameworks/:framework/:version, with the keys of a framework file.
func (h *Handlers) showFramework(c echo.Context, _ authz.Actor) error {
	f, err := h.svc.Framework(c.Request().Context(), c.Param("framework"), c.Param("version"))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, f.Version, service.Document(f))
}
