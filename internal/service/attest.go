package service

import (
	"context"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// codeBytes is how much of a leaf a code holds: too much to guess one.
const codeBytes = 10

// ProofCode is what is printed on a portfolio to find its decisions again: the
// beginning of the leaf of its last decision, in groups of four letters and
// digits. It is empty before the first decision.
func ProofCode(p countersign.Portfolio) string {
	all := p.Register()
	if len(all) == 0 {
		return ""
	}
	leaf, err := hex.DecodeString(all[len(all)-1].Leaf)
	if err != nil || len(leaf) < codeBytes {
		return ""
	}
	code := base32.StdEncoding.EncodeToString(leaf[:codeBytes])
	return strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, "-")
}

// Attest returns the manifest of a document that shows the portfolio: signed,
// with the proof of each decision. The same portfolio gives the same manifest
// once its decisions are sealed, until the key is replaced. It fails with
// ErrNoKey where there is no key to sign with.
func (s *Service) Attest(ctx context.Context, url string, p countersign.Portfolio, doc ledger.Document) (manifest []byte, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		signer, err := s.signer(tx)
		if err != nil {
			return err
		}
		a, err := attestation(tx, p)
		if err != nil {
			return err
		}
		a.URL, a.Document = url, doc
		manifest, err = a.Sign(signer)
		return err
	})
	return manifest, err
}

func attestation(tx *store.Tx, p countersign.Portfolio) (ledger.Attestation, error) {
	a := ledger.Attestation{
		Code: ProofCode(p), AsAt: p.AsAt.UTC().Format("2006-01-02T15:04:05.000000Z"), Apprenticeship: string(p.Apprenticeship.ID),
		Decisions: []ledger.AttestedDecision{},
	}
	var err error
	if a.Log, err = logName(tx); err != nil {
		return a, err
	}
	keys, err := tx.SigningKeys()
	if err != nil {
		return a, err
	}
	for _, k := range keys {
		a.Keys = append(a.Keys, k.Verifier)
	}
	register := p.Register()
	leaves := make([]string, len(register))
	for i, so := range register {
		leaves[i] = so.Leaf
		a.Decisions = append(a.Decisions, ledger.Attested(so))
	}
	return a, proveAll(tx, &a, leaves)
}

// proveAll adds where in the log the decisions are. The checkpoint is the first
// that covers them all, so that it stays the same when the log grows.
func proveAll(tx *store.Tx, a *ledger.Attestation, leaves []string) error {
	numbers, err := tx.EntryNumbers(leaves)
	if err != nil || len(numbers) == 0 {
		return err
	}
	size := int64(0)
	for _, n := range numbers {
		size = max(size, n+1)
	}
	c, err := tx.CheckpointFrom(size)
	if err != nil {
		return err
	}
	a.Checkpoint = c.Note
	for i, leaf := range leaves {
		number, sealed := numbers[leaf]
		if !sealed {
			continue
		}
		d := &a.Decisions[i]
		d.Entry = number
		if d.Proof, err = ledger.ProveEntry(c.Size, number, nodesOf(tx)); err != nil {
			return err
		}
	}
	return nil
}

// Standing is how a decision that somebody holds stands here now.
type Standing struct {
	Here      bool // it was made or received here
	Withdrawn bool // it was taken back since
}

// Standings says how decisions stand here now, by leaf. It tells nothing but
// that of a leaf, which can't be guessed.
func (s *Service) Standings(ctx context.Context, leaves []string) (standings map[string]Standing, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.WithdrawnOf(leaves)
		standings = make(map[string]Standing, len(found))
		for leaf, withdrawn := range found {
			standings[leaf] = Standing{Here: true, Withdrawn: withdrawn}
		}
		return err
	})
	return standings, err
}

// CodeStanding is what a code tells to anybody.
type CodeStanding struct {
	Last     time.Time // when the last decision that the portfolio held was made
	Decided  int       // decisions that it held
	Standing int       // of them that weren't taken back since
}

// errNoCode is said of every code that isn't one.
var errNoCode = countersign.InvalidField("code", "No portfolio with this code was issued here. Check the code: it has 16 letters and digits")

// StandingOfCode says what became of the decisions in the portfolio on which a
// code was printed: how many, and how many still stand. It tells nothing of the
// person.
func (s *Service) StandingOfCode(ctx context.Context, code string) (c CodeStanding, err error) {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	prefix, err := base32.StdEncoding.DecodeString(code)
	if err != nil || len(prefix) != codeBytes {
		return c, errNoCode
	}
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		leaves, last, err := tx.DecisionsOfCode(hex.EncodeToString(prefix))
		if err != nil {
			return err
		}
		withdrawn, err := tx.WithdrawnOf(leaves)
		c.Last, c.Decided = last, len(leaves)
		for _, w := range withdrawn {
			if !w {
				c.Standing++
			}
		}
		return err
	})
	if countersign.KindOf(err) == countersign.NotFound {
		err = errNoCode
	}
	return c, err
}
