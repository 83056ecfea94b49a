package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/web"
)

// nasty is what every field of every form is sent.
var nasty = []string{
	"", "99999999999999999999", "\x00", "\u202e'\"\\;--", "<script>alert(1)</script>", strings.Repeat("é", 21_000),
}

// TestNothingThatIsTypedBreaksAPage finds every form that somebody is shown
// and sends it with each nasty value in all fields, and in some alone. No
// answer is a 5xx, and every page that comes back is a sound one, but that what
// it says of a field which it doesn't show leads nowhere.
func TestNothingThatIsTypedBreaksAPage(t *testing.T) {
	t.Parallel()
	r := newRecorded(t)
	sent := map[string]bool{}
	for _, person := range []countersign.Person{r.Apprentice, r.GP, r.HubLead, r.Admin, r.Manager, r.Mentor} {
		c := r.as(t, person)
		c.tampers = true
		for _, route := range web.Routes() {
			path := r.fill(t, route)
			if route.Method != http.MethodGet || route.Path == "/assets/*" {
				continue
			}
			for _, form := range c.once(http.MethodGet, path, nil).forms() {
				action := form.method + " " + pattern(form.action)
				if sent[action] || strings.Contains(form.action, "/sign-out") {
					continue
				}
				sent[action] = true
				for _, values := range spoilt(form.values) {
					to := form.action
					if form.method == http.MethodGet {
						to += "?" + values.Encode()
					}
					if answer := c.once(form.method, to, values); answer.status >= http.StatusInternalServerError {
						t.Errorf("%s as %s answers %d to %.300q", action, person.Name, answer.status, values.Encode())
					}
				}
			}
		}
	}
	if len(sent) < 60 {
		t.Errorf("only %d forms were found: %v", len(sent), slices.Sorted(maps.Keys(sent)))
	}
}

// typed is a form with something in every field and a button pressed.
type typed struct {
	method, action string
	values         url.Values
}

func (p *page) forms() []typed {
	var all []typed
	if p.root == nil {
		return nil
	}
	for n := range p.root.Descendants() {
		if n.Data != "form" {
			continue
		}
		form := typed{http.MethodGet, attribute(n, "action"), fieldsOf(n)}
		if strings.EqualFold(attribute(n, "method"), "post") {
			form.method = http.MethodPost
		}
		for field := range n.Descendants() {
			if name := attribute(field, "name"); name != "" && !form.values.Has(name) && attribute(field, "type") != "file" {
				form.values.Set(name, attribute(field, "value"))
			}
		}
		if strings.HasPrefix(form.action, "/") {
			all = append(all, form)
		}
	}
	return all
}

// pattern is an action without identifiers, so that a form is sent once.
func pattern(action string) string {
	action, _, _ = strings.Cut(action, "?")
	parts := strings.Split(action, "/")
	for i, part := range parts {
		if countersign.ValidID(part) {
			parts[i] = ":id"
		}
	}
	return strings.Join(parts, "/")
}

// spoilt returns the values of a form with something nasty in all of them, and
// in one at a time.
func spoilt(values url.Values) []url.Values {
	var all []url.Values
	for _, v := range nasty {
		whole := url.Values{}
		for name := range values {
			whole.Set(name, v)
		}
		all = append(all, whole)
	}
	names := slices.Sorted(maps.Keys(values))
	for i, name := range names[:min(len(names), 2)] {
		one := maps.Clone(values)
		one[name] = []string{nasty[i%len(nasty)], nasty[(i+3)%len(nasty)]}
		all = append(all, one)
	}
	return append(all, url.Values{})
}
