package framework

import (
	"fmt"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// ChangeKind is what became of a competency from one version to another.
type ChangeKind string

// The kinds. A competency that was split or merged, or whose code changed, is
// never the same as before: its successors are checked again.
const (
	Kept               ChangeKind = "kept"
	Reworded           ChangeKind = "reworded"            // other words, and no higher demand
	RequirementChanged ChangeKind = "requirement_changed" // a demand that is higher, or different
	Recoded            ChangeKind = "recoded"             // another code
	Split              ChangeKind = "split"
	Merged             ChangeKind = "merged"
	Added              ChangeKind = "new"
	RetiredCompetency  ChangeKind = "retired"
)

// Change is what became of one competency, or of several that were split or
// merged.
type Change struct {
	Kind  ChangeKind
	From  []countersign.Competency // in the older version; none for a new one
	To    []countersign.Competency // in the newer version; none for a retired one
	Words []string                 // what changed, in plain words: "Statement", "Pieces of evidence: 2, was 1"
}

// Difference is what changed between two versions of a framework.
type Difference struct {
	From, To  countersign.Framework
	Changes   []Change // in the newer version's order, retired ones last
	Programme []string // what else changed, in plain words
}

// Count returns how many changes are of the kind.
func (d Difference) Count(kind ChangeKind) int {
	n := 0
	for _, c := range d.Changes {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// Same reports whether nothing changed that a person would notice.
func (d Difference) Same() bool { return d.Count(Kept) == len(d.Changes) && len(d.Programme) == 0 }

// Diff compares two versions. A competency goes on under its code, or under
// the codes of those that name it in replaces.
func Diff(from, to countersign.Framework) Difference {
	d := Difference{From: from, To: to, Programme: programmeWords(from, to)}
	older, newer := from.Competencies(), to.Competencies()
	byCode := make(map[string]countersign.Competency, len(older))
	for _, c := range older {
		byCode[c.Code] = c
	}
	successors := map[string][]countersign.Competency{} // by older code
	for _, c := range newer {
		for _, old := range predecessors(byCode, c) {
			successors[old.Code] = append(successors[old.Code], c)
		}
	}
	shown := map[string]bool{} // older codes of a split that is in the list already
	for _, c := range newer {
		before := predecessors(byCode, c)
		switch {
		case len(before) == 0:
			d.Changes = append(d.Changes, Change{Kind: Added, To: []countersign.Competency{c}})
		case len(before) > 1:
			d.Changes = append(d.Changes, Change{Kind: Merged, From: before, To: []countersign.Competency{c}})
		case len(successors[before[0].Code]) > 1:
			if !shown[before[0].Code] {
				d.Changes = append(d.Changes, Change{Kind: Split, From: before, To: successors[before[0].Code]})
			}
			shown[before[0].Code] = true
		default:
			d.Changes = append(d.Changes, compared(from, to, before[0], c))
		}
	}
	for _, c := range older {
		if len(successors[c.Code]) == 0 {
			d.Changes = append(d.Changes, Change{Kind: RetiredCompetency, From: []countersign.Competency{c}})
		}
	}
	return d
}

// predecessors returns what a competency of the newer version comes from, of
// the older ones by their codes.
func predecessors(older map[string]countersign.Competency, c countersign.Competency) []countersign.Competency {
	var out []countersign.Competency
	for _, code := range append([]string{c.Code}, c.Replaces...) {
		if old, ok := older[code]; ok && !slices.ContainsFunc(out, func(o countersign.Competency) bool { return o.Code == code }) {
			out = append(out, old)
		}
	}
	return out
}

// compared is the change of a competency that has one predecessor, and is its
// only successor.
func compared(from, to countersign.Framework, old, c countersign.Competency) Change {
	change := Change{Kind: Kept, From: []countersign.Competency{old}, To: []countersign.Competency{c}}
	words, harder := demands(from, to, old, c)
	if old.Title != c.Title {
		change.Words = append(change.Words, "Title")
	}
	if old.Statement != c.Statement {
		change.Words = append(change.Words, "Statement")
	}
	if old.Guidance != c.Guidance {
		change.Words = append(change.Words, "Guidance")
	}
	if old.Domain != c.Domain {
		change.Words = append(change.Words, "Domain: "+to.Domain(c.Domain).Title)
	}
	change.Words = append(change.Words, words...)
	switch {
	case old.Code != c.Code:
		change.Kind = Recoded
		change.Words = append([]string{fmt.Sprintf("Code: %s, was %s", c.Code, old.Code)}, change.Words...)
	case harder:
		change.Kind = RequirementChanged
	case len(change.Words) > 0:
		change.Kind = Reworded
	}
	return change
}

// demands says how what a competency asks for differs, and whether anybody who
// met it before might not meet it now.
func demands(from, to countersign.Framework, old, c countersign.Competency) (words []string, harder bool) {
	number := func(what string, was, is int) {
		if was != is {
			words = append(words, fmt.Sprintf("%s: %d, was %d", what, is, was))
			harder = harder || is > was
		}
	}
	a, b := old.Requires, c.Requires
	number("Pieces of evidence", a.Pieces, b.Pieces)
	number("Observed pieces", a.Observed, b.Observed)
	number("Assessors", a.Assessors, b.Assessors)
	number("Entries of a procedure log", a.Entries, b.Entries)
	if a.WithinMonths != b.WithinMonths {
		words = append(words, "Freshness of evidence: "+someMonths(b.WithinMonths)+", was "+someMonths(a.WithinMonths))
		harder = harder || a.WithinMonths == 0 || b.WithinMonths != 0 && b.WithinMonths < a.WithinMonths
	}
	if !slices.EqualFunc(a.Kinds, b.Kinds, func(x, y []countersign.EvidenceKind) bool { return slices.Equal(x, y) }) {
		words, harder = append(words, "Kinds of evidence that are needed"), true
	}
	if added, gone := without(c.Evidence, old.Evidence), without(old.Evidence, c.Evidence); len(added)+len(gone) > 0 {
		words = append(words, "Kinds of evidence that count")
		harder = harder || len(gone) > 0
	}
	if old.RenewMonths != c.RenewMonths {
		words = append(words, "Renewal: "+someMonths(c.RenewMonths)+", was "+someMonths(old.RenewMonths))
		harder = harder || old.RenewMonths == 0 || c.RenewMonths != 0 && c.RenewMonths < old.RenewMonths
	}
	if was, is := from.Scale.Level(old.Threshold), to.Scale.Level(c.Threshold); was.Title != is.Title || old.Threshold != c.Threshold {
		words = append(words, "Level needed: “"+is.Title+"”, was “"+was.Title+"”")
		wasRank, known := to.Scale.Rank(old.Threshold)
		isRank, _ := to.Scale.Rank(c.Threshold)
		harder = harder || !known || isRank > wasRank
	}
	if old.Core != c.Core {
		words = append(words, map[bool]string{true: "Now core, was optional", false: "Now optional, was core"}[c.Core])
	}
	return words, harder
}

// someMonths says a number of months that may be none.
func someMonths(n int) string {
	switch n {
	case 0:
		return "none"
	case 1:
		return "1 month"
	}
	return fmt.Sprintf("%d months", n)
}

func without(list, gone []countersign.EvidenceKind) []countersign.EvidenceKind {
	return slices.DeleteFunc(slices.Clone(list), func(k countersign.EvidenceKind) bool { return slices.Contains(gone, k) })
}

// programmeWords says what changed beside the competencies.
func programmeWords(from, to countersign.Framework) []string {
	var words []string
	differs := func(what string, a, b any) {
		if fmt.Sprintf("%#v", a) != fmt.Sprintf("%#v", b) {
			words = append(words, what)
		}
	}
	differs("Title", from.Title, to.Title)
	differs("Standing or notice", []any{from.Standing, from.Notice}, []any{to.Standing, to.Notice})
	differs("Role and duties", from.Role, to.Role)
	differs("Length of the programme", []int{from.MonthsMin, from.MonthsMax, from.ExtensionMonths}, []int{to.MonthsMin, to.MonthsMax, to.ExtensionMonths})
	differs("First day of a month as the start", from.StartsOnTheFirst, to.StartsOnTheFirst)
	differs("Protected time", from.ProtectedHoursPerWeek, to.ProtectedHoursPerWeek)
	differs("Rules for hours", from.Hours, to.Hours)
	differs("Progress reviews", from.ReviewEveryMonths, to.ReviewEveryMonths)
	differs("Rule of pace", from.Pace, to.Pace)
	differs("Milestones", from.Milestones, to.Milestones)
	differs("Placements and classroom", []any{from.Placements, from.PlacementHours, from.Classroom}, []any{to.Placements, to.PlacementHours, to.Classroom})
	differs("Payments", from.Payments, to.Payments)
	differs("Gateway checklist", from.Conditions(), to.Conditions())
	differs("Award", from.Award, to.Award)
	differs("Qualifications", from.Qualifications, to.Qualifications)
	differs("Continuing development", from.Cycles, to.Cycles)
	differs("Levels", from.Scale, to.Scale)
	differs("Who judges and signs", from.Signing, to.Signing)
	differs("Sources", from.Sources, to.Sources)
	return words
}

// Title names the kind for a heading.
func (k ChangeKind) Title() string {
	switch k {
	case Kept:
		return "Kept"
	case Reworded:
		return "Reworded"
	case RequirementChanged:
		return "Requirement changed"
	case Recoded:
		return "New code"
	case Split:
		return "Split"
	case Merged:
		return "Merged"
	case Added:
		return "New"
	case RetiredCompetency:
		return "Retired"
	}
	return ""
}

// ChangeKinds returns the kinds in the order in which a person wants them.
func ChangeKinds() []ChangeKind {
	return []ChangeKind{RequirementChanged, Split, Merged, Recoded, Added, RetiredCompetency, Reworded, Kept}
}

// Text writes the difference for a terminal.
func (d Difference) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s to %s\n", d.To.ID, d.From.Version, d.To.Version)
	for _, kind := range ChangeKinds() {
		n := d.Count(kind)
		if n == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s: %d\n", kind.Title(), n)
		if kind == Kept {
			continue
		}
		for _, c := range d.Changes {
			if c.Kind == kind {
				b.WriteString("  " + c.line() + "\n")
			}
		}
	}
	if len(d.Programme) > 0 {
		fmt.Fprintf(&b, "\nAlso changed: %s\n", strings.Join(d.Programme, ", "))
	}
	return b.String()
}

func (c Change) line() string {
	names := func(list []countersign.Competency) string {
		out := make([]string, len(list))
		for i, k := range list {
			out[i] = k.Code + " " + k.Title
		}
		return strings.Join(out, "; ")
	}
	switch c.Kind {
	case Split, Merged:
		return names(c.From) + " -> " + names(c.To)
	case RetiredCompetency:
		return names(c.From)
	case Added:
		return names(c.To)
	}
	return names(c.To) + " (" + strings.Join(c.Words, "; ") + ")"
}

// Fate is what happens to one competency of somebody who changes from one
// version to the other.
type Fate string

// The fates. A decision is never widened: whatever asks for more, or for
// something else, is checked again, and the decision stays on the version it
// was made on.
const (
	Carried     Fate = "carried"
	CarriedNote Fate = "carried_with_note" // the words changed, the demand didn't grow
	Recheck     Fate = "recheck"
	FateNew     Fate = "new"
	FateRetired Fate = "retired"
)

// Title names the fate for a person.
func (f Fate) Title() string {
	switch f {
	case Carried:
		return "Carried over as it is"
	case CarriedNote:
		return "Carried over, in other words"
	case Recheck:
		return "Checked again"
	case FateNew:
		return "New"
	case FateRetired:
		return "Retired"
	}
	return ""
}

// Fates returns every fate.
func Fates() []Fate { return []Fate{Recheck, FateNew, FateRetired, CarriedNote, Carried} }

// Step is the fate of one competency.
type Step struct {
	Competency countersign.Competency // in the newer version; in the older one if retired
	Fate       Fate
	From       []string // older codes whose evidence counts for it, other than its own
	Words      []string // what changed
}

// Steps returns the fate of every competency of both versions.
func (d Difference) Steps() []Step {
	var out []Step
	for _, c := range d.Changes {
		fate := Recheck
		switch c.Kind {
		case Kept:
			fate = Carried
		case Reworded:
			fate = CarriedNote
		case Added:
			fate = FateNew
		case RetiredCompetency:
			out = append(out, Step{Competency: c.From[0], Fate: FateRetired, Words: []string{"No longer part of the framework"}})
			continue
		}
		for _, k := range c.To {
			step := Step{Competency: k, Fate: fate, Words: c.Words}
			if fate == FateNew {
				step.Words = []string{"New in this version"}
			}
			for _, old := range c.From {
				if old.Code != k.Code {
					step.From = append(step.From, old.Code)
				}
			}
			if len(step.From) > 0 {
				step.Words = slices.Concat([]string{"Comes from " + strings.Join(step.From, " and ") + ", whose evidence counts for it"}, c.Words)
			}
			out = append(out, step)
		}
		// What was split or merged into other codes goes as what it was.
		for _, old := range c.From {
			if _, ok := d.To.Competency(old.Code); !ok && !slices.ContainsFunc(out, func(s Step) bool { return s.Competency.Code == old.Code }) {
				var next []string
				for _, k := range c.To {
					next = append(next, k.Code)
				}
				out = append(out, Step{Competency: old, Fate: FateRetired, Words: []string{"Goes on as " + strings.Join(next, " and ")}})
			}
		}
	}
	return out
}
