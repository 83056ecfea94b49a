package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/browsertest"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
	"countersign/internal/view"
)

// year is the story of one apprentice, told month by month. Whoever is looked
// over the shoulder sees the page over HTTP, and on a phone if there is one.
type year struct {
	*course
	phone  *browsertest.Page     // nil: none
	signed []countersign.SignOff // as last seen
}

// TestAYearInTheLife looks at its pages over HTTP and, on one of the databases,
// in a browser too, on a screen of 320 pixels, for sideways scrolling and with
// axe.
func TestAYearInTheLife(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		clock := storetest.NewClock()
		live(t, newSite(t, storetest.Open(t, storetest.Postgres(t), clock), clock), nil)
	})
	t.Run("sqlite, on a phone", func(t *testing.T) {
		t.Parallel()
		var phone *browsertest.Page
		if !pgcluster.Quick(t) {
			if !view.AssetsBuilt() {
				t.Fatal("the assets are not built. Run: make assets")
			}
			phone = browsertest.New(t, browsertest.Options{Width: 320, Height: 640, Mobile: true, JavaScript: true})
		}
		onSQLite(t, func(t *testing.T, s *site) { live(t, s, phone) })
	})
}

func live(t *testing.T, s *site, phone *browsertest.Page) {
	y := &year{course: newCourse(t, s), phone: phone}
	y.framework = newestShipped(t)["gpa-combined"]
	y.appliedInJanuary()
	y.startedOnTheFirst()
	y.sayWhatTheyCanDo()
	y.hasLearntBefore()
	y.learnsUntilTheFirstReview()
	y.takesABreak()
	y.learnsUntilTheSecondReview()
	y.changesVersion()
	y.movesToAnotherPractice()
	y.reviewsWithTheNewMentors()
	y.isGivenMoreTime()
	y.finishesTheCompetencies()
	y.handsIn()
	y.isReferredBack()
	y.mendsIt()
	y.isVerifiedAndAwarded()
	y.goesOnToCPD()
	y.everythingIsThere()
}

// looks opens a page under the apprenticeship as somebody, who reads the texts
// there; an address that begins with "//" is one of the site.
func (y *year) looks(who countersign.Person, path string, reads ...string) {
	y.t.Helper()
	address, own := strings.CutPrefix(path, "/")
	if !strings.HasPrefix(address, "/") {
		address = y.path(path)
	} else if !own {
		y.t.Fatalf("%q is no address", path)
	}
	y.as(y.t, who).get(address, http.StatusOK).wants(reads...)
	if y.phone == nil {
		return
	}
	y.phone.Goto(y.url + "/sign-in") // again each time: the clock moves further than a session lasts
	if status := browsertest.Eval[int](y.phone, `(() => {
			const request = new XMLHttpRequest()
			request.open("POST", "/sign-in/demo", false)
			request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded")
			request.send("`+url.Values{"email": {who.Email}}.Encode()+`")
			return request.status
		})()`); status != http.StatusOK {
		y.t.Fatalf("signing in as %s answers %d", who.Name, status)
	}
	y.phone.Goto(y.url + address)
	y.phone.NoSidewaysScroll()
	y.phone.Axe()
}

func (y *year) appliedInJanuary() {
	y.on(countersign.On(2026, 1, 12))
	in := y.enrolment("1.0.0", countersign.On(2026, 2, 1))
	in.Apply, in.PlannedEndDate = true, countersign.On(2026, 10, 31)
	app, err := y.svc.Enrol(y.t.Context(), y.acting(y.manager), in)
	y.ok(err)
	y.App = app
	y.looks(y.HubLead, "//", "Nadia Rahman")
	y.looks(y.HubLead, "/programme", "Applied")
	y.looks(y.HubLead, "/programme/acceptance")

	y.on(countersign.On(2026, 1, 20))
	_, err = y.svc.AcceptApplication(y.t.Context(), y.acting(y.HubLead), y.App.ID, 0, service.AcceptInput{StartDate: in.StartDate, PlannedEndDate: in.PlannedEndDate})
	y.ok(err)
}

func (y *year) startedOnTheFirst() {
	y.on(countersign.On(2026, 2, 2))
	y.looks(y.learner, "//", "What to do next")
	y.looks(y.learner, "/programme", "1 February 2026", "31 October 2026")
	y.looks(y.learner, "/scope", "GPA-CA7")
	for _, by := range []countersign.Person{y.learner, y.gp} { // proposed, then agreed
		y.ok(y.svc.SetScope(y.t.Context(), y.acting(by), y.App.ID, service.ScopeInput{Competencies: []string{"GPA-CA7"}}))
	}
}

func (y *year) sayWhatTheyCanDo() {
	f, err := y.svc.Framework(y.t.Context(), y.framework.ID, "1.0.0")
	y.ok(err)
	y.looks(y.learner, "/skills-scan", "Finish your side")
	for i, by := range []countersign.Person{y.learner, y.gp} {
		levels := map[string]string{}
		for j, c := range f.Competencies() {
			levels[c.Code] = countersign.NoExperience
			if (i+j)%5 == 0 {
				levels[c.Code] = f.Scale.Levels[1].Code
			}
		}
		y.ok(y.svc.SaveSkillsScan(y.t.Context(), y.acting(by), y.App.ID, 0, service.SkillsScanInput{Levels: levels, Finish: true}))
	}
	y.looks(y.learner, "/skills-scan", "No experience")
}

func (y *year) hasLearntBefore() {
	y.on(countersign.On(2026, 2, 9))
	before := countersign.On(2025, 6, 20)
	piece := y.piece(y.mentor, service.EvidenceInput{Kind: countersign.Certificate, PriorLearning: true, OccurredOn: before}, "GPA-CA1")
	y.looks(y.learner, "//evidence/"+string(piece), "GPA-CA1")
	y.looks(y.learner, "/prior-learning/new", "Where did you learn it?")
	claim, err := y.svc.ClaimPriorLearning(y.t.Context(), y.acting(y.learner), y.App.ID, service.PriorLearningInput{
		Title: "Medical terminology, level 2", Provider: "Adult education college", On: before, Minutes: 12 * 60, Competencies: []string{"GPA-CA1"}, Evidence: piece,
	})
	y.ok(err)
	y.looks(y.gp, "/prior-learning", "Medical terminology, level 2")
	y.looks(y.gp, "/prior-learning/"+string(claim)+"/decision")
	y.ok(y.svc.DecidePriorLearning(y.t.Context(), y.acting(y.gp), y.App.ID, claim, 0, service.PriorLearningDecision{Decision: "accept"}))
	y.looks(y.learner, "/prior-learning", "12 hours")
}

// learns logs a protected day a week until a day, which the mentor verifies
// together, and signs so many more competencies off.
func (y *year) learns(until countersign.Date, more int) {
	y.t.Helper()
	from := y.today()
	y.on(until)
	var days []countersign.HoursID
	for day := from; day.Before(until); day = day.AddDays(7) {
		e, err := y.svc.LogHours(y.t.Context(), y.acting(y.learner), y.App.ID, service.HoursInput{
			On: day, Minutes: 8 * 60, Kind: countersign.MentorTeaching, Learnt: "A tutorial, and time for my portfolio",
		})
		y.ok(err)
		days = append(days, e.ID)
	}
	results, err := y.svc.VerifyHoursBatch(y.t.Context(), y.acting(y.mentor), days)
	y.ok(err)
	for _, r := range results {
		y.ok(r.Err)
	}
	var codes []string
	for _, s := range y.record().Competencies {
		if s.Status != countersign.SignedOff && s.Scope == countersign.ScopeIn && len(codes) < more {
			codes = append(codes, s.Code)
		}
	}
	y.gather(codes...)
	y.sign(codes...)
	y.nothingIsLost()
}

// nothingIsLost compares the decisions with those that were there before.
func (y *year) nothingIsLost() {
	y.t.Helper()
	now, err := y.svc.SignOffs(y.t.Context(), y.acting(y.learner), y.App.ID)
	y.ok(err)
	there := map[countersign.SignOffID]countersign.SignOff{}
	for _, so := range now {
		there[so.ID] = so
	}
	for _, so := range y.signed {
		if diff := cmp.Diff(so, there[so.ID]); diff != "" {
			y.t.Errorf("the decision on %s is not what it was (-before +now):\n%s", so.Competency, diff)
		}
	}
	y.signed = now
}

// holdsReview holds the review on the day on which it is due.
func (y *year) holdsReview(number string) {
	y.t.Helper()
	l, err := y.svc.ProgressReviews(y.t.Context(), y.acting(y.gp), y.App.ID)
	y.ok(err)
	if l.DueOn.Before(y.today()) {
		y.t.Errorf("review %s was due on %s", number, l.DueOn)
	}
	y.on(l.DueOn)
	y.review()
	y.looks(y.learner, "/reviews/"+number, "Go through the portfolio together", y.gp.Name)
}

func (y *year) learnsUntilTheFirstReview() {
	y.learns(countersign.On(2026, 4, 20), 14)
	y.looks(y.learner, "/hours", "Mentor teaching")
	y.looks(y.learner, "/hours/new")
	y.looks(y.gp, "/competencies", "Signed off")
	y.looks(y.gp, "/competencies/GPA-CA1", "Signed off")
	y.holdsReview("1")
}

func (y *year) takesABreak() {
	y.on(countersign.On(2026, 5, 6))
	y.looks(y.manager, "/programme/break")
	_, err := y.svc.StartBreak(y.t.Context(), y.acting(y.manager), y.App.ID, 0, service.BreakInput{
		On: countersign.On(2026, 5, 4), ReturnExpected: countersign.On(2026, 6, 8), Reason: "An operation, and the weeks after it",
	})
	y.ok(err)
	y.looks(y.learner, "//", "on a break")
	y.looks(y.gp, "/programme", "On a break")
	y.on(countersign.On(2026, 6, 8))
	y.looks(y.manager, "/programme/return")
	app, err := y.svc.ReturnFromBreak(y.t.Context(), y.acting(y.manager), y.App.ID, 0, service.ReturnInput{On: y.today()})
	y.ok(err)
	if want := countersign.On(2026, 12, 5); app.PlannedEndOn != want || app.OriginalEndOn != countersign.On(2026, 10, 31) {
		y.t.Errorf("after five weeks of a break the end is %s, at first %s; want %s", app.PlannedEndOn, app.OriginalEndOn, want)
	}
}

func (y *year) learnsUntilTheSecondReview() {
	y.learns(countersign.On(2026, 7, 13), 10)
	y.holdsReview("2")
}

func (y *year) changesVersion() {
	y.on(y.today().AddDays(6))
	before := y.standing()
	p, err := y.svc.PreviewVersion(y.t.Context(), y.acting(y.HubLead), y.App.ID, "1.1.0")
	y.ok(err)
	y.looks(y.HubLead, "/version", "1.1.0")
	_, err = y.svc.ChangeVersion(y.t.Context(), y.acting(y.HubLead), y.App.ID, "1.1.0")
	y.ok(err)
	y.nothingIsLost()
	again := map[string]bool{}
	for _, step := range p.Steps {
		again[step.Competency.Code] = step.Fate == framework.Recheck || step.Fate == framework.FateRetired
	}
	now := y.standing()
	for _, code := range before {
		if !slices.Contains(now, code) && !again[code] {
			y.t.Errorf("%s was signed off, and the preview didn't say what becomes of it", code)
		}
	}
	y.looks(y.learner, "/programme", "1.1.0")
}

// standing returns the competencies that are signed off.
func (y *year) standing() []string {
	y.t.Helper()
	var codes []string
	for _, s := range y.record().Competencies {
		if s.Status == countersign.SignedOff {
			codes = append(codes, s.Code)
		}
	}
	return codes
}

func (y *year) movesToAnotherPractice() {
	y.on(y.today().AddDays(7))
	before, old := y.standing(), y.gp
	y.gp = y.Person(y.t, "Dr Ines Costa", "costa@example.org", countersign.GPSupervisorMember, y.NextPractice)
	y.mentor = y.Person(y.t, "Karl Meyer", "meyer@example.org", countersign.SecondaryMentorMember, y.NextPractice)
	y.manager = y.Person(y.t, "Lena Brandt", "brandt@example.org", countersign.PracticeManager, y.NextPractice)
	y.looks(y.HubLead, "/programme/move")
	_, err := y.svc.MoveApprentice(y.t.Context(), y.acting(y.HubLead), y.App.ID, 0, service.MoveInput{
		Practice: y.NextPractice.Code, GPSupervisor: y.gp.Email, SecondaryMentor: y.mentor.Email, Reason: "Has moved house",
	})
	y.ok(err)
	if diff := cmp.Diff(before, y.standing()); diff != "" {
		y.t.Errorf("what was signed off before the move and after (-before +after):\n%s", diff)
	}
	y.nothingIsLost()
	y.looks(y.gp, "//", "Nadia Rahman")
	y.looks(y.learner, "/namings", "Dr Ines Costa", "Karl Meyer")
	y.as(y.t, old).get(y.path(""), http.StatusNotFound)
}

func (y *year) reviewsWithTheNewMentors() {
	y.learns(y.today().AddDays(42), 6)
	y.holdsReview("3")
	y.looks(y.gp, "/reviews", "Dr Ines Costa")
}

func (y *year) isGivenMoreTime() {
	y.on(y.today().AddDays(3))
	until := countersign.On(2027, 1, 31)
	y.looks(y.gp, "/programme/extension")
	y.ok(y.svc.AskExtension(y.t.Context(), y.acting(y.gp), y.App.ID, 0, service.ExtensionInput{
		PlannedEndDate: until, Progress: "Three quarters are signed off.", Reason: "A new practice, with other systems to learn.", Support: "Two half days a week with the nurse.",
	}))
	y.looks(y.HubLead, "/programme/decision", "Three quarters are signed off.")
	p, err := y.svc.Programme(y.t.Context(), y.acting(y.HubLead), y.App.ID)
	y.ok(err)
	app, err := y.svc.DecideExtension(y.t.Context(), y.acting(y.HubLead), y.App.ID, 0, service.ExtensionDecision{Request: p.Open.ID, Decision: "grant"})
	y.ok(err)
	if app.PlannedEndOn != until {
		y.t.Errorf("extended until %s, want %s", app.PlannedEndOn, until)
	}
}

func (y *year) finishesTheCompetencies() {
	y.looks(y.gp, "/gateway", "are signed off.", "has not declared this yet")
	y.looks(y.learner, "/timeline", "Break began (4 May 2026)", "Progress review 3")
	y.learns(y.today().AddDays(14), 100)
	p := y.record().Apprenticeship.Progress
	if p.SignedOff != p.InScope || p.CoreSignedOff != p.Core {
		y.t.Errorf("all is done: %+v", p)
	}
}

func (y *year) handsIn() {
	y.name(y.verifier, countersign.NamedVerifier)
	y.declare()
	y.looks(y.gp, "/gateway", "Declared by Dr Ines Costa")
	y.submit()
	y.looks(y.manager, "/payments", "£275")
	y.looks(y.verifier, "//", "Nadia Rahman")
	y.looks(y.verifier, "/gateway/verification")
}

func (y *year) isReferredBack() {
	y.on(y.today().AddDays(7))
	y.verify(service.VerifyInput{
		Outcome: countersign.PortfolioReferred, Comment: "One competency needs a little more.",
		Referrals: []service.ReferralInput{{Competency: "GPA-CL1", Comment: "One more observation, in another setting"}},
	})
	y.looks(y.gp, "/gateway", "One more observation, in another setting")
	y.looks(y.learner, "//")
}

func (y *year) mendsIt() {
	y.on(y.today().AddDays(5))
	y.piece(y.mentor, service.EvidenceInput{Kind: countersign.Observation}, "GPA-CL1")
	y.declare()
	y.submit()
}

func (y *year) isVerifiedAndAwarded() {
	y.on(y.today().AddDays(6))
	y.verify(service.VerifyInput{Outcome: countersign.PortfolioVerified, Comment: "Now it is all there."})
	y.looks(y.HubLead, "/gateway/award")
	y.award("UNI-2026-118")
	y.looks(y.learner, "//", "Programmes that have ended", "Certificate (PDF)", "Continuing development")
	y.looks(y.HubLead, "/gateway", "UNI-2026-118", "University commissioned by the training hub")
	y.hasItsCertificate("UNI-2026-118")
}

func (y *year) goesOnToCPD() {
	y.looks(y.learner, "/cpd", "No cycle is open yet")
	y.looks(y.learner, "/cpd/open", "Yearly performance review")
	y.goesOnLearning()
	cpd, err := y.svc.CPD(y.t.Context(), y.acting(y.learner), y.App.ID)
	y.ok(err)
	y.looks(y.learner, "/cpd/"+string(cpd.Cycles[0].ID)+"/new")
	y.looks(y.learner, "/cpd", "Study day")
	y.looks(y.gp, "/cpd", "Study day")
}

// everythingIsThere reads the portfolio and the timeline of the whole year.
func (y *year) everythingIsThere() {
	y.nothingIsLost()
	y.looks(y.learner, "/portfolio", y.learner.Name, "Dr Megan Bell", "Dr Ines Costa")
	text := strings.Join(pdfLines(y.t, y.as(y.t, y.learner).get(y.path("/portfolio.pdf"), http.StatusOK).body), " ")
	for _, so := range y.signed {
		if !strings.Contains(text, so.Competency) || !strings.Contains(text, so.ShortLeaf()) {
			y.t.Errorf("the portfolio doesn't name the decision %s on %s", so.ShortLeaf(), so.Competency)
		}
	}
	y.looks(y.learner, "/timeline", "Break began", "Progress review 3", "Framework version changed", "Moved to another practice", "Extension granted", "Portfolio referred back", "Portfolio verified")
	y.looks(y.HubLead, "/programme", "Application made", "4 May 2026", "8 June 2026", "1.0.0", "1.1.0", "Oakwood Surgery", "Beechwood Surgery", "31 January 2027", "Portfolio referred back", "Completed")
}
