package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// ReviewInput is an assessor's judgement of the latest revision of a piece.
// Competencies, when not nil, is the mapping as the reviewer corrects it.
type ReviewInput struct {
	Evidence     countersign.EvidenceID     `field:"evidence" privacy:"-"`
	Version      int                        `field:"version"` // of the piece as seen; 0 asks for no check
	Decision     countersign.ReviewDecision `field:"decision" label:"accept or return" validate:"oneof=accept return" privacy:"-"`
	Comment      string                     `field:"comment" label:"a comment" validate:"max=5000"`
	Competencies []MappingInput             `field:"competencies" label:"competencies" validate:"max=60,dive"`
}

// ReviewEvidence accepts a piece or sends it back (RULES E4).
func (s *Service) ReviewEvidence(ctx context.Context, actor authz.Actor, in ReviewInput) (countersign.Evidence, error) {
	var e countersign.Evidence
	err := s.change(ctx, actor, byEvidence(in.Evidence), func(w work) (err error) {
		e, err = s.review(w, in)
		return err
	}, authz.ReviewEvidence)
	return e, err
}

// review does the work of ReviewEvidence inside a transaction, so that a
// sign-off can accept and sign in one step.
func (s *Service) review(w work, in ReviewInput) (countersign.Evidence, error) {
	if err := w.vet(s, in); err != nil {
		return countersign.Evidence{}, err
	}
	if err := w.active(); err != nil {
		return countersign.Evidence{}, err
	}
	e, err := w.piece(in.Evidence)
	if err != nil {
		return e, err
	}
	if e.Quarantined {
		return e, countersign.Refuse(countersign.Conflict, "This piece was reported. It can be reviewed once the report is closed")
	}
	if in.Version != 0 && in.Version != e.Version {
		return e, refuseStale(fmt.Sprintf("“%s” was changed since you opened it: it is %s now. Look at it again", e.Title, e.State))
	}
	if in.Decision == countersign.ReturnEvidence && strings.TrimSpace(in.Comment) == "" {
		return e, countersign.InvalidField("comment", "Enter what the apprentice needs to change")
	}
	before, left := e.Mapping, e.Mapping
	if in.Competencies != nil && in.Decision == countersign.AcceptEvidence {
		left = keepJustifications(mapping(in.Competencies), before)
		if len(left) == 0 {
			return e, countersign.InvalidField("competencies", "Leave at least one competency, or return the piece")
		}
	}
	if err := e.CheckReview(w.framework, w.actor.ID(), w.permit.Capacities(), left); err != nil {
		return e, err
	}
	event := countersign.Accept
	if in.Decision == countersign.ReturnEvidence {
		event = countersign.Return
	}
	if e.State, err = e.Do(event); err != nil {
		return e, err
	}
	review := countersign.Review{
		Evidence: e.ID, Revision: e.Revision, Reviewer: w.actor.ID(), ReviewerName: w.actor.Name(), Role: w.reviewerRole(left),
		Decision: in.Decision, Comment: strings.TrimSpace(in.Comment), At: w.tx.Now(),
		Added: missingFrom(codes(left), codes(before)), Removed: missingFrom(codes(before), codes(left)),
	}
	if _, err := w.tx.AddReview(w.permit, review); err != nil {
		return e, err
	}
	e.Mapping, e.DecidedAt = left, w.tx.Now()
	notice := NoticeReturned
	if event == countersign.Accept {
		e.AcceptedBy, e.AcceptedByName = w.actor.ID(), w.actor.Name()
		notice = NoticeAccepted
	}
	if e, err = w.tx.ChangeEvidence(w.permit, e, e.Version); err != nil {
		return e, err
	}
	if err := w.recount(true, codes(before, left)...); err != nil {
		return e, err
	}
	if err := w.notify(notice, w.app.Apprentice, e.ID, ""); err != nil {
		return e, err
	}
	return e, w.audit("evidence."+string(event), string(e.ID), map[string]any{"revision": e.Revision, "added": review.Added, "removed": review.Removed})
}

// reviewerRole is the role in which the actor judges the first competency of
// the mapping, kept as it was.
func (w work) reviewerRole(left []countersign.Mapping) countersign.NamingRole {
	for _, m := range left {
		if c, ok := w.framework.Competency(m.Competency); ok {
			if role, ok := w.permit.Capacities().For(w.framework, c.Domain); ok {
				return role
			}
		}
	}
	return ""
}

// keepJustifications leaves what the author wrote where the reviewer, who
// corrects the mapping, says nothing about it.
func keepJustifications(left, before []countersign.Mapping) []countersign.Mapping {
	for i, m := range left {
		at := slices.IndexFunc(before, func(b countersign.Mapping) bool { return b.Competency == m.Competency })
		if m.Justification == "" && at >= 0 {
			left[i].Justification = before[at].Justification
		}
	}
	return left
}

// missingFrom returns what a has and b lacks.
func missingFrom(a, b []string) []string {
	var out []string
	for _, code := range a {
		if !slices.Contains(b, code) {
			out = append(out, code)
		}
	}
	return out
}
