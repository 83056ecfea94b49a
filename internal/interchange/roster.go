package interchange

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"countersign/internal/countersign"
)

// MaxRoster is how many rows a roster may have.
const MaxRoster = 2000

const sheetRoster = "Apprentices"

var rosterColumns = []Column{
	{"apprentice_name", false, "Needed for somebody who is not known here yet", "", text},
	{"apprentice_email", true, "Whoever has no password yet is invited at this address", "", text},
	{"practice", true, "Code of the practice, for example A81001", "", text},
	{"framework", true, "For example gpa-combined", "", text},
	{"version", false, "Empty: the newest", "", text},
	{"cohort", false, "For example 2026-A", "", text},
	{"start_date", true, "For example 2026-11-01 or 01/11/2026", "", text},
	{"planned_end_date", true, "For example 2027-07-30 or 30/07/2027", "", text},
	{"gp_supervisor_name", false, "Needed only if you administer the practice and they are not known here yet", "", text},
	{"gp_supervisor_email", true, "Who has the role GP supervisor in your hub", "", text},
	{"secondary_mentor_name", false, "Needed only if you administer the practice and they are not known here yet", "", text},
	{"secondary_mentor_email", true, "Who has the role secondary mentor in your hub", "", text},
	{"funding_year", false, "For example 2026/27", "", text},
}

// RosterTemplate returns an empty roster to fill in, as CSV or XLSX.
func RosterTemplate(format Format) ([]byte, error) {
	header := make([]string, len(rosterColumns))
	for i, c := range rosterColumns {
		header[i] = c.Name
	}
	if format == CSV {
		return EncodeCSV([][]string{header}, true)
	}
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	w := sheetWriter{book: book}
	w.do(book.SetSheetName("Sheet1", sheetRoster))
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	w.do(err)
	w.write(sheetRoster, [][]string{header}, bold, bold, func(string) float64 { return 26 })
	_, err = book.NewSheet(sheetColumns)
	w.do(err)
	w.write(sheetColumns, columnsSheet(rosterColumns), bold, 0, func(string) float64 { return 30 })
	if w.err != nil {
		return nil, w.err
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ReadRoster reads a roster from CSV or XLSX, whichever it is. What is wrong in a row is
// in its Says; a file of which no row can be read is refused whole.
func ReadRoster(data []byte) ([]countersign.RosterRow, error) {
	b := newBuilder(Options{})
	b.most = MaxRoster + 1 // and the header
	wrong := map[int][]string{}
	b.cell = func(row tableRow, i int, name, says string) {
		wrong[row.number] = append(wrong[row.number], columnName(i, name)+": "+says)
	}
	var rows []tableRow
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		if rows = b.workbook(data); len(rows) > 0 {
			b.readDates(rows)
		}
	} else if rows = b.csvRows(data); len(rows) > 0 {
		b.typedCells(rows)
	}
	rows = slices.DeleteFunc(rows, func(r tableRow) bool { return len(trimmed(r.cells)) == 0 })
	var at []int
	if len(rows) > 0 {
		at, _ = b.header(rows[0], rosterColumns)
	}
	if len(rows) < 2 && len(b.problems.remarks) == 0 {
		b.problems.add("", "there are no rows below the header")
	}
	if len(b.problems.remarks) > 0 {
		return nil, &Error{Problems: b.problems.remarks}
	}
	out := make([]countersign.RosterRow, 0, len(rows)-1)
	for _, row := range rows[1:] {
		out = append(out, rosterRow(row, at, wrong[row.number]))
	}
	return out, nil
}

func rosterRow(row tableRow, at []int, wrong []string) countersign.RosterRow {
	cell := func(name string) string {
		i := at[slices.IndexFunc(rosterColumns, func(c Column) bool { return c.Name == name })]
		if i < 0 || i >= len(row.cells) {
			return ""
		}
		return oneLine(visible(row.cells[i]))
	}
	r := countersign.RosterRow{
		Number: row.number, Practice: strings.ToUpper(cell("practice")), Framework: cell("framework"), Version: cell("version"),
		Cohort: cell("cohort"), FundingYear: cell("funding_year"), Says: wrong,
		Apprentice: countersign.RosterPerson{Name: cell("apprentice_name"), Email: cell("apprentice_email")},
		GP:         countersign.RosterPerson{Name: cell("gp_supervisor_name"), Email: cell("gp_supervisor_email")},
		Mentor:     countersign.RosterPerson{Name: cell("secondary_mentor_name"), Email: cell("secondary_mentor_email")},
	}
	for name, to := range map[string]*countersign.Date{"start_date": &r.Start, "planned_end_date": &r.PlannedEnd} {
		typed := cell(name)
		if day, ok := rosterDate(typed); ok {
			*to = day
		} else if len(wrong) == 0 { // a formula has been said
			r.Says = append(r.Says, name+": "+quoted(typed)+" is not a date such as 2026-11-01")
		}
	}
	slices.Sort(r.Says)
	return r
}

// rosterDate reads a day as people type it; nothing is the zero day.
func rosterDate(s string) (countersign.Date, bool) {
	if s == "" {
		return countersign.Date{}, true
	}
	for _, layout := range []string{"2006-01-02", "2/1/2006"} {
		if at, err := time.Parse(layout, s); err == nil && at.Year() >= 1900 {
			return countersign.On(at.Date()), true
		}
	}
	return countersign.Date{}, false
}

// readDates turns the numbers by which a workbook keeps dates into dates.
func (b *builder) readDates(rows []tableRow) {
	for i, name := range rows[0].cells {
		if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(name)), "date") {
			continue
		}
		for _, row := range rows[1:] {
			if i >= len(row.cells) {
				continue
			}
			n, err := strconv.Atoi(strings.TrimSuffix(row.cells[i], ".0"))
			if err == nil && n > 20_000 && n < 80_000 { // 1954 to 2119
				row.cells[i] = countersign.On(1899, time.December, 30).AddDays(n).String()
			}
		}
	}
}
