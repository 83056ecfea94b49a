package countersign_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
)

var (
	cma = countersign.Cycle{
		Code: "cma", Title: "CMA (AAMA) recertification", Body: "AAMA", Months: 60, Points: 60, Approved: 30, Alternative: "Re-examination",
		Floors: []countersign.Floor{{Code: "general", Title: "General", Points: 10}, {Code: "administrative", Title: "Administrative", Points: 10}, {Code: "clinical", Title: "Clinical", Points: 10}},
	}
	appraisal  = countersign.Cycle{Code: "appraisal", Title: "Yearly performance review", Body: "Employer", Months: 12}
	afterwards = countersign.Programme{Cycles: []countersign.Cycle{cma, appraisal}}
	completed  = countersign.Apprenticeship{State: countersign.CompletedProgramme, StartOn: countersign.On(2022, 1, 1), EndedOn: countersign.On(2024, 2, 29)}
)

func opened(t *testing.T, code string, from countersign.Date) countersign.CPDCycle {
	t.Helper()
	c, err := completed.OpenCycle(afterwards, code, from, nil, countersign.On(2026, 3, 2))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPointsAreWholeOrHalf(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"3": "3", "0.5": "0.5", " 12.5 ": "12.5", "2.0": "2", "": "-", "1.25": "-", "-1": "-", "1,5": "-", "1.": "-", ".5": "-", "99999999": "-"} {
		p, err := countersign.ParsePoints(typed)
		if got := p.String(); (err != nil) != (want == "-") || err == nil && got != want {
			t.Errorf("ParsePoints(%q) = %s, %v; want %s", typed, got, err, want)
		}
	}
}

func TestACycleEndsTheDayBeforeItsMonthsArePast(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ code, from, last string }{
		{"cma", "2024-02-29", "2029-02-27"}, // no 29 February in 2029
		{"appraisal", "2024-02-29", "2025-02-27"},
		{"appraisal", "2025-01-31", "2026-01-30"},
		{"appraisal", "2025-03-01", "2026-02-28"},
	} {
		from, _ := countersign.ParseDate(tt.from)
		if c := opened(t, tt.code, from); c.EndsOn.String() != tt.last || c.StartsOn != from {
			t.Errorf("%s from %s: %s to %s, want %s", tt.code, tt.from, c.StartsOn, c.EndsOn, tt.last)
		}
	}
}

func TestRenewalsKeepTheDayOfTheFirstCycle(t *testing.T) {
	t.Parallel()
	c := opened(t, "appraisal", countersign.On(2024, 2, 29))
	for _, want := range []string{"2025-02-28 2026-02-27", "2026-02-28 2027-02-27", "2027-02-28 2028-02-28", "2028-02-29 2029-02-27"} {
		next, err := c.Renew(appraisal, []countersign.CPDCycle{c}, c.EndsOn.AddDays(1))
		if got := next.StartsOn.String() + " " + next.EndsOn.String(); err != nil || got != want || next.StartsOn != c.EndsOn.AddDays(1) {
			t.Fatalf("after %s: %s, %v; want %s", c.EndsOn, got, err, want)
		}
		c = next
	}
}

func TestWhoMayOpenACycleAndFromWhen(t *testing.T) {
	t.Parallel()
	today := countersign.On(2026, 3, 2)
	open := completed
	open.State = countersign.Active
	first := opened(t, "appraisal", countersign.On(2025, 3, 1))
	for name, tt := range map[string]struct {
		app  countersign.Apprenticeship
		code string
		from countersign.Date
		has  []countersign.CPDCycle
		want string // part of the message
	}{
		"not completed":         {open, "cma", today, nil, "once the programme is completed"},
		"no such cycle":         {completed, "rma", today, nil, "Select one of the cycles"},
		"no day":                {completed, "cma", countersign.Date{}, nil, "Enter the first day"},
		"a future day":          {completed, "cma", today.AddDays(1), nil, "today or in the past"},
		"before the programme":  {completed, "cma", completed.StartOn.AddDays(-1), nil, "on or after the start"},
		"overlapping one":       {completed, "appraisal", first.EndsOn, []countersign.CPDCycle{first}, "1 March 2025 to 28 February 2026"},
		"overlapping its start": {completed, "appraisal", countersign.On(2024, 3, 2), []countersign.CPDCycle{first}, "covers"},
		"after one":             {completed, "appraisal", today, []countersign.CPDCycle{first}, ""},
		"beside another kind":   {completed, "cma", first.StartsOn, []countersign.CPDCycle{first}, ""},
	} {
		_, err := tt.app.OpenCycle(afterwards, tt.code, tt.from, tt.has, today)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", name, err, tt.want)
		}
	}
}

func TestAnEntryIsWithinItsCycle(t *testing.T) {
	t.Parallel()
	c := opened(t, "cma", countersign.On(2025, 3, 1))
	today := countersign.On(2026, 3, 2)
	good := countersign.CPDEntry{On: today, Title: " Phlebotomy update ", Category: "clinical", Points: countersign.WholePoints(2)}
	if e, err := c.Add(good, today); err != nil || e.Title != "Phlebotomy update" {
		t.Errorf("a good entry: %+v, %v", e, err)
	}
	for name, change := range map[string]func(*countersign.CPDEntry){
		"on: no day":        func(e *countersign.CPDEntry) { e.On = countersign.Date{} },
		"on: tomorrow":      func(e *countersign.CPDEntry) { e.On = today.AddDays(1) },
		"on: before":        func(e *countersign.CPDEntry) { e.On = c.StartsOn.AddDays(-1) },
		"title: empty":      func(e *countersign.CPDEntry) { e.Title = "  " },
		"category: unknown": func(e *countersign.CPDEntry) { e.Category = "surgery" },
		"points: none":      func(e *countersign.CPDEntry) { e.Points = 0 },
		"points: negative":  func(e *countersign.CPDEntry) { e.Points = -1 },
		"points: too many":  func(e *countersign.CPDEntry) { e.Points = countersign.MaxPoints + 1 },
	} {
		e := good
		change(&e)
		field, _, _ := strings.Cut(name, ":")
		if _, err := c.Add(e, today); len(fieldsOf(err)) != 1 || fieldsOf(err)[0] != field {
			t.Errorf("%s: %v", name, err)
		}
	}
	late := good
	late.On = c.EndsOn
	if _, err := c.Add(late, c.EndsOn.AddDays(40)); err != nil {
		t.Errorf("what was done in a cycle is entered after its end: %v", err)
	}
	if _, err := opened(t, "appraisal", countersign.On(2026, 1, 1)).Add(countersign.CPDEntry{On: today, Title: "Review", Category: countersign.OtherCPD}, today); err != nil {
		t.Errorf("an entry of a cycle without points: %v", err)
	}
}

func fieldsOf(err error) (fields []string) {
	e, ok := err.(*countersign.Error)
	if !ok {
		return nil
	}
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	return fields
}

func TestStandingOfACycle(t *testing.T) {
	t.Parallel()
	entry := func(category string, points int, approved bool) countersign.CPDEntry {
		return countersign.CPDEntry{ID: countersign.CPDEntryID(category), Category: category, Points: countersign.WholePoints(points), Approved: approved}
	}
	reversed := entry("clinical", 40, true)
	reversed.ReversedAt = time.Now()
	floors := []countersign.CPDEntry{entry("general", 10, true), entry("administrative", 10, true), entry("clinical", 10, true)}
	closed := &countersign.CPDClosure{On: countersign.On(2026, 1, 1)}
	for name, tt := range map[string]struct {
		rules   countersign.Cycle
		entries []countersign.CPDEntry
		closure *countersign.CPDClosure
		today   countersign.Date
		want    countersign.CPDState
		missing string // joined
	}{
		"nothing yet":         {cma, nil, nil, countersign.On(2026, 3, 2), countersign.CPDOpen, "Points in all: 0 of 60. Still needed: 60. General: 0 of 10. Still needed: 10. Administrative: 0 of 10. Still needed: 10. Clinical: 0 of 10. Still needed: 10. Approved by AAMA: 0 of 30. Still needed: 30."},
		"all of it":           {cma, append(floors[:3:3], entry("other", 30, false)), nil, countersign.On(2026, 3, 2), countersign.CPDMet, ""},
		"a half short":        {cma, append(floors[:3:3], countersign.CPDEntry{Category: "other", Points: 59}), nil, countersign.On(2026, 3, 2), countersign.CPDOpen, "Points in all: 59.5 of 60. Still needed: 0.5."},
		"a floor short":       {cma, []countersign.CPDEntry{entry("general", 30, true), entry("administrative", 30, true), entry("clinical", 9, true)}, nil, countersign.On(2026, 3, 2), countersign.CPDOpen, "Clinical: 9 of 10. Still needed: 1."},
		"too few approved":    {cma, append(floors[:2:2], entry("clinical", 40, false)), nil, countersign.On(2026, 3, 2), countersign.CPDOpen, "Approved by AAMA: 20 of 30. Still needed: 10."},
		"reversed counts not": {cma, append(floors[:2:2], reversed, entry("other", 40, true)), nil, countersign.On(2026, 3, 2), countersign.CPDOpen, "Clinical: 0 of 10. Still needed: 10."},
		"ended short":         {cma, append(floors[:3:3], entry("other", 29, false)), nil, countersign.On(2030, 3, 1), countersign.CPDNotMet, "Points in all: 59 of 60. Still needed: 1."},
		"ended and met":       {cma, append(floors[:3:3], entry("other", 30, false)), nil, countersign.On(2030, 3, 1), countersign.CPDMet, ""},
		"re-examined":         {cma, nil, closed, countersign.On(2026, 3, 2), countersign.CPDAlternative, ""},
		"no review yet":       {appraisal, nil, nil, countersign.On(2025, 4, 1), countersign.CPDOpen, "Nothing is entered yet: one entry is enough."},
		"reviewed":            {appraisal, []countersign.CPDEntry{entry("other", 0, false)}, nil, countersign.On(2025, 4, 1), countersign.CPDMet, ""},
		"never reviewed":      {appraisal, nil, nil, countersign.On(2026, 3, 1), countersign.CPDNotMet, "Nothing is entered yet: one entry is enough."},
	} {
		c := opened(t, tt.rules.Code, countersign.On(2025, 3, 1))
		c.Entries, c.Closure = tt.entries, tt.closure
		s := c.Standing(tt.today)
		if s.State != tt.want || strings.Join(s.Missing, " ") != tt.missing {
			t.Errorf("%s: %s %q; want %s %q", name, s.State, s.Missing, tt.want, tt.missing)
		}
		if left := tt.today.DaysUntil(c.EndsOn); tt.closure == nil && s.DaysLeft != max(left, 0) {
			t.Errorf("%s: %d days left", name, s.DaysLeft)
		}
	}
}

func TestACycleIsRenewedWhenMetOrAtItsEnd(t *testing.T) {
	t.Parallel()
	c := opened(t, "appraisal", countersign.On(2025, 3, 1))
	review := []countersign.CPDEntry{{On: countersign.On(2025, 6, 1), Title: "Review", Category: countersign.OtherCPD}}
	if _, err := c.Renew(appraisal, nil, countersign.On(2025, 6, 1)); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("an open cycle: %v", err)
	}
	late, err := c.Renew(appraisal, nil, countersign.On(2026, 3, 1))
	if err != nil || late.StartsOn != countersign.On(2026, 3, 1) {
		t.Errorf("one that ended short: %s, %v", late.StartsOn, err)
	}
	c.Entries = review
	next, err := c.Renew(appraisal, []countersign.CPDCycle{c}, countersign.On(2025, 6, 1))
	if err != nil || next.StartsOn != countersign.On(2026, 3, 1) {
		t.Errorf("one that is met: %s, %v", next.StartsOn, err)
	}
	if _, err := c.Renew(appraisal, []countersign.CPDCycle{next, c}, countersign.On(2026, 4, 1)); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("twice: %v", err)
	}
	longer := appraisal
	longer.Months = 24
	if next, err = c.Renew(longer, nil, countersign.On(2025, 6, 1)); err != nil || next.StartsOn != countersign.On(2026, 3, 1) || next.EndsOn != countersign.On(2028, 2, 29) {
		t.Errorf("into a longer one: %s to %s, %v", next.StartsOn, next.EndsOn, err)
	}
	c = opened(t, "cma", countersign.On(2025, 3, 1))
	c.Closure = &countersign.CPDClosure{On: countersign.On(2026, 1, 10)}
	if next, err = c.Renew(cma, nil, countersign.On(2026, 2, 1)); err != nil || next.StartsOn != countersign.On(2026, 1, 11) {
		t.Errorf("after re-examination: %s, %v", next.StartsOn, err)
	}
}

func TestReExaminationClosesACycle(t *testing.T) {
	t.Parallel()
	today := countersign.On(2026, 3, 2)
	c := opened(t, "cma", countersign.On(2025, 3, 1))
	if by, err := c.Close(countersign.CPDClosure{On: today, Note: " passed "}, nil, today); err != nil || by.Note != "passed" {
		t.Errorf("closing: %+v, %v", by, err)
	}
	for _, on := range []countersign.Date{{}, today.AddDays(1), c.StartsOn.AddDays(-1)} {
		if _, err := c.Close(countersign.CPDClosure{On: on}, nil, today); len(fieldsOf(err)) != 1 {
			t.Errorf("closing on %s: %v", on, err)
		}
	}
	if _, err := opened(t, "appraisal", c.StartsOn).Close(countersign.CPDClosure{On: today}, nil, today); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("one without an alternative: %v", err)
	}
	c.Closure = &countersign.CPDClosure{On: today}
	if _, err := c.Close(countersign.CPDClosure{On: today}, nil, today); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("twice: %v", err)
	}
	if _, err := c.Add(countersign.CPDEntry{On: today, Title: "Late", Category: "other", Points: 2}, today); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("adding to a closed one: %v", err)
	}
}

func TestAnEntryIsReversedOnceWithAReason(t *testing.T) {
	t.Parallel()
	c := opened(t, "cma", countersign.On(2025, 3, 1))
	c.Entries = []countersign.CPDEntry{{ID: "a"}, {ID: "b", ReversedAt: time.Now()}}
	for id, want := range map[countersign.CPDEntryID]countersign.Kind{"a": 0, "b": countersign.Conflict, "c": countersign.NotFound} {
		if _, err := c.Reverse(id, "Entered twice"); countersign.KindOf(err) != want {
			t.Errorf("reverse %s: %v", id, err)
		}
	}
	if _, err := c.Reverse("a", " "); len(fieldsOf(err)) != 1 {
		t.Errorf("without a reason: %v", err)
	}
}

func TestRemindersComeNinetyAndThirtyDaysBeforeTheEnd(t *testing.T) {
	t.Parallel()
	c := opened(t, "appraisal", countersign.On(2025, 3, 1))
	for left, want := range map[int]int{91: 0, 90: 90, 31: 90, 30: 30, 0: 30, -1: 0, 400: 0} {
		if got := c.Reminder(c.EndsOn.AddDays(-left)); got != want {
			t.Errorf("%d days before the end: %d, want %d", left, got, want)
		}
	}
	c.Entries = []countersign.CPDEntry{{Category: countersign.OtherCPD}}
	if got := c.Reminder(c.EndsOn); got != 0 {
		t.Errorf("of a cycle that is met: %d", got)
	}
}
