package interchange_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"countersign/internal/countersign"
	"countersign/internal/interchange"
)

// drafted is a framework as a format brings it back that has no status.
func drafted(f countersign.Framework) countersign.Framework {
	f.Status = countersign.FrameworkDraft
	return f
}

func TestTablesReadBackWhatTheyWrote(t *testing.T) {
	t.Parallel()
	for _, r := range releases(t) {
		for _, format := range []interchange.Format{interchange.CSV, interchange.XLSX} {
			draft, err := interchange.Decode(format, encode(t, r, format), interchange.Options{Base: &r.Framework, Version: r.Framework.Version})
			if err != nil {
				t.Errorf("%s %s: %v", format, r.Framework.ID, err)
				continue
			}
			if diff := same(drafted(r.Framework), draft.Framework); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", format, r.Framework.ID, diff)
			}
		}
	}
}

// table is a CSV file as a hub would write it.
const table = `domain_code,Domain Title,code,title,statement,core,evidence,pieces,kinds,equivalent_to
A,Care,A1,Greeting,Greets people.,yes,observation; reflective_account,2,observation | reflective_account,
A,,A2,Listening,Listens.,no,observation,1,,other:X1; other:X2

B,Clinical,B1,Readings,"Takes readings,
and writes them down.",,,,,
`

func TestTableOfAHub(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"commas": table, "a byte order mark": "\ufeff" + table, "Windows": strings.ReplaceAll(table, "\n", "\r\n"),
		"tabs": withTabs(t, table),
	} {
		draft, err := interchange.Decode(interchange.CSV, []byte(text), interchange.Options{ID: "own", Title: "Our own", Version: "1.0.0"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f := draft.Framework
		a1, _ := f.Competency("A1")
		a2, _ := f.Competency("A2")
		b1, _ := f.Competency("B1")
		if f.ID != "own" || f.Version != "1.0.0" || f.Title != "Our own" || f.Status != countersign.FrameworkDraft || len(f.Domains) != 2 || f.Domains[0].Title != "Care" {
			t.Errorf("%s: %+v", name, f)
		}
		if a1.Requires.Pieces != 2 || len(a1.Requires.Kinds) != 1 || len(a1.Requires.Kinds[0]) != 2 || a2.Core || len(a2.EquivalentTo) != 2 || !b1.Core || !strings.Contains(b1.Statement, "\n") {
			t.Errorf("%s: %+v\n%+v\n%+v", name, a1, a2, b1)
		}
		if report := reportOf(draft); !strings.Contains(report, "row 5: taken to be core") {
			t.Errorf("%s: the report counts rows otherwise than a spreadsheet:\n%s", name, report)
		}
	}
}

// withTabs is the table as a spreadsheet saves it as text with tabs.
func withTabs(t *testing.T, table string) string {
	t.Helper()
	before, after, _ := strings.Cut(table, "\n\n")
	var out strings.Builder
	for _, part := range []string{before, after} {
		rows, err := csv.NewReader(strings.NewReader(part)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		w := csv.NewWriter(&out)
		w.Comma = '\t'
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if part == before {
			out.WriteString("\n")
		}
	}
	return out.String()
}

func TestBadTablesAreRefusedByRowAndColumn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, old, new string
		want           []string
	}{
		{"unknown column", "pieces", "peaces", []string{"row 1, column H (peaces): there is no such column"}},
		{"column twice", "pieces", "core", []string{"row 1, column H (core): the column is there twice"}},
		{"column missing", "statement", "guidance", []string{"row 1: the column statement is missing"}},
		{"everything at once", "Listening,Listens.,no,observation,1", ",Listens.,perhaps,telepathy,two", []string{
			"row 3, column D (title): this must not be empty", `row 3, column F (core): "perhaps" must be yes or no`, `row 3, column H (pieces): "two" must be a whole number in digits`,
			`row 3, column G (evidence): "telepathy" is not a kind of evidence`,
		}},
		{"code twice", "A2,", "a1,", []string{`row 3, column C (code): the competency code "a1" is already used at row 2`}},
		{"two titles", "A,,A2", "A,Caring,A2", []string{`row 3, column B (domain_title): the domain A is called "Care" in an earlier row`}},
		{"can't be met", "yes,observation; reflective_account,2", "yes,observation,2", []string{`row 2, column I (kinds): "reflective_account" is required but isn't accepted`}},
		{"formula", "Listens.", "=A1&B1", []string{"row 3, column E (statement): this is a formula"}},
		{"Windows-1252", "Listens.", "Listens \x96 well.", []string{"row 3, column E (statement): this isn't UTF-8", "CSV UTF-8"}},
		{"UTF-16", "domain_code", "\xff\xfed\x00o\x00", []string{"UTF-16"}},
		{"a quote", "Listens.", `Lis"tens.`, []string{"line 3"}},
		{"a long statement", "Listens.", strings.Repeat("a", 1001), []string{"row 3, column E (statement): statement has 1001 characters; at most 1000 are allowed"}},
		{"a workbook", "domain_code", "PK\x03\x04", []string{"this is a workbook"}},
	} {
		altered := strings.Replace(table, tc.old, tc.new, 1)
		_, err := interchange.Decode(interchange.CSV, []byte(altered), interchange.Options{ID: "own", Title: "Our own"})
		if countersign.KindOf(err) != countersign.Invalid {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\nwant %q", tc.name, err, want)
			}
		}
	}
}

func TestAnEmptyCellIsOneProblem(t *testing.T) {
	t.Parallel()
	_, err := interchange.Decode(interchange.CSV, []byte(strings.Replace(table, "A,,A2,", "A,,,", 1)), interchange.Options{})
	var refused *interchange.Error
	if !errors.As(err, &refused) || len(refused.Problems) != 1 || refused.Problems[0].String() != "row 3, column C (code): this must not be empty" {
		t.Errorf("%v", err)
	}
}

func TestEveryBadRowIsListed(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("domain_code,domain_title,code,title,statement,core\n")
	for i := range 300 {
		fmt.Fprintf(&b, "A,Care,C%d,Title,Statement,perhaps\n", i)
	}
	_, err := interchange.Decode(interchange.CSV, []byte(b.String()), interchange.Options{})
	if n := strings.Count(fmt.Sprint(err), "must be yes or no"); n != 300 {
		t.Errorf("%d of 300 rows are listed", n)
	}
}

func TestTextThatLooksLikeAFormulaIsHarmlessAndComesBack(t *testing.T) {
	t.Parallel()
	r := releases(t)[0]
	r.Framework.Domains = append([]countersign.Domain{}, r.Framework.Domains...)
	d := &r.Framework.Domains[0]
	d.Competencies = append([]countersign.Competency{}, d.Competencies...)
	for i, text := range []string{"=1+1", "'quoted' text", "-5 degrees", "'=both'", "@someone", " |pipe"} {
		d.Competencies[i%len(d.Competencies)].Statement = strings.TrimSpace(text)
		out := encode(t, r, interchange.CSV)
		rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if cell := rows[1+i%len(d.Competencies)][4]; strings.ContainsAny(cell[:1], "=-@|") {
			t.Errorf("%q is written as %q", text, cell)
		}
		draft, err := interchange.Decode(interchange.CSV, out, interchange.Options{Base: &r.Framework, Version: r.Framework.Version})
		if err != nil {
			t.Fatal(err)
		}
		if diff := same(drafted(r.Framework), draft.Framework); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestNamesThatLookLikeAFormulaAreHarmlessForMoodleAndComeBack(t *testing.T) {
	t.Parallel()
	r := releases(t)[0]
	r.Framework.Title, r.Framework.Domains = "=cmd|'/c calc'!A1", append([]countersign.Domain{}, r.Framework.Domains...)
	r.Framework.Domains[0].Title = "@SUM(1)"
	r.Framework.Scale.Levels = append([]countersign.Level{}, r.Framework.Scale.Levels...)
	r.Framework.Scale.Levels[0].Title = "+1"
	out := encode(t, r, interchange.MoodleCSV)
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		for j, cell := range row {
			if interchange.Formula(cell) {
				t.Errorf("row %d, column %d: %q", i+1, j+1, cell)
			}
		}
	}
	draft, err := interchange.Decode(interchange.MoodleCSV, out, interchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f := draft.Framework; f.Title != r.Framework.Title || f.Domains[0].Title != "@SUM(1)" || f.Scale.Levels[0].Title != "+1" {
		t.Errorf("read back as %q, %q, %+v", f.Title, f.Domains[0].Title, f.Scale.Levels)
	}
}

// A workbook holds texts and no formula, so nothing in it runs.
func TestAWorkbookHoldsTextsAlone(t *testing.T) {
	t.Parallel()
	r := releases(t)[0]
	r.Framework.Title, r.Framework.Domains = "=1+1", append([]countersign.Domain{}, r.Framework.Domains...)
	r.Framework.Domains[0].Title = "=cmd|'/c calc'!A1"
	book, err := excelize.OpenReader(bytes.NewReader(encode(t, r, interchange.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j := range row {
				axis, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := book.GetCellFormula(sheet, axis); err != nil || formula != "" {
					t.Errorf("%s!%s holds the formula %q, %v", sheet, axis, formula, err)
				}
			}
		}
	}
}

// workbook is the table as XLSX, altered.
func workbook(t *testing.T, alter func(*excelize.File) error) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(encode(t, releases(t)[0], interchange.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	if err := alter(book); err != nil {
		t.Fatal(err)
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBadWorkbooksAreRefusedByRowAndColumn(t *testing.T) {
	t.Parallel()
	const sheet = "Competencies"
	fine := workbook(t, func(*excelize.File) error { return nil })
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"formula", workbook(t, func(f *excelize.File) error { return f.SetCellFormula(sheet, "E3", "A1&B1") }), "row 3, column E (statement): this is a formula"},
		{"merged", workbook(t, func(f *excelize.File) error { return f.MergeCell(sheet, "A2", "A4") }), "cells A2:A4: these cells are merged"},
		{"number", workbook(t, func(f *excelize.File) error { return f.SetCellValue(sheet, "J3", 1.5) }), `row 3, column J (pieces): "1.5" must be a whole number`},
		{"no header", workbook(t, func(f *excelize.File) error { return f.RemoveRow(sheet, 1) }), "row 1, column A"},
		{"cut off", fine[:len(fine)/2], "damaged"},
		{"no workbook", []byte("domain_code,code"), "this is no workbook"},
		{"old workbook", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "old workbook (XLS)"},
		{"another ZIP file", []byte("PK\x03\x04nothing"), "damaged"},
	} {
		_, err := interchange.Decode(interchange.XLSX, tc.data, interchange.Options{})
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v; want %q", tc.name, err, tc.want)
		}
	}
}

func TestWorkbookListsItsColumns(t *testing.T) {
	t.Parallel()
	book, err := excelize.OpenReader(bytes.NewReader(encode(t, releases(t)[0], interchange.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Columns")
	if err != nil || len(rows) != len(interchange.Columns())+1 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
}

func TestMoodleReadsBackWhatItHasAPlaceFor(t *testing.T) {
	t.Parallel()
	for _, r := range releases(t) {
		out := encode(t, r, interchange.MoodleCSV)
		draft, err := interchange.Decode(interchange.MoodleCSV, out, interchange.Options{})
		if err != nil {
			t.Errorf("%s: %v", r.Framework.ID, err)
			continue
		}
		type row struct {
			Domain, Code, Title, Statement string
			Unconfirmed                    bool
		}
		rowsOf := func(f countersign.Framework) (all []row) {
			for _, d := range f.Domains {
				for _, c := range d.Competencies {
					all = append(all, row{d.Code + " " + d.Title, c.Code, c.Title, c.Statement, c.Unconfirmed})
				}
			}
			return all
		}
		if diff := cmp.Diff(rowsOf(r.Framework), rowsOf(draft.Framework)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.Framework.ID, diff)
		}
		if got := draft.Framework; got.Version != r.Framework.Version || got.Title != r.Framework.Title || len(got.Scale.Levels) != len(r.Framework.Scale.Levels) {
			t.Errorf("%s: %s %s %q", r.Framework.ID, got.ID, got.Version, got.Title)
		}
		again := encode(t, interchange.Release{Framework: draft.Framework}, interchange.MoodleCSV)
		if got, err := interchange.Decode(interchange.MoodleCSV, again, interchange.Options{}); err != nil || same(draft.Framework, got.Framework) != "" {
			t.Errorf("%s: a second time: %v %s", r.Framework.ID, err, same(draft.Framework, got.Framework))
		}
	}
}

// Moodle goes by these rules and says nothing when one is broken: it drops the
// row, with all below it.
func TestMoodleWouldTakeEveryRow(t *testing.T) {
	t.Parallel()
	r := releases(t)[0]
	r.Framework.Domains = append([]countersign.Domain{}, r.Framework.Domains...)
	r.Framework.Domains[0].Competencies = append([]countersign.Competency{}, r.Framework.Domains[0].Competencies...)
	c := &r.Framework.Domains[0].Competencies[0]
	c.Code, c.Title, c.Statement = "0", strings.Repeat("Long ", 30)+"end", "Less < more & \"so\"\non two lines"
	r.Framework.Domains[0].Competencies[1].Code = "care" // the domain's code in another case
	r.Framework.Domains[0].Competencies[1].EquivalentTo = []string{r.Framework.ID + ":0"}
	out := encode(t, r, interchange.MoodleCSV)
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const header = "Parent ID number,ID number,Short name,Description,Description format,Scale values,Scale configuration,Rule type (optional)," +
		"Rule outcome (optional),Rule config (optional),Cross-referenced competency ID numbers,Exported ID (optional),Is framework,Taxonomy"
	if got := strings.Join(rows[0], ","); got != header {
		t.Errorf("header %s", got)
	}
	frameworks, ids := 0, map[string]bool{"": true}
	for n, row := range rows[1:] {
		if row[12] != "" {
			frameworks++
			if row[6] != `[{"scaleid":"2"},{"id":1,"scaledefault":0,"proficient":0},{"id":2,"scaledefault":0,"proficient":0},{"id":3,"scaledefault":0,"proficient":0},`+
				`{"id":4,"scaledefault":1,"proficient":1},{"id":5,"scaledefault":0,"proficient":1}]` || strings.Count(row[5], ",") != 4 || strings.Count(row[13], ",") != 3 {
				t.Errorf("framework row %q", row)
			}
			continue
		}
		id := row[1]
		if id == "" || id == "0" || ids[id] || !ids[row[0]] || row[2] == "" || utf8.RuneCountInString(id) > 100 || utf8.RuneCountInString(row[2]) > 100 || row[4] != "1" || row[9] != "null" {
			t.Errorf("row %d would be lost or cut: %q", n+2, row)
		}
		ids[id] = true
	}
	if frameworks != 1 {
		t.Errorf("%d rows are the framework", frameworks)
	}
	if rows[3][10] != "" || rows[4][10] != "competency-0" {
		t.Errorf("related: %q, %q", rows[3][10], rows[4][10])
	}
	if want := "<p>Less &lt; more &amp; &#34;so&#34;<br>on two lines</p>"; !strings.HasSuffix(rows[3][3], want) {
		t.Errorf("description %q", rows[3][3])
	}
	draft, err := interchange.Decode(interchange.MoodleCSV, out, interchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if back := draft.Framework.Domains[0].Competencies[0]; back.Title != c.Title || back.Statement != c.Statement {
		t.Errorf("read back %q: %q", back.Title, back.Statement)
	}
}

func TestBadMoodleFilesAreRefusedByRowAndColumn(t *testing.T) {
	t.Parallel()
	const header = "Parent ID number,ID number,Short name,Description,Description format,Scale values,Scale configuration,Rule type (optional)," +
		"Rule outcome (optional),Rule config (optional),Cross-referenced competency ID numbers,Exported ID (optional),Is framework,Taxonomy\n"
	const own = ",F,Framework,<p>About it</p>,1,\"Not yet,Yes\",\"[{\"\"scaleid\"\":\"\"2\"\"},{\"\"id\"\":2,\"\"scaledefault\"\":1,\"\"proficient\"\":1}]\",,,,,,1,\"competency,competency,competency,competency\"\n"
	const rest = ",1,Group,,1,,,,0,null,,5,,\n1,1.1,First,<p>Does it.</p>,1,,,,0,null,\"1.2\",6,,\n1,1.2,Second,,1,,,,0,null,,7,,\n"
	draft, err := interchange.Decode(interchange.MoodleCSV, []byte(header+own+rest), interchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	first, _ := draft.Framework.Competency("1.1")
	if draft.Framework.Scale.Threshold != "2" || first.Statement != "Does it." || len(first.EquivalentTo) != 1 || !strings.Contains(reportOf(draft), "row 5: there is no description") {
		t.Errorf("%+v\n%s", first, reportOf(draft))
	}
	for name, tc := range map[string]struct{ text, want string }{
		"no framework":    {header + rest, "no row is marked as the framework"},
		"two frameworks":  {header + own + own + rest, "row 3, column M (Is framework): there is a second framework"},
		"no ID number":    {header + own + strings.Replace(rest, ",1,Group", ",0,Group", 1), "row 3, column B (ID number): the ID number is empty or 0"},
		"no short name":   {header + own + strings.Replace(rest, "First", "", 1), "row 4, column C (Short name): the short name is empty"},
		"ID number twice": {header + own + strings.Replace(rest, "1.2,Second", "1.1,Second", 1), `row 5, column B (ID number): the ID number "1.1" is already used at row 4`},
		"no parent":       {header + own + strings.Replace(rest, "1,1.2", "9,1.2", 1), `row 5, column A (Parent ID number): there is no ID number "9"`},
		"a circle":        {header + own + strings.Replace(rest, ",1,Group", "1.1,1,Group", 1), "row 3: it is below itself"},
		"nothing":         {"", "the file is empty"},
	} {
		_, err := interchange.Decode(interchange.MoodleCSV, []byte(tc.text), interchange.Options{})
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v; want %q", name, err, tc.want)
		}
	}
}
