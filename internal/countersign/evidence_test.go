package countersign_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func content(fn func(*countersign.Content)) countersign.Content {
	c := countersign.Content{
		Kind: countersign.Observation, Title: "Morning clinic", OccurredOn: today.AddDays(-1), Narrative: "Took four readings.",
		Details: map[string]string{"setting": "Treatment room", "seen": "Manual blood pressure"}, Anonymised: true,
		Mapping: []countersign.Mapping{{Competency: "CL2", Justification: "It shows technique"}},
	}
	fn(&c)
	return c
}

func TestCheckContentNamesEveryFieldThatIsWrong(t *testing.T) {
	for _, tc := range []struct {
		name  string
		alter func(*countersign.Content)
		field string // "" for none
	}{
		{"complete", func(*countersign.Content) {}, ""},
		{"no kind", func(c *countersign.Content) { c.Kind = "rumour" }, "kind"},
		{"no title", func(c *countersign.Content) { c.Title = " " }, "title"},
		{"no date", func(c *countersign.Content) { c.OccurredOn = countersign.Date{} }, "occurred_on"},
		{"E7 in the future", func(c *countersign.Content) { c.OccurredOn = today.AddDays(1) }, "occurred_on"},
		{"E7 today is not the future", func(c *countersign.Content) { c.OccurredOn = today }, ""},
		{"E7 before the start", func(c *countersign.Content) { c.OccurredOn = start.AddDays(-1) }, "occurred_on"},
		{"E7 before the start, as prior learning", func(c *countersign.Content) { c.OccurredOn, c.PriorLearning = start.AddDays(-1), true }, ""},
		{"no narrative", func(c *countersign.Content) { c.Narrative = "" }, "narrative"},
		{"a detail of the kind is missing", func(c *countersign.Content) { c.Details = nil }, "details.setting"},
		{"a reflective account reflects", func(c *countersign.Content) { c.Kind = countersign.ReflectiveAccount }, "reflection"},
		{"a log counts", func(c *countersign.Content) {
			c.Kind, c.Details = countersign.ProcedureLog, map[string]string{"procedure": "ECG", "period": "May"}
		}, "entries"},
		{"nothing else counts", func(c *countersign.Content) { c.Entries = 3 }, "entries"},
		{"no competency", func(c *countersign.Content) { c.Mapping = nil }, "competencies"},
		{"an unknown competency", func(c *countersign.Content) { c.Mapping[0].Competency = "NO" }, "competencies.0.code"},
		{"one twice", func(c *countersign.Content) { c.Mapping = append(c.Mapping, c.Mapping[0]) }, "competencies.1.code"},
		{"not confirmed as anonymous", func(c *countersign.Content) { c.Anonymised = false }, "anonymised"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := content(tc.alter).CheckContent(framework(), start, today)
			if tc.field == "" {
				wantKind(t, err, 0)
				return
			}
			wantKind(t, err, countersign.Invalid)
			if e, ok := err.(*countersign.Error); !ok || e.Fields[0].Field != tc.field {
				t.Errorf("error = %#v, want it at %s", err, tc.field)
			}
		})
	}
}

func TestADraftMayBeIncompleteButNotNonsense(t *testing.T) {
	wantKind(t, countersign.Content{Kind: countersign.Audit}.CheckDraft(framework(), start, today), 0)
	wantKind(t, countersign.Content{Kind: "rumour"}.CheckDraft(framework(), start, today), countersign.Invalid)
	wantKind(t, countersign.Content{Kind: countersign.Audit, OccurredOn: today.AddDays(1)}.CheckDraft(framework(), start, today), countersign.Invalid)
	wantKind(t, countersign.Content{Kind: countersign.ProcedureLog, Entries: -1}.CheckDraft(framework(), start, today), countersign.Invalid)
}

func TestCheckReview(t *testing.T) { // E4
	e := piece("e1", countersign.Observation, "", today)
	both := []countersign.Mapping{{Competency: "CL2"}, {Competency: "AD1"}}
	for _, tc := range []struct {
		name string
		by   countersign.PersonID
		caps countersign.Capacities
		left []countersign.Mapping
		want countersign.Kind
		says string
	}{
		{"a mentor", nurse, asMentor, both, 0, ""},
		{"the apprentice", asha, asGP, both, countersign.Forbidden, "own evidence"},
		{"a manager, where a clinical competency is left", other, asManager, both, countersign.Forbidden, "CL2"},
		{"a manager, where only administration is left", other, asManager, both[1:], 0, ""},
		{"nobody named", other, asNobody, both, countersign.Forbidden, "CL2, AD1"},
		{"a competency of no framework", nurse, asMentor, []countersign.Mapping{{Competency: "NO"}}, countersign.Invalid, "NO"},
	} {
		err := e.CheckReview(framework(), tc.by, tc.caps, tc.left)
		wantKind(t, err, tc.want)
		if err != nil && !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: error = %q, want it to name %q", tc.name, err, tc.says)
		}
	}
}

func TestObserved(t *testing.T) { // E6
	for _, tc := range []struct {
		name string
		kind countersign.EvidenceKind
		by   countersign.PersonID // recorded by
		obs  countersign.PersonID // named as observer
		acc  countersign.PersonID // accepted by
		want bool
	}{
		{"recorded by the observer", countersign.Observation, nurse, "", nurse, true},
		{"accepted by the person it names", countersign.Procedure, "", bell, bell, true},
		{"accepted by somebody else", countersign.Procedure, "", bell, nurse, false},
		{"names nobody", countersign.ExpertWitness, "", "", nurse, false},
		{"a kind that isn't observed", countersign.WitnessTestimony, nurse, nurse, nurse, false},
	} {
		e := countersign.Evidence{Content: countersign.Content{Kind: tc.kind, ObservedBy: tc.obs}, RecordedBy: tc.by, AcceptedBy: tc.acc}
		if got := e.Observed(); got != tc.want {
			t.Errorf("%s: Observed() = %t, want %t", tc.name, got, tc.want)
		}
	}
}
