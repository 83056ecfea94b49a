package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// goToProvider handles POST /sign-in/provider.
func (h *Handlers) goToProvider(c echo.Context, actor authz.Actor) error {
	if !actor.IsZero() {
		return h.redirect(c, "", localPath(formOf(c).Get("next")))
	}
	return h.leave(c, actor, service.Errand{Next: formOf(c).Get("next"), Rescue: formOf(c).Get("rescue")})
}

// linkProvider handles POST /account/provider.
func (h *Handlers) linkProvider(c echo.Context, actor authz.Actor) error {
	return h.leave(c, actor, service.Errand{Password: formOf(c).Get("current_password"), Next: "/account/security"})
}

// proveByProvider handles POST /prove/provider.
func (h *Handlers) proveByProvider(c echo.Context, actor authz.Actor) error {
	return h.leave(c, actor, service.Errand{Prove: true, Rescue: formOf(c).Get("rescue")})
}

// leave sends somebody to the provider. Their browser is known when they come
// back.
func (h *Handlers) leave(c echo.Context, actor authz.Actor, e service.Errand) error {
	e.From = h.origin(c)
	address, err := h.svc.GoToProvider(c.Request().Context(), actor, e)
	if err != nil {
		return h.atProvider(c, actor, service.Returned{Next: e.Next, Rescue: e.Rescue, ForProof: e.Prove}, err)
	}
	h.rememberDevice(c, e.From)
	return c.Redirect(http.StatusSeeOther, address)
}

// backFromProvider handles GET /sign-in/provider, to which the provider sends
// people back. What it sent with them is posted from here, since asking for a
// page changes nothing.
func (h *Handlers) backFromProvider(c echo.Context, actor authz.Actor) error {
	if h.svc.Provider() == "" {
		return problem.OfStatus(http.StatusNotFound)
	}
	return h.render(c, http.StatusOK, actor, view.NewProviderPage(h.svc.Provider(), c.QueryParam))
}

// answerOfProvider handles POST /sign-in/provider/answer.
func (h *Handlers) answerOfProvider(c echo.Context, actor authz.Actor) error {
	ctx, from := c.Request().Context(), h.origin(c)
	out, err := h.svc.ReturnFromProvider(ctx, actor, formOf(c).Values, from)
	if err != nil {
		return h.atProvider(c, actor, out, err)
	}
	c.Request().PostForm.Set("rescue", out.Rescue) // as if they came with this form
	c.Request().PostForm.Set("next", out.Next)
	switch {
	case out.Proved:
		return h.afterProof(c, actor, out.Proof, nil)
	case out.Linked:
		return h.redirect(c, "Your account at "+h.svc.Provider()+" is linked. We have sent you an email about it.", "/account/security")
	}
	return h.welcome(c, out.SignedIn, from)
}

// atProvider shows the page that somebody left for the provider from, with what
// went wrong.
func (h *Handlers) atProvider(c echo.Context, actor authz.Actor, from service.Returned, err error) error {
	c.Request().PostForm.Set("rescue", from.Rescue)
	switch {
	case actor.IsZero():
		page := h.signInPage()
		page.Next, page.Rescue = from.Next, from.Rescue
		return h.refuse(c, page, err)
	case from.ForProof:
		page, pageErr := h.provePage(c, actor)
		if pageErr != nil {
			return pageErr
		}
		return h.again(c, actor, page, err)
	}
	return h.securityAgain(c, actor, err)
}

// unlinkProvider handles POST /account/provider/removal.
func (h *Handlers) unlinkProvider(c echo.Context, actor authz.Actor) error {
	if err := h.svc.UnlinkProvider(c.Request().Context(), actor, formOf(c).Get("current_password"), h.origin(c)); err != nil {
		return h.securityAgain(c, actor, err)
	}
	return h.redirect(c, "The link is removed. We have sent you an email about it.", "/account/security")
}
