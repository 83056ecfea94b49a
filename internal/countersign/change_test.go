package countersign_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

var (
	nine    = countersign.Programme{MonthsMin: 6, MonthsMax: 9, ExtensionMonths: 3}
	monthly = countersign.On(2026, 6, 1)
)

// learning is an apprenticeship of nine months from 1 January 2026.
func learning() countersign.Apprenticeship {
	return countersign.Apprenticeship{
		ID: "a", State: countersign.Active, Practice: "hillview", StartOn: countersign.On(2026, 1, 1), PlannedEndOn: countersign.On(2026, 10, 1),
		OriginalEndOn: countersign.On(2026, 10, 1), Progress: countersign.Progress{Core: 2, CoreSignedOff: 2},
	}
}

// refusedFor fails unless err names the field with those words; an empty field
// asks for a refusal as a whole, and empty words for none.
func refusedFor(t *testing.T, name string, err error, field, words string) {
	t.Helper()
	if words == "" {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	var e *countersign.Error
	at := func(f countersign.FieldError) bool { return f.Field == field }
	if err == nil || !strings.Contains(err.Error(), words) || field != "" && (!errors.As(err, &e) || !slices.ContainsFunc(e.Fields, at)) {
		t.Errorf("%s: error %v, want %q at %q", name, err, words, field)
	}
}

func TestLeaveOfUpToFourWeeksIsNoBreak(t *testing.T) {
	on := countersign.On(2026, 5, 1)
	for _, tc := range []struct {
		name         string
		on, expected countersign.Date
		reason       string
		words        string
	}{
		{"four weeks and a day", on, on.AddDays(29), "Surgery", ""},
		{"four weeks", on, on.AddDays(28), "Holiday", "more than 4 weeks"},
		{"without a reason", on, on.AddDays(60), "  ", "why the apprentice takes a break"},
		{"from tomorrow", monthly.AddDays(1), monthly.AddDays(60), "Surgery", "today or in the past"},
		{"before the start", countersign.On(2025, 12, 31), on, "Surgery", "before the apprenticeship"},
		{"without days", countersign.Date{}, countersign.Date{}, "Surgery", "first day of the break"},
	} {
		a, c, err := learning().StartBreak(tc.on, tc.expected, tc.reason, countersign.ManagerOfPractice, monthly)
		refusedFor(t, tc.name, err, "", tc.words)
		if err == nil && (a.State != countersign.OnBreak || a.IsWorking() || c.To != countersign.OnBreak || c.ReturnExpected != tc.expected) {
			t.Errorf("%s: %+v, %+v", tc.name, a, c)
		}
	}
}

func TestTheTargetMovesByTheBreak(t *testing.T) {
	a, _, err := learning().StartBreak(countersign.On(2026, 2, 1), countersign.On(2026, 4, 1), "Surgery", countersign.LeadOfHub, countersign.On(2026, 2, 1))
	if err != nil {
		t.Fatal(err)
	}
	if a.ReturnOverdue(countersign.On(2026, 4, 1)) || !a.ReturnOverdue(countersign.On(2026, 4, 2)) {
		t.Error("a return is overdue from the day after it was expected")
	}
	if _, _, err := a.Return(countersign.On(2026, 2, 1), countersign.LeadOfHub, monthly); err == nil {
		t.Error("back on the day on which the break began")
	}
	back, c, err := a.Return(countersign.On(2026, 4, 2), countersign.LeadOfHub, monthly)
	if err != nil {
		t.Fatal(err)
	}
	if want := countersign.On(2026, 10, 1).AddDays(60); back.PlannedEndOn != want || back.BreakDays != 60 || c.EndAfter != want || !back.OnBreakSince.IsZero() {
		t.Errorf("planned end %s after a break of %d days, want %s", back.PlannedEndOn, back.BreakDays, want)
	}
	if want := countersign.On(2027, 1, 1).AddDays(60); back.LatestEnd(nine) != want {
		t.Errorf("latest end %s, want %s", back.LatestEnd(nine), want)
	}
	early, _, err := a.Return(countersign.On(2026, 2, 20), countersign.LeadOfHub, monthly)
	if err != nil || early.PlannedEndOn != countersign.On(2026, 10, 1) {
		t.Errorf("back within four weeks: planned end %s, %v; want it unmoved", early.PlannedEndOn, err)
	}
}

func TestAnExtensionIsAskedForAndDecidedWithinTheLimit(t *testing.T) {
	a := learning()
	for _, tc := range []struct {
		name                      string
		end                       countersign.Date
		progress, reason, support string
		words                     string
	}{
		{"by the whole extension", countersign.On(2027, 1, 1), "Half done", "Sick leave", "A tutorial a week", ""},
		{"a day too long", countersign.On(2027, 1, 2), "Half done", "Sick leave", "A tutorial a week", "at most 3 months: to 1 January 2027"},
		{"no later than now", a.PlannedEndOn, "Half done", "Sick leave", "A tutorial a week", "after the present one"},
		{"without progress", countersign.On(2026, 12, 1), "", "Sick leave", "A tutorial a week", "done so far"},
		{"without a reason", countersign.On(2026, 12, 1), "Half done", "", "A tutorial a week", "why more time"},
		{"without support", countersign.On(2026, 12, 1), "Half done", "Sick leave", " ", "extra support"},
	} {
		_, err := a.AskExtension(nine, tc.end, tc.progress, tc.reason, tc.support, countersign.GPSupervisor, monthly)
		refusedFor(t, tc.name, err, "", tc.words)
	}
	if _, err := a.AskExtension(countersign.Programme{MonthsMax: 9}, countersign.On(2026, 12, 1), "a", "b", "c", countersign.GPSupervisor, monthly); err == nil {
		t.Error("a programme without an extension was extended")
	}

	request := countersign.Change{ID: "c1", EndAfter: countersign.On(2026, 12, 1)}
	longer, c, err := a.DecideExtension(nine, request, true, request.EndAfter, "", countersign.LeadOfHub, monthly)
	if err != nil || longer.PlannedEndOn != request.EndAfter || c.Answers != "c1" || c.Event != countersign.GrantExtension {
		t.Errorf("granted: %s, %+v, %v", longer.PlannedEndOn, c, err)
	}
	same, c, err := a.DecideExtension(nine, request, false, countersign.Date{}, "No support was given", countersign.LeadOfHub, monthly)
	if err != nil || same.PlannedEndOn != a.PlannedEndOn || c.Event != countersign.DeclineExtension {
		t.Errorf("declined: %s, %+v, %v", same.PlannedEndOn, c, err)
	}
	_, _, err = a.DecideExtension(nine, request, false, countersign.Date{}, "", countersign.LeadOfHub, monthly)
	refusedFor(t, "declined in silence", err, "reason", "why the extension is declined")
	_, _, err = a.DecideExtension(nine, request, true, request.EndAfter, "", countersign.ManagerOfPractice, monthly)
	refusedFor(t, "by the practice", err, "", "Only the training hub")
}

// A last day of learning is what somebody can prove (S90).
func TestTheLastDayOfLearningIsProvedByTheLastEntry(t *testing.T) {
	last := countersign.On(2026, 4, 20)
	for _, tc := range []struct {
		name  string
		day   countersign.Date
		last  countersign.Date
		words string
		want  countersign.Date
	}{
		{"unsaid", countersign.Date{}, last, "", last},
		{"earlier", countersign.On(2026, 3, 1), last, "", countersign.On(2026, 3, 1)},
		{"later than any entry", last.AddDays(1), last, "proved by an entry: the last one is of 20 April 2026", countersign.Date{}},
		{"without entries", countersign.Date{}, countersign.Date{}, "", countersign.On(2026, 1, 1)},
		{"before the start", countersign.On(2025, 12, 1), last, "before the start", countersign.Date{}},
	} {
		a, c, err := learning().Leave(tc.day, tc.last, "Moved away", countersign.ManagerOfPractice, monthly)
		refusedFor(t, tc.name, err, "", tc.words)
		if err == nil && (a.LastLearningOn != tc.want || a.EndedOn != monthly || c.LastLearningOn != tc.want) {
			t.Errorf("%s: last day of learning %s, want %s", tc.name, a.LastLearningOn, tc.want)
		}
	}
	_, _, err := learning().Leave(countersign.Date{}, last, "", countersign.LeadOfHub, monthly)
	refusedFor(t, "without a reason", err, "reason", "why the apprentice leaves")
}

func TestWhoeverWithdrewCanStartAgain(t *testing.T) {
	a, _, err := learning().Leave(countersign.Date{}, countersign.Date{}, "Moved away", countersign.LeadOfHub, countersign.On(2026, 3, 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		end   countersign.Date
		who   countersign.NamingRole
		words string
	}{
		{"within the programme and the time away", countersign.On(2027, 1, 1).AddDays(92), countersign.LeadOfHub, ""},
		{"longer", countersign.On(2027, 1, 1).AddDays(93), countersign.LeadOfHub, "at most"},
		{"in the past", monthly, countersign.LeadOfHub, "in the future"},
		{"by the practice", countersign.On(2026, 12, 1), countersign.ManagerOfPractice, "Only the"},
	} {
		again, _, err := a.Restart(nine, tc.end, "Came back", tc.who, monthly)
		refusedFor(t, tc.name, err, "", tc.words)
		if err == nil && (again.State != countersign.Active || !again.EndedOn.IsZero() || again.BreakDays != 92) {
			t.Errorf("%s: %+v", tc.name, again)
		}
	}
}

func TestAnApplicationIsAcceptedOrDeclinedByTheHub(t *testing.T) {
	a := learning()
	a.State = countersign.Applied
	first := nine
	first.StartsOnTheFirst = true
	accepted, _, err := a.Accept(first, countersign.On(2026, 7, 1), countersign.On(2027, 4, 1), countersign.LeadOfHub, monthly)
	if err != nil || accepted.State != countersign.Active || accepted.StartOn != countersign.On(2026, 7, 1) || accepted.OriginalEndOn != countersign.On(2027, 4, 1) {
		t.Errorf("accepted: %+v, %v", accepted, err)
	}
	_, _, err = a.Accept(first, countersign.On(2026, 7, 2), countersign.On(2027, 4, 1), countersign.LeadOfHub, monthly)
	refusedFor(t, "in the middle of a month", err, "start_date", "first day of a month")
	_, _, err = a.Accept(nine, countersign.On(2026, 7, 1), countersign.On(2027, 4, 1), countersign.ManagerOfPractice, monthly)
	refusedFor(t, "by the practice itself", err, "", "Only the")
	declined, _, err := a.Decline("No places left", countersign.LeadOfHub, monthly)
	if err != nil || declined.State != countersign.Declined || declined.EndReason != "No places left" || declined.EndedOn != monthly {
		t.Errorf("declined: %+v, %v", declined, err)
	}
	_, _, err = a.Decline("", countersign.LeadOfHub, monthly)
	refusedFor(t, "without a reason", err, "reason", "why the application is declined")
}

func TestAMoveNeedsAnotherPracticeAndAReason(t *testing.T) {
	moved, c, err := learning().Move("riverside", "Moved house", countersign.LeadOfHub, monthly)
	if err != nil || moved.Practice != "riverside" || c.PracticeBefore != "hillview" {
		t.Errorf("moved: %+v, %+v, %v", moved, c, err)
	}
	_, _, err = learning().Move("hillview", "", countersign.LeadOfHub, monthly)
	refusedFor(t, "to where they are", err, "practice", "at this practice already")
	_, _, err = learning().Move("riverside", "x", countersign.ManagerOfPractice, monthly)
	refusedFor(t, "by the practice", err, "", "Only the training hub")
}

// Every event is allowed in exactly the states of the table, to exactly its
// people.
func TestProgrammeEventsFollowTheTable(t *testing.T) {
	type rule func(countersign.Apprenticeship, countersign.NamingRole) error
	end := countersign.On(2026, 10, 1)
	rules := map[countersign.ApprenticeshipEvent]rule{
		countersign.AcceptApplication: func(a countersign.Apprenticeship, w countersign.NamingRole) error {
			_, _, err := a.Accept(nine, a.StartOn, end, w, monthly)
			return err
		},
		countersign.DeclineApplication: func(a countersign.Apprenticeship, w countersign.NamingRole) error {
			_, _, err := a.Decline("no", w, monthly)
			return err
		},
		countersign.BeginBreak: func(a countersign.Apprenticeship, w countersign.NamingRole) error {
			_, _, err := a.StartBreak(monthly, monthly.AddDays(60), "x", w, monthly)
			return err
		},
		countersign.ReturnFromBreak: func(a countersign.Apprenticeship, w countersign.NamingRole) error {
			a.OnBreakSince = countersign.On(2026, 3, 1)
			_, _, err := a.Return(monthly, w, monthly)
			return err
		},
		countersign.WithdrawApprentice: func(a countersign.Apprenticeship, w countersign.NamingRole) error {
			_, _, err := a.Leave(countersign.Date{}, countersign.Date{}, "x", w, monthly)
			return err
		},
		countersign.RestartApprenticeship: func(a countersign.Apprenticeship, w countersign.NamingRole) error {
			a.EndedOn = countersign.On(2026, 5, 1)
			_, _, err := a.Restart(nine, end, "x", w, monthly)
			return err
		},
		countersign.CompleteApprenticeship: func(a countersign.Apprenticeship, w countersign.NamingRole) error {
			_, _, err := a.Complete(w, monthly)
			return err
		},
	}
	people := []countersign.NamingRole{countersign.LeadOfHub, countersign.ManagerOfPractice, countersign.GPSupervisor, countersign.NamedVerifier, countersign.TheApprentice}
	for event, do := range rules {
		for _, state := range countersign.ApprenticeshipStates() {
			for _, who := range people {
				a := learning()
				a.State = state
				allowed := slices.Contains(countersign.ApprenticeshipLifecycle.Events(state, who), event)
				if err := do(a, who); (err == nil) != allowed {
					t.Errorf("%s of %s by %s: %v, allowed %t", event, state, who, err, allowed)
				}
			}
		}
	}
}
