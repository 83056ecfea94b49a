package service

import (
	"context"
	"encoding/base64"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// stampEvery is how often a checkpoint is time-stamped at most.
const stampEvery = time.Hour

// StampCheckpoint has the newest checkpoint time-stamped by the authority of
// the settings, unless one was within the last hour or the newest one is. It
// does nothing without an authority. An error says that it couldn't be asked,
// or what is wrong with its answer: sealing has nothing to do with it.
func (s *Service) StampCheckpoint(ctx context.Context) error {
	if s.tsa == nil {
		return nil
	}
	permit, err := authz.NewJob(authz.SealJob).Check(authz.SealLedger, authz.Subject{})
	if err != nil {
		return err
	}
	var newest store.LedgerCheckpoint
	var last store.LedgerTimestamp
	due := false
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if newest, err = tx.LatestCheckpoint(); err != nil {
			return err
		}
		last, err = tx.Timestamp(newest.Size)
		if countersign.KindOf(err) == countersign.NotFound {
			err = nil
		}
		due = last.Size < newest.Size && !tx.Now().Before(last.At.Add(stampEvery))
		return err
	})
	if countersign.KindOf(err) == countersign.NotFound || err == nil && !due { // nothing is sealed yet
		return nil
	}
	if err != nil {
		return err
	}
	token, stamp, err := s.tsa.Stamp(ctx, []byte(newest.Note))
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.AddTimestamp(permit, store.LedgerTimestamp{Size: newest.Size, Token: base64.StdEncoding.EncodeToString(token), At: stamp.At})
	})
	if countersign.KindOf(err) == countersign.Conflict { // another server had it stamped
		return nil
	}
	return err
}
