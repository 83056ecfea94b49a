package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ruleBooks are the pages of rules, one a role. Each of their bullets names
// the test that proves it.
var ruleBooks = []string{
	"admin", "apprentice", "assessor", "gp-supervisor", "hub-lead", "practice-manager", "region-and-national-lead", "secondary-mentor", "verifier",
}

var (
	testNamed   = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)`")
	testDefined = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
)

// testsOfTheRepository returns the names of all tests.
func testsOfTheRepository(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root(t), top), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, m := range testDefined.FindAllSubmatch(source, -1) {
				all[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestRulesNameTestsThatExist(t *testing.T) {
	t.Parallel()
	exists := testsOfTheRepository(t)
	files, err := filepath.Glob(filepath.Join(root(t), "docs", "rules", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, file := range files {
		book := strings.TrimSuffix(filepath.Base(file), ".md")
		have = append(have, book)
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testNamed.FindAllSubmatch(source, -1) {
			if !exists[string(m[1])] {
				t.Errorf("docs/rules/%s.md names %s, which doesn't exist", book, m[1])
			}
		}
		if !slices.Contains(ruleBooks, book) {
			continue
		}
		for _, bullet := range bullets(string(source)) {
			if !testNamed.MatchString(bullet) {
				t.Errorf("docs/rules/%s.md: no test proves %q", book, bullet)
			}
		}
	}
	for _, book := range ruleBooks {
		if !slices.Contains(have, book) {
			t.Errorf("docs/rules/%s.md is missing", book)
		}
	}
}

// bullets returns the items of the page's lists, each with the lines that
// belong to it.
func bullets(page string) []string {
	var out []string
	inside := false
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "- "):
			out, inside = append(out, line), true
		case inside && strings.HasPrefix(line, "  "):
			out[len(out)-1] += " " + strings.TrimSpace(line)
		default:
			inside = false
		}
	}
	return out
}
