package demo

import (
	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// The frameworks that aren't the GPA's.
const (
	medicalAssistant   = "nhs-medical-assistant"
	medicalSecretary   = "medical-secretary"
	usMedicalAssistant = "us-medical-assistant"
)

// everyOne is an aim that is beyond any number of competencies.
const everyOne = 1000

// others are on those frameworks: on each somebody near the beginning, in the
// middle and at the end.
var others = []tale{
	{name: "Chidinma Eze", practice: "B70104", framework: medicalAssistant, began: 1, length: 15, aim: 1, drafts: 1},
	{name: "Femi Adeyinka", practice: "B70103", framework: medicalAssistant, began: 4, length: 15, aim: 4, quiet: 20},
	{name: "Rhiannon Davies", practice: "B70102", framework: medicalAssistant, began: 7, length: 15, aim: 10, waiting: []int{5}, script: onPlacement},
	{name: "Rhys Morgan", practice: "B70103", framework: medicalAssistant, began: 11, length: 13, aim: everyOne, lag: 4, punctual: true, script: nearTheGateway},

	{name: "Philippa Ashcroft", practice: "B70103", framework: medicalSecretary, began: 2, length: 15, aim: 2, waiting: []int{6}},
	{name: "Tariq Mahmood", practice: "B70102", framework: medicalSecretary, began: 7, length: 15, aim: 12, ready: 1, waiting: []int{8, 3}, script: atTheHospital},
	{name: "Yetunde Afolabi", practice: "B70104", framework: medicalSecretary, began: 11, length: 13, aim: everyOne, quiet: 12, lag: 4, punctual: true, script: secretarySubmitted},

	{name: "Tyler Brooks", practice: "B70105", framework: usMedicalAssistant, began: 2, length: 13, aim: 16, waiting: []int{4}, drafts: 1},
	{name: "Aaliyah Washington", practice: "B70105", framework: usMedicalAssistant, began: 8, length: 13, aim: 62, waiting: []int{7}, script: onPracticum},
	{name: "Marisol Vega", practice: "B70105", framework: usMedicalAssistant, began: 14, length: 13, aim: everyOne, quiet: 100, lag: 4, punctual: true, script: certified},
	{name: "Daniel Cho", practice: "B70105", framework: usMedicalAssistant, began: 24, length: 13, aim: everyOne, quiet: 402, lag: 4, punctual: true, script: toBeRenewed},
}

// onPlacement: one placement is confirmed, one waits for the site, one is to
// come; two sessions were held and one is on the timetable.
func onPlacement(s *story) {
	s.placed(stay{"Ward 7, Riverside Infirmary", "Sister Agnes Oyelaran", "ward7@riverside.example", 120, 75, 75, true})
	s.placed(stay{"Outpatients, Riverside Infirmary", "Charge Nurse Piotr Zieliński", "outpatients@riverside.example", 26, 75, 68, false})
	s.placed(stay{"Community Diagnostic Centre, Moor Edge", "Helen Marchbanks", "cdc@mooredge.example", -21, 60, 0, false})
	s.taught(60, service.SessionInput{Title: "Infection prevention and control", Starts: "09:30", Minutes: 180, Materials: "https://learning.example/infection-control"})
	s.taught(25, service.SessionInput{Title: "Basic life support", Starts: "13:00", Minutes: 240})
	s.taught(-10, service.SessionInput{Title: "Communication and consent", Starts: "09:30", Minutes: 180, Materials: "https://learning.example/consent"})
}

// nearTheGateway: all is signed, and some conditions are still to be declared.
func nearTheGateway(s *story) {
	s.placed(stay{"Ward 7, Riverside Infirmary", "Sister Agnes Oyelaran", "ward7@riverside.example", 200, 75, 72, true})
	s.declare(3, "MAA-X1", "MAA-X4")
}

// atTheHospital: a placement with the secretaries of a hospital.
func atTheHospital(s *story) {
	s.placed(stay{"Cardiology secretaries, Riverside Infirmary", "Glenda Thwaites", "cardiology-office@riverside.example", 75, 70, 70, true})
	s.taught(48, service.SessionInput{Title: "Medical terminology: the heart and circulation", Starts: "10:00", Minutes: 150, Materials: "https://learning.example/terminology-heart"})
	s.taught(-17, service.SessionInput{Title: "Minutes that people can act on", Starts: "13:30", Minutes: 120})
}

func secretarySubmitted(s *story) {
	s.declare(10)
	s.submit(9)
}

// onPracticum: half of the practicum is confirmed.
func onPracticum(s *story) {
	s.placed(stay{"Cascade Pediatrics", "Renee Sandoval", "frontdesk@cascade-pediatrics.example", 60, 80, 80, true})
	s.placed(stay{"Willamette Urgent Care", "Jordan Pruitt", "office@willamette-urgent.example", 6, 80, 0, false})
	s.taught(80, service.SessionInput{Title: "Venipuncture lab", Starts: "09:00", Minutes: 240})
	s.taught(33, service.SessionInput{Title: "Medical law and ethics", Starts: "14:00", Minutes: 120, Materials: "https://learning.example/law-ethics"})
	s.taught(-12, service.SessionInput{Title: "Mock certification exam", Starts: "10:00", Minutes: 180})
}

// graduated has done the practicum and is verified and awarded so many days
// ago.
func (s *story) graduated(days int, number string) {
	s.placed(stay{"Cascade Pediatrics", "Renee Sandoval", "frontdesk@cascade-pediatrics.example", days + 95, 80, 82, true})
	s.placed(stay{"Willamette Urgent Care", "Jordan Pruitt", "office@willamette-urgent.example", days + 65, 80, 80, true})
	s.declare(days + 14)
	s.submit(days + 13)
	s.answer(days+4, service.VerifyInput{Outcome: countersign.PortfolioVerified, Comment: "Every psychomotor and affective competency is passed, with initials and date."})
	s.awarded(days, "Lakeside Community College", number)
}

// certified has begun the five years of a CMA (AAMA).
func certified(s *story) {
	s.graduated(80, "LCC-MA-2207")
	s.continues(
		"cma", 72,
		learnt{50, "Managing difficult conversations", "AAMA e-learning", "general", "1", true},
		learnt{31, "Updates in billing and prior authorization", "County medical society", "administrative", "1.5", false},
		learnt{12, "Wound care workshop", "Willamette Urgent Care", "clinical", "3", true},
	)
}

// toBeRenewed: the cycle ends within the month and is short of some points.
func toBeRenewed(s *story) {
	s.graduated(385, "LCC-MA-2101")
	s.continues(
		"ncma", 340,
		learnt{290, "Annual skills day", "Lakeside Family Clinic", countersign.OtherCPD, "4", false},
		learnt{180, "Vaccine storage and handling", "State health department", countersign.OtherCPD, "3", true},
		learnt{64, "Phlebotomy refresher", "Lakeside Community College", countersign.OtherCPD, "2.5", true},
	)
}

// learnt is an entry of continuing development of so many days ago.
type learnt struct {
	days                              int
	title, provider, category, points string
	approved                          bool
}

// continues opens a cycle of continuing development so many days ago, with
// what was done in it since.
func (s *story) continues(code string, days int, entries ...learnt) {
	var cycle countersign.CPDCycleID
	s.event(moment(s.ago(days), 19*60), "open a cycle", learner, func(a authz.Actor) (err error) {
		cycle, err = s.service.OpenCPDCycle(s.ctx, a, s.app, service.OpenCycleInput{Code: code, StartsOn: s.ago(days)})
		return err
	})
	for _, e := range entries {
		s.event(moment(s.ago(e.days), 19*60+30), "enter "+e.title, learner, func(a authz.Actor) error {
			_, err := s.service.AddCPDEntry(s.ctx, a, s.app, cycle, service.CPDEntryInput{
				On: s.ago(e.days), Title: e.title, Provider: e.provider, Category: e.category, Points: e.points, Approved: e.approved,
			})
			return err
		})
	}
}
