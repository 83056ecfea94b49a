package countersign

import (
	"fmt"
	"slices"
)

// ScopeChange brings one optional competency into another state of scope.
type ScopeChange struct {
	Competency string
	To         ScopeState
}

// PlanScope returns what must change so that exactly the optional
// competencies wanted are in scope. Without confirm, additions become
// proposals and only proposals can be taken back. With confirm, they are
// agreed at once, and taking one out needs a reason; a signed one can't be
// taken out (RULES Scope).
func PlanScope(as []Attainment, wanted []string, confirm bool, reason string) ([]ScopeChange, error) {
	var p Problems
	for i, code := range wanted {
		if !slices.ContainsFunc(as, func(a Attainment) bool { return a.Code == code }) {
			p.Add(fmt.Sprintf("competencies.%d", i), fmt.Sprintf("%q is not a competency of this framework", code))
		}
	}
	var changes []ScopeChange
	for _, a := range as {
		if a.Core {
			continue
		}
		want := slices.Contains(wanted, a.Code)
		switch {
		case want && a.Scope != ScopeIn && confirm:
			changes = append(changes, ScopeChange{a.Code, ScopeIn})
		case want && a.Scope == ScopeOut:
			changes = append(changes, ScopeChange{a.Code, ScopeProposed})
		case !want && a.Scope == ScopeProposed:
			changes = append(changes, ScopeChange{a.Code, ScopeOut})
		case !want && a.Scope == ScopeIn:
			switch {
			case !confirm:
				p.Add("competencies", a.Code+" is agreed. Only the GP supervisor can take it out again")
			case a.Standing() != nil || a.Open() != nil:
				p.Add("competencies", a.Code+" is signed, so it cannot be taken out")
			case reason == "":
				p.Add("reason", "Enter why "+a.Code+" is taken out")
			default:
				changes = append(changes, ScopeChange{a.Code, ScopeOut})
			}
		}
	}
	return changes, p.Err()
}
