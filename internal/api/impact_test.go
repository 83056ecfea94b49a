package api_test

import (
	"testing"

	"countersign/internal/countersign"
)

// impact is a measure of the manager's practice.
func (h *house) impact() object {
	day := func(n int) string { return h.today().AddDays(-n).String() }
	return object{
		"measure": "GP_MIN_CORR_DAY", "baseline": 120.5, "baseline_from": day(200), "baseline_to": day(180), "value": 40, "from": day(20), "to": day(1),
		"method": "audit_sample", "sample": 20, "note": "All partners",
	}
}

func (h *house) measured(t *testing.T) answer {
	t.Helper()
	return h.as(t, h.Manager).post("/organisations/"+h.Practice.Code+"/impact-reports", h.impact()).want(201)
}

func TestAMeasureIsEnteredCheckedAndToldMeasureByMeasure(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager, lead := h.as(t, h.Manager), h.as(t, h.HubLead)
		list := "/organisations/" + h.Practice.Code + "/impact-reports"
		wrong := h.impact()
		wrong["baseline"], wrong["measure"], wrong["sample"] = 1.25, "LUCK", 0
		manager.post(list, wrong).want(422).wantPointer("#/baseline").wantPointer("#/measure").wantPointer("#/sample")
		lead.post(list, h.impact()).want(403)
		mistaken := h.measured(t)
		away := "/impact-reports/" + mistaken.text("id") + "/withdrawal"
		lead.post(away, nil).want(403)
		manager.post(away, nil, ifMatch(`"9"`)).want(412)
		if a := manager.post(away, nil, ifMatch(mistaken.tag())).want(200); a.text("state") != "withdrawn" {
			t.Errorf("withdrawn %s", a.Body)
		}
		i := h.measured(t)
		manager.post(list, h.impact()).want(409)
		one := "/impact-reports/" + i.text("id")
		if i.at("baseline") != 120.5 || i.text("state") != "entered" || i.Header.Get("Location") != "/api/v1"+one || i.text("unit") != "minutes a day" {
			t.Errorf("entered %s", i.Body)
		}
		manager.patch(one, object{"value": 35.5}).want(428)
		changed := manager.patch(one, object{"value": 35.5}, ifMatch(i.tag())).want(200)
		manager.patch(one, object{"value": 30}, ifMatch(i.tag())).want(412)
		lead.patch(one, object{"value": 30}, ifMatch("*")).want(403)
		manager.post(one+"/check", object{"decision": "check"}).want(403)
		lead.post(one+"/check", object{"decision": "check"}, ifMatch(i.tag())).want(412)
		lead.post(one+"/check", object{"decision": "send_back"}).want(422).wantPointer("#/reason")
		lead.post(one+"/check", object{"decision": "check"}, ifMatch(changed.tag())).want(200)
		manager.patch(one, object{"value": 30}, ifMatch("*")).want(409)
		manager.post(one+"/withdrawal", nil).want(409)
		if a := lead.get("/organisations/" + h.Hub.Code + "/impact-reports?state=checked&limit=1").want(200); a.text("items", 0, "checked_by") != h.HubLead.Name || a.at("items", 0, "value") != 35.5 {
			t.Errorf("listed %s", a.Body)
		}
		report := lead.get("/reports/impact?organisation=th01").want(200)
		if report.at("items", 0, "reported", "value") != 1.0 || report.at("items", 0, "now", "median", "value") != 35.5 || report.at("items", 0, "together", "value") != -85.0 || report.text("published", 0, "value") != "-85%" {
			t.Errorf("told %s", report.Body)
		}
		region := h.as(t, h.RegionLead).get("/reports/impact?organisation=Y63").want(200)
		if region.at("items", 0, "reported", "hidden") != true || region.at("items", 0, "now", "median", "value") != nil || region.at("sums") != true {
			t.Errorf("beyond the training hub: %s", region.Body)
		}
		for _, who := range []countersign.Person{h.RegionLead, h.GP} {
			h.as(t, who).get(one).want(404)
		}
	})
}

func TestABoardReportIsHadMailedEveryMonthAndStopped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead, list := h.as(t, h.HubLead), "/organisations/"+h.Hub.Code+"/board-mails"
		lead.post(list, object{"email": h.OtherHubLead.Email}).want(422).wantPointer("#/email")
		m := lead.post(list, object{"email": h.RegionLead.Email}).want(201)
		lead.post(list, object{"email": h.RegionLead.Email}).want(409)
		if m.text("name") != h.RegionLead.Name || m.at("ended_at") != nil || m.text("organisation") != h.Hub.Code {
			t.Errorf("set %s", m.Body)
		}
		lead.post(list+"/"+m.text("id")+"/stop", nil).want(204)
		lead.post(list+"/"+m.text("id")+"/stop", nil).want(409)
		if all := lead.get(list).want(200); all.text("items", 0, "ended_why") != "stopped" {
			t.Errorf("listed %s", all.Body)
		}
		h.as(t, h.Manager).get(list).want(404)
	})
}
