package service

import (
	"slices"
	"sync"

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

// A server keeps the sums of so many days and month ends, and of each the
// parts of so many places and filters.
const sumsKept, partsKept = 16, 200

// sumsCache is what was told last. It is kept by what the database held then,
// so it doesn't matter which server knows what.
type sumsCache struct {
	mu   sync.Mutex
	kept []*toldSums // the last used at the end
}

type sumsKey struct {
	month countersign.Month
	day   countersign.Date
	store.Stamp
}

// toldSums is everything that is told of a month's end, or of a day as long as
// nothing changes. One request at a time works out what is missing.
type toldSums struct {
	sumsKey
	mu      sync.Mutex
	lattice *countersign.Lattice
	parts   map[store.Sight]ReportParts
	heat    map[string]toldHeat // by framework
}

// toldHeat is what was told of the competencies of a framework. A tally doesn't
// say which of them are signed off, so it holds until the next write.
type toldHeat struct {
	writes  int
	lattice *countersign.HeatLattice
}

// of returns the sums of a key, which may be empty still.
func (c *sumsCache) of(key sumsKey) *toldSums {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := &toldSums{sumsKey: key, parts: map[store.Sight]ReportParts{}, heat: map[string]toldHeat{}}
	if i := slices.IndexFunc(c.kept, func(t *toldSums) bool { return t.sumsKey == key }); i >= 0 {
		found = c.kept[i]
		c.kept = slices.Delete(c.kept, i, i+1)
	} else if len(c.kept) == sumsKept {
		c.kept = slices.Delete(c.kept, 0, 1)
	}
	c.kept = append(c.kept, found)
	return found
}

// keptSums returns what was told as long as nothing changed.
func (v sight) keptSums(tx *store.Tx) (*toldSums, error) {
	stamp, err := tx.Stamp(v.Sight)
	if err != nil {
		return nil, err
	}
	return v.cache.of(sumsKey{v.Month, v.Day, stamp}), nil
}

// knownHeat returns the heat of the sight's framework.
func (v sight) knownHeat(tx *store.Tx) (*countersign.HeatLattice, error) {
	t, err := v.keptSums(tx)
	if err != nil {
		return nil, err
	}
	writes, err := tx.Writes()
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if h, ok := t.heat[v.Framework]; ok && h.writes == writes {
		return h.lattice, nil
	}
	lattice, err := v.heat(tx)
	if err == nil {
		t.heat[v.Framework] = toldHeat{writes, lattice}
	}
	return lattice, err
}

// known returns the lattice of the sight and, if asked, what isn't in it.
func (v sight) known(tx *store.Tx, withParts bool) (*countersign.Lattice, ReportParts, error) {
	t, err := v.keptSums(tx)
	if err != nil {
		return nil, ReportParts{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lattice == nil {
		if t.lattice, err = v.lattice(tx); err != nil {
			return nil, ReportParts{}, err
		}
	}
	p, ok := t.parts[v.Sight]
	if withParts && !ok {
		if len(t.parts) == partsKept {
			clear(t.parts)
		}
		if p, err = v.roundedParts(tx); err != nil {
			return nil, ReportParts{}, err
		}
		t.parts[v.Sight] = p
	}
	return t.lattice, p, nil
}

// roundedParts are the parts as they may be told.
func (v sight) roundedParts(tx *store.Tx) (ReportParts, error) {
	p, err := v.parts(tx)
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
	return p, err
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
	first := countersign.MonthOf(v.Day).Add(-trendMonths)
	by, key := v.filter()
	for _, k := range slices.Backward(v.kept) {
		if k.Month.Before(first) || !k.Month.Before(countersign.MonthOf(v.Day)) {
			continue
		}
		then := v
		then.Month, then.Day, then.Map = k.Month, k.Month.Last(), k.Month.Last()
		l, _, err := then.known(tx, false)
		if err != nil {
			return err
		}
		*rows = append(*rows, ReportRow{Key: k.Month.String(), Name: k.Month.Long(), Figures: l.Values(string(v.Place.ID), by, key)})
	}
	return nil
}
