package interchange

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// Column is one column of the plain table.
type Column struct {
	Name     string
	Required bool
	Says     string
	key      string // of a competency in a framework file; empty for those of the domain
	kind     columnKind
}

type columnKind int

const (
	text columnKind = iota
	number
	flag
	words  // a list, with ; between
	groups // a list of lists, with ; and | between
)

var columns = []Column{
	{"domain_code", true, "Code of the group that the competency is in", "", text},
	{"domain_title", false, "Name of the group; needed in the group's first row", "", text},
	{"code", true, "Code of the competency: letters and digits, with hyphens, dots or underscores between; used once", "code", text},
	{"title", true, "Short name, at most 200 characters", "title", text},
	{"statement", true, "What the apprentice is able to do, at most 1,000 characters", "statement", text},
	{"core", false, "yes: every apprentice needs it; no: agreed at the start. Empty: yes", "core", flag},
	{"threshold", false, "Code of the level that is needed. Empty: the framework's", "threshold", text},
	{"guidance", false, "Help for the apprentice and the assessor", "guidance", text},
	{"evidence", false, "Kinds of evidence that count, with ; between: observation; reflective_account", "evidence", words},
	{"pieces", false, "How many pieces are required. Empty: 1", "requires.pieces", number},
	{"observed", false, "How many of them observed", "requires.observed", number},
	{"kinds", false, "Kinds of which one piece each is required, with ; between, and | between alternatives: audit; observation | procedure", "requires.kinds", groups},
	{"assessors", false, "By how many different people accepted", "requires.assessors", number},
	{"within_months", false, "Only pieces of so many months count", "requires.within_months", number},
	{"entries", false, "How many entries of procedure logs are required", "requires.entries", number},
	{"renew_months", false, "After how many months the sign-off expires. Empty: never", "renew_months", number},
	{"source", false, "Where the text comes from", "source", text},
	{"equivalent_to", false, "The same in other frameworks, with ; between: gpa-non-clinical:GPA-CA1", "equivalent_to", words},
	{"replaces", false, "Codes of the version before that it replaces, with ; between", "replaces", words},
	{"unconfirmed", false, "yes: believed to be published, and not seen", "unconfirmed", flag},
}

// Columns are the columns of the plain CSV and XLSX table, one row a
// competency. They may stand in any order; those that aren't required may be
// left out.
func Columns() []Column { return slices.Clone(columns) }

// tableRow is a row with its number, counted as spreadsheets do.
type tableRow struct {
	number int
	cells  []string
}

func (r tableRow) place() string { return "row " + strconv.Itoa(r.number) }

// columnName is how messages call a column: "column C (code)".
func columnName(i int, name string) string {
	letters := ""
	for n := i + 1; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return "column " + letters + " (" + name + ")"
}

func trimmed(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.TrimSpace(c)
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// tableOf is the framework as rows, the header first.
func tableOf(f countersign.Framework) [][]string {
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.Name
	}
	rows := [][]string{header}
	for _, d := range list(document(f)["domains"]) {
		domain := d.(object)
		for _, c := range list(domain["competencies"]) {
			row := make([]string, len(columns))
			row[0], row[1] = str(domain["code"]), str(domain["title"])
			for i, column := range columns {
				if column.key != "" {
					row[i] = column.write(valueAt(c.(object), column.key))
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func valueAt(o object, key string) any {
	if group, rest, nested := strings.Cut(key, "."); nested {
		inner, _ := o[group].(object)
		return inner[rest]
	}
	return o[key]
}

// write is a value as a cell.
func (c Column) write(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return strconv.Itoa(int(v))
	case []any:
		var parts []string
		for _, item := range v {
			if alternatives, ok := item.([]any); ok {
				var names []string
				for _, a := range alternatives {
					names = append(names, str(a))
				}
				parts = append(parts, strings.Join(names, " | "))
				continue
			}
			parts = append(parts, str(item))
		}
		return strings.Join(parts, "; ")
	}
	return str(v)
}

// read is a cell as a value; not ok, and what it must be, if it is none.
func (c Column) read(cell string) (v any, ok bool, mustBe string) {
	switch c.kind {
	case number:
		n, err := strconv.Atoi(cell)
		return json.Number(strconv.Itoa(n)), err == nil, "a whole number in digits"
	case flag:
		switch strings.ToLower(cell) {
		case "yes", "y", "true", "1":
			return true, true, ""
		case "no", "n", "false", "0":
			return false, true, ""
		}
		return nil, false, "yes or no"
	case words:
		return split(cell), true, ""
	case groups:
		var all []any
		for _, group := range split(cell) {
			var alternatives []any
			for a := range strings.SplitSeq(str(group), "|") {
				alternatives = append(alternatives, strings.TrimSpace(a))
			}
			all = append(all, alternatives)
		}
		return all, true, ""
	}
	return cell, true, ""
}

func split(cell string) []any {
	var all []any
	for part := range strings.SplitSeq(cell, ";") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// readTable makes a framework out of rows, the header first.
func (b *builder) readTable(rows []tableRow) {
	if len(rows) == 0 {
		if len(b.problems.remarks) == 0 {
			b.problems.add("", "the table is empty")
		}
		return
	}
	at, ok := b.header(rows[0], columns)
	if !ok {
		return
	}
	domains := map[string]int{}
	for _, row := range rows[1:] {
		if len(trimmed(row.cells)) > 0 {
			b.tableRow(row, at, domains)
		}
	}
	if len(b.domains) == 0 {
		b.problems.add("", "the table has no rows below its header")
	}
}

// header finds out which column is where.
func (b *builder) header(row tableRow, columns []Column) (at []int, ok bool) {
	at = make([]int, len(columns))
	for i := range at {
		at[i] = -1
	}
	b.columns = map[string]string{}
	before := len(b.problems.remarks)
	for i, name := range trimmed(row.cells) {
		plain := strings.ReplaceAll(strings.ToLower(name), " ", "_")
		n := slices.IndexFunc(columns, func(c Column) bool { return c.Name == plain })
		switch {
		case n < 0:
			b.problems.add(row.place()+", "+columnName(i, cut(oneLine(visible(name)), 40)), "there is no such column; the columns are %s", columnNames(columns))
		case at[n] >= 0:
			b.problems.add(row.place()+", "+columnName(i, plain), "the column is there twice")
		default:
			at[n] = i
			if key := columns[n].key; key != "" {
				b.columns[key] = columnName(i, plain)
			}
		}
	}
	for n, c := range columns {
		if c.Required && at[n] < 0 {
			b.problems.add(row.place(), "the column %s is missing", c.Name)
		}
	}
	return at, len(b.problems.remarks) == before
}

func columnNames(columns []Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

func (b *builder) tableRow(row tableRow, at []int, domains map[string]int) {
	cell := func(n int) string {
		if i := at[n]; i >= 0 && i < len(row.cells) {
			return visible(row.cells[i])
		}
		return ""
	}
	c, requires := object{}, object{}
	for n, column := range columns {
		value := cell(n)
		where := row.place() + ", " + columnName(max(at[n], 0), column.Name)
		switch {
		case value == "" && column.Required:
			b.problems.add(where, "this must not be empty")
		case value == "" || column.key == "":
		default:
			v, ok, mustBe := column.read(value)
			if !ok {
				b.problems.add(where, "%s must be %s", quoted(value), mustBe)
			} else if key, nested := strings.CutPrefix(column.key, "requires."); nested {
				requires[key] = v
			} else {
				c[column.key] = v
			}
		}
	}
	if len(requires) > 0 {
		b.set(requires, "pieces", 1, row.place(), "one piece of evidence is required")
		c["requires"] = requires
	}
	code, title := cell(0), cell(1)
	domain, known := domains[code]
	switch {
	case !known:
		if title == "" {
			title = code
			b.remarks.add(row.place(), "the domain %s has no title, and is called by its code", code)
		}
		domain = b.addDomain(code, title, row.place())
		domains[code] = domain
	case title != "" && title != b.domains[domain]["title"]:
		b.problems.add(row.place()+", "+columnName(at[1], "domain_title"), "the domain %s is called %s in an earlier row", code, quoted(str(b.domains[domain]["title"])))
	}
	b.addCompetency(domain, c, row.place())
}
