package service_test

import (
	"encoding/json"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

func (h *house) programme(t *testing.T) service.Programme {
	t.Helper()
	p, err := h.svc.Programme(t.Context(), h.as(t, h.HubLead), h.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// notices empties the outbox and counts the mails by kind.
func (h *house) notices(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	wantKind(t, h.store.Write(t.Context(), func(tx *store.Tx) error {
		jobs, err := tx.ClaimJobs(100, time.Minute)
		for _, j := range jobs {
			var n service.Notice
			if err := json.Unmarshal(j.Payload, &n); err != nil {
				return err
			}
			counts[string(n.Kind)]++
		}
		return err
	}), 0)
	return counts
}

// add makes somebody with one role.
func (h *house) add(t *testing.T, email string, role countersign.MemberRole, at countersign.Organisation) countersign.Person {
	t.Helper()
	var p countersign.Person
	wantKind(t, h.store.Write(t.Context(), func(tx *store.Tx) (err error) {
		if p, err = tx.AddPerson(countersign.Person{Name: email, Email: email}); err != nil {
			return err
		}
		_, err = tx.AddMembership(countersign.Membership{Person: p.ID, Organisation: at.ID, Role: role, From: h.today()})
		return err
	}), 0)
	return p
}

func TestAnApplicationWaitsForTheHubWhichAcceptsOrDeclines(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.enrolment()
		in.Apply, in.FundingYear = true, "2026-27"
		app, err := h.svc.Enrol(t.Context(), h.as(t, h.Manager), in)
		wantKind(t, err, 0)
		if app.State != countersign.Applied || app.FundingYear != "2026-27" {
			t.Fatalf("applied: %+v", app)
		}
		if n := len(h.notices(t)); n != 0 {
			t.Errorf("%d mails before the hub has decided, want none", n)
		}
		tasks, err := h.svc.ProgrammeTasks(t.Context(), h.as(t, h.HubLead))
		wantKind(t, err, 0)
		if len(tasks) != 1 || tasks[0].Event != countersign.AcceptApplication || tasks[0].Apprenticeship != app.ID || tasks[0].Since != h.today() {
			t.Errorf("tasks = %+v, want the application", tasks)
		}
		if tasks, err = h.svc.ProgrammeTasks(t.Context(), h.as(t, h.OtherHubLead)); err != nil || len(tasks) != 0 {
			t.Errorf("another hub sees %+v, %v", tasks, err)
		}
		dates := service.AcceptInput{StartDate: in.StartDate, PlannedEndDate: in.PlannedEndDate}
		_, err = h.svc.AcceptApplication(t.Context(), h.as(t, h.Manager), app.ID, 0, dates)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.AcceptApplication(t.Context(), h.as(t, h.OtherHubLead), app.ID, 0, dates)
		wantKind(t, err, countersign.NotFound)
		app, err = h.svc.AcceptApplication(t.Context(), h.as(t, h.HubLead), app.ID, app.Version, dates)
		wantKind(t, err, 0)
		if app.State != countersign.Active {
			t.Errorf("accepted: %+v", app)
		}
		if got := h.notices(t); got["invited"] != 1 || got["programme"] != 2 {
			t.Errorf("mails = %v, want the apprentice invited and told, and the GP supervisor told", got)
		}
		_, err = h.svc.DeclineApplication(t.Context(), h.as(t, h.HubLead), app.ID, 0, service.DeclineInput{Reason: "No places"})
		wantKind(t, err, countersign.Conflict)
	})
}

func TestABreakStopsTheRecordAndMovesTheEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		before := h.programme(t).Apprenticeship
		on := h.today().AddDays(-10)
		in := service.BreakInput{On: on, ReturnExpected: on.AddDays(60), Reason: "Family"}
		_, err := h.svc.StartBreak(t.Context(), h.as(t, h.GP), h.App.ID, 0, in)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.StartBreak(t.Context(), h.as(t, h.Manager), h.App.ID, before.Version+1, in)
		if !service.IsStale(err) {
			t.Errorf("an older page changed the programme: %v", err)
		}
		_, err = h.svc.StartBreak(t.Context(), h.as(t, h.Manager), h.App.ID, before.Version, in)
		wantKind(t, err, 0)
		_, err = h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, h.observation(h.Mentor.Email, "GPA-CL2"))
		wantKind(t, err, countersign.Conflict)
		h.clock.Advance(60 * 24 * time.Hour)
		tasks, err := h.svc.ProgrammeTasks(t.Context(), h.as(t, h.HubLead))
		wantKind(t, err, 0)
		if len(tasks) != 1 || tasks[0].Event != countersign.ReturnFromBreak {
			t.Errorf("tasks = %+v, want the return that is overdue", tasks)
		}
		app, err := h.svc.ReturnFromBreak(t.Context(), h.as(t, h.Manager), h.App.ID, 0, service.ReturnInput{On: on.AddDays(60)})
		wantKind(t, err, 0)
		if want := before.PlannedEndOn.AddDays(60); app.PlannedEndOn != want || app.State != countersign.Active {
			t.Errorf("%s, planned end %s, want %s", app.State, app.PlannedEndOn, want)
		}
		if got := h.programme(t).Changes; len(got) != 2 || got[0].Reason != "Family" || got[0].ByName != h.Manager.Name || got[1].Event != countersign.ReturnFromBreak {
			t.Errorf("history = %+v", got)
		}
		_, err = h.svc.Programme(t.Context(), h.as(t, h.OtherGP), h.App.ID)
		wantKind(t, err, countersign.NotFound)
	})
}

func TestTheHubDecidesAnExtensionOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var err error
		if h.App, err = h.svc.Enrol(t.Context(), h.as(t, h.Manager), h.enrolment()); err != nil {
			t.Fatal(err)
		}
		p := h.programme(t)
		in := service.ExtensionInput{PlannedEndDate: p.LatestEnd, Progress: "Half done", Reason: "Long illness", Support: "A tutorial a week"}
		wantKind(t, h.svc.AskExtension(t.Context(), h.as(t, h.Mentor), h.App.ID, 0, in), countersign.Forbidden)
		wantKind(t, h.svc.AskExtension(t.Context(), h.as(t, h.GP), h.App.ID, 0, in), 0)
		wantKind(t, h.svc.AskExtension(t.Context(), h.as(t, h.Manager), h.App.ID, 0, in), countersign.Conflict)
		p = h.programme(t)
		if p.Open == nil || !p.May(countersign.GrantExtension) || p.May(countersign.RequestExtension) {
			t.Fatalf("the hub is not asked: %+v", p)
		}
		decision := service.ExtensionDecision{Request: p.Open.ID, Decision: "grant"}
		_, err = h.svc.DecideExtension(t.Context(), h.as(t, h.Manager), h.App.ID, 0, decision)
		wantKind(t, err, countersign.Forbidden)
		another := service.ExtensionDecision{Request: countersign.ChangeID(h.App.ID), Decision: "grant"} // a page of another request
		if _, err = h.svc.DecideExtension(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, another); !service.IsStale(err) {
			t.Errorf("another request was decided: %v", err)
		}
		app, err := h.svc.DecideExtension(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, decision)
		wantKind(t, err, 0)
		if app.PlannedEndOn != p.LatestEnd || app.OriginalEndOn == p.LatestEnd {
			t.Errorf("planned end %s, at first %s; want it extended to %s", app.PlannedEndOn, app.OriginalEndOn, p.LatestEnd)
		}
		if _, err = h.svc.DecideExtension(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, decision); !service.IsStale(err) {
			t.Errorf("decided twice: %v", err)
		}
	})
}

func TestAMoveBringsOtherMentorsAndKeepsTheRecord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		piece := h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		in := service.MoveInput{Practice: h.OtherPractice.Code, GPSupervisor: h.OtherGP.Email, SecondaryMentor: h.GP.Email, Reason: "Moved house"}
		_, err := h.svc.MoveApprentice(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, in)
		wantKind(t, err, countersign.Invalid) // Dr Bell is no mentor there
		in.SecondaryMentor = h.add(t, "new-nurse@example.org", countersign.SecondaryMentorMember, h.OtherPractice).Email
		_, err = h.svc.MoveApprentice(t.Context(), h.as(t, h.Manager), h.App.ID, 0, in)
		wantKind(t, err, countersign.Forbidden)
		app, err := h.svc.MoveApprentice(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, in)
		wantKind(t, err, 0)
		if app.PracticeCode != h.OtherPractice.Code {
			t.Errorf("practice %s, want %s", app.PracticeCode, h.OtherPractice.Code)
		}
		_, err = h.svc.Apprenticeship(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, countersign.NotFound)
		page, err := h.svc.Evidence(t.Context(), h.as(t, h.OtherGP), piece.ID)
		wantKind(t, err, 0)
		if page.Evidence.State != countersign.Accepted {
			t.Errorf("the piece is %s at the new practice", page.Evidence.State)
		}
		p, err := h.svc.Programme(t.Context(), h.as(t, h.OtherHubLead), h.App.ID)
		wantKind(t, err, 0)
		if c := p.Changes[len(p.Changes)-1]; c.PracticeNames != [2]string{h.Practice.Name, h.OtherPractice.Name} {
			t.Errorf("moved from and to %q", c.PracticeNames)
		}
	})
}

func TestWithdrawingKeepsTheLastDayThatAnEntryProves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor) // of yesterday
		_, err := h.svc.WithdrawApprentice(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, service.LeaveInput{LastLearningOn: h.today(), Reason: "Left"})
		wantKind(t, err, countersign.Invalid)
		app, err := h.svc.WithdrawApprentice(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, service.LeaveInput{Reason: "Left"})
		wantKind(t, err, 0)
		if app.LastLearningOn != h.today().AddDays(-1) {
			t.Errorf("last day of learning %s, want yesterday", app.LastLearningOn)
		}
		h.clock.Advance(40 * 24 * time.Hour)
		app, err = h.svc.RestartApprenticeship(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, service.RestartInput{PlannedEndDate: h.today().AddMonths(3), Reason: "Back"})
		wantKind(t, err, 0)
		if app.State != countersign.Active || app.BreakDays != 40 {
			t.Errorf("%s after %d days away", app.State, app.BreakDays)
		}
	})
}
