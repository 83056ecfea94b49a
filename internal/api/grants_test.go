package api_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"countersign/internal/authz"
	"countersign/internal/password"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

const goodPassword = "purple otter umbrella"

// TestSigningNeedsAGrant goes both ways to a grant, and tries every other.
func TestSigningNeedsAGrant(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		phc, err := password.Hash(ctx, goodPassword)
		if err == nil {
			err = h.store.Write(ctx, func(tx *store.Tx) error { return tx.SetPassword(h.GP.ID, phc) })
		}
		if err != nil {
			t.Fatal(err)
		}
		gp, err := h.svc.Actor(ctx, h.GP.ID, authz.Proof{Method: authz.ByPassword})
		if err != nil {
			t.Fatal(err)
		}
		app, err := h.svc.BeginApp(ctx, gp)
		if err != nil {
			t.Fatal(err)
		}
		code := func() string {
			code, err := totp.GenerateCode(app.Secret, h.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		if _, _, err := h.svc.ConfirmApp(ctx, gp, service.AppInput{Password: goodPassword, Code: code()}); err != nil {
			t.Fatal(err)
		}
		h.ready(t, "GPA-CL1", h.Mentor)
		bare := h.as(t, h.GP)
		bare.grant = nil
		sign := func(c client) answer {
			return c.post(h.path("/sign-offs"), object{"competency": "GPA-CL1", "decision": "not_yet_competent", "comment": "Practise once more"})
		}
		refused := sign(bare).want(401)
		if refused.text("type") != "urn:countersign:problem:unproved" || refused.Header.Get("WWW-Authenticate") != `Bearer error="insufficient_user_authentication", max_age=300` {
			t.Errorf("refused with %s and %v", refused.Body, refused.Header)
		}
		batch := []object{{"apprenticeship": h.App.ID, "competency": "GPA-CL1", "decision": "not_yet_competent", "comment": "Practise"}}
		bare.post("/sign-offs/batch", batch).want(401)

		other := h.as(t, h.GP)
		other.grant = func() string { return h.grant(t, h.Mentor) }
		sign(other).want(401) // of somebody else

		used := code()
		bare.post("/signing-grants", object{"password": "wrong", "totp": used}).want(422).wantPointer("#/password")
		bare.post("/signing-grants", object{}).want(422)
		bare.post("/signing-challenges", nil).want(409) // no passkey
		got := bare.post("/signing-grants", object{"password": goodPassword, "totp": used}).want(201)
		bare.post("/signing-grants", object{"password": goodPassword, "totp": used}).want(422).wantPointer("#/totp") // replayed
		granted := bare
		granted.grant = func() string { return got.text("grant") }
		h.clock.Advance(5*time.Minute + time.Second)
		sign(granted).want(401) // stale

		key := storetest.NewAuthenticator(t)
		strong, err := h.svc.Actor(ctx, h.GP.ID, authz.Proof{Method: authz.ByPasskey, At: h.clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		ask, err := h.svc.BeginPasskey(ctx, strong, service.NewPasskeyInput{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.svc.AddPasskey(ctx, strong, service.AddPasskeyInput{Token: ask.Token, Response: key.Create(t, ask.Options)}); err != nil {
			t.Fatal(err)
		}
		asked := bare.post("/signing-challenges", nil).want(201)
		options, err := json.Marshal(asked.at("options"))
		if err != nil {
			t.Fatal(err)
		}
		proof := object{"challenge": asked.text("challenge"), "passkey": key.Answer(t, options)}
		fresh := bare.post("/signing-grants", proof).want(201).text("grant")
		granted.grant = func() string { return fresh }
		bare.post("/signing-grants", proof).want(422) // replayed
		if so := sign(granted).want(201); so.text("authentication") != "passkey" {
			t.Errorf("authentication %s", so.text("authentication"))
		}
	})
}

// TestAProgramMakesATokenByAGrantOrThePassword: its own token is no proof.
func TestAProgramMakesATokenByAGrantOrThePassword(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		phc, err := password.Hash(t.Context(), goodPassword)
		if err == nil {
			err = h.store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetPassword(h.GP.ID, phc) })
		}
		if err != nil {
			t.Fatal(err)
		}
		bare := h.as(t, h.GP)
		bare.grant = nil
		bare.post("/tokens", nil).want(422).wantPointer("#/password")
		bare.post("/tokens", object{"password": "wrong"}).want(422).wantPointer("#/password")
		bare.post("/tokens", object{"password": goodPassword}).want(201)
		if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AddPasskey(store.Passkey{Person: h.GP.ID, Name: "Laptop", CredentialID: "an id", COSEKey: "key", SPKI: "key"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if p := bare.post("/tokens", object{"password": goodPassword}).want(401); p.text("type") != "urn:countersign:problem:unproved" {
			t.Errorf("refused with %s", p.Body)
		}
		h.as(t, h.GP).post("/tokens", nil).want(201)
	})
}
