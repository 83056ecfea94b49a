package countersign_test

import (
	"testing"

	"countersign/internal/countersign"
)

// FuzzParseDate looks for a text that is taken for a day and isn't written as
// that day.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-03-27", "2028-02-29", "2026-02-31", "0000-01-01", "9999-12-31", "2026-3-27", " 2026-03-27", "2026-03-27T00:00:00Z", "-001-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := countersign.ParseDate(s)
		if err == nil && (d.String() != s || d.IsZero() || d.AddDays(1).AddDays(-1) != d) {
			t.Errorf("%q is read as %v", s, d)
		}
	})
}
