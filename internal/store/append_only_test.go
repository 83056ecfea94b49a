package store_test

import (
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// The columns that erasure may empty.
var erasable = map[string][]string{
	"sign_offs":          {"comment", "statement", "relied_text", "assessor_name", "registration", "salt"},
	"evidence_revisions": {"content", "observed_by_name", "attachments", "hash"},
	"reviews":            {"reviewer_name", "comment"},
	"audit_events":       {"detail"},
	"programme_changes":  {"reason", "progress", "support", "by_name"},
	"hours":              {"learnt"},
	"hours_decisions":    {"reason", "by_name"},

	"gateway_declarations": {"by_name"},
	"submissions":          {"checklist", "by_name"},
	"verifications":        {"comment", "referrals", "by_name"},
	"awards":               {"certificate", "by_name"},
	"payment_entries":      {"reference", "by_name"},
}

// columns returns the columns of a table, as the database knows them.
func columns(t *testing.T, s *store.Store, table string) (out []string) {
	t.Helper()
	sql := "SELECT name FROM pragma_table_info(?)"
	if s.Dialect() == "postgres" {
		sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
	}
	read(t, s, func(tx *store.Tx) (err error) {
		out, err = tx.TextsForTest(sql, table)
		return err
	})
	if len(out) < 4 {
		t.Fatalf("%s has columns %v", table, out)
	}
	return out
}

func TestAppendOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.decide(lasting, countersign.Competent, r.accepted("A piece", lasting))
		write(t, s, func(tx *store.Tx) error {
			return tx.Audit(store.AuditEvent{Actor: r.GP.ID, Action: "test", Detail: map[string]string{"a": "b"}})
		})
		r.by(r.HubLead, authz.ChangeApprenticeship, func(tx *store.Tx, p authz.Permit, _ int) error {
			return tx.AddChange(p, countersign.Change{Event: countersign.RequestExtension, From: countersign.Active, To: countersign.Active, On: tx.Today(), ByRole: countersign.LeadOfHub})
		})
		r.complete()
		r.learn()
		try := func(sql string) error {
			return s.Write(t.Context(), func(tx *store.Tx) error { return tx.ExecForTest(sql) })
		}
		refused := func(sql string) {
			t.Helper()
			if err := try(sql); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v; want append-only", sql, err)
			}
		}
		for table, personal := range erasable {
			refused("DELETE FROM " + table)
			refused("UPDATE " + table + " SET erased_at = NULL")
			const now = "erased_at = '2026-03-02T09:00:00.000000Z'"
			for _, c := range columns(t, s, table) {
				if c == "erased_at" {
					continue
				}
				// Another value of the column's kind, whatever that is.
				other := "(SELECT CASE WHEN " + c + " = x THEN y ELSE x END FROM (SELECT 'changed' AS x, 'other' AS y) v)"
				switch c {
				case "number", "revision", "credits", "amount", "minutes":
					other = c + " + 1"
				case "at", "signed_at", "submitted_at":
					other = "'2020-01-01T00:00:00.000000Z'"
				}
				dated := strings.HasSuffix(c, "_on") || strings.HasPrefix(c, "end_")
				if dated {
					other = "'2020-01-01'"
				}
				refused("UPDATE " + table + " SET " + c + " = " + other)
				refused("UPDATE " + table + " SET " + c + " = " + other + ", " + now)
				erase := "UPDATE " + table + " SET " + c + " = ''"
				isPersonal := false
				for _, p := range personal {
					isPersonal = isPersonal || p == c
				}
				if isPersonal {
					if err := try(erase + ", " + now); err != nil {
						t.Errorf("erase %s.%s: %v", table, c, err)
					}
					refused("UPDATE " + table + " SET " + c + " = 'back', " + now)
				} else if !dated && c != "number" && c != "revision" && c != "credits" && c != "amount" && c != "minutes" && c != "at" && c != "signed_at" && c != "submitted_at" && c != "job" && c != "role" && c != "awaits" &&
					c != "subject" && c != "request_id" && c != "previous_leaf" {
					refused(erase + ", " + now)
				}
			}
			if s.Dialect() == "postgres" {
				refused("TRUNCATE " + table + " CASCADE")
			}
		}
		if s.Dialect() == "sqlite" {
			refused("INSERT OR REPLACE INTO reviews SELECT id, evidence_id, revision, reviewer_id, 'Somebody else', role, decision, comment, added, removed, at, NULL FROM reviews")
		}
		// What was erased can still be read, without its text.
		read(t, s, func(tx *store.Tx) error {
			permit := r.Permit(t, r.GP, authz.ReadPortfolio, r.App)
			all, err := tx.SignOffs(permit)
			if err != nil || len(all) != 1 || all[0].Comment != "" || len(all[0].Evidence) != 1 || all[0].Evidence[0].Evidence == "" || all[0].Evidence[0].Title != "" || all[0].Leaf == "" {
				t.Errorf("SignOffs() = %+v, %v", all, err)
			}
			pieces, err := tx.PortfolioEvidence(permit)
			if err != nil || len(pieces) != 1 {
				t.Fatalf("PortfolioEvidence() = %v, %v", pieces, err)
			}
			revisions, err := tx.Revisions(permit, pieces[0].ID)
			if err != nil || len(revisions) != 1 || revisions[0].Content.Narrative != "" || revisions[0].Hash != "" || revisions[0].SubmittedBy == "" {
				t.Errorf("Revisions() = %+v, %v", revisions, err)
			}
			return nil
		})
	})
}
