package service

import (
	"context"
	"time"

	"countersign/internal/store"
)

// Job is work left in the outbox by a use case.
type Job = store.Job

// ClaimJobs takes at most limit jobs that are due out of the outbox, for so
// long; a job whose worker died comes back when the lease ends.
func (s *Service) ClaimJobs(ctx context.Context, limit int, lease time.Duration) ([]Job, error) {
	var claimed []Job
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		claimed, err = tx.ClaimJobs(limit, lease)
		return err
	})
	return claimed, err
}

// FinishJob ends a job that was done, or had nothing to do any more.
func (s *Service) FinishJob(ctx context.Context, id string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.FinishJob(id) })
}

// RetryJob puts a job off that could not be done for now.
func (s *Service) RetryJob(ctx context.Context, id string, in time.Duration, reason string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.RetryJob(id, tx.Now().Add(in), reason) })
}

// FailJob gives a job up.
func (s *Service) FailJob(ctx context.Context, id, reason string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.FailJob(id, reason) })
}

// collectAfter is how old content must be that nothing refers to before it is
// deleted: such as of a draft that was, or of an upload that failed half-way.
const collectAfter = 24 * time.Hour

// Sweep deletes what has served its time: old sessions, links and the like,
// and the content of files that nothing refers to any more.
func (s *Service) Sweep(ctx context.Context) error {
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Sweep()
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.files.Collect(ctx, collectAfter)
	return err
}

// discard destroys content that a transaction left without a reference, once it
// is committed. What can't be destroyed then is left to Sweep.
func (s *Service) discard(ctx context.Context, tx *store.Tx, hashes []string) {
	before := tx.Now()
	tx.AfterCommit(func() {
		for _, sum := range hashes {
			_ = s.files.Delete(context.WithoutCancel(ctx), sum, before)
		}
	})
}
