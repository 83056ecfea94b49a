package service_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// signedInWith keeps sessions of somebody, by their names.
func (h *house) signedInWith(t *testing.T, p countersign.Person, names ...string) {
	t.Helper()
	for _, name := range names {
		now := h.clock.Now()
		b := countersign.BrowserSession{
			ID: name, Person: p.ID, Browser: "Firefox on Windows", Method: authz.ByPassword, ProvedAt: now, SignedInAt: now, LastSeenAt: now, ExpiresAt: now.Add(2 * time.Hour),
		}
		if err := h.store.Sessions().AddSession(t.Context(), "hash of "+name, b, []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
}

// sessions are the names of the sessions that somebody has.
func (h *house) sessions(t *testing.T, p countersign.Person) []string {
	t.Helper()
	all, err := h.svc.BrowserSessions(t.Context(), h.as(t, p))
	wantKind(t, err, 0)
	var names []string
	for _, s := range all {
		names = append(names, s.ID)
	}
	return names
}

func (h *house) wantSessions(t *testing.T, p countersign.Person, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, h.sessions(t, p), cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
		t.Errorf("sessions of %s (-want +got):\n%s", p.Name, diff)
	}
}

func TestASessionIsEndedByItsOwnerWhoProvesThatItIsThem(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.givePassword(t, h.GP)
		h.signedInWith(t, h.GP, "desk", "phone", "tablet", "home")
		h.signedInWith(t, h.Mentor, "theirs")
		gp := h.by(t, h.GP, authz.ByPassword)
		end := func(actor authz.Actor, id, password string) error {
			return h.svc.EndSession(t.Context(), actor, service.EndSessionInput{ID: id, Present: "desk", Password: password, From: home})
		}
		wantKind(t, end(gp, "theirs", ""), countersign.NotFound)
		wantKind(t, end(gp, "phone", ""), 0) // signed in a moment ago
		h.wantSessions(t, h.GP, "desk", "home", "tablet")

		h.clock.Advance(authz.ProofHolds + time.Second)
		wantKind(t, end(gp, "tablet", ""), countersign.Invalid)
		wantKind(t, end(gp, "tablet", "wrong"), countersign.Invalid)
		wantKind(t, end(gp, "tablet", goodPassword), 0)
		h.withPasskey(t, h.GP)
		wantKind(t, end(gp, "", goodPassword), countersign.Unproved)
		h.wantSessions(t, h.GP, "desk", "home")
		wantKind(t, end(h.by(t, h.GP, authz.ByPasskey), "", ""), 0)
		h.wantSessions(t, h.GP, "desk")
		h.wantSessions(t, h.Mentor, "theirs")
	})
}

func TestAnAdministratorEndsSomebodysSessionsForAReasonThatTheyCanRead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signedInWith(t, h.GP, "desk", "phone")
		h.signedInWith(t, h.Mentor, "theirs")
		end := func(who, whose countersign.Person, reason string) error {
			_, err := h.svc.EndSessionsOf(t.Context(), h.as(t, who), whose.ID, service.EndSessionsInput{Reason: reason})
			return err
		}
		wantKind(t, end(h.HubLead, h.GP, "Lost laptop"), countersign.NotFound)
		wantKind(t, end(h.GP, h.Mentor, "Lost laptop"), countersign.NotFound)
		wantKind(t, end(h.Admin, h.GP, " "), countersign.Invalid)
		h.wantSessions(t, h.GP, "desk", "phone")
		wantKind(t, end(h.Admin, h.GP, "A laptop was left in a taxi."), 0)
		h.wantSessions(t, h.GP)
		h.wantSessions(t, h.Mentor, "theirs")

		events, _, err := h.svc.OwnSignIns(t.Context(), h.as(t, h.GP), service.ListPage{})
		wantKind(t, err, 0)
		want := []service.SignInEvent{{At: h.clock.Now(), Action: store.SessionsEndedAction, By: h.Admin.Name, Reason: "A laptop was left in a taxi."}}
		if diff := cmp.Diff(want, events); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
		if told := h.notices(t)[string(service.NoticeSecurity)]; told != 1 {
			t.Errorf("%d mails, want 1", told)
		}
	})
}

// Whoever shuts a thief out shuts out what the thief has made as well.
func TestSigningSomebodyOutEverywhereEndsTheirTokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, stolen, err := h.svc.CreateToken(t.Context(), h.as(t, h.GP), service.TokenInput{Name: "A thief's"})
		wantKind(t, err, 0)
		_, others, err := h.svc.CreateToken(t.Context(), h.as(t, h.Mentor), service.TokenInput{})
		wantKind(t, err, 0)
		_, err = h.svc.EndSessionsOf(t.Context(), h.as(t, h.Admin), h.GP.ID, service.EndSessionsInput{Reason: "A laptop was left in a taxi."})
		wantKind(t, err, 0)
		_, err = h.svc.ActorByToken(t.Context(), stolen, "")
		wantKind(t, err, countersign.Unauthenticated)
		_, err = h.svc.ActorByToken(t.Context(), others, "")
		wantKind(t, err, 0)
	})
}

func TestANewTokenIsToldToItsOwner(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, _, err := h.svc.CreateToken(t.Context(), h.as(t, h.GP), service.TokenInput{})
		wantKind(t, err, 0)
		if told := h.notices(t)[string(service.NoticeSecurity)]; told != 1 {
			t.Errorf("%d mails, want 1", told)
		}
	})
}

// A token outlives the session in which it is made: somebody at a computer that
// was left open makes none.
func TestATokenIsMadeAfterAFreshProofOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		create := func(actor authz.Actor, password string) (string, error) {
			_, secret, err := h.svc.CreateToken(t.Context(), actor, service.TokenInput{Password: password, From: home})
			return secret, err
		}
		h.givePassword(t, h.GP)
		weak := h.by(t, h.GP, authz.ByPassword)
		for _, password := range []string{"", "wrong"} {
			_, err := create(weak, password)
			wantKind(t, err, countersign.Invalid)
		}
		secret, err := create(weak, goodPassword)
		wantKind(t, err, 0)

		h.withPasskey(t, h.GP)
		program, err := h.svc.ActorByToken(t.Context(), secret, "")
		wantKind(t, err, 0)
		for _, actor := range []authz.Actor{weak, program} {
			_, err := create(actor, goodPassword)
			wantKind(t, err, countersign.Unproved)
		}
		strong := h.by(t, h.GP, authz.ByPasskey)
		_, err = create(strong, "")
		wantKind(t, err, 0)
		h.clock.Advance(authz.ProofHolds + time.Second)
		_, err = create(strong, "")
		wantKind(t, err, countersign.Unproved)
	})
}

// Sessions end with the change itself: a server that dies right after it leaves
// none of them.
func TestSessionsEndWithAChangeOfPasswordOrAReset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.givePassword(t, h.GP)
		h.signedInWith(t, h.GP, "desk", "phone")
		h.signedInWith(t, h.Mentor, "theirs")
		const other = "velvet anchor thirteen"
		wantKind(t, h.svc.ChangePassword(t.Context(), h.as(t, h.GP), service.ChangePasswordInput{Current: goodPassword, New: other, From: home}), 0)
		h.wantSessions(t, h.GP)

		h.signedInWith(t, h.GP, "desk")
		_, err := h.svc.ResetFactors(t.Context(), h.as(t, h.Admin), h.GP.ID)
		wantKind(t, err, 0)
		h.wantSessions(t, h.GP)

		h.signedInWith(t, h.GP, "desk")
		_, err = h.svc.SetPassword(t.Context(), service.NewPasswordInput{Token: h.resetLink(t, h.GP), Password: goodPassword, From: home})
		wantKind(t, err, 0)
		h.wantSessions(t, h.GP)
		h.wantSessions(t, h.Mentor, "theirs")
	})
}

// A sign-in that began with the old password ends with it: while the hash was
// being checked, and before the code of the app was typed.
func TestASignInUnderWayEndsWithANewPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, _ := h.withApp(t, h.GP)
		old := service.SignInInput{Email: h.GP.Email, Password: goodPassword, From: home}
		step, err := h.svc.SignIn(t.Context(), old)
		wantKind(t, err, 0)
		var phc string
		wantKind(t, h.store.Read(t.Context(), func(tx *store.Tx) (err error) {
			phc, err = tx.PasswordOf(h.GP.ID)
			return err
		}), 0)
		const next = "velvet anchor thirteen"
		wantKind(t, h.svc.ChangePassword(t.Context(), h.as(t, h.GP), service.ChangePasswordInput{Current: goodPassword, New: next, From: home}), 0)

		_, err = h.svc.RightPassword(t.Context(), h.GP.ID, phc, old)
		wantKind(t, err, countersign.Unauthenticated)
		_, err = h.svc.SignInCode(t.Context(), service.CodeInput{Step: step.Step, Code: h.code(t, secret), From: home})
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.SignIn(t.Context(), old) // the old hash wasn't brought back
		wantKind(t, err, countersign.Unauthenticated)
		_, err = h.svc.SignIn(t.Context(), service.SignInInput{Email: h.GP.Email, Password: next, From: home})
		wantKind(t, err, 0)
	})
}

func TestSignInsAndRefusalsAreAudited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, recovery := h.withApp(t, h.GP)
		from := service.Origin{Address: "192.0.2.7", Device: "a-browser", Browser: "Chrome on Android"}
		sign := func(email, password string) service.SignedIn {
			in, _ := h.svc.SignIn(t.Context(), service.SignInInput{Email: email, Password: password, From: from})
			return in
		}
		code := func(step, code string) {
			_, _ = h.svc.SignInCode(t.Context(), service.CodeInput{Step: step, Code: code, From: from})
			h.clock.Advance(time.Minute)
		}
		sign("nobody@example.org", goodPassword)
		sign(h.GP.Email, "wrong")
		h.clock.Advance(time.Minute)
		step := sign(h.GP.Email, goodPassword).Step
		code(step, "000000")
		code(step, h.code(t, secret))
		code(sign(h.GP.Email, goodPassword).Step, recovery[0])

		key := h.withPasskey(t, h.GP)
		for _, wrong := range []bool{true, false} {
			ask, err := h.svc.AskPasskey(t.Context(), from)
			wantKind(t, err, 0)
			answer := key.Answer(t, ask.Options)
			if wrong { // of another challenge
				if ask, err = h.svc.AskPasskey(t.Context(), from); err != nil {
					t.Fatal(err)
				}
			}
			_, err = h.svc.SignInPasskey(t.Context(), service.AnswerInput{Token: ask.Token, Response: answer, From: from})
			if wrong != (err != nil) {
				t.Errorf("wrong %v: %v", wrong, err)
			}
			h.clock.Advance(time.Minute)
		}

		events, next, err := h.svc.OwnSignIns(t.Context(), h.as(t, h.GP), service.ListPage{Limit: 4})
		wantKind(t, err, 0)
		rest, _, err := h.svc.OwnSignIns(t.Context(), h.as(t, h.GP), service.ListPage{Cursor: next})
		wantKind(t, err, 0)
		event := func(action, method string) service.SignInEvent {
			return service.SignInEvent{Action: action, Method: method, Browser: "Chrome on Android"}
		}
		first := event(store.SignedInAction, authz.ByPasswordCode)
		first.New = true
		want := []service.SignInEvent{
			event(store.SignedInAction, authz.ByPasskey), event(store.SignInRefusedAction, authz.ByPasskey), event(store.SignedInAction, authz.ByRecoveryCode),
			first, event(store.SignInRefusedAction, authz.ByPasswordCode), event(store.SignInRefusedAction, authz.ByPassword),
		}
		if diff := cmp.Diff(want, append(events, rest...), cmpopts.IgnoreFields(service.SignInEvent{}, "At")); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
		if others, _, err := h.svc.OwnSignIns(t.Context(), h.as(t, h.Mentor), service.ListPage{}); err != nil || len(others) != 0 {
			t.Errorf("somebody else's history is %+v, %v", others, err)
		}
		if trail, _, err := h.svc.OwnTrail(t.Context(), h.as(t, h.GP), service.ListPage{}); err != nil || len(trail) != 0 {
			t.Errorf("who saw or changed the record: %+v, %v", trail, err)
		}
		all, _, err := h.svc.AuditTrail(t.Context(), h.as(t, h.Admin), service.TrailFilter{Action: store.SignInRefusedAction})
		if err != nil || len(all) != 3 {
			t.Errorf("an administrator sees %+v, %v", all, err)
		}
	})
}

// TestAKnownAddressCostsAsMuchAsAnUnknownOne: the answers are the same words
// after the same statements, so that their time doesn't tell who has an account.
func TestAKnownAddressCostsAsMuchAsAnUnknownOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.givePassword(t, h.GP)
		for name, ask := range map[string]func(context.Context, string) error{
			"reset": func(ctx context.Context, email string) error { return h.svc.RequestReset(ctx, email, home) },
			"sign-in": func(ctx context.Context, email string) error {
				_, err := h.svc.SignIn(ctx, service.SignInInput{Email: email, Password: "wrong", From: home})
				return err
			},
		} {
			cost := func(email string) (int, string) {
				ctx, count := h.store.CountStatements(t.Context())
				err := ask(ctx, email)
				return count(), fmt.Sprint(err)
			}
			unknown, answer := cost("nobody@example.org")
			for _, known := range []string{h.GP.Email, h.Mentor.Email} { // with and without a password
				if n, says := cost(known); n != unknown || says != answer {
					t.Errorf("%s of %s: %d statements and %s; of nobody: %d and %s", name, known, n, says, unknown, answer)
				}
			}
		}
		if kinds := h.notices(t); kinds[string(service.NoticeReset)]+kinds[string(service.NoticeInvited)] != 0 {
			t.Errorf("mails were written at once: %v", kinds)
		}
		wantKind(t, h.svc.MailReset(t.Context(), service.ResetRequest{}), 0)
		for _, p := range []countersign.Person{h.GP, h.Mentor} {
			wantKind(t, h.svc.MailReset(t.Context(), service.ResetRequest{Person: p.ID}), 0)
		}
		if kinds := h.notices(t); kinds[string(service.NoticeReset)] != 1 || kinds[string(service.NoticeInvited)] != 1 {
			t.Errorf("mails are %v", kinds)
		}
	})
}
