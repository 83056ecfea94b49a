package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPackageTravelsAndIsRefusedWhenItIsNotSound(t *testing.T) {
	t.Parallel()
	from, to, dir := newShell(t), newShell(t), t.TempDir()
	id := from.enrolled()
	to.enrolled()
	first, second := filepath.Join(dir, "first.zip"), filepath.Join(dir, "second.zip")
	from.done("package", "export", id, "-o", first)
	if got := to.done("package", "import", first, "--practice", "A81001"); !strings.Contains(got, "Every hash is right. The portfolio of") || !strings.Contains(got, id) {
		t.Errorf("an import says %q", got)
	}
	to.done("package", "export", id, "-o", second)
	one, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := os.ReadFile(second); err != nil || !bytes.Equal(one, two) {
		t.Errorf("exported, imported and exported again it is not the same: %v", err)
	}
	if got := to.done("package", "import", first, "--practice", "A81001"); !strings.Contains(got, "has this package already: nothing was changed") {
		t.Errorf("the same again says %q", got)
	}
	from.refused(exitRefused, "part of this installation already", "package", "import", first, "--practice", "A81001")
	to.refused(exitRefused, "No place of yours has this code", "package", "import", first, "--practice", "NONE")

	spoilt := filepath.Join(dir, "spoilt.zip")
	for says, data := range map[string][]byte{
		"not a whole ZIP":        one[:len(one)/2],
		"damaged":                bytes.Replace(one, []byte("Zoë"), []byte("Zoé"), 1),
		"not a transfer package": []byte("PK\x05\x06" + strings.Repeat("\x00", 18)),
	} {
		if bytes.Equal(data, one) {
			t.Fatalf("%s: nothing was spoilt", says)
		}
		if err := os.WriteFile(spoilt, data, 0o600); err != nil {
			t.Fatal(err)
		}
		to.refused(exitRefused, says, "package", "import", spoilt, "--practice", "A81001")
	}
	to.refused(exitRefused, "no such file", "package", "import", filepath.Join(dir, "none.zip"), "--practice", "A81001")
	to.refused(exitRefused, "does not exist", "package", "export", "0198c0de-0000-7000-8000-000000000000", "-o", second)
	to.refused(exitUsage, "--practice", "package", "import", first)
	to.refused(exitUsage, "-o FILE.zip", "package", "export", id)
	to.refused(exitUsage, "no command", "package", "send")
}
