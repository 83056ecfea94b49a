package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// sealApprenticeships is beneath how many apprenticeships one transaction seals.
const sealApprenticeships = 10

// SealRecords puts what else is never changed beneath apprenticeships into the
// log: reviews of evidence, submissions, signatures, hours and the like. The
// request that wrote a row has nothing to do with it: the leaf is made here, of
// what the row says when it is first seen. It returns how many rows it sealed,
// and fails with ErrNoKey on a server without the signing key.
//
// What is new is known exactly: every write beneath an apprenticeship counts
// its seq, and the transaction that seals holds it.
func (s *Service) SealRecords(ctx context.Context) (int, error) {
	permit, err := authz.NewJob(authz.SealJob).Check(authz.SealLedger, authz.Subject{})
	if err != nil {
		return 0, err
	}
	sealed, lost := 0, 0
	for {
		n, more, err := s.sealRecords(ctx, permit)
		if countersign.KindOf(err) == countersign.Conflict && lost < sealTries { // another server sealed these: look again
			lost++
			continue
		}
		if sealed += n; err != nil || !more {
			return sealed, err
		}
		lost = 0
	}
}

// sealRecords seals beneath some apprenticeships, and says whether there may be
// more. Those that somebody is writing to wait for the next time.
func (s *Service) sealRecords(ctx context.Context, permit authz.Permit) (n int, more bool, err error) {
	var behind []string
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		behind, err = tx.UnsealedApprenticeships(sealApprenticeships)
		return err
	})
	if err != nil || len(behind) == 0 {
		return 0, false, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		signer, err := s.signer(tx)
		if err != nil {
			return err
		}
		rows, free, err := tx.UnsealedRows(permit, behind)
		if err != nil || len(free) == 0 {
			return err
		}
		more = len(behind) == sealApprenticeships
		records, leaves := make([]store.LedgerRecord, len(rows)), make([]string, len(rows))
		for i, r := range rows {
			salt := ledger.NewSalt(s.rand)
			canonical, leaf, err := ledger.LeafOfRow(ledger.Row(r), salt)
			if err != nil {
				return err
			}
			records[i] = store.LedgerRecord{Table: r.Table, ID: r.ID, Apprenticeship: r.Apprenticeship, Canonical: string(canonical), Leaf: leaf, Salt: salt}
			leaves[i] = leaf
		}
		if n = len(rows); n > 0 {
			if err := tx.AddLedgerRecords(permit, records); err != nil {
				return err
			}
			if err := seal(tx, permit, signer, leaves); err != nil {
				return err
			}
		}
		return tx.SealedUpTo(permit, free)
	})
	if err != nil {
		n = 0
	}
	return n, more, err
}
