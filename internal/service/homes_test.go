package service_test

import (
	"testing"

	"countersign/internal/countersign"
)

func TestHomesOfManagersAndLeads(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		zoe := h.Person(t, "Zoë Ńowak", "zoe@example.org", countersign.ApprenticeMember, h.NextPractice)
		h.Enrol(t, zoe, h.NextPractice, "")
		h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))

		practices, err := h.svc.PracticeHomes(t.Context(), h.as(t, h.Manager))
		wantKind(t, err, 0)
		if len(practices) != 1 || practices[0].Practice.Code != "A81001" || len(practices[0].Apprentices) != 1 ||
			practices[0].Apprentices[0].Waiting != 1 || len(practices[0].Namings[h.App.ID]) != 2 {
			t.Errorf("practices = %+v", practices)
		}
		hubs, err := h.svc.HubHomes(t.Context(), h.as(t, h.HubLead))
		wantKind(t, err, 0)
		if len(hubs) != 1 || hubs[0].Total.Active != 2 || hubs[0].Total.Waiting != 1 || len(hubs[0].Longest) != 2 || hubs[0].Longest[0].ID != h.App.ID ||
			len(hubs[0].Unmentored) != 1 || hubs[0].Unmentored[0].ApprenticeName != "Zoë Ńowak" {
			t.Errorf("hubs = %+v", hubs)
		}
		for _, own := range []struct {
			who  countersign.Person
			code string
		}{{h.RegionLead, "Y63"}, {h.HubLead, "TH01"}, {h.Manager, "A81001"}} {
			led, err := h.svc.ReportPlaces(t.Context(), h.as(t, own.who))
			wantKind(t, err, 0)
			if len(led) != 1 || led[0].Code != own.code {
				t.Errorf("reports of %s = %+v", own.who.Name, led)
			}
		}
		admin, err := h.svc.AdminHome(t.Context(), h.as(t, h.Admin))
		wantKind(t, err, 0)
		if len(admin.Places) != 1 || len(admin.Recent) != 10 || admin.Recent[0].PersonName != "Zoë Ńowak" {
			t.Errorf("admin = %+v", admin)
		}

		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.Mentor} {
			actor := h.as(t, p)
			practices, err1 := h.svc.PracticeHomes(t.Context(), actor)
			hubs, err2 := h.svc.HubHomes(t.Context(), actor)
			led, err3 := h.svc.ReportPlaces(t.Context(), actor)
			admin, err4 := h.svc.AdminHome(t.Context(), actor)
			for _, err := range []error{err1, err2, err3, err4} {
				wantKind(t, err, 0)
			}
			if len(practices)+len(hubs)+len(led)+len(admin.Places)+len(admin.Recent) > 0 {
				t.Errorf("%s has the home of a manager or lead", p.Name)
			}
		}
	})
}
