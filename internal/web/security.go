package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/view"
)

// challenge is what passkeys.js reads.
type challenge struct {
	Token   string `json:"token"`
	Options any    `json:"options"`
}

// writeChallenge answers a script: the challenge, or in words why there is none.
func (h *Handlers) writeChallenge(c echo.Context, ask service.Challenge, err error) error {
	if err == nil {
		return c.JSON(http.StatusOK, challenge{ask.Token, ask.Options})
	}
	p := problem.Of(err)
	if p.Status >= http.StatusInternalServerError {
		return err
	}
	return c.String(p.Status, p.Detail)
}

func (h *Handlers) passkeyAsk(options string) view.PasskeyAsk {
	return view.PasskeyAsk{Domain: h.svc.PasskeyDomain(), Options: options}
}

// showSecurity handles GET /account/security, and POST /account/passkeys/new,
// by which a form that waits comes along.
func (h *Handlers) showSecurity(c echo.Context, actor authz.Actor) error {
	page, err := h.securityPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) securityPage(c echo.Context, actor authz.Actor) (*view.SecurityPage, error) {
	f, err := h.svc.Factors(c.Request().Context(), actor)
	if err != nil {
		return nil, err
	}
	page := view.NewSecurityPage()
	page.Ask, page.NeedPassword = h.passkeyAsk("/account/passkeys/challenge"), !f.Any()
	page.App, page.CodesLeft, page.Provider, page.Linked = f.App, f.CodesLeft, h.svc.Provider(), f.Linked
	page.PasskeyName, page.Rescue = formOf(c).text("name"), formOf(c).Get("rescue")
	for _, k := range f.Passkeys {
		page.Passkeys = append(page.Passkeys, view.PasskeyRow{ID: string(k.ID), Name: k.Name, Added: k.CreatedAt, LastUsed: k.LastUsedAt})
	}
	return page, nil
}

func (h *Handlers) newPasskeyInput(c echo.Context) service.NewPasskeyInput {
	return service.NewPasskeyInput{Password: formOf(c).Get("current_password"), From: h.origin(c)}
}

// challengeNewPasskey handles POST /account/passkeys/challenge.
func (h *Handlers) challengeNewPasskey(c echo.Context, actor authz.Actor) error {
	ask, err := h.svc.BeginPasskey(c.Request().Context(), actor, h.newPasskeyInput(c))
	return h.writeChallenge(c, ask, err)
}

// createPasskey handles POST /account/passkeys. Without a passkey in it, it
// says what stands in the way.
func (h *Handlers) createPasskey(c echo.Context, actor authz.Actor) error {
	f, ctx := formOf(c), c.Request().Context()
	var err error
	if f.Get("passkey") == "" {
		_, err = h.svc.BeginPasskey(ctx, actor, h.newPasskeyInput(c))
	} else {
		_, err = h.svc.AddPasskey(ctx, actor, service.AddPasskeyInput{Name: f.text("name"), Token: f.Get("token"), Response: f.Get("passkey")})
	}
	if err == nil && f.Get("passkey") != "" {
		if f.Get("rescue") != "" {
			return h.handBack(c, actor, view.NewProvedPage)
		}
		return h.redirect(c, "The passkey is added. We have sent you an email about it.", "/account/security")
	}
	page, pageErr := h.securityPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	if err == nil {
		return h.render(c, http.StatusOK, actor, page)
	}
	if f.Get("passkey") != "" {
		err = unplaced(err)
	}
	return h.again(c, actor, page, err)
}

// renamePasskey handles POST /account/passkeys/:passkey.
func (h *Handlers) renamePasskey(c echo.Context, actor authz.Actor) error {
	err := h.svc.RenamePasskey(c.Request().Context(), actor, countersign.PasskeyID(c.Param("passkey")), formOf(c).text("name"))
	if err == nil {
		return h.redirect(c, "The name is saved.", "/account/security")
	}
	return h.securityAgain(c, actor, err)
}

func (h *Handlers) securityAgain(c echo.Context, actor authz.Actor, err error) error {
	page, pageErr := h.securityPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	return h.again(c, actor, page, err)
}

// removePasskey handles POST /account/passkeys/:passkey/removal.
func (h *Handlers) removePasskey(c echo.Context, actor authz.Actor) error {
	if err := h.svc.RemovePasskey(c.Request().Context(), actor, countersign.PasskeyID(c.Param("passkey"))); err != nil {
		return err
	}
	return h.redirect(c, "The passkey is removed. We have sent you an email about it.", "/account/security")
}

// newApp handles POST /account/app/new.
func (h *Handlers) newApp(c echo.Context, actor authz.Actor) error {
	page, err := h.appPage(c, actor)
	if err != nil {
		return h.securityAgain(c, actor, err)
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) appPage(c echo.Context, actor authz.Actor) (*view.AppPage, error) {
	ctx := c.Request().Context()
	app, err := h.svc.BeginApp(ctx, actor)
	if err != nil {
		return nil, err
	}
	modules, err := app.Picture()
	if err != nil {
		return nil, err
	}
	f, err := h.svc.Factors(ctx, actor)
	page := view.NewAppPage(app.Secret, modules)
	page.NeedPassword, page.Rescue = !f.Any(), formOf(c).Get("rescue")
	return page, err
}

// confirmApp handles POST /account/app and shows the recovery codes, once.
func (h *Handlers) confirmApp(c echo.Context, actor authz.Actor) error {
	f, ctx := formOf(c), c.Request().Context()
	codes, proof, err := h.svc.ConfirmApp(ctx, actor, service.AppInput{Password: f.Get("current_password"), Code: f.text("code"), From: h.origin(c)})
	if err != nil {
		if countersign.KindOf(err) == countersign.Conflict {
			return h.securityAgain(c, actor, err)
		}
		page, pageErr := h.appPage(c, actor)
		if pageErr != nil {
			return pageErr
		}
		return h.again(c, actor, page, err)
	}
	if err := h.sessions.Confirm(ctx, proof.Method); err != nil {
		return err
	}
	page := view.NewCodesPage(codes)
	if r, ok := h.rescued(c, actor); ok {
		page.Next = view.NewProvedPage(r.Path, r.Form)
	}
	return h.render(c, http.StatusOK, actor, page)
}

// removeApp handles POST /account/app/removal.
func (h *Handlers) removeApp(c echo.Context, actor authz.Actor) error {
	if err := h.svc.RemoveApp(c.Request().Context(), actor); err != nil {
		return err
	}
	return h.redirect(c, "The authenticator app is removed. We have sent you an email about it.", "/account/security")
}

// renewCodes handles POST /account/recovery-codes.
func (h *Handlers) renewCodes(c echo.Context, actor authz.Actor) error {
	codes, err := h.svc.RenewRecoveryCodes(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewCodesPage(codes))
}

// askToProve asks somebody who is signed in to prove that it is them, and
// keeps the form that they sent, sealed, on the page.
func (h *Handlers) askToProve(c echo.Context, actor authz.Actor) error {
	req := c.Request()
	page, err := h.provePage(c, actor)
	if err != nil {
		return err
	}
	if sealed, err := h.sealer.Seal(actor.ID(), session.Rescue{Method: req.Method, Path: req.URL.RequestURI(), Form: req.PostForm}); err == nil {
		page.Rescue = sealed
	}
	return h.render(c, http.StatusUnauthorized, actor, page)
}

func (h *Handlers) provePage(c echo.Context, actor authz.Actor) (*view.ProvePage, error) {
	f, err := h.svc.Factors(c.Request().Context(), actor)
	page := view.NewProvePage()
	page.Ask, page.Passkeys, page.App = h.passkeyAsk("/prove/challenge"), len(f.Passkeys) > 0, f.App
	page.Rescue = formOf(c).Get("rescue")
	if f.Linked {
		page.Provider = h.svc.ProvingProvider()
	}
	return page, err
}

// challengeProof handles POST /prove/challenge.
func (h *Handlers) challengeProof(c echo.Context, actor authz.Actor) error {
	ask, err := h.svc.AskToProve(c.Request().Context(), actor)
	return h.writeChallenge(c, ask, err)
}

// prove handles POST /prove: by password and code.
func (h *Handlers) prove(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	proof, err := h.svc.Prove(c.Request().Context(), actor, service.ProveInput{Password: f.Get("password"), Code: f.text("code"), From: h.origin(c)})
	return h.afterProof(c, actor, proof, err)
}

// provePasskey handles POST /prove/passkey.
func (h *Handlers) provePasskey(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	proof, err := h.svc.ProveByPasskey(c.Request().Context(), actor, service.AnswerInput{Token: f.Get("token"), Response: f.Get("passkey")})
	return h.afterProof(c, actor, proof, unplaced(err))
}

func (h *Handlers) afterProof(c echo.Context, actor authz.Actor, proof authz.Proof, err error) error {
	if err != nil {
		page, pageErr := h.provePage(c, actor)
		if pageErr != nil {
			return pageErr
		}
		if !page.App {
			err = unplaced(err)
		}
		return h.again(c, actor, page, err)
	}
	if err := h.sessions.Confirm(c.Request().Context(), proof.Method); err != nil {
		return err
	}
	return h.handBack(c, actor, view.NewProvedPage)
}

// removeFactors handles POST /admin/people/:person/factors/removal. The
// person's sessions end.
func (h *Handlers) removeFactors(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.ResetFactors(c.Request().Context(), actor, personID(c))
	if err != nil {
		return err
	}
	return h.redirect(c, "They can sign in with a password alone now, and set up a passkey or an app again. We have emailed them.", personPath(p.ID))
}
