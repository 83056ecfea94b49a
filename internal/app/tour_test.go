package app_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// block is one of a document's code blocks.
type block struct {
	line int // its first, in the document
	code string
}

// shellBlocks returns the blocks marked sh.
func shellBlocks(t *testing.T, document string) []block {
	t.Helper()
	source, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	inside, other := false, false
	for i, line := range strings.Split(string(source), "\n") {
		switch {
		case !inside && !other && line == "```sh":
			inside = true
			out = append(out, block{line: i + 2})
		case !inside && strings.HasPrefix(line, "```"):
			other = !other
		case inside && line == "```":
			inside = false
		case inside:
			out[len(out)-1].code += line + "\n"
		}
	}
	return out
}

// TestTheTourOfTheAPIRunsAsItStands runs the blocks of docs/api-tour.md, one
// after the other in one shell, against a demonstration.
func TestTheTourOfTheAPIRunsAsItStands(t *testing.T) {
	t.Parallel()
	const document = "../../docs/api-tour.md"
	blocks := shellBlocks(t, document)
	c := demonstration(t)
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	r := serve(t, c)

	// The shell says on descriptor 3 which block it is in, and goes on with
	// what it has of variables and functions.
	var script strings.Builder
	for _, b := range blocks {
		fmt.Fprintf(&script, "echo %d >&3\n%s", b.line, b.code)
	}
	folder := t.TempDir()
	progress, err := os.Create(filepath.Join(folder, "progress"))
	if err != nil {
		t.Fatal(err)
	}
	defer progress.Close()
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", script.String())
	cmd.Dir = t.TempDir()
	cmd.Env = append(cleanEnvironment(), "COUNTERSIGN="+path, "COUNTERSIGN_URL="+r.url, "COUNTERSIGN_DATA="+c.Data, "COUNTERSIGN_NOW="+demoNow)
	cmd.ExtraFiles = []*os.File{progress}
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		reached, _ := os.ReadFile(progress.Name())
		lines := strings.Fields(string(reached))
		if len(lines) == 0 {
			t.Fatalf("the tour didn't begin: %v\n%s", err, complaints.String())
		}
		at := lines[len(lines)-1]
		for _, b := range blocks {
			if fmt.Sprint(b.line) == at {
				t.Fatalf("docs/api-tour.md:%s: %v\n%s\n%s\nprinted\n%s", at, err, b.code, complaints.String(), tail(out.String()))
			}
		}
	}

	// What a reader is promised to see.
	for _, want := range []string{`"email":"apprentice@demo.example"`, "\nsubmitted\n", "\naccepted\n", `"status":"signed_off"`, `"ledger":{"leaf":"`,
		"\non_break\n", "\nsigning\nsigning\nlocked\n", "\nsubmitted\ncompleted\n", `"number":"T-1"`, "\nwithdrawn\n", "\nchecked\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tour doesn't print %q:\n%s", want, tail(out.String()))
		}
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", filepath.Join(cmd.Dir, "portfolio.pdf"), "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext, of poppler-utils: %v\n%s", err, text)
	}
	for _, want := range []string{"Asha Patel", "Morning clinic, four patients", "Safe and consistent."} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the portfolio doesn't say %q", want)
		}
	}
}

func tail(s string) string {
	if len(s) > 4000 {
		return "…" + s[len(s)-4000:]
	}
	return s
}
