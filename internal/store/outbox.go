package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"countersign/internal/countersign"
)

// The states of a job. A waiting job may be claimed from its time on, and one
// that was put off not before leased_until; a running one belongs to whoever
// claimed it until then, and may be claimed again.
const (
	jobWaiting = "waiting"
	jobRunning = "running"
	jobDone    = "done"
	jobFailed  = "failed"
)

// Job is work to be done after the transaction that asked for it.
type Job struct {
	ID        string
	Kind      string
	Payload   json.RawMessage
	Attempts  int       // how often it was claimed, this time included
	LastError string    // why it was put off the last time
	RunAt     time.Time // since when it has been due
	CreatedAt time.Time
}

// jobRow is what ClaimJobs reads of a job.
type jobRow struct {
	ID        string
	Kind      string
	Payload   string
	Attempts  int
	LastError string
	RunAt     dbTime
	CreatedAt dbTime
}

func (r jobRow) toDomain() Job {
	return Job{
		ID: r.ID, Kind: r.Kind, Payload: json.RawMessage(r.Payload), Attempts: r.Attempts, LastError: r.LastError,
		RunAt: r.RunAt.Time, CreatedAt: r.CreatedAt.Time,
	}
}

// Enqueue asks for work after this transaction, not before notBefore; the zero
// time means at once. A key makes it unique for good: when there is a job with
// that key, done or not, nothing happens.
func (tx *Tx) Enqueue(kind string, payload any, notBefore time.Time, key string) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("store: enqueue %s: %w", kind, err)
	}
	if notBefore.IsZero() {
		notBefore = tx.Now()
	}
	_, err = tx.exec(`INSERT INTO jobs (id, kind, payload, state, run_at, attempts, key, last_error, created_at)
		VALUES (?, ?, ?, ?, ?, 0, ?, '', ?) ON CONFLICT (key) DO NOTHING`,
		tx.NewID(), kind, string(body), jobWaiting, dbTime{notBefore}, dbRef(key), dbTime{tx.Now()})
	if err != nil {
		return fmt.Errorf("store: enqueue %s: %w", kind, err)
	}
	return nil
}

// DueJobs is how many jobs of one kind are due and not done, those that were
// put off included, and since when the oldest of them has been.
type DueJobs struct {
	Kind   string
	Jobs   int
	Oldest time.Time
}

// JobsDue returns the kinds of which jobs are due, running ones included, by
// name.
func (tx *Tx) JobsDue() ([]DueJobs, error) {
	rows, err := all[struct {
		Kind   string
		Jobs   int
		Oldest dbTime
	}](tx, `SELECT kind, count(*) AS jobs, min(run_at) AS oldest FROM jobs
		WHERE state IN ('waiting', 'running') AND run_at <= ? GROUP BY kind ORDER BY kind`, dbTime{tx.Now()})
	if err != nil {
		return nil, fmt.Errorf("store: jobs due: %w", err)
	}
	due := make([]DueJobs, len(rows))
	for i, r := range rows {
		due[i] = DueJobs{Kind: r.Kind, Jobs: r.Jobs, Oldest: r.Oldest.Time}
	}
	return due, nil
}

// newJobRow is a job as it is asked for.
type newJobRow struct {
	ID, Kind, Payload, State string
	RunAt                    dbTime
	Attempts                 int
	LastError                string
	CreatedAt                dbTime
}

// TableName implements GORM's Tabler.
func (newJobRow) TableName() string { return "jobs" }

// EnqueueAll asks for work for each of the payloads at once, in one statement
// for every insertAtOnce.
func EnqueueAll[T any](tx *Tx, kind string, payloads []T) error {
	rows := make([]newJobRow, len(payloads))
	for i, payload := range payloads {
		body, err := json.Marshal(payload)
		if err != nil {
			return fmt.Errorf("store: enqueue %s: %w", kind, err)
		}
		rows[i] = newJobRow{ID: tx.NewID(), Kind: kind, Payload: string(body), State: jobWaiting, RunAt: dbTime{tx.Now()}, CreatedAt: dbTime{tx.Now()}}
	}
	for batch := range slices.Chunk(rows, insertAtOnce) {
		if err := tx.insert(&batch); err != nil {
			return fmt.Errorf("store: enqueue %s: %w", kind, err)
		}
	}
	return nil
}

// ClaimJobs takes up to limit jobs that are due, longest due first, for as
// long as the lease. Nobody else gets them meanwhile. Claim in a Write of its
// own and do the work after it; then FinishJob, RetryJob or FailJob. The work
// of a worker that died is claimed again when its lease has ended, so a job
// may run twice and must bear it.
func (tx *Tx) ClaimJobs(limit int, lease time.Duration) ([]Job, error) {
	now := tx.Now()
	// The CTE is materialized so that PostgreSQL can't plan to pick again,
	// which would claim more than the limit.
	rows, err := all[jobRow](tx, `WITH due AS MATERIALIZED (
			SELECT id FROM jobs
			WHERE state IN ('waiting', 'running') AND run_at <= ? AND (leased_until IS NULL OR leased_until <= ?)
			ORDER BY run_at, id LIMIT ?`+tx.skipLocked()+`)
		UPDATE jobs SET state = ?, leased_until = ?, attempts = attempts + 1
		WHERE id IN (SELECT id FROM due)
		RETURNING id, kind, payload, attempts, last_error, run_at, created_at`,
		dbTime{now}, dbTime{now}, limit, jobRunning, dbTime{now.Add(lease)})
	if err != nil {
		return nil, fmt.Errorf("store: claim jobs: %w", err)
	}
	jobs := make([]Job, len(rows))
	for i, r := range rows {
		jobs[i] = r.toDomain()
	}
	slices.SortFunc(jobs, func(a, b Job) int { // RETURNING promises no order
		return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID))
	})
	return jobs, nil
}

// FinishJob says that a claimed job is done. What it held is emptied: a mail's
// job holds a link.
func (tx *Tx) FinishJob(id string) error {
	return tx.endJob(id, map[string]any{"state": jobDone, "leased_until": nil, "payload": "{}", "last_error": ""})
}

// RetryJob gives a claimed job back, to be done from at on. It has been due
// since it first was.
func (tx *Tx) RetryJob(id string, at time.Time, reason string) error {
	return tx.endJob(id, map[string]any{"state": jobWaiting, "leased_until": dbTime{at}, "last_error": text(reason)})
}

// FailJob gives a claimed job up. It stays for somebody to look at.
func (tx *Tx) FailJob(id, reason string) error {
	return tx.endJob(id, map[string]any{"state": jobFailed, "leased_until": nil, "last_error": text(reason)})
}

// endJob changes a job that is running. Any other is a Conflict: the lease had
// ended, and another worker was quicker.
func (tx *Tx) endJob(id string, changes map[string]any) error {
	n, err := tx.update("jobs", changes, "id = ? AND state = ?", id, jobRunning)
	if err != nil {
		return fmt.Errorf("store: end job: %w", err)
	}
	if n == 0 {
		return countersign.Refuse(countersign.Conflict, "This job is not running")
	}
	return nil
}
