package view_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"countersign/internal/browsertest"
	"countersign/internal/view"
)

// storybook serves every sample under the content security policy.
func storybook(t *testing.T) string {
	t.Helper()
	if !view.AssetsBuilt() {
		t.Fatal("the assets are not built. Run: make assets")
	}
	v, err := view.New(view.Site{Demo: true, Organisation: "Sample Training Hub", Contact: "help@hub.example"})
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]view.Page{}
	for _, s := range view.Samples() {
		pages[s.Name] = s.Page
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/sample", func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Query().Get("name")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", view.CSP)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := v.Render(w, page); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc(view.AssetPrefix, func(w http.ResponseWriter, r *http.Request) {
		asset, ok := view.Assets.Lookup(r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", asset.ContentType)
		if _, err := w.Write(asset.Body); err != nil {
			t.Log(err)
		}
	})
	mux.HandleFunc("/attachments/", func(w http.ResponseWriter, _ *http.Request) { // any picture will do
		w.Header().Set("Content-Type", "image/svg+xml")
		if _, err := io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 16"><path d="M0 0h12v16H0z"/></svg>`); err != nil {
			t.Log(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/sample?name="
}

// TestSamplesInABrowser looks at every sample on a large screen with scripts
// and on a phone without, and at the storybook's own pages in all four ways:
// nothing wider than the window, no complaint of the browser about scripts,
// styles or the content security policy, no fault that axe finds. Axe reads
// the first sample of each page in both ways, and the others in one of them.
func TestSamplesInABrowser(t *testing.T) {
	base := storybook(t)
	browsertest.Each(t, func(t *testing.T, p *browsertest.Page) {
		desktop, phone := strings.HasSuffix(t.Name(), "/1280px"), strings.HasSuffix(t.Name(), "/320px-no-script")
		looked := map[reflect.Type]bool{}
		for i, s := range view.Samples() {
			story, kind := strings.HasPrefix(s.Name, "storybook"), reflect.TypeOf(s.Page)
			if !desktop && !phone && !story {
				continue
			}
			p.Goto(base + url.QueryEscape(s.Name))
			p.NoSidewaysScroll()
			if story || !looked[kind] || phone == (i%2 == 0) {
				p.Axe()
			}
			looked[kind] = true
		}
	})
}
