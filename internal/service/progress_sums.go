package service

import (
	"slices"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

// rounding is what counts outside the lattice are rounded to, which hides the
// small ones.
const rounding = countersign.SmallNumber

// lattice is everything that is told beyond the training hubs, of which every
// report and file of sums is a part.
func (v sight) lattice(tx *store.Tx) (*countersign.Lattice, error) {
	s := v.Sight
	s.Hubs = true
	above, err := tx.AboveHubs(s)
	if err != nil {
		return nil, err
	}
	cells, err := tx.Cells(s)
	if err != nil {
		return nil, err
	}
	l := countersign.NewLattice(above)
	for _, c := range cells {
		l.Add(string(c.Area), c.Framework, c.Cohort, c.Counts)
	}
	l.Hide()
	return l, nil
}

// filter is how the lattice calls the framework or the cohort of the report.
func (v sight) filter() (by, key string) {
	switch {
	case v.Framework != "":
		return "framework", v.Framework
	case v.Cohort != "":
		return "cohort", v.Cohort
	}
	return "", ""
}

// told fills in a report of sums.
func (v sight) told(tx *store.Tx, r *Report) error {
	l, err := v.lattice(tx)
	if err != nil {
		return err
	}
	by, key := v.filter()
	r.Total = ReportRow{Key: v.Place.Code, Name: v.Place.Name, Place: v.Place, Figures: l.Values(string(v.Place.ID), by, key)}
	if v.Place.Kind != countersign.Hub {
		beneath, err := tx.Beneath(v.Sight)
		if err != nil {
			return err
		}
		for _, o := range beneath {
			r.Places = append(r.Places, ReportRow{Key: o.Code, Name: o.Name, Place: o, Open: true, Figures: l.Values(string(o.ID), by, key)})
		}
	}
	for _, k := range l.Keys(string(v.Place.ID), "cohort") {
		if v.Framework == "" {
			r.Cohorts = append(r.Cohorts, ReportRow{Key: k, Name: k, Figures: l.Values(string(v.Place.ID), "cohort", k)})
		}
	}
	slices.Reverse(r.Cohorts)
	for _, k := range l.Keys(string(v.Place.ID), "framework") {
		if v.Cohort == "" {
			r.Frameworks = append(r.Frameworks, ReportRow{Key: k, Name: k, Figures: l.Values(string(v.Place.ID), "framework", k)})
		}
	}
	if err := v.parts(tx, r); err != nil {
		return err
	}
	r.Loads = nil
	for _, value := range []*countersign.Value{&r.Capacity.Practices, &r.Capacity.Unmentored, &r.Capacity.Supervisors, &r.Capacity.Over} {
		round(value)
	}
	for i := range r.Forecast {
		f := &r.Forecast[i]
		round(&f.Likely)
		round(&f.Low)
		round(&f.High)
	}
	return nil
}

func round(v *countersign.Value) { v.N = (v.N + rounding/2) / rounding * rounding }

// toldTrend fills in the months of a report of sums.
func (v sight) toldTrend(tx *store.Tx, rows *[]ReportRow) error {
	first := countersign.MonthOf(v.Day).Add(-trendMonths)
	by, key := v.filter()
	for _, k := range slices.Backward(v.kept) {
		if k.Month.Before(first) || !k.Month.Before(countersign.MonthOf(v.Day)) {
			continue
		}
		then := v
		then.Month, then.Day, then.Map = k.Month, k.Month.Last(), k.Month.Last()
		l, err := then.lattice(tx)
		if err != nil {
			return err
		}
		*rows = append(*rows, ReportRow{Key: k.Month.String(), Name: k.Month.Long(), Figures: l.Values(string(v.Place.ID), by, key)})
	}
	return nil
}
