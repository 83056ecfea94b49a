package service_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
	"countersign/internal/store"
)

// tiny is a framework of three competencies, one of which is to be renewed and
// one optional, with hours, reviews and payments. Its second version asks for
// more of the second.
const tiny = `
id: tiny
version: 1.%d.0
title: A tiny programme
status: published
standing: community-draft
notice: A community draft.
sources:
  - {id: test, title: A test, url: "https://example.org/"}
role:
  title: One
  purpose: Does the things.
  duties:
    - {code: T1, text: The things, competencies: [ONE-1, ONE-2, ONE-3]}
programme:
  months: {min: 1, max: 12}
  protected_hours_per_week: 4
  review_every_months: 1
  hours:
    - {title: Hours, minimum_hours: 40, basis: A test}
  payments:
    - {code: mentor, title: Mentors named, amount: 200, trigger: mentors_named, source: test}
    - {code: start, title: Started, amount: 75, trigger: started, source: test}
    - {code: end, title: Completed, amount: 275, trigger: completed, source: test}
scale:
  levels:
    - {code: "1", title: Not yet, meaning: Cannot do it.}
    - {code: "2", title: Able, meaning: Can do it.}
  default_threshold: "2"
signing:
  assess: [gp_supervisor, secondary_mentor]
  countersign: gp_supervisor
  two_people: false
domains:
  - code: ONE
    title: The one domain
    competencies:
      - {code: ONE-1, title: The one thing, core: true, statement: Does the one thing., evidence: [observation], requires: {pieces: 1}}
      - {code: ONE-2, title: Another thing, core: true, statement: Does another thing., evidence: [observation], requires: {pieces: %d}, renew_months: 3}
      - {code: ONE-3, title: A third thing, core: false, statement: Does a third thing., evidence: [observation], requires: {pieces: 1}}
`

var errNothing = countersign.Refuse(countersign.Conflict, "there is nothing to do this to")

// life is a house in which things happen at random.
type life struct {
	*house
	*rand.Rand
	apps      []countersign.ApprenticeshipID
	people    map[countersign.ApprenticeshipID]countersign.Person
	hub       countersign.Organisation // where the first practice is now
	happened  map[string]int
	sequence  []string
	enrolment int
}

func newLife(t *testing.T, h *house, seed uint64) *life {
	l := &life{house: h, Rand: rand.New(rand.NewPCG(seed, 1)), people: map[countersign.ApprenticeshipID]countersign.Person{}, hub: h.Hub, happened: map[string]int{}}
	for version := range 2 {
		source := fmt.Sprintf(tiny, version, version+1)
		f, err := framework.Parse(fmt.Sprintf("tiny/1.%d.0.yaml", version), []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, h.store.Write(t.Context(), func(tx *store.Tx) error { return tx.AddFramework(f, []byte(source)) }), 0)
	}
	return l
}

// at is the house as one apprentice's.
func (l *life) at(id countersign.ApprenticeshipID) *house {
	world := *l.World
	world.App.ID, world.Apprentice = id, l.people[id]
	h := *l.house
	h.World = &world
	return &h
}

// lead is who leads the training hub of an apprentice.
func (l *life) lead(t *testing.T) authz.Actor {
	if l.hub.ID == l.OtherHub.ID {
		return l.as(t, l.OtherHubLead)
	}
	return l.as(t, l.HubLead)
}

// happen has something happen, which may be refused.
func (l *life) happen(t *testing.T) {
	t.Helper()
	l.clock.Advance(time.Duration(l.IntN(5*24)) * time.Hour)
	if len(l.apps) < 3 || l.IntN(12) == 0 && len(l.apps) < 6 {
		l.note(t, "enrol", l.enrol(t))
		return
	}
	id := l.apps[l.IntN(len(l.apps))]
	h, ctx, lead := l.at(id), t.Context(), l.lead(t)
	code := "ONE-" + strconv.Itoa(1+l.IntN(2))
	piece := func() error {
		e, err := l.svc.DraftEvidence(ctx, l.as(t, h.Apprentice), id, h.observation(h.Mentor.Email, code))
		if err == nil {
			e, err = l.svc.SubmitEvidence(ctx, l.as(t, h.Apprentice), e.ID, e.Version)
		}
		if err == nil {
			_, err = l.svc.ReviewEvidence(ctx, l.as(t, h.Mentor), service.ReviewInput{Evidence: e.ID, Version: e.Version, Decision: countersign.AcceptEvidence})
		}
		return err
	}
	sign := func() error {
		_, _, err := l.svc.SignOff(ctx, l.as(t, h.GP), service.SignOffInput{
			Apprenticeship: id, Competency: code, Version: h.summary(t, code).Version, Decision: countersign.Competent, Level: "2", RelyOnAll: true,
		})
		return err
	}
	events := map[string]func() error{
		"submit": func() error {
			e, err := l.svc.DraftEvidence(ctx, l.as(t, h.Apprentice), id, h.observation(h.Mentor.Email, code))
			if err == nil {
				_, err = l.svc.SubmitEvidence(ctx, l.as(t, h.Apprentice), e.ID, e.Version)
			}
			return err
		},
		"accept": piece,
		"sign":   sign,
		"take back": func() error {
			decisions, err := l.svc.SignOffs(ctx, lead, id)
			if err != nil || len(decisions) == 0 {
				return errNothing
			}
			_, _, err = l.svc.WithdrawSignOff(ctx, lead, decisions[len(decisions)-1].ID, service.ReasonInput{Reason: "By mistake"})
			return err
		},
		"break": func() error {
			_, err := l.svc.StartBreak(ctx, lead, id, 0, service.BreakInput{On: l.today().AddDays(-l.IntN(5)), ReturnExpected: l.today().AddDays(40), Reason: "Ill"})
			return err
		},
		"return": func() error {
			_, err := l.svc.ReturnFromBreak(ctx, lead, id, 0, service.ReturnInput{On: l.today()})
			return err
		},
		"withdraw": func() error {
			_, err := l.svc.WithdrawApprentice(ctx, lead, id, 0, service.LeaveInput{Reason: "Left"})
			return err
		},
		"restart": func() error {
			_, err := l.svc.RestartApprenticeship(ctx, lead, id, 0, service.RestartInput{PlannedEndDate: l.today().AddMonths(4), Reason: "Back"})
			return err
		},
		"complete": func() error {
			for _, code = range []string{"ONE-1", "ONE-2"} {
				for range 2 {
					if h.summary(t, code).Status != countersign.SignedOff {
						if err := piece(); err != nil {
							return err
						}
					}
				}
				if h.summary(t, code).Status == countersign.Ready {
					if err := sign(); err != nil {
						return err
					}
				}
			}
			_, err := l.svc.CompleteApprenticeship(ctx, lead, id, 0)
			return err
		},
		"hours": func() error {
			e, err := l.svc.LogHours(ctx, l.as(t, h.Apprentice), id, h.hours(30+l.IntN(300)))
			if err == nil && l.IntN(4) > 0 {
				_, err = l.svc.VerifyHours(ctx, l.as(t, h.GP), e.ID)
			}
			if err == nil && l.IntN(5) == 0 {
				_, err = l.svc.ReverseHours(ctx, l.as(t, h.GP), e.ID, service.HoursReversal{Reason: "By mistake"})
			}
			return err
		},
		"claim": func() error {
			return l.svc.ClaimPayment(ctx, l.as(t, h.Manager), id, "mentor", service.PaymentInput{On: l.today(), Reference: "1"})
		},
		"pay": func() error {
			return l.svc.PayPractice(ctx, lead, id, "mentor", service.PaymentInput{On: l.today(), Reference: "2"})
		},
		"version": func() error {
			_, err := l.svc.ChangeVersion(ctx, lead, id, "1.1.0")
			return err
		},
		"transfer": func() error {
			_, err := l.svc.MoveApprentice(ctx, lead, id, 0, service.MoveInput{
				Practice: []string{h.Practice.Code, h.NextPractice.Code}[l.IntN(2)], GPSupervisor: h.GP.Email, SecondaryMentor: h.Mentor.Email, Reason: "Nearer",
			})
			return err
		},
		"merge": func() error { // the whole hub goes beneath the other one's region, or back
			to := h.OtherRegion.Code
			if l.IntN(2) == 0 {
				to = h.Region.Code
			}
			_, err := l.svc.MovePlace(ctx, l.as(t, h.Admin), h.Hub.Code, 0, service.MovePlaceInput{Parent: to, On: l.today(), Reason: "Merged"})
			return err
		},
		"unname": func() error {
			namings, err := l.svc.Namings(ctx, lead, id)
			if err != nil || len(namings) == 0 {
				return errNothing
			}
			n := namings[l.IntN(len(namings))]
			_, err = l.svc.EndNaming(ctx, lead, id, n.ID, service.EndNamingInput{To: l.today().AddDays(l.IntN(10))})
			return err
		},
		"name": func() error {
			_, err := l.svc.AddNaming(ctx, lead, id, service.NamingInput{Email: h.GP.Email, Role: countersign.GPSupervisor, From: l.today().AddDays(l.IntN(10))})
			return err
		},
	}
	names := make([]string, 0, len(events))
	for name := range events {
		names = append(names, name)
	}
	slices.Sort(names)
	names = append(names, "accept", "accept", "accept", "accept", "sign", "sign", "sign", "sign", "complete", "return", "return", "return", "claim", "pay", "hours")
	name := names[l.IntN(len(names))]
	l.note(t, name, events[name]())
}

func (l *life) note(t *testing.T, name string, err error) {
	t.Helper()
	if countersign.IsFault(err) {
		t.Fatalf("%s after %v: %v", name, l.sequence, err)
	}
	if err == nil {
		l.happened[name]++
		l.sequence = append(l.sequence, name)
	}
}

func (l *life) enrol(t *testing.T) error {
	l.enrolment++
	email := fmt.Sprintf("learner%d@example.org", l.enrolment)
	start := l.today().AddDays(l.IntN(40) - 25)
	app, err := l.svc.Enrol(t.Context(), l.lead(t), service.EnrolInput{
		Apprentice: service.PersonInput{Name: "Learner", Email: email}, Framework: "tiny", Version: "1.0.0",
		Practice: []string{l.Practice.Code, l.NextPractice.Code}[l.IntN(2)], GPSupervisor: l.GP.Email, SecondaryMentor: l.Mentor.Email,
		StartDate: start, PlannedEndDate: start.AddMonths(2 + l.IntN(5)), Cohort: []string{"2026-A", "2026-B"}[l.IntN(2)],
	})
	if err != nil {
		return err
	}
	record, err := l.svc.Record(t.Context(), l.svc.Operator(), app.ID)
	l.apps = append(l.apps, app.ID)
	l.people[app.ID] = countersign.Person{ID: record.Apprenticeship.Apprentice, Name: "Learner", Email: email}
	return err
}

// check compares every figure at every level and with every filter.
func (l *life) check(t *testing.T) {
	t.Helper()
	c, everybody, lead := l.compare(t, l.sequence), l.everybody(t), l.as(t, l.HubLead)
	for _, place := range []countersign.Organisation{l.England, l.Region, l.OtherRegion, l.Hub, l.Practice, l.NextPractice} {
		c.report(everybody, service.ReportQuery{Place: place.Code})
	}
	for _, in := range []service.ReportQuery{{Framework: "tiny"}, {Cohort: "2026-A"}, {Framework: "tiny", Cohort: "2026-B"}} {
		in.Place = l.Hub.Code
		c.report(everybody, in)
	}
	c.heat(lead, service.ReportQuery{Place: l.Hub.Code, Framework: "tiny"}, false)
	if rows := c.coverage(lead, service.ReportQuery{Place: l.Hub.Code}); rows != 2 {
		t.Errorf("coverage has %d rows, want that of each practice", rows)
	}
	l.compareTold(t)
}

// compareTold compares what is told beyond the training hubs, of which what
// hasn't changed is kept, with what somebody tells who has kept nothing.
func (l *life) compareTold(t *testing.T) {
	t.Helper()
	tell := func(svc *service.Service) (told []any) {
		for _, place := range []countersign.Organisation{l.England, l.Region, l.OtherHub} {
			r, err := svc.Report(t.Context(), l.everybody(t), service.ReportQuery{Place: place.Code})
			wantKind(t, err, 0)
			heat, err := svc.HeatMap(t.Context(), l.everybody(t), service.ReportQuery{Place: place.Code, Framework: "tiny"}, false)
			wantKind(t, err, 0)
			heat.Framework = countersign.Framework{}
			told = append(told, r, heat)
		}
		return told
	}
	if diff := cmp.Diff(tell(service.New(service.Config{Store: l.store})), tell(l.svc), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("told afresh and by what was kept, after %v (-want +got):\n%s", l.sequence, diff)
	}
}

// everybody is somebody who leads all places.
func (l *life) everybody(t *testing.T) authz.Actor {
	t.Helper()
	actor := l.as(t, l.RegionLead)
	return actor
}

func TestEveryFigureEqualsTheSlowReferenceAfterAnySequenceOfEvents(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		wantKind(t, h.store.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AddMembership(countersign.Membership{Person: h.RegionLead.ID, Organisation: h.England.ID, Role: countersign.NationalLead, From: h.today()})
			if err == nil {
				_, err = tx.AddMembership(countersign.Membership{Person: h.RegionLead.ID, Organisation: h.Hub.ID, Role: countersign.HubLead, From: h.today()})
			}
			return err
		}), 0)
		l := newLife(t, h, 14)
		for i := range 150 {
			l.happen(t)
			if i%15 == 14 {
				l.check(t)
			}
		}
		for _, event := range []string{"enrol", "accept", "sign", "take back", "break", "return", "withdraw", "complete", "hours", "claim", "pay", "version", "transfer", "merge", "unname", "name"} {
			if l.happened[event] == 0 {
				t.Errorf("%q never happened: %v", event, l.happened)
			}
		}
	})
}
