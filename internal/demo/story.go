package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// tale is what is to be told of one apprenticeship. Days and months count back
// from today.
type tale struct {
	name      string
	again     bool // the person is in another tale too
	practice  string
	framework string // empty: gpa-combined
	began     int    // months ago, on the first of the month
	length    int    // months planned at first; 0: nine
	extended  int    // months that the hub allowed on top
	optional  []string
	first     []string // competencies that come first, in this order
	aim       int      // how many competencies have their requirement met
	ready     int      // of these, the latest that nobody has signed yet
	assessed  int      // of these, signed by the mentor only
	waiting   []int    // pieces submitted so many days ago and not looked at
	returned  int      // pieces that came back and lie with the apprentice
	drafts    int
	quiet     int          // days since anything happened
	lag       int          // days that a reviewer takes at most; 0: six
	completed int          // days ago; 0: not
	left      int          // days ago; 0: not
	applied   int          // days ago that the practice asked the hub, which hasn't accepted; 0: not
	declined  int          // days ago that the hub said no; 0: not
	gp        string       // instead of the practice's
	files     bool         // pieces have their files
	punctual  bool         // every review is held in time, and signed by all three
	script    func(*story) // more, before the rest is planned
}

// event is something that happens in a story.
type event struct {
	at   time.Time
	what string
	do   func() error
}

// story is one apprenticeship while it is told.
type story struct {
	*world
	tale
	rng      *rand.Rand
	home     practice
	who      map[role]string // addresses
	fw       countersign.Framework
	app      countersign.ApprenticeshipID
	start    countersign.Date
	planned  countersign.Date
	limit    time.Time // of what happens routinely
	reviewed time.Time // until when reviews are held
	texts    []*text   // that its pieces are made of
	scope    []string  // core and agreed competencies
	pieces   []*piece
	used     map[*text]bool
	kept     map[string]bool // competencies that get no pieces but those of the script
	unsigned map[string]bool // whose requirement is met, and that nobody signs
	half     map[string]role // signed by this role only
	events   []event
	accepted map[string][]countersign.EvidenceID // by competency, as the story goes on
	written  int                                 // comments drawn so far
}

// beginning is how the apprenticeship of a tale begins; the rest follows from it.
func (w *world) beginning(number int64, t tale) []event {
	t.framework, t.length, t.lag = cmp.Or(t.framework, "gpa-combined"), cmp.Or(t.length, 9), cmp.Or(t.lag, 6)
	home, r := practiceWith(t.practice)
	month := countersign.Date{Year: w.today.Year, Month: w.today.Month, Day: 1}
	s := &story{
		world: w, tale: t, rng: draws(w.seed*1000 + 100 + number), home: home,
		who: map[role]string{
			gp: email(cmp.Or(t.gp, home.gp)), mentor: email(home.mentor), manager: email(home.manager),
			learner: email(t.name), hubLead: email(r.hubLead),
		},
		start: month.AddMonths(-t.began), used: map[*text]bool{}, kept: map[string]bool{},
		unsigned: map[string]bool{}, half: map[string]role{}, accepted: map[string][]countersign.EvidenceID{},
	}
	s.planned = s.start.AddMonths(t.length).AddDays(-1)
	s.limit = earlier(w.latest, moment(w.ago(max(t.quiet, t.completed, t.left)), 17*60))
	s.reviewed = s.limit
	if t.applied > 0 {
		return s.applyFor()
	}
	enrolled := moment(working(s.start.AddDays(-4-s.rng.IntN(10))), 10*60+s.rng.IntN(300))
	return []event{{enrolled, t.name + ": enrol", func() error {
		if err := s.enrol(); err != nil {
			return err
		}
		if t.script != nil {
			t.script(s)
		}
		if err := s.plan(); err != nil {
			return err
		}
		s.protect()
		s.holdReviews(number)
		s.close()
		w.add(s.events)
		return nil
	}}}
}

func earlier(t, u time.Time) time.Time {
	if u.Before(t) {
		return u
	}
	return t
}

// version returns the framework version that was the newest at the enrolment:
// of the GPA's 1.1.0 came out two months ago.
func (s *story) version() string {
	if strings.HasPrefix(s.framework, "gpa-") && s.began >= 2 {
		return "1.0.0"
	}
	return ""
}

// enrol is done by the hub some days before the start.
func (s *story) enrol() error {
	if !s.again {
		if err := s.addPerson(s.name, ""); err != nil {
			return err
		}
	}
	lead, err := s.actor(s.who[hubLead])
	if err != nil {
		return err
	}
	app, err := s.service.Enrol(s.ctx, lead, s.enrolment(false))
	if err != nil {
		return err
	}
	s.app = app.ID
	if s.fw, err = s.service.Framework(s.ctx, app.FrameworkID, app.FrameworkVersion); err != nil {
		return err
	}
	if s.texts = s.library.texts; !strings.HasPrefix(s.fw.ID, "gpa-") {
		s.texts = s.library.about(s.fw)
	}
	for _, c := range s.fw.Competencies() {
		if c.Core || slices.Contains(s.optional, c.Code) {
			s.scope = append(s.scope, c.Code)
		}
	}
	if len(s.optional) > 0 && s.start.Before(s.ago(8)) {
		s.agree(moment(working(s.start.AddDays(4)), 700), moment(working(s.start.AddDays(7)), 780), s.optional)
	}
	return nil
}

func (s *story) enrolment(apply bool) service.EnrolInput {
	return service.EnrolInput{
		Apprentice: service.PersonInput{Email: s.who[learner]}, Framework: s.framework, Version: s.version(), Practice: s.tale.practice,
		GPSupervisor: s.who[gp], SecondaryMentor: s.who[mentor], StartDate: s.start, PlannedEndDate: s.planned,
		Cohort: cohort(s.start), FundingYear: cohort(s.start), Apply: apply,
	}
}

// cohort returns the funding year of a start.
func cohort(start countersign.Date) string {
	year := start.Year
	if start.Month < time.April {
		year--
	}
	return fmt.Sprintf("%d-%02d", year, (year+1)%100)
}

// close adds how the apprenticeship is extended and ends.
func (s *story) close() {
	if s.extended > 0 {
		end := s.start.AddMonths(s.length + s.extended).AddDays(-1)
		s.change(earlier(moment(working(s.planned.AddDays(-16)), 650), s.limit), "extend", service.ChangeInput{PlannedEndDate: &end})
	}
	after := func(days int) time.Time { return moment(s.ago(days), 17*60+20) }
	if s.completed > 0 {
		state := countersign.CompletedProgramme
		s.change(after(s.completed), "complete", service.ChangeInput{State: &state})
	}
	if s.left > 0 {
		state := countersign.WithdrawnFromProgramme
		s.change(after(s.left), "withdraw", service.ChangeInput{State: &state, Reason: s.comment("leave")})
	}
}

func (s *story) change(at time.Time, what string, in service.ChangeInput) {
	s.event(at, what, hubLead, func(a authz.Actor) error {
		_, err := s.service.ChangeApprenticeship(s.ctx, a, s.app, 0, in)
		return err
	})
}

// agree is how optional competencies come into scope.
func (s *story) agree(proposed, agreed time.Time, codes []string) {
	s.propose(proposed, codes)
	s.event(agreed, "agree the scope", gp, func(a authz.Actor) error {
		return s.service.SetScope(s.ctx, a, s.app, service.ScopeInput{Competencies: codes})
	})
}

func (s *story) propose(at time.Time, codes []string) {
	s.event(at, "propose the scope", learner, func(a authz.Actor) error {
		return s.service.SetScope(s.ctx, a, s.app, service.ScopeInput{Competencies: codes})
	})
}

// appoint names somebody from a day on; to may be zero.
func (s *story) appoint(at time.Time, in service.NamingInput) {
	s.event(at, "name "+in.Email, hubLead, func(a authz.Actor) error {
		_, err := s.service.AddNaming(s.ctx, a, s.app, in)
		return err
	})
}

// event adds something that somebody does.
func (s *story) event(at time.Time, what string, by role, do func(authz.Actor) error) {
	s.events = append(s.events, event{at, s.name + ": " + what, func() error {
		actor, err := s.actor(s.who[by])
		if err != nil {
			return err
		}
		return do(actor)
	}})
}

// later returns a moment in working hours some days after t, but before the
// limit, which is after t.
func (s *story) later(t time.Time, days int, limit time.Time) time.Time {
	at := moment(working(countersign.LondonDate(t).AddDays(days)), 8*60+30+s.rng.IntN(9*60))
	if !at.After(t) {
		at = t.Add(time.Duration(15+s.rng.IntN(60)) * time.Minute)
	}
	if !at.Before(limit) {
		at = t.Add(limit.Sub(t) / 2)
	}
	return at.Truncate(time.Millisecond)
}

// comment draws the next comment of that sort.
func (s *story) comment(sort string) string {
	all := s.library.comments[sort]
	if s.written == 0 {
		s.written = s.rng.IntN(1000)
	}
	s.written++
	return all[s.written%len(all)]
}
