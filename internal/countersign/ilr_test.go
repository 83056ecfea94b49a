package countersign

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// learner is somebody whose plan asks for 187 hours off the job.
func learner(change func(*ILRLearner)) ILRLearner {
	l := ILRLearner{TallyFacts: TallyFacts{
		Apprenticeship: Apprenticeship{
			ApprenticeName: "Asha Patel", State: Active, StartOn: On(2025, time.September, 1), PlannedEndOn: On(2026, time.November, 30),
		},
		Programme: Programme{Hours: []HoursRule{{MinimumHours: 187, MonthsMin: 8}}}, Today: On(2026, time.November, 22), Verified: 200 * 60,
	}}
	change(&l)
	return l
}

func TestAReturnFromABreakBeginsAnotherStretch(t *testing.T) {
	t.Parallel()
	start, end := On(2025, time.September, 1), On(2026, time.November, 30)
	away, back := Change{Event: BeginBreak, From: Active, On: On(2026, time.January, 5)}, Change{Event: ReturnFromBreak, From: OnBreak, On: On(2026, time.March, 2)}
	first := ILRDelivery{StartOn: start, PlannedEndOn: end, PlannedHours: 187, Status: ILROnBreak, EndedOn: On(2026, time.January, 4)}
	second := ILRDelivery{StartOn: On(2026, time.March, 2), OriginalOn: start, PlannedEndOn: end, Status: ILRContinuing}
	done := second
	done.Status, done.EndedOn, done.AchievedOn, done.ActualHours = ILRCompleted, On(2026, time.October, 1), On(2026, time.October, 20), 200
	left := first
	left.Status, left.EndedOn, left.ActualHours = ILRWithdrawn, On(2025, time.December, 19), 200
	for _, tc := range []struct {
		name   string
		change func(*ILRLearner)
		want   []ILRDelivery
	}{
		{"learning", func(*ILRLearner) {}, []ILRDelivery{{StartOn: start, PlannedEndOn: end, PlannedHours: 187, Status: ILRContinuing}}},
		{"on a break", func(l *ILRLearner) { l.State, l.Changes = OnBreak, []Change{away} }, []ILRDelivery{first}},
		{"back", func(l *ILRLearner) { l.Changes = []Change{away, back} }, []ILRDelivery{first, second}},
		{"completed after a break", func(l *ILRLearner) {
			l.State, l.EndedOn, l.AwardedOn, l.Changes = CompletedProgramme, On(2026, time.October, 1), On(2026, time.October, 20), []Change{away, back}
		}, []ILRDelivery{first, done}},
		{"never came back", func(l *ILRLearner) {
			l.State, l.LastLearningOn = WithdrawnFromProgramme, On(2025, time.December, 19)
			l.Changes = []Change{away, {Event: WithdrawApprentice, From: OnBreak, On: On(2026, time.May, 1)}}
		}, []ILRDelivery{left}},
		{"came back and learnt nothing more", func(l *ILRLearner) {
			l.State, l.LastLearningOn = WithdrawnFromProgramme, On(2025, time.December, 19)
			l.Changes = []Change{away, back, {Event: WithdrawApprentice, From: Active, On: On(2026, time.May, 1)}}
		}, []ILRDelivery{left}},
		{"prior learning lowers the plan", func(l *ILRLearner) { l.Prior = 87 * 60 }, []ILRDelivery{{StartOn: start, PlannedEndOn: end, PlannedHours: 100, Status: ILRContinuing}}},
	} {
		if diff := cmp.Diff(tc.want, learner(tc.change).Deliveries()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestAHandOverSaysWhatDoesNotFitTogether(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*ILRLearner)
		want   string // empty: nothing is said
	}{
		{"all is well", func(*ILRLearner) {}, ""},
		{"a plan that is too short", func(l *ILRLearner) { l.StartOn = On(2026, time.June, 1) }, "shorter than the 8 months"},
		{"the shortest plan", func(l *ILRLearner) { l.StartOn = On(2026, time.April, 1) }, ""},
		{"too few hours", func(l *ILRLearner) {
			l.State, l.EndedOn, l.AwardedOn, l.Verified = CompletedProgramme, l.Today, l.Today, 186*60
		}, "186 hours off the job are verified, and the plan asks for 187"},
		{"no hours planned", func(l *ILRLearner) { l.Programme.Hours[0].MinimumHours = 0 }, "No hours off the job are planned"},
		{"late", func(l *ILRLearner) { l.PlannedEndOn = On(2026, time.November, 21) }, "The planned end, 21 November 2026, has passed"},
		{"a break that doesn't end", func(l *ILRLearner) {
			l.State, l.OnBreakSince, l.ReturnExpectedOn = OnBreak, On(2026, time.May, 1), On(2026, time.November, 2)
		}, "expected on 2 November 2026"},
		{"absence", func(l *ILRLearner) {
			l.Changes = []Change{{Event: BeginBreak, From: Active, On: On(2026, time.May, 1)}, {Event: ReturnFromBreak, From: OnBreak, On: On(2026, time.May, 29)}}
		}, "4 weeks or less"},
		{"no award", func(l *ILRLearner) { l.State, l.EndedOn = CompletedProgramme, l.Today }, "not yet known"},
		{"one name", func(l *ILRLearner) { l.ApprenticeName = "Asha" }, "one word"},
		{"an address that a return refuses", func(l *ILRLearner) { l.ApprenticeEmail = "ásha@example.org" }, "it is left out"},
		{"an address that it takes", func(l *ILRLearner) { l.ApprenticeEmail = "asha+gp@example.org" }, ""},
		{"a digit in the name", func(l *ILRLearner) { l.ApprenticeName = "Asha Patel 2" }, "refuses"},
	} {
		got := strings.Join(learner(tc.change).Doubts(), "\n")
		if (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
