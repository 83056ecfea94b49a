package api_test

import (
	"countersign/internal/transfer"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"countersign/internal/api"
)

func TestRoutesAreThoseOfTheGoldenList(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, r := range api.Routes() {
		access := "token"
		if r.Public {
			access = "public"
		}
		fmt.Fprintf(&b, "%-6s %-45s %s\n", r.Method, r.Path, access)
	}
	want, err := os.ReadFile("testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the routes differ from testdata/routes.txt; who may reach what is told there (-want +got)\n%s", diff)
	}
}

func TestContractHasThePathsOfTheRouter(t *testing.T) {
	t.Parallel()
	documented, err := api.Operations()
	if err != nil {
		t.Fatal(err)
	}
	var mounted []string
	e := echo.New()
	api.New(api.Config{}).Mount(e)
	for _, r := range e.Routes() {
		path, ok := strings.CutPrefix(r.Path, "/api/v1")
		if !ok || r.Name == api.NotAllowed {
			continue // the documentation itself, and what isn't there
		}
		for _, segment := range strings.Split(path, "/") {
			if name, ok := strings.CutPrefix(segment, ":"); ok {
				path = strings.Replace(path, segment, "{"+name+"}", 1)
			}
		}
		mounted = append(mounted, r.Method+" "+path)
	}
	slices.Sort(documented)
	slices.Sort(mounted)
	if diff := cmp.Diff(mounted, documented); diff != "" {
		t.Errorf("the document differs from the router (-router +document)\n%s", diff)
	}
}

func TestEveryChangeOfASubjectHasAProbe(t *testing.T) {
	t.Parallel()
	for _, r := range api.Routes() {
		own := strings.HasPrefix(r.Path, "/tokens") || strings.HasPrefix(r.Path, "/signing-") || r.Path == "/me" || strings.HasPrefix(r.Path, "/me/") || r.Path == "/sign-offs/batch" || r.Path == "/hours/verifications"
		if r.Method != http.MethodGet && !r.Public && !r.Probed && !own {
			t.Errorf("%s %s has no probe: an outsider would learn that it exists", r.Method, r.Path)
		}
	}
}

func TestDocumentationIsPublic(t *testing.T) {
	t.Parallel()
	h := newServer(nil, nil)
	for path, want := range map[string]string{"/api/openapi.json": `"openapi":"3.1.0"`, transfer.SchemaPath: `"countersign-transfer"`, "/api/docs": "<code>POST <wbr>/api<wbr>/v1<wbr>/sign-offs<wbr>/batch</code>"} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d without %s", path, rec.Code, want)
		}
		for _, wrong := range []string{"x-answer", "x-input", "x-problems", "x-extends", "x-versioned", "&lt;nil&gt;", "%!", "<script", "style"} {
			if strings.Contains(rec.Body.String(), wrong) {
				t.Errorf("%s holds %q", path, wrong)
			}
		}
	}
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		c := h.as(t, h.Apprentice)
		if got := c.delete("/me").want(405).Header.Get("Allow"); !strings.Contains(got, "GET") {
			t.Errorf("Allow %q", got)
		}
		c.get("/nothing").want(404)
	})
}
