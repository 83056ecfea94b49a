package ledger

import (
	"errors"
	"fmt"
	"slices"

	"countersign/internal/countersign"
)

// Status is what a check says of a decision.
type Status string

// The statuses.
const (
	Valid      Status = "valid"
	Changed    Status = "changed"         // it isn't what was signed
	Withdrawn  Status = "withdrawn since" // it is what was signed, but was taken back afterwards
	UnknownKey Status = "unknown key"     // signed by an installation that isn't among the known
)

// CheckedDecision is what a check says of one decision.
type CheckedDecision struct {
	Decision
	Leaf    string
	Shown   *Shown // nil once erased
	Passkey bool   // signed by a passkey that the decision names
	Sealed  bool   // proved to be in the log
	Status  Status
	Why     string // empty if there is nothing to say
}

// Report is what a check says of a document.
type Report struct {
	Attestation
	Key       PublicKey // that signed it
	Known     bool      // the key is one of those that were given
	Foreign   bool      // keys were given, and it is none of them
	Wrong     []string  // what isn't as it was issued, in a user's words
	Decisions []CheckedDecision
}

// Valid reports whether everything is as it was issued and signed. Without a
// known key that says only that it holds together.
func (r Report) Valid() bool {
	return len(r.Wrong) == 0 && !r.Foreign && !slices.ContainsFunc(r.Decisions, func(d CheckedDecision) bool { return d.Status == Changed || d.Status == UnknownKey })
}

// CheckDocument checks a document by the manifest inside it: what its bytes are
// now against what was issued, and each decision against its leaf, its proof and
// the signed checkpoint. Without known keys it takes the manifest's word for its
// key. It fails with ErrManifest if the manifest can't be read.
func CheckDocument(signed []byte, now Document, known []PublicKey) (Report, error) {
	a, manifest, signature, err := openAttestation(signed)
	if err != nil {
		return Report{}, err
	}
	r := Report{Attestation: a}
	keys := make([]PublicKey, len(a.Keys))
	for i, k := range a.Keys {
		if keys[i], err = ParsePublicKey(k); err != nil {
			return Report{}, fmt.Errorf("%w: %w", ErrManifest, err)
		}
	}
	if len(keys) == 0 {
		return Report{}, ErrManifest
	}
	r.Key = keys[len(keys)-1]
	r.Known = slices.ContainsFunc(known, func(k PublicKey) bool { return k.String() == r.Key.String() })
	r.Foreign = len(known) > 0 && !r.Known
	intact := r.Key.Verify(append([]byte(attestedAs), manifest...), signature)
	if !intact {
		r.Wrong = append(r.Wrong, "The list of decisions inside the document, or its signature, was changed")
	}
	r.compare(now)
	r.decisions(intact, known, keys)
	return r, nil
}

// compare says which bytes of the document differ.
func (r *Report) compare(now Document) {
	was := r.Document
	if was.Kind != now.Kind {
		r.Wrong = append(r.Wrong, "The manifest is that of another kind of document")
		return
	}
	if len(was.Pages) != len(now.Pages) {
		r.Wrong = append(r.Wrong, fmt.Sprintf("It has %d pages, and was issued with %d", len(now.Pages), len(was.Pages)))
	}
	named := false
	for i := range min(len(was.Pages), len(now.Pages)) {
		if was.Pages[i] != now.Pages[i] {
			r.Wrong, named = append(r.Wrong, fmt.Sprintf("Page %d was changed", i+1)), true
		}
	}
	if was.SHA256 != now.SHA256 && !named {
		r.Wrong = append(r.Wrong, "The document was changed outside of what its pages show")
	}
}

// decisions checks each decision. An intact manifest's word for the other keys
// of the installation is good; of one that isn't, only what known keys signed.
func (r *Report) decisions(intact bool, known, keys []PublicKey) {
	if len(known) > 0 && !(intact && r.Known) {
		keys = known
	}
	checkpoint, _, checkpointErr := OpenCheckpoint(r.Checkpoint, keys...)
	if checkpointErr == nil && checkpoint.Log != r.Log {
		checkpointErr = errors.New("it is of another log")
	}
	for _, a := range r.Attestation.Decisions {
		d := CheckedDecision{Leaf: LeafOf([]byte(a.Canonical)), Shown: a.Shown, Status: Valid}
		var err error
		if d.Decision, err = ReadDecision([]byte(a.Canonical)); err == nil {
			err = checkShown(d.Decision, a.Shown)
		}
		var passkeyErr error
		if key := (countersign.SignOff{Authentication: d.Authentication}).Fingerprint(); key != "" || a.Signature != "" {
			passkeyErr = CheckSignature(a.Signature, []byte(a.Canonical), key)
			d.Passkey = passkeyErr == nil
		}
		switch {
		case err != nil:
			d.Status, d.Why = Changed, "What it says is not what was signed: "+err.Error()
		case passkeyErr != nil:
			d.Status, d.Why = Changed, "It is not what the signer's passkey signed"
		case r.Foreign:
			d.Status, d.Why = UnknownKey, "It is signed with the key "+r.Key.ID()+", which is not among the known ones"
		case a.Entry == NotSealed && intact:
			d.Why = "It was not in the log yet when the document was made"
		case a.Entry == NotSealed:
			d.Status, d.Why = Changed, "The signature does not hold"
		case checkpointErr != nil || CheckEntry(checkpoint, a.Entry, d.Leaf, a.Proof) != nil:
			d.Status, d.Why = Changed, "The proof that it is in the log does not hold"
		default:
			d.Sealed = true
		}
		r.Decisions = append(r.Decisions, d)
	}
	r.takenBack()
}

// takenBack says of decisions that a later one in the document withdrew them.
func (r *Report) takenBack() {
	by := make(map[string]int, len(r.Decisions))
	for i, d := range r.Decisions {
		by[d.SignOff] = i
	}
	for _, w := range r.Decisions {
		if w.Decision.Decision != string(countersign.DecisionWithdrawn) {
			continue
		}
		for i, ok := by[w.Supersedes]; ok; i, ok = by[r.Decisions[i].Supersedes] {
			d := &r.Decisions[i]
			delete(by, d.SignOff) // each once, so that a circle ends
			if d.Status == Valid {
				d.Status, d.Why = Withdrawn, "A later decision in this document withdrew it"
			}
		}
	}
}

// checkShown holds the text against the commitments.
func checkShown(d Decision, s *Shown) error {
	if _, _, err := Leaf(d); err != nil || s == nil {
		return err
	}
	commitments := map[string][2]string{
		"assessor_name": {s.AssessorName, d.Commitments.AssessorName}, "registration": {s.Registration, d.Commitments.Registration},
		"comment": {s.Comment, d.Commitments.Comment}, "statement": {s.Statement, d.Commitments.Statement},
	}
	for _, e := range d.Evidence {
		label := fmt.Sprintf("evidence %s %d", e.ID, e.Revision)
		commitments[label] = [2]string{"", e.Content}
		for _, shown := range s.Evidence {
			if shown.ID == e.ID && shown.Revision == e.Revision {
				commitments[label] = [2]string{shown.SHA256, e.Content}
			}
		}
		if commitments[label][0] == "" { // destroyed
			delete(commitments, label)
		}
	}
	for label, c := range commitments {
		if got, err := Commit(s.Salt, label, c[0]); err != nil || got != c[1] {
			return fmt.Errorf("the %s", label)
		}
	}
	return nil
}
