package service

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/store"
)

// AddAttachment takes a file into a piece that its author may still change.
// The content is checked, cleaned of camera metadata and stored before the
// transaction begins; a refused piece leaves at most an unreferenced file. The
// same content under the same name is kept once, so that an upload may be
// repeated.
func (s *Service) AddAttachment(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, name string, content io.Reader) (countersign.Attachment, error) {
	if err := s.mayAttach(ctx, actor, id); err != nil { // before megabytes are read for an outsider
		return countersign.Attachment{}, err
	}
	accepted, err := s.intake.Accept(ctx, name, content)
	if err != nil {
		return countersign.Attachment{}, err
	}
	var a countersign.Attachment
	err = s.change(ctx, actor, byEvidence(id), func(w work) error {
		e, err := w.editable(id, 0)
		if err != nil {
			return err
		}
		for _, had := range e.Attachments {
			if had.SHA256 == accepted.SHA256 && had.Name == accepted.Name {
				a = had
				return nil
			}
		}
		if err := roomFor(e); err != nil {
			return err
		}
		a = countersign.Attachment{
			Evidence: e.ID, Name: accepted.Name, MediaType: accepted.MediaType, Size: accepted.Size, SHA256: accepted.SHA256,
			Width: accepted.Width, Height: accepted.Height,
		}
		if r := accepted.Rendition; r != nil {
			a.Rendition = countersign.Rendition{SHA256: r.SHA256, Size: r.Size, Width: r.Width, Height: r.Height}
		}
		if a, err = w.tx.AddAttachment(w.permit, a); err != nil {
			return err
		}
		c := ConfirmationOf(ctx)
		return c.record(w.tx, actor, w.app.ID, c.files)
	}, authz.WriteEvidence, authz.RecordEvidence)
	return a, err
}

func (s *Service) mayAttach(ctx context.Context, actor authz.Actor, id countersign.EvidenceID) error {
	return s.read(ctx, actor, byEvidence(id), func(w work) error {
		_, err := w.editable(id, 0)
		return err
	}, authz.WriteEvidence, authz.RecordEvidence)
}

func roomFor(e countersign.Evidence) error {
	if len(e.Attachments) >= countersign.MaxAttachments {
		return countersign.InvalidField("file", fmt.Sprintf("A piece can have %d files at most. Remove one first", countersign.MaxAttachments))
	}
	return nil
}

// Attachment is a file of a piece with its content, which the caller closes.
type Attachment struct {
	countersign.Attachment
	Content io.ReadCloser
}

// Attachment opens a file of a piece that the actor may read; rendition asks
// for the smaller picture, where there is one. A file that has yet to be checked
// for viruses is refused with a Conflict.
func (s *Service) Attachment(ctx context.Context, actor authz.Actor, id countersign.AttachmentID, rendition bool) (Attachment, error) {
	a, err := s.AttachmentFacts(ctx, actor, id)
	if err != nil {
		return Attachment{}, err
	}
	hash := a.SHA256
	if rendition && a.Rendition.SHA256 != "" {
		hash = a.Rendition.SHA256
	}
	content, err := s.files.Open(ctx, hash)
	return Attachment{a, content}, err
}

// AttachmentFacts returns what is known of a file of a piece that the actor may
// read, without its content.
func (s *Service) AttachmentFacts(ctx context.Context, actor authz.Actor, id countersign.AttachmentID) (countersign.Attachment, error) {
	var out countersign.Attachment
	var piece countersign.EvidenceID
	subject := func(tx *store.Tx) (sub authz.Subject, err error) {
		sub, piece, err = tx.AttachmentSubject(id)
		return sub, err
	}
	err := s.read(ctx, actor, subject, func(w work) error {
		e, err := w.piece(piece)
		if err != nil {
			return err
		}
		out, err = w.attachment(e, id)
		return err
	}, reading...)
	return out, err
}

// attachment returns a file that a piece has, or that it was submitted with.
// NotFound is one that was added since to a piece that is being rewritten.
func (w work) attachment(e countersign.Evidence, id countersign.AttachmentID) (countersign.Attachment, error) {
	files := e.Attachments
	revisions, err := w.tx.Revisions(w.permit, e.ID)
	if err != nil {
		return countersign.Attachment{}, err
	}
	for _, r := range revisions {
		files = slices.Concat(files, r.Attachments)
	}
	at := slices.IndexFunc(files, func(a countersign.Attachment) bool { return a.ID == id })
	if at < 0 {
		return countersign.Attachment{}, errUnseen
	}
	return files[at], nil
}

// DeleteAttachment removes a file from a piece that its author may still
// change. Revisions that were submitted with it keep it.
func (s *Service) DeleteAttachment(ctx context.Context, actor authz.Actor, id countersign.AttachmentID) error {
	var piece countersign.EvidenceID
	subject := func(tx *store.Tx) (sub authz.Subject, err error) {
		sub, piece, err = tx.AttachmentSubject(id)
		return sub, err
	}
	return s.change(ctx, actor, subject, func(w work) error {
		if _, err := w.editable(piece, 0); err != nil {
			return err
		}
		return w.tx.DeleteAttachment(w.permit, id)
	}, authz.WriteEvidence, authz.RecordEvidence)
}

// Pictures opens the pictures of a portfolio that the caller was allowed to
// read, by the hash of their rendition, for building its PDF.
type Pictures struct {
	ctx   context.Context //nolint:containedctx // it lives as long as one build
	files *files.Vault
}

// Pictures returns what opens pictures until ctx ends.
func (s *Service) Pictures(ctx context.Context) Pictures { return Pictures{ctx: ctx, files: s.files} }

// Open opens one picture.
func (p Pictures) Open(sha256 string) (io.ReadCloser, error) { return p.files.Open(p.ctx, sha256) }

// InlineHeaders returns what the rendition of an image is to be served with,
// so that our own pages can show it. ok is false for a file without one.
func (a Attachment) InlineHeaders() (h http.Header, ok bool) {
	if a.Rendition.SHA256 == "" {
		return nil, false
	}
	return files.InlineHeaders(a.Name, files.JPEG)
}
