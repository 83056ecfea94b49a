package app_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/app"
	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest/pgcluster"
)

// mark is a word that stands in everything that says something of the person
// who is erased, and nowhere else.
const mark = "Quixwold"

// marked copies a demonstration into another installation, and puts the mark
// into each text of every row that is about a person.
func marked(t *testing.T, from, to app.Config, email string) countersign.PersonID {
	t.Helper()
	a, err := app.Open(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	people, _, err := a.Service.People(t.Context(), a.Service.Operator(), service.PeopleFilter{Query: email})
	if err != nil || len(people) != 1 {
		t.Fatalf("%s is %d people, %v", email, len(people), err)
	}
	actor, err := a.Service.Actor(t.Context(), people[0].ID, authz.Proof{Method: authz.ByPassword})
	if err != nil {
		t.Fatal(err)
	}
	data, err := a.Service.Personal(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]bool{}
	columns := map[string][]string{}
	for _, rows := range data.Data.About {
		columns[rows.Table] = rows.Columns
		for _, row := range rows.Rows {
			about[rows.Table+fmt.Sprint(row...)] = true
		}
	}
	target, err := store.Open(t.Context(), dsnOf(to), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	err = a.Store.CopyOut(t.Context(), func(out *store.CopyOut) error {
		return target.CopyIn(t.Context(), out.Version, func(in *store.CopyIn) error {
			if err := in.Begin(out.Tables); err != nil {
				return err
			}
			for _, table := range out.Tables {
				rows := func(yield func([]any, error) bool) {
					for row, err := range out.Rows(table) {
						if err == nil && about[table.Name+fmt.Sprint(given(table, columns[table.Name], row)...)] {
							row = markRow(table, row)
						}
						if !yield(row, err) {
							return
						}
					}
				}
				if err := in.Add(table, rows); err != nil {
					return err
				}
			}
			hashes, err := out.Content()
			if err != nil {
				return err
			}
			for _, sum := range hashes {
				object, secret, size, err := a.Store.FileKeys().Key(t.Context(), sum, false)
				if err == nil {
					err = in.AddFileKey(sum, object, secret, size, time.Now(), false)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}, func() error { return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"files", "keys"} {
		if err := os.CopyFS(filepath.Join(to.Data, folder), os.DirFS(filepath.Join(from.Data, folder))); err != nil {
			t.Fatal(err)
		}
	}
	return people[0].ID
}

func dsnOf(c app.Config) string {
	if c.Database == "" {
		return "sqlite:" + filepath.Join(c.Data, "countersign.db")
	}
	return c.Database
}

// given returns the values of some columns of a row.
func given(table store.CopyTable, columns []string, row []any) []any {
	var out []any
	for _, c := range columns {
		out = append(out, row[slices.IndexFunc(table.Columns, func(have store.CopyColumn) bool { return have.Name == c })])
	}
	return out
}

// markRow puts the mark into each text that says something.
func markRow(table store.CopyTable, row []any) []any {
	row = slices.Clone(row)
	register := store.Personal()
	t := register[slices.IndexFunc(register, func(t store.PersonalTable) bool { return t.Name == table.Name })]
	for i, c := range table.Columns {
		known, _ := t.Column(c.Name)
		said, ok := row[i].(string)
		if !ok || known.Class != "own" && known.Class != "words" || said == "" || table.Name == "people" && c.Name == "email" || strings.HasSuffix(c.Name, "sha256") || c.Name == "salt" || c.Name == "hash" {
			continue
		}
		var v any
		if json.Unmarshal([]byte(said), &v) == nil {
			content, err := json.Marshal(markJSON(v))
			if err == nil {
				row[i] = string(content)
			}
			continue
		}
		row[i] = said + " " + mark
	}
	return row
}

var code = regexp.MustCompile(`^([0-9a-f-]{36}|[0-9a-f]{64}|\d{4}-\d\d-\d\d.*|[a-z_]*)$`)

func markJSON(v any) any {
	switch v := v.(type) {
	case string:
		if !code.MatchString(v) {
			return v + " " + mark
		}
	case []any:
		for i := range v {
			v[i] = markJSON(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = markJSON(v[key])
		}
	}
	return v
}

// places says where the mark is still found.
func places(t *testing.T, c app.Config) (found []string) {
	t.Helper()
	search := func(where string, content []byte) {
		if at := bytes.Index(bytes.ToLower(content), []byte(strings.ToLower(mark))); at >= 0 {
			found = append(found, fmt.Sprintf("%s: …%q…", where, content[max(0, at-80):min(len(content), at+40)]))
		}
	}
	for table, lines := range rows(t, c) {
		search("rows of "+table, []byte(strings.Join(lines, "\n")))
	}
	file := filepath.Join(t.TempDir(), "backup")
	if err := app.Backup(t.Context(), c, file, "", io.Discard); err != nil {
		t.Fatal(err)
	}
	altered(t, file, func(name string, content []byte) []byte {
		search("backup "+name, unpacked(t, name, content))
		return content
	})
	folders := []string{c.Data}
	if c.Database != "" {
		folders = append(folders, pgcluster.Folder(t, c.Database))
	}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			search("file name", []byte(path))
			content, err := os.ReadFile(path)
			search(path, content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// mails writes one to the person, one that names them and one about somebody
// else, and returns how many are left.
func mails(t *testing.T, c app.Config, email string) (left func() int) {
	t.Helper()
	folder := filepath.Join(c.Data, "mail")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"1.eml": "To: <" + email + ">\n\nYou have mail.\n",
		"2.eml": "To: <gp@demo.example>\n\nLowri Griffiths " + mark + " submitted a piece.\n",
		"3.eml": "To: <gp@demo.example>\n\nAsha Patel submitted a piece.\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func() int {
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
}

// unpacked returns rows as they were before they were packed.
func unpacked(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	if !strings.HasPrefix(name, "rows/") {
		return content
	}
	in, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	content, err = io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestNothingOfSomebodyWhoWasErasedIsFoundAnywhere(t *testing.T) {
	t.Parallel()
	from := demonstration(t)
	for name, database := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": pgcluster.DSN} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := app.Config{Data: t.TempDir(), Database: database(t)}
			const email = "lowri.griffiths@demo.example"
			person := marked(t, from, c, email)
			mailsLeft := mails(t, c, email)
			before := places(t, c)
			if len(before) < 20 {
				t.Fatalf("the mark is in %d places only: %q", len(before), before)
			}
			a, err := app.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			operator := a.Service.Operator()
			erase := service.ErasureInput{Decision: "erase", Basis: "Public task, six years", Reason: "The period is over"}
			if err := a.Service.DecideErasure(t.Context(), operator, person, erase); countersign.KindOf(err) != countersign.Conflict {
				t.Errorf("erased without a wish and before the period is over: %v", err)
			}
			actor, err := a.Service.Actor(t.Context(), person, authz.Proof{Method: authz.ByPassword})
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Service.AskErasure(t.Context(), actor, service.AskErasureInput{Reason: "I want " + mark + " gone"}); err != nil {
				t.Fatal(err)
			}
			if err := a.Service.DecideErasure(t.Context(), operator, person, erase); err != nil {
				t.Fatal(err)
			}
			if err := a.Store.Scrub(t.Context()); err != nil { // as the command does, and the server in the night
				t.Fatal(err)
			}
			if n := mailsLeft(); n != 1 {
				t.Errorf("%d mails are left", n)
			}
			for _, found := range places(t, c) {
				t.Errorf("still there: %s", found)
			}
			for _, file := range rows(t, c)["people"] {
				if strings.Contains(file, "lowri.griffiths") || strings.Contains(file, "Lowri") {
					t.Errorf("still there: %s", file)
				}
			}
			var said strings.Builder
			if err := a.VerifyLedger(t.Context(), "", &said); err != nil {
				t.Errorf("the ledger after an erasure: %v\n%s", err, said.String())
			}
			if trail := strings.Join(rows(t, c)["audit_events"], "\n"); !strings.Contains(trail, "person.erased") || !strings.Contains(trail, "The period is over") {
				t.Error("the audit doesn't say that somebody was erased, and why")
			}
			if err := a.Service.DecideErasure(t.Context(), operator, person, erase); countersign.KindOf(err) != countersign.Conflict {
				t.Errorf("erased twice: %v", err)
			}
		})
	}
}
