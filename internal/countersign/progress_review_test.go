package countersign_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
)

func quarterly() countersign.Programme { return countersign.Programme{ReviewEveryMonths: 3} }

func TestAReviewIsDueOnTheLastDayOfTheMonthThreeMonthsLater(t *testing.T) {
	day := countersign.On
	for _, c := range []struct {
		last, due countersign.Date
		months    int
	}{
		{day(2025, 8, 1), day(2025, 11, 30), 3}, // domain README 6.3
		{day(2025, 8, 31), day(2025, 11, 30), 3},
		{day(2025, 11, 30), day(2026, 2, 28), 3},
		{day(2027, 11, 1), day(2028, 2, 29), 3},
		{day(2026, 1, 31), day(2026, 2, 28), 1},
		{day(2025, 12, 31), day(2026, 12, 31), 12},
		{day(2026, 1, 1), countersign.Date{}, 0},
	} {
		if got := (countersign.Programme{ReviewEveryMonths: c.months}).ReviewDue(c.last, 0); got != c.due {
			t.Errorf("%d months after a review on %s: %s, want %s", c.months, c.last, got, c.due)
		}
	}
}

func TestTheFirstReviewCountsFromTheStartAndNoneIsDueWhileAway(t *testing.T) {
	a := countersign.Apprenticeship{State: countersign.Active, StartOn: countersign.On(2026, 2, 2)}
	if got, want := a.NextReview(quarterly(), countersign.Date{}, nil), countersign.On(2026, 5, 31); got != want {
		t.Errorf("first review due %s, want %s", got, want)
	}
	for _, state := range countersign.ApprenticeshipStates() {
		a.State = state
		due := !a.NextReview(quarterly(), countersign.Date{}, nil).IsZero()
		if want := state == countersign.Active || state == countersign.ReferredBack; due != want {
			t.Errorf("%s: a review is due %t, want %t", state, due, want)
		}
	}
}

func TestABreakMovesTheReviewByItsDays(t *testing.T) {
	day := countersign.On
	changes := []countersign.Change{
		{Event: countersign.BeginBreak, On: day(2025, 9, 1)}, {Event: countersign.ReturnFromBreak, On: day(2025, 11, 1)}, // 61 days
		{Event: countersign.BeginBreak, On: day(2025, 12, 1)}, {Event: countersign.ReturnFromBreak, On: day(2025, 12, 20)}, // leave
	}
	away := countersign.Apprenticeship{}.Breaks(changes)
	if n := countersign.DaysAwaySince(day(2025, 8, 1), away); n != 61 {
		t.Fatalf("%d days away in %v, want those of the break of 61 days only", n, away)
	}
	a := countersign.Apprenticeship{State: countersign.Active, StartOn: day(2025, 5, 1)}
	if got, want := a.NextReview(quarterly(), day(2025, 8, 1), away), day(2026, 1, 31); got != want {
		t.Errorf("after 61 days away the review is due %s, want %s", got, want)
	}
	if n := countersign.DaysAwaySince(day(2025, 10, 1), away); n != 31-1 {
		t.Errorf("a review within the break leaves %d days away, want 30", n)
	}
	if got, want := a.NextReview(quarterly(), day(2025, 11, 20), away), day(2026, 2, 28); got != want {
		t.Errorf("a break before the last review moves the next to %s, want %s", got, want)
	}
}

// prepared is a review that the three can write in.
func prepared(t *testing.T) (countersign.ProgressReview, countersign.Framework) {
	t.Helper()
	f := reviewedFramework()
	r, err := countersign.ProgressReview{Number: 2, Since: countersign.On(2026, 3, 1)}.Prepare(f, countersign.ReviewFacts{Submitted: 3},
		countersign.ProgressReview{Number: 1, Actions: []countersign.ReviewAction{
			{Text: "Shadow reception", Owner: countersign.ApprenticeParty, DueOn: countersign.On(2026, 4, 1), From: 1},
			{Text: "Done before", Owner: countersign.EmployerParty, DueOn: countersign.On(2026, 3, 1), DoneOn: countersign.On(2026, 3, 1), From: 1},
		}}, countersign.GPSupervisor)
	if err != nil {
		t.Fatal(err)
	}
	return r, f
}

func reviewedFramework() countersign.Framework {
	return countersign.Framework{
		ID: "f", Version: "1", Scale: countersign.Scale{Levels: []countersign.Level{{Code: "1", Title: "Novice"}, {Code: "2", Title: "Competent"}}},
		Domains: []countersign.Domain{
			{Code: "A", Competencies: []countersign.Competency{{Code: "A1"}, {Code: "A2"}}}, {Code: "B", Competencies: []countersign.Competency{{Code: "B1"}}},
		},
	}
}

func written(t *testing.T) (countersign.ProgressReview, countersign.Framework) {
	t.Helper()
	r, f := prepared(t)
	today := countersign.On(2026, 5, 20)
	var err error
	for who, ratings := range map[countersign.NamingRole]map[string]string{
		countersign.TheApprentice: {"A": "1", "B": countersign.NoExperience}, countersign.SecondaryMentor: {"A": "2", "B": "1"},
	} {
		if r, err = r.Write(f, countersign.ReviewPart{HeldOn: today, Notes: "By " + string(who), Ratings: ratings, Actions: r.Actions}, who, today); err != nil {
			t.Fatal(err)
		}
	}
	return r, f
}

func TestOpenActionsAreCarriedToTheNextReviewUntilDone(t *testing.T) {
	r, f := prepared(t)
	if len(r.Actions) != 1 || r.Actions[0].Text != "Shadow reception" || r.Carried() != 1 {
		t.Fatalf("actions = %+v, want the open one", r.Actions)
	}
	today := countersign.On(2026, 5, 20)
	_, err := r.Write(f, countersign.ReviewPart{}, countersign.LeadOfHub, today)
	wantKind(t, err, countersign.Invalid)
	changed, err := r.Write(f, countersign.ReviewPart{Actions: []countersign.ReviewAction{
		{Text: "Something else", Owner: countersign.ProviderParty, DueOn: today, DoneOn: today}, {Text: "New", Owner: countersign.EmployerParty, DueOn: today.AddDays(30)},
	}}, countersign.LeadOfHub, today)
	wantKind(t, err, 0)
	if a := changed.Actions[0]; a.Text != "Shadow reception" || a.Owner != countersign.ApprenticeParty || a.DoneOn != today || changed.Actions[1].From != 2 {
		t.Errorf("actions = %+v; want the carried one done, with its own words", changed.Actions)
	}
	for _, bad := range []countersign.ReviewAction{
		{Owner: countersign.EmployerParty, DueOn: today}, {Text: "x", Owner: "nobody", DueOn: today}, {Text: "x", Owner: countersign.EmployerParty},
		{Text: "x", Owner: countersign.EmployerParty, DueOn: today, DoneOn: today.AddDays(1)},
	} {
		_, err := r.Write(f, countersign.ReviewPart{Actions: append(slices.Clone(r.Actions), bad)}, countersign.LeadOfHub, today)
		wantKind(t, err, countersign.Invalid)
	}
}

func TestEachPartyWritesItsOwnPartOfAReview(t *testing.T) {
	r, f := written(t)
	if r.Ratings[0] != (countersign.DomainRating{Domain: "A", Apprentice: "1", Supervisor: "2"}) || r.Notes[countersign.ApprenticeParty] != "By apprentice" || r.Notes[countersign.EmployerParty] != "By secondary_mentor" {
		t.Errorf("review = %+v", r)
	}
	today := countersign.On(2026, 5, 20)
	for name, c := range map[string]struct {
		who  countersign.NamingRole
		part countersign.ReviewPart
		want countersign.Kind
	}{
		"a practice manager":    {countersign.ManagerOfPractice, countersign.ReviewPart{}, countersign.Forbidden},
		"a provider who rates":  {countersign.LeadOfHub, countersign.ReviewPart{Ratings: map[string]string{"A": "1"}}, countersign.Invalid},
		"an unknown domain":     {countersign.TheApprentice, countersign.ReviewPart{Ratings: map[string]string{"Z": "1"}}, countersign.Invalid},
		"an unknown level":      {countersign.TheApprentice, countersign.ReviewPart{Ratings: map[string]string{"A": "9"}}, countersign.Invalid},
		"a day in the future":   {countersign.TheApprentice, countersign.ReviewPart{HeldOn: today.AddDays(1)}, countersign.Invalid},
		"a day before the last": {countersign.TheApprentice, countersign.ReviewPart{HeldOn: r.Since.AddDays(-1)}, countersign.Invalid},
	} {
		c.part.Actions = r.Actions
		if _, err := r.Write(f, c.part, c.who, today); countersign.KindOf(err) != c.want {
			t.Errorf("%s: %v, want kind %v", name, err, c.want)
		}
	}
}

func TestAllThreeSignTheSameOnceAndThenAReviewIsLocked(t *testing.T) {
	r, f := written(t)
	at := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	sign := func(r countersign.ProgressReview, by countersign.PersonID, who countersign.NamingRole, seen string) (countersign.ProgressReview, error) {
		r, _, err := r.Sign("hash", seen, "", by, who, at)
		return r, err
	}
	_, err := sign(r, "manager", countersign.ManagerOfPractice, "hash")
	wantKind(t, err, countersign.Forbidden)
	_, err = sign(r, "asha", countersign.TheApprentice, "older")
	wantKind(t, err, countersign.Conflict)
	r, err = sign(r, "nurse", countersign.SecondaryMentor, "hash")
	wantKind(t, err, 0)
	if r.State != countersign.ReviewSigning {
		t.Errorf("after one signature: %s", r.State)
	}
	_, err = r.Write(f, countersign.ReviewPart{}, countersign.TheApprentice, countersign.On(2026, 5, 20))
	wantKind(t, err, countersign.Conflict)
	_, err = r.Prepare(f, countersign.ReviewFacts{}, countersign.ProgressReview{}, countersign.GPSupervisor)
	wantKind(t, err, countersign.Conflict)
	_, err = sign(r, "bell", countersign.GPSupervisor, "hash") // the employer has signed
	wantKind(t, err, countersign.Conflict)
	_, err = sign(r, "nurse", countersign.LeadOfHub, "hash") // one person, one signature
	wantKind(t, err, countersign.Conflict)
	r, err = sign(r, "lead", countersign.LeadOfHub, "hash")
	wantKind(t, err, 0)
	r, err = sign(r, "asha", countersign.TheApprentice, "hash")
	wantKind(t, err, 0)
	if r.State != countersign.ReviewLocked || r.LockedAt != at || len(r.Unsigned()) != 0 {
		t.Errorf("after three signatures: %+v", r)
	}
	_, err = sign(r, "asha", countersign.TheApprentice, "hash")
	wantKind(t, err, countersign.Conflict)
}

func TestNobodySignsAReviewThatIsIncomplete(t *testing.T) {
	r, _ := prepared(t)
	_, _, err := r.Sign("hash", "hash", "", "asha", countersign.TheApprentice, time.Now())
	wantKind(t, err, countersign.Invalid)
	if _, _, err = (countersign.ProgressReview{State: countersign.ReviewPlanned}).Sign("hash", "hash", "", "asha", countersign.TheApprentice, time.Now()); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("signing a planned review: %v", err)
	}
}

func TestASkillsScanIsFinishedOnceWithEveryCompetency(t *testing.T) {
	f, today := reviewedFramework(), countersign.On(2026, 2, 3)
	s, err := countersign.SkillsScan{}.Rate(f, map[string]string{"A1": "1", "A2": ""}, false, today)
	wantKind(t, err, 0)
	if len(s.Levels) != 1 || !s.FinishedOn.IsZero() {
		t.Errorf("scan = %+v", s)
	}
	for _, levels := range []map[string]string{{"A1": "1"}, {"A1": "1", "A2": "1", "B1": "9"}, {"Z": "1"}} {
		_, err = s.Rate(f, levels, true, today)
		wantKind(t, err, countersign.Invalid)
	}
	s, err = s.Rate(f, map[string]string{"A1": "1", "A2": countersign.NoExperience, "B1": "2"}, true, today)
	wantKind(t, err, 0)
	_, err = s.Rate(f, map[string]string{"A1": "2"}, false, today)
	wantKind(t, err, countersign.Conflict)
}

func TestPriorLearningIsFromBeforeAndDecidedByTheGPSupervisor(t *testing.T) {
	f := reviewedFramework()
	a := countersign.Apprenticeship{StartOn: countersign.On(2026, 2, 2)}
	good := countersign.PriorLearning{Title: "Phlebotomy", Provider: "College", On: countersign.On(2025, 6, 1), Minutes: 600, Competencies: []string{"A1"}}
	c, err := good.Claim(a, f, &countersign.Evidence{State: countersign.Accepted, Revision: 1, Content: countersign.Content{PriorLearning: true}})
	wantKind(t, err, 0)
	for name, change := range map[string]func(*countersign.PriorLearning) *countersign.Evidence{
		"from after the start": func(c *countersign.PriorLearning) *countersign.Evidence { c.On = a.StartOn; return nil },
		"without a day":        func(c *countersign.PriorLearning) *countersign.Evidence { c.On = countersign.Date{}; return nil },
		"negative":             func(c *countersign.PriorLearning) *countersign.Evidence { c.Minutes = -1; return nil },
		"about nothing": func(c *countersign.PriorLearning) *countersign.Evidence {
			c.Minutes, c.Competencies = 0, nil
			return nil
		},
		"unknown competency": func(c *countersign.PriorLearning) *countersign.Evidence { c.Competencies = []string{"Z9"}; return nil },
		"an ordinary piece": func(*countersign.PriorLearning) *countersign.Evidence {
			return &countersign.Evidence{State: countersign.Accepted, Revision: 1}
		},
	} {
		bad := good
		evidence := change(&bad)
		if _, err := bad.Claim(a, f, evidence); countersign.KindOf(err) != countersign.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	at := time.Now()
	for _, who := range []countersign.NamingRole{countersign.SecondaryMentor, countersign.TheApprentice, countersign.LeadOfHub} {
		_, err = c.Decide(countersign.AcceptPriorLearning, "", who, at)
		wantKind(t, err, countersign.Forbidden)
	}
	_, err = c.Decide(countersign.DeclinePriorLearning, " ", countersign.GPSupervisor, at)
	wantKind(t, err, countersign.Invalid)
	c, err = c.Decide(countersign.AcceptPriorLearning, "", countersign.GPSupervisor, at)
	wantKind(t, err, 0)
	_, err = c.Decide(countersign.WithdrawPriorLearning, "", countersign.TheApprentice, at)
	wantKind(t, err, countersign.Conflict)
	if got := countersign.AcceptedMinutes([]countersign.PriorLearning{c, good, {State: countersign.PriorDeclined, Minutes: 60}}); got != 600 {
		t.Errorf("accepted minutes = %d, want those of accepted claims only", got)
	}
}
