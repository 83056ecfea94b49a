package demo

import (
	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// lives are apprenticeships of the hub lead of the sign-in page that don't run
// straight from start to end: one for each thing that can happen to one.
var lives = []tale{
	{name: "Aisha Bello", practice: "B70102", began: -1, applied: 5},
	{name: "Owen Hartley", practice: "B70104", began: -1, applied: 25, declined: 18},
	{name: "Megan Thwaite", practice: "B70103", began: 6, aim: 8, quiet: 75, script: away},
	{name: "Samir Haddad", practice: "B70102", began: 6, aim: 8, quiet: 55, waiting: []int{4}, script: awayAndBack},
	{name: "Joanna Kowalczyk", practice: "B70104", began: 10, aim: 24, script: extended},
	{name: "Delroy Simmons", practice: "B70102", began: 8, aim: 18, waiting: []int{3}, script: extensionAsked},
	{name: "Katie Oldroyd", practice: "B70103", began: 5, aim: 6, quiet: 40, script: withdrawn},
	{name: "Farhan Malik", practice: "B70104", began: 6, aim: 5, quiet: 85, waiting: []int{6}, script: restarted},
	{name: "Ewa Lewandowska", practice: "B70103", began: 6, aim: 14, quiet: 14, script: moved},
}

// applyFor is how a practice asks the hub, so many days ago, and what the hub
// said if it has.
func (s *story) applyFor() []event {
	var app countersign.Apprenticeship
	s.event(moment(s.ago(s.applied), 14*60+20), "apply", manager, func(by authz.Actor) error {
		err := s.addPerson(s.name, "")
		if err == nil {
			app, err = s.service.Enrol(s.ctx, by, s.enrolment(true))
		}
		return err
	})
	if s.declined > 0 {
		s.event(moment(s.ago(s.declined), 10*60+40), "decline", hubLead, func(lead authz.Actor) error {
			_, err := s.service.DeclineApplication(s.ctx, lead, app.ID, app.Version, service.DeclineInput{
				Reason: "All places of this funding year are taken. Please apply again for the next.",
			})
			return err
		})
	}
	return s.events
}

// beginBreak is recorded by the practice manager some days late.
func (s *story) beginBreak(days, expected int, reason string) {
	s.event(moment(s.ago(days-3), 11*60), "begin the break", manager, func(a authz.Actor) error {
		_, err := s.service.StartBreak(s.ctx, a, s.app, 0, service.BreakInput{On: s.ago(days), ReturnExpected: s.ago(expected), Reason: reason})
		return err
	})
}

// away: on a break, and not back when expected.
func away(s *story) { s.beginBreak(70, 20, "Parental leave, shared with a partner.") }

func awayAndBack(s *story) {
	s.beginBreak(50, 16, "An operation and the weeks of recovery after it.")
	s.event(moment(s.ago(10), 9*60+15), "return", manager, func(a authz.Actor) error {
		_, err := s.service.ReturnFromBreak(s.ctx, a, s.app, 0, service.ReturnInput{On: s.ago(13)})
		return err
	})
}

// askExtension is the form that hubs use, sent by the GP supervisor.
func (s *story) askExtension(on countersign.Date, months int) {
	s.event(moment(on, 12*60+50), "ask for an extension", gp, func(a authz.Actor) error {
		return s.service.AskExtension(s.ctx, a, s.app, 0, service.ExtensionInput{
			PlannedEndDate: s.planned.AddDays(1).AddMonths(months).AddDays(-1),
			Progress:       "Reception, care and administration are nearly signed off. Most clinical competencies have some evidence, few have enough.",
			Reason:         "The treatment room was closed for building work for seven weeks, so there was little clinical work to take part in.",
			Support:        "Two protected half days a week with the practice nurse, and a monthly review with me until the end.",
		})
	})
}

func extended(s *story) {
	asked := working(s.planned.AddDays(-24))
	s.askExtension(asked, 3)
	s.event(moment(working(s.planned.AddDays(-15)), 15*60), "grant the extension", hubLead, func(a authz.Actor) error {
		p, err := s.service.Programme(s.ctx, a, s.app)
		if err != nil {
			return err
		}
		_, err = s.service.DecideExtension(s.ctx, a, s.app, 0, service.ExtensionDecision{Request: p.Open.ID, Decision: "grant"})
		return err
	})
}

func extensionAsked(s *story) { s.askExtension(s.ago(2), 2) }

func (s *story) leave(days int, reason string) {
	s.event(moment(s.ago(days), 16*60), "withdraw", manager, func(a authz.Actor) error {
		_, err := s.service.WithdrawApprentice(s.ctx, a, s.app, 0, service.LeaveInput{Reason: reason})
		return err
	})
}

// withdrawn: the last day of learning is that of the last entry.
func withdrawn(s *story) { s.leave(30, "Has taken up a full-time course elsewhere.") }

func restarted(s *story) {
	s.leave(80, "Has to care for a relative and cannot say for how long.")
	s.event(moment(s.ago(20), 10*60), "restart", hubLead, func(a authz.Actor) error {
		_, err := s.service.RestartApprenticeship(s.ctx, a, s.app, 0, service.RestartInput{
			PlannedEndDate: s.planned.AddDays(55), Reason: "The care is arranged. The practice has kept the place.",
		})
		return err
	})
}

// moved: to another practice of the hub, with other mentors.
func moved(s *story) {
	to, _ := practiceWith("B70104")
	s.event(moment(s.ago(6), 13*60), "move", hubLead, func(a authz.Actor) error {
		_, err := s.service.MoveApprentice(s.ctx, a, s.app, 0, service.MoveInput{
			Practice: to.code, GPSupervisor: email(to.gp), SecondaryMentor: email(to.mentor), Reason: "Has moved house, to the other side of the town.",
		})
		return err
	})
}
