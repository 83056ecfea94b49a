package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestARosterIsUploadedCheckedAndImported(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		lead := s.as(t, s.HubLead)
		list := lead.get(lead.get("/apprenticeships", http.StatusOK).link("Import a roster"), http.StatusOK).wants("A CSV file or an XLSX workbook with at most 2,000 rows")
		header := strings.TrimPrefix(strings.TrimSpace(string(lead.get(list.link("CSV"), http.StatusOK).body)), "\ufeff")
		if !strings.HasPrefix(header, "apprentice_name,apprentice_email,practice,") {
			t.Errorf("the template is %q", header)
		}
		if book := string(lead.get(list.link("a workbook (XLSX)"), http.StatusOK).body); !strings.HasPrefix(book, "PK\x03\x04") {
			t.Error("the template is no workbook")
		}
		send := func(text string, status int) *page {
			return lead.upload("/rosters", nil, []file{{"roster", "autumn.csv", []byte(text)}}, status)
		}
		lead.upload("/rosters", nil, nil, http.StatusUnprocessableEntity).wants("Select a roster")
		send("name,email\n", http.StatusUnprocessableEntity).wants("there is no such column", "the column practice is missing")
		row := "Siân Rees,sian%d@example.org,%s,gpa-combined,,2026-A,2026-03-02,2026-11-30,,gp@example.org,,mentor@example.org,\n"
		checked := send(header+"\n"+fmt.Sprintf(row, 1, "A81001")+fmt.Sprintf(row, 2, "L83001"), http.StatusOK)
		checked.wants("The roster is checked. Nobody is enrolled yet.", "1 row can be imported. 1 row with a problem would be left out.", "practice: No place of yours has this code", "Import 1 row")
		checked.form("/start").send(http.StatusOK).wants("The import has begun.", "0 of 1 row done", "See how far it is").lacks("Discard the roster")
		checked.form("/start").send(http.StatusConflict)
		if err := s.svc.RunRosters(t.Context()); err != nil {
			t.Fatal(err)
		}
		done := lead.get(checked.path, http.StatusOK).wants("1 enrolled, 0 refused, 1 left out for a problem.")
		lead.get(done.link("Siân Rees"), http.StatusOK).wants("Siân Rees", "2026-A")
		for _, outsider := range []*client{s.as(t, s.OtherHubLead), s.as(t, s.Manager), s.as(t, s.Admin)} {
			outsider.get(checked.path, http.StatusNotFound)
		}
		s.as(t, s.Manager).get("/rosters", http.StatusNotFound)
		done.form("/discarding").send(http.StatusOK).wants("The roster is discarded. Who was enrolled stays.").lacks("autumn.csv")
	})
}
