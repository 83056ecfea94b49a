package demo

import (
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

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

// protect enters a protected day in each week, and in every other outside the
// first region. The mentor verifies it some days later; the latest ones still
// wait.
func (s *story) protect() {
	minutes := 8 * 60
	if s.fw.ProtectedHoursPerWeek == 0 && !s.punctual {
		minutes = 3*60 + 30
	}
	every := 7
	_, home := practiceWith(s.tale.practice)
	_, counted := s.fw.HoursRule(s.start)
	if home.code != regions[0].code || !counted && s.fw.ProtectedHoursPerWeek == 0 { // the day isn't kept, or nobody asks for it
		every = 14
	}
	week := 0
	for day := s.start.AddDays(2); ; day = day.AddDays(every) {
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
