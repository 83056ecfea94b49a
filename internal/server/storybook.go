package server

import (
	"fmt"
	"html"
	"net/http"
	"net/url"

	"countersign/internal/view"
)

// Storybook serves every page with sample data: a list of them at /, one at
// /sample?name=NAME. It needs no database.
func Storybook(pages *view.View) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html><html lang=\"en-GB\"><meta charset=\"utf-8\"><title>Storybook</title><h1>Storybook</h1><ul>")
		for _, s := range view.Samples() {
			fmt.Fprintf(w, "<li><a href=\"/sample?name=%s\">%s</a></li>", url.QueryEscape(s.Name), html.EscapeString(s.Name))
		}
		fmt.Fprint(w, "</ul></html>")
	})
	mux.HandleFunc("GET /sample", func(w http.ResponseWriter, r *http.Request) {
		for _, s := range view.Samples() {
			if s.Name == r.URL.Query().Get("name") {
				w.Header().Set("Content-Security-Policy", view.CSP)
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				if err := pages.Render(w, s.Page); err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
				}
				return
			}
		}
		http.NotFound(w, r)
	})
	mux.HandleFunc("GET "+view.AssetPrefix, func(w http.ResponseWriter, r *http.Request) {
		a, ok := view.Assets.Lookup(r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", a.ContentType)
		_, _ = w.Write(a.Body)
	})
	return mux
}
