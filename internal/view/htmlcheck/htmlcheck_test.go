package htmlcheck

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// page wraps main in a page that is right in every respect.
func page(main string) string {
	return `<!DOCTYPE html><html lang="en-GB"><head><title>Notes - Countersign</title></head><body>` +
		`<a href="#main">Skip</a><main id="main">` + main + `</main></body></html>`
}

const h1 = `<h1>Notes</h1>`

func TestCheckAcceptsAGoodPage(t *testing.T) {
	t.Parallel()
	doc := page(`<h1><span class="nhsuk-caption-l">Asha Patel</span> Notes</h1>
		<p>From 6 August 2018 at 5:12pm, <a href="/notes?page=2#x">more</a>, <a href="https://example.org/">elsewhere</a></p>
		<form action="/notes" method="post"><label for="t">Text</label><input id="t" name="t" aria-describedby="h">
		<div id="h">Hint</div><button>Save</button></form>
		<table><caption>Days</caption><thead><tr><th>Day</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
		<svg aria-hidden="true"><path d="M0"/></svg><img src="/x.png" alt=""><br>`)
	got := Check([]byte(doc), func(string, string) bool { return true })
	want := Report{Title: "Notes - Countersign", Heading: "Notes", Refs: []Ref{{"GET", "/notes"}, {"POST", "/notes"}, {"GET", "/x.png"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCheckFindsProblems(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, doc, want string // want is part of the one problem
	}{
		{"no doctype", strings.TrimPrefix(page(h1), "<!DOCTYPE html>"), "doesn't begin with <!DOCTYPE"},
		{"no lang", strings.Replace(page(h1), ` lang="en-GB"`, "", 1), "no lang"},
		{"unclosed element", page(h1 + `<div><p>One</p>`), "reads the tags differently"},
		{"block in a paragraph", page(h1 + `<p>One<div>Two</div></p>`), "reads the tags differently"},
		{"text moved out of a table", page(h1 + `<table><caption>c</caption><tr><th>1</th></tr></table>`), "reads the tags differently"},
		{"form in a form", page(h1 + `<form action="/a"><form action="/b"></form></form>`), "reads the tags differently"},
		{"no h1", page(`<p>Notes</p>`), "0 <h1>"},
		{"two h1", page(h1 + h1), "2 <h1>"},
		{"other title", page(`<h1>Other</h1>`), `the title is "Notes - Countersign", not "Other - Countersign"`},
		{"errors without prefix", page(`<div class="nhsuk-error-summary"></div>` + h1), `not "Error: Notes - Countersign"`},
		{"same id twice", page(h1 + `<p id="a"></p><p id="a"></p>`), `two elements have the id "a"`},
		{"id with a space", page(h1 + `<p id="a b"></p>`), `has the id "a b"`},
		{"control without label", page(h1 + `<input name="t">`), `name="t"> has no label`},
		{"control without name", page(h1 + `<input aria-label="t">`), `has no name`},
		{"radios without fieldset", page(h1 + `<input type="radio" name="r" aria-label="x">`), `no <fieldset>`},
		{"fieldset without legend", page(h1 + `<fieldset></fieldset>`), `no <legend>`},
		{"label for nothing", page(h1 + `<label for="x">X</label>`), `for="x", which isn't`},
		{"described by nothing", page(h1 + `<p aria-describedby="x">X</p>`), `aria-describedby="x", which isn't`},
		{"labelled by nothing", page(h1 + `<p aria-labelledby="x">X</p>`), `aria-labelledby="x", which isn't`},
		{"link to nothing on the page", page(h1 + `<a href="#x">X</a>`), `#x, which isn't`},
		{"summary to what can't be focused", strings.Replace(page(`<div class="nhsuk-error-summary"><a href="#d">D</a></div>`+h1+`<div id="d"></div>`), "<title>", "<title>Error: ", 1), "can't be focused"},
		{"no value", page(h1 + `<p>&lt;no value&gt;</p>`), "no value"},
		{"format error", page(h1 + `<p>%!d(string=x)</p>`), `"%!"`},
		{"refused by html/template", page(h1 + `<a href="#ZgotmplZ" id="ZgotmplZ">x</a>`), "ZgotmplZ"},
		{"inline style", page(h1 + `<p style="color:red">x</p>`), "inline style"},
		{"style element", page(h1 + `<style>p{}</style>`), "<style>"},
		{"inline script", page(h1 + `<script>1</script>`), "inline script"},
		{"event handler", page(h1 + `<p onclick="x()">x</p>`), "onclick"},
		{"script address", page(h1 + `<a href="javascript:1">x</a>`), "javascript:1"},
		{"relative address", page(h1 + `<a href="x">x</a>`), "relative address"},
		{"empty address", page(h1 + `<a href="">x</a>`), "empty address"},
		{"slash date", page(h1 + `<p>06/08/2018</p>`), "06/08/2018"},
		{"short month", page(h1 + `<p>6 Aug 2018</p>`), "6 Aug"},
		{"midnight in figures", page(h1 + `<p>12am</p>`), "12am"},
		{"click here", page(h1 + `<p>Click here</p>`), "click here"},
		{"link without text", page(h1 + `<a href="/x"></a>`), "<a> has no text"},
		{"button without text", page(h1 + `<button></button>`), "<button> has no text"},
		{"image without alt", page(h1 + `<img src="/x">`), "no alt"},
		{"picture without name", page(h1 + `<svg></svg>`), "<svg>"},
		{"table without head", page(h1 + `<table><caption>c</caption><tbody><tr><td>1</td></tr></tbody></table>`), "no <th>"},
		{"table without caption", page(h1 + `<table><tbody><tr><th>1</th></tr></tbody></table>`), "no <caption>"},
		{"skipped level", page(h1 + `<h3>x</h3>`), "follows an h1"},
		{"form without action", page(h1 + `<form></form>`), "no action"},
		{"unknown route", page(h1 + `<a href="/nowhere">x</a>`), "GET /nowhere leads nowhere"},
		{"unknown form", page(h1 + `<form action="/nowhere" method="post"></form>`), "POST /nowhere leads nowhere"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := Check([]byte(tc.doc), func(_, path string) bool { return path != "/nowhere" }).Problems
			if len(got) != 1 || !strings.Contains(got[0], tc.want) {
				t.Errorf("problems = %q, want one about %q", got, tc.want)
			}
		})
	}
}
