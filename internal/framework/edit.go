package framework

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// Values are what is typed for the keys of one part of a draft, each as texts:
// "requires.pieces": {"2"}, "evidence": {"observation", "audit"}. A group of
// kinds has | between them, and so has a source: id | title | address.
type Values map[string][]string

// The lists to which Add adds.
const (
	DutyList   = "role.duties"
	DomainList = "domains"
)

// errGone is the refusal of a change to a part that isn't there.
func errGone() error {
	return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
}

// Set changes keys of one part: "" for the whole, "programme", "role.duties.2",
// "domains.0" or "domains.0.competencies.3". It refuses what Parse would refuse
// in those keys, by key, and a code that would be there twice. What points to a
// code that changes follows it.
func (doc File) Set(part string, v Values) (File, error) {
	before := doc.codeAt(part)
	out, err := doc.set(part, v)
	if err != nil {
		return doc, err
	}
	if after := out.codeAt(part); before != "" && after != before {
		out.follow(part, before, after)
	}
	return out, nil
}

// Add adds a part at the end of a list: DutyList, DomainList or
// "domains.0.competencies". It refuses what Set refuses.
func (doc File) Add(list string, v Values) (File, error) {
	out := doc.clone()
	at := ""
	switch n, ok := competencyList(list); {
	case list == DutyList:
		at = join(list, strconv.Itoa(len(out.Role.Duties)))
		out.Role.Duties = append(out.Role.Duties, duty{Competencies: []string{}})
	case list == DomainList:
		at = join(list, strconv.Itoa(len(out.Domains)))
		out.Domains = append(out.Domains, domain{Competencies: []competency{}})
	case ok && n < len(out.Domains):
		d := &out.Domains[n]
		at = join(list, strconv.Itoa(len(d.Competencies)))
		d.Competencies = append(d.Competencies, competency{Evidence: []countersign.EvidenceKind{}})
	default:
		return doc, errGone()
	}
	out, err := out.set(at, v)
	if err != nil {
		return doc, err
	}
	return out, nil
}

// Remove takes a part out of its list, and out of what points to it.
func (doc File) Remove(part string) (File, error) {
	out := doc.clone()
	list, i, ok := out.listOf(part)
	if !ok {
		return doc, errGone()
	}
	switch list := list.(type) {
	case *[]duty:
		*list = slices.Delete(*list, i, i+1)
	case *[]domain:
		for _, c := range (*list)[i].Competencies {
			out.forget(c.Code)
		}
		delete(out.Signing.DomainAssess, (*list)[i].Code)
		*list = slices.Delete(*list, i, i+1)
	case *[]competency:
		out.forget((*list)[i].Code)
		*list = slices.Delete(*list, i, i+1)
	}
	return out, nil
}

// Move exchanges a part with the one before it, up, or after it. At the end of
// its list nothing happens.
func (doc File) Move(part string, up bool) (File, error) {
	out := doc.clone()
	list, i, ok := out.listOf(part)
	if !ok {
		return doc, errGone()
	}
	j := i + 1
	if up {
		j = i - 1
	}
	if v := reflect.ValueOf(list).Elem(); j >= 0 && j < v.Len() {
		reflect.Swapper(v.Interface())(i, j)
	}
	return out, nil
}

// listOf returns the list that a part stands in, and where.
func (doc *File) listOf(part string) (list any, i int, ok bool) {
	name, number, _ := cutLast(part)
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 {
		return nil, 0, false
	}
	n := 0
	switch d, isCompetency := competencyList(name); {
	case name == DutyList:
		list, n = &doc.Role.Duties, len(doc.Role.Duties)
	case name == DomainList:
		list, n = &doc.Domains, len(doc.Domains)
	case isCompetency && d < len(doc.Domains):
		list, n = &doc.Domains[d].Competencies, len(doc.Domains[d].Competencies)
	}
	return list, i, i < n
}

func cutLast(path string) (before, last string, found bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// competencyList returns the domain of "domains.3.competencies".
func competencyList(list string) (domain int, ok bool) {
	number, isList := strings.CutSuffix(strings.TrimPrefix(list, "domains."), ".competencies")
	n, err := strconv.Atoi(number)
	return n, isList && err == nil && n >= 0
}

// codeAt returns the code of a domain or a competency; "" for anything else.
func (doc File) codeAt(part string) string {
	list, i, ok := doc.listOf(part)
	if !ok {
		return ""
	}
	switch list := list.(type) {
	case *[]domain:
		return (*list)[i].Code
	case *[]competency:
		return (*list)[i].Code
	}
	return ""
}

// follow makes what points to a code point to the one that it became.
func (doc *File) follow(part, before, after string) {
	if _, isCompetency := competencyList(strings.TrimRight(part, "0123456789.")); !isCompetency {
		if roles, ok := doc.Signing.DomainAssess[before]; ok {
			delete(doc.Signing.DomainAssess, before)
			doc.Signing.DomainAssess[after] = roles
		}
		return
	}
	rename := func(list []string, was, is string) {
		if i := slices.Index(list, was); i >= 0 {
			list[i] = is
		}
	}
	for _, d := range doc.Role.Duties {
		rename(d.Competencies, before, after)
	}
	for _, d := range doc.Domains {
		for _, c := range d.Competencies {
			rename(c.EquivalentTo, doc.ID+":"+before, doc.ID+":"+after)
		}
	}
}

// forget takes a competency out of what points to it.
func (doc *File) forget(code string) {
	is := func(other string) func(string) bool { return func(s string) bool { return s == other } }
	for i := range doc.Role.Duties {
		doc.Role.Duties[i].Competencies = slices.DeleteFunc(doc.Role.Duties[i].Competencies, is(code))
	}
	for i := range doc.Domains {
		for j := range doc.Domains[i].Competencies {
			c := &doc.Domains[i].Competencies[j]
			c.EquivalentTo = slices.DeleteFunc(c.EquivalentTo, is(doc.ID+":"+code))
		}
	}
}

// set writes the values into the file as it stands in JSON, so that what isn't
// even of the right type is refused by the checks of a file.
func (doc File) set(part string, v Values) (File, error) {
	var tree any
	if err := json.Unmarshal(doc.JSON(), &tree); err != nil {
		panic("framework: what was encoded can be read: " + err.Error())
	}
	group, t, ok := descend(tree, reflect.TypeFor[File](), part)
	if !ok {
		return doc, errGone()
	}
	for key, texts := range v {
		if !put(group, t, strings.Split(key, "."), texts) {
			return doc, countersign.InvalidField(key, "A framework file has no such key here")
		}
	}
	for key := range v {
		prune(group, t, key)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return doc, err
	}
	if err := refusals(doc.Problems(), problemsIn(text), part, v); err != nil {
		return doc, err
	}
	return Decode(text)
}

// refusals returns those of the problems that a change of these keys answers
// for: whatever is wrong with them, and codes elsewhere that are doubled now.
func refusals(before, after []Problem, part string, v Values) error {
	var p countersign.Problems
	said := map[string]bool{}
	for _, problem := range after {
		rest, within := strings.CutPrefix(problem.Path, part)
		rest = strings.TrimPrefix(rest, ".")
		key := listKey(strings.Split(rest, "."))
		_, typed := v[key]
		if !within || !typed {
			_, hasCode := v["code"]
			if !hasCode || slices.Contains(before, problem) || !strings.Contains(problem.Message, "is already used") {
				continue
			}
			key = "code"
		}
		if !said[key] {
			said[key] = true
			p.Add(key, upperFirst(problem.Message))
		}
	}
	return p.Err()
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// descend finds the group of keys at a path, with its type.
func descend(tree any, t reflect.Type, path string) (map[string]any, reflect.Type, bool) {
	if path != "" {
		for key := range strings.SplitSeq(path, ".") {
			switch node := tree.(type) {
			case []any:
				i, err := strconv.Atoi(key)
				if err != nil || i < 0 || i >= len(node) {
					return nil, nil, false
				}
				tree, t = node[i], t.Elem()
			case map[string]any:
				f, ok := fieldOf(t, key)
				if !ok {
					return nil, nil, false
				}
				tree, t = node[key], f.Type
			default:
				return nil, nil, false
			}
		}
	}
	group, ok := tree.(map[string]any)
	return group, t, ok && t.Kind() == reflect.Struct
}

func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	return t.FieldByNameFunc(func(name string) bool {
		f, _ := t.FieldByName(name)
		return keyOf(f) == key
	})
}

// put sets one key, if there is such a key. An empty text takes an optional
// key away.
func put(group map[string]any, t reflect.Type, keys, texts []string) bool {
	key := keys[0]
	f, ok := fieldOf(t, key)
	if !ok {
		return false
	}
	if len(keys) > 1 {
		inner, ok := group[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
			group[key] = inner
		}
		return put(inner, f.Type, keys[1:], texts)
	}
	if group[key] = valueOf(f.Type, texts); !ruleOf(f.Tag.Get("check")).required && len(strings.Join(texts, "")) == 0 {
		delete(group, key)
	}
	return true
}

// prune takes an optional group away of which nothing was typed.
func prune(group map[string]any, t reflect.Type, key string) {
	name, _, nested := strings.Cut(key, ".")
	inner, _ := group[name].(map[string]any)
	f, _ := fieldOf(t, name)
	if !nested || ruleOf(f.Tag.Get("check")).required {
		return
	}
	for _, value := range inner {
		if value != "" {
			return
		}
	}
	delete(group, name)
}

// valueOf is what was typed as a value of that type, or as text if it is none.
func valueOf(t reflect.Type, texts []string) any {
	text := strings.Join(texts, "")
	switch {
	case t.Kind() == reflect.Bool && (text == "true" || text == "false"):
		return text == "true"
	case t.Kind() == reflect.Int && wholeNumber.MatchString(text):
		return json.Number(text)
	case t.Kind() != reflect.Slice:
		return text
	}
	list := []any{}
	for _, item := range texts {
		switch {
		case t.Elem().Kind() == reflect.Slice:
			list = append(list, alternatives(item))
		case t.Elem().Kind() == reflect.Struct:
			list = append(list, sourceOf(item))
		default:
			list = append(list, item)
		}
	}
	return list
}

func alternatives(item string) (all []any) {
	for one := range strings.SplitSeq(item, "|") {
		all = append(all, strings.TrimSpace(one))
	}
	return all
}

func sourceOf(item string) map[string]any {
	parts := strings.Split(item, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	out := map[string]any{}
	if last := len(parts) - 1; last > 0 {
		out["url"], parts = parts[last], parts[:last]
	}
	if len(parts) > 1 { // a source needs no short name
		out["id"], parts = parts[0], parts[1:]
	}
	out["title"] = strings.Join(parts, " | ")
	return out
}
