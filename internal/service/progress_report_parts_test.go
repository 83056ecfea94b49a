package service_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// begun are those of a place who have begun and not left.
func begun(all []one, place countersign.OrganisationID, day countersign.Date) []one {
	return slices.DeleteFunc(slices.Clone(all), func(o one) bool {
		return !slices.Contains(o.path, place) || o.StartOn.After(day) ||
			o.State == countersign.Applied || o.State == countersign.Declined || o.State == countersign.WithdrawnFromProgramme
	})
}

// compareParts compares what isn't in the table of figures: supervisor loads,
// capacity, heat map and coverage of the training hub.
func (l *life) compareParts(t *testing.T, all []one, day countersign.Date) {
	t.Helper()
	lead, in := l.as(t, l.HubLead), service.ReportQuery{Place: l.Hub.Code}
	report, err := l.svc.Report(t.Context(), lead, in)
	wantKind(t, err, 0)
	there := begun(all, l.Hub.ID, day)
	practices, without, supervised, waiting := map[countersign.OrganisationID]bool{}, map[countersign.OrganisationID]bool{}, 0, 0
	for _, o := range there {
		if o.supervised {
			waiting += len(o.waiting)
		}
		if o.State != countersign.Active && o.State != countersign.ReferredBack {
			continue
		}
		practices[o.Practice] = true
		if o.unmentored {
			without[o.Practice] = true
		}
		if o.supervised { // everybody by the same GP
			supervised++
		}
	}
	want := []int{len(practices), len(without), min(supervised, 1), 0}
	if supervised > 3 {
		want[3] = 1
	}
	c := report.Capacity
	if diff := cmp.Diff(want, []int{c.Practices.N, c.Unmentored.N, c.Supervisors.N, c.Over.N}); diff != "" {
		t.Fatalf("capacity on %s after %v (-want +got):\n%s", day, l.sequence, diff)
	}
	apprentices, waits := 0, 0
	for _, load := range report.Loads {
		apprentices, waits = apprentices+load.Apprentices*load.Supervisors, waits+load.Waiting
	}
	if apprentices != supervised || waits != waiting {
		t.Fatalf("loads of %d apprentices and %d waiting on %s after %v, want %d and %d", apprentices, waits, day, l.sequence, supervised, waiting)
	}
	l.compareHeat(t, there, lead)
	l.compareCoverage(t, all, day, lead)
}

func (l *life) compareHeat(t *testing.T, there []one, lead authz.Actor) {
	t.Helper()
	heat, err := l.svc.HeatMap(t.Context(), lead, service.ReportQuery{Place: l.Hub.Code, Framework: "tiny"}, false)
	wantKind(t, err, 0)
	for _, row := range heat.Rows {
		for i, column := range heat.Columns {
			inScope, signed, days := 0, 0, []int(nil)
			for _, o := range there {
				for _, s := range o.standings {
					if o.FrameworkID != "tiny" || o.Cohort != column.Key || s.Code != row.Competency.Code || s.Status == countersign.NotApplicable {
						continue
					}
					inScope++
					switch {
					case s.Status == countersign.Expired && o.State == countersign.CompletedProgramme:
						signed++
					case s.Status == countersign.SignedOff:
						signed, days = signed+1, append(days, o.StartOn.DaysUntil(countersign.LondonDate(s.SignedOffAt)))
					}
				}
			}
			want := service.HeatCell{InScope: countersign.Value{N: inScope, Known: true}}
			if inScope > 0 {
				want.Share = countersign.Value{N: 100 * signed / inScope, Known: true}
			}
			if row.Competency.RenewMonths > 0 { // counted to the first sign-off, which a summary doesn't tell
				want.Days = row.Cells[i].Days
			} else if signed > 0 {
				want.Days = countersign.Value{N: int(math.Round(10 * median(days))), Known: true}
			}
			if diff := cmp.Diff(want, row.Cells[i]); diff != "" {
				t.Fatalf("heat of %s in %q after %v (-want +got):\n%s", row.Competency.Code, column.Key, l.sequence, diff)
			}
		}
	}
}

func (l *life) compareCoverage(t *testing.T, all []one, day countersign.Date, lead authz.Actor) {
	t.Helper()
	coverage, err := l.svc.Coverage(t.Context(), lead, service.ReportQuery{Place: l.Hub.Code})
	wantKind(t, err, 0)
	for _, row := range coverage.Rows {
		training, qualified := 0, 0
		for _, o := range begun(all, row.Place.ID, day) {
			if o.State == countersign.CompletedProgramme {
				qualified = 1
			} else {
				training = 1
			}
		}
		if got, want := []int{row.Practices, row.PracticesTraining, row.PracticesQualified, row.PracticesEither}, []int{1, training, qualified, max(training, qualified)}; !slices.Equal(got, want) {
			t.Fatalf("coverage of %s on %s after %v: %v, want %v", row.Place.Code, day, l.sequence, got, want)
		}
	}
	if len(coverage.Rows) != 2 {
		t.Errorf("coverage has %d rows, want that of each practice", len(coverage.Rows))
	}
}
