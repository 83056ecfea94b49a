package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Equivalent is what the same person had accepted in another framework for a
// competency that is the same skill: a suggestion, which decides nothing.
type Equivalent struct {
	FrameworkID    string
	FrameworkTitle string
	Competency     string                    // of that framework
	Accepted       int                       // pieces that could be used here
	Pieces         []store.AcceptedElsewhere // these, newest first; for the apprentice alone
}

// equivalents returns what could be used for a competency, as long as it still
// needs evidence. The permit is for reading evidence here; of the other
// record only the apprentice learns more than how much there is.
func (s *Service) equivalents(w work, of countersign.Summary) ([]Equivalent, error) {
	if !of.Wanting() {
		return nil, nil
	}
	all, err := w.tx.AcceptedElsewhere(w.permit)
	if err != nil {
		return nil, err
	}
	return s.matching(w, of.Competency, all)
}

// matching picks those of the pieces that the competency's framework says are
// of the same skill, and of a kind that counts for it.
func (s *Service) matching(w work, c countersign.Competency, all []store.AcceptedElsewhere) ([]Equivalent, error) {
	var out []Equivalent
	for _, piece := range all {
		if !c.Equivalent(piece.FrameworkID, piece.Competency) || !slices.Contains(c.Evidence, piece.Kind) {
			continue
		}
		i := slices.IndexFunc(out, func(e Equivalent) bool { return e.FrameworkID == piece.FrameworkID && e.Competency == piece.Competency })
		if i < 0 {
			f, err := s.framework(w.tx, piece.FrameworkID, piece.FrameworkVersion)
			if err != nil {
				return nil, err
			}
			i = len(out)
			out = append(out, Equivalent{FrameworkID: f.ID, FrameworkTitle: f.Title, Competency: piece.Competency})
		}
		out[i].Accepted++
		if w.actor.ID() == w.app.Apprentice {
			out[i].Pieces = append(out[i].Pieces, piece)
		}
	}
	return out, nil
}

// Equivalents returns by competency what was accepted in other frameworks; only
// for the competencies whose pieces the actor reads.
func (s *Service) Equivalents(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (map[string][]Equivalent, error) {
	out := map[string][]Equivalent{}
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return err
		}
		w.permit, err = checkAny(actor, w.permit.Subject(), reading)
		if kind := countersign.KindOf(err); kind == countersign.Forbidden {
			return nil // who reads no evidence is told of none
		} else if kind != 0 {
			return err
		}
		all, err := w.tx.AcceptedElsewhere(w.permit)
		for _, a := range as {
			of := a.Summary()
			if err != nil || !w.reads(a.Competency) || !of.Wanting() {
				continue
			}
			out[a.Code], err = s.matching(w, a.Competency, all)
		}
		return err
	}, authz.ReadApprenticeship)
	return out, err
}

// EquivalentInput puts a piece that was accepted in another framework to a
// competency of this one.
type EquivalentInput struct {
	Competency    string                 `field:"competency" label:"a competency" validate:"required,max=40" privacy:"-"`
	Evidence      countersign.EvidenceID `field:"evidence" label:"a piece of evidence" validate:"required,max=40" privacy:"-"`
	Justification string                 `field:"justification" label:"why it is evidence for this competency" validate:"filled,max=2000"`
}

// ProposeEquivalent submits a copy of a piece of the apprentice's own that was
// accepted in another framework, with its files, to a competency of this one.
// It keeps where it was accepted and the hash of what was; the acceptance and
// the decisions there aren't carried.
func (s *Service) ProposeEquivalent(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in EquivalentInput) (countersign.Evidence, error) {
	var e countersign.Evidence
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.active(); err != nil {
			return err
		}
		c, ok := w.framework.Competency(in.Competency)
		if !ok {
			return countersign.InvalidField("competency", "This framework has no such competency")
		}
		piece, from, err := w.elsewhere(in.Evidence, c)
		if err != nil {
			return err
		}
		if e, err = piece.PutTo(c, from, in.Justification, w.app.StartOn); err != nil {
			return err
		}
		if e, err = w.tx.AddEvidence(w.permit, e); err != nil {
			return err
		}
		for _, file := range piece.Attachments {
			file.ID, file.Evidence = "", e.ID
			if file, err = w.tx.AddAttachment(w.permit, file); err != nil {
				return err
			}
			e.Attachments = append(e.Attachments, file)
		}
		if err := w.audit("evidence.propose_equivalent", string(e.ID), map[string]any{
			"origin": from.Evidence, "framework": from.FrameworkID, "competency": from.Competency, "revision": from.Revision, "hash": from.Hash,
		}); err != nil {
			return err
		}
		e, err = w.submit(s, e)
		return err
	}, authz.WriteEvidence)
	return e, err
}

// elsewhere returns a piece of the same person's in another apprenticeship, and
// where it was accepted for a skill that c is equivalent to.
func (w work) elsewhere(id countersign.EvidenceID, c countersign.Competency) (countersign.Evidence, countersign.Origin, error) {
	unknown := countersign.InvalidField("evidence", "Select a piece that was accepted in another of your programmes")
	subject, err := w.tx.EvidenceSubject(id)
	if countersign.KindOf(err) == countersign.NotFound {
		return countersign.Evidence{}, countersign.Origin{}, unknown
	} else if err != nil {
		return countersign.Evidence{}, countersign.Origin{}, err
	}
	permit, err := w.actor.Check(authz.ReadEvidence, subject)
	if err != nil || subject.Apprentice != w.app.Apprentice || subject.Apprenticeship == w.app.ID {
		return countersign.Evidence{}, countersign.Origin{}, unknown
	}
	there, err := w.tx.Apprenticeship(permit)
	if err != nil {
		return countersign.Evidence{}, countersign.Origin{}, err
	}
	piece, err := w.tx.Evidence(permit, id)
	if err != nil {
		return piece, countersign.Origin{}, err
	}
	hashes, err := w.tx.RevisionHashes(permit, []countersign.EvidenceID{id})
	from := countersign.Origin{
		Evidence: id, FrameworkID: there.FrameworkID, FrameworkVersion: there.FrameworkVersion, Revision: piece.Revision, Hash: hashes[id],
	}
	for _, m := range piece.Mapping {
		if from.Competency == "" && c.Equivalent(there.FrameworkID, m.Competency) {
			from.Competency = m.Competency
		}
	}
	return piece, from, err
}
