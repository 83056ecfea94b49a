package api_test

import "testing"

// away is a programme with placements and classroom sessions.
const away = `programme:
  months: {min: 6, max: 9}
  placements: true
  placement_hours: 160
  classroom: true
`

// placement is one of today and tomorrow.
func (h *house) placement() object {
	return object{
		"site": "Ward 7", "from": h.today().String(), "to": h.today().AddDays(1).String(), "supervisor_name": "Ward Sister",
		"supervisor_email": "ward@example.org", "planned_hours": 15,
	}
}

func (h *house) placed(t *testing.T, at string) answer {
	t.Helper()
	return h.as(t, h.Manager).post(at+"/placements", h.placement()).want(201)
}

// session is one of today on the programme of enrolled.
func (h *house) session() object {
	return object{"title": "Infection control", "on": h.today().String(), "starts": "09:30", "minutes": 180, "place": "Room 2", "framework": "easy"}
}

func (h *house) held(t *testing.T) answer {
	t.Helper()
	return h.as(t, h.HubLead).post("/classroom-sessions", h.session()).want(201)
}

func TestAPlacementIsArrangedAskedForAndCancelled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, manager := h.as(t, h.Apprentice), h.as(t, h.Manager)
		manager.post(h.path("/placements"), h.placement()).want(409) // this programme has none
		at := h.enrolled(t, away)
		asha.post(at+"/placements", h.placement()).want(403)
		p := h.placed(t, at)
		one := "/placements/" + p.text("id")
		if p.text("state") != "planned" || p.at("planned_minutes") != 900.0 || p.Header.Get("Location") != "/api/v1"+one || p.at("supervisor_email") != nil {
			t.Errorf("arranged %s", p.Body)
		}
		asha.post(one+"/site-request", object{"hours_done": 0}).want(422).wantPointer("#/hours_done")
		asha.post(one+"/site-request", object{"hours_done": 14}, ifMatch(`"9"`)).want(412)
		asked := asha.post(one+"/site-request", object{"hours_done": 14}, ifMatch(p.tag())).want(200)
		if asked.text("state") != "asked" || asked.at("done_minutes") != 840.0 {
			t.Errorf("asked %s", asked.Body)
		}
		manager.patch(one, object{"to": h.today().AddDays(3).String()}).want(428)
		manager.patch(one, object{"to": h.today().AddDays(3).String()}, ifMatch(p.tag())).want(412)
		asha.patch(one, object{"to": h.today().AddDays(3).String()}, ifMatch("*")).want(403)
		manager.patch(one, object{"to": h.today().AddDays(-3).String(), "site": ""}, ifMatch("*")).want(422).wantPointer("#/to").wantPointer("#/site")
		changed := manager.patch(one, object{"to": h.today().AddDays(3).String(), "planned_hours": 30}, ifMatch(asked.tag())).want(200)
		if changed.text("state") != "planned" || changed.text("to") != h.today().AddDays(3).String() || changed.at("planned_minutes") != 1800.0 || changed.text("site") != "Ward 7" {
			t.Errorf("changed %s", changed.Body)
		}
		asha.post(one+"/cancellation", object{"reason": "No"}).want(403)
		manager.post(one+"/cancellation", object{"reason": "The ward closed"}, ifMatch(p.tag())).want(412)
		manager.post(one+"/cancellation", object{"reason": " "}).want(422).wantPointer("#/reason")
		if gone := manager.post(one+"/cancellation", object{"reason": "The ward closed"}).want(200); gone.text("comment") != "The ward closed" {
			t.Errorf("cancelled %s", gone.Body)
		}
		asha.post(one+"/site-request", object{"hours_done": 14}).want(409)
		manager.patch(one, object{"site": "Ward 8"}, ifMatch("*")).want(409)
		if list := asha.get(at + "/placements").want(200); list.text("items", 0, "state") != "cancelled" || list.at("confirmed_minutes") != 0.0 {
			t.Errorf("list %s", list.Body)
		}
		asha.get(one).want(200)
	})
}

func TestAPlacementThatCannotBe(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		at, manager := h.enrolled(t, away)+"/placements", h.as(t, h.Manager)
		for field, wrong := range map[string]any{
			"site": " ", "from": h.today().AddDays(-1).String(), "to": h.today().AddDays(-1).String(), "supervisor_name": "", "supervisor_email": h.Apprentice.Email, "planned_hours": 49,
		} {
			body := h.placement()
			body[field] = wrong
			manager.post(at, body).want(422).wantPointer("#/" + field)
		}
		manager.post(at, object{}).want(422).wantPointer("#/site").wantPointer("#/from").wantPointer("#/to").wantPointer("#/planned_hours")
		if n := len(manager.get(at).want(200).list("items")); n != 0 {
			t.Errorf("%d placements were stored", n)
		}
	})
}

func TestAttendanceIsSetAsAWholeAndMakesHours(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := h.enrolled(t, away)
		id := at[len("/apprenticeships/"):]
		lead, gp, asha := h.as(t, h.HubLead), h.as(t, h.GP), h.as(t, h.Apprentice)
		lead.post("/classroom-sessions", object{"title": "", "on": h.today().String(), "starts": "9", "minutes": 0, "place": "", "framework": "none", "materials": "http://x"}).
			want(422).wantPointer("#/title").wantPointer("#/starts").wantPointer("#/minutes").wantPointer("#/place").wantPointer("#/framework").wantPointer("#/materials")
		gp.post("/classroom-sessions", h.session()).want(404)
		session := h.held(t)
		attendance := "/classroom-sessions/" + session.text("id") + "/attendance"
		before := lead.get(attendance).want(200)
		if before.text("attendees", 0, "apprenticeship") != id || before.at("attendees", 0, "present") != false {
			t.Errorf("before %s", before.Body)
		}
		present := object{"present": []string{id}}
		gp.put(attendance, present, ifMatch("*")).want(404)
		lead.put(attendance, present).want(428)
		lead.put(attendance, object{"present": []string{string(h.App.ID)}}, ifMatch(before.tag())).want(422).wantPointer("#/present/0")
		marked := lead.put(attendance, present, ifMatch(before.tag())).want(200)
		if marked.at("attendees", 0, "present") != true || marked.at("session", "attended") != 1.0 {
			t.Errorf("marked %s", marked.Body)
		}
		lead.put(attendance, object{"present": []string{}}, ifMatch(before.tag())).want(412)
		one := "/classroom-sessions/" + session.text("id")
		lead.patch(one, object{"minutes": 60}).want(428)
		lead.patch(one, object{"minutes": 60}, ifMatch(session.tag())).want(422).wantPointer("#/minutes") // somebody was there
		moved := lead.patch(one, object{"place": "Room 3", "materials": "https://hub.example/ipc"}, ifMatch(session.tag())).want(200)
		if moved.text("place") != "Room 3" || moved.at("minutes") != 180.0 || moved.at("attended") != 1.0 {
			t.Errorf("changed %s", moved.Body)
		}
		lead.patch(one, object{"place": "Room 4"}, ifMatch(session.tag())).want(412)
		gp.patch(one, object{"place": "Room 4"}, ifMatch("*")).want(404)
		lead.get(one, header("If-None-Match", moved.tag())).want(304)
		if log := asha.get(at + "/hours").want(200); log.at("totals", "verified") != 180.0 || log.text("items", 0, "session") != session.text("id") {
			t.Errorf("hours %s", log.Body)
		}
		if table := gp.get(at + "/timetable").want(200); table.text("items", 0, "title") != "Infection control" || table.at("items", 0, "present") != true {
			t.Errorf("timetable %s", table.Body)
		}
		lead.put(attendance, object{"present": []string{}}, ifMatch(marked.tag())).want(200)
		if log := asha.get(at + "/hours").want(200); log.at("totals", "verified") != 0.0 {
			t.Errorf("hours %s", log.Body)
		}
		if list := lead.get("/classroom-sessions").want(200); list.at("items", 0, "attended") != 0.0 {
			t.Errorf("sessions %s", list.Body)
		}
	})
}

func TestWhoCannotBeMarkedKeepsNobodyElseFromIt(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		at := h.enrolled(t, away)
		id := at[len("/apprenticeships/"):]
		lead := h.as(t, h.HubLead)
		later := h.session()
		later["on"] = h.today().AddDays(1).String()
		attendance := "/classroom-sessions/" + lead.post("/classroom-sessions", later).want(201).text("id") + "/attendance"
		if a := lead.put(attendance, object{"present": []string{id}}, ifMatch("*")).want(200); a.at("attendees", 0, "problem", "status") != 422.0 || a.at("attendees", 0, "present") != false {
			t.Errorf("a session of tomorrow: %s", a.Body)
		}
	})
}
