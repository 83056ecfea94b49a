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

const anObject = "2CF24DBA5FB0A30E26E83B2AC5"

func openFolder(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
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

func write(t *testing.T, o Objects, name, content string) {
	t.Helper()
	if err := o.Write(t.Context(), name, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

// readObject returns what is in an object.
func readObject(ctx context.Context, o Objects, name string) (string, error) {
	object, err := o.Open(ctx, name)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.NewSectionReader(object, 0, 1<<30))
	return string(b), errors.Join(err, object.Close())
}

// older returns the names of all objects that are older than age.
func older(t *testing.T, o Objects, age time.Duration) []string {
	t.Helper()
	var names []string
	for name, err := range o.Older(t.Context(), age) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// eachObjects runs a test on a folder and on a bucket of a real S3 server.
func eachObjects(t *testing.T, fn func(t *testing.T, o Objects)) {
	t.Parallel()
	t.Run("folder", func(t *testing.T) { fn(t, newFolder(t)) })
	t.Run("bucket", func(t *testing.T) { fn(t, newBucket(t)) })
}

func TestObjectsAreKeptByTheirName(t *testing.T) {
	eachObjects(t, func(t *testing.T, o Objects) {
		write(t, o, anObject, "hello")
		if got, err := readObject(t.Context(), o, anObject); got != "hello" || err != nil {
			t.Errorf("Open() gives %q, %v", got, err)
		}
		for range 2 { // removing again is no error
			if err := o.Remove(t.Context(), anObject); err != nil {
				t.Errorf("Remove() = %v", err)
			}
		}
		if _, err := o.Open(t.Context(), anObject); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open() after Remove() = %v", err)
		}
	})
}

func TestObjectsHaveNoOtherNames(t *testing.T) {
	eachObjects(t, func(t *testing.T, o Objects) {
		write(t, o, anObject, "hello")
		for _, name := range []string{"", ".", "../secret", "/etc/passwd", clockObject, anObject[:19], "2C/F2/" + anObject, strings.Repeat(".", 64), strings.Repeat("../", 21) + "x"} {
			if _, err := o.Open(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Open(%q) = %v", name, err)
			}
			if err := o.Remove(t.Context(), name); err != nil {
				t.Errorf("Remove(%q) = %v", name, err)
			}
			if err := o.Write(t.Context(), name, strings.NewReader("x")); err == nil {
				t.Errorf("Write(%q) wrote", name)
			}
		}
	})
}

func TestAnObjectIsWrittenWholeOrNotAtAll(t *testing.T) {
	eachObjects(t, func(t *testing.T, o Objects) {
		broken := errors.New("broken")
		if err := o.Write(t.Context(), anObject, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("of the reader: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if err := o.Write(ctx, anObject, readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })); !errors.Is(err, context.Canceled) {
			t.Errorf("of the context: %v", err)
		}
		if left := older(t, o, -time.Hour); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestOlderObjectsAreListedByAge(t *testing.T) {
	eachObjects(t, func(t *testing.T, o Objects) {
		want := []string{}
		for i := range 12 {
			name := strings.Repeat(string(rune('a'+i)), 26)
			write(t, o, name, strings.Repeat("x", i))
			want = append(want, name)
		}
		got := older(t, o, -time.Hour)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if got := older(t, o, time.Hour); len(got) > 0 {
			t.Errorf("of the last hour: %v", got)
		}
		n := 0
		for _, err := range o.Older(t.Context(), -time.Hour) {
			if n++; n == 3 || err != nil {
				break
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var last error
		for _, err := range o.Older(ctx, -time.Hour) {
			last = err
		}
		if n != 3 || !errors.Is(last, context.Canceled) {
			t.Errorf("stopped after %d; ended with %v", n, last)
		}
	})
}

// Somebody who can write into the folder can't lead us out of it.
func TestFolderFollowsNoLinkOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, filepath.Join(dir, "files"))
	outside := filepath.Join(dir, "outside", "F2")
	if err := os.MkdirAll(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, anObject), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "outside"), filepath.Join(dir, "files", "2C")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open(t.Context(), anObject); err == nil {
		t.Error("opened a file outside")
	}
	if err := f.Write(t.Context(), anObject, strings.NewReader("hello")); err == nil {
		t.Error("wrote outside")
	}
	if got, err := os.ReadFile(filepath.Join(outside, anObject)); err != nil || string(got) != "other" {
		t.Errorf("outside: %q, %v", got, err)
	}
}

func TestFolderPassesOverWhatIsNoObject(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, dir)
	write(t, f, anObject, "hello")
	for _, stray := range []string{"tmp/UNFINISHED", "README", "2C/note", "2C/F2/" + anObject[:19], "ab/cd/" + anObject} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(stray)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, stray), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{anObject}, older(t, f, -time.Hour)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFolderIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	write(t, openFolder(t, dir), anObject, "hello")
	for path, want := range map[string]fs.FileMode{"": 0o700, "2C": 0o700, "2C/F2": 0o700, "2C/F2/" + anObject: 0o600} {
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

// Run with -race: many put the same and different content, and read it.
func TestVaultPutsAtOnce(t *testing.T) {
	t.Parallel()
	dir, keys := t.TempDir(), &memoryKeys{}
	vaults := []*Vault{NewVault(openFolder(t, dir), keys), NewVault(openFolder(t, dir), keys)} // as two processes
	contents := make([][]byte, 4)
	for i := range contents {
		contents[i] = bytes.Repeat([]byte{byte('a' + i)}, 100_000)
	}
	var wg sync.WaitGroup
	for n := range 40 {
		wg.Go(func() {
			v, want := vaults[n%2], contents[n/2%4]
			b, err := v.Put(t.Context(), bytes.NewReader(want))
			if err != nil || b.SHA256 != hashOf(want) {
				t.Errorf("Put() = %+v, %v", b, err)
				return
			}
			r, err := vaults[(n+1)%2].Open(t.Context(), b.SHA256)
			if err != nil {
				t.Errorf("Open() = %v", err)
				return
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
	if all := tree(t, dir); len(all) != len(contents) {
		t.Errorf("%v", all)
	}
}

// A vault is a map from hashes to contents, whatever is done to it.
func TestPropertyAVaultIsAMap(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	model := map[string]string{}
	contents := rapid.SampledFrom([]string{"", "a", "b", "hello", strings.Repeat("z", 140_000)})
	rapid.Check(t, func(rt *rapid.T) {
		ctx := t.Context()
		for range 20 {
			s := contents.Draw(rt, "content")
			hash := hashOf([]byte(s))
			switch rapid.IntRange(0, 2).Draw(rt, "what") {
			case 0:
				if b, err := v.Put(ctx, strings.NewReader(s)); err != nil || b.SHA256 != hash || b.Size != int64(len(s)) {
					rt.Fatalf("Put() = %+v, %v", b, err)
				}
				model[hash] = s
			case 1:
				if err := v.Delete(ctx, hash, time.Time{}); err != nil {
					rt.Fatal(err)
				}
				delete(model, hash)
			case 2:
				want, ok := model[hash]
				r, err := v.Open(ctx, hash)
				if ok != (err == nil) {
					rt.Fatalf("Open() = %v; stored %v", err, ok)
				}
				if err != nil {
					continue
				}
				from := int64(rapid.IntRange(0, len(want)).Draw(rt, "from"))
				_, err = r.Seek(from, io.SeekStart)
				got, readErr := io.ReadAll(r)
				if err := errors.Join(err, readErr, r.Close()); err != nil || string(got) != want[from:] {
					rt.Fatalf("read %d bytes from %d, %v", len(got), from, err)
				}
			}
		}
		if n := len(older(t, v.objects, -time.Hour)); n != len(model) {
			rt.Fatalf("%d objects, want %d", n, len(model))
		}
	})
}

func TestWhoHasTheObjectsAloneCanReadNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v := NewVault(openFolder(t, dir), &memoryKeys{})
	secret := strings.Repeat("seen on the ward ", 1000)
	for range 2 {
		if _, err := v.Put(t.Context(), strings.NewReader(secret)); err != nil {
			t.Fatal(err)
		}
	}
	names := tree(t, dir)
	if len(names) != 1 {
		t.Fatalf("objects: %v, want one: the same content is kept once", names)
	}
	kept, err := os.ReadFile(filepath.Join(dir, names[0]))
	if err != nil || bytes.Contains(kept, []byte("ward")) || strings.Contains(names[0], hashOf([]byte(secret))) {
		t.Errorf("the object %s shows its content, %v", names[0], err)
	}
}

func TestAChangedObjectIsNotRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v := NewVault(openFolder(t, dir), &memoryKeys{})
	b, err := v.Put(t.Context(), strings.NewReader(strings.Repeat("x", 200_000)))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, tree(t, dir)[0])
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var damaged [][]byte
	for _, at := range []int{0, 20, 100_000, len(kept) - 1} {
		changed := bytes.Clone(kept)
		changed[at] ^= 1
		damaged = append(damaged, changed, kept[:at])
	}
	for _, content := range damaged {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := v.Open(t.Context(), b.SHA256)
		if err == nil {
			_, err = io.ReadAll(r)
			r.Close()
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("read %d of %d bytes, some changed: %v", len(content), len(kept), err)
		}
	}
}

func TestCollectRemovesWhatNothingRefersTo(t *testing.T) {
	eachObjects(t, func(t *testing.T, o Objects) {
		keys := &memoryKeys{}
		v := NewVault(o, keys)
		put := func(content string) string {
			t.Helper()
			b, err := v.Put(t.Context(), strings.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			return b.SHA256
		}
		unused, used := put("unused"), put("used")
		keys.used = []string{used}
		write(t, o, anObject, "what a crash left before its key was kept")
		if n, err := v.Collect(t.Context(), 24*time.Hour); n != 1 || err != nil {
			t.Errorf("Collect() = %d, %v; want the unused content alone, since the object may still be in work", n, err)
		}
		if _, err := v.Open(t.Context(), unused); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("unused content: %v", err)
		}
		if n, err := v.Collect(t.Context(), -time.Hour); n != 1 || err != nil {
			t.Errorf("Collect() = %d, %v a day later; want the object without a key", n, err)
		}
		if got := string(stored(t, v, used)); got != "used" {
			t.Errorf("used content reads %q", got)
		}
		if err := v.Delete(t.Context(), used, time.Time{}); err != nil || string(stored(t, v, used)) != "used" {
			t.Errorf("Delete() of content in use = %v, and took it", err)
		}
	})
}

func BenchmarkVaultPut(b *testing.B) {
	v := newVault(b)
	data := bytes.Repeat([]byte("0123456789abcdef"), 3<<16) // 3 MB
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Put(b.Context(), bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
