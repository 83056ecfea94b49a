package transfer

import "strings"

// kind is what a column holds.
type kind string

const (
	id     kind = "id"     // of a row
	person kind = "person" // id of somebody in people
	place  kind = "place"  // id of a place in places
	word   kind = "word"   // a code, a hash, an address: no prose
	text   kind = "text"   // what somebody wrote
	number kind = "number" // a whole one
	yesno  kind = "yesno"
	day    kind = "day"  // 2026-03-02
	moment kind = "time" // 2026-03-02T09:00:00.000000Z
	value  kind = "json" // null where it was erased
)

// Column is a column of a table, under the same name in the package.
type Column struct {
	Name     string
	kind     kind
	Optional bool // may be null
}

// Is reports what the column holds, by the names that Tables uses.
func (c Column) Is(kinds ...string) bool {
	for _, k := range kinds {
		if string(c.kind) == k {
			return true
		}
	}
	return false
}

// Table is a part of the record: a list of rows that have the same columns.
type Table struct {
	Name    string
	Columns []Column
	// LeftOut are the table's columns that a package doesn't hold, and why.
	LeftOut map[string]string
}

// Index returns where the column stands in a row; -1 if there is none.
func (t Table) Index(column string) int {
	for i, c := range t.Columns {
		if c.Name == column {
			return i
		}
	}
	return -1
}

// Reasons for leaving something out.
const (
	derived  = "it is derived from the rest"
	counting = "it counts saves in one installation"
	aDraft   = "a framework that isn't released is of one installation"
)

// table reads its columns from words such as "due_on day?", where ? says that
// it may be null.
func table(name, columns string, leftOut map[string]string) Table {
	t := Table{Name: name, LeftOut: leftOut}
	for _, c := range strings.Split(columns, ",") {
		column, holds, _ := strings.Cut(strings.TrimSpace(c), " ")
		holds, optional := strings.CutSuffix(holds, "?")
		t.Columns = append(t.Columns, Column{Name: column, kind: kind(holds), Optional: optional})
	}
	return t
}

// tables is the whole format of data.json, in an order in which a row comes
// after those that it refers to.
var tables = []Table{
	table("places", `id id, code word, name text, kind word`, map[string]string{
		"search": derived, "parent_id": "the tree is that of one installation", "ended_on": "of one installation", "people_to_region": "of one installation", "version": counting, "created_at": "of one installation",
	}),
	table("people", `id id, name text, registration word, origin word`, map[string]string{
		"email":        "only the apprentice's is told, in the manifest",
		"search":       derived,
		"daily_digest": "a setting of one installation", "password_phc": "nobody's way in leaves an installation",
		"version": counting, "created_at": "of one installation",
	}),
	table("apprenticeships", `id id, apprentice_id person, framework_id word, framework_version word, practice_id place, start_on day, planned_end_on day,
		original_end_on day?, break_days number, on_break_since day?, return_expected_on day?, last_learning_on day?, funding_year text, cohort text,
		state word, ended_on day?, end_reason text, last_activity_at time?, created_at time`, map[string]string{
		"in_scope": derived, "signed_off": derived, "core": derived, "core_signed_off": derived, "waiting": derived, "oldest_waiting_at": derived,
		"recount_on": derived, "seq": counting, "sealed_seq": counting, "version": counting,
	}),
	table("namings", `id id, apprenticeship_id id, person_id person, role word, domains json, covers_id person?, from_on day, to_on day?, created_at time, briefing_on day?`, nil),
	table("version_changes", `id id, apprenticeship_id id, framework_id word, from_version word, to_version word, batch word, by_id person?, at time, undone_at time?, undone_by person?`, nil),
	table("version_change_attainments", `change_id id, competency word, core yesno, domain word, scope word, scope_since time, retired yesno, recheck_at time?`, nil),
	table("attainments", `apprenticeship_id id, competency word, core yesno, domain word, scope word, scope_since time, retired yesno, recheck_at time?`, map[string]string{
		"status": derived, "level": derived, "pieces": derived, "version": counting, "waiting_type": derived, "waiting_since": derived,
		"open_awaits": derived, "open_assessor": derived, "expires_on": derived, "recount_on": derived, "signed_on": derived, "waited": derived,
	}),
	table("programme_changes", `id id, apprenticeship_id id, event word, from_state word, to_state word, effective_on day, end_before day?, end_after day?,
		return_expected_on day?, last_learning_on day?, practice_before place?, practice_after place?, answers_id id?, reason text, progress text, support text,
		by_id person?, by_name text, by_role word, at time, erased_at time?`, nil),
	table("evidence", `id id, apprenticeship_id id, recorded_by person?, kind word, title text, occurred_on day?, narrative text, reflection text, details json,
		observed_by person?, entries number, anonymised yesno, prior_learning yesno, state word, revision number, accepted_by person?, decided_at time?,
		submitted_at time?, read_at time?, read_comment text, withdrawn_at time?, withdraw_reason text, quarantined yesno, origin json, created_at time, updated_at time`,
		map[string]string{"version": counting, "origin_id": "it is a piece of another apprenticeship"}),
	table("evidence_mappings", `evidence_id id, competency word, position number, justification text, change_id id?`, nil),
	table("evidence_revisions", `evidence_id id, number number, content json, observed_by_name text, attachments json, hash word, submitted_by person, submitted_at time, erased_at time?`, nil),
	table("reviews", `id id, evidence_id id, revision number, reviewer_id person, reviewer_name text, role word, decision word, comment text, added json, removed json, at time, erased_at time?`, nil),
	table("attachments", `id id, evidence_id id, name text, media_type word, size number, sha256 word, width number, height number,
		rendition_sha256 word, rendition_size number, rendition_width number, rendition_height number, added_at time, removed_at time?`, nil),
	table("sign_offs", `id id, apprenticeship_id id, competency word, decision word, part word, awaits word, level word, comment text, statement text,
		relied_on json, relied_text json, assessor_id person, assessor_name text, assessor_role word, registration word, authentication word,
		framework_id word, framework_version word, text_hash word, signed_at time, supersedes_id id?, previous_leaf word, leaf word, canonical word, salt word,
		signature word, erased_at time?`, map[string]string{"recorded_at": "it says when one installation wrote it"}),
	table("hours", `id id, apprenticeship_id id, occurred_on day, minutes number, kind word, learnt text, competencies json, by_id person, at time, erased_at time?`,
		map[string]string{"session_id": "it is a row of a training hub's timetable"}),
	table("hours_decisions", `id id, hours_id id, state word, reason text, by_id person, by_name text, by_role word, at time, erased_at time?`, nil),
	table("placements", `id id, apprenticeship_id id, site text, from_on day, to_on day, supervisor_name text, supervisor_email word, planned_minutes number,
		done_minutes number, state word, comment text, asked_at time?, answered_at time?, created_at time`, map[string]string{"version": counting}),
	table("progress_reviews", `id id, apprenticeship_id id, number number, state word, framework_id word, framework_version word, since_on day, due_on day?, held_on day?,
		facts json, ratings json, notes json, actions json, prepared_by person, prepared_by_name text, prepared_at time, locked_at time?, erased_at time?`,
		map[string]string{"version": counting}),
	table("progress_review_signatures", `review_id id, party word, person_id person, person_name text, role word, remark text, content_sha256 word, at time, erased_at time?`, nil),
	table("skills_scans", `apprenticeship_id id, side word, framework_version word, levels json, by_id person, by_name text, finished_on day?, erased_at time?`, map[string]string{"version": counting}),
	table("prior_learning", `id id, apprenticeship_id id, title text, provider text, completed_on day, minutes number, competencies json, evidence_id id?, state word, reason text,
		claimed_at time, decided_by person?, decided_by_name text, decided_at time?, erased_at time?`, map[string]string{"version": counting}),
	table("gateway_declarations", `id id, apprenticeship_id id, condition_code word, act word, by_id person?, by_name text, at time, erased_at time?`, nil),
	table("submissions", `id id, apprenticeship_id id, number number, checklist json, by_id person?, by_name text, at time, erased_at time?`, nil),
	table("verifications", `id id, submission_id id, outcome word, comment text, referrals json, by_id person?, by_name text, at time, erased_at time?`, nil),
	table("awards", `id id, apprenticeship_id id, number number, title text, body text, level word, credits number, certificate word, awarded_on day, by_id person?, by_name text, at time, erased_at time?`, nil),
	table("cpd_cycles", `id id, apprenticeship_id id, framework_id word, framework_version word, code word, anchor_on day, round number, starts_on day, ends_on day, at time, erased_at time?`, nil),
	table("cpd_entries", `id id, cycle_id id, done_on day, title text, provider text, category word, half_points number, approved yesno, at time, erased_at time?`, nil),
	table("cpd_reversals", `entry_id id, reason text, at time, erased_at time?`, nil),
	table("cpd_closures", `cycle_id id, done_on day, note text, at time, erased_at time?`, nil),
}

// LeftOut are the tables of an installation of which a package holds nothing,
// and why.
var LeftOut = map[string]string{
	"badges":                 "they are one installation's own signed word",
	"organisation_ancestors": "the tree is that of one installation", "organisation_past_ancestors": "the tree is that of one installation",
	"memberships":    "roles are those of one installation; a decision holds its signer's",
	"saved_views":    "how somebody looks at a list is theirs, and none of the record",
	"roster_imports": "whom it brought in has a record", "roster_rows": "whom it brought in has a record",
	"one_time_links":     "nobody's way in leaves an installation",
	"api_tokens":         "nobody's way in leaves an installation",
	"attempts":           "they guard one installation",
	"passkeys":           "nobody's way in leaves an installation",
	"authenticator_apps": "nobody's way in leaves an installation",
	"recovery_codes":     "nobody's way in leaves an installation",
	"ceremonies":         "nobody's way in leaves an installation",
	"signing_grants":     "nobody's way in leaves an installation",
	"devices":            "nobody's way in leaves an installation",
	"sessions":           "nobody's way in leaves an installation",
	"settings":           "of one installation",
	"ledger_keys":        "they sign for one installation",
	"ledger_entries":     "the log is that of one installation",
	"ledger_nodes":       "the log is that of one installation",
	"ledger_checkpoints": "the log is that of one installation",
	"ledger_records":     "the log is that of one installation",
	"ledger_timestamps":  "the log is that of one installation",
	"audit_events":       "the trail is that of one installation",
	"erasures":           "of one installation",
	"person_changes":     "the trail is that of one installation",
	"record_reads":       "the trail is that of one installation",
	"jobs":               "of one installation",
	"idempotency_keys":   "of one installation",
	"goose_db_version":   "of one installation",
	"board_mails":        "who gets which report is of one installation",
	"impact_checked":     "it is what the reports of practices were",
	"impact_reports":     "they are a practice's, and say nothing of an apprentice",
	"classroom_sessions": "they are a training hub's; the hours log says what was learnt",
	"placement_links":    "nobody's way in leaves an installation",
	"payment_entries":    "they are between a practice and its training hub",
	"frameworks":         "their files are in the package as they are",
	"framework_drafts":   aDraft, "framework_draft_editors": aDraft, "framework_draft_reviewers": aDraft, "framework_draft_reviews": aDraft,
	"tallies":                  derived,
	"tally_months":             derived,
	"months":                   derived,
	"framework_draft_comments": aDraft,
	"received_packages":        "of one installation",
	"received_files":           "of one installation",
	"evidence_reports":         "what became of a report is in the piece: nothing is exported while one is open",
	"identities":               "nobody's way in leaves an installation",
	"privacy_confirmations":    "they spare a person a question in one installation",
	"file_keys":                "the content is in the package in the clear",
}

// Tables returns the parts of the record, in an order in which a row comes
// after those that it refers to.
func Tables() []Table { return tables }

// tableNamed returns the table; it panics if there is none.
func tableNamed(name string) Table {
	for _, t := range tables {
		if t.Name == name {
			return t
		}
	}
	panic("transfer: no table " + name)
}
