package service_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// findings checks the whole ledger.
func (h *house) findings(t *testing.T, known ...ledger.Checkpoint) (service.LedgerCheck, []ledger.Finding) {
	t.Helper()
	var found []ledger.Finding
	done, err := h.svc.VerifyLedger(t.Context(), h.svc.Operator(), known, func(f ledger.Finding) { found = append(found, f) }, func(service.LedgerCheck) {})
	if err != nil {
		t.Fatal(err)
	}
	return done, found
}

// whole is a house with two signed competencies, one on evidence with a file,
// a signed progress review, and everything sealed.
func whole(t *testing.T, fn func(t *testing.T, h *house, so countersign.SignOff)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		h := newHouse(t, s, clock)
		wantKind(t, h.svc.Prepare(t.Context()), 0)
		asha := h.as(t, h.Apprentice)
		e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL2"))
		wantKind(t, err, 0)
		_, err = h.svc.AddAttachment(t.Context(), asha, e.ID, "tray.txt", strings.NewReader("A tray, laid out.\n"))
		wantKind(t, err, 0)
		e, err = h.svc.SubmitEvidence(t.Context(), asha, e.ID, 0)
		wantKind(t, err, 0)
		_, err = h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
		wantKind(t, err, 0)
		so, _, err := h.sign(t, h.GP, "GPA-CL2", append(h.ready(t, "GPA-CL2", h.Mentor), e.ID)...)
		wantKind(t, err, 0)
		_, err = h.svc.Seal(t.Context(), true)
		wantKind(t, err, 0)
		_, _, err = h.svc.SignOff(t.Context(), h.as(t, h.GP), service.SignOffInput{
			Apprenticeship: h.App.ID, Competency: "GPA-CL1", Decision: countersign.NotYetCompetent, Comment: "Observe two more",
		})
		wantKind(t, err, 0)
		number := h.held(t)
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.HubLead} {
			wantKind(t, h.signReview(t, p, number), 0)
		}
		_, err = h.svc.Seal(t.Context(), true)
		wantKind(t, err, 0)
		h.unguarded(t, "DELETE FROM frameworks WHERE id <> '"+so.FrameworkID+"' OR version <> '"+so.FrameworkVersion+"'") // each takes its time
		fn(t, h, so)
	})
}

// cell is a value in the database, to be changed and put back.
type cell struct{ table, column, where string }

func (h *house) value(t *testing.T, c cell) sql.NullString {
	t.Helper()
	var v sql.NullString
	pools := h.store.Pools()
	query := "SELECT CAST(" + c.column + " AS TEXT) FROM " + c.table + " WHERE " + c.where
	if err := pools[len(pools)-1].QueryRowContext(t.Context(), query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func (h *house) put(t *testing.T, c cell, where string, v sql.NullString) {
	t.Helper()
	value := "NULL"
	if v.Valid {
		value = "'" + strings.ReplaceAll(v.String, "'", "''") + "'"
	}
	h.unguarded(t, "UPDATE "+c.table+" SET "+c.column+" = "+value+" WHERE "+where)
}

// others are values for columns that don't hold any text.
var others = map[string]string{
	"decision": "not_yet_competent", "part": "confirmation", "awaits": "assessor", "assessor_role": "assessor", "signed_at": "2026-03-03T09:00:00.000001Z",
	"occurred_on": "2026-02-03", "entries": "7", "anonymised": "0", "prior_learning": "1", "kind": "audit", "details": `{"setting":"Elsewhere"}`,
	"role": "secondary_mentor", "submitted_at": "2026-03-03T09:00:00.000001Z", "locked_at": "2026-03-03T09:00:00.000001Z",
	"since_on": "2026-01-02", "due_on": "2026-01-02", "held_on": "2026-01-02", "prepared_at": "2026-01-02T09:00:00.000000Z", "at": "2026-01-02T09:00:00.000000Z",
	"added_at": "2026-01-02T09:00:00.000000Z", "number": "17", "size": "17", "competencies": "3", "standing": "official",
}

// another is a value that differs in one byte, as far as the column allows.
func another(column, v string, at int) string {
	if o, ok := others[column]; ok {
		return o
	}
	if v == "" {
		return "x"
	}
	i := (at + 1) * (len(v) - 1) / 6
	b := []byte(v)
	b[i] ^= 1
	if b[i] < ' ' || b[i] >= 0x7e || b[i] == '\'' { // stays text
		b[i] = 'x'
	}
	return string(b)
}

// columnsOf is what the ledger covers: each change is named by its table and,
// if it can be read, by its column, or by one of those after "|".
var columnsOf = map[string][]string{
	"sign_offs": {
		"id|relied_on", "apprenticeship_id", "competency", "decision", "part", "awaits", "level", "comment", "statement", "relied_on", "relied_text",
		"assessor_id", "assessor_name", "assessor_role", "registration", "authentication", "framework_id", "framework_version", "text_hash", "signed_at",
		"supersedes_id", "previous_leaf", "leaf", "canonical", "salt", "signature",
	},
	"evidence_revisions":         {"evidence_id", "number", "content", "hash", "attachments", "submitted_at", "observed_by_name"},
	"reviews":                    {"reviewer_name", "comment", "added", "at"},
	"evidence":                   {"kind", "title", "occurred_on", "narrative", "reflection", "details", "entries", "anonymised", "prior_learning"},
	"evidence_mappings":          {"justification"},
	"attachments":                {"id", "name", "media_type", "size", "sha256", "width", "height", "rendition_sha256", "rendition_size", "added_at"},
	"frameworks":                 {"source", "sha256", "title", "standing", "notice", "competencies"},
	"progress_reviews":           {"number", "since_on", "due_on", "held_on", "facts", "ratings", "notes", "actions", "prepared_at", "framework_version", "prepared_by_name", "locked_at"},
	"progress_review_signatures": {"content_sha256", "person_name", "role", "remark", "at"},
	"ledger_records":             {"leaf", "canonical", "salt"},
	"ledger_entries":             {"number", "leaf"},
	"ledger_nodes":               {"hash", "number"},
	"ledger_checkpoints":         {"size", "root", "note", "at"},
	"ledger_keys":                {"verifier"},
}

// namedAs are the tables under which a change is named elsewhere than where it
// was made: where the two can't be told apart, or where it is seen.
var namedAs = map[string]string{
	"evidence_mappings": "evidence", "ledger_keys": "ledger_checkpoints",
}

// One changed byte in anything that was signed is found and named. Somebody who
// can change the schema gets past the triggers, but not past this.
func TestOneChangedByteIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	whole(t, func(t *testing.T, h *house, so countersign.SignOff) {
		_, err := h.svc.SealRecords(t.Context())
		wantKind(t, err, 0)
		done, found := h.findings(t)
		if len(found) != 0 || done.Decisions != 2 || done.Records == 0 || done.Behind != 0 || int(done.Entries) != done.Decisions+done.Records || done.Files != 1 || done.Reviews != 1 || done.Unsealed != 0 {
			t.Fatalf("before any change: %+v, %+v", done, found)
		}
		piece := string(so.Evidence[len(so.Evidence)-1].Evidence)
		rows := map[string]string{
			"sign_offs": "id = '" + string(so.ID) + "'", "evidence_revisions": "evidence_id = '" + piece + "'", "evidence": "id = '" + piece + "'",
			"evidence_mappings": "evidence_id = '" + piece + "'", "attachments": "evidence_id = '" + piece + "'", "frameworks": "id = '" + so.FrameworkID + "' AND version = '" + so.FrameworkVersion + "'",
			"reviews": "evidence_id = '" + piece + "'", "ledger_records": "table_name = 'reviews' AND row_id = (SELECT MAX(row_id) FROM ledger_records WHERE table_name = 'reviews')",
			"progress_reviews": "number = 1", "progress_review_signatures": "party = 'employer'", "ledger_entries": "number = 0", "ledger_nodes": "number = 0 AND level = 1",
			"ledger_checkpoints": "size = 1", "ledger_keys": "replaces = ''",
		}
		for table, columns := range columnsOf {
			for _, names := range columns {
				column, _, _ := strings.Cut(names, "|")
				c := cell{table, column, rows[table]}
				was := h.value(t, c)
				places := 1
				if strings.Contains("comment statement content canonical source", column) {
					places = 5
				}
				for at := range places {
					now := another(column, was.String, at)
					where := c.where
					h.put(t, c, where, sql.NullString{String: now, Valid: true})
					if strings.HasPrefix(where, column+" = ") {
						where = column + " = '" + now + "'"
					}
					_, found := h.findings(t)
					if !named(found, table, names) {
						t.Errorf("%s.%s: %q changed to %q: found %+v", table, column, short(was.String), short(now), found)
					}
					back := cell{table, column, where}
					if column == "evidence_id" || column == "number" || column == "size" {
						where = strings.Replace(c.where, "'"+was.String+"'", "'"+now+"'", 1)
						where = strings.Replace(where, column+" = "+was.String, column+" = "+now, 1)
					}
					h.put(t, back, where, was)
				}
			}
		}
		if _, found := h.findings(t); len(found) != 0 {
			t.Errorf("everything is put back, but %+v", found)
		}
	})
}

func short(s string) string { return s[:min(len(s), 60)] }

func named(found []ledger.Finding, table, columns string) bool {
	if as := namedAs[table]; as != "" {
		table = as
	}
	for _, f := range found {
		if f.Table != table || f.Says == "" || f.Row == "" {
			continue
		}
		if f.Column == "?" || namedAs[table] != "" {
			return true
		}
		for c := range strings.SplitSeq(columns, "|") {
			if strings.Contains(f.Column, c) || table == "progress_reviews" || table == "ledger_checkpoints" {
				return true
			}
		}
	}
	return false
}

func TestAChangedOrMissingFileIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	whole(t, func(t *testing.T, h *house, _ countersign.SignOff) {
		sum := h.texts(t, "SELECT sha256 FROM attachments")[0]
		path := h.onlyFile(t)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range content {
			changed := append([]byte{}, content...)
			changed[i] ^= 1
			if err := os.WriteFile(path, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, found := h.findings(t); len(found) != 1 || found[0].Row != sum || !strings.Contains(found[0].Says, "“tray.txt” of the piece “Morning blood pressure clinic” was changed") {
				t.Fatalf("byte %d changed: %+v", i, found)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, found := h.findings(t); len(found) != 1 || !strings.Contains(found[0].Says, "is gone") {
			t.Errorf("without the file: %+v", found)
		}
	})
}

// onlyFile is where the one file is kept, encrypted.
func (h *house) onlyFile(t *testing.T) (path string) {
	t.Helper()
	err := filepath.WalkDir(h.folder, func(p string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			path = p
		}
		return err
	})
	if err != nil || path == "" {
		t.Fatalf("no file in %s: %v", h.folder, err)
	}
	return path
}

// A row that is gone is missed, and so is the end of the log by whoever kept a
// checkpoint.
func TestWhatIsGoneIsMissed(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]string{
		"a decision":          "DELETE FROM sign_offs WHERE supersedes_id IS NULL AND competency = 'GPA-CL2'",
		"the last entry":      "DELETE FROM ledger_entries WHERE number = 1",
		"the last checkpoint": "DELETE FROM ledger_checkpoints WHERE size = 2",
		"a revision":          "DELETE FROM evidence_revisions",
		"the framework":       "DELETE FROM frameworks",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole(t, func(t *testing.T, h *house, _ countersign.SignOff) {
				h.unguarded(t, gone)
				if _, found := h.findings(t); len(found) == 0 {
					t.Error("nothing is missed")
				}
			})
		})
	}
}

func TestALogThatWasWrittenAnewIsFoundByACheckpointThatWasKept(t *testing.T) {
	t.Parallel()
	whole(t, func(t *testing.T, h *house, _ countersign.SignOff) {
		kept, err := h.svc.Checkpoint(t.Context(), 2)
		wantKind(t, err, 0)
		if _, found := h.findings(t, kept.Checkpoint); len(found) != 0 {
			t.Errorf("with a checkpoint of its own: %+v", found)
		}
		// Somebody with the database and the key takes the last decision back.
		h.unguarded(t, "DELETE FROM ledger_entries WHERE number = 1", "DELETE FROM ledger_nodes", "DELETE FROM ledger_checkpoints WHERE size = 2",
			"DELETE FROM sign_offs WHERE competency = 'GPA-CL1'")
		if _, found := h.findings(t); len(found) != 0 {
			t.Fatalf("the forgery isn't one: %+v", found)
		}
		if _, found := h.findings(t, kept.Checkpoint); len(found) != 1 {
			t.Errorf("with the checkpoint that was kept: %+v", found)
		}
		other := kept.Checkpoint
		other.Size, other.Root = 1, strings.Repeat("0", 64)
		if _, found := h.findings(t, other); len(found) != 1 {
			t.Errorf("with another log's: %+v", found)
		}
	})
}

// A mark of erasure is believed only if somebody decided on it: otherwise it
// would be a way to empty what was signed.
func TestAMarkOfErasureThatNobodyDecidedOnIsNamed(t *testing.T) {
	t.Parallel()
	whole(t, func(t *testing.T, h *house, so countersign.SignOff) {
		_, err := h.svc.SealRecords(t.Context())
		wantKind(t, err, 0)
		for table, sql := range map[string]string{
			"sign_offs":                  "UPDATE sign_offs SET comment = '', erased_at = @at WHERE id = '" + string(so.ID) + "'",
			"evidence_revisions":         "UPDATE evidence_revisions SET content = '', observed_by_name = '', attachments = '', erased_at = @at",
			"reviews":                    "UPDATE reviews SET comment = '', erased_at = @at",
			"progress_reviews":           "UPDATE progress_reviews SET notes = '', erased_at = @at",
			"progress_review_signatures": "UPDATE progress_review_signatures SET remark = '', erased_at = @at",
			"ledger_records":             "UPDATE ledger_records SET salt = '', erased_at = @at",
		} {
			h.unguarded(t, strings.ReplaceAll(sql, "@at", "'2026-03-02T09:00:00.000000Z'"))
			_, found := h.findings(t)
			if !slices.ContainsFunc(found, func(f ledger.Finding) bool { return f.Table == table && f.Column == "erased_at" }) {
				t.Errorf("%s: %+v", table, found)
			}
		}
	})
}

// What erasure emptied is told as erased, not as changed.
func TestErasedContentIsErasedNotChanged(t *testing.T) {
	t.Parallel()
	whole(t, func(t *testing.T, h *house, so countersign.SignOff) {
		const now = "erased_at = '2026-03-02T09:00:00.000000Z'"
		h.unguarded(t, "INSERT INTO erasures (id, person_id, event, basis, reason, by_id, at) VALUES ('e1', '"+string(h.Apprentice.ID)+"', 'erased', '', '', NULL, '2026-03-02T09:00:00.000000Z')")
		for _, sql := range []string{
			"UPDATE evidence_revisions SET content = '', observed_by_name = '', attachments = '', " + now,
			"UPDATE sign_offs SET relied_text = '', " + now + " WHERE id = '" + string(so.ID) + "'",
			"UPDATE sign_offs SET comment = '', " + now,
			"UPDATE sign_offs SET statement = '', assessor_name = '', registration = '', relied_text = '', salt = '', " + now,
			"UPDATE progress_reviews SET notes = '', " + now,
		} {
			h.unguarded(t, sql)
			if done, found := h.findings(t); len(found) != 0 || done.Destroyed == 0 {
				t.Errorf("%s: %+v, %+v", sql, done, found)
			}
		}
		h.unguarded(t, "UPDATE sign_offs SET comment = 'Another' WHERE id = '"+string(so.ID)+"'")
		if _, found := h.findings(t); len(found) != 1 || !strings.Contains(found[0].Column, "comment") {
			t.Errorf("another text in place of an erased one: %+v", found)
		}
		h.unguarded(t, "UPDATE sign_offs SET comment = '' WHERE id = '"+string(so.ID)+"'")
		// Rows that are sealed after an erasure say that there is nothing.
		_, err := h.svc.SealRecords(t.Context())
		wantKind(t, err, 0)
		if done, found := h.findings(t); len(found) != 0 || done.Records == 0 {
			t.Errorf("%+v, %+v", done, found)
		}
		h.unguarded(t, "UPDATE sign_offs SET level = '9' WHERE id = '"+string(so.ID)+"'")
		if _, found := h.findings(t); len(found) != 1 || found[0].Column != "level" {
			t.Errorf("what isn't erased is checked still: %+v", found)
		}
	})
}

func TestOnlyTheOperatorChecksTheLog(t *testing.T) {
	t.Parallel()
	whole(t, func(t *testing.T, h *house, _ countersign.SignOff) {
		_, err := h.svc.VerifyLedger(t.Context(), h.as(t, h.HubLead), nil, nil, nil)
		if countersign.KindOf(err) == 0 {
			t.Error("a hub lead checks the log")
		}
		if got := fmt.Sprint(err); strings.Contains(got, "%!") {
			t.Error(got)
		}
	})
}
