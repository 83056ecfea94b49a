package app_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"countersign/internal/app"
	"countersign/internal/loadgen"
	"countersign/internal/store/storetest/pgcluster"
)

func TestEveryStepOfALoadIsDoneOnAServerOfWhatWasSeeded(t *testing.T) {
	now := time.Date(2026, time.March, 3, 10, 0, 0, 0, time.UTC)
	c := app.Config{Database: pgcluster.DSN(t), Data: t.TempDir(), Demo: true, Now: now.Format(time.RFC3339)}
	if _, err := loadgen.Seed(t.Context(), loadgen.Options{
		Apprenticeships: 24, EvidencePer: 20, Seed: 1, Database: c.Database, Data: c.Data, Now: now, Clock: time.Now, Out: io.Discard,
	}); err != nil {
		t.Fatal(err)
	}
	taken, err := loadgen.Run(t.Context(), loadgen.Load{
		URL: serve(t, c).url, Data: c.Data, People: 4, Rounds: 1, Duration: time.Minute, Clock: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	taken.Write(&table)
	for _, step := range []string{
		"sign in", "apprentice: home", "apprentice: form for a piece", "apprentice: submit a piece with a photo", "apprentice: evidence",
		"apprentice: competencies", "apprentice: portfolio as PDF", "GP: home", "GP: queue", "GP: decide the queue", "hub: home", "hub: report", "hub: apprentices",
	} {
		if taken.Steps(step) == 0 {
			t.Errorf("nobody did this: %s", step)
		}
	}
	if taken.Errors() > 0 || t.Failed() {
		t.Errorf("what was done:\n%s", table.String())
	}
}
