package demo

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
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

// opener opens the database at dsn, prepared as the program does at its start.
func opener(t testing.TB, dsn string) Opener {
	t.Helper()
	folder, err := files.OpenFolder(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	kept, err := store.Open(t.Context(), dsn, store.Options{Now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	vault := files.NewVault(folder, kept.FileKeys())
	intake := files.NewIntake(vault, "", service.FileGuard())
	keys := keyring.Open(t.TempDir(), "record.example.org")
	open := func(now func() time.Time, newID func() string, random io.Reader) (*service.Service, *store.Store, error) {
		st, err := store.Open(t.Context(), dsn, store.Options{Now: now, NewID: newID})
		if err != nil {
			return nil, nil, err
		}
		return service.New(service.Config{Store: st, Files: vault, Keys: keys, Intake: intake, Rand: random, Demo: true}), st, nil
	}
	svc, st, err := open(storetest.NewClock().Now, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := svc.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return open
}

// filled is a database with a demonstration, seen on the day it was filled.
type filled struct {
	t       *testing.T
	open    Opener
	now     time.Time
	service *service.Service
	store   *store.Store
}

// fillAt fills a database on the day of now.
func fillAt(t *testing.T, dsn string, now time.Time, seed int64, tales []tale) filled {
	t.Helper()
	open := opener(t, dsn)
	if err := fill(t.Context(), open, now, Options{Seed: seed, Out: t.Output()}, tales); err != nil {
		t.Fatalf("Fill() = %v", err)
	}
	f := filled{t: t, open: open, now: now}
	var err error
	if f.service, f.store, err = open(func() time.Time { return now }, nil, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.store.Close() })
	return f
}

// actor returns one of the demonstration's people, signed in.
func (f filled) actor(email string) authz.Actor {
	f.t.Helper()
	in, err := f.service.SignInDemo(f.t.Context(), email, service.Origin{})
	if err != nil {
		f.t.Fatalf("sign in as %s: %v", email, err)
	}
	a, err := f.service.Actor(f.t.Context(), in.Person, in.Proof)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

// apprenticeships returns everything that the person sees.
func (f filled) apprenticeships(email string) []store.ApprenticeshipRow {
	f.t.Helper()
	rows, _, err := f.service.Apprenticeships(f.t.Context(), f.actor(email), store.ApprenticeshipFilter{Limit: 200})
	if err != nil {
		f.t.Fatalf("%s: apprenticeships: %v", email, err)
	}
	return rows
}

func (f filled) queue(email string) []countersign.QueueItem {
	f.t.Helper()
	items, err := f.service.Queue(f.t.Context(), f.actor(email), service.QueueFilter{})
	if err != nil {
		f.t.Fatalf("%s: queue: %v", email, err)
	}
	return items
}

func (f filled) record(email string) service.Record {
	f.t.Helper()
	rows := f.apprenticeships(email)
	if len(rows) != 1 {
		f.t.Fatalf("%s has %d apprenticeships, want 1", email, len(rows))
	}
	r, err := f.service.Record(f.t.Context(), f.actor(email), rows[0].ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f filled) evidence(email string) []countersign.Evidence {
	f.t.Helper()
	all, _, err := f.service.EvidenceList(f.t.Context(), f.actor(email), f.record(email).Apprenticeship.ID, store.EvidenceFilter{Limit: 200})
	if err != nil {
		f.t.Fatal(err)
	}
	return all
}

// unsent returns how many jobs wait for a worker.
func (f filled) unsent() int {
	f.t.Helper()
	var jobs []store.Job
	if err := f.store.Write(f.t.Context(), func(tx *store.Tx) (err error) {
		jobs, err = tx.ClaimJobs(10, time.Minute)
		return err
	}); err != nil {
		f.t.Fatal(err)
	}
	return len(jobs)
}

func (f filled) mark() string {
	f.t.Helper()
	var mark string
	if err := f.store.Read(f.t.Context(), func(tx *store.Tx) (err error) {
		mark, err = tx.Setting(Mark)
		return err
	}); err != nil {
		f.t.Fatal(err)
	}
	return mark
}

// few is enough of the demonstration to be quick.
func few() []tale { return []tale{shown[3], elsewhere[7]} }

func TestFillASecondTimeChangesNothing(t *testing.T) {
	t.Parallel()
	f := fillAt(t, storetest.SQLite(t), storetest.Start, 1, few())
	before := dump(f)
	if err := fill(t.Context(), f.open, storetest.Start.AddDate(0, 0, 9), Options{Seed: 5}, few()); err != nil {
		t.Fatalf("Fill() again = %v", err)
	}
	if after := dump(f); after != before {
		t.Error("a second Fill changed the data")
	}
}

func TestHalfFilledIsRefused(t *testing.T) {
	t.Parallel()
	open := opener(t, storetest.SQLite(t))
	ctx, stop := context.WithCancel(t.Context())
	stopping := func(now func() time.Time, newID func() string, random io.Reader) (*service.Service, *store.Store, error) {
		n := 0
		return open(now, func() string {
			if n++; n == 340 { // somewhere in the first apprenticeship
				stop()
			}
			return newID()
		}, random)
	}
	if err := fill(ctx, stopping, storetest.Start, Options{Seed: 1}, few()); !errors.Is(err, context.Canceled) {
		t.Fatalf("Fill() that was stopped = %v, want context.Canceled", err)
	}
	err := fill(t.Context(), open, storetest.Start, Options{Seed: 1}, few())
	if err == nil || !strings.Contains(err.Error(), "Delete the data folder") || strings.Contains(err.Error(), "\n") {
		t.Errorf("Fill() of a half-filled database = %v, want one line that says what to do", err)
	}
}

func TestRealDataIsRefused(t *testing.T) {
	t.Parallel()
	open := opener(t, storetest.SQLite(t))
	_, st, err := open(storetest.NewClock().Now, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddPerson(countersign.Person{Name: "Somebody", Email: "somebody@practice.example"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := fill(t.Context(), open, storetest.Start, Options{Seed: 1}, few()); !errors.Is(err, errNotEmpty) {
		t.Errorf("Fill() among real people = %v, want %v", err, errNotEmpty)
	}
	if mark := (filled{t: t, store: st}).mark(); mark != "" {
		t.Errorf("a refused database is marked %q", mark)
	}
}
