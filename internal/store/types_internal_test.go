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
