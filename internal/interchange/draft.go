package interchange

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// Draft is a framework that was read from another program's file.
type Draft struct {
	Framework countersign.Framework
	File      []byte   // the framework file that it became
	Report    []Remark // what was changed, filled in or left out
}

// object is a group of keys of a framework file in the making.
type object = map[string]any

// builder makes a framework file out of what a reader finds, and remembers
// where each part came from.
type builder struct {
	Options
	file     object
	domains  []object
	places   map[string]string // of a path of the framework file
	columns  map[string]string // of a key of a competency, where the file is a table
	remarks  report
	problems report
	most     int // rows of a table
	// cell says what is wrong with one cell of a table.
	cell func(row tableRow, column int, name, says string)
}

func newBuilder(o Options) *builder {
	b := &builder{Options: o, file: object{}, places: map[string]string{}, problems: report{each: true}, most: maxRows}
	b.cell = func(row tableRow, column int, name, says string) {
		b.problems.add(row.place()+", "+columnName(column, name), "%s", says)
	}
	return b
}

// addDomain begins a domain and returns its number.
func (b *builder) addDomain(code, title, place string) int {
	n := len(b.domains)
	b.domains = append(b.domains, object{"code": code, "title": title, "competencies": []object(nil)})
	b.places["domains."+strconv.Itoa(n)] = place
	return n
}

func (b *builder) addCompetency(domain int, c object, place string) {
	list := b.domains[domain]["competencies"].([]object)
	b.places["domains."+strconv.Itoa(domain)+".competencies."+strconv.Itoa(len(list))] = place
	b.domains[domain]["competencies"] = append(list, c)
}

// set fills in a key that the file doesn't say, and reports it.
func (b *builder) set(group object, key string, value any, place, message string) {
	if _, said := group[key]; said {
		return
	}
	group[key] = value
	b.remarks.add(place, "%s", message)
}

// finish fills in what is missing, checks the whole as a framework file, and
// writes it as one.
func (b *builder) finish() (Draft, error) {
	if len(b.problems.remarks) > 0 && len(b.domains) == 0 {
		return Draft{}, b.refusal()
	}
	b.identity()
	if b.Base != nil {
		b.takeBase()
	}
	b.defaults()
	b.competencyDefaults()
	b.duplicates()
	b.file["domains"] = b.domains
	text, err := json.Marshal(b.file)
	if err != nil {
		return Draft{}, err
	}
	f, err := framework.Parse("", text)
	var refused *framework.Error
	if errors.As(err, &refused) {
		b.translate(refused.Problems)
	}
	if len(b.problems.remarks) > 0 {
		return Draft{}, b.refusal()
	}
	if err != nil {
		return Draft{}, err
	}
	// A file that people can read, if it isn't larger than those may be.
	draft := Draft{Framework: f, File: text, Report: b.remarks.remarks}
	yaml := framework.Document(f).YAML()
	if again, err := framework.Parse("", yaml); err == nil {
		draft.File, draft.Framework = yaml, again
	}
	return draft, nil
}

func (b *builder) refusal() error { return &Error{Name: b.Name, Problems: b.problems.remarks} }

// translate tells problems of the framework file as problems of the file that
// was read: by its places, not those of the JSON in between. What is wrong at a
// place already isn't said again.
func (b *builder) translate(problems []framework.Problem) {
	told := map[string]bool{}
	for _, p := range b.problems.remarks {
		told[p.Places[0]] = true
	}
	for _, p := range problems {
		if place := b.placeOf(p.Path); !told[place] {
			b.problems.add(place, "%s", p.Message)
		}
	}
}

// placeOf is the place that a value of the framework file came from; its path
// if nothing is known.
func (b *builder) placeOf(path string) string {
	for rest, here := "", path; here != ""; {
		if place, ok := b.places[here]; ok {
			return b.place(place, strings.TrimPrefix(rest, "."))
		}
		i := strings.LastIndexByte(here, '.')
		if i < 0 {
			break
		}
		rest, here = here[i:]+rest, here[:i]
	}
	return path
}

// place adds the column to a row, or the key to anything else.
func (b *builder) place(place, key string) string {
	for rest := key; rest != ""; {
		if column, ok := b.columns[rest]; ok {
			return place + ", " + column
		}
		i := strings.LastIndexByte(rest, '.')
		if i < 0 {
			break
		}
		rest = rest[:i]
	}
	if key == "" || b.columns != nil {
		return place
	}
	return place + ", " + key
}

// duplicates refuses codes that are used twice, upper and lower case alike.
func (b *builder) duplicates() {
	domains, competencies := map[string]string{}, map[string]string{}
	check := func(seen map[string]string, noun string, code any, place string) {
		key := strings.ToLower(str(code))
		if key == "" {
			return
		}
		if first, ok := seen[key]; ok {
			b.problems.add(b.place(place, "code"), "the %s code %s is already used at %s", noun, quoted(str(code)), first)
			return
		}
		seen[key] = place
	}
	b.eachDomain(func(d object, path string) { check(domains, "domain", d["code"], b.places[path]) })
	b.eachCompetency(func(c object, path string) { check(competencies, "competency", c["code"], b.places[path]) })
}

func (b *builder) eachDomain(fn func(d object, path string)) {
	for i, d := range b.domains {
		fn(d, "domains."+strconv.Itoa(i))
	}
}

func (b *builder) eachCompetency(fn func(c object, path string)) {
	b.eachDomain(func(d object, path string) {
		for j, c := range d["competencies"].([]object) {
			fn(c, path+".competencies."+strconv.Itoa(j))
		}
	})
}

// identity settles id, version, title and status.
func (b *builder) identity() {
	if b.Title != "" {
		b.file["title"] = b.Title
	}
	if b.ID != "" {
		b.file["id"] = b.ID
	}
	if b.Version != "" {
		b.file["version"] = b.Version
	}
	if b.Base != nil {
		b.set(b.file, "title", b.Base.Title, "", "the title is that of "+b.Base.ID+" "+b.Base.Version)
		b.set(b.file, "id", b.Base.ID, "", "the id is that of the framework it is based on: "+b.Base.ID)
		next := nextVersion(b.Base.Version)
		b.set(b.file, "version", next, "", "no version is given; it is taken to be "+next+", the one after "+b.Base.Version)
	}
	b.set(b.file, "title", "Imported framework", "", "no title is given; it is called “Imported framework”")
	if label := cut(oneLine(str(b.file["title"])), 200); label != b.file["title"] {
		b.remarks.add("", "the title is shortened to 200 characters")
		b.file["title"] = label
	}
	id := slug(str(b.file["title"]))
	b.set(b.file, "id", id, "", "no id is given; it is made from the title: "+id)
	b.set(b.file, "version", "0.1.0", "", "no version is given; it is taken to be 0.1.0")
	b.set(b.file, "status", string(countersign.FrameworkDraft), "", "it becomes a draft: nobody can be enrolled on it before it is published")
}

// takeBase copies from the base what the format has no place for.
func (b *builder) takeBase() {
	base := document(*b.Base)
	for _, key := range []string{"standing", "notice", "sources", "role", "programme", "scale", "signing"} {
		if value, ok := base[key]; ok && b.file[key] == nil {
			b.file[key] = value
		}
	}
	b.remarks.add("", "role, programme, scale, signing and sources are those of %s %s", b.Base.ID, b.Base.Version)
	codes, domains := map[string]bool{}, map[string]bool{}
	b.eachCompetency(func(c object, _ string) { codes[str(c["code"])] = true })
	b.eachDomain(func(d object, _ string) { domains[str(d["code"])] = true })
	for _, d := range list(b.file["role"].(object)["duties"]) {
		duty := d.(object)
		duty["competencies"] = slices.DeleteFunc(list(duty["competencies"]), func(code any) bool {
			gone := !codes[str(code)]
			if gone {
				b.remarks.add("", "duty %s no longer names %s, which isn't there", str(duty["code"]), str(code))
			}
			return gone
		})
	}
	if assess, ok := b.file["signing"].(object)["domain_assess"].(object); ok {
		for code := range assess {
			if !domains[code] {
				delete(assess, code)
				b.remarks.add("", "the roles that may assess in the domain %s only are dropped: there is no such domain", code)
			}
		}
	}
}

// defaults fills in what a framework can't do without.
func (b *builder) defaults() {
	f, title := b.file, str(b.file["title"])
	b.set(f, "standing", string(countersign.CommunityDraft), "", "its standing is taken to be community-draft")
	if f["standing"] == string(countersign.CommunityDraft) {
		b.set(f, "notice", "Imported from another program and not checked yet. Read all of it before anybody starts on it.", "",
			"it gets a notice that it was imported and isn't checked yet")
	}
	role, _ := f["role"].(object)
	if role == nil {
		role = object{}
		f["role"] = role
	}
	b.set(role, "title", title, "", "the role is called like the framework")
	b.set(role, "purpose", "To be written: the imported file says nothing about the job.", "", "the purpose of the role is to be written")
	if len(list(role["duties"])) == 0 {
		delete(role, "duties")
	}
	b.set(role, "duties", []any{object{"code": "D1", "text": "To be written: the imported file names no duties.", "competencies": []any{}}}, "",
		"the duties of the role are to be written")
	b.set(f, "programme", object{"months": object{"min": 12, "max": 18}}, "", "the programme is taken to last 12 to 18 months")
	b.set(f, "scale", object{"default_threshold": "3", "levels": []any{
		object{"code": "1", "title": "Not yet competent", "meaning": "Needs more training or practice before doing the task, even with somebody beside them."},
		object{"code": "2", "title": "Competent under supervision", "meaning": "Does the task correctly while a competent person watches and can step in at once."},
		object{"code": "3", "title": "Competent", "meaning": "Does the task correctly and consistently, and knows when to ask."},
	}}, "", "it gets a scale of three levels, of which the highest is needed")
	b.set(f, "signing", object{
		"assess":      []any{string(countersign.GPSupervisor), string(countersign.SecondaryMentor), string(countersign.Assessor)},
		"countersign": string(countersign.GPSupervisor), "two_people": false,
	}, "", "GP supervisor, secondary mentor and assessors may assess, and the GP supervisor countersigns")
}

func (b *builder) competencyDefaults() {
	b.eachCompetency(func(c object, path string) {
		place := b.places[path]
		b.set(c, "core", true, place, "taken to be core: every apprentice needs it")
		b.set(c, "evidence", []any{
			string(countersign.Observation), string(countersign.WitnessTestimony), string(countersign.ProfessionalDiscussion), string(countersign.ReflectiveAccount),
		}, place, "evidence may be an observation, a witness testimony, a professional discussion or a reflective account")
		b.set(c, "requires", object{"pieces": 1}, place, "one piece of evidence is required")
	})
}

// document is a framework as a tree of the keys of its file.
func document(f countersign.Framework) object {
	text, err := json.Marshal(framework.Document(f))
	if err != nil {
		panic("interchange: a framework always encodes: " + err.Error())
	}
	var tree object
	if err := json.Unmarshal(text, &tree); err != nil {
		panic("interchange: what was encoded can be read: " + err.Error())
	}
	return tree
}

func list(v any) []any { l, _ := v.([]any); return l }
func str(v any) string { s, _ := v.(string); return s }

func nextVersion(v string) string {
	parts := strings.Split(v, ".")
	if len(parts) != 3 {
		return "0.1.0"
	}
	minor, _ := strconv.Atoi(parts[1])
	return parts[0] + "." + strconv.Itoa(minor+1) + ".0"
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes an id out of a title.
func slug(title string) string {
	s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(title), "-"), "-0123456789")
	if len(s) > 60 {
		s = strings.TrimRight(s[:60], "-")
	}
	if s == "" {
		return "imported"
	}
	return s
}

var (
	notCode   = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
	separated = regexp.MustCompile(`[._-]*([._-])`)
)

// asCode makes a code of somebody else's numbering; "" if nothing is left.
func asCode(s string) string {
	s = separated.ReplaceAllString(notCode.ReplaceAllString(s, "-"), "$1")
	if len(s) > 40 {
		s = s[:40]
	}
	return strings.Trim(s, "._-")
}

// oneLine puts a text on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens a text to so many characters, between words where it can.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	r := []rune(s)[:most-1]
	short := string(r)
	if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimRightFunc(short, unicode.IsSpace) + "…"
}

// visible takes out what has no place in a text that people sign: control
// characters, and those that change the direction of writing.
func visible(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
