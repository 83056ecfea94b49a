package service

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"

	"countersign/internal/ledger"
	"countersign/internal/store"
	"countersign/internal/tsa"
)

// records holds each row that was sealed against its leaf.
func (v *verification) records() error {
	for table, row := "", ""; ; {
		var page []store.RecordToCheck
		err := v.read(func(tx *store.Tx) (err error) {
			page, err = tx.RecordsToCheck(v.permit, table, row, checkedRecords)
			return err
		})
		if err != nil || len(page) == 0 {
			return errors.Join(err, v.behind())
		}
		for _, r := range page {
			v.done.Records++
			if r.Erased {
				v.done.Forgotten++
			}
			if table, row = r.Table, r.ID; r.Err != nil {
				v.unreadable([]store.Unreadable{{Table: table, Row: row, Err: r.Err}})
				continue
			}
			for _, f := range ledger.CompareRow(ledger.SealedRow(r.LedgerRecord), (*ledger.Row)(r.Now)) {
				v.found(f)
			}
		}
		v.progress(v.done)
	}
}

// erased looks for marks of erasure that no decision stands behind: what they
// are on is passed over where texts are compared.
func (v *verification) erased() error {
	return v.read(func(tx *store.Tx) error {
		undecided, err := tx.UndecidedErasures(v.permit)
		for _, r := range undecided {
			v.found(ledger.Finding{Table: r.Table, Row: r.ID, Column: "erased_at", Says: "it is marked as erased, and no erasure of it was decided"})
		}
		return err
	})
}

// behind counts what the log doesn't hold yet.
func (v *verification) behind() error {
	return v.read(func(tx *store.Tx) (err error) {
		v.done.Behind, err = tx.UnsealedRecords(v.permit)
		return err
	})
}

// log builds the tree again and holds the kept hashes, the checkpoints and
// those known from elsewhere against it.
func (v *verification) log() error {
	keys, name, size, err := v.logFacts()
	if err != nil {
		return err
	}
	var tree ledger.Tree
	for tree.Size() < size {
		from := tree.Size()
		var entries []store.EntryToCheck
		var checkpoints []store.LedgerCheckpoint
		var stamps map[int64]store.LedgerTimestamp
		made := map[int][]store.LedgerNode{}
		err := v.read(func(tx *store.Tx) (err error) {
			if entries, err = tx.EntriesToCheck(v.permit, from, checkedEntries); err != nil {
				return err
			}
			to := from + int64(len(entries))
			if checkpoints, err = tx.CheckpointsToCheck(v.permit, from+1, to); err != nil {
				return err
			}
			stamps, err = tx.TimestampsToCheck(v.permit, from+1, to)
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !v.entry(&tree, e, made) {
				return nil
			}
			for len(checkpoints) > 0 && checkpoints[0].Size == tree.Size() {
				v.checkpoint(checkpoints[0], tree.Root(), name, keys)
				v.stamp(checkpoints[0], stamps[tree.Size()])
				checkpoints = checkpoints[1:]
			}
			for _, k := range v.known {
				if k.Size == tree.Size() && k.Root != tree.Root() {
					v.found(ledger.Finding{Table: "ledger_checkpoints", Row: fmt.Sprint(k.Size), Column: "root", Says: "the log did not grow from the checkpoint that you kept: it was written anew"})
				}
			}
		}
		if err := v.nodes(made); err != nil {
			return err
		}
		v.progress(v.done)
	}
	return v.end(size)
}

// logFacts returns the keys, the name and the size of the log.
func (v *verification) logFacts() (keys []ledger.PublicKey, name string, size int64, err error) {
	err = v.read(func(tx *store.Tx) error {
		registered, err := tx.SigningKeys()
		if err != nil {
			return err
		}
		for _, k := range registered {
			public, err := ledger.ParsePublicKey(k.Verifier)
			if err != nil {
				v.found(ledger.Finding{Table: "ledger_keys", Row: k.Verifier, Column: "verifier", Says: "a public key was changed"})
				continue
			}
			keys = append(keys, public)
		}
		if name, err = logName(tx); err != nil {
			return err
		}
		size, err = tx.LedgerSize()
		return err
	})
	return keys, name, size, err
}

// entry appends an entry to the tree; it is not ok where the log has a gap.
func (v *verification) entry(tree *ledger.Tree, e store.EntryToCheck, made map[int][]store.LedgerNode) bool {
	finding := ledger.Finding{Table: "ledger_entries", Row: fmt.Sprint(e.Number), Column: "leaf"}
	if e.Number != tree.Size() {
		finding.Row, finding.Column, finding.Says = fmt.Sprint(tree.Size()), "number", "an entry of the log is gone, so that the rest cannot be checked"
		v.found(finding)
		return false
	}
	if !e.Known {
		finding.Says = "the decision or the row of this entry is gone, or its leaf was changed here or there"
		v.found(finding)
	}
	v.done.Entries++
	appended := tree.Append(e.Leaf, func(n ledger.Node) { made[n.Level] = append(made[n.Level], store.LedgerNode(n)) }) == nil
	if !appended {
		finding.Says = "the leaf is no hash, so that the rest cannot be checked"
		v.found(finding)
	}
	return appended
}

// checkpoint holds a signed state of the log against the tree.
func (v *verification) checkpoint(c store.LedgerCheckpoint, root, name string, keys []ledger.PublicKey) {
	v.done.Checkpoints++
	wrong := func(column, says string) {
		v.found(ledger.Finding{Table: "ledger_checkpoints", Row: fmt.Sprint(c.Size), Column: column, Says: says})
	}
	signed, _, err := ledger.OpenCheckpoint(c.Note, keys...)
	switch {
	case err != nil:
		wrong("note", "the signed checkpoint was changed, or no registered key signed it")
	case signed.Size != c.Size:
		wrong("size", "the size of the checkpoint was changed")
	case signed.Log != name:
		wrong("note", "the checkpoint is of another log")
	case !signed.At.Equal(c.At):
		wrong("at", "the time of the checkpoint was changed")
	case signed.Root != root:
		wrong("note", "the log is not the one that was signed: entries before this point were changed")
	}
	if err == nil && signed.Root != c.Root {
		wrong("root", "the root of the checkpoint was changed")
	}
}

// stamp holds a time-stamp against the checkpoint that it is of.
func (v *verification) stamp(c store.LedgerCheckpoint, t store.LedgerTimestamp) {
	if t.Size == 0 {
		return
	}
	wrong := func(column, says string) {
		v.found(ledger.Finding{Table: "ledger_timestamps", Row: fmt.Sprint(t.Size), Column: column, Says: says})
	}
	token, err := base64.StdEncoding.DecodeString(t.Token)
	if err != nil {
		wrong("token", "the time-stamp was changed")
		return
	}
	s, err := tsa.Check(token, []byte(c.Note), v.s.tsa.Roots())
	switch {
	case err != nil:
		wrong("token", "the time-stamp is not valid, or not of this checkpoint: "+err.Error())
	case !s.At.Equal(t.At):
		wrong("at", "the time of the time-stamp was changed")
	default:
		v.done.Stamped++
		v.done.Stamp = s
	}
}

// nodes holds the kept hashes above the leaves against those made now.
func (v *verification) nodes(made map[int][]store.LedgerNode) error {
	for _, level := range slices.Sorted(maps.Keys(made)) {
		want := made[level]
		var kept []store.LedgerNode
		err := v.read(func(tx *store.Tx) (err error) {
			kept, err = tx.NodesToCheck(v.permit, level, want[0].Number, want[len(want)-1].Number)
			return err
		})
		if err != nil {
			return err
		}
		hashes := map[int64]string{}
		for _, n := range kept {
			hashes[n.Number] = n.Hash
		}
		for _, n := range want {
			if hashes[n.Number] != n.Hash {
				v.found(ledger.Finding{Table: "ledger_nodes", Row: fmt.Sprintf("%d of level %d", n.Number, level), Column: "number, hash", Says: "a hash of the log's tree is gone or was changed, or a leaf beneath it"})
			}
		}
	}
	return nil
}

// end looks for what should be in the log and isn't.
func (v *verification) end(size int64) error {
	return v.read(func(tx *store.Tx) error {
		newest := int64(0)
		over, err := tx.CheckpointsToCheck(v.permit, size+1, 1<<62)
		if err != nil {
			return err
		}
		if size > 0 {
			last, err := tx.CheckpointsToCheck(v.permit, size, size)
			if err != nil {
				return err
			}
			newest = int64(len(last))
		}
		if size > 0 && newest == 0 {
			v.found(ledger.Finding{Table: "ledger_checkpoints", Row: fmt.Sprint(size), Column: "size", Says: "the end of the log is under no checkpoint"})
		}
		for _, c := range over {
			v.found(ledger.Finding{Table: "ledger_checkpoints", Row: fmt.Sprint(c.Size), Column: "size", Says: "the checkpoint covers entries that are gone, or its size was changed"})
		}
		for _, k := range v.known {
			if k.Size > size {
				v.found(ledger.Finding{Table: "ledger_entries", Row: fmt.Sprint(k.Size - 1), Column: "number", Says: "the checkpoint that you kept covers entries that are gone"})
			}
		}
		return nil
	})
}
