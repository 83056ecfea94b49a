package api_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
)

// small loads a framework of one competency with a gateway, an award and
// payments, and returns its id.
func (h *house) small(t *testing.T) string {
	t.Helper()
	f := h.Framework
	only, _ := f.Competency("GPA-CL1")
	only.Core, only.Requires, only.EquivalentTo = true, countersign.Requirement{Pieces: 1}, nil
	f.ID, f.Version, f.SHA256 = "small", "1.0.0", ""
	f.Domains = []countersign.Domain{{Code: only.Domain, Title: "Only", Competencies: []countersign.Competency{only}}}
	f.Signing.DomainAssess = nil
	f.Role.Duties = slices.Clone(f.Role.Duties)
	for i := range f.Role.Duties {
		f.Role.Duties[i].Competencies = nil
	}
	f.Gateway = []countersign.Condition{
		{Code: "core", Title: "Every core competency is signed off", Kind: countersign.CoreCompetencies},
		{Code: "english", Title: "English is recorded", Kind: countersign.Declared},
	}
	f.Award = countersign.Award{Title: "Certificate", Body: "A university", Level: "Level 4", Credits: 10}
	f.Payments = []countersign.Payment{{Code: "started", Title: "Started", Amount: 200, Trigger: countersign.ProgrammeStarted}}
	if _, err := h.svc.LoadFramework(t.Context(), h.svc.Operator(), "small.yaml", framework.Document(f).YAML()); err != nil {
		t.Fatal(err)
	}
	return f.ID
}

// verifier makes an external verifier of the hub with a token.
func (h *house) verifier(t *testing.T) countersign.Person {
	t.Helper()
	added, err := h.svc.AddMember(t.Context(), h.svc.Operator(), service.MembershipInput{
		PersonInput: service.PersonInput{Name: "Vera Lund", Email: "vera@example.org"}, Role: countersign.Verifier, Organisation: h.Hub.Code,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), added.Person.Email, service.TokenInput{Name: "test", Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	h.tokens[added.Person.ID] = secret
	return added.Person
}

// From the last sign-off over a referral back to the certificate, with the
// practice paid.
func TestAProgrammeIsCompletedOverAVerifier(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead, gp, mentor, manager := h.as(t, h.HubLead), h.as(t, h.GP), h.as(t, h.Mentor), h.as(t, h.Manager)
		asha, vera := h.as(t, h.Apprentice), h.as(t, h.verifier(t))
		today := h.today()
		at := "/apprenticeships/" + lead.post("/apprenticeships", object{
			"apprentice": object{"email": h.Apprentice.Email}, "framework": h.small(t), "practice": h.Practice.Code, "gp_supervisor": h.GP.Email,
			"secondary_mentor": h.Mentor.Email, "start_date": today.String(), "planned_end_date": today.AddMonths(8).String(),
		}).want(201).text("id")
		lead.post(at+"/namings", object{"email": "vera@example.org", "role": "verifier"}).want(201)

		// h.observation happened yesterday, before this one starts.
		piece := h.observation(h.Mentor.Email, "GPA-CL1")
		piece["occurred_on"] = today.String()
		e := "/evidence/" + asha.post(at+"/evidence", piece).want(201).text("id")
		asha.post(e+"/submission", nil).want(200)
		mentor.post(e+"/review", object{"decision": "accept"}).want(200)
		h.clock.Advance(time.Hour)
		gp.post(at+"/sign-offs", object{"competency": "GPA-CL1", "decision": "competent", "level": "5", "evidence": []string{e[len("/evidence/"):]}}).want(201)

		h.badges(t, at)
		gateway := gp.get(at + "/gateway").want(200)
		gp.post(at+"/gateway/submission", nil).want(422) // English isn't declared
		gp.do("PUT", at+"/gateway/declarations", object{"conditions": []string{"english"}}, ifMatch(gateway.tag())).want(200)
		gp.post(at+"/gateway/submission", nil).want(200)
		asha.patch(e, object{"title": "Later"}, ifMatch("*")).want(409) // the record stands still
		vera.post(at+"/gateway/verification", object{"outcome": "referred_back"}).want(422)
		back := vera.post(at+"/gateway/verification", object{"outcome": "referred_back", "referrals": []object{{"competency": "GPA-CL1", "comment": "Say which cuff"}}}).want(200)
		if back.text("state") != "referred_back" {
			t.Errorf("referred back %s", back.Body)
		}
		h.clock.Advance(time.Minute) // what was declared before doesn't hold any more
		gp.do("PUT", at+"/gateway/declarations", object{"conditions": []string{"english"}}, ifMatch("*")).want(200)
		gp.post(at+"/gateway/submission", nil).want(200)
		done := vera.post(at+"/gateway/verification", object{"outcome": "verified"}).want(200)
		if done.text("state") != "completed" || len(done.list("submissions")) != 2 {
			t.Errorf("verified %s", done.Body)
		}
		award := lead.post(at+"/award", object{"title": "Certificate", "body": "A university", "level": "Level 4", "credits": 10, "number": "C-1", "awarded_on": today.String()}).want(200)
		if award.text("number") != "C-1" {
			t.Errorf("award %s", award.Body)
		}
		if pdf := asha.get(at + "/certificate.pdf").want(200); string(pdf.Body[:5]) != "%PDF-" {
			t.Errorf("certificate %.20q", pdf.Body)
		}

		claim := at + "/payments/started/claim"
		manager.post(claim, object{"on": today.String(), "reference": "INV-1"}).want(200)
		manager.post(claim, object{"on": today.String(), "reference": "INV-1"}).want(409)
		manager.post(at+"/payments/started/payment", object{"on": today.String(), "reference": "PAY-1"}).want(403)
		paid := lead.post(at+"/payments/started/payment", object{"on": today.String(), "reference": "PAY-1"}).want(200)
		if paid.text("items", 0, "state") != "paid" {
			t.Errorf("paid %s", paid.Body)
		}
		reason := object{"reason": "The bank sent it back"}
		manager.post(claim+"/reversal", reason).want(409)
		manager.post(at+"/payments/started/payment/reversal", reason).want(403)
		lead.post(at+"/payments/started/payment/reversal", object{"reason": " "}).want(422).wantPointer("#/reason")
		lead.post(at+"/payments/started/payment/reversal", reason).want(200)
		due := manager.post(claim+"/reversal", object{"reason": "The wrong invoice"}).want(200)
		if due.text("items", 0, "state") != "due" || due.text("items", 0, "reversals", 1, "wrong", "reference") != "INV-1" || due.text("items", 0, "reversals", 0, "event") != "pay" {
			t.Errorf("reversed %s", due.Body)
		}
		manager.post(claim, object{"on": today.String(), "reference": "INV-2"}).want(200)
	})
}
