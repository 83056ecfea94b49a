package framework

import (
	"slices"
	"strconv"

	"countersign/internal/countersign"
)

// requirement refuses a requirement that no evidence can meet, or that asks
// for more than its own number of pieces lets one think (RULES R1-R4, E8): an
// apprentice must not find that out in month eight.
func (c *checker) requirement(k competency, where string) {
	accepts := func(kind countersign.EvidenceKind) bool { return slices.Contains(k.Evidence, kind) }
	where += ".requires"
	known := len(k.Evidence) > 0 && !slices.Contains(k.Evidence, "") // else reported already
	usable := known

	owner := map[countersign.EvidenceKind]int{} // kind -> the group that lists it
	for i, g := range k.Requires.Kinds {
		here := join(where+".kinds", strconv.Itoa(i))
		for _, kind := range g {
			if kind == "" {
				usable = false
				continue
			}
			if known && !accepts(kind) {
				c.add(c.at(here), here, "%s is required but isn't accepted under evidence", quoted(string(kind)))
				usable = false
			}
			if first, ok := owner[kind]; ok && first != i {
				c.add(c.at(here), here, "%s is in two groups; one piece would meet both", quoted(string(kind)))
				usable = false
			}
			owner[kind] = i
		}
		usable = usable && len(g) > 0
	}
	if k.Requires.Observed > 0 && usable && !slices.ContainsFunc(k.Evidence, countersign.EvidenceKind.Observable) {
		c.add(c.at(where+".observed"), where+".observed",
			"an observed piece is required but evidence accepts none of observation, procedure or expert_witness")
		usable = false
	}
	if k.Requires.Entries > 0 && usable && !accepts(countersign.ProcedureLog) {
		c.add(c.at(where+".entries"), where+".entries", "log entries are required but evidence doesn't accept procedure_log")
		usable = false
	}
	if k.Requires.Pieces == 0 || !usable {
		return
	}
	if least := leastPieces(k.Requires); k.Requires.Pieces < least {
		c.add(c.at(where+".pieces"), where+".pieces",
			"the other parts of the requirement need at least %d pieces, so pieces can't be %d", least, k.Requires.Pieces)
	}
	if k.Requires.Assessors > k.Requires.Pieces {
		c.add(c.at(where+".assessors"), where+".assessors",
			"%d people can't each accept one of %d pieces", k.Requires.Assessors, k.Requires.Pieces)
	}
}

// leastPieces returns how many pieces meet the observed, kinds and entries
// parts together. Groups share no kind, so each needs a piece of its own; an
// observed piece serves a group that lists an observable kind.
func leastPieces(r requirement) int {
	observable, other := 0, 0
	log := r.Entries > 0 // still to be counted
	for _, g := range r.Kinds {
		switch {
		case log && slices.Contains(g, countersign.ProcedureLog):
			log = false // the log serves this group as well
			other++
		case slices.ContainsFunc(g, countersign.EvidenceKind.Observable):
			observable++
		default:
			other++
		}
	}
	if log {
		other++
	}
	return other + max(r.Observed, observable)
}
