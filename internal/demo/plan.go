package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// order is the order in which competencies are usually learnt.
var order = strings.Fields(`CA10 CA3 CA8 CA1 CA6 CA13 CA14 HR7 CO1 CL4 CL1 AD5 CA9 HR3 CL2 WF1 CL3 AD1 WF10 CA5 WF2 CO7 CA2 CL8 HR1 HR6 AD2
	CA4 CO4 CL11 WF4 WF5 CO8 AD3 CL5 CA7 WF3 WF8 HR5 CO6 CA11 WF6 WF7 CL6 AD7 CO5 HR4 AD6 CL7 WF11 WF12 CO2 CA12 AD8 AD4 WF9
	WF13 CO3 CO10 HR2 CL10 CL9 CL12 CO9 AD9 WF14 WF15`)

// induction is how many competencies of order come first for everybody.
const induction = 5

// learningOrder returns the competencies in scope in this apprentice's order.
func (s *story) learningOrder() []string {
	place := map[string]float64{}
	for i, code := range order {
		place[codeStart+code] = float64(i)
		if i >= induction {
			place[codeStart+code] += 7 * s.rng.Float64()
		}
	}
	for i, code := range s.first {
		place[code] = float64(i-len(s.first)) - 1
	}
	codes := slices.Clone(s.scope)
	slices.SortStableFunc(codes, func(a, b string) int { return cmp.Compare(place[a], place[b]) })
	return slices.DeleteFunc(codes, func(code string) bool { return s.kept[code] })
}

// plan decides which pieces there are, when what becomes of them, and who
// signs what.
func (s *story) plan() error {
	codes := s.learningOrder()
	aim := min(s.aim, len(codes))
	for i, code := range codes[:aim] {
		if err := s.gather(code, codes[i+1:aim], float64(i)/float64(max(aim, 1))); err != nil {
			return err
		}
	}
	s.addOpen(codes)
	s.sign()
	for _, p := range s.pieces {
		s.schedule(p)
	}
	return nil
}

// gather takes texts until the requirement of a competency is met. share says
// where in the time between the start and now this is.
func (s *story) gather(code string, ahead []string, share float64) error {
	c, _ := s.fw.Competency(code)
	for s.deficit(c, nil) > 0 {
		var best *text
		var bestScore float64
		for _, t := range s.texts {
			if s.used[t] || t.Reserve || s.gain(c, t) == 0 {
				continue
			}
			score := 3*float64(s.gain(c, t)) + s.rng.Float64()
			for _, m := range t.maps(s.fw) {
				other, _ := s.fw.Competency(m.Competency)
				switch {
				case slices.Contains(ahead, m.Competency):
					score += float64(s.gain(other, t))
				case m.Competency != code && s.deficit(other, nil) > 0 && s.deficit(other, t) == 0:
					score -= 5 // would meet one that isn't meant to be
				}
			}
			if best == nil || score > bestScore {
				best, bestScore = t, score
			}
		}
		if best == nil {
			return fmt.Errorf("there are no more texts for %s", code)
		}
		s.routine(s.take(best), share)
	}
	return nil
}

// gain is how much nearer the text brings the competency to its requirement.
func (s *story) gain(c countersign.Competency, t *text) int {
	if s.kept[c.Code] || !slices.ContainsFunc(t.maps(s.fw), func(m countersign.Mapping) bool { return m.Competency == c.Code }) {
		return 0
	}
	return s.deficit(c, nil) - s.deficit(c, t)
}

// deficit is how much is missing of the competency's requirement once all
// pieces planned to be accepted are, and one with the text more if there is
// one.
func (s *story) deficit(c countersign.Competency, more *text) int {
	var have []countersign.Evidence
	for _, p := range s.pieces {
		if !p.accepted.IsZero() && p.withdrawn.IsZero() && !p.renews {
			have = append(have, s.counted(p))
		}
	}
	if more != nil {
		p := &piece{text: more, mapping: more.maps(s.fw), by: more.By, recorded: more.Recorded}
		if s.who[p.by] == "" {
			p.by = mentor
		}
		have = append(have, s.counted(p))
	}
	r := c.Requires
	pieces, observed, assessors, entries := max(r.Pieces, 1), r.Observed, r.Assessors, r.Entries
	seen := map[countersign.PersonID]bool{}
	kinds := map[countersign.EvidenceKind]bool{}
	for _, e := range have {
		if ok, _ := e.CountsFor(c); !ok {
			continue
		}
		pieces--
		if e.Observed() {
			observed--
		}
		if e.Kind == countersign.ProcedureLog {
			entries -= e.Entries
		}
		if !seen[e.AcceptedBy] {
			assessors--
		}
		seen[e.AcceptedBy], kinds[e.Kind] = true, true
	}
	missing := max(pieces, 0) + max(observed, 0) + max(assessors, 0) + (max(entries, 0)+9)/10
	for _, group := range r.Kinds {
		if !slices.ContainsFunc(group, func(k countersign.EvidenceKind) bool { return kinds[k] }) {
			missing++
		}
	}
	return missing
}

// routine gives a piece that is accepted in the end its times.
func (s *story) routine(p *piece, share float64) {
	first, last := s.start.AddDays(3), countersign.LondonDate(s.limit).AddDays(-9)
	span := max(first.DaysUntil(last), 0)
	day := first.AddDays(min(span, int(float64(span)*share)+s.rng.IntN(7)))
	s.happened(p, working(day))
	if p.recorded {
		p.submitted = p.drafted.Add(time.Duration(4+s.rng.IntN(12)) * time.Minute)
		p.accepted = p.submitted
		if s.rng.IntN(5) > 1 {
			p.read = s.later(p.accepted, 1+s.rng.IntN(4), s.limit)
		}
		return
	}
	p.submitted = s.later(p.drafted, s.rng.IntN(4), s.limit)
	before := p.submitted
	p.comment = s.comment("accept")
	if s.rng.IntN(11) == 0 {
		p.returned = s.later(p.submitted, 1+s.rng.IntN(s.lag), s.limit)
		p.resubmitted = s.later(p.returned, 1+s.rng.IntN(3), s.limit)
		p.advice, p.comment = s.comment("return"), s.comment("revised")
		before = p.resubmitted
	}
	p.accepted = s.later(before, 1+s.rng.IntN(s.lag), s.limit)
}

// happened sets the day of the activity and of the draft.
func (s *story) happened(p *piece, day countersign.Date) {
	if day.Before(s.start) {
		day = s.start
	}
	p.occurred = day
	p.drafted = moment(day, 11*60+30+s.rng.IntN(4*60))
}

// addOpen adds pieces that nobody has accepted yet.
func (s *story) addOpen(codes []string) {
	for _, days := range s.waiting {
		s.wait(s.unused(codes), days)
	}
	for range s.returned {
		days := s.quiet + 3 + s.rng.IntN(9)
		s.comeBack(s.unused(codes), days+3, days, s.comment("return"))
	}
	for range s.drafts {
		s.happened(s.take(s.unused(codes)), s.ago(s.quiet+2+s.rng.IntN(6)))
	}
}

// unused returns a text of the apprentice's own for a competency that still
// needs it.
func (s *story) unused(codes []string) *text {
	for _, wanting := range []bool{true, false} {
		for _, code := range codes {
			c, _ := s.fw.Competency(code)
			if wanting && s.deficit(c, nil) == 0 {
				continue
			}
			for _, t := range s.texts {
				if !s.used[t] && !t.Reserve && !t.Recorded && slices.ContainsFunc(t.maps(s.fw), func(m countersign.Mapping) bool { return m.Competency == code }) {
					return t
				}
			}
		}
	}
	panic("demo: every text is used")
}

// wait submits a piece so many days ago, for somebody to review.
func (s *story) wait(t *text, days int) *piece {
	p := s.take(t)
	s.happened(p, s.ago(days+1))
	p.submitted = s.later(p.drafted, p.occurred.DaysUntil(s.ago(days)), s.latest)
	return p
}

// comeBack submits a piece so many days ago and returns it some days later.
func (s *story) comeBack(t *text, submitted, returned int, advice string) {
	p := s.wait(t, submitted)
	p.returned = s.later(p.submitted, submitted-returned, s.latest)
	p.advice = advice
}

// lowest returns the least number that a range says, 0 if t is empty.
func lowest(t string) int {
	low, _, _ := strings.Cut(strings.Trim(t, "{}"), "..")
	return number(low)
}

func number(t string) int {
	n, _ := strconv.Atoi(t)
	return n
}
