package interchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of a package. The text of one value is far above what a framework
// file takes; anything longer is no text that somebody wrote.
const (
	maxCASEBytes    = 64 << 20
	maxItems        = 20_000
	maxAssociations = 100_000
	maxText         = 100_000
)

// caseReader reads a package piece by piece, and keeps of each piece what a
// framework takes from it.
type caseReader struct {
	*builder
	document     map[string]any
	items        []*caseItem
	associations []caseAssociation
	levels       []any // of the first criterion that has any
	counts       map[string]int
	ids          map[string]*caseItem
}

type caseItem struct {
	id, code, kind, statement, title, notes, uri string
	place                                        string
	parent                                       *caseItem
	placed                                       bool // has a parent, or the document for one
	sequence                                     int
	children                                     []*caseItem
	related                                      []string // identifiers, of a duty
	equivalent, replaces                         []any
	reached                                      bool
	unconfirmed                                  bool // Moodle's; CASE says it in the block
}

type caseAssociation struct {
	kind, place                                        string
	origin, originTitle, destination, destinationTitle string
	sequence                                           int
}

func (b *builder) readCASE(data []byte) {
	r := &caseReader{builder: b, counts: map[string]int{}, ids: map[string]*caseItem{}}
	switch {
	case len(data) > maxCASEBytes:
		b.problems.add("", "the file has %d bytes; at most %d are read", len(data), maxCASEBytes)
		return
	case !utf8.Valid(data):
		b.problems.add("", "the file isn't UTF-8, as JSON must be")
		return
	}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	dec.UseNumber()
	err := r.group(dec, "")
	if err == nil {
		if _, after := dec.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("something follows the package")
		}
	}
	if err != nil {
		b.problems.add(fmt.Sprintf("byte %d", dec.InputOffset()), "this can't be read as JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
		return
	}
	if r.document == nil {
		b.problems.add("", "there is no CFDocument, so this is no CASE package")
		return
	}
	r.build()
}

// group reads the fields of a package, and of whatever it is wrapped in.
func (r *caseReader) group(dec *json.Decoder, place string) error {
	if err := opening(dec, '{'); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		switch name {
		case "CFPackage":
			if place != "" {
				return errors.New("a package stands inside a package")
			}
			r.remarks.add("", "the package is wrapped in “CFPackage”")
			err = r.group(dec, "CFPackage")
		case "CFDocument":
			err = r.one(dec, "CFDocument", reflect.TypeFor[Document](), func(v map[string]any, _ string) { r.document = v })
		case "CFItems":
			err = r.each(dec, "CFItems", maxItems, reflect.TypeFor[Item](), r.item)
		case "CFAssociations":
			err = r.each(dec, "CFAssociations", maxAssociations, reflect.TypeFor[Association](), r.association)
		case "CFRubrics":
			err = r.rubrics(dec)
		case "CFDefinitions":
			err = r.one(dec, "CFDefinitions", reflect.TypeFor[Definitions](), func(map[string]any, string) {})
		default:
			var left any
			err = dec.Decode(&left)
			r.remarks.add("", "%s is left out", quoted(fmt.Sprint(name)))
		}
		if err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

func opening(dec *json.Decoder, want json.Delim) error {
	t, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	if err == nil && t != want {
		err = fmt.Errorf("%q is expected, not %s", want.String(), quoted(fmt.Sprint(t)))
	}
	return err
}

// one reads one group of fields and reports how it differs from CASE 1.1.
func (r *caseReader) one(dec *json.Decoder, place string, class reflect.Type, keep func(v map[string]any, place string)) error {
	var v any
	if err := dec.Decode(&v); err != nil {
		return err
	}
	if v == nil {
		r.remarks.add(place, "this is null")
		return nil
	}
	group, ok := v.(map[string]any)
	if !ok {
		r.problems.add(place, "this must be a group of fields")
		return nil
	}
	if long := longest(group); long > maxText {
		r.problems.add(place, "a text has %d characters; nobody wrote that", long)
		return nil
	}
	Deviations(v, class, false, place, func(where, message string) { r.remarks.add(where, "%s", message) })
	keep(group, place)
	return nil
}

func longest(v any) int {
	most := 0
	switch v := v.(type) {
	case string:
		most = utf8.RuneCountInString(v)
	case []any:
		for _, item := range v {
			most = max(most, longest(item))
		}
	case map[string]any:
		for name, item := range v {
			most = max(most, len(name), longest(item))
		}
	}
	return most
}

// each reads a list, one piece at a time.
func (r *caseReader) each(dec *json.Decoder, name string, most int, class reflect.Type, keep func(v map[string]any, place string)) error {
	return r.entries(dec, name, most, func(place string) error { return r.one(dec, place, class, keep) })
}

func (r *caseReader) entries(dec *json.Decoder, name string, most int, read func(place string) error) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if t == nil {
		r.remarks.add("", "%s is null", name)
		return nil
	}
	if t != json.Delim('[') {
		return fmt.Errorf("%s must be a list", name)
	}
	for dec.More() {
		i := r.counts[name]
		r.counts[name]++
		if i >= most {
			return fmt.Errorf("%s has more than %d entries", name, most)
		}
		if err := read(name + "[" + strconv.Itoa(i) + "]"); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

// rubrics reads the rubrics, criterion by criterion: one of them may be as
// large as all the rest.
func (r *caseReader) rubrics(dec *json.Decoder) error {
	return r.entries(dec, "CFRubrics", maxItems, func(place string) error {
		if err := opening(dec, '{'); err != nil {
			return err
		}
		rubric := map[string]any{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return err
			}
			if name == "CFRubricCriteria" {
				err = r.each(dec, place+".CFRubricCriteria", maxItems, reflect.TypeFor[Criterion](), r.criterion)
			} else {
				var v any
				err = dec.Decode(&v)
				rubric[fmt.Sprint(name)] = v
			}
			if err != nil {
				return err
			}
		}
		Deviations(rubric, reflect.TypeFor[Rubric](), false, place, func(where, message string) { r.remarks.add(where, "%s", message) })
		_, err := dec.Token()
		return err
	})
}

// identifier returns a UUID in lower case, or refuses what is none.
func (r *caseReader) identifier(v map[string]any, place string) string {
	id := strings.ToLower(str(v["identifier"]))
	if !anyUUID.MatchString(id) {
		r.problems.add(place+".identifier", "%s is no UUID", quoted(str(v["identifier"])))
		return ""
	}
	return id
}

func (r *caseReader) item(v map[string]any, place string) {
	it := &caseItem{
		id: r.identifier(v, place), code: str(v["humanCodingScheme"]), kind: str(v["CFItemType"]), place: place, uri: str(v["uri"]),
		statement: r.text(v["fullStatement"], place+".fullStatement"), title: r.text(v["abbreviatedStatement"], place+".abbreviatedStatement"),
		notes: r.text(v["notes"], place+".notes"),
	}
	if it.title == "" {
		it.title = r.text(v["alternativeLabel"], place+".alternativeLabel")
	}
	if it.code == "" {
		it.code = str(v["listEnumeration"])
	}
	if it.statement == "" {
		r.problems.add(place+".fullStatement", "the item says nothing")
	}
	if first, ok := r.ids[it.id]; ok && it.id != "" {
		r.problems.add(place+".identifier", "%s is the identifier of %s too", it.id, first.place)
		return
	}
	r.ids[it.id] = it
	r.items = append(r.items, it)
}

// text cleans a text that people read.
func (r *caseReader) text(v any, place string) string {
	s := str(v)
	clean := visible(s)
	if clean != strings.TrimSpace(s) {
		r.remarks.add(place, "characters that can't be seen are taken out")
	}
	return clean
}

func (r *caseReader) association(v map[string]any, place string) {
	r.identifier(v, place)
	origin, _ := v["originNodeURI"].(map[string]any)
	destination, _ := v["destinationNodeURI"].(map[string]any)
	a := caseAssociation{
		kind: str(v["associationType"]), place: place,
		origin: strings.ToLower(str(origin["identifier"])), originTitle: str(origin["title"]),
		destination: strings.ToLower(str(destination["identifier"])), destinationTitle: str(destination["title"]),
	}
	if a.origin == "" || a.destination == "" {
		r.problems.add(place, "the association has no origin or no destination")
		return
	}
	a.sequence, _ = strconv.Atoi(fmt.Sprint(v["sequenceNumber"])) // a number, or a number as text
	r.associations = append(r.associations, a)
}

// criterion keeps the levels of the first criterion that has at least two.
func (r *caseReader) criterion(v map[string]any, _ string) {
	if levels := list(v["CFRubricCriterionLevels"]); r.levels == nil && len(levels) > 1 {
		r.levels = levels
	}
}

// build makes the framework out of what was read.
func (r *caseReader) build() {
	id := r.identifier(r.document, "CFDocument")
	r.link(id)
	if len(r.problems.remarks) > 0 {
		return
	}
	roots := r.tree()
	if len(r.problems.remarks) > 0 {
		return
	}
	ours := r.describe()
	for _, it := range roots {
		if ours && it.kind == typeRole {
			r.takeRole(it)
			continue
		}
		r.takeItem(it, -1)
	}
	if len(r.domains) == 0 {
		r.problems.add("CFItems", "the package has no items, and a framework has at least one competency")
	}
}

// link follows the associations.
func (r *caseReader) link(document string) {
	for _, a := range r.associations {
		origin, destination := r.ids[a.origin], r.ids[a.destination]
		switch {
		case a.kind == "isChildOf":
			r.place(a, origin, destination, document)
		case a.kind == "isRelatedTo" && origin != nil && destination != nil && origin.kind == typeDuty:
			origin.related = append(origin.related, a.destination)
		case (a.kind == "exactMatchOf" || a.kind == "isRelatedTo") && origin != nil && reference.MatchString(a.destinationTitle):
			origin.equivalent = append(origin.equivalent, a.destinationTitle)
		case a.kind == "replacedBy" && destination != nil && asCode(a.originTitle) == a.originTitle && a.originTitle != "":
			if a.originTitle != destination.code { // a code that was kept replaces nothing
				destination.replaces = append(destination.replaces, a.originTitle)
			}
		default:
			r.remarks.add(a.place, "%s is left out: a framework file has no place for it", quoted(a.kind))
		}
	}
}

var reference = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*:[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)

// place puts an item below its parent.
func (r *caseReader) place(a caseAssociation, child, parent *caseItem, document string) {
	switch {
	case child == nil:
		r.problems.add(a.place+".originNodeURI", "there is no item %s in the package", quoted(a.origin))
	case parent == nil && a.destination != document:
		r.problems.add(a.place+".destinationNodeURI", "the parent %s isn't in the package", quoted(a.destination))
	case child == parent:
		r.problems.add(a.place, "%s is its own parent", child.place)
	case child.placed:
		r.remarks.add(a.place, "the item has a parent already; only the first one counts")
	default:
		child.placed, child.parent, child.sequence = true, parent, a.sequence
		if parent != nil {
			parent.children = append(parent.children, child)
		}
	}
}

// tree returns the items below the document, in order, and refuses circles.
func (r *caseReader) tree() []*caseItem {
	inOrder := func(a, b *caseItem) int { return a.sequence - b.sequence }
	var roots []*caseItem
	for _, it := range r.items {
		if !it.placed {
			r.remarks.add(it.place, "no association says where it stands; it is put below the document")
		}
		if it.parent == nil {
			roots = append(roots, it)
		}
		slices.SortStableFunc(it.children, inOrder)
	}
	slices.SortStableFunc(roots, inOrder)
	for open := slices.Clone(roots); len(open) > 0; {
		it := open[len(open)-1]
		open = append(open[:len(open)-1], it.children...)
		it.reached = true
	}
	for _, it := range r.items {
		if !it.reached {
			r.problems.add(it.place, "it is below itself: following its parents leads in a circle")
		}
	}
	return roots
}

// describe fills in what is said of the framework as a whole, and reports
// whether the package is one of ours.
func (r *caseReader) describe() bool {
	own, ok := r.block(str(r.document["notes"]), "CFDocument.notes")
	if ok {
		for key, value := range own {
			r.file[key] = value
		}
		if notice := r.text(r.document["description"], "CFDocument.description"); notice != "" {
			r.file["notice"] = notice
		}
	}
	title := oneLine(r.text(r.document["title"], "CFDocument.title"))
	if title != "" {
		r.file["title"] = title
	}
	r.version(str(r.document["version"]))
	for status, word := range adoption {
		if ok && word == str(r.document["adoptionStatus"]) {
			r.file["status"] = string(status)
		}
	}
	if ok {
		return true
	}
	if about := r.text(r.document["description"], "CFDocument.description"); about != "" {
		r.file["role"] = object{"purpose": cut(about, 2000)}
		r.remarks.add("CFDocument.description", "the description becomes the purpose of the role")
	}
	if uri := str(r.document["uri"]); (Field{Format: "uri"}).wrongText(uri) == "" && strings.HasPrefix(uri, "http") && len(uri) <= 500 {
		r.file["sources"] = []any{object{"title": cut("CASE package by "+oneLine(visible(str(r.document["creator"]))), 300), "url": uri}}
	}
	r.scale()
	return false
}

var numbers = regexp.MustCompile(`^(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){0,2}$`)

// version takes over a version that is made of numbers.
func (r *caseReader) version(v string) {
	switch {
	case numbers.MatchString(v):
		r.file["version"] = v + strings.Repeat(".0", 2-strings.Count(v, "."))
	case v != "":
		r.remarks.add("CFDocument.version", "%s isn't made of up to three numbers, and is left out", quoted(v))
	}
}

// scale makes levels out of a rubric.
func (r *caseReader) scale() {
	var levels []any
	for i, v := range r.levels {
		l, _ := v.(map[string]any)
		title := cut(oneLine(visible(str(l["quality"]))), 200)
		meaning := cut(visible(str(l["description"])), 1000)
		if title == "" {
			title = "Level " + strconv.Itoa(i+1)
		}
		if meaning == "" {
			meaning = title
		}
		levels = append(levels, object{"code": strconv.Itoa(i + 1), "title": title, "meaning": meaning})
	}
	if len(levels) > 1 {
		r.file["scale"] = object{"levels": levels, "default_threshold": strconv.Itoa(len(levels))}
		r.remarks.add("CFRubrics", "the levels of the first criterion become the scale, lowest first, and the last one is needed")
	}
}

// block reads our own keys from notes.
func (r *caseReader) block(notes, place string) (object, bool) {
	i := strings.LastIndex(notes, fence)
	if i < 0 {
		return nil, false
	}
	text, _, _ := strings.Cut(notes[i+len(fence):], "\n```")
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var own object
	if err := dec.Decode(&own); err != nil || own == nil {
		r.remarks.add(place, "the block of Countersign's own keys can't be read and is left out")
		return nil, false
	}
	return own, true
}

func (r *caseReader) takeRole(it *caseItem) {
	role, _ := r.file["role"].(object)
	if role == nil {
		role = object{}
		r.file["role"] = role
	}
	role["title"], role["purpose"] = it.title, it.statement
	var duties []any
	for i, d := range it.children {
		r.places["role.duties."+strconv.Itoa(i)] = d.place
		codes := []any{}
		for _, id := range d.related {
			codes = append(codes, r.ids[id].code)
		}
		duties = append(duties, object{"code": d.code, "text": d.statement, "competencies": codes})
	}
	role["duties"] = duties
}

// takeItem makes an item with others below it a domain, and one without a
// competency of the domain that it stands in.
func (r *caseReader) takeItem(it *caseItem, domain int) {
	if len(it.children) == 0 {
		if domain < 0 {
			domain = r.general()
		}
		r.takeCompetency(it, domain)
		return
	}
	var groups []*caseItem
	here := -1
	for _, c := range it.children {
		if len(c.children) > 0 {
			groups = append(groups, c)
			continue
		}
		if here < 0 {
			here = r.addDomain(r.code(it, "D"), r.label(it), it.place)
			if it.notes != "" {
				r.remarks.add(it.place+".notes", "the notes of a group are left out: a framework file has no place for them")
			}
		}
		r.takeCompetency(c, here)
	}
	if here < 0 {
		r.remarks.add(it.place, "%s groups groups only, which a framework file has no place for: it is left out", quoted(it.statement))
	}
	for _, g := range groups {
		r.takeItem(g, -1)
	}
}

// general is the domain of items that stand in none.
func (r *caseReader) general() int {
	const code = "GENERAL"
	for i, d := range r.domains {
		if d["code"] == code {
			return i
		}
	}
	r.remarks.add("", "items that stand in no group go into a domain “General”")
	return r.addDomain(code, "General", "CFDocument")
}

func (r *caseReader) takeCompetency(it *caseItem, domain int) {
	c, ours := r.block(it.notes, it.place+".notes")
	guidance := it.notes
	if ours {
		guidance = guidance[:strings.LastIndex(guidance, fence)]
	} else {
		c = object{}
		if len(it.uri) < 250 && it.uri != "" {
			c["source"] = "CASE item " + oneLine(visible(it.uri))
		}
	}
	if guidance = strings.TrimSpace(guidance); guidance != "" {
		c["guidance"] = guidance
	}
	c["code"], c["title"], c["statement"] = r.code(it, "C"), r.label(it), it.statement
	if it.unconfirmed {
		c["unconfirmed"] = true
	}
	if it.equivalent != nil {
		c["equivalent_to"] = it.equivalent
	}
	if it.replaces != nil {
		c["replaces"] = it.replaces
	}
	r.addCompetency(domain, c, it.place)
}

// code returns the item's code, or makes one.
func (r *caseReader) code(it *caseItem, letter string) string {
	code := asCode(it.code)
	if code == "" {
		code = letter + strings.ToUpper(it.id[:8])
	}
	if code != it.code {
		r.remarks.add(it.place, "it gets the code %s", code)
	}
	return code
}

// label is the short name of an item.
func (r *caseReader) label(it *caseItem) string {
	title := oneLine(it.title)
	if title == "" {
		title = oneLine(it.statement)
	}
	label := cut(title, 200)
	if label != title {
		r.remarks.add(it.place, "its title is shortened to 200 characters")
	}
	return label
}
