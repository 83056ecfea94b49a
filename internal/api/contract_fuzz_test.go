package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"countersign/internal/api"
	"countersign/internal/countersign"
)

// asked is a number that the environment gives, for `make bench` and to look
// for a fault again.
func asked(t *testing.T, name string, otherwise int) int {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// perWorld is how many requests a world gets: what they end, delete and revoke
// leaves less and less to ask for.
const perWorld = 250

// TestWhateverIsSentIsAnsweredByTheContract makes requests out of the schemas
// of the OpenAPI document, sound ones and broken ones, and sends them as
// whoever may and whoever may not. The client fails on a 5xx and on any answer
// that the contract doesn't have. COUNTERSIGN_FUZZ says how many on each
// database, COUNTERSIGN_FUZZ_SEED which.
func TestWhateverIsSentIsAnsweredByTheContract(t *testing.T) {
	n, seed := asked(t, "COUNTERSIGN_FUZZ", 500), asked(t, "COUNTERSIGN_FUZZ_SEED", 1)
	for from := 0; from < n; from += perWorld {
		t.Run(fmt.Sprintf("from %d", from), func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				f := &fuzzer{house: h, Rand: rand.New(rand.NewPCG(uint64(seed), uint64(from)))}
				f.subjects = h.fill(t)
				f.drafts = []string{f.subjects.piece}
				for range 3 {
					f.drafts = append(f.drafts, strings.TrimPrefix(h.drafted(t, h.observation(h.Mentor.Email, "GPA-CL2")), "/evidence/"))
				}
				f.send(t, min(perWorld, n-from), fmt.Sprintf("COUNTERSIGN_FUZZ_SEED=%d, world from %d", seed, from))
			})
		})
	}
}

// fuzzer makes requests about a world.
type fuzzer struct {
	*house
	*rand.Rand
	subjects subjects
	drafts   []string // pieces of evidence, the accepted one among them
}

// chance is true so often in a hundred.
func (f *fuzzer) chance(percent int) bool { return f.IntN(100) < percent }

func oneIn[T any](f *fuzzer, list []T) T { return list[f.IntN(len(list))] }

func (f *fuzzer) send(t *testing.T, n int, about string) {
	t.Helper()
	router, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	well := 0
	for i := range n {
		r := oneIn(f, api.Routes())
		f.subjects.piece = oneIn(f, f.drafts)
		req, err := http.NewRequestWithContext(t.Context(), r.Method, "/api/v1"+f.subjects.path(f.house, r.Path), nil)
		if err != nil {
			t.Fatal(err)
		}
		route, _, err := router.FindRoute(req)
		if err != nil {
			t.Fatal(err)
		}
		send := f.request(t, r, route.Operation)
		for _, c := range f.clients(t, r) {
			a := send(c)
			if t.Failed() {
				t.Fatalf("%s, request %d: %s", about, i, a.about)
			}
			if a.Status < 300 {
				well++
			}
			if a.Status == http.StatusUnauthorized { // somebody's token has been revoked
				f.giveTokens(t)
			}
			if a.Status != http.StatusNotFound && a.Status != http.StatusForbidden {
				break
			}
		}
	}
	t.Logf("%s: %d of %d requests were answered well", about, well, n)
	if well < n/20 {
		t.Errorf("%s: only %d of %d requests were answered well, so little was tried", about, well, n)
	}
}

// clients are who sends a request: the next one when one may not.
func (f *fuzzer) clients(t *testing.T, r api.Route) []client {
	t.Helper()
	if f.chance(4) {
		return []client{f.nobody(t)}
	}
	people := []countersign.Person{f.Apprentice, f.GP, f.Mentor, f.Manager, f.HubLead, f.Admin}
	f.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	people = append([]countersign.Person{f.whoMay(r)}, people[:2]...)
	if f.chance(10) {
		people = f.everybody()[f.IntN(10):][:1]
	}
	var all []client
	for _, p := range people {
		c := f.as(t, p)
		c.sloppy = true // what is needed may be missing where the server makes do without
		all = append(all, c)
	}
	return all
}

// request makes a request and returns what sends it.
func (f *fuzzer) request(t *testing.T, r api.Route, op *openapi3.Operation) func(client) answer {
	t.Helper()
	path := f.path(r) + f.query(op)
	options := f.headers(op)
	if op.RequestBody == nil {
		return func(c client) answer { return c.do(r.Method, path, nil, options...) }
	}
	content := op.RequestBody.Value.Content
	if content["multipart/form-data"] != nil {
		name, file := f.fileName(), f.file()
		return func(c client) answer { return c.upload(path, name, file, options...) }
	}
	body := f.value(content["application/json"].Schema.Value, "", 0)
	if f.chance(60) {
		for range 1 + f.IntN(2) {
			body = f.broken(body)
		}
	}
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if f.chance(5) {
		sent = sent[:f.IntN(len(sent))]
	}
	return func(c client) answer { return c.do(r.Method, path, raw(sent), options...) }
}

// path names what there is, and now and then what can't be.
func (f *fuzzer) path(r api.Route) string {
	path := f.subjects.path(f.house, r.Path)
	if !strings.Contains(r.Path, "{") || !f.chance(10) {
		return path
	}
	parts, names := strings.Split(path, "/"), strings.Split(r.Path, "/")
	for i, name := range names {
		if strings.HasPrefix(name, "{") && f.chance(60) {
			parts[i] = url.PathEscape(f.text(1, 60))
		}
	}
	return strings.Join(parts, "/")
}

func (f *fuzzer) query(op *openapi3.Operation) string {
	q := url.Values{}
	for _, p := range op.Parameters {
		if p.Value.In != "query" || !f.chance(35) {
			continue
		}
		v := f.value(p.Value.Schema.Value, p.Value.Name, 0)
		if f.chance(25) {
			v = f.nasty()
		}
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, v := range list {
			q.Add(p.Value.Name, fmt.Sprint(v))
		}
	}
	if f.chance(3) {
		q.Add(f.text(1, 10), f.text(0, 500))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (f *fuzzer) headers(op *openapi3.Operation) []option {
	var all []option
	for _, p := range op.Parameters {
		if p.Value.In != "header" {
			continue
		}
		switch name := p.Value.Name; name {
		case "If-Match":
			switch {
			case f.chance(80):
				all = append(all, header(name, "*"))
			case f.chance(80):
				all = append(all, header(name, oneIn(f, []string{`"1"`, `"2"`, `W/"1"`, `"1", "2"`, `"`, "1", `"-1"`, `"99999999999999999999"`, "\x00"})))
			}
		case "If-None-Match":
			if f.chance(30) {
				all = append(all, header(name, oneIn(f, []string{"*", `"1"`, `W/"1"`, `"1", "2"`, `"`, ",,,"})))
			}
		case "Idempotency-Key":
			if f.chance(20) {
				all = append(all, header(name, oneIn(f, []string{"a", "b", "c", " ", strings.Repeat("k", 201), f.text(1, 20)})))
			}
		}
	}
	if f.chance(3) {
		all = append(all, header("Content-Type", oneIn(f, []string{"", "text/plain", "application/json; charset=utf-16", "multipart/form-data", ";"})))
	}
	return all
}

// value makes one that the schema allows, as near as its words say, about
// things that there are.
func (f *fuzzer) value(s *openapi3.Schema, name string, depth int) any {
	switch {
	case len(s.Enum) > 0:
		return oneIn(f, s.Enum)
	case len(s.OneOf) > 0:
		return f.value(oneIn(f, s.OneOf).Value, name, depth+1)
	case len(s.AnyOf) > 0:
		return f.value(oneIn(f, s.AnyOf).Value, name, depth+1)
	case s.Type.Includes("null") && f.chance(25):
		return nil
	case s.Type.Includes("object"):
		return f.object(s, depth)
	case s.Type.Includes("array"):
		list := []any{}
		for range int(s.MinItems) + f.IntN(3) {
			list = append(list, f.value(s.Items.Value, name, depth+1))
		}
		return list
	case s.Type.Includes("boolean"):
		return f.chance(70)
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		low, high := 0, 12
		if s.Min != nil {
			low = int(*s.Min)
		}
		if s.Max != nil {
			high = max(low, min(int(*s.Max), low+300))
		}
		return low + f.IntN(high-low+1)
	}
	return f.word(s, name)
}

func (f *fuzzer) object(s *openapi3.Schema, depth int) object {
	body := object{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(s.Required, name) || depth < 6 && f.chance(60) {
			body[name] = f.value(s.Properties[name].Value, name, depth+1)
		}
	}
	if more := s.AdditionalProperties.Schema; more != nil {
		for range f.IntN(3) {
			body[oneIn(f, []string{"setting", "seen", "GPA-CL1", "end", f.text(1, 8)})] = f.value(more.Value, "", depth+1)
		}
	}
	return body
}

// word makes a text for a field of that name.
func (f *fuzzer) word(s *openapi3.Schema, name string) string {
	if s.Format == "date" {
		return f.today().AddDays(f.IntN(500) - 400).String()
	}
	if s.Format == "date-time" {
		return f.clock.Now().Format("2006-01-02T15:04:05Z")
	}
	if f.chance(80) {
		switch {
		case s.Format == "uuid", name == "apprenticeship", name == "evidence", name == "hours":
			return oneIn(f, []string{string(f.App.ID), f.subjects.piece, f.subjects.hours, f.subjects.signOff, f.subjects.naming, string(f.Mentor.ID), string(f.OtherApp.ID)})
		case strings.Contains(name, "email"), name == "observed_by", name == "gp_supervisor", name == "secondary_mentor", name == "person", name == "assessor", name == "reviewer":
			return oneIn(f, []countersign.Person{f.GP, f.Mentor, f.Assessor, f.Manager, f.Apprentice, f.HubLead, f.OtherGP}).Email
		case name == "code", name == "competency", name == "competencies", name == "scope":
			return oneIn(f, []string{"GPA-CL1", "GPA-CL2", "GPA-AD1", "GPA-CL12"})
		case name == "domain", name == "domains":
			return oneIn(f, f.Framework.Domains).Code
		case name == "practice", name == "organisation", name == "hub":
			return oneIn(f, []countersign.Organisation{f.Practice, f.NextPractice, f.Hub, f.Region, f.OtherPractice}).Code
		case name == "framework":
			return f.Framework.ID
		case name == "version":
			return f.Framework.Version
		case name == "level":
			return oneIn(f, f.Framework.Scale.Levels).Code
		}
	}
	most := uint64(300)
	if s.MaxLength != nil {
		most = min(most, *s.MaxLength)
	}
	return f.text(int(s.MinLength), int(most))
}

// alphabet is of everything that has ever been trouble in a text.
var alphabet = []rune("abcdefghijklmnopqrstuvwxyz ABC 0123456789 .,-_/'\"\\<>&%;:=+@|{}[]()\t\n\r\u00a0éßİı\u0301\u200b\u202e\u2028\ufeff\ufffd字😀👩🏽‍⚕️\x00\x7f")

func (f *fuzzer) text(least, most int) string {
	runes := make([]rune, least+f.IntN(max(1, most-least+1)))
	plain := f.chance(60)
	for i := range runes {
		runes[i] = oneIn(f, alphabet)
		if plain {
			runes[i] = oneIn(f, alphabet[:27])
		}
	}
	return string(runes)
}

// broken spoils one place of a body.
func (f *fuzzer) broken(v any) any {
	switch v := v.(type) {
	case object:
		if len(v) == 0 || f.chance(10) {
			v[f.text(1, 50)] = f.nasty()
			return v
		}
		key := oneIn(f, slices.Sorted(maps.Keys(v)))
		if f.chance(25) {
			delete(v, key)
			return v
		}
		v[key] = f.broken(v[key])
		return v
	case []any:
		if len(v) > 0 && f.chance(70) {
			v[f.IntN(len(v))] = f.broken(oneIn(f, v))
			return v
		}
		if len(v) > 0 && f.chance(50) {
			return append(v, v[0])
		}
	}
	return f.nasty()
}

// nasty is a value that fits nowhere, for this request alone.
func (f *fuzzer) nasty() any {
	switch v := oneIn(f, nasty).(type) {
	case object:
		return object{f.text(0, 3): object{}}
	case []any:
		return []any{f.text(0, 3), object{}}
	default:
		return v
	}
}

func (f *fuzzer) fileName() string {
	name := oneIn(f, []string{"notes.txt", "photo.jpg", "plan.docx", "table.csv", "table.xlsx", "framework.yaml", "package.zip", "framework.json", "../../x.txt", "nul", f.text(0, 300)})
	return strings.Map(func(r rune) rune {
		if r == '"' || r == '\r' || r == '\n' { // would end the header
			return '_'
		}
		return r
	}, name)
}

func (f *fuzzer) file() []byte {
	begins := oneIn(f, []string{"", "\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "PK\x03\x04", "%PDF-1.7\n", "MZ", "\ufeff", "{", "schema: 1\n", "type,domain\n", "\x00\x00\x00\x18ftypheic"})
	return []byte(begins + f.text(0, 3000))
}
