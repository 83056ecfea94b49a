package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/view"
)

// showPortfolio handles GET /apprenticeships/:id/portfolio.
func (h *Handlers) showPortfolio(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.Portfolio(c.Request().Context(), actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return err
	}
	page := view.NewPortfolioPage(p)
	page.MayExport = h.svc.Permitted(c.Request().Context(), actor, p.Apprenticeship.ID, authz.ExportPackage) == nil
	return h.render(c, http.StatusOK, actor, page)
}

// downloadPortfolio handles GET /apprenticeships/:id/portfolio.pdf. Nothing is
// sent before the whole document is made, so a failure is still an error page.
func (h *Handlers) downloadPortfolio(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	p, err := h.svc.Portfolio(ctx, actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return err
	}
	w := &firstWrite{to: c.Response(), begin: func() {
		header := c.Response().Header()
		header.Set(echo.HeaderContentType, "application/pdf")
		header.Set(echo.HeaderContentDisposition, attachmentName("Portfolio "+p.Apprenticeship.ApprenticeName+".pdf"))
		c.Response().WriteHeader(http.StatusOK)
	}}
	err = h.packer.Portfolio(ctx, w, p)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // nobody waits for it any more
	}
	return err
}

// downloadPackage handles GET /apprenticeships/:id/portfolio.zip.
func (h *Handlers) downloadPackage(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	out, err := h.packer.Export(ctx, actor, countersign.ApprenticeshipID(c.Param("id")))
	if ctx.Err() != nil {
		return nil //nolint:nilerr // nobody waits for it any more
	}
	if err != nil {
		return err
	}
	return sendPackage(c, out)
}

// firstWrite calls begin before anything is written.
type firstWrite struct {
	to    io.Writer
	begin func()
}

// Write implements io.Writer.
func (w *firstWrite) Write(p []byte) (int, error) {
	if w.begin != nil {
		w.begin()
		w.begin = nil
	}
	return w.to.Write(p)
}

// attachmentName is the header that has a file saved under that name: in full
// for browsers that know RFC 8187, without other letters for the rest.
func attachmentName(name string) string {
	ascii := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r): // the accent of the letter before
			return -1
		case r < ' ' || r == 0x7f || strings.ContainsRune(`"\/:*?<>|%;`, r):
			return '-'
		case r > '~':
			return '_'
		}
		return r
	}, norm.NFD.String(name))
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + url.PathEscape(strings.ToValidUTF8(name, "_"))
}
