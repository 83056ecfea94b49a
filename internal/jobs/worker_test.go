package jobs_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/framework"
	"countersign/internal/jobs"
	"countersign/internal/mail"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// postbox keeps the mails it is given; it fails while err is set.
type postbox struct {
	mails []mail.Message
	err   error
}

func (p *postbox) Send(_ context.Context, m mail.Message) error {
	if p.err == nil {
		p.mails = append(p.mails, m)
	}
	return p.err
}

// office is a worker over a small world.
type office struct {
	*storetest.World
	svc    *service.Service
	store  *store.Store
	clock  *storetest.Clock
	post   *postbox
	worker *jobs.Worker
}

func each(t *testing.T, fn func(t *testing.T, o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		folder, err := files.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = folder.Close() })
		vault := files.NewVault(folder, s.FileKeys())
		o := &office{World: storetest.NewWorld(t, s), store: s, clock: clock, post: &postbox{}}
		o.svc = service.New(service.Config{
			Store: s, Files: vault, Rand: rand.Reader,
			Intake: files.NewIntake(vault, t.TempDir(), service.FileGuard()),
		})
		o.worker = jobs.New(jobs.Config{Service: o.svc, Sender: o.post, URL: "https://example.org", Now: clock.Now, Log: slog.New(slog.DiscardHandler)})
		fn(t, o)
	})
}

// proof is that of somebody who has just typed a password and a code.
func (o *office) proof() authz.Proof {
	return authz.Proof{Method: authz.ByPasswordCode, At: o.clock.Now()}
}

func (o *office) work(t *testing.T) []mail.Message {
	t.Helper()
	if err := o.worker.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := o.post.mails
	o.post.mails = nil
	return sent
}

// submit has the apprentice submit a complete piece.
func (o *office) submit(t *testing.T) countersign.Evidence {
	t.Helper()
	asha, err := o.svc.Actor(t.Context(), o.Apprentice.ID, o.proof())
	if err != nil {
		t.Fatal(err)
	}
	e, err := o.svc.DraftEvidence(t.Context(), asha, o.App.ID, service.EvidenceInput{
		Kind: countersign.WorkProduct, Title: "A secret title", OccurredOn: countersign.LondonDate(o.clock.Now()), Narrative: "What I did", Anonymised: true,
		Details: map[string]string{"product": "A letter"}, Competencies: []service.MappingInput{{Code: "GPA-AD6"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if e, err = o.svc.SubmitEvidence(t.Context(), asha, e.ID, e.Version); err != nil {
		t.Fatal(err)
	}
	return e
}

// decide has one piece accepted by the mentor, and the GP sign the competency
// off on it.
func (o *office) decide(t *testing.T, code string) {
	t.Helper()
	as := func(p countersign.Person) authz.Actor {
		actor, err := o.svc.Actor(t.Context(), p.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		return actor
	}
	e, err := o.svc.DraftEvidence(t.Context(), as(o.Apprentice), o.App.ID, service.EvidenceInput{
		Kind: countersign.ReflectiveAccount, Title: "A secret title", OccurredOn: countersign.LondonDate(o.clock.Now()), Narrative: "What I did",
		Reflection: "What I learnt", Details: map[string]string{"next": "Ask earlier"}, Anonymised: true, Competencies: []service.MappingInput{{Code: code}},
	})
	if err == nil {
		e, err = o.svc.SubmitEvidence(t.Context(), as(o.Apprentice), e.ID, e.Version)
	}
	if err == nil {
		e, err = o.svc.ReviewEvidence(t.Context(), as(o.Mentor), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
	}
	if err == nil {
		_, _, err = o.svc.SignOff(t.Context(), as(o.GP), service.SignOffInput{
			Apprenticeship: o.App.ID, Competency: code, Decision: countersign.Competent, Level: o.Framework.Scale.Threshold, Evidence: []countersign.EvidenceID{e.ID},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) returnPiece(t *testing.T) {
	t.Helper()
	e := o.submit(t)
	nurse, err := o.svc.Actor(t.Context(), o.Mentor.ID, o.proof())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.svc.ReviewEvidence(t.Context(), nurse, service.ReviewInput{Evidence: e.ID, Decision: countersign.ReturnEvidence, Comment: "A private comment"}); err != nil {
		t.Fatal(err)
	}
}

func TestAReturnedPieceIsMailedWithoutItsText(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.returnPiece(t)
		sent := o.work(t)
		var about *mail.Message
		for i := range sent {
			if sent[i].To == o.Apprentice.Email {
				about = &sent[i]
			}
		}
		if about == nil {
			t.Fatalf("mails = %v, want one to the apprentice", sent)
		}
		for _, want := range []string{o.Mentor.Name, "GPA-AD6", "https://example.org/evidence/"} {
			if !strings.Contains(about.Text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, about.Text)
			}
		}
		for _, never := range []string{"private comment", "secret title", "What I did"} {
			if strings.Contains(about.Text+about.Subject, never) {
				t.Errorf("the mail tells %q:\n%s", never, about.Text)
			}
		}
		if again := o.work(t); len(again) != 0 {
			t.Errorf("the mail was sent again: %v", again)
		}
	})
}

func TestAWithdrawnDecisionIsMailedWithoutItsReason(t *testing.T) { // S5
	each(t, func(t *testing.T, o *office) {
		gp, err := o.svc.Actor(t.Context(), o.GP.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		so, _, err := o.svc.SignOff(t.Context(), gp, service.SignOffInput{
			Apprenticeship: o.App.ID, Competency: "GPA-AD6", Decision: countersign.NotYetCompetent, Comment: "Practise the calls",
		})
		if err != nil {
			t.Fatal(err)
		}
		o.work(t)
		if _, _, err = o.svc.WithdrawSignOff(t.Context(), gp, so.ID, service.ReasonInput{Reason: "A private reason"}); err != nil {
			t.Fatal(err)
		}
		sent := o.work(t)
		if len(sent) != 1 || sent[0].To != o.Apprentice.Email {
			t.Fatalf("mails = %v, want one to the apprentice", sent)
		}
		for _, want := range []string{o.GP.Name, "has withdrawn a decision", "GPA-AD6", "/competencies/GPA-AD6"} {
			if !strings.Contains(sent[0].Text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, sent[0].Text)
			}
		}
		if strings.Contains(sent[0].Text+sent[0].Subject, "private reason") {
			t.Errorf("the mail tells the reason:\n%s", sent[0].Text)
		}
	})
}

func TestAChangedProgrammeIsMailedWithoutTheReason(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		manager, err := o.svc.Actor(t.Context(), o.Manager.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		today := countersign.LondonDate(o.clock.Now())
		if _, err := o.svc.StartBreak(t.Context(), manager, o.App.ID, 0, service.BreakInput{On: today, ReturnExpected: today.AddDays(60), Reason: "A private illness"}); err != nil {
			t.Fatal(err)
		}
		sent := o.work(t)
		if len(sent) != 2 {
			t.Fatalf("%d mails, want one to the apprentice and one to the GP supervisor", len(sent))
		}
		for _, m := range sent {
			if m.To != o.Apprentice.Email && m.To != o.GP.Email {
				t.Errorf("a mail to %s", m.To)
			}
			if !strings.Contains(m.Text, "https://example.org/apprenticeships/"+string(o.App.ID)+"/programme") || !strings.Contains(m.Text, o.Apprentice.Name) {
				t.Errorf("the mail doesn't lead to the programme:\n%s", m.Text)
			}
			if strings.Contains(m.Text+m.Subject, "private illness") {
				t.Errorf("the mail tells the reason:\n%s", m.Text)
			}
		}
	})
}

func TestAChangedEmailAddressIsToldToTheOldOne(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		admin, err := o.svc.Actor(t.Context(), o.Admin.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		change := service.ChangePersonInput{Name: o.GP.Name, Email: o.GP.Email, Registration: "GMC 7012345"}
		if _, err := o.svc.ChangePerson(t.Context(), admin, o.GP.ID, 0, change); err != nil {
			t.Fatal(err)
		}
		if sent := o.work(t); len(sent) != 0 {
			t.Errorf("mails = %v, want none while the address stays", sent)
		}
		change.Email = "new.address@example.org"
		if _, err := o.svc.ChangePerson(t.Context(), admin, o.GP.ID, 0, change); err != nil {
			t.Fatal(err)
		}
		sent := o.work(t)
		if len(sent) != 1 || sent[0].To != o.GP.Email || !strings.Contains(sent[0].Subject, "email address was changed") {
			t.Fatalf("mails = %v, want one to %s", sent, o.GP.Email)
		}
		if strings.Contains(sent[0].Text, change.Email) {
			t.Errorf("the mail tells the new address:\n%s", sent[0].Text)
		}
	})
}

func TestADigestGoesOutOnceADayToWhomSomethingWaits(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for _, p := range []countersign.Person{o.GP, o.HubLead} {
			actor, err := o.svc.Actor(t.Context(), p.ID, o.proof())
			if err != nil {
				t.Fatal(err)
			}
			if err := o.svc.SetDigest(t.Context(), actor, 0, true); err != nil {
				t.Fatal(err)
			}
		}
		o.clock.Set(countersign.LondonDate(o.clock.Now()).AddDays(1).Start().Add(6 * time.Hour))
		o.submit(t)
		if sent := o.work(t); len(sent) != 0 {
			t.Errorf("before 7am %v were sent", sent)
		}
		o.clock.Advance(time.Hour)
		sent := o.work(t)
		if len(sent) != 1 || sent[0].To != o.GP.Email || !strings.Contains(sent[0].Text, "https://example.org/queue") {
			t.Errorf("digests = %v, want one to the GP with a link to the queue", sent)
		}
		o.clock.Advance(time.Hour)
		if sent := o.work(t); len(sent) != 0 {
			t.Errorf("a second digest on the same day: %v", sent)
		}
	})
}

func TestADigestSaysThatHoursWaitToBeVerified(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		asha, err := o.svc.Actor(t.Context(), o.Apprentice.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		gp, err := o.svc.Actor(t.Context(), o.GP.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		if err := o.svc.SetDigest(t.Context(), gp, 0, true); err != nil {
			t.Fatal(err)
		}
		entry, err := o.svc.LogHours(t.Context(), asha, o.App.ID, service.HoursInput{
			On: countersign.LondonDate(o.clock.Now()), Minutes: 60, Kind: countersign.Shadowing, Learnt: "A private lesson",
		})
		if err != nil {
			t.Fatal(err)
		}
		tomorrow := func() []mail.Message {
			o.clock.Set(countersign.LondonDate(o.clock.Now()).AddDays(1).Start().Add(8 * time.Hour))
			return o.work(t)
		}
		if sent := tomorrow(); len(sent) != 1 || sent[0].To != o.GP.Email || !strings.Contains(sent[0].Text, "1 entry of hours") ||
			!strings.Contains(sent[0].Text, "https://example.org/hours") || strings.Contains(sent[0].Text, "private") {
			t.Errorf("digests = %+v; want one to the GP that says how many", sent)
		}
		if _, err := o.svc.VerifyHours(t.Context(), gp, entry.ID); err != nil {
			t.Fatal(err)
		}
		if sent := tomorrow(); len(sent) != 0 {
			t.Errorf("digests = %+v; want none when nothing waits", sent)
		}
	})
}

func TestAMailThatCannotBeSentForNowIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.returnPiece(t)
		o.post.err = errUnreachable(t)
		if err := o.worker.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.post.err = nil
		if sent := o.work(t); len(sent) != 0 {
			t.Errorf("it was tried again at once: %v", sent)
		}
		o.clock.Advance(time.Minute)
		if sent := o.work(t); len(sent) != 1 {
			t.Errorf("after a minute %d mails went out, want the one", len(sent))
		}
	})
}

func TestMailsSurviveAMailServerThatIsDownForADay(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.returnPiece(t)
		o.post.err = errUnreachable(t)
		for range 24 * 4 {
			if err := o.worker.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			o.clock.Advance(15 * time.Minute)
		}
		o.post.err = nil
		o.clock.Advance(2 * time.Hour) // it is tried once an hour or so by now
		returned := 0
		for _, m := range o.work(t) {
			if strings.Contains(m.Subject, "returned") || strings.Contains(m.Text, "returned") {
				returned++
			}
		}
		if returned != 1 {
			t.Errorf("after a day without a mail server %d mails about the piece went out, want the one", returned)
		}
	})
}

// slowly is a mail server that takes its time, in which another server works.
type slowly struct {
	*postbox
	took func()
}

func (s slowly) Send(ctx context.Context, m mail.Message) error {
	s.took()
	return s.postbox.Send(ctx, m)
}

func TestNoMailIsSentTwiceHoweverSlowTheMailServerIs(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		if err := o.store.Write(t.Context(), func(tx *store.Tx) error {
			return store.EnqueueAll(tx, service.MailJob, slices.Repeat([]service.Notice{{Kind: service.NoticePasswordChanged, To: o.GP.ID}}, 8))
		}); err != nil {
			t.Fatal(err)
		}
		worker := func(s mail.Sender) *jobs.Worker {
			return jobs.New(jobs.Config{Service: o.svc, Sender: s, URL: "https://example.org", Now: o.clock.Now, Log: slog.New(slog.DiscardHandler)})
		}
		one := worker(slowly{o.post, func() {
			if o.clock.Advance(30 * time.Second); len(o.post.mails) == 6 {
				if err := worker(o.post).Once(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}})
		if err := one.Once(t.Context()); err != nil {
			t.Error(err)
		}
		sent := map[string]int{}
		for _, m := range o.post.mails {
			sent[m.ID]++
		}
		for id, n := range sent {
			if n > 1 {
				t.Errorf("the mail %s went out %d times", id, n)
			}
		}
		if len(sent) != 8 {
			t.Errorf("%d mails went out, want 8", len(sent))
		}
	})
}

// The four days are those since it was to go out, and so is its date.
func TestAMailForALaterDayIsTriedAgainFromThatDayOn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		lead, err := o.svc.Actor(t.Context(), o.HubLead.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		day := countersign.LondonDate(o.clock.Now()).AddDays(10)
		if _, err := o.svc.AddNaming(t.Context(), lead, o.App.ID, service.NamingInput{Email: o.GP.Email, Role: countersign.GPSupervisor, From: day}); err != nil {
			t.Fatal(err)
		}
		o.clock.Set(day.Start())
		o.post.err = errUnreachable(t)
		if err := o.worker.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.post.err = nil
		o.clock.Advance(time.Hour)
		if sent := o.work(t); len(sent) != 1 || sent[0].To != o.GP.Email || !sent[0].Date.Equal(day.Start()) {
			t.Errorf("on its day %+v went out; want the one, of that day", sent)
		}
	})
}

// errUnreachable is what a mail server that isn't there causes.
func errUnreachable(t *testing.T) error {
	t.Helper()
	sender, err := mail.Open("smtp://127.0.0.1:1?tls=off&from=countersign@example.org", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	err = sender.Send(t.Context(), mail.Message{ID: "1", Date: time.Unix(0, 0), To: "a@example.org", Subject: "s", Text: "t"})
	if !mail.IsTemporary(err) {
		t.Fatalf("an unreachable server is no temporary failure: %v", errors.Unwrap(err))
	}
	return err
}

// A new version of the framework is told to each of those who changed, with
// what is checked again; so is the way back.
func TestAChangeOfVersionIsMailedWithWhatIsCheckedAgain(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		const code = "GPA-CA9"
		f := o.Framework
		f.Version, f.SHA256 = "9.0.0", ""
		f.Domains = slices.Clone(f.Domains)
		for i, d := range f.Domains {
			f.Domains[i].Competencies = slices.Clone(d.Competencies)
			for j := range d.Competencies {
				if c := &f.Domains[i].Competencies[j]; c.Code == code || c.Code == "GPA-CL4" {
					c.Requires.Pieces++
				}
			}
		}
		if _, err := o.svc.LoadFramework(t.Context(), o.svc.Operator(), "next.yaml", framework.Document(f).YAML()); err != nil {
			t.Fatal(err)
		}
		o.decide(t, code)
		o.work(t)
		o.clock.Advance(time.Minute)
		lead, err := o.svc.Actor(t.Context(), o.HubLead.ID, o.proof())
		if err != nil {
			t.Fatal(err)
		}
		in := service.VersionInput{Framework: f.ID, From: o.Framework.Version, To: f.Version}
		if _, err := o.svc.ChangeVersions(t.Context(), lead, in, 0); err != nil {
			t.Fatal(err)
		}
		sent := o.work(t)
		if len(sent) != 1 || sent[0].To != o.Apprentice.Email || !strings.Contains(sent[0].Text, "9.0.0") || !strings.Contains(sent[0].Text, code) ||
			strings.Contains(sent[0].Text, "GPA-CL4") {
			t.Errorf("mails = %+v; want one that names %s alone", sent, code)
		}
		o.clock.Advance(time.Minute)
		if err := o.svc.UndoVersion(t.Context(), lead, o.App.ID); err != nil {
			t.Fatal(err)
		}
		if sent := o.work(t); len(sent) != 1 || sent[0].To != o.Apprentice.Email || !strings.Contains(sent[0].Subject, "back on version "+o.Framework.Version) {
			t.Errorf("mails = %+v; want one about the way back", sent)
		}
		// What was overtaken before it was sent isn't said.
		if _, err := o.svc.ChangeVersions(t.Context(), lead, in, 0); err != nil {
			t.Fatal(err)
		}
		o.clock.Advance(time.Minute)
		if err := o.svc.UndoVersion(t.Context(), lead, o.App.ID); err != nil {
			t.Fatal(err)
		}
		if sent := o.work(t); len(sent) != 1 || !strings.Contains(sent[0].Subject, "back on") {
			t.Errorf("mails = %+v; want none of a change that was taken back", sent)
		}
	})
}

func TestALinkIsMailedToWhomTheAddressBelongs(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for _, email := range []string{o.GP.Email, "nobody@example.org"} {
			if err := o.svc.RequestReset(t.Context(), email, service.Origin{}); err != nil {
				t.Fatal(err)
			}
		}
		sent := o.work(t)
		if len(sent) != 1 || sent[0].To != o.GP.Email || !strings.Contains(sent[0].Text, "https://example.org/set-password/") {
			t.Errorf("sent %+v, want one link to %s", sent, o.GP.Email)
		}
		if again := o.work(t); len(again) != 0 {
			t.Errorf("sent again: %+v", again)
		}
	})
}
