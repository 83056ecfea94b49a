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
		led, err := h.svc.LedPlaces(t.Context(), h.as(t, h.RegionLead))
		wantKind(t, err, 0)
		if len(led) != 1 || led[0].Place.Code != "Y63" || led[0].Total.Active != 2 || len(led[0].Beneath) != 1 || len(led[0].Above) != 0 {
			t.Errorf("led = %+v", led)
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
			led, err3 := h.svc.LedPlaces(t.Context(), actor)
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

func TestPlaceSumsLeadDownAndNotUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		region := h.as(t, h.RegionLead)
		hub, err := h.svc.PlaceSums(t.Context(), region, h.Hub.Code)
		wantKind(t, err, 0)
		if len(hub.Above) != 1 || hub.Above[0].Code != "Y63" || len(hub.Beneath) != 2 || hub.Total.Active != 1 {
			t.Errorf("hub = %+v", hub)
		}
		practice, err := h.svc.PlaceSums(t.Context(), region, h.Practice.Code)
		wantKind(t, err, 0)
		if len(practice.Above) != 2 || len(practice.Beneath) != 0 || practice.Total.Active != 1 || practice.Total.InScope != 39 {
			t.Errorf("practice = %+v", practice)
		}
		for _, tc := range []struct {
			who   countersign.Person
			place string
		}{{h.RegionLead, "ENGLAND"}, {h.RegionLead, "TH02"}, {h.HubLead, "Y63"}, {h.Manager, "A81001"}, {h.Admin, "TH01"}, {h.GP, "A81001"}, {h.RegionLead, "nope"}} {
			_, err := h.svc.PlaceSums(t.Context(), h.as(t, tc.who), tc.place)
			if k := countersign.KindOf(err); k != countersign.NotFound && k != countersign.Forbidden {
				t.Errorf("%s at %s: %v", tc.who.Name, tc.place, err)
			}
		}
	})
}
