package pack_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/transfer"
)

// moved receives h's apprenticeship in another installation, where it is
// accepted, and returns that and what was received.
func (h *house) moved(t *testing.T) (*house, countersign.Received, []byte) {
	t.Helper()
	h.lived(t)
	data, there := h.exported(t, h.as(t, h.Apprentice), h.App.ID), h.elsewhere(t)
	got, _, err := there.receive(t, there.as(t, there.Manager), data)
	if err != nil {
		t.Fatal(err)
	}
	return there, got, data
}

func (h *house) decide(t *testing.T, p countersign.Person, r countersign.Received, event countersign.ReceivedEvent, reason string) error {
	t.Helper()
	_, err := h.svc.DecideReceived(t.Context(), h.as(t, p), service.DecideReceivedInput{Package: r.ID, Version: r.Version, Event: event, Reason: reason})
	return err
}

func TestAnAcceptedPortfolioIsARecordWithItsChainsAndItsOrigin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		there, got, _ := h.moved(t)
		// Asha Patel of that world holds an active apprenticeship on the framework already.
		if err := there.decide(t, there.GP, got, countersign.AcceptPackage, ""); countersign.KindOf(err) != countersign.Conflict {
			t.Fatalf("a second active apprenticeship: %v, want Conflict", err)
		}
		there.rename(t, there.Apprentice, "another@example.org")
		if err := there.decide(t, there.GP, got, countersign.AcceptPackage, ""); err != nil {
			t.Fatal(err)
		}
		before, err := h.svc.Portfolio(t.Context(), h.as(t, h.GP), h.App.ID)
		if err != nil {
			t.Fatal(err)
		}
		after, err := there.svc.Portfolio(t.Context(), there.as(t, there.GP), h.App.ID)
		if err != nil {
			t.Fatal(err)
		}
		was, is := before.Register(), after.Register()
		if len(is) != len(was) || len(is) == 0 {
			t.Fatalf("%d decisions became %d", len(was), len(is))
		}
		for i := range is {
			if is[i].Leaf != was[i].Leaf || is[i].Canonical != was[i].Canonical || is[i].AssessorName != was[i].AssessorName {
				t.Errorf("decision %s became another", was[i].ID)
			}
			if was[i].Origin != "" || is[i].Origin != h.packer.URL {
				t.Errorf("made at %q, want %q", is[i].Origin, h.packer.URL)
			}
		}
		if before.Apprenticeship.Progress != after.Apprenticeship.Progress || len(before.Pieces) != len(after.Pieces) {
			t.Errorf("progress %+v became %+v, %d pieces %d", before.Apprenticeship.Progress, after.Apprenticeship.Progress, len(before.Pieces), len(after.Pieces))
		}
		if after.Apprenticeship.PracticeCode != there.Practice.Code || after.Apprenticeship.ApprenticeEmail != h.Apprentice.Email {
			t.Errorf("it is %+v", after.Apprenticeship)
		}
		for _, n := range after.Namings {
			if holds := n.To.IsZero(); holds != (n.Person == there.GP.ID) {
				t.Errorf("%s, %s, holds: %t", n.PersonName, n.Role, holds)
			}
		}
		// It goes on here, and travels on with both origins.
		again := there.exported(t, there.as(t, there.GP), h.App.ID)
		p, err := transfer.Open(bytes.NewReader(again), int64(len(again)))
		if err != nil {
			t.Fatal(err)
		}
		origins := map[string]bool{}
		p.Document.Each("people", func(get transfer.Getter) { origins[get.Text("origin")] = true })
		if !origins[h.packer.URL] || !origins[there.packer.URL] {
			t.Errorf("origins %v", origins)
		}
		if err := there.decide(t, there.GP, got, countersign.DeclinePackage, "No"); countersign.KindOf(err) != countersign.Conflict {
			t.Errorf("decided twice: %v", err)
		}
	})
}

// GP supervisors of the practice get a mail that a portfolio waits for them;
// those who were brought by it get none from here.
func TestThoseWhoDecideAreToldOfAPortfolioThatWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		there, got, data := h.moved(t)
		if _, again, err := there.receive(t, there.as(t, there.Manager), data); err != nil || !again {
			t.Fatalf("a second time: %t, %v", again, err)
		}
		jobs, err := there.svc.ClaimJobs(t.Context(), 100, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		var told []service.Notice
		for _, job := range jobs {
			var n service.Notice
			if err := json.Unmarshal(job.Payload, &n); err != nil {
				t.Fatal(err)
			}
			if n.Kind == service.NoticeReceived {
				told = append(told, n)
			}
		}
		if len(told) != 1 || told[0].To != there.GP.ID || told[0].Received != got.ID {
			t.Fatalf("told %+v, want the GP once", told)
		}
		l, err := there.svc.Letter(t.Context(), told[0])
		if err != nil || l.To.Email != there.GP.Email || l.Apprentice != "Asha Patel" || l.Practice != there.Practice.Name {
			t.Errorf("Letter() = %+v, %v", l, err)
		}
		there.rename(t, there.Apprentice, "another@example.org")
		if err := there.decide(t, there.GP, got, countersign.AcceptPackage, ""); err != nil {
			t.Fatal(err)
		}
		for _, n := range []service.Notice{told[0], {Kind: service.NoticeProgramme, To: h.GP.ID, Apprenticeship: h.App.ID}} {
			if _, err := there.svc.Letter(t.Context(), n); !errors.Is(err, service.ErrNothingToSay) {
				t.Errorf("%s: %v, want nothing to say", n.Kind, err)
			}
		}
	})
}

// rename gives somebody another e-mail address.
func (h *house) rename(t *testing.T, p countersign.Person, email string) {
	t.Helper()
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		p.Email = email
		_, err := tx.ChangePerson(p, p.Version)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyComesInAsSomebodyFromElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		there, got, _ := h.moved(t)
		there.rename(t, there.Apprentice, "another@example.org")
		if err := there.decide(t, there.GP, got, countersign.AcceptPackage, ""); err != nil {
			t.Fatal(err)
		}
		// The GP there has the e-mail address of the GP here, and is somebody else.
		if here, err := there.svc.Portfolio(t.Context(), there.as(t, there.GP), h.App.ID); err != nil || here.Register()[0].Assessor != h.GP.ID || h.GP.ID == there.GP.ID {
			t.Errorf("a decision from elsewhere is %s's, %v", here.Register()[0].Assessor, err)
		}
		if err := there.store.Write(t.Context(), func(tx *store.Tx) error {
			p, err := tx.Person(h.GP.ID)
			if err != nil || !strings.HasSuffix(p.Email, "@elsewhere.invalid") {
				t.Errorf("the GP from elsewhere is %+v, %v", p, err)
			}
			p.Email = "mine@example.org"
			if _, err := tx.ChangePerson(p, p.Version); err == nil {
				t.Error("somebody from elsewhere got an address")
			}
			if err := tx.SetPassword(h.GP.ID, "phc"); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("somebody from elsewhere got a password: %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestACertificateSaysThatTheProgrammeWasCompletedElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		permit := h.Permit(t, h.HubLead, authz.ChangeApprenticeship, h.App)
		if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
			app, err := tx.Apprenticeship(permit)
			if err != nil {
				return err
			}
			app.State, app.EndedOn = countersign.CompletedProgramme, h.today()
			_, err = tx.ChangeApprenticeship(permit, app, app.Version)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		there := h.elsewhere(t)
		got, _, err := there.receive(t, there.as(t, there.Manager), h.exported(t, h.as(t, h.Apprentice), h.App.ID))
		if err != nil {
			t.Fatal(err)
		}
		if err := there.decide(t, there.GP, got, countersign.AcceptPackage, ""); err != nil {
			t.Fatal(err)
		}
		completedAt := func(at *house, want string) {
			t.Helper()
			if c, err := at.svc.Certificate(t.Context(), at.as(t, at.GP), h.App.ID); err != nil || c.Elsewhere != want {
				t.Errorf("completed at %q, %v; want %q", c.Elsewhere, err, want)
			}
		}
		completedAt(h, "")
		completedAt(there, h.packer.URL)
		permit = there.Permit(t, there.HubLead, authz.ChangeApprenticeship, h.App)
		if err := there.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.AddChange(permit, countersign.Change{Event: countersign.CompleteApprenticeship, From: countersign.Active, To: countersign.CompletedProgramme, On: tx.Today(), ByRole: countersign.LeadOfHub})
		}); err != nil {
			t.Fatal(err)
		}
		completedAt(there, "") // by somebody there
	})
}

// A package can't take the number of a version that its publisher hasn't brought
// here yet.
func TestAVersionThatIsNewHereIsLoadedByTheOperatorFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		_, source := storetest.Framework(t)
		next := bytes.Replace(source, []byte("version: 1.0.0"), []byte("version: 9.0.0"), 1)
		if _, err := h.svc.LoadFramework(t.Context(), h.svc.Operator(), "next.yaml", next); err != nil {
			t.Fatal(err)
		}
		in := service.VersionInput{Framework: h.Framework.ID, From: h.Framework.Version, To: "9.0.0"}
		if out, err := h.svc.ChangeVersions(t.Context(), h.as(t, h.HubLead), in, 0); err != nil || out.Moved == 0 {
			t.Fatalf("moved %+v, %v", out, err)
		}
		there, got, _ := h.moved(t)
		there.rename(t, there.Apprentice, "another@example.org")
		if err := there.decide(t, there.GP, got, countersign.AcceptPackage, ""); countersign.KindOf(err) != countersign.Conflict || !strings.Contains(countersign.MessageOf(err), "version 9.0.0") {
			t.Fatalf("on a version that isn't here: %v", err)
		}
		if _, err := there.svc.Framework(t.Context(), h.Framework.ID, "9.0.0"); countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("the version came with the package: %v", err)
		}
		if _, err := there.svc.LoadFramework(t.Context(), there.svc.Operator(), "next.yaml", next); err != nil {
			t.Fatal(err)
		}
		if err := there.decide(t, there.GP, got, countersign.AcceptPackage, ""); err != nil {
			t.Errorf("once it is loaded: %v", err)
		}
	})
}

func TestADeclinedPortfolioLeavesOnlyTheDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		there, got, data := h.moved(t)
		if err := there.decide(t, there.GP, got, countersign.DeclinePackage, " "); countersign.KindOf(err) != countersign.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		stale := got
		stale.Version = 9
		if err := there.decide(t, there.GP, stale, countersign.DeclinePackage, "No"); !service.IsStale(err) {
			t.Errorf("at another version: %v", err)
		}
		if err := there.decide(t, there.GP, got, countersign.DeclinePackage, "Not ours"); err != nil {
			t.Fatal(err)
		}
		p, err := there.svc.ReceivedPackage(t.Context(), there.as(t, there.GP), got.ID)
		if err != nil || p.State != countersign.PackageDeclined || p.Reason != "Not ours" || p.Document != nil {
			t.Errorf("declined %+v, %v", p.Received, err)
		}
		if used := there.inUse(t); used != 0 {
			t.Errorf("%d files are still in use", used)
		}
		if _, again, err := there.receive(t, there.as(t, there.Manager), data); err != nil || !again {
			t.Errorf("the same again: %t, %v", again, err)
		}
	})
}

// inUse counts the content that something refers to: what a day leaves.
func (h *house) inUse(t *testing.T) int {
	t.Helper()
	h.clock.Advance(25 * time.Hour)
	if err := h.svc.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h.objects(t)
}

func TestOnlyAGPSupervisorOfThePracticeDecides(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		there, got, _ := h.moved(t)
		for _, tc := range []struct {
			who  countersign.Person
			want countersign.Kind
		}{
			{there.Manager, countersign.Forbidden}, {there.HubLead, countersign.Forbidden}, {there.Admin, countersign.NotFound},
			{there.Mentor, countersign.NotFound}, {there.OtherGP, countersign.NotFound}, {there.OtherHubLead, countersign.NotFound}, {there.Apprentice, countersign.NotFound},
		} {
			if err := there.decide(t, tc.who, got, countersign.AcceptPackage, ""); countersign.KindOf(err) != tc.want {
				t.Errorf("%s: %v, want kind %v", tc.who.Name, err, tc.want)
			}
		}
		if p, err := there.svc.ReceivedPackage(t.Context(), there.as(t, there.Manager), got.ID); err != nil || p.Document != nil {
			t.Errorf("a manager reads the record: %v", err)
		}
		if p, err := there.svc.ReceivedPackage(t.Context(), there.as(t, there.GP), got.ID); err != nil || p.Document == nil || p.Framework.ID != "gpa-combined" {
			t.Errorf("a GP doesn't read the record: %v", err)
		}
		for _, p := range []countersign.Person{there.OtherGP, there.Apprentice, there.Mentor} {
			if _, err := there.svc.ReceivedPackage(t.Context(), there.as(t, p), got.ID); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("%s: %v, want NotFound", p.Name, err)
			}
		}
	})
}
