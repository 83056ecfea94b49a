package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func TestAHubHandsItsLearnersOverToAProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		hub, path, typed := s.as(t, s.HubLead), "/reports/"+s.Hub.Code, url.Values{"ukprn": {"10001234"}}
		hub.get(path+"/ilr", http.StatusOK).wants("Nobody here learnt off the job")
		hub.post(path+"/ilr.xml", typed, http.StatusNotFound)
		s.onPlacements(t)
		hub.get(path+"/ilr", http.StatusOK).wants("Mina Cole", "187 hours planned", "a hand-over, not a return", "Unique Learner Number")
		hub.post(path+"/ilr.xml", url.Values{"ukprn": {"1234"}}, http.StatusUnprocessableEntity).wants("Enter the 8 digits")
		status, file := hub.raw(http.MethodPost, path+"/ilr.xml", typed)
		if status != http.StatusOK || !strings.Contains(file, "<UKPRN>10001234</UKPRN>") || !strings.Contains(file, "<FamilyName>Cole</FamilyName>") {
			t.Errorf("the file: %d\n%s", status, file)
		}
		for _, p := range []countersign.Person{s.Apprentice, s.GP, s.Manager, s.OtherHubLead} {
			s.as(t, p).get(path+"/ilr", http.StatusNotFound)
			s.as(t, p).post(path+"/ilr.xml", typed, http.StatusNotFound)
		}
	})
}
