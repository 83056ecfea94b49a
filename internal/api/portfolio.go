package api

import (
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/pack"
	"countersign/internal/transfer"
)

// showPortfolio handles GET /apprenticeships/:id/portfolio.pdf.
func (h *Handlers) showPortfolio(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	p, err := h.svc.Portfolio(ctx, actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writePDF(c, "portfolio-"+p.AsAt.UTC().Format("2006-01-02"), func(w io.Writer) error {
		return h.packer.Portfolio(ctx, w, p)
	})
}

// writePDF answers with what draw writes, as a download. A failure before the
// first byte can still be answered with a problem.
func writePDF(c echo.Context, name string, draw func(io.Writer) error) error {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "application/pdf")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`.pdf"`)
	err := draw(c.Response())
	if err != nil && !c.Response().Committed {
		header.Del(echo.HeaderContentType)
		header.Del(echo.HeaderContentDisposition)
	}
	return err
}

// showPackage handles GET /apprenticeships/:id/portfolio.zip.
func (h *Handlers) showPackage(c echo.Context, actor authz.Actor) error {
	out, err := h.packer.Export(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return sendPackage(c, out)
}

// sendPackage answers with a package.
func sendPackage(c echo.Context, out *pack.Spool) error {
	header := c.Response().Header()
	header.Set(echo.HeaderContentDisposition, `attachment; filename="portfolio-`+out.Manifest.At().Format("2006-01-02")+`.zip"`)
	return errors.Join(c.Stream(http.StatusOK, "application/zip", out), out.Close())
}

// showTransferSchema handles GET /api/transfer-package.schema.json.
func (h *Handlers) showTransferSchema(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "application/schema+json", transfer.Schema())
}
