package countersign

import (
	"cmp"
	"math"
	"slices"
)

// SmallNumber is the first count that may be told beyond the training hub;
// those from 1 below it may not, since they may say who it is.
const SmallNumber = 5

// Sum says that the first cell is the sum of the others, by their places in a
// list of cells.
type Sum []int

// HideSmall says which of the counts must not be told, if all others are and
// everybody knows how they add up: those that are small, and as many others as
// it takes that no sum gives a hidden one away, alone or together with other
// sums. It hides the smallest that helps, of equal ones the first. Zeros are
// told. A hidden count is never zero, which everybody may know too.
func HideSmall(counts []int, sums []Sum) []bool {
	h := &hiding{counts: counts, sums: sums, hidden: make([]bool, len(counts)), in: make([][]int, len(counts))}
	for i, sum := range sums {
		for _, cell := range sum {
			h.in[cell] = append(h.in[cell], i)
		}
	}
	var all []int
	for i := range sums {
		all = append(all, i)
	}
	for i, n := range counts {
		h.hidden[i] = n > 0 && n < SmallNumber
	}
	for len(all) > 0 {
		h.settle(all)
		if all = h.cover(h.narrowed()); len(all) == 0 {
			all = h.cover(h.determined())
		}
	}
	return h.hidden
}

// hiding is a choice of cells in the making.
type hiding struct {
	counts []int
	sums   []Sum
	hidden []bool
	in     [][]int // the sums that each cell is in
}

// settle hides more until no sum of those, or of others that this concerns,
// gives anything away by itself.
func (h *hiding) settle(todo []int) {
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for h.tells(h.sums[i]) {
			cell := h.next(h.sums[i])
			if cell < 0 {
				break
			}
			h.hidden[cell] = true
			todo = append(todo, h.in[cell]...)
		}
	}
}

// tells reports whether a sum gives a hidden cell away: it is the only one, or
// the hidden parts come to so little that each is known to be small.
func (h *hiding) tells(sum Sum) bool {
	parts, rest := 0, 0
	for _, cell := range sum[1:] {
		if h.hidden[cell] {
			parts, rest = parts+1, rest+h.counts[cell]
		}
	}
	if h.hidden[sum[0]] {
		return parts == 0
	}
	return parts == 1 || parts > 1 && rest < SmallNumber
}

// next returns the cell of a sum that is best hidden next: the smallest part,
// else the whole; -1 if there is none.
func (h *hiding) next(sum Sum) int {
	best := -1
	for _, cell := range sum[1:] {
		if !h.hidden[cell] && h.counts[cell] > 0 && (best < 0 || h.counts[cell] < h.counts[best]) {
			best = cell
		}
	}
	if best < 0 && !h.hidden[sum[0]] && h.counts[sum[0]] > 0 {
		return sum[0]
	}
	return best
}

// cover hides one more cell beside each that is determined, and returns the
// sums that this concerns.
func (h *hiding) cover(determined []int) (todo []int) {
	for _, cell := range determined {
		best := -1
		for _, i := range h.in[cell] {
			if c := h.next(h.sums[i]); c >= 0 && (best < 0 || cmp.Or(cmp.Compare(h.counts[c], h.counts[best]), cmp.Compare(c, best)) < 0) {
				best = c
			}
		}
		if best >= 0 {
			h.hidden[best] = true
			todo = append(todo, h.in[best]...)
		}
	}
	return todo
}

// narrowed returns the hidden cells that the sums leave only one value, since
// none can be less than 1.
func (h *hiding) narrowed() (out []int) {
	const far = math.MaxInt / 4
	low, high := make([]int, len(h.counts)), make([]int, len(h.counts))
	for i, n := range h.counts {
		if low[i], high[i] = n, n; h.hidden[i] {
			low[i], high[i] = 1, far
		}
	}
	for changed := true; changed; {
		changed = false
		tighten := func(cell, from, to int) {
			if from > low[cell] {
				low[cell], changed = from, true
			}
			if to < high[cell] {
				high[cell], changed = to, true
			}
		}
		for _, sum := range h.sums {
			least, most := 0, 0
			for _, cell := range sum[1:] {
				least, most = least+low[cell], min(most+high[cell], far)
			}
			tighten(sum[0], least, most)
			for _, cell := range sum[1:] {
				from := 0
				if most < far {
					from = low[sum[0]] - (most - high[cell])
				}
				tighten(cell, from, high[sum[0]]-(least-low[cell]))
			}
		}
	}
	for i, hidden := range h.hidden {
		if hidden && low[i] == high[i] {
			out = append(out, i)
		}
	}
	return out
}

// prime is that of the field in which the sums are solved; it is far above any
// coefficient, so that what is determined there is determined.
const prime = 4294967291

type term struct {
	cell        int
	coefficient uint64
}

// determined returns the hidden cells that the sums together give away. A cell
// is determined when it is zero in every solution of the sums with zero in the
// place of all that is told; one arbitrary solution shows that.
func (h *hiding) determined() []int {
	var rows [][]term
	for _, sum := range h.sums {
		var row []term
		for at, cell := range sum {
			if !h.hidden[cell] {
				continue
			}
			coefficient := uint64(prime - 1)
			if at == 0 {
				coefficient = 1
			}
			row = append(row, term{cell, coefficient})
		}
		if len(row) > 0 {
			slices.SortFunc(row, func(a, b term) int { return cmp.Compare(a.cell, b.cell) })
			rows = append(rows, row)
		}
	}
	solved := eliminate(rows)
	// Free cells get values that nothing is likely to balance by chance.
	value, seed := make([]uint64, len(h.hidden)), uint64(88172645463325252)
	pivot := map[int][]term{}
	for _, row := range solved {
		pivot[row[0].cell] = row
	}
	for cell := len(h.hidden) - 1; cell >= 0; cell-- {
		row, ok := pivot[cell]
		if !ok {
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			value[cell] = seed % prime
			continue
		}
		var sum uint64
		for _, t := range row[1:] {
			sum = (sum + t.coefficient*value[t.cell]) % prime
		}
		value[cell] = (prime - sum) % prime // the first coefficient is 1
	}
	var out []int
	for cell, hidden := range h.hidden {
		if hidden && value[cell] == 0 {
			out = append(out, cell)
		}
	}
	return out
}

// eliminate brings rows, sorted by cell, into a form in which each begins with
// another cell, by a coefficient of 1.
func eliminate(rows [][]term) (solved [][]term) {
	by := map[int][]term{}
	for _, row := range rows {
		for len(row) > 0 {
			other, ok := by[row[0].cell]
			if !ok {
				inverse := power(row[0].coefficient, prime-2)
				for i := range row {
					row[i].coefficient = row[i].coefficient * inverse % prime
				}
				by[row[0].cell] = row
				solved = append(solved, row)
				break
			}
			row = minus(row, other, row[0].coefficient)
		}
	}
	return solved
}

// minus returns row - factor * other.
func minus(row, other []term, factor uint64) []term {
	out := make([]term, 0, len(row)+len(other))
	i, j := 0, 0
	for i < len(row) || j < len(other) {
		switch {
		case j == len(other) || i < len(row) && row[i].cell < other[j].cell:
			out = append(out, row[i])
			i++
		case i == len(row) || other[j].cell < row[i].cell:
			out = append(out, term{other[j].cell, (prime - factor*other[j].coefficient%prime) % prime})
			j++
		default:
			if c := (row[i].coefficient + prime - factor*other[j].coefficient%prime) % prime; c != 0 {
				out = append(out, term{row[i].cell, c})
			}
			i, j = i+1, j+1
		}
	}
	return out
}

func power(base, exponent uint64) uint64 {
	result := uint64(1)
	for ; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = result * base % prime
		}
		base = base * base % prime
	}
	return result
}
