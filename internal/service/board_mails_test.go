package service_test

import (
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestABoardReportIsMailedToWhoMaySeeIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mail := func(by countersign.Person, place countersign.Organisation, to countersign.Person) (countersign.BoardMail, error) {
			return h.svc.MailBoardReport(t.Context(), h.as(t, by), place.Code, service.BoardMailInput{Email: to.Email})
		}
		m, err := mail(h.HubLead, h.Hub, h.RegionLead)
		if err != nil || m.PersonName != h.RegionLead.Name || m.SetByName != h.HubLead.Name || m.PlaceCode != h.Hub.Code {
			t.Fatalf("set %+v, %v", m, err)
		}
		_, err = mail(h.HubLead, h.Hub, h.RegionLead)
		wantKind(t, err, countersign.Conflict)
		for _, stranger := range []countersign.Person{h.OtherHubLead, h.Apprentice, h.GP, h.Manager, {Email: "nobody@example.org"}, {Email: "no address"}} {
			_, err = mail(h.HubLead, h.Hub, stranger)
			wantKind(t, err, countersign.Invalid)
		}
		for _, place := range []countersign.Organisation{h.Practice, h.Region, h.OtherHub} { // none that they lead, or none with a board report
			_, err = mail(h.HubLead, place, h.HubLead)
			wantKind(t, err, countersign.NotFound)
		}
		for _, who := range []countersign.Person{h.Manager, h.GP, h.Apprentice, h.OtherHubLead, h.Admin} {
			_, err = h.svc.BoardMails(t.Context(), h.as(t, who), h.Hub.Code)
			wantKind(t, err, countersign.NotFound)
			wantKind(t, h.svc.StopBoardMail(t.Context(), h.as(t, who), h.Hub.Code, m.ID), countersign.NotFound)
		}
		wantKind(t, h.svc.StopBoardMail(t.Context(), h.as(t, h.RegionLead), h.Region.Code, m.ID), countersign.NotFound) // of another place
		list, err := h.svc.BoardMails(t.Context(), h.as(t, h.HubLead), h.Hub.Code)
		if err != nil || len(list.Mails) != 1 || list.Mails[0].ID != m.ID {
			t.Fatalf("listed %+v, %v", list, err)
		}
		wantKind(t, h.svc.StopBoardMail(t.Context(), h.as(t, h.HubLead), h.Hub.Code, m.ID), 0)
		wantKind(t, h.svc.StopBoardMail(t.Context(), h.as(t, h.HubLead), h.Hub.Code, m.ID), countersign.Conflict)
		again, err := mail(h.HubLead, h.Hub, h.RegionLead)
		if err != nil || again.ID == m.ID {
			t.Errorf("set again: %+v, %v", again, err)
		}
	})
}

func TestAMonthlyMailIsStoppedByItsOwnLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m, err := h.svc.MailBoardReport(t.Context(), h.as(t, h.HubLead), h.Hub.Code, service.BoardMailInput{Email: h.HubLead.Email})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.svc.BoardMailToStop(t.Context(), "another")
		wantKind(t, err, countersign.NotFound)
		wantKind(t, h.svc.Unsubscribe(t.Context(), ""), countersign.NotFound)
		if found, err := h.svc.BoardMailToStop(t.Context(), m.StopToken); err != nil || found.ID != m.ID {
			t.Fatalf("the link is of %+v, %v", found, err)
		}
		wantKind(t, h.svc.Unsubscribe(t.Context(), m.StopToken), 0)
		wantKind(t, h.svc.Unsubscribe(t.Context(), m.StopToken), countersign.NotFound)
		list, err := h.svc.BoardMails(t.Context(), h.as(t, h.HubLead), h.Hub.Code)
		if err != nil || list.Mails[0].EndedWhy != countersign.BoardMailUnsubscribed {
			t.Errorf("listed %+v, %v", list.Mails, err)
		}
	})
}
