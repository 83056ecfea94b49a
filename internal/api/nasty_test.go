package api_test

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"countersign/internal/api"
	"countersign/internal/countersign"
)

// nasty is what each field of each request is sent once, and what every text
// of a query is.
var nasty = []any{
	nil, true, -1, 1 << 40, "", "\x00", "\u202e%s'\"\\;--", strings.Repeat("é", 3000), "2026-02-31", "9999-12-31", "0001-01-01",
	[]any{}, []any{"x", "x"}, []any{object{}}, object{"x": object{}}, object{"": ""}, "00000000-0000-7000-8000-0000000fffff",
}

// TestNothingThatIsSentBreaksTheServer sends every field of every request all
// sorts of values, as somebody who may. The client fails on a 5xx and on any
// answer that the contract doesn't have.
func TestNothingThatIsSentBreaksTheServer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.fill(t)
		s.piece = strings.TrimPrefix(h.drafted(t, h.observation(h.Mentor.Email, "GPA-CL2")), "/evidence/")
		router, err := contract()
		if err != nil {
			t.Fatal(err)
		}
		sent := 0
		for _, r := range api.Routes() {
			path := s.path(h, r.Path)
			req, err := http.NewRequestWithContext(t.Context(), r.Method, "/api/v1"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			route, _, err := router.FindRoute(req)
			if err != nil {
				t.Fatal(err)
			}
			c := h.as(t, h.whoMay(r))
			c.sloppy = true // what is needed may be missing where the server makes do without
			for _, p := range route.Operation.Parameters {
				if p.Value.In == "query" {
					for _, v := range []string{"", "x", "-1", "%00", "%ff", "%25_'", "2026-02-31", strings.Repeat("9", 30)} {
						c.do(r.Method, path+"?"+p.Value.Name+"="+v, nil)
						sent++
					}
				}
			}
			for _, body := range bodies(route.Operation) {
				c.do(r.Method, path, body, ifMatch("*"))
				sent++
			}
		}
		if sent < 1000 {
			t.Errorf("only %d requests were sent", sent)
		}
	})
}

// whoMay returns somebody who may do what the route does.
func (h *house) whoMay(r api.Route) countersign.Person {
	switch {
	case strings.HasPrefix(r.Path, "/organisations"), strings.HasPrefix(r.Path, "/memberships"), strings.HasPrefix(r.Path, "/people"):
		return h.Admin
	case strings.Contains(r.Path, "sign-off"), strings.HasSuffix(r.Path, "/review"), strings.HasSuffix(r.Path, "/scope"), r.Path == "/queue":
		return h.GP
	case strings.HasPrefix(r.Path, "/reports/"):
		return h.HubLead
	case slices.Contains([]string{"acceptance", "refusal", "decision", "restart", "move", "completion"}, path.Base(r.Path)) && strings.HasPrefix(r.Path, "/apprenticeships"):
		return h.HubLead
	case strings.HasPrefix(r.Path, "/apprenticeships") && !strings.HasSuffix(r.Path, "/evidence"):
		return h.Manager
	}
	return h.Apprentice
}

// bodies returns a request for each field and each nasty value, with the rest
// that is needed.
func bodies(op *openapi3.Operation) []any {
	if op.RequestBody == nil || op.RequestBody.Value.Content["application/json"] == nil {
		return nil
	}
	schema := op.RequestBody.Value.Content["application/json"].Schema.Value
	list := schema.Items != nil
	if list {
		schema = schema.Items.Value
	}
	var all []any
	add := func(body any) {
		if list {
			body = []any{body}
		}
		all = append(all, body)
	}
	for _, v := range nasty {
		all = append(all, v)
		add(v)
	}
	for name := range schema.Properties {
		for _, v := range nasty {
			add(full(schema, name, v))
		}
	}
	return all
}

// full is a body with all fields, one of them nasty.
func full(schema *openapi3.Schema, nastyName string, v any) object {
	body := object{}
	for name, p := range schema.Properties {
		switch p := p.Value; {
		case name == nastyName:
			body[name] = v
		case len(p.Enum) > 0:
			body[name] = p.Enum[0]
		case p.Type.Includes("string") && p.Format == "date":
			body[name] = "2026-03-01"
		case p.Type.Includes("string"):
			body[name] = "x"
		case p.Type.Includes("integer"):
			body[name] = 1
		case p.Type.Includes("boolean"):
			body[name] = true
		}
	}
	return body
}
