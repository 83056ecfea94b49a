package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// reportFiles are everything that is reported of a place, beneath its address.
var reportFiles = []string{"", "/heat-map", "/heat-map?by=place", "/coverage", "/impact", "/impact.csv", "/impact.xlsx", "/report.csv", "/report.xlsx", "/report.pdf"}

// wantsReports asks for everything that is reported of a place.
func (c *client) wantsReports(who, code string, status int, sums bool) {
	c.t.Helper()
	for _, file := range reportFiles {
		got, body := c.raw(http.MethodGet, "/reports/"+code+file, nil)
		if got != status {
			c.t.Errorf("%s gets %d for %s%s, want %d", who, got, code, file, status)
		}
		if own := who == "the apprentice" || who == "the GP"; !own && // their page says who they are
			(strings.Contains(body, "Asha Patel") || (sums || status != http.StatusOK) && strings.Contains(body, "Dr Megan Bell")) {
			c.t.Errorf("%s reads a name at %s%s", who, code, file)
		}
		if file == "" && status == http.StatusOK && strings.Contains(body, "Small numbers are not shown here") != sums {
			c.t.Errorf("%s sees sums of %s: %t, want %t", who, code, !sums, sums)
		}
	}
}

func TestEveryReportAndExportIsForThoseOfItsLevel(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		national := s.Person(t, "Nora Land", "national@example.org", countersign.NationalLead, s.England)
		practice, hub, region, england := s.Practice.Code, s.Hub.Code, s.Region.Code, s.England.Code
		const sees, sums, never = 1, 2, 0
		levels := func(who string, c *client, wants map[string]int, people, handsOver bool) {
			for _, code := range []string{practice, hub, region, england, s.OtherHub.Code} {
				status := http.StatusNotFound
				if wants[code] != never {
					status = http.StatusOK
				}
				c.wantsReports(who, code, status, wants[code] == sums)
				if got, _ := c.raw(http.MethodGet, "/reports/"+code+"/ilr", nil); (got == http.StatusOK) != (handsOver && wants[code] == sees) {
					t.Errorf("%s gets %d for the hand-over of %s", who, got, code)
				}
			}
			for _, list := range []string{"/apprenticeships", "/apprenticeships.csv", "/apprenticeships.xlsx"} {
				got, body := c.raw(http.MethodGet, list, nil)
				if got != http.StatusOK || list != "/apprenticeships.xlsx" && strings.Contains(body, "Asha Patel") != people {
					t.Errorf("%s gets %d for %s, with people: %t", who, got, list, !people)
				}
			}
		}
		everything := map[string]int{practice: sees, hub: sees}
		levels("the apprentice", s.as(t, s.Apprentice), nil, true, false)
		levels("the GP", s.as(t, s.GP), nil, true, false)
		levels("another apprentice", s.as(t, s.OtherApprentice), nil, false, false)
		levels("the manager", s.as(t, s.Manager), map[string]int{practice: sees}, true, false)
		levels("the hub", s.as(t, s.HubLead), everything, true, true)
		other := s.as(t, s.OtherHubLead)
		for _, code := range []string{practice, hub, region, england} {
			other.wantsReports("another hub", code, http.StatusNotFound, false)
		}
		levels("England", s.as(t, national), map[string]int{hub: sums, region: sums, england: sums, s.OtherHub.Code: sums}, false, false)
		lead := s.as(t, s.RegionLead)
		levels("the region", lead, map[string]int{hub: sums, region: sums}, false, false)

		page := "/reports/" + hub + "/region-sight"
		lead.get(page, http.StatusForbidden)
		other.get(page, http.StatusNotFound)
		mine := s.as(t, s.HubLead)
		mine.get("/reports/"+hub, http.StatusOK).get(page).wants("sees sums of your training hub", "0 training hubs of 1")
		mine.post(page, url.Values{"agrees": {"yes"}}, http.StatusUnprocessableEntity).wants("Enter a reason")
		mine.post(page, url.Values{"reason": {"Agreed"}}, http.StatusUnprocessableEntity).wants("Select yes or no")
		mine.post(page, url.Values{"agrees": {"yes"}, "reason": {"Agreed in March"}, "version": {"7"}}, http.StatusConflict).wants("Somebody changed this training hub")
		mine.post(page, url.Values{"agrees": {"yes"}, "reason": {"Agreed in March"}}, http.StatusOK).wants("What your region sees is saved.")
		mine.get(page, http.StatusOK).wants("sees your people")

		everything[region] = sees
		levels("the region with people", lead, everything, true, false)
		lead.get("/apprenticeships/"+string(s.App.ID), http.StatusOK).wants("Asha Patel", "On track").lacks("/evidence\"", "/portfolio\"")
		s.as(t, national).wantsReports("England, when a region sees people,", region, http.StatusOK, true)
		if _, err := s.svc.AddOrganisation(t.Context(), s.svc.Operator(), service.OrganisationInput{Code: "TH77", Name: "York Training Hub", Kind: countersign.Hub, Parent: region}); err != nil {
			t.Fatal(err)
		}
		lead.wantsReports("the region with a hub that has not agreed", hub, http.StatusOK, true)
		nobody := s.anonymous(t)
		for _, file := range reportFiles {
			if got, _ := nobody.raw(http.MethodGet, "/reports/"+hub+file, nil); got != http.StatusSeeOther {
				t.Errorf("nobody gets %d for %s", got, file)
			}
		}
	})
}
