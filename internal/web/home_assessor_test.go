package web_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestAnAssessorsHomeSaysWhatWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		gp := s.as(t, s.GP)
		gp.get("/", http.StatusOK).wants("Waiting for you", "Nothing waits for you.", "My apprentices", "Asha Patel", "0 of 39 (0%)", "August 2027")
		for i := range 7 {
			s.account(t, fmt.Sprintf("Piece %d", i+1), raising)
		}
		s.clock.Advance(12 * 24 * time.Hour)
		gp = s.as(t, s.GP)
		home := gp.get("/", http.StatusOK).wants("7 things wait for you. The oldest has been waiting 12 days.", "Piece 1", "Piece 5", "7 things, waiting 12 days").lacks("Piece 6")
		home.get(home.link("Piece 1")).wants("Review this piece")
		home.get(home.link("7 things, waiting 12 days")).wants("Piece 7")
		home.get(home.link("Record evidence for Asha Patel"))
		home.get(home.link("Asha Patel"))

		s.as(t, s.OtherGP).get("/", http.StatusOK).wants("Owen Hale", "Nothing waits for you.").lacks("Asha Patel", "Piece 1")
		s.as(t, s.Assessor).get("/", http.StatusOK).wants("You are not named on anybody’s training today").lacks("Asha Patel")
		s.as(t, s.Manager).get("/", http.StatusOK).wants("Nothing waits for you.").lacks("My apprentices", "Piece 1")
		for _, who := range []countersign.Person{s.Apprentice, s.HubLead, s.Admin, s.RegionLead} {
			s.as(t, who).get("/", http.StatusOK).lacks("Nothing waits for you.", "My apprentices", "Portfolios to verify")
		}
		s.clock.Advance(600 * 24 * time.Hour)
		s.as(t, s.GP).get("/", http.StatusOK).wants("August 2027 Overdue")
	})
}
