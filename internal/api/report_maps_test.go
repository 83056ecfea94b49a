package api_test

import (
	"testing"

	"countersign/internal/countersign"
)

func TestHeatMapAndCoverageAreToldAtEachLevel(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		hub, lead := h.as(t, h.HubLead), h.as(t, h.RegionLead)
		m := hub.get("/reports/heat-map?organisation=TH01&by=organisation").want(200)
		if m.text("framework") != h.Framework.ID || m.text("columns", 0, "key") != "A81001" || len(m.list("items")) != len(h.Framework.Competencies()) ||
			m.at("items", 0, "cells", 0, "in_scope") != 1.0 || m.at("items", 0, "cells", 0, "share_signed_off") != 0.0 || m.at("items", 0, "cells", 0, "hidden") != false {
			t.Errorf("heat map %.600s", m.Body)
		}
		if m := lead.get("/reports/heat-map?organisation=Y63").want(200); m.at("sums") != true || m.at("items", 0, "cells", 0, "in_scope") != nil || m.at("items", 0, "cells", 0, "hidden") != true {
			t.Errorf("heat map beyond the training hub %.600s", m.Body)
		}
		if c := hub.get("/reports/coverage?organisation=TH01").want(200); c.text("items", 0, "code") != "A81002" || c.at("items", 1, "practices_training") != 1.0 || c.at("items", 0, "practices_either") != 0.0 {
			t.Errorf("coverage %s", c.Body)
		}
		if c := lead.get("/reports/coverage?organisation=Y63").want(200); c.at("sums") != true || c.text("items", 0, "code") != "TH01" || c.at("items", 0, "practices") != 2.0 {
			t.Errorf("coverage beyond the training hub %s", c.Body)
		}
		hub.get("/reports/heat-map?organisation=TH01&by=month").want(422)
		for _, report := range []string{"/reports/heat-map", "/reports/coverage"} {
			hub.get(report).want(422)
			for _, outsider := range []countersign.Person{h.OtherHubLead, h.Apprentice, h.GP, h.Manager} {
				h.as(t, outsider).get(report + "?organisation=TH01").want(404)
			}
			hub.get(report + "?organisation=Y63").want(404)
			lead.get(report + "?organisation=A81001").want(404)
			h.nobody(t).get(report + "?organisation=TH01").want(401)
		}
	})
}
