package interchange

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"countersign/internal/countersign"
)

// Sheet is a table to be written: its columns, and rows one after the other. A
// cell is a string, an int, a float64, a bool, a countersign.Date or nil, and
// is of that type in the workbook: text that begins with = is text.
type Sheet struct {
	Name    string
	Columns []SheetColumn
	Rows    iter.Seq2[[]any, error]
}

// SheetColumn is a column: its name in the first row, which stays in sight, and
// its width in letters.
type SheetColumn struct {
	Name  string
	Width float64
}

// maxCell is how many letters a cell of a workbook holds.
const maxCell = 32_767

// WriteWorkbook writes the sheets as an XLSX workbook. Rows wait in files, and
// nothing goes to w before all of them have come: an error or a cancelled
// request never leaves half a workbook.
func WriteWorkbook(ctx context.Context, w io.Writer, sheets ...Sheet) (err error) {
	book := excelize.NewFile()
	defer func() {
		if closing := book.Close(); err == nil {
			err = closing
		}
	}()
	s := sheetWriter{book: book}
	styles := bookStyles{}
	s.do(styles.make(book))
	for i, sheet := range sheets {
		if i == 0 {
			s.do(book.SetSheetName("Sheet1", sheet.Name))
		} else {
			_, err := book.NewSheet(sheet.Name)
			s.do(err)
		}
		s.stream(ctx, sheet, styles)
	}
	if s.err != nil {
		return fmt.Errorf("interchange: workbook: %w", s.err)
	}
	_, err = book.WriteTo(w)
	return err
}

type bookStyles struct{ head, day int }

func (b *bookStyles) make(book *excelize.File) (err error) {
	if b.head, err = book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	format := "yyyy-mm-dd"
	b.day, err = book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	return err
}

func (w *sheetWriter) stream(ctx context.Context, sheet Sheet, styles bookStyles) {
	if w.err != nil {
		return
	}
	out, err := w.book.NewStreamWriter(sheet.Name)
	if w.do(err); w.err != nil {
		return
	}
	head := make([]any, len(sheet.Columns))
	for i, c := range sheet.Columns {
		w.do(out.SetColWidth(i+1, i+1, c.Width))
		head[i] = excelize.Cell{StyleID: styles.head, Value: c.Name}
	}
	w.do(out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	w.do(out.SetRow("A1", head))
	n := 1
	for row, err := range sheet.Rows {
		w.do(err)
		w.do(ctx.Err())
		if w.err != nil {
			return
		}
		n++
		for i, cell := range row {
			row[i] = bookCell(cell, styles)
		}
		w.do(out.SetRow("A"+strconv.Itoa(n), row))
	}
	w.do(out.Flush())
}

func bookCell(cell any, styles bookStyles) any {
	switch v := cell.(type) {
	case countersign.Date:
		if v.IsZero() {
			return nil
		}
		return excelize.Cell{StyleID: styles.day, Value: v.UTC()}
	case string:
		if utf8.RuneCountInString(v) > maxCell {
			return string([]rune(v)[:maxCell])
		}
	}
	return cell
}

// RowsOf yields rows that are there already.
func RowsOf(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}
