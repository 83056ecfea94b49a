package framework

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// draftNotice is what a draft says where its parent needed no notice.
const draftNotice = "Made by a training hub from another framework, and not an official document. Read all of it before anybody starts on it."

// Open reads a framework file for changing it: what it leaves to a default
// stays left out.
func Open(data []byte) (File, error) {
	d := decoder{places: map[string]position{}}
	var doc File
	if root := syntax(data, &d.report); root != nil {
		d.value(root, reflect.ValueOf(&doc).Elem(), "", rule{})
		d.check("", &doc)
	}
	return doc, d.err("")
}

// Copy returns the file as a draft under that id, version and title; an empty
// title is kept as it was. A copy is never official.
func (doc File) Copy(id, version, title string) File {
	out := doc.clone()
	out.ID, out.Version = id, version
	if title != "" {
		out.Title = title
	}
	out.Status, out.Standing = countersign.FrameworkDraft, countersign.CommunityDraft
	if out.Notice == "" {
		out.Notice = draftNotice
	}
	return out
}

func (doc File) clone() File {
	var out File
	if err := json.Unmarshal(doc.JSON(), &out); err != nil {
		panic("framework: what was encoded can be read: " + err.Error())
	}
	return out
}

// JSON writes the file as JSON, whatever is wrong with it.
func (doc File) JSON() []byte {
	noNulls(reflect.ValueOf(&doc).Elem())
	text, err := json.Marshal(doc)
	if err != nil {
		panic("framework: a file always encodes: " + err.Error())
	}
	return text
}

// noNulls makes lists that have never been set empty ones.
func noNulls(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			noNulls(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			noNulls(v.Index(i))
		}
	}
}

// Decode reads what JSON wrote. A draft may hold much that Parse refuses, see
// Problems; but every key must be one of a framework file, with a value of its
// type.
func Decode(data []byte) (File, error) {
	var doc File
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		var refused *Error
		if _, why := Open(data); errors.As(why, &refused) {
			return File{}, problemsOf(refused)
		}
		return File{}, countersign.Refuse(countersign.Invalid, "This is not a framework file in JSON")
	}
	return doc, nil
}

func problemsOf(e *Error) error {
	var p countersign.Problems
	for _, problem := range e.Problems {
		p.Add(problem.Path, problem.Message)
	}
	return p.Err()
}

// Framework returns what the file says so far. Parse refuses it while it has
// Problems.
func (doc File) Framework() countersign.Framework { return doc.framework() }

// Problems returns everything for which Parse would refuse the file, in
// Parse's words; none if it is fine. Path leads to where each is mended.
func (doc File) Problems() []Problem { return problemsIn(doc.JSON()) }

func problemsIn(text []byte) []Problem {
	var refused *Error
	if _, err := Parse("", text); !errors.As(err, &refused) {
		return nil
	}
	out := make([]Problem, len(refused.Problems))
	for i, p := range refused.Problems {
		out[i] = Problem{Path: p.Path, Message: onAPage.ReplaceAllString(p.Message, "")}
	}
	return out
}

// onAPage finds what says something to a reader of the file only.
var onAPage = regexp.MustCompile(` on line \d+$|, without quotes$`)

// Release writes the file as the published version that it becomes, and reads
// it back with the checks of any other file.
func (doc File) Release() (countersign.Framework, []byte, error) {
	out := doc.clone()
	out.Status = countersign.FrameworkPublished
	text := out.YAML()
	if len(text) > MaxBytes {
		text = out.JSON()
	}
	f, err := Parse("", text)
	return f, text, err
}

// UnmarshalJSON reads a group of one as people write it, too.
func (g *group) UnmarshalJSON(text []byte) error {
	var one countersign.EvidenceKind
	if json.Unmarshal(text, &one) == nil {
		*g = group{one}
		return nil
	}
	return json.Unmarshal(text, (*[]countersign.EvidenceKind)(g))
}

// PartOf splits the path of a problem into the part of a draft in which it is
// mended, as Set takes it, and the key there. Keys without a part of their own
// belong to the part "".
func PartOf(path string) (part, key string) {
	keys := strings.Split(path, ".")
	n := 0
	switch {
	case len(keys) > 3 && keys[0] == "domains" && keys[2] == "competencies" && isNumber(keys[3]):
		n = 4
	case len(keys) > 1 && keys[0] == "domains" && isNumber(keys[1]):
		n = 2
	case len(keys) > 2 && keys[0] == "role" && keys[1] == "duties" && isNumber(keys[2]):
		n = 3
	case keys[0] == "programme":
		n = 1
	}
	return strings.Join(keys[:n], "."), listKey(keys[n:])
}

// listKey is the key of a form's field: without the number of a list's item
// and what follows it.
func listKey(keys []string) string {
	for i, k := range keys {
		if isNumber(k) {
			keys = keys[:i]
			break
		}
	}
	return strings.Join(keys, ".")
}

func isNumber(s string) bool { _, err := strconv.Atoi(s); return err == nil }

// CheckName refuses an id and a version that a copy of that parent can't have,
// given which versions of the id are loaded.
func (doc File) CheckName(parentID, parentVersion string, loaded []string) error {
	var p countersign.Problems
	switch {
	case doc.ID != parentID && len(loaded) > 0:
		p.Add("id", "There is a framework with the id "+doc.ID+" already")
	case doc.ID == parentID && CompareVersions(doc.Version, parentVersion) <= 0:
		p.Add("version", "The version must be higher than "+parentVersion+", which it is copied from")
	case slices.Contains(loaded, doc.Version):
		p.Add("version", "There is a version "+doc.Version+" already")
	}
	return p.Err()
}

// PartWithCode returns where the part with that code stands now, which stood
// at part before: a domain, a competency or a duty. Without a code, or where
// there is none any more, it is the part itself, or "-", which is none.
func (doc File) PartWithCode(part, code string) string {
	if code == "" {
		return part
	}
	depth := len(strings.Split(part, "."))
	for i, d := range doc.Domains {
		at := join(DomainList, strconv.Itoa(i))
		if depth == 2 && d.Code == code {
			return at
		}
		for j, c := range d.Competencies {
			if depth == 4 && c.Code == code {
				return join(join(at, "competencies"), strconv.Itoa(j))
			}
		}
	}
	for i, d := range doc.Role.Duties {
		if depth == 3 && d.Code == code {
			return join(DutyList, strconv.Itoa(i))
		}
	}
	return "-"
}

// WithDomains returns the draft with the domains of a framework file, and with
// the file's duties and signing: those of the draft as far as what they point
// to is still there.
func (doc File) WithDomains(data []byte) (File, error) {
	from, err := Open(data)
	out := doc.clone()
	out.Domains, out.Role.Duties, out.Signing = from.Domains, from.Role.Duties, from.Signing
	return out, err
}
