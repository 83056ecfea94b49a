package framework_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// rules is everything a programme may say beyond what the small framework
// says; it follows the line "review_every_months: 3".
const rules = `
  starts_on_the_first: true
  hours:
    - title: Older starts
      weekly_hours: 6
      basis: One day in five.
    - from: 2025-08-01
      title: Published minimum
      minimum_hours: 187
      months_min: 8
      basis: The published floor.
      source: S1
      unconfirmed: true
  placements: true
  placement_hours: 160
  classroom: true
  payments:
    - {code: stage-1, title: Mentor briefed, amount: 200, trigger: mentor_briefing, source: S1}
    - {code: stage-2, title: Handed in, amount: 275, trigger: submitted}
  gateway:
    - {code: core, title: Core done, kind: core_competencies}
    - {code: hours, title: Hours done, kind: hours}
    - {code: site, title: Site hours done, kind: placement_hours}
    - {code: reviews, title: Reviews held, kind: reviews}
    - {code: english, title: English recorded, kind: declaration}
  award: {title: Certificate, body: A university, level: Level 4, credits: 10, note: Not needed to ride., source: S1, unconfirmed: true}
  qualifications:
    - {code: "5519", title: A diploma, body: A body, note: One of two., source: S1, unconfirmed: true}
  words:
    - {gateway: gateway, assessment: end-point assessment, body: assessment body}
    - {from: 2025-10-01, gateway: gateway to completion, assessment: apprenticeship assessment, body: assessment organisation, source: S1}
  cycles:
    - code: rider
      title: Rider's cycle
      body: A body
      months: 60
      points: 60
      floors:
        - {code: road, title: Road, points: 10}
        - {code: yard, title: Yard, points: 10}
      approved: 30
      alternative: the examination again
      source: S1
      unconfirmed: true
  facts:
    - {title: Elsewhere, text: A licence is needed., source: S1, unconfirmed: true}`

// programme returns the small framework with all rules, one passage replaced.
func programme(t testing.TB, old, replacement string) string {
	t.Helper()
	if n := strings.Count(rules, old); old != "" && n != 1 {
		t.Fatalf("%q is %d times in the rules, want once", old, n)
	}
	const line = "  review_every_months: 3\n"
	return changed(t, line, line+strings.TrimPrefix(strings.Replace(rules, old, replacement, 1), "\n")+"\n")
}

func TestParseReadsTheRulesOfAProgramme(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(programme(t, "", "")))
	if err != nil {
		t.Fatal(err)
	}
	sameBack(t, f)
	want := []countersign.HoursRule{
		{Title: "Older starts", WeeklyHours: 6, Basis: "One day in five."},
		{
			From: countersign.On(2025, 8, 1), Title: "Published minimum", MinimumHours: 187, MonthsMin: 8,
			Basis: "The published floor.", Source: "S1", Unconfirmed: true,
		},
	}
	if diff := cmp.Diff(want, f.Hours); diff != "" {
		t.Errorf("hours (-want +got):\n%s", diff)
	}
	if got, want := f.Cycles[0].Floors, []countersign.Floor{{Code: "road", Title: "Road", Points: 10}, {Code: "yard", Title: "Yard", Points: 10}}; !cmp.Equal(got, want) {
		t.Errorf("floors = %v, want %v", got, want)
	}
	if got, want := len(f.Conditions()), 5; got != want {
		t.Errorf("%d conditions, want %d", got, want)
	}
}

func TestParseRefusesRulesThatDoNotFit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, old, replacement, want string }{
		{"a date that doesn't exist", "from: 2025-08-01", "from: 2025-02-31", `"2025-02-31" is not a date`},
		{"no date on a later rule", "    - from: 2025-08-01\n      title: Published", "    - title: Published", "only the first rule may do without from"},
		{"words out of order", "{gateway: gateway, assessment: end-point", "{from: 2026-01-01, gateway: gateway, assessment: end-point", "2025-10-01 isn't after 2026-01-01"},
		{"two minimums", "minimum_hours: 187", "minimum_hours: 187\n      weekly_hours: 6", "minimum_hours or weekly_hours, not both"},
		{"a rule longer than the programme", "months_min: 8", "months_min: 12", "is longer than the longest (9)"},
		{"placement hours without placements", "placements: true", "placements: false", "placement_hours needs placements: true"},
		{"a condition without its rule", "placement_hours: 160\n", "\n", "this condition needs placement_hours"},
		{"an unknown condition", "kind: reviews", "kind: exams", `"exams" is not a kind of condition`},
		{"an unknown trigger", "trigger: submitted", "trigger: friday", `"friday" is not a trigger of a payment`},
		{"a payment twice", "code: stage-2", "code: STAGE-1", `the payment code "STAGE-1" is already used`},
		{"a condition twice", "code: english", "code: core", `the condition code "core" is already used`},
		{"a category twice", "code: yard", "code: road", `the category code "road" is already used`},
		{"floors above the points", "{code: road, title: Road, points: 10}", "{code: road, title: Road, points: 60}", "ask for more than its 60 points"},
		{"approved above the points", "approved: 30", "approved: 61", "ask for more than its 60 points"},
		{"a negative amount", "amount: 275", "amount: -1", "amount must be"},
		{"an award without a title", "award: {title: Certificate, ", "award: {", `the award needs the key "title"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := framework.Parse("", []byte(programme(t, tc.old, tc.replacement)))
			if problems := problemsOf(t, err); len(problems) != 1 || !strings.Contains(problems[0], tc.want) {
				t.Errorf("problems = %q, want one with %q", problems, tc.want)
			}
		})
	}
}
