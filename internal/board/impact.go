package board

import (
	"countersign/internal/chart"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/pdf"
	"countersign/internal/service"
	"countersign/internal/view"
)

// ImpactPage is what the practices of a place have measured, as a page.
func ImpactPage(r service.ImpactReport) *view.ImpactPage {
	p := view.NewImpactPage(r.Place.Name, r.Place.Code, Above(r.Above)...)
	p.Kind, p.Day, p.Hidden, p.MayEnter, p.Figures, p.Reported, p.Published = r.Place.Kind, r.Day, r.Sums, r.MayEnter, r.Figures, r.Reported, r.Published
	for _, o := range r.Beneath {
		p.Beneath = append(p.Beneath, view.Link{Text: o.Name, Href: view.ImpactHref(o.Code, "")})
	}
	return p
}

// ImpactColumns are those of the measures as a table.
func ImpactColumns() []string {
	return []string{
		"measure", "title", "unit", "practices", "reported", "methods", "first_day", "last_day", "baseline_median", "now_median", "change_median", "change_low", "change_high",
		"percent_median", "change_together",
	}
}

// ImpactRows are the measures as a table of typed cells.
func ImpactRows(p *view.ImpactPage) [][]any {
	var rows [][]any
	for _, f := range p.Figures {
		reported := any(f.Reported.N)
		if f.Reported.Hidden {
			reported = view.NotShown
		}
		methods := ""
		for i, code := range f.Methods {
			if i > 0 {
				methods += " "
			}
			methods += code
		}
		rows = append(rows, []any{
			f.Measure.Code, f.Measure.Title, f.Measure.Unit, f.Practices, reported, methods, f.From, f.To, tenths(f.Baseline.Median), tenths(f.Now.Median),
			tenths(f.Change.Median), tenths(f.Change.Low), tenths(f.Change.High), tenths(f.Percent.Median), tenths(f.Together),
		})
	}
	return rows
}

func tenths(v countersign.Value) any {
	switch {
	case v.Hidden:
		return view.NotShown
	case !v.Known:
		return ""
	}
	return float64(v.N) / 10
}

// ImpactSheets are the measures as a workbook, with what was published
// elsewhere and, where they may be seen, the practices on sheets of their own.
func ImpactSheets(p *view.ImpactPage) []interchange.Sheet {
	sheet := func(name string, columns []string, rows [][]any) interchange.Sheet {
		s := interchange.Sheet{Name: name, Rows: interchange.RowsOf(rows)}
		for _, c := range columns {
			s.Columns = append(s.Columns, interchange.SheetColumn{Name: c, Width: float64(max(len(c)+2, 14))})
		}
		return s
	}
	var published, practices [][]any
	for _, f := range p.Published {
		published = append(published, []any{f.Measure, f.Value, f.Who, f.Caveat, f.Source, f.URL})
	}
	sheets := []interchange.Sheet{
		sheet("Impact", ImpactColumns(), ImpactRows(p)),
		sheet("Published elsewhere", []string{"measure", "value", "who", "caveat", "source", "address"}, published),
	}
	if p.Hidden {
		return sheets
	}
	for _, i := range p.Reported {
		practices = append(practices, []any{
			i.Measure, i.PracticeCode, i.PracticeName, float64(i.Baseline) / 10, i.BaselineFrom, i.BaselineTo, float64(i.Value) / 10, i.From, i.To, i.Method, i.Sample, i.Note,
		})
	}
	return append(sheets, sheet("Practices", []string{
		"measure", "practice", "name", "baseline", "baseline_from", "baseline_to", "value", "from", "to", "method", "sample", "note",
	}, practices))
}

// impactPart is the measures in a board report; none when there is nothing to
// tell.
func impactPart(p *view.ImpactPage) []pdf.BoardPart {
	if p == nil || !p.Any() {
		return nil
	}
	part := pdf.BoardPart{Title: "Impact", Rules: []string{p.AsAt()}, Charts: []chart.Chart{p.Plot().Chart}}
	g := chart.Grid{Head: []string{"Measure", "Reported by", "Before (median)", "Now (median)", "Change (median)", "Per cent (median)", "Together"}, Words: true}
	for i, row := range p.Grid().Rows {
		if r := p.Figures[i].Reported; r.Hidden || r.N > 0 {
			g.Rows = append(g.Rows, []string{row[0], row[1], row[2], row[3], row[4], row[6], row[7]})
		}
	}
	published := chart.Grid{Head: []string{"Published elsewhere", "Value", "Who and when", "Be careful"}, Words: true}
	for _, f := range p.Published {
		m, _ := countersign.ImpactMeasureBy(f.Measure)
		published.Rows = append(published.Rows, []string{m.Title, f.Value, f.Who, f.Caveat})
	}
	part.Tables = []chart.Grid{g, published}
	return []pdf.BoardPart{part}
}
