package store

import "strings"

// What a column is to the people that a row is about.
const (
	ofSubject = "own"    // says something of them in words: given to them, emptied when they are erased
	ofActor   = "words"  // what somebody else wrote, or is called: given to both, emptied likewise
	fact      = "fact"   // a date, a state, an identifier: given, and nothing without the rest
	secret    = "secret" // a way in, or a copy: given to nobody, emptied
	nothing   = "none"   // the program's own counting
)

// PersonalColumn is a column and what it is to the people of a row.
type PersonalColumn struct {
	Name  string
	Class string
}

// PersonalTable says of a table whose rows are whose. The conditions name the
// person as @p and their record as @record.
type PersonalTable struct {
	Name    string
	About   string // rows that are about the person; empty for none
	By      string // rows that the person made about others; empty for none
	Goes    bool   // erasure deletes the rows about the person
	Erased  string // which rows erasure empties, where not all that are about the person
	Columns []PersonalColumn
}

// Column returns the column of that name.
func (t PersonalTable) Column(name string) (PersonalColumn, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return PersonalColumn{}, false
}

// Personal is the register of every table with what is personal in it. A test
// fails when a table or a column isn't in it.
func Personal() []PersonalTable { return personalTables }

// about reads a table of the register; its columns are words such as
// "narrative own, withdrawn_at fact".
func about(name, about, by, columns string) PersonalTable {
	t := PersonalTable{Name: name, About: strings.ReplaceAll(about, "@record", record), By: by}
	t.About, t.Goes = strings.CutPrefix(t.About, "goes: ")
	t.Erased = erased[name]
	for c := range strings.SplitSeq(columns, ",") {
		column, class, _ := strings.Cut(strings.TrimSpace(c), " ")
		t.Columns = append(t.Columns, PersonalColumn{column, class})
	}
	return t
}

// erased says which rows erasure empties where they aren't those about the
// person: what somebody did about others is the others' trail, and of a record
// every draft goes.
var erased = map[string]string{
	"audit_events": "subject = @p OR apprenticeship_id IN " + record + " OR (actor_id = @p AND apprenticeship_id IS NULL)",
	"evidence":     "apprenticeship_id IN " + record,
}

// record are the apprenticeships of the person.
const record = "(SELECT id FROM apprenticeships WHERE apprentice_id = @p)"

// beneathRecord is the condition of most tables of the record.
const beneathRecord = "apprenticeship_id IN @record"

var personalTables = []PersonalTable{
	// ---- The person ----
	about("people", "id = @p", "", `id fact, name own, email own, search secret, registration own, daily_digest fact, password_phc secret, version none, created_at fact, origin fact`),
	about("memberships", "person_id = @p", "", `id fact, person_id fact, organisation_id fact, role fact, from_on fact, to_on fact, created_at fact`),
	about("one_time_links", "goes: person_id = @p", "", `hash secret, person_id fact, purpose fact, expires_at fact, used_at fact`),
	about("api_tokens", "goes: person_id = @p", "", `id fact, person_id fact, name own, hash secret, created_at fact, expires_on fact, last_used_at fact, revoked_at fact`),
	about("saved_views", "goes: person_id = @p", "", `id fact, person_id fact, name own, query own, created_at fact`),
	about("sessions", "goes: person_id = @p", "", `token_hash secret, id none, person_id fact, browser own, method fact, proved_at fact, signed_in_at fact, data secret, expires_at fact, last_seen_at fact`),
	about("passkeys", "goes: person_id = @p", "", `id fact, person_id fact, name own, credential_id secret, cose_key secret, spki fact, sign_count fact, backup_eligible fact, created_at fact, last_used_at fact`),
	about("authenticator_apps", "goes: person_id = @p", "", `person_id fact, secret secret, created_at fact, confirmed_at fact, last_step none`),
	about("recovery_codes", "goes: person_id = @p", "", `hash secret, person_id fact, used_at fact`),
	about("ceremonies", "goes: person_id = @p", "", `hash secret, person_id fact, purpose fact, data secret, expires_at fact`),
	about("signing_grants", "goes: person_id = @p", "", `hash secret, person_id fact, method fact, proved_at fact, expires_at fact`),
	about("identities", "goes: person_id = @p", "", `issuer fact, subject own, person_id fact, linked_at fact`),
	about("devices", "goes: person_id = @p", "", `hash secret, person_id fact, last_seen_at fact`),
	about("idempotency_keys", "goes: person_id = @p", "", `person_id fact, key secret, fingerprint secret, status fact, header secret, body secret, done fact, created_at fact`),
	about("roster_rows", "goes: import_id IN (SELECT i.id FROM roster_imports i WHERE i.person_id = @p) OR apprenticeship_id IN @record OR content LIKE '%\"' || (SELECT email FROM people WHERE id = @p) || '\"%'", "",
		`import_id none, number none, content secret, state fact, says secret, apprenticeship_id fact`),
	about("roster_imports", "goes: person_id = @p", "", `id none, person_id fact, file_name secret, state fact, version none, created_at fact, finished_at fact`),
	about("privacy_confirmations", "goes: person_id = @p", "", `person_id fact, digest secret, at fact`),
	about("jobs", "goes: payload LIKE '%' || @p || '%' OR key LIKE '%' || @p || '%' OR EXISTS (SELECT 1 FROM apprenticeships a WHERE a.apprentice_id = @p AND (payload LIKE '%' || a.id || '%' OR key LIKE '%' || a.id || '%'))",
		"", `id none, kind fact, payload secret, state fact, run_at fact, leased_until none, attempts none, key none, last_error none, created_at fact`),
	about("audit_events", "actor_id = @p OR subject = @p OR apprenticeship_id IN @record", "",
		`id fact, at fact, actor_id fact, job fact, role fact, action fact, apprenticeship_id fact, subject fact, detail own, request_id fact, erased_at fact`),

	about("person_changes", "person_id = @p", "by_id = @p", `id none, person_id fact, field fact, was own, became own, by_id fact, by_name words, at fact, erased_at fact`),
	about("erasures", "person_id = @p", "by_id = @p", `id none, person_id fact, event fact, basis fact, reason own, by_id fact, at fact, erased_at fact`),

	// ---- The record ----
	about("record_reads", beneathRecord+" OR person_id = @p", "", `apprenticeship_id fact, person_id fact, read_on fact, role fact, at fact`),
	// Before apprenticeships, so that erasure comes to it last: sealing, which reads the texts, holds the apprenticeship's row.
	about("ledger_records", beneathRecord, "", `table_name fact, row_id fact, apprenticeship_id fact, leaf fact, canonical fact, salt own, erased_at fact`),
	about("apprenticeships", "apprentice_id = @p", "", `id fact, apprentice_id fact, framework_id fact, framework_version fact, practice_id fact, start_on fact, planned_end_on fact,
		cohort fact, state fact, ended_on fact, end_reason own, in_scope fact, signed_off fact, core fact, core_signed_off fact, waiting none, oldest_waiting_at none,
		recount_on none, last_activity_at fact, seq none, version none, created_at fact, funding_year fact, original_end_on fact, break_days fact, on_break_since fact,
		return_expected_on fact, last_learning_on fact, sealed_seq none`),
	about("namings", beneathRecord+" OR person_id = @p OR covers_id = @p", "", `id fact, apprenticeship_id fact, person_id fact, role fact, domains fact, covers_id fact, from_on fact, to_on fact,
		created_at fact, briefing_on fact`),
	about("version_changes", beneathRecord, "by_id = @p", `id fact, apprenticeship_id fact, framework_id fact, from_version fact, to_version fact, batch none, by_id fact, at fact, undone_at fact, undone_by fact`),
	about("version_change_attainments", "change_id IN (SELECT id FROM version_changes WHERE "+beneathRecord+")", "",
		`change_id fact, competency fact, core fact, domain fact, scope fact, scope_since fact, retired fact, recheck_at fact`),
	about("attainments", beneathRecord, "", `apprenticeship_id fact, competency fact, core fact, domain fact, scope fact, scope_since fact, status fact, level fact, pieces fact, version none,
		waiting_type fact, waiting_since fact, open_awaits fact, open_assessor fact, expires_on fact, recount_on none, retired fact, recheck_at fact, signed_on fact, waited fact`),
	about("tallies", beneathRecord, "", `apprenticeship_id fact, practice_id fact, framework_id fact, framework_version fact, cohort fact, state fact, begun fact, start_day fact, planned_end_day fact, ended_day fact,
		in_scope fact, signed_off fact, signings_month fact, signings fact, to_sign none, to_sign_day none, learn_from_day none, learn_until_day none, plan_days none, verified fact, target fact,
		review_day fact, slips_day fact, stuck_day fact, supervisor_id fact, mentor_id fact, mentor_load none, due fact, claimed fact, paid fact, finish_month fact, early_month fact, late_month fact,
		as_of_day fact, refresh_day none, digest none`),
	about("tally_months", beneathRecord, "", `month fact, apprenticeship_id fact, practice_id fact, framework_id fact, framework_version fact, cohort fact, state fact, begun fact, start_day fact, planned_end_day fact, ended_day fact,
		in_scope fact, signed_off fact, signings_month fact, signings fact, to_sign none, to_sign_day none, learn_from_day none, learn_until_day none, plan_days none, verified fact, target fact,
		review_day fact, slips_day fact, stuck_day fact, supervisor_id fact, mentor_id fact, mentor_load none, due fact, claimed fact, paid fact, finish_month fact, early_month fact, late_month fact,
		as_of_day fact, refresh_day none`),
	about("evidence", beneathRecord+" AND (state <> 'draft' OR recorded_by IS NULL OR recorded_by = @p)", "recorded_by = @p OR observed_by = @p OR accepted_by = @p",
		`id fact, apprenticeship_id fact, recorded_by fact, kind fact, title own, occurred_on fact, narrative own, reflection own, details own, observed_by fact, entries fact,
		anonymised fact, prior_learning fact, state fact, revision fact, accepted_by fact, decided_at fact, submitted_at fact, read_at fact, read_comment own,
		withdrawn_at fact, withdraw_reason own, quarantined fact, version none, created_at fact, updated_at fact, origin_id fact, origin own`),
	about("evidence_mappings", ofPieces, "", `evidence_id fact, competency fact, position none, justification own, change_id fact`),
	about("evidence_revisions", ofPieces, "evidence_id IN (SELECT id FROM evidence WHERE observed_by = @p)", `evidence_id fact, number fact, content own, observed_by_name words, attachments own, hash own, submitted_by fact, submitted_at fact, erased_at fact`),
	about("reviews", ofPieces, "reviewer_id = @p", `id fact, evidence_id fact, revision fact, reviewer_id fact, reviewer_name words, role fact, decision fact, comment words, added fact, removed fact,
		at fact, erased_at fact`),
	about("attachments", ofPieces, "", `id fact, evidence_id fact, name own, media_type fact, size fact, sha256 own, width fact, height fact, rendition_sha256 own, rendition_size fact,
		rendition_width fact, rendition_height fact, added_at fact, removed_at fact`),
	about("evidence_reports", ofPieces, "reporter_id = @p OR closed_by = @p", `id fact, evidence_id fact, reporter_id fact, reporter_name words, reason words, state_before fact, reported_at fact,
		redacted_at fact, closed_at fact, closed_by fact, outcome fact, close_reason words`),
	about("sign_offs", beneathRecord, "assessor_id = @p", `id fact, apprenticeship_id fact, competency fact, decision fact, part fact, awaits fact, level fact, comment words, statement words,
		relied_on fact, relied_text own, assessor_id fact, assessor_name words, assessor_role fact, registration words, authentication fact, framework_id fact, framework_version fact,
		text_hash fact, signed_at fact, supersedes_id fact, previous_leaf fact, leaf fact, canonical fact, salt own, erased_at fact, recorded_at fact, signature fact`),
	about("programme_changes", beneathRecord, "by_id = @p", `id fact, apprenticeship_id fact, event fact, from_state fact, to_state fact, effective_on fact, end_before fact, end_after fact,
		return_expected_on fact, last_learning_on fact, practice_before fact, practice_after fact, answers_id fact, reason own, progress own, support own, by_id fact, by_name words,
		by_role fact, at fact, erased_at fact`),
	about("hours", beneathRecord, "", `id fact, apprenticeship_id fact, occurred_on fact, minutes fact, kind fact, learnt own, competencies fact, session_id fact, by_id fact, at fact, erased_at fact`),
	about("hours_decisions", "hours_id IN (SELECT id FROM hours WHERE "+beneathRecord+")", "by_id = @p", `id fact, hours_id fact, state fact, reason words, by_id fact, by_name words, by_role fact, at fact, erased_at fact`),
	about("placements", beneathRecord, "", `id fact, apprenticeship_id fact, site own, from_on fact, to_on fact, supervisor_name own, supervisor_email own, planned_minutes fact, done_minutes fact,
		state fact, comment own, asked_at fact, answered_at fact, version none, created_at fact`),
	about("placement_links", "goes: placement_id IN (SELECT id FROM placements WHERE "+beneathRecord+")", "", `hash secret, placement_id fact, expires_at fact, used_at fact`),
	about("progress_reviews", beneathRecord, "prepared_by = @p", `id fact, apprenticeship_id fact, number fact, state fact, framework_id fact, framework_version fact, since_on fact, due_on fact, held_on fact,
		facts fact, ratings fact, notes own, actions own, prepared_by fact, prepared_by_name words, prepared_at fact, locked_at fact, version none, erased_at fact`),
	about("progress_review_signatures", "review_id IN (SELECT id FROM progress_reviews WHERE "+beneathRecord+")", "person_id = @p",
		`review_id fact, party fact, person_id fact, person_name words, role fact, remark words, content_sha256 fact, at fact, erased_at fact`),
	about("skills_scans", beneathRecord, "by_id = @p", `apprenticeship_id fact, side fact, framework_version fact, levels fact, by_id fact, by_name words, finished_on fact, version none, erased_at fact`),
	about("badges", beneathRecord, "", `id fact, apprenticeship_id fact, domain fact, framework_id fact, framework_version fact, competencies fact, issued_at fact, valid_until fact,
		list none, place none, revoked_at fact, credential own`),
	about("prior_learning", beneathRecord, "decided_by = @p", `id fact, apprenticeship_id fact, title own, provider own, completed_on fact, minutes fact, competencies fact, evidence_id fact, state fact, reason words,
		claimed_at fact, decided_by fact, decided_by_name words, decided_at fact, version none, erased_at fact`),
	about("gateway_declarations", beneathRecord, "by_id = @p", `id fact, apprenticeship_id fact, condition_code fact, act fact, by_id fact, by_name words, at fact, erased_at fact`),
	about("submissions", beneathRecord, "by_id = @p", `id fact, apprenticeship_id fact, number fact, checklist own, by_id fact, by_name words, at fact, erased_at fact`),
	about("verifications", "submission_id IN (SELECT id FROM submissions WHERE "+beneathRecord+")", "by_id = @p",
		`id fact, submission_id fact, outcome fact, comment words, referrals words, by_id fact, by_name words, at fact, erased_at fact`),
	about("awards", beneathRecord, "by_id = @p", `id fact, apprenticeship_id fact, number fact, title fact, body fact, level fact, credits fact, certificate own, awarded_on fact, by_id fact, by_name words,
		at fact, erased_at fact`),
	about("payment_entries", beneathRecord, "by_id = @p", `id fact, apprenticeship_id fact, payment fact, event fact, title fact, amount fact, done_on fact, reference own, by_id fact, by_name words, at fact,
		erased_at fact, number fact`),
	about("cpd_cycles", beneathRecord, "", `id fact, apprenticeship_id fact, framework_id fact, framework_version fact, code fact, anchor_on fact, round fact, starts_on fact, ends_on fact, at fact, erased_at fact`),
	about("cpd_entries", "cycle_id IN "+cycles, "", `id fact, cycle_id fact, done_on fact, title own, provider own, category fact, half_points fact, approved fact, at fact, erased_at fact`),
	about("cpd_reversals", "entry_id IN (SELECT id FROM cpd_entries WHERE cycle_id IN "+cycles+")", "", `entry_id fact, reason own, at fact, erased_at fact`),
	about("cpd_closures", "cycle_id IN "+cycles, "", `cycle_id fact, done_on fact, note own, at fact, erased_at fact`),
	about("received_packages", ofReceived, "received_by = @p OR decided_by = @p",
		`id fact, practice_id fact, apprenticeship_id fact, sha256 fact, origin_url fact, origin_id fact, as_at fact, apprentice_name own, apprentice_email own, framework_id fact,
		framework_version fact, manifest own, data own, received_by fact, received_at fact, state fact, decided_by fact, decided_by_name words, decided_at fact, reason words, version none`),
	about("received_files", "goes: package_id IN (SELECT r.id FROM received_packages r WHERE "+ofReceived+")",
		"", `package_id fact, sha256 fact`),

	// ---- What people made that is about nobody ----
	about("framework_drafts", "", "made_by = @p OR changed_by = @p", `id fact, framework_id fact, framework_version fact, title fact, parent_id fact, parent_version fact, organisation_id fact, made_by fact,
		document none, state fact, version none, created_at fact, changed_at fact, changed_by fact`),
	about("framework_draft_editors", "", "person_id = @p", `draft_id fact, person_id fact`),
	about("framework_draft_reviewers", "", "person_id = @p OR asked_by = @p", `draft_id fact, person_id fact, asked_by fact, asked_at fact`),
	about("framework_draft_reviews", "", "person_id = @p", `id fact, draft_id fact, person_id fact, decision fact, comment words, draft_version fact, at fact, erased_at fact`),
	about("framework_draft_comments", "", "person_id = @p OR resolved_by = @p", `id fact, draft_id fact, person_id fact, place fact, text words, draft_version fact, at fact, resolved_at fact, resolved_by fact`),
	about("classroom_sessions", "", "created_by = @p", `id fact, hub_id fact, title fact, held_on fact, starts fact, minutes fact, place fact, materials fact, framework_id fact, cohort fact, created_by fact,
		created_at fact`),

	about("impact_reports", "", "entered_by = @p OR checked_by = @p", `id fact, practice_id fact, measure fact, baseline fact, value fact, baseline_from fact, baseline_to fact, from_on fact, to_on fact,
		method fact, sample fact, note words, state fact, reason words, entered_by fact, entered_at fact, checked_by fact, checked_at fact, version none`),
	about("impact_checked", "", "", `report_id none, version none, practice_id none, measure none, baseline none, value none, baseline_from none, baseline_to none, from_on none, to_on none,
		method none, sample none, checked_at none, ended_at none`), // of practices

	about("board_mails", "goes: person_id = @p", "set_by = @p", `id fact, place_id fact, person_id fact, set_by fact, set_at fact, stop_token secret, ended_at fact, ended_why fact`),

	// ---- Nobody's ----
	about("organisations", "", "", `id none, code none, name none, search none, kind none, parent_id none, ended_on none, people_to_region none, version none, created_at none`),
	about("organisation_ancestors", "", "", `organisation_id none, ancestor_id none, depth none, from_on none`),
	about("organisation_past_ancestors", "", "", `organisation_id none, ancestor_id none, depth none, from_on none, to_on none`),
	about("frameworks", "", "", `id none, version none, title none, status none, standing none, notice none, competencies none, sha256 none, source none, loaded_at none`),
	about("attempts", "", "", `key none, window_start none, count none`),                                        // the key is hashed, and gone in a day
	about("file_keys", "", "", `sha256 none, object none, secret none, size none, put_at none, unchecked none`), // erasure destroys them with the last reference to the content
	about("settings", "", "", `key none, value none`),
	about("months", "", "", `month none, last_day none, taken_at none`),
	about("ledger_keys", "", "", `verifier none, replaces none, from_at none`),
	about("ledger_entries", "", "", `number none, leaf none`),
	about("ledger_nodes", "", "", `level none, number none, hash none`),
	about("ledger_checkpoints", "", "", `size none, root none, note none, at none`),
	about("ledger_timestamps", "", "", `size none, token none, at none`),
}

// ofPieces is the condition of what belongs to a piece of the person.
const ofPieces = "evidence_id IN (SELECT id FROM evidence WHERE apprenticeship_id IN @record)"

// cycles are the person's of continuing development.
const cycles = "(SELECT id FROM cpd_cycles WHERE " + beneathRecord + ")"

// ofReceived is the condition of a package r that was received about the person.
const ofReceived = "(apprenticeship_id IN @record OR apprentice_email = (SELECT email FROM people WHERE id = @p))"
