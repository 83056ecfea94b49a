package api_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestAProgrammeIsChangedStepByStep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager, lead, gp := h.as(t, h.Manager), h.as(t, h.HubLead), h.as(t, h.GP)
		today := h.today()
		applied := manager.post("/apprenticeships", object{
			"apprentice": object{"name": "Bola", "email": "bola@example.org"}, "framework": "gpa-combined", "practice": h.Practice.Code, "gp_supervisor": h.GP.Email,
			"secondary_mentor": h.Mentor.Email, "start_date": today.String(), "planned_end_date": today.AddMonths(8).String(), "funding_year": "2026-27", "apply": true,
		}).want(201)
		if applied.text("state") != "applied" || applied.text("funding_year") != "2026-27" {
			t.Errorf("applied %s", applied.Body)
		}
		path := "/apprenticeships/" + applied.text("id")
		lead.get("/apprenticeships?state=applied").want(200).item("id", applied.text("id"))
		manager.post(path+"/acceptance", object{"start_date": today.String(), "planned_end_date": today.AddMonths(8).String()}).want(403)
		lead.post(path+"/acceptance", nil).want(422).wantPointer("#/start_date").wantPointer("#/planned_end_date")
		accepted := lead.post(path+"/acceptance", object{"start_date": today.String(), "planned_end_date": today.AddMonths(8).String()}, ifMatch(applied.tag())).want(200)
		if accepted.text("state") != "active" || accepted.text("latest_end_date") != today.AddMonths(12).String() {
			t.Errorf("accepted %s", accepted.Body)
		}
		lead.post(path+"/refusal", object{"reason": "No places"}).want(409)

		manager.post(path+"/breaks", object{"on": today.String(), "return_expected_on": today.AddDays(3).String()}).want(422).wantPointer("#/return_expected_on").wantPointer("#/reason")
		manager.post(path+"/breaks", object{"on": today.String(), "return_expected_on": today.AddDays(60).String(), "reason": "Illness"}, ifMatch(applied.tag())).want(412)
		away := manager.post(path+"/breaks", object{"on": today.String(), "return_expected_on": today.AddDays(60).String(), "reason": "Illness"}, ifMatch(accepted.tag())).want(200)
		if away.text("state") != "on_break" || away.text("changes", 2, "reason") != "Illness" {
			t.Errorf("on a break %s", away.Body)
		}
		h.clock.Advance(29 * 24 * time.Hour)
		back := manager.post(path+"/return", object{"on": today.AddDays(29).String()}).want(200)
		if back.at("break_days") != 29.0 || back.text("planned_end_date") != today.AddMonths(8).AddDays(29).String() || back.text("original_end_date") != today.AddMonths(8).String() {
			t.Errorf("back %s", back.Body)
		}

		extension := object{"planned_end_date": today.AddMonths(11).String(), "progress": "Half", "reason": "Illness", "support": "Tutorials"}
		gp.post(path+"/extensions", extension, ifMatch(away.tag())).want(412)
		asked := gp.post(path+"/extensions", extension, ifMatch(back.tag())).want(200)
		decision := path + "/extensions/" + asked.text("open_extension") + "/decision"
		gp.post(path+"/extensions", extension).want(409)
		lead.post(path+"/extensions/"+asked.text("id")+"/decision", object{"decision": "grant"}).want(404)
		lead.post(decision, object{"decision": "decline"}).want(422).wantPointer("#/reason")
		granted := lead.post(decision, object{"decision": "grant"}).want(200)
		if granted.text("planned_end_date") != today.AddMonths(11).String() || granted.at("open_extension") != nil {
			t.Errorf("granted %s", granted.Body)
		}
		lead.post(decision, object{"decision": "grant"}).want(409)

		lead.post(path+"/completion", nil).want(409)
		lead.post(path+"/move", object{"practice": "A81002", "gp_supervisor": h.OtherGP.Email}).want(422).wantPointer("#/secondary_mentor")
		lead.post(path+"/move", object{"practice": "A81002", "gp_supervisor": h.OtherGP.Email, "secondary_mentor": h.Mentor.Email}).want(422).wantPointer("#/gp_supervisor").wantPointer("#/reason")
		left := manager.post(path+"/withdrawal", object{"reason": "Another job"}).want(200)
		if left.text("state") != "withdrawn" || left.text("last_learning_on") != today.String() {
			t.Errorf("left %s", left.Body)
		}
		manager.post(path+"/restart", object{"planned_end_date": today.AddMonths(11).String(), "reason": "Back"}).want(403)
		again := lead.post(path+"/restart", object{"planned_end_date": today.AddMonths(11).String(), "reason": "Back"}).want(200)
		if again.text("state") != "active" {
			t.Errorf("again %s", again.Body)
		}
		h.as(t, h.OtherHubLead).get(path + "/programme").want(404)
		lead.get(path+"/programme", header("If-None-Match", again.tag())).want(304)
	})
}

// easy is a framework without core competencies, so that a programme on it can
// be completed at once.
const easy = `
id: easy
version: 1.0.0
title: Easy
status: published
standing: official
role: {title: Helper, purpose: Helps., duties: [{code: T1, text: Helps, competencies: []}]}
programme: {months: {min: 6, max: 9}}
scale: {levels: [{code: "1", title: Not yet, meaning: Cannot}, {code: "2", title: Safe, meaning: Can}], default_threshold: "2"}
signing: {assess: [gp_supervisor], countersign: gp_supervisor, two_people: false}
domains:
  - code: HELP
    title: Helping
    competencies: [{code: HELP-1, title: Help, statement: Helps., core: false, evidence: [work_product], requires: {pieces: 1}}]
`

// enrolled enrols the apprentice on easy, with another programme, from today,
// and returns the path.
func (h *house) enrolled(t *testing.T, programme string) string {
	t.Helper()
	text := strings.Replace(easy, "programme: {months: {min: 6, max: 9}}\n", programme, 1)
	if _, err := h.svc.LoadFramework(t.Context(), h.svc.Operator(), "easy.yaml", []byte(text)); err != nil {
		t.Fatal(err)
	}
	return "/apprenticeships/" + h.as(t, h.HubLead).post("/apprenticeships", object{
		"apprentice": object{"email": h.Apprentice.Email}, "framework": "easy", "practice": h.Practice.Code, "gp_supervisor": h.GP.Email, "cohort": "2026-A",
		"secondary_mentor": h.Mentor.Email, "start_date": h.today().String(), "planned_end_date": h.today().AddMonths(8).String(),
	}).want(201).text("id")
}

func TestAProgrammeIsRefusedMovedAndCompleted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := h.svc.LoadFramework(t.Context(), h.svc.Operator(), "easy.yaml", []byte(easy)); err != nil {
			t.Fatal(err)
		}
		lead, today := h.as(t, h.HubLead), h.today()
		enrol := func(email string, apply bool) string {
			return "/apprenticeships/" + lead.post("/apprenticeships", object{
				"apprentice": object{"name": "Bola", "email": email}, "framework": "easy", "practice": h.Practice.Code, "gp_supervisor": h.GP.Email,
				"secondary_mentor": h.Mentor.Email, "start_date": today.String(), "planned_end_date": today.AddMonths(8).String(), "apply": apply,
			}).want(201).text("id")
		}
		refused := lead.post(enrol("bola@example.org", true)+"/refusal", object{"reason": "No places"}).want(200)
		if refused.text("state") != "declined" || refused.text("end_reason") != "No places" {
			t.Errorf("refused %s", refused.Body)
		}
		path := enrol("bea@example.org", false)
		gp := h.Person(t, "Dr Nora Near", "near@example.org", countersign.GPSupervisorMember, h.NextPractice)
		nurse := h.Person(t, "Nick Near", "nick@example.org", countersign.SecondaryMentorMember, h.NextPractice)
		moved := lead.post(path+"/move", object{"practice": h.NextPractice.Code, "gp_supervisor": gp.Email, "secondary_mentor": nurse.Email, "reason": "Moved house"}).want(200)
		if moved.text("changes", 0, "practice_after") != h.NextPractice.Name {
			t.Errorf("moved %s", moved.Body)
		}
		if a := lead.get(path).want(200); a.text("practice") != h.NextPractice.Code {
			t.Errorf("after the move %s", a.Body)
		}
		if done := lead.post(path+"/completion", nil, ifMatch(moved.tag())).want(200); done.text("state") != "completed" || done.text("ended_on") != today.String() {
			t.Errorf("completed %s", done.Body)
		}
	})
}
