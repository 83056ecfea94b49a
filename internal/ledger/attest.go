package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"countersign/internal/countersign"
)

// Attestation is what an installation says of a portfolio that it issued, and
// signs: which bytes it has, and what is needed to check each decision in it
// without the installation. Its JSON is the manifest inside the document.
type Attestation struct {
	V              int                `json:"v"`
	Type           string             `json:"type"` // "portfolio_manifest"
	Log            string             `json:"log"`
	URL            string             `json:"url"`  // of the installation
	Code           string             `json:"code"` // as printed; empty without decisions
	AsAt           string             `json:"as_at"`
	Apprenticeship string             `json:"apprenticeship"`
	Document       Document           `json:"document"`
	Checkpoint     string             `json:"checkpoint"` // a signed note, over all entries; empty while none is sealed
	Decisions      []AttestedDecision `json:"decisions"`  // oldest first
	Keys           []string           `json:"keys"`       // public keys of the installation; the last one signs this
}

// Document names bytes.
type Document struct {
	Kind   string   `json:"kind"`   // "pdf" or "package"
	SHA256 string   `json:"sha256"` // of a PDF before the manifest was added; of a package's manifest.json without the proof
	Pages  []string `json:"pages"`  // SHA-256 of each page of a PDF
}

// AttestedDecision is a decision with what is needed to check it.
type AttestedDecision struct {
	Canonical string   `json:"canonical"` // what the leaf was made of: JSON, as text
	Entry     int64    `json:"entry"`     // where in the log; -1 if it wasn't sealed yet
	Proof     []string `json:"proof"`     // from the entry to the checkpoint
	Shown     *Shown   `json:"shown"`     // null once it is erased
	Signature string   `json:"signature"` // of the signer's passkey, see Signature; empty if none signed
}

// Shown is the personal text of a decision, with the salt that shows that it is
// what was signed.
type Shown struct {
	Salt         string          `json:"salt"`
	AssessorName string          `json:"assessor_name"`
	Registration string          `json:"registration"`
	Comment      string          `json:"comment"`
	Statement    string          `json:"statement"`
	Evidence     []ShownEvidence `json:"evidence"`
}

// ShownEvidence is the hash of a revision that a decision relied on; empty if it
// was destroyed.
type ShownEvidence struct {
	ID       string `json:"id"`
	Revision int    `json:"revision"`
	SHA256   string `json:"sha256"`
}

const (
	attestationType = "portfolio_manifest"
	// attestedAs stands before an attestation when it is signed, so that no
	// signature of anything else can be one of an attestation.
	attestedAs = "countersign manifest 1\n"
	// NotSealed is the entry of a decision that isn't in the log yet.
	NotSealed = -1
)

// Attested returns a decision for an attestation, without its place in the log.
func Attested(so countersign.SignOff) AttestedDecision {
	d := AttestedDecision{Canonical: so.Canonical, Entry: NotSealed, Proof: []string{}, Signature: so.Signature}
	if so.Salt == "" {
		return d
	}
	d.Shown = &Shown{Salt: so.Salt, AssessorName: so.AssessorName, Registration: so.Registration, Comment: so.Comment, Statement: so.Statement, Evidence: []ShownEvidence{}}
	for _, e := range so.Evidence {
		d.Shown.Evidence = append(d.Shown.Evidence, ShownEvidence{ID: string(e.Evidence), Revision: e.Revision, SHA256: e.Hash})
	}
	return d
}

// envelope is an attestation with its signature.
type envelope struct {
	Manifest  json.RawMessage `json:"manifest"`
	Signature string          `json:"signature"` // base64
}

// Sign returns the manifest: the attestation and its signature as canonical
// JSON.
func (a Attestation) Sign(s Signer) ([]byte, error) {
	a.V, a.Type = Version, attestationType
	manifest, err := canonical(a)
	if err != nil {
		return nil, err
	}
	return canonical(envelope{manifest, base64.StdEncoding.EncodeToString(s.Sign(append([]byte(attestedAs), manifest...)))})
}

// ErrManifest says that something isn't a manifest in the one form that one has.
var ErrManifest = errors.New("ledger: the manifest is not readable, so it was changed")

// openAttestation reads a manifest and returns what its signature is over.
func openAttestation(signed []byte) (a Attestation, manifest, signature []byte, err error) {
	var e envelope
	if err := strict(signed, &e); err != nil {
		return a, nil, nil, err
	}
	if err := strict(e.Manifest, &a); err != nil {
		return a, nil, nil, err
	}
	again, err := canonical(e)
	if err != nil || !bytes.Equal(again, signed) || a.V != Version || a.Type != attestationType {
		return a, nil, nil, ErrManifest
	}
	signature, err = exactly(base64.StdEncoding, e.Signature)
	if err != nil {
		return a, nil, nil, ErrManifest
	}
	return a, e.Manifest, signature, nil
}

// strict reads one JSON value whose keys are all known.
func strict(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", ErrManifest, err)
	}
	return nil
}
