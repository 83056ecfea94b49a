package store_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"countersign/internal/store/storetest"
)

// docs/scale.md says of each table where it goes on a database of many
// machines: each must be there, and once.
func TestEveryTableHasItsPlaceOnADatabaseOfManyMachines(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/scale.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(doc), "## Where each table goes\n")
	if !found {
		t.Fatal("docs/scale.md has lost its section on where each table goes")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var placed []string
	for line := range strings.Lines(section) {
		if cells := strings.Split(line, "|"); len(cells) > 2 { // a row of the table: what, which
			for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[2], -1) {
				placed = append(placed, m[1])
			}
		}
	}
	tables := strings.Fields(onPostgres(t, "SELECT string_agg(table_name, ' ') FROM information_schema.tables WHERE table_schema = current_schema() AND table_name <> 'goose_db_version'"))
	for _, name := range tables {
		if n := len(slices.DeleteFunc(slices.Clone(placed), func(p string) bool { return p != name })); n != 1 {
			t.Errorf("docs/scale.md places the table %s %d times", name, n)
		}
	}
	for _, name := range placed {
		if !slices.Contains(tables, name) {
			t.Errorf("docs/scale.md places a table %s, and there is none", name)
		}
	}
}

// A sequence is one place that every machine of a database must ask.
func TestNoTableOfOursCountsOnASequence(t *testing.T) {
	t.Parallel()
	if n := onPostgres(t, "SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'goose%'"); n != "0" {
		t.Errorf("%s sequences", n)
	}
}

// onPostgres returns the one value that a question to a new database has for an
// answer.
func onPostgres(t *testing.T, question string) string {
	t.Helper()
	st := storetest.Open(t, storetest.Postgres(t), storetest.NewClock())
	var answer string
	if err := st.Pools()[0].QueryRowContext(t.Context(), question).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
