package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pack"
	"countersign/internal/service"
	"countersign/internal/view"
)

// receivedRoutes are the pages of what comes from other installations.
var receivedRoutes = []route{
	{method: get, path: "/received", access: signedIn, handle: (*Handlers).listReceived},
	{method: get, path: "/received/new", access: signedIn, handle: (*Handlers).newReceived},
	{method: post, path: "/received/new", access: signedIn, handle: (*Handlers).createReceived, upload: true},
	{method: get, path: "/received/:id", access: signedIn, handle: (*Handlers).showReceived},
	{method: get, path: "/received/:id/package.zip", access: signedIn, handle: (*Handlers).downloadReceived},
	{method: get, path: "/received/:id/acceptance", access: signedIn, handle: decideForm(countersign.AcceptPackage)},
	{method: post, path: "/received/:id/acceptance", access: signedIn, handle: decideReceived(countersign.AcceptPackage)},
	{method: get, path: "/received/:id/refusal", access: signedIn, handle: decideForm(countersign.DeclinePackage)},
	{method: post, path: "/received/:id/refusal", access: signedIn, handle: decideReceived(countersign.DeclinePackage)},
}

func receivedID(c echo.Context) countersign.ReceivedID { return countersign.ReceivedID(c.Param("id")) }

func receivedPath(id countersign.ReceivedID) string { return "/received/" + string(id) }

// listReceived handles GET /received.
func (h *Handlers) listReceived(c echo.Context, actor authz.Actor) error {
	if !actor.CanAnywhere(authz.ReceivePackage) && !actor.CanAnywhere(authz.ReadReceived) {
		return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	all, err := h.svc.ReceivedPackages(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewReceivedListPage(all, actor.CanAnywhere(authz.ReceivePackage)))
}

// receivePage is the form, for those who may receive.
func (h *Handlers) receivePage(ctx context.Context, actor authz.Actor) (*view.ReceivePage, error) {
	if err := h.svc.PermittedAnywhere(ctx, actor, authz.ReceivePackage); err != nil {
		return nil, err
	}
	page := view.NewReceivePage()
	var err error
	page.Practices, err = h.practiceOptions(ctx, actor, "")
	return page, err
}

// newReceived handles GET /received/new.
func (h *Handlers) newReceived(c echo.Context, actor authz.Actor) error {
	page, err := h.receivePage(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// createReceived handles POST /received/new.
func (h *Handlers) createReceived(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	page, err := h.receivePage(ctx, actor)
	if err != nil {
		return err
	}
	page.Practice = formOf(c).text("practice")
	header, err := c.FormFile("package")
	if err != nil || header.Size == 0 {
		return h.again(c, actor, page, countersign.InvalidField("package", "Select a transfer package"))
	}
	file, err := header.Open()
	if err != nil {
		return err
	}
	got, again, err := h.svc.ReceivePackage(ctx, actor, page.Practice, file, header.Size)
	if err := errors.Join(err, file.Close()); err != nil {
		return h.again(c, actor, page, err)
	}
	if again {
		return h.inform(c, "This package had been received already. Nothing has changed.", receivedPath(got.ID))
	}
	return h.redirect(c, "Every hash in the package is right. It is kept apart until a GP supervisor decides.", receivedPath(got.ID))
}

// showReceived handles GET /received/:id.
func (h *Handlers) showReceived(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	p, err := h.svc.ReceivedPackage(ctx, actor, receivedID(c))
	if err != nil {
		return err
	}
	page := view.NewReceivedPage(p.Received, p.Record())
	page.MayDecide = p.State == countersign.PackageReceived && p.Document != nil
	page.MayOpen = p.State == countersign.PackageAccepted && h.svc.Permitted(ctx, actor, p.Apprenticeship, authz.ReadApprenticeship) == nil
	return h.render(c, http.StatusOK, actor, page)
}

// downloadReceived handles GET /received/:id/package.zip.
func (h *Handlers) downloadReceived(c echo.Context, actor authz.Actor) error {
	out, err := h.packer.Received(c.Request().Context(), actor, receivedID(c))
	if err != nil {
		return err
	}
	return sendPackage(c, out)
}

// sendPackage answers with a package.
func sendPackage(c echo.Context, out *pack.Spool) error {
	header := c.Response().Header()
	header.Set(echo.HeaderContentDisposition, attachmentName(out.Name()))
	header.Set(echo.HeaderContentLength, strconv.FormatInt(out.Size, 10))
	return errors.Join(c.Stream(http.StatusOK, "application/zip", out), out.Close())
}

// toDecide returns a package for whoever may decide about it.
func (h *Handlers) toDecide(c echo.Context, actor authz.Actor) (countersign.Received, error) {
	p, err := h.svc.ReceivedPackage(c.Request().Context(), actor, receivedID(c))
	switch {
	case err != nil:
		return p.Received, err
	case p.State != countersign.PackageReceived:
		return p.Received, countersign.Refuse(countersign.Conflict, "This portfolio has been "+string(p.State)+" already")
	case p.Document == nil:
		return p.Received, countersign.Refuse(countersign.Forbidden, "Only a GP supervisor of the practice decides about this portfolio")
	}
	return p.Received, nil
}

// decideForm handles GET /received/:id/acceptance and /received/:id/refusal.
func decideForm(event countersign.ReceivedEvent) handler {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		r, err := h.toDecide(c, actor)
		if err != nil {
			return err
		}
		return h.render(c, http.StatusOK, actor, view.NewReceivedDecisionPage(r, event))
	}
}

// decideReceived handles POST to the same.
func decideReceived(event countersign.ReceivedEvent) handler {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		r, err := h.toDecide(c, actor)
		if err != nil {
			return err
		}
		f := formOf(c)
		page := view.NewReceivedDecisionPage(r, event)
		page.Reason = f.text("reason")
		decided, err := h.svc.DecideReceived(c.Request().Context(), actor, service.DecideReceivedInput{
			Package: r.ID, Version: f.number("version"), Event: event, Reason: page.Reason,
		})
		if err != nil {
			return h.again(c, actor, page, err)
		}
		if decided.State == countersign.PackageDeclined {
			return h.redirect(c, "The portfolio is declined.", receivedPath(r.ID))
		}
		return h.redirect(c, "The portfolio is part of this installation now. The practice manager or the training hub names a secondary mentor next.", apprenticeshipPath(decided.Apprenticeship))
	}
}
