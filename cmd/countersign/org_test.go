package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheODSFilesAreImportedByCommand(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	folder, err := filepath.Abs("../../internal/interchange/testdata/ods")
	if err != nil {
		t.Fatal(err)
	}
	practices, boards := filepath.Join(folder, "epraccur.csv"), filepath.Join(folder, "icb.csv")
	args := []string{"org", "import-ods", practices, "--icb", boards}
	wants := func(got string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("it doesn't say %q:\n%s", want, got)
			}
		}
	}
	added := "Added: 3 regions, 5 training hubs, 30 practices"
	wants(s.done(append(args, "--dry-run")...), added, "Dry run: nothing was changed.")
	wants(s.done(args...), "epraccur.csv: 38 rows read", "icb.csv: 5 boards read", "30 open GP practices of England in the file, 0 of them as they were here", added)
	wants(s.done(args...), "30 of them as they were here", "Nothing changed.")

	data, err := os.ReadFile(practices)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "epraccur.csv")
	text := strings.NewReplacer("THE DENSHAM SURGERY", "THE NEW SURGERY", `"A81002","QUEENS`, `"A81002","Y63","QUEENS`).Replace(string(data))
	if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(s.done("org", "import-ods", bad, "--on", "2026-01-01"), "epraccur.csv, line 2: refused: it has 28 columns; there must be 27",
		"A81001 The New Surgery: renamed, it was The Densham Surgery", "not in the file, and stay as they are: 1", "Renamed: 1 practice")
	s.refused(exitRefused, bad+": its first line must be", "org", "import-ods", bad, "--icb", bad)
	s.refused(exitRefused, "must be today or in the past", "org", "import-ods", bad, "--on", "2999-01-01")
	s.refused(exitUsage, "--on must be a date", "org", "import-ods", bad, "--on", "soon")
}
