package ledger_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
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

// A portfolio that holds no decision yet can be made up by anybody too.
func TestADocumentOfAnUnknownKeyIsNotValidWhateverIsInIt(t *testing.T) {
	t.Parallel()
	s, forger := aSigner(t, "a.example"), aSigner(t, "forger.example")
	for name, a := range map[string]ledger.Attestation{"no decision": attested(t, forger), "a decision": attested(t, forger, signedOff())} {
		if a.Decisions == nil {
			a.Checkpoint, a.Decisions = "", []ledger.AttestedDecision{}
		}
		if r := checked(t, a, forger, a.Document, s.PublicKey()); r.Valid() || r.Known {
			t.Errorf("%s: valid %v, known %v", name, r.Valid(), r.Known)
		}
		if r := checked(t, a, forger, a.Document); !r.Valid() || r.Known {
			t.Errorf("%s, without known keys: valid %v, known %v", name, r.Valid(), r.Known)
		}
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

// The last letter of a signature has bits that a lenient reader passes over.
func TestEachByteOfACheckpointAndOfAManifestsSignatureCounts(t *testing.T) {
	t.Parallel()
	s := aSigner(t, "a.example")
	a := attested(t, s, signedOff())
	signed, err := a.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	each := func(what, text string, from int, taken func(changed string) bool) {
		for at := from; at < len(text); at++ {
			for bit := range 7 {
				if changed := text[:at] + string(text[at]^1<<bit) + text[at+1:]; taken(changed) {
					t.Errorf("byte %d of the %s may be %q", at, what, changed[at])
				}
			}
		}
	}
	each("checkpoint", a.Checkpoint, 0, func(changed string) bool {
		_, _, err := ledger.OpenCheckpoint(changed, s.PublicKey())
		return err == nil
	})
	each("manifest", string(signed), strings.LastIndex(string(signed), `"signature"`), func(changed string) bool {
		r, err := ledger.CheckDocument([]byte(changed), a.Document, nil)
		return err == nil && r.Valid()
	})
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

// signedByPasskey returns a decision that names a passkey, with what it signed.
func signedByPasskey(t *testing.T) countersign.SignOff {
	t.Helper()
	public, private, err := ed25519.GenerateKey(zeros{})
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	so, text := signedOff(), base64.RawURLEncoding
	kept := ledger.Signature{V: 1, PublicKey: base64.StdEncoding.EncodeToString(spki), Domain: "a.example"}
	key, err := ledger.KeyFingerprint(kept.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	so.Authentication = "passkey:" + key
	canonical, _ := leaf(t, decision(t, so))
	client := []byte(`{"type":"webauthn.get","challenge":"` + text.EncodeToString(ledger.Challenge(ledger.Digest(canonical))) + `"}`)
	domain, hash := sha256.Sum256([]byte(kept.Domain)), sha256.Sum256(client)
	data := append(domain[:], 1|4, 0, 0, 0, 1) // the user was there, and verified
	kept.AuthenticatorData, kept.ClientDataJSON = text.EncodeToString(data), text.EncodeToString(client)
	kept.Signature = text.EncodeToString(ed25519.Sign(private, append(data, hash[:]...)))
	if so.Signature, err = kept.Encode(); err != nil {
		t.Fatal(err)
	}
	return so
}

// What the signer's own key signed is checked without the installation too.
func TestAPasskeysSignatureIsPartOfTheProof(t *testing.T) {
	t.Parallel()
	s := aSigner(t, "a.example")
	good := attested(t, s, signedByPasskey(t))
	if r := checked(t, good, s, good.Document, s.PublicKey()); !r.Valid() || !r.Decisions[0].Passkey {
		t.Errorf("as it was signed: %+v", r.Decisions)
	}
	for what, signature := range map[string]string{
		"none": "", "another": strings.Replace(good.Decisions[0].Signature, `"rp_id":"a`, `"rp_id":"b`, 1), "nonsense": "x",
	} {
		forged := attested(t, s, signedByPasskey(t))
		forged.Decisions[0].Signature = signature
		if r := checked(t, forged, s, forged.Document, s.PublicKey()); r.Valid() || r.Decisions[0].Status != ledger.Changed || !strings.Contains(r.Decisions[0].Why, "passkey") {
			t.Errorf("%s: %+v", what, r.Decisions)
		}
	}
	plain := attested(t, s, signedOff())
	plain.Decisions[0].Signature = good.Decisions[0].Signature
	if r := checked(t, plain, s, plain.Document, s.PublicKey()); r.Valid() {
		t.Error("a signature beside a decision that names no key is taken")
	}
}
