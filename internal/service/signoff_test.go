package service_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
)

func TestNurseAcceptsAndGPSigns(t *testing.T) { // S3, S4
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		so, after, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		if after.Status != countersign.SignedOff || so.Awaits != "" {
			t.Errorf("status = %s, awaits %q; want signed off", after.Status, so.Awaits)
		}
		if so.AssessorName != h.GP.Name || so.AssessorRole != countersign.GPSupervisor || so.Authentication != authz.ByPasswordCode ||
			so.FrameworkVersion != h.App.FrameworkVersion || so.TextHash == "" || so.Statement == "" || so.Evidence[0].Hash == "" {
			t.Errorf("the record lacks something of what DESIGN section 3 asks for: %+v", so)
		}
		app, err := h.svc.Apprenticeship(t.Context(), h.as(t, h.HubLead), h.App.ID)
		wantKind(t, err, 0)
		if app.SignedOff != 1 || app.CoreSignedOff != 1 {
			t.Errorf("counters = %+v, want one core competency signed off", app.Progress)
		}
	})
}

func TestGPWhoAcceptedEverythingAwaitsTheMentor(t *testing.T) { // S4
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.GP)
		_, after, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		if after.Status != countersign.Assessed || after.Awaits != countersign.SecondPerson {
			t.Fatalf("status = %s awaiting %q, want assessed awaiting a second person", after.Status, after.Awaits)
		}
		_, _, err = h.sign(t, h.GP, "GPA-CL2")
		wantKind(t, err, countersign.Forbidden) // never the same person twice
		so, after, err := h.sign(t, h.Mentor, "GPA-CL2")
		wantKind(t, err, 0)
		if so.Part != countersign.Countersignature || after.Status != countersign.SignedOff {
			t.Errorf("the mentor's decision is a %s and leaves it %s, want a countersignature and signed off", so.Part, after.Status)
		}
	})
}

func TestSigningIsRefused(t *testing.T) { // S1, S2
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		for _, tc := range []struct {
			name string
			by   countersign.Person
			want countersign.Kind
		}{
			{"the apprentice", h.Apprentice, countersign.Forbidden},
			{"a GP of another practice", h.OtherGP, countersign.NotFound},
			{"the hub lead, who may see progress", h.HubLead, countersign.Forbidden},
			{"another hub's lead", h.OtherHubLead, countersign.NotFound},
			{"an assessor who isn't named", h.Assessor, countersign.NotFound},
			{"the practice manager, in a clinical domain", h.Manager, countersign.Forbidden},
		} {
			_, _, err := h.sign(t, tc.by, "GPA-CL2", ids...)
			if got := countersign.KindOf(err); got != tc.want {
				t.Errorf("%s: error = %v, want kind %v", tc.name, err, tc.want)
			}
		}
		_, _, err := h.svc.SignOff(t.Context(), h.as(t, h.GP), service.SignOffInput{
			Apprenticeship: h.App.ID, Competency: "GPA-CL2", Decision: countersign.NotYetCompetent,
		})
		wantKind(t, err, countersign.Invalid) // needs next steps
		_, _, err = h.sign(t, h.GP, "GPA-CL3", ids...)
		wantKind(t, err, countersign.Invalid) // requirement not met
	})
}

func TestStalePageConflictsAndSaysWhatChanged(t *testing.T) { // S7
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		seen := h.summary(t, "GPA-CL2").Version
		h.clock.Advance(time.Hour)
		h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		_, _, err := h.svc.SignOff(t.Context(), h.as(t, h.GP), service.SignOffInput{
			Apprenticeship: h.App.ID, Competency: "GPA-CL2", Version: seen, Decision: countersign.Competent, Level: "3", Evidence: ids,
		})
		wantKind(t, err, countersign.Conflict)
		if want := "“Morning blood pressure clinic” was accepted by Nia Ward since you opened this page"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to say %q", err, want)
		}
	})
}

func TestOfEightWhoSignAtOnceOneWins(t *testing.T) { each(t, signAtOnce) }

func TestOfEightWhoSignAtOnceThroughPgbouncerOneWins(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock()
	signAtOnce(t, newHouse(t, storetest.Open(t, pgcluster.Pooled(t, storetest.Postgres(t)), clock), clock))
}

func signAtOnce(t *testing.T, h *house) {
	t.Helper()
	ids := h.ready(t, "GPA-CL2", h.Mentor)
	in := service.SignOffInput{
		Apprenticeship: h.App.ID, Competency: "GPA-CL2", Version: h.summary(t, "GPA-CL2").Version,
		Decision: countersign.Competent, Level: "3", Evidence: ids,
	}
	gp := h.as(t, h.GP)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, _, errs[i] = h.svc.SignOff(t.Context(), gp, in) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch countersign.KindOf(err) {
		case 0:
			won++
		case countersign.Conflict:
		default:
			t.Errorf("error = %v, want Conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of 8 won, want 1", won)
	}
}

func TestAcceptAndSignInOneStep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		waiting := h.submitted(t, h.observation(h.GP.Email, "GPA-CL4"))
		so, after, err := h.svc.SignOff(t.Context(), h.as(t, h.GP), service.SignOffInput{
			Apprenticeship: h.App.ID, Competency: "GPA-CL4", Decision: countersign.Competent, Level: "3",
			Evidence: []countersign.EvidenceID{waiting.ID},
			Reviews:  []service.ReviewInput{{Evidence: waiting.ID, Version: waiting.Version, Decision: countersign.AcceptEvidence}},
		})
		wantKind(t, err, 0)
		if after.Status != countersign.Assessed || !so.ReliesOn(waiting.ID) {
			t.Errorf("status = %s relying on %v, want assessed on the piece just accepted", after.Status, so.Evidence)
		}
	})
}

func TestAcceptAndSignIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		waiting := h.submitted(t, h.observation(h.GP.Email, "GPA-CL2"))
		_, _, err := h.svc.SignOff(t.Context(), h.as(t, h.GP), service.SignOffInput{
			Apprenticeship: h.App.ID, Competency: "GPA-CL2", Decision: countersign.Competent, Level: "3", // needs more than one piece
			Evidence: []countersign.EvidenceID{waiting.ID},
			Reviews:  []service.ReviewInput{{Evidence: waiting.ID, Decision: countersign.AcceptEvidence}},
		})
		wantKind(t, err, countersign.Invalid)
		page, err := h.svc.Evidence(t.Context(), h.as(t, h.GP), waiting.ID)
		wantKind(t, err, 0)
		if page.Evidence.State != countersign.Submitted {
			t.Errorf("the piece is %s though the decision was refused, want it still submitted", page.Evidence.State)
		}
	})
}

func TestBatchKeepsTheRowsThatWereRight(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ready(t, "GPA-CL2", h.Mentor)
		piece := h.submitted(t, h.observation(h.GP.Email, "GPA-CL3"))
		version := h.summary(t, "GPA-CL2").Version
		results, err := h.svc.DecideBatch(t.Context(), h.as(t, h.GP), []service.BatchRow{
			{SignOffInput: service.SignOffInput{Apprenticeship: h.App.ID, Competency: "GPA-CL2", Version: version, RelyOnAll: true, Decision: countersign.Competent, Level: "3"}},
			{SignOffInput: service.SignOffInput{Apprenticeship: h.App.ID, Competency: "GPA-CL5", Decision: countersign.Competent, Level: "3"}},
			{SignOffInput: service.SignOffInput{Apprenticeship: h.OtherApp.ID, Competency: "GPA-CL2", Decision: countersign.Competent, Level: "3"}},
			{SignOffInput: service.SignOffInput{Apprenticeship: h.App.ID, Reviews: []service.ReviewInput{{Evidence: piece.ID, Decision: countersign.AcceptEvidence}}}},
		})
		wantKind(t, err, 0)
		for i, want := range []countersign.Kind{0, countersign.Invalid, countersign.NotFound, 0} {
			if got := countersign.KindOf(results[i].Err); got != want {
				t.Errorf("row %d: error = %v, want kind %v", i, results[i].Err, want)
			}
		}
		if got := h.summary(t, "GPA-CL2").Status; got != countersign.SignedOff {
			t.Errorf("the row that was right left it %s, want signed off", got)
		}
		_, err = h.svc.DecideBatch(t.Context(), h.as(t, h.GP), make([]service.BatchRow, service.MaxBatch+1))
		wantKind(t, err, countersign.Invalid)
	})
}

func TestWithdrawalConfirmationAndTheQueue(t *testing.T) { // S5, S6
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		so, _, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		h.clock.Advance(time.Hour)
		_, err = h.svc.WithdrawEvidence(t.Context(), h.as(t, h.Apprentice), ids[0], 0, service.WithdrawInput{Reason: "It was somebody else's clinic"})
		wantKind(t, err, 0)
		if got := h.summary(t, "GPA-CL2"); got.Status != countersign.SignedOff || got.Waiting != countersign.WaitConfirm {
			t.Errorf("status %s waiting %q, want signed off and waiting to be confirmed", got.Status, got.Waiting)
		}
		if !h.queued(t, h.GP, countersign.WaitConfirm) || h.queued(t, h.Mentor, countersign.WaitConfirm) {
			t.Error("the confirmation belongs into the GP supervisor's queue alone")
		}
		_, _, err = h.svc.ConfirmSignOff(t.Context(), h.as(t, h.Mentor), so.ID, service.ReasonInput{Reason: "Fine"})
		wantKind(t, err, countersign.Forbidden)
		h.clock.Advance(time.Minute)
		confirmed, after, err := h.svc.ConfirmSignOff(t.Context(), h.as(t, h.GP), so.ID, service.ReasonInput{Reason: "The others carry it"})
		wantKind(t, err, 0)
		if after.Waiting != "" || after.Status != countersign.SignedOff {
			t.Errorf("after confirming: %s waiting %q", after.Status, after.Waiting)
		}
		_, _, err = h.svc.WithdrawSignOff(t.Context(), h.as(t, h.HubLead), so.ID, service.ReasonInput{Reason: "Stale"})
		wantKind(t, err, countersign.Conflict) // a later decision has taken its place
		_, _, err = h.svc.WithdrawSignOff(t.Context(), h.as(t, h.HubLead), confirmed.ID, service.ReasonInput{Reason: " "})
		wantKind(t, err, countersign.Invalid)
		_, after, err = h.svc.WithdrawSignOff(t.Context(), h.as(t, h.HubLead), confirmed.ID, service.ReasonInput{Reason: "Wrong apprentice"})
		wantKind(t, err, 0)
		if after.Status == countersign.SignedOff {
			t.Error("a withdrawn decision still stands")
		}
	})
}

// queued reports whether the person's queue holds something of that type.
func (h *house) queued(t *testing.T, p countersign.Person, kind countersign.WaitingType) bool {
	t.Helper()
	items, err := h.svc.Queue(t.Context(), h.as(t, p), service.QueueFilter{})
	wantKind(t, err, 0)
	for _, item := range items {
		if item.Type == kind {
			return true
		}
	}
	return false
}

func TestDecisionsChainByTheirLeaves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, _, err := h.sign(t, h.GP, "GPA-CL2", h.ready(t, "GPA-CL2", h.Mentor)...)
		wantKind(t, err, 0)
		second, _, err := h.sign(t, h.GP, "GPA-CL4", h.ready(t, "GPA-CL4", h.Mentor)...)
		wantKind(t, err, 0)
		if first.PreviousLeaf != "" || second.PreviousLeaf != first.Leaf || first.Leaf == second.Leaf {
			t.Errorf("leaves %q after %q, and %q after %q: not a chain", first.Leaf, first.PreviousLeaf, second.Leaf, second.PreviousLeaf)
		}
		all, err := h.svc.SignOffs(t.Context(), h.as(t, h.HubLead), h.App.ID)
		wantKind(t, err, 0)
		for _, so := range all { // anybody can recompute a leaf from the row
			d, err := ledger.DecisionOf(so)
			wantKind(t, err, 0)
			if _, leaf, err := ledger.Leaf(d); err != nil || leaf != so.Leaf {
				t.Errorf("recomputed leaf = %s, %v; the row has %s", leaf, err, so.Leaf)
			}
		}
	})
}

func TestSignOffExpiresOnItsDayAndIsRecounted(t *testing.T) { // S8
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		_, after, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		want := h.today().AddMonths(12)
		if after.ExpiresOn != want {
			t.Fatalf("ExpiresOn = %v, want %v", after.ExpiresOn, want)
		}
		h.clock.Set(want.AddDays(1).Start().Add(time.Hour))
		rows, _, err := h.svc.Apprenticeships(t.Context(), h.as(t, h.HubLead), service.ApprenticeshipFilter{})
		wantKind(t, err, 0)
		if len(rows) != 1 || rows[0].SignedOff != 0 {
			t.Errorf("the hub's list counts %+v after the expiry, want none signed off", rows)
		}
		got := h.summary(t, "GPA-CL2")
		if got.Status != countersign.Expired {
			t.Errorf("status = %s, want expired", got.Status)
		}
		if got.Version != after.Version {
			t.Error("time alone gave it a new version: whoever has the page open would be told of a change that nobody made")
		}
	})
}

// Whoever may not read decisions is told by all of them what the renewal
// still lacks.
func TestARenewalLacksTheSameForWhoeverMayNotReadDecisions(t *testing.T) { // S8
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		_, after, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		h.clock.Set(after.ExpiresOn.AddDays(-30).Start().Add(time.Hour))
		for _, who := range []countersign.Person{h.Manager, h.GP} {
			page, err := h.svc.Competency(t.Context(), h.as(t, who), h.App.ID, "GPA-CL2")
			wantKind(t, err, 0)
			if page.Assessment.Met() || len(page.Assessment.Counting) != 0 {
				t.Errorf("%s: %d pieces count, missing %q; want none of the round before", who.Name, len(page.Assessment.Counting), page.Assessment.Missing)
			}
			if who.ID == h.Manager.ID && page.Attainment.Decisions != nil {
				t.Error("a manager reads the decisions of a clinical competency")
			}
		}
	})
}
