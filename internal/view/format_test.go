package view

import (
	"testing"
	"time"

	"countersign/internal/countersign"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDatesAreWrittenAsTheContentGuideAsks(t *testing.T) {
	t.Parallel()
	d := countersign.On(2018, time.August, 6)
	for _, tc := range []struct{ name, got, want string }{
		{"date", Date(d), "6 August 2018"},
		{"no date", Date(countersign.Date{}), ""},
		{"with the weekday", DateWithDay(d), "Monday 6 August 2018"},
		{"month", MonthYear(d), "August 2018"},
		{"day of a summer evening in London", Day(at("2018-08-05T23:30:00Z")), "6 August 2018"},
		{"half past five", Clock(at("2018-08-06T16:30:00Z")), "5:30pm"},
		{"full hour", Clock(at("2018-12-06T17:00:00Z")), "5pm"},
		{"midday", Clock(at("2018-12-06T12:00:00Z")), "midday"},
		{"midnight", Clock(at("2018-08-05T23:00:00Z")), "midnight"},
		{"just after midnight", Clock(at("2018-12-06T00:05:00Z")), "12:05am"},
		{"both", DayTime(at("2018-08-06T16:30:00Z")), "6 August 2018 at 5:30pm"},
		{"no time", DayTime(time.Time{}) + Clock(time.Time{}) + Machine(time.Time{}), ""},
		{"for machines", Machine(at("2018-08-06T17:30:00+01:00")), "2018-08-06T16:30:00Z"},
		{"waiting since today", Waiting(at("2018-08-06T16:30:00Z"), d), "waiting since today"},
		{"waiting one day", Waiting(at("2018-08-05T16:30:00Z"), d), "waiting 1 day"},
		{"waiting by London days", Waiting(at("2018-07-24T23:30:00Z"), d), "waiting 12 days"},
		{"today", DaysUntil(d, d), "today"},
		{"tomorrow", DaysUntil(d, d.AddDays(1)), "tomorrow"},
		{"in days", DaysUntil(d, d.AddDays(3)), "in 3 days"},
		{"yesterday", DaysUntil(d, d.AddDays(-1)), "yesterday"},
		{"days ago", DaysUntil(d, d.AddDays(-3)), "3 days ago"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.got != tc.want {
				t.Errorf("got %q, want %q", tc.got, tc.want)
			}
		})
	}
}

func TestNumbersAndWords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ got, want string }{
		{Number(0), "0"},
		{Number(999), "999"},
		{Number(1000), "1,000"},
		{Number(-1234567), "-1,234,567"},
		{Count(1, "piece"), "1 piece"},
		{Count(0, "piece"), "0 pieces"},
		{Count(1250, "competency"), "1,250 competencies"},
		{Count(2, "day"), "2 days"},
		{Count(2, "person", "people"), "2 people"},
		{Count(2, "process"), "2 processes"},
		{FileSize(1), "1 byte"},
		{FileSize(999), "999 bytes"},
		{FileSize(1500), "2KB"},
		{FileSize(1_400_000), "1.4MB"},
		{FileSize(2_000_000), "2MB"},
		{FileSize(3_210_000_000), "3.2GB"},
		{Percent(1, 3), "33%"},
		{Percent(0, 0), "0%"},
		{Percent(199, 200), "99%"},
		{Percent(3, 3), "100%"},
		{Sentence(nil), ""},
		{Sentence([]string{"a"}), "a"},
		{Sentence([]string{"a", "b", "c"}), "a, b and c"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestEveryStateHasItsTag(t *testing.T) {
	t.Parallel()
	for _, tag := range []Tag{
		CompetencyTag(countersign.NotStarted), CompetencyTag(countersign.Ready), EvidenceTag(countersign.Submitted),
		ApprenticeshipTag(countersign.Active), FrameworkTag(countersign.FrameworkDraft), DecisionTag(countersign.Competent),
		WaitingTag(countersign.WaitScope), CompetencyTag("on_break"),
	} {
		if tag.Text == "" || tag.Colour == "" || tag.Class() == "nhsuk-tag" {
			t.Errorf("the tag %+v has no words or no known colour", tag)
		}
	}
	if got := CompetencyTag("on_break").Text; got != "On break" {
		t.Errorf("an unknown state says %q, want its own words", got)
	}
	words := map[string]bool{}
	for _, tag := range competencyTags {
		if words[tag.Text] || words[tag.Colour] {
			t.Errorf("two competency statuses share words or colour: %+v", tag)
		}
		words[tag.Text], words[tag.Colour] = true, true
	}
	if len(competencyTags) != 8 {
		t.Errorf("%d competency statuses have tags, want the 8 of the contract", len(competencyTags))
	}
}
