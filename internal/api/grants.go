package api

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

// challengeJSON is what a passkey is to answer.
type challengeJSON struct {
	Challenge string          `json:"challenge"` // to send back with the answer
	Options   json.RawMessage `json:"options"`   // PublicKeyCredentialRequestOptions as JSON
}

// createChallenge handles POST /signing-challenges.
func (h *Handlers) createChallenge(c echo.Context, actor authz.Actor) error {
	ask, err := h.svc.AskToProve(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, challengeJSON{ask.Token, ask.Options})
}

// grantJSON is a fresh proof, with which a program can sign for some minutes.
type grantJSON struct {
	Grant   string `json:"grant"` // for the header Signing-Grant
	Method  string `json:"method"`
	Expires moment `json:"expires_at"`
}

// createGrant handles POST /signing-grants: the token's owner proves who they
// are, by password and code or by a passkey. The grant is in this answer and
// nowhere else.
func (h *Handlers) createGrant(c echo.Context, actor authz.Actor) error {
	var in struct {
		Password  string `json:"password"`
		TOTP      string `json:"totp"`
		Challenge string `json:"challenge"`
		Passkey   string `json:"passkey"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	ctx, from := c.Request().Context(), service.Origin{Address: c.RealIP()}
	var proof authz.Proof
	var err error
	if in.Passkey != "" || in.Challenge != "" {
		proof, err = h.svc.ProveByPasskey(ctx, actor, service.AnswerInput{Token: in.Challenge, Response: in.Passkey, From: from})
	} else {
		proof, err = h.svc.Prove(ctx, actor, service.ProveInput{Password: in.Password, Code: in.TOTP, From: from})
	}
	if err != nil {
		return renamed(err, map[string]string{"code": "totp", "token": "challenge"})
	}
	g, token, err := h.svc.Grant(ctx, actor, proof)
	if err != nil {
		return err
	}
	without, err := encode(grantJSON{"", g.Method, moment(g.Expires)})
	if err != nil {
		return err
	}
	c.Set(keptInstead, without)
	return writeJSON(c, http.StatusCreated, grantJSON{token, g.Method, moment(g.Expires)})
}

// renamed calls the fields of an error as the request does.
func renamed(err error, names map[string]string) error {
	if countersign.KindOf(err) != countersign.Invalid {
		return err
	}
	var p countersign.Problems
	for _, f := range problem.Fields(err) {
		p.Add(cmp.Or(names[f.Field], f.Field), f.Message)
	}
	return p.Err()
}
