package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showAccount handles GET /account.
func (h *Handlers) showAccount(c echo.Context, actor authz.Actor) error {
	page, err := h.accountPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) accountPage(c echo.Context, actor authz.Actor) (*view.AccountPage, error) {
	account, err := h.svc.Account(c.Request().Context(), actor)
	if err != nil {
		return nil, err
	}
	page := view.NewAccountPage()
	page.Name, page.Email = account.Person.Name, account.Person.Email
	page.Registration, page.Digest = account.Person.Registration, account.Person.DailyDigest
	page.Passkeys, page.App, page.NeedPassword = len(account.Factors.Passkeys), account.Factors.App, !account.Factors.Any()
	for _, m := range account.Memberships {
		page.Roles = append(page.Roles, m.Role.Title()+", "+m.OrganisationName)
	}
	today := countersign.LondonDate(h.now())
	for _, t := range account.Tokens {
		page.Tokens = append(page.Tokens, view.AccountToken{
			ID: string(t.ID), Name: t.Name, ExpiresOn: t.ExpiresOn, LastUsed: t.LastUsedAt, Ended: !t.RevokedAt.IsZero() || today.After(t.ExpiresOn),
		})
	}
	return page, nil
}

// changeDigest handles POST /account/digest.
func (h *Handlers) changeDigest(c echo.Context, actor authz.Actor) error {
	if err := h.svc.SetDigest(c.Request().Context(), actor, 0, formOf(c).bool("digest")); err != nil {
		return err
	}
	return h.redirect(c, "Your email setting is saved.", "/account")
}

// changePassword handles POST /account/password. Every other session of the
// person ends.
func (h *Handlers) changePassword(c echo.Context, actor authz.Actor) error {
	f, ctx := formOf(c), c.Request().Context()
	err := h.svc.ChangePassword(ctx, actor, service.ChangePasswordInput{Current: f.Get("current_password"), New: f.Get("password"), From: h.origin(c)})
	if err != nil {
		page, pageErr := h.accountPage(c, actor)
		if pageErr != nil {
			return pageErr
		}
		return h.again(c, actor, page, err)
	}
	if err := h.sessions.SignIn(ctx, actor.ID(), authz.ByPassword, h.origin(c).Browser); err != nil {
		return err
	}
	return h.redirect(c, "Your password is changed. You are signed out on your other devices.", "/account")
}

// createToken handles POST /account/tokens and shows the secret, once.
func (h *Handlers) createToken(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	in := service.TokenInput{Name: f.text("name"), Days: f.number("days"), Password: f.Get("current_password"), From: h.origin(c)}
	_, secret, createErr := h.svc.CreateToken(c.Request().Context(), actor, in)
	page, err := h.accountPage(c, actor)
	if err != nil {
		return err
	}
	if createErr != nil {
		page.AskedForToken()
		page.TokenName, page.TokenDays = in.Name, f.text("days")
		return h.again(c, actor, page, createErr)
	}
	page.Secret = secret
	return h.render(c, http.StatusOK, actor, page)
}

// revokeToken handles POST /account/tokens/:token/revocation.
func (h *Handlers) revokeToken(c echo.Context, actor authz.Actor) error {
	if err := h.svc.RevokeToken(c.Request().Context(), actor, countersign.TokenID(c.Param("token"))); err != nil {
		return err
	}
	return h.redirect(c, "The token is revoked.", "/account")
}
