package browsertest

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// site is a small product: a form that is refused once, an upload, a script,
// a strict content security policy. Its faults are at addresses of their own.
func site(t *testing.T) string {
	t.Helper()
	const shell = `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>%s</title>
		<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
		<script type="module" src="/app.js"></script></head><body><main><h1>%[1]s</h1>%s</main></body></html>`
	const form = `
		<p id="scripted">Without JavaScript</p>
		<p><a href="#answer">Skip to the answer</a> <a href="/next">Read more<span> about it</span></a> <a href="/missing">Missing</a></p>
		<p><button type="button" id="add">Add another</button></p>
		<form method="post" action="/" enctype="multipart/form-data" novalidate>
			<p><label for="name">Full name</label> <input id="name" name="name" value="old text" autocomplete="name"></p>
			<p><label for="story">Your story</label> <textarea id="story" name="story"></textarea></p>
			<p><label for="level">Level</label> <select id="level" name="level"><option value="1">Basic</option><option value="2">Able</option></select></p>
			<p><label for="file">Your file</label> <input type="file" id="file" name="file"></p>
			<fieldset><legend>Start date</legend><label for="d1">Day</label> <input id="d1" name="d1" inputmode="numeric"></fieldset>
			<fieldset><legend>End date</legend><label for="d2">Day</label> <input id="d2" name="d2" inputmode="numeric"></fieldset>
			<p><input type="checkbox" id="sure" name="sure" value="yes"> <label for="sure">I am sure</label></p>
			<details><summary>Help with this</summary>Ask your mentor.</details>
			<p><button>Save and continue</button></p>
		</form>`
	pages := map[string]string{
		"/next":   `<p>The next page</p>`,
		"/wide":   `<p style="width: 2000px" id="culprit">Wide</p>`,
		"/low":    `<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="></p>`,
		"/broken": `<p>Broken</p><script type="module" src="/broken.js"></script>`,
		"/inline": `<p>Inline</p><script>document.title = "ran"</script>`,
		"/gone":   `<p>Gone</p><script type="module" src="/nowhere.js"></script>`,
		"/cover":  `<p><a href="/next">Under</a></p><div style="position: fixed; inset: 0" id="cover"></div>`,
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /app.js", script(`document.getElementById("scripted")?.replaceChildren("With JavaScript");
		document.getElementById("add")?.addEventListener("click", e => { e.target.textContent = "Added"; console.info("added") });`))
	mux.HandleFunc("GET /broken.js", script(`console.error("logged", 7); throw new Error("broken on purpose")`))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, shell, "Form", form)
	})
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("name") == "" {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = fmt.Fprintf(w, shell, "Error: Form", form)
			return
		}
		file, header, err := r.FormFile("file")
		if err == nil {
			_ = file.Close()
			http.SetCookie(w, &http.Cookie{Name: "file", Value: header.Filename})
		}
		http.SetCookie(w, &http.Cookie{Name: "said", Value: url.QueryEscape(strings.Join(
			[]string{r.FormValue("name"), r.FormValue("story"), r.FormValue("level"), r.FormValue("d1"), r.FormValue("d2"), r.FormValue("sure")}, "|"))})
		http.Redirect(w, r, "/saved", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /saved", func(w http.ResponseWriter, r *http.Request) {
		said, file := "", ""
		if c, err := r.Cookie("said"); err == nil {
			said, _ = url.QueryUnescape(c.Value)
		}
		if c, err := r.Cookie("file"); err == nil {
			file = c.Value
		}
		_, _ = fmt.Fprintf(w, shell, "Saved", "<p>Said "+html.EscapeString(said)+", sent "+file+"</p>")
	})
	for path, body := range pages {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintf(w, shell, "Page", body) })
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func script(source string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte(source))
	}
}

func TestJourneyWithAndWithoutJavaScript(t *testing.T) {
	base := site(t)
	upload := filepath.Join(t.TempDir(), "proof.txt")
	if err := os.WriteFile(upload, []byte("proof"), 0o600); err != nil {
		t.Fatal(err)
	}
	Each(t, func(t *testing.T, p *Page) {
		p.Goto(base)
		if p.options.JavaScript {
			p.WantText("With JavaScript")
			p.ClickInPlace("Add another")
			p.WantText("Added")
		} else {
			p.WantText("Without JavaScript")
		}
		p.Axe()
		p.NoSidewaysScroll()

		p.Fill("Full name", "")
		p.Click("Save and continue")
		if p.Status() != 422 || p.Title() != "Error: Form" {
			t.Errorf("status %d, title %q; want 422, Error: Form", p.Status(), p.Title())
		}
		if !p.options.JavaScript {
			p.WantText("Without JavaScript") // axe let scripts run, but only for itself
		}

		p.Fill("Full name", "Asha Llŷr")
		p.Fill("Your story", "Two\nlines")
		p.Fill("Your story", "One line")
		p.Select("Level", "Able")
		p.Upload("Your file", upload)
		p.In("Start date").Fill("Day", "6")
		p.In("End date").Fill("Day", "8")
		p.Click("I am sure")
		if !p.Checked("I am sure") || p.Value("Level") != "2" {
			t.Error("the box isn't ticked, or the level isn't chosen")
		}
		p.Click("Help with this")
		p.WantText("Ask your mentor")
		p.Click("Skip to the answer")
		p.Screenshot("filled")
		p.Click("Save and continue")
		p.WantText("Said Asha Llŷr|One line|2|6|8|yes, sent proof.txt")
		if got := p.URL(); got != base+"/saved" {
			t.Errorf("URL() = %q; want %q", got, base+"/saved")
		}
	})
}

func TestLinksAndKeys(t *testing.T) {
	base := site(t)
	p := New(t, Options{JavaScript: true})
	p.Goto(base)
	p.Press(kb.Tab)
	if got := p.Focused(); got != "a" {
		t.Errorf("Focused() = %q; want a", got)
	}
	p.Press(kb.Tab)
	p.PressAndLoad(kb.Enter)
	p.WantText("The next page")
	p.Goto(base)
	p.Click("Read more about it")
	p.WantText("The next page")
	p.Goto(base)
	p.Click("Missing")
	if p.Status() != 404 {
		t.Errorf("Status() = %d; want 404", p.Status())
	}
	p.GotoStatus(base+"/missing", 404)
	if p.Has("Read more about it") {
		t.Error("Has() finds what was on the page before")
	}
}

func TestPagesDoNotShareCookies(t *testing.T) {
	base := site(t)
	first, second := New(t, Options{}), New(t, Options{})
	first.Goto(base)
	first.Click("Save and continue")
	first.WantText("Said old text")
	second.Goto(base + "/saved")
	if strings.Contains(second.Text(), "old text") {
		t.Error("the second page has the first one's cookie")
	}
}

func TestAxeFindsFaults(t *testing.T) {
	base := site(t)
	for _, o := range []Options{{Width: 1280}, {Width: 1280, JavaScript: true}} {
		t.Run(o.String(), func(t *testing.T) {
			p := New(t, o)
			p.Goto(base + "/low")
			var ids []string
			for _, v := range p.Violations() {
				ids = append(ids, v.ID)
			}
			if !slices.Equal(ids, []string{"image-alt"}) {
				t.Errorf("violations = %v; want image-alt", ids)
			}
		})
	}
}

// recorder is a test whose failures are looked at instead of reported.
type recorder struct {
	testing.TB
	errors   []string
	cleanups []func()
}

// stopped is what Fatalf of a recorder panics with.
type stopped string

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { panic(stopped(fmt.Sprintf(format, args...))) }
func (r *recorder) Cleanup(f func())                  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool                      { return false }

// record returns what the steps make a test fail with.
func record(t *testing.T, o Options, steps func(p *Page)) string {
	t.Helper()
	r := &recorder{TB: t}
	defer func() {
		for _, f := range slices.Backward(r.cleanups) {
			f()
		}
	}()
	func() {
		defer func() {
			if text, ok := recover().(stopped); ok {
				r.errors = append(r.errors, string(text))
			}
		}()
		steps(New(r, o))
	}()
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
	r.cleanups = nil
	return strings.Join(r.errors, "\n")
}

func TestFaultsFailTheTest(t *testing.T) {
	base := site(t)
	for _, tc := range []struct {
		name  string
		steps func(p *Page)
		want  []string
	}{
		{"a script that throws", func(p *Page) { p.Goto(base + "/broken") }, []string{"broken on purpose", "logged 7"}},
		{"a script that the policy blocks", func(p *Page) { p.Goto(base + "/inline") }, []string{"Content Security Policy"}},
		{"a file that is missing", func(p *Page) { p.Goto(base + "/gone") }, []string{"404", "/nowhere.js"}},
		{"a page that is missing", func(p *Page) { p.Goto(base + "/missing") }, []string{"answers 404; want 200"}},
		{"a page that is too wide", func(p *Page) { p.Goto(base + "/wide"); p.NoSidewaysScroll() }, []string{"culprit"}},
		{"a link that is covered", func(p *Page) { p.Goto(base + "/cover"); p.Click("Under") }, []string{`it is covered by <div`}},
		{"a name that nothing has", func(p *Page) { p.Goto(base); p.Click("Save") }, []string{`nothing is called "Save"`, `"Save and continue"`}},
		{"a name that two things have", func(p *Page) { p.Goto(base); p.Fill("Day", "6") }, []string{`2 things are called "Day"`}},
		{"an option that isn't offered", func(p *Page) { p.Goto(base); p.Select("Level", "Best") }, []string{`"Level" offers no "Best"`}},
		{"a text that isn't there", func(p *Page) { p.Goto(base); p.WantText("Lorem") }, []string{`no "Lorem" to be seen`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := record(t, Options{Width: 320, JavaScript: true, Mobile: true}, tc.steps)
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("failure = %q; want %q in it", got, want)
				}
			}
		})
	}
}

func TestMissingBrowserSaysWhatToInstall(t *testing.T) {
	_, err := findBrowser([]string{"no-such-browser"})
	if err == nil || !strings.Contains(err.Error(), installCommand) {
		t.Errorf("findBrowser() error = %v; want %q in it", err, installCommand)
	}
}
