package service

import (
	"context"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// Checkpoint is a signed state of the log.
type Checkpoint struct {
	ledger.Checkpoint
	Note string // as it is signed
	// Stamp is the newest time-stamp of it or of one before; zero if there is none.
	Stamp store.LedgerTimestamp
}

// Checkpoint returns the newest signed state of the log, or the one of exactly
// that size. It is public: there is nothing of a person in it.
func (s *Service) Checkpoint(ctx context.Context, size int64) (c Checkpoint, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		if c, err = checkpoint(tx, size); err != nil {
			return err
		}
		c.Stamp, err = tx.Timestamp(c.Size)
		if countersign.KindOf(err) == countersign.NotFound {
			err = nil
		}
		return err
	})
	return c, err
}

// checkpoint is Checkpoint within a transaction, without a time-stamp.
func checkpoint(tx *store.Tx, size int64) (Checkpoint, error) {
	row, err := tx.LatestCheckpoint()
	if err == nil && size != 0 && size != row.Size {
		row, err = tx.CheckpointFrom(size)
	}
	if err == nil && size != 0 && size != row.Size {
		err = countersign.Refuse(countersign.NotFound, "The log has no checkpoint of that size")
	}
	if err != nil {
		return Checkpoint{}, err
	}
	log, err := logName(tx)
	return Checkpoint{Checkpoint: ledger.Checkpoint{Log: log, Size: row.Size, Root: row.Root, At: row.At}, Note: row.Note}, err
}

// EntryProof shows that a leaf is in the log.
type EntryProof struct {
	Leaf       string
	Number     int64
	Checkpoint Checkpoint
	Hashes     []string
}

// EntryProof returns the proof that a leaf is in the log's newest signed state,
// or in the one of that size. Whoever knows a leaf holds the decision: it can't
// be guessed, and the proof tells nothing else.
func (s *Service) EntryProof(ctx context.Context, leaf string, size int64) (p EntryProof, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		c, err := checkpoint(tx, size)
		if err != nil {
			return err
		}
		p, err = entryProof(tx, leaf, c)
		return err
	})
	return p, err
}

func entryProof(tx *store.Tx, leaf string, c Checkpoint) (EntryProof, error) {
	numbers, err := tx.EntryNumbers([]string{leaf})
	if err != nil {
		return EntryProof{}, err
	}
	number, sealed := numbers[leaf]
	if !sealed || number >= c.Size {
		return EntryProof{}, countersign.Refuse(countersign.NotFound, "The log does not hold this leaf yet, or never will")
	}
	hashes, err := ledger.ProveEntry(c.Size, number, nodesOf(tx))
	return EntryProof{Leaf: leaf, Number: number, Checkpoint: c, Hashes: hashes}, err
}

// GrowthProof returns the hashes that show that the log of the second size
// begins with the log of the first; 0 is the size of the newest signed state.
func (s *Service) GrowthProof(ctx context.Context, from, to int64) (hashes []string, size int64, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		newest, err := checkpoint(tx, 0)
		if err != nil {
			return err
		}
		if size = to; size == 0 {
			size = newest.Size
		}
		if from < 1 || from > size || size > newest.Size {
			return countersign.Refuse(countersign.NotFound, "The log never had these sizes, or not in this order")
		}
		hashes, err = ledger.ProveGrowth(size, from, nodesOf(tx))
		return err
	})
	return hashes, size, err
}
