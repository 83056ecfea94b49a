package ledger_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
)

func TestCommit(t *testing.T) {
	t.Parallel()
	commit := func(salt, label, text string) string {
		t.Helper()
		c, err := ledger.Commit(salt, label, text)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	want := sha256.Sum256([]byte("countersign commitment 1\n" + salt + "\ncomment\nwell done"))
	got := commit(salt, "comment", "well done")
	if got != hex.EncodeToString(want[:]) {
		t.Errorf("commitment %s, want the documented %x", got, want)
	}
	all := []string{
		got, commit(salt, "comment", "well done "), commit(salt, "comment", ""), commit(salt, "registration", ""),
		commit(strings.Repeat("a", 32), "comment", "well done"),
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != 5 {
		t.Errorf("different texts share a commitment: %v", all)
	}
	for _, bad := range []string{"", "00", strings.ToUpper(strings.Repeat("a", 32)), strings.Repeat("g", 32), strings.Repeat("a", 33)} {
		if _, err := ledger.Commit(bad, "comment", "x"); !errors.Is(err, ledger.ErrSalt) {
			t.Errorf("salt %q: error %v, want ErrSalt", bad, err)
		}
	}
	if one, two := ledger.NewSalt(rand.Reader), ledger.NewSalt(rand.Reader); one == two || len(one) != 32 {
		t.Errorf("salts %q, %q", one, two)
	}
}

func TestErasure(t *testing.T) {
	t.Parallel()
	so := signedOff()
	canonical, sealed := leaf(t, decision(t, so)) // both kept with the row

	if ledger.LeafOf(canonical) != sealed {
		t.Error("the leaf can't be checked without the text")
	}
	so.Comment, so.AssessorName, so.Salt = "", "", "" // erased
	if _, err := ledger.DecisionOf(so); !errors.Is(err, ledger.ErrSalt) {
		t.Errorf("error %v, want ErrSalt: an unsalted commitment could be guessed", err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*ledger.Decision){
		"no id":                func(d *ledger.Decision) { d.SignOff = "" },
		"no decision":          func(d *ledger.Decision) { d.Decision = "" },
		"no authentication":    func(d *ledger.Decision) { d.Authentication = "" },
		"not UTF-8":            func(d *ledger.Decision) { d.Level = "\xff" },
		"previous no hash":     func(d *ledger.Decision) { d.Previous = "abc" },
		"upper-case hash":      func(d *ledger.Decision) { d.CompetencyHash = hash("C") },
		"no commitment":        func(d *ledger.Decision) { d.Commitments.Comment = "" },
		"plain text committed": func(d *ledger.Decision) { d.Commitments.Comment = "Well done" },
		"time of another zone": func(d *ledger.Decision) { d.SignedAt = "2026-08-03T10:30:00.000000+01:00" },
		"time without micros":  func(d *ledger.Decision) { d.SignedAt = "2026-08-03T10:30:00Z" },
		"time with a comma":    func(d *ledger.Decision) { d.SignedAt = "2026-08-03T10:30:00,000000Z" },
		"no time":              func(d *ledger.Decision) { d.SignedAt = time.Time{}.Format("2006-01-02T15:04:05.000000Z") },
		"a piece twice":        func(d *ledger.Decision) { d.Evidence[1].ID = d.Evidence[0].ID },
		"revision 0":           func(d *ledger.Decision) { d.Evidence[0].Revision = 0 },
		"revision too big":     func(d *ledger.Decision) { d.Evidence[0].Revision = 1 << 53 },
	} {
		d := decision(t, signedOff())
		spoil(&d)
		if _, _, err := ledger.Leaf(d); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, spoil := range map[string]func(*countersign.SignOff){
		"finer than the database": func(so *countersign.SignOff) { so.SignedAt = so.SignedAt.Add(time.Nanosecond) },
		"comment not UTF-8":       func(so *countersign.SignOff) { so.Comment = "\xff" },
		"evidence without hash":   func(so *countersign.SignOff) { so.Evidence[0].Hash = "" },
	} {
		so := signedOff()
		spoil(&so)
		if _, err := ledger.DecisionOf(so); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, spoil := range map[string]func(*countersign.Revision){
		"no kind":                 func(r *countersign.Revision) { r.Content.Kind = "" },
		"narrative not UTF-8":     func(r *countersign.Revision) { r.Content.Narrative = "a\xffb" },
		"competency twice":        func(r *countersign.Revision) { r.Content.Mapping[1].Competency = "C4.2" },
		"attachment without hash": func(r *countersign.Revision) { r.Attachments[0].SHA256 = "" },
		"negative size":           func(r *countersign.Revision) { r.Attachments[0].Size = -1 },
		"nameless detail":         func(r *countersign.Revision) { r.Content.Details = map[string]string{"": "x"} },
	} {
		r := revision()
		spoil(&r)
		if _, err := ledger.RevisionHash(ledger.ContentOf(r)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
