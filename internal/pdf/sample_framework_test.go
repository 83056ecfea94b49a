package pdf_test

import (
	"fmt"
	"strings"

	"countersign/internal/countersign"
)

// sampleFramework returns a framework of the size of the combined one: 49
// competencies in five domains.
func sampleFramework() countersign.Framework {
	f := countersign.Framework{
		ID: "gpa-sample", Version: "2026.1", Title: "General Practice Assistant (combined role)", Standing: countersign.CommunityDraft,
		Notice: "This framework is a community draft, written from published material. It is not the official competency framework of NHS England and has not been approved by it.",
		SHA256: strings.Repeat("5a", 32),
		Sources: []countersign.Source{
			{ID: "S2", Title: "General Practice Assistants: role outline", URL: "https://www.example.org/gpa?page=1&lang=cy"},
			{ID: "S16", Title: "Job description of a General Practice Assistant", URL: "https://www.example.org/" + strings.Repeat("long-path/", 20)},
			{Title: "A leaflet that is not on the web"},
		},
		Scale: countersign.Scale{Threshold: "3", Levels: []countersign.Level{
			{Code: "1", Title: "Level 1: Aware", Meaning: "Knows what the task is and why it matters. Watches others do it."},
			{Code: "2", Title: "Level 2: Supervised", Meaning: "Does the task with somebody beside them."},
			{Code: "3", Title: "Level 3: Independent", Meaning: "Does the task safely alone, knows the limits and asks when in doubt."},
			{Code: "4", Title: "Level 4: Leads", Meaning: "Does the task in unusual situations and helps others to learn it."},
		}},
		Role: countersign.Role{
			Title: "General Practice Assistant", ReportsTo: "The lead GP, day to day the practice manager", Band: "Band 3 or 4",
			Purpose: "To free the time of GPs by taking on administration and basic clinical tasks, under supervision and within agreed protocols, so that more patients are seen and continuity is kept.",
		},
	}
	domains := []struct {
		code, title, prefix string
		titles              []string
	}{
		{"CARE", "Care", "CA", []string{"Role, scope and limits", "Supervision and raising concerns", "Confidentiality and information governance", "Consent and capacity",
			"Dignity, equality and person-centred care", "Safeguarding adults and children", "Chaperoning", "Infection prevention and control", "Health, safety and incidents",
			"Basic life support and emergencies", "Supporting frequent and isolated attenders", "Own development and appraisal"}},
		{"ADMIN", "Administration", "AD", []string{"Sort and prioritise clinical post", "Signpost post to others", "Routine letters", "Urgent suspected cancer pathway",
			"Appointments and follow-up", "Referrals", "Tests and results chasing", "Non-opinion forms", "Core parts of reports"}},
		{"RECORDS", "Managing health records", "HR", []string{"Clinical coding from letters", "Summarising", "Record keeping", "QOF and recall support",
			"Medication changes in letters", "Own data-quality audit", "Medical terminology"}},
		{"COMM", "Communication", "CO", []string{"Core communication", "Brief history", "Same-day callers", "Explain procedures and next steps", "Outside agencies",
			"Handover and escalation", "Barriers to communication", "Difficult situations and complaints", "Brief health promotion"}},
		{"CLIN", "Clinical", "CL", []string{"Prepare patient and room", "Blood pressure", "Pulse, temperature, respirations and oxygen saturation", "Height, weight and BMI",
			"Urine dipstick", "ECG recording", "Phlebotomy", "Specimens and requests", "Support with wound care", "Support with immunisation clinics", "Equipment checks", "Other local tests"}},
	}
	kinds := countersign.EvidenceKinds()
	n := 0
	for _, d := range domains {
		domain := countersign.Domain{Code: d.code, Title: d.title}
		for i, title := range d.titles {
			c := countersign.Competency{
				Code: fmt.Sprintf("GPA-%s%d", d.prefix, i+1), Domain: d.code, Title: title, Core: n%5 != 4, Threshold: "3",
				Statement: fmt.Sprintf("The assistant does what “%s” asks for safely and to the practice's protocol, explains it to the patient in plain words, and stops and asks when a task is beyond their role.", strings.ToLower(title)),
				Evidence:  []countersign.EvidenceKind{countersign.Observation, kinds[n%len(kinds)], countersign.ReflectiveAccount},
				Requires:  countersign.Requirement{Pieces: 1 + n%3, Observed: n % 2},
			}
			if n%3 == 0 {
				c.RenewMonths = 12
				c.Requires.WithinMonths = 12
			}
			if n%4 == 0 {
				c.Requires.Kinds = [][]countersign.EvidenceKind{{countersign.Observation, countersign.Procedure}}
			}
			domain.Competencies = append(domain.Competencies, c)
			n++
		}
		f.Domains = append(f.Domains, domain)
	}
	all := f.Competencies()
	for i, text := range []string{"Sorts all clinical post and prioritises it for the GP, signposting the rest to other team members",
		"Extracts information from clinical letters and codes it in the notes", "Deals with routine clinical post directly",
		"Arranges appointments, referrals, tests and follow-up of patients", "Prepares patients before the GP sees them, taking a brief history and basic readings",
		"Dips urine, takes blood pressure, ECGs and phlebotomy", "Completes basic non-opinion forms for the GP to approve and sign"} {
		duty := countersign.Duty{Code: fmt.Sprintf("T%d", i+1), Text: text}
		if i != 4 {
			for k := range 3 + i%2 {
				duty.Competencies = append(duty.Competencies, all[(i*7+k*2)%len(all)].Code)
			}
		}
		f.Role.Duties = append(f.Role.Duties, duty)
	}
	return f
}
