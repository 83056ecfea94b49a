package countersign_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
)

// Evidence that was accepted in another framework is a suggestion: it is put
// to a competency as any other piece, and nothing of the acceptance is carried.
func TestAcceptedEvidenceIsPutToAnEquivalentCompetency(t *testing.T) {
	start := countersign.On(2026, time.March, 1)
	c := countersign.Competency{
		Code: "MAA-C3", EquivalentTo: []string{"gpa-combined:GPA-CL2"}, Evidence: []countersign.EvidenceKind{countersign.Observation},
	}
	accepted := countersign.Evidence{
		ID: "e1", Apprentice: "asha", RecordedBy: "bell", State: countersign.Accepted, Revision: 2, AcceptedBy: "bell", AcceptedByName: "Dr Megan Bell",
		DecidedAt: start.Start(), ReadAt: start.Start(), ReadComment: "Agreed",
		Content: countersign.Content{
			Kind: countersign.Observation, Title: "Clinic", OccurredOn: start.AddDays(-1), Narrative: "What was done",
			Mapping: []countersign.Mapping{{Competency: "GPA-CL2", Justification: "there"}, {Competency: "GPA-CL3"}},
		},
	}
	from := countersign.Origin{FrameworkID: "gpa-combined", FrameworkVersion: "1.1.0", Competency: "GPA-CL2", Revision: 2, Hash: "aa"}

	got, err := accepted.PutTo(c, from, "here", start)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case got.State != countersign.Draft || got.AcceptedBy != "" || got.RecordedBy != "" || got.ReadComment != "" || got.Revision != 0 || got.Author() != "asha":
		t.Errorf("PutTo() = %+v; want a piece of the apprentice's that nobody has judged", got)
	case got.Observed():
		t.Error("it counts as observed, though its observer hasn't accepted it here")
	case got.ObservedBy != "bell":
		t.Errorf("observed by %q; want who recorded it there", got.ObservedBy)
	case len(got.Mapping) != 1 || got.Mapping[0] != countersign.Mapping{Competency: "MAA-C3", Justification: "here"}:
		t.Errorf("mapping = %+v; want the competency here alone", got.Mapping)
	case !got.PriorLearning:
		t.Error("what happened before the start isn't prior learning")
	case got.Origin == nil || got.Origin.Evidence != "e1" || got.Origin.Hash != "aa" || got.Origin.AcceptedByName != "Dr Megan Bell" || !got.Origin.AcceptedAt.Equal(start.Start()):
		t.Errorf("origin = %+v; want where it was accepted", got.Origin)
	}

	for _, tc := range []struct {
		name   string
		change func(*countersign.Evidence, *countersign.Competency, *countersign.Origin)
	}{
		{"not accepted there", func(e *countersign.Evidence, _ *countersign.Competency, _ *countersign.Origin) {
			e.State = countersign.Submitted
		}},
		{"withdrawn there", func(e *countersign.Evidence, _ *countersign.Competency, _ *countersign.Origin) {
			e.State = countersign.Withdrawn
		}},
		{"hidden there", func(e *countersign.Evidence, _ *countersign.Competency, _ *countersign.Origin) { e.Quarantined = true }},
		{"a copy itself", func(e *countersign.Evidence, _ *countersign.Competency, _ *countersign.Origin) {
			e.Origin = &countersign.Origin{}
		}},
		{"another competency there", func(_ *countersign.Evidence, _ *countersign.Competency, o *countersign.Origin) {
			o.Competency = "GPA-CL3"
		}},
		{"another framework", func(_ *countersign.Evidence, _ *countersign.Competency, o *countersign.Origin) {
			o.FrameworkID = "elsewhere"
		}},
		{"not equivalent", func(_ *countersign.Evidence, c *countersign.Competency, _ *countersign.Origin) { c.EquivalentTo = nil }},
		{"a kind that doesn't count here", func(_ *countersign.Evidence, c *countersign.Competency, _ *countersign.Origin) { c.Evidence = nil }},
	} {
		e, c, from := accepted, c, from
		tc.change(&e, &c, &from)
		if _, err := e.PutTo(c, from, "here", start); countersign.KindOf(err) != countersign.Conflict {
			t.Errorf("%s: %v; want a Conflict", tc.name, err)
		}
	}
}
