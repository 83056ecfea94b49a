package api_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
)

// part is what somebody of that party writes into the present review.
func (h *house) part(t *testing.T, p countersign.Person, path string, actions ...object) object {
	t.Helper()
	review := h.as(t, p).get(path).want(200)
	out := object{"held_on": h.today().String(), "notes": "Going well", "actions": actions}
	if party := review.text("party"); party != "provider" {
		ratings := object{}
		for _, d := range h.Framework.Domains {
			ratings[d.Code] = "no_experience"
		}
		out["ratings"] = ratings
	}
	return out
}

func TestAReviewIsPreparedWrittenAndSignedByThree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, gp, lead, manager := h.as(t, h.Apprentice), h.as(t, h.GP), h.as(t, h.HubLead), h.as(t, h.Manager)
		asha.post(h.path("/reviews"), nil).want(403)
		made := manager.post(h.path("/reviews"), nil).want(201)
		path := h.path("/reviews/1")
		if made.at("number") != 1.0 || made.Header.Get("Location") != "/api/v1"+path || made.at("party") != nil {
			t.Errorf("prepared %s", made.Body)
		}
		gp.post(h.path("/reviews"), nil).want(409) // the first isn't signed
		action := object{"text": "Book the phlebotomy day", "owner": "employer", "due_on": h.today().AddDays(14).String()}
		asha.put(path, h.part(t, h.Apprentice, path, action)).want(428)
		written := asha.put(path, h.part(t, h.Apprentice, path, action), ifMatch(made.tag())).want(200)
		gp.put(path, h.part(t, h.GP, path), ifMatch(made.tag())).want(412) // it would lose the action
		manager.put(path, object{}, ifMatch(written.tag())).want(403)
		gp.post(path+"/preparation", nil, ifMatch(made.tag())).want(412)
		if again := lead.post(path+"/preparation", nil, ifMatch(written.tag())).want(200); again.text("notes", "apprentice") != "Going well" {
			t.Errorf("prepared again %s", again.Body)
		}
		gp.post(path+"/signatures", object{"content_sha256": written.text("content_sha256")}).want(422).wantPointer("#/ratings")
		written = gp.put(path, h.part(t, h.GP, path, action), ifMatch("*")).want(200)

		seen := object{"content_sha256": written.text("content_sha256"), "remark": "Agreed"}
		gp.post(path+"/signatures", object{"content_sha256": made.text("content_sha256")}).want(409)
		manager.post(path+"/signatures", seen).want(403)
		for i, c := range []client{gp, asha, lead} {
			h.clock.Advance(time.Minute)
			signed := c.post(path+"/signatures", seen).want(201)
			if n := len(signed.list("signatures")); n != i+1 || len(signed.list("unsigned")) != 2-i {
				t.Errorf("signature %d: %s", i+1, signed.Body)
			}
			c.post(path+"/signatures", seen).want(409)
		}
		locked := asha.get(path).want(200)
		if locked.text("state") != "locked" || locked.text("signatures", 0, "by_name") != h.GP.Name {
			t.Errorf("locked %s", locked.Body)
		}
		asha.put(path, object{}, ifMatch(locked.tag())).want(409)
		asha.get(path, header("If-None-Match", locked.tag())).want(304)
		if got := asha.get(path + "/review.pdf").want(200); string(got.Body[:5]) != "%PDF-" {
			t.Errorf("PDF %.20q", got.Body)
		}
		if list := lead.get(h.path("/reviews")).want(200); list.text("items", 0, "state") != "locked" || list.text("due_on") == "" {
			t.Errorf("list %s", list.Body)
		}
	})
}

func TestAReviewSaysWhatIsWrongWithAPart(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		asha, lead := h.as(t, h.Apprentice), h.as(t, h.HubLead)
		path, whatever := h.path("/reviews/1"), ifMatch("*")
		for _, c := range []client{asha, lead} { // nobody has prepared it
			c.get(path).want(404)
			c.put(path, raw("{"), whatever).want(404)
			c.put(path, object{}).want(404)
			c.post(path+"/signatures", object{}).want(404)
			c.get(path + "/review.pdf").want(404)
		}
		h.as(t, h.GP).post(h.path("/reviews"), nil).want(201)
		for _, number := range []string{"0", "2", "-1", "x"} {
			asha.get(h.path("/reviews/" + number)).want(404)
		}
		asha.put(path, object{
			"held_on": h.today().AddDays(1).String(), "notes": "Met 943 476 5919", "ratings": object{"NONE": "1"},
		}, whatever).want(422).wantPointer("#/notes")
		asha.put(path, object{
			"held_on": h.today().AddDays(1).String(), "ratings": object{"NONE": "1", h.Framework.Domains[0].Code: "9"}, "actions": []object{{"text": "", "owner": "nobody"}},
		}, whatever).want(422).wantPointer("#/held_on").wantPointer("#/ratings/NONE").wantPointer("#/ratings/" + h.Framework.Domains[0].Code).
			wantPointer("#/actions/0/text").wantPointer("#/actions/0/owner").wantPointer("#/actions/0/due_on")
		lead.put(path, object{"ratings": object{h.Framework.Domains[0].Code: "no_experience"}}, whatever).want(422)
		asha.put(path, object{"state": "locked"}, whatever).want(422).wantPointer("#/state")
		asha.post(path+"/signatures", object{}).want(422).wantPointer("#/content_sha256")
		if got := asha.get(path).want(200); got.at("held_on") != nil || len(got.list("actions")) != 0 {
			t.Errorf("something was kept of what was refused: %s", got.Body)
		}
	})
}

func TestReviewsThatAreDueAreListedForTheirPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		if due := asha.get("/reviews/due").want(200).list("items"); len(due) != 0 {
			t.Errorf("due at the start: %v", due)
		}
		h.clock.Advance(200 * 24 * time.Hour)
		h.giveTokens(t)
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.HubLead, h.Manager} {
			due := h.as(t, p).get("/reviews/due").want(200)
			if item := due.item("apprenticeship", string(h.App.ID)); item["apprentice"] != h.Apprentice.Name || item["number"] != nil {
				t.Errorf("due for %s: %s", p.Name, due.Body)
			}
		}
		h.as(t, h.GP).post(h.path("/reviews"), nil).want(201)
		if item := h.as(t, h.Mentor).get("/reviews/due").want(200).item("apprenticeship", string(h.App.ID)); item["number"] != 1.0 {
			t.Errorf("under way: %v", item)
		}
		h.nobody(t).get("/reviews/due").want(401)
		for _, due := range h.as(t, h.OtherHubLead).get("/reviews/due").want(200).list("items") {
			if due.(object)["apprenticeship"] == string(h.App.ID) {
				t.Errorf("another hub is told: %v", due)
			}
		}
	})
}

func TestTheCalendarIsOfThoseWhoseProgrammeOneReads(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		calendar := h.as(t, h.Manager).get("/calendar").want(200)
		kinds := map[any]bool{}
		for _, d := range calendar.list("items") {
			kinds[d.(object)["kind"]] = true
		}
		if !kinds["review"] || !kinds["planned_end"] {
			t.Errorf("calendar %s", calendar.Body)
		}
		h.nobody(t).get("/calendar").want(401)
	})
}
