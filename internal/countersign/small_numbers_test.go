package countersign_test

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"countersign/internal/countersign"
)

// seen is what is told in one cell: a place, by framework or cohort or in all,
// and a figure.
type seen struct {
	place, by, key string
	figure         countersign.FigureCode
}

var peopleFigures = func() (codes []countersign.FigureCode) {
	for _, f := range countersign.Figures() {
		if f.Added && f.Unit == countersign.Apprentices {
			codes = append(codes, f.Code)
		}
	}
	return codes
}()

// published asks for everything that a lattice tells, as somebody would who
// opens every page with every filter.
func published(l *countersign.Lattice, parent map[string]string) (told map[seen]int, hidden map[seen]bool) {
	told, hidden = map[seen]int{}, map[seen]bool{}
	for place := range parent {
		for _, by := range []string{"", "framework", "cohort"} {
			keys := []string{""}
			if by != "" {
				keys = l.Keys(place, by)
			}
			for _, key := range keys {
				values := l.Values(place, by, key)
				for _, code := range peopleFigures {
					if v := values[code]; v.Hidden {
						hidden[seen{place, by, key, code}] = true
					} else {
						told[seen{place, by, key, code}] = v.N
					}
				}
			}
		}
	}
	return told, hidden
}

// equation says that the terms, each times its sign, come to nothing.
type equation map[seen]int

// states are the figures that are sums of others.
var states = map[countersign.FigureCode][]countersign.FigureCode{
	"starters": {"active", "on_break", "submitted", "completed", "withdrawn"}, "active": {"on_track", "slipping", "stuck"},
}

// equations are what anybody knows of how figures add up.
func equations(parent map[string]string, wholesOf map[countersign.FigureCode][]countersign.FigureCode, told map[seen]int, hidden map[seen]bool) (all []equation) {
	wholes := map[string]equation{}
	part := func(kind string, whole, part seen) {
		name := fmt.Sprint(kind, whole)
		if wholes[name] == nil {
			wholes[name] = equation{whole: 1}
		}
		wholes[name][part]--
	}
	each := func(c seen) {
		if above := parent[c.place]; above != "" {
			part("place", seen{above, c.by, c.key, c.figure}, c)
		}
		if c.by != "" {
			part(c.by, seen{c.place, "", "", c.figure}, c)
		}
		for whole, parts := range wholesOf {
			for _, p := range parts {
				if p == c.figure {
					part("figure", seen{c.place, c.by, c.key, whole}, c)
				}
			}
		}
	}
	for c := range told {
		each(c)
	}
	for c := range hidden {
		each(c)
	}
	for _, e := range wholes {
		all = append(all, e)
	}
	return all
}

// solve returns the hidden cells that have one solution: Gauss, with fractions,
// to the end.
func solve(all []equation, told map[seen]int, hidden map[seen]bool) (found []seen) {
	type row struct {
		terms map[seen]*big.Rat
		is    *big.Rat
	}
	var rows []*row
	for _, e := range all {
		r := &row{map[seen]*big.Rat{}, new(big.Rat)}
		for c, sign := range e {
			if hidden[c] {
				r.terms[c] = big.NewRat(int64(sign), 1)
			} else {
				r.is.Sub(r.is, big.NewRat(int64(sign*told[c]), 1))
			}
		}
		if len(r.terms) > 0 {
			rows = append(rows, r)
		}
	}
	used := map[*row]bool{}
	for cell := range hidden {
		var pivot *row
		for _, r := range rows {
			if !used[r] && r.terms[cell] != nil && (pivot == nil || len(r.terms) < len(pivot.terms)) {
				pivot = r
			}
		}
		if pivot == nil {
			continue
		}
		used[pivot] = true
		for _, r := range rows {
			if r == pivot || r.terms[cell] == nil {
				continue
			}
			factor := new(big.Rat).Quo(r.terms[cell], pivot.terms[cell])
			for c, v := range pivot.terms {
				if r.terms[c] == nil {
					r.terms[c] = new(big.Rat)
				}
				if r.terms[c].Sub(r.terms[c], new(big.Rat).Mul(factor, v)); r.terms[c].Sign() == 0 {
					delete(r.terms, c)
				}
			}
			r.is.Sub(r.is, new(big.Rat).Mul(factor, pivot.is))
		}
	}
	for _, r := range rows {
		if len(r.terms) == 1 {
			for c := range r.terms {
				found = append(found, c)
			}
		}
	}
	return found
}

// narrow returns the hidden cells for which only one whole number is left.
func narrow(all []equation, told map[seen]int, hidden map[seen]bool) (found []seen) {
	const far = 1 << 40
	low, high := map[seen]int{}, map[seen]int{}
	for c := range hidden {
		low[c], high[c] = 1, far
	}
	for c, n := range told {
		low[c], high[c] = n, n
	}
	for changed := true; changed; {
		changed = false
		for _, e := range all {
			for c, sign := range e {
				from, to := 0, 0 // of -sign * the rest
				for d, s := range e {
					if d == c {
						continue
					}
					if s*sign < 0 {
						from, to = from+low[d], to+high[d]
					} else {
						from, to = from-high[d], to-low[d]
					}
				}
				if from > low[c] {
					low[c], changed = from, true
				}
				if to < high[c] {
					high[c], changed = to, true
				}
			}
		}
	}
	for c := range hidden {
		if low[c] == high[c] {
			found = append(found, c)
		}
	}
	return found
}

func TestADifferencingAttackOverEveryFilterAndLevelGetsNothing(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 5))
		parent, hubs := someEngland(r)
		l := countersign.NewLattice(parent)
		can := []countersign.ApprenticeshipState{countersign.Active, countersign.Active, countersign.OnBreak, countersign.HandedIn, countersign.CompletedProgramme, countersign.WithdrawnFromProgramme}
		day := countersign.On(2026, 10, 31)
		for range 20 + r.IntN(250) {
			c := countersign.NewCounts()
			tally := countersign.Tally{Begun: true, StartOn: day.AddDays(-100), PlannedEndOn: day.AddDays(r.IntN(100) - 20), EndedOn: day, State: can[r.IntN(len(can))], ToSign: r.IntN(2), ToSignSince: day}
			tally.StuckOn, tally.SlipsOn = day.AddDays(r.IntN(40)-10), day.AddDays(r.IntN(40)-20)
			c.Count(tally, day)
			b := countersign.Breakdown{}
			hub := hubs[r.IntN(len(hubs))]
			b.Add(fmt.Sprint("f", r.IntN(2)), fmt.Sprint("c", r.IntN(4)), c)
			l.Add(hub, b)
		}
		l.Hide(nil)
		told, hidden := published(l, parent)
		for c, n := range told {
			if n > 0 && n < countersign.SmallNumber {
				t.Errorf("seed %d: %v tells %d", seed, c, n)
			}
		}
		all := equations(parent, states, told, hidden)
		if found := solve(all, told, hidden); len(found) > 0 {
			t.Errorf("seed %d: of %d hidden and %d told cells the attack solves %v", seed, len(hidden), len(told), found)
		}
		if found := narrow(all, told, hidden); len(found) > 0 {
			t.Errorf("seed %d: of %d hidden and %d told cells the attack narrows down %v", seed, len(hidden), len(told), found)
		}
	}
}

// What the last lattice hides is taken over only where the same people are
// counted at the same places.
func TestWhatIsHiddenFollowsTheCountsOfNow(t *testing.T) {
	day := countersign.On(2026, 10, 31)
	lattice := func(parent map[string]string, active, completed int) *countersign.Lattice {
		l := countersign.NewLattice(parent)
		for state, n := range map[countersign.ApprenticeshipState]int{countersign.Active: active, countersign.CompletedProgramme: completed} {
			for range n {
				c, b := countersign.NewCounts(), countersign.Breakdown{}
				c.Count(countersign.Tally{Begun: true, StartOn: day.AddDays(-100), PlannedEndOn: day, EndedOn: day, StuckOn: day, SlipsOn: day, State: state}, day)
				b.Add("f", "c", c)
				l.Add("H", b)
			}
		}
		return l
	}
	known := map[string]string{"H": "E", "E": ""}
	for _, c := range []struct {
		what              string
		parent            map[string]string
		active, completed int
		hidden            bool
	}{
		{"the same", known, 20, 20, false},
		{"now few have completed", known, 37, 3, true},
		{"another map", map[string]string{"H": "R", "R": "E", "E": ""}, 20, 20, false},
	} {
		last, l, fresh := lattice(known, 20, 20), lattice(c.parent, c.active, c.completed), lattice(c.parent, c.active, c.completed)
		last.Hide(nil)
		l.Hide(last)
		fresh.Hide(nil)
		for place := range c.parent {
			got, want := l.Values(place, "", ""), fresh.Values(place, "", "")
			if !maps.Equal(got, want) {
				t.Errorf("%s, %s: %v, want %v", c.what, place, got, want)
			}
			if got[countersign.FigCompleted].Hidden != c.hidden {
				t.Errorf("%s, %s: completed %+v, want hidden %t", c.what, place, got[countersign.FigCompleted], c.hidden)
			}
		}
	}
}

// someEngland returns places with the one above each, and the training hubs.
func someEngland(r *rand.Rand) (parent map[string]string, hubs []string) {
	parent = map[string]string{"E": ""}
	for region := range 1 + r.IntN(3) {
		name := fmt.Sprint("R", region)
		parent[name] = "E"
		for hub := range 1 + r.IntN(3) {
			hub := fmt.Sprint("H", region, hub)
			parent[hub] = name
			hubs = append(hubs, hub)
		}
	}
	return parent, hubs
}

// The attacker is given more than is told: the counts behind each share. What
// is told of nobody since they are fewer than 20 may come out, if it isn't small.
func TestADifferencingAttackOnTheHeatMapGetsNothing(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 6))
		parent, hubs := someEngland(r)
		l, counts := countersign.NewHeatLattice(parent), map[seen]int{}
		for range 20 + r.IntN(500) {
			hub, cohort, signed := hubs[r.IntN(len(hubs))], fmt.Sprint("c", r.IntN(3)), min(r.IntN(4), 1)
			b := countersign.HeatBreakdown{}
			b.Add(cohort, "C", 1, signed, nil)
			l.Add(hub, b)
			for at := hub; at != ""; at = parent[at] {
				for _, c := range []seen{{at, "", "", ""}, {at, "cohort", cohort, ""}} {
					for figure, n := range map[countersign.FigureCode]int{"all": 1, "signed": signed, "open": 1 - signed} {
						c.figure = figure
						counts[c] += n
					}
				}
			}
		}
		l.Hide()
		told, hidden := map[seen]int{}, map[seen]bool{}
		for c, n := range counts {
			if share, days := l.Told(c.place, c.by, c.key, "C"); share.Hidden != days.Hidden && days.Known {
				t.Errorf("seed %d: %v tells one of %+v and %+v", seed, c, share, days)
			} else if !share.Hidden {
				if told[c] = n; n > 0 && n < countersign.SmallNumber {
					t.Errorf("seed %d: %v tells %d", seed, c, n)
				}
			} else if n > 0 { // nothing is hidden where there is nothing
				hidden[c] = true
			} else {
				told[c] = 0
			}
		}
		all := equations(parent, map[countersign.FigureCode][]countersign.FigureCode{"all": {"signed", "open"}}, told, hidden)
		for _, c := range slices.Concat(solve(all, told, hidden), narrow(all, told, hidden)) {
			if counts[c] < countersign.SmallNumber {
				t.Errorf("seed %d: of %d hidden and %d told cells the attack finds %d: %v", seed, len(hidden), len(told), counts[c], c)
			}
		}
	}
}

func BenchmarkHidingTheSmallNumbersOfEngland(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 5))
	parent := map[string]string{"E": ""}
	var hubs []string
	for hub := range 42 {
		region := fmt.Sprint("R", hub%7)
		parent[region], parent[fmt.Sprint("H", hub)] = "E", region
		hubs = append(hubs, fmt.Sprint("H", hub))
	}
	states := []countersign.ApprenticeshipState{countersign.Active, countersign.OnBreak, countersign.HandedIn, countersign.CompletedProgramme, countersign.CompletedProgramme, countersign.WithdrawnFromProgramme}
	day := countersign.On(2026, 10, 31)
	all := map[string]countersign.Breakdown{}
	for _, hub := range hubs {
		all[hub] = countersign.Breakdown{}
	}
	for range 50_000 {
		tally := countersign.Tally{Begun: true, StartOn: day.AddDays(-100), PlannedEndOn: day.AddDays(r.IntN(100) - 20), EndedOn: day, State: states[r.IntN(len(states))], ToSign: r.IntN(2), ToSignSince: day}
		tally.StuckOn, tally.SlipsOn = day.AddDays(r.IntN(40)-10), day.AddDays(r.IntN(40)-20)
		c := countersign.NewCounts()
		c.Count(tally, day)
		all[hubs[r.IntN(len(hubs))]].Add(fmt.Sprint("f", r.IntN(5)), fmt.Sprint("c", r.IntN(24)), c)
	}
	for b.Loop() {
		l := countersign.NewLattice(parent)
		for hub, b := range all {
			l.Add(hub, b)
		}
		l.Hide(nil)
	}
}
