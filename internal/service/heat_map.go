package service

import (
	"cmp"
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// HeatMap says on which competencies of a framework people get stuck.
type HeatMap struct {
	Place     countersign.Organisation
	Above     []countersign.Organisation
	Framework countersign.Framework // the newest version that somebody is on
	Cohort    string
	ByPlace   bool
	Sums      bool
	Columns   []HeatColumn // cohorts, the last in the alphabet first; or places, by name
	Rows      []HeatRow    // in the framework's order
}

// HeatColumn is a cohort or a place.
type HeatColumn struct{ Key, Name string }

// HeatRow is a competency, with a cell for each column.
type HeatRow struct {
	Competency countersign.Competency
	Cells      []HeatCell
}

// HeatCell is how far the apprentices of a column are with a competency: those
// who have begun and not withdrawn, and have it in scope.
type HeatCell struct {
	InScope countersign.Value
	Share   countersign.Value // of 100 in scope signed off now
	Days    countersign.Value // the median from the start to the sign-off, in tenths
}

// HeatMap returns the heat map of a place as it stands now, by the places
// directly beneath or by cohort. Beyond the training hub a cell of fewer than
// five apprentices is hidden, with a second one in its row. The framework
// must be one that somebody there is on; without one it is that of most.
func (s *Service) HeatMap(ctx context.Context, actor authz.Actor, in ReportQuery, byPlace bool) (HeatMap, error) {
	in.Month, in.Map = "", ""
	var m HeatMap
	err := s.report(ctx, actor, in, func(tx *store.Tx, v sight) error {
		id, version, err := tx.MainFramework(v.Sight)
		if err != nil || id == "" {
			m = HeatMap{Place: v.Place, Above: v.above, Sums: v.sums, ByPlace: byPlace}
			return err
		}
		v.Framework = id
		m = HeatMap{Place: v.Place, Above: v.above, Sums: v.sums, ByPlace: byPlace, Cohort: v.Cohort}
		if m.Framework, err = s.framework(tx, id, version); err != nil {
			return err
		}
		names := map[string]HeatColumn{}
		if byPlace {
			beneath, err := tx.Beneath(v.Sight)
			if err != nil {
				return err
			}
			for _, o := range append(beneath, v.Place) {
				names[string(o.ID)] = HeatColumn{o.Code, o.Name}
			}
		}
		cells, err := tx.HeatCells(v.Sight, byPlace)
		if err != nil {
			return err
		}
		m.fill(cells, names)
		return nil
	})
	return m, err
}

// fill puts cells into rows and columns.
func (m *HeatMap) fill(cells []store.HeatCell, names map[string]HeatColumn) {
	var columns []string
	at := map[[2]string]store.HeatCell{}
	for _, c := range cells {
		if !slices.Contains(columns, c.Column) {
			columns = append(columns, c.Column)
		}
		at[[2]string{c.Column, c.Competency}] = c
	}
	if m.ByPlace {
		slices.SortFunc(columns, func(a, b string) int { return cmp.Compare(names[a].Name, names[b].Name) })
	} else {
		slices.SortFunc(columns, func(a, b string) int { return cmp.Compare(b, a) })
	}
	for _, c := range columns {
		if name, ok := names[c]; ok {
			m.Columns = append(m.Columns, name)
		} else {
			m.Columns = append(m.Columns, HeatColumn{c, c})
		}
	}
	for _, k := range m.Framework.Competencies() {
		row := HeatRow{Competency: k}
		for _, c := range columns {
			row.Cells = append(row.Cells, heatCell(at[[2]string{c, k.Code}]))
		}
		if m.Sums {
			hideInRow(row.Cells)
		}
		m.Rows = append(m.Rows, row)
	}
}

func heatCell(c store.HeatCell) HeatCell {
	cell := HeatCell{InScope: valueOf(c.InScope)}
	if c.InScope > 0 {
		cell.Share = valueOf(100 * c.SignedOff / c.InScope)
	}
	if tenths, ok := c.Days.Median(); ok {
		cell.Days = countersign.Value{N: tenths, Known: true}
	}
	return cell
}

// hideInRow hides the cells of few apprentices. Beyond the training hub only
// shares and medians are told, not of how many.
func hideInRow(cells []HeatCell) {
	for i, c := range cells {
		if c.InScope.N > 0 && c.InScope.N < 2*countersign.SmallNumber {
			cells[i] = HeatCell{countersign.Value{Hidden: true}, countersign.Value{Hidden: true}, countersign.Value{Hidden: true}}
			continue
		}
		cells[i].InScope = countersign.Value{Hidden: c.InScope.N > 0}
		if c.Share.Known { // to the nearest 5 per cent, so that nobody counts back
			round(&cells[i].Share)
		}
	}
}

// Coverage says where there is somebody in training, or who has completed.
type Coverage struct {
	Place countersign.Organisation
	Above []countersign.Organisation
	Sums  bool
	Day   countersign.Date
	Rows  []CoverageRow // places directly beneath, by name
}

// CoverageRow counts the practices and networks of a place, and those of them
// that have somebody.
type CoverageRow struct {
	Place countersign.Organisation
	store.CoverageRow
}

// Coverage returns which part of the practices and networks of a place have a
// General Practice Assistant in training or qualified. It counts practices,
// not people, so it is told beyond the training hub as it is.
func (s *Service) Coverage(ctx context.Context, actor authz.Actor, in ReportQuery) (Coverage, error) {
	var out Coverage
	err := s.report(ctx, actor, in, func(tx *store.Tx, v sight) error {
		if v.sums {
			v.Framework, v.Cohort = "", ""
		}
		out = Coverage{Place: v.Place, Above: v.above, Sums: v.sums, Day: v.Day}
		if v.sums && v.Place.Kind == countersign.Hub {
			return nil
		}
		rows, err := tx.Coverage(v.Sight)
		if err != nil {
			return err
		}
		beneath, err := tx.Beneath(v.Sight)
		if err != nil {
			return err
		}
		for _, o := range append(beneath, v.Place) {
			if i := slices.IndexFunc(rows, func(r store.CoverageRow) bool { return r.Area == string(o.ID) }); i >= 0 {
				out.Rows = append(out.Rows, CoverageRow{o, rows[i]})
			}
		}
		return nil
	})
	return out, err
}
