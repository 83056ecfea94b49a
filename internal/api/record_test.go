package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestNamingsAndScope(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager, asha, gp := h.as(t, h.Manager), h.as(t, h.Apprentice), h.as(t, h.GP)
		named := manager.post(h.path("/namings"), object{"email": h.Assessor.Email, "role": "assessor", "domains": []string{"CLINICAL"}}).want(201)
		if named.text("person", "name") != h.Assessor.Name || named.text("domains", 0) != "CLINICAL" || named.text("from") != h.today().String() {
			t.Errorf("named %s", named.Body)
		}
		path := strings.TrimPrefix(named.Header.Get("Location"), "/api/v1")
		manager.get(path).want(200)
		manager.post(h.path("/namings"), object{"email": h.Assessor.Email, "role": "assessor", "domains": []string{"LAW"}}).want(422).wantPointer("#/domains/0")
		manager.post(h.path("/namings"), object{"email": h.Mentor.Email, "role": "gp_supervisor"}).want(422).wantPointer("#/email")
		h.as(t, h.Assessor).get(h.path("")).want(200)
		asha.patch(path, object{}, ifMatch("*")).want(403)
		manager.patch(path, object{"to": h.today().AddDays(3).String()}, ifMatch(named.tag())).want(200)
		if n := len(asha.get(h.path("/namings")).want(200).list("items")); n != 3 {
			t.Errorf("%d namings", n)
		}

		code := h.optional(t)
		scope := asha.get(h.path("/scope")).want(200)
		if got := scope.item("code", code)["scope"]; got != "out" {
			t.Errorf("scope %v", got)
		}
		proposed := asha.put(h.path("/scope"), object{"competencies": []string{code}}, ifMatch(scope.tag())).want(200)
		if got := proposed.item("code", code)["scope"]; got != "proposed" {
			t.Errorf("scope %v", got)
		}
		gp.get("/queue?type=scope").want(200).item("competency", code)
		gp.put(h.path("/scope"), object{"competencies": []string{code}}, ifMatch(scope.tag())).want(412)
		agreed := gp.put(h.path("/scope"), object{"competencies": []string{code}}, ifMatch(proposed.tag())).want(200)
		if got := agreed.item("code", code)["scope"]; got != "in" {
			t.Errorf("scope %v", got)
		}
		gp.put(h.path("/scope"), object{"competencies": []string{}}, ifMatch(agreed.tag())).want(422).wantPointer("#/reason")
		asha.put(h.path("/scope"), object{"competencies": []string{"GPA-XX"}}, ifMatch("*")).want(422).wantPointer("#/competencies/0")
		gp.put(h.path("/scope"), object{"competencies": []string{}, "reason": "Not delegated here"}, ifMatch(agreed.tag())).want(200)
	})
}

func TestEnrolmentIsChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.HubLead)
		today := h.today()
		good := object{
			"apprentice": object{"name": "Bola", "email": "bola@example.org"}, "framework": "gpa-combined", "version": nil, "practice": "A81002",
			"gp_supervisor": h.GP.Email, "secondary_mentor": h.Mentor.Email, "start_date": today.String(), "planned_end_date": today.AddMonths(9).String(),
		}
		for field, bad := range map[string]any{
			"framework": "none", "practice": "L83001", "gp_supervisor": h.OtherGP.Email, "secondary_mentor": "nobody@example.org",
			"planned_end_date": today.AddMonths(30).String(), "start_date": nil,
		} {
			body := object{}
			for k, v := range good {
				body[k] = v
			}
			body[field] = bad
			lead.post("/apprenticeships", body).want(422).wantPointer("#/" + field)
		}
		lead.post("/apprenticeships", object{}).want(422).wantPointer("#/apprentice/email").wantPointer("#/practice")
		enrolled := lead.post("/apprenticeships", good).want(201)
		path := "/apprenticeships/" + enrolled.text("id")
		lead.patch(path, object{"state": "withdrawn"}, ifMatch(enrolled.tag())).want(422).wantPointer("#/reason")
		ended := lead.patch(path, object{"state": "withdrawn", "reason": "Moved away"}, ifMatch(enrolled.tag())).want(200)
		if ended.text("state") != "withdrawn" || ended.text("ended_on") != today.String() || ended.text("end_reason") != "Moved away" {
			t.Errorf("ended %s", ended.Body)
		}
		lead.get("/apprenticeships?state=withdrawn&q=bola&organisation=TH01&sort=planned_end").want(200).item("id", enrolled.text("id"))
	})
}

func TestEvidenceOfAllSorts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, nurse, gp := h.as(t, h.Apprentice), h.as(t, h.Mentor), h.as(t, h.GP)
		piece := h.drafted(t, object{"kind": "observation", "observed_by": h.Mentor.Email})
		if a := asha.get(piece).want(200); a.at("occurred_on") != nil || a.text("observed_by") != h.Mentor.Email || a.text("state") != "draft" {
			t.Errorf("draft %s", a.Body)
		}
		asha.post(piece+"/submission", object{}).want(422).wantPointer("#/title").wantPointer("#/occurred_on").wantPointer("#/competencies").wantPointer("#/anonymised")
		changed := asha.patch(piece, object{"title": "ECG", "occurred_on": h.today().String(), "competencies": []string{"GPA-CL1"}}, ifMatch(asha.get(piece).tag())).want(200)
		if changed.text("observed_by") != h.Mentor.Email || changed.text("competencies", 0, "code") != "GPA-CL1" {
			t.Errorf("changed %s", changed.Body)
		}
		cleared := asha.patch(piece, object{"occurred_on": nil, "observed_by": nil, "details": object{}}, ifMatch(changed.tag())).want(200)
		if cleared.at("occurred_on") != nil || cleared.at("observed_by") != nil || cleared.text("title") != "ECG" {
			t.Errorf("cleared %s", cleared.Body)
		}
		copied := asha.post(piece+"/copy", nil).want(201)
		asha.delete(piece, ifMatch(asha.get(piece).tag())).want(204)
		asha.get(piece).want(404)
		asha.delete("/evidence/"+copied.text("id"), ifMatch("*")).want(204)

		// Recorded by the nurse about what she saw.
		body := h.observation("", "GPA-CL1")
		body["observed_by"] = nil
		recorded := "/evidence/" + nurse.post(h.path("/evidence"), body).want(201).text("id")
		asha.get(recorded).want(404)
		if a := nurse.post(recorded+"/submission", nil).want(200); a.text("state") != "accepted" || a.text("recorded_by", "name") != h.Mentor.Name {
			t.Errorf("recorded %s", a.Body)
		}
		nurse.post(recorded+"/read-confirmation", nil).want(403)
		if a := asha.post(recorded+"/read-confirmation", object{"comment": "Thank you"}).want(200); a.at("read_at") == nil || a.text("read_comment") != "Thank you" {
			t.Errorf("read %s", a.Body)
		}
		asha.post(recorded+"/read-confirmation", nil).want(409)
		asha.patch(recorded, object{"title": "x"}, ifMatch("*")).want(403)
		asha.post(recorded+"/review", object{"decision": "accept"}).want(403)
		gp.post(recorded+"/review", object{"decision": "accept"}).want(409)

		asha.get(h.path("/evidence?state=accepted&kind=observation&domain=CLINICAL&from=2026-01-01&to=2026-12-31")).want(200).item("state", "accepted")
		if n := len(asha.get(h.path("/evidence?state=draft&state=returned&state=submitted")).want(200).list("items")); n != 0 {
			t.Errorf("%d pieces", n)
		}
		if n := len(asha.get(h.path("/evidence?competency=GPA-CL2")).want(200).list("items")); n != 0 {
			t.Errorf("%d pieces", n)
		}
		asha.post(recorded+"/withdrawal", object{"reason": ""}).want(422).wantPointer("#/reason")
		if a := asha.post(recorded+"/withdrawal", object{"reason": "The wrong apprentice"}).want(200); a.text("withdrawn_reason") == "" || a.text("state") != "withdrawn" {
			t.Errorf("withdrawn %s", a.Body)
		}
	})
}

func TestADecisionStandsThoughEvidenceWasWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const code = "GPA-CL1"
		asha, gp := h.as(t, h.Apprentice), h.as(t, h.GP)
		ids := h.ready(t, code, h.Mentor)
		signed := gp.post(h.path("/sign-offs"), object{"competency": code, "decision": "competent", "level": h.competency(t, code)["threshold"], "evidence": ids}).want(201)
		h.clock.Advance(time.Hour)
		asha.post("/evidence/"+ids[0]+"/withdrawal", object{"reason": "The wrong day"}).want(200)
		gp.get("/queue?type=confirm").want(200).item("competency", code)
		if a := gp.post("/sign-offs/"+signed.text("id")+"/confirmation", object{"reason": "I saw the others myself"}).want(201); a.text("role_in_decision") != "confirmation" || a.text("status") != "signed_off" {
			t.Errorf("confirmed %s", a.Body)
		}
		gp.post("/sign-offs/"+signed.text("id")+"/confirmation", object{"reason": "Again"}).want(409)
		page := asha.get(h.path("/competencies/" + code)).want(200)
		if n := len(page.list("sign_offs")); n != 2 {
			t.Errorf("%d decisions", n)
		}
		lead := h.as(t, h.HubLead).get(h.path("/competencies/" + code)).want(200)
		if len(lead.list("evidence")) != 0 {
			t.Errorf("a hub lead reads evidence: %s", lead.Body)
		}
	})
}

func TestListsComeInPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range 5 {
			h.clock.Advance(time.Minute)
			body := h.observation(h.Mentor.Email, "GPA-CL1")
			body["title"] = fmt.Sprintf("Piece %d", i)
			piece := h.drafted(t, body)
			h.as(t, h.Apprentice).post(piece+"/submission", nil).want(200)
		}
		for path, c := range map[string]client{
			h.path("/evidence") + "?state=submitted": h.as(t, h.Apprentice),
			"/queue?type=review":                     h.as(t, h.Mentor),
			"/organisations?kind=practice":           h.as(t, h.Admin),
			"/people?q=example":                      h.as(t, h.Admin),
		} {
			all := c.get(path + "&limit=200").want(200)
			if all.text("next") != "" || all.Header.Get("Link") != "" || len(all.list("items")) < 3 {
				t.Errorf("%s: whole list %s", path, shorten(all.Body))
			}
			var items []string
			for at, pages := path+"&limit=2", 0; at != ""; pages++ {
				a := c.get(at).want(200)
				for _, i := range a.list("items") {
					items = append(items, fmt.Sprint(i))
				}
				link := a.Header.Get("Link")
				if (link == "") != (a.text("next") == "") || len(a.list("items")) > 2 || pages > 20 {
					t.Fatalf("%s: Link %q, next %q", at, link, a.text("next"))
				}
				at = strings.TrimSuffix(strings.TrimPrefix(link, "</api/v1"), `>; rel="next"`)
			}
			var want []string
			for _, i := range all.list("items") {
				want = append(want, fmt.Sprint(i))
			}
			if strings.Join(items, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s: pages hold\n%s\nbut the list\n%s", path, strings.Join(items, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

func TestANamingIsHandedOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager := h.as(t, h.Manager)
		h.as(t, h.Admin).post("/memberships", object{
			"name": "Nils Berg", "email": "nils@example.org", "role": "secondary_mentor", "organisation": "A81001",
		}).want(201)
		old := ""
		for _, n := range manager.get(h.path("/namings")).want(200).list("items") {
			if n := n.(object); n["role"] == "secondary_mentor" {
				old = h.path("/namings/" + n["id"].(string))
			}
		}
		tag, from := manager.get(old).want(200).tag(), h.today().AddDays(7)
		body := object{"email": "nils@example.org", "from": from.String()}
		manager.post(old+"/handover", body, ifMatch(`"20200101"`)).want(412)
		manager.post(old+"/handover", object{"email": h.Mentor.Email, "from": from.String()}).want(422).wantPointer("#/email")
		manager.post(old+"/handover", object{}).want(422).wantPointer("#/email")
		if to := manager.get(old).want(200).at("to"); to != nil {
			t.Errorf("a refused handover ended the naming on %v", to)
		}
		a := manager.post(old+"/handover", body, ifMatch(tag)).want(201)
		if a.text("person", "email") != "nils@example.org" || a.text("role") != "secondary_mentor" || a.text("from") != from.String() {
			t.Errorf("the new naming is %s", a.Body)
		}
		if to := manager.get(old).want(200).text("to"); to != from.AddDays(-1).String() {
			t.Errorf("the old one ends on %s, want the day before %s", to, from)
		}
		h.as(t, h.GP).post(old+"/handover", body).want(403)
	})
}
