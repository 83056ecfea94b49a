package view

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"countersign/internal/view/htmlcheck"
	"countersign/templates"

	"github.com/google/go-cmp/cmp"
	"github.com/jba/templatecheck"
	"golang.org/x/net/html"
)

// props are the templates that are drawn with a prop of their own.
var props = map[string]any{
	"action-link": ActionLink{}, "bar": Bar{}, "back-link": BackLink{}, "blocks": Blocks{}, "breadcrumb": Breadcrumb{},
	"button": Button{}, "buttons": Buttons{}, "tags": Tags{}, "card": Card{}, "card-start": Card{}, "card-end": Card{}, "character-count": CharacterCount{},
	"checkboxes": Checkboxes{}, "date-input": DateInput{}, "details": Details{}, "details-start": Details{},
	"do-dont-list": DoList{}, "domain-chart": DomainChart{}, "error-message": ErrorMessage{}, "error-summary": ErrorSummary{},
	"fieldset": Fieldset{}, "fieldset-start": Fieldset{}, "file-upload": FileUpload{}, "footer": Footer{}, "header": Header{},
	"heading": Heading{}, "hint": Hint{}, "icon": Icon{}, "input": Input{}, "inset-text": InsetText{},
	"inset-text-start": InsetText{}, "label": Label{}, "legend": Legend{}, "link": Link{}, "list": List{},
	"notification-banner": NotificationBanner{}, "notification-banner-start": NotificationBanner{}, "pagination": Pagination{},
	"panel": Panel{}, "panel-start": Panel{}, "password-input": PasswordInput{}, "progress-ring": ProgressRing{},
	"radios": Radios{}, "search-input": SearchInput{}, "select": Select{}, "skip-link": SkipLink{}, "summary-list": SummaryList{},
	"table": Table{}, "tabs": Tabs{}, "tag": Tag{}, "task-list": TaskList{}, "textarea": Textarea{},
	"warning-callout": WarningCallout{}, "warning-callout-start": WarningCallout{}, "warning-callout-end": WarningCallout{},
}

func TestTemplatesNameOnlyFieldsThatExist(t *testing.T) {
	t.Parallel()
	v := newTestView(t, Site{})
	seen := map[reflect.Type]bool{}
	for _, s := range Samples() {
		typ := reflect.TypeOf(s.Page)
		if seen[typ] {
			continue
		}
		seen[typ] = true
		parsed := v.pages[s.Page.Template()]
		if parsed == nil {
			t.Errorf("%s: there is no templates/pages/%s.html", s.Name, s.Page.Template())
			continue
		}
		page, err := parsed()
		if err != nil {
			t.Error(err)
			continue
		}
		if err := templatecheck.CheckHTML(page.Lookup("base"), s.Page); err != nil {
			t.Errorf("%s: %v", s.Page.Template(), err)
		}
	}
	shared, err := parseShared(Site{}, templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	for name, prop := range props {
		tmpl := shared.Lookup(name)
		if tmpl == nil {
			t.Errorf("no template %q", name)
			continue
		}
		if err := templatecheck.CheckHTML(tmpl, prop); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryBlockIsDrawn(t *testing.T) {
	t.Parallel()
	for _, prop := range props {
		if b, ok := prop.(Block); ok {
			drawn(t, "blocks", Blocks{b})
		}
	}
	for _, b := range []Block{Text("x"), Paragraph("x"), Link{Text: "x", Href: "/"}, List{Items: []string{"x"}}} {
		if got := drawn(t, "blocks", Blocks{b}); !strings.Contains(got, "x") {
			t.Errorf("%T isn't drawn: %q", b, got)
		}
	}
}

func TestEveryPageTemplateHasASample(t *testing.T) {
	t.Parallel()
	v := newTestView(t, Site{})
	var drawn, names []string
	for _, s := range Samples() {
		drawn = append(drawn, s.Page.Template())
		if slices.Contains(names, s.Name) {
			t.Errorf("two samples are called %q", s.Name)
		}
		names = append(names, s.Name)
	}
	for _, name := range v.Pages() {
		if !slices.Contains(drawn, name) {
			t.Errorf("no sample draws templates/pages/%s.html", name)
		}
	}
}

// sites are the settings under which every sample is checked.
var sites = []Site{
	{},
	{Demo: true, Organisation: "Sample Training Hub", Contact: "help@hub.example"},
}

func TestEverySampleIsASoundPage(t *testing.T) {
	t.Parallel()
	for i, site := range sites {
		v := newTestView(t, site)
		for _, s := range Samples() {
			t.Run(fmt.Sprintf("%s/%d", s.Name, i), func(t *testing.T) {
				report := htmlcheck.Check(render(t, v, s.Page), nil)
				for _, p := range report.Problems {
					t.Error(p)
				}
			})
		}
	}
}

func render(t *testing.T, v *View, p Page) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := v.Render(&buf, p); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestSamplesAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	v := newTestView(t, Site{})
	first, second := Samples(), Samples()
	for i, s := range first {
		if !bytes.Equal(render(t, v, s.Page), render(t, v, second[i].Page)) {
			t.Errorf("%s differs from one time to the next", s.Name)
		}
	}
}

// TestNothingFromPeopleBecomesMarkup puts an attack into every text of every
// sample, and looks for it in the tree that a browser would make.
func TestNothingFromPeopleBecomesMarkup(t *testing.T) {
	t.Parallel()
	v := newTestView(t, Site{})
	for _, attack := range []string{
		`"'><script>alert(1)</script><img src=x onerror=alert(1)>`,
		`javascript:alert(1)`,
		`</title></textarea></style><svg/onload=alert(1)>`,
	} {
		for _, s := range Samples() {
			t.Run(s.Name+"/"+attack, func(t *testing.T) {
				before := foreign(t, render(t, v, s.Page))
				replaceTexts(reflect.ValueOf(s.Page), attack)
				if diff := cmp.Diff(before, foreign(t, render(t, v, s.Page))); diff != "" {
					t.Errorf("the attack made markup:\n%s", diff)
				}
			})
		}
	}
}

// foreign lists what can run: scripts, event handlers, addresses with a scheme
// that runs, and elements that load something.
func foreign(t *testing.T, doc []byte) []string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "iframe", "object", "embed", "style", "base", "meta"}, n.Data) {
			found = append(found, fmt.Sprint(n.Data, n.Attr))
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			address := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction"
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" ||
				address && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:")) {
				found = append(found, n.Data+" "+a.Key+"="+a.Val)
			}
		}
	}
	return found
}

// replaceTexts sets every string that v reaches.
func replaceTexts(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if v.CanSet() { // may be shared by samples: change a copy
			c := reflect.New(v.Type().Elem())
			c.Elem().Set(v.Elem())
			v.Set(c)
		}
		replaceTexts(v.Elem(), text)
	case reflect.Interface:
		if v.IsNil() || !v.CanSet() {
			return
		}
		c := reflect.New(v.Elem().Type()).Elem()
		c.Set(v.Elem())
		replaceTexts(c, text)
		v.Set(c)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				replaceTexts(v.Field(i), text)
			}
		}
	case reflect.Slice:
		if v.CanSet() && v.Len() > 0 { // may be shared by samples: change a copy
			c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(c, v)
			v.Set(c)
		}
		for i := range v.Len() {
			replaceTexts(v.Index(i), text)
		}
	case reflect.Map:
		if !v.CanSet() || v.IsNil() {
			return
		}
		m := reflect.MakeMap(v.Type())
		for _, key := range v.MapKeys() {
			c := reflect.New(v.Type().Elem()).Elem()
			c.Set(v.MapIndex(key))
			replaceTexts(c, text)
			m.SetMapIndex(key, c)
		}
		v.Set(m)
	case reflect.String:
		if v.CanSet() {
			v.SetString(text)
		}
	}
}
