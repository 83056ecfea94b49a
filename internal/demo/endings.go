package demo

import (
	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// endings are apprenticeships of the hub lead of the sign-in page at the end
// of their way, and two at its beginning whose practices are paid in stages.
var endings = []tale{
	{name: "Harriet Lowe", practice: "B70102", began: 10, aim: 39, quiet: 9, lag: 4, script: submitted},
	{name: "Babak Rahimi", practice: "B70103", began: 10, aim: 39, quiet: 30, lag: 4, script: referredBack},
	{name: "Lowri Griffiths", practice: "B70104", began: 11, aim: 39, quiet: 62, lag: 4, script: awarded},
	{name: "Molly Kershaw", practice: "B70101", began: 1, aim: 2, script: paidInStages},
	{name: "Idris Farah", practice: "B70102", began: 1, aim: 2, script: briefed},
}

// submit names the verifier and hands the portfolio in, so many days ago.
func (s *story) submit(days int) {
	s.who[verifier] = email("Professor Ingrid Sørensen")
	s.appoint(moment(s.ago(days+2), 9*60+40), service.NamingInput{Email: s.who[verifier], Role: countersign.NamedVerifier})
	s.event(moment(s.ago(days), 13*60+5), "submit", gp, func(a authz.Actor) error {
		_, err := s.service.SubmitPortfolio(s.ctx, a, s.app, 0)
		return err
	})
}

// answer is what the verifier says, so many days ago.
func (s *story) answer(days int, in service.VerifyInput) {
	s.event(moment(s.ago(days), 16*60+25), "verify", verifier, func(a authz.Actor) error {
		_, err := s.service.VerifyPortfolio(s.ctx, a, s.app, 0, in)
		return err
	})
}

func submitted(s *story) { s.submit(6) }

func referredBack(s *story) {
	s.submit(26)
	s.answer(12, service.VerifyInput{
		Outcome: countersign.PortfolioReferred, Comment: "A well-ordered portfolio, and the reflections are honest. Two competencies need a little more before I can verify it.",
		Referrals: []service.ReferralInput{
			{Competency: "GPA-CL1", Comment: "The observations are all of the same clinic. Please add one from another setting, with another observer."},
			{Competency: "GPA-CO1", Comment: "The pieces show greeting and signposting, but no call with somebody who found it hard to be understood."},
		},
	})
}

func awarded(s *story) {
	s.submit(56)
	s.answer(41, service.VerifyInput{Outcome: countersign.PortfolioVerified, Comment: "Evidence from a whole year, judged by several people. A pleasure to read."})
	on := s.ago(20)
	s.event(moment(s.ago(19), 10*60+10), "award", hubLead, func(a authz.Actor) error {
		_, err := s.service.RecordAward(s.ctx, a, s.app, service.AwardInput{
			Title: "General Practice Assistant certificate", Body: "University of the Northern Dales", Level: "Level 4", Credits: 10, Number: "UND/GPA/0418", On: on,
		})
		return err
	})
}

// briefing is when the GP supervisor attended the mentor briefing.
func (s *story) briefing(days int) {
	s.event(moment(s.ago(days), 8*60), "mentor briefing", manager, func(a authz.Actor) error {
		all, err := s.service.Namings(s.ctx, a, s.app)
		if err != nil {
			return err
		}
		for _, n := range all {
			if n.Role == countersign.GPSupervisor {
				if _, err := s.service.RecordBriefing(s.ctx, a, s.app, n.ID, service.BriefingInput{On: s.ago(days)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (s *story) claim(days int, payment, reference string) {
	s.event(moment(s.ago(days), 9*60+30), "claim "+payment, manager, func(a authz.Actor) error {
		return s.service.ClaimPayment(s.ctx, a, s.app, payment, service.PaymentInput{On: s.ago(days), Reference: reference})
	})
}

func paidInStages(s *story) {
	s.briefing(16)
	s.claim(14, "briefing", "HV-2207")
	s.event(moment(s.ago(5), 11*60+20), "pay", hubLead, func(a authz.Actor) error {
		return s.service.PayPractice(s.ctx, a, s.app, "briefing", service.PaymentInput{On: s.ago(5), Reference: "BACS 883104"})
	})
	s.claim(3, "mentor", "HV-2231")
}

func briefed(s *story) { s.briefing(9) }
