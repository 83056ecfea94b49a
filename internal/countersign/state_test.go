package countersign_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"countersign/internal/countersign"
)

var update = flag.Bool("update", false, "write the generated documents")

// Every state and every event: allowed as the table says, refused otherwise.
func TestEvidenceLifecycle(t *testing.T) { // E2, E3
	allowed := map[countersign.EvidenceState]map[countersign.EvidenceEvent]countersign.EvidenceState{
		countersign.Draft:     {countersign.Submit: countersign.Submitted, countersign.Record: countersign.Accepted, countersign.Withdraw: countersign.Withdrawn},
		countersign.Submitted: {countersign.Accept: countersign.Accepted, countersign.Return: countersign.Returned, countersign.Withdraw: countersign.Withdrawn, countersign.ReportEvidence: countersign.Returned},
		countersign.Returned:  {countersign.Submit: countersign.Submitted, countersign.Record: countersign.Accepted, countersign.Withdraw: countersign.Withdrawn, countersign.ReportEvidence: countersign.Returned},
		countersign.Accepted:  {countersign.Withdraw: countersign.Withdrawn, countersign.ReportEvidence: countersign.Returned},
		countersign.Withdrawn: {countersign.ReportEvidence: countersign.Returned},
	}
	for from, events := range allowed {
		for _, event := range []countersign.EvidenceEvent{countersign.Submit, countersign.Record, countersign.Accept, countersign.Return, countersign.Withdraw, countersign.ReportEvidence} {
			next, err := countersign.Evidence{State: from}.Do(event)
			want, ok := events[event]
			switch {
			case ok && (err != nil || next != want):
				t.Errorf("%s in %s = %s, %v; want %s", event, from, next, err, want)
			case !ok:
				wantKind(t, err, countersign.Conflict)
			}
		}
	}
	if got := countersign.EvidenceLifecycle.Events(countersign.Submitted, countersign.TheApprentice); !slices.Equal(got, []countersign.EvidenceEvent{countersign.Withdraw, countersign.ReportEvidence}) {
		t.Errorf("what an apprentice may do with a submitted piece = %v, want withdraw and report only", got)
	}
}

func TestApprenticeshipLifecycle(t *testing.T) {
	for _, ended := range []countersign.ApprenticeshipState{countersign.CompletedProgramme, countersign.WithdrawnFromProgramme} {
		for _, event := range []countersign.ApprenticeshipEvent{countersign.CompleteApprenticeship, countersign.WithdrawApprentice} {
			if next, ok := countersign.ApprenticeshipLifecycle.Next(ended, event); ok {
				t.Errorf("%s when %s leads to %s, want refused", event, ended, next)
			}
		}
	}
	if next, ok := countersign.ApprenticeshipLifecycle.Next(countersign.Active, countersign.CompleteApprenticeship); !ok || next != countersign.CompletedProgramme {
		t.Errorf("completing an active one = %s, %t", next, ok)
	}
}

// docs/rules/states.md is generated; go test -run Diagram -update writes it.
func TestDiagramOfStatesIsCurrent(t *testing.T) {
	const file = "../../docs/rules/states.md"
	doc := "# Lifecycles\n\nGenerated from the transition tables in `internal/countersign`; `TestDiagramOfStatesIsCurrent` keeps it so.\n"
	for _, l := range []struct{ name, mermaid string }{
		{countersign.ApprenticeshipLifecycle.Name, countersign.ApprenticeshipLifecycle.Mermaid()},
		{countersign.EvidenceLifecycle.Name, countersign.EvidenceLifecycle.Mermaid()},
		{countersign.HoursLifecycle.Name, countersign.HoursLifecycle.Mermaid()},
		{countersign.PlacementLifecycle.Name, countersign.PlacementLifecycle.Mermaid()},
		{countersign.PaymentLifecycle.Name, countersign.PaymentLifecycle.Mermaid()},
		{countersign.ProgressReviewLifecycle.Name, countersign.ProgressReviewLifecycle.Mermaid()},
		{countersign.PriorLearningLifecycle.Name, countersign.PriorLearningLifecycle.Mermaid()},
		{countersign.DraftLifecycle.Name, countersign.DraftLifecycle.Mermaid()},
		{countersign.ReceivedLifecycle.Name, countersign.ReceivedLifecycle.Mermaid()},
		{countersign.ImpactLifecycle.Name, countersign.ImpactLifecycle.Mermaid()},
	} {
		doc += "\n## " + l.name + "\n\n```mermaid\n" + l.mermaid + "```\n"
	}
	if *update {
		if err := os.WriteFile(file, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != doc {
		t.Errorf("%s is out of date: go test ./internal/countersign -run Diagram -update", file)
	}
}
