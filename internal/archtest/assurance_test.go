package archtest

import (
	"encoding/csv"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const assurance = "docs/assurance"

var (
	// proof is a test with its package: server.TestOddMethodsDoNothing.
	proof = regexp.MustCompile(`\b([a-z][a-z/]*)\.((?:Test|Fuzz|Benchmark)[A-Z]\w*)`)
	// document is a file of the repository, named from its root.
	document = regexp.MustCompile(`(?:^|[\s(` + "`" + `])((?:docs|internal|cmd|migrations|templates|frameworks)/[\w./-]*\w|README\.md|CHANGELOG\.md|CONTRIBUTING\.md|Makefile|go\.(?:mod|sum)|\.golangci\.yml|\.ci/\w+)`)
	// link is one of Markdown to a file.
	link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

// testsByPackage returns the tests of each package, which is named by its path
// below internal/, or from the root where it isn't there.
func testsByPackage(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	goFiles(t, func(name string, source []byte) {
		if !strings.HasSuffix(name, "_test.go") {
			return
		}
		pkg := strings.TrimPrefix(path.Dir(name), "internal/")
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z]\w*)\(`).FindAllSubmatch(source, -1) {
			all[pkg+"."+string(m[1])] = true
		}
	})
	return all
}

// missing lists the tests and documents that a text names and that aren't there.
func missing(t *testing.T, text string, tests map[string]bool) (named int, wrong []string) {
	t.Helper()
	for _, m := range proof.FindAllStringSubmatch(text, -1) {
		named++
		if !tests[m[1]+"."+m[2]] {
			wrong = append(wrong, "test "+m[1]+"."+m[2])
		}
	}
	for _, m := range document.FindAllStringSubmatch(proof.ReplaceAllString(text, ""), -1) {
		named++
		if _, err := os.Stat(filepath.Join(root(t), filepath.FromSlash(m[1]))); err != nil {
			wrong = append(wrong, "file "+m[1])
		}
	}
	return named, wrong
}

// TestASVSNamesWhatIsThere keeps docs/assurance/asvs.csv whole and true to the
// repository: 70 requirements of level 1 and 183 of level 2, each once, what is
// met with a test or a document that exists, everything else with a reason.
func TestASVSNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	file, err := os.Open(filepath.Join(root(t), filepath.FromSlash(assurance+"/asvs.csv")))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "requirement,level,status,evidence" {
		t.Fatalf("header %s", got)
	}
	tests := testsByPackage(t)
	levels, seen, before := map[string]int{}, map[string]bool{}, ""
	for _, row := range rows[1:] {
		id, level, status, evidence := row[0], row[1], row[2], row[3]
		if !regexp.MustCompile(`^V\d+\.\d+\.\d+$`).MatchString(id) || seen[id] {
			t.Errorf("%s is no requirement, or there twice", id)
		}
		seen[id] = true
		levels[level]++
		named, wrong := missing(t, evidence, tests)
		if len(wrong) > 0 {
			t.Errorf("%s names what isn't there: %v", id, wrong)
		}
		switch status {
		case "met":
			if named == 0 {
				t.Errorf("%s is met, but no test or document shows it: %q", id, evidence)
			}
		case "partly", "not met", "operator", "not applicable":
			if len(strings.Fields(evidence)) < 3 {
				t.Errorf("%s is %s without a reason: %q", id, status, evidence)
			}
		default:
			t.Errorf("%s has the status %q", id, status)
		}
		if chapter, _, _ := strings.Cut(id, "."); chapter != before && before > chapter && len(before) >= len(chapter) {
			t.Errorf("%s stands after chapter %s", id, before)
		}
		before, _, _ = strings.Cut(id, ".")
	}
	if want := (map[string]int{"1": 70, "2": 183}); !maps.Equal(levels, want) {
		t.Errorf("requirements by level: %v, want %v", levels, want)
	}
}

// TestAssuranceNamesWhatIsThere does the same for the documents.
func TestAssuranceNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	tests := testsByPackage(t)
	files, err := filepath.Glob(filepath.Join(root(t), filepath.FromSlash(assurance), "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		have = append(have, strings.TrimSuffix(name, ".md"))
		if _, wrong := missing(t, string(source), tests); len(wrong) > 0 {
			t.Errorf("%s names what isn't there: %v", name, wrong)
		}
		for _, m := range link.FindAllStringSubmatch(string(source), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s links to %s, which isn't there", name, m[1])
			}
		}
		if name != "README.md" && name != "probes.md" && !strings.Contains(string(source), "## What an operator must still do") {
			t.Errorf("%s doesn't say what an operator must still do", name)
		}
	}
	for _, want := range []string{"README", "threat-model", "dtac-v2", "clinical-safety", "dpia", "privacy-notice", "accessibility-statement", "records-of-processing", "probes"} {
		if !slices.Contains(have, want) {
			t.Errorf("%s/%s.md is missing", assurance, want)
		}
	}
	if !strings.Contains(string(readme), assurance) {
		t.Errorf("README.md doesn't lead to %s", assurance)
	}
}
