package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// cpdRoutes are the pages of continuing development after completion.
var cpdRoutes = []route{
	{method: get, path: "/apprenticeships/:id/cpd", access: signedIn, handle: (*Handlers).showCPD},
	{method: get, path: "/apprenticeships/:id/cpd/open", access: signedIn, handle: (*Handlers).newCPDCycle},
	{method: post, path: "/apprenticeships/:id/cpd/open", access: signedIn, handle: (*Handlers).createCPDCycle},
	{method: get, path: "/apprenticeships/:id/cpd/:cycle/new", access: signedIn, handle: (*Handlers).newCPDEntry},
	{method: post, path: "/apprenticeships/:id/cpd/:cycle/new", access: signedIn, handle: (*Handlers).createCPDEntry},
	{method: get, path: "/apprenticeships/:id/cpd/:cycle/alternative", access: signedIn, handle: (*Handlers).newCPDClosure},
	{method: post, path: "/apprenticeships/:id/cpd/:cycle/alternative", access: signedIn, handle: (*Handlers).createCPDClosure},
	{method: post, path: "/apprenticeships/:id/cpd/:cycle/renewal", access: signedIn, handle: (*Handlers).createCPDRenewal},
	{method: get, path: "/apprenticeships/:id/cpd/entries/:entry/reversal", access: signedIn, handle: (*Handlers).newCPDReversal},
	{method: post, path: "/apprenticeships/:id/cpd/entries/:entry/reversal", access: signedIn, handle: (*Handlers).createCPDReversal},
}

func cpdPath(c echo.Context) string { return apprenticeshipPath(apprenticeshipID(c)) + "/cpd" }

func cycleID(c echo.Context) countersign.CPDCycleID { return countersign.CPDCycleID(c.Param("cycle")) }

// showCPD handles GET /apprenticeships/:id/cpd.
func (h *Handlers) showCPD(c echo.Context, actor authz.Actor) error {
	kept, err := h.svc.CPD(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	page := view.NewCPDPage(kept.Apprenticeship, kept.Framework, actor.ID() == kept.Apprenticeship.Apprentice)
	page.Cycles, page.MayKeep, page.Today = kept.Cycles, kept.MayKeep, kept.Today
	return h.render(c, http.StatusOK, actor, page)
}

// toKeepCPD returns what there is, for whoever may add to it.
func (h *Handlers) toKeepCPD(c echo.Context, actor authz.Actor) (service.CPD, error) {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	if err := h.svc.Permitted(ctx, actor, id, authz.KeepCPD); err != nil {
		return service.CPD{}, err
	}
	return h.svc.CPD(ctx, actor, id)
}

func (h *Handlers) cpdOpenPage(c echo.Context, actor authz.Actor) (*view.CPDFormPage, error) {
	kept, err := h.toKeepCPD(c, actor)
	if err != nil {
		return nil, err
	}
	from := kept.Apprenticeship.EndedOn
	if kept.Award != nil {
		from = kept.Award.On
	}
	return view.NewCPDOpenPage(kept.Apprenticeship, kept.Framework.Cycles, from), nil
}

// newCPDCycle handles GET /apprenticeships/:id/cpd/open.
func (h *Handlers) newCPDCycle(c echo.Context, actor authz.Actor) error {
	return h.showCPDForm(c, actor, h.cpdOpenPage)
}

// createCPDCycle handles POST /apprenticeships/:id/cpd/open.
func (h *Handlers) createCPDCycle(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	var read countersign.Problems
	in := service.OpenCycleInput{Code: f.Get("code"), StartsOn: f.date("starts_on", &read)}
	_, err := h.svc.OpenCPDCycle(c.Request().Context(), actor, apprenticeshipID(c), in)
	if err = both(read, err); err == nil {
		return h.redirect(c, "The cycle is open.", cpdPath(c))
	}
	return h.cpdAgain(c, actor, h.cpdOpenPage, view.CPDValues{Code: in.Code, On: f.dateValue("starts_on")}, err)
}

func (h *Handlers) cpdEntryPage(c echo.Context, actor authz.Actor) (*view.CPDFormPage, error) {
	kept, err := h.toKeepCPD(c, actor)
	if err != nil {
		return nil, err
	}
	cycle, err := service.CycleOf(kept.Cycles, cycleID(c))
	return view.NewCPDEntryPage(kept.Apprenticeship, cycle, countersign.LondonDate(h.now())), err
}

// newCPDEntry handles GET /apprenticeships/:id/cpd/:cycle/new.
func (h *Handlers) newCPDEntry(c echo.Context, actor authz.Actor) error {
	return h.showCPDForm(c, actor, h.cpdEntryPage)
}

// createCPDEntry handles POST /apprenticeships/:id/cpd/:cycle/new.
func (h *Handlers) createCPDEntry(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	typed := view.CPDValues{
		Title: f.text("title"), Provider: f.text("provider"), Category: f.Get("category"), Points: f.text("points"), Approved: f.bool("approved"), On: f.dateValue("on"),
	}
	kept, err := h.toKeepCPD(c, actor)
	if err != nil {
		return err
	}
	cycle, err := service.CycleOf(kept.Cycles, cycleID(c))
	if err != nil {
		return err
	}
	if len(cycle.Cycle.Floors) == 0 { // the form has no choice
		typed.Category = countersign.OtherCPD
	}
	var read countersign.Problems
	in := service.CPDEntryInput{
		On: f.date("on", &read), Title: typed.Title, Provider: typed.Provider, Category: typed.Category, Points: typed.Points, Approved: typed.Approved,
	}
	if err = read.Err(); err == nil {
		_, err = h.svc.AddCPDEntry(c.Request().Context(), actor, kept.Apprenticeship.ID, cycle.ID, in)
	}
	if err == nil {
		return h.redirect(c, "The entry is saved.", cpdPath(c))
	}
	return h.cpdAgain(c, actor, h.cpdEntryPage, typed, err)
}

func (h *Handlers) cpdClosurePage(c echo.Context, actor authz.Actor) (*view.CPDFormPage, error) {
	kept, err := h.toKeepCPD(c, actor)
	if err != nil {
		return nil, err
	}
	cycle, err := service.CycleOf(kept.Cycles, cycleID(c))
	return view.NewCPDClosurePage(kept.Apprenticeship, cycle), err
}

// newCPDClosure handles GET /apprenticeships/:id/cpd/:cycle/alternative.
func (h *Handlers) newCPDClosure(c echo.Context, actor authz.Actor) error {
	return h.showCPDForm(c, actor, h.cpdClosurePage)
}

// createCPDClosure handles POST /apprenticeships/:id/cpd/:cycle/alternative.
func (h *Handlers) createCPDClosure(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	var read countersign.Problems
	in := service.CPDClosureInput{On: f.date("on", &read), Note: f.text("note")}
	err := read.Err()
	if err == nil {
		err = h.svc.CloseCPDCycle(c.Request().Context(), actor, apprenticeshipID(c), cycleID(c), in)
	}
	if err == nil {
		return h.redirect(c, "The cycle is closed.", cpdPath(c))
	}
	return h.cpdAgain(c, actor, h.cpdClosurePage, view.CPDValues{On: f.dateValue("on"), Note: in.Note}, err)
}

// createCPDRenewal handles POST /apprenticeships/:id/cpd/:cycle/renewal.
func (h *Handlers) createCPDRenewal(c echo.Context, actor authz.Actor) error {
	_, err := h.svc.RenewCPDCycle(c.Request().Context(), actor, apprenticeshipID(c), cycleID(c))
	if countersign.KindOf(err) == countersign.Conflict {
		return h.inform(c, countersign.MessageOf(err)+".", cpdPath(c))
	} else if err != nil {
		return err
	}
	return h.redirect(c, "The next cycle is open.", cpdPath(c))
}

func (h *Handlers) cpdReversalPage(c echo.Context, actor authz.Actor) (*view.CPDFormPage, error) {
	kept, err := h.toKeepCPD(c, actor)
	if err != nil {
		return nil, err
	}
	_, entry, err := service.EntryOf(kept.Cycles, countersign.CPDEntryID(c.Param("entry")))
	return view.NewCPDReversalPage(kept.Apprenticeship, entry), err
}

// newCPDReversal handles GET /apprenticeships/:id/cpd/entries/:entry/reversal.
func (h *Handlers) newCPDReversal(c echo.Context, actor authz.Actor) error {
	return h.showCPDForm(c, actor, h.cpdReversalPage)
}

// createCPDReversal handles POST /apprenticeships/:id/cpd/entries/:entry/reversal.
func (h *Handlers) createCPDReversal(c echo.Context, actor authz.Actor) error {
	in := service.CPDReversal{Reason: formOf(c).text("reason")}
	err := h.svc.ReverseCPDEntry(c.Request().Context(), actor, apprenticeshipID(c), countersign.CPDEntryID(c.Param("entry")), in)
	if err == nil {
		return h.redirect(c, "The entry is reversed.", cpdPath(c))
	}
	return h.cpdAgain(c, actor, h.cpdReversalPage, view.CPDValues{Reason: in.Reason}, err)
}

func (h *Handlers) showCPDForm(c echo.Context, actor authz.Actor, form func(echo.Context, authz.Actor) (*view.CPDFormPage, error)) error {
	page, err := form(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// cpdAgain shows a form with what was typed and why it was refused.
func (h *Handlers) cpdAgain(c echo.Context, actor authz.Actor, form func(echo.Context, authz.Actor) (*view.CPDFormPage, error), typed view.CPDValues, err error) error {
	page, pageErr := form(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Values = typed
	return h.again(c, actor, page, err)
}
