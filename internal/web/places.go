package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

func placePath(code string) string        { return "/places/" + url.PathEscape(code) }
func organisationPath(code string) string { return "/admin/organisations/" + url.PathEscape(code) }
func personPath(id countersign.PersonID) string {
	return "/admin/people/" + string(id)
}

// showPlace handles GET /places/:code: sums, place by place.
func (h *Handlers) showPlace(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.PlaceSums(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return err
	}
	var above []view.Link
	for _, o := range p.Above {
		above = append(above, view.Link{Text: o.Name, Href: placePath(o.Code)})
	}
	today := countersign.LondonDate(h.now())
	page := view.NewPlacePage(p.Place.Name, above...)
	page.Kind, page.Code, page.Today = p.Place.Kind, p.Place.Code, today
	page.Total, page.Beneath = placeRow(p.Total, today), placeRows(p.Beneath, today)
	if actor.Has(countersign.HubLead) && actor.CanAnywhere(authz.ReadApprenticeship) {
		page.List = view.ApprenticesFilter{Organisation: p.Place.Code}.Href()
	}
	return h.render(c, http.StatusOK, actor, page)
}

func placeRow(r service.SumRow, today countersign.Date) view.PlaceRow {
	o := r.Organisation
	return view.PlaceRow{
		Code: o.Code, Name: o.Name, Kind: o.Kind, Closed: !o.EndedOn.IsZero() && o.EndedOn.Before(today),
		Active: r.Active, Completed: r.Completed, Withdrawn: r.Withdrawn, Overdue: r.Overdue, Waiting: r.Waiting,
		SignedOff: r.SignedOff, InScope: r.InScope, OldestWaiting: r.OldestWaiting,
	}
}

func placeRows(rows []service.SumRow, today countersign.Date) []view.PlaceRow {
	out := make([]view.PlaceRow, len(rows))
	for i, r := range rows {
		out[i] = placeRow(r, today)
	}
	return out
}
