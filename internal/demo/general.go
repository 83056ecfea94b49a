package demo

import (
	"fmt"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// mapsAtOnce is how many competencies one general text is for at most.
const mapsAtOnce = 6

// about returns texts for a framework of which nobody has written any: what
// texts/general.yaml says of a kind, put to each competency as often as its
// requirement needs, and once more.
func (l library) about(f countersign.Framework) []*text {
	var out []*text
	for _, d := range f.Domains {
		for i, c := range d.Competencies {
			for j, kind := range kindsFor(c) {
				t := l.general(kind, i+j)
				t.ID = fmt.Sprintf("%s-%d", c.Code, j+1)
				t.By = []role{mentor, gp}[(i+j)%2]
				t.about(c.Title)
				t.mapping = []countersign.Mapping{{Competency: c.Code, Justification: "It shows it from beginning to end."}}
				if kind == countersign.ProcedureLog {
					least := max(c.Requires.Entries, 10)
					t.Entries = fmt.Sprintf("{%d..%d}", least, least+6)
				}
				for _, near := range d.Competencies[i+1:] {
					if j == 0 && len(t.mapping) < mapsAtOnce && slices.Contains(near.Evidence, kind) && near.Requires.Entries == 0 {
						t.mapping = append(t.mapping, countersign.Mapping{Competency: near.Code, Justification: "I did this as part of it."})
					}
				}
				out = append(out, t)
			}
		}
	}
	return out
}

// kindsFor returns the kinds of as many pieces as meet the requirement, and of
// one more.
func kindsFor(c countersign.Competency) []countersign.EvidenceKind {
	var kinds []countersign.EvidenceKind
	observed := 0
	add := func(k countersign.EvidenceKind) {
		kinds = append(kinds, k)
		if k.Observable() {
			observed++
		}
	}
	accepted := func(k countersign.EvidenceKind) bool { return slices.Contains(c.Evidence, k) }
	if c.Requires.Entries > 0 {
		add(countersign.ProcedureLog)
	}
	for _, group := range c.Requires.Kinds {
		if i := slices.IndexFunc(group, accepted); i >= 0 {
			add(group[i])
		}
	}
	watched := slices.IndexFunc(c.Evidence, countersign.EvidenceKind.Observable)
	for observed < c.Requires.Observed && watched >= 0 {
		add(c.Evidence[watched])
	}
	for len(kinds) < max(c.Requires.Pieces, c.Requires.Assessors, 1)+1 {
		add(c.Evidence[len(kinds)%len(c.Evidence)])
	}
	return kinds
}

// general returns a copy of one of the general texts of a kind.
func (l library) general(kind countersign.EvidenceKind, n int) *text {
	var of []*text
	for _, t := range l.generals {
		if t.Kind == kind {
			of = append(of, t)
		}
	}
	t := *of[n%len(of)]
	return &t
}

// about puts the text to a competency.
func (t *text) about(title string) {
	put := strings.NewReplacer("{Task}", title, "{task}", lowered(title)).Replace
	t.Title, t.Narrative, t.Reflection = put(t.Title), put(t.Narrative), put(t.Reflection)
	details := map[string]string{}
	for name, d := range t.Details {
		details[name] = put(d)
	}
	t.Details = details
}

// lowered lowers the first letter unless it begins an abbreviation.
func lowered(s string) string {
	if len(s) < 2 || s[1] < 'a' || s[1] > 'z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
