package web_test

import (
	"bytes"
	"net/http"
	"slices"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
)

// small puts the apprentice on a framework of one core competency.
func (s *site) small(t *testing.T) {
	t.Helper()
	f := s.Framework
	only, _ := f.Competency(raising)
	only.Core, only.Requires, only.EquivalentTo = true, countersign.Requirement{Pieces: 1}, nil
	f.ID, f.Version, f.SHA256 = "small", "1.0.0", ""
	f.Domains = []countersign.Domain{{Code: only.Domain, Title: "Only", Competencies: []countersign.Competency{only}}}
	f.Signing.DomainAssess = nil
	f.Role.Duties = slices.Clone(f.Role.Duties)
	for i := range f.Role.Duties {
		f.Role.Duties[i].Competencies = nil
	}
	if _, err := s.svc.LoadFramework(t.Context(), s.svc.Operator(), "small.yaml", framework.Document(f).YAML()); err != nil {
		t.Fatal(err)
	}
	app, err := s.svc.Enrol(t.Context(), s.Actor(t, s.HubLead), service.EnrolInput{
		Apprentice: service.PersonInput{Email: s.Apprentice.Email}, Framework: f.ID, Version: f.Version, Practice: s.Practice.Code,
		GPSupervisor: s.GP.Email, SecondaryMentor: s.Mentor.Email, StartDate: s.today(), PlannedEndDate: s.today().AddMonths(9),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.App, s.Framework = app, f
}

func TestABadgeIsMadeOnceADomainIsSignedOffAndTakenInThreeForms(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.small(t)
		if err := s.svc.Prepare(t.Context()); err != nil { // with a key to sign with
			t.Fatal(err)
		}
		asha, gp := s.as(t, s.Apprentice), s.as(t, s.GP)
		asha.get(s.path("/badges"), http.StatusOK).wants("No badge has been made yet.", raising, "is not.", "once the programme is completed").lacks("Make the badge")
		e := s.accepted(t, s.Mentor, "A mix-up", raising)
		so, _, err := s.svc.SignOff(t.Context(), s.Actor(t, s.GP), service.SignOffInput{
			Apprenticeship: s.App.ID, Competency: raising, Decision: countersign.Competent, Level: levelOK, Evidence: []countersign.EvidenceID{e.ID},
		})
		if err != nil {
			t.Fatal(err)
		}
		gp.get(s.path("/badges"), http.StatusOK).lacks("Make the badge")
		gp.post(s.path("/badges"), map[string][]string{"domain": {s.Framework.Domains[0].Code}}, http.StatusForbidden)
		asha.get(asha.get(s.path("/portfolio"), http.StatusOK).link("Badges"), http.StatusOK).form("/badges").send(http.StatusOK).wants("The badge is made.", "Valid", "Rests on")
		asha.post(s.path("/badges"), nil, http.StatusConflict).wants("once the programme is completed")
		made := gp.get(s.path("/badges"), http.StatusOK)
		nobody := s.anonymous(t)
		check := func(content []byte) *page {
			return nobody.upload("/verify", nil, []file{{"document", "badge", content}}, http.StatusOK)
		}
		credential := gp.get(made.link("Credential (JSON)"), http.StatusOK).body
		for _, form := range []string{"Credential (JSON)", "Picture (SVG)", "Picture (PNG)"} {
			if got := s.status(t, s.GP, made.link(form)); got != http.StatusOK {
				t.Errorf("%s answers %d", form, got)
			}
		}
		if got := s.status(t, s.GP, made.link("Credential (JSON)")+".exe"); got != http.StatusNotFound {
			t.Errorf("another form answers %d", got)
		}
		for _, form := range []string{"Credential (JSON)", "Picture (SVG)", "Picture (PNG)"} {
			check(gp.get(made.link(form), http.StatusOK).body).wants("This badge is as it was issued here, and still holds", "did:key:")
		}
		check(bytes.Replace(credential, []byte("Signed off at"), []byte("Signed off As"), 1)).wants("This badge is not as it was issued")
		nobody.upload("/verify", nil, []file{{"document", "badge.json", []byte("{}")}}, http.StatusUnprocessableEntity).wants("This is not a badge of Countersign")
		if _, _, err := s.svc.WithdrawSignOff(t.Context(), s.Actor(t, s.GP), so.ID, service.ReasonInput{Reason: "Wrong person"}); err != nil {
			t.Fatal(err)
		}
		check(credential).wants("This badge does not hold today", "was withdrawn, or has expired")
	})
}
