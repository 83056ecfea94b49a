package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// EvidenceInput is the content of a piece as its author types it. Nothing but
// the kind is needed to keep a draft.
type EvidenceInput struct {
	Kind          countersign.EvidenceKind `field:"kind" label:"what kind of evidence this is" validate:"required,max=40" privacy:"-"`
	Title         string                   `field:"title" label:"a title" validate:"max=200"`
	OccurredOn    countersign.Date         `field:"occurred_on"`
	Narrative     string                   `field:"narrative" label:"what you did" validate:"max=20000"`
	Reflection    string                   `field:"reflection" label:"your reflection" validate:"max=20000"`
	Details       map[string]string        `field:"details" label:"an answer" validate:"max=20,dive,keys,max=40,endkeys,max=2000"`
	ObservedBy    string                   `field:"observed_by" label:"the observer's email address" validate:"omitempty,max=254,email" privacy:"-"`
	Entries       int                      `field:"entries"`
	Anonymised    bool                     `field:"anonymised"`
	PriorLearning bool                     `field:"prior_learning"`
	Competencies  []MappingInput           `field:"competencies" label:"competencies" validate:"max=60,dive"`
}

// MappingInput maps a piece to a competency.
type MappingInput struct {
	Code          string `field:"code" label:"a competency" validate:"required,max=40" privacy:"-"`
	Justification string `field:"justification" label:"a justification" validate:"max=2000"`
}

// content turns the input into content, looking the observer up by e-mail.
// Detail fields that the kind doesn't have are dropped.
func (in EvidenceInput) content(tx *store.Tx) (countersign.Content, error) {
	c := countersign.Content{
		Kind: in.Kind, Title: in.Title, OccurredOn: in.OccurredOn, Narrative: in.Narrative, Reflection: in.Reflection,
		Entries: in.Entries, Anonymised: in.Anonymised, PriorLearning: in.PriorLearning, Mapping: mapping(in.Competencies),
		Details: map[string]string{},
	}
	for _, d := range countersign.DetailFields(in.Kind) {
		if text := in.Details[d.Name]; text != "" {
			c.Details[d.Name] = text
		}
	}
	if in.ObservedBy == "" || !in.Kind.Observable() {
		return c, nil
	}
	observer, err := tx.PersonByEmail(lowerEmail(in.ObservedBy))
	if countersign.KindOf(err) == countersign.NotFound {
		return c, countersign.InvalidField("observed_by", "Nobody with this email address is known here. Ask your hub to add them")
	}
	c.ObservedBy = observer.ID
	return c, err
}

func mapping(in []MappingInput) []countersign.Mapping {
	out := make([]countersign.Mapping, 0, len(in))
	for _, m := range in {
		out = append(out, countersign.Mapping{Competency: m.Code, Justification: m.Justification})
	}
	return out
}

func codes(mappings ...[]countersign.Mapping) []string {
	var out []string
	for _, ms := range mappings {
		for _, m := range ms {
			if !slices.Contains(out, m.Competency) {
				out = append(out, m.Competency)
			}
		}
	}
	return out
}

// DraftEvidence starts a piece: the apprentice's own, or one that an assessor
// records about what they saw (RULES E1, E3).
func (s *Service) DraftEvidence(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in EvidenceInput) (countersign.Evidence, error) {
	var e countersign.Evidence
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		if err := w.vet(s, in); err != nil {
			return err
		}
		e, err = w.draft(in)
		return err
	}, authz.WriteEvidence, authz.RecordEvidence)
	return e, err
}

// draft stores a new piece of the actor's.
func (w work) draft(in EvidenceInput) (countersign.Evidence, error) {
	var none countersign.Evidence
	if err := w.active(); err != nil {
		return none, err
	}
	content, err := in.content(w.tx)
	if err != nil {
		return none, err
	}
	if err := content.CheckDraft(w.framework, w.app.StartOn, w.tx.Today()); err != nil {
		return none, err
	}
	e := countersign.Evidence{Apprenticeship: w.app.ID, Apprentice: w.app.Apprentice, Content: content, State: countersign.Draft}
	if w.actor.ID() != w.app.Apprentice {
		e.RecordedBy = w.actor.ID()
	}
	if e, err = w.tx.AddEvidence(w.permit, e); err != nil {
		return none, err
	}
	return e, w.recount(false, codes(e.Mapping)...)
}

// CopyEvidence starts a new draft with the content of one of the person's own
// pieces, without its date, files and confirmation. key is the form's own, as
// that of StartEvidence: a form that is sent twice makes one copy. An empty
// key makes one every time.
func (s *Service) CopyEvidence(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, key string) (countersign.Evidence, error) {
	var copied countersign.Evidence
	err := s.change(ctx, actor, byEvidence(id), func(w work) (err error) {
		start := func() (countersign.Evidence, error) { return w.copied(id) }
		if key == "" {
			copied, err = start()
			return err
		}
		copied, err = w.once("copy-evidence:"+string(id), key, "", start, func(made countersign.EvidenceID, _ bool) (countersign.Evidence, error) {
			return w.authored(made)
		})
		return err
	}, authz.WriteEvidence, authz.RecordEvidence)
	return copied, err
}

// copied stores a new draft with the content of a piece of the actor's.
func (w work) copied(id countersign.EvidenceID) (countersign.Evidence, error) {
	var none countersign.Evidence
	if err := w.active(); err != nil {
		return none, err
	}
	e, err := w.authored(id)
	if err != nil {
		return none, err
	}
	if e.Quarantined { // what may identify a patient doesn't spread
		return none, countersign.Refuse(countersign.Conflict, "This piece is hidden while a report about it is looked into, and cannot be copied meanwhile")
	}
	content := e.Content
	content.OccurredOn, content.Anonymised = countersign.Date{}, false
	draft, err := w.tx.AddEvidence(w.permit, countersign.Evidence{
		Apprenticeship: w.app.ID, Apprentice: w.app.Apprentice, RecordedBy: e.RecordedBy, Content: content, State: countersign.Draft,
	})
	if err != nil {
		return none, err
	}
	return draft, w.recount(false, codes(draft.Mapping)...)
}

// authored returns a piece that the actor wrote.
func (w work) authored(id countersign.EvidenceID) (countersign.Evidence, error) {
	e, err := w.tx.Evidence(w.permit, id)
	if err != nil {
		return e, err
	}
	if e.Author() != w.actor.ID() {
		return e, countersign.Refuse(countersign.Forbidden, "Only its author can change this piece")
	}
	return e, nil
}

// editable returns a piece that the actor wrote and may still change, at the
// version seen; version 0 asks for no such check.
func (w work) editable(id countersign.EvidenceID, version int) (countersign.Evidence, error) {
	e, err := w.authored(id)
	if err != nil {
		return e, err
	}
	if err := w.active(); err != nil {
		return e, err
	}
	if !e.Editable() {
		return e, countersign.Refuse(countersign.Conflict, "This piece is "+string(e.State)+", so it cannot be changed any more")
	}
	if version != 0 && version != e.Version {
		return e, refuseStale("This piece was changed since you opened it. Your text is kept below: compare it and save again")
	}
	return e, nil
}

// ChangeEvidence replaces the content of a draft or of a piece that came
// back. It fails with Conflict if the piece isn't at that version any more.
func (s *Service) ChangeEvidence(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, version int, in EvidenceInput) (countersign.Evidence, error) {
	var e countersign.Evidence
	err := s.change(ctx, actor, byEvidence(id), func(w work) (err error) {
		if err := w.vet(s, in); err != nil {
			return err
		}
		e, err = w.rewrite(id, version, in)
		return err
	}, authz.WriteEvidence, authz.RecordEvidence)
	return e, err
}

// rewrite replaces the content of a piece that the actor may still change.
func (w work) rewrite(id countersign.EvidenceID, version int, in EvidenceInput) (countersign.Evidence, error) {
	old, err := w.editable(id, version)
	if err != nil {
		return old, err
	}
	e := old
	if e.Content, err = in.content(w.tx); err != nil {
		return old, err
	}
	if err := e.CheckDraft(w.framework, w.app.StartOn, w.tx.Today()); err != nil {
		return old, err
	}
	if e, err = w.tx.ChangeEvidence(w.permit, e, old.Version); err != nil {
		return old, err
	}
	return e, w.recount(false, codes(old.Mapping, e.Mapping)...)
}

// DeleteDraft deletes a piece that was never submitted (RULES E2).
func (s *Service) DeleteDraft(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, version int) error {
	return s.change(ctx, actor, byEvidence(id), func(w work) error {
		e, err := w.editable(id, version)
		if err != nil {
			return err
		}
		if e.State != countersign.Draft || e.Revision > 0 {
			return countersign.Refuse(countersign.Conflict, "Only a draft can be deleted. Withdraw this piece instead")
		}
		if err := w.tx.DeleteEvidence(w.permit, id, e.Version); err != nil {
			return err
		}
		return w.recount(false, codes(e.Mapping)...)
	}, authz.WriteEvidence, authz.RecordEvidence)
}

// SubmitEvidence freezes the content as a new revision and hands it to the
// assessors. What an assessor recorded for the apprentice is accepted by
// submitting it (RULES E2, E3).
func (s *Service) SubmitEvidence(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, version int) (countersign.Evidence, error) {
	var e countersign.Evidence
	err := s.change(ctx, actor, byEvidence(id), func(w work) (err error) {
		if e, err = w.editable(id, version); err != nil {
			return err
		}
		e, err = w.submit(s, e)
		return err
	}, authz.WriteEvidence, authz.RecordEvidence)
	return e, err
}

// submit freezes the content of a piece that its author may change.
func (w work) submit(s *Service, e countersign.Evidence) (countersign.Evidence, error) {
	event := countersign.Submit
	if e.RecordedBy != "" {
		event = countersign.Record
	}
	var err error
	if e.State, err = e.Do(event); err != nil {
		return e, err
	}
	if err := e.CheckContent(w.framework, w.app.StartOn, w.tx.Today()); err != nil {
		return e, err
	}
	if err := e.CheckFiles(); err != nil {
		return e, err
	}
	e.Revision++
	e.SubmittedAt = w.tx.Now()
	e.AcceptedBy, e.AcceptedByName = "", ""
	if e.RecordedBy != "" {
		if err := e.CheckReview(w.framework, w.actor.ID(), w.permit.Capacities(), e.Mapping); err != nil {
			return e, err
		}
		e.AcceptedBy, e.AcceptedByName, e.DecidedAt = w.actor.ID(), w.actor.Name(), w.tx.Now()
	}
	if err := w.addRevision(e); err != nil {
		return e, err
	}
	if e, err = w.tx.ChangeEvidence(w.permit, e, e.Version); err != nil {
		return e, err
	}
	if err := w.redact(s, e); err != nil {
		return e, err
	}
	if err := w.recount(true, codes(e.Mapping)...); err != nil {
		return e, err
	}
	if e.RecordedBy != "" {
		if err := w.notify(NoticeRecorded, w.app.Apprentice, e.ID, ""); err != nil {
			return e, err
		}
	}
	return e, w.audit("evidence."+string(event), string(e.ID), map[string]any{"revision": e.Revision})
}

func (w work) addRevision(e countersign.Evidence) error {
	r := countersign.Revision{
		Evidence: e.ID, Number: e.Revision, Content: e.Content, ObservedByName: e.ObservedByName,
		Attachments: e.Attachments, SubmittedBy: w.actor.ID(), SubmittedAt: w.tx.Now(),
	}
	hash, err := ledger.RevisionHash(ledger.ContentOf(r))
	if err != nil {
		return err
	}
	r.Hash = hash
	return w.tx.AddRevision(w.permit, r)
}

// WithdrawInput is why a piece is withdrawn.
type WithdrawInput struct {
	Reason string `field:"reason" label:"why you withdraw this piece" validate:"filled,max=2000"`
}

// WithdrawEvidence takes a piece out of the record, with a reason. Decisions
// that relied on it stand and say so (RULES E2, S6).
func (s *Service) WithdrawEvidence(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, version int, in WithdrawInput) (countersign.Evidence, error) {
	var e countersign.Evidence
	err := s.change(ctx, actor, byEvidence(id), func(w work) (err error) {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.active(); err != nil {
			return err
		}
		if e, err = w.tx.Evidence(w.permit, id); err != nil {
			return err
		}
		if version != 0 && version != e.Version {
			return refuseStale("This piece was changed since you opened it. Look at it again before you withdraw it")
		}
		if e.State, err = e.Do(countersign.Withdraw); err != nil {
			return err
		}
		e.WithdrawnAt, e.WithdrawReason = w.tx.Now(), in.Reason
		if e, err = w.tx.ChangeEvidence(w.permit, e, e.Version); err != nil {
			return err
		}
		if err := w.destroyReported(s, e); err != nil {
			return err
		}
		if err := w.recount(true, codes(e.Mapping)...); err != nil {
			return err
		}
		return w.audit("evidence.withdraw", string(e.ID), nil)
	}, authz.WriteEvidence)
	return e, err
}

// ConfirmReadInput is what the apprentice says about a piece that was
// recorded for them.
type ConfirmReadInput struct {
	Version int    `field:"version"` // of the piece as seen; 0 asks for no check
	Comment string `field:"comment" label:"your comment" validate:"max=2000"`
}

// ConfirmRead notes that the apprentice has read what an assessor recorded
// for them (RULES E3).
func (s *Service) ConfirmRead(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, in ConfirmReadInput) (countersign.Evidence, error) {
	var e countersign.Evidence
	err := s.change(ctx, actor, byEvidence(id), func(w work) (err error) {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if e, err = w.tx.Evidence(w.permit, id); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != e.Version {
			return refuseStale("This piece was changed since you opened it. Look at it again before you confirm it")
		}
		if e.RecordedBy == "" || !e.ReadAt.IsZero() {
			return countersign.Refuse(countersign.Conflict, "There is nothing to confirm for this piece")
		}
		e.ReadAt, e.ReadComment = w.tx.Now(), in.Comment
		if e, err = w.tx.ChangeEvidence(w.permit, e, e.Version); err != nil {
			return err
		}
		return w.audit("evidence.read", string(e.ID), nil)
	}, authz.WriteEvidence)
	return e, err
}
