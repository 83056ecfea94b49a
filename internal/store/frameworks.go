package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// FrameworkRow is a framework version in a list.
type FrameworkRow struct {
	ID, Version, Title, Status, Standing, Notice, SHA256 string
	Competencies                                         int
	LoadedAt                                             time.Time
}

// frameworkRow is a row of frameworks.
type frameworkRow struct {
	ID           string
	Version      string
	Title        string
	Status       string
	Standing     string
	Notice       string
	Competencies int
	SHA256       string `gorm:"column:sha256"`
	Source       string
	LoadedAt     dbTime
}

func (r frameworkRow) toList() FrameworkRow {
	return FrameworkRow{
		ID: r.ID, Version: r.Version, Title: r.Title, Status: r.Status, Standing: r.Standing, Notice: r.Notice,
		SHA256: r.SHA256, Competencies: r.Competencies, LoadedAt: r.LoadedAt.Time,
	}
}

// AddFramework stores a released version with the file it was read from. The
// same file again changes nothing; another file of the same version is a
// Conflict, since a released version never changes.
func (tx *Tx) AddFramework(f countersign.Framework, source []byte) error {
	sum := sha256.Sum256(source)
	row := frameworkRow{
		ID: f.ID, Version: f.Version, Title: f.Title, Status: string(f.Status), Standing: string(f.Standing),
		Notice: f.Notice, Competencies: len(f.Competencies()), SHA256: hex.EncodeToString(sum[:]),
		Source: string(source), LoadedAt: dbTime{tx.Now()},
	}
	if f.SHA256 != "" && f.SHA256 != row.SHA256 {
		return fmt.Errorf("store: add framework %s %s: its checksum is not that of its source", f.ID, f.Version)
	}
	// Several servers may start at once, each with the same files.
	n, err := tx.exec(`INSERT INTO frameworks (id, version, title, status, standing, notice, competencies, sha256, source, loaded_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, version) DO NOTHING`,
		row.ID, row.Version, row.Title, row.Status, row.Standing, row.Notice, row.Competencies, row.SHA256, row.Source, row.LoadedAt)
	if err != nil {
		return fmt.Errorf("store: add framework %s %s: %w", f.ID, f.Version, err)
	}
	if n == 1 {
		return nil
	}
	kept, err := one[string](tx, "SELECT sha256 FROM frameworks WHERE id = ? AND version = ?", f.ID, f.Version)
	switch {
	case err != nil:
		return fmt.Errorf("store: add framework %s %s: %w", f.ID, f.Version, err)
	case kept != row.SHA256:
		return countersign.Refuse(countersign.Conflict, fmt.Sprintf(
			"Version %s of %s is loaded already and differs from this file. A released version never changes: give the file a new version", f.Version, f.ID))
	}
	// One that came with a package is open for enrolment from now on.
	if _, err := tx.update("frameworks", map[string]any{"status": row.Status}, "id = ? AND version = ? AND status <> ?", f.ID, f.Version, row.Status); err != nil {
		return fmt.Errorf("store: add framework %s %s: %w", f.ID, f.Version, err)
	}
	return nil
}

// FrameworkRows lists every version loaded, by framework in the order of
// loading.
func (tx *Tx) FrameworkRows() ([]FrameworkRow, error) {
	rows, err := all[frameworkRow](tx, `SELECT id, version, title, status, standing, notice, competencies, sha256, loaded_at
		FROM frameworks ORDER BY id, loaded_at, version`)
	if err != nil {
		return nil, fmt.Errorf("store: frameworks: %w", err)
	}
	list := make([]FrameworkRow, len(rows))
	for i, r := range rows {
		list[i] = r.toList()
	}
	return list, nil
}

// FrameworkSource returns the file of a version, byte for byte.
func (tx *Tx) FrameworkSource(id, version string) ([]byte, error) {
	if !storable(id) || !storable(version) {
		return nil, notFound()
	}
	row, err := one[frameworkRow](tx, "SELECT source FROM frameworks WHERE id = ? AND version = ?", id, version)
	if err != nil {
		return nil, fmt.Errorf("store: framework source: %w", err)
	}
	return []byte(row.Source), nil
}
