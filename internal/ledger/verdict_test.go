package ledger_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
)

// attested is an attestation of decisions, sealed into a log of their own.
func attested(t testing.TB, s ledger.Signer, decisions ...countersign.SignOff) ledger.Attestation {
	t.Helper()
	a := ledger.Attestation{
		Log: "countersign/x", URL: "https://a.example", Code: "ABCD", AsAt: "2026-03-02T09:00:00.000000Z", Apprenticeship: "a",
		Document: ledger.Document{Kind: "pdf", SHA256: hash("1"), Pages: []string{hash("2"), hash("3")}}, Keys: []string{s.PublicKey().String()},
	}
	g := grown{tree: new(ledger.Tree), nodes: map[ledger.Node]string{}}
	for i, so := range decisions {
		canonical, l := leaf(t, decision(t, so))
		so.Canonical, so.Leaf = string(canonical), l
		g.nodes[ledger.Node{Number: int64(i)}] = l
		if err := g.tree.Append(l, func(n ledger.Node) { g.nodes[ledger.Node{Level: n.Level, Number: n.Number}] = n.Hash }); err != nil {
			t.Fatal(err)
		}
		a.Decisions = append(a.Decisions, ledger.Attested(so))
	}
	for i := range a.Decisions {
		var err error
		a.Decisions[i].Entry = int64(i)
		if a.Decisions[i].Proof, err = ledger.ProveEntry(g.tree.Size(), int64(i), g.read); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	c := ledger.Checkpoint{Log: a.Log, Size: g.tree.Size(), Root: g.tree.Root(), At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	if a.Checkpoint, err = c.Sign(s); err != nil {
		t.Fatal(err)
	}
	return a
}

func checked(t *testing.T, a ledger.Attestation, s ledger.Signer, now ledger.Document, known ...ledger.PublicKey) ledger.Report {
	t.Helper()
	signed, err := a.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ledger.CheckDocument(signed, now, known)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestADocumentIsValidOnlyAsItWasIssued(t *testing.T) {
	t.Parallel()
	s := aSigner(t, "a.example")
	good := func() ledger.Attestation { return attested(t, s, signedOff(), withdrawal()) }
	now := good().Document
	if r := checked(t, good(), s, now, s.PublicKey()); !r.Valid() || !r.Known || !r.Decisions[1].Sealed {
		t.Fatalf("as it was issued: %+v", r)
	}
	for name, tc := range map[string]struct {
		change func(*ledger.Attestation)
		now    ledger.Document
		says   string
	}{
		"another page":      {func(*ledger.Attestation) {}, ledger.Document{Kind: "pdf", SHA256: hash("9"), Pages: []string{hash("2"), hash("9")}}, "Page 2 was changed"},
		"a page more":       {func(*ledger.Attestation) {}, ledger.Document{Kind: "pdf", SHA256: hash("9"), Pages: []string{hash("2"), hash("3"), hash("4")}}, "3 pages"},
		"between the pages": {func(*ledger.Attestation) {}, ledger.Document{Kind: "pdf", SHA256: hash("9"), Pages: now.Pages}, "outside of what its pages show"},
		"a package":         {func(*ledger.Attestation) {}, ledger.Document{Kind: "package", SHA256: hash("1")}, "another kind"},
		"another comment":   {func(a *ledger.Attestation) { a.Decisions[0].Shown.Comment += "!" }, now, "the comment"},
		"another signer":    {func(a *ledger.Attestation) { a.Decisions[0].Shown.AssessorName = "Nobody" }, now, "the assessor_name"},
		"other evidence":    {func(a *ledger.Attestation) { a.Decisions[0].Shown.Evidence[0].SHA256 = hash("9") }, now, "the evidence"},
		"another level": {func(a *ledger.Attestation) {
			a.Decisions[0].Canonical = strings.Replace(a.Decisions[0].Canonical, `"level":"`, `"level":"9`, 1)
		}, now, "does not hold"},
		"another entry":  {func(a *ledger.Attestation) { a.Decisions[0].Entry = 1 }, now, "does not hold"},
		"another log":    {func(a *ledger.Attestation) { a.Log = "countersign/y" }, now, "does not hold"},
		"no checkpoint":  {func(a *ledger.Attestation) { a.Checkpoint = "" }, now, "does not hold"},
		"no canonical":   {func(a *ledger.Attestation) { a.Decisions[0].Canonical = "{}" }, now, "not what was signed"},
		"not a decision": {func(a *ledger.Attestation) { a.Decisions[0].Canonical = "x" }, now, "not what was signed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			tc.change(&a)
			r := checked(t, a, s, tc.now, s.PublicKey())
			said := strings.Join(r.Wrong, "|")
			for _, d := range r.Decisions {
				said += "|" + d.Why
			}
			if r.Valid() || !strings.Contains(said, tc.says) {
				t.Errorf("valid %t, says %q; want %q", r.Valid(), said, tc.says)
			}
		})
	}
}

func TestADecisionThatIsNotSealedYetRestsOnTheManifest(t *testing.T) {
	t.Parallel()
	s := aSigner(t, "a.example")
	a := attested(t, s, signedOff())
	a.Decisions[0].Entry, a.Decisions[0].Proof, a.Checkpoint = ledger.NotSealed, []string{}, ""
	if r := checked(t, a, s, a.Document, s.PublicKey()); !r.Valid() || r.Decisions[0].Sealed || r.Decisions[0].Why == "" {
		t.Errorf("not sealed: %+v", r)
	}
}

func TestAManifestHasOneForm(t *testing.T) {
	t.Parallel()
	s := aSigner(t, "a.example")
	a := attested(t, s, signedOff())
	signed, err := a.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "{}", " " + string(signed), string(signed) + "\n", strings.Replace(string(signed), `{"manifest":{`, `{"manifest":{"x":1,`, 1)} {
		if _, err := ledger.CheckDocument([]byte(bad), a.Document, nil); !errors.Is(err, ledger.ErrManifest) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
	other, err := ledger.NewSigner(zeros{}, "a.example")
	if err != nil {
		t.Fatal(err)
	}
	if r := checked(t, a, other, a.Document); r.Valid() { // signed by another than it says
		t.Error("a signature of another key is taken")
	}
}
