package chart

import "slices"

// cell is a place on a map of tiles: columns from the west, rows from the
// north.
type cell struct{ column, row int }

// regionCells are where the regions of NHS England lie.
var regionCells = map[string]cell{
	"Y62": {0, 0}, "Y63": {1, 0},
	"Y60": {1, 1}, "Y61": {2, 1},
	"Y58": {0, 2}, "Y56": {2, 2},
	"Y59": {1, 2},
}

// boardCells are where the 42 integrated care boards of 2025 lie, as near to
// their neighbours as tiles allow.
var boardCells = map[string]cell{
	"QHM": {4, 0},
	"QE1": {3, 1}, "QWO": {4, 1}, "QOQ": {5, 1},
	"QYG": {2, 2}, "QOP": {3, 2}, "QF7": {4, 2}, "QJM": {5, 2},
	"QOC": {2, 3}, "QNC": {3, 3}, "QJ2": {4, 3}, "QT1": {5, 3}, "QUE": {6, 3}, "QMM": {7, 3},
	"QGH": {2, 4}, "QUA": {3, 4}, "QHL": {4, 4}, "QK1": {5, 4}, "QHG": {6, 4}, "QJG": {7, 4},
	"QR1": {3, 5}, "QWU": {4, 5}, "QPM": {5, 5}, "QM7": {6, 5}, "QH8": {7, 5},
	"QUY": {3, 6}, "QU9": {4, 6}, "QRV": {5, 6}, "QMJ": {6, 6}, "QMF": {7, 6},
	"QSL": {2, 7}, "QOX": {3, 7}, "QNQ": {4, 7}, "QWE": {5, 7}, "QKK": {6, 7}, "QKS": {7, 7},
	"QT6": {1, 8}, "QJK": {2, 8}, "QVV": {3, 8}, "QRL": {4, 8}, "QXU": {5, 8}, "QNX": {6, 8},
}

// regionCentres are where a board that isn't among those of 2025 is put, or as
// near as there is room.
var regionCentres = map[string]cell{
	"Y63": {4, 1}, "Y62": {3, 2}, "Y60": {4, 4}, "Y61": {7, 4}, "Y56": {6, 6}, "Y59": {5, 8}, "Y58": {2, 7},
}

// place gives each tile a cell of its own: where its code lies, else as near to
// the middle of its region as is free, else beneath the others.
func place(tiles []Tile) []cell {
	fixed := boardCells
	if slices.ContainsFunc(tiles, func(t Tile) bool { _, ok := regionCells[t.Code]; return ok }) {
		fixed = regionCells
	}
	cells := make([]cell, len(tiles))
	taken := map[cell]bool{}
	var rest []int
	for i, t := range tiles {
		if at, ok := fixed[t.Code]; ok && !taken[at] {
			cells[i], taken[at] = at, true
			continue
		}
		rest = append(rest, i)
	}
	for _, i := range rest {
		centre, known := regionCentres[tiles[i].Region]
		if !known {
			centre = cell{0, 10}
		}
		cells[i] = nearest(centre, taken, known)
		taken[cells[i]] = true
	}
	return cells
}

const mapColumns = 8

// nearest is the free cell that is nearest to a place.
func nearest(centre cell, taken map[cell]bool, around bool) cell {
	if !around {
		for n := 0; ; n++ {
			if at := (cell{n % mapColumns, centre.row + n/mapColumns}); !taken[at] {
				return at
			}
		}
	}
	best, least := cell{}, -1
	for row := range 2 * mapColumns {
		for column := range mapColumns {
			at := cell{column, row}
			x, y := at.column-centre.column, at.row-centre.row
			if far := x*x + y*y; !taken[at] && (least < 0 || far < least) {
				best, least = at, far
			}
		}
	}
	return best
}
