package service

import (
	"bytes"
	"context"
	"errors"
	"io"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/store"
	"countersign/internal/transfer"
)

// ReceivedPackage is a received package with its content.
type ReceivedPackage struct {
	countersign.Received
	Manifest  transfer.Manifest
	Document  *transfer.Document
	Framework countersign.Framework
	data      []byte
	files     Pictures
}

// Content opens an entry of the package, as it was received.
func (r ReceivedPackage) Content(e transfer.Entry) (io.ReadCloser, error) {
	if e.Path == transfer.DataPath {
		return io.NopCloser(bytes.NewReader(r.data)), nil
	}
	return r.files.Open(e.SHA256)
}

// ReceivedOf returns the package of an apprenticeship that is of another
// installation and was received here.
func (s *Service) ReceivedOf(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (ReceivedPackage, error) {
	var p ReceivedPackage
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		if !countersign.ValidID(string(id)) {
			return errUnseen
		}
		received, err := tx.ReceivedOf(id)
		if err != nil {
			return err
		}
		p, _, err = s.receivedPackage(ctx, tx, actor, received)
		return err
	})
	return p, err
}

// receivedPackage reads the content of a package, for those who may read it.
func (s *Service) receivedPackage(ctx context.Context, tx *store.Tx, actor authz.Actor, r countersign.Received) (ReceivedPackage, authz.Permit, error) {
	p := ReceivedPackage{Received: r, files: s.Pictures(ctx)}
	subject, err := tx.PlaceSubject(r.Practice)
	if err != nil {
		return p, authz.Permit{}, err
	}
	permit, err := actor.Check(authz.ReadReceived, subject)
	if err != nil {
		return p, permit, err
	}
	manifest, data, err := tx.ReceivedContent(permit, r.ID)
	if err != nil {
		return p, permit, err
	}
	if p.Manifest, err = transfer.DecodeManifest(manifest); err != nil {
		return p, permit, err
	}
	p.data = data
	p.Document, err = transfer.DecodeDocument(data)
	return p, permit, err
}

// ReceivedPackages lists what the actor's places received: for those who
// receive for them, and for the GP supervisors who decide.
func (s *Service) ReceivedPackages(ctx context.Context, actor authz.Actor) ([]countersign.Received, error) {
	var list []countersign.Received
	if !actor.CanAnywhere(authz.ReceivePackage) && !actor.CanAnywhere(authz.ReadReceived) {
		return nil, countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	}
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		scope := actor.Scope(authz.ReceivePackage)
		scope.Organisations = append(scope.Organisations, actor.Scope(authz.ReadReceived).Organisations...)
		list, err = tx.ReceivedList(scope)
		return err
	})
	return list, err
}

// ReceivedPackage returns a received package with its record. Whoever receives
// for the practice sees that it is there and what became of it, and not the
// record: Document is nil. So it is once it was declined.
func (s *Service) ReceivedPackage(ctx context.Context, actor authz.Actor, id countersign.ReceivedID) (ReceivedPackage, error) {
	var p ReceivedPackage
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		received, err := tx.Received(id)
		if err != nil {
			return err
		}
		if p, _, err = s.receivedPackage(ctx, tx, actor, received); err == nil {
			p.Framework, err = s.frameworkIn(p)
			return err
		}
		if k := countersign.KindOf(err); k != countersign.NotFound && k != countersign.Forbidden {
			return err
		}
		subject, e := tx.PlaceSubject(received.Practice)
		if e != nil {
			return e
		}
		if !actor.May(authz.ReceivePackage, subject) && !actor.May(authz.ReadReceived, subject) {
			return err
		}
		p = ReceivedPackage{Received: received}
		return nil
	})
	return p, err
}

// frameworkIn returns the framework version that the record is on.
func (s *Service) frameworkIn(p ReceivedPackage) (countersign.Framework, error) {
	all, err := releases(p)
	for _, r := range all {
		if r.Framework.ID == p.FrameworkID && r.Framework.Version == p.FrameworkVersion {
			return r.Framework, err
		}
	}
	return countersign.Framework{}, err
}

// releases returns the framework versions of a package.
func releases(p ReceivedPackage) ([]transfer.Release, error) {
	var all []transfer.Release
	for _, e := range p.Manifest.Entries {
		if e.Path != transfer.FrameworkPath(e.SHA256) {
			continue
		}
		content, err := p.Content(e)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(content)
		if err := errors.Join(err, content.Close()); err != nil {
			return nil, err
		}
		f, err := framework.Parse("", data)
		if err != nil {
			return nil, err
		}
		all = append(all, transfer.Release{Framework: f, Data: data})
	}
	return all, nil
}
