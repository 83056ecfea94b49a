package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/board"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
	"countersign/internal/view"
)

func (h *Handlers) impactPage(c echo.Context, actor authz.Actor, in service.ReportQuery) (*view.ImpactPage, error) {
	r, err := h.svc.ImpactOf(c.Request().Context(), actor, in)
	if err != nil {
		return nil, err
	}
	return board.ImpactPage(r), nil
}

// mostOpen is how many measures that aren't checked a page holds.
const mostOpen = 200

// showImpact handles GET /reports/:code/impact.
func (h *Handlers) showImpact(c echo.Context, actor authz.Actor) error {
	return h.filtered(c, actor, func(in service.ReportQuery) (view.Page, error) {
		page, err := h.impactPage(c, actor, in)
		if err != nil || page.Hidden {
			return page, err
		}
		for _, state := range []countersign.ImpactState{countersign.ImpactEntered, countersign.ImpactSentBack} {
			list, next, err := h.svc.Impacts(c.Request().Context(), actor, page.Code, service.ImpactFilter{State: state, Limit: mostOpen})
			if err != nil {
				return nil, err
			}
			page.Open, page.MoreOpen = append(page.Open, list...), page.MoreOpen || next != ""
		}
		return page, nil
	})
}

// downloadImpactTable handles GET /reports/:code/impact.csv.
func (h *Handlers) downloadImpactTable(c echo.Context, actor authz.Actor) error {
	page, err := h.impactPage(c, actor, reportQuery(c))
	if err != nil {
		return err
	}
	return sendCSV(c, "impact-"+page.Code+"-"+page.Day.String(), board.ImpactColumns(), interchange.RowsOf(board.ImpactRows(page)))
}

// downloadImpactBook handles GET /reports/:code/impact.xlsx.
func (h *Handlers) downloadImpactBook(c echo.Context, actor authz.Actor) error {
	page, err := h.impactPage(c, actor, reportQuery(c))
	if err != nil {
		return err
	}
	return sendBook(c, "impact-"+page.Code+"-"+page.Day.String(), board.ImpactSheets(page)...)
}

// toEnter returns the form of a practice for whoever may enter its measures.
func (h *Handlers) toEnter(c echo.Context, actor authz.Actor) (*view.ImpactFormPage, error) {
	ctx, in := c.Request().Context(), reportQuery(c)
	if err := h.svc.PermittedAtPlace(ctx, actor, in.Place, authz.EnterImpact); err != nil {
		return nil, err
	}
	r, err := h.svc.ImpactOf(ctx, actor, service.ReportQuery{Place: in.Place})
	if err == nil && !r.MayEnter {
		err = countersign.Refuse(countersign.NotFound, "Measures are reported by a practice")
	}
	return view.NewImpactFormPage(r.Place.Name, r.Place.Code), err
}

// newImpact handles GET /reports/:code/impact/new.
func (h *Handlers) newImpact(c echo.Context, actor authz.Actor) error {
	page, err := h.toEnter(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// createImpact handles POST /reports/:code/impact/new.
func (h *Handlers) createImpact(c echo.Context, actor authz.Actor) error {
	page, err := h.toEnter(c, actor)
	if err != nil {
		return err
	}
	in, read := impactInput(formOf(c), page)
	_, err = h.svc.EnterImpact(c.Request().Context(), actor, page.Code, in)
	if err = both(read, err); err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "Your training hub will check it.", view.ImpactHref(page.Code, ""))
}

// impactInput reads the form, and keeps what was typed on the page.
func impactInput(f form, page *view.ImpactFormPage) (service.ImpactInput, countersign.Problems) {
	page.Measure, page.Method, page.Baseline, page.Value, page.Sample, page.Note = f.text("measure"), f.text("method"), f.text("baseline"), f.text("value"), f.text("sample"), f.text("note")
	page.BaselineFrom, page.BaselineTo, page.From, page.To = f.dateValue("baseline_from"), f.dateValue("baseline_to"), f.dateValue("from"), f.dateValue("to")
	var read countersign.Problems
	return service.ImpactInput{
		Measure: page.Measure, Method: page.Method, Baseline: countersign.ParseTenths(page.Baseline), Value: countersign.ParseTenths(page.Value), Sample: f.number("sample"), Note: page.Note,
		BaselineFrom: f.date("baseline_from", &read), BaselineTo: f.date("baseline_to", &read), From: f.date("from", &read), To: f.date("to", &read),
	}, read
}

func impactID(c echo.Context) countersign.ImpactID { return countersign.ImpactID(c.Param("impact")) }

func impactPath(id countersign.ImpactID) string { return "/impact/" + string(id) }

func (h *Handlers) oneImpact(c echo.Context, actor authz.Actor) (*view.ImpactOnePage, error) {
	known, err := h.svc.Impact(c.Request().Context(), actor, impactID(c))
	page := view.NewImpactOnePage(known.Impact)
	page.MayChange, page.MayWithdraw, page.MayCheck, page.MaySendBack = known.MayChange, known.MayWithdraw, known.MayCheck, known.MaySendBack
	return page, err
}

// showOneImpact handles GET /impact/:impact.
func (h *Handlers) showOneImpact(c echo.Context, actor authz.Actor) error {
	page, err := h.oneImpact(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) toChangeImpact(c echo.Context, actor authz.Actor) (*view.ImpactFormPage, error) {
	if err := h.svc.PermittedOnImpact(c.Request().Context(), actor, impactID(c), authz.EnterImpact); err != nil {
		return nil, err
	}
	known, err := h.svc.Impact(c.Request().Context(), actor, impactID(c))
	return view.NewImpactChangePage(known.Impact), err
}

// editImpact handles GET /impact/:impact/change.
func (h *Handlers) editImpact(c echo.Context, actor authz.Actor) error {
	page, err := h.toChangeImpact(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// changeImpact handles POST /impact/:impact/change.
func (h *Handlers) changeImpact(c echo.Context, actor authz.Actor) error {
	page, err := h.toChangeImpact(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, read := impactInput(f, page)
	if err = read.Err(); err == nil {
		_, err = h.svc.ChangeImpact(c.Request().Context(), actor, impactID(c), f.number("version"), in)
	}
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "Your training hub will check it.", impactPath(impactID(c)))
}

// withdrawImpact handles POST /impact/:impact/withdrawal.
func (h *Handlers) withdrawImpact(c echo.Context, actor authz.Actor) error {
	if err := h.svc.PermittedOnImpact(c.Request().Context(), actor, impactID(c), authz.EnterImpact); err != nil {
		return err
	}
	if _, err := h.svc.WithdrawImpact(c.Request().Context(), actor, impactID(c), formOf(c).number("version")); err != nil {
		return err
	}
	return h.redirect(c, "Withdrawn. It is not waiting to be checked any more.", impactPath(impactID(c)))
}

// checkImpact handles POST /impact/:impact/check.
func (h *Handlers) checkImpact(c echo.Context, actor authz.Actor) error {
	if err := h.svc.PermittedOnImpact(c.Request().Context(), actor, impactID(c), authz.CheckImpact); err != nil {
		return err
	}
	page, err := h.oneImpact(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	page.Decision, page.Reason = f.text("decision"), f.text("reason")
	i, err := h.svc.DecideImpact(c.Request().Context(), actor, impactID(c), f.number("version"), service.ImpactDecision{Decision: countersign.ImpactEvent(page.Decision), Reason: page.Reason})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	message := "Checked. It counts from now on."
	if i.State == countersign.ImpactSentBack {
		message = "Sent back. The practice is told by email."
	}
	return h.redirect(c, message, impactPath(i.ID))
}
