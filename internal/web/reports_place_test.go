package web_test

import (
	"net/http"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func TestEachFigureLeadsToThoseWhomItCounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		c := s.as(t, s.HubLead)
		report := c.get("/reports/TH01", http.StatusOK).wants("Training hub, code TH01", "As at ", "What on track, slipping and stuck mean", "Oakwood Surgery")
		c.get(report.link("Active"), http.StatusOK).wants("Asha Patel", "Zoë Ńowak")
		if !strings.Contains(report.link("Active"), "flag=active") || !strings.Contains(report.link("Active"), "organisation=TH01") {
			t.Errorf("active leads to %s", report.link("Active"))
		}
		if got := report.link("Without a mentor"); !strings.Contains(got, "flag=active") || !strings.Contains(got, "unmentored=yes") {
			t.Errorf("without a mentor leads to %s", got)
		}
		c.get("/apprenticeships?flag=stuck", http.StatusOK).wants("Nobody matches")
		c.get("/apprenticeships?flag=lost", http.StatusUnprocessableEntity).wants("Select one of the ways to get on")
		c.get("/reports/TH01?month=1999-01", http.StatusUnprocessableEntity).wants("There is no report as at the end of January 1999")
		c.get("/reports/TH01?cohort=nothing", http.StatusOK).wants("nothing")
		s.as(t, s.Manager).get("/reports", http.StatusOK).wants("Practice, code A81001").lacks("Zoë Ńowak")
		s.as(t, s.Apprentice).get("/reports", http.StatusOK).wants("There are none for you")
		c.get("/reports/figures", http.StatusOK).wants("Median months to complete", "How long the programme took")
	})
}

func TestTheListOfApprenticesIsKeptAndTakenAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		c := s.as(t, s.HubLead)
		list := c.get("/apprenticeships?q=asha&columns=cohort&columns=flag&columns=nonsense", http.StatusOK).wants("How they get on", "Cohort").lacks("Zoë Ńowak", "None yet")
		form := list.form("/apprenticeships/views")
		form.with("name", "").send(http.StatusUnprocessableEntity).wants("Enter a name for the view", "Asha Patel")
		kept := list.form("/apprenticeships/views").with("name", "Asha alone").send(http.StatusOK).wants("The view is kept", "Asha alone").lacks("Zoë Ńowak")
		if got := kept.link("Asha alone"); !strings.Contains(got, "columns=cohort") || !strings.Contains(got, "q=asha") {
			t.Errorf("the view leads to %s", got)
		}
		if book := c.get("/apprenticeships.xlsx?q=asha", http.StatusOK); !strings.HasPrefix(string(book.body), "PK") {
			t.Errorf("the workbook begins with %.10q", book.body)
		}
		c.get("/apprenticeships", http.StatusOK).form("/removal").send(http.StatusOK).wants("The view is removed").lacks("Asha alone")
	})
}

func TestAReportIsTakenAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		c := s.as(t, s.HubLead)
		report := c.get("/reports/TH01", http.StatusOK)
		if file := c.get(report.link("Board report (PDF)"), http.StatusOK); !strings.HasPrefix(string(file.body), "%PDF-") {
			t.Errorf("the board report begins with %.20q", file.body)
		}
		table := string(c.get(report.link("Table (CSV)"), http.StatusOK).body)
		for _, line := range []string{"about,code,name,as_at,starters", "place,TH01,Leeds Training Hub,", "place beneath,A81001,Oakwood Surgery,", "framework,"} {
			if !strings.Contains(table, line) {
				t.Errorf("the table lacks %q:\n%.400s", line, table)
			}
		}
		if book := c.get(report.link("Spreadsheet (XLSX)"), http.StatusOK); !strings.HasPrefix(string(book.body), "PK") {
			t.Errorf("the workbook begins with %.10q", book.body)
		}
		for _, file := range []string{"report.pdf", "report.xlsx", "report.csv"} {
			s.as(t, s.OtherHubLead).get("/reports/TH01/"+file, http.StatusNotFound)
			s.as(t, s.Apprentice).get("/reports/TH01/"+file, http.StatusNotFound)
			c.get("/reports/TH01/"+file+"?month=never", http.StatusUnprocessableEntity)
		}
	})
}

func TestWherePeopleGetStuckAndWhichPracticesHaveSomebody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		c := s.as(t, s.HubLead)
		report := c.get("/reports/TH01", http.StatusOK)
		c.get(report.link("Where people get stuck"), http.StatusOK).wants("Where people get stuck: Leeds Training Hub", "GPA-CL1", "0%").lacks("Zoë Ńowak")
		c.get("/reports/TH01/heat-map?by=place", http.StatusOK).wants("Oakwood Surgery", "Beechwood Surgery")
		coverage := c.get(report.link("Practices with a GPA"), http.StatusOK).wants("Practices with a GPA: Leeds Training Hub", "Oakwood Surgery")
		c.get(coverage.link("Oakwood Surgery"), http.StatusOK).wants("100%")
		s.as(t, s.RegionLead).get("/reports/Y63/coverage", http.StatusOK).wants("Leeds Training Hub", "Each place is a tile").lacks("Oakwood Surgery")
		s.as(t, s.RegionLead).get("/reports/Y63/heat-map", http.StatusOK).wants("not shown")
		for _, page := range []string{"coverage", "heat-map"} {
			s.as(t, s.OtherHubLead).get("/reports/TH01/"+page, http.StatusNotFound)
			s.as(t, s.Manager).get("/reports/TH01/"+page, http.StatusNotFound)
		}
	})
}

func TestAReportSaysWhatIsWrongWithItsFilterAndShowsEverything(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		c := s.as(t, s.HubLead)
		for page, message := range map[string]string{
			"?framework=none": "Select a framework that there is", "?month=2020-01": "There is no report as at the end of January 2020", "?map=flat": "Select a map",
			"/heat-map?framework=none": "Select a framework that there is", "/coverage?framework=none": "Select a framework that there is",
			"/coverage?month=never": "Enter a month in the form 2026-10", "/impact?month=never": "Enter a month in the form 2026-10",
		} {
			c.get("/reports/TH01"+page, http.StatusUnprocessableEntity).wants("There is a problem", message, "Leeds Training Hub")
		}
		c.get("/reports/TH01/report.csv?framework=none", http.StatusUnprocessableEntity)
		c.get("/reports/TH01?cohort=never", http.StatusOK).wants("Nobody counted here is in the cohort never.")
		c.get("/reports/TH01", http.StatusOK).lacks("Nobody counted")
		c.get("/reports/TH01/coverage?cohort=never", http.StatusOK).wants("Only of the cohort never.")
		c.get("/reports/TH01/heat-map?cohort=never", http.StatusOK).wants("As it stands today. Only of the cohort never.", `name="cohort" value="never"`)
	})
}

func TestThePageOfAPersonSaysWhyTheyAreFlaggedAndWhatToDoNext(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		page := "/apprenticeships/" + string(s.App.ID)
		s.as(t, s.HubLead).get(page, http.StatusOK).wants("On track").lacks("Why stuck")
		s.clock.Set(s.App.StartOn.AddMonths(2).Start())
		for _, who := range []countersign.Person{s.HubLead, s.Manager, s.GP} {
			p := s.as(t, who).get(page, http.StatusOK)
			p.wants("Why stuck", "Nothing has happened since", "Ask the apprentice what is in the way", "What on track, slipping and stuck mean", "Community draft")
		}
		s.as(t, s.HubLead).get(page, http.StatusOK).wants(page + "/namings")
		s.as(t, s.GP).get(page, http.StatusOK).wants(page + "/evidence/new")
		s.as(t, s.Apprentice).get(page, http.StatusOK).wants("What would help now", "Add something you did lately").lacks("Stuck", "Why stuck", "slipping")
	})
}
