package service

import (
	"context"
	"hash/fnv"
	"io"
	"strconv"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// ScopeInput says which optional competencies are in scope. For the
// apprentice it is a proposal; for the GP supervisor it decides: what is
// listed is agreed, what isn't is taken out, for which a reason is needed.
type ScopeInput struct {
	Competencies []string `field:"competencies" label:"competencies" validate:"max=100,dive,max=40" privacy:"-"`
	Reason       string   `field:"reason" label:"a reason" validate:"max=2000"`
	Version      string   `field:"version" privacy:"-"` // ScopeVersion as seen; empty asks for no check
}

// ScopeVersion changes whenever the scope of an optional competency does.
func ScopeVersion(optional []countersign.Summary) string {
	h := fnv.New64a()
	for _, c := range optional {
		_, _ = io.WriteString(h, c.Code+"="+string(c.Scope)+"\n") // a hash takes everything
	}
	return strconv.FormatUint(h.Sum64(), 16)
}

// Scope returns the optional competencies and whether each is in scope.
func (s *Service) Scope(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) ([]countersign.Summary, error) {
	r, err := s.Record(ctx, actor, id)
	var optional []countersign.Summary
	for _, c := range r.Competencies {
		if !c.Core {
			optional = append(optional, c)
		}
	}
	return optional, err
}

func scopeVersion(as []countersign.Attainment) string {
	var optional []countersign.Summary
	for _, a := range as {
		if !a.Core {
			optional = append(optional, countersign.Summary{Competency: a.Competency, Scope: a.Scope})
		}
	}
	return ScopeVersion(optional)
}

// SetScope proposes or agrees which optional competencies are in scope
// (RULES Scope).
func (s *Service) SetScope(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in ScopeInput) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.active(); err != nil {
			return err
		}
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return err
		}
		if in.Version != "" && in.Version != scopeVersion(as) {
			return refuseStale("The scope was changed since you opened it. Look at it again")
		}
		changes, err := countersign.PlanScope(as, in.Competencies, w.permit.Capacities().Has(countersign.GPSupervisor), strings.TrimSpace(in.Reason))
		if err != nil {
			return err
		}
		var changed []string
		for _, c := range changes {
			if err := w.tx.SetScope(w.permit, c.Competency, c.To); err != nil {
				return err
			}
			changed = append(changed, c.Competency)
			if err := w.audit("scope."+string(c.To), c.Competency, map[string]any{"reason": strings.TrimSpace(in.Reason)}); err != nil {
				return err
			}
		}
		return w.recount(true, changed...)
	}, authz.ConfirmScope, authz.ProposeScope)
}
