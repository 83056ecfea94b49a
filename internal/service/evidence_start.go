package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// firstVersion is that of a piece which nobody has changed since it was
// started.
const firstVersion = 1

// StartEvidence is DraftEvidence for a form that may reach the server more
// than once: by a double click, the back button, or because it saves itself.
// key is the form's own, made when it was shown. The first post starts the
// piece and, in the same transaction, notes under the key which one it was.
// Posting the same again returns that piece as it is now; posting another
// text changes it, unless it has been changed from elsewhere since, which is
// a Conflict. The piece is returned with that error, so that a page can lead
// to it. A form whose draft was deleted starts another. Keys are forgotten
// after a day. An empty key starts a piece every time.
//
// The piece's id isn't the key, since ids are made by the server and in the
// order of time.
func (s *Service) StartEvidence(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, key string, in EvidenceInput) (countersign.Evidence, error) {
	if key == "" {
		return s.DraftEvidence(ctx, actor, id, in)
	}
	sum, err := fingerprint(in)
	if err != nil {
		return countersign.Evidence{}, err
	}
	var e countersign.Evidence
	err = s.change(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		if err := w.vet(s, in); err != nil {
			return err
		}
		e, err = w.once("start-evidence:"+string(id), key, sum, func() (countersign.Evidence, error) {
			return w.draft(in)
		}, func(started countersign.EvidenceID, same bool) (countersign.Evidence, error) {
			return w.again(started, in, same)
		})
		return err
	}, authz.WriteEvidence, authz.RecordEvidence)
	return e, err
}

// once starts a piece, and notes under the form's key which one. A form that
// did so before gets what again returns of that piece, told whether it sends
// the same as then; if the piece was deleted since, it starts another.
func (w work) once(form, key, sum string, start func() (countersign.Evidence, error), again func(countersign.EvidenceID, bool) (countersign.Evidence, error)) (countersign.Evidence, error) {
	if len(key) > 100 {
		return countersign.Evidence{}, countersign.Refuse(countersign.Invalid, "This form is damaged. Open it again")
	}
	key = form + ":" + key
	before, repeated, err := w.tx.Idempotent(w.actor.ID(), key, sum)
	if err != nil {
		return countersign.Evidence{}, err
	}
	if repeated && before.Done {
		e, err := again(countersign.EvidenceID(before.Body), before.Fingerprint == sum)
		if countersign.KindOf(err) != countersign.NotFound {
			return e, err
		}
	}
	e, err := start()
	if err != nil {
		return e, err
	}
	return e, w.tx.SaveIdempotent(w.actor.ID(), key, store.Stored{Body: []byte(e.ID), Done: true})
}

// again returns the piece that a form started earlier, with the form's text.
func (w work) again(id countersign.EvidenceID, in EvidenceInput, same bool) (countersign.Evidence, error) {
	e, err := w.authored(id)
	if err != nil || same {
		return e, err
	}
	return w.rewrite(id, firstVersion, in)
}

func fingerprint(in EvidenceInput) (string, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("service: fingerprint: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Writing is what a form for evidence needs to know before there is a piece.
type Writing struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Subject        authz.Subject
	Own            bool // the apprentice writes; otherwise an assessor records (RULES E3)
}

// Writing returns it to those who may write evidence here. It fails with
// Conflict when the apprenticeship has ended.
func (s *Service) Writing(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (Writing, error) {
	var out Writing
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		out = Writing{
			Apprenticeship: w.app, Framework: w.framework, Subject: w.permit.Subject(), Own: actor.ID() == w.app.Apprentice,
		}
		return w.active()
	}, authz.WriteEvidence, authz.RecordEvidence)
	return out, err
}
