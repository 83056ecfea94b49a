package service

import (
	"bytes"
	"context"
	"io"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/transfer"
)

// ReceivedPackage is a received package with its content.
type ReceivedPackage struct {
	countersign.Received
	Manifest transfer.Manifest
	Document *transfer.Document
	data     []byte
	files    Pictures
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
