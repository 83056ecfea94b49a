package loadgen

import (
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

var hoursKinds = []countersign.HoursKind{
	countersign.MentorTeaching, countersign.ELearning, countersign.Shadowing, countersign.PortfolioWriting, countersign.AssignmentTime,
}

// logHours enters a protected day every other week, which the mentor verifies
// in time or not.
func (l *life) logHours() {
	minutes := max(l.framework.ProtectedHoursPerWeek, 4) * 60 * (80 + l.chance.IntN(40)) / 100
	for day, n := 3.0, 0; ; day, n = day+14, n+1 {
		at := l.chance.later(l.at(day), 0)
		if day > float64(l.learnt) || !at.Before(l.until) {
			return
		}
		h := countersign.HoursEntry{
			ID: countersign.HoursID(l.chance.id(at)), On: countersign.LondonDate(at), Minutes: minutes, Kind: hoursKinds[n%len(hoursKinds)],
			Learnt: pick(l.chance, narratives), Competencies: []string{l.codes[n%len(l.codes)].Code}, EnteredBy: l.apprentice.ID, EnteredAt: at,
		}
		if seen := l.chance.later(at, l.mentor.speed*l.chance.around(1.5, 0.5)); seen.Before(l.until) {
			h.Verified = countersign.HoursDecision{By: l.mentor.ID, ByName: l.mentor.Name, ByRole: countersign.SecondaryMentor, At: seen}
		}
		l.did(at)
		l.record.Hours = append(l.record.Hours, h)
	}
}

// claim has the practice claim what is due, and the hub pay it.
func (l *life) claim() {
	a := l.record.Apprenticeship
	for _, p := range l.framework.Payments {
		due := noon(l.start)
		switch p.Trigger {
		case countersign.BriefingAttended:
			if l.record.Namings[0].BriefingOn.IsZero() {
				continue
			}
		case countersign.PortfolioHandedIn:
			continue // nobody hands a portfolio in here: the hub completes
		case countersign.ProgrammeCompletion:
			if a.State != countersign.CompletedProgramme {
				continue
			}
			due = noon(a.EndedOn)
		}
		claimed := l.chance.later(due, l.chance.around(20, 0.8))
		if !claimed.Before(l.world.now) {
			continue
		}
		l.pay(p, countersign.ClaimPayment, 1, l.manager, claimed)
		if paid := l.chance.later(claimed, l.chance.around(30, 0.6)); paid.Before(l.world.now) {
			l.pay(p, countersign.PayPayment, 2, l.hub, paid)
		}
	}
}

func (l *life) pay(p countersign.Payment, event countersign.PaymentEvent, n int, by member, at time.Time) {
	l.record.Payments = append(l.record.Payments, store.BulkPayment{ID: l.chance.id(at), PaymentEntry: countersign.PaymentEntry{
		Number: n, Payment: p.Code, Event: event, Title: p.Title, Amount: p.Amount, On: countersign.LondonDate(at), By: by.ID, ByName: by.Name, At: at,
	}})
}

// holdReviews holds the progress reviews, one in six of them too late.
func (l *life) holdReviews() error {
	every := l.framework.ReviewEveryMonths
	since := l.start
	for n := 1; every > 0; n++ {
		due := since.AddMonths(every)
		held := due.AddDays(-l.chance.IntN(10))
		if l.chance.one(6) {
			held = due.AddDays(5 + l.chance.IntN(30))
		}
		at := l.chance.later(noon(held), 0)
		held = countersign.LondonDate(at)
		if !at.AddDate(0, 0, 3).Before(l.until) {
			return nil
		}
		if err := l.holdReview(n, since, due, held, at); err != nil {
			return err
		}
		since = held
	}
	return nil
}

func (l *life) holdReview(n int, since, due, held countersign.Date, at time.Time) error {
	a := l.record.Apprenticeship
	r := countersign.ProgressReview{
		ID: countersign.ProgressReviewID(l.chance.id(at)), Apprenticeship: a.ID, Number: n, State: countersign.ReviewLocked,
		FrameworkID: a.FrameworkID, FrameworkVersion: a.FrameworkVersion, Since: since, DueOn: due, HeldOn: held, Facts: l.factsOn(since, at),
		Notes:      map[countersign.ReviewParty]string{countersign.ApprenticeParty: pick(l.chance, reflections), countersign.EmployerParty: pick(l.chance, acceptComments)},
		PreparedBy: l.gp.ID, PreparedByName: l.gp.Name, PreparedAt: at, LockedAt: at.AddDate(0, 0, 2), Version: 4,
	}
	r.Facts.PlannedEndOn = a.PlannedEndOn
	for _, d := range l.framework.Domains {
		level := pick(l.chance, l.framework.Scale.Levels).Code
		r.Ratings = append(r.Ratings, countersign.DomainRating{Domain: d.Code, Apprentice: level, Supervisor: level})
	}
	hash, err := ledger.ProgressReviewHash(r)
	for i, s := range []struct {
		party  countersign.ReviewParty
		person countersign.Person
		role   countersign.NamingRole
	}{
		{countersign.ApprenticeParty, l.apprentice, countersign.TheApprentice},
		{countersign.EmployerParty, l.gp.Person, countersign.GPSupervisor},
		{countersign.ProviderParty, l.hub.Person, countersign.LeadOfHub},
	} {
		r.Signatures = append(r.Signatures, countersign.ReviewSignature{
			Party: s.party, Person: s.person.ID, PersonName: s.person.Name, Role: s.role, SHA256: hash, At: at.AddDate(0, 0, i),
		})
	}
	l.did(r.LockedAt)
	l.record.ProgressReview = append(l.record.ProgressReview, r)
	return err
}

// factsOn is what the record said when a review was prepared.
func (l *life) factsOn(since countersign.Date, at time.Time) countersign.ReviewFacts {
	f, from := countersign.ReviewFacts{}, since.Start()
	for _, e := range l.record.Pieces {
		if e.SubmittedAt.After(from) && e.SubmittedAt.Before(at) {
			f.Submitted++
		}
		if e.AcceptedBy != "" && e.DecidedAt.After(from) && e.DecidedAt.Before(at) {
			f.Accepted++
		}
	}
	signed := map[string]bool{}
	for _, so := range l.record.SignOffs {
		if so.SignedAt.After(at) {
			break
		}
		signed[so.Competency] = so.Decision == countersign.Competent && so.Awaits == ""
		if signed[so.Competency] && so.SignedAt.After(from) {
			f.SignedOff = append(f.SignedOff, so.Competency)
		}
	}
	for _, c := range l.codes {
		status := countersign.InProgress
		if signed[c.Code] {
			status = countersign.SignedOff
		}
		f.Progress.Add(c.Core, status)
	}
	return f
}
