package jobs_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/jobs"
	"countersign/internal/mail"
	"countersign/internal/service"
	"countersign/internal/store"
)

// mailBoard has a hub's report mailed to its lead.
func (o *office) mailBoard(t *testing.T, by, to countersign.Person) countersign.BoardMail {
	t.Helper()
	actor, err := o.svc.Actor(t.Context(), by.ID, o.proof())
	if err != nil {
		t.Fatal(err)
	}
	m, err := o.svc.MailBoardReport(t.Context(), actor, o.Hub.Code, service.BoardMailInput{Email: to.Email})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// nextMonth moves the clock to 8am on the first day of the next month.
func (o *office) nextMonth() countersign.Month {
	m := countersign.MonthOf(countersign.LondonDate(o.clock.Now()))
	o.clock.Set(m.Last().AddDays(1).Start().Add(8 * time.Hour))
	return m
}

// boards are those of the mails that are about a board report.
func boards(mails []mail.Message) (out []mail.Message) {
	for _, m := range mails {
		if strings.Contains(strings.ToLower(m.Subject), "board report") {
			out = append(out, m)
		}
	}
	return out
}

func TestABoardReportIsMailedOnceAMonthHoweverManyServersAsk(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.mailBoard(t, o.HubLead, o.HubLead)
		if sent := boards(o.work(t)); len(sent) != 0 {
			t.Errorf("before the month's end %v were sent", sent)
		}
		month := o.nextMonth()
		o.post.err = errUnreachable(t)
		if sent := o.work(t); len(sent) != 0 {
			t.Fatal("a mail server that is away took a mail")
		}
		o.post.err = nil
		o.clock.Advance(3 * time.Hour)
		sent := boards(o.work(t))
		if len(sent) != 1 || sent[0].To != o.HubLead.Email || sent[0].Unsubscribe != "https://example.org/stop-mail/"+m.StopToken ||
			!strings.Contains(sent[0].Text, "https://example.org/reports/"+o.Hub.Code+"/report.pdf?month="+month.String()) || !strings.Contains(sent[0].Subject, month.Long()) {
			t.Fatalf("sent %+v", sent)
		}
		another := jobs.New(o.worker.Config)
		for range 3 {
			o.clock.Advance(24 * time.Hour)
			if err := another.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			if sent := boards(o.work(t)); len(sent) != 0 {
				t.Errorf("sent again: %v", sent)
			}
		}
		o.mailBoard(t, o.HubLead, o.RegionLead)
		o.clock.Advance(24 * time.Hour)
		if sent := boards(o.work(t)); len(sent) != 0 {
			t.Errorf("a report of before it was asked for was sent: %v", sent)
		}
		if err := o.svc.Unsubscribe(t.Context(), m.StopToken); err != nil {
			t.Fatal(err)
		}
		o.nextMonth()
		if sent := boards(o.work(t)); len(sent) != 1 || sent[0].To != o.RegionLead.Email {
			t.Errorf("the next month %v were sent, want one to the region's lead", sent)
		}
	})
}

func TestWhoMayNotSeeAReportAnyMoreGetsNoneAndWhoeverSetItIsTold(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		reader := o.Person(t, "Second lead", "second@example.org", countersign.HubLead, o.Hub)
		o.mailBoard(t, o.HubLead, reader)
		o.endRoles(t, reader)
		o.nextMonth()
		sent := boards(o.work(t))
		if len(sent) != 1 || sent[0].To != o.HubLead.Email || !strings.Contains(sent[0].Text, "They may not see it any more") {
			t.Fatalf("sent %+v, want one to whoever set it", sent)
		}
		o.nextMonth()
		if sent := boards(o.work(t)); len(sent) != 0 {
			t.Errorf("the next month %v were sent", sent)
		}
	})
}

// endRoles ends all that somebody is.
func (o *office) endRoles(t *testing.T, p countersign.Person) {
	t.Helper()
	if err := o.store.Write(t.Context(), func(tx *store.Tx) error {
		held, err := tx.Memberships(p.ID)
		if err != nil {
			return err
		}
		for _, m := range held {
			if err := tx.EndMembership(m.Membership, tx.Today()); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
