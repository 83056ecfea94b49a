package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFrameworksTravelInEveryFormat(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	dir := t.TempDir()
	shipped, err := os.ReadFile("../../frameworks/gpa-combined/1.0.0.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.done("framework", "export", "gpa-combined@1.0.0", "--format", "yaml"); got != string(shipped) {
		t.Error("the exported file isn't the shipped one, byte for byte")
	}
	for format, next := range map[string]string{"case": "7.0.0", "moodle-csv": "7.1.0", "csv": "7.2.0", "xlsx": "7.3.0"} {
		file := filepath.Join(dir, "out."+format)
		s.done("framework", "export", "gpa-combined@1.0.0", "--format", format, "-o", file)
		flags := []string{"framework", "import", file, "--format", format, "--id", "gpa-combined", "--version", next}
		if format == "csv" || format == "xlsx" {
			flags = append(flags, "--based-on", "gpa-combined@1.0.0")
		}
		if got := s.done(append(flags, "--dry-run")...); !strings.Contains(got, "gpa-combined "+next+" can be imported: 49 competencies. Nothing was changed.") {
			t.Errorf("%s: a dry run says\n%s", format, got)
		}
		if list := s.done("framework", "list"); strings.Contains(list, next) {
			t.Errorf("%s: a dry run changed something", format)
		}
		for range 2 { // the same again changes nothing
			if got := s.done(flags...); !strings.Contains(got, "gpa-combined "+next+" is loaded") {
				t.Errorf("%s: an import says\n%s", format, got)
			}
		}
		if list := s.done("framework", "list"); strings.Count(list, "gpa-combined "+next+" ") != 1 {
			t.Errorf("%s: the list has\n%s", format, list)
		}
	}
	out := filepath.Join(dir, "draft.yaml")
	s.done("framework", "import", filepath.Join(dir, "out.case"), "--format", "case", "--version", "8.0.0", "-o", out)
	if got := s.done("framework", "validate", out); !strings.HasPrefix(got, "gpa-combined 8.0.0 is valid: 49 competencies") {
		t.Errorf("the written file: %s", got)
	}
	s.refused(exitRefused, "differs from this file", "framework", "import", filepath.Join(dir, "out.case"), "--format", "case", "--version", "7.1.0", "--title", "Other")
}

func TestABadTableIsRefusedWithEveryRow(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	file := filepath.Join(t.TempDir(), "own.csv")
	table := "domain_code,domain_title,code,title,statement,core\nA,Care,A1,,Greets people.,yes\nA,,A2,Listening,Listens.,perhaps\n"
	if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dry := range []bool{true, false} {
		args := []string{"framework", "import", file, "--format", "csv", "--id", "own"}
		if dry {
			args = append(args, "--dry-run")
		}
		r := s.run(args...)
		for _, want := range []string{"own.csv: row 2, column D (title): this must not be empty", `own.csv: row 3, column F (core): "perhaps" must be yes or no`} {
			if !strings.Contains(r.errors, want) {
				t.Errorf("dry run %v doesn't say %q:\n%s", dry, want, r.errors)
			}
		}
		if r.code != exitRefused {
			t.Errorf("exit %d", r.code)
		}
	}
	if list := s.done("framework", "list"); strings.Contains(list, "own ") {
		t.Error("something was imported")
	}
}

func TestWrongUseOfFormatsIsSaid(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	for _, args := range [][]string{
		{"framework", "export", "gpa-combined"}, {"framework", "export", "gpa-combined", "--format", "doc"}, {"framework", "import", "x.json", "--format", "yaml"},
		{"framework", "import", "x.json"}, {"framework", "import", "x.json", "--format", "case", "--dry-run", "-o", "y"},
	} {
		if r := s.run(args...); r.code != exitUsage || strings.Count(r.errors, "\n") != 1 {
			t.Errorf("%v: exit %d, %s", args, r.code, r.errors)
		}
	}
	s.refused(exitRefused, "does not exist", "framework", "export", "gpa-combined@9.9.9", "--format", "case")
	s.refused(exitRefused, "no such file", "framework", "import", "none.json", "--format", "case", "--dry-run")
	help := s.done("framework", "import", "--help")
	for _, column := range []string{"domain_code", "statement", "within_months", "unconfirmed"} {
		if !strings.Contains(help, column) {
			t.Errorf("the help doesn't list the column %s", column)
		}
	}
	if !strings.Contains(help, "--dry-run") {
		t.Error("the help doesn't speak of --dry-run")
	}
}
