package view

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"countersign/internal/countersign"

	"github.com/google/go-cmp/cmp"
)

func newTestView(t testing.TB, site Site) *View {
	t.Helper()
	v, err := New(site)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// lostPage has no template.
type lostPage struct{ Layout }

func (*lostPage) Template() string { return "lost/lost" }

func TestRenderWritesNothingWhenItFails(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"layouts/base.html":   {Data: []byte(`{{define "base"}}<p>begun</p>{{template "main" .}}{{end}}`)},
		"pages/bad/page.html": {Data: []byte(`{{define "main"}}{{index .Breadcrumbs 7}}{{end}}`)},
	}
	v, err := newView(Site{}, fsys)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := v.render(&buf, "bad/page", "base", &lostPage{}); err == nil {
		t.Error("no error")
	}
	if err := v.Render(&buf, &lostPage{}); err == nil || !strings.Contains(err.Error(), "pages/lost/lost.html") {
		t.Errorf("error = %v, want one that names the template", err)
	}
	if buf.Len() > 0 {
		t.Errorf("%q was written", buf.String())
	}
}

func TestATemplateThatDoesNotParseIsNamed(t *testing.T) {
	t.Parallel()
	_, err := newView(Site{}, fstest.MapFS{"partials/x.html": {Data: []byte(`{{define "main"}}{{if}}`)}})
	if err == nil || !strings.Contains(err.Error(), "x.html") {
		t.Errorf("New() error = %v", err)
	}
	v, err := newView(Site{}, fstest.MapFS{"pages/x/y.html": {Data: []byte(`{{define "main"}}{{if}}`)}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // it stays broken
		if _, err := v.pages["x/y"](); err == nil || !strings.Contains(err.Error(), "y.html") {
			t.Errorf("the page: %v", err)
		}
	}
}

// A page is parsed when it is first shown, so nothing else would find one that
// nobody looks at.
func TestEveryPageParses(t *testing.T) {
	t.Parallel()
	v, err := New(Site{})
	if err != nil {
		t.Fatal(err)
	}
	for name, parsed := range v.pages {
		if _, err := parsed(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFailTellsThePage(t *testing.T) {
	t.Parallel()
	var p countersign.Problems
	p.Add("title", "Enter a title")
	p.Add("occurred_on", "Enter the day")
	l := Layout{Title: "Add evidence"}
	l.Fail(p.Err())
	l.Errors.LinkTo("occurred_on", "occurred_on-month")

	if got, want := l.DocumentTitle(), "Error: Add evidence - Countersign"; got != want {
		t.Errorf("title = %q, want %q", got, want)
	}
	if got, want := l.Errors.Of("title"), "Enter a title"; got != want {
		t.Errorf("of title = %q, want %q", got, want)
	}
	want := []Link{{Text: "Enter a title", Href: "#title"}, {Text: "Enter the day", Href: "#occurred_on-month"}}
	if diff := cmp.Diff(want, l.ErrorSummary().Items); diff != "" {
		t.Error(diff)
	}
}

func TestFailWithoutFieldsShowsTheMessage(t *testing.T) {
	t.Parallel()
	var l Layout
	l.Fail(countersign.Refuse(countersign.Conflict, "Somebody was faster"))
	if diff := cmp.Diff([]Link{{Text: "Somebody was faster"}}, l.ErrorSummary().Items); diff != "" {
		t.Error(diff)
	}
}

func TestFailShowsNothingOfAnInternalError(t *testing.T) {
	t.Parallel()
	l := Layout{Title: "Add evidence"}
	l.Fail(errors.New("secret"))
	if l.Errors.Any() {
		t.Errorf("the page shows %v", l.ErrorSummary())
	}
}

func TestRenderIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	v := newTestView(t, Site{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, s := range Samples() {
				if err := v.Render(io.Discard, s.Page); err != nil {
					t.Errorf("%s: %v", s.Name, err)
				}
			}
		})
	}
	group.Wait()
}

func BenchmarkRender(b *testing.B) {
	v := newTestView(b, Site{})
	page := NewHelpPage()
	var buf bytes.Buffer
	for b.Loop() {
		buf.Reset()
		if err := v.Render(&buf, page); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(buf.Len()))
}
