package store

import (
	"fmt"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"countersign/internal/countersign"
)

func TestTimesKeepTheirOrderAsText(t *testing.T) {
	t.Parallel()
	text := func(at time.Time) string {
		v, err := dbTime{at}.Value()
		if err != nil {
			t.Fatal(err)
		}
		return v.(string)
	}
	bst := time.FixedZone("BST", 3600)
	times := []time.Time{
		time.Date(2026, 3, 29, 0, 59, 59, 999999000, time.UTC),
		time.Date(2026, 3, 29, 2, 0, 0, 0, bst), // 01:00 UTC
		time.Date(2026, 3, 29, 1, 0, 0, 1000, time.UTC),
		time.Date(2026, 3, 29, 2, 0, 0, 100000, bst),
		time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC),
	}
	var texts []string
	for _, at := range times {
		texts = append(texts, text(at))
	}
	if !slices.IsSorted(texts) {
		t.Errorf("not in the order of time: %v", texts)
	}
}

func TestTimesAndDatesScanWhatEitherDriverGives(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 29, 1, 0, 0, 123456000, time.UTC)
	for _, v := range []any{at, at.In(countersign.London()), "2026-03-29T01:00:00.123456Z", "2026-03-29T02:00:00.123456+01:00"} {
		var got dbTime
		if err := got.Scan(v); err != nil || !got.Equal(at) || got.Location() != time.UTC {
			t.Errorf("Scan(%v) = %s, %v", v, got, err)
		}
	}
	for _, v := range []any{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), "2026-03-29"} {
		var got dbDate
		if err := got.Scan(v); err != nil || got.Date != countersign.On(2026, 3, 29) {
			t.Errorf("Scan(%v) = %s, %v", v, got, err)
		}
	}
	for _, v := range []any{"soon", 3.5, int64(7), true} {
		if err := new(dbTime).Scan(v); err == nil {
			t.Errorf("a time from %v passed", v)
		}
		if err := new(dbDate).Scan(v); err == nil {
			t.Errorf("a date from %v passed", v)
		}
	}
	if v, err := (dbTime{}).Value(); v != nil || err != nil {
		t.Errorf("the zero time is %v, %v; want NULL", v, err)
	}
	if v, err := (dbDate{}).Value(); v != nil || err != nil {
		t.Errorf("the zero date is %v, %v; want NULL", v, err)
	}
}

// What travels as text must compare as time: with columns and with
// parameters, on both databases, whatever time zone the server is set to.
func TestDatesAndTimesCompareInBothDatabases(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		s := open()
		london := countersign.London()
		times := []dbTime{
			{time.Date(1999, 12, 31, 23, 59, 59, 999999000, time.UTC)},
			{time.Date(2026, 3, 29, 0, 59, 59, 0, london)},
			{time.Date(2026, 3, 29, 2, 0, 0, 0, london)}, // an hour was left out
			{time.Date(2026, 3, 29, 1, 0, 0, 1000, time.UTC)},
			{time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)}, // half past one, twice
			{time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)},
			{},
		}
		dates := []dbDate{
			{countersign.On(999, 1, 1)}, {countersign.On(2024, 2, 29)}, {countersign.On(2026, 3, 28)}, {countersign.On(2026, 3, 29)},
			{countersign.On(2026, 10, 25)}, {countersign.On(2026, 10, 26)}, {},
		}
		if err := s.Write(t.Context(), func(tx *Tx) error {
			if _, err := tx.exec("CREATE TABLE moments (n INTEGER, at TIMESTAMPTZ, day DATE)"); err != nil {
				return err
			}
			for i := range times {
				n := (i * 3) % len(times) // not in order
				if _, err := tx.exec("INSERT INTO moments VALUES (?, ?, ?)", n, times[n], dates[n]); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Read(t.Context(), func(tx *Tx) error {
			type row struct {
				N   int
				At  dbTime
				Day dbDate
			}
			for _, order := range []string{"at", "day"} {
				rows, err := all[row](tx, "SELECT * FROM moments WHERE at IS NOT NULL ORDER BY "+order)
				if err != nil {
					return err
				}
				for i, r := range rows {
					if r.N != i || !r.At.Equal(times[i].Time) || r.At.Location() != time.UTC || r.Day != dates[i] {
						t.Errorf("by %s: row %d is %d, %s, %s; want %s, %s", order, i, r.N, r.At, r.Day, times[i], dates[i])
					}
				}
			}
			for i := range times[:len(times)-1] {
				for _, column := range []string{"at", "day"} {
					v := any(times[i])
					if column == "day" {
						v = dates[i]
					}
					for op, want := range map[string]int{"<": i, "<=": i + 1, "=": 1, ">=": len(times) - 1 - i, ">": len(times) - 2 - i} {
						n, err := all[int](tx, "SELECT count(*) FROM moments WHERE "+column+" "+op+" ?", v)
						if err != nil || n[0] != want {
							t.Errorf("%s %s %v: %v, %v; want %d", column, op, v, n, err, want)
						}
					}
				}
				pairs, err := all[int](tx, "SELECT n FROM moments WHERE (at, n) > (?, ?) ORDER BY at, n", times[i], i)
				if err != nil || len(pairs) != len(times)-2-i {
					t.Errorf("after (%s, %d): %v, %v", times[i], i, pairs, err)
				}
			}
			last, err := one[row](tx, "SELECT count(*) AS n, max(at) AS at, min(day) AS day FROM moments")
			if err != nil || !last.At.Equal(times[5].Time) || last.Day != dates[0] {
				t.Errorf("max and min = %+v, %v", last, err)
			}
			none, err := one[row](tx, "SELECT * FROM moments WHERE at IS NULL AND day IS NULL")
			if err != nil || !none.At.IsZero() || !none.Day.IsZero() || none.N != 6 {
				t.Errorf("NULL = %+v, %v", none, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCursorsRoundTrip(t *testing.T) {
	t.Parallel()
	roundTrip := func(key string, n uint32) bool {
		id := fmt.Sprintf("00000000-0000-7000-8000-%012x", n)
		c, got, err := decodeCursor(cursor{Sort: "name", Key: key, ID: id}.encode(), "name", textKey)
		return err == nil && got == key && c.ID == id
	}
	if err := quick.Check(func(b []rune, n uint32) bool { return roundTrip(string(b), n) }, nil); err != nil {
		t.Error(err)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("", "name", 0)
	f.Add(cursor{Sort: "name", Key: "a", ID: "00000000-0000-7000-8000-000000000001"}.encode(), "name", 3)
	f.Fuzz(func(t *testing.T, s, sort string, kind int) {
		if _, _, err := decodeCursor(s, sort, keyKind(kind%4)); err != nil && countersign.KindOf(err) != countersign.Invalid {
			t.Errorf("decodeCursor(%q) error = %v; want Invalid", s, err)
		}
	})
}

func TestDuplicateNamesTheConstraint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sqlite3: constraint failed: UNIQUE constraint failed: people.email":                                        "people_email",
		"sqlite3: constraint failed: UNIQUE constraint failed: sign_offs.apprenticeship_id, sign_offs.competency":   "sign_offs_apprenticeship_id_competency",
		"sqlite3: constraint failed: FOREIGN KEY constraint failed":                                                 "",
		"duplicated key not allowed: sqlite3: constraint failed: UNIQUE constraint failed: sign_offs.supersedes_id": "sign_offs_supersedes_id",
	} {
		if got := duplicate(fmt.Errorf("%s", text)); got != want {
			t.Errorf("duplicate(%q) = %q; want %q", text, got, want)
		}
	}
}
