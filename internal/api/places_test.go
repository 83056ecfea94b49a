package api_test

import (
	"testing"

	"countersign/internal/countersign"
)

func TestMe(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.as(t, h.GP).get("/me").want(200)
		if a.text("id") != string(h.GP.ID) || a.text("name") != h.GP.Name || a.text("email") != h.GP.Email {
			t.Errorf("me %s", a.Body)
		}
		role := a.list("roles")[0].(object)
		place := role["organisation"].(object)
		if role["role"] != "gp_supervisor" || place["code"] != "A81001" || place["name"] != h.Practice.Name || place["kind"] != "practice" {
			t.Errorf("role %v", role)
		}
	})
}

func TestTokensAreOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.as(t, h.Apprentice)
		made := c.post("/tokens", object{"name": "laptop", "days": 7}).want(201)
		fresh := client{t: t, h: h.h, token: made.text("token")}
		if got := fresh.get("/me").want(200).text("id"); got != string(h.Apprentice.ID) {
			t.Errorf("the token is of %s", got)
		}
		if got := c.get("/tokens").want(200).item("name", "laptop"); got["last_used_at"] == nil || got["revoked_at"] != nil {
			t.Errorf("token %v", got)
		}
		h.as(t, h.OtherApprentice).delete("/tokens/"+made.text("id"), ifMatch("*")).want(404)
		c.delete("/tokens/"+made.text("id"), ifMatch("*")).want(204)
		fresh.get("/me").want(401)
		c.delete("/tokens/"+made.text("id"), ifMatch(`"1"`)).want(412)
		c.post("/tokens", object{"days": 366}).want(422).wantPointer("#/days")
		c.post("/tokens", nil).want(201)
	})
}

func TestAdministration(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin := h.as(t, h.Admin)
		made := admin.post("/organisations", object{"code": "a81099", "name": "New Surgery", "kind": "practice", "parent": "th01"}).want(201)
		if made.text("code") != "A81099" || made.text("parent") != "TH01" || made.Header.Get("Location") != "/api/v1/organisations/A81099" {
			t.Errorf("made %s", made.Body)
		}
		admin.post("/organisations", object{"code": "A81099", "name": "Again", "kind": "practice", "parent": "TH01"}).want(409).wantPointer("#/code")
		admin.post("/organisations", object{"code": "Y99", "name": "A region", "kind": "region", "parent": "TH01"}).want(422).wantPointer("#/kind")
		admin.post("/organisations", object{"code": "Z", "name": "Z", "kind": "practice", "parent": "NOWHERE"}).want(422).wantPointer("#/parent")
		admin.get("/organisations?kind=practice&parent=TH01&q=new").want(200).item("code", "A81099")
		closed := admin.patch("/organisations/A81099", object{"ended_on": h.today().String()}, ifMatch(made.tag())).want(200)
		if closed.text("ended_on") != h.today().String() || closed.text("name") != "New Surgery" {
			t.Errorf("closed %s", closed.Body)
		}
		if open := admin.patch("/organisations/A81099", object{"ended_on": nil}, ifMatch(closed.tag())).want(200); open.at("ended_on") != nil {
			t.Errorf("open %s", open.Body)
		}

		member := object{"name": "Nils Berg", "email": "nils@example.org", "role": "assessor", "organisation": "TH01", "registration": "NMC 12A3456B"}
		given := admin.post("/memberships", member).want(201)
		if given.text("person", "email") != "nils@example.org" || given.text("from") != h.today().String() || given.at("to") != nil || given.text("organisation", "code") != "TH01" {
			t.Errorf("given %s", given.Body)
		}
		admin.post("/memberships", member).want(409)
		admin.post("/memberships", object{"email": "x@example.org", "role": "assessor", "organisation": "TH01"}).want(422).wantPointer("#/name")
		admin.post("/memberships", object{"name": "X", "email": "x@example.org", "role": "hub_lead", "organisation": "A81001"}).want(422).wantPointer("#/role")
		row := admin.get("/people?q=nils&role=assessor&organisation=TH01").want(200).item("email", "nils@example.org")
		if row["registration"] != "NMC 12A3456B" {
			t.Errorf("row %v", row)
		}
		path := "/memberships/" + given.text("id")
		ended := admin.patch(path, object{"to": h.today().AddDays(7).String()}, ifMatch(given.tag())).want(200)
		if ended.text("to") != h.today().AddDays(7).String() {
			t.Errorf("ended %s", ended.Body)
		}
		admin.patch(path, object{"to": h.today().AddDays(9).String()}, ifMatch(ended.tag())).want(409)
		h.as(t, h.Manager).patch("/memberships/"+given.text("id"), object{}, ifMatch("*")).want(404)
	})
}

func TestAPlaceIsMoved(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin, path := h.as(t, h.Admin), "/organisations/A81001"
		before := admin.get(path).want(200)
		body := object{"parent": "TH02", "on": h.today().String(), "reason": "Two boards merged"}
		admin.post(path+"/moves", body, ifMatch(`"999"`)).want(412)
		admin.post(path+"/moves", object{"parent": "TH02", "on": h.today().AddDays(1).String(), "reason": "Too early"}).want(422).wantPointer("#/on")
		admin.post(path+"/moves", object{"parent": "NOWHERE", "on": h.today().String(), "reason": "Where?"}).want(422).wantPointer("#/parent")
		after := admin.post(path+"/moves", body, ifMatch(before.tag())).want(200)
		if after.text("parent") != "TH02" || after.tag() == before.tag() {
			t.Errorf("moved %s", after.Body)
		}
		was := admin.get(path + "/moves").want(200)
		if len(was.list("items")) != 2 || was.text("items", 0, "parent", "code") != "TH02" || was.at("items", 0, "to") != nil ||
			was.text("items", 1, "parent", "name") != h.Hub.Name || was.text("items", 1, "to") != h.today().AddDays(-1).String() {
			t.Errorf("moves %s", was.Body)
		}
		h.as(t, h.HubLead).get(path + "/moves").want(404)
	})
}

func TestAnAdministratorChangesAndInvitesAPerson(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin := h.as(t, h.Admin)
		given := admin.post("/memberships", object{"name": "Nils Berg", "email": "nils@example.org", "role": "assessor", "organisation": "TH01"}).want(201)
		path := "/people/" + given.text("person", "id")
		before := admin.get(path).want(200)
		if before.at("has_password") != false || before.text("memberships", 0, "id") != given.text("id") {
			t.Errorf("person %s", before.Body)
		}
		after := admin.patch(path, object{"name": "Nils Åberg", "registration": "NMC 12A3456E"}, ifMatch(before.tag())).want(200)
		if after.text("name") != "Nils Åberg" || after.text("email") != "nils@example.org" || after.text("registration") != "NMC 12A3456E" {
			t.Errorf("changed %s", after.Body)
		}
		if gone := admin.patch(path, object{"registration": nil}, ifMatch("*")).want(200); gone.at("registration") != nil || gone.text("name") != "Nils Åberg" {
			t.Errorf("without registration %s", gone.Body)
		}
		admin.patch(path, object{"email": h.GP.Email}, ifMatch("*")).want(409).wantPointer("#/email")
		admin.patch(path, object{"email": "nobody"}, ifMatch("*")).want(422).wantPointer("#/email")
		admin.patch(path, object{"name": " "}, ifMatch("*")).want(422).wantPointer("#/name")

		admin.post(path+"/invitation", nil, ifMatch(before.tag())).want(412)
		admin.post(path+"/invitation", nil).want(200)
		for _, leads := range []countersign.Person{h.HubLead, h.Manager} { // they see people, but administer nobody
			h.as(t, leads).get(path).want(404)
			h.as(t, leads).patch(path, object{"name": "X"}, ifMatch("*")).want(404)
			h.as(t, leads).post(path+"/invitation", nil).want(404)
		}
	})
}

func TestADigestIsWantedOrNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.as(t, h.GP)
		for _, wanted := range []bool{false, true} {
			if a := c.patch("/me", object{"daily_digest": wanted}, ifMatch("*")).want(200); a.at("daily_digest") != wanted {
				t.Errorf("digest %v: %s", wanted, a.Body)
			}
		}
		c.patch("/me", object{"name": "Somebody Else"}, ifMatch("*")).want(422).wantPointer("#/name")
	})
}

func TestFrameworksAreWhole(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.as(t, h.Apprentice)
		row := c.get("/frameworks").want(200).item("id", "gpa-combined")
		if row["competencies"] != float64(len(h.Framework.Competencies())) || row["standing"] != "community-draft" || row["notice"] == "" {
			t.Errorf("row %v", row)
		}
		newest := c.get("/frameworks/gpa-combined").want(200)
		exact := c.get("/frameworks/gpa-combined/" + h.Framework.Version).want(200)
		if string(newest.Body) != string(exact.Body) || newest.text("programme", "note") == "" || newest.text("scale", "default_threshold") == "" {
			t.Errorf("frameworks differ or lack keys")
		}
		c.get("/frameworks/gpa-combined/9.9.9").want(404)
		c.get("/frameworks/none").want(404)
	})
}

func TestTheProgressReportHidesSmallNumbersBeyondTheTrainingHub(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.as(t, h.HubLead).get("/reports/progress?organisation=th01").want(200)
		if a.at("total", "figures", 1, "code") != "active" || a.at("total", "figures", 1, "value") != 1.0 || a.text("items", 0, "key") == "" {
			t.Errorf("a hub lead's report: %s", shorten(a.Body))
		}
		for _, by := range []string{"organisation", "cohort", "framework", "month"} {
			a := h.as(t, h.RegionLead).get("/reports/progress?organisation=Y63&by=" + by).want(200)
			if a.at("total", "figures", 1, "hidden") != true || a.at("total", "figures", 1, "value") != nil || a.at("sums") != true {
				t.Errorf("a region lead's report: %s", shorten(a.Body))
			}
		}
		h.as(t, h.HubLead).get("/reports/progress?organisation=TH01&month=2020-01").want(422).wantPointer("#/month")
		h.as(t, h.HubLead).get("/reports/progress?organisation=TH01&map=old").want(422).wantPointer("#/map")
	})
}

func TestSums(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.as(t, h.HubLead).get("/reports/sums?organisation=th01").want(200)
		if a.text("organisation", "code") != "TH01" || a.text("items", 1, "organisation", "code") != "A81001" || a.at("items", 1, "active") != 1.0 {
			t.Errorf("sums %s", a.Body)
		}
		h.as(t, h.RegionLead).get("/reports/sums?organisation=Y63").want(403) // they have small numbers
		h.as(t, h.Apprentice).get("/reports/sums?organisation=TH01").want(404)
		h.as(t, h.RegionLead).get("/apprenticeships").want(200) // sums only: nobody is in the list
		if n := len(h.as(t, h.RegionLead).get("/apprenticeships").list("items")); n != 0 {
			t.Errorf("a region lead sees %d apprenticeships", n)
		}
	})
}

func TestSavedViewsAreOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.as(t, h.HubLead)
		kept := c.post("/me/views", object{"name": "Stuck", "query": "organisation=A81001&flag=stuck"}).want(201)
		if got := c.get("/me/views").want(200).text("items", 0, "query"); got != "flag=stuck&organisation=A81001" {
			t.Errorf("kept as %q", got)
		}
		c.post("/me/views", object{"name": "", "query": ""}).want(422).wantPointer("#/name")
		c.post("/me/views", object{"name": "x", "query": "next=/elsewhere"}).want(422).wantPointer("#/query")
		h.as(t, h.OtherHubLead).delete("/me/views/" + kept.text("id")).want(404)
		c.delete("/me/views/" + kept.text("id")).want(204)
	})
}
