package view

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"countersign/templates"
)

// ServiceName is what the product calls itself.
const ServiceName = "Countersign"

// CSP is the content security policy under which every page works: no inline
// script, no inline style, nothing from elsewhere.
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Site is what is the same on every page of one running server.
type Site struct {
	Organisation string // who runs the service, shown in the header; may be empty
	Demo         bool   // demonstration data: a banner says so on every page
	Contact      string // e-mail address for help; may be empty
	Version      string // of the program, for the footer; may be empty
}

// View renders pages. It is safe for concurrent use.
type View struct {
	pages map[string]*template.Template
}

// New parses all templates. It fails if any of them doesn't parse.
func New(site Site) (*View, error) { return newView(site, templates.FS) }

func newView(site Site, fsys fs.FS) (*View, error) {
	shared, err := parseShared(site, fsys)
	if err != nil {
		return nil, err
	}
	v := &View{pages: map[string]*template.Template{}}
	files, err := fs.Glob(fsys, "pages/*/*.html")
	if err != nil {
		return nil, fmt.Errorf("view: list pages: %w", err)
	}
	for _, file := range files {
		page, err := shared.Clone()
		if err != nil {
			return nil, fmt.Errorf("view: clone the shared templates: %w", err)
		}
		if err := parse(page, fsys, file); err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, "pages/"), path.Ext(file))
		v.pages[name] = page
	}
	return v, nil
}

// parseShared parses what every page may use.
func parseShared(site Site, fsys fs.FS) (*template.Template, error) {
	shared := template.New("shared").Funcs(funcs(site)).Option("missingkey=error")
	for _, glob := range []string{"layouts/*.html", "components/*.html", "partials/*.html"} {
		if err := parse(shared, fsys, glob); err != nil {
			return nil, err
		}
	}
	return shared, nil
}

func parse(t *template.Template, fsys fs.FS, glob string) error {
	files, err := fs.Glob(fsys, glob)
	if err != nil {
		return fmt.Errorf("view: list %s: %w", glob, err)
	}
	for _, file := range files {
		src, err := fs.ReadFile(fsys, file)
		if err != nil {
			return fmt.Errorf("view: %w", err)
		}
		if _, err := t.New(file).Parse(string(src)); err != nil {
			return fmt.Errorf("view: %w", err)
		}
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes the page as HTML. Nothing is written if the template fails, so
// the caller can still answer with an error page.
func (v *View) Render(w io.Writer, page Page) error {
	return v.render(w, page.Template(), "base", page)
}

func (v *View) render(w io.Writer, name, define string, data any) error {
	t, ok := v.pages[name]
	if !ok {
		return fmt.Errorf("view: no template pages/%s.html", name)
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer func() {
		if buf.Cap() < 1<<20 { // one huge page must not be kept for ever
			buf.Reset()
			buffers.Put(buf)
		}
	}()
	if err := t.ExecuteTemplate(buf, define, data); err != nil {
		return fmt.Errorf("view: render %s: %w", name, err)
	}
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("view: write %s: %w", name, err)
	}
	return nil
}

// Pages returns the names of the page templates: "sign-in/sign-in".
func (v *View) Pages() []string { return sortedKeys(v.pages) }
