package api_test

import (
	"testing"

	"countersign/internal/countersign"
)

func TestProgressIsToldAtEachLevelAsTheHubAgrees(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		const path = "/organisations/TH01/region-sight"
		hub, lead := h.as(t, h.HubLead), h.as(t, h.RegionLead)
		sums := func(c client, code string, want bool) {
			t.Helper()
			r := c.get("/reports/progress?organisation=" + code).want(200)
			if r.at("sums") != want || len(r.list("pace")) != 1 || r.at("pace", 0, "usual") != true {
				t.Errorf("%s: sums %v, pace %v", code, r.at("sums"), r.at("pace"))
			}
		}
		sums(lead, "Y63", true)
		lead.get("/reports/progress?organisation=A81001").want(404)
		now := hub.get(path).want(200)
		if now.at("agrees") != false || now.at("people") != false || now.text("region", "code") != "Y63" || now.text("hubs", 0, "code") != "TH01" {
			t.Errorf("at first %s", now.Body)
		}
		body := object{"agrees": true, "reason": "The agreement of 3 March"}
		hub.put(path, body).want(428)
		hub.put(path, body, ifMatch(`"999"`)).want(412)
		hub.put(path, object{"agrees": true, "reason": ""}, ifMatch(now.tag())).want(422).wantPointer("#/reason")
		lead.put(path, body, ifMatch(now.tag())).want(403)
		if agreed := hub.put(path, body, ifMatch(now.tag())).want(200); agreed.at("people") != true || agreed.tag() == now.tag() {
			t.Errorf("agreed: %s", agreed.Body)
		}
		sums(lead, "Y63", false)
		sums(lead, "A81001", false)
		if n := len(lead.get("/apprenticeships").want(200).list("items")); n != 1 {
			t.Errorf("the region lists %d people", n)
		}
		lead.get(h.path("/evidence")).want(403)
		sums(hub, "TH01", false)
		for _, outsider := range []countersign.Person{h.OtherHubLead, h.Apprentice, h.GP} {
			h.as(t, outsider).get("/reports/progress?organisation=TH01").want(404)
			h.as(t, outsider).get(path).want(404)
		}
		h.nobody(t).get("/reports/progress?organisation=TH01").want(401)
	})
}
