package transfer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"countersign/internal/countersign"
)

// Row holds a value for each column of its table: a string, an int64, a bool,
// JSON as Normal makes it, or nil.
type Row []any

// Document is the record of one apprenticeship: the rows of each table.
type Document struct{ rows map[string][]Row }

// Add puts rows into a table.
func (d *Document) Add(table string, rows ...Row) {
	if d.rows == nil {
		d.rows = map[string][]Row{}
	}
	d.rows[table] = append(d.rows[table], rows...)
}

// Rows returns the rows of a table.
func (d *Document) Rows(table string) []Row { return d.rows[table] }

// Each calls fn with the rows of a table, each with a way to ask for a column.
func (d *Document) Each(name string, fn func(get Getter)) {
	t := tableNamed(name)
	for _, r := range d.rows[name] {
		fn(Getter{t, r})
	}
}

// keep keeps those rows of a table for which fn holds.
func (d *Document) keep(name string, fn func(get Getter) bool) {
	t := tableNamed(name)
	d.rows[name] = slices.DeleteFunc(d.rows[name], func(r Row) bool { return !fn(Getter{t, r}) })
}

// Getter reads and sets the columns of one row. A column that the table lacks
// panics.
type Getter struct {
	table Table
	row   Row
}

func (g Getter) index(column string) int {
	i := g.table.Index(column)
	if i < 0 {
		panic("transfer: " + g.table.Name + " has no column " + column)
	}
	return i
}

func (g Getter) at(column string) any { return g.row[g.index(column)] }

// Text returns a column that holds text; empty for null.
func (g Getter) Text(column string) string { s, _ := g.at(column).(string); return s }

// Number returns a column that holds a number.
func (g Getter) Number(column string) int { n, _ := g.at(column).(int64); return int(n) }

// Bool returns a column that holds yes or no.
func (g Getter) Bool(column string) bool { b, _ := g.at(column).(bool); return b }

// JSON reads a column that holds JSON into v; null leaves v as it is.
func (g Getter) JSON(column string, v any) error {
	raw, ok := g.at(column).(json.RawMessage)
	if !ok {
		return nil
	}
	return json.Unmarshal(raw, v)
}

// Time returns a column that holds a moment; zero for null.
func (g Getter) Time(column string) time.Time {
	at, _ := time.Parse(timeLayout, g.Text(column))
	return at
}

// Day returns a column that holds a day; zero for null.
func (g Getter) Day(column string) countersign.Date {
	d, _ := countersign.ParseDate(g.Text(column))
	return d
}

// Set changes a column.
func (g Getter) Set(column string, v any) { g.row[g.index(column)] = v }

// timeLayout is how a moment is written: UTC, to the microsecond.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Moment writes a moment; nil for the zero time.
func Moment(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(timeLayout)
}

// Normal returns JSON in the one form that packages hold: keys sorted, nothing
// escaped that needn't be. Text that is empty is null.
func Normal(raw []byte) (any, error) {
	if len(raw) == 0 {
		return nil, nil //nolint:nilnil // null is a value
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("there is something after the value")
	}
	out, err := plain(v)
	return json.RawMessage(out), err
}

// plain encodes v without escaping for HTML.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// Encode writes data.json: a row a line.
func (d *Document) Encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{")
	for i, t := range tables {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n%q: [", t.Name)
		for j, r := range d.rows[t.Name] {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n{")
			for k, c := range t.Columns {
				if k > 0 {
					b.WriteString(", ")
				}
				v, err := plain(r[k])
				if err != nil {
					return nil, fmt.Errorf("transfer: encode %s.%s: %w", t.Name, c.Name, err)
				}
				fmt.Fprintf(&b, "%q: %s", c.Name, v)
			}
			b.WriteByte('}')
		}
		b.WriteByte(']')
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

// Limits on what a document holds.
const (
	maxText  = 200_000 // characters of one text
	maxRows  = 200_000 // of one table
	maxDepth = 12      // of JSON within JSON
)

// DecodeDocument reads data.json. What isn't written as Encode writes it is
// refused.
func DecodeDocument(data []byte) (*Document, error) {
	if !utf8.Valid(data) {
		return nil, refuse("data.json is not UTF-8")
	}
	if depth(data) > maxDepth {
		return nil, refuse("data.json is nested more than %d deep", maxDepth)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, refuse("data.json is not JSON: %v", err)
	}
	d := &Document{}
	for _, t := range tables {
		raw, ok := all[t.Name]
		if !ok {
			return nil, refuse("data.json has no %q", t.Name)
		}
		delete(all, t.Name)
		if err := d.decodeTable(t, raw); err != nil {
			return nil, err
		}
	}
	for key := range all {
		return nil, refuse("data.json has %q, which format version %d does not know", shown(key), Version)
	}
	again, err := d.Encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, data) {
		return nil, refuse("data.json is not written in the form of the format, so it was changed after it was made")
	}
	return d, nil
}

func (d *Document) decodeTable(t Table, raw json.RawMessage) error {
	var rows []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &rows); err != nil {
		return refuse("data.json: %q is not a list of rows", t.Name)
	}
	if len(rows) > maxRows {
		return refuse("data.json: %q has more than %d rows", t.Name, maxRows)
	}
	for i, r := range rows {
		row := make(Row, len(t.Columns))
		for k, c := range t.Columns {
			raw, ok := r[c.Name]
			if !ok {
				return refuse("data.json: row %d of %q has no %q", i+1, t.Name, c.Name)
			}
			delete(r, c.Name)
			v, err := c.decode(raw)
			if err != nil {
				return refuse("data.json: %q in row %d of %q %v", c.Name, i+1, t.Name, err)
			}
			row[k] = v
		}
		for key := range r {
			return refuse("data.json: row %d of %q has %q, which format version %d does not know", i+1, t.Name, shown(key), Version)
		}
		d.Add(t.Name, row)
	}
	return nil
}

var wordPattern = regexp.MustCompile(`^[^\x00-\x1f\x7f]*$`)

// decode reads a value. Its errors complete "data.json: x ...".
func (c Column) decode(raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		if c.Optional || c.kind == value {
			return nil, nil //nolint:nilnil // null is a value
		}
		return nil, fmt.Errorf("must not be null")
	}
	switch c.kind {
	case value:
		if len(raw) > maxText*4 {
			return nil, fmt.Errorf("is too long")
		}
		return Normal(raw)
	case yesno:
		var b bool
		if json.Unmarshal(raw, &b) != nil {
			return nil, fmt.Errorf("must be true or false")
		}
		return b, nil
	case number:
		var n int64
		if json.Unmarshal(raw, &n) != nil || n < 0 || n > 1<<40 {
			return nil, fmt.Errorf("must be a whole number from 0")
		}
		return n, nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil, fmt.Errorf("must be text")
	}
	return s, c.checkText(s)
}

func (c Column) checkText(s string) error {
	if utf8.RuneCountInString(s) > maxText {
		return fmt.Errorf("is longer than %d characters", maxText)
	}
	var ok bool
	switch c.kind {
	case id, person, place:
		ok = countersign.ValidID(s)
	case day:
		d, err := countersign.ParseDate(s)
		ok = err == nil && d.String() == s && sane(d.UTC())
	case moment:
		at, err := time.Parse(timeLayout, s)
		ok = err == nil && at.Format(timeLayout) == s && sane(at)
	case word:
		ok = wordPattern.MatchString(s)
	default:
		ok = !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f })
	}
	if !ok {
		return fmt.Errorf("is not a %s: “%s”", says[c.kind], shown(s))
	}
	return nil
}

var says = map[kind]string{
	id: "valid identifier", person: "valid identifier", place: "valid identifier", day: "day that can be", moment: "time that can be",
	word: "word", text: "text that can be saved",
}

// sane reports whether something of a training record can have happened then.
func sane(at time.Time) bool { return at.Year() >= 1950 && at.Year() < 2200 }

// depth returns how deep JSON is nested.
func depth(data []byte) int {
	deepest, now, quoted, escaped := 0, 0, false, false
	for _, c := range data {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}

// shown returns text of a package as a refusal quotes it: short, on one line.
func shown(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '?'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// refuse says why a package isn't taken.
func refuse(format string, args ...any) error {
	return countersign.InvalidField("package", "The package cannot be used: "+fmt.Sprintf(format, args...))
}

// Sort puts the rows of every table in the order of their columns, the first
// one first: the order in which packages hold them.
func (d *Document) Sort() {
	for _, rows := range d.rows {
		slices.SortFunc(rows, compareRows)
	}
}

func compareRows(a, b Row) int {
	for i := range a {
		by := 0
		switch v := a[i].(type) {
		case string:
			w, _ := b[i].(string)
			by = strings.Compare(v, w)
		case int64:
			w, _ := b[i].(int64)
			by = cmp.Compare(v, w)
		}
		if by != 0 {
			return by
		}
	}
	return 0
}

// Named returns the identifiers of the people and of the places that the
// record names.
func (d *Document) Named() (people, places []string) {
	add := func(list *[]string, v any) {
		if s, ok := v.(string); ok && s != "" && !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	for _, t := range tables {
		for _, r := range d.rows[t.Name] {
			for i, c := range t.Columns {
				switch c.kind {
				case person:
					add(&people, r[i])
				case place:
					add(&places, r[i])
				}
			}
		}
	}
	d.Each("evidence_revisions", func(get Getter) {
		var c content
		if get.JSON("content", &c) == nil {
			add(&people, c.ObservedBy)
		}
	})
	return people, places
}

// From says of people who are of this installation that they are of the one at
// that address.
func (d *Document) From(url string) {
	d.Each("people", func(get Getter) {
		if get.Text("origin") == "" {
			get.Set("origin", url)
		}
	})
}
