package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showILR handles GET /reports/:code/ilr.
func (h *Handlers) showILR(c echo.Context, actor authz.Actor) error {
	out, err := h.svc.ILRHandOver(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, ilrPage(out))
}

func ilrPage(out service.ILRHandOver) *view.ILRPage {
	page := view.NewILRPage(out.Place.Code, out.Place.Name)
	for _, l := range out.Learners {
		page.Learners = append(page.Learners, view.ILRRow{
			ID: string(l.ID), Name: l.ApprenticeName, Reference: interchange.LearnerReference(l.ID), Deliveries: l.Deliveries(), Doubts: l.Doubts(),
		})
	}
	return page
}

// downloadILR handles POST /reports/:code/ilr.xml: that somebody took the file
// away is audited.
func (h *Handlers) downloadILR(c echo.Context, actor authz.Actor) error {
	ctx, ukprn := c.Request().Context(), formOf(c).text("ukprn")
	if !interchange.UKPRN(ukprn) {
		out, err := h.svc.ILRHandOver(ctx, actor, c.Param("code"))
		if err != nil {
			return err
		}
		page := ilrPage(out)
		page.UKPRN = ukprn
		return h.again(c, actor, page, countersign.InvalidField("ukprn", "Enter the 8 digits of the UK Provider Reference Number"))
	}
	out, err := h.svc.DownloadILR(ctx, actor, c.Param("code"))
	if err != nil {
		return err
	}
	file, err := interchange.ILR{UKPRN: ukprn, At: h.now(), Learners: out.Learners}.Encode()
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, attachmentName("ilr-hand-over-"+countersign.ILRYear.Code+"-"+out.Place.Code+".xml"))
	return c.Blob(http.StatusOK, "application/xml", file)
}
