package store

import (
	"fmt"
	"time"

	"countersign/internal/authz"
)

// LedgerTimestamp is a time-stamp of a signed state of the log.
type LedgerTimestamp struct {
	Size  int64
	Token string // base64
	At    time.Time
}

// ledgerTimestampRow is a row of ledger_timestamps.
type ledgerTimestampRow struct {
	Size  int64
	Token string
	At    dbTime
}

// TableName implements GORM's Tabler.
func (ledgerTimestampRow) TableName() string { return "ledger_timestamps" }

func (r ledgerTimestampRow) toDomain() LedgerTimestamp {
	return LedgerTimestamp{Size: r.Size, Token: r.Token, At: r.At.Time}
}

// AddTimestamp keeps a time-stamp. If another server has kept one of the same
// state it fails with Conflict.
func (tx *Tx) AddTimestamp(p authz.Permit, t LedgerTimestamp) error {
	if !p.Allows(authz.SealLedger) {
		return fmt.Errorf("store: add timestamp: %w", errPermit)
	}
	if err := tx.insert(&ledgerTimestampRow{t.Size, t.Token, dbTime{t.At}}); err != nil {
		return fmt.Errorf("store: add timestamp: %w", err)
	}
	return nil
}

// Timestamp returns the newest time-stamp of a state of at most so many leaves;
// NotFound if there is none.
func (tx *Tx) Timestamp(size int64) (LedgerTimestamp, error) {
	r, err := one[ledgerTimestampRow](tx, "SELECT size, token, at FROM ledger_timestamps WHERE size <= ? ORDER BY size DESC LIMIT 1", size)
	if err != nil {
		return LedgerTimestamp{}, fmt.Errorf("store: timestamp: %w", err)
	}
	return r.toDomain(), nil
}

// timestampToCheck is a row of ledger_timestamps whatever it holds.
type timestampToCheck struct {
	Size  int64
	Token string
	At    givenTime
}

// TimestampsToCheck returns the time-stamps of states of sizes from one to
// another, at the zero Time where their time can't be read.
func (tx *Tx) TimestampsToCheck(p authz.Permit, from, to int64) (map[int64]LedgerTimestamp, error) {
	if err := toCheck(p); err != nil {
		return nil, err
	}
	rows, err := all[timestampToCheck](tx, "SELECT size, token, at FROM ledger_timestamps WHERE size BETWEEN ? AND ?", from, to)
	if err != nil {
		return nil, fmt.Errorf("store: timestamps to check: %w", err)
	}
	out := make(map[int64]LedgerTimestamp, len(rows))
	for _, r := range rows {
		out[r.Size] = LedgerTimestamp{Size: r.Size, Token: r.Token, At: r.At.Time}
	}
	return out, nil
}
