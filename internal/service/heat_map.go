package service

import (
	"cmp"
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
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
// directly beneath or by cohort. Beyond the training hub the cells of few are
// hidden, with as many others as it takes. The framework must be one that
// somebody there is on; without one it is that of most.
func (s *Service) HeatMap(ctx context.Context, actor authz.Actor, in ReportQuery, byPlace bool) (HeatMap, error) {
	in.Month, in.Map = "", ""
	var m HeatMap
	err := s.report(ctx, actor, in, func(tx *store.Tx, v sight) error {
		m = HeatMap{Place: v.Place, Above: v.above, Sums: v.sums, ByPlace: byPlace, Cohort: v.Cohort}
		id, versions, err := tx.MainFramework(v.Sight)
		if err != nil || id == "" {
			return err
		}
		v.Framework = id
		if m.Framework, err = s.framework(tx, id, slices.MaxFunc(versions, framework.CompareVersions)); err != nil {
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
		if v.sums {
			return v.toldHeat(tx, &m, names)
		}
		cells, err := tx.HeatCells(v.Sight)
		m.fill(cells, names)
		return err
	})
	return m, err
}

// fill puts cells into rows and columns.
func (m *HeatMap) fill(cells []store.HeatCell, names map[string]HeatColumn) {
	var columns []string
	at := map[[2]string]store.HeatCell{}
	for _, c := range cells {
		column := c.Cohort
		if m.ByPlace {
			column = c.Area
		}
		if !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
		sum, ok := at[[2]string{column, c.Competency}]
		if !ok {
			sum.Days = countersign.Spread{}
		}
		sum.InScope, sum.SignedOff = sum.InScope+c.InScope, sum.SignedOff+c.SignedOff
		sum.Days.Add(c.Days)
		at[[2]string{column, c.Competency}] = sum
	}
	m.lay(columns, names, func(column, competency string) HeatCell { return heatCell(at[[2]string{column, competency}]) })
}

// lay puts the columns in order, with a cell for each competency.
func (m *HeatMap) lay(columns []string, names map[string]HeatColumn, cell func(column, competency string) HeatCell) {
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
			row.Cells = append(row.Cells, cell(c, k.Code))
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

// toldHeat fills in the map that is told beyond the training hub: a part of
// what is told of all England, so that no two pages can be held against each
// other.
func (v sight) toldHeat(tx *store.Tx, m *HeatMap, names map[string]HeatColumn) error {
	l, err := v.knownHeat(tx)
	if err != nil {
		return err
	}
	cohorts := func(place string) []string {
		return slices.DeleteFunc(l.Cohorts(place), func(c string) bool { return v.Cohort != "" && c != v.Cohort })
	}
	place := string(v.Place.ID)
	columns := cohorts(place)
	if m.ByPlace {
		columns = nil
		for id := range names {
			if (id != place || v.Place.Kind == countersign.Hub) && len(cohorts(id)) > 0 {
				columns = append(columns, id)
			}
		}
	}
	m.lay(columns, names, func(column, competency string) HeatCell {
		at, by, cohort := place, "cohort", column
		if m.ByPlace {
			if at, cohort = column, v.Cohort; cohort == "" {
				by = ""
			}
		}
		share, days := l.Told(at, by, cohort, competency)
		return HeatCell{InScope: countersign.Value{Hidden: share.Known || share.Hidden}, Share: share, Days: days}
	})
	return nil
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
// General Practice Assistant in training or qualified. Beyond the training hub
// that is told in fives: rounded down for each hub and added up, so that
// nothing can be taken from it but that there are at least so many.
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
		rows, err := v.coverage(tx)
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

// coverage returns what may be told of the places directly beneath.
func (v sight) coverage(tx *store.Tx) ([]store.CoverageRow, error) {
	if !v.sums {
		return tx.Coverage(v.Sight)
	}
	all := v.Sight
	all.Hubs = true
	_, above, err := tx.Hubs(all)
	if err != nil {
		return nil, err
	}
	hubs, err := tx.Coverage(all)
	var rows []store.CoverageRow
	for _, r := range hubs {
		for r.Area != "" && above[r.Area] != string(v.Place.ID) {
			r.Area = above[r.Area]
		}
		if r.Area == "" {
			continue
		}
		i := slices.IndexFunc(rows, func(o store.CoverageRow) bool { return o.Area == r.Area })
		if i < 0 {
			i, rows = len(rows), append(rows, store.CoverageRow{Area: r.Area})
		}
		rows[i].AddInSteps(r, countersign.SmallNumber)
	}
	return rows, err
}
