package api_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestAChangeNeedsThePresentVersion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.fill(t)
		admin := h.as(t, h.Admin)
		asha, manager, gp := h.as(t, h.Apprentice), h.as(t, h.Manager), h.as(t, h.GP)
		draft := h.drafted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		file := asha.upload(draft+"/attachments", "notes.txt", []byte("A note.\n")).want(201)
		spare := asha.post("/tokens", object{"name": "spare"}).want(201)
		for _, tc := range []struct {
			name   string
			c      client
			method string
			path   string
			body   any
			tag    string // of the answer to a GET when empty
			status int
		}{
			{"organisation", admin, "PATCH", "/organisations/A81001", object{"name": "Oakwood Surgery and Branch"}, "", 200},
			{"apprenticeship", manager, "PATCH", h.path(""), object{"cohort": "2026-B"}, "", 200},
			{"naming", manager, "PATCH", h.path("/namings/" + s.naming), object{"to": h.today().AddDays(30).String()}, "", 200},
			{"membership", admin, "PATCH", "/memberships/" + s.membership, object{"to": h.today().AddDays(30).String()}, "", 200},
			{"person", admin, "PATCH", "/people/" + s.person, object{"registration": "NMC 12A3456E"}, "", 200},
			{"account", gp, "PATCH", "/me", object{"daily_digest": false}, "", 200},
			{"scope", gp, "PUT", h.path("/scope"), object{"competencies": []string{h.optional(t)}}, "", 200},
			{"evidence", asha, "PATCH", draft, object{"title": "Another title"}, "", 200},
			{"attachment", asha, "DELETE", "/attachments/" + file.text("id"), nil, file.tag(), 204},
			{"draft", asha, "DELETE", draft, nil, "", 204},
			{"token", asha, "DELETE", "/tokens/" + spare.text("id"), nil, `"` + spare.text("version") + `"`, 204},
		} {
			t.Run(tc.name, func(t *testing.T) {
				c := tc.c
				c.t = t
				tag := tc.tag
				if tag == "" {
					tag = c.get(tc.path).want(200).tag()
				}
				if !strings.HasPrefix(tag, `"`) || !strings.HasSuffix(tag, `"`) {
					t.Fatalf("ETag %q is not strong", tag)
				}
				c.do(tc.method, tc.path, tc.body).want(428)
				for _, stale := range []string{`"999"`, `"nonsense"`, `"0"`, `"-1"`, `""`, `W/` + tag, "nonsense", `"20200101"`} {
					c.do(tc.method, tc.path, tc.body, ifMatch(stale)).want(412)
				}
				after := c.do(tc.method, tc.path, tc.body, ifMatch(`"999", `+tag)).want(tc.status)
				if tc.method != "DELETE" {
					if after.tag() == tag || after.tag() == "" {
						t.Errorf("ETag %q after the change, %q before", after.tag(), tag)
					}
					c.do(tc.method, tc.path, tc.body, ifMatch(tag)).want(412)
					c.do(tc.method, tc.path, tc.body, ifMatch("*")).want(200)
				}
			})
		}
	})
}

// optional returns an optional competency.
func (h *house) optional(t *testing.T) string {
	t.Helper()
	for _, c := range h.Framework.Competencies() {
		if !c.Core {
			return c.Code
		}
	}
	t.Fatal("no competency is optional")
	return ""
}

func TestOfRacingChangesOneWins(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		membership := "/memberships/" + h.fill(t).membership
		for path, change := range map[string]struct {
			who  countersign.Person
			body func(n int) object
		}{
			h.path(""):              {h.Manager, func(int) object { return object{"cohort": "2026-B"} }},
			"/organisations/A81001": {h.Admin, func(int) object { return object{"name": "Oakwood"} }},
			membership:              {h.Admin, func(n int) object { return object{"to": h.today().AddDays(90 - n).String()} }},
		} {
			who := change.who
			tag := h.as(t, who).get(path).want(200).tag()
			var wg sync.WaitGroup
			statuses := make(chan int, 8)
			for n := range 8 {
				wg.Go(func() { statuses <- h.as(t, who).patch(path, change.body(n), ifMatch(tag)).Status })
			}
			wg.Wait()
			close(statuses)
			count := map[int]int{}
			for s := range statuses {
				count[s]++
			}
			if count[200] != 1 || count[412] != 7 {
				t.Errorf("%s: %v, want one 200 and seven 412", path, count)
			}
		}
	})
}

func TestAPostBeneathAResourceMayNameItsVersion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, gp, nurse := h.as(t, h.Apprentice), h.as(t, h.GP), h.as(t, h.Mentor)
		stale := ifMatch(`"999"`)
		body := h.observation(h.Mentor.Email, "GPA-CL1")
		asha.post(h.path("/evidence"), body, stale).want(412)
		app := asha.get(h.path("")).want(200).tag()
		piece := "/evidence/" + asha.post(h.path("/evidence"), body, ifMatch(app)).want(201).text("id")
		h.as(t, h.Manager).post(h.path("/namings"), object{"email": h.Assessor.Email, "role": "assessor"}, stale).want(412)
		h.as(t, h.Manager).post(h.path("/namings"), object{"email": h.Assessor.Email, "role": "assessor"}, ifMatch(app)).want(201)
		asha.upload(piece+"/attachments", "notes.txt", []byte("A note.\n"), stale).want(412)
		asha.upload(piece+"/attachments", "notes.txt", []byte("A note.\n"), ifMatch(asha.get(piece).tag())).want(201)
		asha.post(piece+"/copy", nil, stale).want(412)
		asha.post(piece+"/copy", nil, ifMatch(asha.get(piece).tag())).want(201)
		asha.post(piece+"/submission", nil, stale).want(412)
		submitted := asha.post(piece+"/submission", nil, ifMatch(asha.get(piece).tag())).want(200)
		nurse.post(piece+"/review", object{"decision": "accept"}, stale).want(412)
		nurse.post(piece+"/review", object{"decision": "accept"}, ifMatch(submitted.tag())).want(200)
		asha.post(piece+"/withdrawal", object{"reason": "The wrong day"}, stale).want(412)

		// A stale decision is a conflict that says what happened (RULES S7).
		c := asha.get(h.path("/competencies/GPA-CL1")).want(200)
		version := c.at("version")
		notYet := object{"competency": "GPA-CL1", "decision": "not_yet_competent", "comment": "Observe two more"}
		h.clock.Advance(time.Minute)
		asha.post(piece+"/withdrawal", object{"reason": "The wrong day"}, ifMatch(asha.get(piece).tag())).want(200)
		if detail := gp.post(h.path("/sign-offs"), notYet, ifMatch(c.tag())).want(409).text("detail"); !strings.Contains(detail, "was withdrawn") {
			t.Errorf("detail %q", detail)
		}
		gp.post(h.path("/sign-offs"), notYet, ifMatch("999")).want(409)
		gp.post(h.path("/sign-offs"), notYet, ifMatch(`"nonsense"`)).want(409)
		notYet["version"] = version
		gp.post(h.path("/sign-offs"), notYet).want(409)
		delete(notYet, "version")
		now := asha.get(h.path("/competencies/GPA-CL1")).want(200)
		id := gp.post(h.path("/sign-offs"), notYet, ifMatch(now.tag())).want(201).text("id")
		gp.post("/sign-offs/"+id+"/withdrawal", object{"reason": "Too early"}, ifMatch(now.tag())).want(409)
		now = asha.get(h.path("/competencies/GPA-CL1")).want(200)
		bare := ifMatch(strings.Trim(strings.Split(now.tag(), "-")[0], `"`)) // as in the list
		gp.post("/sign-offs/"+id+"/withdrawal", object{"reason": "Too early"}, bare).want(201)
		gp.post("/sign-offs/"+id+"/withdrawal", object{"reason": "Too early"}).want(409)
	})
}

func TestWhatIsUpToDateIsNotSentAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.fill(t)
		c := h.as(t, h.Apprentice)
		for _, path := range []string{h.path(""), h.path("/competencies/GPA-CL1"), h.path("/scope"), "/evidence/" + s.piece, "/attachments/" + s.file, "/frameworks/gpa-combined", h.path("/namings/" + s.naming)} {
			tag := c.get(path).want(200).tag()
			for _, have := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
				if a := c.get(path, header("If-None-Match", have)).want(304); len(a.Body) != 0 || a.tag() != tag {
					t.Errorf("%s: 304 with %q and ETag %s", path, a.Body, a.tag())
				}
			}
			c.get(path, header("If-None-Match", `"other"`)).want(200)
		}
		// What is shown changes though nobody changed the enrolment itself.
		tag := c.get(h.path("")).want(200).tag()
		h.clock.Advance(time.Hour)
		h.drafted(t, h.observation(h.Mentor.Email, "GPA-CL1"))
		c.get(h.path(""), header("If-None-Match", tag)).want(200)
		h.as(t, h.Manager).patch(h.path(""), object{"cohort": "C"}, ifMatch(tag)).want(200)
	})
}

func TestOfRacingDecisionsOneStands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		tag := h.as(t, h.Apprentice).get(h.path("/competencies/GPA-CL1")).want(200).tag()
		var wg sync.WaitGroup
		statuses := make(chan int, 8)
		for range 8 {
			wg.Go(func() {
				statuses <- h.as(t, h.GP).post(h.path("/sign-offs"), object{
					"competency": "GPA-CL1", "decision": "not_yet_competent", "comment": "Observe two more",
				}, ifMatch(tag)).Status
			})
		}
		wg.Wait()
		close(statuses)
		count := map[int]int{}
		for s := range statuses {
			count[s]++
		}
		if count[201] != 1 || count[409] != 7 {
			t.Errorf("%v, want one 201 and seven 409", count)
		}
	})
}
