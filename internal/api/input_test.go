package api_test

import (
	"maps"
	"strings"
	"testing"

	"countersign/internal/api"
	"countersign/internal/countersign"
	"countersign/internal/problem"
)

func TestBadInput(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := h.observation(h.Mentor.Email, "GPA-CL1")
		with := func(field string, value any) object {
			out := maps.Clone(good)
			out[field] = value
			return out
		}
		asha := h.as(t, h.Apprentice)
		for _, tc := range []struct {
			name    string
			body    any
			status  int
			pointer string
		}{
			{"empty object", object{}, 422, "#/kind"},
			{"empty body", raw(""), 400, ""},
			{"no JSON", raw("kind=observation"), 400, ""},
			{"broken off", raw(`{"kind": "observation"`), 400, ""},
			{"two values", raw(`{"kind": "observation"} {}`), 400, ""},
			{"nested deeply", raw(strings.Repeat("[", 10_000)), 400, ""},
			{"invalid UTF-8", raw("{\"kind\": \"observation\", \"title\": \"\xff\"}"), 400, ""},
			{"half a surrogate", raw(`{"kind": "observation", "title": "\ud83d"}`), 400, ""},
			{"a list", raw(`[]`), 422, "#"},
			{"null", raw(`null`), 422, "#/kind"},
			{"unknown field", with("kinds", "x"), 422, "#/kinds"},
			{"field in capitals", with("Title", "x"), 422, "#/Title"},
			{"unknown field inside", with("competencies", []object{{"code": "GPA-CL1", "why": ""}}), 422, "#/competencies/0/why"},
			{"repeated field", raw(`{"kind": "observation", "kind": "audit"}`), 422, "#/kind"},
			{"repeated detail", raw(`{"kind": "observation", "details": {"seen": "a", "seen": "b"}}`), 422, "#/details/seen"},
			{"NUL", with("title", "a\x00b"), 422, "#/title"},
			{"NUL in a detail", with("details", object{"seen": "a\x00b"}), 422, "#/details/seen"},
			{"NUL in a code", with("competencies", []string{"a\x00"}), 422, "#/competencies/0/code"},
			{"title too long", with("title", strings.Repeat("ü", 201)), 422, "#/title"},
			{"1 MB of text", with("narrative", strings.Repeat("x", 1<<20)), 422, "#/narrative"},
			{"31 February", with("occurred_on", "2026-02-31"), 422, "#/occurred_on"},
			{"tomorrow", with("occurred_on", h.today().AddDays(1).String()), 422, "#/occurred_on"},
			{"before the start", with("occurred_on", "2020-01-01"), 422, "#/occurred_on"},
			{"a date and a time", with("occurred_on", "2026-03-01T10:00:00Z"), 422, "#/occurred_on"},
			{"an empty date", with("occurred_on", ""), 422, "#/occurred_on"},
			{"a number for a date", with("occurred_on", 20260301), 422, "#/occurred_on"},
			{"a number for text", with("title", 7), 422, "#/title"},
			{"text for a number", with("entries", "3"), 422, "#/entries"},
			{"a fraction", with("entries", 1.5), 422, "#/entries"},
			{"a huge number", raw(`{"kind": "procedure_log", "entries": 99999999999999999999}`), 422, "#/entries"},
			{"too many entries", with("entries", 1001), 422, "#/entries"},
			{"text for a yes", with("anonymised", "true"), 422, "#/anonymised"},
			{"an object for a list", with("competencies", object{}), 422, "#/competencies"},
			{"null in a list", raw(`{"kind": "observation", "competencies": [null]}`), 422, "#/competencies/0"},
			{"unknown kind", with("kind", "selfie"), 422, "#/kind"},
			{"unknown competency", with("competencies", []string{"GPA-XX"}), 422, "#/competencies/0/code"},
			{"the same competency twice", with("competencies", []string{"GPA-CL1", "GPA-CL1"}), 422, "#/competencies/1/code"},
			{"unknown observer", with("observed_by", "nobody@example.org"), 422, "#/observed_by"},
			{"no address", with("observed_by", "Nia Ward"), 422, "#/observed_by"},
			{"an NHS number", with("narrative", "Seen: 943 476 5919"), 422, "#/narrative"},
			{"a patient's number in an unknown field", with("nhs", "943 476 5919"), 422, "#/nhs"},
		} {
			t.Run(tc.name, func(t *testing.T) {
				c := asha
				c.t = t
				a := c.post(h.path("/evidence"), tc.body).want(tc.status)
				if tc.pointer != "" {
					a.wantPointer(tc.pointer)
				}
			})
		}
		if n := len(asha.get(h.path("/evidence")).want(200).list("items")); n != 0 {
			t.Errorf("%d pieces were stored", n)
		}
	})
}

func TestContentTypeAndSize(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		c := h.as(t, h.Apprentice)
		body := h.observation(h.Mentor.Email, "GPA-CL1")
		for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=utf-16", "application/jsonx", ";"} {
			c.post(h.path("/evidence"), body, header("Content-Type", contentType)).want(415)
		}
		for _, contentType := range []string{"application/json; charset=utf-8", "Application/JSON"} {
			c.post(h.path("/evidence"), body, header("Content-Type", contentType)).want(201)
		}
		c.post(h.path("/evidence"), raw(`{"title": "`+strings.Repeat("x", 2<<20)+`"}`)).want(413)
		c.post(h.path("/evidence"), raw(`{"title": "`+strings.Repeat("x", 2<<20)+`"}`), header("Idempotency-Key", "k")).want(413)
		piece := h.drafted(t, body)
		c.post(piece+"/attachments", body).want(415)
		c.post(piece+"/attachments", raw("nonsense"), header("Content-Type", "multipart/form-data; boundary=x")).want(400)
		c.post(piece+"/attachments", raw("--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nA\r\n--x--\r\n"), header("Content-Type", "multipart/form-data; boundary=x")).
			want(422).wantPointer("#/file").wantPointer("#/note")
		c.upload(piece+"/attachments", "big.txt", []byte(strings.Repeat("x", 22<<20))).want(413)
		c.upload(piece+"/attachments", "big.txt", []byte(strings.Repeat("x", 20<<20+1))).want(422).wantPointer("#/file")
		c.upload(piece+"/attachments", "run.exe", []byte("MZ\x90\x00")).want(422).wantPointer("#/file")
		c.upload(piece+"/attachments", "empty.txt", nil).want(422).wantPointer("#/file")
	})
}

func TestTextComesBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const nasty = "<script>alert(1)</script> & \"quotes\" 'and' <b>bold</b>\r\n\t\u2028 ẞ 𝔘𝔫𝔦 👩🏽‍⚕️ '; DROP TABLE evidence; -- {{.}} %s \\ \u202e"
		body := h.observation(h.Mentor.Email, "GPA-CL1")
		for _, field := range []string{"title", "narrative", "reflection"} {
			body[field] = nasty
		}
		body["details"] = object{"setting": nasty, "seen": nasty}
		body["competencies"] = []object{{"code": "GPA-CL1", "justification": nasty}}
		c := h.as(t, h.Apprentice)
		a := c.get(h.drafted(t, body)).want(200)
		for _, path := range [][]any{{"title"}, {"narrative"}, {"reflection"}, {"details", "setting"}, {"details", "seen"}, {"competencies", 0, "justification"}} {
			if got := a.text(path...); got != nasty {
				t.Errorf("%v = %q", path, got)
			}
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
			t.Errorf("Content-Type %q", a.Header.Get("Content-Type"))
		}
	})
}

func TestBadQueries(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		c := h.as(t, h.Manager)
		for path, pointer := range map[string]string{
			"/apprenticeships?limit=0":                             "#/limit",
			"/apprenticeships?limit=201":                           "#/limit",
			"/apprenticeships?limit=ten":                           "#/limit",
			"/apprenticeships?cursor=nonsense":                     "#/cursor",
			"/apprenticeships?state=gone":                          "#/state",
			"/apprenticeships?sort=luck":                           "#/sort",
			"/apprenticeships?overdue=maybe":                       "#/overdue",
			"/apprenticeships?q=%00":                               "#/q",
			"/apprenticeships?q=%ff":                               "#/q",
			"/apprenticeships?cohort=" + strings.Repeat("a", 2000): "#/cohort",
			"/organisations?kind=pub":                              "#/kind",
			"/organisations?cursor=nonsense":                       "#/cursor",
			"/people?role=king":                                    "#/role",
			"/people?cursor=nonsense":                              "#/cursor",
			"/queue?type=tea":                                      "#/type",
			"/queue?apprenticeship=x":                              "#/apprenticeship",
			"/queue?cursor=!":                                      "#/cursor",
			"/queue?cursor=eA":                                     "#/cursor",
			"/reports/sums":                                        "#/organisation",
			"/reports/progress":                                    "#/organisation",
			"/reports/impact":                                      "#/organisation",
			"/reports/heat-map":                                    "#/organisation",
			"/reports/coverage":                                    "#/organisation",
			"/organisations/A81001/impact-reports?state=lost":      "#/state",
			"/organisations/A81001/impact-reports?cursor=nonsense": "#/cursor",
			"/reports/progress?organisation=TH01&by=luck":          "#/by",
		} {
			c.get(path).want(422).wantPointer(pointer)
		}
		asha := h.as(t, h.Apprentice)
		for path, pointer := range map[string]string{
			"/evidence?state=lost":                           "#/state",
			"/evidence?kind=audit,selfie":                    "#/kind",
			"/evidence?domain=LAW":                           "#/domain",
			"/evidence?competency=GPA-XX":                    "#/competency",
			"/evidence?domain=CARE&competency=GPA-CL1":       "#/competency",
			"/evidence?from=2026-02-31":                      "#/from",
			"/evidence?to=yesterday":                         "#/to",
			"/evidence?cursor=" + strings.Repeat("A", 300):   "#/cursor",
			"/evidence?cursor=eyJzIjoiIiwiayI6IiIsImkiOiIif": "#/cursor",
		} {
			asha.get(h.path(path)).want(422).wantPointer(pointer)
		}
	})
}

func TestDecode(t *testing.T) {
	t.Parallel()
	type inner struct {
		A string            `json:"a"`
		B *string           `json:"b"`
		D *countersign.Date `json:"d"`
		M map[string]string `json:"m"`
		L []int             `json:"l"`
	}
	text := func(s string) *string { return &s }
	for _, tc := range []struct {
		name, body string
		want       inner
		pointers   []string
	}{
		{"nothing", `{}`, inner{}, nil},
		{"null is the same as nothing", `{"a": null, "m": null, "l": null}`, inner{}, nil},
		{"null removes what a pointer is for", `{"b": null, "d": null}`, inner{B: text(""), D: &countersign.Date{}}, nil},
		{"text", `{"a": "\ud83d\ude00 \\ud800", "b": ""}`, inner{A: "😀 \\ud800", B: text("")}, nil},
		{"everything that is wrong at once", `{"a": 1, "l": [1, "2", 3.5], "m": {"k": true}, "x": 0}`, inner{}, []string{"#/a", "#/l/1", "#/l/2", "#/m/k", "#/x"}},
		{"a long name is told short", `{"` + strings.Repeat("n", 60) + `": 1}`, inner{}, []string{"#/" + strings.Repeat("n", 40) + "%E2%80%A6"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got inner
			err := api.Decode([]byte(tc.body), &got)
			var pointers []string
			for _, e := range problem.Of(err).Errors {
				pointers = append(pointers, e.Pointer)
			}
			if strings.Join(pointers, " ") != strings.Join(tc.pointers, " ") {
				t.Fatalf("pointers %v, want %v", pointers, tc.pointers)
			}
			if err == nil && (got.A != tc.want.A || (got.B == nil) != (tc.want.B == nil) || (got.D == nil) != (tc.want.D == nil)) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestHalfASurrogateIsNoCharacter(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`"\ud83d\ude00"`: false, `"\\ud83d"`: false, `"\ud83d"`: true, `"\ude00"`: true, `"\ud83dx"`: true, `"\ud83d\n"`: true,
		`"\ud83d\ud83d\ude00"`: true, `"\ud83d\`: true, `"\u`: false, `"\u00e9"`: false, `\`: false,
	} {
		if got := api.HalfSurrogate([]byte(body)); got != want {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"a": "x", "competencies": [{"code": "c"}, "d"], "n": 1, "d": "2026-03-27", "\ud83d\ude00": null}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var into struct {
			A string            `json:"a"`
			N *int              `json:"n"`
			D countersign.Date  `json:"d"`
			M map[string]string `json:"m"`
			C []struct {
				Code string `json:"code"`
			} `json:"competencies"`
		}
		if p := problem.Of(api.Decode(body, &into)); p.Status != 0 && p.Status != 400 && p.Status != 422 {
			t.Errorf("%q: %+v", body, p)
		}
	})
}
