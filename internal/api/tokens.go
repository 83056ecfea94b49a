package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type tokenJSON struct {
	ID         countersign.TokenID `json:"id"`
	Name       string              `json:"name"`
	CreatedAt  moment              `json:"created_at"`
	ExpiresOn  day                 `json:"expires_on"`
	LastUsedAt moment              `json:"last_used_at"`
	RevokedAt  moment              `json:"revoked_at"`
	Version    string              `json:"version"`
}

func tokenOf(t service.Token) tokenJSON {
	return tokenJSON{t.ID, t.Name, moment(t.CreatedAt), day(t.ExpiresOn), moment(t.LastUsedAt), moment(t.RevokedAt), tokenVersion(t)}
}

// tokenVersion is that of the one thing that can change about a token.
func tokenVersion(t service.Token) string {
	if t.RevokedAt.IsZero() {
		return "1"
	}
	return "2"
}

// newTokenJSON is a token with its secret, which is shown once.
type newTokenJSON struct {
	tokenJSON
	Token string `json:"token"`
}

// listTokens handles GET /tokens: the person's own.
func (h *Handlers) listTokens(c echo.Context, actor authz.Actor) error {
	a, err := h.svc.Account(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(a.Tokens, tokenOf), "")
}

// createToken handles POST /tokens, with a grant or, as long as there is nothing
// else to prove by, the password. The secret is in this answer and nowhere
// else: one that is kept for a repetition lacks it.
func (h *Handlers) createToken(c echo.Context, actor authz.Actor) error {
	var in struct {
		Name     string `json:"name"`
		Days     int    `json:"days"`
		Password string `json:"password"`
	}
	if err := decodeOptional(c, &in); err != nil {
		return err
	}
	t, secret, err := h.svc.CreateToken(c.Request().Context(), actor, service.TokenInput{
		Name: in.Name, Days: in.Days, Password: in.Password, From: service.Origin{Address: c.RealIP()},
	})
	if err != nil {
		return renamed(err, map[string]string{"current_password": "password"})
	}
	without, err := encode(newTokenJSON{tokenOf(t), ""})
	if err != nil {
		return err
	}
	c.Set(keptInstead, without)
	return writeJSON(c, http.StatusCreated, newTokenJSON{tokenOf(t), secret})
}

// deleteToken handles DELETE /tokens/:id, which ends a token at once.
func (h *Handlers) deleteToken(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	a, err := h.svc.Account(ctx, actor)
	if err != nil {
		return err
	}
	id := countersign.TokenID(c.Param("id"))
	at := slices.IndexFunc(a.Tokens, func(t service.Token) bool { return t.ID == id })
	if at < 0 {
		return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := m.require(tokenVersion(a.Tokens[at])); err != nil {
		return err
	}
	if err := h.svc.RevokeToken(ctx, actor, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
