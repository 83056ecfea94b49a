package chart_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"countersign/internal/chart"
)

var boards = strings.Fields(`QHM QE1 QWO QOQ QYG QOP QF7 QJM QOC QNC QJ2 QT1 QUE QMM QGH QUA QHL QK1 QHG QJG QR1 QWU QPM QM7 QH8
	QUY QU9 QRV QMJ QMF QSL QOX QNQ QWE QKK QKS QT6 QJK QVV QRL QXU QNX`)

func tiles(codes ...string) chart.Tiles {
	t := chart.Tiles{Title: "Map", Unit: "Share", Steps: chart.Evenly(100, func(n float64) string { return strconv.Itoa(int(n)) + "%" })}
	for i, c := range codes {
		code, region, _ := strings.Cut(c, "@")
		t.Items = append(t.Items, chart.Tile{Code: code, Name: "Board " + code, Region: region, Value: chart.Int(i)})
	}
	return t
}

// at is where the words of a drawing stand.
func at(d chart.Drawing, text string) (chart.Shape, bool) {
	for _, s := range d.Shapes {
		if s.Kind == chart.Words && s.Text == text {
			return s, true
		}
	}
	return chart.Shape{}, false
}

func boxes(d chart.Drawing) (all []chart.Shape) {
	for _, s := range d.Shapes {
		if s.Kind == chart.Box {
			all = append(all, s)
		}
	}
	return all
}

func TestEveryBoardHasATileOfItsOwn(t *testing.T) {
	codes := append(append([]string{}, boards...), "QNS@Y61", "QXX@Y59", "QXY@Y59", "Z1", "Z2@nowhere")
	drawn := boxes(tiles(codes...).Draw(640))[:len(codes)]
	seen := map[[2]float64]bool{}
	for i, b := range drawn {
		if b.W != drawn[0].W || b.H != drawn[0].H {
			t.Errorf("%s is %v by %v, others %v", codes[i], b.W, b.H, drawn[0].W)
		}
		if place := [2]float64{b.X, b.Y}; seen[place] {
			t.Errorf("%s lies on another tile", codes[i])
		} else {
			seen[place] = true
		}
	}
	if len(boards) != 42 {
		t.Errorf("%d boards, want 42", len(boards))
	}
}

func TestABoardThatComesLaterIsPutInItsRegion(t *testing.T) {
	// Norfolk and Suffolk after its two boards have merged.
	var codes []string
	for _, c := range boards {
		if c != "QMM" && c != "QJG" {
			codes = append(codes, c)
		}
	}
	d := tiles(append(codes, "QNS@Y61")...).Draw(640)
	merged, _ := at(d, "QNS")
	essex, _ := at(d, "QH8")
	if merged.X != essex.X || merged.Y >= essex.Y {
		t.Errorf("the merged board is at %v,%v, want straight north of Essex at %v,%v", merged.X, merged.Y, essex.X, essex.Y)
	}
}

func TestTilesLieAsEnglandDoes(t *testing.T) {
	d := tiles(boards...).Draw(640)
	for _, pair := range []struct{ north, south string }{{"QHM", "QWO"}, {"QE1", "QYG"}, {"QOC", "QGH"}, {"QMM", "QH8"}, {"QU9", "QRL"}, {"QUY", "QT6"}} {
		a, _ := at(d, pair.north)
		b, _ := at(d, pair.south)
		if a.Y >= b.Y {
			t.Errorf("%s isn't north of %s", pair.north, pair.south)
		}
	}
	for _, pair := range []struct{ west, east string }{{"QT6", "QKS"}, {"QYG", "QJM"}, {"QGH", "QJG"}, {"QRV", "QMF"}} {
		a, _ := at(d, pair.west)
		b, _ := at(d, pair.east)
		if a.X >= b.X {
			t.Errorf("%s isn't west of %s", pair.west, pair.east)
		}
	}
}

func charts() []chart.Chart {
	few := chart.Unknown("fewer than 5")
	var months []chart.Month
	var range_ []chart.Estimate
	for i := range 24 {
		name := []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}[i%12] + " 2026"
		months = append(months, chart.Month{Name: name, Values: []chart.Value{chart.Int(i * 1000), few}})
		range_ = append(range_, chart.Estimate{Name: name, Low: chart.Int(i), Mid: chart.Int(2 * i), High: chart.Int(9 * i)})
	}
	return []chart.Chart{
		chart.Bars{Title: "Bars", Of: "Place", Parts: []string{"Active", "Waiting"}, Rows: []chart.Bar{
			chart.Row(strings.Repeat("A practice with a long name ", 5), chart.Int(14), few), chart.Row("Nothing", chart.Int(0), chart.Int(0)),
		}},
		chart.Months{Title: "Columns", Parts: []string{"A", "B"}, Points: months},
		chart.Months{Title: "Lines", Parts: []string{"A", "B"}, Points: months, Lines: true},
		chart.Range{Title: "Range", Points: range_},
		tiles(boards...), tiles("Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"), tiles("HUB-DALES@Y63", "HUB-BRIDGES@Y56"),
		chart.Heat{Title: "Heat", Of: "Competency", Columns: []string{"2026-A", "2026-B"}, Steps: tiles().Steps, Rows: []chart.Bar{chart.Row("CA1", chart.Int(40), few)}},
	}
}

func TestNothingIsDrawnOutsideTheDrawing(t *testing.T) {
	for _, c := range charts() {
		for _, width := range []float64{288, 640} {
			d := c.Draw(width)
			for _, s := range d.Shapes {
				left, right := s.X, s.X+s.W
				if s.Kind == chart.Words {
					wide := float64(len([]rune(s.Text))) * s.Size * 0.56
					switch s.Anchor {
					case chart.Middle:
						left, right = s.X-wide/2, s.X+wide/2
					case chart.End:
						left, right = s.X-wide, s.X
					default:
						right = s.X + wide
					}
				}
				if left < -1 || right > width+1 || s.Y < -0.1 || s.Y+s.H > d.Height+0.1 {
					t.Errorf("%s at %v: %s %q from %.0f to %.0f, down %.0f of %.0f", c.Name(), width, s.Kind, s.Text, left, right, s.Y+s.H, d.Height)
				}
			}
		}
	}
}

func TestANumberThatIsNotToBeSharedIsNeitherDrawnNorInTheTable(t *testing.T) {
	secret := chart.Value{N: 3, Text: "fewer than 5"} // N is left in by mistake
	for _, c := range []chart.Chart{
		chart.Bars{Title: "Bars", Parts: []string{"A"}, Rows: []chart.Bar{chart.Row("X", secret), chart.Row("Y", chart.Int(30))}},
		chart.Months{Title: "Columns", Parts: []string{"A"}, Points: []chart.Month{{Name: "Jan 2026", Values: []chart.Value{secret}}}},
		chart.Months{Title: "Lines", Parts: []string{"A"}, Lines: true, Points: []chart.Month{{Name: "Jan 2026", Values: []chart.Value{secret}}}},
		chart.Range{Title: "Range", Points: []chart.Estimate{{Name: "Jan 2026", Low: secret, Mid: secret, High: secret}}},
	} {
		drawn := 0
		for _, s := range c.Draw(640).Shapes {
			if s.Kind == chart.Box && s.Tone != "" && s.W*s.H > 0 || s.Kind == chart.Mark || s.Strong && s.Kind == chart.Rule {
				drawn++
			}
			if s.Text == "3" {
				t.Errorf("%s writes the number", c.Name())
			}
		}
		if want := map[string]int{"Bars": 1}[c.Name()]; drawn != want {
			t.Errorf("%s draws %d values, want %d", c.Name(), drawn, want)
		}
		for _, row := range c.Grid().Rows {
			if strings.Contains(strings.Join(row, "|"), "3|") || strings.HasSuffix(strings.Join(row, "|"), "|3") {
				t.Errorf("%s has it in its table: %v", c.Name(), row)
			}
		}
	}
}

func TestEachChartIsTheSameAsATable(t *testing.T) {
	for _, c := range charts() {
		g := c.Grid()
		if len(g.Rows) == 0 {
			t.Errorf("%s has no rows", c.Name())
		}
		for _, row := range g.Rows {
			if len(row) != len(g.Head) {
				t.Errorf("%s: %d cells under %d heads", c.Name(), len(row), len(g.Head))
			}
			for i, cell := range row {
				if cell == "" {
					t.Errorf("%s: %s is empty in %q", c.Name(), g.Head[i], row[0])
				}
			}
		}
	}
}

func TestTheLabelsOfManyMonthsStandApartOrAreLeftOut(t *testing.T) {
	for n, want := range map[int]int{30: 25, 345: 0} {
		var months []chart.Month
		var estimates []chart.Estimate
		for range 25 {
			months = append(months, chart.Month{Name: "Jan 2026", Values: []chart.Value{chart.Int(n)}})
			estimates = append(estimates, chart.Estimate{Name: "Jan 2026", Low: chart.Int(n), Mid: chart.Int(n), High: chart.Int(n)})
		}
		estimates[3].Mid = chart.Int(5) // would find room
		for _, c := range []chart.Chart{chart.Months{Title: "Columns", Parts: []string{"A"}, Points: months}, chart.Range{Title: "Range", Points: estimates}} {
			labels := 0
			for _, s := range c.Draw(640).Shapes {
				if s.Text == strconv.Itoa(n) || s.Text == "5" {
					labels++
				}
			}
			if labels != want {
				t.Errorf("%s of 25 times %d has %d labels, want %d", c.Name(), n, labels, want)
			}
		}
	}
}

func TestWhatIsNotShownIsSaidAfterItsName(t *testing.T) {
	hidden := chart.Unknown("not shown")
	d := chart.Bars{Parts: []string{"On track", "Slipping", "Stuck"}, Rows: []chart.Bar{
		chart.Row("Some", chart.Int(12), hidden, chart.Int(0)), chart.Row("All", hidden, hidden, hidden),
	}}.Draw(640)
	var words []string
	for _, s := range d.Shapes {
		if s.Kind == chart.Words {
			words = append(words, s.Text)
		}
	}
	for _, want := range []string{"12 on track, slipping not shown", "not shown"} {
		if !slices.Contains(words, want) {
			t.Errorf("%q doesn't stand among %q", want, words)
		}
	}
}

func TestAMonthThatIsNotShownIsToldFromOneOfNoughtAndLeavesOthersTheirNumbers(t *testing.T) {
	t.Parallel()
	var months []chart.Month
	for range 10 {
		months = append(months, chart.Month{Name: "Jan 2026", Values: []chart.Value{chart.Unknown("not shown")}})
	}
	months = append(months, chart.Month{Name: "Nov 2026", Values: []chart.Value{chart.Int(0)}}, chart.Month{Name: "Dec 2026", Values: []chart.Value{chart.Int(100)}})
	c := chart.Months{Title: "Sign-offs by month", Parts: []string{"Sign-offs"}, Points: months}
	labels := map[string]int{}
	for _, s := range c.Draw(640).Shapes {
		if s.Anchor == chart.Middle {
			labels[s.Text]++
			if s.Y < s.Size {
				t.Errorf("%q at %.0f reaches beyond the top", s.Text, s.Y)
			}
		}
	}
	if labels["0"] != 1 || labels["100"] != 1 || labels["not shown"] != 0 || labels[""] != 0 {
		t.Errorf("the columns are labelled %v", labels)
	}
	if says := c.Says(); !strings.Contains(says, "not shown has no column") {
		t.Errorf("it says %q", says)
	}
}

func TestABarIsDrawnAgainstWhatTheFullWidthIsAtLeast(t *testing.T) {
	t.Parallel()
	for value, want := range map[int]float64{50: 320, 100: 640, 200: 640} {
		d := chart.Bars{Parts: []string{"Now, of 100 before"}, Rows: []chart.Bar{chart.Row("Letters", chart.Int(value))}, Reach: 100}.Draw(641)
		for _, s := range d.Shapes {
			if s.Kind == chart.Box && s.W != want {
				t.Errorf("a bar of %d is %.0f wide, want %.0f", value, s.W, want)
			}
		}
	}
}
