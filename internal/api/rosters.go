package api

import (
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
)

// rosterJSON is a table of apprentices to enrol.
type rosterJSON struct {
	ID         countersign.RosterID    `json:"id"`
	FileName   string                  `json:"file_name"`
	State      countersign.RosterState `json:"state"`
	Rows       int                     `json:"rows"`
	Waiting    int                     `json:"waiting"`
	Wrong      int                     `json:"wrong"`
	Enrolled   int                     `json:"enrolled"`
	Refused    int                     `json:"refused"`
	CreatedAt  moment                  `json:"created_at"`
	FinishedAt moment                  `json:"finished_at"`
	Version    string                  `json:"version"`
}

func rosterOf(r countersign.Roster) rosterJSON {
	return rosterJSON{r.ID, r.FileName, r.State, r.Rows(), r.Waiting, r.Wrong, r.Enrolled, r.Refused, moment(r.CreatedAt), moment(r.FinishedAt), itoa(r.Version)}
}

type rosterRowJSON struct {
	Row            int                        `json:"row"` // of the file
	Apprentice     countersign.RosterPerson   `json:"apprentice"`
	Practice       string                     `json:"practice"`
	Framework      string                     `json:"framework"`
	State          countersign.RosterRowState `json:"state"`
	Says           []string                   `json:"says"`
	Apprenticeship word                       `json:"apprenticeship"`
}

func rosterRowOf(r countersign.RosterRow) rosterRowJSON {
	return rosterRowJSON{r.Number, r.Apprentice, r.Practice, r.Framework, r.State, listOf(r.Says), word(r.Apprenticeship)}
}

// maxRosterFile is how many bytes a roster may have.
const maxRosterFile = 16 << 20

func rosterID(c echo.Context) countersign.RosterID { return countersign.RosterID(c.Param("id")) }

// onRoster asks whether the roster is the actor's.
func onRoster(h *Handlers, c echo.Context, actor authz.Actor) error {
	_, _, err := h.svc.Roster(c.Request().Context(), actor, rosterID(c), 0, 1)
	return err
}

// listRosters handles GET /rosters.
func (h *Handlers) listRosters(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.Rosters(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(all, rosterOf), "")
}

// createRoster handles POST /rosters: it checks, and enrols nobody.
func (h *Handlers) createRoster(c echo.Context, actor authz.Actor) error {
	file, err := formFile(c)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxRosterFile+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	rows, err := interchange.ReadRoster(data)
	if err != nil {
		return err
	}
	r, err := h.svc.CheckRoster(c.Request().Context(), actor, file.name, rows)
	if err != nil {
		return err
	}
	return created(c, "/rosters/"+string(r.ID), itoa(r.Version), rosterOf(r))
}

// showRoster handles GET /rosters/:id.
func (h *Handlers) showRoster(c echo.Context, actor authz.Actor) error {
	r, _, err := h.svc.Roster(c.Request().Context(), actor, rosterID(c), 0, 1)
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(r.Version), rosterOf(r))
}

// listRosterRows handles GET /rosters/:id/rows: all of them.
func (h *Handlers) listRosterRows(c echo.Context, actor authz.Actor) error {
	_, rows, err := h.svc.Roster(c.Request().Context(), actor, rosterID(c), 0, interchange.MaxRoster)
	if err != nil {
		return err
	}
	return writePage(c, each(rows, rosterRowOf), "")
}

// startRoster handles POST /rosters/:id/start.
func (h *Handlers) startRoster(c echo.Context, actor authz.Actor) error {
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := m.try(func(version int) error { return h.svc.StartRoster(c.Request().Context(), actor, rosterID(c), version) }); err != nil {
		return err
	}
	return h.showRoster(c, actor)
}

// deleteRoster handles DELETE /rosters/:id.
func (h *Handlers) deleteRoster(c echo.Context, actor authz.Actor) error {
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := m.try(func(version int) error { return h.svc.DropRoster(c.Request().Context(), actor, rosterID(c), version) }); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
