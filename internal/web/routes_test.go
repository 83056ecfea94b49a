package web_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
	"countersign/internal/web"
)

var update = flag.Bool("update", false, "write the golden files afresh")

// TestRoutesAreTheGoldenOnes makes a new page, and above all a page that is
// open to everybody, something that somebody has looked at.
func TestRoutesAreTheGoldenOnes(t *testing.T) {
	t.Parallel()
	const golden = "testdata/routes.txt"
	var lines []string
	for _, r := range web.Routes() {
		access := "signed-in"
		if r.Public {
			access = "public"
		}
		lines = append(lines, fmt.Sprintf("%-4s %s %s", r.Method, r.Path, access))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[5:]+a, b[5:]+b) })
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the routes have changed; if that is meant, run go test ./internal/web -run Golden -update (-golden +table):\n%s", diff)
	}
}

// recorded is a site with a record that has something of everything, on a
// database that tests can look into.
type recorded struct {
	*site
	db         *sql.DB
	parameters map[string]string // by the part of the path before, "evidence/:id"
}

func newRecorded(t *testing.T) *recorded {
	t.Helper()
	clock := storetest.NewClock()
	dsn := storetest.SQLite(t)
	s := newSite(t, storetest.Open(t, dsn, clock), clock)
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(dsn, "sqlite:")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r := &recorded{site: s, db: db}

	asha := s.as(t, s.Apprentice)
	draft := asha.observation().with("title", "Secret observation").with("narrative", "Secret narrative").send(http.StatusOK, "intent", "save")
	asha.upload(draft.path+"/attachments", nil, []file{{"file", "secret-photo.png", photo(t, 1)}}, http.StatusOK)
	asha.get(draft.path+"/edit", http.StatusOK).form("/edit").send(http.StatusOK, "intent", "submit")
	piece, _, err := s.svc.EvidenceList(t.Context(), s.Actor(t, s.Apprentice), s.App.ID, service.EvidenceFilter{})
	if err != nil || len(piece) != 1 {
		t.Fatalf("%d pieces: %v", len(piece), err)
	}
	whole, err := s.svc.Evidence(t.Context(), s.Actor(t, s.Apprentice), piece[0].ID)
	if err != nil || len(whole.Evidence.Attachments) != 1 {
		t.Fatalf("%d files: %v", len(whole.Evidence.Attachments), err)
	}
	so, _, err := s.svc.SignOff(t.Context(), s.Actor(t, s.GP), service.SignOffInput{
		Apprenticeship: s.App.ID, Competency: raising, Decision: countersign.NotYetCompetent, Comment: "Secret next step",
	})
	if err != nil {
		t.Fatal(err)
	}
	namings, err := s.svc.Namings(t.Context(), s.Actor(t, s.HubLead), s.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	held, err := s.svc.PersonFile(t.Context(), s.Actor(t, s.Admin), s.GP.ID)
	if err != nil {
		t.Fatal(err)
	}
	hours, err := s.svc.LogHours(t.Context(), s.Actor(t, s.Apprentice), s.App.ID, service.HoursInput{
		On: countersign.LondonDate(clock.Now()), Minutes: 60, Kind: countersign.Shadowing, Learnt: "Secret lesson",
	})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.svc.CreateToken(t.Context(), s.Actor(t, s.GP), service.TokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	medical := s.onPlacements(t)
	placement := s.arranged(t, medical)
	session, err := s.svc.AddSession(t.Context(), s.Actor(t, s.HubLead), service.SessionInput{
		Title: "Secret session", On: s.today(), Starts: "09:30", Minutes: 60, Place: "Secret room", Framework: medical.FrameworkID,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.svc.PrepareReview(t.Context(), s.Actor(t, s.GP), s.App.ID); err != nil {
		t.Fatal(err)
	}
	claim, err := s.svc.ClaimPriorLearning(t.Context(), s.Actor(t, s.Apprentice), s.App.ID, service.PriorLearningInput{
		Title: "Secret course", Provider: "Secret college", On: s.App.StartOn.AddDays(-9), Minutes: 60,
	})
	if err != nil {
		t.Fatal(err)
	}
	version, err := s.svc.StartFrameworkDraft(t.Context(), s.Actor(t, s.HubLead), service.DraftInput{Parent: s.Framework.ID + "@" + s.Framework.Version, Version: "1.7.0", Title: "Secret draft"})
	if err != nil {
		t.Fatal(err)
	}
	comment, err := s.svc.CommentOnDraft(t.Context(), s.Actor(t, s.HubLead), version, service.DraftCommentInput{Text: "Secret comment"})
	if err != nil {
		t.Fatal(err)
	}
	received := s.received(t)
	s.as(t, s.GP)
	var gpSession string
	if err := db.QueryRowContext(t.Context(), "SELECT id FROM sessions WHERE person_id = ?", string(s.GP.ID)).Scan(&gpSession); err != nil {
		t.Fatal(err)
	}
	roster, err := s.svc.CheckRoster(t.Context(), s.Actor(t, s.HubLead), "Secret roster.csv", []countersign.RosterRow{{Number: 2, Apprentice: countersign.RosterPerson{Name: "Secret"}}})
	if err != nil {
		t.Fatal(err)
	}
	impact := s.measured(t, "Secret note")
	r.parameters = map[string]string{
		"impact/:impact": string(impact.ID),
		"mails/:mail":    "no-such-mail", "stop-mail/:token": "no-such-link",
		"rosters/:id":             string(roster.ID),
		"received/:id":            string(received.ID),
		"framework-drafts/:draft": string(version), "comments/:comment": string(comment),
		"placements/:id": string(placement.ID), "sessions/:session": string(session.ID), "sessions/:id": gpSession, "placement-confirmation/:token": "no-such-link",
		"cpd/:cycle": "no-such-cycle", "entries/:entry": "no-such-entry", "reviews/:number": "1", "prior-learning/:claim": string(claim), "badges/:badge": "no-such-badge.json",
		"apprenticeships/:id": string(s.App.ID), "equivalents/:evidence": string(piece[0].ID), "evidence/:id": string(piece[0].ID), "attachments/:id": string(whole.Evidence.Attachments[0].ID),
		"sign-offs/:id": string(so.ID), "hours/:id": string(hours.ID), "namings/:naming": string(namings[0].ID), "payments/:payment": "mentor", "competencies/:code": raising, "revisions/:number": "1",
		"frameworks/:id": s.Framework.ID, s.Framework.ID + "/:version": s.Framework.Version, "job-description/:id": s.Framework.ID, "reports/:code": s.Hub.Code, "organisations/:code": s.Hub.Code,
		"views/:view": "no-such-view", "passkeys/:passkey": "no-such-passkey", "people/:person": string(s.GP.ID), "roles/:role": string(held.Memberships[0].ID), "tokens/:token": string(token.ID),
		"set-password/:token": "no-such-link", "assets/*": "app.css",
	}
	return r
}

// fill puts the record's identifiers into a route's path. A parameter that
// nobody has said a value for fails the test: it belongs into the map.
func (r *recorded) fill(t *testing.T, route web.RouteInfo) string {
	t.Helper()
	parts := strings.Split(route.Path, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, ":") && part != "*" {
			continue
		}
		value, ok := r.parameters[parts[i-1]+"/"+part]
		if !ok {
			t.Fatalf("%s %s: add %q to the parameters of this test", route.Method, route.Path, parts[i-1]+"/"+part)
		}
		parts[i] = value
	}
	return strings.Join(parts, "/")
}

// beneath reports whether the route is about one person's record, or about a
// framework draft.
func beneath(route web.RouteInfo) bool {
	return slices.ContainsFunc([]string{"/apprenticeships/:id", "/evidence/:id", "/attachments/:id", "/sign-offs/:id", "/hours/:id", "/placements/:id", "/framework-drafts/:draft", "/received/:id", "/rosters/:id", "/impact/:impact"}, func(prefix string) bool {
		return route.Path == prefix || strings.HasPrefix(route.Path, prefix+"/") || strings.HasPrefix(route.Path, prefix+".")
	})
}

// secrets must reach nobody who has nothing to do with the record.
func (r *recorded) secrets() []string {
	return []string{"Asha Patel", "asha@example.org", "Secret", "secret-photo", "Dr Megan Bell", "Nia Ward", string(r.App.ID)}
}

// hostile is what an outsider posts: identifiers of the record wherever a form
// could carry them.
func (r *recorded) hostile() url.Values {
	return url.Values{
		"rows.0.item":      {"review|" + string(r.App.ID) + "|" + r.parameters["evidence/:id"] + "||2"},
		"rows.0.decision":  {"accept"},
		"rows.1.item":      {"sign_off|" + string(r.App.ID) + "||" + raising + "|2"},
		"rows.1.decision":  {"not_yet_competent"},
		"rows.1.comment":   {"Sneaked in"},
		"apprentice.email": {"new@example.org"}, "apprentice.name": {"New Person"}, "framework": {r.Framework.ID + "@" + r.Framework.Version}, "practice": {r.Practice.Code},
		"gp_supervisor": {"near@example.org"}, "secondary_mentor": {"mentor@example.org"},
		"start_date.day": {"2"}, "start_date.month": {"3"}, "start_date.year": {"2026"},
		"planned_end_date.day": {"2"}, "planned_end_date.month": {"11"}, "planned_end_date.year": {"2026"},
		"email": {"someone@example.org"}, "name": {"Somebody"}, "role": {"gp_supervisor"}, "organisation": {r.Practice.Code}, "kind": {"practice"}, "code": {"X99999"},
		"decision": {"accept"}, "comment": {"Sneaked in"}, "reason": {"Sneaked in"}, "progress": {"Sneaked in"}, "support": {"Sneaked in"}, "state": {"withdrawn"}, "intent": {"submit"},
		"on.day": {"2"}, "on.month": {"3"}, "on.year": {"2026"}, "return_expected_on.day": {"2"}, "return_expected_on.month": {"6"}, "return_expected_on.year": {"2026"},
		"hours": {r.parameters["hours/:id"]}, "minutes": {"60"}, "learnt": {"Sneaked in"},
		"to.day": {"1"}, "to.month": {"3"}, "to.year": {"2026"},
		"part": {"domains.0"}, "draft_version": {"1"}, "version": {"1"}, "direction": {"down"}, "text": {"Sneaked in"}, "parent": {r.Framework.ID + "@" + r.Framework.Version}, "document": {"{}"},
	}
}

// TestEveryRouteRefuses drives every route of the table as those who have
// nothing to do with a record, with the record's own identifiers.
func TestEveryRouteRefuses(t *testing.T) {
	t.Parallel()
	r := newRecorded(t)
	here := r.Person(t, "Noah Reid", "noah@example.org", countersign.ApprenticeMember, r.Practice)
	near := r.Person(t, "Dr Nora Near", "near@example.org", countersign.GPSupervisorMember, r.NextPractice)
	nearManager := r.Person(t, "Nick Near", "near-manager@example.org", countersign.PracticeManager, r.NextPractice)
	farAdmin := r.Person(t, "Fay Far", "far-admin@example.org", countersign.Admin, r.OtherHub)
	unassigned := r.Person(t, "Vera Fay", "verifier@example.org", countersign.Verifier, r.Hub)
	before := r.dump(t)

	t.Run("nobody", func(t *testing.T) { r.refuseNobody(t) })
	for _, who := range []struct {
		name   string
		person countersign.Person
		admin  bool // of the record's places
		lead   bool // of the record's region
	}{
		{name: "the wrong apprentice", person: r.OtherApprentice},
		{name: "the wrong apprentice of the same practice", person: here},
		{name: "another practice's GP", person: near},
		{name: "another practice's manager", person: nearManager},
		{name: "another hub's GP", person: r.OtherGP},
		{name: "another hub's lead", person: r.OtherHubLead},
		{name: "another hub's administrator", person: farAdmin},
		{name: "a verifier to whom it is not assigned", person: unassigned},
		{name: "the region's lead", person: r.RegionLead, lead: true},
		{name: "the administrator", person: r.Admin, admin: true},
	} {
		t.Run(who.name, func(t *testing.T) {
			c := r.as(t, who.person)
			for _, route := range web.Routes() {
				if route.Public && route.Method == http.MethodPost || strings.HasPrefix(route.Path, "/account/") && !strings.Contains(route.Path, ":") {
					continue // signs out, or is about one's own account
				}
				status, body := c.raw(route.Method, r.fill(t, route), r.hostile())
				administration := strings.HasPrefix(route.Path, "/admin")
				refused := status == http.StatusNotFound || // or, of a place that they may know of, 403
					!beneath(route) && (who.lead || who.admin) && status == http.StatusForbidden
				switch {
				case status >= http.StatusInternalServerError:
					t.Errorf("%s %s: %d", route.Method, route.Path, status)
				case beneath(route) && !refused:
					t.Errorf("%s %s: %d, want 404", route.Method, route.Path, status)
				case administration && !who.admin && strings.Contains(route.Path, ":") && !refused,
					strings.HasPrefix(route.Path, "/reports/:code") && !who.lead && !refused,
					(strings.Contains(route.Path, "tokens/:") || strings.Contains(route.Path, "account/sessions/:")) && !refused:
					t.Errorf("%s %s: %d, want 404", route.Method, route.Path, status)
				}
				if who.admin && (administration || route.Path == "/") {
					continue // people and places are theirs
				}
				for _, secret := range r.secrets() {
					if strings.Contains(body, secret) {
						t.Errorf("%s %s (%d) holds %q", route.Method, route.Path, status, secret)
					}
				}
			}
		})
	}
	after := r.dump(t)
	for _, table := range []string{
		"apprenticeships", "programme_changes", "namings", "evidence", "evidence_mappings", "evidence_revisions", "reviews", "attachments", "attainments", "sign_offs", "hours", "hours_decisions", "placements", "placement_links", "classroom_sessions", "frameworks", "framework_drafts", "framework_draft_comments", "received_packages", "received_files", "impact_reports",
	} {
		if before[table] == "" || before[table] != after[table] {
			t.Errorf("somebody changed %s:\nbefore %s\nafter  %s", table, before[table], after[table])
		}
	}
}

func (r *recorded) refuseNobody(t *testing.T) {
	for _, route := range web.Routes() {
		c := r.anonymous(t)
		status, body := c.raw(route.Method, r.fill(t, route), r.hostile())
		switch {
		case status >= http.StatusInternalServerError:
			t.Errorf("%s %s: %d", route.Method, route.Path, status)
		case route.Public:
		case route.Method == http.MethodGet && status != http.StatusSeeOther:
			t.Errorf("%s %s: %d, want a redirect to the sign-in page", route.Method, route.Path, status)
		case route.Method == http.MethodPost && (status != http.StatusUnauthorized || !strings.Contains(body, "Your session has ended")):
			t.Errorf("%s %s: %d, want 401 with the sign-in page", route.Method, route.Path, status)
		}
		for _, secret := range []string{"Secret", string(r.App.ID)} { // persons of a demonstration are on the sign-in page
			if strings.Contains(body, secret) {
				t.Errorf("%s %s (%d) holds %q", route.Method, route.Path, status, secret)
			}
		}
	}
}

// raw sends a request, follows nothing and returns the answer.
func (c *client) raw(method, path string, form url.Values) (int, string) {
	c.t.Helper()
	p := c.once(method, path, form)
	return p.status, string(p.body)
}

func (c *client) once(method, path string, form url.Values) *page {
	c.t.Helper()
	body := ""
	if method == http.MethodPost {
		body = form.Encode()
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.site.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	once := *c.http
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	p := &page{c: c, status: res.StatusCode, path: method + " " + path, header: res.Header}
	if p.body, err = io.ReadAll(res.Body); err != nil {
		c.t.Fatal(err)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		p.check()
	}
	return p
}

// ephemeral are the tables that asking for a page may change: who is signed
// in, and how often somebody tried.
var ephemeral = []string{"sessions", "attempts"}

// dump returns a checksum of every table but the ephemeral ones.
func (r *recorded) dump(t *testing.T) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, row := range r.rows(t, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'") {
		table := fmt.Sprint(row[0])
		if slices.Contains(ephemeral, table) {
			continue
		}
		hash := sha256.New()
		for _, line := range r.rows(t, "SELECT * FROM "+table+" ORDER BY 1, 2") {
			_, _ = fmt.Fprintln(hash, line...)
		}
		sums[table] = hex.EncodeToString(hash.Sum(nil))[:16]
	}
	return sums
}

func (r *recorded) rows(t *testing.T, query string) [][]any {
	t.Helper()
	found, err := r.db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]any
	for found.Next() {
		row, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := found.Scan(to...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestAskingForAPageChangesNothing fetches every page as everybody, and
// compares every table. It shows too that the identifiers with which outsiders
// are refused are real ones: each page answers somebody.
func TestAskingForAPageChangesNothing(t *testing.T) {
	t.Parallel()
	r := newRecorded(t)
	insiders := []countersign.Person{r.Apprentice, r.GP, r.Mentor, r.Manager, r.HubLead, r.RegionLead, r.Admin}
	clients := []*client{r.anonymous(t)}
	for _, p := range insiders {
		clients = append(clients, r.as(t, p))
	}
	before := r.dump(t)
	if len(before) < 15 {
		t.Fatalf("only %d tables are compared", len(before))
	}
	for _, route := range web.Routes() {
		if route.Method != http.MethodGet {
			continue
		}
		path, answered := r.fill(t, route), false
		for _, c := range clients {
			status, _ := c.raw(http.MethodGet, path, nil)
			answered = answered || status == http.StatusOK
		}
		if diff := cmp.Diff(before, r.dump(t)); diff != "" {
			t.Fatalf("GET %s changed the database (-before +after):\n%s", path, diff)
		}
		if !answered && !slices.Contains(unanswered, route.Path) {
			t.Errorf("GET %s answers nobody", path)
		}
	}
}

// unanswered are pages that need a record in another state than this one.
var unanswered = []string{
	"/set-password/:token", // needs a link from a mail
	"/assets/*",            // carries the hash of what is served
	"/apprenticeships/:id/programme/acceptance", "/apprenticeships/:id/programme/refusal", // need an application
	"/apprenticeships/:id/programme/return", "/apprenticeships/:id/programme/restart", "/apprenticeships/:id/programme/decision",
	"/apprenticeships/:id/gateway/verification", "/apprenticeships/:id/gateway/award", "/apprenticeships/:id/certificate.pdf", // need a portfolio that was handed in, or verified
	"/apprenticeships/:id/badges/:badge", // needs a badge
	"/apprenticeships/:id/payments/:payment/claim", "/apprenticeships/:id/payments/:payment/payment",
	"/apprenticeships/:id/payments/:payment/claim/reversal", "/apprenticeships/:id/payments/:payment/payment/reversal", // need a version with payments
	"/apprenticeships/:id/competencies/:code/equivalents/:evidence",                                                                          // needs evidence accepted in another programme
	"/apprenticeships/:id/cpd/:cycle/new", "/apprenticeships/:id/cpd/:cycle/alternative", "/apprenticeships/:id/cpd/entries/:entry/reversal", // need a completed programme
	"/reports/:code/impact/new",                                          // needs the code of a practice
	"/stop-mail/:token",                                                  // needs a link from a mail
	"/placement-confirmation/:token",                                     // needs a link from a mail
	"/framework-drafts/:draft/removal",                                   // needs a part to remove
	"/evidence/:id/report-closure",                                       // needs a piece that was reported
	"/evidence/:id/deletion", "/evidence/:id/edit", "/evidence/:id/kind", // need a draft
}
