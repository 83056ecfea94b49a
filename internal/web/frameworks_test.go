package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
)

func TestFrameworksArePublic(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		if err := s.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		nobody := s.anonymous(t)
		list := nobody.get("/frameworks", http.StatusOK).wants("General Practice Assistant, combined role (community draft)", "Version 1.1.0, 50 competencies.", "Earlier versions", "Medical assistant, United States (community draft)", "Community draft", "Published")
		page := list.get(list.link("General Practice Assistant, combined role"))
		page.wants("Community draft, not the official HEE/NHS England framework", "50 competencies in 5 domains: 40 core", "6 to 9 months", "8 hours a week",
			"Competent under indirect supervision", "Does the task correctly while a competent person watches", "by people who are named for the apprentice: the GP supervisor, the secondary mentor or an assessor",
			"In the domain “Administration”, the practice manager may do so too.", "Two people must have judged", "GPA-CL2 Blood pressure", "3 pieces of evidence. 1 direct observation.",
			"Every 12 months", "gpa-non-clinical:GPA-CA1", "Health Education England, Roles Explorer")
		old := list.get(list.link("Version 1.0.0")).wants("This is an earlier version. Version 1.1.0 is the newest", "49 competencies in 5 domains: 39 core")
		for _, c := range s.Framework.Competencies() {
			old.wants(c.Code+" "+c.Title, c.Statement)
		}
		job := nobody.get("/job-description/gpa-non-clinical", http.StatusOK).wants("T10", "Supports the GP and clinical team with immunisations", "Not in this variant", "GPA-WF1")
		job.get(job.link("GPA-WF1"))
		nobody.get("/job-description/gpa-combined", http.StatusOK).wants("T12", "The GP mentor attended the mentor briefing", "Every core competency is signed off at its level").lacks("Not in this variant", "competencies signed off", "competency signed off")
		nobody.get("/frameworks/nothing", http.StatusNotFound)
		nobody.get("/frameworks/gpa-combined?version=9.9.9", http.StatusNotFound)
	})
}

func TestAnybodyCanDownloadAFramework(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		if err := s.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		nobody := s.anonymous(t)
		page := nobody.get("/frameworks/gpa-combined?version=1.0.0", http.StatusOK).wants("Export")
		for link, is := range map[string]struct{ name, mediaType, begins string }{
			"Framework file (YAML)":          {"gpa-combined-1.0.0.yaml", "application/yaml", "# General Practice Assistant"},
			"CASE 1.1 package (JSON)":        {"gpa-combined-1.0.0.case.json", "application/json", "{\"CFDocument\""},
			"Moodle competencies (CSV)":      {"gpa-combined-1.0.0.moodle.csv", "text/csv", "Parent ID number,"},
			"Table for a spreadsheet (XLSX)": {"gpa-combined-1.0.0.xlsx", "application/vnd.openxmlformats", "PK"},
			"Table as text (CSV)":            {"gpa-combined-1.0.0.csv", "text/csv", "\ufeffdomain_code,"},
		} {
			file := nobody.get(page.link(link), http.StatusOK)
			if got := file.header.Get("Content-Disposition"); got != `attachment; filename="`+is.name+`"` {
				t.Errorf("%s: %s", link, got)
			}
			if got := file.header.Get("Content-Type"); !strings.HasPrefix(got, is.mediaType) || !strings.HasPrefix(string(file.body), is.begins) {
				t.Errorf("%s is %s, beginning %.30q", link, got, file.body)
			}
		}
		source, err := framework.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		if got := nobody.get("/frameworks/gpa-combined/1.0.0/export?format=yaml", http.StatusOK).body; !bytes.Equal(got, source[0].Data) {
			t.Error("the framework file isn't the one that was loaded, byte for byte")
		}
		nobody.get("/frameworks/gpa-combined/1.0.0/export?format=doc", http.StatusNotFound)
		nobody.get("/frameworks/gpa-combined/9.0.0/export?format=yaml", http.StatusNotFound)
	})
}

func TestOnlyTheNewestVersionIsOfferedForEnrolment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		if err := s.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.as(t, s.HubLead).get("/apprenticeships/new", http.StatusOK).
			wants("Version 1.1.0. The programme takes 6 to 9 months.", "NHS medical assistant, apprenticeship", "Medical secretary and personal assistant", "Version 1.0.0. The programme takes 12 to 24 months.").
			lacks("Version 1.0.0. The programme takes 6 to 9 months.")
	})
}

// What is believed to be published and wasn't seen says so wherever it is
// shown, with what that means.
func TestWhatIsToBeConfirmedSaysSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		if err := s.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		nobody := s.anonymous(t)
		const means = "not seen when the framework was written"
		nobody.get("/frameworks/us-medical-assistant", http.StatusOK).wants("III.P.3 Hand hygiene To be confirmed Performs", "NCMA renewal (National Center for Competency Testing): every 12 months, 14 points", means,
			"Washington: a state credential is required", "Site supervisors must have confirmed at least 160 hours", "I.P.1.a Blood pressure Measures", "Community draft, not the official core curriculum")
		nobody.get("/job-description/us-medical-assistant", http.StatusOK).wants("III.P.3 Hand hygiene To be confirmed", means, "Every psychomotor and affective competency is passed")
		nobody.get("/frameworks/nhs-medical-assistant", http.StatusOK).wants("Starts from 1 August 2025: Published minimum of the standard, at least 187 hours, at least 8 months long.", means, "The sixteenth standard of the Care Certificate")
		nobody.get("/frameworks/gpa-combined?version=1.0.0", http.StatusOK).lacks("To be confirmed")
		enrolled := s.as(t, s.HubLead).get("/apprenticeships/new", http.StatusOK).form("/apprenticeships/new").
			with("apprentice.email", "zoe@example.org").with("apprentice.name", "Zoe Lane").with("framework", "us-medical-assistant@1.0.0").
			with("practice", s.Practice.Code).with("gp_supervisor", s.GP.Email).with("secondary_mentor", s.Mentor.Email).
			date("start_date", "1", "2", "2026").date("planned_end_date", "31", "7", "2027").send(http.StatusOK)
		gp := s.as(t, s.GP)
		record := enrolled.path
		gp.get(record+"/competencies", http.StatusOK).wants("III.P.3 Hand hygiene (to be confirmed)", means)
		gp.get(record+"/competencies/III.P.3", http.StatusOK).wants("To be confirmed", means)
		gp.get(record+"/competencies/I.P.9", http.StatusOK).lacks(means)
		gp.get(record+"/scope", http.StatusOK).wants("To be confirmed")
		gp.get(record+"/portfolio", http.StatusOK).wants("III.P.3 Hand hygiene", "To be confirmed", means, "Washington: a state credential is required", "Community draft, not the official core curriculum")
	})
}

func TestAnEarlierVersionSaysSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		operator := authz.NewJob(authz.Operator)
		_, source := frameworkSource(t)
		next := bytes.Replace(source, []byte("version: 1.0.0"), []byte("version: 2.0.0"), 1)
		if _, err := s.svc.LoadFramework(t.Context(), operator, "next.yaml", next); err != nil {
			t.Fatal(err)
		}
		nobody := s.anonymous(t)
		list := nobody.get("/frameworks", http.StatusOK).wants("Version 2.0.0", "Earlier versions")
		old := list.get(list.link("Version 1.0.0"))
		old.wants("This is an earlier version. Version 2.0.0 is the newest")
		nobody.get("/frameworks/gpa-combined", http.StatusOK).wants("Version 2.0.0.").lacks("earlier version")
		// The apprentice stays on the version they began with.
		asha := s.as(t, s.Apprentice).get("/job-description/gpa-combined", http.StatusOK).wants("version 1.0.0", "Not started")
		asha.get(asha.link("GPA-CL2 Blood pressure")).wants("GPA-CL2 Blood pressure", "Asha Patel")
		s.as(t, s.Apprentice).get("/job-description/gpa-combined?version=2.0.0", http.StatusOK).wants("version 2.0.0").lacks("Not started")
		nobody.get("/job-description/gpa-combined", http.StatusOK).wants("version 2.0.0").lacks("Not started")
	})
}

func frameworkSource(t *testing.T) (countersign.Framework, []byte) {
	t.Helper()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range shipped {
		if l.Framework.ID == "gpa-combined" {
			return l.Framework, l.Data
		}
	}
	t.Fatal("gpa-combined isn't shipped")
	return countersign.Framework{}, nil
}

func TestAnApprenticeSeesHowFarEachDutyIs(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		s.as(t, s.GP).decide("GPA-CL2").with("comment", "Observe two clinics").send(http.StatusOK)
		s.as(t, s.Apprentice).get("/job-description/gpa-combined", http.StatusOK).
			wants("GPA-CL2 Blood pressure Not yet competent", "0 of 5 competencies signed off", "GPA-CL1 Prepare patient and room Not started", "Not applicable")
		s.as(t, s.GP).get("/job-description/gpa-combined", http.StatusOK).lacks("Not yet competent", "competencies signed off")
		s.as(t, s.OtherApprentice).get("/job-description/gpa-combined", http.StatusOK).wants("Not started").lacks("Not yet competent")
	})
}
