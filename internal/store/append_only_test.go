package store_test

import (
	"maps"
	"slices"
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

	"cpd_cycles":     {},
	"cpd_entries":    {"title", "provider"},
	"cpd_reversals":  {"reason"},
	"cpd_closures":   {"note"},
	"prior_learning": {"title", "provider", "reason", "decided_by_name"}, // once it is decided
	"skills_scans":   {"by_name"},                                        // once a side is finished

	"framework_draft_reviews": {"comment"},
	"person_changes":          {"was", "became", "by_name"},
	"erasures":                {"reason"},
	"ledger_records":          {"salt"},
}

// Tables in which nothing is personal, so that nothing is ever erased.
var neverChanged = []string{"ledger_keys", "ledger_entries", "ledger_nodes", "ledger_checkpoints", "ledger_timestamps", "record_reads"}

// columns returns the columns of a table with their types, as the database
// knows them: text, integer, boolean, date or timestamp and what follows.
func columns(t *testing.T, s *store.Store, table string) map[string]string {
	t.Helper()
	sql := "SELECT name || ' ' || lower(type) FROM pragma_table_info(?)"
	if s.Dialect() == "postgres" {
		sql = "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
	}
	out := map[string]string{}
	read(t, s, func(tx *store.Tx) error {
		rows, err := tx.TextsForTest(sql, table)
		for _, r := range rows {
			name, kind, _ := strings.Cut(r, " ")
			out[name] = kind
		}
		return err
	})
	if len(out) < 2 {
		t.Fatalf("%s has columns %v", table, out)
	}
	return out
}

// another returns another value of a column's type, whatever that is.
func another(column, kind string) string {
	switch {
	case kind == "integer", kind == "bigint":
		return column + " + 1"
	case kind == "boolean":
		return "NOT " + column
	case kind == "date":
		return "'2020-01-01'"
	case strings.HasPrefix(kind, "timestamp"):
		return "'2020-01-01T00:00:00.000000Z'"
	}
	return "(SELECT CASE WHEN " + column + " = x THEN y ELSE x END FROM (SELECT 'changed' AS x, 'other' AS y) v)"
}

// empty are columns that may hold nothing, so that emptying them is no change.
var empty = []string{"job", "role", "awaits", "subject", "request_id", "previous_leaf", "signature"}

// settle decides a claim of prior learning, finishes a side of the skills scan,
// and keeps what was learnt after it.
func (r *record) settle() {
	r.t.Helper()
	r.by(r.Apprentice, authz.ClaimPriorLearning, func(tx *store.Tx, p authz.Permit, _ int) error {
		id, err := tx.AddPriorLearning(p, countersign.PriorLearning{Title: "A course", Provider: "A college", On: tx.Today(), Minutes: 60, State: countersign.PriorClaimed})
		if err != nil {
			return err
		}
		return tx.DecidePriorLearning(p, countersign.PriorLearning{ID: id, State: countersign.PriorDeclined, Reason: "Not that", DecidedAt: tx.Now(), Version: 1})
	})
	r.by(r.Apprentice, authz.ScanSkills, func(tx *store.Tx, p authz.Permit, _ int) error {
		side := countersign.SkillsScan{Side: countersign.ApprenticeScan, FrameworkVersion: r.Framework.Version, Levels: map[string]string{lasting: "1"}}
		if err := tx.SaveSkillsScan(p, side); err != nil {
			return err
		}
		side.Version, side.FinishedOn = 1, tx.Today()
		return tx.SaveSkillsScan(p, side)
	})
	cycle, entry := r.continueLearning()
	r.by(r.Apprentice, authz.KeepCPD, func(tx *store.Tx, p authz.Permit, _ int) error {
		if err := tx.ReverseCPDEntry(p, entry, "Twice"); err != nil {
			return err
		}
		return tx.CloseCPDCycle(p, cycle, countersign.CPDClosure{On: tx.Today(), Note: "Passed"})
	})
}

// reviewDraft lets somebody say what they think of a framework draft.
func (r *record) reviewDraft(t *testing.T) {
	t.Helper()
	draft := r.addDraft(t, "To be reviewed")
	wantKind(t, "asked", r.onDraft(t, r.HubLead, authz.EditFrameworkDraft, draft, func(tx *store.Tx, p authz.Permit) error {
		_, err := tx.AddDraftReviewer(p, r.Mentor.ID)
		return err
	}), 0)
	wantKind(t, "reviewed", r.onDraft(t, r.Mentor, authz.ReviewFrameworkDraft, draft, func(tx *store.Tx, p authz.Permit) error {
		return tx.AddDraftReview(p, countersign.DraftReview{Decision: countersign.AskChanges, Comment: "Not yet", Of: 1})
	}), 0)
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
		r.settle()
		r.reviewDraft(t)
		r.signingKey("a.example+00000000+AA==", "")
		write(t, s, func(tx *store.Tx) error {
			changed := r.Apprentice
			changed.Email = "other@example.org"
			if err := tx.AddPersonChanges(authz.Actor{}, r.Apprentice, changed); err != nil {
				return err
			}
			own, err := r.Actor(t, r.Apprentice).Check(authz.OwnAccount, authz.Subject{Person: r.Apprentice.ID})
			if err == nil {
				err = tx.AddErasure(own, store.ErasureAsked, "Consent", "I left")
			}
			if err != nil {
				return err
			}
			return tx.KeepLooks([]store.RecordLook{{Apprenticeship: r.App.ID, Person: r.GP.ID, Role: "gp_supervisor", At: tx.Now()}})
		})
		r.seal(0, []string{"aa", "bb"}, store.LedgerNode{Level: 1, Hash: "cc"})
		r.sealRecords()
		write(t, s, func(tx *store.Tx) error {
			return tx.ExecForTest("INSERT INTO ledger_timestamps (size, token, at) VALUES (2, 'token', '2026-03-02T09:00:00.000000Z')")
		})
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
			kinds := columns(t, s, table)
			for _, c := range slices.Sorted(maps.Keys(kinds)) {
				if c == "erased_at" {
					continue
				}
				kind := kinds[c]
				other := another(c, kind)
				refused("UPDATE " + table + " SET " + c + " = " + other)
				refused("UPDATE " + table + " SET " + c + " = " + other + ", " + now)
				erase := "UPDATE " + table + " SET " + c + " = ''"
				if slices.Contains(personal, c) {
					if err := try(erase + ", " + now); err != nil {
						t.Errorf("erase %s.%s: %v", table, c, err)
					}
					refused("UPDATE " + table + " SET " + c + " = 'back', " + now)
				} else if kind == "text" && !slices.Contains(empty, c) {
					refused(erase + ", " + now)
				}
			}
			if s.Dialect() == "postgres" {
				refused("TRUNCATE " + table + " CASCADE")
			}
		}
		for _, table := range neverChanged {
			refused("DELETE FROM " + table)
			for c, kind := range columns(t, s, table) {
				refused("UPDATE " + table + " SET " + c + " = " + another(c, kind))
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
