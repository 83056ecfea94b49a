package interchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
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

var reference = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*:[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)

var numbers = regexp.MustCompile(`^(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){0,2}$`)
