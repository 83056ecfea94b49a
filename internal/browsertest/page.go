package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// stepTimeout bounds one step. It is long because two cores may be shared
// with a compiler.
const stepTimeout = 30 * time.Second

// Options say what kind of browser a page is seen in. The zero value is a
// desktop window without JavaScript.
type Options struct {
	Width, Height int  // of the window in CSS pixels; 1280 and 900 if 0
	JavaScript    bool // false: the page's scripts don't run
	Mobile        bool // touch, and the viewport meta element is honoured
}

// String names the options for subtests and pictures: "320px",
// "1280px-no-script".
func (o Options) String() string {
	name := fmt.Sprintf("%dpx", o.Width)
	if !o.JavaScript {
		name += "-no-script"
	}
	return name
}

// Each runs the test in a wide window and on a narrow phone, with and without
// JavaScript: four parallel subtests with a page each.
func Each(t *testing.T, test func(t *testing.T, p *Page)) {
	t.Helper()
	for _, o := range []Options{
		{Width: 1280, JavaScript: true},
		{Width: 1280},
		{Width: 320, Height: 640, Mobile: true, JavaScript: true},
		{Width: 320, Height: 640, Mobile: true},
	} {
		t.Run(o.String(), func(t *testing.T) {
			t.Parallel()
			test(t, New(t, o))
		})
	}
}

// Page is a tab with a profile of its own. Its methods fail the test that it
// was made for when something can't be done; they aren't safe for concurrent
// use.
type Page struct {
	t       testing.TB
	ctx     context.Context
	options Options
	within  cdp.BackendNodeID // the part that is looked at; 0 for the whole page
	seen    *seen
}

// seen is what happened in the tab.
type seen struct {
	mu       sync.Mutex
	document string // address of the latest document, to tell it from its parts
	status   int    // and its status
	problems []string
}

// New opens an empty tab. It closes when the test ends.
func New(t testing.TB, o Options) *Page {
	t.Helper()
	switch mode := os.Getenv("COUNTERSIGN_TEST"); mode {
	case "":
	case "quick":
		t.Skip("a quick run (COUNTERSIGN_TEST=quick): no browser")
	default:
		t.Fatalf("COUNTERSIGN_TEST=%s means nothing; only \"quick\" does", mode)
	}
	o.Width, o.Height = orElse(o.Width, 1280), orElse(o.Height, 900)
	root, err := browser()
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}

	p := &Page{t: t, options: o, seen: &seen{}}
	ctx, cancel := chromedp.NewContext(root, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.seen.listen))
	p.ctx = ctx
	t.Cleanup(func() {
		if t.Failed() {
			p.Screenshot("failed")
		}
		cancel()
		for _, problem := range p.seen.takeProblems() {
			t.Errorf("browsertest: %s", problem)
		}
	})
	if err := chromedp.Do(ctx); err != nil { // opens the tab; its context must have no deadline
		t.Fatalf("browsertest: open a tab: %v", err)
	}
	view := []chromedp.EmulateViewportOption{}
	if o.Mobile {
		view = append(view, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	p.do("set the window up", chromedp.EmulateViewport(int64(o.Width), int64(o.Height), view...))
	if !o.JavaScript {
		p.do("turn scripts off", scripts(false))
	}
	return p
}

func orElse(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}

// scripts lets the page's scripts run or not.
func scripts(on bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	})
}

// do takes one step, or fails the test with what it was.
func (p *Page) do(what string, a chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	get(p, what, a)
}

// get takes one step that has an answer.
func get[T any](p *Page, what string, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepTimeout)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("nothing came of it in %v", stepTimeout)
	}
	if err != nil {
		p.t.Fatalf("browsertest: %s: %v (on %s)", what, err, p.seen.where())
	}
	return v
}

// listen notes what the browser reports. It is called for each event in turn.
func (s *seen) listen(event any) {
	switch e := event.(type) {
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			s.mu.Lock()
			s.document, s.status = e.Response.URL, int(e.Response.Status)
			s.mu.Unlock()
		}
	case *cdpruntime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		s.problem("a script threw: %s", text)
	case *cdpruntime.EventConsoleAPICalled:
		if e.Type == cdpruntime.ConsoleAPICalledTypeError || e.Type == cdpruntime.ConsoleAPICalledTypeAssert {
			var args []string
			for _, a := range e.Args {
				args = append(args, strings.Trim(string(a.Value), `"`)+a.Description)
			}
			s.problem("a script logged an error: %s", strings.Join(args, " "))
		}
	case *log.EventEntryAdded:
		// A document that answers 404 or 422 is logged as a failure too, but
		// may well be what the test is about: Status tells.
		if e.Entry.Level == log.EntryLevelError && !(e.Entry.Source == log.EntrySourceNetwork && e.Entry.URL == s.whereNow()) {
			s.problem("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
}

func (s *seen) problem(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, "on "+s.document+": "+fmt.Sprintf(format, args...))
}

func (s *seen) takeProblems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	problems := s.problems
	s.problems = nil
	return problems
}

func (s *seen) whereNow() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.document
}

func (s *seen) where() string {
	if at := s.whereNow(); at != "" {
		return at
	}
	return "an empty tab"
}

// Goto opens the address and waits for the page to load. It fails unless the
// page, after redirects, answers 200.
func (p *Page) Goto(url string) {
	p.t.Helper()
	p.GotoStatus(url, 200)
}

// GotoStatus is Goto for a page that answers something else.
func (p *Page) GotoStatus(url string, want int) {
	p.t.Helper()
	response := get(p, "go to "+url, chromedp.NavigateResponse(url))
	if response == nil { // only the fragment changed
		return
	}
	if got := int(response.Status); got != want {
		p.t.Fatalf("browsertest: %s answers %d; want %d", response.URL, got, want)
	}
}

// URL returns the address of the page.
func (p *Page) URL() string {
	p.t.Helper()
	return get(p, "read the address", chromedp.Location())
}

// Title returns the page's title.
func (p *Page) Title() string {
	p.t.Helper()
	return get(p, "read the title", chromedp.Title())
}

// Status returns the HTTP status of the page: 422 after a form that was
// refused.
func (p *Page) Status() int {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	return p.seen.status
}

// Text returns the text that can be seen, of the whole page or of the part
// that In chose.
func (p *Page) Text() string {
	p.t.Helper()
	if p.within == 0 {
		return Eval[string](p, `document.body.innerText`)
	}
	return call[string](p, p.within, `function() { return this.innerText }`)
}

// WantText fails the test, but goes on, for each of the texts that can't be
// seen.
func (p *Page) WantText(wants ...string) {
	p.t.Helper()
	text := squash(p.Text())
	for _, want := range wants {
		if !strings.Contains(text, squash(want)) {
			p.t.Errorf("no %q to be seen on %s; there is:\n%s", want, p.seen.where(), text)
		}
	}
}

// squash makes one space of all white space, since where lines break depends
// on the window.
func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

// Eval returns the value of a JavaScript expression in the page. It works with
// the page's scripts off, too, but then nothing runs later: no timers.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return get(p, "evaluate "+expression, chromedp.Evaluate[T](expression))
}

// Focused returns what has the keyboard: "a#first-error" or "body".
func (p *Page) Focused() string {
	p.t.Helper()
	return Eval[string](p, `(e => e.localName + (e.id ? "#" + e.id : ""))(document.activeElement)`)
}

// Screenshot saves a picture of the whole page, if COUNTERSIGN_SCREENSHOTS
// names a folder: TEST-NAME.png in it.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	dir := os.Getenv("COUNTERSIGN_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		file := regexp.MustCompile(`[^A-Za-z0-9_-]+`).ReplaceAllString(p.t.Name()+"-"+name, "-") + ".png"
		err = os.WriteFile(filepath.Join(dir, file), picture, 0o644)
	}
	if err != nil {
		p.t.Errorf("browsertest: picture %s: %v", name, err)
	}
}

// NoSidewaysScroll fails the test, but goes on, if the page is wider than its
// window (WCAG 1.4.10, at 320 pixels). It names what sticks out.
func (p *Page) NoSidewaysScroll() {
	p.t.Helper()
	width := Eval[int](p, `document.scrollingElement.scrollWidth`)
	if width <= p.options.Width {
		return
	}
	culprits := Eval[[]string](p, fmt.Sprintf(`[...document.body.querySelectorAll("*")]
		.filter(e => e.getBoundingClientRect().right > %d && ![...e.children].some(c => c.getBoundingClientRect().right > %[1]d))
		.slice(0, 5).map(e => e.cloneNode(false).outerHTML.slice(0, 200))`, p.options.Width))
	p.t.Errorf("%s is %d pixels wide in a window of %d. It is:\n\t%s",
		p.seen.where(), width, p.options.Width, strings.Join(culprits, "\n\t"))
}

// axeTags are the rules that a page must keep: WCAG 2.2 A and AA, and good
// practice.
var axeTags = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}

// Violation is an accessibility rule that the page breaks.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe fails the test, but goes on, for each accessibility rule that the page
// breaks.
func (p *Page) Axe() {
	p.t.Helper()
	for _, v := range p.Violations() {
		var b strings.Builder
		fmt.Fprintf(&b, "%s (%s): %s, on %s", v.ID, v.Impact, v.Help, p.seen.where())
		for _, n := range v.Nodes {
			fmt.Fprintf(&b, "\n\t%s\n\t\t%s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n\t\t"))
		}
		p.t.Error(b.String())
	}
}

// Violations returns the accessibility rules that the page breaks, by
// axe-core. Axe runs in a world of its own beside the page's scripts, where
// the page's content security policy doesn't reach. It needs timers, so
// scripts are let run for that while; those of a page that was loaded without
// them don't start late.
func (p *Page) Violations() []Violation {
	p.t.Helper()
	source, err := axeSource()
	if err != nil {
		p.t.Fatalf("browsertest: %v", err)
	}
	if !p.options.JavaScript {
		p.do("turn scripts on for axe", scripts(true))
		defer p.do("turn scripts off", scripts(false))
	}
	tags, err := json.Marshal(axeTags)
	if err != nil {
		p.t.Fatal(err)
	}
	run := `axe.run(document, {runOnly: {type: "tag", values: ` + string(tags) + `}, resultTypes: ["violations"], preload: false}).then(r => r.violations)`
	return get(p, "run axe", func(ctx context.Context, t *chromedp.Target) ([]Violation, error) {
		tree, err := cdp.Call(ctx, t, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return nil, err
		}
		world, err := cdp.Call(ctx, t, page.CreateIsolatedWorld,
			page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "axe"})
		if err != nil {
			return nil, err
		}
		inWorld := func(e *cdpruntime.EvaluateParams) { e.ContextID = world.ExecutionContextID }
		if _, err := chromedp.Evaluate[chromedp.Void](source, inWorld)(ctx, t); err != nil {
			return nil, err
		}
		return chromedp.Evaluate[[]Violation](run, inWorld, chromedp.EvalAwaitPromise)(ctx, t)
	})
}

// sorted returns the words once each, in order, quoted.
func sorted(words []string) string {
	slices.Sort(words)
	quoted := []string{}
	for _, w := range slices.Compact(words) {
		quoted = append(quoted, fmt.Sprintf("%q", w))
	}
	return strings.Join(quoted, ", ")
}
