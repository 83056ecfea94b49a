package view

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func TestTheTableOfManyPlacesIsFoldedUpAndThatOfFewIsNot(t *testing.T) {
	t.Parallel()
	v := newTestView(t, Site{})
	for rows, folded := range map[int]bool{longRows: false, longRows + 1: true} {
		coverage := NewCoveragePage("Dales Training Hub", "HUB-DALES", ReportFilter{})
		impact, region := NewImpactPage("Dales Training Hub", "HUB-DALES"), sampleRegion()
		region.Beneath = nil
		for range rows {
			coverage.Add(CoverageRow{Name: "Surgery", Kind: countersign.Practice, Practices: 1})
			impact.Beneath = append(impact.Beneath, Link{Text: "Surgery", Href: "/"})
			region.Beneath = append(region.Beneath, FigureRow{Name: "Surgery", Values: sampleValues(1)})
		}
		for _, p := range []struct {
			page    Page
			summary string
		}{{coverage, "Place by place: all 61"}, {impact, "Places beneath: all 61"}, {region, "Place by place: all 61"}} {
			if got := bytes.Contains(render(t, v, p.page), []byte(p.summary)); got != folded {
				t.Errorf("%s with %d rows is folded: %t", p.page.Template(), rows, got)
			}
		}
	}
}

// Counted in fives, five may be nine and nought may be four.
func TestCoverageThatIsCountedInFivesSaysThatThereMayBeMore(t *testing.T) {
	t.Parallel()
	page := NewCoveragePage("England", "ENGLAND", ReportFilter{})
	page.Fives = true
	page.Add(CoverageRow{Code: "Y63", Name: "North East and Yorkshire", Kind: countersign.Region, Practices: 20, Training: 5, Covered: 5, Networks: 2})
	page.Add(CoverageRow{Code: "Y56", Name: "London", Kind: countersign.Region, Practices: 3, Networks: 1})
	var told []string
	for _, tile := range page.Whole() {
		told = append(told, tile.Value)
	}
	if want := []string{"23", "5 or more", NotShown, "21% or more", NotShown}; !slices.Equal(told, want) {
		t.Errorf("the tiles say %q, want %q", told, want)
	}
	for i, want := range [][]string{
		{"North East and Yorkshire", "20", "5 or more", NotShown, "5 or more", "25% or more", "2", NotShown},
		{"London", "3", NotShown, NotShown, NotShown, NotShown, "1", NotShown},
	} {
		var row []string
		for _, cell := range page.Table().Rows[i] {
			row = append(row, cell.Text)
		}
		if !slices.Equal(row, want) {
			t.Errorf("a row says %q, want %q", row, want)
		}
	}
	if c := page.Map().Chart; c.Name() != "Practices with a GPA in training or qualified, at least" || !strings.Contains(c.Says(), "Only North East and Yorkshire has a number to show (25%).") {
		t.Errorf("the map is %q: %q", c.Name(), c.Says())
	}
}
