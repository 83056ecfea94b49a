package demo

import (
	"cmp"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// met is a competency whose requirement the planned pieces meet.
type met struct {
	competency countersign.Competency
	at         time.Time
	by         *piece // whose acceptance met it
	onlyGP     bool   // nobody but the GP supervisor accepted a piece
}

// met returns the competencies in scope whose requirement is met, the first to
// be met first.
func (s *story) met() []met {
	var pieces []*piece
	for _, p := range s.pieces {
		if !p.accepted.IsZero() && !p.renews {
			pieces = append(pieces, p)
		}
	}
	slices.SortStableFunc(pieces, func(a, b *piece) int { return a.accepted.Compare(b.accepted) })
	var all []met
	for _, code := range s.scope {
		c, _ := s.fw.Competency(code)
		var have []countersign.Evidence
		for _, p := range pieces {
			have = append(have, s.counted(p))
			if a := c.Assess(have, nil, countersign.LondonDate(p.accepted)); a.Met() {
				onlyGP := !slices.ContainsFunc(a.Counting, func(e countersign.Evidence) bool { return string(e.AcceptedBy) != s.who[gp] })
				all = append(all, met{c, p.accepted, p, onlyGP})
				break
			}
		}
	}
	slices.SortStableFunc(all, func(a, b met) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.competency.Code, b.competency.Code))
	})
	return all
}

// sign plans the decisions on what is met.
func (s *story) sign() {
	all := s.met()
	unsigned := len(all) - s.ready
	for i, m := range all {
		code := m.competency.Code
		half, open := s.half[code]
		switch {
		case s.unsigned[code] || i >= unsigned:
		case open:
			s.decide(m, half, false)
		case i >= unsigned-s.assessed:
			s.decide(m, mentor, false)
		case m.onlyGP || s.rng.IntN(5) == 0:
			s.decide(m, s.firstSigner(m.competency), true)
		default:
			s.decide(m, gp, false)
		}
	}
}

// firstSigner is who signs when the GP supervisor countersigns.
func (s *story) firstSigner(c countersign.Competency) role {
	if s.fw.MayAssess(countersign.ManagerOfPractice, c.Domain) && s.rng.IntN(2) == 0 {
		return manager
	}
	return mentor
}

// decide plans a competent decision, and its countersignature if there is one.
func (s *story) decide(m met, by role, countersigned bool) {
	c := m.competency
	level := c.Threshold
	if rank, _ := s.fw.Scale.Rank(level); s.rng.IntN(6) == 0 && rank+1 < len(s.fw.Scale.Levels) {
		level = s.fw.Scale.Levels[rank+1].Code
	}
	comment := s.comment("sign")
	if by != gp {
		comment = s.comment("assess")
	}
	if p := m.by; by == gp && p.by == gp && !p.recorded && len(p.mapping) == 1 && p.withdrawn.IsZero() {
		p.inSignOff = true
		s.signOff(m.at, c.Code, by, level, comment, p)
		return
	}
	at := s.later(m.at, 1+s.rng.IntN(7), s.limit)
	s.signOff(at, c.Code, by, level, comment, nil)
	if countersigned {
		s.signOff(s.later(at, 1+s.rng.IntN(5), s.limit), c.Code, gp, level, s.comment("countersign"), nil)
	}
}

// signOff plans a competent decision; with a piece, that is accepted in the
// same step.
func (s *story) signOff(at time.Time, code string, by role, level, comment string, with *piece) {
	s.event(at, "sign "+code, by, func(a authz.Actor) error {
		in := service.SignOffInput{
			Apprenticeship: s.app, Competency: code, Decision: countersign.Competent, Level: level, Comment: comment,
		}
		if with != nil {
			s.accept(with)
			in.Reviews = []service.ReviewInput{{Evidence: with.id, Decision: countersign.AcceptEvidence, Comment: with.comment}}
		}
		in.Evidence = s.accepted[code]
		_, _, err := s.service.SignOff(s.ctx, a, in)
		return err
	})
}
