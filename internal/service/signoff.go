package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// SignOffInput is a decision about one competency. Reviews, when there are
// any, are done first, so that pieces are accepted and the competency is
// decided in one step.
type SignOffInput struct {
	Apprenticeship countersign.ApprenticeshipID `field:"apprenticeship" privacy:"-"`
	Competency     string                       `field:"competency" label:"a competency" validate:"required,max=40" privacy:"-"`
	Version        int                          `field:"version"` // of the competency as seen; 0 asks for no check
	Decision       countersign.Decision         `field:"decision" label:"competent or not yet competent" validate:"oneof=competent not_yet_competent" privacy:"-"`
	Level          string                       `field:"level" label:"a level" validate:"max=40" privacy:"-"`
	Comment        string                       `field:"comment" label:"a comment" validate:"max=5000"`
	Evidence       []countersign.EvidenceID     `field:"evidence" label:"evidence" validate:"max=300" privacy:"-"`
	RelyOnAll      bool                         `field:"rely_on_all"` // on every piece that counts; needs Version, so that it is what the signer saw
	Countersigns   countersign.SignOffID        `field:"countersigns" privacy:"-"`
	Reviews        []ReviewInput                `field:"reviews" label:"reviews" validate:"max=100,dive"`
	Signing        *Signing                     `validate:"-" privacy:"-"` // nil when no passkey signs it
}

// SignOff records an assessor's judgement of one competency and tells the
// apprentice, and whoever must countersign, by the outbox. It fails with
// Conflict if something the decision rests on has changed since the version
// that the assessor saw (RULES S7).
func (s *Service) SignOff(ctx context.Context, actor authz.Actor, in SignOffInput) (countersign.SignOff, countersign.Summary, error) {
	var so countersign.SignOff
	var summary countersign.Summary
	err := s.change(ctx, actor, byApprenticeship(in.Apprenticeship), func(w work) error {
		if err := w.vet(s, in); err != nil { // after permission: an outsider learns nothing
			return err
		}
		if err := w.active(); err != nil {
			return err
		}
		a, err := w.attainment(in.Competency)
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != a.Version {
			return w.stalePage(a)
		}
		if err := s.reviewAll(w, in.Reviews); err != nil {
			return err
		}
		if len(in.Reviews) > 0 {
			if a, err = w.attainment(in.Competency); err != nil {
				return err
			}
		}
		if in.RelyOnAll && in.Version != 0 {
			in.Evidence = nil
			for _, e := range a.Assessment().Counting {
				in.Evidence = append(in.Evidence, e.ID)
			}
		}
		so, err = a.Decide(w.framework, countersign.Intent{
			Signer: actor.ID(), Capacities: w.permit.Capacities(), Decision: in.Decision, Level: in.Level,
			Comment: in.Comment, Evidence: in.Evidence, Countersigns: in.Countersigns,
		})
		if err != nil {
			return err
		}
		so, summary, err = s.record(w, so, a, in.Signing)
		return err
	}, authz.SignOff)
	return so, summary, err
}

// reviewAll does several reviews. What is wrong with any of them is told at
// once, under the names that they have in the input.
func (s *Service) reviewAll(w work, reviews []ReviewInput) error {
	var p countersign.Problems
	for i, r := range reviews {
		_, err := s.review(w, r)
		if err == nil {
			continue
		}
		e := asError(err)
		if e == nil || e.Kind != countersign.Invalid {
			return err
		}
		for _, f := range e.Fields {
			p.Add("reviews."+itoa(i)+"."+f.Field, f.Message)
		}
	}
	return p.Err()
}

// attainment returns one competency of the apprenticeship; an unknown code is
// NotFound.
func (w work) attainment(code string) (countersign.Attainment, error) {
	if _, ok := w.framework.Competency(code); !ok {
		return countersign.Attainment{}, countersign.Refuse(countersign.NotFound, "This framework has no such competency")
	}
	as, err := w.tx.Attainments(w.permit, w.framework, code)
	if err != nil {
		return countersign.Attainment{}, err
	}
	return as[0], nil
}

// record completes a decision with what the record adds, and saves it with
// its ledger leaf, the recounted standing, the audit and the mails.
func (s *Service) record(w work, so countersign.SignOff, a countersign.Attainment, signing *Signing) (countersign.SignOff, countersign.Summary, error) {
	var none countersign.Summary
	signer, err := w.tx.Person(w.actor.ID())
	if err != nil {
		return so, none, err
	}
	so.ID = countersign.SignOffID(w.tx.NewID())
	so.AssessorName, so.Registration = signer.Name, signer.Registration
	so.Authentication = w.actor.Authentication()
	so.FrameworkID, so.FrameworkVersion = w.framework.ID, w.framework.Version
	so.TextHash = framework.CompetencyHash(w.framework, a.Competency)
	so.Statement = countersign.Declaration(so, w.framework, a.Competency, w.app.ApprenticeName)
	so.SignedAt = w.tx.Now()
	if err := w.hashEvidence(&so); err != nil {
		return so, none, err
	}
	if so.PreviousLeaf, err = w.tx.LastLeaf(w.permit); err != nil {
		return so, none, err
	}
	so.Salt = ledger.NewSalt(s.rand)
	if err := signing.begin(&so); err != nil {
		return so, none, err
	}
	sealed, err := ledger.DecisionOf(so)
	if err != nil {
		return so, none, err
	}
	canonical, leaf, err := ledger.Leaf(sealed)
	if err != nil {
		return so, none, err
	}
	so.Canonical, so.Leaf = string(canonical), leaf
	if err := signing.end(&so); err != nil {
		return so, none, err
	}
	if so, err = w.tx.AddSignOff(w.permit, so); err != nil {
		return so, none, err
	}
	a.Decisions, a.Version = append(slices.Clone(a.Decisions), so), w.app.Seq
	if err := w.tx.SaveAttainments(w.permit, []countersign.Attainment{a}, w.app.Seq, true); err != nil {
		return so, none, err
	}
	if a.Status() != countersign.SignedOff {
		if _, err := w.tx.RevokeBadges(w.permit, so.Competency); err != nil {
			return so, none, err
		}
	}
	if err := w.notifyDecision(so); err != nil {
		return so, none, err
	}
	return so, a.Summary(), w.audit("sign_off."+string(so.Part), string(so.ID), map[string]any{
		"competency": so.Competency, "decision": so.Decision, "level": so.Level, "leaf": so.Leaf,
	})
}

// hashEvidence pins each piece relied on by the hash of its revision.
func (w work) hashEvidence(so *countersign.SignOff) error {
	ids := make([]countersign.EvidenceID, len(so.Evidence))
	for i, r := range so.Evidence {
		ids[i] = r.Evidence
	}
	if len(ids) == 0 {
		return nil
	}
	hashes, err := w.tx.RevisionHashes(w.permit, ids)
	if err != nil {
		return err
	}
	for i := range so.Evidence {
		if so.Evidence[i].Hash == "" { // a countersignature keeps those of the decision it follows
			so.Evidence[i].Hash = hashes[so.Evidence[i].Evidence]
		}
	}
	return nil
}

// ReasonInput is why a decision is withdrawn or confirmed.
type ReasonInput struct {
	Version int      `field:"version"` // of the competency as seen; 0 asks for no check
	Reason  string   `field:"reason" label:"a reason" validate:"required,max=2000"`
	Signing *Signing `validate:"-" privacy:"-"` // nil when no passkey signs it
}

// WithdrawSignOff takes a decision back, with a reason (RULES S5).
func (s *Service) WithdrawSignOff(ctx context.Context, actor authz.Actor, id countersign.SignOffID, in ReasonInput) (countersign.SignOff, countersign.Summary, error) {
	return s.follow(ctx, actor, id, in, authz.WithdrawSignOff, func(w work, a countersign.Attainment) (countersign.SignOff, error) {
		return a.Undo(actor.ID(), w.permit.Capacities(), w.actor.LeadsHubOf(w.permit.Subject()), id, in.Reason)
	})
}

// ConfirmSignOff is the GP supervisor's word that a decision stands though
// evidence was withdrawn since (RULES S6).
func (s *Service) ConfirmSignOff(ctx context.Context, actor authz.Actor, id countersign.SignOffID, in ReasonInput) (countersign.SignOff, countersign.Summary, error) {
	return s.follow(ctx, actor, id, in, authz.SignOff, func(w work, a countersign.Attainment) (countersign.SignOff, error) {
		if current := a.Current(); current == nil || current.ID != id {
			return countersign.SignOff{}, countersign.Refuse(countersign.Conflict, "A later decision has taken the place of this one")
		}
		return a.Confirm(actor.ID(), w.permit.Capacities(), in.Reason)
	})
}

func (s *Service) follow(ctx context.Context, actor authz.Actor, id countersign.SignOffID, in ReasonInput, action authz.Action,
	decide func(work, countersign.Attainment) (countersign.SignOff, error),
) (countersign.SignOff, countersign.Summary, error) {
	var so, first countersign.SignOff
	var summary countersign.Summary
	subject := func(tx *store.Tx) (sub authz.Subject, err error) {
		sub, first, err = tx.SignOffSubject(id)
		return sub, err
	}
	err := s.change(ctx, actor, subject, func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.active(); err != nil {
			return err
		}
		a, err := w.attainment(first.Competency)
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != a.Version {
			return w.stalePage(a)
		}
		if so, err = decide(w, a); err != nil {
			return err
		}
		so, summary, err = s.record(w, so, a, in.Signing)
		return err
	}, action)
	return so, summary, err
}

// BatchRow is one row of a batch: reviews, a decision, or reviews and then a
// decision. A row without a competency holds reviews only.
type BatchRow struct{ SignOffInput }

// BatchResult is what became of a row: a decision, the reviews alone, or an
// error that lost nothing of the other rows.
type BatchResult struct {
	SignOff countersign.SignOff
	Summary countersign.Summary
	Err     error
}

// MaxBatch is how many rows one batch may have.
const MaxBatch = 100

// signs reports whether the row holds a decision.
func (r BatchRow) signs() bool { return r.Competency != "" || len(r.Reviews) == 0 }

// DecideBatch decides many rows, a transaction each. Without a fresh proof
// that a decision needs, nothing is done.
func (s *Service) DecideBatch(ctx context.Context, actor authz.Actor, rows []BatchRow) ([]BatchResult, error) {
	if actor.IsZero() {
		return nil, countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	if len(rows) == 0 || len(rows) > MaxBatch {
		return nil, countersign.InvalidField("items", "Send 1 to 100 rows")
	}
	if slices.ContainsFunc(rows, BatchRow.signs) {
		if err := s.store.Read(ctx, func(tx *store.Tx) error { return s.proved(tx, actor.Proof().Fresh(tx.Now())) }); err != nil {
			return nil, err
		}
	}
	results := make([]BatchResult, len(rows))
	for i, row := range rows {
		if row.signs() {
			results[i].SignOff, results[i].Summary, results[i].Err = s.SignOff(ctx, actor, row.SignOffInput)
			continue
		}
		results[i].Err = s.change(ctx, actor, byApprenticeship(row.Apprenticeship), func(w work) error {
			return s.reviewAll(w, row.Reviews)
		}, authz.ReviewEvidence)
	}
	return results, nil
}
