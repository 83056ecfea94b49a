package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// ImpactReport is what the practices of a place have measured and their
// training hub has checked.
type ImpactReport struct {
	Place     countersign.Organisation
	Above     []countersign.Organisation // whose reports the actor may see, from the top down
	Beneath   []countersign.Organisation // directly and open, by name; where the actor may look at their reports
	Month     countersign.Month          // as checked until its end; zero for now
	Day       countersign.Date
	Sums      bool // no practice's value can be worked out, as it goes beyond the training hub
	Figures   []countersign.ImpactFigure
	Reported  []countersign.Impact // practice by practice; none where only sums may be seen
	MayEnter  bool
	Published []countersign.PublishedImpact
}

// ImpactOf returns every measure of a place: to those who manage or lead it
// with its practices, to those who lead a place above the training hub as what
// can be told of many. Framework and cohort don't narrow it down, since a
// practice measures what it does and not for whom.
func (s *Service) ImpactOf(ctx context.Context, actor authz.Actor, in ReportQuery) (ImpactReport, error) {
	in.Framework, in.Cohort = "", ""
	var r ImpactReport
	err := s.report(ctx, actor, in, func(tx *store.Tx, v sight) error {
		r = ImpactReport{Place: v.Place, Above: v.above, Month: v.Month, Day: v.Day, Sums: v.sums, Published: countersign.PublishedImpacts()}
		if v.Place.Kind != countersign.Practice && (!v.sums || v.Place.Kind != countersign.Hub) {
			beneath, err := tx.Beneath(v.Sight)
			if err != nil {
				return err
			}
			r.Beneath = slices.DeleteFunc(beneath, func(o countersign.Organisation) bool { return !o.OpenOn(v.Day) }) // practices that are closed don't count
		}
		if v.Place.Kind == countersign.Practice {
			sub, err := tx.PlaceSubject(v.Place.ID)
			if err != nil {
				return err
			}
			r.MayEnter = actor.May(authz.EnterImpact, sub)
		}
		return v.impact(tx, &r)
	})
	return r, err
}

func (v sight) impact(tx *store.Tx, r *ImpactReport) error {
	reported, practices, err := tx.CheckedImpacts(v.Sight)
	if err != nil {
		return err
	}
	by := map[string][]countersign.Impact{}
	for _, i := range reported {
		by[i.Measure] = append(by[i.Measure], i)
	}
	if !v.sums {
		for _, m := range countersign.ImpactMeasures() {
			r.Figures = append(r.Figures, countersign.SumImpact(m, practices, by[m.Code]))
		}
		r.Reported = reported
		return nil
	}
	_, above, err := tx.Hubs(v.Sight)
	if err != nil {
		return err
	}
	reporters, err := tx.ImpactReporters(v.Sight)
	if err != nil {
		return err
	}
	for _, m := range countersign.ImpactMeasures() {
		hidden := countersign.HideImpact(above, reporters[m.Code])
		r.Figures = append(r.Figures, countersign.ShareImpact(m, practices, by[m.Code], hidden[string(v.Place.ID)]))
	}
	return nil
}
