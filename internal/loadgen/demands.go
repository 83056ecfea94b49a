package loadgen

import (
	"cmp"
	"slices"

	"countersign/internal/countersign"
)

// demand is one piece of evidence that a competency needs.
type demand struct {
	competency string
	kind       countersign.EvidenceKind
	others     []countersign.EvidenceKind // that count as well
	day        float64                    // of learning
	entries    int
}

// demands returns what the competencies need that are learnt by now.
func (l *life) demands() []demand {
	var out []demand
	for i, c := range l.codes {
		day := l.day(i)
		if day > float64(l.learnt) {
			break
		}
		for _, k := range l.kindsFor(c) {
			out = append(out, demand{competency: c.Code, kind: k, others: c.Evidence, day: day, entries: c.Requires.Entries})
		}
	}
	return out
}

// kindsFor returns kinds of evidence that meet a requirement.
func (l *life) kindsFor(c countersign.Competency) []countersign.EvidenceKind {
	var kinds []countersign.EvidenceKind
	observed := 0
	add := func(k countersign.EvidenceKind) {
		kinds = append(kinds, k)
		if k.Observable() {
			observed++
		}
	}
	for _, group := range c.Requires.Kinds {
		if !slices.ContainsFunc(kinds, func(k countersign.EvidenceKind) bool { return slices.Contains(group, k) }) {
			add(pick(l.chance, group))
		}
	}
	if c.Requires.Entries > 0 && !slices.Contains(kinds, countersign.ProcedureLog) {
		add(countersign.ProcedureLog)
	}
	if at := slices.IndexFunc(c.Evidence, countersign.EvidenceKind.Observable); at >= 0 {
		for observed < c.Requires.Observed {
			add(c.Evidence[at])
		}
	}
	for len(kinds) < max(c.Requires.Pieces, c.Requires.Assessors, 1) {
		add(pick(l.chance, c.Evidence))
	}
	return kinds
}

// sketch is a piece before it is written.
type sketch struct {
	kind    countersign.EvidenceKind
	day     float64
	codes   []string
	entries int
}

// sketches spreads the demands over as many pieces as there are: few pieces
// serve many competencies each.
func (l *life) sketches(demands []demand) []*sketch {
	kinds := l.spread(demands)
	out := make([]*sketch, len(kinds))
	ofKind := map[countersign.EvidenceKind][]*sketch{}
	for i, k := range kinds {
		out[i] = &sketch{kind: k, day: (float64(i) + l.chance.Float64()) / float64(len(kinds)) * float64(l.learnt)}
		ofKind[k] = append(ofKind[k], out[i])
	}
	for _, d := range demands {
		for _, k := range append([]countersign.EvidenceKind{d.kind}, d.others...) {
			if s := nearest(ofKind[k], d); s != nil {
				s.codes = append(s.codes, d.competency)
				s.entries = max(s.entries, d.entries)
				break
			}
		}
	}
	for _, s := range out {
		if len(s.codes) == 0 || l.chance.one(4) { // about what they are learning at the time
			at := min(int(s.day/float64(l.days)*float64(len(l.codes))), len(l.codes)-1)
			if c := l.codes[at].Code; !slices.Contains(s.codes, c) {
				s.codes = append(s.codes, c)
			}
		}
	}
	return out
}

// mostCodes is how many competencies one piece is for at most.
const mostCodes = 60

// nearest returns the piece closest in time that doesn't serve the demand's
// competency yet; nil for none.
func nearest(list []*sketch, d demand) *sketch {
	var best *sketch
	distance := func(s *sketch) float64 { return max(s.day-d.day, d.day-s.day) }
	for _, s := range list {
		if len(s.codes) < mostCodes && !slices.Contains(s.codes, d.competency) && (best == nil || distance(s) < distance(best)) {
			best = s
		}
	}
	return best
}

// spread returns the kind of each piece in the order of time, in proportion to
// what is asked for, and each that is asked for once if there are enough.
func (l *life) spread(demands []demand) []countersign.EvidenceKind {
	if l.pieces == 0 || len(l.codes) == 0 {
		return nil
	}
	count, order := map[countersign.EvidenceKind]int{}, []countersign.EvidenceKind{}
	for _, d := range demands {
		if count[d.kind]++; count[d.kind] == 1 {
			order = append(order, d.kind)
		}
	}
	if len(order) == 0 {
		order, count[countersign.ReflectiveAccount] = append(order, countersign.ReflectiveAccount), 1
	}
	slices.SortStableFunc(order, func(a, b countersign.EvidenceKind) int { return cmp.Compare(count[b], count[a]) })
	out := make([]countersign.EvidenceKind, 0, l.pieces)
	for n := 0; len(out) < l.pieces; n++ {
		for _, k := range order {
			share := l.pieces * count[k] / max(len(demands), 1)
			if len(out) < l.pieces && (n == 0 || n < share || n >= l.pieces/2) {
				out = append(out, k)
			}
		}
	}
	l.chance.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
