package framework_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// The form that is hashed is written out here as somebody else's program would
// build it. If this test fails, every pinned text of every sign-off fails too.
func TestCompetencyHash(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	c, _ := f.Competency("RIDE-1")
	sum := sha256.Sum256([]byte(`{"code":"RIDE-1","evidence":["observation","procedure","procedure_log","certificate"],` +
		`"framework":"blood-bike@1.2.0",` +
		`"requires":{"assessors":2,"entries":10,"kinds":["certificate",["observation","procedure"]],"observed":1,"pieces":4,"within_months":12},` +
		`"statement":"Rides safely in all weathers.","threshold":"1","title":"Ride"}`))
	if got, want := framework.CompetencyHash(f, c), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("CompetencyHash() = %s, want %s", got, want)
	}
}

func TestCompetencyHashPinsWhatIsDemanded(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	c, _ := f.Competency("RIDE-1")
	original := framework.CompetencyHash(f, c)
	for _, tc := range []struct {
		name   string
		change func(*countersign.Framework, *countersign.Competency)
		same   bool
	}{
		{"framework", func(f *countersign.Framework, _ *countersign.Competency) { f.ID = "other" }, false},
		{"version", func(f *countersign.Framework, _ *countersign.Competency) { f.Version = "1.2.1" }, false},
		{"code", func(_ *countersign.Framework, c *countersign.Competency) { c.Code = "RIDE-3" }, false},
		{"title", func(_ *countersign.Framework, c *countersign.Competency) { c.Title = "Rides" }, false},
		{"statement", func(_ *countersign.Framework, c *countersign.Competency) { c.Statement += " <" }, false},
		{"threshold", func(_ *countersign.Framework, c *countersign.Competency) { c.Threshold = "2" }, false},
		{"kinds accepted", func(_ *countersign.Framework, c *countersign.Competency) { c.Evidence = c.Evidence[1:] }, false},
		{"requirement", func(_ *countersign.Framework, c *countersign.Competency) { c.Requires.Entries++ }, false},
		{"guidance", func(_ *countersign.Framework, c *countersign.Competency) { c.Guidance = "Help" }, true},
		{"source", func(_ *countersign.Framework, c *countersign.Competency) { c.Source = "" }, true},
		{"equivalents", func(_ *countersign.Framework, c *countersign.Competency) { c.EquivalentTo = nil }, true},
	} {
		other, competency := f, c
		tc.change(&other, &competency)
		if same := framework.CompetencyHash(other, competency) == original; same != tc.same {
			t.Errorf("another %s: same hash %t, want %t", tc.name, same, tc.same)
		}
	}
}
