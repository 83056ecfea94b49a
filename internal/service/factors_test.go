package service_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

const goodPassword = "purple otter umbrella"

// hashed is goodPassword's hash: making one takes a while.
func (h *house) givePassword(t *testing.T, p countersign.Person) {
	t.Helper()
	phc, err := password.Hash(t.Context(), goodPassword)
	if err == nil {
		err = h.store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetPassword(p.ID, phc) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// by is somebody who proved who they are by that method just now.
func (h *house) by(t *testing.T, p countersign.Person, method string) authz.Actor {
	t.Helper()
	actor, err := h.svc.Actor(t.Context(), p.ID, authz.Proof{Method: method, At: h.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// code is what an app with that secret shows now.
func (h *house) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// withApp sets an authenticator app up for somebody with a password.
func (h *house) withApp(t *testing.T, p countersign.Person) (secret string, recovery []string) {
	t.Helper()
	h.givePassword(t, p)
	actor := h.by(t, p, authz.ByPassword)
	app, err := h.svc.BeginApp(t.Context(), actor)
	wantKind(t, err, 0)
	recovery, _, err = h.svc.ConfirmApp(t.Context(), actor, service.AppInput{Password: goodPassword, Code: h.code(t, app.Secret), From: home})
	wantKind(t, err, 0)
	h.clock.Advance(time.Minute)
	return app.Secret, recovery
}

// withPasskey adds a passkey for somebody.
func (h *house) withPasskey(t *testing.T, p countersign.Person) *storetest.Authenticator {
	t.Helper()
	actor := h.by(t, p, authz.ByPasskey)
	ask, err := h.svc.BeginPasskey(t.Context(), actor, service.NewPasskeyInput{})
	wantKind(t, err, 0)
	key := storetest.NewAuthenticator(t)
	_, err = h.svc.AddPasskey(t.Context(), actor, service.AddPasskeyInput{Name: "Laptop", Token: ask.Token, Response: key.Create(t, ask.Options)})
	wantKind(t, err, 0)
	return key
}

func TestSigningInAsksForACodeOnceAnAppIsSetUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, recovery := h.withApp(t, h.GP)
		first := func(password string) (service.SignedIn, error) {
			return h.svc.SignIn(t.Context(), service.SignInInput{Email: h.GP.Email, Password: password, From: home})
		}
		in, err := first(goodPassword)
		wantKind(t, err, 0)
		if in.Step == "" || in.Proof.Method != "" {
			t.Fatalf("the password alone let %+v in", in)
		}
		second := func(step, code string) (service.SignedIn, error) {
			return h.svc.SignInCode(t.Context(), service.CodeInput{Step: step, Code: code, From: home})
		}
		_, err = second(in.Step, "000000")
		wantKind(t, err, countersign.Invalid)
		code := h.code(t, secret)
		done, err := second(in.Step, code)
		wantKind(t, err, 0)
		if done.Person != h.GP.ID || done.Proof.Method != authz.ByPasswordCode {
			t.Errorf("let in %+v", done)
		}
		_, err = second(in.Step, recovery[0])
		wantKind(t, err, countersign.NotFound) // the step is over

		again, err := first(goodPassword)
		wantKind(t, err, 0)
		_, err = second(again.Step, code)
		wantKind(t, err, countersign.Invalid) // used before
		done, err = second(again.Step, recovery[0])
		wantKind(t, err, 0)
		if done.Proof.Method != authz.ByRecoveryCode || done.Proof.Fresh(h.clock.Now()) {
			t.Errorf("a recovery code proves %+v", done.Proof)
		}
		again, err = first(goodPassword)
		wantKind(t, err, 0)
		_, err = second(again.Step, recovery[0])
		wantKind(t, err, countersign.Invalid) // once only
		h.clock.Advance(6 * time.Minute)
		_, err = second(again.Step, recovery[1])
		wantKind(t, err, countersign.NotFound) // too late
	})
}

func TestCodesAreLimitedLikePasswords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, _ := h.withApp(t, h.GP)
		in, err := h.svc.SignIn(t.Context(), service.SignInInput{Email: h.GP.Email, Password: goodPassword, From: home})
		wantKind(t, err, 0)
		actor := h.by(t, h.GP, authz.ByPassword)
		for range 10 {
			_, err := h.svc.SignInCode(t.Context(), service.CodeInput{Step: in.Step, Code: "000000", From: home})
			wantKind(t, err, countersign.Invalid)
			_, err = h.svc.Prove(t.Context(), actor, service.ProveInput{Password: "wrong", Code: "000000", From: home})
			wantKind(t, err, countersign.Invalid)
		}
		_, err = h.svc.SignInCode(t.Context(), service.CodeInput{Step: in.Step, Code: h.code(t, secret), From: home})
		wantKind(t, err, countersign.TooMany)
		_, err = h.svc.Prove(t.Context(), actor, service.ProveInput{Password: goodPassword, Code: h.code(t, secret), From: home})
		wantKind(t, err, countersign.TooMany)
	})
}

func TestTheRightPasswordUsesUpNoTries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.givePassword(t, h.GP)
		weak := h.by(t, h.GP, authz.ByPassword)
		for range 11 {
			_, err := h.svc.BeginPasskey(t.Context(), weak, service.NewPasskeyInput{Password: goodPassword, From: home})
			wantKind(t, err, 0)
		}
	})
}

// TestNobodyLocksAnotherOut: tries from elsewhere leave the browser alone in
// which the owner has signed in before, and other addresses too.
func TestNobodyLocksAnotherOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.givePassword(t, h.GP)
		try := func(password string, from service.Origin) error {
			_, err := h.svc.SignIn(t.Context(), service.SignInInput{Email: h.GP.Email, Password: password, From: from})
			return err
		}
		known := service.Origin{Address: "192.0.2.7", Device: "a browser of the GP's"}
		wantKind(t, try(goodPassword, known), 0)
		for range 10 {
			wantKind(t, try("wrong", service.Origin{Address: "192.0.2.7", Device: "another"}), countersign.Unauthenticated)
		}
		wantKind(t, try(goodPassword, service.Origin{Address: "192.0.2.7", Device: "another"}), countersign.TooMany)
		wantKind(t, try(goodPassword, known), 0)
		wantKind(t, try(goodPassword, service.Origin{Address: "192.0.2.8"}), 0)
		for range 10 {
			wantKind(t, try("wrong", known), countersign.Unauthenticated)
		}
		wantKind(t, try(goodPassword, known), countersign.TooMany) // a known browser isn't let off either
	})
}

func TestAPasskeySignsIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.withPasskey(t, h.GP)
		ask := func() service.Challenge {
			c, err := h.svc.AskPasskey(t.Context(), home)
			wantKind(t, err, 0)
			return c
		}
		in := func(token, response string) (service.SignedIn, error) {
			return h.svc.SignInPasskey(t.Context(), service.AnswerInput{Token: token, Response: response, From: home})
		}
		c := ask()
		answer := key.Answer(t, c.Options)
		got, err := in(c.Token, answer)
		wantKind(t, err, 0)
		if got.Person != h.GP.ID || got.Proof.Method != authz.ByPasskey || !got.Proof.Fresh(h.clock.Now()) {
			t.Errorf("signed in as %+v", got)
		}
		_, err = in(c.Token, answer)
		wantKind(t, err, countersign.Invalid) // replayed
		c = ask()
		_, err = in(c.Token, answer)
		wantKind(t, err, countersign.Invalid) // an answer to another challenge
		for name, wrong := range map[string]func(k *storetest.Authenticator){
			"unverified":     func(k *storetest.Authenticator) { k.Unverified = true },
			"another origin": func(k *storetest.Authenticator) { k.Origin = "https://countersign.example.evil.example" },
			"another domain": func(k *storetest.Authenticator) { k.Domain = "evil.example" },
			"copied":         func(k *storetest.Authenticator) { k.Count = 0 },
		} {
			c, bad := ask(), *key
			wrong(&bad)
			if _, err := in(c.Token, bad.Answer(t, c.Options)); countersign.KindOf(err) != countersign.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		c = ask()
		_, err = in(c.Token, storetest.NewAuthenticator(t).Answer(t, c.Options))
		wantKind(t, err, countersign.Invalid) // nobody's
		c = ask()
		h.clock.Advance(6 * time.Minute)
		_, err = in(c.Token, key.Answer(t, c.Options))
		wantKind(t, err, countersign.Invalid) // too late
	})
}

func TestWaysOfProvingAreChangedByTheirOwnerOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.givePassword(t, h.GP)
		weak := h.by(t, h.GP, authz.ByPassword)
		_, err := h.svc.BeginPasskey(t.Context(), weak, service.NewPasskeyInput{Password: "wrong", From: home})
		wantKind(t, err, countersign.Invalid)
		ask, err := h.svc.BeginPasskey(t.Context(), weak, service.NewPasskeyInput{Password: goodPassword, From: home})
		wantKind(t, err, 0)
		response := storetest.NewAuthenticator(t).Create(t, ask.Options)
		_, err = h.svc.AddPasskey(t.Context(), h.by(t, h.Mentor, authz.ByPasskey), service.AddPasskeyInput{Token: ask.Token, Response: response})
		wantKind(t, err, countersign.Invalid) // asked of somebody else

		h.withPasskey(t, h.GP)
		f, err := h.svc.Factors(t.Context(), weak)
		wantKind(t, err, 0)
		if len(f.Passkeys) != 1 || f.Passkeys[0].Name != "Laptop" {
			t.Fatalf("passkeys %+v", f.Passkeys)
		}
		id := f.Passkeys[0].ID
		// From now on the password alone doesn't do.
		_, err = h.svc.BeginPasskey(t.Context(), weak, service.NewPasskeyInput{Password: goodPassword, From: home})
		wantKind(t, err, countersign.Unproved)
		wantKind(t, h.svc.RemovePasskey(t.Context(), weak, id), countersign.Unproved)
		other := h.by(t, h.Mentor, authz.ByPasskey)
		wantKind(t, h.svc.RenamePasskey(t.Context(), other, id, "Mine"), countersign.NotFound)
		wantKind(t, h.svc.RemovePasskey(t.Context(), other, id), countersign.NotFound)
		strong := h.by(t, h.GP, authz.ByPasskey)
		wantKind(t, h.svc.RenamePasskey(t.Context(), strong, id, " "), countersign.Invalid)
		wantKind(t, h.svc.RenamePasskey(t.Context(), strong, id, "Old laptop"), 0)
		wantKind(t, h.svc.RemovePasskey(t.Context(), strong, id), 0)

		h.withApp(t, h.GP)
		_, err = h.svc.BeginApp(t.Context(), h.by(t, h.GP, authz.ByPassword))
		wantKind(t, err, countersign.Conflict)
		_, err = h.svc.RenewRecoveryCodes(t.Context(), h.by(t, h.GP, authz.ByPassword))
		wantKind(t, err, countersign.Unproved)
		codes, err := h.svc.RenewRecoveryCodes(t.Context(), h.by(t, h.GP, authz.ByPasswordCode))
		if wantKind(t, err, 0); len(codes) != 10 {
			t.Errorf("%d codes", len(codes))
		}
		wantKind(t, h.svc.RemoveApp(t.Context(), h.by(t, h.GP, authz.ByPasswordCode)), 0)
		if f, err = h.svc.Factors(t.Context(), strong); err != nil || f.Any() || f.CodesLeft != 0 {
			t.Errorf("still has %+v, %v", f, err)
		}
	})
}

func TestAnAdministratorResetsWhatWasLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withApp(t, h.GP)
		h.withPasskey(t, h.GP)
		_, err := h.svc.ResetFactors(t.Context(), h.as(t, h.HubLead), h.GP.ID)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.ResetFactors(t.Context(), h.as(t, h.Admin), h.GP.ID)
		wantKind(t, err, 0)
		f, err := h.svc.Factors(t.Context(), h.by(t, h.GP, authz.ByPassword))
		if wantKind(t, err, 0); f.Any() {
			t.Errorf("the GP still has %+v", f)
		}
		in, err := h.svc.SignIn(t.Context(), service.SignInInput{Email: h.GP.Email, Password: goodPassword, From: home})
		if wantKind(t, err, 0); in.Step != "" {
			t.Error("a code is still asked for")
		}
	})
}

// resetLink is the token that somebody is mailed who forgot their password.
func (h *house) resetLink(t *testing.T, p countersign.Person) (token string) {
	t.Helper()
	wantKind(t, h.svc.MailReset(t.Context(), service.ResetRequest{Person: p.ID}), 0)
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		jobs, err := tx.ClaimJobs(100, time.Hour)
		for _, j := range jobs {
			var n service.Notice
			if err := json.Unmarshal(j.Payload, &n); err != nil {
				return err
			}
			if n.Kind == service.NoticeReset {
				token = n.Token
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAResetLinkStillAsksForTheCode(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withApp(t, h.GP)
		in, err := h.svc.SetPassword(t.Context(), service.NewPasswordInput{Token: h.resetLink(t, h.GP), Password: "velvet anchor thirteen", From: home})
		if wantKind(t, err, 0); in.Step == "" || in.Proof.Method != "" {
			t.Errorf("the link alone let %+v in", in)
		}
	})
}
