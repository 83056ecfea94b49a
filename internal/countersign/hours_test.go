package countersign_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
)

var gpCaps = countersign.Capacities{{Role: countersign.GPSupervisor}}

// learner is an apprenticeship of 100 days with a break in its middle.
func learner() (countersign.Apprenticeship, []countersign.Change) {
	start := countersign.On(2026, 1, 1)
	a := countersign.Apprenticeship{ID: "a1", Apprentice: "asha", State: countersign.Active, StartOn: start, PlannedEndOn: start.AddDays(129), BreakDays: 30}
	return a, []countersign.Change{
		{Event: countersign.BeginBreak, On: start.AddDays(20)}, {Event: countersign.ReturnFromBreak, On: start.AddDays(50)},
	}
}

func TestHoursMustFitTheDayAndThePlan(t *testing.T) {
	f := framework()
	a, changes := learner()
	today := a.StartOn.AddDays(60)
	code := f.Competencies()[0].Code
	good := countersign.HoursEntry{On: today, Minutes: 90, Kind: countersign.Shadowing, Learnt: "How the desk works", Competencies: []string{code}}
	seven := []countersign.HoursEntry{{Minutes: 7 * 60, State: countersign.HoursVerified}, {Minutes: 24 * 60, State: countersign.HoursReversed}}
	for _, c := range []struct {
		name, field, says string
		change            func(*countersign.HoursEntry, *countersign.Apprenticeship)
	}{
		{"nothing wrong", "", "", func(*countersign.HoursEntry, *countersign.Apprenticeship) {}},
		{"the rest of the day", "", "", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Minutes = 17 * 60 }},
		{"the day before a break", "", "", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = a.StartOn.AddDays(19) }},
		{"the first day back", "", "", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = a.StartOn.AddDays(50) }},
		{"the first day", "", "", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = a.StartOn }},
		{"none", "minutes", "1 minute or more", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Minutes = 0 }},
		{"negative", "minutes", "1 minute or more", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Minutes = -60 }},
		{"25 hours with those of the day", "minutes", "7 hours are entered for 2 March 2026 already; with these it would be 25 hours", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Minutes = 18 * 60 }},
		{"tomorrow", "on", "today or in the past", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = today.AddDays(1) }},
		{"before the start", "on", "before the apprenticeship began", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = a.StartOn.AddDays(-1) }},
		{"the first day of a break", "on", "from 21 January 2026 to 19 February 2026", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = a.StartOn.AddDays(20) }},
		{"the last day of a break", "on", "during a break", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = a.StartOn.AddDays(49) }},
		{"no day", "on", "Enter the day", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.On = countersign.Date{} }},
		{"no kind", "kind", "what kind", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Kind = "sleep" }},
		{"nothing learnt", "learnt", "what was learnt", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Learnt = " \n" }},
		{"unknown competency", "competencies.0", "no such", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Competencies = []string{"X"} }},
		{"competency twice", "competencies.1", "twice", func(e *countersign.HoursEntry, _ *countersign.Apprenticeship) { e.Competencies = []string{code, code} }},
		{"ended", "", "completed", func(_ *countersign.HoursEntry, a *countersign.Apprenticeship) {
			a.State = countersign.CompletedProgramme
		}},
	} {
		e, who := good, a
		c.change(&e, &who)
		err := who.LogHours(e, f, seven, a.Breaks(changes), today)
		if (err != nil) != (c.says != "") || !strings.Contains(countersign.MessageOf(err), c.says) || c.field != "" && fieldOf(err) != c.field {
			t.Errorf("%s: %v (field %q); want %q at %q", c.name, err, fieldOf(err), c.says, c.field)
		}
	}
	whole := good
	whole.Minutes = 25 * 60
	if err := a.LogHours(whole, f, nil, nil, today); !strings.Contains(countersign.MessageOf(err), "no entry can be of 25 hours") {
		t.Errorf("25 hours at once: %v", err)
	}
	twice := good
	twice.State = countersign.HoursSubmitted
	if err := a.LogHours(good, f, []countersign.HoursEntry{twice}, nil, today); fieldOf(err) != "learnt" {
		t.Errorf("the same entry twice: %v", err)
	}
}

func fieldOf(err error) string {
	var p countersign.Problems
	p.Merge(err)
	if e, ok := p.Err().(*countersign.Error); ok {
		return e.Fields[0].Field
	}
	return ""
}

func TestNobodyVerifiesTheirOwnHours(t *testing.T) {
	e := countersign.HoursEntry{State: countersign.HoursSubmitted, EnteredBy: "asha"}
	for _, c := range []struct {
		name   string
		state  countersign.HoursState
		event  countersign.HoursEvent
		person countersign.PersonID
		by     countersign.Capacities
		reason string
		want   countersign.HoursState
		kind   countersign.Kind
	}{
		{"verified by the supervisor", countersign.HoursSubmitted, countersign.VerifyHours, "bell", gpCaps, "", countersign.HoursVerified, 0},
		{"by the apprentice, a supervisor elsewhere", countersign.HoursSubmitted, countersign.VerifyHours, "asha", gpCaps, "", "", countersign.Forbidden},
		{"by an assessor", countersign.HoursSubmitted, countersign.VerifyHours, "phleb", countersign.Capacities{{Role: countersign.Assessor}}, "", "", countersign.Forbidden},
		{"by the manager", countersign.HoursSubmitted, countersign.VerifyHours, "jo", countersign.Capacities{{Role: countersign.ManagerOfPractice}}, "", "", countersign.Forbidden},
		{"verified twice", countersign.HoursVerified, countersign.VerifyHours, "bell", gpCaps, "", "", countersign.Conflict},
		{"reversed by the apprentice while it waits", countersign.HoursSubmitted, countersign.ReverseHours, "asha", nil, "Wrong day", countersign.HoursReversed, 0},
		{"reversed by the apprentice afterwards", countersign.HoursVerified, countersign.ReverseHours, "asha", nil, "Wrong day", "", countersign.Forbidden},
		{"reversed by the supervisor afterwards", countersign.HoursVerified, countersign.ReverseHours, "bell", gpCaps, "Wrong day", countersign.HoursReversed, 0},
		{"reversed without a reason", countersign.HoursVerified, countersign.ReverseHours, "bell", gpCaps, " ", "", countersign.Invalid},
		{"reversed twice", countersign.HoursReversed, countersign.ReverseHours, "bell", gpCaps, "Wrong day", "", countersign.Conflict},
		{"verified after reversal", countersign.HoursReversed, countersign.VerifyHours, "bell", gpCaps, "", "", countersign.Conflict},
	} {
		e.State = c.state
		got, _, err := e.Decide(c.event, "asha", c.person, c.by, c.reason)
		if countersign.KindOf(err) != c.kind || err == nil && got != c.want {
			t.Errorf("%s: %s, %v; want %s, kind %v", c.name, got, err, c.want, c.kind)
		}
	}
}

func TestHoursExpectedByTodayGrowEvenlyWithoutBreaks(t *testing.T) {
	a, changes := learner() // 100 days of learning
	p := countersign.Programme{ProtectedHoursPerWeek: 7, Hours: []countersign.HoursRule{{MinimumHours: 100}}}
	total := func(day int) countersign.HoursTotals {
		return a.HoursTotals(p, a.Breaks(changes), 0, 60, 120, a.StartOn.AddDays(day))
	}
	for day, hours := range map[int]int{0: 1, 19: 20, 20: 20, 49: 20, 50: 21, 129: 100, 400: 100} {
		if got := total(day).Expected; got != hours*60 {
			t.Errorf("on day %d: %s expected, want %d hours", day, countersign.Duration(got), hours)
		}
	}
	got := total(50)
	if got.Minimum != 6000 || got.Planned != 15*7*60 || got.Target() != 6000 || got.Behind() != 21*60-180 {
		t.Errorf("totals = %+v, behind %d", got, got.Behind())
	}
	got.PriorLearning = 600
	if got.Target() != 5400 {
		t.Errorf("prior learning leaves a target of %d", got.Target())
	}
	if p.Hours = nil; total(0).Target() != 15*7*60 {
		t.Errorf("without a rule the target is what is planned, not %d", total(0).Target())
	}
	a.State, a.OnBreakSince = countersign.OnBreak, a.StartOn.AddDays(10)
	open := []countersign.Change{{Event: countersign.BeginBreak, On: a.OnBreakSince}}
	early, late := a.HoursTotals(p, a.Breaks(open), 0, 0, 0, a.StartOn.AddDays(11)), a.HoursTotals(p, a.Breaks(open), 0, 0, 0, a.StartOn.AddDays(80))
	if early.Expected != late.Expected {
		t.Errorf("more is expected during a break: %d, then %d", early.Expected, late.Expected)
	}
}

func TestTimeAwayBetweenWithdrawalAndRestartIsABreak(t *testing.T) {
	a, _ := learner()
	day := func(n int) countersign.Date { return a.StartOn.AddDays(n) }
	got := a.Breaks([]countersign.Change{
		{Event: countersign.BeginBreak, On: day(5)}, {Event: countersign.WithdrawApprentice, From: countersign.OnBreak, On: day(40)},
		{Event: countersign.RestartApprenticeship, On: day(60)}, {Event: countersign.WithdrawApprentice, From: countersign.Active, On: day(80)},
	})
	want := []countersign.Period{{From: day(5), To: day(59)}, {From: day(80)}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("breaks = %v, want %v", got, want)
	}
}

func TestPlacementIsConfirmedByTheSiteAlone(t *testing.T) {
	f := framework()
	f.Placements = true
	a, _ := learner()
	a.ApprenticeEmail = "asha@example.org"
	good := countersign.Placement{State: countersign.PlacementPlanned, From: a.StartOn, To: a.StartOn.AddDays(4), PlannedMinutes: 1800, SupervisorEmail: "ward@example.org"}
	if err := a.Arrange(f, good); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]func(*countersign.Placement){
		"dates out of order": func(p *countersign.Placement) { p.To = p.From.AddDays(-1) }, "before the start": func(p *countersign.Placement) { p.From = p.From.AddDays(-1) },
		"after the end": func(p *countersign.Placement) { p.To = a.PlannedEndOn.AddDays(1) }, "no hours": func(p *countersign.Placement) { p.PlannedMinutes = 0 },
		"too many hours": func(p *countersign.Placement) { p.PlannedMinutes = 5*24*60 + 1 }, "oneself": func(p *countersign.Placement) { p.SupervisorEmail = "Asha@example.org" },
	} {
		p := good
		c(&p)
		wantKind(t, a.Arrange(f, p), countersign.Invalid)
		if a.Arrange(f, p) == nil {
			t.Error(name)
		}
	}
	f.Placements = false
	wantKind(t, a.Arrange(f, good), countersign.Conflict)

	today := a.StartOn.AddDays(10)
	_, err := good.Answer(true, "")
	wantKind(t, err, countersign.Conflict)
	_, err = good.Ask(0, today)
	wantKind(t, err, countersign.Invalid)
	_, err = good.Ask(60, a.StartOn.AddDays(-1))
	wantKind(t, err, countersign.Conflict)
	asked, err := good.Ask(1800, today)
	if err != nil || asked.State != countersign.PlacementAsked {
		t.Fatalf("%+v, %v", asked, err)
	}
	_, err = asked.Answer(false, " ")
	wantKind(t, err, countersign.Invalid)
	disputed, err := asked.Answer(false, "3 days only")
	if err != nil || disputed.State != countersign.PlacementDisputed || disputed.Comment != "3 days only" {
		t.Errorf("%+v, %v", disputed, err)
	}
	again, err := disputed.Ask(1200, today)
	if err != nil || again.Comment != "" {
		t.Errorf("%+v, %v", again, err)
	}
	confirmed, err := again.Answer(true, "")
	if err != nil || confirmed.State != countersign.PlacementConfirmed {
		t.Errorf("%+v, %v", confirmed, err)
	}
	_, err = confirmed.Ask(1800, today)
	wantKind(t, err, countersign.Conflict)
	_, err = confirmed.Cancel("Mistake")
	wantKind(t, err, countersign.Conflict)
	_, err = disputed.Cancel("")
	wantKind(t, err, countersign.Invalid)
}

func TestClassroomSessionIsCheckedAndAttendedByThoseItIsFor(t *testing.T) {
	f := framework()
	f.Classroom = true
	a, _ := learner()
	a.FrameworkID, a.Cohort = f.ID, "2025-26"
	good := countersign.Session{ID: "s1", Title: "Infection control", On: a.StartOn.AddDays(3), Starts: "09:30", Minutes: 180, Framework: f.ID, Materials: "https://hub.example/ipc"}
	if err := good.Check(f); err != nil {
		t.Fatal(err)
	}
	for field, c := range map[string]func(*countersign.Session){
		"on": func(s *countersign.Session) { s.On = countersign.Date{} }, "starts": func(s *countersign.Session) { s.Starts = "24:00" },
		"minutes": func(s *countersign.Session) { s.Minutes = 721 }, "materials": func(s *countersign.Session) { s.Materials = "javascript:alert(1)" },
	} {
		s := good
		c(&s)
		if err := s.Check(f); fieldOf(err) != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	today := a.StartOn.AddDays(10)
	e, err := a.Attend(good, f, nil, nil, today)
	if err != nil || e.State != countersign.HoursVerified || e.Minutes != 180 || e.Kind != countersign.ClassroomTime {
		t.Fatalf("%+v, %v", e, err)
	}
	_, err = a.Attend(good, f, []countersign.HoursEntry{e}, nil, today)
	wantKind(t, err, countersign.Conflict)
	_, _, err = e.Decide(countersign.ReverseHours, "asha", "bell", gpCaps, "Not there")
	wantKind(t, err, countersign.Conflict)
	good.Cohort = "another"
	_, err = a.Attend(good, f, nil, nil, today)
	wantKind(t, err, countersign.NotFound)
}

func TestASessionKeepsItsDayWhileSomebodyIsMarkedAsThere(t *testing.T) {
	f := framework()
	f.Classroom = true
	old := countersign.Session{ID: "s1", Hub: "h", Title: "Consent", On: countersign.On(2026, 3, 2), Starts: "09:30", Minutes: 60, Place: "Room 2", Framework: f.ID, Cohort: "A"}
	for field, change := range map[string]func(*countersign.Session){
		"on": func(s *countersign.Session) { s.On = s.On.AddDays(1) }, "minutes": func(s *countersign.Session) { s.Minutes = 90 },
		"framework": func(s *countersign.Session) { s.Framework = "other" }, "cohort": func(s *countersign.Session) { s.Cohort = "" },
		"": func(s *countersign.Session) { s.Title, s.Starts, s.Place = "Consent again", "10:00", "Room 3" },
	} {
		to := old
		change(&to)
		to.ID, to.Hub = "", ""
		old.Attended = 0
		if got, err := old.Change(to, f); err != nil || got.ID != "s1" || got.Hub != "h" || got.Minutes != to.Minutes {
			t.Errorf("nobody was there, %s: %+v, %v", field, got, err)
		}
		old.Attended = 1
		if _, err := old.Change(to, f); field != "" {
			refusedFor(t, field, err, field, "marked as there")
		} else if err != nil {
			t.Error(err)
		}
	}
}

func TestAPlacementIsChangedUntilTheSiteConfirmsIt(t *testing.T) {
	f := framework()
	f.Placements = true
	a, _ := learner()
	old := countersign.Placement{ID: "p", Version: 3, Site: "Ward 7", From: a.StartOn, To: a.StartOn.AddDays(4), PlannedMinutes: 1800, SupervisorEmail: "ward@example.org", DoneMinutes: 60, Comment: "Wrong"}
	later := countersign.Placement{Site: "Ward 8", From: a.StartOn.AddDays(7), To: a.StartOn.AddDays(9), PlannedMinutes: 600, SupervisorEmail: "ward@example.org"}
	for state, changes := range map[countersign.PlacementState]bool{
		countersign.PlacementPlanned: true, countersign.PlacementAsked: true, countersign.PlacementDisputed: true,
		countersign.PlacementConfirmed: false, countersign.PlacementCancelled: false,
	} {
		old.State = state
		p, err := a.Rearrange(f, old, later)
		if !changes {
			wantKind(t, err, countersign.Conflict)
			continue
		}
		if err != nil || p.ID != "p" || p.Version != 3 || p.State != countersign.PlacementPlanned || p.Site != "Ward 8" || p.DoneMinutes != 0 || p.Comment != "" {
			t.Errorf("changed while %s: %+v, %v", state, p, err)
		}
	}
	old.State, later.To = countersign.PlacementPlanned, later.From.AddDays(-1)
	_, err := a.Rearrange(f, old, later)
	wantKind(t, err, countersign.Invalid)
}
