package api

import (
	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/pdf"
)

// showPortfolio handles GET /apprenticeships/:id/portfolio.pdf.
func (h *Handlers) showPortfolio(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	p, err := h.svc.Portfolio(ctx, actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "application/pdf")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="portfolio-`+p.AsAt.UTC().Format("2006-01-02")+`.pdf"`)
	err = pdf.Portfolio(ctx, c.Response(), p, h.svc.Pictures(ctx))
	if err != nil && !c.Response().Committed {
		header.Del(echo.HeaderContentType)
		header.Del(echo.HeaderContentDisposition)
	}
	return err
}
