package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

const module = "countersign"

// arrows say which packages of internal/ each package may import. countersign,
// the domain, may be imported by all. A package that stands in neither arrows,
// roots nor helpers is refused: say where it belongs.
var arrows = map[string][]string{
	"countersign": nil,
	"framework":   nil,
	"authz":       nil,
	"ledger":      nil,
	"keyring":     {"ledger"},
	"privacy":     nil,
	"files":       nil,
	"mail":        nil,
	"password":    nil,
	"passkey":     nil,
	"oidc":        nil,
	"tsa":         nil,
	"session":     nil,
	"problem":     nil,
	"chart":       nil,
	"view":        {"chart"},
	"pdf":         {"chart"},
	"badge":       {"ledger"},
	"transfer":    {"framework", "ledger", "privacy"},
	"store":       {"authz", "transfer"},
	"calendar":    nil,
	"interchange": {"framework"},
	"service":     {"badge", "framework", "authz", "store", "ledger", "privacy", "files", "password", "passkey", "oidc", "transfer", "keyring", "tsa"},
	"verify":      {"badge", "ledger", "pdf", "transfer"},
	"pack":        {"service", "authz", "transfer", "pdf", "view", "verify"},
	"board":       {"service", "view", "chart", "pdf", "interchange"},
	"backup":      {"store", "files"},
	"jobs":        {"service", "pdf", "interchange", "mail"},
	"web":         {"service", "badge", "view", "board", "problem", "authz", "session", "pdf", "interchange", "calendar", "pack", "verify", "ledger", "transfer"},
	"api":         {"service", "badge", "problem", "authz", "session", "pdf", "interchange", "pack", "transfer", "verify", "ledger"},
}

// roots put the others together and may import what they need, but not one
// that stands later in this list.
var roots = []string{"demo", "loadgen", "server", "app"}

// helpers are imported by tests, and by each other, only.
var helpers = []string{"archtest", "browsertest", "files/s3server", "oidc/oidctest", "store/storetest", "store/storetest/pgcluster", "tsa/tsatest", "view/htmlcheck"}

// standardOnly are the packages of pure rules, which import nothing from
// outside the standard library but the domain.
var standardOnly = []string{"countersign", "authz", "chart", "privacy", "problem"}

// fences are libraries and where they may be used. A prefix stands for all
// packages below it.
var fences = []struct {
	prefix string
	in     []string
}{
	{"github.com/labstack/echo", []string{"web", "api", "session", "server"}},
	{"gorm.io", []string{"store"}},
	{"github.com/ncruces/go-sqlite3/gormlite", []string{"store"}},
	{"html/template", []string{"view"}},
	{"github.com/jung-kurt/gofpdf", []string{"pdf"}},
	{"github.com/pdfcpu/pdfcpu", []string{"pdf"}},
	{"github.com/xuri/excelize", []string{"interchange"}},
	{"github.com/go-webauthn", []string{"passkey"}},
	{"github.com/coreos/go-oidc", []string{"oidc"}},
	{"github.com/digitorus", []string{"tsa"}},
	// Nothing that runs what it reads: other programs (but our own, as a
	// helper), templates that don't escape, types that the input names.
	{"os/exec", []string{"files", "browsertest", "store/storetest/pgcluster"}},
	{"text/template", []string{"view"}}, // whose parser html/template has
	{"encoding/gob", nil},
	{"encoding/csv", []string{"interchange"}}, // where cells are kept from being formulas
	{"unsafe", []string{"files"}},             // a linkname of the HEIC decoder's
	{"plugin", nil},
}

// goPackage is what `go list` tells of a package.
type goPackage struct {
	ImportPath string
	Imports    []string // of the package itself, not of its tests
}

// name returns the package's path below internal/, or "" if it isn't there.
func (p goPackage) name() string { return internalName(p.ImportPath) }

func internalName(path string) string {
	name, ok := strings.CutPrefix(path, module+"/internal/")
	if !ok {
		return ""
	}
	return name
}

// packages lists the module's packages. One that doesn't compile yet is still
// listed with its imports.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", "./...")
	cmd.Dir = root(t)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaints.String())
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if !slices.ContainsFunc(all, func(p goPackage) bool { return p.name() == "countersign" }) {
		t.Fatalf("go list doesn't find the domain among %d packages", len(all))
	}
	return all
}

// root returns the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wrongArrow says what is wrong with one import of a package; "" if nothing.
func wrongArrow(from, to string) string {
	name, target := internalName(from), internalName(to)
	switch {
	case slices.Contains(helpers, name):
		return "" // tests may look at everything
	case slices.Contains(helpers, target):
		return "is for tests only"
	case fenced(name, to) != "":
		return fenced(name, to)
	case slices.Contains(standardOnly, name) && external(to):
		return "comes from outside the standard library"
	case target == "" || target == "countersign":
		return ""
	case name == "": // commands and the embedded folders
		return ""
	case slices.Contains(roots, name):
		if slices.Contains(roots, target) && slices.Index(roots, target) > slices.Index(roots, name) {
			return "stands above it"
		}
		return ""
	}
	allowed, known := arrows[name]
	if !known {
		return "is imported by a package that archtest doesn't know: add it to the arrows"
	}
	if !slices.Contains(allowed, target) {
		return fmt.Sprintf("is no arrow of the design (%s may import %v)", name, allowed)
	}
	return ""
}

// external reports whether the import comes from another module.
func external(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

// fenced says so if a package uses a library that is fenced in elsewhere.
func fenced(name, path string) string {
	for _, f := range fences {
		if (path == f.prefix || strings.HasPrefix(path, f.prefix+"/")) && !slices.Contains(f.in, name) {
			return fmt.Sprintf("belongs in %v only", f.in)
		}
	}
	return ""
}

func TestArrowsNeverPointBack(t *testing.T) {
	for _, p := range packages(t) {
		for _, to := range p.Imports {
			if wrong := wrongArrow(p.ImportPath, to); wrong != "" {
				t.Errorf("%s imports %s, which %s", p.ImportPath, to, wrong)
			}
		}
	}
}

func TestEveryPackageHasAPlace(t *testing.T) {
	for _, p := range packages(t) {
		name := p.name()
		if _, known := arrows[name]; name != "" && !known && !slices.Contains(roots, name) && !slices.Contains(helpers, name) {
			t.Errorf("%s has no place in archtest's arrows", p.ImportPath)
		}
	}
}

func TestWrongArrowIsNoticed(t *testing.T) {
	for _, tc := range []struct {
		from, to string
		wrong    bool
	}{
		{"countersign/internal/service", "countersign/internal/store", false},
		{"countersign/internal/store", "countersign/internal/service", true},
		{"countersign/internal/service", "countersign/internal/countersign", false},
		{"countersign/internal/countersign", "countersign/internal/authz", true},
		{"countersign/internal/countersign", "time", false},
		{"countersign/internal/countersign", "github.com/google/uuid", true},
		{"countersign/internal/ledger", "golang.org/x/mod/sumdb/tlog", false},
		{"countersign/internal/web", "github.com/labstack/echo/v4", false},
		{"countersign/internal/service", "github.com/labstack/echo/v4", true},
		{"countersign/cmd/countersign", "github.com/labstack/echo/v4", true},
		{"countersign/internal/web", "html/template", true},
		{"countersign/internal/store", "gorm.io/gorm/clause", false},
		{"countersign/internal/app", "gorm.io/gorm", true},
		{"countersign/internal/app", "countersign/internal/server", false},
		{"countersign/internal/server", "countersign/internal/app", true},
		{"countersign/internal/app", "countersign/internal/store/storetest", true},
		{"countersign/cmd/countersign", "countersign/internal/app", false},
		{"countersign/internal/util", "countersign/internal/store", true},
		{"countersign/internal/service", "os/exec", true},
		{"countersign/internal/mail", "text/template", true},
	} {
		if got := wrongArrow(tc.from, tc.to); (got != "") != tc.wrong {
			t.Errorf("wrongArrow(%s, %s) = %q; want wrong = %v", tc.from, tc.to, got, tc.wrong)
		}
	}
}

// TestLinterHasTheSameArrows compares the arrows with depguard's in
// .golangci.yml.
func TestLinterHasTheSameArrows(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(root(t), ".golangci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Files    []string `yaml:"files"`
						ListMode string   `yaml:"list-mode"`
						Allow    []string `yaml:"allow"`
					} `yaml:"rules"`
				} `yaml:"depguard"`
			} `yaml:"settings"`
		} `yaml:"linters"`
	}
	if err := yaml.Unmarshal(source, &config); err != nil {
		t.Fatal(err)
	}
	got, want := map[string][]string{}, map[string][]string{}
	for name, rule := range config.Linters.Settings.Depguard.Rules {
		if rule.ListMode == "" { // a fence around a library
			continue
		}
		if files := "**/internal/" + name + "/*.go"; !slices.Contains(rule.Files, files) {
			t.Errorf("rule %s is about %v; want %s", name, rule.Files, files)
		}
		if strict := slices.Contains(standardOnly, name); strict != (rule.ListMode == "strict") {
			t.Errorf("rule %s is %s; want strict = %v", name, rule.ListMode, strict)
		}
		allowed := []string{}
		for _, path := range rule.Allow {
			if target := strings.TrimSuffix(internalName(path), "$"); target != "" && target != "countersign" {
				allowed = append(allowed, target)
			}
		}
		slices.Sort(allowed)
		got[name] = allowed
	}
	for name, allowed := range arrows {
		want[name] = slices.Sorted(slices.Values(allowed))
		if want[name] == nil {
			want[name] = []string{}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("arrows of archtest (-) and of the linter (+):\n%s", diff)
	}
}
