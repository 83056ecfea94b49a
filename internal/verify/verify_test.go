package verify_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/pdf"
	"countersign/internal/verify"
)

func signer(t *testing.T, seed byte) ledger.Signer {
	t.Helper()
	s, err := ledger.NewSigner(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), "training.example.org")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// decisions are an assessment and, if asked for, its withdrawal.
func decisions(t *testing.T, withdrawn bool) (all []ledger.AttestedDecision) {
	t.Helper()
	assessed := countersign.SignOff{
		ID: "s1", Apprenticeship: "a1", FrameworkID: "gpa", FrameworkVersion: "1.0.0", Competency: "GPA-1", TextHash: strings.Repeat("ab", 32),
		Decision: countersign.Competent, Part: countersign.FirstAssessment, Level: "4", Comment: "Well done", Statement: "She is competent",
		Assessor: "p2", AssessorName: "Dr Megan Bell", AssessorRole: countersign.GPSupervisor, Authentication: "password",
		SignedAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Salt: strings.Repeat("0f", 16),
	}
	list := []countersign.SignOff{assessed}
	if withdrawn {
		w := assessed
		w.ID, w.Supersedes, w.Decision, w.Part, w.Level = "s2", "s1", countersign.DecisionWithdrawn, countersign.Withdrawal, ""
		list = append(list, w)
	}
	for _, so := range list {
		d, err := ledger.DecisionOf(so)
		if err != nil {
			t.Fatal(err)
		}
		canonical, _, err := ledger.Leaf(d)
		if err != nil {
			t.Fatal(err)
		}
		so.Canonical = string(canonical)
		all = append(all, ledger.Attested(so))
	}
	return all
}

// portfolio is one as PDF, signed with key 1.
func portfolio(t *testing.T, withdrawn bool) []byte {
	t.Helper()
	s := signer(t, 1)
	p := countersign.Portfolio{
		Apprenticeship: countersign.Apprenticeship{ID: "a1", ApprenticeName: "Asha Patel"},
		Framework:      countersign.Framework{ID: "gpa", Version: "1.0.0", Title: "General Practice Assistant"},
		AsAt:           time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
	proof := pdf.Proof{Code: "ABCD", Page: "https://training.example.org/verify", Scan: "https://training.example.org/verify?code=ABCD", Manifest: func(d pdf.Digests) ([]byte, error) {
		return ledger.Attestation{
			Log: "countersign/x", URL: "https://training.example.org", Code: "ABCD", AsAt: "2026-03-02T09:00:00.000000Z", Apprenticeship: "a1",
			Document: verify.Document(d), Decisions: decisions(t, withdrawn), Keys: []string{s.PublicKey().String()},
		}.Sign(s)
	}}
	var b bytes.Buffer
	if err := pdf.Portfolio(t.Context(), &b, p, nil, &proof); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func check(data []byte, known ...ledger.PublicKey) (ledger.Report, error) {
	return verify.File(bytes.NewReader(data), int64(len(data)), known)
}

func TestAPortfolioIsValidByTheKeyOfWhoIssuedIt(t *testing.T) {
	t.Parallel()
	data, ours, others := portfolio(t, false), signer(t, 1).PublicKey(), signer(t, 2).PublicKey()
	for what, c := range map[string]struct {
		known        []ledger.PublicKey
		valid, knows bool
		status       ledger.Status
	}{
		"with its key":             {[]ledger.PublicKey{others, ours}, true, true, ledger.Valid},
		"by its own word":          {nil, true, false, ledger.Valid},
		"with somebody else's key": {[]ledger.PublicKey{others}, false, false, ledger.UnknownKey},
	} {
		if r, err := check(data, c.known...); err != nil || r.Valid() != c.valid || r.Known != c.knows || r.Decisions[0].Status != c.status {
			t.Errorf("%s: %+v, %v", what, r, err)
		}
	}
}

func TestAPortfolioWithAChangedByteIsNotValid(t *testing.T) {
	t.Parallel()
	data, ours := portfolio(t, false), signer(t, 1).PublicKey()
	for i := 0; i < len(data); i += 1 + len(data)/60 {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if r, err := check(changed, ours); err == nil && r.Valid() {
			t.Errorf("byte %d of %d may be changed", i, len(data))
		}
	}
}

func TestADecisionThatWasWithdrawnIsNamedInAValidPortfolio(t *testing.T) {
	t.Parallel()
	r, err := check(portfolio(t, true), signer(t, 1).PublicKey())
	if err != nil || !r.Valid() || len(r.Decisions) != 2 || r.Decisions[0].Status != ledger.Withdrawn || r.Decisions[1].Status != ledger.Valid {
		t.Errorf("%+v, %v", r, err)
	}
}

// Whoever sends something else is told in a sentence, and whether it was ours.
func TestWhatIsNoPortfolioOfOursIsSaidToBeNone(t *testing.T) {
	t.Parallel()
	data := portfolio(t, false)
	for what, c := range map[string]struct {
		file    []byte
		changed bool
	}{
		"nothing":                     {nil, false},
		"a letter":                    {[]byte("%"), false},
		"random text":                 {bytes.Repeat([]byte("Countersign "), 4096), false},
		"a PDF of somebody else":      {[]byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"), false},
		"one of ours without its end": {data[:len(data)-200], true},
		"something after its end":     {append(bytes.Clone(data), "%%EOF\n"...), true},
		"an archive that is none":     {[]byte("PK\x03\x04 and then nothing"), true},
	} {
		_, err := check(c.file)
		var said *verify.Error
		if !errors.As(err, &said) || said.Changed != c.changed || said.Says == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestABadgeThatIsNoneOrTooLargeIsSaidToBeNone(t *testing.T) {
	t.Parallel()
	large := append([]byte(`{"@context": "`), bytes.Repeat([]byte("x"), 1<<20)...)
	for what, file := range map[string][]byte{"nothing": nil, "other JSON": []byte("{}"), "half of it": []byte(`{"@context": [`), "too large": append(large, `"}`...)} {
		_, err := verify.Badge(bytes.NewReader(file), int64(len(file)), nil, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		var said *verify.Error
		if !errors.As(err, &said) || said.Changed {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// The form of the command and that of the API are both in people's hands.
func TestKeysAreReadAsPrintedAndAsAnswered(t *testing.T) {
	t.Parallel()
	one, two := signer(t, 1).PublicKey().String(), signer(t, 2).PublicKey().String()
	for text, want := range map[string]int{
		one + "\n" + two + "\n":       2,
		"# ours\n\n  " + one + "\r\n": 1,
		`{"items":[{"verifier":"` + one + `"},{"verifier":"` + two + `"}]}`: 2,
		"":                    0,
		"# none\n":            0,
		`{"items":[]}`:        0,
		one + "\nsomething\n": 0,
	} {
		keys, err := verify.Keys(text)
		if len(keys) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d keys, %v", text, len(keys), err)
		}
	}
}
