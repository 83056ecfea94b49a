package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type frameworkChangeJSON struct {
	Kind    service.VersionKind `json:"kind"`
	From    []string            `json:"from"` // codes
	To      []string            `json:"to"`
	Changed []string            `json:"changed"` // in plain words
}

type frameworkChangesJSON struct {
	Framework string                `json:"framework"`
	From      string                `json:"from"`
	To        string                `json:"to"`
	Changes   []frameworkChangeJSON `json:"changes"`
	Also      []string              `json:"also"` // what else changed, in plain words
}

// showFrameworkChanges handles GET /frameworks/:framework/:version/changes,
// from the version
// ?from=, or the one before.
func (h *Handlers) showFrameworkChanges(c echo.Context, _ authz.Actor) error {
	q := queryOf(c)
	from := q.text("from")
	if err := q.err(); err != nil {
		return err
	}
	d, err := h.svc.Difference(c.Request().Context(), c.Param("framework"), from, c.Param("version"))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, d.From.Version+"-"+d.To.Version, changesOf(d))
}

func changesOf(d service.Difference) frameworkChangesJSON {
	codes := func(list []countersign.Competency) []string {
		return listOf(each(list, func(k countersign.Competency) string { return k.Code }))
	}
	return frameworkChangesJSON{
		Framework: d.To.ID, From: d.From.Version, To: d.To.Version, Also: listOf(d.Programme),
		Changes: listOf(each(d.Changes, func(k service.VersionChange) frameworkChangeJSON {
			return frameworkChangeJSON{k.Kind, codes(k.From), codes(k.To), listOf(k.Words)}
		})),
	}
}

type versionJSON struct {
	Present string            `json:"present"`
	To      string            `json:"to"`
	Undo    word              `json:"undo"` // the version to go back to, or null
	Steps   []versionStepJSON `json:"steps"`
}

type versionStepJSON struct {
	Competency string                 `json:"competency"`
	Fate       service.CompetencyFate `json:"fate"`
	Before     word                   `json:"before"` // its status now
	Changed    []string               `json:"changed"`
}

// showVersion handles GET /apprenticeships/:id/version: what changing to the
// newest published version, or to ?to=, would do.
func (h *Handlers) showVersion(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	to := q.text("to")
	if err := q.err(); err != nil {
		return err
	}
	return h.writeVersion(c, actor, to)
}

func (h *Handlers) writeVersion(c echo.Context, actor authz.Actor, to string) error {
	id := apprenticeshipID(c)
	p, err := h.svc.PreviewVersion(c.Request().Context(), actor, id, to)
	if err != nil {
		return err
	}
	back, err := h.svc.VersionUndo(c.Request().Context(), actor, id)
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(p.Apprenticeship.Version), versionJSON{
		Present: p.Apprenticeship.FrameworkVersion, To: p.Difference.To.Version, Undo: word(back),
		Steps: listOf(each(p.Steps, func(s service.VersionStep) versionStepJSON {
			return versionStepJSON{s.Competency.Code, s.Fate, word(s.Before), listOf(s.Words)}
		})),
	})
}

// changeVersion handles POST /apprenticeships/:id/version.
func (h *Handlers) changeVersion(c echo.Context, actor authz.Actor) error {
	var in struct {
		To string `json:"to"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if _, err := h.svc.ChangeVersion(c.Request().Context(), actor, apprenticeshipID(c), in.To); err != nil {
		return err
	}
	return h.writeVersion(c, actor, "")
}

// undoVersion handles POST /apprenticeships/:id/version/undo.
func (h *Handlers) undoVersion(c echo.Context, actor authz.Actor) error {
	if err := h.svc.UndoVersion(c.Request().Context(), actor, apprenticeshipID(c)); err != nil {
		return err
	}
	return h.writeVersion(c, actor, "")
}

// moveAtOnce is how many people one request changes.
const moveAtOnce = 1000

// createMove handles POST /frameworks/:framework/:version/moves: to that
// version.
func (h *Handlers) createMove(c echo.Context, actor authz.Actor) error {
	var in struct {
		From         string `json:"from"`
		Organisation string `json:"organisation"`
		Cohort       string `json:"cohort"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	out, err := h.svc.ChangeVersions(c.Request().Context(), actor, service.VersionInput{
		Framework: c.Param("framework"), From: in.From, To: c.Param("version"), Organisation: in.Organisation, Cohort: in.Cohort,
	}, moveAtOnce)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, struct {
		Moved int `json:"moved"`
		Left  int `json:"left"`
	}{out.Moved, out.Left})
}
