package interchange

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"countersign/internal/countersign"
)

// Sheets of a workbook that we write; when reading, the first one counts that
// isn't the list of columns.
const (
	sheetTable   = "Competencies"
	sheetColumns = "Columns"
)

// maxUnpacked bounds what a workbook unpacks to, in bytes.
const maxUnpacked = 64 << 20

func writeXLSX(f countersign.Framework) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	w := sheetWriter{book: book}
	w.do(book.SetSheetName("Sheet1", sheetTable))
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	w.do(err)
	wrap, err := book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	w.do(err)
	w.write(sheetTable, tableOf(f), bold, wrap, func(column string) float64 {
		switch column {
		case "statement", "guidance":
			return 60
		case "title", "domain_title", "evidence", "kinds", "source":
			return 30
		}
		return 14
	})
	_, err = book.NewSheet(sheetColumns)
	w.do(err)
	w.write(sheetColumns, columnsSheet(columns), bold, wrap, func(column string) float64 {
		if column == "What it says" {
			return 90
		}
		return 18
	})
	if w.err != nil {
		return nil, w.err
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// columnsSheet explains the columns.
func columnsSheet(columns []Column) [][]string {
	says := [][]string{{"Column", "Required", "What it says"}}
	for _, c := range columns {
		required := "no"
		if c.Required {
			required = "yes"
		}
		says = append(says, []string{c.Name, required, c.Says})
	}
	return says
}

// sheetWriter keeps the first error.
type sheetWriter struct {
	book *excelize.File
	err  error
}

func (w *sheetWriter) do(err error) {
	if w.err == nil {
		w.err = err
	}
}

// write fills a sheet with text; numbers are text too, so that the code 1.10
// stays what it is.
func (w *sheetWriter) write(sheet string, rows [][]string, bold, wrap int, width func(column string) float64) {
	s, err := w.book.NewStreamWriter(sheet)
	if w.do(err); w.err != nil {
		return
	}
	for i, name := range rows[0] {
		w.do(s.SetColWidth(i+1, i+1, width(name)))
	}
	w.do(s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	for n, row := range rows {
		style := wrap
		if n == 0 {
			style = bold
		}
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = excelize.Cell{StyleID: style, Value: text}
		}
		w.do(s.SetRow("A"+strconv.Itoa(n+1), cells))
	}
	w.do(s.Flush())
}

func (b *builder) readXLSX(data []byte) {
	rows := b.workbook(data)
	if len(b.problems.remarks) == 0 {
		b.readTable(rows)
	}
}

// workbook reads the rows of a workbook, or says why it can't.
func (b *builder) workbook(data []byte) []tableRow {
	switch {
	case len(data) > maxTableBytes:
		b.problems.add("", "the file has %d bytes; at most %d are read", len(data), maxTableBytes)
		return nil
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		b.problems.add("", "this is an old workbook (XLS) or one with a password; save it as XLSX without a password")
		return nil
	case !bytes.HasPrefix(data, []byte("PK\x03\x04")):
		b.problems.add("", "this is no workbook (XLSX)")
		return nil
	}
	return b.sheet(data)
}

// sheet reads the rows of the table. A panic of the library about a file that
// is no workbook is a problem of the file.
func (b *builder) sheet(data []byte) (rows []tableRow) {
	defer func() {
		if recover() != nil {
			b.problems.add("", "the workbook is damaged")
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		b.problems.add("", "the workbook can't be read: it is damaged, or unpacks to more than %d MiB", maxUnpacked>>20)
		return nil
	}
	defer func() { _ = book.Close() }()
	sheets := slices.DeleteFunc(book.GetSheetList(), func(name string) bool { return name == sheetColumns })
	if len(sheets) == 0 {
		b.problems.add("", "the workbook has no sheet")
		return nil
	}
	sheet := sheets[0]
	if slices.Contains(sheets, sheetTable) {
		sheet = sheetTable
	}
	if len(sheets) > 1 {
		b.remarks.add("", "only the sheet %s is read", quoted(sheet))
	}
	it, err := book.Rows(sheet)
	if err != nil {
		b.problems.add("", "the sheet %s can't be read", quoted(sheet))
		return nil
	}
	defer func() { _ = it.Close() }()
	for n := 1; it.Next(); n++ {
		if n > b.most {
			b.problems.add("", "the sheet has more than %d rows with its header", b.most)
			return nil
		}
		cells, err := it.Columns()
		if err != nil {
			b.problems.add("row "+strconv.Itoa(n), "the row can't be read")
			return nil
		}
		if len(cells) > len(columns)*4 {
			b.problems.add("row "+strconv.Itoa(n), "the row has %d columns", len(cells))
			return nil
		}
		rows = append(rows, tableRow{number: n, cells: cells})
	}
	// These need the whole sheet in memory, so not before its rows are few.
	b.merges(book, sheet)
	b.formulas(book, sheet, rows)
	return rows
}

func (b *builder) merges(book *excelize.File, sheet string) {
	merged, err := book.GetMergeCells(sheet)
	if err != nil {
		b.problems.add("", "the sheet %s can't be read", quoted(sheet))
	}
	for _, m := range merged {
		b.problems.add("cells "+m.GetStartAxis()+":"+m.GetEndAxis(), "these cells are merged; take them apart, so that each row says all of its own")
	}
}

// formulas refuses what is computed: the value that the sheet holds may be an
// old one, or none.
func (b *builder) formulas(book *excelize.File, sheet string, rows []tableRow) {
	for _, row := range rows {
		for i, cell := range row.cells {
			axis, err := excelize.CoordinatesToCellName(i+1, row.number)
			if err != nil {
				continue
			}
			if f, err := book.GetCellFormula(sheet, axis); err == nil && f != "" {
				b.cell(row, i, b.nameOf(rows, i), aFormula)
			} else if kind, err := book.GetCellType(sheet, axis); err == nil && kind == excelize.CellTypeError {
				b.cell(row, i, b.nameOf(rows, i), "this is an error of the spreadsheet: "+quoted(cell))
			}
		}
	}
}
