package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"countersign/internal/store"
)

// format is the version of the archive's form.
const format = 1

// chunk is about how many bytes of rows an entry holds.
const chunk = 1 << 20

// Beginning is the first entry of an archive.
type Beginning struct {
	Format  int               `json:"format"`
	Program string            `json:"program"` // the version of Countersign that wrote it
	Schema  int64             `json:"schema"`
	MadeAt  time.Time         `json:"made_at"`
	Tables  []store.CopyTable `json:"tables"`
}

func (b Beginning) table(name string) (store.CopyTable, bool) {
	at := slices.IndexFunc(b.Tables, func(t store.CopyTable) bool { return t.Name == name })
	if at < 0 {
		return store.CopyTable{}, false
	}
	return b.Tables[at], true
}

// Rows says how many rows a table has and what they are.
type Rows struct {
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"` // of the JSON lines
}

// Ending is the last entry of an archive.
type Ending struct {
	Rows  map[string]Rows `json:"rows"`
	Files int             `json:"files"`
	Bytes int64           `json:"bytes"` // of the files
	Keys  int             `json:"keys"`
	// Missing are files that the database refers to and that could not be
	// read when the backup was made.
	Missing []string `json:"missing"`
	SHA256  string   `json:"sha256"` // of all entries before, with their names, and of Missing
}

// Total is how many rows there are in all tables.
func (e Ending) Total() (n int) {
	for _, r := range e.Rows {
		n += r.Count
	}
	return n
}

// tell tells the sum of an archive which entry comes next.
func tell(sum hash.Hash, name string, size int64) {
	fmt.Fprintf(sum, "%s\x00%d\x00", name, size)
}

// archive is one that is being written.
type archive struct {
	tar    *tar.Writer
	at     time.Time
	sum    hash.Hash // of what has been added
	ending Ending
}

func (a *archive) add(name string, content []byte) error {
	tell(a.sum, name, int64(len(content)))
	_, _ = a.sum.Write(content) // a hash never fails
	err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), ModTime: a.at})
	if err == nil {
		_, err = a.tar.Write(content)
	}
	return err
}

func (a *archive) addJSON(name string, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return a.add(name, content)
}

// end adds the last entry.
func (a *archive) end() error {
	tell(a.sum, strings.Join(a.ending.Missing, " "), 0)
	a.ending.SHA256 = hex.EncodeToString(a.sum.Sum(nil))
	return a.addJSON("end.json", a.ending)
}

// addRows writes a table in entries of about a chunk.
func (a *archive) addRows(t store.CopyTable, c *store.CopyOut) error {
	var lines bytes.Buffer
	sum, count, entries := sha256.New(), 0, 0
	flush := func() error {
		if lines.Len() == 0 {
			return nil
		}
		_, _ = sum.Write(lines.Bytes()) // a hash never fails
		var packed bytes.Buffer
		zip, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
		if err == nil {
			_, err = zip.Write(lines.Bytes())
		}
		if err := errors.Join(err, zip.Close()); err != nil {
			return err
		}
		lines.Reset()
		entries++
		return a.add(fmt.Sprintf("rows/%s/%d", t.Name, entries), packed.Bytes())
	}
	to := json.NewEncoder(&lines)
	to.SetEscapeHTML(false)
	for row, err := range c.Rows(t) {
		if err != nil {
			return err
		}
		if err := to.Encode(row); err != nil {
			return err
		}
		if count++; lines.Len() >= chunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	err := flush()
	a.ending.Rows[t.Name] = Rows{Count: count, SHA256: hex.EncodeToString(sum.Sum(nil))}
	return err
}

// taker is told what an archive holds, in order. A taker of nothing checks an
// archive.
type taker struct {
	rows func(t store.CopyTable, lines []byte) error
	file func(content io.Reader, unchecked bool) error
	key  func(name string, content []byte) error
}

// damaged says why an archive isn't restored.
func damaged(format string, args ...any) error {
	return fmt.Errorf("this backup cannot be restored: "+format, args...)
}

// reading is an archive that is being read.
type reading struct {
	beginning Beginning
	sum       hash.Hash // of what has been read
	counts    map[string]int
	sums      map[string]hash.Hash
	have      Ending // as counted
	to        taker
}

// read goes through an archive to its end and checks everything in it. begun
// is called when its first entry is known.
func read(from io.Reader, to taker, begun func(Beginning) error) (Beginning, Ending, error) {
	r := reading{to: to, sum: sha256.New(), counts: map[string]int{}, sums: map[string]hash.Hash{}}
	in := tar.NewReader(from)
	for n := 0; ; n++ {
		entry, err := in.Next()
		switch {
		case n == 0 && err != nil:
			return r.beginning, r.have, damaged("it is not a backup of Countersign (%v)", err)
		case errors.Is(err, io.EOF):
			return r.beginning, r.have, damaged("it is cut off: its end is missing")
		case err != nil:
			return r.beginning, r.have, damaged("it is cut off or was altered (%v)", err)
		case n == 0:
			err = r.whole(entry, in, func(content io.Reader) error { return r.begin(entry.Name, content, begun) })
		case entry.Name == "end.json":
			end, err := r.end(in)
			if err != nil {
				return r.beginning, end, err
			}
			_, err = in.Next()
			after, e := io.Copy(io.Discard, from)
			if !errors.Is(err, io.EOF) || e != nil || after > 0 {
				return r.beginning, end, damaged("it was altered behind its end")
			}
			return r.beginning, end, nil
		default:
			err = r.whole(entry, in, func(content io.Reader) error { return r.entry(entry.Name, content) })
		}
		if err != nil {
			return r.beginning, r.have, err
		}
	}
}

// whole has take read an entry, and adds all of it to the sum.
func (r *reading) whole(entry *tar.Header, in io.Reader, take func(content io.Reader) error) error {
	tell(r.sum, entry.Name, entry.Size)
	content := io.TeeReader(in, r.sum)
	if err := take(content); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		return damaged("it is cut off or was altered (%v)", err)
	}
	return nil
}

func (r *reading) begin(name string, in io.Reader, begun func(Beginning) error) error {
	if name != "begin.json" {
		return damaged("it is not a backup of Countersign")
	}
	if err := json.NewDecoder(in).Decode(&r.beginning); err != nil {
		return damaged("its beginning is not readable (%v)", err)
	}
	if r.beginning.Format != format {
		return damaged("it has the form %d, and this version of Countersign reads %d", r.beginning.Format, format)
	}
	return begun(r.beginning)
}

func (r *reading) entry(name string, in io.Reader) error {
	what, rest, _ := strings.Cut(name, "/")
	switch what {
	case "rows":
		return r.rows(path.Dir(rest), in)
	case "files", "unchecked":
		return r.file(rest, in, what == "unchecked")
	case "keys":
		content, err := io.ReadAll(in)
		if err != nil {
			return damaged("the key %s is not readable (%v)", rest, err)
		}
		r.have.Keys++
		if r.to.key != nil && rest == path.Base(rest) {
			return r.to.key(rest, content)
		}
		return nil
	}
	return damaged("nobody knows what %q in it is", name)
}

func (r *reading) rows(table string, in io.Reader) error {
	t, known := r.beginning.table(table)
	if !known {
		return damaged("its beginning doesn't say that there is a table %q", table)
	}
	unpacked, err := gzip.NewReader(in)
	if err != nil {
		return damaged("rows of %s were altered (%v)", table, err)
	}
	lines, err := io.ReadAll(unpacked)
	if err != nil {
		return damaged("rows of %s were altered (%v)", table, err)
	}
	if r.sums[table] == nil {
		r.sums[table] = sha256.New()
	}
	_, _ = r.sums[table].Write(lines) // a hash never fails
	r.counts[table] += bytes.Count(lines, []byte("\n"))
	if r.to.rows == nil {
		return nil
	}
	return r.to.rows(t, lines)
}

func (r *reading) file(sum string, in io.Reader, unchecked bool) error {
	made := sha256.New()
	content := io.TeeReader(in, made)
	if r.to.file != nil {
		if err := r.to.file(content, unchecked); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		return damaged("the file %s is not readable (%v)", sum, err)
	}
	if hex.EncodeToString(made.Sum(nil)) != sum {
		return damaged("the file %s was altered: its content is not what its hash says", sum)
	}
	r.have.Files++
	return nil
}

func (r *reading) end(in io.Reader) (Ending, error) {
	var end Ending
	content := json.NewDecoder(in)
	content.DisallowUnknownFields()
	if err := content.Decode(&end); err != nil {
		return end, damaged("its end is not readable (%v)", err)
	}
	for _, t := range r.beginning.Tables {
		sum := r.sums[t.Name]
		if sum == nil {
			sum = sha256.New()
		}
		if want := end.Rows[t.Name]; want.Count != r.counts[t.Name] || want.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
			return end, damaged("rows of %s were altered, or some are missing: it has %d of %d", t.Name, r.counts[t.Name], want.Count)
		}
	}
	if end.Files != r.have.Files || end.Keys != r.have.Keys {
		return end, damaged("it has %d of %d files and %d of %d keys", r.have.Files, end.Files, r.have.Keys, end.Keys)
	}
	if tell(r.sum, strings.Join(end.Missing, " "), 0); end.SHA256 != hex.EncodeToString(r.sum.Sum(nil)) {
		return end, damaged("it was altered, and its rows and files were not: what it says of tables, or of keys, is not what was written")
	}
	return end, nil
}

// parse reads JSON lines as rows of a table.
func parse(t store.CopyTable, lines []byte) func(yield func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		for line := range bytes.Lines(lines) {
			var fields []json.RawMessage
			err := json.Unmarshal(line, &fields)
			if err == nil && len(fields) != len(t.Columns) {
				err = fmt.Errorf("a row of %s has %d columns", t.Name, len(fields))
			}
			row := make([]any, len(t.Columns))
			for i := 0; err == nil && i < len(fields); i++ {
				row[i], err = value(t.Columns[i].Kind, fields[i])
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func value(kind string, field json.RawMessage) (any, error) {
	if string(field) == "null" {
		return nil, nil //nolint:nilnil // NULL is a value
	}
	switch kind {
	case "int":
		return as[int64](field)
	case "bool":
		return as[bool](field)
	case "bytes":
		return as[[]byte](field)
	}
	return as[string](field)
}

func as[T any](field json.RawMessage) (T, error) {
	var v T
	err := json.Unmarshal(field, &v)
	return v, err
}
