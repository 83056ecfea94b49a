package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/transfer"
)

// WholeRecord is what a transfer package is made of, all of one moment.
type WholeRecord struct {
	Portfolio    countersign.Portfolio
	Document     *transfer.Document
	Frameworks   [][]byte // files of the versions that the record names
	Installation string   // identifier of this one
}

// WholeRecord returns everything of an apprenticeship. Drafts, and what is
// being rewritten, are there for their author only: the apprentice has their
// own, and so has the operator, who exports for them.
func (s *Service) WholeRecord(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (WholeRecord, error) {
	var r WholeRecord
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		top, err := w.tx.OrganisationByCode("ENGLAND") // every installation has its own
		if err != nil {
			return err
		}
		r.Installation = string(top.ID)
		if r.Portfolio, err = w.portfolio(s); err != nil {
			return err
		}
		if slices.ContainsFunc(r.Portfolio.Pieces, func(p countersign.PortfolioPiece) bool { return p.Hidden }) {
			return countersign.Refuse(countersign.Conflict, "A piece of evidence is hidden while a report about it is looked into. Nothing is exported until that is done")
		}
		if r.Document, err = w.tx.WholeRecord(w.permit); err != nil {
			return err
		}
		if err := r.Document.HideUnsubmitted(w.hasUnsubmitted); err != nil {
			return err
		}
		for _, f := range r.Document.Frameworks() {
			source, err := w.tx.FrameworkSource(f.ID, f.Version)
			if err != nil {
				return err
			}
			r.Frameworks = append(r.Frameworks, source)
		}
		return nil
	}, authz.ExportPackage)
	return r, err
}

// hasUnsubmitted reports whether the actor takes along what that author hasn't
// submitted; the apprentice is the empty author.
func (w work) hasUnsubmitted(author string) bool {
	return author == "" && (w.actor.ID() == w.app.Apprentice || w.actor.ID() == "")
}
