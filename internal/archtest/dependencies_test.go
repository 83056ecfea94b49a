package archtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryDependencyIsAccountedFor compares the modules that our code imports,
// and go.mod, with docs/dependencies.md.
func TestEveryDependencyIsAccountedFor(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(root(t), "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	required := required(t)

	var listed []string
	for _, line := range strings.Split(string(doc), "\n") {
		if m := regexp.MustCompile("^\\| `([a-z0-9.-]+\\.[a-z]+/[^`]+)` \\|").FindStringSubmatch(line); m != nil {
			listed = append(listed, m[1])
		}
	}
	for _, module := range listed {
		if !slices.Contains(required, module) {
			t.Errorf("docs/dependencies.md lists %s, which go.mod doesn't have", module)
		}
	}
	used := map[string]bool{}
	for _, path := range importedPaths(t) {
		if module := moduleOf(path, required); external(path) && !used[module] {
			used[module] = true
			if !slices.Contains(listed, module) {
				t.Errorf("%s is imported, but %q has no line in docs/dependencies.md", path, module)
			}
		}
	}
	if len(used) < 10 {
		t.Errorf("only %d modules are imported: %v", len(used), used)
	}
}

// required returns the module paths of go.mod.
func required(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\s*(\S+\.\S+/\S+|\S+\.\S+) v\S+`).FindAllStringSubmatch(string(source), -1) {
		all = append(all, m[1])
	}
	return all
}

// importedPaths returns what any package or its tests import.
func importedPaths(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e",
		"-f", `{{range .Imports}}{{println .}}{{end}}{{range .TestImports}}{{println .}}{{end}}{{range .XTestImports}}{{println .}}{{end}}`, "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range bytes.Lines(out) {
		all = append(all, strings.TrimSpace(string(line)))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// moduleOf returns the longest module path that the package is in.
func moduleOf(path string, modules []string) string {
	longest := ""
	for _, m := range modules {
		if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(longest) {
			longest = m
		}
	}
	return longest
}
