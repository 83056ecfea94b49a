package board

import (
	"context"
	"io"
	"slices"
	"time"

	"countersign/internal/chart"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/pdf"
	"countersign/internal/view"
)

// PDF writes the report as a board report.
func PDF(ctx context.Context, w io.Writer, p *view.DashboardPage, at time.Time) error {
	b := pdf.Board{Title: p.Title, Kind: p.KindTitle(), AsAt: p.AsAt(), MadeAt: at}
	if f := p.Filter.Narrowed(); f != "" {
		b.Notes = append(b.Notes, f)
	}
	if says := p.SmallNumbers(); says != "" {
		b.Notes = append(b.Notes, says)
	}
	part := func(title string, tiles []view.FigureTile, plots ...view.Plot) {
		next := pdf.BoardPart{Title: title}
		for _, t := range tiles {
			next.Figures = append(next.Figures, [2]string{t.Name, t.Value})
		}
		for _, plot := range plots {
			next.Charts = append(next.Charts, plot.Chart)
		}
		b.Parts = append(b.Parts, next)
	}
	part("People", p.People())
	part("How they get on", p.Pace(), p.PacePlot(), p.TrendPlot())
	b.Parts[len(b.Parts)-1].Rules = p.Rule
	part("Learning", p.Learning(), p.SigningsPlot())
	part("Waiting for sign-off", p.Waiting(), p.LoadsPlot())
	part("Mentors", p.Mentors())
	if len(p.Finishes) > 0 {
		part("Forecast", nil, p.FinishesPlot())
	}
	part("Payments to practices", p.Money())
	b.Parts = append(b.Parts, impactPart(p.Impact)...)
	for _, t := range []struct {
		title, of string
		rows      []view.FigureRow
	}{{"Place by place", "Place", p.Beneath}, {"Cohort by cohort", "Cohort", p.ByCohort}, {"Framework by framework", "Framework", p.ByFramework}} {
		if len(t.rows) > 0 {
			b.Parts = append(b.Parts, tablePart(t.title, t.of, t.rows))
		}
	}
	b.Parts = append(b.Parts, definitions())
	return pdf.WriteBoard(ctx, w, b)
}

// onPaper are the columns of a table of figures for which a page has room.
var onPaper = []countersign.FigureCode{
	countersign.FigStarters, countersign.FigActive, countersign.FigOnTrack, countersign.FigSlipping, countersign.FigStuck, countersign.FigCompleted, countersign.FigWithdrawn,
}

// tablePart is rows as a table, without those where nobody has begun: most
// practices of a training hub, at first.
func tablePart(title, of string, rows []view.FigureRow) pdf.BoardPart {
	some := slices.DeleteFunc(slices.Clone(rows), func(r view.FigureRow) bool {
		v := r.Values[countersign.FigStarters]
		return v.Known && v.N == 0
	})
	part := pdf.BoardPart{Title: title}
	if n := len(rows) - len(some); n > 0 {
		part.Rules = []string{"Where nobody has begun is left out: " + view.Number(n) + " of " + view.Number(len(rows)) + "."}
	}
	if len(some) > 0 {
		part.Tables = []chart.Grid{gridOf(of, some)}
	}
	return part
}

func gridOf(of string, rows []view.FigureRow) chart.Grid {
	g := chart.Grid{Head: []string{of}}
	for _, code := range onPaper {
		f, _ := countersign.FigureBy(code)
		g.Head = append(g.Head, f.Name)
	}
	for _, r := range rows {
		line := []string{r.Name}
		for _, code := range onPaper {
			f, _ := countersign.FigureBy(code)
			line = append(line, view.FigureText(f, r.Values[code]))
		}
		g.Rows = append(g.Rows, line)
	}
	return g
}

func definitions() pdf.BoardPart {
	g := chart.Grid{Head: []string{"Figure", "What is counted"}, Words: true}
	for _, f := range countersign.Figures() {
		g.Rows = append(g.Rows, []string{f.Name, f.Meaning + " " + f.Rule})
	}
	return pdf.BoardPart{Title: "What the figures mean", Tables: []chart.Grid{g}}
}

// line is a row of the report as a table: what it is about, and its figures as
// at a day.
type line struct {
	about, code, name string
	day               countersign.Date
	values            countersign.Values
}

func lines(p *view.DashboardPage) []line {
	all := []line{{"place", p.Code, p.Title, p.Day, p.Values}}
	for _, r := range p.Beneath {
		all = append(all, line{"place beneath", r.Code, r.Name, p.Day, r.Values})
	}
	for _, r := range p.ByCohort {
		all = append(all, line{"cohort", r.Code, r.Name, p.Day, r.Values})
	}
	for _, r := range p.ByFramework {
		all = append(all, line{"framework", r.Code, r.Name, p.Day, r.Values})
	}
	for _, m := range p.Trend {
		all = append(all, line{"month", m.Month.String(), m.Month.Long(), m.Month.Last(), m.Values})
	}
	return all
}

// Columns are those of the report as a table: its figures in their order.
func Columns() []string {
	columns := []string{"about", "code", "name", "as_at"}
	for _, f := range countersign.Figures() {
		columns = append(columns, string(f.Code))
	}
	return columns
}

// Rows are the report as a table of typed cells. A figure that isn't shown is
// the word for it, one that there is nothing to say of is empty.
func Rows(p *view.DashboardPage) [][]any {
	var rows [][]any
	for _, l := range lines(p) {
		row := []any{l.about, l.code, l.name, l.day}
		for _, f := range countersign.Figures() {
			row = append(row, cell(f, l.values[f.Code]))
		}
		rows = append(rows, row)
	}
	return rows
}

func cell(f countersign.Figure, v countersign.Value) any {
	switch {
	case v.Hidden:
		return view.NotShown
	case !v.Known:
		return ""
	case f.Decimals > 0:
		n := float64(v.N)
		for range f.Decimals {
			n /= 10
		}
		return n
	}
	return v.N
}

// Sheets are the report as a workbook, with the definitions on a sheet of
// their own.
func Sheets(p *view.DashboardPage) []interchange.Sheet {
	report := interchange.Sheet{Name: "Report", Rows: interchange.RowsOf(Rows(p))}
	for _, name := range Columns() {
		report.Columns = append(report.Columns, interchange.SheetColumn{Name: name, Width: float64(max(len(name)+2, 12))})
	}
	var means [][]any
	for _, f := range countersign.Figures() {
		means = append(means, []any{string(f.Code), f.Name, string(f.Unit), f.Meaning, f.Rule})
	}
	return []interchange.Sheet{report, {
		Name: "Figures", Rows: interchange.RowsOf(means),
		Columns: []interchange.SheetColumn{{Name: "figure", Width: 22}, {Name: "name", Width: 30}, {Name: "unit", Width: 14}, {Name: "meaning", Width: 60}, {Name: "rule", Width: 90}},
	}}
}
