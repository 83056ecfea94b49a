package view

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"text/template/parse"

	"countersign/internal/countersign"
	"countersign/templates"
)

// ServiceName is what the product calls itself.
const ServiceName = "Countersign"

// CSP is the content security policy under which every page works: no inline
// script, no inline style, nothing from elsewhere.
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Site is what is the same on every page of one running server.
type Site struct {
	Organisation string // who runs the service, shown in the header; may be empty
	Demo         bool   // demonstration data: a banner says so on every page
	Contact      string // e-mail address for help; may be empty
	Version      string // of the program, for the footer; may be empty
	// Retention is for how long people are kept, for the privacy notice.
	Retention countersign.Retention
}

// View renders pages. It is safe for concurrent use.
type View struct {
	pages map[string]func() (*template.Template, error)
}

// New parses what pages share, and fails if that doesn't parse. A page itself
// is parsed when it is first shown: most servers show a part of them, and all
// together are most of what the program would hold in memory.
func New(site Site) (*View, error) { return newView(site, templates.FS) }

func newView(site Site, fsys fs.FS) (*View, error) {
	shared, err := parseShared(site, fsys)
	if err != nil {
		return nil, err
	}
	v := &View{pages: map[string]func() (*template.Template, error){}}
	files, err := fs.Glob(fsys, "pages/*/*.html")
	if err != nil {
		return nil, fmt.Errorf("view: list pages: %w", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "pages/"), path.Ext(file))
		v.pages[name] = sync.OnceValues(func() (*template.Template, error) { return parsePage(shared, site, fsys, file) })
	}
	return v, nil
}

// parsePage returns a page with what it needs of the shared templates.
func parsePage(shared *template.Template, site Site, fsys fs.FS, file string) (*template.Template, error) {
	page, err := shared.Clone()
	if err != nil {
		return nil, fmt.Errorf("view: clone the shared templates: %w", err)
	}
	if err := parseFiles(page, fsys, file); err != nil {
		return nil, err
	}
	if page, err = needed(page, empty(site)); err != nil {
		return nil, fmt.Errorf("view: %s: %w", file, err)
	}
	return page, nil
}

// parseShared parses what every page may use.
func parseShared(site Site, fsys fs.FS) (*template.Template, error) {
	shared := empty(site)
	for _, glob := range []string{"layouts/*.html", "components/*.html", "partials/*.html"} {
		if err := parseFiles(shared, fsys, glob); err != nil {
			return nil, err
		}
	}
	return shared, nil
}

func empty(site Site) *template.Template {
	return template.New("shared").Funcs(funcs(site)).Option("missingkey=error")
}

// needed copies what "base", and "document" where a page has it, needs of the
// templates that a page may use. Every
// page has trees of its own, as escaping changes them: with all that it may use
// they would be most of what the program holds in memory.
func needed(all, to *template.Template) (*template.Template, error) {
	wanted := []string{"base"}
	if all.Lookup("document") != nil {
		wanted = append(wanted, "document")
	}
	for i := 0; i < len(wanted); i++ {
		t := all.Lookup(wanted[i])
		if t == nil || t.Tree == nil {
			return nil, fmt.Errorf("no template %q", wanted[i])
		}
		if _, err := to.AddParseTree(wanted[i], t.Tree); err != nil {
			return nil, err
		}
		for _, name := range calls(t.Tree.Root) {
			if !slices.Contains(wanted, name) {
				wanted = append(wanted, name)
			}
		}
	}
	return to, nil
}

// calls returns the names of the templates that are called within n.
func calls(n parse.Node) []string {
	var names []string
	within := func(b *parse.BranchNode) {
		names = append(names, calls(b.List)...)
		if b.ElseList != nil {
			names = append(names, calls(b.ElseList)...)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, inner := range n.Nodes {
			names = append(names, calls(inner)...)
		}
	case *parse.TemplateNode:
		names = append(names, n.Name)
	case *parse.IfNode:
		within(&n.BranchNode)
	case *parse.RangeNode:
		within(&n.BranchNode)
	case *parse.WithNode:
		within(&n.BranchNode)
	}
	return names
}

func parseFiles(t *template.Template, fsys fs.FS, glob string) error {
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

// RenderDocument writes a page that has such a form as a file that stands alone,
// without the pages around it.
func (v *View) RenderDocument(w io.Writer, page Page) error {
	return v.render(w, page.Template(), "document", page)
}

func (v *View) render(w io.Writer, name, define string, data any) error {
	parsed, ok := v.pages[name]
	if !ok {
		return fmt.Errorf("view: no template pages/%s.html", name)
	}
	t, err := parsed()
	if err != nil {
		return err
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
