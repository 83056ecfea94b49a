package service_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func (h *house) review(t *testing.T, p countersign.Person, number int) service.ReviewPage {
	t.Helper()
	r, err := h.svc.ProgressReview(t.Context(), h.as(t, p), h.App.ID, number)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// held prepares the next review and has both sides rate every domain.
func (h *house) held(t *testing.T) int {
	t.Helper()
	number, err := h.svc.PrepareReview(t.Context(), h.as(t, h.GP), h.App.ID)
	wantKind(t, err, 0)
	for _, p := range []countersign.Person{h.Apprentice, h.Mentor} {
		h.write(t, p, number, nil)
	}
	return number
}

func (h *house) write(t *testing.T, p countersign.Person, number int, action *service.ReviewActionInput) {
	t.Helper()
	page := h.review(t, p, number)
	in := service.ProgressReviewInput{HeldOn: h.today(), Notes: "From " + p.Name, Ratings: map[string]string{}}
	for _, d := range page.Framework.Domains {
		in.Ratings[d.Code] = countersign.NoExperience
	}
	for _, a := range page.Review.Actions {
		in.Actions = append(in.Actions, service.ReviewActionInput{Text: a.Text, Owner: a.Owner, DueOn: a.DueOn, DoneOn: a.DoneOn})
	}
	if action != nil {
		in.Actions = append(in.Actions, *action)
	}
	wantKind(t, h.svc.WriteReview(t.Context(), h.as(t, p), h.App.ID, number, page.Review.Version, in), 0)
}

func (h *house) signReview(t *testing.T, p countersign.Person, number int) error {
	t.Helper()
	h.clock.Advance(time.Minute)
	return h.svc.SignReview(t.Context(), h.as(t, p), h.App.ID, number, service.SignReviewInput{SHA256: h.review(t, p, number).SHA256})
}

func TestAReviewIsPreparedFromTheRecordAndActionsAreCarried(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		h.clock.Advance(time.Minute)
		_, err := h.svc.PrepareReview(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.PrepareReview(t.Context(), h.as(t, h.OtherGP), h.App.ID)
		wantKind(t, err, countersign.NotFound)
		number, err := h.svc.PrepareReview(t.Context(), h.as(t, h.Manager), h.App.ID)
		wantKind(t, err, 0)
		page := h.review(t, h.Manager, number)
		if f := page.Review.Facts; f.Submitted != 2 || f.Accepted != 1 || f.Progress.InScope == 0 || page.Review.Since != h.App.StartOn || page.Party != "" || page.MayWrite {
			t.Errorf("prepared = %+v", page.Review)
		}
		_, err = h.svc.PrepareReview(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, countersign.Conflict)
		h.write(t, h.Apprentice, number, &service.ReviewActionInput{Text: "Shadow reception", Owner: countersign.ApprenticeParty, DueOn: h.today().AddDays(30)})
		h.write(t, h.GP, number, nil)
		wantKind(t, h.svc.PrepareReviewAgain(t.Context(), h.as(t, h.HubLead), h.App.ID, number, 0), 0)
		if got := h.review(t, h.GP, number).Review; len(got.Actions) != 1 || got.Notes[countersign.ApprenticeParty] == "" {
			t.Errorf("preparing again lost what people wrote: %+v", got)
		}
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.HubLead} {
			wantKind(t, h.signReview(t, p, number), 0)
		}
		h.clock.Advance(40 * 24 * time.Hour)
		next, err := h.svc.PrepareReview(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, 0)
		if got := h.review(t, h.GP, next).Review; got.Number != 2 || got.Facts.Submitted != 0 || got.Carried() != 1 || got.Since != h.review(t, h.GP, 1).Review.HeldOn {
			t.Errorf("second review = %+v; want nothing new and one action carried", got)
		}
	})
}

func TestAllThreeSignTheSameContentWhichNobodyChangesThen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		number := h.held(t)
		before := h.review(t, h.Apprentice, number)
		wantKind(t, h.svc.SignReview(t.Context(), h.as(t, h.Apprentice), h.App.ID, number, service.SignReviewInput{SHA256: strings.Repeat("0", 64)}), countersign.Conflict)
		wantKind(t, h.signReview(t, h.Manager, number), countersign.Forbidden)
		wantKind(t, h.signReview(t, h.Mentor, number), 0)
		wantKind(t, h.signReview(t, h.Mentor, number), countersign.Conflict)
		wantKind(t, h.signReview(t, h.GP, number), countersign.Conflict) // the employer has signed
		err := h.svc.WriteReview(t.Context(), h.as(t, h.Apprentice), h.App.ID, number, 0, service.ProgressReviewInput{})
		wantKind(t, err, countersign.Conflict)
		wantKind(t, h.svc.PrepareReviewAgain(t.Context(), h.as(t, h.GP), h.App.ID, number, 0), countersign.Conflict)
		wantKind(t, h.signReview(t, h.HubLead, number), 0)
		if got := h.review(t, h.HubLead, number); got.MaySign || len(got.Unsigned) != 1 {
			t.Errorf("after two signatures: %t, %v", got.MaySign, got.Unsigned)
		}
		h.clock.Advance(time.Minute)
		in := service.SignReviewInput{SHA256: before.SHA256, Remark: "I see it differently"}
		wantKind(t, h.svc.SignReview(t.Context(), h.as(t, h.Apprentice), h.App.ID, number, in), 0)
		r := h.review(t, h.Apprentice, number)
		if r.Review.State != countersign.ReviewLocked || r.SHA256 != before.SHA256 || r.Review.Signatures[2].Remark == "" {
			t.Errorf("locked = %s, signatures %+v", r.Review.State, r.Review.Signatures)
		}
		for _, s := range r.Review.Signatures {
			if s.SHA256 != r.SHA256 {
				t.Errorf("the %s signed something else", s.Party)
			}
		}
	})
}

func TestAStalePageDoesNotOverwriteAReview(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		number := h.held(t)
		err := h.svc.WriteReview(t.Context(), h.as(t, h.Apprentice), h.App.ID, number, 1, service.ProgressReviewInput{})
		if !service.IsStale(err) {
			t.Errorf("an older page changed the review: %v", err)
		}
		err = h.svc.WriteReview(t.Context(), h.as(t, h.Apprentice), h.App.ID, number, 0, service.ProgressReviewInput{Notes: "Mrs Jones, NHS number 943 476 5919"})
		wantKind(t, err, countersign.Invalid)
	})
}

func TestTheThreeAreToldAFortnightBeforeAReviewIsDueAndEveryWeekWhenItIsOverdue(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		l, err := h.svc.ProgressReviews(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, 0)
		told := 0 // mails come back when their lease has ended
		at := func(d countersign.Date) int {
			t.Helper()
			h.clock.Set(d.Start().Add(9 * time.Hour))
			wantKind(t, h.svc.EnqueueReviewChase(t.Context()), 0)
			wantKind(t, h.svc.EnqueueReviewChase(t.Context()), 0)
			before := told
			told = h.notices(t)[string(service.NoticeReviewDue)]
			return told - before
		}
		if n := at(l.DueOn.AddDays(-15)); n != 0 {
			t.Errorf("%d mails 15 days before, want none", n)
		}
		everybody := at(l.DueOn.AddDays(-14))
		if everybody < 4 {
			t.Errorf("%d mails, want the apprentice, both mentors and the hub lead (of each apprenticeship)", everybody)
		}
		for _, c := range []struct{ days, want int }{{-1, 0}, {0, 0}, {1, everybody}, {3, 0}, {8, everybody}} {
			if n := at(l.DueOn.AddDays(c.days)); n != c.want {
				t.Errorf("%d mails %d days after, want %d", n, c.days, c.want)
			}
		}
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.Mentor, h.Manager, h.HubLead} {
			due, err := h.svc.ReviewsDue(t.Context(), h.as(t, p))
			wantKind(t, err, 0)
			if len(due) != 1 || due[0].Apprenticeship != h.App.ID || due[0].DueOn != l.DueOn {
				t.Errorf("%s: due = %+v", p.Name, due)
			}
		}
		overdue, err := h.svc.OverdueReviews(t.Context(), h.as(t, h.OtherHubLead), []countersign.ApprenticeshipID{h.App.ID})
		if err != nil || len(overdue) != 0 {
			t.Errorf("another hub sees %v, %v", overdue, err)
		}
		letter := service.Notice{Kind: service.NoticeReviewDue, To: h.GP.ID, Apprenticeship: h.App.ID, Day: l.DueOn.String()}
		if got, err := h.svc.Letter(t.Context(), letter); err != nil || got.DueOn != l.DueOn {
			t.Errorf("letter = %+v, %v", got, err)
		}
		number := h.held(t)
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.HubLead} {
			wantKind(t, h.signReview(t, p, number), 0)
		}
		if _, err := h.svc.Letter(t.Context(), letter); err == nil {
			t.Error("a review that was held meanwhile is still asked for")
		}
	})
}

func TestEachSideFillsInItsOwnColumnOfTheSkillsScan(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		scan := func(p countersign.Person) service.SkillsScan {
			t.Helper()
			s, err := h.svc.SkillsScan(t.Context(), h.as(t, p), h.App.ID)
			wantKind(t, err, 0)
			return s
		}
		levels := map[string]string{}
		for _, c := range scan(h.Apprentice).Framework.Competencies() {
			levels[c.Code] = countersign.NoExperience
		}
		save := func(p countersign.Person, version int, in service.SkillsScanInput) error {
			return h.svc.SaveSkillsScan(t.Context(), h.as(t, p), h.App.ID, version, in)
		}
		wantKind(t, save(h.Manager, 0, service.SkillsScanInput{}), countersign.Forbidden)
		wantKind(t, save(h.OtherApprentice, 0, service.SkillsScanInput{}), countersign.NotFound)
		wantKind(t, save(h.Apprentice, 0, service.SkillsScanInput{Levels: map[string]string{"GPA-CL2": "1"}, Finish: true}), countersign.Invalid)
		wantKind(t, save(h.Apprentice, 0, service.SkillsScanInput{Levels: map[string]string{"GPA-CL2": "1"}}), 0)
		if err := save(h.Apprentice, 0, service.SkillsScanInput{}); !service.IsStale(err) {
			t.Errorf("an older page changed the scan: %v", err)
		}
		wantKind(t, save(h.Apprentice, 1, service.SkillsScanInput{Levels: levels, Finish: true}), 0)
		wantKind(t, save(h.Apprentice, 2, service.SkillsScanInput{Levels: levels}), countersign.Conflict)
		wantKind(t, save(h.GP, 0, service.SkillsScanInput{Levels: map[string]string{"GPA-CL2": "2"}}), 0)
		got := scan(h.HubLead)
		if mine, theirs := got.Sides[countersign.ApprenticeScan], got.Sides[countersign.SupervisorScan]; mine.FinishedOn != h.today() || mine.Levels["GPA-CL2"] != countersign.NoExperience || theirs.Levels["GPA-CL2"] != "2" || theirs.ByName != h.GP.Name || got.Mine != "" {
			t.Errorf("scan = %+v", got.Sides)
		}
	})
}

func TestPriorLearningLowersTheHoursAndSignsNothingOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := service.PriorLearningInput{Title: "Phlebotomy course", Provider: "City College", On: h.App.StartOn.AddDays(-100), Minutes: 600, Competencies: []string{"GPA-CL2"}}
		list := func(p countersign.Person) service.PriorLearningList {
			t.Helper()
			l, err := h.svc.PriorLearning(t.Context(), h.as(t, p), h.App.ID)
			wantKind(t, err, 0)
			return l
		}
		_, err := h.svc.ClaimPriorLearning(t.Context(), h.as(t, h.GP), h.App.ID, in)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.ClaimPriorLearning(t.Context(), h.as(t, h.Apprentice), h.App.ID, service.PriorLearningInput{})
		wantKind(t, err, countersign.Invalid)
		bad := in
		bad.Evidence = h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2")).ID
		_, err = h.svc.ClaimPriorLearning(t.Context(), h.as(t, h.Apprentice), h.App.ID, bad)
		wantKind(t, err, countersign.Invalid)
		piece := h.observation("", "GPA-CL2")
		piece.Kind, piece.Details, piece.PriorLearning, piece.OccurredOn = countersign.Certificate, map[string]string{"provider": "City College"}, true, in.On
		in.Evidence = h.submitted(t, piece).ID
		h.notices(t)
		id, err := h.svc.ClaimPriorLearning(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
		wantKind(t, err, 0)
		status := h.summary(t, "GPA-CL2").Status
		decide := func(p countersign.Person, d service.PriorLearningDecision) error {
			return h.svc.DecidePriorLearning(t.Context(), h.as(t, p), h.App.ID, id, 1, d)
		}
		wantKind(t, decide(h.Mentor, service.PriorLearningDecision{Decision: "accept"}), countersign.Forbidden)
		wantKind(t, decide(h.GP, service.PriorLearningDecision{Decision: "decline"}), countersign.Invalid)
		wantKind(t, decide(h.GP, service.PriorLearningDecision{Decision: "accept"}), 0)
		if err := decide(h.GP, service.PriorLearningDecision{Decision: "accept"}); !service.IsStale(err) {
			t.Errorf("decided twice: %v", err)
		}
		wantKind(t, h.svc.WithdrawPriorLearning(t.Context(), h.as(t, h.Apprentice), h.App.ID, id, 0), countersign.Conflict)
		if got := list(h.GP); got.Minutes != 600 || got.Claims[0].EvidenceTitle == "" {
			t.Errorf("claims = %+v", got.Claims)
		}
		if got := list(h.HubLead); got.Claims[0].EvidenceTitle != "" || got.Claims[0].Evidence != "" {
			t.Errorf("a hub lead reads about evidence: %+v", got.Claims[0])
		}
		if got := h.notices(t); got["prior_learning_claimed"] != 1 || got["prior_learning_decided"] != 1 {
			t.Errorf("mails = %v", got)
		}
		if now := h.summary(t, "GPA-CL2").Status; now != status {
			t.Errorf("accepting made the competency %s, it was %s", now, status)
		}
	})
}
