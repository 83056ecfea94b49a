package api_test

import (
	"net/http"
	"strings"
	"testing"

	"countersign/internal/api"
	"countersign/internal/countersign"
)

// what is there to be refused.
type subjects struct {
	hours, piece, file, signOff, naming, membership, person, token, view, placement, session, draft, comment, roster, impact string
}

// fill makes one of everything beneath the world's first apprenticeship.
func (h *house) fill(t *testing.T) subjects {
	t.Helper()
	const code = "GPA-CL1"
	var s subjects
	asha := h.as(t, h.Apprentice)
	piece := h.drafted(t, h.observation(h.Mentor.Email, code))
	s.piece = strings.TrimPrefix(piece, "/evidence/")
	s.file = asha.upload(piece+"/attachments", "notes.txt", []byte("A note.\n")).want(201).text("id")
	asha.post(piece+"/submission", nil).want(200)
	h.as(t, h.Mentor).post(piece+"/review", object{"decision": "accept"}).want(200)
	s.signOff = h.as(t, h.GP).post(h.path("/sign-offs"), object{
		"competency": code, "decision": "not_yet_competent", "comment": "Observe two more",
	}).want(201).text("id")
	s.hours = asha.post(h.path("/hours"), h.hours()).want(201).text("id")
	s.placement = h.placed(t, h.enrolled(t, away)).text("id")
	s.session = h.held(t).text("id")
	s.draft = h.as(t, h.HubLead).post("/framework-drafts", object{"parent": "gpa-combined@1.0.0", "version": "1.7.0"}).want(201).text("id")
	s.comment = h.as(t, h.HubLead).post("/framework-drafts/"+s.draft+"/comments", object{"text": "Mine"}).want(201).text("comments", 0, "id")
	s.naming = asha.get(h.path("/namings")).want(200).text("items", 0, "id")
	member := h.as(t, h.Manager).get("/people?q=asha").want(200)
	s.person = member.text("items", 0, "id")
	s.membership = member.text("items", 0, "memberships", 0, "id")
	s.view = asha.post("/me/views", object{"name": "Mine", "query": "state=active"}).want(201).text("id")
	s.roster = h.as(t, h.HubLead).upload("/rosters", "autumn.csv", []byte(rosterHeader+"A,a@example.org\n")).want(201).text("id")
	s.impact = h.measured(t).text("id")
	s.token = asha.get("/tokens").want(200).text("items", 0, "id")
	return s
}

// path fills in the names of a route.
func (s subjects) path(h *house, path string) string {
	id := string(h.App.ID)
	switch {
	case strings.HasPrefix(path, "/evidence"):
		id = s.piece
	case strings.HasPrefix(path, "/attachments"):
		id = s.file
	case strings.HasPrefix(path, "/rosters"):
		id = s.roster
	case strings.HasPrefix(path, "/impact-reports"):
		id = s.impact
	case strings.HasPrefix(path, "/sign-offs"):
		id = s.signOff
	case strings.HasPrefix(path, "/placements"):
		id = s.placement
	case strings.HasPrefix(path, "/classroom-sessions"):
		id = s.session
	case strings.HasPrefix(path, "/framework-drafts"):
		id = s.draft
	case strings.HasPrefix(path, "/hours"):
		id = s.hours
	case strings.HasPrefix(path, "/memberships"):
		id = s.membership
	case strings.HasPrefix(path, "/people"):
		id = s.person
	case strings.HasPrefix(path, "/me/views"):
		id = s.view
	case strings.HasPrefix(path, "/tokens"):
		id = s.token
	}
	code := "GPA-CL1"
	if strings.HasPrefix(path, "/organisations") {
		code = h.Practice.Code
	}
	const nothing = "00000000-0000-7000-8000-000000000000"
	return strings.NewReplacer("{id}", id, "{naming}", s.naming, "{mail}", nothing, "{comment}", s.comment, "{change}", nothing, "{code}", code, "{payment}", "mentor", "{number}", "1", "{claim}", nothing, "{cycle}", nothing, "{entry}", nothing, "{framework}", h.Framework.ID, "{version}", h.Framework.Version).Replace(path)
}

func TestEveryRouteRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.fill(t)
		for _, r := range api.Routes() {
			h.refuses(t, r, s.path(h, r.Path), s)
		}
	})
}

func (h *house) refuses(t *testing.T, r api.Route, path string, s subjects) {
	t.Helper()
	body := func() any {
		if r.Method == http.MethodGet || r.Method == http.MethodDelete {
			return nil
		}
		return object{}
	}()
	if r.Public {
		return
	}
	nobody := h.nobody(t)
	if a := nobody.do(r.Method, path, body).want(401); a.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("%s %s: WWW-Authenticate %q", r.Method, path, a.Header.Get("WWW-Authenticate"))
	}
	nobody.do(r.Method, path, raw("{"), ifMatch(`"999"`)).want(401) // before the body and If-Match
	for _, outsider := range []countersign.Person{h.OtherApprentice, h.OtherGP, h.OtherHubLead} {
		c := h.as(t, outsider)
		if !strings.Contains(r.Path, "{") || r.Path == "/frameworks/{framework}" || strings.HasPrefix(r.Path, "/frameworks/") {
			h.refusesWithout(t, c, r, outsider, s)
			continue
		}
		if r.Method == http.MethodGet {
			c.get(path).want(404)
			c.get(path + "?limit=x&cursor=y&kind=z").want(404)
			continue
		}
		// Whatever is wrong with the request, an outsider hears that there is nothing.
		c.do(r.Method, path, body, ifMatch("*")).want(404)
		c.do(r.Method, path, body, ifMatch(`"999"`)).want(404)
		c.do(r.Method, path, body).want(404)
		c.do(r.Method, path, raw("{"), ifMatch("*")).want(404)
		c.do(r.Method, path, raw("x"), ifMatch("*"), header("Content-Type", "text/plain")).want(404)
		if strings.HasSuffix(path, "/review") {
			c.do(r.Method, path, raw(`{"comment": "`+strings.Repeat("x", 3<<20)+`"}`), ifMatch("*")).want(404)
		}
		if r.Method == http.MethodPost {
			c.do(r.Method, path, raw("{"), header("Idempotency-Key", "k")).want(404)
		}
	}
}

// refusesWithout looks at routes that name no subject: lists hold nothing of
// others, what is done is done within one's own.
func (h *house) refusesWithout(t *testing.T, c client, r api.Route, outsider countersign.Person, s subjects) {
	t.Helper()
	switch r.Method + " " + r.Path {
	case "POST /frameworks/{framework}/{version}/moves":
		if outsider.ID != h.OtherHubLead.ID { // who may move their own people: TestPeopleChangeToAnotherVersionAndBack
			c.post("/frameworks/gpa-combined/1.0.0/moves", object{}).want(404)
			c.post("/frameworks/gpa-combined/1.0.0/moves", raw("{")).want(404)
		}
	case "POST /signing-challenges", "POST /signing-grants":
		c.post(r.Path, object{"password": "x", "totp": "000000"}).want(map[string]int{"/signing-challenges": 409, "/signing-grants": 422}[r.Path])
	case "POST /me/erasure": // one's own, which nobody else's token reaches
		c.post(r.Path, object{"reason": 5}).want(422)
	case "GET /rosters", "POST /rosters":
		want := 404
		if outsider.ID == h.OtherHubLead.ID { // may import their own
			want = map[string]int{http.MethodGet: 200, http.MethodPost: 415}[r.Method]
		}
		a := c.do(r.Method, r.Path, map[bool]any{true: object{}}[r.Method == http.MethodPost]).want(want)
		if want == 200 && len(a.list("items")) != 0 {
			t.Errorf("another hub lists rosters: %s", a.Body)
		}
	case "GET /framework-drafts":
		if outsider.ID == h.OtherHubLead.ID {
			if n := len(c.get(r.Path).want(200).list("items")); n != 0 {
				t.Errorf("another hub lists %d drafts", n)
			}
			return
		}
		c.get(r.Path).want(404)
	case "POST /framework-drafts":
		want := 404
		if outsider.ID == h.OtherHubLead.ID {
			want = 422 // may make drafts of their own
		}
		c.post(r.Path, object{}).want(want)
	case "GET /classroom-sessions":
		if outsider.ID == h.OtherHubLead.ID {
			if n := len(c.get(r.Path).want(200).list("items")); n != 0 {
				t.Errorf("another hub's timetable has %d sessions", n)
			}
			return
		}
		c.get(r.Path).want(404)
	case "POST /classroom-sessions":
		want := 404
		if outsider.ID == h.OtherHubLead.ID {
			want = 422 // may hold sessions of their own hub
		}
		c.post(r.Path, object{}).want(want)
	case "POST /organisations", "POST /memberships":
		c.post(r.Path, object{}).want(404)
		c.post(r.Path, raw("{")).want(404)
	case "POST /apprenticeships":
		want := 404
		if outsider.ID == h.OtherHubLead.ID {
			want = 422 // may enrol, but not here
		}
		c.post(r.Path, raw("{\"practice\": 1}")).want(want)
		today := h.today()
		c.post(r.Path, object{
			"apprentice": object{"name": "X", "email": "x@example.org"}, "framework": h.Framework.ID, "practice": h.Practice.Code, "gp_supervisor": h.GP.Email,
			"secondary_mentor": h.Mentor.Email, "start_date": today.String(), "planned_end_date": today.AddMonths(9).String(),
		}).want(want)
	case "POST /sign-offs/batch":
		a := c.post(r.Path, []object{{"apprenticeship": h.App.ID, "competency": "GPA-CL1", "decision": "not_yet_competent", "comment": "No"}}).want(200)
		if a.at("items", 0, "status") != 404.0 {
			t.Errorf("batch: %s", a.Body)
		}
	case "POST /hours/verifications":
		a := c.post(r.Path, object{"hours": []string{s.hours}}).want(200)
		if a.at("items", 0, "status") != 404.0 {
			t.Errorf("batch: %s", a.Body)
		}
	case "POST /tokens", "POST /me/views", "PATCH /me": // one's own
	case "GET /audit-events", "GET /erasures": // administrators' alone
		c.get(r.Path).want(404)
	case "GET /reports/sums":
		c.get("/reports/sums?organisation=" + h.Hub.Code).want(404)
	case "GET /reports/progress", "GET /reports/impact", "GET /reports/heat-map", "GET /reports/coverage":
		for _, place := range []countersign.Organisation{h.Practice, h.Hub, h.Region, h.England} {
			c.get(r.Path + "?organisation=" + place.Code).want(404)
		}
	default:
		a := c.get(strings.NewReplacer("{framework}", h.Framework.ID, "{version}", h.Framework.Version).Replace(r.Path)).want(200)
		for _, secret := range []string{string(h.App.ID), h.Apprentice.Email, h.Practice.Code, h.Hub.Code} {
			if strings.Contains(string(a.Body), secret) {
				t.Errorf("%s tells %s of %s\n%s", r.Path, outsider.Name, secret, shorten(a.Body))
			}
		}
	}
}

func TestATokenMustBeValid(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		c := h.nobody(t)
		for _, value := range []string{"Bearer", "Bearer ", "Bearer nonsense", "Basic " + h.tokens[h.GP.ID], h.tokens[h.GP.ID], "Bearer \x00"} {
			c.get("/me", header("Authorization", value)).want(401)
		}
		c.get("/me", header("Authorization", "bearer "+h.tokens[h.GP.ID])).want(200)
		c.get("/me", header("Cookie", "session="+h.tokens[h.GP.ID])).want(401)
	})
}

func TestAMalformedIdentifierIsNotFound(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		c := h.as(t, h.GP)
		for _, id := range []string{"1", "x", "00000000-0000-7000-8000-00000000000G", "%00", "%ff", "..%2f", strings.Repeat("a", 5000), "00000000-0000-7000-8000-0000000fffff"} {
			c.get("/apprenticeships/" + id).want(404)
			c.get("/evidence/" + id).want(404)
			c.post("/evidence/"+id+"/review", raw("{")).want(404)
			c.get("/attachments/" + id).want(404)
			c.patch("/memberships/"+id, object{}).want(404)
			c.get(h.path("/competencies/" + id)).want(404)
			c.get(h.path("/namings/" + id)).want(404)
			c.get("/organisations/" + id).want(404)
			c.get("/frameworks/" + id).want(404)
			c.get("/frameworks/gpa-combined/" + id).want(404)
		}
	})
}

func TestAnInsiderIsToldWhy(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		asha, lead := h.as(t, h.Apprentice), h.as(t, h.HubLead)
		asha.post(h.path("/sign-offs"), raw("{")).want(403)
		asha.patch(h.path(""), object{}).want(403)
		lead.get(h.path("/evidence")).want(403)
		lead.get(h.path("/portfolio.pdf")).want(403)
		lead.get(h.path("")).want(200)
		h.as(t, h.Manager).get(h.path("/sign-offs")).want(403)
	})
}
