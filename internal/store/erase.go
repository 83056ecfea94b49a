package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// erasureRow is where somebody stands who may be erased.
type erasureRow struct {
	ID, Name, Email              string
	Open, Roles                  int
	EndedOn, LeftOn              dbDate
	AskedAt, RefusedAt, ErasedAt dbTime
	AskedWhy                     dbRef
}

func (r erasureRow) toDomain() countersign.Erasure {
	last := r.EndedOn.Date
	if r.LeftOn.After(last) {
		last = r.LeftOn.Date
	}
	return countersign.Erasure{
		Person: countersign.PersonID(r.ID), Name: r.Name, Email: r.Email, Open: r.Open, Roles: r.Roles, LastDay: last,
		AskedAt: r.AskedAt.Time, AskedWhy: string(r.AskedWhy), RefusedAt: r.RefusedAt.Time, ErasedAt: r.ErasedAt.Time,
	}
}

const erasureSQL = `SELECT p.id, p.name, p.email,
	(SELECT count(*) FROM apprenticeships a WHERE a.apprentice_id = p.id AND a.ended_on IS NULL) AS open,
	(SELECT count(*) FROM memberships m WHERE m.person_id = p.id AND m.role <> 'apprentice' AND (m.to_on IS NULL OR m.to_on >= @today)) AS roles,
	(SELECT max(a.ended_on) FROM apprenticeships a WHERE a.apprentice_id = p.id) AS ended_on,
	(SELECT max(m.to_on) FROM memberships m WHERE m.person_id = p.id AND m.role <> 'apprentice') AS left_on,
	(SELECT max(e.at) FROM erasures e WHERE e.person_id = p.id AND e.event = 'asked') AS asked_at,
	(SELECT max(e.at) FROM erasures e WHERE e.person_id = p.id AND e.event = 'refused') AS refused_at,
	(SELECT max(e.at) FROM erasures e WHERE e.person_id = p.id AND e.event = 'erased') AS erased_at,
	(SELECT e.reason FROM erasures e WHERE e.person_id = p.id AND e.event = 'asked' ORDER BY e.at DESC LIMIT 1) AS asked_why
	FROM people p`

// Erasures returns everybody within the scope who hasn't been erased and has
// either asked or nothing left that is open.
func (tx *Tx) Erasures(s authz.Scope) ([]countersign.Erasure, error) {
	where, args := " WHERE TRUE", map[string]any{"today": tx.today()}
	switch {
	case s.All:
	case len(s.Organisations) == 0:
		return nil, nil
	default:
		where = ` WHERE EXISTS (SELECT 1 FROM memberships m JOIN organisation_ancestors b ON b.organisation_id = m.organisation_id
			WHERE b.ancestor_id IN @places AND m.person_id = p.id)`
		args["places"] = scopeIDs(s)
	}
	rows, err := all[erasureRow](tx, "SELECT * FROM ("+erasureSQL+where+") q WHERE q.erased_at IS NULL AND (q.asked_at IS NOT NULL OR (q.open = 0 AND q.roles = 0)) ORDER BY q.name, q.id", args)
	if err != nil {
		return nil, fmt.Errorf("store: erasures: %w", err)
	}
	list := make([]countersign.Erasure, len(rows))
	for i, r := range rows {
		list[i] = r.toDomain()
	}
	return list, nil
}

// Erasure returns where the permit's person stands.
func (tx *Tx) Erasure(p authz.Permit) (countersign.Erasure, error) {
	person := string(p.Subject().Person)
	if !p.Allows(authz.ErasePeople, authz.OwnAccount) || person == "" {
		return countersign.Erasure{}, fmt.Errorf("store: erasure: %w", errPermit)
	}
	row, err := one[erasureRow](tx, erasureSQL+" WHERE p.id = @p", map[string]any{"today": tx.today(), "p": person})
	if err != nil {
		return countersign.Erasure{}, fmt.Errorf("store: erasure: %w", err)
	}
	e := row.toDomain()
	for _, t := range personalTables {
		name := slices.IndexFunc(t.Columns, func(c PersonalColumn) bool { return c.Class == ofActor && strings.HasSuffix(c.Name, "name") })
		if t.By == "" || name < 0 {
			continue
		}
		others := "FALSE"
		if t.About != "" {
			others = "COALESCE((" + t.About + "), FALSE)"
		}
		n, err := one[int](tx, `SELECT count(*) FROM "`+t.Name+`" WHERE (`+t.By+") AND NOT "+others+` AND "`+t.Columns[name].Name+`" <> ''`, map[string]any{"p": person})
		if err != nil {
			return e, fmt.Errorf("store: erasure: %s: %w", t.Name, err)
		}
		e.Judged += n
	}
	return e, nil
}

// NamedIn returns the received packages about others that hold a name or an
// address of the permit's person.
func (tx *Tx) NamedIn(p authz.Permit) ([]countersign.ReceivedID, error) {
	known, err := tx.KnownAs(p)
	if err != nil {
		return nil, err
	}
	find := "instr"
	if tx.store.dialect == postgresDialect {
		find = "strpos"
	}
	var holds []string
	args := map[string]any{"p": string(p.Subject().Person)}
	for i, word := range known {
		key := fmt.Sprintf("word%d", i)
		holds, args[key] = append(holds, find+"(r.data || r.manifest, @"+key+") > 0"), word
	}
	ids, err := all[string](tx, "SELECT r.id FROM received_packages r WHERE NOT "+strings.ReplaceAll(ofReceived, "@record", record)+
		" AND ("+strings.Join(holds, " OR ")+") ORDER BY r.id", args)
	if err != nil {
		return nil, fmt.Errorf("store: named in: %w", err)
	}
	var in []countersign.ReceivedID
	for _, id := range ids {
		in = append(in, countersign.ReceivedID(id))
	}
	return in, nil
}

// KnownAs returns the names and addresses that the permit's person has, or had.
func (tx *Tx) KnownAs(p authz.Permit) ([]string, error) {
	person := string(p.Subject().Person)
	if !p.Allows(authz.ErasePeople) || person == "" {
		return nil, fmt.Errorf("store: known as: %w", errPermit)
	}
	words, err := all[string](tx, `SELECT name FROM people WHERE id = @p UNION SELECT email FROM people WHERE id = @p
		UNION SELECT was FROM person_changes WHERE person_id = @p AND field IN ('name', 'email') AND was <> '' ORDER BY 1`, map[string]any{"p": person})
	if err != nil {
		return nil, fmt.Errorf("store: known as: %w", err)
	}
	return words, nil
}

// ErasureEvent is a wish to be erased, or what was decided.
type ErasureEvent string

// The events.
const (
	ErasureAsked   ErasureEvent = "asked"
	ErasureRefused ErasureEvent = "refused"
	PersonErased   ErasureEvent = "erased"
)

// AddErasure keeps a wish of the permit's person, or a decision about them.
func (tx *Tx) AddErasure(p authz.Permit, event ErasureEvent, basis, reason string) error {
	person := string(p.Subject().Person)
	if !p.Allows(authz.ErasePeople) && !(p.Allows(authz.OwnAccount) && event == ErasureAsked) || person == "" {
		return fmt.Errorf("store: add erasure: %w", errPermit)
	}
	_, err := tx.exec("INSERT INTO erasures (id, person_id, event, basis, reason, by_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		tx.NewID(), person, string(event), text(basis), text(reason), dbRef(p.Actor().ID()), dbTime{tx.Now()})
	if err != nil {
		return fmt.Errorf("store: add erasure: %w", err)
	}
	return nil
}

// erasedName is what somebody is called who was erased: the row stays, since
// others refer to it.
const erasedName = "Somebody who was erased"

// ErasePerson destroys everything that says something about the permit's
// person, by the register of tables. What remains are identifiers, dates and
// hashes, which prove that nothing else was changed. It returns the content of
// files that nothing refers to any more, for files.Vault.Delete after the
// commit; Scrub then takes it out of the files of the database.
func (tx *Tx) ErasePerson(p authz.Permit) ([]string, error) {
	person := string(p.Subject().Person)
	if !p.Allows(authz.ErasePeople) || person == "" {
		return nil, fmt.Errorf("store: erase person: %w", errPermit)
	}
	unused, err := tx.erasePerson(person)
	if err != nil {
		return nil, fmt.Errorf("store: erase person: %w", err)
	}
	return unused, nil
}

func (tx *Tx) erasePerson(person string) ([]string, error) {
	args := map[string]any{"p": person, "now": dbTime{tx.Now()}, "yesterday": dbDate{tx.Today().AddDays(-1)}, "name": erasedName, "email": person + "@erased.invalid", "search": fold(erasedName)}
	pieces, err := all[struct{ ID, ApprenticeshipID string }](tx, "SELECT id, apprenticeship_id FROM evidence WHERE apprenticeship_id IN "+record, args)
	if err != nil {
		return nil, err
	}
	var unused []string
	for _, piece := range pieces {
		files, err := tx.destroyText(piece.ApprenticeshipID, countersign.EvidenceID(piece.ID))
		if err != nil {
			return nil, err
		}
		unused = append(unused, files...)
	}
	received, err := all[string](tx, strings.ReplaceAll("SELECT f.sha256 FROM received_files f JOIN received_packages r ON r.id = f.package_id WHERE "+ofReceived, "@record", record), args)
	if err != nil {
		return nil, err
	}
	if err := tx.eraseAnswers(person); err != nil {
		return nil, err
	}
	for _, t := range slices.Backward(personalTables) { // children before those whose words they are found by
		if statement := t.erase(); statement != "" {
			if _, err := tx.exec(statement, args); err != nil {
				return nil, fmt.Errorf("%s: %w", t.Name, err)
			}
		}
	}
	if err := tx.noteMentors("?", person); err != nil {
		return nil, err
	}
	for _, statement := range []string{
		"UPDATE badges SET revoked_at = @now WHERE revoked_at IS NULL AND " + strings.ReplaceAll(beneathRecord, "@record", record),
		"UPDATE memberships SET to_on = @yesterday WHERE person_id = @p AND (to_on IS NULL OR to_on > @yesterday)",
		"UPDATE namings SET to_on = @yesterday WHERE person_id = @p AND (to_on IS NULL OR to_on > @yesterday)",
		"UPDATE people SET name = @name, email = @email, search = @search, registration = '', password_phc = '', daily_digest = FALSE, version = version + 1 WHERE id = @p",
	} {
		if _, err := tx.exec(statement, args); err != nil {
			return nil, err
		}
	}
	more, err := tx.unused(received)
	return slices.Compact(slices.Sorted(slices.Values(append(unused, more...)))), err
}

// erase returns what empties or deletes the rows about a person; nothing where
// there is nothing to empty.
func (t PersonalTable) erase() string {
	which := t.About
	if t.Erased != "" {
		which = t.Erased
	}
	switch {
	case which == "", t.Name == "people":
		return ""
	case t.Goes:
		return `DELETE FROM "` + t.Name + `" WHERE ` + which
	}
	var set []string
	for _, c := range t.Columns {
		switch {
		case c.Class == ofSubject, c.Class == ofActor, c.Class == secret:
			set = append(set, `"`+c.Name+`" = ''`)
		}
	}
	if len(set) == 0 {
		return ""
	}
	if _, marked := t.Column("erased_at"); marked {
		set = append(set, "erased_at = @now")
	}
	return `UPDATE "` + t.Name + `" SET ` + strings.Join(set, ", ") + " WHERE " + which
}

// eraseAnswers deletes the answers that are kept for repeated requests and
// speak of the person or their record, whoever asked.
func (tx *Tx) eraseAnswers(person string) error {
	words, err := all[string](tx, "SELECT email FROM people WHERE id = @p UNION SELECT id FROM people WHERE id = @p UNION SELECT id FROM apprenticeships WHERE apprentice_id = @p", map[string]any{"p": person})
	if err != nil {
		return err
	}
	speaks := "instr(body, CAST(? AS BLOB)) > 0"
	if tx.store.dialect == postgresDialect {
		speaks = "position(convert_to(?, 'UTF8') IN body) > 0"
	}
	for _, word := range words {
		if _, err := tx.exec("DELETE FROM idempotency_keys WHERE "+speaks, word); err != nil {
			return err
		}
	}
	return nil
}

// Scrub takes what was erased out of the files of the database: on SQLite they
// are written anew without it, and the log is emptied; on PostgreSQL each table
// that erasure empties is written to a new file, and can't be used meanwhile,
// then what the planner remembers of them. It must not run within a transaction.
func (s *Store) Scrub(ctx context.Context) error {
	statements := []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"}
	if s.dialect == postgresDialect {
		statements = nil
		for _, t := range personalTables {
			if t.erase() != "" || t.Name == "people" {
				statements = append(statements, `VACUUM (FULL, ANALYSE) "`+t.Name+`"`)
			}
		}
		statements = append(statements, "VACUUM (FULL) pg_statistic")
	}
	for _, statement := range statements {
		if _, err := s.pools[0].ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("store: scrub: what was erased is still in the files of the database: %w", err)
		}
	}
	return nil
}
