package jobs_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/jobs"
	"countersign/internal/keyring"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/tsa"
	"countersign/internal/tsa/tsatest"
)

// What an authority doesn't give is logged, and asked for again.
func TestATimeStampThatCannotBeHadIsLogged(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock()
	s := storetest.Open(t, storetest.SQLite(t), clock)
	storetest.NewWorld(t, s)
	server := tsatest.Start(t, clock.Now)
	server.Answer(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "away") })
	svc := service.New(service.Config{Store: s, Keys: keyring.Open(t.TempDir(), "record.example.org"), Rand: rand.Reader, TSA: tsa.New(server.URL, nil)})
	if err := svc.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	worker := jobs.New(jobs.Config{Service: svc, Now: clock.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if worker.Stamp(t.Context()); log.Len() != 0 {
		t.Errorf("with nothing sealed: %s", log.String())
	}
	permit, err := authz.NewJob(authz.SealJob).Check(authz.SealLedger, authz.Subject{})
	if err == nil {
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			return errors.Join(tx.AppendLedger(permit, 0, []string{"aa"}, nil), tx.AddCheckpoint(permit, store.LedgerCheckpoint{Size: 1, Root: "root", Note: "note", At: clock.Now()}))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if worker.Stamp(t.Context()); !strings.Contains(log.String(), "could not be time-stamped") || server.Asked() != 1 {
		t.Errorf("asked %d times, logged %q", server.Asked(), log.String())
	}
	log.Reset()
	server.Answer(nil)
	if worker.Stamp(t.Context()); log.Len() != 0 || server.Asked() != 2 {
		t.Errorf("asked %d times, logged %q", server.Asked(), log.String())
	}
}
