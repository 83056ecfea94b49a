package demo

import (
	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// The apprentices whom people of the sign-in page have to do with.
var shown = []tale{
	{
		name: "Asha Patel", practice: "B70101", began: 5, files: true, script: asha,
		optional: []string{"GPA-CA7", "GPA-CL6", "GPA-CL7"},
		first:    codes("CA10 CA3 CA8 CA1 CA6 HR7 CO1 CL4 AD5 CA9 CL1 HR3 CA5 AD1 CO7 CA2 HR1 HR6 AD2 CL11 AD3 CL2 CL3"),
		aim:      23,
	},
	{
		name: "Zoë Ńowak", practice: "B70101", began: 11, extended: 3, files: true, script: zoe,
		optional: codes("CA7 CL6 CL7 CL9 CL10 CL12 HR2 CO3 CO9 AD9"), aim: 48, lag: 5,
	},
	{name: "Caoimhe O'Brien", practice: "B70101", began: 14, extended: 3, aim: 20, quiet: 5, waiting: []int{6}, drafts: 1, script: caoimhe},
	{
		name: "Nguyễn Thị Mai", practice: "B70102", framework: "gpa-non-clinical", began: 2, aim: 6, waiting: []int{8, 3}, drafts: 1,
		gp: "Dr Megan Bell",
	},
	{name: "Grace Mensah", practice: "B70101", began: 11, aim: 39, completed: 70, lag: 4},
	{
		name: "Siân Llewellyn", practice: "L70101", began: 4, aim: 10, waiting: []int{9, 3}, returned: 1, drafts: 1, ready: 1,
		optional: codes("CA7"), files: true,
	},
}

// asha is half-way and has something of everything.
func asha(s *story) {
	s.who[assessor] = email("Bronwen Pryce")
	s.appoint(moment(working(s.start.AddDays(1)), 9*60+10), service.NamingInput{
		Email: s.who[assessor], Role: countersign.Assessor, Domains: []string{"CLINICAL"},
	})

	certificate := s.take(s.library.text("terminology-certificate"))
	s.routine(certificate, 0)
	certificate.prior, certificate.occurred = true, s.start.AddMonths(-14)

	// What waits, came back, or was never finished.
	s.wait(s.library.text("medicines-audit"), 15).by = gp
	s.wait(s.library.text("forms-audit"), 13)
	s.wait(s.library.text("dipstick-procedure"), 4)
	s.wait(s.library.text("angry-caller"), 1)
	s.comeBack(s.library.text("cancer-audit"), 9, 6,
		"A careful audit. Please say how you confirmed the dates of the first appointments, and who checked the tracker.")
	s.happened(s.take(s.library.text("referral-product")), s.ago(3))
	s.happened(s.take(s.library.text("quick-capture")), s.ago(2))
	wrong := s.wait(s.library.text("dipstick-log"), 20)
	wrong.withdrawn, wrong.reason = s.later(wrong.submitted, 1, s.latest), "I uploaded the wrong week's log and will add the right one."
	handover := s.take(s.library.text("handover-observed"))
	s.happened(handover, s.ago(5))
	handover.submitted = s.later(handover.drafted, 0, s.latest)
	handover.accepted = handover.submitted

	// Not yet competent in taking a brief history.
	history := s.take(s.library.text("history-observed"))
	s.happened(history, s.ago(24))
	history.submitted = s.later(history.drafted, 0, s.latest)
	history.accepted = history.submitted
	s.fail("GPA-CO2", 12, "2", "The order is good and the words are the patient's. Two red flags for headache were not asked about. "+
		"Please do three more with me in the room, use the card, and write up one of them as a case discussion.")

	// Signed by the assessor, and ready to be signed.
	s.half["GPA-CL2"] = assessor
	s.unsigned["GPA-CL3"], s.unsigned["GPA-AD3"] = true, true

	s.propose(s.later(moment(s.ago(6), 9*60), 0, s.latest), append(codes("CO9"), s.optional...))
}

// fail decides so many days ago that the apprentice is not yet competent. No
// later piece is for that competency.
func (s *story) fail(code string, days int, level, comment string) {
	s.kept[code] = true
	s.event(s.later(moment(s.ago(days), 9*60), 0, s.latest), "not yet "+code, gp, func(a authz.Actor) error {
		_, _, err := s.service.SignOff(s.ctx, a, service.SignOffInput{
			Apprenticeship: s.app, Competency: code, Decision: countersign.NotYetCompetent, Level: level, Comment: comment,
		})
		return err
	})
}

// zoe is nearly done, and the first of her sign-offs are about to expire.
func zoe(s *story) {
	s.wait(s.library.text("brief-advice-certificate"), 2)
	s.kept["GPA-CO9"] = true
	s.half["GPA-AD9"] = gp // who accepted every piece: a second person must countersign

	for i, id := range []string{"bls-update", "bls-drill-again"} {
		p := s.take(s.library.text(id))
		p.renews = true
		s.happened(p, s.ago(14-3*i))
		p.submitted = s.later(p.drafted, 0, s.latest)
		p.accepted = p.submitted
		if !p.recorded {
			p.accepted = s.later(p.submitted, 2, s.latest)
		}
	}
	s.appoint(moment(s.ago(18), 11*60), service.NamingInput{Email: email("Professor Ingrid Sørensen"), Role: countersign.NamedVerifier})
}

// caoimhe has been away for long; a piece that a decision relied on is gone.
func caoimhe(s *story) {
	p := s.take(s.library.text("near-miss"))
	s.routine(p, 0.03)
	p.withdrawn, p.reason = s.later(moment(s.ago(10), 9*60), 0, s.limit), s.comment("withdraw")
}
