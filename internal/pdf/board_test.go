package pdf_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"countersign/internal/chart"
	"countersign/internal/pdf"
)

// sampleBoard is a report with every kind of chart.
func sampleBoard(places int) pdf.Board {
	ints := func(n ...int) []chart.Value {
		var values []chart.Value
		for _, v := range n {
			values = append(values, chart.Int(v))
		}
		return values
	}
	var months []chart.Month
	var finishes []chart.Estimate
	for i := range 12 {
		name := time.Month(i + 1).String()[:3] + " 2026"
		months = append(months, chart.Month{Name: name, Values: ints(900+i*12, 200-i*5, 60+i)})
		finishes = append(finishes, chart.Estimate{Name: name, Low: chart.Int(i), Mid: chart.Int(3 + i), High: chart.Int(9 + 2*i)})
	}
	bars := chart.Bars{Title: "On track, slipping and stuck", Of: "Place", Parts: []string{"On track", "Slipping", "Stuck", "On a break", "Submitted", "Referred back"}}
	tiles := chart.Tiles{Title: "Practices with a GPA", Unit: "Share", Steps: chart.Evenly(100, func(n float64) string { return fmt.Sprint(n, "%") })}
	table := chart.Grid{Head: []string{"Place", "Active", "Stuck"}}
	for i := range places {
		name := fmt.Sprint("Place number ", i+1)
		bars.Rows = append(bars.Rows, chart.Row(name, ints(30+i, 20, i, 3, 2, 1)...))
		table.Rows = append(table.Rows, []string{name, fmt.Sprint(30 + i), "not shown"})
	}
	for i, code := range []string{"QHM", "QWO", "QOQ", "QE1", "QYG", "QXX"} {
		tiles.Items = append(tiles.Items, chart.Tile{Code: code, Name: "Board " + code, Value: chart.Int(i * 20)})
	}
	tiles.Items[5].Value = chart.Unknown("not shown")
	return pdf.Board{
		Title: "North East and Yorkshire", Kind: "Region, code Y63", AsAt: "As at 31 October 2026.", Notes: []string{"Small numbers are not shown."},
		MadeAt: time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC),
		Parts: []pdf.BoardPart{
			{Title: "People", Figures: [][2]string{{"Starters", "1,204"}, {"Median months to complete", "7.5 months"}}},
			{Title: "How they get on", Rules: []string{"Stuck: nothing has happened on the record for 42 days."}, Charts: []chart.Chart{
				bars, chart.Months{Title: "Trend", Parts: []string{"On track", "Slipping", "Stuck"}, Points: months, Lines: true},
				chart.Months{Title: "Sign-offs by month", Parts: []string{"A", "B", "C"}, Points: months}, chart.Range{Title: "Forecast", Points: finishes}, tiles, chart.Bars{Title: "Nothing to draw"},
			}},
			{Title: "Place by place", Tables: []chart.Grid{table}},
		},
	}
}

func boardPDF(t *testing.T, b pdf.Board) document {
	t.Helper()
	var out bytes.Buffer
	if err := pdf.WriteBoard(t.Context(), &out, b); err != nil {
		t.Fatalf("WriteBoard() error = %v", err)
	}
	return keep(t, out.Bytes())
}

func TestABoardReportHasEachChartWithItsTable(t *testing.T) {
	t.Parallel()
	for _, places := range []int{3, 60} {
		d := boardPDF(t, sampleBoard(places))
		d.check()
		d.checkMarks()
		for i, page := range d.pages() {
			if w := fmt.Sprintf("Page %d of %d", i+1, len(d.pages())); !strings.Contains(page, w) || !strings.Contains(page, "North East and Yorkshire · As at 31 October 2026.") {
				t.Errorf("%d places: page %d says neither what it is of nor %q", places, i+1, w)
			}
		}
		text := strings.Join(d.pages(), "\n")
		for _, w := range []string{"Report of North East and Yorkshire", "As at 31 October 2026", "Median months to complete", "7.5 months", "Forecast", "Board QXX", "not shown", "Jan 2026"} {
			if !strings.Contains(text, w) {
				t.Errorf("%d places: the report lacks %q", places, w)
			}
		}
		if strings.Contains(text, "Nothing to draw") {
			t.Errorf("%d places: an empty chart has a title", places)
		}
		if again := boardPDF(t, sampleBoard(places)); !bytes.Equal(again.data, d.data) {
			t.Errorf("%d places: the same report gives other bytes", places)
		}
	}
}

func TestAChartIsOnThePageOfItsTitle(t *testing.T) {
	t.Parallel()
	for _, places := range []int{6, 11} {
		for n, page := range boardPDF(t, sampleBoard(places)).pages() {
			titles, axes := 0, 0
			for _, title := range []string{"Trend From", "Sign-offs by month From", "Forecast Jan 2026:"} {
				titles += strings.Count(page, title)
			}
			for _, word := range strings.Fields(page) {
				if word == "0" { // where an axis begins
					axes++
				}
			}
			if titles > axes {
				t.Errorf("%d places: page %d has %d titles of charts and %d axes", places, n+1, titles, axes)
			}
		}
	}
}
