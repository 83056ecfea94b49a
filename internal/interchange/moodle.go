package interchange

import (
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"countersign/internal/countersign"
)

// moodleHeader is the header of Moodle's English language pack. Moodle goes by
// the position of a column, not by its name.
var moodleHeader = []string{
	"Parent ID number", "ID number", "Short name", "Description", "Description format", "Scale values", "Scale configuration", "Rule type (optional)",
	"Rule outcome (optional)", "Rule config (optional)", "Cross-referenced competency ID numbers", "Exported ID (optional)", "Is framework", "Taxonomy",
}

// The columns.
const (
	moodleParent = iota
	moodleID
	moodleName
	moodleDescription
	moodleDescriptionFormat
	moodleScale
	moodleScaleConfiguration
	_
	moodleRuleOutcome
	moodleRuleConfig
	moodleRelated
	moodleExportedID
	moodleIsFramework
	moodleTaxonomy
)

// unconfirmedHTML ends the description of a competency that was recalled and
// not seen.
const unconfirmedHTML = "<p><em>" + unconfirmedTitle + "</em></p>"

// moodleLength is how many characters Moodle keeps of an ID number and of a
// short name; it cuts the rest off.
const moodleLength = 100

func writeMoodle(f countersign.Framework) ([]byte, error) {
	ids := moodleIDs(f)
	scale, configuration := moodleScaleOf(f.Scale)
	first := make([]string, len(moodleHeader))
	first[moodleID], first[moodleName] = cut(f.ID+"@"+f.Version, moodleLength), shortName(f.Title)
	first[moodleDescription], first[moodleDescriptionFormat] = paragraphs(f.Title, f.Notice), "1"
	first[moodleScale], first[moodleScaleConfiguration] = harmless(scale), configuration
	first[moodleIsFramework], first[moodleTaxonomy] = "1", "domain,competency,competency,competency"
	rows := [][]string{moodleHeader, first}
	add := func(parent, id, name, description string, related []string) {
		row := make([]string, len(moodleHeader))
		row[moodleParent], row[moodleID], row[moodleName] = parent, id, shortName(name)
		row[moodleDescription], row[moodleDescriptionFormat] = description, "1"
		row[moodleRuleOutcome], row[moodleRuleConfig] = "0", "null"
		for i := range related {
			related[i] = strings.ReplaceAll(related[i], ",", "%2C")
		}
		row[moodleRelated] = strings.Join(related, ",")
		rows = append(rows, row)
	}
	for _, d := range f.Domains {
		parent := ids["domain "+d.Code]
		add("", parent, d.Title, paragraphs(d.Title, ""), nil)
		for _, c := range d.Competencies {
			var related []string
			for _, reference := range c.EquivalentTo {
				if id, code, _ := strings.Cut(reference, ":"); id == f.ID {
					related = append(related, ids[code])
				}
			}
			description := paragraphs(c.Title, c.Statement)
			if c.Unconfirmed {
				description += unconfirmedHTML
			}
			add(parent, ids[c.Code], c.Title, description, related)
		}
	}
	return EncodeCSV(rows, false)
}

// shortName is a name as long as Moodle keeps it. Whoever opens the file in a
// spreadsheet before runs nothing in it either.
func shortName(s string) string { return cut(harmless(s), moodleLength) }

// moodleIDs gives every domain and competency an ID number. Moodle has one set
// of them for both, and drops what has the ID number "0" with all below it.
func moodleIDs(f countersign.Framework) map[string]string {
	ids, used := map[string]string{}, map[string]bool{}
	name := func(key, code, prefix string) {
		id := code
		for id == "0" || used[strings.ToLower(id)] {
			id = prefix + id
		}
		used[strings.ToLower(id)] = true
		ids[key] = id
	}
	for _, c := range f.Competencies() {
		name(c.Code, c.Code, "competency-")
	}
	for _, d := range f.Domains {
		name("domain "+d.Code, d.Code, "domain-")
	}
	return ids
}

// moodleScaleOf writes the scale as Moodle does: the values with commas
// between them, and which of them are the default and proficient.
func moodleScaleOf(s countersign.Scale) (values, configuration string) {
	type value struct {
		ID         int `json:"id"`
		Default    int `json:"scaledefault"`
		Proficient int `json:"proficient"`
	}
	need, _ := s.Rank(s.Threshold)
	var titles []string
	config := []any{map[string]string{"scaleid": "2"}} // Moodle puts its own number there
	for rank, l := range s.Levels {
		titles = append(titles, strings.ReplaceAll(l.Title, ",", ";"))
		v := value{ID: rank + 1}
		if rank == need {
			v.Default = 1
		}
		if rank >= need {
			v.Proficient = 1
		}
		config = append(config, v)
	}
	text, err := json.Marshal(config)
	if err != nil {
		panic("interchange: numbers always encode: " + err.Error())
	}
	return strings.Join(titles, ","), string(text)
}

// paragraphs is a description in HTML: the name, where it is longer than the
// short name may be, and the text.
func paragraphs(name, text string) string {
	var b strings.Builder
	if utf8.RuneCountInString(harmless(name)) > moodleLength {
		b.WriteString("<h4>" + html.EscapeString(name) + "</h4>")
	}
	if text != "" {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(text), "\n", "<br>") + "</p>")
	}
	return b.String()
}

var (
	heading = regexp.MustCompile(`(?s)^<h4>(.*?)</h4>`)
	newline = regexp.MustCompile(`(?i)<br\s*/?>|</p>\s*<p[^>]*>|</li>\s*|</div>\s*`)
	anyTag  = regexp.MustCompile(`(?s)<[^>]*>`)
)

// plain takes the text out of a description in HTML, and the long name that
// paragraphs put before it.
func plain(description string) (name, text string) {
	if m := heading.FindStringSubmatch(description); m != nil {
		name = html.UnescapeString(m[1])
		description = description[len(m[0]):]
	}
	text = anyTag.ReplaceAllString(newline.ReplaceAllString(description, "\n"), "")
	return name, visible(strings.ReplaceAll(html.UnescapeString(text), "\u00a0", " "))
}

func (b *builder) readMoodle(data []byte) {
	rows := b.csvRows(data)
	if len(rows) == 0 {
		if len(b.problems.remarks) == 0 {
			b.problems.add("", "the file is empty")
		}
		return
	}
	if !slices.Equal(trimmed(rows[0].cells), moodleHeader) {
		b.remarks.add("row 1", "the header isn't that of Moodle in English; the columns are read by their position")
	}
	b.columns = map[string]string{
		"code": moodleColumn(moodleID), "title": moodleColumn(moodleName), "statement": moodleColumn(moodleDescription),
		"equivalent_to": moodleColumn(moodleRelated), "competencies": moodleColumn(moodleID),
	}
	m := &moodleReader{caseReader: caseReader{builder: b, ids: map[string]*caseItem{}}}
	for _, row := range rows[1:] {
		m.row(row)
	}
	m.build()
}

func moodleColumn(i int) string { return columnName(i, moodleHeader[i]) }

// moodleReader shares with the reader of CASE how a tree becomes domains.
type moodleReader struct {
	caseReader
	framework *tableRow
	parents   []string // of each item
	related   []string // of each item
}

func (m *moodleReader) row(row tableRow) {
	cell := func(i int) string {
		if i < len(row.cells) {
			return strings.TrimSpace(row.cells[i])
		}
		return ""
	}
	if v := cell(moodleIsFramework); v != "" && v != "0" {
		if m.framework != nil {
			m.problems.add(row.place()+", "+moodleColumn(moodleIsFramework), "there is a second framework; Moodle reads one")
			return
		}
		m.framework = &row
		m.describe(cell)
		return
	}
	id, name := visible(cell(moodleID)), typed(oneLine(visible(cell(moodleName))))
	if id == "" || id == "0" {
		m.problems.add(row.place()+", "+moodleColumn(moodleID), "the ID number is empty or 0; Moodle would drop the row and all below it")
	}
	if name == "" || name == "0" {
		m.problems.add(row.place()+", "+moodleColumn(moodleName), "the short name is empty; Moodle would drop the row and all below it")
	}
	for _, i := range []int{moodleID, moodleName} {
		if utf8.RuneCountInString(cell(i)) > moodleLength {
			m.remarks.add(row.place()+", "+moodleColumn(i), "Moodle would cut this after 100 characters")
		}
	}
	if first, ok := m.ids[id]; ok {
		m.problems.add(row.place()+", "+moodleColumn(moodleID), "the ID number %s is already used at %s", quoted(id), first.place)
		return
	}
	description, unconfirmed := strings.CutSuffix(cell(moodleDescription), unconfirmedHTML)
	long, statement := plain(description)
	if cell(moodleDescriptionFormat) == "2" || cell(moodleDescriptionFormat) == "4" { // plain text and Markdown
		long, statement = "", visible(cell(moodleDescription))
	}
	if long != "" {
		name = long
	}
	it := &caseItem{id: id, code: id, title: name, statement: statement, unconfirmed: unconfirmed, place: row.place()}
	m.ids[id] = it
	m.items = append(m.items, it)
	m.parents = append(m.parents, visible(cell(moodleParent)))
	m.related = append(m.related, cell(moodleRelated))
	for _, i := range []int{moodleScale, moodleScaleConfiguration} {
		if cell(i) != "" {
			m.remarks.add(row.place()+", "+moodleColumn(i), "a scale of a single competency is left out")
		}
	}
}

// describe takes the framework's own row.
func (m *moodleReader) describe(cell func(int) string) {
	m.file["title"] = typed(oneLine(visible(cell(moodleName))))
	long, about := plain(cell(moodleDescription))
	if long != "" {
		m.file["title"] = long
	}
	id, version, versioned := strings.Cut(cell(moodleID), "@")
	if versioned && numbers.MatchString(version) {
		m.file["version"] = version + strings.Repeat(".0", 2-strings.Count(version, "."))
	}
	if s := slug(id); id != "" {
		m.file["id"] = s
	}
	if about != "" {
		m.file["notice"] = cut(about, 1000)
	}
	titles := strings.Split(typed(cell(moodleScale)), ",")
	var config []struct {
		ID         int `json:"id"`
		Proficient int `json:"proficient"`
	}
	if json.Unmarshal([]byte(cell(moodleScaleConfiguration)), &config) != nil || len(titles) < 2 {
		return
	}
	for _, t := range titles {
		t = cut(oneLine(visible(t)), 200)
		m.levels = append(m.levels, object{"quality": t})
	}
	m.scale()
	for i := len(config) - 1; i >= 0; i-- {
		if n := config[i]; n.Proficient == 1 && n.ID >= 1 && n.ID <= len(titles) {
			m.file["scale"].(object)["default_threshold"] = m.file["scale"].(object)["levels"].([]any)[n.ID-1].(object)["code"]
		}
	}
}

func (m *moodleReader) build() {
	if m.framework == nil {
		m.problems.add("", "no row is marked as the framework, so Moodle would call the file invalid")
	}
	for i, it := range m.items {
		it.sequence = i
		parent := m.ids[m.parents[i]]
		switch {
		case m.parents[i] == "":
		case parent == nil:
			m.problems.add(it.place+", "+moodleColumn(moodleParent), "there is no ID number %s; Moodle would drop the row", quoted(m.parents[i]))
		default:
			it.parent = parent
			parent.children = append(parent.children, it)
		}
		it.placed = true
	}
	roots := m.tree()
	if len(m.problems.remarks) > 0 {
		return
	}
	m.identity() // references to competencies need the id
	for i, it := range m.items {
		for raw := range strings.SplitSeq(m.related[i], ",") {
			raw = strings.ReplaceAll(strings.TrimSpace(raw), "%2C", ",")
			if other := m.ids[raw]; other != nil && other != it && len(other.children) == 0 && len(it.children) == 0 {
				it.equivalent = append(it.equivalent, str(m.file["id"])+":"+asCode(other.code))
			} else if raw != "" {
				m.remarks.add(it.place+", "+moodleColumn(moodleRelated), "%s is left out: it is no competency of this file", quoted(raw))
			}
		}
		if len(it.children) == 0 && it.statement == "" {
			it.statement = it.title
			m.remarks.add(it.place, "there is no description; the short name is the statement")
		}
	}
	for _, it := range roots {
		m.takeItem(it, -1)
	}
	if len(m.domains) == 0 {
		m.problems.add("", "there are no competencies")
	}
}
