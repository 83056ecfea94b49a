package interchange_test

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"countersign/internal/countersign"
	"countersign/internal/interchange"
)

const rosterHeader = "apprentice_name,apprentice_email,practice,framework,version,cohort,start_date,planned_end_date,gp_supervisor_name,gp_supervisor_email,secondary_mentor_name,secondary_mentor_email,funding_year\n"

func TestARosterIsReadFromCSVAndFromAWorkbook(t *testing.T) {
	t.Parallel()
	want := countersign.RosterRow{
		Number: 2, Apprentice: countersign.RosterPerson{Name: "Siân Rees", Email: "sian@example.org"}, Practice: "A81001", Framework: "gpa-combined", Cohort: "2026-A",
		Start: countersign.On(2026, 3, 2), PlannedEnd: countersign.On(2026, 11, 30),
		GP: countersign.RosterPerson{Email: "gp@example.org"}, Mentor: countersign.RosterPerson{Email: "mentor@example.org"}, FundingYear: "2026/27",
	}
	same := func(name string, rows []countersign.RosterRow, err error) {
		t.Helper()
		if err != nil || len(rows) != 1 || len(rows[0].Says) > 0 {
			t.Fatalf("%s: %+v, %v", name, rows, err)
		}
		if got := rows[0]; got.Number != want.Number || got.Apprentice != want.Apprentice || got.Practice != want.Practice || got.Start != want.Start ||
			got.PlannedEnd != want.PlannedEnd || got.GP != want.GP || got.Mentor != want.Mentor || got.FundingYear != want.FundingYear || got.Cohort != want.Cohort {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	csv := rosterHeader + "Siân Rees,sian@example.org,a81001,gpa-combined,,2026-A,02/03/2026,2026-11-30,,gp@example.org,,mentor@example.org,2026/27\n"
	for name, text := range map[string]string{"CSV": csv, "with a mark": "\ufeff" + csv, "with semicolons": strings.ReplaceAll(csv, ",", ";"), "Windows line ends": strings.ReplaceAll(csv, "\n", "\r\n")} {
		rows, err := interchange.ReadRoster([]byte(text))
		same(name, rows, err)
	}
	template, err := interchange.RosterTemplate(interchange.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := interchange.ReadRoster(rosterBook(t, template, "Siân Rees", "sian@example.org", "A81001", "gpa-combined", "", "2026-A", 46083, "2026-11-30", "", "gp@example.org", "", "mentor@example.org", "2026/27"))
	same("a workbook", rows, err)
}

// rosterBook fills the second row of the template.
func rosterBook(t testing.TB, template []byte, cells ...any) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(template))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range cells {
		axis, err := excelize.CoordinatesToCellName(i+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := v.(string); ok && strings.HasPrefix(f, "=") {
			err = book.SetCellFormula("Apprentices", axis, f)
		} else {
			err = book.SetCellValue("Apprentices", axis, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFormulasAndBadDatesOfARosterAreNamedByRow(t *testing.T) {
	t.Parallel()
	template, err := interchange.RosterTemplate(interchange.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	csv := rosterHeader + "A,a@example.org,A81001,gpa-combined,,,soon,31/02/2026,,gp@example.org,,m@example.org,\n" +
		"B,b@example.org,A81001,gpa-combined,,,2026-03-02,2026-11-30,,=HYPERLINK(1),,m@example.org,\n"
	for name, tc := range map[string]struct {
		data []byte
		want []string // of each row
	}{
		"CSV": {[]byte(csv), []string{
			`planned_end_date: "31/02/2026" is not a date such as 2026-11-01. start_date: "soon" is not a date such as 2026-11-01`,
			"column J (gp_supervisor_email): this is a formula; put its value there",
		}},
		"a workbook": {rosterBook(t, template, "A", "a@example.org", "=A1", "x"), []string{"column C (practice): this is a formula; put its value there"}},
	} {
		rows, err := interchange.ReadRoster(tc.data)
		if err != nil || len(rows) != len(tc.want) {
			t.Fatalf("%s: %+v, %v", name, rows, err)
		}
		for i, want := range tc.want {
			if got := strings.Join(rows[i].Says, ". "); got != want {
				t.Errorf("%s, row %d: %s, want %s", name, rows[i].Number, got, want)
			}
		}
	}
}

// The rest of a sheet with too many rows isn't even unpacked into memory: one of
// 100,000 rows took more than 2 GB and most of a minute.
func TestAWorkbookOfTooManyRowsIsRefusedBeforeItIsRead(t *testing.T) { // not parallel: it measures memory
	row := make([]any, 13)
	for i := range row {
		row[i] = "roster@surgery.example"
	}
	book := func(rows int) []byte {
		file := excelize.NewFile()
		sheet, err := file.NewStreamWriter("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		for n := range rows {
			if err := sheet.SetRow("A"+strconv.Itoa(n+1), row); err != nil {
				t.Fatal(err)
			}
		}
		if err := sheet.Flush(); err != nil {
			t.Fatal(err)
		}
		data, err := file.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		return data.Bytes()
	}
	takes := func(data []byte) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := interchange.ReadRoster(data); err == nil || !strings.Contains(err.Error(), "more than 2001 rows") {
			t.Errorf("too many rows: %v", err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	few, many := takes(book(interchange.MaxRoster+2)), takes(book(40_000))
	if most := few + 200<<20; many > most { // the sheet as bytes, and no more
		t.Errorf("40,000 rows take %d MiB to refuse, 2,002 rows %d", many>>20, few>>20)
	}
}

func TestARosterThatCannotBeReadIsRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, says string }{
		"nothing":            {"", "no rows"},
		"a header alone":     {rosterHeader, "no rows below the header"},
		"a column missing":   {strings.Replace(rosterHeader, "practice,", "", 1) + "a,b\n", "the column practice is missing"},
		"a column too many":  {strings.Replace(rosterHeader, "practice,", "practice,wage,", 1) + "a,b\n", "there is no such column"},
		"a column twice":     {strings.Replace(rosterHeader, "cohort,", "practice,", 1) + "a,b\n", "the column is there twice"},
		"another encoding":   {rosterHeader + "Si\xe2n,a@example.org\n", "probably Windows-1252"},
		"UTF-16":             {"\xff\xfea\x00", "UTF-16"},
		"100,000 rows":       {rosterHeader + strings.Repeat("a,a@example.org\n", 100_000), "more than 2001 rows"},
		"a web page":         {"<html><body>", "there is no such column"},
		"a damaged workbook": {"PK\x03\x04nonsense", "the workbook can't be read"},
	} {
		_, err := interchange.ReadRoster([]byte(tc.text))
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want %s", name, err, tc.says)
		}
	}
}

func FuzzRoster(f *testing.F) {
	f.Add([]byte(rosterHeader + "a,b,c,d,e,f,g,h,i,j,k,l,m\n"))
	f.Add([]byte("\ufeff" + rosterHeader + "=1,'=2,\n\n,,,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte("PK")) {
			return // FuzzXLSX
		}
		rows, err := interchange.ReadRoster(data)
		if err != nil && countersign.KindOf(err) != countersign.Invalid {
			t.Fatal(err)
		}
		for i, r := range rows {
			if r.Number < 2 || i > 0 && r.Number <= rows[i-1].Number {
				t.Fatalf("row %d is %+v", i, r)
			}
		}
	})
}
