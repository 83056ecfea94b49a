package demo

import (
	"slices"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// piece is one piece of evidence with what becomes of it and when. A zero time
// means that it doesn't happen.
type piece struct {
	text        *text
	mapping     []countersign.Mapping
	by          role // reviews it, observed it or recorded it
	recorded    bool
	prior       bool // happened before the apprenticeship
	renews      bool // is for the next round of a competency that was signed
	occurred    countersign.Date
	drafted     time.Time
	submitted   time.Time
	returned    time.Time
	resubmitted time.Time
	accepted    time.Time
	inSignOff   bool // accepted in the same step as the competency is signed
	withdrawn   time.Time
	read        time.Time // a recorded piece, by the apprentice
	advice      string    // with which it was returned
	comment     string    // with which it was accepted
	reason      string    // for which it was withdrawn
	files       []string
	id          countersign.EvidenceID
}

// take returns a piece with that text, which is not used again.
func (s *story) take(t *text) *piece {
	s.used[t] = true
	p := &piece{text: t, by: t.By, recorded: t.Recorded}
	for _, m := range t.maps(s.fw) {
		if !s.kept[m.Competency] {
			p.mapping = append(p.mapping, m)
		}
	}
	if s.who[p.by] == "" { // no assessor is named here
		p.by = mentor
	}
	if s.files && t.File != "" {
		p.files = []string{t.File}
	}
	s.pieces = append(s.pieces, p)
	return p
}

// counted returns the piece as it counts once it is accepted.
func (s *story) counted(p *piece) countersign.Evidence {
	who := countersign.PersonID(s.who[p.by])
	e := countersign.Evidence{
		ID:      countersign.EvidenceID(p.text.ID),
		Content: countersign.Content{Kind: p.text.Kind, OccurredOn: p.occurred, ObservedBy: who, Mapping: p.mapping},
		State:   countersign.Accepted, AcceptedBy: who, AcceptedByName: s.who[p.by], DecidedAt: p.accepted,
	}
	if p.text.Kind == countersign.ProcedureLog {
		e.Entries = lowest(p.text.Entries)
	}
	return e
}

// schedule adds the events of the piece.
func (s *story) schedule(p *piece) {
	author := learner
	if p.recorded {
		author = p.by
	}
	in := s.input(p)
	early := in
	if !p.returned.IsZero() { // what the review asks for comes with the second revision
		early.Narrative = firstSentences(in.Narrative)
		early.Reflection = ""
		if in.Kind == countersign.ReflectiveAccount {
			early.Reflection = firstSentences(in.Reflection)
		}
	}
	s.event(p.drafted, "draft "+p.text.ID, author, func(a authz.Actor) error {
		e, err := s.service.DraftEvidence(s.ctx, a, s.app, early)
		p.id = e.ID
		if err != nil {
			return err
		}
		return s.attach(a, p)
	})
	s.eventUnlessZero(p.submitted, "submit "+p.text.ID, author, func(a authz.Actor) error {
		_, err := s.service.SubmitEvidence(s.ctx, a, p.id, 0)
		if p.recorded {
			s.accept(p)
		}
		return err
	})
	s.eventUnlessZero(p.returned, "return "+p.text.ID, p.by, func(a authz.Actor) error {
		return s.review(a, p, countersign.ReturnEvidence, p.advice)
	})
	s.eventUnlessZero(p.resubmitted, "resubmit "+p.text.ID, learner, func(a authz.Actor) error {
		if _, err := s.service.ChangeEvidence(s.ctx, a, p.id, 0, in); err != nil {
			return err
		}
		_, err := s.service.SubmitEvidence(s.ctx, a, p.id, 0)
		return err
	})
	if !p.recorded && !p.inSignOff {
		s.eventUnlessZero(p.accepted, "accept "+p.text.ID, p.by, func(a authz.Actor) error {
			s.accept(p)
			return s.review(a, p, countersign.AcceptEvidence, p.comment)
		})
	}
	s.eventUnlessZero(p.read, "read "+p.text.ID, learner, func(a authz.Actor) error {
		_, err := s.service.ConfirmRead(s.ctx, a, p.id, service.ConfirmReadInput{Comment: p.comment})
		return err
	})
	s.eventUnlessZero(p.withdrawn, "withdraw "+p.text.ID, learner, func(a authz.Actor) error {
		for _, m := range p.mapping {
			s.accepted[m.Competency] = slices.DeleteFunc(s.accepted[m.Competency], func(id countersign.EvidenceID) bool { return id == p.id })
		}
		_, err := s.service.WithdrawEvidence(s.ctx, a, p.id, 0, service.WithdrawInput{Reason: p.reason})
		return err
	})
}

func (s *story) eventUnlessZero(at time.Time, what string, by role, do func(authz.Actor) error) {
	if !at.IsZero() {
		s.event(at, what, by, do)
	}
}

func (s *story) accept(p *piece) {
	for _, m := range p.mapping {
		s.accepted[m.Competency] = append(s.accepted[m.Competency], p.id)
	}
}

func (s *story) review(a authz.Actor, p *piece, d countersign.ReviewDecision, comment string) error {
	_, err := s.service.ReviewEvidence(s.ctx, a, service.ReviewInput{Evidence: p.id, Decision: d, Comment: comment})
	return err
}

// input returns the content of the piece with its blanks filled.
func (s *story) input(p *piece) service.EvidenceInput {
	t := p.text
	say := speaker{s.rng, map[string]string{
		"period": p.occurred.AddDays(-25).Long() + " to " + p.occurred.Long(),
		"until":  p.occurred.AddMonths(s.renewal(p)).Long(),
	}}.say
	in := service.EvidenceInput{
		Kind: t.Kind, Title: say(t.Title), OccurredOn: p.occurred, Narrative: say(t.Narrative), Reflection: say(t.Reflection),
		Details: map[string]string{}, Anonymised: !p.submitted.IsZero(), PriorLearning: p.prior,
	}
	for _, d := range countersign.DetailFields(t.Kind) { // in a fixed order: blanks draw on chance
		if text := say(t.Details[d.Name]); text != "" {
			in.Details[d.Name] = text
		}
	}
	if t.Kind == countersign.ProcedureLog {
		in.Entries = number(say(t.Entries))
	}
	if t.Kind.Observable() && !p.recorded {
		in.ObservedBy = s.who[p.by]
	}
	for _, m := range p.mapping {
		in.Competencies = append(in.Competencies, service.MappingInput{Code: m.Competency, Justification: m.Justification})
	}
	return in
}

// renewal returns how many months a certificate holds.
func (s *story) renewal(p *piece) int {
	for _, m := range p.mapping {
		if c, _ := s.fw.Competency(m.Competency); c.RenewMonths > 0 {
			return c.RenewMonths
		}
	}
	return 12
}

// firstSentences returns a text without its last sentence, unless it has one
// only.
func firstSentences(t string) string {
	i := strings.LastIndex(strings.TrimRight(t, "."), ". ")
	if i < 0 {
		return t
	}
	return t[:i+1]
}
