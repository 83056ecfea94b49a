package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/view"
)

// rosterRoutes are the pages on which many are enrolled at once.
var rosterRoutes = []route{
	{method: get, path: "/rosters", access: signedIn, handle: (*Handlers).listRosters},
	{method: post, path: "/rosters", access: signedIn, handle: (*Handlers).createRoster, upload: true},
	{method: get, path: "/rosters/template.csv", access: signedIn, handle: rosterTemplate(interchange.CSV, "text/csv; charset=utf-8; header=present")},
	{method: get, path: "/rosters/template.xlsx", access: signedIn, handle: rosterTemplate(interchange.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")},
	{method: get, path: "/rosters/:id", access: signedIn, handle: (*Handlers).showRoster},
	{method: post, path: "/rosters/:id/start", access: signedIn, handle: (*Handlers).startRoster},
	{method: post, path: "/rosters/:id/discarding", access: signedIn, handle: (*Handlers).discardRoster},
}

// rosterPageRows is how many rows a page shows, and maxRosterFile how many
// bytes a roster may have.
const (
	rosterPageRows = 100
	maxRosterFile  = 16 << 20
)

func rosterPath(id countersign.RosterID) string { return "/rosters/" + string(id) }

func rosterID(c echo.Context) countersign.RosterID { return countersign.RosterID(c.Param("id")) }

// listRosters handles GET /rosters.
func (h *Handlers) listRosters(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.Rosters(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewRostersPage(all, interchange.MaxRoster))
}

// createRoster handles POST /rosters: it checks, and enrols nobody.
func (h *Handlers) createRoster(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	all, err := h.svc.Rosters(ctx, actor)
	if err != nil {
		return err
	}
	page := view.NewRostersPage(all, interchange.MaxRoster)
	header, err := c.FormFile("roster")
	if err != nil || header.Size == 0 {
		return h.again(c, actor, page, countersign.InvalidField("roster", "Select a roster"))
	}
	file, err := header.Open()
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxRosterFile+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	rows, err := interchange.ReadRoster(data)
	if err != nil {
		return h.again(c, actor, page, rosterProblems(err))
	}
	r, err := h.svc.CheckRoster(ctx, actor, header.Filename, rows)
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "The roster is checked. Nobody is enrolled yet.", rosterPath(r.ID))
}

// rosterProblems puts what is wrong with a whole file beside its field.
func rosterProblems(err error) error {
	var wrong *interchange.Error
	if !errors.As(err, &wrong) {
		return err
	}
	var p countersign.Problems
	for i, r := range wrong.Problems {
		if i == 10 {
			p.Add("roster", "There are more problems of this kind")
			break
		}
		p.Add("roster", "The roster can't be read: "+r.String())
	}
	return p.Err()
}

// rosterTemplate handles GET /rosters/template.csv and its like.
func rosterTemplate(format interchange.Format, contentType string) func(*Handlers, echo.Context, authz.Actor) error {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		if err := h.svc.PermittedAnywhere(c.Request().Context(), actor, authz.ImportRoster); err != nil {
			return err
		}
		data, err := interchange.RosterTemplate(format)
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="roster.`+string(format)+`"`)
		return c.Blob(http.StatusOK, contentType, data)
	}
}

// showRoster handles GET /rosters/:id.
func (h *Handlers) showRoster(c echo.Context, actor authz.Actor) error {
	after, _ := strconv.Atoi(c.QueryParam("after")) // anything else is the beginning
	r, rows, err := h.svc.Roster(c.Request().Context(), actor, rosterID(c), after, rosterPageRows+1)
	if err != nil {
		return err
	}
	next := 0
	if len(rows) > rosterPageRows {
		rows = rows[:rosterPageRows]
		next = rows[rosterPageRows-1].Number
	}
	page := view.NewRosterPage(r, rows)
	page.Next = next
	return h.render(c, http.StatusOK, actor, page)
}

// startRoster handles POST /rosters/:id/start.
func (h *Handlers) startRoster(c echo.Context, actor authz.Actor) error {
	if err := h.svc.StartRoster(c.Request().Context(), actor, rosterID(c), formOf(c).number("version")); err != nil {
		return err
	}
	return h.redirect(c, "The import has begun.", rosterPath(rosterID(c)))
}

// discardRoster handles POST /rosters/:id/discarding.
func (h *Handlers) discardRoster(c echo.Context, actor authz.Actor) error {
	if err := h.svc.DropRoster(c.Request().Context(), actor, rosterID(c), formOf(c).number("version")); err != nil {
		return err
	}
	return h.redirect(c, "The roster is discarded. Who was enrolled stays.", "/rosters")
}
