package transfer

import (
	"time"

	"countersign/internal/countersign"
)

// shapes are what the JSON columns hold that no hash is made of, by table and
// column. Accepted, they are read with every page about the record and by the
// jobs of the night, which one value of another shape would stop.
var shapes = map[string]map[string]func() any{
	"namings":            {"domains": list},
	"evidence":           {"details": words, "origin": func() any { return new(*origin) }},
	"evidence_revisions": {"content": func() any { return new(content) }, "attachments": func() any { return new([]attachment) }},
	"reviews":            {"added": list, "removed": list},
	"hours":              {"competencies": list},
	"skills_scans":       {"levels": words},
	"prior_learning":     {"competencies": list},
	"submissions":        {"checklist": func() any { return new([]countersign.SubmittedLine) }},
	"verifications":      {"referrals": func() any { return new([]countersign.Referral) }},
}

func list() any  { return new([]string) }
func words() any { return new(map[string]string) }

// origin is where a piece was accepted before it was used in the record.
type origin struct {
	FrameworkID      string    `json:"framework"`
	FrameworkVersion string    `json:"version"`
	Competency       string    `json:"competency"`
	Revision         int       `json:"revision"`
	Hash             string    `json:"hash"`
	AcceptedByName   string    `json:"accepted_by"`
	AcceptedAt       time.Time `json:"accepted_at"`
}

// checkShapes refuses JSON of a shape that isn't that of its column.
func (p *Package) checkShapes() error {
	var err error
	for table, columns := range shapes {
		for column, shape := range columns {
			p.Document.Each(table, func(get Getter) {
				if e := get.JSON(column, shape()); e != nil && err == nil {
					err = refuse("data.json: a %q in %q is not of the form that it has", column, table)
				}
			})
		}
	}
	return err
}
