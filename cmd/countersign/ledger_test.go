package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/internal/app"
)

func TestVerifyingTheLedgerTellsByItsExitCode(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	if out := s.done("ledger", "verify"); !strings.Contains(out, "Everything is as it was sealed") {
		t.Errorf("ledger verify prints\n%s", out)
	}
	if r := s.run("ledger", "verify", "--checkpoint", "missing.txt"); r.code != 2 {
		t.Errorf("with a checkpoint that isn't there: %+v", r)
	}
	a, err := app.Open(t.Context(), app.Config{Data: s.data})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Store.Pools()[0].ExecContext(t.Context(), "UPDATE frameworks SET title = 'Forged' WHERE id = 'gpa-combined'"); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if r := s.run("ledger", "verify"); r.code != 1 || !strings.Contains(r.out, "frameworks gpa-combined@") || !strings.Contains(r.out, ", title: ") || !strings.Contains(r.errors, "finding") {
		t.Errorf("after a change: %+v", r)
	}
}

func TestTheSigningKeyIsReplacedByACommand(t *testing.T) {
	t.Parallel()
	s := newShell(t, "COUNTERSIGN_URL=https://record.example.org")
	first := s.done("ledger", "keys")
	second := s.done("ledger", "rotate-key")
	if !strings.HasPrefix(first, "record.example.org+") || !strings.HasPrefix(second, "record.example.org+") || s.done("ledger", "keys") != first+second {
		t.Errorf("the keys are %q and then %q", first, second)
	}
}

func TestVerifyTellsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.4\n%%EOF\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify"}, {"verify", "missing.pdf"}, {"verify", file}, {"verify", file, "--key", file}} {
		if r := s.run(args...); r.code != 2 || r.errors == "" {
			t.Errorf("%v: %+v", args, r)
		}
	}
}
