package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// badgeRow is a row of badges.
type badgeRow struct {
	ID               string
	ApprenticeshipID string
	Domain           string
	FrameworkID      string
	FrameworkVersion string
	Competencies     dbJSON[[]string]
	IssuedAt         dbTime
	ValidUntil       dbDate
	List             int
	Place            int
	RevokedAt        dbTime
	Credential       string
}

// TableName implements GORM's Tabler.
func (badgeRow) TableName() string { return "badges" }

const badgeColumns = "b.id, b.apprenticeship_id, b.domain, b.framework_id, b.framework_version, b.competencies, b.issued_at, b.valid_until, b.list, b.place, b.revoked_at, b.credential"

// Badges returns the badges of the permit's apprenticeship, oldest first.
func (tx *Tx) Badges(p authz.Permit) ([]countersign.Badge, error) {
	id, err := beneath(p, authz.ReadPortfolio, authz.IssueBadge, authz.SignOff, authz.WithdrawSignOff)
	if err != nil {
		return nil, fmt.Errorf("store: badges: %w", err)
	}
	rows, err := all[badgeRow](tx, "SELECT "+badgeColumns+" FROM badges b WHERE b.apprenticeship_id = ? ORDER BY b.issued_at, b.id", id)
	if err != nil {
		return nil, fmt.Errorf("store: badges: %w", err)
	}
	out := make([]countersign.Badge, len(rows))
	for i, r := range rows {
		out[i] = countersign.Badge{
			ID: countersign.BadgeID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), Domain: r.Domain,
			FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion, Competencies: r.Competencies.V, IssuedAt: r.IssuedAt.Time,
			ValidUntil: r.ValidUntil.Date, List: r.List, Place: r.Place, RevokedAt: r.RevokedAt.Time, Credential: r.Credential,
		}
	}
	return out, nil
}

// AddBadge adds a badge. One whose place in its list is taken is a Conflict.
func (tx *Tx) AddBadge(p authz.Permit, b countersign.Badge) error {
	id, err := beneath(p, authz.IssueBadge)
	if err == nil && string(b.Apprenticeship) != id {
		err = errPermit
	}
	if err == nil {
		err = tx.insert(&badgeRow{
			string(b.ID), id, b.Domain, b.FrameworkID, b.FrameworkVersion, dbJSON[[]string]{b.Competencies}, dbTime{b.IssuedAt}, dbDate{b.ValidUntil},
			b.List, b.Place, dbTime{}, b.Credential,
		})
	}
	if err != nil {
		return fmt.Errorf("store: add badge: %w", err)
	}
	return nil
}

// RevokeBadges revokes those of the apprenticeship's badges that rest on a
// competency, and returns how many.
func (tx *Tx) RevokeBadges(p authz.Permit, competency string) (int, error) {
	if _, err := beneath(p, authz.SignOff, authz.WithdrawSignOff); err != nil {
		return 0, fmt.Errorf("store: revoke badges: %w", err)
	}
	badges, err := tx.Badges(p)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, b := range badges {
		if !b.RevokedAt.IsZero() || !b.RestsOn(competency) {
			continue
		}
		if _, err := tx.update("badges", map[string]any{"revoked_at": dbTime{tx.Now()}}, "id = ?", string(b.ID)); err != nil {
			return n, fmt.Errorf("store: revoke badges: %w", err)
		}
		n++
	}
	return n, nil
}

// BadgePlaceTaken reports whether a badge has that place in a list of
// revocations.
func (tx *Tx) BadgePlaceTaken(list, place int) (bool, error) {
	rows, err := all[struct{ ID string }](tx, "SELECT id FROM badges WHERE list = ? AND place = ?", list, place)
	if err != nil {
		return false, fmt.Errorf("store: place of a badge: %w", err)
	}
	return len(rows) > 0, nil
}

// BadgesIssued returns how many badges there are in the installation.
func (tx *Tx) BadgesIssued() (int, error) {
	row, err := one[struct{ N int }](tx, "SELECT COUNT(*) AS n FROM badges")
	if err != nil {
		return 0, fmt.Errorf("store: badges issued: %w", err)
	}
	return row.N, nil
}

// RevokedPlaces returns the places of a list at which badges are revoked or
// have passed their last day. They tell nothing about anybody.
func (tx *Tx) RevokedPlaces(list int) ([]int, error) {
	rows, err := all[struct{ Place int }](tx, "SELECT place FROM badges WHERE list = ? AND (revoked_at IS NOT NULL OR valid_until < ?) ORDER BY place", list, tx.today())
	if err != nil {
		return nil, fmt.Errorf("store: revoked badges: %w", err)
	}
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = r.Place
	}
	return out, nil
}
