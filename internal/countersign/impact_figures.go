package countersign

import (
	"slices"
)

// ImpactFigure is what the practices of a place have reported of a measure and
// a training hub has checked. All of its values are tenths.
type ImpactFigure struct {
	Measure   ImpactMeasure
	Practices int // that are open
	Reported  Value
	Methods   []string // codes of those used, in the order of ImpactMethods
	From, To  Date     // of the first period and the last
	Baseline  ImpactSpread
	Now       ImpactSpread
	Change    ImpactSpread
	Percent   ImpactSpread // the change in per cent of the baseline; of none where a baseline is 0, as it would be that of the others only
	Together  Value        // the changes added up, where all used the same method and the measure adds up
}

// ImpactSpread is the median of several values, and how far they are apart: the
// lowest and the highest or, beyond the training hub, the middle half.
type ImpactSpread struct{ Median, Low, High Value }

// SumImpact adds up what was reported of a measure, a report for each practice.
func SumImpact(m ImpactMeasure, practices int, reported []Impact) ImpactFigure {
	f := ImpactFigure{Measure: m, Practices: practices, Reported: Value{N: len(reported), Known: true}}
	baseline, now, change, percent := impactValues(reported)
	f.Baseline, f.Now, f.Change, f.Percent = spread(baseline), spread(now), spread(change), spread(percent)
	for _, method := range ImpactMethods() {
		if slices.ContainsFunc(reported, func(i Impact) bool { return i.Method == method.Code }) {
			f.Methods = append(f.Methods, method.Code)
		}
	}
	for _, i := range reported {
		if f.From.IsZero() || i.From.Before(f.From) {
			f.From = i.From
		}
		if i.To.After(f.To) {
			f.To = i.To
		}
		f.Together.N += i.Value - i.Baseline
	}
	f.Together.Known = m.Adds && len(f.Methods) == 1
	if !f.Together.Known {
		f.Together.N = 0
	}
	return f
}

// ShareImpact is SumImpact for those beyond the training hub, from whom a
// practice's own value is kept: where hidden, or where fewer than SmallNumber
// have reported, nothing is told; else the median and the middle half, rounded
// to SmallNumber. Nothing is added up: the sum of today less that of yesterday
// is the value of whoever reported today.
func ShareImpact(m ImpactMeasure, practices int, reported []Impact, hidden bool) ImpactFigure {
	if len(reported) == 0 {
		return SumImpact(m, practices, nil)
	}
	none := Value{Hidden: true}
	f := ImpactFigure{Measure: m, Practices: practices, Reported: none, Together: none}
	blank := ImpactSpread{none, none, none}
	f.Baseline, f.Now, f.Change, f.Percent = blank, blank, blank, blank
	if hidden || len(reported) < SmallNumber {
		return f
	}
	whole := SumImpact(m, practices, reported)
	f.Reported, f.Methods, f.From, f.To = whole.Reported, whole.Methods, whole.From, whole.To
	baseline, now, change, percent := impactValues(reported)
	f.Baseline, f.Now, f.Change, f.Percent = middle(baseline), middle(now), middle(change), middle(percent)
	return f
}

func impactValues(reported []Impact) (baseline, now, change, percent []int) {
	for _, i := range reported {
		baseline, now, change = append(baseline, i.Baseline), append(now, i.Value), append(change, i.Value-i.Baseline)
		if i.Baseline > 0 {
			percent = append(percent, rounded(1000*(i.Value-i.Baseline), i.Baseline))
		}
	}
	if len(percent) < len(reported) {
		percent = nil
	}
	return baseline, now, change, percent
}

// rounded divides, to the nearest whole number; halves away from 0.
func rounded(n, by int) int {
	if n < 0 {
		return -rounded(-n, by)
	}
	return (2*n + by) / (2 * by)
}

func spread(values []int) ImpactSpread {
	if len(values) == 0 {
		return ImpactSpread{}
	}
	slices.Sort(values)
	return ImpactSpread{quantile(values, 2), Value{N: values[0], Known: true}, Value{N: values[len(values)-1], Known: true}}
}

// middle is the median and the middle half, rounded; nothing of too few.
func middle(values []int) ImpactSpread {
	if len(values) < SmallNumber {
		none := Value{Hidden: len(values) > 0}
		return ImpactSpread{none, none, none}
	}
	slices.Sort(values)
	s := ImpactSpread{quantile(values, 2), quantile(values, 1), quantile(values, 3)}
	for _, v := range []*Value{&s.Median, &s.Low, &s.High} {
		v.N = rounded(v.N, 10*SmallNumber) * 10 * SmallNumber
	}
	return s
}

// quantile is the value below which that many quarters of sorted values lie.
func quantile(values []int, quarters int) Value {
	at := quarters * (len(values) - 1) // in quarters of a step
	low, rest := values[at/4], at%4
	if rest == 0 {
		return Value{N: low, Known: true}
	}
	return Value{N: low + rounded(rest*(values[at/4+1]-low), 4), Known: true}
}

// HideImpact says of which places nothing may be told: at counts the practices
// that have reported a measure at each training hub, and above which each place
// is. Beneath those of fewer than SmallNumber it hides as many others as it
// takes that none can be worked out.
func HideImpact(above map[string]string, at map[string]int) map[string]bool {
	var places []string
	for id := range above {
		places = append(places, id)
	}
	slices.Sort(places)
	index, counts := map[string]int{}, make([]int, len(places))
	for i, id := range places {
		index[id] = i
	}
	sums := make([]Sum, len(places))
	for i, id := range places {
		sums[i] = Sum{i}
		for up, n := id, at[id]; up != ""; up = above[up] {
			counts[index[up]] += n
		}
	}
	for i, id := range places {
		if up, ok := index[above[id]]; ok {
			sums[up] = append(sums[up], i)
		}
	}
	sums = slices.DeleteFunc(sums, func(s Sum) bool { return len(s) < 2 })
	hidden := map[string]bool{}
	for i, hide := range HideSmall(counts, sums) {
		hidden[places[i]] = hide
	}
	return hidden
}
