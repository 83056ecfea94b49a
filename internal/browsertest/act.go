package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Roles that the helpers look for, as the accessibility tree names them.
var (
	pressable = []string{"link", "button", "checkbox", "radio", "switch", "tab", "menuitem", "DisclosureTriangle", "DisclosureTriangleGrouped"}
	fillable  = []string{"textbox", "searchbox", "spinbutton", "combobox"}
	choosable = []string{"combobox", "listbox", "ComboBoxMenuButton", "MenuListPopup"}
	parts     = []string{
		"group", "radiogroup", "region", "form", "search", "navigation", "main", "banner", "contentinfo", "complementary",
		"article", "alert", "dialog", "list", "listitem", "table", "row", "rowgroup", "tabpanel",
	}
)

// In returns the page narrowed to the part with that accessible name: a
// fieldset by its legend, a region, a form, a row, a table by its caption.
// What it finds is looked for in that part alone. It holds until the next page
// is loaded.
func (p *Page) In(name string) *Page {
	p.t.Helper()
	part := *p
	part.within = p.find(parts, name)
	return &part
}

// Click clicks the link, button, tick box, radio button or summary with that
// accessible name: what a screen reader calls it. If it is a link to another
// page or a button that sends a form, Click waits until the next page has
// loaded, which must not be a server error.
func (p *Page) Click(name string) {
	p.t.Helper()
	id := p.find(pressable, name)
	if !call[bool](p, id, leadsElsewhere) {
		p.do("click "+name, p.click(id))
		return
	}
	p.load("click "+name, p.click(id))
}

// ClickInPlace is Click for what a script of the page handles itself, so that
// no other page comes.
func (p *Page) ClickInPlace(name string) {
	p.t.Helper()
	p.do("click "+name, p.click(p.find(pressable, name)))
}

// load takes a step that must lead to another page.
func (p *Page) load(what string, step chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	response := get(p, what, func(ctx context.Context, _ *chromedp.Target) (*network.Response, error) {
		return chromedp.RunResponse(ctx, step)
	})
	if response != nil && response.Status >= 500 {
		p.t.Fatalf("browsertest: %s: %s answers %d:\n%s", what, response.URL, response.Status, p.Text())
	}
}

// leadsElsewhere tells whether a click on the element loads another page into
// this tab.
const leadsElsewhere = `function() {
	const a = this.closest("a[href]");
	if (a) {
		const fragment = a.hash !== "" && a.href.split("#")[0] === location.href.split("#")[0];
		return a.protocol.startsWith("http") && !fragment && !a.hasAttribute("download") && (a.target || "_self") === "_self";
	}
	const b = this.closest("button, input");
	if (!b || !b.form || (b.type !== "submit" && b.type !== "image")) return false;
	return b.form.noValidate || b.formNoValidate || b.form.matches(":valid");
}`

// Fill replaces the text of the field with that label.
func (p *Page) Fill(label, text string) {
	p.t.Helper()
	id := p.find(fillable, label)
	p.do("fill "+label, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, dom.Focus, dom.FocusParams{BackendNodeID: id}); err != nil {
			return err
		}
		steps := []chromedp.Action[chromedp.Void]{
			chromedp.KeyEvent("a", chromedp.KeyModifiers(selectAll()), keyCommands("selectAll")),
			chromedp.KeyEvent(kb.Delete),
		}
		if _, err := chromedp.Steps(steps...)(ctx, t); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
	if got := call[string](p, id, `function() { return this.value }`); got != text {
		p.t.Fatalf("browsertest: fill %s: the field holds %q; want %q", label, got, text)
	}
}

// keyCommands makes a key stroke carry an editing command, since a headless
// browser has no system to turn the stroke into one.
func keyCommands(commands ...string) chromedp.KeyOption {
	return func(p *input.DispatchKeyEventParams) { p.Commands = commands }
}

// Value returns what the field with that label holds.
func (p *Page) Value(label string) string {
	p.t.Helper()
	return call[string](p, p.find(append(fillable, choosable...), label), `function() { return this.value }`)
}

// Checked reports whether the tick box or radio button with that label is
// chosen.
func (p *Page) Checked(label string) bool {
	p.t.Helper()
	return call[bool](p, p.find([]string{"checkbox", "radio"}, label), `function() { return this.checked }`)
}

// Select chooses the option that reads so in the drop-down with that label.
func (p *Page) Select(label, option string) {
	p.t.Helper()
	id := p.find(choosable, label)
	if !call[bool](p, id, `function(text) {
		const option = [...this.options].find(o => o.text.trim() === text);
		if (!option) return false;
		option.selected = true;
		this.dispatchEvent(new Event("input", {bubbles: true}));
		this.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	}`, option) {
		p.t.Fatalf("browsertest: %q offers no %q", label, option)
	}
}

// Upload puts the files into the file field with that label.
func (p *Page) Upload(label string, files ...string) {
	p.t.Helper()
	paths := make([]string, len(files))
	for i, file := range files {
		var err error
		if paths[i], err = filepath.Abs(file); err != nil {
			p.t.Fatal(err)
		}
	}
	// The accessibility tree names a file field by its button, which the
	// browser words itself: go by the label. With scripts, the design system
	// gives the label to a button of its own in the same group.
	name, err := json.Marshal(label)
	if err != nil {
		p.t.Fatal(err)
	}
	field := get(p, "find file field "+label, chromedp.Evaluate[*cdpruntime.RemoteObject](
		`[...document.querySelectorAll("input[type=file]")].find(i =>
			[...i.labels, i.closest(".nhsuk-form-group")?.querySelector("label")].some(l => l?.innerText.trim() === `+string(name)+`))`))
	if field.ObjectID == "" {
		p.t.Fatalf("browsertest: no file field is labelled %q on %s", label, p.seen.where())
	}
	p.do("upload to "+label, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, ObjectID: field.ObjectID})
		return err
	}))
}

// Press presses a key: kb.Tab, kb.Enter, kb.Escape of chromedp's package kb.
// To send a form by kb.Enter, use PressAndLoad.
func (p *Page) Press(key string) {
	p.t.Helper()
	p.do("press a key", chromedp.KeyEvent(key))
}

// PressAndLoad presses a key that must lead to another page.
func (p *Page) PressAndLoad(key string) {
	p.t.Helper()
	p.load("press a key", chromedp.KeyEvent(key))
}

// Has reports whether something with one of the roles has that accessible
// name, now: no waiting. No roles means any.
func (p *Page) Has(name string, roles ...string) bool {
	p.t.Helper()
	return len(p.query(roles, name)) > 0
}

// find returns the one element with one of the roles and that accessible name.
func (p *Page) find(roles []string, name string) cdp.BackendNodeID {
	p.t.Helper()
	found := p.query(roles, name)
	switch {
	case len(found) == 1:
		return found[0].BackendDOMNodeID
	case len(found) > 1:
		var as []string
		for _, n := range found {
			as = append(as, word(n.Role))
		}
		p.t.Fatalf("browsertest: %d things are called %q on %s (%s): narrow the page with In", len(found), name, p.seen.where(), strings.Join(as, ", "))
	}
	var names []string
	for _, n := range p.query(roles, "") {
		if w := word(n.Name); w != "" {
			names = append(names, w)
		}
	}
	p.t.Fatalf("browsertest: nothing is called %q on %s; there are: %s", name, p.seen.where(), sorted(names))
	return 0
}

// query returns the elements that assistive technology is told of, with one of
// the roles and, unless it is empty, that name.
func (p *Page) query(roles []string, name string) []*accessibility.Node {
	p.t.Helper()
	return get(p, fmt.Sprintf("look for %q", name), func(ctx context.Context, t *chromedp.Target) ([]*accessibility.Node, error) {
		root := p.within
		if root == 0 {
			document, err := cdp.Call(ctx, t, dom.GetDocument, dom.GetDocumentParams{})
			if err != nil {
				return nil, err
			}
			root = document.Root.BackendNodeID
		}
		res, err := cdp.Call(ctx, t, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{BackendNodeID: root, AccessibleName: name})
		if err != nil {
			return nil, err
		}
		var found []*accessibility.Node
		for _, n := range res.Nodes {
			role := word(n.Role)
			if n.Ignored || n.BackendDOMNodeID == 0 {
				continue
			}
			if slices.Contains(roles, role) || len(roles) == 0 && role != "StaticText" && role != "InlineTextBox" && role != "LabelText" {
				found = append(found, n)
			}
		}
		return found, nil
	})
}

// word returns a text value of the accessibility tree.
func word(v *accessibility.Value) string {
	var s string
	if v == nil || json.Unmarshal(v.Value, &s) != nil {
		return ""
	}
	return s
}

// call calls a JavaScript function on the element.
func call[T any](p *Page, id cdp.BackendNodeID, function string, args ...any) T {
	p.t.Helper()
	return get(p, "ask the page", func(ctx context.Context, t *chromedp.Target) (T, error) {
		return callOn[T](ctx, t, id, function, args...)
	})
}

func callOn[T any](ctx context.Context, t *chromedp.Target, id cdp.BackendNodeID, function string, args ...any) (T, error) {
	node, err := cdp.Call(ctx, t, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: id})
	if err != nil {
		var zero T
		return zero, err
	}
	on := func(c *cdpruntime.CallFunctionOnParams) { c.ObjectID = node.Object.ObjectID }
	return chromedp.CallFunctionOn[T](function, on, args...)(ctx, t)
}

// covering returns what would get a click at that point instead of the
// element; empty if the element gets it.
const covering = `function(x, y) {
	const hit = document.elementFromPoint(x, y);
	if (hit && (this.contains(hit) || [...(this.labels || [])].some(l => l.contains(hit)))) return "";
	return hit ? hit.cloneNode(false).outerHTML : "nothing: the point is outside the window";
}`

// click brings the element into view and clicks its middle with the mouse, as
// long as nothing lies over it.
func (p *Page) click(id cdp.BackendNodeID) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: id}); err != nil {
			return err
		}
		res, err := cdp.Call(ctx, t, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: id})
		if err != nil {
			return err
		}
		if len(res.Quads) == 0 || len(res.Quads[0]) != 8 {
			return errors.New("it has no place on the page")
		}
		q := res.Quads[0]
		x, y := (q[0]+q[2]+q[4]+q[6])/4, (q[1]+q[3]+q[5]+q[7])/4
		over, err := callOn[string](ctx, t, id, covering, x, y)
		if err != nil {
			return err
		}
		if over != "" {
			return fmt.Errorf("it is covered by %s", over)
		}
		_, err = chromedp.MouseClickXY(x, y)(ctx, t)
		return err
	})
}
