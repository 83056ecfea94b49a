package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// equivalentsOf presents what was accepted in other frameworks.
func equivalentsOf(app countersign.Apprenticeship, code string, all []service.Equivalent) []view.Equivalent {
	out := make([]view.Equivalent, len(all))
	for i, e := range all {
		out[i] = view.Equivalent{Framework: e.FrameworkTitle, Competency: e.Competency, Accepted: e.Accepted}
		for _, piece := range e.Pieces {
			shown := view.NewEquivalentPiece(piece.Evidence, piece.Title, piece.Kind, piece.OccurredOn)
			if app.IsWorking() {
				shown.Use = usePath(app.ID, code, piece.Evidence)
			}
			out[i].Pieces = append(out[i].Pieces, shown)
		}
	}
	return out
}

func usePath(id countersign.ApprenticeshipID, code string, piece countersign.EvidenceID) string {
	return competencyPath(id, code) + "/equivalents/" + string(piece)
}

// usePage returns the form for the piece in the path, unless it isn't suggested.
func (h *Handlers) usePage(c echo.Context, actor authz.Actor) (*view.UsePage, error) {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	if err := h.svc.Permitted(ctx, actor, id, authz.WriteEvidence); err != nil {
		return nil, err
	}
	known, err := h.svc.Competency(ctx, actor, id, c.Param("code"))
	if err != nil {
		return nil, err
	}
	this := usePath(id, known.Attainment.Code, countersign.EvidenceID(c.Param("evidence")))
	for _, e := range equivalentsOf(known.Apprenticeship, known.Attainment.Code, known.Equivalents) {
		e.Pieces = slices.DeleteFunc(e.Pieces, func(p view.EquivalentPiece) bool { return p.Use != this })
		if len(e.Pieces) > 0 {
			return view.NewUsePage(known.Apprenticeship, known.Framework, known.Attainment.Competency, e), nil
		}
	}
	return nil, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
}

// newEquivalent handles GET /apprenticeships/:id/competencies/:code/equivalents/:evidence.
func (h *Handlers) newEquivalent(c echo.Context, actor authz.Actor) error {
	page, err := h.usePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// createEquivalent handles POST /apprenticeships/:id/competencies/:code/equivalents/:evidence.
func (h *Handlers) createEquivalent(c echo.Context, actor authz.Actor) error {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	in := service.EquivalentInput{
		Competency: c.Param("code"), Evidence: countersign.EvidenceID(c.Param("evidence")), Justification: formOf(c).text("justification"),
	}
	e, err := h.svc.ProposeEquivalent(ctx, actor, id, in)
	switch countersign.KindOf(err) {
	case 0:
		return h.redirect(c, submitted(e), evidencePath(e.ID))
	case countersign.Conflict:
		known, readErr := h.svc.Competency(ctx, actor, id, in.Competency)
		if readErr != nil {
			return readErr
		}
		return h.tooLate(c, actor, h.competencyPage(actor, known), err, in.Justification)
	case countersign.Invalid:
		page, readErr := h.usePage(c, actor)
		if readErr != nil {
			return readErr
		}
		page.Justification = in.Justification
		return h.again(c, actor, page, err)
	}
	return err
}
