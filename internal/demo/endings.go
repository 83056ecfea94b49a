package demo

import (
	"slices"

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
	{name: "Sinéad Gallagher", practice: "B70102", began: 10, aim: 39, quiet: 40, lag: 4, punctual: true, script: submittedOnTheNewVersion},
	{name: "Marcus Oyelaran", practice: "B70104", began: 11, aim: 39, quiet: 58, lag: 4, punctual: true, script: finishedOnTheNewVersion},
	{name: "Molly Kershaw", practice: "B70101", began: 1, aim: 2, script: paidInStages},
	{name: "Idris Farah", practice: "B70102", began: 1, aim: 2, script: briefed},
}

// submit names the verifier and hands the portfolio in, so many days ago.
func (s *story) submit(days int) {
	s.reviewed = moment(s.ago(days), 0)
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

// declare says of those conditions, or of all without, that they hold.
func (s *story) declare(days int, conditions ...string) {
	s.event(moment(s.ago(days), 12*60+20), "declare", gp, func(a authz.Actor) error {
		g, err := s.service.Gateway(s.ctx, a, s.app)
		if err != nil {
			return err
		}
		var in service.DeclareInput
		for _, c := range g.Checklist {
			if c.ByPerson && (len(conditions) == 0 || slices.Contains(conditions, c.Code)) {
				in.Conditions = append(in.Conditions, c.Code)
			}
		}
		return s.service.Declare(s.ctx, a, s.app, in)
	})
}

// awarded records what the body of the framework gave, so many days ago.
func (s *story) awarded(days int, body, number string) {
	s.event(moment(s.ago(days), 10*60+10), "award", hubLead, func(a authz.Actor) error {
		g, err := s.service.Gateway(s.ctx, a, s.app)
		if err != nil {
			return err
		}
		award := g.Framework.Award
		_, err = s.service.RecordAward(s.ctx, a, s.app, service.AwardInput{
			Title: award.Title, Body: body, Level: award.Level, Credits: award.Credits, Number: number, On: s.ago(days + 1),
		})
		return err
	})
}

// changeVersion brings the apprentice to 1.1.0 so many days ago. What it asks to
// be checked again is signed in the week after, on the evidence that there is.
func (s *story) changeVersion(days int) {
	s.routine(s.take(s.library.text("cancer-audit")), 0.5) // which 1.1.0 asks for
	s.event(moment(s.ago(days), 9*60), "change version", hubLead, func(a authz.Actor) error {
		_, err := s.service.ChangeVersion(s.ctx, a, s.app, "1.1.0")
		return err
	})
	for i, by := range []role{gp, mentor} {
		s.event(moment(s.ago(days-3-i), 13*60), "sign again", by, func(a authz.Actor) error { return s.signReady(a) })
	}
}

// signReady signs every core competency that is ready or waits for a
// countersignature.
func (s *story) signReady(a authz.Actor) error {
	r, err := s.service.Record(s.ctx, a, s.app)
	if err != nil {
		return err
	}
	for _, c := range r.Competencies {
		if !c.Core || c.Status != countersign.Ready && c.Status != countersign.Assessed {
			continue
		}
		if _, _, err := s.service.SignOff(s.ctx, a, service.SignOffInput{
			Apprenticeship: s.app, Competency: c.Code, Version: c.Version, Decision: countersign.Competent, Level: c.Threshold, RelyOnAll: true,
			Comment: "Checked again for the new version.",
		}); err != nil {
			return err
		}
	}
	return nil
}

// submittedOnTheNewVersion: two payments are paid, the third is due.
func submittedOnTheNewVersion(s *story) {
	s.changeVersion(36)
	s.declare(22)
	s.submit(21)
	s.briefing(270)
	s.claimAndPay("briefing", "CS-1180", "BACS 882001")
	s.claimAndPay("mentor", "CS-1181", "BACS 882002")
}

// finishedOnTheNewVersion: the third payment is claimed, and the first yearly
// review is planned.
func finishedOnTheNewVersion(s *story) {
	s.changeVersion(56)
	s.declare(46)
	s.submit(45)
	s.answer(33, service.VerifyInput{Outcome: countersign.PortfolioVerified, Comment: "Every piece can be followed from the work to the signature."})
	s.awarded(28, "University of the Northern Dales", "UND/GPA/0431")
	s.briefing(300)
	s.claimAndPay("briefing", "SO-0931", "BACS 882007")
	s.claimAndPay("mentor", "SO-0932", "BACS 882008")
	s.claim(20, "portfolio", "SO-0977")
	s.continues("appraisal", 28, learnt{9, "Objectives for my first year agreed with the practice manager", "St Oswin's Practice", countersign.OtherCPD, "", false})
}

// claimAndPay is how a payment goes in the month after a change of version.
func (s *story) claimAndPay(payment, reference, paid string) {
	s.claim(18, payment, reference)
	s.event(moment(s.ago(10), 11*60+20), "pay "+payment, hubLead, func(a authz.Actor) error {
		return s.service.PayPractice(s.ctx, a, s.app, payment, service.PaymentInput{On: s.ago(10), Reference: paid})
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
