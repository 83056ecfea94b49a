package service_test

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// comparison compares what is reported with the slow reference.
type comparison struct {
	testing.TB
	svc    *service.Service
	all    []one
	places map[countersign.OrganisationID]treePlace
	day    countersign.Date
	after  any // what has happened
}

// of returns those of a place, framework and cohort; an empty one is all.
func (c comparison) of(place countersign.OrganisationID, framework, cohort string) []one {
	var of []one
	for _, o := range c.all {
		if slices.Contains(o.path, place) && (framework == "" || o.FrameworkID == framework) && (cohort == "" || o.Cohort == cohort) {
			of = append(of, o)
		}
	}
	return of
}

// same fails unless both are the same.
func (c comparison) same(what string, in service.ReportQuery, want, got any) {
	c.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		c.Fatalf("%s of %s (framework %q, cohort %q) on %s after %v (-want +got):\n%s", what, in.Place, in.Framework, in.Cohort, c.day, c.after, diff)
	}
}

// report compares every line of a report, and what isn't a line. It returns how
// many apprenticeships that were.
func (c comparison) report(actor authz.Actor, in service.ReportQuery) int {
	c.Helper()
	r, err := c.svc.ReportInFull(c.Context(), actor, in)
	if err != nil {
		c.Fatal(err)
	}
	row := func(what string, got service.ReportRow, place countersign.OrganisationID, framework, cohort string) {
		c.Helper()
		c.same(what+" "+got.Key, in, figures(c.of(place, framework, cohort), c.day), got.Figures)
	}
	row("total", r.Total, r.Place.ID, in.Framework, in.Cohort)
	for _, p := range r.Places {
		row("place", p, p.Place.ID, in.Framework, in.Cohort)
	}
	cohorts, frameworks := map[string]bool{}, map[string]bool{}
	for _, o := range c.of(r.Place.ID, in.Framework, "") {
		cohorts[o.Cohort] = true
	}
	for _, o := range c.of(r.Place.ID, "", in.Cohort) {
		frameworks[o.FrameworkID] = true
	}
	for _, k := range r.Cohorts {
		row("cohort", k, r.Place.ID, in.Framework, k.Key)
		delete(cohorts, k.Key)
	}
	for _, f := range r.Frameworks {
		row("framework", f, r.Place.ID, f.Key, in.Cohort)
		delete(frameworks, f.Key)
	}
	if len(cohorts)+len(frameworks) > 0 {
		c.Fatalf("the report of %s has no line for %v and %v", in.Place, cohorts, frameworks)
	}
	of := begun(c.of(r.Place.ID, in.Framework, in.Cohort), c.day)
	c.capacity(in, of, r)
	c.same("forecast", in, forecast(of, countersign.MonthOf(c.day)), r.Forecast)
	return len(c.of(r.Place.ID, "", ""))
}

// begun are those who have begun and not left.
func begun(of []one, day countersign.Date) []one {
	return slices.DeleteFunc(slices.Clone(of), func(o one) bool {
		return o.StartOn.After(day) || o.State == countersign.Applied || o.State == countersign.Declined || o.State == countersign.WithdrawnFromProgramme
	})
}

// capacity compares the practices and those who look after somebody.
func (c comparison) capacity(in service.ReportQuery, of []one, r service.Report) {
	c.Helper()
	practices, without := map[countersign.OrganisationID]bool{}, map[countersign.OrganisationID]bool{}
	by := map[countersign.PersonID]*service.SupervisorLoad{}
	for _, o := range of {
		learns := o.State == countersign.Active || o.State == countersign.ReferredBack
		if learns {
			practices[o.Practice] = true
		}
		if learns && o.unmentored {
			without[o.Practice] = true
		}
		if o.supervisor == "" || !learns && len(o.waiting) == 0 {
			continue
		}
		load := by[o.supervisor]
		if load == nil {
			load = &service.SupervisorLoad{Person: o.supervisor, Load: 3}
			by[o.supervisor] = load
		}
		if learns {
			load.Apprentices++
		}
		load.Waiting += len(o.waiting)
		if len(o.waiting) > 0 {
			load.OldestDays = max(load.OldestDays, o.oldest().DaysUntil(c.day))
		}
	}
	want, loads := []int{len(practices), len(without), 0, 0}, map[int]service.SupervisorLoads{}
	for _, s := range by {
		l := loads[s.Apprentices]
		l.Apprentices, l.Supervisors, l.Waiting = s.Apprentices, l.Supervisors+1, l.Waiting+s.Waiting
		if s.Apprentices > 0 {
			want[2]++
		}
		if s.Apprentices > s.Load {
			want[3]++
			l.Over++
		}
		loads[s.Apprentices] = l
	}
	c.same("capacity", in, want, []int{r.Capacity.Practices.N, r.Capacity.Unmentored.N, r.Capacity.Supervisors.N, r.Capacity.Over.N})
	c.same("loads", in, slices.SortedFunc(maps.Values(loads), func(a, b service.SupervisorLoads) int { return cmp.Compare(a.Apprentices, b.Apprentices) }), r.Loads)
	c.busiest(in, by, r.Supervisors)
}

// busiest compares the supervisors for whom most waits, of whom a report has
// 50.
func (c comparison) busiest(in service.ReportQuery, by map[countersign.PersonID]*service.SupervisorLoad, got []service.SupervisorLoad) {
	c.Helper()
	if want := min(len(by), 50); len(got) != want {
		c.Fatalf("%s has %d busiest supervisors, want %d", in.Place, len(got), want)
	}
	var most []int
	for _, s := range by {
		most = append(most, s.Waiting)
	}
	slices.SortFunc(most, func(a, b int) int { return b - a })
	for i, s := range got {
		want := by[s.Person]
		if want == nil || most[i] != s.Waiting {
			c.Fatalf("busiest supervisor %d of %s is %+v, want one for whom %d wait", i, in.Place, s, most[i])
		}
		s.Name = ""
		c.same("supervisor", in, *want, s)
	}
}

// forecast adds the forecasts of each apprentice up by month.
func forecast(of []one, now countersign.Month) (months []service.ForecastMonth) {
	last := -1
	for m := range 25 { // the last one and later
		row := service.ForecastMonth{Month: now.Add(m), Later: m == 24, Likely: number(0), Low: number(0), High: number(0)}
		for _, o := range of {
			if o.forecast == nil {
				continue
			}
			early, finish, late := ahead(now, o.forecast.Early), ahead(now, o.forecast.Finish), ahead(now, o.forecast.Late)
			if finish == m {
				row.Likely.N++
				last = m
			}
			if early <= m && m <= late {
				row.High.N++
			}
			if early == m && m == late {
				row.Low.N++
			}
		}
		months = append(months, row)
	}
	if last < 0 {
		return nil
	}
	return months[:last+1]
}

// ahead is in how many months a day is, of 0 to 24.
func ahead(now countersign.Month, day countersign.Date) int {
	m := countersign.MonthOf(day)
	return min(max((m.Year-now.Year)*12+int(m.Month)-int(now.Month), 0), 24)
}

func number(n int) countersign.Value { return countersign.Value{N: n, Known: true} }

// heat compares the heat maps of a training hub or a practice.
func (c comparison) heat(actor authz.Actor, in service.ReportQuery, byPlace bool) {
	c.Helper()
	heat, err := c.svc.HeatMap(c.Context(), actor, in, byPlace)
	if err != nil {
		c.Fatal(err)
	}
	for i, column := range heat.Columns {
		of := begun(c.of(heat.Place.ID, heat.Framework.ID, in.Cohort), c.day)
		of = slices.DeleteFunc(of, func(o one) bool {
			if byPlace {
				return !slices.ContainsFunc(o.path, func(id countersign.OrganisationID) bool { return c.places[id].code == column.Key })
			}
			return o.Cohort != column.Key
		})
		cells := heatCells(of)
		for _, row := range heat.Rows {
			want := cells[row.Competency.Code]
			if want.InScope.Known = true; heat.Sums {
				want = toldCell(want, row.Cells[i])
			}
			c.same("heat of "+row.Competency.Code+" in "+column.Key, in, want, row.Cells[i])
		}
	}
}

// heatCells says how far they are with each competency.
func heatCells(of []one) map[string]service.HeatCell {
	inScope, signed, days := map[string]int{}, map[string]int{}, map[string][]int{}
	for _, o := range of {
		for _, s := range o.standings {
			if s.status == countersign.NotApplicable {
				continue
			}
			inScope[s.code]++
			switch {
			case s.status == countersign.Expired && o.State == countersign.CompletedProgramme:
				signed[s.code]++
			case s.status == countersign.SignedOff:
				signed[s.code]++
				days[s.code] = append(days[s.code], o.StartOn.DaysUntil(s.first))
			}
		}
	}
	cells := map[string]service.HeatCell{}
	for code, n := range inScope {
		cell := service.HeatCell{InScope: number(n), Share: number(100 * signed[code] / n)}
		if len(days[code]) > 0 {
			cell.Days = number(int(math.Round(10 * median(days[code]))))
		}
		cells[code] = cell
	}
	return cells
}

// toldCell is what may be told of a cell beyond the training hub, if it isn't
// hidden: that of few is.
func toldCell(of, got service.HeatCell) service.HeatCell {
	hidden := countersign.Value{Hidden: true}
	switch {
	case of.InScope.N == 0:
		return service.HeatCell{}
	case of.InScope.N < 20 || got.Share.Hidden:
		return service.HeatCell{InScope: hidden, Share: hidden, Days: hidden}
	}
	return service.HeatCell{InScope: hidden, Share: number((of.Share.N + 2) / 5 * 5), Days: of.Days}
}

// coverage compares which places have somebody. It returns how many lines
// those are.
func (c comparison) coverage(actor authz.Actor, in service.ReportQuery) int {
	c.Helper()
	coverage, err := c.svc.Coverage(c.Context(), actor, in)
	if err != nil {
		c.Fatal(err)
	}
	for _, row := range coverage.Rows {
		want, step := store.CoverageRow{Area: row.Area}, 1
		hubs := []countersign.OrganisationID{row.Place.ID}
		if coverage.Sums {
			step, hubs = 5, nil
			for id, p := range c.places {
				if p.kind == countersign.Hub && slices.Contains(c.path(id), row.Place.ID) {
					hubs = append(hubs, id)
				}
			}
		}
		for _, hub := range hubs {
			of := c.covered(hub)
			want.Practices, want.Networks = want.Practices+of.Practices, want.Networks+of.Networks
			want.PracticesTraining += of.PracticesTraining / step * step
			want.PracticesQualified += of.PracticesQualified / step * step
			want.PracticesEither += of.PracticesEither / step * step
			want.NetworksTraining += of.NetworksTraining / step * step
			want.NetworksQualified += of.NetworksQualified / step * step
			want.NetworksEither += of.NetworksEither / step * step
		}
		c.same("coverage of "+row.Place.Code, in, want, row.CoverageRow)
	}
	return len(coverage.Rows)
}

// path is a place and everything above it.
func (c comparison) path(id countersign.OrganisationID) (path []countersign.OrganisationID) {
	for ; id != ""; id = c.places[id].parent {
		path = append(path, id)
	}
	return path
}

// covered counts the open practices and networks of a place.
func (c comparison) covered(place countersign.OrganisationID) (n store.CoverageRow) {
	training, qualified := map[countersign.OrganisationID]int{}, map[countersign.OrganisationID]int{}
	for _, o := range begun(c.of(place, "", ""), c.day) {
		for _, at := range o.path {
			if o.State == countersign.CompletedProgramme {
				qualified[at] = 1
			} else {
				training[at] = 1
			}
		}
	}
	for id, p := range c.places {
		if !p.ended.IsZero() && p.ended.Before(c.day) || !slices.Contains(c.path(id), place) {
			continue
		}
		switch p.kind {
		case countersign.Practice:
			n.Practices, n.PracticesTraining, n.PracticesQualified = n.Practices+1, n.PracticesTraining+training[id], n.PracticesQualified+qualified[id]
			n.PracticesEither += max(training[id], qualified[id])
		case countersign.PCN:
			n.Networks, n.NetworksTraining, n.NetworksQualified = n.Networks+1, n.NetworksTraining+training[id], n.NetworksQualified+qualified[id]
			n.NetworksEither += max(training[id], qualified[id])
		}
	}
	return n
}

// told compares what is told beyond the training hub with the whole: a figure
// is the same or hidden, and what isn't in the lattice is rounded.
func (c comparison) told(actor authz.Actor, in service.ReportQuery) {
	c.Helper()
	told, err := c.svc.Report(c.Context(), actor, in)
	if err != nil {
		c.Fatal(err)
	}
	full, err := c.svc.ReportInFull(c.Context(), actor, in)
	if err != nil {
		c.Fatal(err)
	}
	if !told.Sums {
		c.Fatalf("%s is told with its small numbers", in.Place)
	}
	wholes := map[string]countersign.Values{"total": full.Total.Figures}
	for _, rows := range [][]service.ReportRow{full.Places, full.Cohorts, full.Frameworks} {
		for _, r := range rows {
			wholes[r.Key+" "+r.Name] = r.Figures
		}
	}
	for _, rows := range [][]service.ReportRow{{{Name: "total", Figures: told.Total.Figures}}, told.Places, told.Cohorts, told.Frameworks} {
		for _, r := range rows {
			name := r.Key + " " + r.Name
			if r.Name == "total" {
				name = "total"
			}
			for code, v := range r.Figures {
				if !v.Hidden && v != wholes[name][code] {
					c.Fatalf("%s of %s in %s is told as %+v, and is %+v", code, name, in.Place, v, wholes[name][code])
				}
			}
		}
	}
	for i, f := range full.Forecast {
		rounded := service.ForecastMonth{Month: f.Month, Later: f.Later, Likely: toFive(f.Likely), Low: toFive(f.Low), High: toFive(f.High)}
		c.same("forecast", in, rounded, told.Forecast[i])
	}
	want := service.Capacity{toFive(full.Capacity.Practices), toFive(full.Capacity.Unmentored), toFive(full.Capacity.Supervisors), toFive(full.Capacity.Over)}
	c.same("capacity", in, want, told.Capacity)
}

func toFive(v countersign.Value) countersign.Value { return number((v.N + 2) / 5 * 5) }
