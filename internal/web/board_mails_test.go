package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func TestABoardReportIsHadMailedAndStoppedOnItsPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		lead := s.as(t, s.HubLead)
		page := lead.get(lead.get("/reports/TH01", http.StatusOK).link("Board report by email every month"), http.StatusOK).wants("Nobody gets it yet")
		form := page.form("/mails")
		form.with("email", "stranger@example.org").send(http.StatusUnprocessableEntity).wants("Nobody with this email address has an account", "Nobody gets it yet")
		set := form.with("email", s.RegionLead.Email).send(http.StatusOK).wants(s.RegionLead.Name, "gets the report from the end of this month on")
		form.with("email", s.RegionLead.Email).send(http.StatusConflict).wants("gets the report already")
		set.form("/stop").send(http.StatusOK).wants("It is not sent any more", "by somebody who leads the place")
		lead.get("/reports/TH01/mails", http.StatusOK).form("/mails").with("email", s.HubLead.Email).send(http.StatusOK)
		b, err := s.svc.BoardMails(t.Context(), s.Actor(t, s.HubLead), "TH01")
		if err != nil || len(b.Mails) != 2 {
			t.Fatalf("%d mails, %v", len(b.Mails), err)
		}
		link := "/stop-mail/" + b.Mails[1].StopToken
		nobody := s.anonymous(t)
		stop := nobody.get(link, http.StatusOK).wants("Leeds Training Hub").lacks(s.HubLead.Name, s.HubLead.Email).form(link)
		stop.send(http.StatusOK).wants("You will not get the board report")
		stop.send(http.StatusNotFound)
		nobody.get(link, http.StatusNotFound).wants("has been stopped")
		lead.get("/reports/TH01/mails", http.StatusOK).wants("by its reader")
		s.as(t, s.RegionLead).get("/reports/Y63/mails", http.StatusOK)

		// A reader's mail server does it by one click, without asking (RFC 8058);
		// a page of another site doesn't.
		lead.get("/reports/TH01/mails", http.StatusOK).form("/mails").with("email", s.HubLead.Email).send(http.StatusOK)
		b, err = s.svc.BoardMails(t.Context(), s.Actor(t, s.HubLead), "TH01")
		if err != nil || len(b.Mails) != 3 {
			t.Fatalf("%d mails, %v", len(b.Mails), err)
		}
		for _, m := range b.Mails {
			if m.EndedAt.IsZero() {
				link = "/stop-mail/" + m.StopToken
			}
		}
		click := url.Values{"List-Unsubscribe": {"One-Click"}}
		elsewhere, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+link, strings.NewReader(click.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		elsewhere.Header.Set("Sec-Fetch-Site", "cross-site")
		nobody.do(elsewhere, http.StatusForbidden)
		nobody.post(link, click, http.StatusOK).wants("You will not get the board report")
		nobody.post(link, click, http.StatusNotFound)
		for _, who := range []countersign.Person{s.Manager, s.GP, s.OtherHubLead} {
			s.as(t, who).get("/reports/TH01/mails", http.StatusNotFound)
		}
		s.as(t, s.Manager).get("/reports/A81001", http.StatusOK).lacks("by email every month")
	})
}
