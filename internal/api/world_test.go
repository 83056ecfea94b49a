package api_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/keyring"
	"countersign/internal/password"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

type object = map[string]any

// grant is a proof of somebody at that time.
type grant struct {
	token string
	at    time.Time
}

// house is the API over a small world, with a clock that tests move.
type house struct {
	*storetest.World
	svc      *service.Service
	h        http.Handler
	clock    *storetest.Clock
	tokens   map[countersign.PersonID]string
	grants   map[countersign.PersonID]grant
	granting sync.Mutex
	store    *store.Store
}

// each runs fn on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) { fn(t, newHouse(t, s, clock)) })
}

// once runs fn on SQLite alone: for what the database has no part in.
func once(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	clock := storetest.NewClock()
	fn(t, newHouse(t, storetest.Open(t, storetest.SQLite(t), clock), clock))
}

func newHouse(t *testing.T, s *store.Store, clock *storetest.Clock) *house {
	t.Helper()
	folder, err := files.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	vault := files.NewVault(folder, s.FileKeys())
	svc := service.New(service.Config{
		Store: s, Files: vault, Keys: keyring.Open(t.TempDir(), "learn.example.org"), Rand: rand.Reader,
		Intake:  files.NewIntake(vault, t.TempDir(), service.FileGuard()),
		Secrets: storetest.Secrets(t), Passkeys: storetest.Passkeys(t),
	})
	h := &house{World: storetest.NewWorld(t, s), svc: svc, h: newServer(svc, clock.Now), clock: clock, tokens: map[countersign.PersonID]string{}, grants: map[countersign.PersonID]grant{}, store: s}
	h.giveTokens(t)
	return h
}

// giveTokens gives everybody a token of 30 days.
func (h *house) giveTokens(t *testing.T) {
	t.Helper()
	for _, p := range h.everybody() {
		_, secret, err := h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), p.Email, service.TokenInput{Name: "test", Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		h.tokens[p.ID] = secret
	}
}

func (h *house) everybody() []countersign.Person {
	return []countersign.Person{
		h.Apprentice, h.GP, h.Mentor, h.Assessor, h.Manager, h.HubLead, h.RegionLead, h.Admin, h.OtherApprentice, h.OtherGP, h.OtherHubLead,
	}
}

// grant returns the token of a proof that somebody gives now.
func (h *house) grant(t *testing.T, p countersign.Person) string {
	t.Helper()
	h.granting.Lock() // racing clients ask for it too
	defer h.granting.Unlock()
	now := h.clock.Now()
	if g := h.grants[p.ID]; g.at.Equal(now) {
		return g.token
	}
	token, hash := password.NewToken(rand.Reader)
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.AddGrant(hash, store.Grant{Person: p.ID, Method: authz.ByPasswordCode, ProvedAt: now, Expires: now.Add(authz.ProofHolds)})
	}); err != nil {
		t.Fatal(err)
	}
	h.grants[p.ID] = grant{token, now}
	return token
}

// as returns a client with a person's token, and their proof.
func (h *house) as(t *testing.T, p countersign.Person) client {
	t.Helper()
	return client{t: t, h: h.h, token: h.tokens[p.ID], grant: func() string { return h.grant(t, p) }}
}

func (h *house) nobody(t *testing.T) client {
	t.Helper()
	return client{t: t, h: h.h}
}

// path is one beneath the world's first apprenticeship.
func (h *house) path(rest string) string { return "/apprenticeships/" + string(h.App.ID) + rest }

func (h *house) today() countersign.Date { return countersign.LondonDate(h.clock.Now()) }

// observation is a complete piece that the observer saw.
func (h *house) observation(observer string, codes ...string) object {
	var mapped []object
	for _, c := range codes {
		mapped = append(mapped, object{"code": c, "justification": "It shows my technique"})
	}
	return object{
		"kind": "observation", "title": "Morning blood pressure clinic", "occurred_on": h.today().AddDays(-1).String(),
		"narrative": "Took four readings and recorded them.", "reflection": "", "anonymised": true, "observed_by": observer,
		"details": object{"setting": "Treatment room", "seen": "Manual blood pressure"}, "competencies": mapped,
	}
}

// drafted starts a piece as the apprentice and returns its path.
func (h *house) drafted(t *testing.T, body object) string {
	t.Helper()
	return "/evidence/" + h.as(t, h.Apprentice).post(h.path("/evidence"), body).want(201).text("id")
}

// accepted starts and submits a piece, and has it accepted. It returns its id.
func (h *house) accepted(t *testing.T, body object, by countersign.Person) string {
	t.Helper()
	piece := h.drafted(t, body)
	h.clock.Advance(time.Minute)
	h.as(t, h.Apprentice).post(piece+"/submission", nil).want(200)
	h.clock.Advance(time.Minute)
	return h.as(t, by).post(piece+"/review", object{"decision": "accept"}).want(200).text("id")
}

// ready makes a competency ready to sign, by pieces that the people accept in
// turn, and returns their ids.
func (h *house) ready(t *testing.T, code string, by ...countersign.Person) []string {
	t.Helper()
	var ids []string
	for i := 0; ; i++ {
		c := h.competency(t, code)
		if c["status"] == "ready" {
			return ids
		}
		if i == 8 {
			t.Fatalf("%s is %s after %d pieces: %v", code, c["status"], i, c["missing"])
		}
		reviewer := by[i%len(by)]
		body := h.observation(reviewer.Email, code)
		body["title"] = fmt.Sprintf("Clinic %d", i+1)
		ids = append(ids, h.accepted(t, body, reviewer))
	}
}

func (h *house) competency(t *testing.T, code string) object {
	t.Helper()
	return h.as(t, h.Apprentice).get(h.path("/competencies")).want(200).item("code", code)
}
