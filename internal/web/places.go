package web

import (
	"net/url"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

func organisationPath(code string) string { return "/admin/organisations/" + url.PathEscape(code) }
func personPath(id countersign.PersonID) string {
	return "/admin/people/" + string(id)
}

func placeRow(r service.SumRow, today countersign.Date) view.PlaceRow {
	o := r.Organisation
	return view.PlaceRow{
		Code: o.Code, Name: o.Name, Kind: o.Kind, Closed: !o.OpenOn(today),
		Active: r.Active, Completed: r.Completed, Withdrawn: r.Withdrawn, Overdue: r.Overdue, Waiting: r.Waiting,
		SignedOff: r.SignedOff, InScope: r.InScope, OldestWaiting: r.OldestWaiting,
	}
}
