package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const helloHash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // of "hello"

func openFolder(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func put(t *testing.T, f *Folder, s string) Blob {
	t.Helper()
	b, err := f.Put(t.Context(), strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tree lists the files of a folder, tmp/ included.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFolderKeepsContentByItsHash(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "files")
	f := openFolder(t, dir)
	for range 2 { // putting again changes nothing
		if diff := cmp.Diff(Blob{SHA256: helloHash, Size: 5}, put(t, f, "hello")); diff != "" {
			t.Errorf("Put() -want +got:\n%s", diff)
		}
	}
	if diff := cmp.Diff([]string{"2c/f2/" + helloHash}, tree(t, dir)); diff != "" {
		t.Errorf("files -want +got:\n%s", diff)
	}
	if got := stored(t, f, helloHash); string(got) != "hello" {
		t.Errorf("Open() gives %q", got)
	}
	b, err := f.Stat(t.Context(), helloHash)
	if err != nil || b.Size != 5 || b.SHA256 != helloHash || b.Modified.IsZero() {
		t.Errorf("Stat() = %+v, %v", b, err)
	}
	for range 2 { // deleting again is no error
		if err := f.Delete(t.Context(), helloHash); err != nil {
			t.Errorf("Delete() = %v", err)
		}
	}
	if _, err := f.Open(t.Context(), helloHash); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open() after Delete() = %v", err)
	}
	if _, err := f.Stat(t.Context(), helloHash); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat() after Delete() = %v", err)
	}
}

func TestFolderKnowsNoNamesButHashes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, filepath.Join(dir, "files"))
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, f, "hello")
	for _, name := range []string{"", ".", "../secret", "/etc/passwd", strings.ToUpper(helloHash), helloHash[:63], helloHash + "0", "2c/f2/" + helloHash, strings.Repeat(".", 64), strings.Repeat("../", 21) + "x"} {
		if _, err := f.Open(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q) = %v", name, err)
		}
		if _, err := f.Stat(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Stat(%q) = %v", name, err)
		}
		if err := f.Delete(t.Context(), name); err != nil {
			t.Errorf("Delete(%q) = %v", name, err)
		}
	}
	if len(tree(t, dir)) != 2 {
		t.Errorf("left: %v", tree(t, dir))
	}
}

// Somebody who can write into the folder can't lead us out of it.
func TestFolderFollowsNoLinkOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, filepath.Join(dir, "files"))
	outside := filepath.Join(dir, "outside", "f2")
	if err := os.MkdirAll(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, helloHash), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "outside"), filepath.Join(dir, "files", "2c")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open(t.Context(), helloHash); err == nil {
		t.Error("opened a file outside")
	}
	if _, err := f.Put(t.Context(), strings.NewReader("hello")); err == nil {
		t.Error("wrote outside")
	}
	if got, err := os.ReadFile(filepath.Join(outside, helloHash)); err != nil || string(got) != "other" {
		t.Errorf("outside: %q, %v", got, err)
	}
}

func TestFolderPutFailsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, dir)
	broken := errors.New("broken")
	if _, err := f.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("of the reader: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := f.Put(ctx, readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })); !errors.Is(err, context.Canceled) {
		t.Errorf("of the context: %v", err)
	}
	if left := tree(t, dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	f.Close()
	if _, err := f.Put(t.Context(), strings.NewReader("x")); err == nil {
		t.Error("put into a closed folder")
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestFolderPutRenewsModified(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, f, "hello")
	old := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "2c", "f2", helloHash), old, old); err != nil {
		t.Fatal(err)
	}
	put(t, f, "hello")
	b, err := f.Stat(t.Context(), helloHash)
	if err != nil || !b.Modified.After(old.AddDate(1, 0, 0)) {
		t.Errorf("Stat() = %+v, %v: an orphans' job would delete what was just put", b, err)
	}
}

// Run with -race: many put the same and different content, and read it.
func TestFolderPutsAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folders := []*Folder{openFolder(t, dir), openFolder(t, dir)} // as two processes
	contents := make([][]byte, 4)
	for i := range contents {
		contents[i] = bytes.Repeat([]byte{byte('a' + i)}, 100_000)
	}
	var wg sync.WaitGroup
	for n := range 40 {
		wg.Go(func() {
			f, want := folders[n%2], contents[n/2%4]
			b, err := f.Put(t.Context(), bytes.NewReader(want))
			if err != nil || b.SHA256 != hashOf(want) {
				t.Errorf("Put() = %+v, %v", b, err)
				return
			}
			r, err := folders[(n+1)%2].Open(t.Context(), b.SHA256)
			if err != nil {
				t.Errorf("Open() = %v", err)
				return
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
			for _, err := range f.Walk(t.Context()) {
				if err != nil {
					t.Errorf("Walk() = %v", err)
				}
			}
		})
	}
	wg.Wait()
	if all := tree(t, dir); len(all) != len(contents) {
		t.Errorf("%v", all)
	}
}

func TestFolderWalk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, dir)
	want := map[string]int64{}
	for i := range 20 {
		s := strings.Repeat("x", i)
		want[put(t, f, s).SHA256] = int64(i)
	}
	for _, stray := range []string{"tmp/UNFINISHED", "README", "2c/note", "2c/f2/" + helloHash[:60], "ab/cd/" + helloHash} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(stray)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, stray), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, order := map[string]int64{}, []string{}
	for b, err := range f.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if b.Modified.IsZero() {
			t.Errorf("%+v", b)
		}
		got[b.SHA256], order = b.Size, append(order, b.SHA256)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !slices.IsSorted(order) {
		t.Errorf("order %v", order)
	}
	n := 0
	for _, err := range f.Walk(t.Context()) {
		if n++; n == 3 || err != nil {
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, err := range f.Walk(ctx) {
		last = err
	}
	if n != 3 || !errors.Is(last, context.Canceled) {
		t.Errorf("stopped after %d; ended with %v", n, last)
	}
}

func TestFolderIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	put(t, openFolder(t, dir), "hello")
	for path, want := range map[string]fs.FileMode{"": 0o700, "2c": 0o700, "2c/f2": 0o700, "2c/f2/" + helloHash: 0o600} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestOpenFolderNeedsAFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFolder(path); err == nil {
		t.Error("opened a file as a folder")
	}
}

// A folder is a map from hashes to contents, whatever is done to it.
func TestPropertyAFolderIsAMap(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	model := map[string]string{}
	contents := rapid.SampledFrom([]string{"", "a", "b", "hello", strings.Repeat("z", 40_000)})
	rapid.Check(t, func(rt *rapid.T) {
		ctx := t.Context()
		for range 20 {
			s := contents.Draw(rt, "content")
			hash := hashOf([]byte(s))
			switch rapid.IntRange(0, 2).Draw(rt, "what") {
			case 0:
				if b, err := f.Put(ctx, strings.NewReader(s)); err != nil || b.SHA256 != hash || b.Size != int64(len(s)) {
					rt.Fatalf("Put() = %+v, %v", b, err)
				}
				model[hash] = s
			case 1:
				if err := f.Delete(ctx, hash); err != nil {
					rt.Fatal(err)
				}
				delete(model, hash)
			case 2:
				b, err := f.Stat(ctx, hash)
				if want, ok := model[hash]; ok != (err == nil) || ok && b.Size != int64(len(want)) {
					rt.Fatalf("Stat() = %+v, %v; stored %v", b, err, ok)
				}
			}
		}
		n := 0
		for b, err := range f.Walk(ctx) {
			if _, ok := model[b.SHA256]; err != nil || !ok {
				rt.Fatalf("Walk() gives %+v, %v", b, err)
			}
			n++
		}
		if n != len(model) {
			rt.Fatalf("Walk() gives %d, want %d", n, len(model))
		}
	})
}

func BenchmarkFolderPut(b *testing.B) {
	f := newFolder(b)
	data := bytes.Repeat([]byte("0123456789abcdef"), 3<<16) // 3 MB
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Put(b.Context(), bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
