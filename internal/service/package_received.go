package service

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

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
func (p ReceivedPackage) Content(e transfer.Entry) (io.ReadCloser, error) {
	if e.Path == transfer.DataPath {
		return io.NopCloser(bytes.NewReader(p.data)), nil
	}
	return p.files.Open(e.SHA256)
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
		p, err = s.receivedPackage(ctx, tx, actor, received)
		return err
	})
	return p, err
}

// receivedPackage reads the content of a package, for those who may read it.
func (s *Service) receivedPackage(ctx context.Context, tx *store.Tx, actor authz.Actor, r countersign.Received) (ReceivedPackage, error) {
	p := ReceivedPackage{Received: r, files: s.Pictures(ctx)}
	subject, err := tx.PlaceSubject(r.Practice)
	if err != nil {
		return p, err
	}
	if !seesReceived(actor, subject) {
		return p, errUnseen
	}
	permit, err := actor.Check(authz.ReadReceived, subject)
	if err != nil {
		return p, err
	}
	manifest, data, err := tx.ReceivedContent(permit, r.ID)
	if err != nil {
		return p, err
	}
	if p.Manifest, err = transfer.DecodeManifest(manifest); err != nil {
		return p, err
	}
	p.data = data
	p.Document, err = transfer.DecodeDocument(data)
	return p, err
}

// ReceivedPackages lists what the actor's places received: for those who
// receive for them, and for the GP supervisors who decide.
func (s *Service) ReceivedPackages(ctx context.Context, actor authz.Actor) ([]countersign.Received, error) {
	var list []countersign.Received
	if actor.IsZero() {
		return nil, countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
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
		if p, err = s.receivedPackage(ctx, tx, actor, received); err == nil {
			p.Framework, err = s.frameworkIn(p)
			return err
		}
		declined := received.State == countersign.PackageDeclined && countersign.KindOf(err) == countersign.NotFound
		subject, e := tx.PlaceSubject(received.Practice)
		if e != nil {
			return e
		}
		if seesReceived(actor, subject) && (declined || countersign.KindOf(err) == countersign.Forbidden) {
			p, err = ReceivedPackage{Received: received}, nil
		}
		return err
	})
	return p, err
}

// seesReceived reports whether the actor may know of what the place received.
func seesReceived(actor authz.Actor, place authz.Subject) bool {
	return actor.May(authz.ReceivePackage, place) || actor.May(authz.ReadReceived, place)
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

// Record returns what the package holds, to be shown; nil if the actor may not
// read it.
func (p ReceivedPackage) Record() *countersign.ReceivedRecord {
	if p.Document == nil {
		return nil
	}
	r := &countersign.ReceivedRecord{Framework: p.Framework, PracticeName: p.Manifest.Practice.Name}
	p.Document.Each("apprenticeships", func(get transfer.Getter) {
		r.State, r.StartOn, r.PlannedEndOn = countersign.ApprenticeshipState(get.Text("state")), get.Day("start_on"), get.Day("planned_end_on")
	})
	origins := map[string]string{}
	p.Document.Each("people", func(get transfer.Getter) { origins[get.Text("id")] = get.Text("origin") })
	p.Document.Each("sign_offs", func(get transfer.Getter) {
		r.Decisions = append(r.Decisions, countersign.SignOff{
			ID: countersign.SignOffID(get.Text("id")), Competency: get.Text("competency"), Decision: countersign.Decision(get.Text("decision")),
			Part: countersign.Part(get.Text("part")), Level: get.Text("level"), Comment: get.Text("comment"), SignedAt: get.Time("signed_at"), Leaf: get.Text("leaf"),
			AssessorName: get.Text("assessor_name"), AssessorRole: countersign.NamingRole(get.Text("assessor_role")), Registration: get.Text("registration"),
			Origin: origins[get.Text("assessor_id")],
		})
	})
	slices.SortStableFunc(r.Decisions, func(a, b countersign.SignOff) int { return a.SignedAt.Compare(b.SignedAt) })
	files := map[string][]countersign.Attachment{}
	p.Document.Each("attachments", func(get transfer.Getter) {
		if piece := get.Text("evidence_id"); get.Text("removed_at") == "" {
			files[piece] = append(files[piece], countersign.Attachment{
				ID: countersign.AttachmentID(get.Text("id")), Name: get.Text("name"), MediaType: get.Text("media_type"), Size: int64(get.Number("size")), SHA256: get.Text("sha256"),
			})
		}
	})
	p.Document.Each("evidence", func(get transfer.Getter) {
		state := countersign.EvidenceState(get.Text("state"))
		if get.Number("revision") == 0 || state != countersign.Submitted && state != countersign.Accepted {
			return // theirs alone, or taken back
		}
		e := countersign.Evidence{ID: countersign.EvidenceID(get.Text("id")), State: state, Revision: get.Number("revision"), Attachments: files[get.Text("id")]}
		e.Kind, e.Title, e.OccurredOn = countersign.EvidenceKind(get.Text("kind")), get.Text("title"), get.Day("occurred_on")
		e.Narrative, e.Reflection = get.Text("narrative"), get.Text("reflection")
		r.Pieces = append(r.Pieces, e)
	})
	slices.SortStableFunc(r.Pieces, func(a, b countersign.Evidence) int { return a.OccurredOn.UTC().Compare(b.OccurredOn.UTC()) })
	return r
}
