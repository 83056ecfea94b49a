package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
)

// newestShipped returns the newest version of every framework that is shipped.
func newestShipped(t *testing.T) map[string]countersign.Framework {
	t.Helper()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	newest := map[string]countersign.Framework{}
	for _, s := range shipped {
		if f := s.Framework; framework.CompareVersions(f.Version, newest[f.ID].Version) > 0 {
			newest[f.ID] = f
		}
	}
	return newest
}

// TestEveryFrameworkFromEnrolmentToCertificate brings somebody from enrolment
// to the certificate on each framework. It knows none of them: it does what the
// gateway says is missing until nothing is, and opens every page on the way.
func TestEveryFrameworkFromEnrolmentToCertificate(t *testing.T) {
	t.Parallel()
	for id, f := range newestShipped(t) {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			onSQLite(t, func(t *testing.T, s *site) { // TestAYearInTheLife is on both databases
				c := newCourse(t, s)
				c.framework = f
				start := countersign.On(2026, 3, 1)
				app, err := s.svc.Enrol(t.Context(), c.acting(s.HubLead), c.enrolment(f.Version, start))
				c.ok(err)
				c.App = app
				c.name(c.verifier, countersign.NamedVerifier)
				c.opens("active")

				c.takePart()
				c.meetTheGateway()
				c.opens("ready")
				c.submit()
				c.opens("submitted")
				c.verify(service.VerifyInput{Outcome: countersign.PortfolioVerified, Comment: "A sound portfolio."})
				c.award("N-4711")
				c.opens("completed")
				c.hasItsCertificate("N-4711")
				c.goesOnLearning()
			})
		})
	}
}

// takePart is what the programme has besides competencies and hours: reviews
// as they fall due, until a month before the planned end, and sessions.
func (c *course) takePart() {
	c.t.Helper()
	if c.framework.Classroom {
		c.attend(c.App.StartOn.AddDays(20))
	}
	for last := c.App.PlannedEndOn.AddMonths(-1); ; {
		l, err := c.svc.ProgressReviews(c.t.Context(), c.acting(c.gp), c.App.ID)
		c.ok(err)
		if l.DueOn.IsZero() || l.DueOn.After(last) {
			c.on(last)
			return
		}
		c.on(l.DueOn)
		c.review()
	}
}

// attend holds a classroom session on a day, and marks that the apprentice was
// there.
func (c *course) attend(day countersign.Date) {
	c.t.Helper()
	session, err := c.svc.AddSession(c.t.Context(), c.acting(c.HubLead), service.SessionInput{
		Title: "Infection control", On: day, Starts: "09:30", Minutes: 180, Place: "Room 2", Framework: c.framework.ID,
	})
	c.ok(err)
	c.on(day)
	refused, err := c.svc.MarkAttendance(c.t.Context(), c.acting(c.HubLead), session.ID, []countersign.ApprenticeshipID{c.App.ID})
	c.ok(err)
	c.ok(refused[c.App.ID])
}

// meetTheGateway does what the checklist says is missing.
func (c *course) meetTheGateway() {
	c.t.Helper()
	for _, line := range c.gateway().Checklist {
		switch {
		case line.Met || line.ByPerson:
		case len(line.Missing) > 0:
			var codes []string
			for _, m := range line.Missing {
				codes = append(codes, m.Code)
			}
			c.gather(codes...)
			c.sign(codes...)
		case line.Kind == countersign.HoursReached:
			c.logEnough()
		case line.Kind == countersign.PlacementReached:
			c.placed()
		default:
			c.t.Errorf("nobody knows how to meet %q: %s", line.Title, line.Says)
		}
	}
	c.declare()
	for _, line := range c.gateway().Checklist {
		if !line.Met {
			c.t.Errorf("%q isn't met: %s", line.Title, line.Says)
		}
	}
}

// logEnough logs hours until as many are verified as the rule asks for.
func (c *course) logEnough() {
	c.t.Helper()
	for day := c.App.StartOn.AddDays(1); day.Before(c.today()); day = day.AddDays(3) {
		log, err := c.svc.Hours(c.t.Context(), c.acting(c.gp), c.App.ID, service.HoursFilter{})
		c.ok(err)
		if log.Totals.Verified >= log.Totals.Target() {
			return
		}
		c.logDay(day)
	}
}

// placed is at a site for as long as the programme asks, which the site
// confirms.
func (c *course) placed() {
	c.t.Helper()
	hours := c.framework.PlacementHours
	p, err := c.svc.ArrangePlacement(c.t.Context(), c.acting(c.manager), c.App.ID, service.PlacementInput{
		Site: "Family clinic", From: c.App.StartOn.AddDays(30), To: c.App.StartOn.AddDays(90), SupervisorName: "Ward Sister", SupervisorEmail: "site@example.org", PlannedHours: hours,
	})
	c.ok(err)
	_, err = c.svc.AskSite(c.t.Context(), c.acting(c.learner), p.ID, p.Version, service.AskSiteInput{HoursDone: hours})
	c.ok(err)
	for {
		sent := c.notices(c.t)
		if len(sent) == 0 {
			c.t.Fatal("no link was mailed to the site")
		}
		for _, n := range sent {
			if n.Placement == p.ID {
				c.ok(c.svc.AnswerForSite(c.t.Context(), service.SiteAnswer{Token: n.Token, Answer: "right"}))
				return
			}
		}
	}
}

// hasItsCertificate reads the certificate as a PDF.
func (c *course) hasItsCertificate(number string) {
	c.t.Helper()
	text := strings.Join(pdfLines(c.t, c.as(c.t, c.learner).get(c.path("/certificate.pdf"), http.StatusOK).body), " ")
	for _, want := range []string{c.learner.Name, number, c.framework.Title, c.verifier.Name, c.framework.Award.Body} {
		if !strings.Contains(text, want) {
			c.t.Errorf("the certificate doesn't say %q:\n%s", want, text)
		}
	}
}

// goesOnLearning opens each cycle that the framework has, and enters something.
func (c *course) goesOnLearning() {
	c.t.Helper()
	for _, cycle := range c.framework.Cycles {
		id, err := c.svc.OpenCPDCycle(c.t.Context(), c.acting(c.learner), c.App.ID, service.OpenCycleInput{Code: cycle.Code, StartsOn: c.today()})
		c.ok(err)
		in := service.CPDEntryInput{On: c.today(), Title: "Study day", Provider: "College", Category: cycle.Categories()[0]}
		if cycle.Points > 0 {
			in.Points = "3.5"
		}
		_, err = c.svc.AddCPDEntry(c.t.Context(), c.acting(c.learner), c.App.ID, id, in)
		c.ok(err)
	}
	page := c.as(c.t, c.learner).get(c.path("/cpd"), http.StatusOK)
	for _, cycle := range c.framework.Cycles {
		page.wants(cycle.Title)
	}
}

// opens looks at the pages of the apprenticeship as those who see them. The
// state is for the message only.
func (c *course) opens(state string) {
	c.t.Helper()
	if c.t.Failed() {
		c.t.Fatalf("not looking at the pages, %s", state)
	}
	learner, lead := c.as(c.t, c.learner), c.as(c.t, c.HubLead)
	for _, path := range []string{
		"", "/competencies", "/evidence", "/portfolio", "/programme", "/timeline", "/hours", "/reviews", "/skills-scan", "/prior-learning", "/gateway",
		"/competencies/" + url.PathEscape(c.framework.Competencies()[0].Code),
	} {
		learner.get(c.path(path), http.StatusOK)
	}
	if c.framework.Placements {
		learner.get(c.path("/placements"), http.StatusOK)
	}
	if c.framework.Classroom {
		learner.get(c.path("/sessions"), http.StatusOK)
	}
	for _, path := range []string{"/programme", "/timeline", "/gateway", "/namings", "/payments"} {
		lead.get(c.path(path), http.StatusOK)
	}
}
