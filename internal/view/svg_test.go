package view

import (
	"bytes"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/templates"
)

func drawn(t *testing.T, template string, props any) string {
	t.Helper()
	shared, err := parseShared(Site{}, templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := shared.ExecuteTemplate(&buf, template, props); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestProgressRing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name        string
		done, total int
		want, dash  string
	}{
		{"nothing", 0, 24, "0 of 24 competencies signed off", "0.0 339.3"},
		{"a little shows", 1, 1000, "1 of 1,000 competencies signed off", "3.4 339.3"},
		{"half", 12, 24, "12 of 24 competencies signed off", "169.6 339.3"},
		{"nearly all leaves a gap", 999, 1000, "999 of 1,000 competencies signed off", "335.9 339.3"},
		{"all", 24, 24, "24 of 24 competencies signed off", "339.3 339.3"},
		{"no scope yet", 0, 0, "0 of 0 competencies signed off", "0.0 339.3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := ProgressRing{ID: "ring", Done: tc.done, Total: tc.total, Noun: "competency", Verb: "signed off"}
			if got := r.Dash(); got != tc.dash {
				t.Errorf("Dash() = %s, want %s", got, tc.dash)
			}
			if got := drawn(t, "progress-ring", r); !strings.Contains(got, tc.want) {
				t.Errorf("the drawing doesn't say %q:\n%s", tc.want, got)
			}
		})
	}
}

func TestDomainChartSaysInWordsWhatItDraws(t *testing.T) {
	t.Parallel()
	got := drawn(t, "domain-chart", DomainChart{ID: "domains", Bars: []DomainBar{
		{Title: "Care", Counts: map[countersign.Status]int{
			countersign.SignedOff: 4, countersign.Ready: 1, countersign.Assessed: 1, countersign.InProgress: 1,
			countersign.NotStarted: 2, countersign.NotApplicable: 5,
		}},
		{Title: "Clinical", Counts: map[countersign.Status]int{countersign.NotApplicable: 2}},
	}})
	for _, want := range []string{
		"4 of 9 signed off, 2 ready or waiting for countersignature, 1 in progress, 2 not started",
		"Nothing in scope", `aria-labelledby="domains-1-title"`, "<li>", "Signed off</li>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the drawing doesn't hold %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Expired") {
		t.Error("the key explains what isn't drawn")
	}
	if n := strings.Count(got, "app-chart__stripe"); n == 0 {
		t.Error("ready is told by colour alone")
	}
}
