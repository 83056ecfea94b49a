package app_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"countersign/internal/browsertest"
)

// TestTheMainStoryByKeyboardAlone walks from the evidence to the signature
// without a mouse. Wherever the keyboard goes, it can be seen, and it goes in
// the order of the page.
func TestTheMainStoryByKeyboardAlone(t *testing.T) {
	t.Parallel()
	for _, o := range []browsertest.Options{phone, desktop} {
		t.Run(o.String(), func(t *testing.T) {
			t.Parallel()
			const title = "Done without a mouse"
			people := open(t, o, asha, bell)
			url := serveProgram(t, demonstration(t))

			k := keyboard{t, people[asha]}
			k.signIn(url, "apprentice@demo.example")
			nearest := k.nearest()
			k.to("Add evidence").load(kb.Enter)
			k.to("Observation").press(" ")
			k.to("Continue").load(kb.Enter)
			code := k.counting(nearest)
			k.to("Title").press(title)
			k.to("Day").press("2")
			k.to("Month").press("3")
			k.to("Year").press("2026")
			k.to("Nobody, or I do not know yet").choose(bell)
			k.to("Where was it?").press("Reception")
			k.to("What was seen?").press("All of the task")
			k.to("What did you do?").press("I did it alone and passed it on in order.")
			k.to(k.group(code)).press(kb.Enter)
			k.to(code).press(" ")
			k.to("Why is it evidence for " + code + "?").press("All of it, seen from start to end")
			k.to("I confirm that no patient can be identified").press(" ")
			k.to("Submit for review").load(kb.Enter)
			k.page.WantText(title, "Waiting for review")

			k = keyboard{t, people[bell]}
			k.signIn(url, "gp@demo.example")
			k.to("Queue").load(kb.Enter)
			k.skip()
			k.to(title).load(kb.Enter)
			k.skip()
			k.to(code).load(kb.Enter)
			k.to("Leave for later").choose("Accept")
			k.to("Competent").press(" ")
			k.press(kb.Tab)
			k.choose(k.threshold())
			k.to("Comment").press("Signed without a mouse.")
			k.to("Sign and save").load(kb.Enter)
			k.page.WantText("Signed without a mouse.", bell)
		})
	}
}

// keyboard is a page without a mouse.
type keyboard struct {
	t    *testing.T
	page *browsertest.Page
}

func (k keyboard) press(key string) { k.t.Helper(); k.page.Press(key) }
func (k keyboard) load(key string)  { k.t.Helper(); k.page.PressAndLoad(key) }

// signIn signs in by password.
func (k keyboard) signIn(url, email string) {
	k.t.Helper()
	k.page.Goto(url + "/sign-in")
	k.skip()
	k.to("Email address").press(email)
	k.to("Password").press("countersign-demo")
	k.to("Sign in").load(kb.Enter)
}

// skip takes the link past the header, the first thing that Tab reaches.
func (k keyboard) skip() {
	k.t.Helper()
	k.press(kb.Tab)
	if at := k.focus(); at.Name != "Skip to main content" || !at.Seen {
		k.t.Fatalf("the first stop of the keyboard is %+v, not the link past the header", at)
	}
	k.press(kb.Enter)
}

// to presses Tab until something that reads so, or begins so, has the keyboard.
func (k keyboard) to(name string) keyboard {
	k.t.Helper()
	for range 400 {
		k.press(kb.Tab)
		at := k.focus()
		if !at.Seen {
			k.t.Errorf("%q has the keyboard and that can't be seen, on %s", at.Name, k.page.URL())
		}
		if !at.After {
			k.t.Fatalf("on the way to %q the keyboard went back to %q, on %s", name, at.Name, k.page.URL())
		}
		if strings.HasPrefix(at.Name, name) {
			return k
		}
	}
	k.t.Fatalf("Tab doesn't reach %q on %s", name, k.page.URL())
	return k
}

// choose goes up from the radio button that has the keyboard.
func (k keyboard) choose(name string) {
	k.t.Helper()
	for range 12 {
		if at := k.focus(); strings.HasPrefix(at.Name, name) {
			k.press(" ")
			return
		}
		k.press(kb.ArrowUp)
	}
	k.t.Fatalf("the arrow keys don't reach %q on %s", name, k.page.URL())
}

// stop is where the keyboard is.
type stop struct {
	Name  string // its label, or what it reads
	Seen  bool   // it is in the window, and marked
	After bool   // in the page it comes after the stop before
}

func (k keyboard) focus() stop {
	k.t.Helper()
	return browsertest.Eval[stop](k.page, `(() => {
		const at = document.activeElement, label = at.labels?.[0], last = globalThis.lastStop
		globalThis.lastStop = at
		const marked = s => s.boxShadow !== "none" || s.backgroundColor === "rgb(255, 235, 59)"
		const box = at.getBoundingClientRect()
		return {
			Name: at === document.body ? "the page" : (label ?? at).innerText.trim().replace(/\s+/g, " "),
			Seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && (marked(getComputedStyle(at)) ||
				at.firstElementChild && marked(getComputedStyle(at.firstElementChild)) || label && marked(getComputedStyle(label, "::before"))),
			After: !last?.isConnected || last === at || !!(last.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING),
		}
	})()`)
}

// nearest returns the codes of competencies that lack one piece and nothing
// else. The demonstration's data say which.
func (k keyboard) nearest() []string {
	k.t.Helper()
	return browsertest.Eval[[]string](k.page, `[...document.querySelectorAll(".nhsuk-task-list__item")]
		.filter(i => i.innerText.includes("Missing: 1 more piece of evidence") && !i.innerText.includes(";"))
		.map(i => i.innerText.match(/Work on (\S+)/)?.[1]).filter(Boolean)`)
}

// counting returns the first of the competencies for which the kind of the form
// counts.
func (k keyboard) counting(codes []string) string {
	k.t.Helper()
	for _, code := range codes {
		if browsertest.Eval[bool](k.page, `!document.querySelector("[name=competencies][value='`+code+`']").hasAttribute("aria-describedby")`) {
			return code
		}
	}
	k.t.Fatalf("this kind counts for none of %q", codes)
	return ""
}

// group returns what stands on the folded group of the competency's domain.
func (k keyboard) group(code string) string {
	k.t.Helper()
	return browsertest.Eval[string](k.page, `document.querySelector("[name=competencies][value='`+code+`']").closest("details").querySelector("summary").innerText.trim()`)
}

// threshold returns the level that the competency needs.
func (k keyboard) threshold() string {
	k.t.Helper()
	return browsertest.Eval[string](k.page, `[...document.querySelectorAll("dt")].find(d => d.innerText.trim() === "Level needed").nextElementSibling.innerText.trim()`)
}
