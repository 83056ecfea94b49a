package store

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/transfer"
)

// unsentTo is the address that somebody from elsewhere has here: no mail can
// reach it, so nobody can come in as them.
func unsentTo(id string) string { return id + "@elsewhere.invalid" }

// atRestore is what the columns that a package leaves out begin with.
var atRestore = map[string]map[string]any{
	"apprenticeships": {
		"in_scope": 0, "signed_off": 0, "core": 0, "core_signed_off": 0, "waiting": 0, "oldest_waiting_at": nil, "recount_on": nil, "seq": 1, "version": 1,
	},
	"attainments":      {"level": "", "pieces": 0, "version": 1, "waiting_type": "", "waiting_since": nil, "open_awaits": "", "open_assessor": nil, "expires_on": nil, "recount_on": nil, "signed_on": nil, "waited": 0},
	"evidence":         {"version": 1, "origin_id": nil},
	"hours":            {"session_id": nil},
	"placements":       {"version": 1},
	"progress_reviews": {"version": 1},
	"skills_scans":     {"version": 1},
	"prior_learning":   {"version": 1},
}

// followsWithin are the columns by which a row follows another of its table.
var followsWithin = map[string]string{"programme_changes": "answers_id", "sign_offs": "supersedes_id"}

// RestoreRecord makes a received record one of the permit's practice, under
// the identifiers that it has, so that its chains can be checked as before. The
// apprentice is the person given. The others become people from elsewhere, who
// have no way in. Whoever judged there judges no more from today on, and the
// permit's actor is the GP supervisor.
//
// Counters and standings are to be derived afterwards.
func (tx *Tx) RestoreRecord(p authz.Permit, d *transfer.Document, apprentice countersign.PersonID) error {
	places := p.Subject().Places
	if !p.Allows(authz.DecideReceived) || len(places) == 0 {
		return fmt.Errorf("store: restore record: %w", errPermit)
	}
	r := restoring{tx: tx, practice: string(places[0]), apprentice: string(apprentice)}
	d.Each("apprenticeships", func(get transfer.Getter) { r.id, r.was = get.Text("id"), get.Text("apprentice_id") })
	for _, t := range transfer.Tables() {
		var err error
		switch t.Name {
		case "places":
		case "people":
			err = r.people(d)
		default:
			err = r.table(t, d.Rows(t.Name))
		}
		if errors.Is(err, gorm.ErrCheckConstraintViolated) || errors.Is(err, gorm.ErrForeignKeyViolated) {
			return countersign.Refuse(countersign.Conflict, "This portfolio cannot become part of this installation: what it says in "+t.Name+" contradicts itself")
		}
		if err != nil {
			return fmt.Errorf("store: restore record: %s: %w", t.Name, err)
		}
	}
	today := tx.Today()
	_, err := tx.exec("UPDATE namings SET to_on = ? WHERE apprenticeship_id = ? AND (to_on IS NULL OR to_on >= ?)", dbDate{today.AddDays(-1)}, r.id, dbDate{today})
	if err == nil {
		err = tx.insert(&namingRow{
			ID: tx.NewID(), ApprenticeshipID: r.id, PersonID: string(p.Actor().ID()), Role: string(countersign.GPSupervisor),
			Domains: dbJSON[[]string]{[]string{}}, FromOn: dbDate{today}, CreatedAt: dbTime{tx.Now()},
		})
	}
	if err != nil {
		return fmt.Errorf("store: restore record: %w", err)
	}
	tx.noteChange(r.id)
	return nil
}

// restoring is a record on its way into the tables.
type restoring struct {
	tx         *Tx
	practice   string
	id         string // of the apprenticeship
	was        string // the apprentice, there
	apprentice string // the apprentice, here
}

// people adds those who aren't known yet. An identifier that belongs to
// somebody of this installation is refused: nobody's decisions come from a file.
func (r restoring) people(d *transfer.Document) error {
	var err error
	d.Each("people", func(get transfer.Getter) {
		id := get.Text("id")
		if err != nil || id == r.was {
			return
		}
		_, err = r.tx.exec(`INSERT INTO people (id, name, email, search, registration, daily_digest, password_phc, version, created_at, origin)
			VALUES (?, ?, ?, ?, ?, ?, '', 1, ?, ?) ON CONFLICT (id) DO NOTHING`,
			id, get.Text("name"), unsentTo(id), fold(get.Text("name")), get.Text("registration"), false, dbTime{r.tx.Now()}, get.Text("origin"))
		if err != nil {
			return
		}
		var origin string
		if origin, err = one[string](r.tx, "SELECT origin FROM people WHERE id = ?", id); err == nil && origin == "" {
			err = countersign.Refuse(countersign.Conflict, "This portfolio names "+get.Text("name")+" by an identifier of this installation, so it cannot become part of it")
		}
	})
	return err
}

// table inserts rows, each after the one of the table that it follows.
func (r restoring) table(t transfer.Table, rows []transfer.Row) error {
	follows := t.Index(followsWithin[t.Name])
	var ready []transfer.Row
	after := map[any][]transfer.Row{}
	for _, row := range rows {
		if follows < 0 || row[follows] == nil {
			ready = append(ready, row)
		} else {
			after[row[follows]] = append(after[row[follows]], row)
		}
	}
	for i := 0; i < len(ready); i++ {
		if err := r.insert(t, ready[i]); err != nil {
			return err
		}
		if follows >= 0 {
			ready = append(ready, after[ready[i][t.Index("id")]]...)
		}
	}
	if len(ready) < len(rows) { // they follow each other in a circle
		return gorm.ErrForeignKeyViolated
	}
	return nil
}

func (r restoring) insert(t transfer.Table, row transfer.Row) error {
	var names []string
	var values []any
	add := func(name string, v any) { names, values = append(names, name), append(values, v) }
	for i, c := range t.Columns {
		v := row[i]
		if raw, ok := v.(json.RawMessage); ok {
			v = string(raw)
		}
		switch {
		case c.Is("json") && v == nil:
			v = ""
		case c.Is("person") && v == r.was:
			v = r.apprentice
		case t.Name == "apprenticeships" && c.Name == "practice_id":
			v = r.practice
		case c.Is("place"): // of another tree
			v = nil
		}
		add(c.Name, v)
	}
	for name, v := range atRestore[t.Name] {
		add(name, v)
	}
	if t.Name == "attainments" {
		status := countersign.NotApplicable
		if row[t.Index("scope")] == string(countersign.ScopeIn) {
			status = countersign.NotStarted
		}
		add("status", string(status))
	}
	if t.Name == "sign_offs" {
		add("recorded_at", dbTime{r.tx.Now()})
	}
	_, err := r.tx.exec("INSERT INTO "+t.Name+" ("+strings.Join(names, ", ")+") VALUES (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
	return err
}

// AddReceivedFramework keeps a framework version that came with a package, for
// those who travelled on it: nobody is enrolled on it until the operator loads
// it. A version that is here already stays as it is, if it is the same.
func (tx *Tx) AddReceivedFramework(p authz.Permit, f countersign.Framework, source []byte) error {
	if !p.Allows(authz.DecideReceived) {
		return fmt.Errorf("store: add received framework: %w", errPermit)
	}
	kept, err := tx.FrameworkSource(f.ID, f.Version)
	switch {
	case countersign.KindOf(err) == countersign.NotFound:
		f.Status = countersign.FrameworkRetired
		return tx.AddFramework(f, source)
	case err == nil && sha256.Sum256(kept) != sha256.Sum256(source):
		return countersign.Refuse(countersign.Conflict, "The framework "+f.ID+" "+f.Version+" of this portfolio is not the one that this installation has under that version")
	}
	return err
}

// DecideReceived keeps what was decided about a received package. Of one that
// was declined nothing but that stays. A version that isn't the present one is
// a Conflict.
func (tx *Tx) DecideReceived(p authz.Permit, r countersign.Received, version int) error {
	places := p.Subject().Places
	if !p.Allows(authz.DecideReceived) || len(places) == 0 || places[0] != r.Practice {
		return fmt.Errorf("store: decide received: %w", errPermit)
	}
	set := map[string]any{
		"state": string(r.State), "decided_by": string(r.DecidedBy), "decided_by_name": r.DecidedByName, "decided_at": dbTime{r.DecidedAt}, "reason": r.Reason, "version": version + 1,
	}
	if r.State == countersign.PackageDeclined {
		set["manifest"], set["data"] = "", ""
		if _, err := tx.exec("DELETE FROM received_files WHERE package_id = ?", string(r.ID)); err != nil {
			return fmt.Errorf("store: decide received: %w", err)
		}
	}
	n, err := tx.update("received_packages", set, "id = ? AND practice_id = ? AND version = ? AND state = 'received'", string(r.ID), string(r.Practice), version)
	if err == nil && n == 0 {
		err = stale()
	}
	if err != nil {
		return fmt.Errorf("store: decide received: %w", err)
	}
	return nil
}
