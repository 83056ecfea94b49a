package countersign_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"countersign/internal/countersign"
)

func TestAssessSaysWhatIsMissingInPlainSentences(t *testing.T) {
	day := today.AddDays(-30)
	log := func(id string, entries int) countersign.Evidence {
		e := piece(id, countersign.ProcedureLog, nurse, day)
		e.Entries = entries
		return e
	}
	notObserved := piece("n1", countersign.Observation, nurse, day) // names nobody as observer
	recorded := piece("r1", countersign.Observation, nurse, day)
	recorded.RecordedBy = nurse
	old := observed("o1", nurse, today.AddMonths(-13))
	edge := observed("o2", nurse, today.AddMonths(-12))

	for _, tc := range []struct {
		name     string
		requires countersign.Requirement
		pieces   []countersign.Evidence
		want     []string
	}{
		{"R1 nothing yet", countersign.Requirement{Pieces: 2}, nil, []string{"2 more pieces of evidence"}},
		{"R1 one to go", countersign.Requirement{Pieces: 2}, []countersign.Evidence{notObserved}, []string{"1 more piece of evidence"}},
		{"R1 no number still needs a piece", countersign.Requirement{}, nil, []string{"1 more piece of evidence"}},
		{"R2 an observation nobody observed", countersign.Requirement{Pieces: 1, Observed: 1}, []countersign.Evidence{notObserved}, []string{"A direct observation"}},
		{"R2 recorded by the observer", countersign.Requirement{Pieces: 1, Observed: 1}, []countersign.Evidence{recorded}, nil},
		{"R2 two observations, one there", countersign.Requirement{Observed: 2}, []countersign.Evidence{recorded}, []string{"1 more direct observation"}},
		{"R3 a kind", countersign.Requirement{Kinds: [][]countersign.EvidenceKind{{countersign.ReflectiveAccount}}}, []countersign.Evidence{recorded}, []string{"A reflective account"}},
		{"R3 a group", countersign.Requirement{Kinds: [][]countersign.EvidenceKind{{countersign.Procedure, countersign.ProcedureLog}}}, []countersign.Evidence{recorded}, []string{"An observed procedure (DOPS) or a procedure log"}},
		{"R3 one of the group is enough", countersign.Requirement{Kinds: [][]countersign.EvidenceKind{{countersign.Procedure, countersign.Observation}}}, []countersign.Evidence{recorded}, nil},
		{"R4 two people", countersign.Requirement{Assessors: 2}, []countersign.Evidence{recorded}, []string{"A piece accepted by someone other than nurse"}},
		{"R4 two people there", countersign.Requirement{Assessors: 2}, []countersign.Evidence{recorded, observed("b1", bell, day)}, nil},
		{"R5 too old", countersign.Requirement{Pieces: 1, WithinMonths: 12}, []countersign.Evidence{old}, []string{"1 more piece of evidence", "Evidence newer than 21 November 2025: 1 piece is too old to count"}},
		{"R5 twelve months to the day", countersign.Requirement{Pieces: 1, WithinMonths: 12}, []countersign.Evidence{edge}, nil},
		{"E8 a log counts its entries", countersign.Requirement{Pieces: 1, Entries: 20}, []countersign.Evidence{log("l1", 12)}, []string{"8 more entries in accepted procedure logs"}},
		{"E8 one entry missing", countersign.Requirement{Pieces: 1, Entries: 13}, []countersign.Evidence{log("l1", 12)}, []string{"1 more entry in accepted procedure logs"}},
		{"E8 a log is one piece, however many its entries", countersign.Requirement{Pieces: 2}, []countersign.Evidence{log("l1", 50)}, []string{"1 more piece of evidence"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := competency(t, "CL2")
			c.Requires = tc.requires
			if got := c.Assess(tc.pieces, nil, today).Missing; !slices.Equal(got, tc.want) {
				t.Errorf("Missing = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestCountsForSaysWhyNot(t *testing.T) { // E1, E5
	c := competency(t, "CL2")
	alter := func(fn func(*countersign.Evidence)) countersign.Evidence {
		e := piece("e1", countersign.Observation, nurse, today)
		fn(&e)
		return e
	}
	for _, tc := range []struct {
		name  string
		e     countersign.Evidence
		want  bool
		words string
	}{
		{"accepted, mapped, a kind that counts", alter(func(*countersign.Evidence) {}), true, ""},
		{"not mapped", alter(func(e *countersign.Evidence) { e.Mapping = nil }), false, "not mapped"},
		{"a kind that doesn't count", alter(func(e *countersign.Evidence) { e.Kind = countersign.Certificate }), false, "A certificate doesn't count for this competency"},
		{"submitted", alter(func(e *countersign.Evidence) { e.State = countersign.Submitted }), false, "not been accepted"},
		{"withdrawn", alter(func(e *countersign.Evidence) { e.State = countersign.Withdrawn }), false, "withdrawn"},
		{"quarantined", alter(func(e *countersign.Evidence) { e.Quarantined = true }), false, "report"},
	} {
		got, why := tc.e.CountsFor(c)
		if got != tc.want || !strings.Contains(why, tc.words) {
			t.Errorf("%s: CountsFor() = %t, %q; want %t, %q", tc.name, got, why, tc.want, tc.words)
		}
	}
}

func TestMetAtIsWhenThePieceThatCompletedItWasAccepted(t *testing.T) {
	c := competency(t, "CL2")
	pieces := []countersign.Evidence{observed("late", bell, today), observed("first", nurse, today.AddDays(-9)), observed("second", bell, today.AddDays(-5))}
	if got := c.Assess(pieces, nil, today).MetAt; !got.Equal(pieces[2].DecidedAt) {
		t.Errorf("MetAt = %v, want that of the second accepted, %v", got, pieces[2].DecidedAt)
	}
}

func TestAgesOnIsTheFirstDayOnWhichAPieceIsTooOld(t *testing.T) {
	c := competency(t, "CL2")
	c.Requires.WithinMonths = 12
	e := observed("e1", nurse, today.AddDays(-20))
	a := c.Assess([]countersign.Evidence{e}, nil, today)
	if len(c.Assess([]countersign.Evidence{e}, nil, a.AgesOn.AddDays(-1)).Counting) != 1 || len(c.Assess([]countersign.Evidence{e}, nil, a.AgesOn).Counting) != 0 {
		t.Errorf("AgesOn = %v isn't the first day on which the piece no longer counts", a.AgesOn)
	}
}

// R6: adding a counting piece never un-meets a requirement.
func TestAddingAPieceNeverUnmeetsARequirement(t *testing.T) {
	kinds := []countersign.EvidenceKind{countersign.Observation, countersign.Procedure, countersign.ReflectiveAccount, countersign.ProcedureLog}
	people := []countersign.PersonID{nurse, bell, other}
	draw := rapid.Custom(func(t *rapid.T) countersign.Evidence {
		e := piece(fmt.Sprint(rapid.IntRange(0, 1<<30).Draw(t, "id")), rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.SampledFrom(people).Draw(t, "by"), today.AddDays(-rapid.IntRange(0, 500).Draw(t, "age")))
		e.ObservedBy = rapid.SampledFrom(people).Draw(t, "observer")
		e.Entries = rapid.IntRange(0, 30).Draw(t, "entries")
		return e
	})
	rapid.Check(t, func(t *rapid.T) {
		c := countersign.Competency{Code: "CL2", Evidence: kinds, Requires: countersign.Requirement{
			Pieces: rapid.IntRange(0, 4).Draw(t, "pieces"), Observed: rapid.IntRange(0, 2).Draw(t, "observed"),
			Assessors: rapid.IntRange(0, 2).Draw(t, "assessors"), WithinMonths: rapid.IntRange(0, 14).Draw(t, "months"), Entries: rapid.IntRange(0, 40).Draw(t, "log"),
			Kinds: [][]countersign.EvidenceKind{{rapid.SampledFrom(kinds).Draw(t, "needed")}},
		}}
		pieces := rapid.SliceOfN(draw, 0, 8).Draw(t, "evidence")
		before := c.Assess(pieces, nil, today)
		after := c.Assess(append(slices.Clone(pieces), draw.Draw(t, "one more")), nil, today)
		if before.Met() && !after.Met() {
			t.Fatalf("met by %d pieces, and with one more it misses %q", len(pieces), after.Missing)
		}
		if len(after.Missing) > len(before.Missing)+1 { // the only sentence that can be new says that the added piece is too old
			t.Fatalf("one more piece, and more is missing: %q after %q", after.Missing, before.Missing)
		}
	})
}
