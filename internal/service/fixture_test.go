package service_test

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/keyring"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// house is a service over a small world, with a clock that tests move.
type house struct {
	*storetest.World
	svc   *service.Service
	store *store.Store
	clock *storetest.Clock

	folder string // of files
}

// each runs fn on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) { fn(t, newHouse(t, s, clock)) })
}

func newHouse(t testing.TB, s *store.Store, clock *storetest.Clock) *house {
	t.Helper()
	path := t.TempDir()
	folder, err := files.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	vault := files.NewVault(folder, s.FileKeys())
	svc := service.New(service.Config{
		Store: s, Files: vault, Keys: keyring.Open(t.TempDir(), "record.example.org"), Rand: rand.Reader, Demo: true,
		Intake:  files.NewIntake(vault, t.TempDir(), service.FileGuard()),
		Secrets: storetest.Secrets(t), Passkeys: storetest.Passkeys(t),
	})
	return &house{World: storetest.NewWorld(t, s), svc: svc, store: s, clock: clock, folder: path}
}

// as returns a person who has just proved who they are by password and code.
func (h *house) as(t testing.TB, p countersign.Person) authz.Actor {
	t.Helper()
	actor, err := h.svc.Actor(t.Context(), p.ID, authz.Proof{Method: authz.ByPasswordCode, At: h.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

func (h *house) today() countersign.Date { return countersign.LondonDate(h.clock.Now()) }

// observation is a complete piece for blood pressure, seen by the observer.
func (h *house) observation(observer string, codes ...string) service.EvidenceInput {
	in := service.EvidenceInput{
		Kind: countersign.Observation, Title: "Morning blood pressure clinic", OccurredOn: h.today().AddDays(-1),
		Narrative: "Took four readings and recorded them.", ObservedBy: observer, Anonymised: true,
		Details: map[string]string{"setting": "Treatment room", "seen": "Manual blood pressure"},
	}
	for _, c := range codes {
		in.Competencies = append(in.Competencies, service.MappingInput{Code: c, Justification: "It shows my technique"})
	}
	return in
}

// submitted drafts and submits a piece as the apprentice.
func (h *house) submitted(t testing.TB, in service.EvidenceInput) countersign.Evidence {
	t.Helper()
	actor := h.as(t, h.Apprentice)
	e, err := h.svc.DraftEvidence(t.Context(), actor, h.App.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	if e, err = h.svc.SubmitEvidence(t.Context(), actor, e.ID, e.Version); err != nil {
		t.Fatal(err)
	}
	return e
}

// accepted submits a piece and has it accepted.
func (h *house) accepted(t testing.TB, in service.EvidenceInput, by countersign.Person) countersign.Evidence {
	t.Helper()
	e := h.submitted(t, in)
	h.clock.Advance(time.Minute)
	e, err := h.svc.ReviewEvidence(t.Context(), h.as(t, by), service.ReviewInput{Evidence: e.ID, Version: e.Version, Decision: countersign.AcceptEvidence})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// ready makes a competency that asks for so many observed pieces ready to
// sign, the pieces accepted by the people given in turn.
func (h *house) ready(t testing.TB, code string, by ...countersign.Person) []countersign.EvidenceID {
	t.Helper()
	var ids []countersign.EvidenceID
	for i := 0; i < 8 && h.summary(t, code).Status != countersign.Ready; i++ {
		reviewer := by[i%len(by)]
		ids = append(ids, h.accepted(t, h.observation(reviewer.Email, code), reviewer).ID)
	}
	if s := h.summary(t, code); s.Status != countersign.Ready {
		t.Fatalf("%s is %s after %d pieces, still missing %q", code, s.Status, len(ids), s.Missing)
	}
	return ids
}

// summary returns where the apprentice stands on a competency.
func (h *house) summary(t testing.TB, code string) countersign.Summary {
	t.Helper()
	r, err := h.svc.Record(t.Context(), h.as(t, h.Apprentice), h.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Competencies {
		if c.Code == code {
			return c
		}
	}
	t.Fatalf("the record has no competency %s", code)
	return countersign.Summary{}
}

// sign decides competent at the competency's threshold.
func (h *house) sign(t testing.TB, by countersign.Person, code string, evidence ...countersign.EvidenceID) (countersign.SignOff, countersign.Summary, error) {
	t.Helper()
	h.clock.Advance(time.Minute)
	s := h.summary(t, code)
	return h.svc.SignOff(t.Context(), h.as(t, by), service.SignOffInput{
		Apprenticeship: h.App.ID, Competency: code, Version: s.Version, Decision: countersign.Competent, Level: s.Threshold, Evidence: evidence,
	})
}

// wantKind fails unless err is of the kind; 0 asks for success.
func wantKind(t testing.TB, err error, want countersign.Kind) {
	t.Helper()
	if got := countersign.KindOf(err); got != want {
		t.Errorf("error = %v, kind %v; want kind %v", err, got, want)
	}
}

func png() *bytes.Reader {
	return bytes.NewReader([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"))
}
