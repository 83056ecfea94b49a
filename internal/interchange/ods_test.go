package interchange_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"countersign/internal/countersign"
	"countersign/internal/interchange"
)

func odsSlice(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/ods/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func readPractices(text string) (rows []countersign.ODSPractice, wrong []countersign.FileLine, err error) {
	wrong, err = interchange.ReadPractices("epraccur.csv", strings.NewReader(text), func(p countersign.ODSPractice) error {
		rows = append(rows, p)
		return nil
	})
	return rows, wrong, err
}

func TestPracticesOfTheODSAreRead(t *testing.T) {
	t.Parallel()
	rows, wrong, err := readPractices(odsSlice(t, "epraccur.csv"))
	if len(rows) != 38 || len(wrong) > 0 || err != nil {
		t.Fatalf("%d rows, %v, %v", len(rows), wrong, err)
	}
	want := countersign.ODSPractice{
		Line: 1, Code: "A81001", Name: "The Densham Surgery", Region: "Y63", Board: "QHM", Opened: countersign.On(1974, 4, 1), Status: countersign.ODSActive, GP: true,
	}
	if rows[0] != want {
		t.Errorf("first row %+v, want %+v", rows[0], want)
	}
	boards, wrong, err := interchange.ReadBoards("icb.csv", strings.NewReader(odsSlice(t, "icb.csv")))
	if len(boards) != 5 || boards[0].Region == "" || len(wrong) > 0 || err != nil {
		t.Errorf("boards %+v, %v, %v", boards, wrong, err)
	}
}

// The whole file is there on some machines only.
func TestTheWholeFileOfTheODSIsRead(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../shared/data/ods/epraccur.csv")
	if errors.Is(err, os.ErrNotExist) {
		data = []byte(odsSlice(t, "epraccur.csv"))
	}
	rows, wrong, err := readPractices(string(data))
	if len(rows) != strings.Count(string(data), "\n") || len(wrong) > 0 || err != nil {
		t.Errorf("%d rows, %v, %v", len(rows), wrong, err)
	}
}

// row is a row of epraccur.csv with some columns, counted from 1, changed.
func row(changes map[int]string) string {
	cells := make([]string, 27)
	cells[0], cells[1], cells[2], cells[3], cells[10], cells[12], cells[25] = "A81001", "THE SURGERY", "Y63", "QHM", "19740401", "A", "4"
	for i, v := range changes {
		cells[i-1] = v
	}
	return `"` + strings.Join(cells, `","`) + `"`
}

func TestAWrongRowIsNamedByItsLineAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	good := row(map[int]string{1: "B81001"})
	for _, tc := range []struct{ name, bad, says string }{
		{"a column is missing", strings.TrimSuffix(row(nil), `,""`), "it has 26 columns; there must be 27"},
		{"a column too many", row(nil) + ",", "it has 28 columns"},
		{"a code with a space", row(map[int]string{1: "A 81001"}), `"A 81001" is not a code`},
		{"a small code", row(map[int]string{1: "a81001"}), `"a81001" is not a code`},
		{"no name", row(map[int]string{2: " "}), "A81001 has no name"},
		{"a name without an end", row(map[int]string{2: strings.Repeat("LONG ", 50)}), "longer than 200 characters"},
		{"an unknown status", row(map[int]string{13: "X"}), `the status of A81001 is "X"`},
		{"a board that is no code", row(map[int]string{4: "Q-M"}), "the region or the board of A81001"},
		{"a date that doesn't exist", row(map[int]string{11: "20240231"}), "the opening date of A81001"},
		{"a date in other words", row(map[int]string{12: "31/03/2024"}), "the closing date of A81001"},
		{"closed before it opened", row(map[int]string{11: "20240401", 12: "20240331"}), "closed on 31 March 2024, before it opened on 1 April 2024"},
		{"closed without a date", row(map[int]string{13: "C"}), "A81001 is closed, but there is no closing date"},
		{"a code that is there already", good, "B81001 is there already, in line 1"},
		{"a stray quotation mark", `"A81001,"THE"`, "quotation marks"},
		{"a NUL", row(map[int]string{2: "THE\x00SURGERY"}), "no text"},
		{"a byte that is no letter anywhere", row(map[int]string{2: "THE\x81SURGERY"}), "no text"},
		{"a line without an end", strings.Repeat("A", 40_000), "the line is too long"},
	} {
		rows, wrong, err := readPractices(good + "\n" + tc.bad + "\n\n" + row(map[int]string{1: "C81001"}))
		if len(rows) != 2 || rows[1].Code != "C81001" || rows[1].Line != 4 || err != nil {
			t.Errorf("%s: the rest is %+v, %v", tc.name, rows, err)
		}
		if len(wrong) != 1 || wrong[0].Line != 2 || !strings.Contains(wrong[0].Says, tc.says) {
			t.Errorf("%s: %v, want line 2: %s", tc.name, wrong, tc.says)
		}
	}
}

func TestALetterOfWindowsAndAMarkBeforeTheFileAreRead(t *testing.T) {
	t.Parallel()
	rows, wrong, err := readPractices("\ufeff" + row(map[int]string{2: "CAF\xc9 SURGERY"}) + "\r\n")
	if len(rows) != 1 || rows[0].Name != "Café Surgery" || len(wrong) > 0 || err != nil {
		t.Errorf("%+v, %v, %v", rows, wrong, err)
	}
}

func TestAFileThatIsNoneOfTheODSIsRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, says string }{
		"a web page":        {"\n<!DOCTYPE html><html>", "a web page"},
		"a ZIP file":        {"PK\x03\x04....", "unpack it"},
		"UTF-16":            {"\xff\xfeA\x00", "UTF-16"},
		"nothing":           {"", "no row in it"},
		"another table":     {strings.Repeat("name,email\n", 60), "none of the first 50 lines"},
		"a short table":     {"name,email\n", "Line 1: it has 2 columns; there must be 27"},
		"a picture":         {"\x89PNG\r\n\x1a\n\x00\x00", "no row in it"},
		"a line of 100 000": {strings.Repeat("A", 100_000), "too long"},
	} {
		_, _, err := readPractices(tc.text)
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want %s", name, err, tc.says)
		}
	}
	var many strings.Builder
	for i := range 50_001 {
		many.WriteString(row(map[int]string{1: fmt.Sprintf("Z%06d", i)}) + "\n")
	}
	if rows, _, err := readPractices(many.String()); countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), "more than 50000 rows") {
		t.Errorf("%d practices were read, %v", len(rows), err)
	}
	if _, _, err := interchange.ReadBoards("icb.csv", strings.NewReader(odsSlice(t, "epraccur.csv"))); countersign.KindOf(err) != countersign.Invalid {
		t.Errorf("practices taken for boards: %v", err)
	}
	boards, wrong, err := interchange.ReadBoards("icb.csv", strings.NewReader("code,name,region_code,region\nQHM,,Y63,North\nQH,A,Y63,North\nQWO,B,63,North\nQOQ,C,Y63,North\nQOQ,C,Y63,North\n"))
	if len(boards) != 1 || len(wrong) != 4 || err != nil {
		t.Errorf("boards %+v, %v, %v", boards, wrong, err)
	}
}

func TestNamesInCapitalsAreWrittenAsPeopleDo(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"THE DENSHAM SURGERY":                     "The Densham Surgery",
		"ST. MARY'S SURGERY":                      "St. Mary's Surgery",
		"TRAMWAYS MEDICAL CENTRE (O'CONNELL)":     "Tramways Medical Centre (O'Connell)",
		"BROADHURST ST MED PRACT (KS MORJARIA)":   "Broadhurst St Med Pract (KS Morjaria)",
		"DR MCDONALD & PARTNERS":                  "Dr McDonald & Partners",
		"HOUGHTON MEDICAL GROUP,":                 "Houghton Medical Group",
		"THE SURGERY, THE GREEN":                  "The Surgery, The Green",
		"STOCKTON-ON-TEES HEALTH CTR":             "Stockton-on-Tees Health Ctr",
		"ISLE OF WIGHT GP PRACTICE 2":             "Isle of Wight GP Practice 2",
		"SOLE BAY H/C":                            "Sole Bay H/C",
		"4TH AVENUE SURGERY - Y00352":             "4th Avenue Surgery - Y00352",
		"WARWICK GATES FAM.HTH.CTR":               "Warwick Gates Fam.Hth.Ctr",
		"SURGERY  OF  THE  FUTURE":                "Surgery of the Future",
		"The iHealth Practice":                    "The iHealth Practice",
		"LAKESIDE P'SHIP AND THE LONDON GPS":      "Lakeside P'ship and the London GPs",
		"WEST HAMPSTEAD MEDICAL CENTRE VIII (UK)": "West Hampstead Medical Centre VIII (UK)",
	} {
		rows, _, err := readPractices(row(map[int]string{2: in}))
		if err != nil || len(rows) != 1 || rows[0].Name != want {
			t.Errorf("%q is %+v, %v; want %q", in, rows, err, want)
		}
	}
}

func FuzzODS(f *testing.F) {
	f.Add([]byte(row(nil)))
	f.Add([]byte(row(nil) + "\n" + row(nil)))
	f.Add([]byte("\ufeff\"\",,\n\xff\x00"))
	f.Add([]byte(strings.Repeat("x", 20_000) + "\n" + row(nil)))
	f.Fuzz(func(t *testing.T, data []byte) {
		seen := map[string]bool{}
		rows, wrong, err := readPractices(string(data))
		for _, r := range rows {
			if seen[r.Code] || r.Code == "" || r.Name == "" || !utf8.ValidString(r.Name) || strings.ContainsRune(r.Name, 0) {
				t.Fatalf("useless row %+v", r)
			}
			seen[r.Code] = true
		}
		for _, l := range wrong {
			if l.Says == "" || !utf8.ValidString(l.Says) || strings.ContainsAny(l.Says, "\n\x00") {
				t.Fatalf("useless problem %q", fmt.Sprint(l))
			}
		}
		if err != nil && countersign.KindOf(err) != countersign.Invalid {
			t.Fatal(err)
		}
	})
}
