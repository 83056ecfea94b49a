package service

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// SupervisorLoad is what a report says of one GP supervisor.
type SupervisorLoad = store.SupervisorLoad

// SupervisorLoads are the GP supervisors who look after so many active
// apprentices of a report.
type SupervisorLoads struct {
	Apprentices int
	Supervisors int
	Over        int // of these, with more apprentices than their frameworks' load
	Waiting     int // competencies of theirs that wait for sign-off
}

// ReportQuery says what a report is about. Empty parts ask for everything. Map
// says by which tree the end of a month is added up: of then, or of today.
type ReportQuery struct {
	Place     string `field:"organisation" label:"an organisation" validate:"max=40" privacy:"-"`
	Framework string `field:"framework" label:"a framework" validate:"max=80" privacy:"-"`
	Cohort    string `field:"cohort" label:"a cohort" validate:"max=80" privacy:"-"`
	Month     string `field:"month" label:"a month" validate:"max=7" privacy:"-"` // "2026-10": as at its end; empty for now
	Map       string `field:"map" label:"a map" verb:"Select" validate:"omitempty,oneof=then today" privacy:"-"`
}

// ReportRow is a line of a report. Key is the code of a place or a framework,
// a cohort, or a month.
type ReportRow struct {
	Key, Name string
	Place     countersign.Organisation // of rows by place
	Open      bool                     // the actor may look at the report of this row's place
	Figures   countersign.Values
}

// Report is how the apprentices of a place and what is beneath it get on.
type Report struct {
	Place     countersign.Organisation
	Above     []countersign.Organisation // whose reports the actor may see, from the top down
	Framework string
	Cohort    string
	Month     countersign.Month // as at whose end; zero for now
	Day       countersign.Date  // by which days decide
	TakenAt   time.Time         // when the month's end was kept; zero for now
	Then      bool              // places are beneath each other as they were then
	Late      bool              // it was kept a day or more after the end: the changes in between are in it
	Sums      bool              // small numbers are hidden, as they go beyond the training hub
	Copied    bool              // read from a copy of the database
	Behind    time.Duration     // by how much that lags

	Total       ReportRow
	Places      []ReportRow              // directly beneath, by name; none for a practice, or where only sums may be seen
	Cohorts     []ReportRow              // of the framework and place, the last in the alphabet first
	Frameworks  []ReportRow              // of the cohort and place, by identifier
	Paces       []countersign.StatedPace // the rules of the frameworks that it counts
	Supervisors []SupervisorLoad         // for whom most waits; none where only sums may be seen
	Months      []countersign.Month      // that can be looked at, the last first
	ReportParts
}

// ReportParts are what isn't a line of a report.
type ReportParts struct {
	Loads    []SupervisorLoads // none where only sums may be seen
	Capacity Capacity
	Forecast []ForecastMonth
}

// Capacity says how many can be looked after.
type Capacity struct {
	Practices, Unmentored countersign.Value // with active apprentices; of these, with one who lacks a mentor
	Supervisors, Over     countersign.Value // who look after active apprentices; of these, more than their load
}

// ForecastMonth says how many are likely to finish in a month: in 8 of 10
// cases each of them does so within a range, which in all gives Low and High.
type ForecastMonth struct {
	Month     countersign.Month
	Later     bool // or after it
	Likely    countersign.Value
	Low, High countersign.Value // certain by their ranges, and possible
}

// forecastAhead is how many months a forecast looks ahead, month by month.
const forecastAhead = 24

// busiest is how many supervisors a report names.
const busiest = 50

// Report returns the figures of a place: to those who manage or lead it with
// their people, to those who lead a place above the training hub as sums.
func (s *Service) Report(ctx context.Context, actor authz.Actor, in ReportQuery) (Report, error) {
	var r Report
	err := s.report(ctx, actor, in, func(tx *store.Tx, v sight) (err error) {
		r, err = v.whole(tx)
		return err
	})
	return r, err
}

// whole is the report of what there is to see.
func (v sight) whole(tx *store.Tx) (Report, error) {
	r := v.report()
	if v.sums {
		err := v.told(tx, &r)
		return r, err
	}
	cells, err := tx.Cells(v.Sight)
	if err == nil {
		err = v.rows(tx, &r, cells)
	}
	if err == nil {
		r.Supervisors, err = tx.BusiestSupervisors(v.Sight, busiest)
	}
	if err == nil {
		r.ReportParts, err = v.parts(tx)
	}
	return r, err
}

// Trend returns the figures of a place at the ends of the last 12 months that
// were kept, the first first. Those who see sums get them as the report of
// each month has them.
func (s *Service) Trend(ctx context.Context, actor authz.Actor, in ReportQuery) ([]ReportRow, error) {
	var rows []ReportRow
	err := s.report(ctx, actor, in, func(tx *store.Tx, v sight) error {
		rows = nil
		if v.sums {
			return v.toldTrend(tx, &rows)
		}
		counts, err := tx.MonthCounts(v.Sight, trendMonths)
		for _, m := range v.trend() {
			c, ok := counts[m]
			if !ok {
				c = countersign.NewCounts() // nobody was there
			}
			rows = append(rows, ReportRow{Key: m.String(), Name: m.Long(), Figures: c.Values()})
		}
		return err
	})
	return rows, err
}

// trendMonths is how far a trend looks back.
const trendMonths = 12

// trend returns the months of a trend, the first first.
func (v sight) trend() (months []countersign.Month) {
	now := countersign.MonthOf(v.Day)
	for _, k := range slices.Backward(v.kept) {
		if !k.Month.Before(now.Add(-trendMonths)) && k.Month.Before(now) {
			months = append(months, k.Month)
		}
	}
	return months
}

// sight is what a report looks at, and how.
type sight struct {
	store.Sight
	actor authz.Actor
	above []countersign.Organisation
	kept  []store.KeptMonth
	taken time.Time
	sums  bool
	paces []countersign.StatedPace
	cache *sumsCache

	copied bool
	behind time.Duration
}

// report finds what the report is about and runs fn, if the actor may see it.
func (s *Service) report(ctx context.Context, actor authz.Actor, in ReportQuery, fn func(*store.Tx, sight) error) error {
	if err := s.freshen(ctx, actor.Scope(authz.ReadReport)); err != nil {
		return err
	}
	if err := s.freshen(ctx, actor.Scope(authz.ReadSums)); err != nil {
		return err
	}
	if err := s.freshenTallies(ctx); err != nil {
		return err
	}
	return s.store.ReadReports(ctx, func(tx *store.Tx) error {
		v := sight{actor: actor, cache: &s.sums}
		if err := v.place(s, tx, in.Place); err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		if v.sums && in.Map == "today" {
			return countersign.InvalidField("map", "Beyond the training hub a month's end is told on the map of then only")
		}
		if v.wholeRegion() {
			if in.Map == "then" {
				return countersign.InvalidField("map", "A region whose people you see is told on today's map only: a training hub that has left it has not agreed")
			}
			in.Map = "today"
		}
		v.Framework, v.Cohort, v.Day = in.Framework, in.Cohort, tx.Today()
		if v.sums && in.Framework != "" && in.Cohort != "" {
			return countersign.InvalidField("cohort", "Choose a framework or a cohort: beyond the training hub they are not combined")
		}
		if err := v.month(tx, in.Month, in.Map); err != nil {
			return err
		}
		var err error
		if v.paces, err = s.paces(tx, in.Framework); err != nil {
			return err
		}
		if in.Framework != "" && len(v.paces) == 0 {
			return countersign.InvalidField("framework", "Select a framework that there is")
		}
		if v.behind, v.copied, err = tx.Behind(); err != nil {
			return err
		}
		return fn(tx, v)
	})
}

// wholeRegion reports whether it is a region seen with its people.
func (v sight) wholeRegion() bool { return !v.sums && v.Place.Kind == countersign.Region }

// place finds the place, and whether the actor sees its small numbers. Sums
// are told of training hubs and of what is above them.
func (v *sight) place(s *Service, tx *store.Tx, code string) error {
	var err error
	if v.Place, err = s.placeFor(tx, v.actor, authz.ReadReport, code); err != nil {
		if countersign.IsFault(err) {
			return err
		}
		v.sums = true
		v.Place, err = s.placeFor(tx, v.actor, authz.ReadSums, code)
		if err == nil && (v.Place.Kind == countersign.PCN || v.Place.Kind == countersign.Practice) || err != nil && !countersign.IsFault(err) {
			return countersign.Refuse(refusalOf(v.actor), "This does not exist, or you cannot see it")
		}
		if err != nil {
			return err
		}
	}
	for _, action := range []authz.Action{authz.ReadReport, authz.ReadSums} {
		above, err := visibleAbove(tx, v.actor, action, v.Place.ID)
		if err != nil {
			return err
		}
		if len(above) > len(v.above) {
			v.above = above
		}
	}
	return nil
}

// month finds the month's end to look at.
func (v *sight) month(tx *store.Tx, asked, by string) (err error) {
	if v.kept, err = tx.KeptMonths(); err != nil || asked == "" {
		return err
	}
	if v.Month, err = countersign.ParseMonth(asked); err != nil {
		return countersign.InvalidField("month", "Enter a month in the form 2026-10")
	}
	i := slices.IndexFunc(v.kept, func(k store.KeptMonth) bool { return k.Month == v.Month })
	if i < 0 {
		return countersign.InvalidField("month", "There is no report as at the end of "+v.Month.Long())
	}
	v.Day, v.taken = v.Month.Last(), v.kept[i].TakenAt
	if by != "today" {
		v.Map = v.Day
	}
	return nil
}

func (v sight) report() Report {
	r := Report{
		Place: v.Place, Above: v.above, Framework: v.Framework, Cohort: v.Cohort, Month: v.Month, Day: v.Day, TakenAt: v.taken, Then: !v.Map.IsZero(), Sums: v.sums,
		Copied: v.copied, Behind: v.behind,
		Late: !v.taken.IsZero() && countersign.LondonDate(v.taken).After(v.Month.Last().AddDays(1)), Paces: v.paces,
	}
	for _, k := range v.kept {
		r.Months = append(r.Months, k.Month)
	}
	return r
}

// rows fills in the lines.
func (v sight) rows(tx *store.Tx, r *Report, cells []store.Cell) error {
	beneath, err := tx.Beneath(v.Sight)
	if err != nil {
		return err
	}
	add := func(into map[string]*countersign.Counts, key string, c store.Cell) {
		if into[key] == nil {
			counts := countersign.NewCounts()
			into[key] = &counts
		}
		into[key].Add(c.Counts)
	}
	total := countersign.NewCounts()
	places, cohorts, frameworks := map[string]*countersign.Counts{}, map[string]*countersign.Counts{}, map[string]*countersign.Counts{}
	for _, c := range cells {
		framework, cohort := v.Framework == "" || v.Framework == c.Framework, v.Cohort == "" || v.Cohort == c.Cohort
		if framework {
			add(cohorts, c.Cohort, c)
		}
		if cohort {
			add(frameworks, c.Framework, c)
		}
		if framework && cohort {
			add(places, string(c.Area), c)
			total.Add(c.Counts)
		}
	}
	r.Total = ReportRow{Key: v.Place.Code, Name: v.Place.Name, Place: v.Place, Figures: total.Values()}
	if v.Place.Kind != countersign.Practice {
		for _, o := range beneath {
			counts := places[string(o.ID)]
			if counts == nil {
				if !o.OpenOn(v.Day) {
					continue // closed, and nobody was there
				}
				none := countersign.NewCounts()
				counts = &none
			}
			r.Places = append(r.Places, ReportRow{Key: o.Code, Name: o.Name, Place: o, Open: true, Figures: counts.Values()})
		}
	}
	r.Cohorts, r.Frameworks = v.keyed(cohorts), v.keyed(frameworks)
	slices.Reverse(r.Cohorts)
	return nil
}

// keyed returns rows by key, in the order of the alphabet.
func (v sight) keyed(by map[string]*countersign.Counts) []ReportRow {
	var rows []ReportRow
	for key, counts := range by {
		rows = append(rows, ReportRow{Key: key, Name: key, Figures: counts.Values()})
	}
	slices.SortFunc(rows, func(a, b ReportRow) int { return strings.Compare(a.Key, b.Key) })
	return rows
}

// parts works out what isn't a line, of all that the sight sees.
func (v sight) parts(tx *store.Tx) (ReportParts, error) {
	all, err := tx.Parts(v.Sight)
	return v.partsOf(slices.Collect(maps.Values(all))), err
}

// partsOf puts the parts of some places together. A supervisor may have
// apprentices in several of them.
func (v sight) partsOf(places []*store.Parts) (p ReportParts) {
	practices, supervisors := map[countersign.OrganisationID]int{}, map[countersign.PersonID]store.Mentored{}
	forecasts := map[[3]countersign.Month]int{}
	for _, place := range places {
		for _, m := range place.Mentored {
			if m.Apprentices > 0 {
				practices[m.Practice] += m.Unmentored
			}
			if m.Supervisor == "" {
				continue
			}
			if known, ok := supervisors[m.Supervisor]; ok {
				m.Apprentices, m.Waiting, m.Load = m.Apprentices+known.Apprentices, m.Waiting+known.Waiting, min(m.Load, known.Load)
			}
			supervisors[m.Supervisor] = m
		}
		for _, f := range place.Forecasts {
			forecasts[[3]countersign.Month{f.Finish, f.Early, f.Late}] += f.N
		}
	}
	unmentored, busy, over := 0, 0, 0
	for _, n := range practices {
		if n > 0 {
			unmentored++
		}
	}
	loads := map[int]SupervisorLoads{}
	for _, m := range supervisors {
		sum := loads[m.Apprentices]
		sum.Apprentices, sum.Supervisors, sum.Waiting = m.Apprentices, sum.Supervisors+1, sum.Waiting+m.Waiting
		if m.Apprentices > m.Load {
			sum.Over++
			over++
		}
		if m.Apprentices > 0 {
			busy++
		}
		loads[m.Apprentices] = sum
	}
	p.Loads = slices.SortedFunc(maps.Values(loads), func(a, b SupervisorLoads) int { return a.Apprentices - b.Apprentices })
	p.Capacity = Capacity{valueOf(len(practices)), valueOf(unmentored), valueOf(busy), valueOf(over)}
	var ranges []store.FinishRange
	for m, n := range forecasts {
		ranges = append(ranges, store.FinishRange{Finish: m[0], Early: m[1], Late: m[2], N: n})
	}
	p.Forecast = forecastMonths(ranges, countersign.MonthOf(v.Day))
	return p
}

func valueOf(n int) countersign.Value { return countersign.Value{N: n, Known: true} }

// forecastMonths adds forecasts up by month. One that has passed stands in the
// month of the report, and those far ahead together in the last one.
func forecastMonths(ranges []store.FinishRange, now countersign.Month) []ForecastMonth {
	if len(ranges) == 0 {
		return nil
	}
	far := now.Add(forecastAhead)
	within := func(m countersign.Month) countersign.Month {
		switch {
		case m.Before(now):
			return now
		case far.Before(m):
			return far
		}
		return m
	}
	last := now
	for _, f := range ranges {
		if finish := within(f.Finish); last.Before(finish) {
			last = finish
		}
	}
	var out []ForecastMonth
	for m := now; !last.Before(m); m = m.Add(1) {
		row := ForecastMonth{Month: m, Later: m == far, Likely: valueOf(0), Low: valueOf(0), High: valueOf(0)}
		for _, f := range ranges {
			early, finish, late := within(f.Early), within(f.Finish), within(f.Late)
			if finish == m {
				row.Likely.N += f.N
			}
			if early == m && late == m {
				row.Low.N += f.N
			}
			if !m.Before(early) && !late.Before(m) {
				row.High.N += f.N
			}
		}
		out = append(out, row)
	}
	return out
}
