package api_test

import "testing"

func TestTheGatewayAndPaymentsAreReadAndActedOnByTheirRolesOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		gp, lead, manager := h.as(t, h.GP), h.as(t, h.HubLead), h.as(t, h.Manager)
		gateway := gp.get(h.path("/gateway")).want(200)
		if gateway.text("state") != "active" || gateway.at("met") != false || gateway.text("checklist", 0, "code") != "core" {
			t.Errorf("gateway %s", gateway.Body)
		}
		gp.do("PUT", h.path("/gateway/declarations"), object{"conditions": []string{"core"}}, ifMatch(gateway.tag())).want(422).wantPointer("#/conditions/0")
		gp.post(h.path("/gateway/submission"), nil).want(422)
		lead.post(h.path("/gateway/submission"), nil).want(403)
		gp.post(h.path("/gateway/verification"), object{"outcome": "verified"}).want(403)
		lead.post(h.path("/award"), object{"title": "A", "body": "B", "awarded_on": h.today().String()}).want(409)
		lead.get(h.path("/certificate.pdf")).want(404)

		naming := lead.get(h.path("/namings")).want(200).text("items", 0, "id")
		briefed := manager.post(h.path("/namings/"+naming+"/briefing"), object{"attended_on": h.today().String()}).want(200)
		if briefed.text("briefing_attended_on") != h.today().String() {
			t.Errorf("briefed %s", briefed.Body)
		}
		manager.get(h.path("/payments")).want(200) // version 1.0.0 has none
		manager.post(h.path("/payments/mentor/claim"), object{"on": h.today().String(), "reference": "INV-1"}).want(404)
		gp.get(h.path("/payments")).want(403)
		if sums := lead.get("/payments?cohort=2026-A").want(200); sums.at("totals", "due") != 0.0 {
			t.Errorf("sums %s", sums.Body)
		}
	})
}
