package api_test

import "testing"

func TestPeopleChangeToAnotherVersionAndBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.svc.Prepare(t.Context()); err != nil { // all shipped versions
			t.Fatal(err)
		}
		lead, manager, other := h.as(t, h.HubLead), h.as(t, h.Manager), h.as(t, h.OtherHubLead)
		path := "/apprenticeships/" + string(h.App.ID)

		changes := lead.get("/frameworks/gpa-combined/1.1.0/changes?from=1.0.0").want(200)
		if len(changes.at("changes").([]any)) < 40 || changes.text("to") != "1.1.0" {
			t.Errorf("changes %s", changes.Body)
		}
		if same := lead.get("/frameworks/gpa-combined/1.1.0/changes").want(200); same.text("from") != "1.0.0" {
			t.Errorf("without a version before, from %s", same.text("from"))
		}
		lead.get("/frameworks/gpa-combined/1.1.0/changes?from=7.7.7").want(404)

		timeline := lead.get(path + "/timeline").want(200)
		if timeline.at("forecast") != nil || timeline.text("start_date") != h.App.StartOn.String() {
			t.Errorf("timeline %s", timeline.Body)
		}
		preview := lead.get(path + "/version").want(200)
		if preview.text("present") != "1.0.0" || preview.text("to") != "1.1.0" || preview.at("undo") != nil {
			t.Errorf("preview %s", preview.Body)
		}
		other.get(path + "/version").want(404)
		manager.get(path + "/version").want(403)
		lead.post(path+"/version", object{"to": "7.7.7"}).want(422)
		other.post(path+"/version", object{"to": "1.1.0"}).want(404)
		changed := lead.post(path+"/version", object{"to": "1.1.0"}).want(200)
		if changed.text("present") != "1.1.0" || changed.text("undo") != "1.0.0" {
			t.Errorf("changed %s", changed.Body)
		}
		lead.post(path+"/version", object{"to": "1.1.0"}).want(422)
		back := lead.post(path+"/version/undo", nil).want(200)
		if back.text("present") != "1.0.0" {
			t.Errorf("back %s", back.Body)
		}
		lead.post(path+"/version/undo", nil).want(409)

		manager.post("/frameworks/gpa-combined/1.1.0/moves", object{"from": "1.0.0"}).want(404)
		lead.post("/frameworks/gpa-combined/1.0.0/moves", object{"from": "1.0.0"}).want(422).wantPointer("#/to")
		moved := lead.post("/frameworks/gpa-combined/1.1.0/moves", object{"from": "1.0.0", "organisation": h.Practice.Code}).want(200)
		if moved.at("moved") != 1.0 || moved.at("left") != 0.0 {
			t.Errorf("moved %s", moved.Body)
		}
		if theirs := other.get("/apprenticeships/" + string(h.OtherApp.ID)).want(200); theirs.text("version") != "1.0.0" {
			t.Errorf("another hub's apprentice is on %s", theirs.text("version"))
		}
	})
}
