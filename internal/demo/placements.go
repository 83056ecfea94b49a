package demo

import (
	"encoding/json"
	"errors"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// stay is time at another site, that begins so many days ago.
type stay struct {
	site, supervisor, address string
	from, hours               int
	done                      int  // hours that the site is asked to confirm; 0: not yet
	confirmed                 bool // the site said that they are right
}

// placed arranges a placement of two weeks, and asks the site when it is over.
func (s *story) placed(p stay) {
	from := s.today.AddDays(-p.from)
	in := service.PlacementInput{Site: p.site, From: from, To: from.AddDays(13), SupervisorName: p.supervisor, SupervisorEmail: p.address, PlannedHours: p.hours}
	arranged := s.ago(max(p.from, 0) + 20)
	if arranged.Before(s.start) {
		arranged = working(s.start.AddDays(1))
	}
	var id countersign.PlacementID
	s.event(moment(arranged, 10*60), "arrange a placement", hubLead, func(a authz.Actor) error {
		placement, err := s.service.ArrangePlacement(s.ctx, a, s.app, in)
		id = placement.ID
		return err
	})
	if p.done == 0 {
		return
	}
	asked := moment(s.ago(p.from-15), 11*60)
	s.event(asked, "ask the site", learner, func(a authz.Actor) error {
		_, err := s.service.AskSite(s.ctx, a, id, 0, service.AskSiteInput{HoursDone: p.done})
		return err
	})
	if p.confirmed {
		s.event(asked.Add(26*time.Hour), "confirm a placement", learner, func(authz.Actor) error { return s.answerForSite(id) })
	}
}

// taught holds a session in the classroom so many days ago, or announces one
// that is to come.
func (s *story) taught(days int, session service.SessionInput) {
	session.On, session.Place, session.Framework = working(s.today.AddDays(-days)), "Seminar room 2, Dales and Coast Training Hub", s.framework
	var id countersign.SessionID
	s.event(moment(s.ago(max(days, 0)+14), 9*60), "add a session", hubLead, func(a authz.Actor) error {
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
