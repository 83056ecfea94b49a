package view

import (
	"strconv"

	"countersign/internal/chart"
)

// ChartsPage shows every kind of chart, for the storybook and the tests that
// look at pages in a browser. It is no page of the product.
type ChartsPage struct {
	Layout
	Plots []Plot
}

// Template implements Page.
func (*ChartsPage) Template() string { return "storybook/charts" }

func perCent(n float64) string { return strconv.Itoa(int(n)) + "%" }

func init() {
	addSamples(func() []Sample {
		page := &ChartsPage{Layout: Layout{Title: "Charts"}}
		empty := &ChartsPage{Layout: Layout{Title: "Charts without numbers"}}
		for i, c := range sampleCharts() {
			page.Plots = append(page.Plots, Plot{ID: "chart-" + itoa(i+1), Chart: c, Means: Link{Text: "What is counted", Href: "/help", Hidden: "in " + c.Name()}})
		}
		for i, c := range []chart.Chart{
			chart.Bars{Title: "Bars", Of: "Place", Parts: []string{"Active"}, Rows: []chart.Bar{chart.Row("Leeds", chart.Int(0))}},
			chart.Months{Title: "Columns", Parts: []string{"Signed off"}}, chart.Range{Title: "Forecast"}, chart.Tiles{Title: "Map", Unit: "Share"},
			chart.Heat{Title: "Heat map", Of: "Competency", Columns: []string{"2026-A"}},
		} {
			empty.Plots = append(empty.Plots, Plot{ID: "chart-" + itoa(i+1), Chart: c})
		}
		return []Sample{{"storybook: charts", page}, {"charts: nothing to show", empty}}
	})
}

func sampleCharts() []chart.Chart {
	ints := func(n ...int) []chart.Value {
		values := make([]chart.Value, len(n))
		for i := range n {
			values[i] = chart.Int(n[i])
		}
		return values
	}
	few := chart.Unknown("fewer than 5")
	names := []string{"Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026", "Jul 2026", "Aug 2026", "Sep 2026", "Oct 2026", "Nov 2026"}
	var signed, trend []chart.Month
	var finishes []chart.Estimate
	for i, name := range names {
		signed = append(signed, chart.Month{Name: name, Values: ints(120 + i*37%90)})
		trend = append(trend, chart.Month{Name: name, Values: ints(900+i*12, 200-i*5, 60+i)})
		finishes = append(finishes, chart.Estimate{Name: name, Low: chart.Int(4 + i), Mid: chart.Int(9 + i), High: chart.Int(15 + 2*i)})
	}
	gaps := append([]chart.Month{}, trend...)
	gaps[4].Values = []chart.Value{few, few, few}
	steps := chart.Evenly(100, perCent)
	share := func(n int) chart.Value { return chart.Value{N: float64(n), Text: itoa(n) + "%", Known: true} }
	return []chart.Chart{
		chart.Bars{Title: "Waiting for sign-off by supervisor load", Of: "Apprentices of a supervisor", Parts: []string{"Waiting"}, Rows: []chart.Bar{
			chart.Row("1 apprentice", ints(41)...), chart.Row("2 or 3 apprentices", ints(112)...), chart.Row("4 apprentices or more, of whom some are covered by somebody else this week", ints(1204)...), chart.Row("None", few),
		}},
		chart.Bars{Title: "How apprentices stand", Of: "Training hub", Parts: []string{"On track", "Slipping", "Stuck", "On a break", "Submitted", "Referred back"}, Rows: []chart.Bar{
			chart.Row("Leeds Training Hub", ints(300, 80, 20, 14, 9, 2)...), chart.Row("Humber and North Yorkshire", ints(120, 60, 44, 3, 0, 0)...), chart.Row("A hub without apprentices", ints(0, 0, 0, 0, 0, 0)...),
		}},
		chart.Months{Title: "Sign-offs by month", Parts: []string{"Signed off"}, Points: signed},
		chart.Months{Title: "On track, slipping and stuck by month", Parts: []string{"On track", "Slipping", "Stuck"}, Points: trend},
		chart.Months{Title: "The same as lines", Parts: []string{"On track", "Slipping", "Stuck"}, Points: gaps, Lines: true},
		chart.Range{Title: "Forecast finishes by month", Points: finishes},
		chart.Tiles{Title: "Practices with a GPA, by integrated care board", Unit: "Share of practices", Items: sampleTiles(share), Steps: steps},
		chart.Tiles{Title: "Practices with a GPA, by region", Unit: "Share of practices", Steps: steps, Items: []chart.Tile{
			{Code: "Y56", Name: "London", Value: share(12)}, {Code: "Y58", Name: "South West", Value: share(33)}, {Code: "Y59", Name: "South East", Value: share(47)},
			{Code: "Y60", Name: "Midlands", Value: share(58)}, {Code: "Y61", Name: "East of England", Value: share(71)}, {Code: "Y62", Name: "North West", Value: share(95)},
			{Code: "Y63", Name: "North East and Yorkshire", Value: few},
		}},
		chart.Heat{Title: "Signed off by competency and cohort", Of: "Competency", Columns: []string{"2025-A", "2025-B", "2026-A", "2026-B"}, Steps: steps, Rows: []chart.Bar{
			chart.Row("CA1 Greets patients", share(98), share(80), share(44), share(3)),
			chart.Row("CL4 Takes a blood pressure", share(61), share(38), share(20), few),
		}},
	}
}

// sampleTiles are the boards of 2025, without two of them, and two that came
// later.
func sampleTiles(value func(int) chart.Value) []chart.Tile {
	codes := []string{
		"QHM", "QE1", "QWO", "QOQ", "QYG", "QOP", "QF7", "QJM", "QOC", "QNC", "QJ2", "QT1", "QUE", "QGH", "QUA", "QHL", "QK1", "QHG",
		"QR1", "QWU", "QPM", "QM7", "QH8", "QUY", "QU9", "QRV", "QMJ", "QMF", "QSL", "QOX", "QNQ", "QWE", "QKK", "QKS", "QT6", "QJK", "QVV", "QRL", "QXU", "QNX",
	}
	var tiles []chart.Tile
	for i, c := range codes {
		tiles = append(tiles, chart.Tile{Code: c, Name: "Board " + c, Value: value(i * 29 % 101)})
	}
	return append(tiles, chart.Tile{Code: "QNS", Name: "Norfolk and Suffolk", Region: "Y61", Value: value(52)},
		chart.Tile{Code: "QXX", Name: "A board of no region", Value: chart.Unknown("none")})
}
