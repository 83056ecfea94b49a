package countersign

// HeatLattice is everything that a heat map tells beyond the training hub of
// one framework: of every place from the hub upwards and every cohort, how many
// have signed off each competency, and how many have not.
type HeatLattice struct {
	parent map[string]string
	nodes  map[node]map[string]*heat // by competency
	hidden map[node]map[string]bool
}

type heat struct {
	inScope, signed int
	days            []Spread // which together are those of all
}

// HeatBreakdown is where the apprentices of a training hub stand on each
// competency of a framework: in all and by cohort.
type HeatBreakdown map[part]map[string]*heat

// Add adds some apprentices who have a competency in scope: how many, how many
// of them are signed off, and after how many days.
func (b HeatBreakdown) Add(cohort, competency string, inScope, signed int, days Spread) {
	for _, p := range []part{{}, {"cohort", cohort}} {
		if b[p] == nil {
			b[p] = map[string]*heat{}
		}
		if b[p][competency] == nil {
			b[p][competency] = &heat{days: []Spread{{}}}
		}
		h := b[p][competency]
		h.inScope, h.signed = h.inScope+inScope, h.signed+signed
		h.days[0].Add(days)
	}
}

// NewHeatLattice is NewLattice of a heat map.
func NewHeatLattice(parent map[string]string) *HeatLattice {
	return &HeatLattice{parent: parent, nodes: map[node]map[string]*heat{}}
}

// Add adds the apprentices of a place.
func (l *HeatLattice) Add(place string, b HeatBreakdown) {
	for at := place; at != ""; at = l.parent[at] {
		for p, competencies := range b {
			n := node{at, p}
			if l.nodes[n] == nil {
				l.nodes[n] = map[string]*heat{}
			}
			for competency, more := range competencies {
				if l.nodes[n][competency] == nil {
					l.nodes[n][competency] = &heat{}
				}
				h := l.nodes[n][competency]
				h.inScope, h.signed, h.days = h.inScope+more.inScope, h.signed+more.signed, append(h.days, more.days...)
			}
		}
	}
}

// Hide works out what must not be told. It is to be called once, after all was
// added.
func (l *HeatLattice) Hide() {
	keys, at := sortedNodes(l.nodes, heatCells)
	sums := alongTree(l.parent, keys, at, heatCells)
	l.hidden = make(map[node]map[string]bool, len(keys))
	competencies := map[string]bool{}
	for i, n := range keys {
		sums = append(sums, Sum{heatCells * i, heatCells*i + 1, heatCells*i + 2})
		l.hidden[n] = map[string]bool{}
		for competency := range l.nodes[n] {
			competencies[competency] = true
		}
	}
	for competency := range competencies {
		counts := make([]int, heatCells*len(keys))
		for i, n := range keys {
			if h := l.nodes[n][competency]; h != nil {
				counts[heatCells*i], counts[heatCells*i+1], counts[heatCells*i+2] = h.inScope, h.signed, h.inScope-h.signed
			}
		}
		for cell, hidden := range HideSmall(counts, sums) {
			if hidden {
				l.hidden[keys[cell/heatCells]][competency] = true
			}
		}
	}
}

// heatCells are the counts of a node: in scope, signed off, and not.
const heatCells = 3

// fewForShare is from how many on a share in steps of 5 per cent tells nothing
// of how many they are.
const fewForShare = 20

// Told returns what may be told of a competency at a place, of a cohort or,
// for neither, in all: of 100 in scope how many are signed off, to the nearest
// five, and the median of days until then in tenths. Of how many is never told.
func (l *HeatLattice) Told(place, by, cohort, competency string) (share, days Value) {
	n := node{place, part{by, cohort}}
	h := l.nodes[n][competency]
	switch {
	case h == nil || h.inScope == 0:
		return Value{}, Value{}
	case l.hidden[n][competency] || h.inScope < fewForShare:
		return Value{Hidden: true}, Value{Hidden: true}
	}
	share = Value{N: (100*h.signed/h.inScope + 2) / 5 * 5, Known: true}
	all := Spread{}
	for _, some := range h.days {
		all.Add(some)
	}
	if tenths, ok := all.Median(); ok {
		days = Value{N: tenths, Known: true}
	}
	return share, days
}

// Cohorts returns those that a place has, by name.
func (l *HeatLattice) Cohorts(place string) []string { return keysOf(l.nodes, place, "cohort") }
