package store

import (
	"fmt"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// placementRow is a row of placements.
type placementRow struct {
	ID               string
	ApprenticeshipID string
	Site             string
	FromOn           dbDate
	ToOn             dbDate
	SupervisorName   string
	SupervisorEmail  string
	PlannedMinutes   int
	DoneMinutes      int
	State            string
	Comment          string
	AskedAt          dbTime
	AnsweredAt       dbTime
	Version          int
	CreatedAt        dbTime
}

// TableName implements GORM's Tabler.
func (placementRow) TableName() string { return "placements" }

// placementLinkRow is a row of placement_links.
type placementLinkRow struct {
	Hash        string
	PlacementID string
	ExpiresAt   dbTime
	UsedAt      dbTime
}

// TableName implements GORM's Tabler.
func (placementLinkRow) TableName() string { return "placement_links" }

func (r placementRow) toDomain() countersign.Placement {
	return countersign.Placement{
		ID: countersign.PlacementID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), Site: r.Site,
		From: r.FromOn.Date, To: r.ToOn.Date, SupervisorName: r.SupervisorName, SupervisorEmail: r.SupervisorEmail,
		PlannedMinutes: r.PlannedMinutes, DoneMinutes: r.DoneMinutes, State: countersign.PlacementState(r.State), Comment: r.Comment,
		AskedAt: r.AskedAt.Time, AnsweredAt: r.AnsweredAt.Time, Version: r.Version,
	}
}

const placementColumns = `id, apprenticeship_id, site, from_on, to_on, supervisor_name, supervisor_email, planned_minutes, done_minutes,
	state, comment, asked_at, answered_at, version, created_at`

var placementReaders = []authz.Action{
	authz.ReadProgramme, authz.ReadGateway, authz.SubmitPortfolio, authz.ReadHours, authz.ArrangePlacement, authz.AskSite, authz.AnswerForSite, authz.WriteLetter,
}

// Placements returns the placements of the permit's apprenticeship, the
// earliest first.
func (tx *Tx) Placements(p authz.Permit) ([]countersign.Placement, error) {
	app, err := beneath(p, placementReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: placements: %w", err)
	}
	rows, err := all[placementRow](tx, "SELECT "+placementColumns+" FROM placements WHERE apprenticeship_id = ? ORDER BY from_on, id", app)
	if err != nil {
		return nil, fmt.Errorf("store: placements: %w", err)
	}
	out := make([]countersign.Placement, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
	}
	return out, nil
}

// Placement returns one placement.
func (tx *Tx) Placement(p authz.Permit, id countersign.PlacementID) (countersign.Placement, error) {
	list, err := tx.Placements(p)
	if err != nil {
		return countersign.Placement{}, err
	}
	for _, one := range list {
		if one.ID == id {
			return one, nil
		}
	}
	return countersign.Placement{}, notFound()
}

// AddPlacement adds a placement. The identifier is made here.
func (tx *Tx) AddPlacement(p authz.Permit, pl countersign.Placement) (countersign.Placement, error) {
	app, err := beneath(p, authz.ArrangePlacement)
	if err != nil {
		return pl, fmt.Errorf("store: add placement: %w", err)
	}
	row := placementRow{
		ID: tx.NewID(), ApprenticeshipID: app, Site: pl.Site, FromOn: dbDate{pl.From}, ToOn: dbDate{pl.To},
		SupervisorName: pl.SupervisorName, SupervisorEmail: lowerEmail(pl.SupervisorEmail), PlannedMinutes: pl.PlannedMinutes,
		State: string(pl.State), Version: 1, CreatedAt: dbTime{tx.Now()},
	}
	if err := tx.insert(&row); err != nil {
		return pl, fmt.Errorf("store: add placement: %w", err)
	}
	return row.toDomain(), nil
}

// ChangePlacement saves a placement, if it is still at that version: otherwise
// ErrStale. Links that were sent for it and
// not used are void from now on.
func (tx *Tx) ChangePlacement(p authz.Permit, pl countersign.Placement, version int) (countersign.Placement, error) {
	app, err := beneath(p, authz.ArrangePlacement, authz.AskSite, authz.AnswerForSite)
	if err != nil {
		return pl, fmt.Errorf("store: change placement: %w", err)
	}
	n, err := tx.update("placements", map[string]any{
		"site": pl.Site, "from_on": dbDate{pl.From}, "to_on": dbDate{pl.To}, "supervisor_name": pl.SupervisorName,
		"supervisor_email": lowerEmail(pl.SupervisorEmail), "planned_minutes": pl.PlannedMinutes, "done_minutes": pl.DoneMinutes, "state": string(pl.State), "comment": pl.Comment,
		"asked_at": dbTime{pl.AskedAt}, "answered_at": dbTime{pl.AnsweredAt}, "version": version + 1,
	}, "id = ? AND apprenticeship_id = ? AND version = ?", string(pl.ID), app, version)
	if err != nil {
		return pl, fmt.Errorf("store: change placement: %w", err)
	}
	if n == 0 {
		return pl, stale()
	}
	if _, err := tx.exec("DELETE FROM placement_links WHERE placement_id = ? AND used_at IS NULL", string(pl.ID)); err != nil {
		return pl, fmt.Errorf("store: change placement: forget links: %w", err)
	}
	pl.Version = version + 1
	return pl, nil
}

// AddPlacementLink stores the hash of a link that the site supervisor may use
// once, before expires.
func (tx *Tx) AddPlacementLink(p authz.Permit, id countersign.PlacementID, hash string, expires time.Time) error {
	if _, err := beneath(p, authz.AskSite); err != nil {
		return fmt.Errorf("store: add placement link: %w", err)
	}
	if _, err := tx.Placement(p, id); err != nil {
		return err
	}
	if err := tx.insert(&placementLinkRow{Hash: hash, PlacementID: string(id), ExpiresAt: dbTime{expires}}); err != nil {
		return fmt.Errorf("store: add placement link: %w", err)
	}
	return nil
}

// usablePlacement is the condition that the link of a placement may be used;
// it takes the hash and the time.
const usablePlacement = "hash = ? AND used_at IS NULL AND expires_at > ?"

// PlacementLink returns which placement a link is about, without using it, and
// whose it is. One that can't be used is NotFound.
func (tx *Tx) PlacementLink(hash string) (authz.Subject, countersign.PlacementID, error) {
	found, err := all[struct{ ID, ApprenticeshipID string }](tx, `SELECT p.id, p.apprenticeship_id FROM placement_links l
		JOIN placements p ON p.id = l.placement_id WHERE l.`+usablePlacement, hash, dbTime{tx.Now()})
	if err != nil {
		return authz.Subject{}, "", fmt.Errorf("store: placement link: %w", err)
	}
	if len(found) == 0 {
		return authz.Subject{}, "", errLinkSpent()
	}
	s, err := tx.Subject(countersign.ApprenticeshipID(found[0].ApprenticeshipID))
	return s, countersign.PlacementID(found[0].ID), err
}

// UsePlacementLink uses a link up; of two who use it at once, one gets it and
// the other NotFound.
func (tx *Tx) UsePlacementLink(hash string) error {
	now := dbTime{tx.Now()}
	n, err := tx.exec("UPDATE placement_links SET used_at = ? WHERE "+usablePlacement, now, hash, now)
	if err != nil {
		return fmt.Errorf("store: use placement link: %w", err)
	}
	if n == 0 {
		return errLinkSpent()
	}
	return nil
}

// PlacementSubject returns the subject that a placement belongs to.
func (tx *Tx) PlacementSubject(id countersign.PlacementID) (authz.Subject, error) {
	return tx.subject("placement subject", "(SELECT p.apprenticeship_id FROM placements p WHERE p.id = ?)", string(id))
}
