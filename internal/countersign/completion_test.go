package countersign_test

import (
	"slices"
	"testing"

	"countersign/internal/countersign"
)

// gateway has a condition of every kind.
var gateway = countersign.Programme{Gateway: []countersign.Condition{
	{Code: "core", Title: "Core", Kind: countersign.CoreCompetencies},
	{Code: "scope", Title: "Scope", Kind: countersign.ScopeCompleted},
	{Code: "hours", Title: "Hours", Kind: countersign.HoursReached},
	{Code: "practicum", Title: "Practicum", Kind: countersign.PlacementReached},
	{Code: "reviews", Title: "Reviews", Kind: countersign.ReviewsHeld},
	{Code: "ready", Title: "Ready", Kind: countersign.Declared},
}}

// standing returns an attainment of the small framework that is signed off, or
// not started.
func standing(code string, signed bool) countersign.Attainment {
	c, _ := framework().Competency(code)
	a := countersign.Attainment{Competency: c, Apprenticeship: "a", Scope: countersign.ScopeIn, Today: today}
	if signed {
		a.Decisions = []countersign.SignOff{{
			ID: "s-" + countersign.SignOffID(code), Competency: code, Decision: countersign.Competent, Part: countersign.FirstAssessment,
			Level: "4", Assessor: bell, AssessorRole: countersign.GPSupervisor, SignedAt: at(today.AddDays(-10), 9),
		}}
	}
	return a
}

func checked(t *testing.T, facts countersign.GatewayFacts, code string) countersign.CheckedCondition {
	t.Helper()
	lines := gateway.Checklist(facts)
	i := slices.IndexFunc(lines, func(c countersign.CheckedCondition) bool { return c.Code == code })
	if i < 0 {
		t.Fatalf("no line %s", code)
	}
	return lines[i]
}

func TestGatewaySaysOfEachConditionWhetherItIsMetOrWhatIsMissing(t *testing.T) {
	declared := func(code string, yes bool, hour int) countersign.GatewayDeclaration {
		return countersign.GatewayDeclaration{Condition: code, Declared: yes, ByName: "Dr Bell", At: at(today, hour)}
	}
	late := countersign.On(2026, 9, 30)
	for _, tc := range []struct {
		name  string
		code  string
		facts countersign.GatewayFacts
		met   bool
		says  string
	}{
		{"core signed", "core", countersign.GatewayFacts{Attainments: []countersign.Attainment{standing("CL2", true), standing("AD1", true), standing("CL6", false)}}, true, "2 of 2 are signed off."},
		{"core open", "core", countersign.GatewayFacts{Attainments: []countersign.Attainment{standing("CL2", true), standing("AD1", false)}}, false, "1 of 2 are signed off."},
		{"an optional one in scope", "scope", countersign.GatewayFacts{Attainments: []countersign.Attainment{standing("CL2", true), standing("CL6", false)}}, false, "1 of 2 are signed off."},
		{"hours reached", "hours", countersign.GatewayFacts{Hours: &countersign.Shortfall{Have: 60 * 187, Need: 60 * 187}}, true, "187 of 187 hours are verified."},
		{"hours short", "hours", countersign.GatewayFacts{Hours: &countersign.Shortfall{Have: 90, Need: 120}}, false, "1.5 of 2 hours are verified."},
		{"practicum short", "practicum", countersign.GatewayFacts{PlacementHours: &countersign.Shortfall{Have: 0, Need: 9600}}, false, "0 of 160 hours are confirmed."},
		{"no review overdue", "reviews", countersign.GatewayFacts{OverdueReview: &countersign.Date{}}, true, "No progress review is overdue."},
		{"review overdue", "reviews", countersign.GatewayFacts{OverdueReview: &late}, false, "A progress review has been due since 30 September 2026."},
		{"hours kept elsewhere are declared", "hours", countersign.GatewayFacts{Declarations: []countersign.GatewayDeclaration{declared("hours", true, 9)}}, true, "Declared by Dr Bell on 22 November 2026."},
		{"not declared", "ready", countersign.GatewayFacts{}, false, "The GP supervisor has not declared this yet."},
		{"taken back", "ready", countersign.GatewayFacts{Declarations: []countersign.GatewayDeclaration{declared("ready", true, 9), declared("ready", false, 10)}}, false, "The GP supervisor has not declared this yet."},
		{
			"before the referral", "ready", countersign.GatewayFacts{Declarations: []countersign.GatewayDeclaration{declared("ready", true, 9)}, ReferredAt: at(today, 12)},
			false, "The GP supervisor has not declared this again since the portfolio was referred back.",
		},
		{"after the referral", "ready", countersign.GatewayFacts{Declarations: []countersign.GatewayDeclaration{declared("ready", true, 14)}, ReferredAt: at(today, 12)}, true, "Declared by Dr Bell on 22 November 2026."},
	} {
		got := checked(t, tc.facts, tc.code)
		if got.Met != tc.met || got.Says != tc.says {
			t.Errorf("%s: %t %q, want %t %q", tc.name, got.Met, got.Says, tc.met, tc.says)
		}
	}
	if got := checked(t, countersign.GatewayFacts{Attainments: []countersign.Attainment{standing("AD1", false)}}, "core"); len(got.Missing) != 1 || got.Missing[0].Code != "AD1" {
		t.Errorf("what is missing: %+v", got.Missing)
	}
}

func TestAPortfolioIsHandedInByTheGPSupervisorOnceTheChecklistIsMet(t *testing.T) {
	met, open := []countersign.CheckedCondition{{Met: true}}, []countersign.CheckedCondition{{Met: true}, {Condition: countersign.Condition{Title: "Reviews were held"}}}
	a, c, err := learning().HandInPortfolio(met, countersign.GPSupervisor, monthly)
	if err != nil || a.State != countersign.HandedIn || a.IsWorking() || c.Event != countersign.HandIn {
		t.Errorf("%+v, %+v, %v", a.State, c, err)
	}
	_, _, err = learning().HandInPortfolio(open, countersign.GPSupervisor, monthly)
	refusedFor(t, "a condition is open", err, "checklist", "not met yet: Reviews were held")
	_, _, err = learning().HandInPortfolio(met, countersign.LeadOfHub, monthly)
	refusedFor(t, "by the hub", err, "", "Only the GP supervisor")
	_, _, err = a.HandInPortfolio(met, countersign.GPSupervisor, monthly)
	refusedFor(t, "twice", err, "", "with the verifier")
}

func TestAVerifierVerifiesOrNamesWhatIsMissing(t *testing.T) {
	handed := learning()
	handed.State = countersign.HandedIn
	a, c, err := handed.Verify(countersign.NamedVerifier, monthly)
	if err != nil || a.State != countersign.CompletedProgramme || a.EndedOn != monthly || c.Event != countersign.VerifyPortfolio {
		t.Errorf("%+v, %+v, %v", a, c, err)
	}
	_, _, err = learning().Verify(countersign.NamedVerifier, monthly)
	refusedFor(t, "before it was submitted", err, "", "active")
	for _, tc := range []struct {
		name         string
		referrals    []countersign.Referral
		field, words string
	}{
		{"one", []countersign.Referral{{Competency: "CL2", Comment: "Only one observation"}}, "", ""},
		{"none", nil, "referrals", "at least one competency"},
		{"without a comment", []countersign.Referral{{Competency: "CL2", Comment: " "}}, "referrals.0.comment", "what is missing for CL2"},
		{"unknown", []countersign.Referral{{Competency: "XX", Comment: "?"}}, "referrals.0.competency", "no such competency"},
		{"twice", []countersign.Referral{{Competency: "CL2", Comment: "a"}, {Competency: "CL2", Comment: "b"}}, "referrals.1.competency", "named twice"},
	} {
		a, _, err := handed.Refer(framework(), tc.referrals, countersign.NamedVerifier, monthly)
		refusedFor(t, tc.name, err, tc.field, tc.words)
		if err == nil && (a.State != countersign.ReferredBack || !a.IsWorking()) {
			t.Errorf("%s: %s", tc.name, a.State)
		}
	}
}

func TestWhoHadAPartInTheRecordCannotVerifyIt(t *testing.T) {
	reviewed := standing("AD1", false)
	reviewed.Pieces = []countersign.Evidence{{AcceptedBy: nurse}}
	all := []countersign.Attainment{standing("CL2", true), reviewed}
	refusedFor(t, "who signed", countersign.MayVerify(bell, all), "", "You signed CL2")
	refusedFor(t, "who reviewed", countersign.MayVerify(nurse, all), "", "You reviewed evidence")
	refusedFor(t, "an outsider", countersign.MayVerify(other, all), "", "")
}

func TestAnAwardIsRecordedAfterCompletion(t *testing.T) {
	done := learning()
	done.State, done.EndedOn = countersign.CompletedProgramme, monthly
	given := countersign.AwardGiven{Title: "Certificate", Body: "University", On: monthly}
	for _, tc := range []struct {
		name         string
		a            countersign.Apprenticeship
		change       func(*countersign.AwardGiven)
		field, words string
	}{
		{"completed", done, func(*countersign.AwardGiven) {}, "", ""},
		{"still learning", learning(), func(*countersign.AwardGiven) {}, "", "once the programme is completed"},
		{"no title", done, func(g *countersign.AwardGiven) { g.Title = " " }, "title", "title of the award"},
		{"no body", done, func(g *countersign.AwardGiven) { g.Body = "" }, "body", "who gives the award"},
		{"no date", done, func(g *countersign.AwardGiven) { g.On = countersign.Date{} }, "awarded_on", "date of the award"},
		{"tomorrow", done, func(g *countersign.AwardGiven) { g.On = monthly.AddDays(1) }, "awarded_on", "today or in the past"},
		{"before the start", done, func(g *countersign.AwardGiven) { g.On = countersign.On(2025, 12, 31) }, "awarded_on", "before the start"},
	} {
		g := given
		tc.change(&g)
		refusedFor(t, tc.name, tc.a.CheckAward(g, monthly), tc.field, tc.words)
	}
}

func TestMilestonesSayOnlyWhatTheRecordProves(t *testing.T) {
	p := countersign.Programme{Milestones: []countersign.Milestone{{Code: "induction", Month: 1}, {Code: "mid", Month: 6}, {Code: "portfolio", Month: 9}}}
	pause := []countersign.Change{
		{Event: countersign.BeginBreak, On: countersign.On(2026, 4, 1)},
		{Event: countersign.ReturnFromBreak, On: countersign.On(2026, 5, 1), EndBefore: countersign.On(2026, 10, 1), EndAfter: countersign.On(2026, 10, 31)},
	}
	handed := append(slices.Clone(pause), countersign.Change{Event: countersign.HandIn, On: countersign.On(2026, 7, 7)})
	done := learning()
	done.State = countersign.HandedIn
	for _, tc := range []struct {
		name    string
		a       countersign.Apprenticeship
		changes []countersign.Change
		today   countersign.Date
		want    [3]countersign.MilestoneStanding
	}{
		{"early", learning(), pause, countersign.On(2026, 5, 15), [3]countersign.MilestoneStanding{"passed", "upcoming", "upcoming"}},
		{"late", learning(), pause, countersign.On(2026, 11, 1), [3]countersign.MilestoneStanding{"passed", "passed", "late"}},
		{"on the day", learning(), pause, countersign.On(2026, 10, 31), [3]countersign.MilestoneStanding{"passed", "passed", "upcoming"}},
		{"handed in", done, handed, countersign.On(2026, 11, 1), [3]countersign.MilestoneStanding{"reached", "reached", "reached"}},
	} {
		got := p.MilestonesOf(tc.a, tc.changes, tc.today)
		for i, m := range got {
			if m.Standing != tc.want[i] {
				t.Errorf("%s: %s is %s, want %s", tc.name, m.Code, m.Standing, tc.want[i])
			}
		}
		if got[0].On != countersign.On(2026, 2, 1) || got[1].On != countersign.On(2026, 7, 31) {
			t.Errorf("%s: %s and %s: a break moves what comes after it", tc.name, got[0].On, got[1].On)
		}
		if reached := got[2].ReachedOn; tc.name == "handed in" && reached != countersign.On(2026, 7, 7) {
			t.Errorf("reached on %s", reached)
		}
	}
	left := learning()
	left.State, left.EndedOn = countersign.WithdrawnFromProgramme, countersign.On(2026, 5, 15)
	if got := p.MilestonesOf(left, nil, countersign.On(2026, 5, 20)); len(got) != 1 || got[0].Standing != countersign.MilestonePassed {
		t.Errorf("after a withdrawal the milestones are %v", got)
	}
	applied := learning()
	applied.State = countersign.Applied
	if got := p.MilestonesOf(applied, nil, monthly); len(got) != 0 {
		t.Errorf("an application has milestones: %v", got)
	}
}
