package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"countersign/internal/interchange"
	"countersign/internal/problem"
	"countersign/internal/service"
)

// caseRoute is an address of the CASE 1.1 REST binding. All of them are GET
// and public, as the frameworks are that they show.
type caseRoute struct {
	path, operation, summary string
	answer                   reflect.Type
	list                     bool // takes the parameters of a list
	find                     func(l *library, id string) (any, bool)
}

// CASEDiscovery is where the binding is described.
const CASEDiscovery = "/discovery/imscasev1p1_openapi3_v1p0.json"

var caseRoutes = []caseRoute{
	{path: "/CFDocuments", operation: "getAllCFDocuments", summary: "All frameworks, a document each", answer: reflect.TypeFor[interchange.DocumentSet](), list: true},
	{path: "/CFDocuments/:sourcedId", operation: "getCFDocument", summary: "A document", answer: reflect.TypeFor[interchange.Document](), find: func(l *library, id string) (any, bool) {
		v, ok := l.documents[id]
		return v, ok
	}},
	{path: "/CFPackages/:sourcedId", operation: "getCFPackage", summary: "A framework whole, by the identifier of its document", answer: reflect.TypeFor[interchange.Package](), find: func(l *library, id string) (any, bool) {
		v, ok := l.packages[id]
		return v, ok
	}},
	{path: "/CFItems/:sourcedId", operation: "getCFItem", summary: "An item", answer: reflect.TypeFor[interchange.Item](), find: func(l *library, id string) (any, bool) {
		v, ok := l.items[id]
		return v, ok
	}},
	{path: "/CFItemAssociations/:sourcedId", operation: "getCFItemAssociations", summary: "An item with its associations", answer: reflect.TypeFor[interchange.AssociationSet](), find: func(l *library, id string) (any, bool) {
		return l.associationsOf(id)
	}},
	{path: "/CFAssociations/:sourcedId", operation: "getCFAssociation", summary: "An association", answer: reflect.TypeFor[interchange.Association](), find: func(l *library, id string) (any, bool) {
		v, ok := l.associations[id]
		return v, ok
	}},
	{path: "/CFAssociationGroupings/:sourcedId", operation: "getCFAssociationGrouping", summary: "A grouping of associations", answer: reflect.TypeFor[interchange.Grouping](), find: func(l *library, id string) (any, bool) {
		v, ok := l.groupings[id]
		return v, ok
	}},
	{path: "/CFConcepts/:sourcedId", operation: "getCFConcept", summary: "A concept and those below it", answer: reflect.TypeFor[interchange.ConceptSet](), find: func(l *library, id string) (any, bool) {
		v, ok := below(l.concepts, func(c interchange.Concept) (string, string) { return c.Identifier, c.HierarchyCode }, id)
		return interchange.ConceptSet{Concepts: v}, ok
	}},
	{path: "/CFItemTypes/:sourcedId", operation: "getCFItemType", summary: "A type of item and those below it", answer: reflect.TypeFor[interchange.ItemTypeSet](), find: func(l *library, id string) (any, bool) {
		v, ok := below(l.itemTypes, func(t interchange.ItemType) (string, string) { return t.Identifier, t.HierarchyCode }, id)
		return interchange.ItemTypeSet{ItemTypes: v}, ok
	}},
	{path: "/CFLicenses/:sourcedId", operation: "getCFLicense", summary: "A licence", answer: reflect.TypeFor[interchange.License](), find: func(l *library, id string) (any, bool) {
		v, ok := l.licenses[id]
		return v, ok
	}},
	{path: "/CFSubjects/:sourcedId", operation: "getCFSubject", summary: "A subject", answer: reflect.TypeFor[interchange.SubjectSet](), find: func(l *library, id string) (any, bool) {
		v, ok := l.subjects[id]
		return interchange.SubjectSet{Subjects: []interchange.Subject{v}}, ok
	}},
	{path: "/CFRubrics/:sourcedId", operation: "getCFRubric", summary: "The levels of every competency of a framework", answer: reflect.TypeFor[interchange.Rubric](), find: func(l *library, id string) (any, bool) {
		v, ok := l.rubrics[id]
		return v, ok
	}},
}

// mountCASE adds the binding, and refuses other methods than GET in its words.
func (h *Handlers) mountCASE(e *echo.Echo) {
	add := func(path string, handle echo.HandlerFunc) {
		e.GET(interchange.CASEPath+path, handle)
		for _, method := range []string{post, put, patch, remove} {
			e.Add(method, interchange.CASEPath+path, methodNotAllowed([]string{get})).Name = notAllowed
		}
	}
	for _, r := range caseRoutes {
		if r.list {
			add(r.path, h.listDocuments)
			continue
		}
		add(r.path, func(c echo.Context) error { return h.showCASE(c, r) })
	}
	add(CASEDiscovery, h.showDiscovery)
}

// IsCASE reports whether a path belongs to the binding.
func IsCASE(path string) bool { return strings.HasPrefix(path, "/ims/case/") }

// caseRefusal is a refusal with the code of the standard for its reason.
type caseRefusal struct {
	problem.Problem
	minor string
}

// Unwrap returns the problem.
func (r caseRefusal) Unwrap() error { return r.Problem }

func refuseCASE(minor, format string, args ...any) error {
	return caseRefusal{problem.Malformed(fmt.Sprintf(format, args...)), minor}
}

// WriteStatusInfo answers with an imsx_StatusInfo, as CASE asks of every
// refusal.
func WriteStatusInfo(c echo.Context, p problem.Problem, err error) error {
	info := interchange.StatusInfo{CodeMajor: "failure", Severity: "error", Description: p.Title}
	if p.Detail != "" {
		info.Description = p.Detail
	}
	minor := map[int]string{
		http.StatusUnauthorized: "unauthorised_request", http.StatusForbidden: "forbidden", http.StatusNotFound: "unknownobject",
		http.StatusTooManyRequests: "server_busy", http.StatusInternalServerError: "internal_server_error",
	}[p.Status]
	var refusal caseRefusal
	if errors.As(err, &refusal) {
		minor = refusal.minor
	}
	if minor != "" {
		info.CodeMinor = interchange.CodeMinor{Fields: []interchange.CodeMinorField{{Name: "sourcedId", Value: minor}}}
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return writeJSON(c, p.Status, info)
}

// library is every framework as CASE, by identifier. It is made once for a
// list of frameworks: a version never changes.
type library struct {
	list         []interchange.Document
	documents    map[string]interchange.Document
	packages     map[string]interchange.Package
	items        map[string]interchange.Item
	associations map[string]interchange.Association
	touching     map[string][]string // of an item: the associations that it is an end of
	groupings    map[string]interchange.Grouping
	licenses     map[string]interchange.License
	subjects     map[string]interchange.Subject
	rubrics      map[string]interchange.Rubric
	concepts     []interchange.Concept
	itemTypes    []interchange.ItemType
}

// shelf keeps the library for the list of frameworks that it was made for.
type shelf struct {
	mu      sync.Mutex
	of      string
	library *library
}

func (h *Handlers) library(ctx context.Context) (*library, error) {
	rows, err := h.svc.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	var of strings.Builder
	for _, r := range rows {
		of.WriteString(r.ID + "@" + r.Version + " ")
	}
	h.shelf.mu.Lock()
	defer h.shelf.mu.Unlock()
	if h.shelf.library != nil && h.shelf.of == of.String() {
		return h.shelf.library, nil
	}
	l := &library{
		documents: map[string]interchange.Document{}, packages: map[string]interchange.Package{}, items: map[string]interchange.Item{},
		associations: map[string]interchange.Association{}, touching: map[string][]string{}, groupings: map[string]interchange.Grouping{},
		licenses: map[string]interchange.License{}, subjects: map[string]interchange.Subject{}, rubrics: map[string]interchange.Rubric{},
	}
	for _, r := range rows {
		release, err := h.svc.FrameworkRelease(ctx, r.ID, r.Version)
		if err != nil {
			return nil, err
		}
		l.add(h.release(release).Package(), h.url)
	}
	h.shelf.of, h.shelf.library = of.String(), l
	return l, nil
}

// release hands the service's release over to be encoded.
func (h *Handlers) release(r service.FrameworkRelease) interchange.Release {
	return interchange.Release{Framework: r.Framework, File: r.File, Previous: r.Previous, ChangedAt: r.LoadedAt, BaseURL: h.url}
}

func (l *library) add(p interchange.Package, base string) {
	d := p.Document
	l.packages[d.Identifier] = p
	d.PackageURI = &interchange.Link{Title: d.Title, Identifier: d.Identifier, URI: base + interchange.CASEPath + "/CFPackages/" + d.Identifier}
	l.documents[d.Identifier] = d
	l.list = append(l.list, d)
	home := &interchange.Link{Title: d.Title, Identifier: d.Identifier, URI: d.URI}
	for _, it := range p.Items {
		it.DocumentURI = home
		l.items[it.Identifier] = it
	}
	for _, a := range p.Associations {
		a.DocumentURI = home
		l.associations[a.Identifier] = a
		l.touching[a.Origin.Identifier] = append(l.touching[a.Origin.Identifier], a.Identifier)
		l.touching[a.Destination.Identifier] = append(l.touching[a.Destination.Identifier], a.Identifier)
	}
	for _, g := range p.Definitions.Associations {
		l.groupings[g.Identifier] = g
	}
	for _, v := range p.Definitions.Licenses {
		l.licenses[v.Identifier] = v
	}
	for _, v := range p.Definitions.Subjects {
		l.subjects[v.Identifier] = v
	}
	for _, v := range p.Rubrics {
		l.rubrics[v.Identifier] = v
	}
	l.concepts, l.itemTypes = p.Definitions.Concepts, p.Definitions.ItemTypes // the same in every package
}

func (l *library) associationsOf(id string) (interchange.AssociationSet, bool) {
	it, ok := l.items[id]
	set := interchange.AssociationSet{Item: it, Associations: []interchange.Association{}}
	for _, id := range l.touching[id] {
		a := l.associations[id]
		a.DocumentURI = nil // which the standard has no place for here
		set.Associations = append(set.Associations, a)
	}
	return set, ok
}

// below returns the entry with that identifier and those under it.
func below[T any](all []T, of func(T) (id, hierarchy string), id string) ([]T, bool) {
	i := slices.IndexFunc(all, func(v T) bool { own, _ := of(v); return own == id })
	if i < 0 {
		return nil, false
	}
	_, top := of(all[i])
	found := []T{all[i]}
	for _, v := range all {
		if _, code := of(v); strings.HasPrefix(code, top+".") {
			found = append(found, v)
		}
	}
	return found, true
}

func (h *Handlers) showCASE(c echo.Context, r caseRoute) error {
	id := strings.ToLower(c.Param("sourcedId"))
	if !interchange.IsUUID(id) {
		return refuseCASE("invalid_uuid", "The identifier in the address is no UUID")
	}
	l, err := h.library(c.Request().Context())
	if err != nil {
		return err
	}
	v, ok := r.find(l, id)
	if !ok {
		return problem.OfStatus(http.StatusNotFound)
	}
	return writeCASE(c, v)
}

func writeCASE(c echo.Context, v any) error {
	c.Response().Header().Set("Cache-Control", "no-cache")
	return writeJSON(c, http.StatusOK, v)
}

// listDocuments handles GET /CFDocuments, page by page.
func (h *Handlers) listDocuments(c echo.Context) error {
	l, err := h.library(c.Request().Context())
	if err != nil {
		return err
	}
	q := documentQuery{values: c.QueryParams()}
	documents, err := q.apply(l.list)
	if err != nil {
		return err
	}
	limit, err := q.number("limit", 100, 1)
	if err != nil {
		return err
	}
	offset, err := q.number("offset", 0, 0)
	if err != nil {
		return err
	}
	total := len(documents)
	header := c.Response().Header()
	header.Set("X-Total-Count", strconv.Itoa(total))
	header.Set("Link", q.links(h.url+c.Request().URL.Path, limit, offset, total))
	documents = documents[min(offset, total):]
	documents = documents[:min(limit, len(documents))]
	set, err := q.fields(documents)
	if err != nil {
		return err
	}
	return writeCASE(c, map[string]any{"CFDocuments": set})
}

// documentQuery is the parameters of the list of documents.
type documentQuery struct{ values url.Values }

func (q documentQuery) number(name string, otherwise, least int) (int, error) {
	v := q.values.Get(name)
	if v == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > 1_000_000 {
		return 0, refuseCASE("invalid_selection_field", "%s must be a whole number from %d", name, least)
	}
	return n, nil
}

// links are the pages around this one (RFC 8288).
func (q documentQuery) links(address string, limit, offset, total int) string {
	page := func(relation string, offset int) string {
		values := url.Values{}
		for name, v := range q.values {
			values[name] = v
		}
		values.Set("limit", strconv.Itoa(limit))
		values.Set("offset", strconv.Itoa(offset))
		return "<" + address + "?" + values.Encode() + `>; rel="` + relation + `"`
	}
	last := max(total-1, 0) / limit * limit
	all := []string{page("first", 0)}
	if offset > 0 {
		all = append(all, page("prev", max(offset-limit, 0)))
	}
	if offset+limit < total {
		all = append(all, page("next", offset+limit))
	}
	return strings.Join(append(all, page("last", last)), ", ")
}

// textOf returns a field of a document that is text, and whether there is one
// of that name.
func textOf(d interchange.Document, name string) (string, bool) {
	for i, f := range interchange.Fields(reflect.TypeFor[interchange.Document]()) {
		if f.Name == name && f.Type.Kind() == reflect.String {
			return reflect.ValueOf(d).Field(i).String(), true
		}
	}
	return "", false
}

// apply filters and sorts.
func (q documentQuery) apply(all []interchange.Document) ([]interchange.Document, error) {
	keep, err := parseFilter(q.values.Get("filter"))
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(all), func(d interchange.Document) bool { return !keep(d) })
	by := q.values.Get("sort")
	if by != "" {
		if _, ok := textOf(interchange.Document{}, by); !ok {
			return nil, refuseCASE("invalid_sort_field", "Documents can't be sorted by %q", by)
		}
		slices.SortStableFunc(found, func(a, b interchange.Document) int {
			left, _ := textOf(a, by)
			right, _ := textOf(b, by)
			return strings.Compare(strings.ToLower(left), strings.ToLower(right))
		})
	}
	switch q.values.Get("orderBy") {
	case "", "asc":
	case "desc":
		slices.Reverse(found)
	default:
		return nil, refuseCASE("invalid_sort_field", "orderBy must be asc or desc")
	}
	return found, nil
}

// parseFilter reads "field=’value’", or two of them with AND or OR between.
func parseFilter(filter string) (func(interchange.Document) bool, error) {
	if filter == "" {
		return func(interchange.Document) bool { return true }, nil
	}
	for _, joint := range []string{" AND ", " OR "} {
		if left, right, ok := strings.Cut(filter, joint); ok {
			a, err := parseTerm(left)
			if err != nil {
				return nil, err
			}
			b, err := parseTerm(right)
			return func(d interchange.Document) bool {
				if joint == " AND " {
					return a(d) && b(d)
				}
				return a(d) || b(d)
			}, err
		}
	}
	return parseTerm(filter)
}

var comparisons = []struct {
	sign string
	is   func(have, want string) bool
}{
	{"!=", func(have, want string) bool { return have != want }},
	{">=", func(have, want string) bool { return have >= want }},
	{"<=", func(have, want string) bool { return have <= want }},
	{"=", func(have, want string) bool { return have == want }},
	{">", func(have, want string) bool { return have > want }},
	{"<", func(have, want string) bool { return have < want }},
	{"~", strings.Contains},
}

func parseTerm(term string) (func(interchange.Document) bool, error) {
	for _, c := range comparisons {
		name, value, ok := strings.Cut(strings.TrimSpace(term), c.sign)
		if !ok {
			continue
		}
		if _, known := textOf(interchange.Document{}, name); !known || len(value) < 2 || value[0] != '\'' || value[len(value)-1] != '\'' {
			break
		}
		want := strings.ToLower(value[1 : len(value)-1])
		return func(d interchange.Document) bool {
			have, _ := textOf(d, name)
			return c.is(strings.ToLower(have), want)
		}, nil
	}
	return nil, refuseCASE("invalid_selection_field", "The filter can't be read; write it like title~'assistant'")
}

// fields leaves out of the documents what wasn't asked for. What the standard
// requires stays.
func (q documentQuery) fields(documents []interchange.Document) ([]map[string]any, error) {
	known := interchange.Fields(reflect.TypeFor[interchange.Document]())
	wanted := map[string]bool{}
	if v := q.values.Get("fields"); v != "" {
		for name := range strings.SplitSeq(v, ",") {
			name = strings.TrimSpace(name)
			if !slices.ContainsFunc(known, func(f interchange.Field) bool { return f.Name == name }) {
				return nil, refuseCASE("invalid_selection_field", "A document has no field %q", name)
			}
			wanted[name] = true
		}
	}
	out := []map[string]any{}
	for _, d := range documents {
		row, value := map[string]any{}, reflect.ValueOf(d)
		for i, f := range known {
			if (len(wanted) == 0 || f.Required || wanted[f.Name]) && !value.Field(i).IsZero() {
				row[f.Name] = value.Field(i).Interface()
			}
		}
		out = append(out, row)
	}
	return out, nil
}
