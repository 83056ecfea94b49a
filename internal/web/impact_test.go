package web_test

import (
	"net/http"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// measured is a measure that the manager's practice reports, waiting to be
// checked.
func (s *site) measured(t *testing.T, note string) countersign.Impact {
	t.Helper()
	day := s.today()
	i, err := s.svc.EnterImpact(t.Context(), s.Actor(t, s.Manager), s.Practice.Code, service.ImpactInput{
		Measure: "FORMS_DRAFTED_WEEK", Baseline: 0, BaselineFrom: day.AddDays(-200), BaselineTo: day.AddDays(-180), Value: 120, From: day.AddDays(-20), To: day.AddDays(-1),
		Method: "system_report", Sample: 3, Note: note,
	})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestAPracticeEntersAMeasureAndTheHubChecksItOnItsPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		manager, lead := s.as(t, s.Manager), s.as(t, s.HubLead)
		page := manager.get(manager.get("/reports/A81001", http.StatusOK).link("Impact measured by practices"), http.StatusOK).wants("Nothing has been reported and checked yet", "-85%", "None of them is a result of the practices here")
		form := manager.get(page.link("Enter a measure"), http.StatusOK).form("/impact/new")
		day := s.today()
		for name, d := range map[string]countersign.Date{"baseline_from": day.AddDays(-200), "baseline_to": day.AddDays(-180), "from": day.AddDays(-20), "to": day.AddDays(-1)} {
			parts := strings.Split(d.String(), "-")
			form = form.with(name+".year", parts[0]).with(name+".month", parts[1]).with(name+".day", parts[2])
		}
		form = form.with("measure", "GP_MIN_CORR_DAY").with("baseline", "120").with("method", "audit_sample").with("sample", "20")
		form.with("value", "a lot").with("note", "Kept as typed").send(http.StatusUnprocessableEntity).wants("Enter a number from 0 to 10,000", "Kept as typed", "a lot")
		form.with("value", "40.5").send(http.StatusOK).wants("Your training hub will check it", "Waiting to be checked", "40.5 minutes a day")
		form.with("value", "41").send(http.StatusConflict).wants("reported already")
		lead.get("/", http.StatusOK).wants("1 measure of your practices waits to be checked", "/reports/TH01/impact")
		manager.get(manager.get("/reports/A81001/impact", http.StatusOK).link("GP time on correspondence"), http.StatusOK).form("/withdrawal").send(http.StatusOK).wants("not waiting to be checked any more", "Withdrawn").lacks("Change it")
		lead.get("/", http.StatusOK).lacks("to be checked")
		form.with("value", "40.5").send(http.StatusOK).wants("Your training hub will check it")

		hub := lead.get("/reports/TH01/impact", http.StatusOK).wants("Waiting to be checked", "Oakwood Surgery").lacks("Enter a measure")
		one := lead.get(hub.link("GP time on correspondence"), http.StatusOK).wants("Audit of a sample", "20")
		check := one.form("/check")
		check.with("decision", "send_back").send(http.StatusUnprocessableEntity).wants("Enter what is to be put right")
		check.with("decision", "send_back").with("reason", "Which weeks?").send(http.StatusOK).wants("Sent back", "Which weeks?")
		check.with("decision", "check").send(http.StatusConflict).wants("was changed since you opened it")
		change := manager.get(manager.get("/reports/A81001/impact", http.StatusOK).link("GP time on correspondence"), http.StatusOK).wants("Which weeks?").link("Change it")
		edit := manager.get(change, http.StatusOK).form("/change")
		edit.with("value", "30").send(http.StatusOK).wants("30 minutes a day")
		edit.with("value", "20").send(http.StatusConflict).wants("was changed since you opened it")
		lead.get(hub.link("GP time on correspondence"), http.StatusOK).form("/check").with("decision", "check").send(http.StatusOK).wants("It counts from now on")

		told := lead.get("/reports/TH01/impact", http.StatusOK).wants("1 of 2", "-90", "25 (-75%)", "Practice by practice")
		if table := string(lead.get(told.link("Table (CSV)"), http.StatusOK).body); !strings.Contains(table, "GP_MIN_CORR_DAY,GP time on correspondence,minutes a day,2,1,audit_sample,") || !strings.Contains(table, ",120,30,-90,-90,-90,-75,-90\r\n") {
			t.Errorf("the table is\n%.600s", table)
		}
		if book := lead.get(told.link("Spreadsheet (XLSX)"), http.StatusOK); !strings.HasPrefix(string(book.body), "PK") {
			t.Errorf("the workbook begins with %.10q", book.body)
		}
		if file := lead.get("/reports/TH01/report.pdf", http.StatusOK); !strings.HasPrefix(string(file.body), "%PDF-") {
			t.Errorf("the board report begins with %.20q", file.body)
		}
		s.as(t, s.RegionLead).get("/reports/Y63/impact", http.StatusOK).wants("not shown", "is not shown, nor others").lacks("Practice by practice", "Waiting to be checked", "-90", "Oakwood")
		region := string(s.as(t, s.RegionLead).get("/reports/Y63/impact.csv", http.StatusOK).body)
		if !strings.Contains(region, "minutes a day,2,not shown,") || strings.Contains(region, "120") {
			t.Errorf("beyond the training hub:\n%.600s", region)
		}
		manager.get("/reports/TH01/impact/new", http.StatusNotFound)
		lead.get("/reports/A81001/impact/new", http.StatusForbidden)
		for _, who := range []countersign.Person{s.OtherHubLead, s.GP, s.Apprentice} {
			for _, path := range []string{"/reports/A81001/impact", "/reports/A81001/impact.csv", "/reports/A81001/impact.xlsx"} {
				s.as(t, who).get(path, http.StatusNotFound)
			}
		}
	})
}
