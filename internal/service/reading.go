package service

import (
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// reading returns the actions any one of which lets an actor read evidence.
var reading = []authz.Action{authz.ReadEvidence, authz.ReadAdministrationEvidence}

var errUnseen = countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")

// piece returns a piece as the actor may read it; NotFound when they may not.
func (w work) piece(id countersign.EvidenceID) (countersign.Evidence, error) {
	e, err := w.tx.Evidence(w.permit, id)
	if err != nil {
		return e, err
	}
	one := []countersign.Evidence{e}
	if err := w.asSubmitted(one); err != nil {
		return e, err
	}
	if !w.visible(one[0]) {
		return countersign.Evidence{}, errUnseen
	}
	return one[0], nil
}

// visible reports whether the actor may read this piece: a practice manager
// reads the pieces of the domains they assess, and nobody reads what somebody
// else never submitted (RULES E3, Reading).
func (w work) visible(e countersign.Evidence) bool {
	switch {
	case e.Author() == w.actor.ID():
		return true
	case e.State == countersign.Draft || e.Revision == 0:
		return false
	}
	return slices.ContainsFunc(e.Mapping, func(m countersign.Mapping) bool {
		c, ok := w.framework.Competency(m.Competency)
		return ok && w.reads(c)
	}) || w.actor.May(authz.ReadEvidence, w.permit.Subject())
}

// reads reports whether the actor may read the pieces of a competency.
func (w work) reads(c countersign.Competency) bool {
	sub := w.permit.Subject()
	return w.actor.May(authz.ReadEvidence, sub) || w.actor.May(authz.ReadAdministrationEvidence, sub) &&
		slices.Contains(w.framework.Signing.DomainAssess[c.Domain], countersign.ManagerOfPractice)
}

// asSubmitted puts what was submitted last in the place of what an author is
// rewriting, for everybody but that author: changes to a piece that came back
// are theirs until they submit them.
func (w work) asSubmitted(pieces []countersign.Evidence) error {
	return w.rewind(pieces, func(e countersign.Evidence) bool { return e.Rewriting() && e.Author() != w.actor.ID() })
}

// rewind puts what was submitted last into those of the pieces.
func (w work) rewind(pieces []countersign.Evidence, which func(countersign.Evidence) bool) error {
	var ids []countersign.EvidenceID
	for _, e := range pieces {
		if which(e) {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	submitted, err := w.tx.LatestRevisions(w.permit, ids)
	if err != nil {
		return err
	}
	for i, e := range pieces {
		if r, ok := submitted[e.ID]; ok {
			pieces[i] = e.AsSubmitted(r)
		}
	}
	return nil
}

// withoutText returns the pieces of an attainment, by which it is judged,
// without the texts that the actor may not read.
func (w work) withoutText(pieces []countersign.Evidence, reads bool) []countersign.Evidence {
	out := slices.Clone(pieces)
	for i, e := range out {
		if author := e.Author() == w.actor.ID(); !author && (!reads || e.Revision == 0 || e.Rewriting()) {
			out[i] = e.WithoutText()
		}
	}
	return out
}

// withoutTitles returns the decisions, without the titles of the pieces that
// they rely on unless the actor reads evidence.
func withoutTitles(all []countersign.SignOff, reads bool) []countersign.SignOff {
	if reads {
		return all
	}
	out := slices.Clone(all)
	for i := range out {
		out[i].Evidence = slices.Clone(out[i].Evidence)
		for j := range out[i].Evidence {
			out[i].Evidence[j].Title = ""
		}
	}
	return out
}

// stalePage refuses a decision from a page of a competency that has changed
// since, and says what changed as far as the actor may read it (RULES S7).
func (w work) stalePage(a countersign.Attainment) error {
	change := "Something it rests on was changed"
	if w.reads(a.Competency) {
		change = a.LastChange()
	}
	return refuseStale(change + " since you opened this page. Look at it again before you decide")
}
