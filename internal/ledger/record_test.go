package ledger_test

import (
	"strings"
	"testing"

	"countersign/internal/ledger"
)

func sealedReview(t *testing.T) (ledger.Row, ledger.SealedRow) {
	t.Helper()
	at := "2026-08-03T09:30:00.123456Z"
	row := ledger.Row{
		Table: "reviews", ID: "r1", Apprenticeship: "a1", Facts: map[string]*string{"at": &at, "answers_id": nil},
		Words: map[string]string{"comment": "Show the pulse too", "reviewer_name": "Nguyễn Văn A"},
	}
	canonical, leaf, err := ledger.LeafOfRow(row, salt)
	if err != nil {
		t.Fatal(err)
	}
	return row, ledger.SealedRow{Table: "reviews", ID: "r1", Apprenticeship: "a1", Canonical: string(canonical), Leaf: leaf, Salt: salt}
}

// The form of a record's leaf never changes for version 1.
func TestARecordHasOneLeaf(t *testing.T) {
	t.Parallel()
	_, sealed := sealedReview(t)
	const canonical = `{"apprenticeship":"a1","commitments":{"comment":"COMMENT","reviewer_name":"NAME"},"facts":{"answers_id":null,"at":"2026-08-03T09:30:00.123456Z"},"row":"r1","table":"reviews","type":"record","v":1}`
	want := strings.NewReplacer("COMMENT", commitment(t, "comment", "Show the pulse too"), "NAME", commitment(t, "reviewer_name", "Nguyễn Văn A")).Replace(canonical)
	if sealed.Canonical != want || sealed.Leaf != ledger.LeafOf([]byte(want)) {
		t.Errorf("the leaf %s is of %s; want %s", sealed.Leaf, sealed.Canonical, want)
	}
}

func commitment(t *testing.T, label, text string) string {
	t.Helper()
	c, err := ledger.Commit(salt, label, text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatOfASealedRowWasChangedIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*ledger.SealedRow, *ledger.Row)
		table  string
		column string
	}{
		"nothing":                        {func(*ledger.SealedRow, *ledger.Row) {}, "", ""},
		"a fact":                         {func(_ *ledger.SealedRow, r *ledger.Row) { v := "x"; r.Facts["at"] = &v }, "reviews", "at"},
		"a fact that is missing":         {func(_ *ledger.SealedRow, r *ledger.Row) { r.Facts["at"] = nil }, "reviews", "at"},
		"a fact that was missing":        {func(_ *ledger.SealedRow, r *ledger.Row) { v := ""; r.Facts["answers_id"] = &v }, "reviews", "answers_id"},
		"a word":                         {func(_ *ledger.SealedRow, r *ledger.Row) { r.Words["comment"] += "." }, "reviews", "comment"},
		"a word that is gone":            {func(_ *ledger.SealedRow, r *ledger.Row) { r.Words["comment"] = "" }, "reviews", "comment"},
		"a word that was erased":         {func(_ *ledger.SealedRow, r *ledger.Row) { r.Words["comment"], r.Erased = "", true }, "", ""},
		"another where one was erased":   {func(_ *ledger.SealedRow, r *ledger.Row) { r.Words["comment"], r.Erased = "x", true }, "reviews", "comment"},
		"a column of a later version":    {func(_ *ledger.SealedRow, r *ledger.Row) { r.Words["other"] = "x" }, "", ""},
		"the salt":                       {func(s *ledger.SealedRow, _ *ledger.Row) { s.Salt = strings.Repeat("f", 32) }, "ledger_records", "salt"},
		"no salt":                        {func(s *ledger.SealedRow, _ *ledger.Row) { s.Salt = "" }, "ledger_records", "salt"},
		"a salt in place of an erased":   {func(s *ledger.SealedRow, _ *ledger.Row) { s.Salt, s.Erased = "x", true }, "ledger_records", "salt"},
		"words beside an erased salt":    {func(s *ledger.SealedRow, r *ledger.Row) { s.Salt, s.Erased, r.Words["comment"] = "", true, "" }, "reviews", "reviewer_name"},
		"no words beside an erased salt": {func(s *ledger.SealedRow, r *ledger.Row) { s.Salt, s.Erased, r.Words = "", true, nil }, "", ""},
		"the sealed form":                {func(s *ledger.SealedRow, _ *ledger.Row) { s.Canonical += " " }, "ledger_records", "leaf, canonical"},
		"the leaf":                       {func(s *ledger.SealedRow, _ *ledger.Row) { s.Leaf = hash("0") }, "ledger_records", "leaf, canonical"},
		"whose record it is":             {func(s *ledger.SealedRow, _ *ledger.Row) { s.Apprenticeship = "a2" }, "ledger_records", "apprenticeship_id"},
		"which row it is":                {func(s *ledger.SealedRow, _ *ledger.Row) { s.ID = "r2" }, "ledger_records", "table_name, row_id"},
		"another document": {func(s *ledger.SealedRow, _ *ledger.Row) {
			s.Canonical = `{"type":"sign_off"}`
			s.Leaf = ledger.LeafOf([]byte(s.Canonical))
		}, "ledger_records", "canonical"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row, sealed := sealedReview(t)
			c.change(&sealed, &row)
			found := ledger.CompareRow(sealed, &row)
			switch {
			case c.table == "" && len(found) > 0, c.table != "" && len(found) != 1:
				t.Errorf("found %+v", found)
			case c.table != "" && (found[0].Table != c.table || found[0].Column != c.column || found[0].Says == ""):
				t.Errorf("found %+v; want %s in %s", found, c.column, c.table)
			}
		})
	}
	_, sealed := sealedReview(t)
	if found := ledger.CompareRow(sealed, nil); len(found) != 1 || !strings.Contains(found[0].Says, "gone") {
		t.Errorf("without the row: %+v", found)
	}
}

func TestARowWithoutANameOrASaltHasNoLeaf(t *testing.T) {
	t.Parallel()
	broken := "\xff"
	for _, r := range []ledger.Row{
		{ID: "r1", Apprenticeship: "a1"}, {Table: "reviews", Apprenticeship: "a1"}, {Table: "reviews", ID: "r1"},
		{Table: "reviews", ID: "r1", Apprenticeship: "a1", Facts: map[string]*string{"at": &broken}},
	} {
		if _, _, err := ledger.LeafOfRow(r, salt); err == nil {
			t.Errorf("%+v has a leaf", r)
		}
	}
	row, _ := sealedReview(t)
	if _, _, err := ledger.LeafOfRow(row, ""); err == nil {
		t.Error("a leaf without a salt")
	}
}
