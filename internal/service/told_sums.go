package service

import (
	"slices"
	"sync"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

// A server keeps the sums of today and of so many month ends, and of each
// training hub the parts by so many filters.
const sumsKept, partsKept = 16, 8

// sumsCache is what was told last. It is kept by what the database held then,
// so it doesn't matter which server knows what.
type sumsCache struct {
	mu   sync.Mutex
	kept []*toldSums // the last used at the end
}

// toldSums is everything that is told of today or of a month's end. What a
// training hub adds up to is kept as long as nothing changes beneath it. One
// request at a time works out what is missing.
type toldSums struct {
	month countersign.Month
	day   countersign.Date
	of    store.Stamp

	mu      sync.Mutex
	above   map[string]string // as it is of its map; nil at first
	hubs    map[countersign.OrganisationID]*hubSums
	last    *countersign.Lattice                // that was told
	changed bool                                // since then
	heat    map[string]*countersign.HeatLattice // by framework, until something changes
}

// hubSums is what a training hub adds up to. What nobody has asked for is
// missing.
type hubSums struct {
	stamp     store.Stamp
	breakdown countersign.Breakdown
	parts     map[sumsFilter]*store.Parts
	heat      map[string]hubHeat // by framework
}

func newHubSums(stamp store.Stamp) *hubSums {
	return &hubSums{stamp: stamp, parts: map[sumsFilter]*store.Parts{}, heat: map[string]hubHeat{}}
}

type sumsFilter struct{ framework, cohort string }

// hubHeat holds until the next write, as a tally doesn't say which
// competencies are signed off.
type hubHeat struct {
	writes    store.Stamp
	breakdown countersign.HeatBreakdown
}

// of returns the sums of today or of a month's end, which may be empty still.
func (c *sumsCache) of(month countersign.Month, day countersign.Date, stamp store.Stamp) *toldSums {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := &toldSums{month: month, day: day, of: stamp, hubs: map[countersign.OrganisationID]*hubSums{}, heat: map[string]*countersign.HeatLattice{}}
	if i := slices.IndexFunc(c.kept, func(t *toldSums) bool { return t.month == month }); i >= 0 {
		if c.kept[i].day == day && c.kept[i].of == stamp {
			found = c.kept[i]
		}
		c.kept = slices.Delete(c.kept, i, i+1)
	} else if len(c.kept) == sumsKept {
		c.kept = slices.Delete(c.kept, 0, 1)
	}
	c.kept = append(c.kept, found)
	return found
}

// everywhere is the sight of all training hubs, of all that is told.
func (v sight) everywhere(among []countersign.OrganisationID) store.Sight {
	s := v.Sight
	s.Hubs, s.Among = true, among
	return s
}

// current locks what was told and forgets of it what has changed since.
func (v sight) current(tx *store.Tx) (*toldSums, error) {
	stamp, err := tx.MapStamp()
	if err != nil {
		return nil, err
	}
	t := v.cache.of(v.Month, v.Day, stamp)
	t.mu.Lock()
	if err := t.refresh(tx, v); err != nil {
		t.mu.Unlock()
		return nil, err
	}
	return t, nil
}

func (t *toldSums) refresh(tx *store.Tx, v sight) error {
	if t.above == nil {
		hubs, above, err := tx.Hubs(v.Sight)
		if err != nil {
			return err
		}
		for _, id := range hubs {
			t.hubs[id] = newHubSums(store.Stamp{})
		}
		t.above, t.changed = above, true
	}
	if !t.month.IsZero() {
		return nil // it doesn't change, but with the map
	}
	stamps, err := tx.TallyStamps()
	if err != nil {
		return err
	}
	for id, h := range t.hubs {
		if h.stamp != stamps[id] {
			t.hubs[id], t.changed = newHubSums(stamps[id]), true
			clear(t.heat)
		}
	}
	return nil
}

// without are the training hubs of which something is missing.
func (t *toldSums) without(missing func(countersign.OrganisationID, *hubSums) bool) (out []countersign.OrganisationID) {
	for id, h := range t.hubs {
		if missing(id, h) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// lattice is everything that is told beyond the training hubs, of which every
// report and file of sums is a part.
func (t *toldSums) lattice(tx *store.Tx, v sight) (*countersign.Lattice, error) {
	if !t.changed {
		return t.last, nil
	}
	if missing := t.without(func(_ countersign.OrganisationID, h *hubSums) bool { return h.breakdown == nil }); len(missing) > 0 {
		cells, err := tx.Cells(v.everywhere(missing))
		if err != nil {
			return nil, err
		}
		for _, id := range missing {
			t.hubs[id].breakdown = countersign.Breakdown{}
		}
		for _, c := range cells {
			t.hubs[c.Area].breakdown.Add(c.Framework, c.Cohort, c.Counts)
		}
	}
	l := countersign.NewLattice(t.above)
	for id, h := range t.hubs {
		l.Add(string(id), h.breakdown)
	}
	l.Hide(t.last)
	t.last, t.changed = l, false
	return l, nil
}

// parts are what isn't in the lattice, of the place and filter of the sight.
func (t *toldSums) parts(tx *store.Tx, v sight) ([]*store.Parts, error) {
	filter := sumsFilter{v.Framework, v.Cohort}
	beneath := func(id countersign.OrganisationID) bool {
		at := string(id)
		for at != "" && at != string(v.Place.ID) {
			at = t.above[at]
		}
		return at != ""
	}
	if missing := t.without(func(id countersign.OrganisationID, h *hubSums) bool { return beneath(id) && h.parts[filter] == nil }); len(missing) > 0 {
		found, err := tx.Parts(v.everywhere(missing))
		if err != nil {
			return nil, err
		}
		for _, id := range missing {
			h := t.hubs[id]
			if len(h.parts) == partsKept {
				clear(h.parts)
			}
			if h.parts[filter] = found[id]; found[id] == nil {
				h.parts[filter] = &store.Parts{}
			}
		}
	}
	var out []*store.Parts
	for id, h := range t.hubs {
		if beneath(id) {
			out = append(out, h.parts[filter])
		}
	}
	return out, nil
}

// heatAtOnce is how many training hubs a statement has of the heat map, which
// has a row for almost every competency that is signed off: few enough to be
// sorted in memory.
const heatAtOnce = 4

// heatLattice is what is told of the competencies of the sight's framework.
func (t *toldSums) heatLattice(tx *store.Tx, v sight) (*countersign.HeatLattice, error) {
	writes, err := tx.WriteStamps()
	if err != nil {
		return nil, err
	}
	missing := t.without(func(id countersign.OrganisationID, h *hubSums) bool {
		heat, ok := h.heat[v.Framework]
		return !ok || heat.writes != writes[id]
	})
	if l := t.heat[v.Framework]; l != nil && len(missing) == 0 {
		return l, nil
	}
	for some := range slices.Chunk(missing, heatAtOnce) {
		all := v.everywhere(some)
		all.Cohort = ""
		cells, err := tx.HeatCells(all)
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			t.hubs[id].heat[v.Framework] = hubHeat{writes[id], countersign.HeatBreakdown{}}
		}
		for _, c := range cells {
			t.hubs[countersign.OrganisationID(c.Area)].heat[v.Framework].breakdown.Add(c.Cohort, c.Competency, c.InScope, c.SignedOff, c.Days)
		}
	}
	l := countersign.NewHeatLattice(t.above)
	for id, h := range t.hubs {
		l.Add(string(id), h.heat[v.Framework].breakdown)
	}
	l.Hide()
	t.heat[v.Framework] = l
	return l, nil
}
