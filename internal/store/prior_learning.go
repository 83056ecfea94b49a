package store

import (
	"fmt"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// skillsScanRow is a row of skills_scans.
type skillsScanRow struct {
	ApprenticeshipID string
	Side             string
	FrameworkVersion string
	Levels           dbJSON[map[string]string]
	ByID             string
	ByName           string
	FinishedOn       dbDate
	Version          int
}

// TableName implements GORM's Tabler.
func (skillsScanRow) TableName() string { return "skills_scans" }

const skillsScanColumns = "k.apprenticeship_id, k.side, k.framework_version, k.levels, k.by_id, k.by_name, k.finished_on, k.version"

// SkillsScan returns both sides of the scan; a side that nobody has begun has
// version 0.
func (tx *Tx) SkillsScan(p authz.Permit) (map[countersign.ScanSide]countersign.SkillsScan, error) {
	id, err := beneath(p, authz.ReadProgramme, authz.ScanSkills)
	if err != nil {
		return nil, fmt.Errorf("store: skills scan: %w", err)
	}
	rows, err := all[skillsScanRow](tx, "SELECT "+skillsScanColumns+" FROM skills_scans k WHERE apprenticeship_id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("store: skills scan: %w", err)
	}
	out := map[countersign.ScanSide]countersign.SkillsScan{}
	for _, side := range countersign.ScanSides() {
		out[side] = countersign.SkillsScan{Side: side}
	}
	for _, r := range rows {
		out[countersign.ScanSide(r.Side)] = countersign.SkillsScan{
			Side: countersign.ScanSide(r.Side), FrameworkVersion: r.FrameworkVersion, Levels: r.Levels.V,
			By: countersign.PersonID(r.ByID), ByName: r.ByName, FinishedOn: r.FinishedOn.Date, Version: r.Version,
		}
	}
	return out, nil
}

// SaveSkillsScan keeps one side of the scan as the permit's actor saw it
// last. It is a Conflict unless that side is still at the version it has.
func (tx *Tx) SaveSkillsScan(p authz.Permit, s countersign.SkillsScan) error {
	id, err := beneath(p, authz.ScanSkills)
	if err != nil {
		return fmt.Errorf("store: save skills scan: %w", err)
	}
	row := skillsScanRow{
		id, string(s.Side), s.FrameworkVersion, dbJSON[map[string]string]{s.Levels}, string(p.Actor().ID()), p.Actor().Name(), dbDate{s.FinishedOn}, s.Version + 1,
	}
	if s.Version == 0 {
		err = tx.insert(&row)
	} else {
		var changed int
		changed, err = tx.update("skills_scans", map[string]any{
			"framework_version": row.FrameworkVersion, "levels": row.Levels, "by_id": row.ByID, "by_name": row.ByName, "finished_on": row.FinishedOn, "version": row.Version,
		}, "apprenticeship_id = ? AND side = ? AND version = ? AND finished_on IS NULL", id, row.Side, s.Version)
		if err == nil && changed == 0 {
			err = stale()
		}
	}
	if err != nil {
		return fmt.Errorf("store: save skills scan: %w", err)
	}
	return nil
}

// priorLearningRow is a row of prior_learning.
type priorLearningRow struct {
	ID               string
	ApprenticeshipID string
	Title            string
	Provider         string
	CompletedOn      dbDate
	Minutes          int
	Competencies     dbJSON[[]string]
	EvidenceID       dbRef
	State            string
	Reason           string
	ClaimedAt        dbTime
	DecidedBy        dbRef
	DecidedByName    string
	DecidedAt        dbTime
	Version          int
}

// TableName implements GORM's Tabler.
func (priorLearningRow) TableName() string { return "prior_learning" }

const priorLearningColumns = `c.id, c.apprenticeship_id, c.title, c.provider, c.completed_on, c.minutes, c.competencies, c.evidence_id, c.state,
	c.reason, c.claimed_at, c.decided_by, c.decided_by_name, c.decided_at, c.version`

// PriorLearning returns the claims on the permit's apprenticeship, oldest
// first.
func (tx *Tx) PriorLearning(p authz.Permit) ([]countersign.PriorLearning, error) {
	id, err := beneath(p, slices.Concat(hoursCounters, []authz.Action{authz.ClaimPriorLearning, authz.DecidePriorLearning})...)
	if err != nil {
		return nil, fmt.Errorf("store: prior learning: %w", err)
	}
	rows, err := all[struct {
		Claim         priorLearningRow `gorm:"embedded"`
		EvidenceTitle string
	}](tx, "SELECT "+priorLearningColumns+`, CASE WHEN e.quarantined THEN '' ELSE COALESCE(e.title, '') END AS evidence_title FROM prior_learning c LEFT JOIN evidence e ON e.id = c.evidence_id
		WHERE c.apprenticeship_id = ? ORDER BY c.claimed_at, c.id`, id)
	if err != nil {
		return nil, fmt.Errorf("store: prior learning: %w", err)
	}
	out := make([]countersign.PriorLearning, len(rows))
	for i, r := range rows {
		c := r.Claim
		out[i] = countersign.PriorLearning{
			ID: countersign.PriorLearningID(c.ID), Apprenticeship: countersign.ApprenticeshipID(c.ApprenticeshipID), Title: c.Title, Provider: c.Provider,
			On: c.CompletedOn.Date, Minutes: c.Minutes, Competencies: c.Competencies.V, Evidence: countersign.EvidenceID(c.EvidenceID), EvidenceTitle: r.EvidenceTitle,
			State: countersign.PriorLearningState(c.State), Reason: c.Reason, ClaimedAt: c.ClaimedAt.Time,
			DecidedByName: c.DecidedByName, DecidedAt: c.DecidedAt.Time, Version: c.Version,
		}
	}
	return out, nil
}

// AddPriorLearning adds a claim.
func (tx *Tx) AddPriorLearning(p authz.Permit, c countersign.PriorLearning) (countersign.PriorLearningID, error) {
	id, err := beneath(p, authz.ClaimPriorLearning)
	if err != nil {
		return "", fmt.Errorf("store: add prior learning: %w", err)
	}
	row := priorLearningRow{
		ID: tx.NewID(), ApprenticeshipID: id, Title: c.Title, Provider: c.Provider, CompletedOn: dbDate{c.On}, Minutes: c.Minutes,
		Competencies: dbJSON[[]string]{c.Competencies}, EvidenceID: dbRef(c.Evidence), State: string(c.State), ClaimedAt: dbTime{tx.Now()}, Version: 1,
	}
	if err := tx.insert(&row); err != nil {
		return "", fmt.Errorf("store: add prior learning: %w", err)
	}
	return countersign.PriorLearningID(row.ID), nil
}

// DecidePriorLearning keeps what became of a claim. It is a Conflict unless
// the claim is still at the version it has.
func (tx *Tx) DecidePriorLearning(p authz.Permit, c countersign.PriorLearning) error {
	id, err := beneath(p, authz.ClaimPriorLearning, authz.DecidePriorLearning)
	if err != nil {
		return fmt.Errorf("store: decide prior learning: %w", err)
	}
	changed, err := tx.update("prior_learning", map[string]any{
		"state": string(c.State), "reason": c.Reason, "decided_by": dbRef(p.Actor().ID()), "decided_by_name": p.Actor().Name(), "decided_at": dbTime{c.DecidedAt}, "version": c.Version + 1,
	}, "id = ? AND apprenticeship_id = ? AND version = ? AND state = 'claimed'", string(c.ID), id, c.Version)
	if err == nil && changed == 0 {
		err = stale()
	}
	if err != nil {
		return fmt.Errorf("store: decide prior learning: %w", err)
	}
	return nil
}
