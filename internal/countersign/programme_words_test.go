package countersign_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
)

// Each rule that a programme has is said in a sentence, and what it doesn't
// have isn't mentioned.
func TestProgrammeRulesAreSaidInPlainWords(t *testing.T) {
	t.Parallel()
	p := countersign.Programme{
		MonthsMin: 12, MonthsMax: 18, ExtensionMonths: 6, StartsOnTheFirst: true, ProtectedHoursPerWeek: 8, ReviewEveryMonths: 3,
		Milestones: []countersign.Milestone{{Title: "Mid-point review", Month: 8}},
		Hours: []countersign.HoursRule{
			{Title: "A fifth of working hours", Basis: "Older rule."},
			{From: countersign.On(2022, 8, 1), Title: "Six hours a week", MonthsMin: 12, Basis: "A fifth of 30 hours.", Source: "S44"},
			{From: countersign.On(2025, 8, 1), Title: "187 hours", MonthsMin: 8, Basis: "The floor.", Unconfirmed: true},
		},
		Placements: true, PlacementHours: 160, Classroom: true,
		Payments: []countersign.Payment{{Title: "Mentor confirmed", Amount: 200, Source: "S2c"}},
		Gateway:  []countersign.Condition{{Title: "All core", Kind: countersign.CoreCompetencies}, {Title: "Ready", Kind: countersign.Declared}},
		Award:    countersign.Award{Title: "Certificate", Body: "A university", Level: "Level 4", Credits: 10, Note: "Not mandatory."},
		Qualifications: []countersign.Qualification{
			{Title: "CMA", Body: "AAMA", Note: "Graduates only."}, {Title: "NCMA", Body: "NCCT", Unconfirmed: true},
		},
		Words: []countersign.AssessmentWords{
			{Gateway: "gateway", Assessment: "end-point assessment", Body: "assessment body"},
			{From: countersign.On(2025, 10, 1), Gateway: "gateway to completion", Assessment: "apprenticeship assessment", Body: "assessment organisation"},
		},
		Cycles: []countersign.Cycle{{
			Title: "CMA", Body: "AAMA", Months: 60, Points: 60, Approved: 30, Alternative: "re-examination",
			Floors: []countersign.Floor{{Title: "General", Points: 10}, {Title: "Clinical", Points: 10}},
		}},
		Facts: []countersign.Fact{{Title: "Florida", Text: "No license is needed.", Source: "S60"}},
	}
	var got []string
	for _, r := range p.Rules() {
		got = append(got, r.Title)
		for _, l := range r.Lines {
			got = append(got, strings.TrimSpace(fmt.Sprintf("- %s %s", l.Text, map[bool]string{true: "[" + countersign.ToBeConfirmed + "]"}[l.Unconfirmed])))
		}
	}
	want := []string{
		"Length", "- 12 to 18 months", "- A training hub may allow up to 6 months more", "- Starts on the first day of a month", "- 8 hours a week are protected for learning",
		"Progress reviews", "- At least every 3 months",
		"Milestones", "- Month 8: Mid-point review",
		"Off-the-job hours, by start date", "- Starts before 1 August 2022: A fifth of working hours. Older rule.",
		"- Starts from 1 August 2022 to 31 July 2025: Six hours a week, at least 12 months long. A fifth of 30 hours.",
		"- Starts from 1 August 2025: 187 hours, at least 8 months long. The floor. [To be confirmed]",
		"Placements and classroom", "- Has placements, each with a site, dates and a site supervisor. Site supervisors must have confirmed at least 160 hours", "- Has classroom sessions",
		"Payments to the practice", "- £200: Mentor confirmed",
		"Gateway checklist", "- All core", "- Ready (declared by the GP supervisor)",
		"What the last steps are called, by start date", "- Starts before 1 October 2025: “gateway”, then “end-point assessment” by the “assessment body”",
		"- Starts from 1 October 2025: “gateway to completion”, then “apprenticeship assessment” by the “assessment organisation”",
		"Award", "- Certificate, Level 4, 10 credits. Awarded by: A university. Not mandatory.",
		"Linked qualifications", "- CMA (AAMA). Graduates only.", "- NCMA (NCCT) [To be confirmed]",
		"After completion", "- CMA (AAMA): every 60 months, 60 points, of these at least 10 general, 10 clinical, 30 approved by the body. Or instead: re-examination",
		"Good to know", "- Florida. No license is needed.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	bare := countersign.Programme{MonthsMin: 9, MonthsMax: 9, Hours: []countersign.HoursRule{{Title: "None", Basis: "None."}}}
	var titles []string
	for _, r := range bare.Rules() {
		titles = append(titles, r.Title+": "+r.Lines[0].Text)
	}
	if diff := cmp.Diff([]string{"Length: 9 months", "Off-the-job hours, by start date: All starts: None. None.", "Gateway checklist: Every core competency is signed off"}, titles); diff != "" {
		t.Errorf("bare (-want +got):\n%s", diff)
	}
}

func TestAFrameworkSaysWhetherAnythingIsToBeConfirmed(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]countersign.Framework{
		"competency": {Domains: []countersign.Domain{{Competencies: []countersign.Competency{{Code: "A"}, {Code: "B", Unconfirmed: true}}}}},
		"fact":       {Programme: countersign.Programme{Facts: []countersign.Fact{{Title: "Pay", Unconfirmed: true}}}},
		"cycle":      {Programme: countersign.Programme{Cycles: []countersign.Cycle{{Title: "NCMA", Months: 12, Unconfirmed: true}}}},
	} {
		if !f.HasUnconfirmed() {
			t.Errorf("%s: nothing is to be confirmed", name)
		}
	}
	if (countersign.Framework{Domains: []countersign.Domain{{Competencies: []countersign.Competency{{Code: "A"}}}}}).HasUnconfirmed() {
		t.Error("something is to be confirmed in a framework without marks")
	}
}
