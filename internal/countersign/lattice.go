package countersign

import (
	"cmp"
	"maps"
	"slices"
)

// Lattice is everything that is told of the apprentices beyond their training
// hub, computed together, so that no two pages, filters or files can be held
// against each other: every place from the hub upwards, in all, by framework
// and by cohort. Framework and cohort are never combined.
type Lattice struct {
	parent map[string]string // of each place, to the top
	nodes  map[node]*Counts
	told   map[node]Values // what may be told of each, once that is known
}

// node is a place with a framework, or a cohort, or neither.
type node struct {
	Place string
	By    string // "framework", "cohort" or neither
	Key   string
}

// NewLattice returns a lattice of places, each with the one above it; that of
// the top is empty.
func NewLattice(parent map[string]string) *Lattice {
	return &Lattice{parent: parent, nodes: map[node]*Counts{}}
}

// Add adds what some apprenticeships at a place add up to.
func (l *Lattice) Add(place, framework, cohort string, c Counts) {
	for at := place; at != ""; at = l.parent[at] {
		for _, n := range []node{{at, "", ""}, {at, "framework", framework}, {at, "cohort", cohort}} {
			if l.nodes[n] == nil {
				counts := NewCounts()
				l.nodes[n] = &counts
			}
			l.nodes[n].Add(c)
		}
	}
}

// breakdowns are the counts of apprentices that are sums of others.
var breakdowns = map[FigureCode][]FigureCode{
	FigStarters: {FigActive, FigOnBreak, FigSubmitted, FigCompleted, FigWithdrawn},
	FigActive:   {FigOnTrack, FigSlipping, FigStuck},
}

// Hide works out what may be told. It is to be called once, after all was
// added, which it then forgets.
func (l *Lattice) Hide() {
	var people []int // of Added
	for i, code := range added {
		if f, _ := FigureBy(code); f.Unit == Apprentices {
			people = append(people, i)
		}
	}
	keys, at := sortedNodes(l.nodes, len(people))
	var counts []int
	for _, n := range keys {
		for _, i := range people {
			counts = append(counts, l.nodes[n].N[i])
		}
	}
	hidden := HideSmall(counts, l.sums(keys, at, people))
	l.told = make(map[node]Values, len(keys))
	for _, n := range keys {
		l.told[n] = l.nodes[n].Values()
		secret := map[FigureCode]bool{}
		for i, figure := range people {
			secret[added[figure]] = hidden[at[n]+i]
		}
		for _, f := range figures {
			if secret[f.Of] || f.Code == FigWaitOldest && l.told[n][f.Code].Known {
				l.told[n][f.Code] = Value{Hidden: true}
			}
		}
	}
	l.nodes = nil
}

// sortedNodes returns nodes in an order, and where the cells of each begin if
// it has so many.
func sortedNodes[T any](nodes map[node]T, cells int) ([]node, map[node]int) {
	keys := slices.SortedFunc(maps.Keys(nodes), func(a, b node) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.By, b.By), cmp.Compare(a.Key, b.Key))
	})
	at := make(map[node]int, len(keys))
	for i, n := range keys {
		at[n] = i * cells
	}
	return keys, at
}

// sums returns how the cells add up: along places, frameworks, cohorts and
// states.
func (l *Lattice) sums(keys []node, at map[node]int, people []int) []Sum {
	sums := alongTree(l.parent, keys, at, len(people))
	for _, n := range keys {
		where := map[FigureCode]int{}
		for i, figure := range people {
			where[added[figure]] = at[n] + i
		}
		for _, total := range []FigureCode{FigStarters, FigActive} {
			sum := Sum{where[total]}
			for _, part := range breakdowns[total] {
				sum = append(sum, where[part])
			}
			sums = append(sums, sum)
		}
	}
	return sums
}

// alongTree returns how each of so many cells of nodes adds up along places,
// frameworks and cohorts.
func alongTree(parent map[string]string, keys []node, at map[node]int, cells int) []Sum {
	type whole struct {
		node
		by string
	}
	wholes := map[whole][]node{}
	for _, n := range keys {
		if above := parent[n.Place]; above != "" {
			w := whole{node{above, n.By, n.Key}, "place"}
			wholes[w] = append(wholes[w], n)
		}
		if n.By != "" {
			w := whole{node{n.Place, "", ""}, n.By}
			wholes[w] = append(wholes[w], n)
		}
	}
	var sums []Sum
	for _, n := range keys {
		for _, by := range []string{"place", "framework", "cohort"} {
			if of := wholes[whole{n, by}]; len(of) > 0 {
				for i := range cells {
					sum := Sum{at[n] + i}
					for _, part := range of {
						sum = append(sum, at[part]+i)
					}
					sums = append(sums, sum)
				}
			}
		}
	}
	return sums
}

// Values returns the figures of a place as they may be told: of a framework, a
// cohort, or neither, as by says. The longest wait is that of one apprentice,
// so it isn't.
func (l *Lattice) Values(place, by, key string) Values {
	if v, ok := l.told[node{place, by, key}]; ok {
		return v
	}
	return NewCounts().Values()
}

// Keys returns the frameworks, or the cohorts, that a place has, by name.
func (l *Lattice) Keys(place, by string) []string { return keysOf(l.told, place, by) }

func keysOf[T any](nodes map[node]T, place, by string) (keys []string) {
	for n := range nodes {
		if n.Place == place && n.By == by {
			keys = append(keys, n.Key)
		}
	}
	slices.Sort(keys)
	return keys
}
