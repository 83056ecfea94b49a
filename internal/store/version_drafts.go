package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// versionDraftRow is a row of framework_drafts.
type versionDraftRow struct {
	ID               string
	FrameworkID      string
	FrameworkVersion string
	Title            string
	ParentID         string
	ParentVersion    string
	OrganisationID   string
	MadeBy           string
	Document         string
	State            string
	Version          int
	CreatedAt        dbTime
	ChangedAt        dbTime
	ChangedBy        string
}

// TableName implements GORM's Tabler.
func (versionDraftRow) TableName() string { return "framework_drafts" }

type versionDraftNames struct {
	OrganisationName string
	MadeByName       string
	ChangedByName    string
}

const (
	versionDraftColumns = `d.id, d.framework_id, d.framework_version, d.title, d.parent_id, d.parent_version, d.organisation_id, d.made_by,
	d.state, d.version, d.created_at, d.changed_at, d.changed_by, o.name AS organisation_name, m.name AS made_by_name, c.name AS changed_by_name`
	versionDraftTables = ` FROM framework_drafts d JOIN organisations o ON o.id = d.organisation_id
	JOIN people m ON m.id = d.made_by JOIN people c ON c.id = d.changed_by`
)

func (r versionDraftRow) toDomain(n versionDraftNames) countersign.VersionDraft {
	return countersign.VersionDraft{
		ID: countersign.VersionDraftID(r.ID), FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion, Title: r.Title,
		ParentID: r.ParentID, ParentVersion: r.ParentVersion, Organisation: countersign.OrganisationID(r.OrganisationID), OrganisationName: n.OrganisationName,
		MadeBy: countersign.PersonID(r.MadeBy), MadeByName: n.MadeByName, Document: []byte(r.Document), State: countersign.DraftState(r.State),
		Version: r.Version, CreatedAt: r.CreatedAt.Time, ChangedAt: r.ChangedAt.Time, ChangedByName: n.ChangedByName,
	}
}

var draftReaders = []authz.Action{
	authz.ReadFrameworkDraft, authz.EditFrameworkDraft, authz.CommentFrameworkDraft, authz.ReviewFrameworkDraft, authz.PublishVariant, authz.PublishFramework,
	authz.WriteLetter,
}

// onDraft returns the draft that the permit is about, if the permit is for one
// of the actions.
func onDraft(p authz.Permit, actions ...authz.Action) (string, error) {
	id := string(p.Subject().Draft)
	if id == "" || !p.Allows(actions...) {
		return "", errPermit
	}
	return id, nil
}

// DraftSubject returns a framework draft as the subject of an action: the
// place that makes it with everything above, and who is asked to review it.
// Within Write it locks the draft first.
func (tx *Tx) DraftSubject(id countersign.VersionDraftID) (authz.Subject, error) {
	if !countersign.ValidID(string(id)) {
		return authz.Subject{}, notFound()
	}
	lock := ""
	if tx.write {
		lock = tx.onPostgres(" FOR NO KEY UPDATE")
	}
	place, err := one[string](tx, "SELECT d.organisation_id FROM framework_drafts d WHERE d.id = ?"+lock, string(id))
	if err != nil {
		return authz.Subject{}, fmt.Errorf("store: draft subject: %w", err)
	}
	s, err := tx.PlaceSubject(countersign.OrganisationID(place))
	if err != nil {
		return s, err
	}
	s.Draft = id
	if s.Reviewers, err = all[countersign.PersonID](tx, "SELECT r.person_id FROM framework_draft_reviewers r WHERE r.draft_id = ? ORDER BY r.person_id", string(id)); err != nil {
		return s, fmt.Errorf("store: draft subject: %w", err)
	}
	return s, nil
}

// AddVersionDraft adds a draft that the permit's place makes. The identifier
// is made here; whoever makes a draft is its first editor.
func (tx *Tx) AddVersionDraft(p authz.Permit, d countersign.VersionDraft) (countersign.VersionDraftID, error) {
	places := p.Subject().Places
	if !p.Allows(authz.EditFrameworkDraft) || p.Subject().Draft != "" || p.Apprenticeship() != "" || len(places) == 0 || places[0] != d.Organisation {
		return "", fmt.Errorf("store: add framework draft: %w", errPermit)
	}
	by := string(p.Actor().ID())
	row := versionDraftRow{
		ID: tx.NewID(), FrameworkID: d.FrameworkID, FrameworkVersion: d.FrameworkVersion, Title: d.Title, ParentID: d.ParentID, ParentVersion: d.ParentVersion,
		OrganisationID: string(d.Organisation), MadeBy: by, Document: string(d.Document), State: string(countersign.DraftOpen), Version: 1,
		CreatedAt: dbTime{tx.Now()}, ChangedAt: dbTime{tx.Now()}, ChangedBy: by,
	}
	if err := tx.insert(&row); err != nil {
		return "", fmt.Errorf("store: add framework draft: %w", err)
	}
	return countersign.VersionDraftID(row.ID), tx.addEditor(row.ID, by)
}

func (tx *Tx) addEditor(draft, person string) error {
	if _, err := tx.exec("INSERT INTO framework_draft_editors (draft_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING", draft, person); err != nil {
		return fmt.Errorf("store: add editor: %w", err)
	}
	return nil
}

// VersionDraft returns the permit's draft.
func (tx *Tx) VersionDraft(p authz.Permit) (countersign.VersionDraft, error) {
	id, err := onDraft(p, draftReaders...)
	if err != nil {
		return countersign.VersionDraft{}, fmt.Errorf("store: framework draft: %w", err)
	}
	row, err := one[struct {
		Draft versionDraftRow   `gorm:"embedded"`
		Names versionDraftNames `gorm:"embedded"`
	}](tx, "SELECT "+versionDraftColumns+", d.document"+versionDraftTables+" WHERE d.id = ?", id)
	if err != nil {
		return countersign.VersionDraft{}, fmt.Errorf("store: framework draft: %w", err)
	}
	d := row.Draft.toDomain(row.Names)
	if d.Editors, err = all[countersign.PersonID](tx, "SELECT e.person_id FROM framework_draft_editors e WHERE e.draft_id = ? ORDER BY e.person_id", id); err != nil {
		return d, fmt.Errorf("store: framework draft: %w", err)
	}
	return d, nil
}

// VersionDrafts returns the drafts that places within the scope make, and
// those that the scope's person is asked to review, without their documents;
// open ones first, then the last changed, at most 200.
func (tx *Tx) VersionDrafts(scope authz.Scope) ([]countersign.VersionDraft, error) {
	where, args := "d.id IN (SELECT r.draft_id FROM framework_draft_reviewers r WHERE r.person_id = ?)", []any{string(scope.Person)}
	if len(scope.Organisations) > 0 {
		where += " OR d.organisation_id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id IN ?)"
		args = append(args, scopeIDs(scope))
	}
	return tx.versionDrafts(where, args...)
}

// DraftsToReview returns the open drafts that the scope's person is asked to
// review, has not edited, and has not reviewed as they are now.
func (tx *Tx) DraftsToReview(scope authz.Scope) ([]countersign.VersionDraft, error) {
	return tx.versionDrafts(`d.state = 'open' AND d.id IN (SELECT a.draft_id FROM framework_draft_reviewers a WHERE a.person_id = ?)
		AND NOT EXISTS (SELECT 1 FROM framework_draft_reviews v WHERE v.draft_id = d.id AND v.person_id = ? AND v.draft_version = d.version)
		AND NOT EXISTS (SELECT 1 FROM framework_draft_editors e WHERE e.draft_id = d.id AND e.person_id = ?)`,
		string(scope.Person), string(scope.Person), string(scope.Person))
}

func (tx *Tx) versionDrafts(where string, args ...any) ([]countersign.VersionDraft, error) {
	rows, err := all[struct {
		Draft versionDraftRow   `gorm:"embedded"`
		Names versionDraftNames `gorm:"embedded"`
	}](tx, "SELECT "+versionDraftColumns+versionDraftTables+" WHERE "+where+
		" ORDER BY CASE d.state WHEN 'open' THEN 0 ELSE 1 END, d.changed_at DESC, d.id LIMIT 200", args...)
	if err != nil {
		return nil, fmt.Errorf("store: framework drafts: %w", err)
	}
	out := make([]countersign.VersionDraft, len(rows))
	for i, r := range rows {
		out[i] = r.Draft.toDomain(r.Names)
	}
	return out, nil
}

// ChangeVersionDraft keeps the document and the state of the permit's draft,
// if it is still at that version: otherwise ErrStale. The permit's actor is an
// editor from now on, unless the document stays as it is.
func (tx *Tx) ChangeVersionDraft(p authz.Permit, d countersign.VersionDraft, version int) error {
	id, err := onDraft(p, authz.EditFrameworkDraft, authz.PublishVariant, authz.PublishFramework)
	if err != nil {
		return fmt.Errorf("store: change framework draft: %w", err)
	}
	by := string(p.Actor().ID())
	n, err := tx.update("framework_drafts", map[string]any{
		"framework_version": d.FrameworkVersion, "title": d.Title, "document": string(d.Document), "state": string(d.State),
		"version": version + 1, "changed_at": dbTime{tx.Now()}, "changed_by": by,
	}, "id = ? AND version = ?", id, version)
	if err != nil {
		return fmt.Errorf("store: change framework draft: %w", err)
	}
	if n == 0 {
		return stale()
	}
	if d.State != countersign.DraftOpen {
		return nil
	}
	return tx.addEditor(id, by)
}

// FrameworkOwner returns which organisation made every version of a framework
// that is loaded; empty if there is none, or if a version came from a file.
// loaded says whether there is any.
func (tx *Tx) FrameworkOwner(id string) (owner countersign.OrganisationID, loaded bool, err error) {
	rows, err := all[string](tx, `SELECT DISTINCT COALESCE((SELECT max(d.organisation_id) FROM framework_drafts d
		WHERE d.framework_id = f.id AND d.framework_version = f.version AND d.state = 'published'), '') AS owner
		FROM frameworks f WHERE f.id = ?`, id)
	if err != nil {
		return "", false, fmt.Errorf("store: framework owner: %w", err)
	}
	if len(rows) != 1 {
		return "", len(rows) > 0, nil
	}
	return countersign.OrganisationID(rows[0]), true, nil
}
