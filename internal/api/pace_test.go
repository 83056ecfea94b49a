package api_test

import (
	"testing"
	"time"
)

func TestAnApprenticeshipSaysWhyItsApprenticeIsFlagged(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		hub := h.as(t, h.HubLead)
		if r := hub.get(h.path("")).want(200); r.text("flag") != "on_track" || len(r.list("reasons")) != 0 {
			t.Errorf("at the start %v for %v", r.at("flag"), r.at("reasons"))
		}
		h.clock.Set(h.App.StartOn.AddMonths(2).Start().Add(time.Hour))
		h.giveTokens(t)
		hub, asha := h.as(t, h.HubLead), h.as(t, h.Apprentice)
		own, seen, listed := asha.get(h.path("")).want(200), hub.get(h.path("")).want(200), hub.get("/apprenticeships?flag=stuck").want(200)
		if seen.text("flag") != "stuck" || seen.text("reasons", 0, "cause") != "nothing_new" || seen.text("reasons", 0, "since") == "" {
			t.Errorf("flag %s for %v", seen.text("flag"), seen.at("reasons"))
		}
		for i, key := range []string{"reason", "next"} {
			if got := listed.text("items", 0, "reasons", 0, key); got != seen.text("reasons", 0, key) || (got == own.text("reasons", 0, key)) != (i == 0) {
				t.Errorf("%s in the list %q, for the hub %q, for the apprentice %q", key, got, seen.text("reasons", 0, key), own.text("reasons", 0, key))
			}
		}
		if n := len(hub.get("/apprenticeships?flag=on_track").want(200).list("items")); n != 0 {
			t.Errorf("%d are on track", n)
		}
		hub.get("/apprenticeships?flag=lost").want(422)
	})
}
