package api_test

import (
	"maps"
	"testing"
)

// hours is a complete entry of today.
func (h *house) hours() object {
	return object{"on": h.today().String(), "minutes": 90, "kind": "mentor_teaching", "learnt": "How to take a blood pressure", "competencies": []string{"GPA-CL1"}}
}

func TestHoursAreEnteredVerifiedAndReversed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, gp := h.as(t, h.Apprentice), h.as(t, h.GP)
		first := asha.post(h.path("/hours"), h.hours()).want(201).text("id")
		next := h.hours()
		next["kind"], next["minutes"] = "e_learning", 30
		second := asha.post(h.path("/hours"), next).want(201).text("id")
		asha.post("/hours/"+first+"/verification", nil).want(403)
		if waiting := gp.get("/hours/waiting?limit=1").want(200); waiting.at("waiting") != 2.0 || len(waiting.list("items")) != 1 || waiting.text("items", 0, "apprentice") != h.Apprentice.Name {
			t.Errorf("waiting for the GP: %s", waiting.Body)
		}
		if waiting := asha.get("/hours/waiting").want(200); waiting.at("waiting") != 0.0 {
			t.Errorf("waiting for the apprentice: %s", waiting.Body)
		}
		gp.get("/hours/waiting?limit=x").want(422).wantPointer("#/limit")
		h.as(t, h.HubLead).post("/hours/"+first+"/verification", nil).want(403)
		a := gp.post("/hours/verifications", object{"hours": []string{first, first, h.Apprentice.Email}}).want(200)
		if a.at("items", 0, "status") != 201.0 || a.at("items", 1, "status") != 409.0 || a.at("items", 2, "status") != 404.0 {
			t.Errorf("batch: %s", a.Body)
		}
		asha.post("/hours/"+first+"/reversal", object{"reason": "Wrong"}).want(403)
		gp.post("/hours/"+first+"/reversal", object{"reason": ""}).want(422).wantPointer("#/reason")
		log := asha.get(h.path("/hours?state=verified")).want(200)
		if log.at("totals", "verified") != 90.0 || log.at("totals", "submitted") != 30.0 || len(log.list("items")) != 1 {
			t.Errorf("log: %s", log.Body)
		}
		if a := gp.post("/hours/"+first+"/reversal", object{"reason": "Entered twice"}).want(201); a.text("state") != "reversed" {
			t.Errorf("reversed: %s", a.Body)
		}
		if a := asha.post("/hours/"+second+"/reversal", object{"reason": "Mistake"}).want(201); a.text("state") != "reversed" {
			t.Errorf("reversed: %s", a.Body)
		}
		third := asha.post(h.path("/hours"), next).want(201).text("id")
		if a := gp.post("/hours/"+third+"/verification", nil).want(201); a.text("state") != "verified" {
			t.Errorf("verified alone: %s", a.Body)
		}
		gp.post("/hours/"+third+"/reversal", object{"reason": "Tidying up"}).want(201)
		if log := h.as(t, h.HubLead).get(h.path("/hours")).want(200); log.at("items", 0, "learnt") != nil || log.at("totals", "verified") != 0.0 {
			t.Errorf("the hub reads what was learnt, or reversed hours count: %s", log.Body)
		}
	})
}

func TestHoursThatCannotBe(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		for field, values := range map[string][]any{
			"on":      {h.today().AddDays(1).String(), "2020-01-01", "2026-02-30", nil},
			"minutes": {-1, 0, 25 * 60, "60", 1.5}, "kind": {"sleep", ""}, "learnt": {"", " ", "Met 943 476 5919"}, "competencies/0": {[]string{"X"}},
		} {
			for _, v := range values {
				body := maps.Clone(h.hours())
				name := field
				if field == "competencies/0" {
					name = "competencies"
				}
				body[name] = v
				asha.post(h.path("/hours"), body).want(422).wantPointer("#/" + field)
			}
		}
		if n := len(asha.get(h.path("/hours")).want(200).list("items")); n != 0 {
			t.Errorf("%d entries were stored", n)
		}
		for _, q := range []string{"state=x", "kind=x", "from=x", "limit=0", "cursor=x"} {
			asha.get(h.path("/hours?" + q)).want(422)
		}
	})
}
