package view_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/view"
)

// Somebody else's draft is counted in the standing and shown to nobody.
func TestACompetencyCountsThePiecesThatItShows(t *testing.T) {
	t.Parallel()
	page := view.CompetencyPage{MaySeeEvidence: true}
	page.Summary.Pieces, page.Summary.Counting = 3, 1
	page.Pieces = []view.CompetencyPiece{{Evidence: countersign.Evidence{State: countersign.Accepted}}, {Evidence: countersign.Evidence{State: countersign.Withdrawn}}}
	if got := page.Counting(); got != "1 piece, of which 1 counts now." {
		t.Errorf("%q", got)
	}
	page.Pieces = nil
	if got := page.Counting(); !strings.HasPrefix(got, "There is no evidence") {
		t.Errorf("with drafts of others only: %q", got)
	}
}
