package api_test

import "testing"

// cycling is the cycles of continuing development that follow on easy.
const cycling = `programme:
  months: {min: 6, max: 9}
  cycles:
    - code: cma
      title: Recertification
      body: AAMA
      months: 12
      points: 4
      floors: [{code: clinical, title: Clinical, points: 2}]
      approved: 2
      alternative: Re-examination
      source: S1
    - {code: appraisal, title: Yearly performance review, body: Employer, months: 12, source: S1}
`

// certified completes a programme that has cycles, today, and returns its path.
func (h *house) certified(t *testing.T) string {
	t.Helper()
	at := h.enrolled(t, cycling)
	h.as(t, h.HubLead).post(at+"/completion", nil).want(200)
	return at
}

func (h *house) studied(points string) object {
	return object{"on": h.today().String(), "title": "Study day", "provider": "College", "category": "clinical", "points": points, "approved": true}
}

func TestCyclesAreOpenedMetRenewedAndClosed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, gp := h.as(t, h.Apprentice), h.as(t, h.GP)
		open := object{"code": "cma", "starts_on": h.today().String()}
		asha.post(h.path("/cpd/cycles"), open).want(409) // not completed
		at := h.certified(t) + "/cpd"
		gp.post(at+"/cycles", open).want(403)
		h.as(t, h.HubLead).get(at).want(403)
		asha.post(at+"/cycles", object{}).want(422).wantPointer("#/code")
		cycle := asha.post(at+"/cycles", open).want(201)
		asha.post(at+"/cycles", open).want(422).wantPointer("#/starts_on")
		if cycle.text("state") != "open" || len(cycle.list("missing")) != 3 || cycle.text("rules", "alternative") != "Re-examination" {
			t.Errorf("opened %s", cycle.Body)
		}
		cycleAt := at + "/cycles/" + cycle.text("id")
		asha.post(cycleAt+"/renewal", nil).want(409)
		gp.post(cycleAt+"/entries", h.studied("2")).want(403)
		entry := asha.post(cycleAt+"/entries", h.studied("3.5")).want(201)
		asha.post(cycleAt+"/entries", h.studied("0.5")).want(201)
		read := gp.get(at).want(200)
		if read.text("items", 0, "total") != "4" || read.text("items", 0, "state") != "met" || len(read.list("items", 0, "entries")) != 2 {
			t.Errorf("the GP reads %s", read.Body)
		}
		reversal := at + "/entries/" + entry.text("id") + "/reversal"
		gp.post(reversal, object{"reason": "No"}).want(403)
		asha.post(reversal, object{"reason": " "}).want(422).wantPointer("#/reason")
		if gone := asha.post(reversal, object{"reason": "Entered twice"}).want(201); gone.text("reason") != "Entered twice" || gone.at("reversed_at") == nil {
			t.Errorf("reversed %s", gone.Body)
		}
		asha.post(reversal, object{"reason": "Entered twice"}).want(409)
		asha.post(cycleAt+"/entries", h.studied("4")).want(201)
		next := asha.post(cycleAt+"/renewal", nil).want(201)
		if next.text("starts_on") != h.today().AddMonths(12).String() || next.text("state") != "open" {
			t.Errorf("renewed %s", next.Body)
		}
		asha.post(cycleAt+"/renewal", nil).want(409)
		asha.post(cycleAt+"/closure", object{"on": h.today().String()}).want(409)

		review := asha.post(at+"/cycles", object{"code": "appraisal", "starts_on": h.today().String()}).want(201)
		asha.post(at+"/cycles/"+review.text("id")+"/closure", object{"on": h.today().String()}).want(409) // has no alternative
	})
}

func TestAnAlternativeClosesACycle(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		at := h.certified(t) + "/cpd"
		cycle := at + "/cycles/" + asha.post(at+"/cycles", object{"code": "cma", "starts_on": h.today().String()}).want(201).text("id")
		asha.post(cycle+"/closure", object{"on": h.today().AddDays(1).String()}).want(422).wantPointer("#/on")
		closed := asha.post(cycle+"/closure", object{"on": h.today().String(), "note": "Passed"}).want(201)
		if closed.text("state") != "alternative" || closed.text("closure", "note") != "Passed" || closed.at("may_renew") != true {
			t.Errorf("closed %s", closed.Body)
		}
		asha.post(cycle+"/entries", h.studied("1")).want(409)
	})
}

func TestAnEntryThatCannotBe(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		at := h.certified(t) + "/cpd"
		cycle := at + "/cycles/" + asha.post(at+"/cycles", object{"code": "cma", "starts_on": h.today().String()}).want(201).text("id")
		for field, values := range map[string][]any{
			"on": {h.today().AddDays(1).String(), "2020-01-01", nil}, "points": {"0", "1.3", "-1", "101", 1.5, ""}, "category": {"none", ""},
			"title": {"", "Met 943 476 5919"}, "approved": {"yes"},
		} {
			for _, v := range values {
				body := h.studied("1")
				body[field] = v
				asha.post(cycle+"/entries", body).want(422).wantPointer("#/" + field)
			}
		}
		if got := asha.get(at).want(200); len(got.list("items", 0, "entries")) != 0 {
			t.Errorf("something was stored: %s", got.Body)
		}
		const nothing = "/00000000-0000-7000-8000-000000000000"
		for _, path := range []string{at + "/cycles" + nothing + "/entries", at + "/cycles" + nothing + "/renewal", at + "/cycles" + nothing + "/closure", at + "/entries" + nothing + "/reversal"} {
			asha.post(path, raw("{")).want(404)
			asha.post(path, nil).want(404)
		}
	})
}
