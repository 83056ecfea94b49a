package demo

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// placed are on the programme that has placements and classroom sessions.
var placed = []tale{
	{name: "Rhiannon Davies", practice: "B70102", framework: medicalAssistant, began: 7, length: 15, script: onPlacement},
	{name: "Femi Adeyinka", practice: "B70103", framework: medicalAssistant, began: 4, length: 15, quiet: 20},
	// In two programmes at once: what is accepted here is suggested there.
	{name: "Rhiannon Davies", again: true, practice: "B70102", began: 5, aim: 14, lag: 3},
}

const medicalAssistant = "nhs-medical-assistant"

// protectedDays are what protected days are spent on.
var protectedDays = []struct {
	kind   countersign.HoursKind
	learnt string
}{
	{countersign.MentorTeaching, "Tutorial with my mentor: how to prepare the room, and when to ask for help"},
	{countersign.ELearning, "Module on data security and confidentiality, with the test at its end"},
	{countersign.Shadowing, "Sat in with the practice nurse and saw how she explains each step"},
	{countersign.PortfolioWriting, "Wrote up my reflections and sorted my evidence by competency"},
	{countersign.AssignmentTime, "Worked on the assignment about signposting and who does what in the network"},
}

// protect enters a protected day in each week. The mentor verifies it some
// days later; the latest ones still wait.
func (s *story) protect() {
	minutes := 8 * 60
	if s.fw.ProtectedHoursPerWeek == 0 {
		minutes = 3*60 + 30
	}
	week := 0
	for day := s.start.AddDays(2); ; day = day.AddDays(7) {
		on := working(day)
		entered := moment(on, 16*60+50)
		if !entered.Before(s.limit) {
			return
		}
		what := protectedDays[week%len(protectedDays)]
		in := service.HoursInput{On: on, Minutes: minutes, Kind: what.kind, Learnt: what.learnt}
		if len(s.scope) > 0 {
			in.Competencies = []string{s.scope[week%len(s.scope)]}
		}
		week++
		var id countersign.HoursID
		s.event(entered, "enter hours", learner, func(a authz.Actor) error {
			e, err := s.service.LogHours(s.ctx, a, s.app, in)
			id = e.ID
			return unless(err, countersign.Invalid, countersign.Conflict) // on a break, or not there any more
		})
		if verified := moment(working(on.AddDays(9)), 12*60+40); verified.Before(s.limit) && verified.Before(s.now.Add(-24*time.Hour)) {
			s.event(verified, "verify hours", mentor, func(a authz.Actor) error {
				if id == "" {
					return nil
				}
				_, err := s.service.VerifyHours(s.ctx, a, id)
				return unless(err, countersign.Conflict, countersign.Forbidden, countersign.NotFound) // ended, or another mentor by then
			})
		}
	}
}

// unless returns an error but for those kinds.
func unless(err error, kinds ...countersign.Kind) error {
	if slices.Contains(kinds, countersign.KindOf(err)) {
		return nil
	}
	return err
}

// onPlacement: one placement is confirmed, one waits for the site, one is to
// come; two sessions were held and one is on the timetable.
func onPlacement(s *story) {
	for i, p := range []struct {
		site, supervisor, address string
		from, hours, done         int
	}{
		{"Ward 7, Riverside Infirmary", "Sister Agnes Oyelaran", "ward7@riverside.example", 120, 75, 75},
		{"Outpatients, Riverside Infirmary", "Charge Nurse Piotr Zieliński", "outpatients@riverside.example", 26, 75, 68},
		{"Community Diagnostic Centre, Moor Edge", "Helen Marchbanks", "cdc@mooredge.example", -21, 60, 0},
	} {
		from := s.today.AddDays(-p.from)
		in := service.PlacementInput{Site: p.site, From: from, To: from.AddDays(13), SupervisorName: p.supervisor, SupervisorEmail: p.address, PlannedHours: p.hours}
		var id countersign.PlacementID
		s.event(moment(s.ago(140-i), 10*60), "arrange a placement", hubLead, func(a authz.Actor) error {
			placement, err := s.service.ArrangePlacement(s.ctx, a, s.app, in)
			id = placement.ID
			return err
		})
		if p.done == 0 {
			continue
		}
		asked := moment(s.ago(p.from-15), 11*60)
		s.event(asked, "ask the site", learner, func(a authz.Actor) error {
			_, err := s.service.AskSite(s.ctx, a, id, 0, service.AskSiteInput{HoursDone: p.done})
			return err
		})
		if i == 0 {
			s.event(asked.Add(26*time.Hour), "confirm a placement", learner, func(authz.Actor) error { return s.answerForSite(id) })
		}
	}
	for i, session := range []service.SessionInput{
		{Title: "Infection prevention and control", Starts: "09:30", Minutes: 180, Materials: "https://learning.example/infection-control"},
		{Title: "Basic life support", Starts: "13:00", Minutes: 240},
		{Title: "Communication and consent", Starts: "09:30", Minutes: 180, Materials: "https://learning.example/consent"},
	} {
		session.On, session.Place, session.Framework = working(s.today.AddDays(35*i-60)), "Seminar room 2, Dales and Coast Training Hub", s.framework
		var id countersign.SessionID
		s.event(moment(s.ago(90-i), 9*60), "add a session", hubLead, func(a authz.Actor) error {
			added, err := s.service.AddSession(s.ctx, a, session)
			id = added.ID
			return err
		})
		if session.On.Before(s.today) {
			s.event(moment(session.On, 17*60), "mark attendance", hubLead, func(a authz.Actor) error {
				refused, err := s.service.MarkAttendance(s.ctx, a, id, []countersign.ApprenticeshipID{s.app})
				return errors.Join(err, refused[s.app])
			})
		}
	}
}

// answerForSite confirms a placement by the link that was mailed.
func (s *story) answerForSite(id countersign.PlacementID) error {
	for {
		var jobs []service.Job
		err := s.store.Write(s.ctx, func(tx *store.Tx) (err error) {
			jobs, err = tx.ClaimJobs(1000, time.Minute)
			return err
		})
		if err != nil || len(jobs) == 0 {
			return errors.Join(err, errors.New("no link was mailed"))
		}
		for _, j := range jobs {
			var n service.Notice
			if err := json.Unmarshal(j.Payload, &n); err != nil {
				return err
			}
			if n.Placement == id {
				return s.service.AnswerForSite(s.ctx, service.SiteAnswer{Token: n.Token, Answer: "right"})
			}
		}
	}
}
