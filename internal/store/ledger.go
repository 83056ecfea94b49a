package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"countersign/internal/authz"
)

// LedgerNode is a hash of the log's tree, as internal/ledger numbers them.
type LedgerNode struct {
	Level  int
	Number int64
	Hash   string
}

// LedgerCheckpoint is a signed state of the log.
type LedgerCheckpoint struct {
	Size int64
	Root string
	Note string
	At   time.Time
}

// Unsealed is a decision that isn't in the log yet.
type Unsealed struct {
	ID   string
	Leaf string
}

// Unsealed returns decisions that aren't in the log and were written here since
// then, in that order. It finds them by an index.
func (tx *Tx) Unsealed(since time.Time, limit int) ([]Unsealed, error) {
	return tx.unsealed("s.recorded_at >= ?", "s.recorded_at, s.id", dbTime{since}, limit)
}

// EveryUnsealed returns those of all decisions with identifiers after the one
// given, in their order. It looks at every decision.
func (tx *Tx) EveryUnsealed(after string, limit int) ([]Unsealed, error) {
	return tx.unsealed("s.id > ?", "s.id", after, limit)
}

func (tx *Tx) unsealed(where, order string, args ...any) ([]Unsealed, error) {
	rows, err := all[Unsealed](tx, `SELECT s.id, s.leaf FROM sign_offs s WHERE `+where+`
		AND NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.leaf = s.leaf) ORDER BY `+order+" LIMIT ?", args...)
	if err != nil {
		return nil, fmt.Errorf("store: unsealed: %w", err)
	}
	return rows, nil
}

// LedgerSize returns how many leaves the log has.
func (tx *Tx) LedgerSize() (int64, error) {
	size, err := one[int64](tx, "SELECT COALESCE(MAX(number) + 1, 0) FROM ledger_entries")
	if err != nil {
		return 0, fmt.Errorf("store: ledger size: %w", err)
	}
	return size, nil
}

// LedgerNodes returns the nodes asked for, with their hashes, in that order.
// One that isn't there is NotFound.
func (tx *Tx) LedgerNodes(ask []LedgerNode) ([]LedgerNode, error) {
	if len(ask) == 0 {
		return nil, nil
	}
	var leaves, nodes []string
	for _, n := range ask {
		if n.Level == 0 {
			leaves = append(leaves, fmt.Sprint(n.Number))
		} else {
			nodes = append(nodes, fmt.Sprintf("(level = %d AND number = %d)", n.Level, n.Number))
		}
	}
	var parts []string
	if len(leaves) > 0 {
		parts = append(parts, "SELECT 0 AS level, number, leaf AS hash FROM ledger_entries WHERE number IN ("+strings.Join(leaves, ", ")+")")
	}
	if len(nodes) > 0 {
		parts = append(parts, "SELECT level, number, hash FROM ledger_nodes WHERE "+strings.Join(nodes, " OR "))
	}
	rows, err := all[LedgerNode](tx, strings.Join(parts, " UNION ALL "))
	if err != nil {
		return nil, fmt.Errorf("store: ledger nodes: %w", err)
	}
	hashes := map[LedgerNode]string{}
	for _, r := range rows {
		hashes[LedgerNode{Level: r.Level, Number: r.Number}] = r.Hash
	}
	out := make([]LedgerNode, len(ask))
	for i, n := range ask {
		n.Hash = ""
		hash, ok := hashes[n]
		if !ok {
			return nil, fmt.Errorf("store: ledger node %d of level %d: %w", n.Number, n.Level, notFound())
		}
		n.Hash = hash
		out[i] = n
	}
	return out, nil
}

// AppendLedger puts leaves into the log, from that number on, with the nodes
// that they complete. If another server has put something there in the same
// moment, or one of the leaves anywhere, it fails with Conflict.
func (tx *Tx) AppendLedger(p authz.Permit, first int64, leaves []string, nodes []LedgerNode) error {
	if !p.Allows(authz.SealLedger) {
		return fmt.Errorf("store: append ledger: %w", errPermit)
	}
	// One document holds many rows: as fast as COPY, and the same on both.
	addLeaves := "INSERT INTO ledger_entries (number, leaf) SELECT CAST(? AS BIGINT) + key, value FROM json_each(?)"
	addNodes := "INSERT INTO ledger_nodes (level, number, hash) SELECT value ->> 'Level', value ->> 'Number', value ->> 'Hash' FROM json_each(?)"
	if tx.store.dialect == postgresDialect {
		addLeaves = `INSERT INTO ledger_entries (number, leaf) SELECT CAST(? AS BIGINT) + n - 1, leaf
			FROM json_array_elements_text(CAST(? AS JSON)) WITH ORDINALITY AS l (leaf, n)`
		addNodes = `INSERT INTO ledger_nodes (level, number, hash)
			SELECT CAST(n ->> 'Level' AS INTEGER), CAST(n ->> 'Number' AS BIGINT), n ->> 'Hash' FROM json_array_elements(CAST(? AS JSON)) n`
	}
	leafList, err := json.Marshal(leaves)
	if err != nil {
		return err
	}
	nodeList, err := json.Marshal(append([]LedgerNode{}, nodes...))
	if err != nil {
		return err
	}
	if _, err := tx.exec(addLeaves, first, string(leafList)); err != nil {
		return fmt.Errorf("store: append ledger: %w", err)
	}
	if _, err := tx.exec(addNodes, string(nodeList)); err != nil {
		return fmt.Errorf("store: append ledger: %w", err)
	}
	return nil
}

// ledgerCheckpointRow is a row of ledger_checkpoints.
type ledgerCheckpointRow struct {
	Size int64
	Root string
	Note string
	At   dbTime
}

// TableName implements GORM's Tabler.
func (ledgerCheckpointRow) TableName() string { return "ledger_checkpoints" }

// AddCheckpoint keeps a signed state of the log.
func (tx *Tx) AddCheckpoint(p authz.Permit, c LedgerCheckpoint) error {
	if !p.Allows(authz.SealLedger) {
		return fmt.Errorf("store: add checkpoint: %w", errPermit)
	}
	if err := tx.insert(&ledgerCheckpointRow{Size: c.Size, Root: c.Root, Note: c.Note, At: dbTime{c.At}}); err != nil {
		return fmt.Errorf("store: add checkpoint: %w", err)
	}
	return nil
}

// LatestCheckpoint returns the newest signed state of the log; NotFound before
// anything is sealed.
func (tx *Tx) LatestCheckpoint() (LedgerCheckpoint, error) {
	return tx.checkpoint("ORDER BY size DESC LIMIT 1")
}

// CheckpointFrom returns the first signed state of at least so many leaves.
func (tx *Tx) CheckpointFrom(size int64) (LedgerCheckpoint, error) {
	return tx.checkpoint("WHERE size >= ? ORDER BY size LIMIT 1", size)
}

func (tx *Tx) checkpoint(where string, args ...any) (LedgerCheckpoint, error) {
	r, err := one[ledgerCheckpointRow](tx, "SELECT size, root, note, at FROM ledger_checkpoints "+where, args...)
	if err != nil {
		return LedgerCheckpoint{}, fmt.Errorf("store: checkpoint: %w", err)
	}
	return LedgerCheckpoint{Size: r.Size, Root: r.Root, Note: r.Note, At: r.At.Time}, nil
}

// EntryNumbers returns where in the log the leaves are; one that isn't sealed
// is left out.
func (tx *Tx) EntryNumbers(leaves []string) (map[string]int64, error) {
	if len(leaves) == 0 {
		return nil, nil
	}
	rows, err := all[struct {
		Number int64
		Leaf   string
	}](tx, "SELECT number, leaf FROM ledger_entries WHERE leaf IN ?", leaves)
	if err != nil {
		return nil, fmt.Errorf("store: entry numbers: %w", err)
	}
	numbers := make(map[string]int64, len(rows))
	for _, r := range rows {
		numbers[r.Leaf] = r.Number
	}
	return numbers, nil
}
