package service

import (
	"slices"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

// rounding is what counts outside the lattice are rounded to, which hides the
// small ones.
const rounding = countersign.SmallNumber

// knownHeat returns the heat of the sight's framework.
func (v sight) knownHeat(tx *store.Tx) (*countersign.HeatLattice, error) {
	t, err := v.current(tx)
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	return t.heatLattice(tx, v)
}

// known returns the lattice of the sight and, if asked, what isn't in it.
func (v sight) known(tx *store.Tx, withParts bool) (*countersign.Lattice, ReportParts, error) {
	t, err := v.current(tx)
	if err != nil {
		return nil, ReportParts{}, err
	}
	defer t.mu.Unlock()
	l, err := t.lattice(tx, v)
	if err != nil || !withParts {
		return l, ReportParts{}, err
	}
	parts, err := t.parts(tx, v)
	return l, rounded(v.partsOf(parts)), err
}

// rounded are parts as they may be told.
func rounded(p ReportParts) ReportParts {
	p.Loads = nil
	for _, value := range []*countersign.Value{&p.Capacity.Practices, &p.Capacity.Unmentored, &p.Capacity.Supervisors, &p.Capacity.Over} {
		round(value)
	}
	for i := range p.Forecast {
		f := &p.Forecast[i]
		round(&f.Likely)
		round(&f.Low)
		round(&f.High)
	}
	return p
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
	l, p, err := v.known(tx, true)
	if err != nil {
		return err
	}
	r.ReportParts = p
	by, key := v.filter()
	r.Total = ReportRow{Key: v.Place.Code, Name: v.Place.Name, Place: v.Place, Figures: l.Values(string(v.Place.ID), by, key)}
	if v.Place.Kind != countersign.Hub {
		beneath, err := tx.Beneath(v.Sight)
		if err != nil {
			return err
		}
		for _, o := range beneath {
			if !o.OpenOn(v.Day) && len(l.Keys(string(o.ID), "cohort")) == 0 {
				continue // closed, and nobody was there
			}
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
	return nil
}

func round(v *countersign.Value) { v.N = (v.N + rounding/2) / rounding * rounding }

// toldTrend fills in the months of a report of sums.
func (v sight) toldTrend(tx *store.Tx, rows *[]ReportRow) error {
	by, key := v.filter()
	for _, m := range v.trend() {
		then := v
		then.Month, then.Day, then.Map = m, m.Last(), m.Last()
		l, _, err := then.known(tx, false)
		if err != nil {
			return err
		}
		*rows = append(*rows, ReportRow{Key: m.String(), Name: m.Long(), Figures: l.Values(string(v.Place.ID), by, key)})
	}
	return nil
}
