package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/store"
	"countersign/internal/transfer"
)

// ReceivePackage takes a transfer package in for a practice, and keeps it apart
// from every record here until a GP supervisor of the practice decides. The
// same package a second time changes nothing; again says so. Whatever isn't a
// sound package is refused with Invalid for "package", and nothing of it stays.
func (s *Service) ReceivePackage(ctx context.Context, actor authz.Actor, practice string, r io.ReaderAt, size int64) (got countersign.Received, again bool, err error) {
	place, err := s.receivingPlace(ctx, actor, practice)
	if err != nil {
		return got, false, err
	}
	p, err := transfer.Open(r, size)
	if err != nil {
		return got, false, err
	}
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if got, err = tx.ReceivedAs(place, p.SHA256); countersign.KindOf(err) != countersign.NotFound {
			again = err == nil
			return err
		}
		return s.fits(tx, p)
	})
	if err != nil || again {
		return got, again, err
	}
	if err := s.recheck(ctx, p); err != nil {
		return got, false, err
	}
	contents, err := s.keepContents(ctx, p)
	if err != nil {
		return got, false, err
	}
	got, err = s.keepPackage(ctx, actor, place, p, contents)
	return got, false, err
}

// receivingPlace finds the practice, for somebody who may receive for it.
func (s *Service) receivingPlace(ctx context.Context, actor authz.Actor, code string) (countersign.OrganisationID, error) {
	if !actor.CanAnywhere(authz.ReceivePackage) {
		return "", countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	}
	var place countersign.Organisation
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if place, err = s.placeNamed(tx, actor, authz.ReceivePackage, "practice", code); err == nil && (place.Kind != countersign.Practice || !place.EndedOn.IsZero()) {
			err = countersign.InvalidField("practice", "Enter the code of an open practice")
		}
		return err
	})
	return place.ID, err
}

func refusePackage(format string, args ...any) error {
	return countersign.InvalidField("package", "The package cannot be used: "+fmt.Sprintf(format, args...))
}

// fits refuses a package that contradicts what is here.
func (s *Service) fits(tx *store.Tx, p *transfer.Package) error {
	_, err := tx.Subject(countersign.ApprenticeshipID(p.Manifest.Apprenticeship))
	if countersign.KindOf(err) != countersign.NotFound {
		if err == nil {
			err = refusePackage("this apprenticeship is part of this installation already")
		}
		return err
	}
	for _, r := range p.Frameworks {
		source, err := tx.FrameworkSource(r.Framework.ID, r.Framework.Version)
		if countersign.KindOf(err) == countersign.NotFound {
			continue
		}
		if err == nil && framework.Checksum(source) != r.Framework.SHA256 {
			err = refusePackage("its framework %s %s is not the one that this installation has under that version", r.Framework.ID, r.Framework.Version)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// recheck looks at every file as at one that is uploaded.
func (s *Service) recheck(ctx context.Context, p *transfer.Package) error {
	for sum, f := range p.Document.Files() {
		content, err := p.Content(p.Manifest.Entry(transfer.FilePath(sum)))
		if err != nil {
			return err
		}
		err = s.intake.Recheck(WithConfirmation(ctx, &Confirmation{elsewhere: true}), f.MediaType, f.Name, content)
		if countersign.KindOf(err) == countersign.Invalid {
			err = refusePackage("%s: %s", transfer.FilePath(sum), countersign.MessageOf(err))
		}
		if err := errors.Join(err, content.Close()); err != nil {
			return err
		}
	}
	return nil
}

// keepContents puts what is in the package into the folder of files. What no
// package refers to in the end is collected like any other orphan.
func (s *Service) keepContents(ctx context.Context, p *transfer.Package) ([]string, error) {
	var sums []string
	for _, e := range p.Manifest.Entries {
		if e.Path == transfer.DataPath || slices.Contains(sums, e.SHA256) {
			continue
		}
		content, err := p.Content(e)
		if err != nil {
			return nil, err
		}
		blob, err := s.files.Put(ctx, content)
		if err := errors.Join(err, content.Close()); err != nil {
			return nil, err
		}
		if blob.SHA256 != e.SHA256 {
			return nil, refusePackage("%s changed while it was read", e.Path)
		}
		sums = append(sums, e.SHA256)
	}
	return sums, nil
}

func (s *Service) keepPackage(ctx context.Context, actor authz.Actor, place countersign.OrganisationID, p *transfer.Package, contents []string) (countersign.Received, error) {
	var got countersign.Received
	m := p.Manifest
	manifest, err := m.Encode()
	if err != nil {
		return got, err
	}
	data, err := p.Document.Encode()
	if err != nil {
		return got, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		subject, err := tx.PlaceSubject(place)
		if err != nil {
			return err
		}
		permit, err := actor.Check(authz.ReceivePackage, subject)
		if err != nil {
			return err
		}
		if err := s.fits(tx, p); err != nil {
			return err
		}
		if got, err = tx.AddReceived(permit, countersign.Received{
			Practice: place, Apprenticeship: countersign.ApprenticeshipID(m.Apprenticeship), SHA256: p.SHA256, OriginURL: m.Origin.URL, OriginID: m.Origin.ID,
			AsAt: m.At(), ApprenticeName: m.Apprentice.Name, ApprenticeEmail: m.Apprentice.Email, FrameworkID: m.Framework.ID, FrameworkVersion: m.Framework.Version,
		}, manifest, data, contents); err != nil {
			return err
		}
		deciders, err := tx.Deciders(permit)
		if err != nil {
			return err
		}
		for _, gp := range deciders {
			if err := tx.Enqueue(MailJob, Notice{Kind: NoticeReceived, To: gp, Received: got.ID}, time.Time{}, ""); err != nil {
				return err
			}
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "package.receive", Subject: string(got.ID),
			Detail: map[string]string{"sha256": got.SHA256, "origin": got.OriginURL, "apprenticeship": string(got.Apprenticeship)},
		})
	})
	return got, err
}
