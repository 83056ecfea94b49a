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
	people []int        // the figures that count apprentices, of Added
	at     map[node]int // where those of each begin
	counts []int        // of people
	hidden []bool       // which of these may not be told
}

// part is a framework, or a cohort, or neither, which is everything.
type part struct {
	By  string // "framework", "cohort" or neither
	Key string
}

// node is a part of a place.
type node struct {
	Place string
	part
}

// Breakdown is what the apprenticeships of a training hub add up to: in all, by
// framework and by cohort.
type Breakdown map[part]*Counts

// Add adds what some apprenticeships of one framework and cohort add up to.
func (b Breakdown) Add(framework, cohort string, c Counts) {
	for _, p := range []part{{}, {"framework", framework}, {"cohort", cohort}} {
		if b[p] == nil {
			counts := NewCounts()
			b[p] = &counts
		}
		b[p].Add(c)
	}
}

// NewLattice returns a lattice of places, each with the one above it; that of
// the top is empty.
func NewLattice(parent map[string]string) *Lattice {
	return &Lattice{parent: parent, nodes: map[node]*Counts{}}
}

// Add adds what the apprenticeships of a place add up to.
func (l *Lattice) Add(place string, b Breakdown) {
	for at := place; at != ""; at = l.parent[at] {
		for p, c := range b {
			n := node{at, p}
			if l.nodes[n] == nil {
				counts := NewCounts()
				l.nodes[n] = &counts
			}
			l.nodes[n].Add(*c)
		}
	}
}

// breakdowns are the counts of apprentices that are sums of others.
var breakdowns = map[FigureCode][]FigureCode{
	FigStarters: {FigActive, FigOnBreak, FigSubmitted, FigCompleted, FigWithdrawn},
	FigActive:   {FigOnTrack, FigSlipping, FigStuck},
}

// Hide works out what may be told. It is to be called once, after all was
// added. Few changes alter a count of apprentices: where the last lattice, which
// may be nil, has the same ones, the same are hidden.
func (l *Lattice) Hide(last *Lattice) {
	for i, code := range added {
		if f, _ := FigureBy(code); f.Unit == Apprentices {
			l.people = append(l.people, i)
		}
	}
	var keys []node
	keys, l.at = sortedNodes(l.nodes, len(l.people))
	for _, n := range keys {
		for _, i := range l.people {
			l.counts = append(l.counts, l.nodes[n].N[i])
		}
	}
	if last != nil && maps.Equal(l.parent, last.parent) && maps.Equal(l.at, last.at) && slices.Equal(l.counts, last.counts) {
		l.hidden = last.hidden
		return
	}
	l.hidden = HideSmall(l.counts, l.sums(keys))
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
func (l *Lattice) sums(keys []node) []Sum {
	sums := alongTree(l.parent, keys, l.at, len(l.people))
	for _, n := range keys {
		where := map[FigureCode]int{}
		for i, figure := range l.people {
			where[added[figure]] = l.at[n] + i
		}
		for _, total := range []FigureCode{FigStarters, FigActive} {
			sum := Sum{where[total]}
			for _, code := range breakdowns[total] {
				sum = append(sum, where[code])
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
			w := whole{node{above, n.part}, "place"}
			wholes[w] = append(wholes[w], n)
		}
		if n.By != "" {
			w := whole{node{n.Place, part{}}, n.By}
			wholes[w] = append(wholes[w], n)
		}
	}
	var sums []Sum
	for _, n := range keys {
		for _, by := range []string{"place", "framework", "cohort"} {
			if of := wholes[whole{n, by}]; len(of) > 0 {
				for i := range cells {
					sum := Sum{at[n] + i}
					for _, n := range of {
						sum = append(sum, at[n]+i)
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
	n := node{place, part{by, key}}
	counts, ok := l.nodes[n]
	if !ok {
		return NewCounts().Values()
	}
	v := counts.Values()
	for i, figure := range l.people {
		if !l.hidden[l.at[n]+i] {
			continue
		}
		for _, f := range figures {
			if f.Of == added[figure] {
				v[f.Code] = Value{Hidden: true}
			}
		}
	}
	if v[FigWaitOldest].Known {
		v[FigWaitOldest] = Value{Hidden: true}
	}
	return v
}

// Keys returns the frameworks, or the cohorts, that a place has, by name.
func (l *Lattice) Keys(place, by string) []string { return keysOf(l.nodes, place, by) }

func keysOf[T any](nodes map[node]T, place, by string) (keys []string) {
	for n := range nodes {
		if n.Place == place && n.By == by {
			keys = append(keys, n.Key)
		}
	}
	slices.Sort(keys)
	return keys
}
