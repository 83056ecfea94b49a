package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// TrailLine is something that was done to a record or an account, or that
// somebody looked at a record.
type TrailLine struct {
	ID             string
	At             time.Time
	Actor          countersign.PersonID // empty for the server itself
	ActorName      string
	Job            string
	Role           string
	Action         string // RecordRead for a look
	Apprenticeship countersign.ApprenticeshipID
	Subject        string
	About          string // title of the piece or code of the competency, in one's own trail
	Detail         string // JSON; of sign-ins only
}

// RecordRead is the action of somebody who looked at a record that day.
const RecordRead = "record.read"

// trailRow is a line as it is read.
type trailRow struct {
	ID, Job, Role, Action, Subject string
	About, Detail                  string
	At                             dbTime
	ActorID, ApprenticeshipID      dbRef
	ActorName                      dbRef
}

func (r trailRow) toDomain() TrailLine {
	return TrailLine{
		ID: r.ID, At: r.At.Time, Actor: countersign.PersonID(r.ActorID), ActorName: string(r.ActorName), Job: r.Job, Role: r.Role, Action: r.Action,
		Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), Subject: r.Subject, About: r.About, Detail: r.Detail,
	}
}

// Page is which part of a list is asked for.
type Page struct {
	Limit  int
	Cursor string
}

// OwnTrail returns what others did to the account and the record of the
// permit's person, and who looked at it, newest first. Tries to sign in that
// failed are in SignInTrail.
func (tx *Tx) OwnTrail(p authz.Permit, page Page) ([]TrailLine, string, error) {
	if !p.Allows(authz.OwnAccount) || p.Subject().Person == "" {
		return nil, "", fmt.Errorf("store: own trail: %w", errPermit)
	}
	return tx.trail(`SELECT e.id, e.at, e.actor_id, e.job, e.role, e.action, e.apprenticeship_id, e.subject, COALESCE(v.title, o.competency, '') AS about FROM audit_events e
			LEFT JOIN evidence v ON v.id = e.subject AND v.apprenticeship_id = e.apprenticeship_id LEFT JOIN sign_offs o ON o.id = e.subject AND o.apprenticeship_id = e.apprenticeship_id
			WHERE (e.subject = @p OR e.apprenticeship_id IN `+record+`) AND (e.actor_id IS NULL OR e.actor_id <> @p) AND e.action <> '`+SignInRefusedAction+`'
		UNION ALL SELECT r.person_id, r.at, r.person_id, '', r.role, '`+RecordRead+`', r.apprenticeship_id, '', '' FROM record_reads r
			WHERE r.person_id <> @p AND r.apprenticeship_id IN `+record, map[string]any{"p": string(p.Subject().Person)}, page)
}

// SignInTrail returns when somebody got into the account of the permit's
// person, or didn't, and who ended sessions of theirs, newest first.
func (tx *Tx) SignInTrail(p authz.Permit, page Page) ([]TrailLine, string, error) {
	if !p.Allows(authz.OwnAccount) || p.Subject().Person == "" {
		return nil, "", fmt.Errorf("store: sign-in trail: %w", errPermit)
	}
	return tx.trail(`SELECT e.id, e.at, e.actor_id, e.job, e.role, e.action, e.apprenticeship_id, e.subject, e.detail FROM audit_events e
		WHERE e.subject = @p AND e.action IN @actions`, map[string]any{
		"p": string(p.Subject().Person), "actions": []string{SignedInAction, SignInRefusedAction, SessionEndedAction, SessionsEndedAction},
	}, page)
}

// The actions of a SignInTrail.
const (
	SignedInAction      = "account.sign_in"
	SignInRefusedAction = "account.sign_in_refused"
	SessionEndedAction  = "account.end_sessions"
	SessionsEndedAction = "person.end_sessions" // by an administrator
)

// TrailFilter says which part of the trail is asked for.
type TrailFilter struct {
	Limit    int
	Cursor   string
	Person   string // part of the name or e-mail address of who did it, or to whom
	Action   string // how it begins, such as evidence
	From, To countersign.Date
}

// AuditTrail returns what was done by or to people who hold or held a role
// within the scope, newest first; with an all-embracing scope everything.
func (tx *Tx) AuditTrail(s authz.Scope, f TrailFilter) ([]TrailLine, string, error) {
	if !storable(f.Action) {
		return nil, "", nil
	}
	conditions, args := []string{"TRUE"}, map[string]any{}
	add := func(condition, name string, value any) {
		conditions, args[name] = append(conditions, condition), value
	}
	switch {
	case s.All:
	case len(s.Organisations) == 0:
		conditions = []string{"FALSE"}
	default:
		add(`EXISTS (SELECT 1 FROM memberships m JOIN organisation_ancestors b ON b.organisation_id = m.organisation_id
			WHERE b.ancestor_id IN @places AND (m.person_id = e.actor_id OR m.person_id = e.subject))`, "places", scopeIDs(s))
	}
	if f.Person != "" {
		add(`EXISTS (SELECT 1 FROM people q WHERE (q.id = e.actor_id OR q.id = e.subject) AND q.search LIKE @person ESCAPE '\')`, "person", containing(f.Person))
	}
	if f.Action != "" {
		add("substr(e.action, 1, length(@action)) = @action", "action", f.Action)
	}
	if !f.From.IsZero() {
		add("e.at >= @from", "from", dbTime{f.From.Start()})
	}
	if !f.To.IsZero() {
		add("e.at < @until", "until", dbTime{f.To.AddDays(1).Start()})
	}
	return tx.trail(`SELECT e.id, e.at, e.actor_id, e.job, e.role, e.action, e.apprenticeship_id, e.subject FROM audit_events e
		WHERE `+strings.Join(conditions, " AND "), args, Page{f.Limit, f.Cursor})
}

// trail reads a page of lines with the names of who acted.
func (tx *Tx) trail(query string, args map[string]any, page Page) ([]TrailLine, string, error) {
	after := ""
	if page.Cursor != "" {
		c, at, err := decodeCursor(page.Cursor, "at", timeKey)
		if err != nil {
			return nil, "", err
		}
		after = " WHERE t.at < @at OR (t.at = @at AND t.id < @id)"
		args["at"], args["id"] = at, c.ID
	}
	size := pageSize(page.Limit)
	args["limit"] = size + 1
	rows, err := all[trailRow](tx, "SELECT t.*, a.name AS actor_name FROM ("+query+") t LEFT JOIN people a ON a.id = t.actor_id"+after+" ORDER BY t.at DESC, t.id DESC LIMIT @limit", args)
	if err != nil {
		return nil, "", fmt.Errorf("store: trail: %w", err)
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		next = cursor{Sort: "at", Key: last.At.UTC().Format(timeLayout), ID: last.ID}.encode()
	}
	lines := make([]TrailLine, len(rows))
	for i, r := range rows {
		lines[i] = r.toDomain()
	}
	return lines, next, nil
}

// RecordLook is somebody's look at another's record.
type RecordLook struct {
	Apprenticeship countersign.ApprenticeshipID
	Person         countersign.PersonID
	Role           string
	At             time.Time
}

// KeepLooks keeps who looked at whose record, once a person, record and day,
// in one statement.
func (tx *Tx) KeepLooks(looks []RecordLook) error {
	for some := range slices.Chunk(looks, insertAtOnce) {
		var values []string
		var args []any
		for _, l := range some {
			values = append(values, "(?, ?, ?, ?, ?)")
			args = append(args, string(l.Apprenticeship), string(l.Person), dbDate{countersign.LondonDate(l.At)}, l.Role, dbTime{l.At})
		}
		if _, err := tx.exec("INSERT INTO record_reads (apprenticeship_id, person_id, read_on, role, at) VALUES "+strings.Join(values, ", ")+
			" ON CONFLICT DO NOTHING", args...); err != nil {
			return fmt.Errorf("store: keep looks: %w", err)
		}
	}
	return nil
}

// PersonChange is a name, an e-mail address or a registration number that was
// put right.
type PersonChange struct {
	Field, Was, Became string
	By                 countersign.PersonID
	ByName             string
	At                 time.Time
}

// personChangeRow is a row of person_changes.
type personChangeRow struct {
	ID, PersonID       string
	Field, Was, Became string
	ByID               dbRef
	ByName             string
	At                 dbTime
}

// TableName implements GORM's Tabler.
func (personChangeRow) TableName() string { return "person_changes" }

// AddPersonChanges keeps what an actor changed about a person.
func (tx *Tx) AddPersonChanges(by authz.Actor, before, after countersign.Person) error {
	for _, c := range []PersonChange{
		{Field: "name", Was: before.Name, Became: after.Name},
		{Field: "email", Was: before.Email, Became: after.Email},
		{Field: "registration", Was: before.Registration, Became: after.Registration},
	} {
		if c.Was == c.Became {
			continue
		}
		if err := tx.insert(&personChangeRow{
			ID: tx.NewID(), PersonID: string(after.ID), Field: c.Field, Was: c.Was, Became: c.Became, ByID: dbRef(by.ID()), ByName: by.Name(), At: dbTime{tx.Now()},
		}); err != nil {
			return fmt.Errorf("store: add person change: %w", err)
		}
	}
	return nil
}

// PersonChanges returns what was changed about the permit's person, newest
// first.
func (tx *Tx) PersonChanges(p authz.Permit) ([]PersonChange, error) {
	if !p.Allows(authz.OwnAccount) || p.Subject().Person == "" {
		return nil, fmt.Errorf("store: person changes: %w", errPermit)
	}
	rows, err := all[personChangeRow](tx, "SELECT field, was, became, by_id, by_name, at FROM person_changes WHERE person_id = ? ORDER BY at DESC, id DESC", string(p.Subject().Person))
	if err != nil {
		return nil, fmt.Errorf("store: person changes: %w", err)
	}
	changes := make([]PersonChange, len(rows))
	for i, r := range rows {
		changes[i] = PersonChange{Field: r.Field, Was: r.Was, Became: r.Became, By: countersign.PersonID(r.ByID), ByName: r.ByName, At: r.At.Time}
	}
	return changes, nil
}
