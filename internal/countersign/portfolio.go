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
	for _, a := range p.Attainments {
		all = append(all, a.Decisions...)
	}
	sortSignOffs(all)
	return all
}

func sortSignOffs(all []SignOff) {
	slices.SortStableFunc(all, func(a, b SignOff) int {
		return cmp.Or(a.SignedAt.Compare(b.SignedAt), cmp.Compare(a.ID, b.ID))
	})
}
