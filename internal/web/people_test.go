package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/web"
)

// alsoEnrolled enrols somebody at the next practice, with the GP and nobody as
// mentor.
func (s *site) alsoEnrolled(t *testing.T, name, email string) countersign.Apprenticeship {
	t.Helper()
	return s.Enrol(t, s.Person(t, name, email, countersign.ApprenticeMember, s.NextPractice), s.NextPractice, s.GP.ID)
}

func TestApprenticesAreListedToThoseWhoFollowThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		s.as(t, s.Apprentice).submitted()
		list := s.as(t, s.HubLead).get("/apprenticeships", http.StatusOK)
		list.wants("Enrol an apprentice", "Asha Patel", "Zoë Ńowak", "Oakwood Surgery", "0 of 39 (0%)", "2 August 2027", "1 item, waiting since today",
			`href="mailto:gp@example.org"`, `href="mailto:mentor@example.org"`, "Nia Ward", "no secondary mentor").lacks("Owen Hale", "other-gp@example.org")
		s.as(t, s.Manager).get("/apprenticeships", http.StatusOK).wants("Asha Patel", "Enrol an apprentice").lacks("Zoë Ńowak")
		s.as(t, s.Mentor).get("/apprenticeships", http.StatusOK).wants("Asha Patel").lacks("Zoë Ńowak", "Enrol an apprentice")
		s.as(t, s.RegionLead).get("/apprenticeships", http.StatusOK).wants("There are no apprentices here yet.")
		s.as(t, s.Admin).get("/apprenticeships", http.StatusOK).lacks("Asha Patel")
	})
}

func TestFiltersOfTheListLiveInItsAddress(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		c := s.as(t, s.HubLead)
		for query, want := range map[string][2]bool{ // Asha, Zoë
			"q=asha": {true, false}, "q=NOWAK": {false, true}, "q=zoe%40example": {false, true}, "q=nobody": {false, false}, "q=%25": {false, false},
			"state=active": {true, true}, "state=completed": {false, false}, "state=king": {false, false},
			"organisation=A81002": {false, true}, "organisation=+a81001+": {true, false}, "organisation=L83001": {false, false},
			"framework=gpa-combined": {true, true}, "framework=nope": {false, false}, "cohort=2026-A": {true, true}, "cohort=2025-Z": {false, false},
			"overdue=yes": {false, false}, "unmentored=yes": {false, true}, "sort=progress": {true, true}, "sort=oldest_waiting&state=active": {true, true},
		} {
			p := c.get("/apprenticeships?"+query, http.StatusOK)
			for i, name := range []string{"Asha Patel", "Zoë Ńowak"} {
				if got := strings.Contains(p.text(), name); got != want[i] {
					t.Errorf("?%s shows %s: %t", query, name, got)
				}
			}
			sent := p.form("/apprenticeships").values
			for key, values := range mustQuery(t, query) {
				if want := strings.ToUpper(strings.TrimSpace(values[0])); strings.ToUpper(sent.Get(key)) != want {
					t.Errorf("?%s: the form sends %s=%q", query, key, sent.Get(key))
				}
			}
			if !strings.HasPrefix(query, "sort") && !strings.Contains(p.text(), "Clear what you are looking for") {
				t.Errorf("?%s can't be cleared", query)
			}
		}
		c.get("/apprenticeships?sort=nonsense", http.StatusUnprocessableEntity).wants("Error: Apprentices", "Select one of the orders that are offered")
		c.get("/apprenticeships?cursor=nonsense", http.StatusUnprocessableEntity)
		c.get("/apprenticeships?q="+url.QueryEscape("<script>alert(1)</script>"), http.StatusOK).lacks("<script>alert")
	})
}

func mustQuery(t *testing.T, query string) url.Values {
	t.Helper()
	v, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheListHasPages(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		for i := range 60 {
			s.alsoEnrolled(t, fmt.Sprintf("Apprentice %02d", i), fmt.Sprintf("a%02d@example.org", i))
		}
		c := s.as(t, s.HubLead)
		first := c.get("/apprenticeships?sort=planned_end&q=apprentice", http.StatusOK)
		second := c.get(first.link("Next page"), http.StatusOK)
		seen := map[string]int{}
		for _, p := range []*page{first, second} {
			for i := range 60 {
				name := fmt.Sprintf("Apprentice %02d", i)
				seen[name] += strings.Count(p.text(), name)
			}
		}
		for i := range 60 {
			if name := fmt.Sprintf("Apprentice %02d", i); seen[name] != 1 {
				t.Errorf("%s is shown %d times", name, seen[name])
			}
		}
		if back := second.link("Back to the first page"); back != "/apprenticeships?q=apprentice&sort=planned_end" {
			t.Errorf("back leads to %s", back)
		}
		if rows := csvOf(t, c.get(second.link("table (CSV)"), http.StatusOK)); len(rows) != 61 {
			t.Errorf("the file has %d lines, not 61", len(rows))
		}
	})
}

func csvOf(t *testing.T, p *page) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(p.body), "\ufeff")
	if !ok {
		t.Error("the file doesn't say that it is UTF-8")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSVHoldsNoFormula(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, `=cmd|' /C calc'!A0`, "cmd@example.org")
		s.alsoEnrolled(t, "Ńowak, \"Zoë\"\nLine", "zoe@example.org")
		p := s.as(t, s.HubLead).get("/apprenticeships.csv?organisation=A81002", http.StatusOK)
		if got := p.header.Get("Content-Disposition"); got != `attachment; filename="apprentices-2026-03-02.csv"` {
			t.Errorf("Content-Disposition = %s", got)
		}
		rows := csvOf(t, p)
		var names []string
		for _, r := range rows[1:] {
			names = append(names, r[0])
		}
		if diff := cmp.Diff([]string{`'=cmd|' /C calc'!A0`, "Ńowak, \"Zoë\"\nLine"}, names); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
		want := []string{
			"Ńowak, \"Zoë\"\nLine", "zoe@example.org", "A81002", "Beechwood Surgery", "Leeds Training Hub", "gpa-combined", s.Framework.Version, "2026-A", "active",
			"2026-02-02", "2027-08-02", "false", "0", "39", "0", "39", "", "0", "", "Dr Megan Bell", "gp@example.org", "", "",
			"", "", "", "false", "", "on_track",
		}
		if diff := cmp.Diff(want, rows[2]); diff != "" {
			t.Errorf("row (-want +got):\n%s", diff)
		}
		if len(rows[0]) != len(want) {
			t.Errorf("%d headings for %d columns", len(rows[0]), len(want))
		}
	})
}

func TestHarmless(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "Asha": "Asha", "=cmd": "'=cmd", "+44": "'+44", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "  =x": "'  =x", "\u00a0=x": "'\u00a0=x",
		"＝x": "'＝x", "a=b": "a=b", "2026-03-02": "2026-03-02", "|x": "'|x", "O'Brien": "O'Brien",
	} {
		if got := web.Harmless(in); got != want {
			t.Errorf("harmless(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEnrolKeepsEverythingAndSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.HubLead)
		page := c.get("/apprenticeships/new", http.StatusOK).wants("Enrol an apprentice", "6 to 9 months after the start date", "Oakwood Surgery (A81001)").lacks("Harbour Surgery")
		page.form("/apprenticeships/new").send(http.StatusUnprocessableEntity).wants("Error: Enrol an apprentice", "Enter an email address", "Select a framework", "Enter a practice",
			"Enter the GP supervisor", "Enter the secondary mentor", "Enter the start date", "Enter the planned end date")
		form := page.form("/apprenticeships/new").with("apprentice.email", "zoe@example.org").with("apprentice.name", "Zoë <b>Ńowak</b>").with("practice", "A81001").
			with("gp_supervisor", "nobody@example.org").with("secondary_mentor", s.Mentor.Email).with("framework", "gpa-combined@"+s.Framework.Version).
			date("start_date", "31", "2", "2026").date("planned_end_date", "1", "12", "2026").with("cohort", "Spring")
		again := form.send(http.StatusUnprocessableEntity).wants("This date does not exist", "Zoë &lt;b&gt;Ńowak&lt;/b&gt;").form("/apprenticeships/new")
		for name, want := range form.values {
			if diff := cmp.Diff(want, again.values[name]); diff != "" {
				t.Errorf("%s isn't kept: %s", name, diff)
			}
		}
		again.date("start_date", "2", "3", "2026").send(http.StatusUnprocessableEntity).wants("Nobody with this email address is known here")
		again.with("gp_supervisor", s.GP.Email).date("planned_end_date", "1", "5", "2026").send(http.StatusUnprocessableEntity).
			wants("The planned end must be 6 to 9 months after the start: from 1 September 2026 to 2 December 2026")
		done := again.date("planned_end_date", "2", "November", "2026").send(http.StatusOK)
		done.wants("Zoë <b>Ńowak</b> is enrolled.", "we have sent zoe@example.org a link")
		if !strings.HasPrefix(done.path, "/apprenticeships/") {
			t.Errorf("enrolment leads to %s", done.path)
		}
		for _, p := range []countersign.Person{s.Apprentice, s.GP, s.Mentor, s.RegionLead, s.Admin} {
			s.as(t, p).get("/apprenticeships/new", http.StatusNotFound)
		}
	})
}

func TestChangeAnEnrolment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Manager)
		open := func(c *client) *sheet {
			return c.get(s.path("/change"), http.StatusOK).form("/change").date("planned_end_date", "2", "10", "2026")
		}
		c.get(s.path("/change"), http.StatusOK).wants("It began on 2 February 2026 and takes up to 9 months", "until 2 February 2027").lacks("State")
		early, late := open(c), open(s.as(t, s.HubLead))
		early.with("cohort", "Autumn").send(http.StatusOK).wants("The apprenticeship is changed.", "2 October 2026", "Autumn")
		stale := late.with("cohort", "Winter").send(http.StatusConflict).wants("Error: Change", "Somebody changed this enrolment", "This is how it stands now", "Autumn", `value="Winter"`)
		stale.form("/change").send(http.StatusOK).wants("The apprenticeship is changed.", "Winter")

		open(c).date("planned_end_date", "2", "2", "2029").send(http.StatusUnprocessableEntity).wants("The planned end must be", `value="2029"`)
		open(c).date("planned_end_date", "x", "2", "2026").with("cohort", "Kept").send(http.StatusUnprocessableEntity).wants("Enter a date with a day", `value="Kept"`)
		open(c).date("planned_end_date", "2", "12", "2026").send(http.StatusUnprocessableEntity).wants("The planned end must be 6 to 9 months")
		open(s.as(t, s.HubLead)).date("planned_end_date", "2", "12", "2026").send(http.StatusOK).wants("2 December 2026")
		s.as(t, s.GP).get(s.path("/change"), http.StatusForbidden)
	})
}

func TestTheListNamesNobodyWhoHasLeft(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		if err := s.store.Write(t.Context(), func(tx *store.Tx) error {
			held, err := tx.Memberships(s.Mentor.ID)
			if err != nil {
				return err
			}
			return tx.EndMembership(held[0].Membership, s.today().AddDays(-1))
		}); err != nil {
			t.Fatal(err)
		}
		c := s.as(t, s.HubLead)
		c.get("/apprenticeships", http.StatusOK).wants("no secondary mentor").lacks("Nia Ward")
		c.get("/", http.StatusOK).wants("No secondary mentor is named today for Asha Patel at Oakwood Surgery")
		s.as(t, s.Manager).get("/", http.StatusOK).wants("No secondary mentor is named today for Asha Patel")
		c.get(s.path("/namings"), http.StatusOK).wants("No secondary mentor is named today", "They do not hold this role any more")
		s.as(t, s.Mentor).get(s.path(""), http.StatusNotFound)
	})
}
