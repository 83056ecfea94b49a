package pack_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"sync"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/keyring"
	"countersign/internal/pack"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/view"
)

// templates are parsed once: that takes time and tens of megabytes.
var templates = sync.OnceValues(func() (*view.View, error) { return view.New(view.Site{}) })

// house is an installation over a small world, with a clock that tests move.
type house struct {
	*storetest.World
	svc    *service.Service
	store  *store.Store
	clock  *storetest.Clock
	files  *files.Folder
	packer *pack.Packer
	ring   *keyring.Folder
}

// each runs fn on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		fn(t, newHouse(t, s, clock, "https://learn.example.org"))
	})
}

func newHouse(t *testing.T, s *store.Store, clock *storetest.Clock, url string) *house {
	t.Helper()
	folder, err := files.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	ring := keyring.Open(t.TempDir(), "one.example.org")
	vault := files.NewVault(folder, s.FileKeys())
	svc := service.New(service.Config{
		Store: s, Files: vault, Keys: ring, Rand: rand.Reader,
		Intake: files.NewIntake(vault, t.TempDir(), service.FileGuard()),
	})
	pages, err := templates()
	if err != nil {
		t.Fatal(err)
	}
	return &house{
		World: storetest.NewWorld(t, s), svc: svc, store: s, clock: clock, files: folder, ring: ring,
		packer: &pack.Packer{Service: svc, View: pages, URL: url, Temp: t.TempDir()},
	}
}

func (h *house) as(t *testing.T, p countersign.Person) authz.Actor {
	t.Helper()
	actor, err := h.svc.Actor(t.Context(), p.ID, authz.Proof{Method: authz.ByPasswordCode, At: h.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// must fails the test for an error, and lets a minute pass.
func (h *house) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
}

// The competency whose requirement these tests meet.
const lasting = "GPA-AD1"

// lived fills the first apprenticeship: a piece with a picture that was
// returned and submitted again, pieces that were accepted and decided upon,
// hours, prior learning, a scan, and drafts.
func (h *house) lived(t *testing.T) {
	t.Helper()
	ctx, asha, gp := t.Context(), h.as(t, h.Apprentice), h.as(t, h.GP)
	h.must(t, h.svc.Prepare(ctx)) // which makes the signing key
	e, err := h.svc.DraftEvidence(ctx, asha, h.App.ID, h.observation(h.Mentor.Email, "Returned once"))
	h.must(t, err)
	_, err = h.svc.AddAttachment(ctx, asha, e.ID, "photo.png", png())
	h.must(t, err)
	page, err := h.svc.Evidence(ctx, asha, e.ID)
	h.must(t, err)
	e, err = h.svc.SubmitEvidence(ctx, asha, e.ID, page.Evidence.Version)
	h.must(t, err)
	e, err = h.svc.ReviewEvidence(ctx, gp, service.ReviewInput{Evidence: e.ID, Version: e.Version, Decision: countersign.ReturnEvidence, Comment: "Say <more> & “what”"})
	h.must(t, err)
	_, err = h.svc.SubmitEvidence(ctx, asha, e.ID, e.Version)
	h.must(t, err)
	for range 8 {
		if h.summary(t).Status == countersign.Ready {
			break
		}
		h.accepted(t)
	}
	s := h.summary(t)
	_, _, err = h.svc.SignOff(ctx, h.as(t, h.GP), service.SignOffInput{
		Apprenticeship: h.App.ID, Competency: lasting, Version: s.Version, Decision: countersign.Competent, Level: s.Threshold, Comment: "Well done", Evidence: h.pieces(t),
	})
	h.must(t, err)
	_, err = h.svc.Seal(ctx, true)
	h.must(t, err)
	_, err = h.svc.DraftEvidence(ctx, asha, h.App.ID, h.observation(h.Mentor.Email, "Only a draft"))
	h.must(t, err)
	back, err := h.svc.DraftEvidence(ctx, asha, h.App.ID, h.observation(h.Mentor.Email, "As submitted"))
	h.must(t, err)
	back, err = h.svc.SubmitEvidence(ctx, asha, back.ID, back.Version)
	h.must(t, err)
	back, err = h.svc.ReviewEvidence(ctx, gp, service.ReviewInput{Evidence: back.ID, Version: back.Version, Decision: countersign.ReturnEvidence, Comment: "Again"})
	h.must(t, err)
	_, err = h.svc.ChangeEvidence(ctx, asha, back.ID, back.Version, h.observation(h.Mentor.Email, "Being rewritten"))
	h.must(t, err)
	_, err = h.svc.LogHours(ctx, asha, h.App.ID, service.HoursInput{On: h.today(), Minutes: 90, Kind: countersign.Shadowing, Learnt: "How the clinic runs"})
	h.must(t, err)
	_, err = h.svc.ClaimPriorLearning(ctx, asha, h.App.ID, service.PriorLearningInput{Title: "First aid", Provider: "Red Cross", On: h.today().AddMonths(-12), Minutes: 60, Competencies: []string{lasting}})
	h.must(t, err)
}

func (h *house) today() countersign.Date { return countersign.LondonDate(h.clock.Now()) }

func (h *house) observation(observer, title string) service.EvidenceInput {
	return service.EvidenceInput{
		Kind: countersign.Observation, Title: title, OccurredOn: h.today().AddDays(-1), Narrative: "Took four readings and recorded them.",
		ObservedBy: observer, Anonymised: true, Details: map[string]string{"setting": "Treatment room", "seen": "Manual blood pressure"},
		Competencies: []service.MappingInput{{Code: lasting, Justification: "It shows my technique"}},
	}
}

func (h *house) accepted(t *testing.T) {
	t.Helper()
	ctx, asha := t.Context(), h.as(t, h.Apprentice)
	e, err := h.svc.DraftEvidence(ctx, asha, h.App.ID, h.observation(h.GP.Email, "Morning clinic"))
	h.must(t, err)
	e, err = h.svc.SubmitEvidence(ctx, asha, e.ID, e.Version)
	h.must(t, err)
	_, err = h.svc.ReviewEvidence(ctx, h.as(t, h.GP), service.ReviewInput{Evidence: e.ID, Version: e.Version, Decision: countersign.AcceptEvidence})
	h.must(t, err)
}

func (h *house) summary(t *testing.T) countersign.Summary {
	t.Helper()
	r, err := h.svc.Record(t.Context(), h.as(t, h.Apprentice), h.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Competencies {
		if c.Code == lasting {
			return c
		}
	}
	t.Fatalf("there is no %s", lasting)
	return countersign.Summary{}
}

// pieces are those that were accepted.
func (h *house) pieces(t *testing.T) (ids []countersign.EvidenceID) {
	t.Helper()
	p, err := h.svc.Portfolio(t.Context(), h.as(t, h.GP), h.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range p.Pieces {
		if piece.State == countersign.Accepted {
			ids = append(ids, piece.ID)
		}
	}
	return ids
}

// exported returns the bytes of the package of an apprenticeship.
func (h *house) exported(t *testing.T, actor authz.Actor, id countersign.ApprenticeshipID) []byte {
	t.Helper()
	out, err := h.packer.Export(t.Context(), actor, id)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Error(err)
	}
	return data
}

func png() *bytes.Reader {
	return bytes.NewReader([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"))
}
