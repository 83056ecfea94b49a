package view

import (
	"bytes"
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
