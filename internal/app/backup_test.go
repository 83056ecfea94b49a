package app_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest/pgcluster"
)

// backUp writes a backup of the installation and returns its file.
func backUp(t *testing.T, c app.Config, key string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup")
	if err := app.Backup(t.Context(), c, file, key, io.Discard); err != nil {
		t.Fatal(err)
	}
	return file
}

// newBackupKey makes a key file and one of its public half.
func newBackupKey(t *testing.T) (secret, public string) {
	t.Helper()
	dir := t.TempDir()
	secret, public = filepath.Join(dir, "secret"), filepath.Join(dir, "public")
	var said bytes.Buffer
	if err := app.NewBackupKey(secret, &said); err != nil {
		t.Fatal(err)
	}
	half := said.String()[strings.Index(said.String(), "age1"):]
	if err := os.WriteFile(public, []byte(half), 0o600); err != nil {
		t.Fatal(err)
	}
	return secret, public
}

// databaseOf opens the database of an installation.
func databaseOf(t testing.TB, c app.Config) *store.Store {
	t.Helper()
	dsn := c.Database
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(c.Data, "countersign.db")
	}
	s, err := store.Open(t.Context(), dsn, store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rows returns all rows of a database, by table and in an order of their own.
func rows(t testing.TB, c app.Config) map[string][]string {
	t.Helper()
	s := databaseOf(t, c)
	defer s.Close()
	all := map[string][]string{}
	err := s.CopyOut(t.Context(), func(out *store.CopyOut) error {
		for _, table := range out.Tables {
			all[table.Name] = []string{}
			for row, err := range out.Rows(table) {
				if err != nil {
					return err
				}
				named := map[string]any{}
				for i, column := range table.Columns {
					named[column.Name] = row[i]
				}
				line, err := json.Marshal(named)
				if err != nil {
					return err
				}
				all[table.Name] = append(all[table.Name], string(line))
			}
			slices.Sort(all[table.Name])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// content returns the files of a data folder by their paths.
func content(t testing.TB, c app.Config, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(filepath.Join(c.Data, folder), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, c.Data)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestABackupOfOneDatabaseIsRestoredIntoTheOtherAndBack(t *testing.T) {
	t.Parallel()
	first := demonstration(t)
	secret, public := newBackupKey(t)
	second := app.Config{Data: t.TempDir(), Database: pgcluster.DSN(t)}
	third := app.Config{Data: t.TempDir()}
	wantRows, wantFiles, wantKeys := rows(t, first), content(t, first, "files"), content(t, first, "keys")
	if len(wantFiles) < 2 || len(wantKeys) == 0 || len(wantRows["sign_offs"]) == 0 {
		t.Fatalf("the demonstration has %d files, %d keys and %d sign-offs", len(wantFiles), len(wantKeys), len(wantRows["sign_offs"]))
	}
	from := first
	for _, to := range []app.Config{second, third} {
		file := backUp(t, from, public)
		if err := app.Restore(t.Context(), to, file, public, false, io.Discard); err == nil || !strings.Contains(err.Error(), "public keys") {
			t.Errorf("restored with the public half of the key: %v", err)
		}
		if err := app.Restore(t.Context(), to, file, secret, false, io.Discard); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wantRows, rows(t, to)); diff != "" {
			t.Errorf("rows before (-) and after (+):\n%s", diff)
		}
		if n := len(content(t, to, "files")); n != len(wantFiles) || !cmp.Equal(wantKeys, content(t, to, "keys")) {
			t.Errorf("%d files, want %d, and the keys as they were", n, len(wantFiles))
		}
		if err := app.Restore(t.Context(), to, file, secret, false, io.Discard); err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("restored into an installation that is in use: %v", err)
		}
		from = to
	}
	r := serve(t, app.Config{Data: third.Data, Demo: true, Now: demoNow})
	if home := page(t, signIn(t, r.url, "apprentice@demo.example"), r.url+"/"); !strings.Contains(home, "Asha Patel") {
		t.Errorf("the restored server doesn't know Asha:\n%s", home)
	}
}

func TestABackupMadeWhileOthersWriteHoldsOneMoment(t *testing.T) {
	t.Parallel()
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := app.Config{Data: t.TempDir(), Database: dsn(t)}
			serve(t, c)
			beside, err := app.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer beside.Close()
			stop, ended := make(chan struct{}), make(chan error, 1)
			begun := make(chan struct{})
			go func() {
				for n := 0; ; n++ { // each adds a person, a role and a line of the audit at once
					_, err := beside.Service.AddMember(t.Context(), beside.Service.Operator(), service.MembershipInput{
						PersonInput: service.PersonInput{Name: "Somebody", Email: fmt.Sprintf("somebody-%d@example.org", n)}, Role: countersign.Admin, Organisation: "ENGLAND",
					})
					if err != nil {
						ended <- err
						return
					}
					if n == 3 {
						close(begun)
					}
					select {
					case <-stop:
						ended <- nil
						return
					default:
					}
				}
			}()
			<-begun
			file := backUp(t, c, "")
			close(stop)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			to := app.Config{Data: t.TempDir()}
			if err := app.Restore(t.Context(), to, file, "", false, io.Discard); err != nil {
				t.Fatal(err)
			}
			got := rows(t, to)
			if len(got["people"]) < 4 || len(got["people"]) != len(got["memberships"]) || len(got["people"]) != len(got["one_time_links"]) {
				t.Errorf("the backup has %d people, %d memberships and %d links", len(got["people"]), len(got["memberships"]), len(got["one_time_links"]))
			}
		})
	}
}

// altered rewrites an archive; change may change an entry's content, drop it
// by returning nil, or leave it.
func altered(t *testing.T, file string, change func(name string, content []byte) []byte) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out bytes.Buffer
	in, to := tar.NewReader(f), tar.NewWriter(&out)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if b = change(h.Name, b); b == nil {
			continue
		}
		h.Size = int64(len(b))
		if err := to.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return written(t, out.Bytes())
}

func written(t *testing.T, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "altered")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestADamagedBackupIsRefusedWithTheReasonAndNothingIsRestored(t *testing.T) {
	t.Parallel()
	c := demonstration(t)
	secret, _ := newBackupKey(t)
	other, _ := newBackupKey(t)
	plain, sealed := backUp(t, c, ""), backUp(t, c, secret)
	whole, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := os.ReadFile(sealed)
	if err != nil {
		t.Fatal(err)
	}
	flipped := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 1
		return b
	}
	drop := func(which string) string {
		return altered(t, plain, func(name string, content []byte) []byte {
			if strings.HasPrefix(name, which) {
				return nil
			}
			return content
		})
	}
	change := func(which, from, to string) string {
		return altered(t, plain, func(name string, content []byte) []byte {
			if strings.HasPrefix(name, which) {
				return bytes.Replace(content, []byte(from), []byte(to), 1)
			}
			return content
		})
	}
	type refusal struct{ what, file, key, says string }
	refusals := []refusal{
		{"no key", sealed, "", "encrypted"},
		{"another's key", sealed, other, "key"},
		{"a key for what isn't encrypted", plain, secret, "not encrypted"},
		{"no archive", written(t, []byte("hello")), "", "not a backup"},
		{"another archive", change("begin.json", `"format":1`, `"format":9`), "", "form 9"},
		{"no beginning", drop("begin.json"), "", "not a backup"},
		{"no end", drop("end.json"), "", "cut off"},
		{"a table's rows gone", drop("rows/people/1"), "", "people"},
		{"files gone", drop("files/"), "", "0 of"},
		{"something behind the end", written(t, append(bytes.Clone(whole), 'x')), "", "behind its end"},
		{"a file's content", altered(t, plain, func(name string, content []byte) []byte {
			if strings.HasPrefix(name, "files/") {
				return flipped(content, len(content)/2)
			}
			return content
		}), "", "not what its hash says"},
		{"a row", altered(t, plain, func(name string, content []byte) []byte {
			if strings.HasPrefix(name, "rows/sign_offs/") {
				return flipped(content, len(content)/2)
			}
			return content
		}), "", "sign_offs"},
		{"a kind of column", change("begin.json", `"kind":"date"`, `"kind":"text"`), "", "was altered"},
		{"a newer schema", change("begin.json", `"schema":`, `"schema":9`), "", "newer"},
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		refusals = append(refusals,
			refusal{"cut off", written(t, whole[:random.IntN(len(whole)-1024)]), "", "cannot be restored"},
			refusal{"cut off, encrypted", written(t, hidden[:random.IntN(len(hidden))]), secret, ""},
			refusal{"a byte, encrypted", written(t, flipped(hidden, random.IntN(len(hidden)))), secret, ""})
	}
	for _, r := range refusals {
		to := app.Config{Data: filepath.Join(t.TempDir(), "data")}
		err := app.Restore(t.Context(), to, r.file, r.key, false, io.Discard)
		if err == nil || !strings.Contains(err.Error(), r.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one line with %q", r.what, err, r.says)
		}
		if _, err := os.Stat(to.Data); err == nil {
			t.Errorf("%s: a refused restore made the data folder", r.what)
		}
	}
}

func TestABackupSaysWhichFilesAreDamagedAndHoldsTheRest(t *testing.T) {
	t.Parallel()
	c := demonstration(t)
	var damaged string
	for path := range content(t, c, "files") {
		if path > damaged {
			damaged = path
		}
	}
	if err := os.WriteFile(filepath.Join(c.Data, damaged), []byte("rotten"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup")
	err := app.Backup(t.Context(), c, file, "", io.Discard)
	if err == nil || !strings.Contains(err.Error(), "1 files are damaged or missing") {
		t.Fatalf("a backup of damaged files: %v", err)
	}
	var said strings.Builder
	to := app.Config{Data: t.TempDir()}
	if err := app.Restore(t.Context(), to, file, "", false, io.Discard); err == nil || !strings.Contains(err.Error(), "--despite-findings") {
		t.Errorf("restored without some files: %v", err)
	}
	if err := app.Restore(t.Context(), to, file, "", true, &said); err != nil {
		t.Fatal(err)
	}
	if strings.Count(said.String(), "Missing when the backup was made") != 1 {
		t.Errorf("the restore says:\n%s", said.String())
	}
}
