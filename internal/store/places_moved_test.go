package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// move moves a place as the operator.
func move(t testing.TB, s *store.Store, at places, code, parent string, on countersign.Date) error {
	t.Helper()
	return s.Write(t.Context(), func(tx *store.Tx) error {
		subject, err := tx.PlaceSubject(at[code])
		if err != nil {
			return err
		}
		permit, err := authz.NewJob(authz.Operator).Check(authz.ChangePlaces, subject)
		if err != nil {
			return err
		}
		o, err := tx.Organisation(at[code])
		if err != nil {
			return err
		}
		_, err = tx.MovePlace(permit, o, at[parent], on)
		return err
	})
}

// lineage returns the codes of a place and everything above it on a day.
func lineage(t testing.TB, s *store.Store, id countersign.OrganisationID, day countersign.Date) string {
	t.Helper()
	var codes []string
	read(t, s, func(tx *store.Tx) error {
		above, err := tx.PlacesOn(id, day)
		for _, o := range above {
			codes = append(codes, o.Code)
		}
		return err
	})
	return strings.Join(codes, " ")
}

func TestAMovedPlaceTakesWhatIsBeneathItAndItsPastStays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at, today := addPlaces(t, s), startDay
		merged := today.AddDays(-30)
		if err := move(t, s, at, "N1", "H3", merged); err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			code string
			day  countersign.Date
			want string
		}{
			{"P1", countersign.Date{}, "P1 N1 H3 Y2 ENGLAND"},
			{"P1", today, "P1 N1 H3 Y2 ENGLAND"},
			{"P1", merged, "P1 N1 H3 Y2 ENGLAND"},
			{"P1", merged.AddDays(-1), "P1 N1 H1 Y1 ENGLAND"},
			{"N1", merged.AddDays(-400), "N1 H1 Y1 ENGLAND"},
			{"N1", today, "N1 H3 Y2 ENGLAND"},
			{"P3", today, "P3 H1 Y1 ENGLAND"},
		} {
			if got := lineage(t, s, at[tc.code], tc.day); got != tc.want {
				t.Errorf("%s on %s is beneath %q, want %q", tc.code, tc.day, got, tc.want)
			}
		}
		read(t, s, func(tx *store.Tx) error {
			stays, err := tx.Stays(at["N1"])
			if len(stays) != 2 || stays[0].Parent.Code != "H3" || stays[0].From != merged || !stays[0].To.IsZero() ||
				stays[1].Parent.Code != "H1" || !stays[1].From.IsZero() || stays[1].To != merged.AddDays(-1) {
				t.Errorf("Stays(N1) = %+v, %v", stays, err)
			}
			if stays, err := tx.Stays(at["P1"]); len(stays) != 1 || stays[0].Parent.Code != "N1" || err != nil {
				t.Errorf("Stays(P1) = %+v, %v; it stayed in its network", stays, err)
			}
			n1, err := tx.Organisation(at["N1"])
			if n1.Parent != at["H3"] || n1.Version != 2 || err != nil {
				t.Errorf("N1 is %+v, %v", n1, err)
			}
			rows, _, err := tx.Organisations(store.OrganisationFilter{Under: under(at["H3"])})
			if got := codesOf(rows); got != "N1 H3 P1 P2 P5" || err != nil {
				t.Errorf("beneath H3: %q, %v", got, err)
			}
			return nil
		})
	})
}

func TestAMoveIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at, today := addPlaces(t, s), startDay
		moved := today.AddDays(-10)
		if err := move(t, s, at, "P1", "H2", moved); err != nil { // out of N1 and so of H1
			t.Fatal(err)
		}
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.ChangeOrganisation(countersign.Organisation{ID: at["H3"], Name: "Cedar Hub", EndedOn: today.AddDays(-1)}, 1)
			return err
		})
		for _, tc := range []struct {
			name, code, parent string
			on                 countersign.Date
			field              string
		}{
			{"on a future day", "P2", "H2", today.AddDays(1), "on"},
			{"without a day", "P2", "H2", countersign.Date{}, "on"},
			{"before its last move", "P1", "H1", moved.AddDays(-1), "on"},
			{"before the last move of what is beneath", "H2", "Y2", moved.AddDays(-1), "on"},
			{"before something left it", "H1", "Y2", moved.AddDays(-1), "on"},
			{"beneath where it is", "P2", "N1", today, "parent"},
			{"beneath its like", "H1", "H2", today, "parent"},
			{"beneath what is beneath it", "Y1", "H1", today, "parent"},
			{"of the top", "ENGLAND", "Y1", today, "parent"},
			{"beneath a closed place", "P2", "H3", today, "parent"},
		} {
			err := move(t, s, at, tc.code, tc.parent, tc.on)
			if f := fieldsOf(err); countersign.KindOf(err) != countersign.Invalid || len(f) != 1 || f[0].Field != tc.field {
				t.Errorf("a move %s: %v; want it refused beside %s", tc.name, err, tc.field)
			}
		}
		if got := lineage(t, s, at["P2"], countersign.Date{}); got != "P2 N1 H1 Y1 ENGLAND" {
			t.Errorf("a refused move moved P2: %s", got)
		}
		if err := move(t, s, at, "P1", "H1", moved); err != nil {
			t.Errorf("a second move on the same day corrects the first: %v", err)
		}
		if got := lineage(t, s, at["P1"], moved); got != "P1 H1 Y1 ENGLAND" {
			t.Errorf("corrected, P1 is beneath %s", got)
		}
	})
}

func TestAMoveNeedsAPermitOfThatPlace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		for name, permit := range map[string]func(*store.Tx) (authz.Permit, error){
			"none": func(*store.Tx) (authz.Permit, error) { return authz.Permit{}, nil },
			"of another place": func(tx *store.Tx) (authz.Permit, error) {
				subject, err := tx.PlaceSubject(w.NextPractice.ID)
				if err != nil {
					return authz.Permit{}, err
				}
				return w.Actor(t, w.Admin).Check(authz.ChangePlaces, subject)
			},
			"for something else": func(tx *store.Tx) (authz.Permit, error) {
				subject, err := tx.PlaceSubject(w.Practice.ID)
				if err != nil {
					return authz.Permit{}, err
				}
				return w.Actor(t, w.Manager).Check(authz.Enrol, subject)
			},
		} {
			p := readOne(t, s, permit)
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.MovePlace(p, w.Practice, w.OtherHub.ID, tx.Today())
				return err
			})
			if countersign.KindOf(err) != countersign.Internal {
				t.Errorf("a permit %s: %v; want our own error", name, err)
			}
		}
		refused(t, s, countersign.Conflict, "", func(tx *store.Tx) error {
			subject, err := tx.PlaceSubject(w.Practice.ID)
			if err != nil {
				return err
			}
			permit, err := authz.NewJob(authz.Operator).Check(authz.ChangePlaces, subject)
			if err != nil {
				return err
			}
			old := w.Practice
			old.Version = 7
			_, err = tx.MovePlace(permit, old, w.OtherHub.ID, tx.Today())
			return err
		})
	})
}

func readOne[T any](t testing.TB, s *store.Store, fn func(*store.Tx) (T, error)) (out T) {
	t.Helper()
	read(t, s, func(tx *store.Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out
}

// Whatever moves in whichever order, the map of any day is what a walk up the
// parents of that day gives, and the map of today is the one without a day.
func TestTheMapOfAnyDayIsAWalkUpThatDaysParents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		for i := range 8 { // more to move about
			write(t, s, func(tx *store.Tx) error {
				code := fmt.Sprintf("X%d", i)
				o, err := tx.AddOrganisation(countersign.Organisation{Code: code, Name: code, Kind: countersign.Practice, Parent: at[[]string{"N1", "H2"}[i%2]]})
				at[code] = o.ID
				return err
			})
		}
		type since struct {
			day    countersign.Date
			parent string
		}
		parents := map[string][]since{}
		kinds, codes := map[string]countersign.OrganisationKind{}, []string{}
		for _, p := range placeTree {
			parents[p.code], kinds[p.code] = []since{{parent: p.parent}}, p.kind
		}
		for i := range 8 {
			code := fmt.Sprintf("X%d", i)
			parents[code], kinds[code] = []since{{parent: []string{"N1", "H2"}[i%2]}}, countersign.Practice
		}
		for code := range parents {
			codes = append(codes, code)
		}
		slices.Sort(codes)
		random, moved := rand.New(rand.NewPCG(7, 32)), 0
		for i := range 150 {
			code := codes[random.IntN(len(codes))]
			fit := slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return !slices.Contains(kinds[code].Parents(), kinds[c]) })
			if len(fit) == 0 {
				continue // the top
			}
			parent := fit[random.IntN(len(fit))]
			on := startDay.AddDays((i-150)/4 - random.IntN(3))
			switch err := move(t, s, at, code, parent, on); countersign.KindOf(err) {
			case 0:
				moved++
				parents[code] = append(parents[code], since{on, parent})
			case countersign.Invalid:
			default:
				t.Fatalf("move %s beneath %s on %s: %v", code, parent, on, err)
			}
		}
		if moved < 15 {
			t.Fatalf("only %d moves were made", moved)
		}
		walk := func(code string, day countersign.Date) string {
			var up []string
			for code != "" {
				up = append(up, code)
				next := ""
				for _, p := range parents[code] {
					if p.day.IsZero() || !day.Before(p.day) {
						next = p.parent
					}
				}
				code = next
			}
			return strings.Join(up, " ")
		}
		for _, code := range codes {
			if got, want := lineage(t, s, at[code], countersign.Date{}), walk(code, startDay); got != want {
				t.Errorf("%s today: %q, want %q", code, got, want)
			}
			for back := 0; back <= 45; back += 3 {
				day := startDay.AddDays(-back)
				if got, want := lineage(t, s, at[code], day), walk(code, day); got != want {
					t.Errorf("%s on %s: %q, want %q", code, day, got, want)
				}
			}
		}
	})
}
