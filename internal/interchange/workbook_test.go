package interchange_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"runtime"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"countersign/internal/countersign"
	"countersign/internal/interchange"
)

func TestCellsOfAWorkbookKeepTheirType(t *testing.T) {
	var out bytes.Buffer
	sheet := interchange.Sheet{
		Name: "People", Columns: []interchange.SheetColumn{{Name: "name", Width: 30}, {Name: "start", Width: 12}, {Name: "signed_off", Width: 8}, {Name: "share", Width: 8}, {Name: "overdue", Width: 8}, {Name: "end", Width: 8}},
		Rows: interchange.RowsOf([][]any{{"=HYPERLINK(\"http://evil.example\")", countersign.On(2026, time.March, 1), 12, 0.5, true, countersign.Date{}}}),
	}
	if err := interchange.WriteWorkbook(t.Context(), &out, sheet); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	for axis, want := range map[string]string{"A1": "name", "A2": "=HYPERLINK(\"http://evil.example\")", "B2": "2026-03-01", "C2": "12", "D2": "0.5", "E2": "TRUE", "F2": ""} {
		if got, err := book.GetCellValue("People", axis); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", axis, got, err, want)
		}
	}
	if f, err := book.GetCellFormula("People", "A2"); err != nil || f != "" {
		t.Errorf("text became the formula %q, %v", f, err)
	}
	if kind, err := book.GetCellType("People", "C2"); err != nil || kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number has the type %v, %v", kind, err)
	}
	if raw, err := book.GetCellValue("People", "B2", excelize.Options{RawCellValue: true}); err != nil || raw != "46082" {
		t.Errorf("a day is kept as %q, %v; want the number of the day", raw, err)
	}
	panes, err := book.GetPanes("People")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header isn't frozen: %+v, %v", panes, err)
	}
}

func TestHalfAWorkbookIsNeverSent(t *testing.T) {
	broken := errors.New("the database has gone")
	rows := func(end func() error) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			_ = yield([]any{"Asha"}, nil) && yield(nil, end())
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	for name, end := range map[string]func() error{"broken": func() error { return broken }, "cancelled": func() error { cancel(); return nil }} {
		var out bytes.Buffer
		if err := interchange.WriteWorkbook(ctx, &out, interchange.Sheet{Name: "S", Columns: []interchange.SheetColumn{{Name: "name", Width: 9}}, Rows: rows(end)}); err == nil {
			t.Errorf("%s: no error", name)
		}
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes were sent", name, out.Len())
		}
	}
}

// BenchmarkWorkbook writes 50,000 rows of 28 columns and reports the most
// memory that the heap held.
func BenchmarkWorkbook(b *testing.B) {
	const rows = 50_000
	for b.Loop() {
		var most uint64
		measure := func() {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
		sheet := interchange.Sheet{Name: "People", Rows: func(yield func([]any, error) bool) {
			for n := range rows {
				row := make([]any, 28)
				for i := range row {
					row[i] = any("A practice with a name of usual length")
					if i%3 == 0 {
						row[i] = n * i
					}
				}
				if n%5_000 == 0 {
					measure()
				}
				if !yield(row, nil) {
					return
				}
			}
		}}
		for range 28 {
			sheet.Columns = append(sheet.Columns, interchange.SheetColumn{Name: "column", Width: 12})
		}
		var out bytes.Buffer
		if err := interchange.WriteWorkbook(b.Context(), &out, sheet); err != nil {
			b.Fatal(err)
		}
		measure()
		b.ReportMetric(float64(most)/1e6, "MB-heap")
		b.ReportMetric(float64(out.Len())/1e6, "MB-file")
	}
}
