package countersign

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Assessment is how far pieces of evidence meet a competency's requirement.
type Assessment struct {
	Counting []Evidence // the pieces that count, in the order accepted
	Missing  []string   // what is still missing, in plain sentences; empty when met
	MetAt    time.Time  // when the piece that completed the requirement was accepted
	AgesOn   Date       // the first day on which a counting piece will be too old; zero if none will
}

// Met reports whether nothing is missing.
func (a Assessment) Met() bool { return len(a.Missing) == 0 }

// Assess holds pieces against the requirement of c on day today (RULES R1-R5,
// E5, E6, E8). Pieces that don't count are passed over. A fresh round after a
// sign-off gives that sign-off as last: what happened before its day, or was
// relied on by it, doesn't count again (RULES S8).
func (c Competency) Assess(pieces []Evidence, last *SignOff, today Date) Assessment {
	var a Assessment
	var tooOld int
	for _, p := range pieces {
		if ok, _ := p.CountsFor(c); !ok || !fresh(p, last) {
			continue
		}
		if c.Requires.WithinMonths > 0 {
			ages := p.OccurredOn.AddMonths(c.Requires.WithinMonths).AddDays(1)
			if !today.Before(ages) {
				tooOld++
				continue
			}
			if a.AgesOn.IsZero() || ages.Before(a.AgesOn) {
				a.AgesOn = ages
			}
		}
		a.Counting = append(a.Counting, p)
	}
	slices.SortStableFunc(a.Counting, func(p, q Evidence) int {
		return cmp.Or(p.DecidedAt.Compare(q.DecidedAt), cmp.Compare(p.ID, q.ID))
	})
	a.Missing = c.Requires.missing(a.Counting)
	if tooOld > 0 && len(a.Missing) > 0 {
		newest := today.AddMonths(-c.Requires.WithinMonths).AddDays(-1)
		a.Missing = append(a.Missing, fmt.Sprintf("Evidence newer than %s: %s too old to count", newest.Long(), isOrAre(tooOld, "piece")))
	}
	if a.Met() {
		for n := range a.Counting {
			if len(c.Requires.missing(a.Counting[:n+1])) == 0 {
				a.MetAt = a.Counting[n].DecidedAt
				break
			}
		}
	}
	return a
}

func fresh(p Evidence, last *SignOff) bool {
	if last == nil {
		return true
	}
	return !p.OccurredOn.Before(LondonDate(last.SignedAt)) && !last.ReliesOn(p.ID)
}

// missing returns a sentence for each part that the counting pieces don't
// meet. A requirement that asks for no pieces at all still needs one.
func (r Requirement) missing(counting []Evidence) []string {
	var out []string
	for _, p := range r.Parts(counting) {
		if p.Missing != "" {
			out = append(out, p.Missing)
		}
	}
	return out
}

// RequirementPart is one part of a requirement, held against evidence.
type RequirementPart struct {
	Sentence string // the whole of it
	Missing  string // what is still missing of it; empty when it is met
}

// Parts holds the counting pieces against each part of the requirement, in
// the order of Sentences. How old a piece may be decides what counts at all,
// so it is no part here.
func (r Requirement) Parts(counting []Evidence) []RequirementPart {
	var observed, entries int
	var by []PersonID
	var byNames []string
	for _, p := range counting {
		if p.Observed() {
			observed++
		}
		if p.Kind == ProcedureLog {
			entries += p.Entries
		}
		if !slices.Contains(by, p.AcceptedBy) {
			by = append(by, p.AcceptedBy)
			byNames = append(byNames, p.AcceptedByName)
		}
	}
	var parts []RequirementPart
	add := func(sentence string, met bool, missing string) {
		if met {
			missing = ""
		}
		parts = append(parts, RequirementPart{sentence, missing})
	}
	n := max(r.Pieces, 1) // R1
	add(count(n, "piece")+" of evidence", len(counting) >= n, count(n-len(counting), "more piece")+" of evidence")
	if n := r.Observed; n > 0 { // R2
		missing := count(n-observed, "more direct observation")
		if n == 1 {
			missing = "A direct observation"
		}
		add(count(n, "direct observation"), observed >= n, missing)
	}
	for _, group := range r.Kinds { // R3
		phrases := make([]string, len(group))
		for i, k := range group {
			phrases[i] = k.Phrase()
		}
		sentence := upperFirst(strings.Join(phrases, " or "))
		add(sentence, slices.ContainsFunc(counting, func(p Evidence) bool { return slices.Contains(group, p.Kind) }), sentence)
	}
	if n := r.Assessors; n > 1 { // R4; whatever counts was accepted by somebody
		missing := fmt.Sprintf("Pieces accepted by %d different people", n)
		if len(by) > 0 {
			missing = "A piece accepted by someone other than " + strings.Join(byNames, " or ")
		}
		add(fmt.Sprintf("Accepted by %d different people", n), len(by) >= n, missing)
	}
	if n := r.Entries; n > 0 { // E8
		add(count(n, "entry")+" in procedure logs", entries >= n, count(n-entries, "more entry")+" in accepted procedure logs")
	}
	return parts
}

// Sentences describes the whole requirement, a part a sentence.
func (r Requirement) Sentences() []string {
	parts := r.Parts(nil)
	out := make([]string, 0, len(parts)+1)
	for _, p := range parts {
		out = append(out, p.Sentence)
	}
	if r.WithinMonths > 0 {
		out = append(out, r.Freshness())
	}
	return out
}

// Freshness says how old a piece may be; empty when any may count.
func (r Requirement) Freshness() string {
	if r.WithinMonths == 0 {
		return ""
	}
	return "Not older than " + count(r.WithinMonths, "month")
}

// FullStops joins sentences such as those of a requirement into a text, each
// with a full stop.
func FullStops(sentences []string) string {
	out := make([]string, len(sentences))
	for i, s := range sentences {
		out[i] = strings.TrimSuffix(s, ".") + "."
	}
	return strings.Join(out, " ")
}

func count(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "entry"):
		noun = strings.TrimSuffix(noun, "y") + "ies"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func isOrAre(n int, noun string) string {
	if n == 1 {
		return count(n, noun) + " is"
	}
	return count(n, noun) + " are"
}
