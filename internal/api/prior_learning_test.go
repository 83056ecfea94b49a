package api_test

import "testing"

func TestBothSidesOfTheSkillsScanAreSavedAndFinished(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.path("/skills-scan")
		asha, gp, manager := h.as(t, h.Apprentice), h.as(t, h.GP), h.as(t, h.Manager)
		empty := asha.get(path).want(200)
		if empty.text("mine") != "apprentice" || empty.at("sides", 0, "by_name") != nil {
			t.Errorf("at the start %s", empty.Body)
		}
		if mine := manager.get(path).want(200).at("mine"); mine != nil {
			t.Errorf("the manager fills in %v", mine)
		}
		manager.put(path, object{"levels": object{}}, ifMatch("*")).want(403)
		asha.put(path, object{"levels": object{}}).want(428)
		one := object{"levels": object{"GPA-CL1": "no_experience"}}
		saved := asha.put(path, one, ifMatch(empty.tag())).want(200)
		asha.put(path, one, ifMatch(empty.tag())).want(412)
		seen := gp.get(path).want(200)
		if seen.text("mine") != "supervisor" || seen.text("sides", 0, "levels", "GPA-CL1") != "no_experience" {
			t.Errorf("the GP sees %s", seen.Body)
		}
		gp.put(path, one, ifMatch(seen.tag())).want(200)
		asha.put(path, object{"levels": object{"NONE": "1", "GPA-CL1": "9"}}, ifMatch(saved.tag())).want(422).wantPointer("#/levels/NONE").wantPointer("#/levels/GPA-CL1")
		asha.put(path, object{"levels": object{}, "finish": true}, ifMatch(saved.tag())).want(422).wantPointer("#/levels/GPA-CL1")
		all := object{}
		for _, c := range h.Framework.Competencies() {
			all[c.Code] = "no_experience"
		}
		done := asha.put(path, object{"levels": all, "finish": true}, ifMatch(saved.tag())).want(200)
		if done.text("sides", 0, "finished_on") != h.today().String() || done.at("sides", 1, "finished_on") != nil {
			t.Errorf("finished %s", done.Body)
		}
		asha.put(path, one, ifMatch("*")).want(409)
		asha.get(path, header("If-None-Match", done.tag())).want(304)
	})
}

func TestPriorLearningIsClaimedDecidedAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := h.path("/prior-learning")
		asha, gp, lead := h.as(t, h.Apprentice), h.as(t, h.GP), h.as(t, h.HubLead)
		claim := func() object {
			return object{"title": "Care Certificate", "provider": "St Mary's", "on": h.App.StartOn.AddDays(-30).String(), "minutes": 600, "competencies": []string{"GPA-CL1"}}
		}
		gp.post(path, claim()).want(403)
		first := asha.post(path, claim()).want(201)
		at := path + "/" + first.text("id")
		if first.text("state") != "claimed" || first.Header.Get("Location") != "/api/v1"+at {
			t.Errorf("claimed %s", first.Body)
		}
		asha.post(at+"/decision", object{"decision": "accept"}).want(403)
		gp.post(at+"/withdrawal", nil).want(403)
		gp.post(at+"/decision", object{"decision": "decline"}).want(422).wantPointer("#/reason")
		gp.post(at+"/decision", object{"decision": "maybe"}).want(422).wantPointer("#/decision")
		gp.post(at+"/decision", object{"decision": "accept"}, ifMatch(`"99"`)).want(412)
		accepted := gp.post(at+"/decision", object{"decision": "accept"}, ifMatch(first.tag())).want(200)
		if accepted.text("state") != "accepted" || accepted.text("decided_by_name") != h.GP.Name {
			t.Errorf("accepted %s", accepted.Body)
		}
		gp.post(at+"/decision", object{"decision": "decline", "reason": "No"}).want(409)
		asha.post(at+"/withdrawal", nil, ifMatch(first.tag())).want(412)

		second := asha.post(path, claim()).want(201).text("id")
		if got := asha.post(path+"/"+second+"/withdrawal", nil).want(200); got.text("state") != "withdrawn" {
			t.Errorf("taken back %s", got.Body)
		}
		if list := lead.get(path).want(200); len(list.list("items")) != 2 || list.at("minutes") != 600.0 {
			t.Errorf("list %s", list.Body)
		}
		asha.get(at, header("If-None-Match", accepted.tag())).want(304)
	})
}

func TestPriorLearningThatCannotBe(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		path := h.path("/prior-learning")
		asha := h.as(t, h.Apprentice)
		good := object{"title": "Care Certificate", "provider": "St Mary's", "on": h.App.StartOn.AddDays(-30).String(), "minutes": 600}
		for field, wrong := range map[string]any{
			"title": "", "provider": " ", "on": h.App.StartOn.String(), "minutes": -1, "evidence": string(h.App.ID),
		} {
			body := object{}
			for k, v := range good {
				body[k] = v
			}
			body[field] = wrong
			asha.post(path, body).want(422).wantPointer("#/" + field)
		}
		asha.post(path, object{}).want(422).wantPointer("#/title").wantPointer("#/provider")
		asha.post(path, object{"title": "A", "provider": "B", "on": good["on"], "competencies": []string{"NONE"}}).want(422).wantPointer("#/competencies/0")
		missing := path + "/00000000-0000-7000-8000-000000000000"
		asha.get(missing).want(404)
		gp := h.as(t, h.GP)
		gp.post(missing+"/decision", raw("{")).want(404)
		gp.post(missing+"/decision", object{"decision": "accept"}).want(404)
		asha.post(path+"/x/withdrawal", nil).want(404)
	})
}
