package countersign

import (
	"cmp"
	"slices"
	"time"
)

// Portfolio is everything that the portfolio shows, as PDF and as its HTML
// twin. AsAt is the time of the last recorded change, so that the same data
// gives the same portfolio.
type Portfolio struct {
	Apprenticeship Apprenticeship
	Framework      Framework
	Places         []Organisation // the practice and everything above it, the practice first
	Namings        []Naming       // everybody ever named, oldest first
	Attainments    []Attainment   // every competency, in the framework's order
	Earlier        []Attainment   // decided on an earlier version of the framework, and no part of the present one
	Pieces         []PortfolioPiece
	AsAt           time.Time
}

// PortfolioPiece is a piece of evidence with its history. Drafts and withdrawn
// pieces are no part of a portfolio, but for withdrawn ones that a decision
// relied on, whose content is left out.
type PortfolioPiece struct {
	Number int // counts from 1 within the portfolio
	Evidence
	Reviews []Review // oldest first
	Hash    string   // of the revision shown
}

// Register returns every decision of every competency, oldest first.
func (p Portfolio) Register() []SignOff {
	var all []SignOff
	for _, a := range slices.Concat(p.Attainments, p.Earlier) {
		all = append(all, a.Decisions...)
	}
	sortSignOffs(all)
	return all
}

// EarlierVersions is the title of the section for what earlier versions of the
// framework had, and EarlierVersionsMean says why it is there.
const (
	EarlierVersions     = "Earlier versions of the framework"
	EarlierVersionsMean = "The apprentice changed to a version of the framework that does not have these competencies any more. What was decided stays in the record, and counts for nothing else."
)

// EarlierAttainments gathers decisions on competencies that the framework
// doesn't have, in the order in which they were first decided. read returns
// the competency as it was in the version that a decision was made on.
func EarlierAttainments(f Framework, all []SignOff, read func(SignOff) (Competency, error)) ([]Attainment, error) {
	all = slices.Clone(all)
	sortSignOffs(all)
	var out []Attainment
	for _, so := range all {
		if _, present := f.Competency(so.Competency); present {
			continue
		}
		i := slices.IndexFunc(out, func(a Attainment) bool { return a.Code == so.Competency })
		if i < 0 {
			c, err := read(so)
			if err != nil {
				return nil, err
			}
			i = len(out)
			out = append(out, Attainment{Competency: c, Scope: ScopeOut})
		}
		out[i].Decisions = append(out[i].Decisions, so)
	}
	return out, nil
}

// PartOfEarlier says which version of the framework the competency is of.
func (a Attainment) PartOfEarlier() string {
	return "Part of version " + a.Decisions[0].FrameworkVersion + " of the framework, and not of the present version"
}

func sortSignOffs(all []SignOff) {
	slices.SortStableFunc(all, func(a, b SignOff) int {
		return cmp.Or(a.SignedAt.Compare(b.SignedAt), cmp.Compare(a.ID, b.ID))
	})
}
