package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
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
	if err := s.Permitted(ctx, actor, id, authz.ExportPackage); err != nil {
		return r, err
	}
	installation, err := s.installation(ctx)
	if err != nil {
		return r, err
	}
	err = s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		r.Installation = installation
		if r.Portfolio, err = w.portfolio(s); err != nil {
			return err
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

// installationSetting keeps the identifier that this installation has for
// others.
const installationSetting = "installation"

func (s *Service) installation(ctx context.Context) (string, error) {
	var id string
	read := func(tx *store.Tx) (err error) {
		id, err = tx.Setting(installationSetting)
		return err
	}
	if err := s.store.Read(ctx, read); err != nil || id != "" {
		return id, err
	}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if err := read(tx); err != nil || id != "" {
			return err
		}
		id = tx.NewID()
		return tx.SetSetting(installationSetting, id)
	})
	return id, err
}
