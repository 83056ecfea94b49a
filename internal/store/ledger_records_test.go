package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

const recordSalt = "000102030405060708090a0b0c0d0e0f"

// everything writes rows of every table that is sealed.
func (r *record) everything() {
	r.t.Helper()
	r.accepted("A piece", lasting)
	r.complete()
	r.learn()
	r.settle()
	r.by(r.HubLead, authz.ChangeApprenticeship, func(tx *store.Tx, p authz.Permit, _ int) error {
		return tx.AddChange(p, countersign.Change{Event: countersign.RequestExtension, From: countersign.Active, To: countersign.Active, On: tx.Today(), ByRole: countersign.LeadOfHub, Reason: "Ill"})
	})
	review := r.prepareReview()
	r.by(r.GP, authz.TakePartInReview, func(tx *store.Tx, p authz.Permit, _ int) error {
		review.State, review.LockedAt = countersign.ReviewLocked, tx.Now()
		return tx.SignProgressReview(p, review, countersign.ReviewSignature{
			Party: countersign.EmployerParty, Role: countersign.GPSupervisor, Remark: "Seen", SHA256: strings.Repeat("a", 64), At: tx.Now(),
		})
	})
}

// sealRecords seals what is behind, as the job does, and returns what it sealed.
func (r *record) sealRecords() (rows []store.RecordRow) {
	r.t.Helper()
	write(r.t, r.s, func(tx *store.Tx) error {
		behind, err := tx.UnsealedApprenticeships(10)
		if err != nil {
			return err
		}
		found, free, err := tx.UnsealedRows(sealing(r.t), behind)
		if err != nil || !slices.Equal(slices.Sorted(slices.Values(free)), behind) {
			return fmt.Errorf("free: %v of %v, %w", free, behind, err)
		}
		rows = found
		records := make([]store.LedgerRecord, len(rows))
		for i, row := range rows {
			canonical, leaf, err := ledger.LeafOfRow(ledger.Row(row), recordSalt)
			if err != nil {
				return err
			}
			records[i] = store.LedgerRecord{Table: row.Table, ID: row.ID, Apprenticeship: row.Apprenticeship, Canonical: string(canonical), Leaf: leaf, Salt: recordSalt}
		}
		return errors.Join(tx.AddLedgerRecords(sealing(r.t), records), tx.SealedUpTo(sealing(r.t), free))
	})
	return rows
}

func operator(t *testing.T) authz.Permit {
	t.Helper()
	p, err := authz.NewJob(authz.Operator).Check(authz.CheckLedger, authz.Subject{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// compared are the findings on some records after one.
func compared(tx *store.Tx, p authz.Permit, table, row string, limit int) (found []ledger.Finding, n int, err error) {
	records, err := tx.RecordsToCheck(p, table, row, limit)
	for _, c := range records {
		if c.Err != nil {
			found = append(found, ledger.Finding{Table: c.Table, Row: c.ID, Column: "?", Says: c.Err.Error()})
			continue
		}
		found = append(found, ledger.CompareRow(ledger.SealedRow(c.LedgerRecord), (*ledger.Row)(c.Now))...)
	}
	return found, len(records), err
}

// words are values that columns of a few words take, tried in turn.
var words = []string{
	"x", "assessor", "secondary_mentor", "return", "verified", "reversed", "accepted", "withdrawn", "employer", "provider", "declined", "supervisor", "apprentice", "taken_back", "referred_back",
	"pay", "locked", strings.Repeat("b", 64), "{}", "[]",
}

// keyed are the tables that aren't known by their id.
var keyed = map[string]string{
	"evidence_revisions": "evidence_id || ' ' || CAST(number AS TEXT)", "progress_review_signatures": "review_id || ' ' || party",
	"skills_scans": "apprenticeship_id || ' ' || side", "cpd_reversals": "entry_id", "cpd_closures": "cycle_id",
}

// held can't be changed alone: a CHECK ties them to others.
var held = []string{"progress_reviews.state"}

func TestEveryColumnOfASealedRowIsCovered(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.everything()
		rows := r.sealRecords()
		if again := r.sealRecords(); len(again) != 0 {
			t.Errorf("sealed twice: %+v", again)
		}
		if s.Dialect() == "sqlite" {
			var triggers []string
			read(t, s, func(tx *store.Tx) (err error) {
				triggers, err = tx.TextsForTest("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
				return err
			})
			write(t, s, func(tx *store.Tx) error {
				for _, name := range triggers {
					if err := tx.ExecForTest("DROP TRIGGER " + name); err != nil {
						return err
					}
				}
				return nil
			})
		}
		check := operator(t)
		read(t, s, func(tx *store.Tx) error {
			if found, n, err := compared(tx, check, "", "", 1000); err != nil || len(found) != 0 || n != len(rows) {
				t.Fatalf("before any change: %d of %d rows, %+v, %v", n, len(rows), found, err)
			}
			return nil
		})
		unguarded, undone := "SET LOCAL session_replication_role = replica", errors.New("taken back")
		if s.Dialect() == "sqlite" {
			unguarded = "PRAGMA defer_foreign_keys = on"
		}
		// found makes a change, says what is found, and takes it back.
		found := func(table, row string, limit int, sql string) (found []ledger.Finding, err error) {
			err = s.Write(t.Context(), func(tx *store.Tx) (err error) {
				if err = errors.Join(tx.ExecForTest(unguarded), tx.ExecForTest(sql)); err != nil {
					return err
				}
				if found, _, err = compared(tx, check, table, row, limit); err != nil {
					return err
				}
				return undone
			})
			if errors.Is(err, undone) {
				err = nil
			}
			return found, err
		}
		seen := map[string]bool{}
		for _, row := range rows {
			if seen[row.Table] {
				continue
			}
			seen[row.Table] = true
			key := keyed[row.Table]
			if key == "" {
				key = "id"
			}
			before := row.ID[:len(row.ID)-1]
			where := " WHERE " + key + " = '" + row.ID + "'"
			if got, err := found(row.Table, before, 2, "DELETE FROM "+row.Table+where); err == nil && (len(got) == 0 || got[0].Table != row.Table || got[0].Row != row.ID) {
				t.Errorf("a row of %s is gone: %+v", row.Table, got)
			}
			for column, kind := range columns(t, s, row.Table) {
				if column == "erased_at" || column == "version" {
					continue
				}
				var got []ledger.Finding
				err := errors.New("nothing tried")
				for _, value := range values(column, kind, row) {
					if got, err = found(row.Table, before, 2, "UPDATE "+row.Table+" SET "+column+" = "+value+where); err == nil {
						break
					}
				}
				name := row.Table + "." + column
				named := slices.ContainsFunc(got, func(f ledger.Finding) bool {
					return f.Table == row.Table && f.Row == row.ID && (f.Column == column || f.Column == "?")
				})
				if slices.Contains(held, name) != (err != nil) || err == nil && !named {
					t.Errorf("%s: %v, found %+v", name, err, got)
				}
			}
		}
		for _, table := range store.RecordTablesForTest() {
			if !seen[table] {
				t.Errorf("no row of %s was sealed", table)
			}
		}
		for _, column := range []string{"table_name", "row_id", "leaf", "canonical", "salt"} {
			got, err := found("", "", len(rows), "UPDATE ledger_records SET "+column+" = 'x' WHERE table_name = 'reviews'")
			if err != nil || len(got) != 1 {
				t.Errorf("ledger_records.%s: %+v, %v", column, got, err)
			}
		}
	})
}

// values are what a column is changed to, tried in turn.
func values(column, kind string, row store.RecordRow) (out []string) {
	switch {
	case kind == "integer", kind == "bigint":
		return []string{column + " + 17"}
	case kind == "date":
		return []string{"'2020-01-01'", "'2040-01-01'"}
	case kind != "text":
		return []string{another(column, kind)}
	}
	for _, w := range words {
		if now := row.Facts[column]; now == nil || *now != w {
			out = append(out, "'"+w+"'")
		}
	}
	return out
}

// A person or a piece that is erased takes the words and the salt with it; the
// facts are checked as before.
func TestErasureTakesTheSaltOfSealedRows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.everything()
		rows := r.sealRecords()
		p, err := authz.NewJob(authz.Operator).Check(authz.ErasePeople, authz.Subject{Person: r.Apprentice.ID})
		if err != nil {
			t.Fatal(err)
		}
		write(t, s, func(tx *store.Tx) error { _, err := tx.ErasePerson(p); return err })
		read(t, s, func(tx *store.Tx) error {
			found, n, err := compared(tx, operator(t), "", "", 1000)
			if err != nil || len(found) != 0 || n != len(rows) {
				t.Errorf("%d of %d rows, %+v, %v", n, len(rows), found, err)
			}
			salts, err := tx.TextsForTest("SELECT salt FROM ledger_records WHERE salt <> ''")
			if len(salts) != 0 {
				t.Errorf("%d salts are kept", len(salts))
			}
			return err
		})
	})
}

func TestOnlyTheSealingJobSealsRows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		for what, fn := range map[string]func(*store.Tx) error{
			"reading":    func(tx *store.Tx) error { _, _, err := tx.UnsealedRows(authz.Permit{}, nil); return err },
			"keeping":    func(tx *store.Tx) error { return tx.AddLedgerRecords(authz.Permit{}, nil) },
			"marking":    func(tx *store.Tx) error { return tx.SealedUpTo(authz.Permit{}, nil) },
			"stamping":   func(tx *store.Tx) error { return tx.AddTimestamp(authz.Permit{}, store.LedgerTimestamp{}) },
			"stamps":     func(tx *store.Tx) error { _, err := tx.TimestampsToCheck(authz.Permit{}, 1, 2); return err },
			"checking":   func(tx *store.Tx) error { _, err := tx.RecordsToCheck(authz.Permit{}, "", "", 1); return err },
			"what's new": func(tx *store.Tx) error { _, err := tx.UnsealedRecords(authz.Permit{}); return err },
		} {
			if err := s.Write(t.Context(), fn); countersign.KindOf(err) != countersign.Internal {
				t.Errorf("%s without a permit: %v", what, err)
			}
		}
	})
}
