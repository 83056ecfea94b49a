package countersign_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	files "countersign/internal/framework"
)

// docs/figures.md is generated; go test -run EveryFigureIsDefined -update writes it.
func TestEveryFigureIsDefinedOnceInTheDocument(t *testing.T) {
	const file = "../../docs/figures.md"
	var b strings.Builder
	b.WriteString(`# The figures

What every figure of a report means. This page is written from ` + "`internal/countersign/figures.go`" + `; a test keeps it so. Each is
computed by one query over a narrow row per apprenticeship, and compared with a slow reference over the whole record after random
events (` + "`TestEveryFigureEqualsTheSlowReferenceAfterAnySequenceOfEvents`" + `).

The day of a report is today or, as at a month's end, the last day of that month. Of a place it counts whoever is at a practice
beneath it: today's tree for today, and for a month's end that of then, or today's if you ask for it.

| Code | Name | Meaning | Rule | Unit |
| --- | --- | --- | --- | --- |
`)
	seen := map[countersign.FigureCode]bool{}
	for _, f := range countersign.Figures() {
		if seen[f.Code] || f.Name == "" || f.Meaning == "" || f.Rule == "" || f.Unit == "" {
			t.Errorf("%s is there twice, or lacks something", f.Code)
		}
		if of, ok := countersign.FigureBy(f.Of); !ok || of.Unit != countersign.Apprentices || of.Of != of.Code {
			t.Errorf("%s is about %q, which is no count of apprentices", f.Code, f.Of)
		}
		seen[f.Code] = true
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", f.Code, f.Name, f.Meaning, f.Rule, f.Unit)
	}
	b.WriteString("\n## Pace\n\n")
	for _, sentence := range files.Usual().Words() {
		b.WriteString("- " + sentence + "\n")
	}
	fmt.Fprintf(&b, `
The numbers are settings of a framework version (`+"`pace`"+` in its file). These are those of `+"`frameworks/usual.yaml`"+`, for every version
that gives none of its own. A report states the rules of the frameworks that it counts.

## What isn't in the table

- **Forecast**: how many are likely to finish in each month, by the forecast of each apprentice's own timeline as of the last change
  of their record or the first of the month. A forecast that has passed stands in the month of the report, and all that are 24 months
  ahead or more stand together. Each apprentice has a
  range that holds in 8 of 10 cases: the low number of a month are those whose range lies within it, the high one those whose range touches it.
- **Load**: the GP supervisors named on the day, by how many active apprentices of the report they look after, and how much waits for them.
- **Practices without a mentor**: those with an active apprentice who lacks a GP supervisor or a secondary mentor.
- **Impact**: of each measure the last report of each open practice that stood as checked by its training hub at the end of the day, as it was then. Median and range are of
  those practices; changes are added up only where the measure adds up and all used one method, and told in per cent only where no baseline is 0.
  Beyond the training hub fewer than 5 practices are hidden, the range is the middle half, everything is rounded to 5 and nothing is added up.
  The measures are in `+"`internal/countersign/impact.json`"+`.

Forecast, loads, practices without a mentor, the heat map and the coverage are compared with the slow reference too, at every level on a database
that loadgen filled (`+"`TestEveryFigureOfALoadgenDatabaseEqualsTheSlowReferenceThenAndSixWeeksLater`"+`).

## Small numbers

Beyond the training hub a count of apprentices from 1 to %d is hidden, and so is every figure that is about those apprentices. As many
other counts are hidden as it takes that no sum, alone or with others, gives a hidden one away
(`+"`TestADifferencingAttackOverEveryFilterAndLevelGetsNothing`"+`). Everything that is told is one lattice: places from the training hub upwards,
by framework or by cohort, never both, on the map of the day. The longest wait is one apprentice's, so it isn't told; forecasts and
capacity are rounded to %d.

The heat map is another such lattice: of each competency how many are signed off and how many are not, by place and cohort
(`+"`TestADifferencingAttackOnTheHeatMapGetsNothing`"+`). Only shares to the nearest 5 per cent and medians are told of it, and none of fewer than
20 apprentices, so that it says nothing of how many there are. Coverage counts practices and networks in fives, rounded down for each
training hub and added up: whatever is done with that, it only says that there are at least so many
(`+"`TestADifferencingAttackOnCoverageGetsNothing`, `TestCoverageBeyondTheTrainingHubTellsNoFewUnderAnyFilterAtAnyLevel`"+`).

What one month's report and the next one's tell apart is not hidden: who reads both knows by how much a count that is shown has changed,
such as that two more have left. It would take hiding every count that changes by 1 to %d, which is most counts of a training hub in most months, or
rounding every figure there is. A count that is hidden in one month does not come out by the next one's, as nobody knows how many came and went.
The same is true of two looks at the figures of today.
`, countersign.SmallNumber-1, countersign.SmallNumber, countersign.SmallNumber-1)
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("%s is out of date; run with -update (-want +got):\n%s", file, diff)
	}
}
