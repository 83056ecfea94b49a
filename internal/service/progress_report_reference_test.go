package service_test

import (
	"database/sql"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// one is an apprenticeship as the slow reference sees it, from the record
// itself and in plain loops.
type one struct {
	countersign.Apprenticeship
	path       []countersign.OrganisationID // its practice and everything above
	signed     int
	waiting    []countersign.Date // since when each competency waits
	signings   int                // decisions of this month
	hours      countersign.HoursTotals
	breaks     []countersign.Period
	nextReview countersign.Date
	unmentored bool
	supervisor countersign.PersonID // named today as GP supervisor by somebody who holds the role; empty for none
	standings  []standing
	money      map[countersign.PaymentState]int
	forecast   *countersign.Forecast // as of the day of its tally; nil for none
}

// standing is a competency of an apprenticeship.
type standing struct {
	code   string
	status countersign.Status
	first  countersign.Date // when it was first signed off; zero for never
}

// reference is a database that is read whole, slowly.
type reference struct {
	testing.TB
	svc   *service.Service
	store *store.Store
	today countersign.Date
	lead  func(path []countersign.OrganisationID) authz.Actor // who leads a training hub among them
	facts allFacts
}

// treePlace is a place of the tree.
type treePlace struct {
	parent countersign.OrganisationID
	kind   countersign.OrganisationKind
	code   string
	ended  countersign.Date
}

// allFacts are what is read once for all apprenticeships.
type allFacts struct {
	places      map[countersign.OrganisationID]treePlace
	signings    map[countersign.ApprenticeshipID]int
	supervisors map[countersign.ApprenticeshipID]countersign.PersonID
	mentored    map[countersign.ApprenticeshipID]bool
	tallied     map[countersign.ApprenticeshipID]countersign.Date
}

// compare compares what is reported of the house with its whole record.
func (h *house) compare(t *testing.T, after any) comparison {
	t.Helper()
	r := reference{TB: t, svc: h.svc, store: h.store, today: h.today(), lead: func(path []countersign.OrganisationID) authz.Actor {
		if slices.Contains(path, h.OtherHub.ID) {
			return h.as(t, h.OtherHubLead)
		}
		return h.as(t, h.HubLead)
	}}
	return r.compare(1, after)
}

// compare reads every apprenticeship, so many at a time.
func (r *reference) compare(atOnce int, after any) comparison {
	r.Helper()
	r.readFacts()
	return comparison{TB: r.TB, svc: r.svc, all: r.read(atOnce), places: r.facts.places, day: r.today, after: after}
}

// rows reads what a query finds.
func (r reference) rows(query string, scan func(*sql.Rows) error) {
	r.Helper()
	rows, err := r.store.Pools()[0].QueryContext(r.Context(), query)
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			r.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		r.Fatal(err)
	}
}

// read reads so many apprenticeships at a time.
func (r reference) read(atOnce int) []one {
	r.Helper()
	var all []one
	r.rows("SELECT id, practice_id FROM apprenticeships ORDER BY id", func(rows *sql.Rows) error {
		var o one
		err := rows.Scan(&o.ID, &o.Practice)
		all = append(all, o)
		return err
	})
	next := make(chan *one, len(all))
	for i := range all {
		next <- &all[i]
	}
	close(next)
	var readers sync.WaitGroup
	for range atOnce {
		readers.Go(func() {
			for o := range next {
				if err := r.fill(o); err != nil {
					r.Error(err)
				}
			}
		})
	}
	readers.Wait()
	return all
}

func (r *reference) readFacts() {
	r.Helper()
	r.facts = allFacts{
		map[countersign.OrganisationID]treePlace{}, map[countersign.ApprenticeshipID]int{}, map[countersign.ApprenticeshipID]countersign.PersonID{},
		map[countersign.ApprenticeshipID]bool{}, map[countersign.ApprenticeshipID]countersign.Date{},
	}
	r.rows("SELECT id, COALESCE(parent_id, ''), kind, code, CAST(COALESCE(ended_on, '9999-01-01') AS TEXT) FROM organisations", func(rows *sql.Rows) error {
		var id countersign.OrganisationID
		var p treePlace
		var ended string
		err := rows.Scan(&id, &p.parent, &p.kind, &p.code, &ended)
		if err == nil {
			p.ended, err = countersign.ParseDate(ended[:10])
		}
		r.facts.places[id] = p
		return err
	})
	r.readNamings()
	r.rows("SELECT apprenticeship_id, decision, awaits, part, CAST(signed_at AS TEXT) FROM sign_offs", func(rows *sql.Rows) error {
		var app countersign.ApprenticeshipID
		var decision, awaits, part, at string
		if err := rows.Scan(&app, &decision, &awaits, &part, &at); err != nil {
			return err
		}
		signed, err := time.Parse("2006-01-02T15:04:05", at[:10]+"T"+at[11:19])
		if decision == "competent" && awaits == "" && part != "confirmation" &&
			countersign.MonthOf(countersign.LondonDate(signed)) == countersign.MonthOf(r.today) {
			r.facts.signings[app]++
		}
		return err
	})
	r.rows("SELECT apprenticeship_id, as_of_day FROM tallies", func(rows *sql.Rows) error {
		var app countersign.ApprenticeshipID
		var day int
		err := rows.Scan(&app, &day)
		r.facts.tallied[app] = countersign.DayNumber(day)
		return err
	})
}

// readNamings finds who looks after whom today.
func (r reference) readNamings() {
	r.Helper()
	held := map[string][]countersign.Date{} // last days of roles by person and role
	r.rows("SELECT person_id, role, organisation_id, CAST(COALESCE(to_on, '9999-01-01') AS TEXT) FROM memberships", func(rows *sql.Rows) error {
		var person, role, to string
		var at countersign.OrganisationID
		if err := rows.Scan(&person, &role, &at, &to); err != nil {
			return err
		}
		day, err := countersign.ParseDate(to[:10])
		if closed := r.facts.places[at].ended; closed.Before(day) {
			day = closed
		}
		held[person+role] = append(held[person+role], day)
		return err
	})
	r.rows(`SELECT apprenticeship_id, person_id, role, CAST(from_on AS TEXT), CAST(COALESCE(to_on, '9999-01-01') AS TEXT) FROM namings
		ORDER BY CASE WHEN covers_id IS NULL THEN 0 ELSE 1 END, from_on, id`, func(rows *sql.Rows) error {
		var app countersign.ApprenticeshipID
		var person, role, from, to string
		if err := rows.Scan(&app, &person, &role, &from, &to); err != nil {
			return err
		}
		first, _ := countersign.ParseDate(from[:10])
		last, err := countersign.ParseDate(to[:10])
		if r.today.Before(first) || r.today.After(last) || !slices.ContainsFunc(held[person+role], func(d countersign.Date) bool { return !d.Before(r.today) }) {
			return err
		}
		switch role {
		case "gp_supervisor":
			if r.facts.supervisors[app] == "" {
				r.facts.supervisors[app] = countersign.PersonID(person)
			}
		case "secondary_mentor":
			r.facts.mentored[app] = true
		}
		return err
	})
}

// fill reads an apprenticeship.
func (r reference) fill(o *one) error {
	id := o.ID
	for place := o.Practice; place != ""; place = r.facts.places[place].parent {
		o.path = append(o.path, place)
	}
	whole, err := r.svc.Whole(r.Context(), r.lead(o.path), id)
	if err != nil {
		return err
	}
	o.Apprenticeship, o.hours, o.breaks, o.nextReview = whole.Apprenticeship, whole.Hours, whole.Breaks, whole.NextReview
	o.signings, o.supervisor, o.money = r.facts.signings[id], r.facts.supervisors[id], map[countersign.PaymentState]int{}
	o.unmentored = o.supervisor == "" || !r.facts.mentored[id]
	for _, p := range whole.Payments {
		o.money[p.State] += p.Amount
	}
	o.stand(whole.Attainments, r.facts.tallied[id])
	return nil
}

// stand fills in what the competencies say. A forecast is as of the day on
// which the record was last changed, or its month began.
func (o *one) stand(as []countersign.Attainment, day countersign.Date) {
	pace := countersign.Pace{
		Start: o.StartOn, Today: day, Breaks: o.breaks, ReturnExpected: o.ReturnExpectedOn,
		VerifiedMinutes: o.hours.Verified, MinimumMinutes: max(o.hours.Minimum-o.hours.PriorLearning, 0),
	}
	var waits []int
	o.InScope = 0
	for _, a := range as {
		c := a.Summary()
		first, waited := a.FirstSignedOff()
		o.standings = append(o.standings, standing{c.Code, c.Status, first})
		switch c.Status {
		case countersign.NotApplicable:
			continue
		case countersign.SignedOff, countersign.Expired:
			pace.SignedOn, waits = append(pace.SignedOn, first), append(waits, waited)
		case countersign.Ready, countersign.Assessed:
			pace.Ready++
		}
		o.InScope++
		if c.Status == countersign.SignedOff {
			o.signed++
		}
		switch c.Waiting {
		case countersign.WaitSignOff, countersign.WaitCountersign, countersign.WaitRenewal:
			if o.IsWorking() {
				o.waiting = append(o.waiting, countersign.LondonDate(c.WaitingSince))
			}
		}
	}
	pace.Remaining = o.InScope - len(pace.SignedOn)
	if slices.Sort(waits); len(waits) > 0 {
		pace.WaitDays = waits[len(waits)/2]
	}
	if f, ok := pace.Forecast(); ok && (o.State == countersign.Active || o.State == countersign.ReferredBack || o.State == countersign.OnBreak) {
		o.forecast = &f
	}
}

// flag is the rule of pace, day by day.
func (o one) flag(day countersign.Date) countersign.Flag {
	since := countersign.LondonDate(o.LastActivityAt)
	if since.Before(o.StartOn) {
		since = o.StartOn
	}
	if since.DaysUntil(day) >= 42 || len(o.waiting) > 0 && o.oldest().DaysUntil(day) >= 28 {
		return countersign.Stuck
	}
	plan, past := 0, 0
	for d := o.StartOn; !d.After(o.PlannedEndOn); d = d.AddDays(1) {
		if slices.ContainsFunc(o.breaks, func(b countersign.Period) bool { return !d.Before(b.From) && !b.To.IsZero() && !d.After(b.To) }) {
			continue
		}
		plan++
		if !d.After(day) {
			past++
		}
	}
	usual := math.Pow(float64(past)/float64(plan), 1.6) * float64(o.InScope)
	if day.After(o.PlannedEndOn) || !o.nextReview.IsZero() && day.After(o.nextReview) || usual-float64(o.signed) >= 0.15*float64(o.InScope) {
		return countersign.Slipping
	}
	return countersign.OnTrack
}

func (o one) oldest() countersign.Date {
	return slices.MinFunc(o.waiting, func(a, b countersign.Date) int { return b.DaysUntil(a) })
}

// median is the middle number, or the mean of the two middle ones.
func median(list []int) float64 {
	slices.Sort(list)
	n := len(list)
	return float64(list[(n-1)/2]+list[n/2]) / 2
}

// figures works out every figure of some apprenticeships, one after the other.
func figures(of []one, day countersign.Date) countersign.Values {
	n := map[countersign.FigureCode]int{}
	var took, waits []int
	for _, o := range of {
		n[countersign.FigDue] += o.money[countersign.PaymentDue]
		n[countersign.FigClaimed] += o.money[countersign.PaymentClaimed]
		n[countersign.FigPaid] += o.money[countersign.PaymentPaid]
		never := o.State == countersign.Applied || o.State == countersign.Declined || o.State == countersign.WithdrawnFromProgramme && o.LastLearningOn.IsZero()
		if never || o.StartOn.After(day) {
			continue
		}
		n[countersign.FigStarters]++
		n[countersign.FigSignings] += o.signings
		if len(o.waiting) > 0 {
			n[countersign.FigWaitingFor]++
			n[countersign.FigWaiting] += len(o.waiting)
			waits = append(waits, o.oldest().DaysUntil(day))
		}
		switch o.State {
		case countersign.OnBreak:
			n[countersign.FigOnBreak]++
		case countersign.HandedIn:
			n[countersign.FigSubmitted]++
		case countersign.WithdrawnFromProgramme:
			n[countersign.FigWithdrawn]++
		case countersign.CompletedProgramme:
			n[countersign.FigCompleted]++
			took = append(took, o.StartOn.DaysUntil(o.EndedOn)+1)
		case countersign.Active, countersign.ReferredBack:
			n[countersign.FigActive]++
			n[countersign.FigureCode(o.flag(day))]++
			n[countersign.FigSignedOff] += o.signed
			n[countersign.FigInScope] += o.InScope
			n[countersign.FigVerified] += o.hours.Verified
			n[countersign.FigExpected] += o.hours.Expected
			if day.After(o.PlannedEndOn) {
				n[countersign.FigOverdue]++
			}
			if o.unmentored {
				n[countersign.FigUnmentored]++
			}
			if due := o.nextReview; due.IsZero() {
			} else if due.Before(day) {
				n[countersign.FigReviewsOverdue]++
			} else if countersign.MonthOf(due) == countersign.MonthOf(day) {
				n[countersign.FigReviewsDue]++
			}
		}
	}
	v := countersign.Values{}
	for _, f := range countersign.Figures() {
		if f.Added {
			v[f.Code] = countersign.Value{N: n[f.Code], Known: true}
		}
	}
	if all := n[countersign.FigInScope]; all > 0 {
		v[countersign.FigSignedShare] = countersign.Value{N: n[countersign.FigSignedOff] * 100 / all, Known: true}
	}
	if all := n[countersign.FigExpected]; all > 0 {
		v[countersign.FigHoursShare] = countersign.Value{N: n[countersign.FigVerified] * 100 / all, Known: true}
	}
	if len(took) > 0 {
		v[countersign.FigMonths] = countersign.Value{N: int(math.Round(median(took) / 30.4375 * 10)), Known: true}
	}
	if len(waits) > 0 {
		v[countersign.FigWaitMedian] = countersign.Value{N: int(median(waits) * 10), Known: true}
		v[countersign.FigWaitOldest] = countersign.Value{N: slices.Max(waits), Known: true}
	}
	return v
}
