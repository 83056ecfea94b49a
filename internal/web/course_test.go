package web_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// course is one apprentice on one programme, with those who take part in it.
// What its methods do goes through the services, as pages and the API do it.
type course struct {
	*site
	t         *testing.T
	framework countersign.Framework // as it is shipped
	learner   countersign.Person
	gp        countersign.Person
	mentor    countersign.Person
	manager   countersign.Person
	verifier  countersign.Person
}

// newCourse brings every shipped framework and somebody who verifies. Nobody
// is enrolled yet.
func newCourse(t *testing.T, s *site) *course {
	t.Helper()
	c := &course{
		site: s, t: t, gp: s.GP, mentor: s.Mentor, manager: s.Manager,
		learner:  countersign.Person{Name: "Nadia Rahman", Email: "nadia@example.org"},
		verifier: s.Person(t, "Professor Ada Lind", "verifier@example.org", countersign.Verifier, s.England),
	}
	c.ok(s.svc.Prepare(t.Context()))
	return c
}

func (c *course) ok(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// on moves the clock to ten in the morning of a day.
func (c *course) on(day countersign.Date) {
	c.clock.Set(time.Date(day.Year, day.Month, day.Day, 10, 0, 0, 0, countersign.London()))
}

// acting returns somebody signed in, a minute later than what was done before.
func (c *course) acting(p countersign.Person) authz.Actor {
	c.t.Helper()
	c.clock.Advance(time.Minute)
	if p.ID == "" { // who was invited while the test runs
		in, err := c.svc.SignInDemo(c.t.Context(), p.Email, service.Origin{})
		c.ok(err)
		p.ID = in.Person
	}
	actor, err := c.svc.Actor(c.t.Context(), p.ID, authz.Proof{Method: authz.ByPasswordCode, At: c.clock.Now()})
	c.ok(err)
	return actor
}

// enrolment is on a version, from a first of a month on, for as long as the
// programme usually takes at the least.
func (c *course) enrolment(version string, start countersign.Date) service.EnrolInput {
	f, err := c.svc.Framework(c.t.Context(), c.framework.ID, version)
	c.ok(err)
	return service.EnrolInput{
		Apprentice: service.PersonInput{Name: c.learner.Name, Email: c.learner.Email}, Framework: f.ID, Version: f.Version, Practice: c.Practice.Code,
		GPSupervisor: c.gp.Email, SecondaryMentor: c.mentor.Email, StartDate: start, PlannedEndDate: start.AddMonths(f.MonthsMin), Cohort: "2025-26",
	}
}

func (c *course) record() service.Record {
	c.t.Helper()
	r, err := c.svc.Record(c.t.Context(), c.acting(c.learner), c.App.ID)
	c.ok(err)
	return r
}

// summaries returns where the apprentice stands on those competencies.
func (c *course) summaries(codes []string) []countersign.Summary {
	c.t.Helper()
	return slices.DeleteFunc(c.record().Competencies, func(s countersign.Summary) bool { return !slices.Contains(codes, s.Code) })
}

// gather brings evidence until the requirement of every one of the
// competencies is met: in each round a piece of each kind that those still
// short of it take, judged by another person than in the round before.
func (c *course) gather(codes ...string) {
	c.t.Helper()
	for round := range 6 {
		short := slices.DeleteFunc(c.summaries(codes), func(s countersign.Summary) bool { return len(s.Missing) == 0 || s.Status == countersign.SignedOff })
		if len(short) == 0 {
			return
		}
		by := []countersign.Person{c.mentor, c.gp}[round%2]
		for _, kind := range countersign.EvidenceKinds() {
			var taking []string
			for _, s := range short {
				if slices.Contains(s.Evidence, kind) {
					taking = append(taking, s.Code)
				}
			}
			for some := range slices.Chunk(taking, 60) {
				c.piece(by, service.EvidenceInput{Kind: kind}, some...)
			}
		}
	}
	for _, s := range c.summaries(codes) {
		if len(s.Missing) > 0 {
			c.t.Errorf("%s %s: no evidence is enough for %s, it says %q", c.framework.ID, c.framework.Version, s.Code, s.Missing)
		}
	}
}

// piece submits a piece about yesterday, observed by who accepts it.
func (c *course) piece(by countersign.Person, in service.EvidenceInput, codes ...string) countersign.EvidenceID {
	c.t.Helper()
	in.Title, in.Narrative, in.Reflection, in.Anonymised = in.Kind.Title()+" of the day", "What I did, step by step.", "What I learnt by it.", true
	in.Details = map[string]string{}
	for _, d := range countersign.DetailFields(in.Kind) {
		in.Details[d.Name] = "As agreed"
	}
	if in.OccurredOn.IsZero() {
		in.OccurredOn = c.today().AddDays(-1)
	}
	if in.Kind == countersign.ProcedureLog {
		in.Entries = 30
	}
	if in.Kind.Observable() {
		in.ObservedBy = by.Email
	}
	for _, code := range codes {
		in.Competencies = append(in.Competencies, service.MappingInput{Code: code, Justification: "It shows it"})
	}
	e, err := c.svc.DraftEvidence(c.t.Context(), c.acting(c.learner), c.App.ID, in)
	c.ok(err)
	_, err = c.svc.SubmitEvidence(c.t.Context(), c.acting(c.learner), e.ID, 0)
	c.ok(err)
	_, err = c.svc.ReviewEvidence(c.t.Context(), c.acting(by), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
	c.ok(err)
	return e.ID
}

// sign signs competencies off at their threshold, on every piece that counts,
// with a countersignature where the framework asks for one.
func (c *course) sign(codes ...string) {
	c.t.Helper()
	for _, by := range []countersign.Person{c.gp, c.mentor} {
		for _, s := range c.summaries(codes) {
			if s.Status == countersign.SignedOff {
				continue
			}
			_, _, err := c.svc.SignOff(c.t.Context(), c.acting(by), service.SignOffInput{
				Apprenticeship: c.App.ID, Competency: s.Code, Version: s.Version, Decision: countersign.Competent, Level: s.Threshold, RelyOnAll: true,
			})
			c.ok(err)
		}
	}
	for _, s := range c.summaries(codes) {
		if s.Status != countersign.SignedOff {
			c.t.Errorf("%s is %s after everybody signed", s.Code, s.Status)
		}
	}
}

// logDay enters a day of seven hours of protected time and verifies it.
func (c *course) logDay(day countersign.Date) {
	c.t.Helper()
	e, err := c.svc.LogHours(c.t.Context(), c.acting(c.learner), c.App.ID, service.HoursInput{
		On: day, Minutes: 7 * 60, Kind: countersign.MentorTeaching, Learnt: "Tutorial and practice with my mentor",
	})
	c.ok(err)
	_, err = c.svc.VerifyHours(c.t.Context(), c.acting(c.mentor), e.ID)
	c.ok(err)
}

// review holds the next progress review on the present day: each party writes,
// then all three sign.
func (c *course) review() {
	c.t.Helper()
	n, err := c.svc.PrepareReview(c.t.Context(), c.acting(c.gp), c.App.ID)
	c.ok(err)
	parties := []countersign.Person{c.learner, c.gp, c.HubLead}
	for _, p := range parties {
		r, err := c.svc.ProgressReview(c.t.Context(), c.acting(p), c.App.ID, n)
		c.ok(err)
		in := service.ProgressReviewInput{HeldOn: c.today(), Notes: "What went well, and what comes next.", Ratings: map[string]string{}}
		for _, d := range r.Review.Ratings {
			if r.Party != countersign.ProviderParty {
				in.Ratings[d.Domain] = r.Framework.Scale.Levels[0].Code
			}
		}
		for _, a := range r.Review.Actions {
			in.Actions = append(in.Actions, service.ReviewActionInput{Text: a.Text, Owner: a.Owner, DueOn: a.DueOn, DoneOn: c.today()})
		}
		if p.ID == c.gp.ID {
			in.Actions = append(in.Actions, service.ReviewActionInput{Text: "Go through the portfolio together", Owner: countersign.EmployerParty, DueOn: c.today().AddMonths(1)})
		}
		c.ok(c.svc.WriteReview(c.t.Context(), c.acting(p), c.App.ID, n, 0, in))
	}
	for _, p := range parties {
		r, err := c.svc.ProgressReview(c.t.Context(), c.acting(p), c.App.ID, n)
		c.ok(err)
		c.ok(c.svc.SignReview(c.t.Context(), c.acting(p), c.App.ID, n, service.SignReviewInput{SHA256: r.SHA256}))
	}
}

// name names somebody on the apprenticeship from today on.
func (c *course) name(p countersign.Person, role countersign.NamingRole) {
	c.t.Helper()
	_, err := c.svc.AddNaming(c.t.Context(), c.acting(c.HubLead), c.App.ID, service.NamingInput{Email: p.Email, Role: role})
	c.ok(err)
}

func (c *course) gateway() service.Gateway {
	c.t.Helper()
	g, err := c.svc.Gateway(c.t.Context(), c.acting(c.gp), c.App.ID)
	c.ok(err)
	return g
}

// declare declares every condition that the GP supervisor answers for.
func (c *course) declare() {
	c.t.Helper()
	var in service.DeclareInput
	for _, line := range c.gateway().Checklist {
		if line.ByPerson {
			in.Conditions = append(in.Conditions, line.Code)
		}
	}
	c.ok(c.svc.Declare(c.t.Context(), c.acting(c.gp), c.App.ID, in))
}

func (c *course) submit() {
	c.t.Helper()
	_, err := c.svc.SubmitPortfolio(c.t.Context(), c.acting(c.gp), c.App.ID, 0)
	c.ok(err)
}

func (c *course) verify(in service.VerifyInput) {
	c.t.Helper()
	_, err := c.svc.VerifyPortfolio(c.t.Context(), c.acting(c.verifier), c.App.ID, 0, in)
	c.ok(err)
}

// award records what the programme gives, with a number of the certificate.
func (c *course) award(number string) {
	c.t.Helper()
	f, err := c.svc.Framework(c.t.Context(), c.framework.ID, c.record().Apprenticeship.FrameworkVersion)
	c.ok(err)
	_, err = c.svc.RecordAward(c.t.Context(), c.acting(c.HubLead), c.App.ID, service.AwardInput{
		Title: f.Award.Title, Body: f.Award.Body, Level: f.Award.Level, Credits: f.Award.Credits, Number: number, On: c.today(),
	})
	c.ok(err)
}
