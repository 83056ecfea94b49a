package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/framework"
	"countersign/internal/ledger"
	"countersign/internal/store"
	"countersign/internal/tsa"
)

// LedgerCheck is how much was checked.
type LedgerCheck struct {
	Decisions, Erased, Unsealed         int
	Pieces, Revisions, Destroyed, Files int
	Frameworks, Reviews                 int
	Records, Forgotten, Behind          int // other rows; those without a salt; apprenticeships with some that aren't sealed yet
	Entries                             int64
	Checkpoints, Stamped, Findings      int
	Stamp                               tsa.Stamp // the newest
}

// VerifyLedger recomputes everything that the ledger covers from the database
// and the files: decisions, the evidence that they rest on, framework texts,
// progress reviews, every other row that was sealed, marks of erasure, the log's
// tree and its checkpoints. It tells each thing that isn't as it was, in the
// order in which it finds them, and from time to time how far it is. Known are checkpoints that were kept elsewhere: the log must
// have grown from them. It reads page by page, so that memory doesn't grow.
func (s *Service) VerifyLedger(ctx context.Context, actor authz.Actor, known []ledger.Checkpoint, found func(ledger.Finding), progress func(LedgerCheck)) (LedgerCheck, error) {
	permit, err := actor.Check(authz.CheckLedger, authz.Subject{})
	if err != nil {
		return LedgerCheck{}, err
	}
	v := &verification{s: s, ctx: ctx, permit: permit, known: known, progress: progress, files: map[string]string{}, texts: map[[2]string]*countersign.Framework{}}
	v.found = func(f ledger.Finding) {
		v.done.Findings++
		found(f)
	}
	for _, step := range []func() error{v.frameworks, v.decisions, v.pieces, v.reviews, v.records, v.erased, v.log} {
		if err := step(); err != nil {
			return v.done, err
		}
	}
	return v.done, nil
}

// verification is a check of the ledger under way.
type verification struct {
	s        *Service
	ctx      context.Context
	permit   authz.Permit
	known    []ledger.Checkpoint
	found    func(ledger.Finding)
	progress func(LedgerCheck)
	done     LedgerCheck

	texts map[[2]string]*countersign.Framework // nil for one whose file can't be read
	files map[string]string                    // what is wrong with a file, by hash: some that were looked at lately
}

// Sizes of pages.
const (
	checkedApprenticeships = 50
	checkedPieces          = 200
	checkedEntries         = 4096
	checkedRecords         = 1000
	rememberedFiles        = 50_000
)

func (v *verification) read(fn func(*store.Tx) error) error { return v.s.store.Read(v.ctx, fn) }

func (v *verification) unreadable(rows []store.Unreadable) {
	for _, r := range rows {
		v.found(ledger.Finding{Table: r.Table, Row: r.Row, Column: "?", Says: "the row cannot be read: " + r.Err.Error()})
	}
}

// frameworks holds each framework version against its checksum.
func (v *verification) frameworks() error {
	return v.read(func(tx *store.Tx) error {
		rows, err := tx.FrameworksToCheck(v.permit)
		for _, r := range rows {
			v.done.Frameworks++
			name := r.ID + "@" + r.Version
			sum := sha256.Sum256([]byte(r.Source))
			if hex.EncodeToString(sum[:]) != r.SHA256 {
				v.found(ledger.Finding{Table: "frameworks", Row: name, Column: "source, sha256", Says: "the text of the framework, or its checksum, was changed"})
			}
			f, err := framework.Parse(name+".yaml", []byte(r.Source))
			if err != nil {
				v.texts[[2]string{r.ID, r.Version}] = nil
				v.found(ledger.Finding{Table: "frameworks", Row: name, Column: "source", Says: "the text of the framework cannot be read: " + err.Error()})
				continue
			}
			v.texts[[2]string{r.ID, r.Version}] = &f
			for column, differs := range map[string]bool{
				"title": f.Title != r.Title, "standing": string(f.Standing) != r.Standing, "notice": f.Notice != r.Notice, "competencies": len(f.Competencies()) != r.Competencies,
			} {
				if differs {
					v.found(ledger.Finding{Table: "frameworks", Row: name, Column: column, Says: "it is not what the framework's text says"})
				}
			}
		}
		return err
	})
}

// decisions holds each decision against its leaf, its framework and the chain.
func (v *verification) decisions() error {
	for after := ""; ; {
		var page []store.DecisionToCheck
		err := v.read(func(tx *store.Tx) (err error) {
			var bad []store.Unreadable
			page, bad, after, err = tx.DecisionsToCheck(v.permit, after, checkedApprenticeships)
			v.unreadable(bad)
			return err
		})
		if err != nil || after == "" {
			return err
		}
		for len(page) > 0 {
			n := 1
			for n < len(page) && page[n].Apprenticeship == page[0].Apprenticeship {
				n++
			}
			v.chain(page[:n])
			page = page[n:]
		}
		v.progress(v.done)
	}
}

// chain checks the decisions of one apprenticeship.
func (v *verification) chain(all []store.DecisionToCheck) {
	leaves := map[string]bool{"": true}
	for _, d := range all {
		leaves[d.Leaf] = true
	}
	for _, d := range all {
		v.done.Decisions++
		if d.Erased {
			v.done.Erased++
		}
		if !d.Sealed {
			v.done.Unsealed++
		}
		for _, f := range ledger.CompareDecision(d.SignOff, d.Erased, d.Sealed) {
			v.found(f)
		}
		if !leaves[d.PreviousLeaf] {
			v.found(ledger.Finding{Table: "sign_offs", Row: string(d.ID), Column: "previous_leaf", Says: "the decision before it is gone, or was changed"})
		}
		v.relied(d)
		f, known := v.texts[[2]string{d.FrameworkID, d.FrameworkVersion}]
		if !known {
			v.found(ledger.Finding{Table: "sign_offs", Row: string(d.ID), Column: "framework_id, framework_version", Says: "there is no such framework"})
		}
		if f == nil {
			continue // named already
		}
		if c, ok := f.Competency(d.Competency); !ok || framework.CompetencyHash(*f, c) != d.TextHash {
			v.found(ledger.Finding{Table: "frameworks", Row: d.FrameworkID + "@" + d.FrameworkVersion, Column: "source",
				Says: "the text of " + d.Competency + " is not the one that decision " + string(d.ID) + " was about"})
		}
	}
}

// relied holds what a decision relied on against the revisions.
func (v *verification) relied(d store.DecisionToCheck) {
	for _, e := range d.Evidence {
		k, ok := d.Kept[e.Evidence]
		switch {
		case !ok:
			v.found(ledger.Finding{Table: "evidence_revisions", Row: fmt.Sprintf("%s %d", e.Evidence, e.Revision), Column: "evidence_id, number",
				Says: "evidence that decision " + string(d.ID) + " relied on is gone"})
		case e.Hash != "" && k.Hash != "" && e.Hash != k.Hash:
			v.found(ledger.Finding{Table: "evidence_revisions", Row: fmt.Sprintf("%s %d", e.Evidence, e.Revision), Column: "hash",
				Says: "the hash of “" + k.Title + "” is not the one that decision " + string(d.ID) + " relied on"})
		case e.Title != k.Title && !k.Destroyed && !(d.Erased && e.Title == ""):
			v.found(ledger.Finding{Table: "sign_offs", Row: string(d.ID), Column: "relied_text",
				Says: "the title of evidence “" + k.Title + "” was changed in the decision or in the evidence"})
		}
	}
}

// pieces holds what was submitted against its hashes, and what pieces say now
// against what was submitted.
func (v *verification) pieces() error {
	for after := ""; ; {
		var page []store.PieceToCheck
		err := v.read(func(tx *store.Tx) error {
			pieces, bad, err := tx.PiecesToCheck(v.permit, after, checkedPieces)
			page = pieces
			v.unreadable(bad)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, p := range page {
			v.done.Pieces++
			if err := v.piece(p); err != nil {
				return err
			}
		}
		after = string(page[len(page)-1].ID)
		v.progress(v.done)
	}
}

func (v *verification) piece(p store.PieceToCheck) error {
	for _, r := range p.Revisions {
		v.done.Revisions++
		if !r.DestroyedAt.IsZero() {
			v.done.Destroyed++
			continue
		}
		for _, f := range ledger.CompareRevision(r, p.Evidence) {
			v.found(f)
		}
		for _, a := range r.Attachments {
			if err := v.file(r, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// file holds the bytes of a file against the hash that a revision has of them.
func (v *verification) file(r countersign.Revision, a countersign.Attachment) error {
	for _, sum := range []string{a.SHA256, a.Rendition.SHA256} {
		if sum == "" {
			continue
		}
		wrong, looked := v.files[sum]
		if !looked {
			if len(v.files) >= rememberedFiles {
				clear(v.files)
			}
			var err error
			if wrong, err = v.bytes(sum); err != nil {
				return err
			}
			v.files[sum] = wrong
		}
		if wrong != "" {
			v.found(ledger.Finding{Table: "files", Row: sum, Column: a.Name, Says: "the file “" + a.Name + "” of the piece “" + r.Content.Title + "” " + wrong})
		}
	}
	return nil
}

// bytes says what is wrong with the content of that hash.
func (v *verification) bytes(sum string) (string, error) {
	v.done.Files++
	content, err := v.s.files.OpenUnchecked(v.ctx, sum)
	hash := sha256.New()
	if err == nil {
		_, err = io.Copy(hash, content)
		err = errors.Join(err, content.Close())
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is gone", nil
	case errors.Is(err, files.ErrDamaged), err == nil && hex.EncodeToString(hash.Sum(nil)) != sum:
		return "was changed", nil
	}
	return "", err
}

// reviews holds progress reviews against what their parties signed.
func (v *verification) reviews() error {
	for after := ""; ; {
		var page []countersign.ProgressReview
		var erased map[countersign.ProgressReviewID]bool
		more := false
		err := v.read(func(tx *store.Tx) error {
			reviews, gone, bad, err := tx.ReviewsToCheck(v.permit, after, checkedPieces)
			page, erased = reviews, gone
			v.unreadable(bad)
			for _, b := range bad {
				after, more = max(after, b.Row), true
			}
			return err
		})
		if err != nil || len(page) == 0 && !more {
			return err
		}
		for _, r := range page {
			v.done.Reviews++
			after = max(after, string(r.ID))
			if erased[r.ID] {
				continue
			}
			now, err := ledger.ProgressReviewHash(r)
			for _, s := range r.Signatures {
				if err != nil || s.SHA256 != now {
					v.found(ledger.Finding{Table: "progress_reviews", Row: string(r.ID), Column: "what " + string(s.Party) + " signed", Says: "the progress review, or the hash that was signed, was changed"})
				}
			}
		}
		v.progress(v.done)
	}
}
