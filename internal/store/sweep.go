package store

import (
	"fmt"
	"time"
)

// How long what has served its time is kept. A window of attempts must be
// shorter than sweepAfter.
const (
	sweepAfter        = 24 * time.Hour
	sweepRostersAfter = 30 * 24 * time.Hour
	sweepJobsAfter    = 30 * 24 * time.Hour
	// forgetDeviceAfter is when a browser that nobody signed in with is as good
	// as new.
	forgetDeviceAfter = 365 * 24 * time.Hour
)

// Sweep deletes what has served its time and returns how many rows that were:
// sessions and one-time links a day after they ran out, challenges and grants
// once they have, devices not seen for a year, windows of attempts a day old, Idempotency-Keys after IdempotencyFor, rosters that came a month ago, and jobs that were to run a
// month ago and are done, unless their key makes them unique for good. Expiry
// doesn't depend on it: run it every hour or so.
func (tx *Tx) Sweep() (int, error) {
	now := tx.Now()
	day := dbTime{now.Add(-sweepAfter)}
	total := 0
	for _, s := range []struct {
		sql    string
		before dbTime
	}{
		{"DELETE FROM sessions WHERE expires_at <= ?", day},
		{"DELETE FROM one_time_links WHERE expires_at <= ?", day},
		{"DELETE FROM placement_links WHERE expires_at <= ?", day},
		{"DELETE FROM ceremonies WHERE expires_at <= ?", dbTime{now}},
		{"DELETE FROM signing_grants WHERE expires_at <= ?", dbTime{now}},
		{"DELETE FROM devices WHERE last_seen_at <= ?", dbTime{now.Add(-forgetDeviceAfter)}},
		{"DELETE FROM attempts WHERE window_start <= ?", day},
		{"DELETE FROM idempotency_keys WHERE created_at <= ?", dbTime{now.Add(-IdempotencyFor)}},
		{"DELETE FROM roster_rows WHERE import_id IN (SELECT i.id FROM roster_imports i WHERE i.state <> 'running' AND i.created_at <= ?)", dbTime{now.Add(-sweepRostersAfter)}},
		{"DELETE FROM roster_imports WHERE state <> 'running' AND created_at <= ?", dbTime{now.Add(-sweepRostersAfter)}},
		{"DELETE FROM jobs WHERE state = 'done' AND key IS NULL AND run_at <= ?", dbTime{now.Add(-sweepJobsAfter)}},
	} {
		n, err := tx.exec(s.sql, s.before)
		if err != nil {
			return total, fmt.Errorf("store: sweep: %w", err)
		}
		total += n
	}
	return total, nil
}
