package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"countersign/internal/badge"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/view"
)

func TestVerifyTellsWhatABadgeIsByItsExitCode(t *testing.T) {
	t.Parallel()
	signer := func(seed byte) ledger.Signer {
		s, err := ledger.NewSigner(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), "training.example.org")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const site = "https://training.example.org"
	issued := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	statement := badge.Statement{
		Framework: countersign.Framework{ID: "gpa", Version: "1.0.0", Title: "General Practice Assistant"}, Site: site, Item: func(code string) string { return site + "/" + code },
		Apprenticeship: countersign.Apprenticeship{Apprentice: "p1"}, Badge: countersign.Badge{ID: "b1", IssuedAt: issued, List: 1, Place: 7},
	}
	credential, err := badge.Credential(statement, signer(1))
	if err != nil {
		t.Fatal(err)
	}
	statement.Badge.ValidUntil = countersign.LondonDate(issued).AddDays(-3)
	ended, err := badge.Credential(statement, signer(1))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := func(name string, revoked ...int) string {
		content, err := badge.StatusList(site, 1, revoked, signer(1), issued)
		if err != nil {
			t.Fatal(err)
		}
		return write(name, content)
	}
	key := func(name string, seed byte) string {
		return write(name, []byte(signer(seed).PublicKey().String()+"\n"))
	}
	good, ours, others := write("badge.json", credential), key("ours", 1), key("others", 2)
	answer := write("keys.json", []byte(`{"items":[{"verifier":"`+signer(1).PublicKey().String()+`","from":"2026-11-22T09:00:00Z","retired_at":null}],"next":""}`))
	s := newShell(t)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{good, "--key", ours}, 0, "The badge: valid"},
		{[]string{good, "--key", answer}, 0, "which is one of yours"},
		{[]string{good}, 0, "Whether it was withdrawn since is at place 7 of https://training.example.org/api/v1/badge-status/1"},
		{[]string{write("badge.svg", badge.SVG("GPA", "GPA", credential)), "--key", ours, "--status", list("none.json", 8)}, 0, "The badge: valid"},
		{[]string{good, "--key", ours, "--status", list("seven.json", 7)}, 1, "withdrawn since"},
		{[]string{good, "--key", others}, 1, "unknown key"},
		{[]string{write("changed.json", bytes.Replace(credential, []byte("General"), []byte("general"), 1)), "--key", ours}, 1, "changed"},
		{[]string{write("ended.json", ended), "--key", ours}, 1, "not valid today"},
		{[]string{write("other.json", []byte("{}")), "--key", ours}, 2, ""},
		{[]string{good, "--status", good}, 2, ""},
	} {
		if r := s.run(append([]string{"verify"}, c.args...)...); r.code != c.code || !strings.Contains(r.out, c.says) {
			t.Errorf("%v: %+v; want %d and %q", c.args, r, c.code, c.says)
		}
	}
}

func TestVerifySaysFirstWhetherADocumentHolds(t *testing.T) {
	t.Parallel()
	decisions := func(statuses ...ledger.Status) (list []ledger.CheckedDecision) {
		for _, s := range statuses {
			list = append(list, ledger.CheckedDecision{Status: s})
		}
		return list
	}
	for _, c := range []struct {
		name string
		r    ledger.Report
		want string
	}{
		{"valid", ledger.Report{Known: true, Decisions: decisions(ledger.Valid)}, "VALID: the file is as it was issued, and every decision in it is what was signed"},
		{"one withdrawn", ledger.Report{Known: true, Decisions: decisions(ledger.Valid, ledger.Withdrawn)}, "VALID: the file is as it was issued, and every decision in it is what was signed. Withdrawn since: 1 of 2"},
		{"no key given", ledger.Report{Decisions: decisions(ledger.Valid)}, "The file holds together, but who issued it was not checked"},
		{"another key", ledger.Report{Foreign: true, Decisions: decisions(ledger.UnknownKey)}, "NOT VALID: signed by an installation whose key is not one of yours"},
		{"another key, and nothing decided", ledger.Report{Foreign: true}, "NOT VALID: signed by an installation whose key is not one of yours"},
		{"a decision changed", ledger.Report{Known: true, Decisions: decisions(ledger.Valid, ledger.Changed)}, "NOT VALID: do not rely on this file"},
		{"a page changed", ledger.Report{Known: true, Wrong: []string{"Page 3 was changed"}}, "NOT VALID: do not rely on this file"},
	} {
		if got := verdict(c.r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := moment("2026-06-30T23:30:00.000000Z", view.Day); got != "1 July 2026" {
		t.Errorf("a decision just after midnight in London was made on %s", got)
	}
}
