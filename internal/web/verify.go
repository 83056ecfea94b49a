package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/verify"
	"countersign/internal/view"
)

// showVerify handles GET /verify, with ?code= as typed or scanned.
func (h *Handlers) showVerify(c echo.Context, actor authz.Actor) error {
	page := view.NewVerifyPage()
	if page.Code = c.QueryParam("code"); page.Code == "" {
		return h.render(c, http.StatusOK, actor, page)
	}
	s, err := h.svc.StandingOfCode(c.Request().Context(), page.Code)
	if err != nil {
		return h.again(c, actor, page, err)
	}
	page.Standing = &view.CodeStanding{Last: s.Last, Decided: s.Decided, Standing: s.Standing}
	return h.render(c, http.StatusOK, actor, page)
}

// checkPortfolio handles POST /verify. Nothing of the document is kept.
func (h *Handlers) checkPortfolio(c echo.Context, actor authz.Actor) error {
	page := view.NewVerifyPage()
	header, err := c.FormFile("document")
	if err != nil || header.Size == 0 {
		return h.again(c, actor, page, countersign.InvalidField("document", "Select a portfolio or a badge"))
	}
	ctx := c.Request().Context()
	if err := h.svc.CountCheck(ctx, c.RealIP()); err != nil {
		return err
	}
	keys, err := h.svc.PublicKeys(ctx)
	if err != nil {
		return err
	}
	file, err := header.Open()
	if err != nil {
		return err
	}
	err = errors.Join(h.checkFile(ctx, page, file, header.Size, keys), file.Close())
	var said *verify.Error
	if errors.As(err, &said) {
		return h.again(c, actor, page, countersign.InvalidField("document", said.Says))
	}
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// checkFile puts on the page what is found in a portfolio or a badge.
func (h *Handlers) checkFile(ctx context.Context, page *view.VerifyPage, file io.ReaderAt, size int64, keys []ledger.PublicKey) error {
	isBadge, err := verify.IsBadge(file)
	if err != nil {
		return err
	}
	if !isBadge {
		report, err := verify.File(file, size, keys)
		if err == nil {
			report, err = h.svc.StandNow(ctx, report)
		}
		if err == nil {
			page.Document = checkedPortfolio(report)
		}
		return err
	}
	b, err := verify.Badge(file, size, keys, h.now())
	if err == nil {
		b, err = h.svc.BadgeStandsNow(ctx, b)
	}
	if err != nil {
		return err
	}
	page.Badge = &view.CheckedBadge{Name: b.Name, Issuer: b.Issuer, Site: b.Site, Key: b.Key, From: b.From, Until: b.Until, Status: string(b.Status), Why: b.Why}
	return nil
}

// checkedPortfolio is what the page shows of a report: nothing that the document
// doesn't show itself.
func checkedPortfolio(r ledger.Report) *view.CheckedPortfolio {
	asAt, _ := time.Parse(time.RFC3339Nano, r.AsAt)
	out := &view.CheckedPortfolio{URL: r.URL, AsAt: asAt, Key: r.Key.ID(), Known: r.Known, Valid: r.Valid(), Wrong: r.Wrong}
	for _, d := range r.Decisions {
		at, _ := time.Parse(time.RFC3339Nano, d.SignedAt)
		line := view.CheckedDecision{
			Competency: d.Competency, Decision: countersign.Decision(d.Decision.Decision).Title(), Level: d.Level, Part: countersign.Part(d.RoleInDecision).Title(), Role: countersign.NamingRole(d.AssessorRole).Title(), On: countersign.LondonDate(at),
			Status: string(d.Status), Why: d.Why,
		}
		if d.Passkey {
			line.Part += ", signed with a passkey"
		}
		if d.Shown != nil {
			line.By = d.Shown.AssessorName
		}
		out.Decisions = append(out.Decisions, line)
	}
	return out
}
