package interchange

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

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
