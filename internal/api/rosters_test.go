package api_test

import (
	"fmt"
	"testing"
)

const rosterHeader = "apprentice_name,apprentice_email,practice,framework,start_date,planned_end_date,gp_supervisor_email,secondary_mentor_email\n"

func TestARosterIsCheckedAndThenImported(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.HubLead)
		row := "Siân Rees,sian%d@example.org,%s,gpa-combined,2026-03-02,2026-11-30,gp@example.org,mentor@example.org\n"
		made := lead.upload("/rosters", "autumn.csv", []byte(rosterHeader+fmt.Sprintf(row, 1, "A81001")+fmt.Sprintf(row, 2, "L83001"))).want(201)
		path := "/rosters/" + made.text("id")
		if made.text("state") != "checked" || made.at("waiting") != 1.0 || made.at("wrong") != 1.0 || made.text("file_name") != "autumn.csv" {
			t.Errorf("checked %s", made.Body)
		}
		rows := lead.get(path + "/rows").want(200)
		if rows.text("items", 1, "says", 0) != "practice: No place of yours has this code" || rows.at("items", 0, "row") != 2.0 {
			t.Errorf("rows %s", rows.Body)
		}
		lead.post(path+"/start", nil, ifMatch(`"999"`)).want(412)
		if a := lead.post(path+"/start", nil, ifMatch(made.tag())).want(200); a.text("state") != "running" {
			t.Errorf("started %s", a.Body)
		}
		lead.post(path+"/start", nil).want(409)
		lead.delete(path, ifMatch("*")).want(409)
		if err := h.svc.RunRosters(t.Context()); err != nil {
			t.Fatal(err)
		}
		done := lead.get(path).want(200)
		if done.text("state") != "done" || done.at("enrolled") != 1.0 || done.text("finished_at") == "" {
			t.Errorf("done %s", done.Body)
		}
		lead.get("/apprenticeships/" + lead.get(path+"/rows").want(200).text("items", 0, "apprenticeship")).want(200)
		lead.get("/rosters").want(200).item("id", made.text("id"))
		h.as(t, h.OtherHubLead).get(path).want(404)
		lead.upload("/rosters", "autumn.csv", []byte("name,email\n")).want(422)
		lead.delete(path, ifMatch(done.tag())).want(204)
		lead.get(path).want(404)
	})
}
