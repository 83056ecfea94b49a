package service_test

import (
	"database/sql"
	"math"
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
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
	supervised bool // somebody who holds the role is named today as GP supervisor
	standings  []countersign.Summary
	money      map[countersign.PaymentState]int
}

// reference reads every apprenticeship.
func (h *house) reference(t *testing.T) []one {
	t.Helper()
	db, ctx := h.store.Pools()[0], t.Context()
	rows := func(query string, scan func(*sql.Rows) error) {
		t.Helper()
		r, err := db.QueryContext(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		for r.Next() {
			if err := scan(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
	}
	parents := map[countersign.OrganisationID]countersign.OrganisationID{}
	rows("SELECT id, COALESCE(parent_id, '') FROM organisations", func(r *sql.Rows) error {
		var id, parent countersign.OrganisationID
		err := r.Scan(&id, &parent)
		parents[id] = parent
		return err
	})
	var ids []countersign.ApprenticeshipID
	rows("SELECT id FROM apprenticeships ORDER BY id", func(r *sql.Rows) error {
		var id countersign.ApprenticeshipID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	held := map[string][]countersign.Date{} // last days of roles by person and role
	rows("SELECT person_id, role, CAST(COALESCE(to_on, '9999-01-01') AS TEXT) FROM memberships", func(r *sql.Rows) error {
		var person, role, to string
		if err := r.Scan(&person, &role, &to); err != nil {
			return err
		}
		day, err := countersign.ParseDate(to[:10])
		held[person+role] = append(held[person+role], day)
		return err
	})
	named := map[string]bool{} // by apprenticeship and role
	rows("SELECT apprenticeship_id, person_id, role, CAST(from_on AS TEXT), CAST(COALESCE(to_on, '9999-01-01') AS TEXT) FROM namings", func(r *sql.Rows) error {
		var app, person, role, from, to string
		if err := r.Scan(&app, &person, &role, &from, &to); err != nil {
			return err
		}
		first, _ := countersign.ParseDate(from[:10])
		last, err := countersign.ParseDate(to[:10])
		if !h.today().Before(first) && !h.today().After(last) && slices.ContainsFunc(held[person+role], func(d countersign.Date) bool { return !d.Before(h.today()) }) {
			named[app+role] = true
		}
		return err
	})
	signings := map[string]int{}
	rows("SELECT apprenticeship_id, decision, awaits, part, CAST(signed_at AS TEXT) FROM sign_offs", func(r *sql.Rows) error {
		var app, decision, awaits, part, at string
		if err := r.Scan(&app, &decision, &awaits, &part, &at); err != nil {
			return err
		}
		signed, err := time.Parse("2006-01-02T15:04:05", at[:10]+"T"+at[11:19])
		if decision == "competent" && awaits == "" && part != "confirmation" &&
			countersign.MonthOf(countersign.LondonDate(signed)) == countersign.MonthOf(h.today()) {
			signings[app]++
		}
		return err
	})
	var all []one
	for _, id := range ids {
		o := one{money: map[countersign.PaymentState]int{}, signings: signings[string(id)]}
		record, err := h.svc.Record(ctx, h.svc.Operator(), id)
		if err != nil {
			t.Fatal(err)
		}
		o.Apprenticeship = record.Apprenticeship
		for place := o.Practice; place != ""; place = parents[place] {
			o.path = append(o.path, place)
		}
		o.InScope = 0
		for _, c := range record.Competencies {
			if c.Status != countersign.NotApplicable {
				o.InScope++
			}
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
		lead := h.as(t, h.HubLead)
		if slices.Contains(o.path, h.OtherHub.ID) {
			lead = h.as(t, h.OtherHubLead)
		}
		timeline, err := h.svc.Timeline(ctx, lead, id)
		if err != nil {
			t.Fatal(err)
		}
		o.hours, o.breaks, o.nextReview = timeline.Hours, timeline.Breaks, timeline.NextReview
		payments, err := h.svc.Payments(ctx, lead, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range payments.Payments {
			o.money[p.State] += p.Amount
		}
		o.supervised, o.standings = named[string(id)+"gp_supervisor"], record.Competencies
		o.unmentored = !named[string(id)+"gp_supervisor"] || !named[string(id)+"secondary_mentor"]
		all = append(all, o)
	}
	return all
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
