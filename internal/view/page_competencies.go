package view

import "countersign/internal/countersign"

// CompetenciesPage is all competencies of one record with where each stands:
// for everybody who may see progress. It has a row for every competency, so
// rows are plain strings, made once, and the template does little in each.
type CompetenciesPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Competencies   []countersign.Summary
	Own            bool
	unconfirmed    map[string]bool
}

// NewCompetenciesPage returns the page of an apprenticeship.
func NewCompetenciesPage(a countersign.Apprenticeship, f countersign.Framework, all []countersign.Summary, own bool) *CompetenciesPage {
	p := &CompetenciesPage{Apprenticeship: a, Framework: f, Competencies: all, Own: own, Layout: Layout{Title: "Your competencies", Notice: f.Notice}}
	if !own {
		p.Title = "Competencies of " + a.ApprenticeName
	}
	p.Breadcrumbs = recordCrumbs(a.ID)
	p.unconfirmed = map[string]bool{}
	for _, c := range f.Competencies() {
		if c.Unconfirmed {
			p.unconfirmed[c.Code] = true
		}
	}
	return p
}

// Template implements Page.
func (*CompetenciesPage) Template() string { return "apprenticeship/competencies" }

// Summary says how many are signed off.
func (p *CompetenciesPage) Summary() string {
	done := p.Apprenticeship.Progress
	return Number(done.SignedOff) + " of " + Count(done.InScope, "competency") + " signed off. Core: " + Number(done.CoreSignedOff) + " of " + Number(done.Core) + "."
}

// competencyRow is a competency as a row.
type competencyRow struct {
	Code, Title, Href   string
	Status, StatusClass string
	Level, Pieces       string
	Expires             string
	Remark              string // follows the title
	MissingCount        string
	Missing             []string // in plain sentences
}

// domainRows are the competencies of a domain.
type domainRows struct {
	ID, Title string
	Rows      []competencyRow
}

// Domains are the competencies by domain, in the framework's order.
func (p *CompetenciesPage) Domains() []domainRows {
	byDomain := map[string][]competencyRow{}
	base := apprenticeshipHref(p.Apprenticeship.ID) + "/competencies/"
	for _, c := range p.Competencies {
		byDomain[c.Domain] = append(byDomain[c.Domain], p.row(c, base))
	}
	out := make([]domainRows, 0, len(p.Framework.Domains))
	for _, d := range p.Framework.Domains {
		out = append(out, domainRows{ID: domainID(d.Code), Title: d.Title, Rows: byDomain[d.Code]})
	}
	return out
}

func (p *CompetenciesPage) remark(c countersign.Summary) string {
	var s string
	if !c.Core {
		s = " (optional)"
	}
	if p.unconfirmed[c.Code] {
		s += " (to be confirmed)"
	}
	return s
}

func (p *CompetenciesPage) row(c countersign.Summary, base string) competencyRow {
	tag := CompetencyTag(c.Status)
	if c.Scope == countersign.ScopeProposed {
		tag = Tag{Text: "Proposed", Colour: "grey"}
	}
	row := competencyRow{
		Code: c.Code, Title: c.Title, Href: base + c.Code, Status: tag.Text, StatusClass: tag.Class(), Remark: p.remark(c),
		Level: p.Framework.Scale.Level(c.Level).Title, Pieces: Number(c.Pieces) + " (" + Number(c.Counting) + " counting)",
		Missing: c.Missing,
	}
	switch c.Pieces {
	case 0:
		row.Pieces = "0"
	case c.Counting:
		row.Pieces = Number(c.Pieces)
	}
	if !c.ExpiresOn.IsZero() {
		row.Expires = Date(c.ExpiresOn)
		if c.Expiring {
			row.Expires += " (soon)"
		}
	}
	if n := len(c.Missing); n > 0 {
		row.MissingCount = Count(n, "thing")
	}
	return row
}

func init() {
	addSamples(func() []Sample {
		empty := NewCompetenciesPage(sampleApprenticeship(), sampleLearnerFramework(), nil, true)
		empty.Apprenticeship.Progress = countersign.Progress{}
		expired := sampleSummaries()
		expired[0].Status, expired[0].Expiring = countersign.Expired, false
		return []Sample{
			{"competencies", NewCompetenciesPage(sampleApprenticeship(), sampleLearnerFramework(), sampleSummaries(), true)},
			{"competencies: for a mentor", NewCompetenciesPage(sampleApprenticeship(), sampleLearnerFramework(), expired, false)},
			{"competencies: none", empty},
		}
	})
}
