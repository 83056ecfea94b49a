package files_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"countersign/internal/files"
)

func TestCollectDeletesOldContentThatNothingRefersTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := files.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	put := func(content string) string {
		t.Helper()
		b, err := f.Put(t.Context(), strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		return b.SHA256
	}
	age := func(sum string) {
		t.Helper()
		old := time.Now().Add(-25 * time.Hour)
		if err := os.Chtimes(filepath.Join(dir, sum[:2], sum[2:4], sum), old, old); err != nil {
			t.Fatal(err)
		}
	}
	unused, used, fresh, again := put("unused"), put("used"), put("fresh"), put("again")
	for _, sum := range []string{unused, used, again} {
		age(sum)
	}
	asked := 0
	n, err := f.Collect(t.Context(), 24*time.Hour, func(hashes []string) ([]string, error) {
		asked += len(hashes)
		put("again") // by an upload, at the same moment
		return []string{used}, nil
	})
	if n != 1 || err != nil || asked != 3 {
		t.Errorf("Collect() = %d, %v after asking about %d; want 1 after asking about the 3 old ones", n, err, asked)
	}
	for sum, want := range map[string]bool{unused: false, used: true, fresh: true, again: true} {
		if _, err := f.Stat(t.Context(), sum); (err == nil) != want {
			t.Errorf("content %s: %v, want it there: %t", sum[:8], err, want)
		}
	}
}
