package countersign_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func rulesByStart() countersign.Programme {
	return countersign.Programme{
		MonthsMin: 6, MonthsMax: 18, ExtensionMonths: 3,
		Hours: []countersign.HoursRule{
			{Title: "before August 2022", WeeklyHours: 6},
			{From: countersign.On(2025, 8, 1), Title: "from August 2025", MinimumHours: 187, MonthsMin: 8},
		},
		Words: []countersign.AssessmentWords{{From: countersign.On(2025, 10, 1), Gateway: "gateway to completion"}},
	}
}

// Older starters keep the older rules (funding rules by start date, S37).
func TestTheRuleForHoursIsThatOfTheStartDate(t *testing.T) {
	p := rulesByStart()
	for _, tc := range []struct {
		start countersign.Date
		title string
		hours int // for 52 weeks
	}{
		{countersign.On(2024, 1, 1), "before August 2022", 53 * 6},
		{countersign.On(2025, 7, 31), "before August 2022", 53 * 6},
		{countersign.On(2025, 8, 1), "from August 2025", 187},
	} {
		rule, ok := p.HoursRule(tc.start)
		if !ok || rule.Title != tc.title {
			t.Errorf("start %s: rule %q, want %q", tc.start, rule.Title, tc.title)
		}
		if got := rule.Minimum(tc.start, tc.start.AddDays(52*7)); got != tc.hours*60 {
			t.Errorf("start %s: %d minutes, want %d", tc.start, got, tc.hours*60)
		}
	}
	if _, ok := (countersign.Programme{}).HoursRule(countersign.On(2026, 1, 1)); ok {
		t.Error("a programme without rules has one")
	}
	rule, _ := p.HoursRule(countersign.On(2024, 1, 1))
	if got := rule.Minimum(countersign.On(2026, 2, 1), countersign.On(2026, 1, 1)); got != 0 {
		t.Errorf("a plan that ends before it starts needs %d minutes, want none", got)
	}
}

func TestTheLastStepsHaveTheNamesOfTheStartDate(t *testing.T) {
	p := rulesByStart()
	if got := p.WordsFor(countersign.On(2025, 9, 30)).Gateway; got != "gateway" {
		t.Errorf("before October 2025: %q", got)
	}
	if got := p.WordsFor(countersign.On(2025, 10, 1)).Gateway; got != "gateway to completion" {
		t.Errorf("from October 2025: %q", got)
	}
}

func TestDatesFitTheProgrammeAndTheRuleOfTheirStart(t *testing.T) {
	p := rulesByStart()
	first := rulesByStart()
	first.StartsOnTheFirst = true
	for _, tc := range []struct {
		name       string
		p          countersign.Programme
		start, end countersign.Date
		extended   bool
		want       string
	}{
		{"six months under the older rule", p, countersign.On(2025, 1, 31), countersign.On(2025, 7, 31), false, ""},
		{"six months under the newer rule", p, countersign.On(2025, 8, 31), countersign.On(2026, 2, 28), false, "must be 8 to 18 months"},
		{"eight months, clamped to the end of February", p, countersign.On(2025, 8, 31), countersign.On(2026, 4, 30), false, ""},
		{"too long", p, countersign.On(2025, 8, 1), countersign.On(2027, 3, 1), false, "must be 8 to 18 months"},
		{"as long as an extension allows", p, countersign.On(2025, 8, 1), countersign.On(2027, 5, 1), true, ""},
		{"in the middle of a month", first, countersign.On(2025, 9, 2), countersign.On(2026, 9, 2), false, "first day of a month"},
	} {
		err := tc.p.CheckDates(tc.start, tc.end, tc.extended, 0)
		if got := countersign.MessageOf(err); (tc.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error()+got, tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
}
