package interchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"countersign/internal/countersign"
)

// Limits of a table.
const (
	maxTableBytes = 16 << 20
	maxRows       = 20_000
)

func writeCSV(f countersign.Framework) ([]byte, error) {
	rows := tableOf(f)
	for _, row := range rows {
		for i := range row {
			row[i] = harmless(row[i])
		}
	}
	return EncodeCSV(rows, true)
}

// EncodeCSV returns rows as CSV. The mark before them makes spreadsheets take the text
// for UTF-8; Moodle would take it for a part of the first name.
func EncodeCSV(rows [][]string, mark bool) ([]byte, error) {
	var b bytes.Buffer
	if mark {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.UseCRLF = mark
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// Formula reports whether a spreadsheet would read the text as a formula.
func Formula(s string) bool {
	s = strings.TrimLeft(s, " \u00a0\u3000")
	c, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", c)
}

// harmless puts an apostrophe before what a spreadsheet would read as a
// formula; typed takes it away again.
func harmless(s string) string {
	if Formula(s) || strings.HasPrefix(s, "'") {
		return "'" + s
	}
	return s
}

func typed(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && (Formula(rest) || strings.HasPrefix(rest, "'")) {
		return rest
	}
	return s
}

func (b *builder) readCSV(data []byte) {
	rows := b.csvRows(data)
	b.typedCells(rows)
	b.readTable(rows)
}

const aFormula = "this is a formula; put its value there"

// typedCells refuses formulas, and takes away what keeps text from being one.
func (b *builder) typedCells(rows []tableRow) {
	for _, row := range rows {
		for i, cell := range row.cells {
			if strings.HasPrefix(cell, "=") {
				b.cell(row, i, b.nameOf(rows, i), aFormula)
			}
			row.cells[i] = typed(cell)
		}
	}
}

// nameOf is the header of a column.
func (b *builder) nameOf(rows []tableRow, i int) string {
	if i < len(rows[0].cells) {
		return cut(oneLine(strings.ToValidUTF8(rows[0].cells[i], "\ufffd")), 40)
	}
	return "no header"
}

// csvRows reads the rows of a CSV file, or says why it can't.
func (b *builder) csvRows(data []byte) []tableRow {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxTableBytes:
		b.problems.add("", "the file has %d bytes; at most %d are read", len(data), maxTableBytes)
		return nil
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		b.problems.add("", "this is a workbook (XLSX) or a ZIP file, not CSV")
		return nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.IndexByte(data, 0) >= 0:
		b.problems.add("", "the file is UTF-16 or no text at all; save it as “CSV UTF-8”")
		return nil
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.Comma = -1, separator(data)
	var rows []tableRow
	for number := 1; ; number++ {
		for rest := data[r.InputOffset():]; len(rest) > 0 && (rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n"))); number++ {
			_, rest, _ = bytes.Cut(rest, []byte("\n")) // an empty line is a row too, which Read passes over
		}
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			b.problems.add("", "line %d, character %d: %v", wrong.Line, wrong.Column, wrong.Err)
			return nil
		}
		if err != nil {
			b.problems.add("", "the file can't be read: %v", err)
			return nil
		}
		if len(rows) >= b.most {
			b.problems.add("", "the file has more than %d rows with its header", b.most)
			return nil
		}
		row := tableRow{number: number, cells: cells}
		rows = append(rows, row)
		for i, cell := range cells {
			if !utf8.ValidString(cell) {
				b.problems.add(row.place()+", "+columnName(i, b.nameOf(rows, i)), "this isn't UTF-8, but probably Windows-1252; save the file as “CSV UTF-8”")
				return nil
			}
		}
	}
	return rows
}

// separator is what stands between the cells of the first line: spreadsheets
// of some languages write semicolons or tabs.
func separator(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, c := range ";\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}
