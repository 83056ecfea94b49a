package service_test

import (
	"slices"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

func TestWhoLeadsSeveralHubsSaysWhoseSessionItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		add := func(hub string) (countersign.Session, error) {
			return h.svc.AddSession(t.Context(), h.as(t, h.HubLead), service.SessionInput{
				Title: "Infection control", On: h.today(), Starts: "09:30", Minutes: 60, Place: "Room 2", Framework: "nhs-medical-assistant", Hub: hub,
			})
		}
		if s, err := add(""); err != nil || s.Hub != h.Hub.ID {
			t.Errorf("who leads one hub: %+v, %v", s, err)
		}
		if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AddMembership(countersign.Membership{Person: h.HubLead.ID, Organisation: h.OtherHub.ID, Role: countersign.HubLead, From: h.today()})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		hubs, err := h.svc.HubsLed(t.Context(), h.as(t, h.HubLead))
		if err != nil || !slices.EqualFunc(hubs, []string{"TH02", "TH01"}, func(o countersign.Organisation, code string) bool { return o.Code == code }) {
			t.Errorf("HubsLed() = %+v, %v; want both, by name", hubs, err)
		}
		for code, want := range map[string]countersign.OrganisationID{"TH01": h.Hub.ID, "TH02": h.OtherHub.ID} {
			if s, err := add(code); err != nil || s.Hub != want {
				t.Errorf("for %s: %+v, %v", code, s, err)
			}
		}
		for _, code := range []string{"", "A81001", "NOWHERE"} {
			_, err := add(code)
			wantKind(t, err, countersign.Invalid)
		}
	})
}
