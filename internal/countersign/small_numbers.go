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
	for i, n := range counts {
		h.hidden[i] = n > 0 && n < SmallNumber
	}
	var unsure []int // sums that may give something away together
	for i := range sums {
		unsure = append(unsure, i)
	}
	for todo := unsure; len(todo) > 0; {
		unsure = append(unsure, h.settle(todo)...)
		cells, open := h.reached(unsure)
		if todo = h.cover(h.narrowed(cells, open)); len(todo) == 0 {
			unsure = nil
			todo = h.cover(h.determined(cells, open))
		}
		unsure = append(unsure, todo...)
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
// gives anything away by itself, and returns those others.
func (h *hiding) settle(todo []int) (others []int) {
	todo = slices.Clone(todo)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for h.tells(h.sums[i]) {
			cell := h.next(h.sums[i])
			if cell < 0 {
				break
			}
			h.hidden[cell] = true
			todo, others = append(todo, h.in[cell]...), append(others, h.in[cell]...)
		}
	}
	return others
}

// reached returns the hidden cells of those sums, and of all that share hidden
// cells with them, in the order of cells, and these sums.
func (h *hiding) reached(todo []int) (cells []int, open []Sum) {
	todo = slices.Clone(todo)
	seen, known := make([]bool, len(h.sums)), make([]bool, len(h.hidden))
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		hides := false
		for _, cell := range h.sums[i] {
			if h.hidden[cell] {
				hides = true
				if !known[cell] {
					known[cell], cells, todo = true, append(cells, cell), append(todo, h.in[cell]...)
				}
			}
		}
		if hides {
			open = append(open, h.sums[i])
		}
	}
	slices.Sort(cells)
	return cells, open
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

// narrowed returns those of the hidden cells that their sums leave only one
// value, since none can be less than 1.
func (h *hiding) narrowed(cells []int, open []Sum) (out []int) {
	const far = math.MaxInt / 4
	low, high := slices.Clone(h.counts), slices.Clone(h.counts)
	for _, cell := range cells {
		low[cell], high[cell] = 1, far
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
		for _, sum := range open {
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
	for _, cell := range cells {
		if low[cell] == high[cell] {
			out = append(out, cell)
		}
	}
	return out
}

// prime is that of the field in which the sums are solved; it is far above any
// coefficient, so that what is determined there is determined.
const prime = 4294967291

// term is a hidden cell in a sum, by its rank.
type term struct {
	rank        int
	coefficient uint64
}

// determined returns those of the hidden cells that their sums together give
// away. A cell is determined when it is zero in every solution of the sums with
// zero in the place of all that is told; one arbitrary solution shows that.
func (h *hiding) determined(cells []int, open []Sum) []int {
	in := make([]int, len(h.hidden))
	for _, sum := range open {
		for _, cell := range sum {
			in[cell]++
		}
	}
	// What is in few sums goes first, which leaves the others short.
	ranked, rank := slices.Clone(cells), make([]int, len(h.hidden))
	slices.SortStableFunc(ranked, func(a, b int) int { return cmp.Compare(in[a], in[b]) })
	for i, cell := range ranked {
		rank[cell] = i
	}
	var rows [][]term
	for _, sum := range open {
		var row []term
		for at, cell := range sum {
			if !h.hidden[cell] {
				continue
			}
			coefficient := uint64(prime - 1)
			if at == 0 {
				coefficient = 1
			}
			row = append(row, term{rank[cell], coefficient})
		}
		slices.SortFunc(row, func(a, b term) int { return cmp.Compare(a.rank, b.rank) })
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b []term) int { return cmp.Compare(len(a), len(b)) })
	pivot := make([][]term, len(cells))
	for _, row := range eliminate(rows) {
		pivot[row[0].rank] = row
	}
	// Free cells get values that nothing is likely to balance by chance.
	value, seed := make([]uint64, len(cells)), uint64(88172645463325252)
	for i, row := range slices.Backward(pivot) {
		if row == nil {
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			value[i] = seed % prime
			continue
		}
		var sum uint64
		for _, t := range row[1:] {
			sum = (sum + t.coefficient*value[t.rank]) % prime
		}
		value[i] = (prime - sum) % prime // the first coefficient is 1
	}
	return slices.DeleteFunc(slices.Clone(cells), func(cell int) bool { return value[rank[cell]] != 0 })
}

// eliminate brings rows, sorted by rank, into a form in which each begins with
// another cell, by a coefficient of 1.
func eliminate(rows [][]term) (solved [][]term) {
	by := map[int][]term{}
	for _, row := range rows {
		for len(row) > 0 {
			other, ok := by[row[0].rank]
			if !ok {
				inverse := power(row[0].coefficient, prime-2)
				for i := range row {
					row[i].coefficient = row[i].coefficient * inverse % prime
				}
				by[row[0].rank] = row
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
		case j == len(other) || i < len(row) && row[i].rank < other[j].rank:
			out = append(out, row[i])
			i++
		case i == len(row) || other[j].rank < row[i].rank:
			out = append(out, term{other[j].rank, (prime - factor*other[j].coefficient%prime) % prime})
			j++
		default:
			if c := (row[i].coefficient + prime - factor*other[j].coefficient%prime) % prime; c != 0 {
				out = append(out, term{row[i].rank, c})
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
