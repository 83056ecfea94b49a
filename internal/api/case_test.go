package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/go-cmp/cmp"

	"countersign/internal/api"
	"countersign/internal/interchange"
)

const caseBase = "/ims/case/v1p1"

func TestCASERoutesAreThoseOfTheGoldenList(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, path := range api.CASERoutes() {
		b.WriteString("GET " + caseBase + path + " public\n")
	}
	want, err := os.ReadFile("testdata/case_routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the routes differ from testdata/case_routes.txt (-want +got)\n%s", diff)
	}
}

// caseClient asks without a token, and holds every answer against the
// description that the server itself gives.
type caseClient struct {
	t *testing.T
	h *house
}

func (c caseClient) ask(method, path string, status int) *httptest.ResponseRecorder {
	c.t.Helper()
	rec := httptest.NewRecorder()
	c.h.h.ServeHTTP(rec, httptest.NewRequest(method, "https://learn.example.org"+path, nil))
	if rec.Code != status {
		c.t.Fatalf("%s %s: %d, want %d\n%s", method, path, rec.Code, status, rec.Body)
	}
	if got := rec.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		c.t.Errorf("%s is %s", path, got)
	}
	return rec
}

func (c caseClient) get(path string, status int, into any) *httptest.ResponseRecorder {
	c.t.Helper()
	rec := c.ask(http.MethodGet, caseBase+path, status)
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(c.ask(http.MethodGet, caseBase+api.CASEDiscovery, http.StatusOK).Body.Bytes())
	if err != nil {
		c.t.Fatal(err)
	}
	if err := doc.Validate(loader.Context); err != nil {
		c.t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		c.t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodGet, "https://learn.example.org"+caseBase+path, nil)
	route, params, err := router.FindRoute(req)
	if err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	err = openapi3filter.ValidateResponse(c.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 rec.Code, Header: rec.Header(), Body: http.NoBody, Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: true},
	})
	if err != nil {
		c.t.Errorf("%s: %v", path, err)
	}
	var v any
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		c.t.Fatal(err)
	}
	schema := route.Operation.Responses.Status(status).Value.Content.Get("application/json").Schema.Value
	if err := schema.VisitJSON(v); err != nil {
		c.t.Errorf("%s: %v", path, err)
	}
	if into != nil {
		if err := json.Unmarshal(rec.Body.Bytes(), into); err != nil {
			c.t.Fatal(err)
		}
	}
	return rec
}

// strict holds an answer against the classes of CASE 1.1.
func (c caseClient) strict(path string, class reflect.Type, alone bool) {
	c.t.Helper()
	dec := json.NewDecoder(bytes.NewReader(c.get(path, http.StatusOK, nil).Body.Bytes()))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		c.t.Fatal(err)
	}
	interchange.Deviations(v, class, alone, path, func(place, message string) { c.t.Errorf("%s: %s", place, message) })
}

func TestCASEAnswersEveryAddressToAnybody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := caseClient{t, h}
		var set interchange.DocumentSet
		c.get("/CFDocuments?filter=title~'combined'&sort=version", http.StatusOK, &set)
		if len(set.Documents) == 0 {
			t.Fatal("no document")
		}
		d := set.Documents[0]
		var p interchange.Package
		c.get("/CFPackages/"+d.Identifier, http.StatusOK, &p)
		last := len(p.Items) - 1
		for path, class := range map[string]reflect.Type{
			"/CFDocuments/" + d.Identifier:                                        reflect.TypeFor[interchange.Document](),
			"/CFItems/" + p.Items[last].Identifier:                                reflect.TypeFor[interchange.Item](),
			"/CFItemAssociations/" + p.Items[last].Identifier:                     reflect.TypeFor[interchange.AssociationSet](),
			"/CFAssociations/" + p.Associations[0].Identifier:                     reflect.TypeFor[interchange.Association](),
			"/CFAssociationGroupings/" + p.Definitions.Associations[0].Identifier: reflect.TypeFor[interchange.Grouping](),
			"/CFConcepts/" + p.Definitions.Concepts[0].Identifier:                 reflect.TypeFor[interchange.ConceptSet](),
			"/CFItemTypes/" + p.Definitions.ItemTypes[0].Identifier:               reflect.TypeFor[interchange.ItemTypeSet](),
			"/CFLicenses/" + p.Definitions.Licenses[0].Identifier:                 reflect.TypeFor[interchange.License](),
			"/CFSubjects/" + p.Definitions.Subjects[0].Identifier:                 reflect.TypeFor[interchange.SubjectSet](),
			"/CFRubrics/" + p.Rubrics[0].Identifier:                               reflect.TypeFor[interchange.Rubric](),
			"/CFItems/" + strings.ToUpper(p.Items[last].Identifier):               reflect.TypeFor[interchange.Item](),
			"/CFDocuments": reflect.TypeFor[interchange.DocumentSet](),
			"/CFDocuments?fields=" + url.QueryEscape("title,version") + "&orderBy=desc":     reflect.TypeFor[interchange.DocumentSet](),
			"/CFDocuments?filter=" + url.QueryEscape("version='1.0.0' OR version='9.0.0'"):  reflect.TypeFor[interchange.DocumentSet](),
			"/CFDocuments?filter=" + url.QueryEscape("version>='1.0.0' AND language!='fr'"): reflect.TypeFor[interchange.DocumentSet](),
		} {
			c.strict(path, class, true)
		}
		c.strict("/CFPackages/"+d.Identifier, reflect.TypeFor[interchange.Package](), false)

		var types interchange.ItemTypeSet
		c.get("/CFItemTypes/"+p.Definitions.ItemTypes[2].Identifier, http.StatusOK, &types)
		if len(types.ItemTypes) != 2 || types.ItemTypes[0].Title != "Domain" || types.ItemTypes[1].Title != "Competency" {
			t.Errorf("the set of a type isn't the type and those below it: %+v", types)
		}
		var links interchange.AssociationSet
		c.get("/CFItemAssociations/"+p.Items[last].Identifier, http.StatusOK, &links)
		kinds := map[string]int{}
		for _, a := range links.Associations {
			kinds[a.Type]++
		}
		if kinds["isChildOf"] != 1 || kinds["isRelatedTo"] == 0 || kinds["exactMatchOf"] == 0 {
			t.Errorf("associations %v", kinds)
		}
		// Whatever an answer points to is answered too.
		for _, uri := range []string{d.URI, d.PackageURI.URI, d.LicenseURI.URI, p.Items[last].URI, p.Items[last].ItemTypeURI.URI, p.Items[last].ConceptKeywordsURI.URI, p.Associations[0].GroupingURI.URI} {
			path, ok := strings.CutPrefix(uri, "https://learn.example.org")
			if !ok {
				t.Fatalf("%s leads elsewhere", uri)
			}
			c.ask(http.MethodGet, path, http.StatusOK)
		}
	})
}

func TestCASEDocumentsComeInPages(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		if err := h.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := caseClient{t, h}
		var all interchange.DocumentSet
		rec := c.get("/CFDocuments?sort=title", http.StatusOK, &all)
		total := len(all.Documents)
		if got := rec.Header().Get("X-Total-Count"); got != strconv.Itoa(total) || total < 5 {
			t.Fatalf("X-Total-Count %s of %d", got, total)
		}
		var seen []string
		for path := "/CFDocuments?sort=title&limit=2"; path != ""; {
			var set interchange.DocumentSet
			rec := c.get(path, http.StatusOK, &set)
			for _, d := range set.Documents {
				seen = append(seen, d.Identifier)
			}
			link := rec.Header().Get("Link")
			if !strings.Contains(link, `rel="first"`) || !strings.Contains(link, `rel="last"`) || strings.Contains(link, `rel="prev"`) != (len(seen) > 2) {
				t.Errorf("Link %s", link)
			}
			path = ""
			for part := range strings.SplitSeq(link, ", ") {
				if address, ok := strings.CutSuffix(part, `>; rel="next"`); ok {
					path = strings.TrimPrefix(address, "<https://learn.example.org"+caseBase)
				}
			}
		}
		var want []string
		for _, d := range all.Documents {
			want = append(want, d.Identifier)
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("page by page it isn't the same:\n%s", diff)
		}
		var none interchange.DocumentSet
		if c.get("/CFDocuments?offset=1000", http.StatusOK, &none); len(none.Documents) != 0 {
			t.Errorf("%d documents beyond the last", len(none.Documents))
		}
	})
}

func TestCASERefusesInItsOwnWords(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		c := caseClient{t, h}
		const unknown = "8f4f6a2e-5c6e-4f0b-9b51-0d8f5e0a8b11"
		for _, tc := range []struct {
			path   string
			status int
			minor  string
		}{
			{"/CFItems/" + unknown, 404, "unknownobject"},
			{"/CFPackages/" + unknown, 404, "unknownobject"},
			{"/CFConcepts/" + unknown, 404, "unknownobject"},
			{"/CFItems/GPA-CA1", 400, "invalid_uuid"},
			{"/CFDocuments?limit=0", 400, "invalid_selection_field"},
			{"/CFDocuments?limit=many", 400, "invalid_selection_field"},
			{"/CFDocuments?offset=-1", 400, "invalid_selection_field"},
			{"/CFDocuments?sort=colour", 400, "invalid_sort_field"},
			{"/CFDocuments?orderBy=up", 400, "invalid_sort_field"},
			{"/CFDocuments?filter=colour%3D'red'", 400, "invalid_selection_field"},
			{"/CFDocuments?filter=title", 400, "invalid_selection_field"},
			{"/CFDocuments?fields=colour", 400, "invalid_selection_field"},
		} {
			var info interchange.StatusInfo
			c.get(tc.path, tc.status, &info)
			if info.CodeMajor != "failure" || info.Severity != "error" || info.Description == "" || len(info.CodeMinor.Fields) != 1 || info.CodeMinor.Fields[0].Value != tc.minor {
				t.Errorf("%s: %+v", tc.path, info)
			}
		}
		if got := c.ask(http.MethodPost, caseBase+"/CFDocuments", http.StatusMethodNotAllowed).Header().Get("Allow"); got != "GET" {
			t.Errorf("Allow %q", got)
		}
		if body := c.ask(http.MethodGet, caseBase+"/CFNothing", http.StatusNotFound).Body.String(); !strings.Contains(body, "unknownobject") {
			t.Errorf("an unknown address: %s", body)
		}
	})
}

func TestCASEShowsAFrameworkThatIsLoadedLater(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		c := caseClient{t, h}
		var before, after interchange.DocumentSet
		c.get("/CFDocuments", http.StatusOK, &before)
		if err := h.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.get("/CFDocuments", http.StatusOK, &after)
		if len(after.Documents) <= len(before.Documents) {
			t.Errorf("%d documents, then %d", len(before.Documents), len(after.Documents))
		}
	})
}
