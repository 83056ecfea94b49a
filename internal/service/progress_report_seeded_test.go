package service_test

import (
	"cmp"
	"crypto/rand"
	"database/sql"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/keyring"
	"countersign/internal/loadgen"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
)

// seeded fills a database of the test's own, as of the clock, and returns its
// address.
func seeded(t testing.TB, apprenticeships, evidencePer int, clock *storetest.Clock) string {
	t.Helper()
	dsn := pgcluster.DSN(t)
	if _, err := loadgen.Seed(t.Context(), loadgen.Options{
		Apprenticeships: apprenticeships, EvidencePer: evidencePer, Seed: 1, Database: dsn, Data: t.TempDir(), Now: clock.Now(), Clock: clock.Now, Out: io.Discard,
	}); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// seededReference is the slow reference of a database that loadgen filled.
func seededReference(t testing.TB, dsn string, clock *storetest.Clock) *reference {
	t.Helper()
	st, err := store.Open(t.Context(), dsn, store.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	svc := service.New(service.Config{Store: st, Rand: rand.Reader, Keys: keyring.Open(t.TempDir(), "seeded"), Demo: true})
	r := &reference{TB: t, svc: svc, store: st, today: countersign.LondonDate(clock.Now())}
	leads := map[countersign.OrganisationID]authz.Actor{}
	r.rows("SELECT organisation_id, person_id FROM memberships WHERE role IN ('hub_lead', 'region_lead', 'national_lead') ORDER BY id DESC", func(rows *sql.Rows) error {
		var at countersign.OrganisationID
		var id countersign.PersonID
		err := rows.Scan(&at, &id)
		if err == nil {
			leads[at], err = svc.Actor(t.Context(), id, authz.Proof{Method: authz.ByPassword})
		}
		return err
	})
	r.lead = func(path []countersign.OrganisationID) authz.Actor {
		i := slices.IndexFunc(path, func(id countersign.OrganisationID) bool { return leads[id].ID() != "" })
		return leads[path[max(i, 0)]]
	}
	return r
}

// compareLevels compares practices, networks and training hubs, those with
// most and with fewest apprentices among them, every region and England.
func (r *reference) compareLevels() {
	r.Helper()
	if err := r.svc.RecountDue(r.Context()); err != nil { // as the worker does each day
		r.Fatal(err)
	}
	c := r.compare(4, "seeding")
	many := map[countersign.OrganisationID]int{}
	kinds := map[countersign.OrganisationKind][]countersign.OrganisationID{}
	for _, o := range c.all {
		for _, place := range o.path {
			if many[place]++; many[place] == 1 {
				kinds[c.places[place].kind] = append(kinds[c.places[place].kind], place)
			}
		}
	}
	lines := 0
	for kind, places := range kinds {
		slices.SortFunc(places, func(a, b countersign.OrganisationID) int {
			return cmp.Or(cmp.Compare(many[b], many[a]), cmp.Compare(a, b))
		})
		n := len(places)
		if kind != countersign.Region {
			places = slices.Compact([]countersign.OrganisationID{places[0], places[n/5], places[n/2], places[n-1]})
		}
		for _, place := range places {
			lines += c.compareLevel(r.lead(c.path(place)), c.places[place].code, place, kind == countersign.Region || kind == countersign.National)
		}
	}
	r.Logf("%d apprenticeships, and a report line of %d in all", len(c.all), lines)
}

// compareLevel compares everything that is reported of a place, with each
// framework and some cohorts. It returns how many apprentices its reports are
// about.
func (c comparison) compareLevel(actor authz.Actor, code string, place countersign.OrganisationID, sums bool) (n int) {
	c.Helper()
	whole := service.ReportQuery{Place: code}
	queries, frameworks, cohorts := []service.ReportQuery{whole}, map[string]bool{}, map[string]bool{}
	for _, o := range c.of(place, "", "") {
		if !frameworks[o.FrameworkID] {
			frameworks[o.FrameworkID] = true
			queries = append(queries, service.ReportQuery{Place: code, Framework: o.FrameworkID})
		}
		if !cohorts[o.Cohort] {
			cohorts[o.Cohort] = true
			queries = append(queries, service.ReportQuery{Place: code, Cohort: o.Cohort})
		}
	}
	if !sums {
		queries = append(queries, service.ReportQuery{Place: code, Framework: queries[1].Framework, Cohort: queries[2].Cohort})
	}
	for _, in := range queries {
		if n += c.report(actor, in); sums {
			c.told(actor, in)
		}
		c.heat(actor, in, true)
		c.heat(actor, in, false)
	}
	c.coverage(actor, whole)
	return n
}

// Time alone changes many of the figures.
func TestEveryFigureOfALoadgenDatabaseEqualsTheSlowReferenceThenAndSixWeeksLater(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock()
	dsn := seeded(t, 40, 5, clock)
	seededReference(t, dsn, clock).compareLevels()
	clock.Advance(42 * 24 * time.Hour)
	seededReference(t, dsn, clock).compareLevels()
}

// BenchmarkFiguresOnSeeded compares every figure of practices, training hubs,
// regions and England with the slow reference on a database of 1,000
// apprenticeships with 10 pieces of evidence each, or on the one that loadgen
// seed filled if COUNTERSIGN_SEEDED says where it is. It fails at a difference.
func BenchmarkFiguresOnSeeded(b *testing.B) {
	clock, dsn := storetest.NewClock(), os.Getenv("COUNTERSIGN_SEEDED")
	if dsn == "" {
		dsn = seeded(b, 1000, 10, clock)
	} else {
		clock.Set(time.Now())
	}
	for b.Loop() {
		seededReference(b, dsn, clock).compareLevels()
	}
}
