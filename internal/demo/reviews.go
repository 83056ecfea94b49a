package demo

import (
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// What people write into progress reviews.
var (
	reviewNotes = []string{
		"Settled in well. Protected time has been kept most weeks.", "More confident with patients. Next: the administration tasks.",
		"On course. We agreed what is still missing for the portfolio.", "Nearly there. The last pieces are being written.",
	}
	reviewWishes  = []string{"I enjoy the clinics and want to do more of them.", "I would like more time for writing.", "The tutorials help me a lot.", "I feel ready for the last part."}
	reviewActions = []string{"Shadow the reception team for a morning", "Book the phlebotomy course", "Write up two pieces of evidence each week", "Go through the portfolio together"}
)

// holdReviews holds the skills scan, a claim of prior learning and the progress
// reviews of an apprenticeship. Of the latest review some tales have not got
// the last signature, and some have not held it.
func (s *story) holdReviews(number int64) {
	day := working(s.start.AddDays(4))
	at := moment(day, 11*60)
	if !at.Before(s.limit) {
		return
	}
	for i, by := range []role{learner, gp} {
		s.event(at.Add(time.Duration(i*45)*time.Minute), "skills scan", by, func(a authz.Actor) error {
			levels := map[string]string{}
			for j, c := range s.fw.Competencies() {
				levels[c.Code] = countersign.NoExperience
				if (j+i)%4 == 0 {
					levels[c.Code] = s.fw.Scale.Levels[0].Code
				}
			}
			return s.possible(s.service.SaveSkillsScan(s.ctx, a, s.app, -1, service.SkillsScanInput{Levels: levels, Finish: true}))
		})
	}
	if number%2 == 0 {
		s.claimPrior(day, number%4 == 0)
	}
	held := s.start.AddMonths(max(s.fw.ReviewEveryMonths, 1)).AddDays(-5)
	for n := 1; s.fw.ReviewEveryMonths > 0; n++ {
		met := working(held)
		next := met.AddMonths(s.fw.ReviewEveryMonths)
		if !moment(met.AddDays(7), 0).Before(s.reviewed) {
			return
		}
		latest := !s.punctual && !moment(working(next).AddDays(7), 0).Before(s.reviewed)
		if latest && number%3 == 2 {
			return // it becomes overdue
		}
		s.holdReview(n, met, !latest || number%3 == 0)
		held = next
	}
}

// possible passes over what can't be done at that time, as on a break or while
// somebody else is named.
func (s *story) possible(err error) error {
	if k := countersign.KindOf(err); slices.Contains([]countersign.Kind{countersign.Conflict, countersign.Forbidden, countersign.NotFound}, k) {
		return nil
	}
	return err
}

func (s *story) claimPrior(day countersign.Date, decided bool) {
	s.event(moment(day.AddDays(3), 12*60), "prior learning", learner, func(a authz.Actor) error {
		_, err := s.service.ClaimPriorLearning(s.ctx, a, s.app, service.PriorLearningInput{
			Title: "Customer service course", Provider: "Adult education college", On: s.start.AddMonths(-8), Minutes: 6 * 60, Competencies: []string{s.fw.Domains[0].Competencies[0].Code},
		})
		return s.possible(err)
	})
	if !decided {
		return
	}
	s.event(moment(working(day.AddDays(8)), 12*60), "decide prior learning", gp, func(a authz.Actor) error {
		l, err := s.service.PriorLearning(s.ctx, a, s.app)
		if err != nil || len(l.Claims) == 0 {
			return s.possible(err)
		}
		return s.possible(s.service.DecidePriorLearning(s.ctx, a, s.app, l.Claims[0].ID, 0, service.PriorLearningDecision{Decision: "accept"}))
	})
}

// holdReview prepares, writes and signs a review; the hub signs last.
func (s *story) holdReview(n int, met countersign.Date, whole bool) {
	at := moment(met, 14*60)
	s.event(at, "prepare a review", gp, func(a authz.Actor) error {
		_, err := s.service.PrepareReview(s.ctx, a, s.app)
		return s.possible(err)
	})
	for i, by := range []role{learner, gp} {
		s.event(at.Add(time.Duration(10+10*i)*time.Minute), "write a review", by, func(a authz.Actor) error {
			r, err := s.service.ProgressReview(s.ctx, a, s.app, n)
			if err != nil {
				return s.possible(err)
			}
			in := service.ProgressReviewInput{HeldOn: met, Notes: reviewNotes[(n-1)%len(reviewNotes)], Ratings: map[string]string{}}
			if by == learner {
				in.Notes = reviewWishes[(n-1)%len(reviewWishes)]
			}
			levels := r.Framework.Scale.Levels
			for j, d := range r.Review.Ratings {
				in.Ratings[d.Domain] = levels[min((n+j+i)/2, len(levels)-1)].Code
			}
			for _, x := range r.Review.Actions {
				done := x.DoneOn
				if x.From < n && done.IsZero() {
					done = met.AddDays(-7)
				}
				in.Actions = append(in.Actions, service.ReviewActionInput{Text: x.Text, Owner: x.Owner, DueOn: x.DueOn, DoneOn: done})
			}
			if by == gp {
				in.Actions = append(in.Actions, service.ReviewActionInput{Text: reviewActions[(n-1)%len(reviewActions)], Owner: countersign.ApprenticeParty, DueOn: met.AddMonths(2)})
			}
			return s.possible(s.service.WriteReview(s.ctx, a, s.app, n, 0, in))
		})
	}
	signers := []role{learner, gp, hubLead}
	if !whole {
		signers = signers[:2]
	}
	for i, by := range signers {
		s.event(at.Add(time.Duration(60+30*i)*time.Minute), "sign a review", by, func(a authz.Actor) error { return s.possible(s.signReview(a, n)) })
	}
}

func (s *story) signReview(a authz.Actor, n int) error {
	r, err := s.service.ProgressReview(s.ctx, a, s.app, n)
	if err != nil {
		return err
	}
	return s.service.SignReview(s.ctx, a, s.app, n, service.SignReviewInput{SHA256: r.SHA256})
}
