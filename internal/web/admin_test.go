package web_test

import (
	"net/http"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func TestAnAdministratorSeesPeopleAndPlacesAlone(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Admin)
		c.get("/", http.StatusOK).wants("Administration", "Find a person", "Look after England", "Roles given last")
		c.get("/admin", http.StatusOK).wants("People", "Organisations", "England")
		for _, path := range []string{s.path(""), s.path("/namings"), s.path("/evidence"), s.path("/portfolio")} {
			c.get(path, http.StatusNotFound)
		}
		for _, p := range []countersign.Person{s.Apprentice, s.GP, s.Manager, s.HubLead, s.RegionLead} {
			for _, path := range []string{"/admin", "/admin/people", "/admin/people/new", "/admin/organisations", "/admin/people/" + string(s.GP.ID)} {
				s.as(t, p).get(path, http.StatusNotFound)
			}
		}
	})
}

func TestOrganisationsAreFoundAndAdded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Admin)
		tree := c.get("/admin/organisations", http.StatusOK).wants("What you look after", "England", "North East and Yorkshire", "South West").lacks("Oakwood Surgery")
		hub := c.get(c.get(tree.link("North East and Yorkshire"), http.StatusOK).link("Leeds Training Hub"), http.StatusOK)
		hub.wants("TH01", "Training hub", "Open", "Oakwood Surgery", "Beechwood Surgery", "Add an organisation beneath")
		c.get("/admin/organisations?q=oakw", http.StatusOK).wants("Oakwood Surgery", "A81001", "TH01").lacks("Harbour Surgery")
		c.get("/admin/organisations?q=l83001&kind=practice", http.StatusOK).wants("Harbour Surgery")
		c.get("/admin/organisations?kind=hub", http.StatusOK).wants("Devon Training Hub").lacks("Harbour Surgery")
		c.get("/admin/organisations?q=nope", http.StatusOK).wants("No organisation matches")
		c.get("/admin/organisations?cursor=nonsense", http.StatusUnprocessableEntity)
		c.get("/admin/organisations/A81001/new", http.StatusNotFound)

		form := c.get(hub.link("Add an organisation beneath"), http.StatusOK).wants("Add an organisation beneath Leeds Training Hub", "Primary care network").lacks("Region").form("/new")
		form.send(http.StatusUnprocessableEntity).wants("Enter a name", "Enter a code", "Select a kind")
		form.with("name", "Elm Surgery").with("code", "A 81/3").with("kind", "practice").send(http.StatusUnprocessableEntity).wants("Enter a code of letters, digits and hyphens", `value="A 81/3"`)
		form.with("code", "a81001").send(http.StatusConflict).wants("There is an organisation with this code already", `value="Elm Surgery"`)
		form.with("code", "A81003").with("kind", "region").send(http.StatusUnprocessableEntity).wants("cannot stand beneath")
		form.with("kind", "practice").send(http.StatusOK).wants("Elm Surgery is added.", "A81003", "Leeds Training Hub")
	})
}

func TestOrganisationsAreRenamedAndClosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Admin)
		open := func() *sheet {
			return c.get("/admin/organisations/A81002/change", http.StatusOK).form("/change")
		}
		first, second := open(), open()
		first.with("name", "Beech Tree Surgery").send(http.StatusOK).wants("Beech Tree Surgery is changed.")
		stale := second.with("name", "Beechwood and Elm").date("ended_on", "31", "3", "2026").send(http.StatusConflict)
		stale.wants("Error: Change Beech Tree Surgery", "Somebody changed this organisation", "This is how it stands now", `value="Beechwood and Elm"`)
		stale.form("/change").send(http.StatusOK).wants("Beechwood and Elm is changed.", "Closes after 31 March 2026")
		open().with("name", " ").send(http.StatusUnprocessableEntity).wants("Enter a name")
		open().date("ended_on", "31", "2", "2026").send(http.StatusUnprocessableEntity).wants("This date does not exist", `value="31"`)
		c.get("/admin/organisations/A81002", http.StatusOK).wants("Closes after 31 March 2026") // what can't be read changes nothing
		open().date("ended_on", "", "", "").send(http.StatusOK).wants("Open")
		s.as(t, s.Admin).get("/admin/organisations/NOPE/change", http.StatusNotFound)
	})
}

func TestAPlaceIsMoved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Admin)
		page := c.get("/admin/organisations/A81001", http.StatusOK).lacks("Where it has been")
		open := func() *sheet { return c.get(page.link("Move to another place"), http.StatusOK).form("/move") }
		first, second := open(), open()
		first.send(http.StatusUnprocessableEntity).wants("Enter the code of the place above it", "Enter a reason")
		first = first.with("parent", "th02").with("reason", "Two boards merged")
		first.date("on", "3", "3", "2026").send(http.StatusUnprocessableEntity).wants("must be today or in the past", `value="th02"`)
		first.date("on", "1", "2", "2026").send(http.StatusOK).wants("Oakwood Surgery is moved.", "Where it has been", "Leeds Training Hub", "31 January 2026", "Devon Training Hub")
		second.with("parent", "TH02").with("reason", "Again").send(http.StatusConflict).wants("Somebody changed this organisation", "It is beneath Devon Training Hub now", `value="Again"`).
			form("/move").send(http.StatusUnprocessableEntity).wants("Oakwood Surgery is beneath Devon Training Hub already")
		s.as(t, s.OtherHubLead).get("/apprenticeships", http.StatusOK).wants("Asha Patel")
		s.as(t, s.HubLead).get("/apprenticeships", http.StatusOK).lacks("Asha Patel")
		c.get("/admin/organisations/ENGLAND/move", http.StatusNotFound)
		s.as(t, s.HubLead).get("/admin/organisations/A81001/move", http.StatusNotFound)
	})
}

func TestPeopleAreFoundAddedAndInvited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Admin)
		c.get("/admin/people", http.StatusOK).wants("Dr Megan Bell", "GP supervisor, Oakwood Surgery", "Owen Hale", "Invited")
		c.get("/admin/people?q=megan", http.StatusOK).wants("Dr Megan Bell").lacks("Owen Hale")
		c.get("/admin/people?organisation=th02", http.StatusOK).wants("Owen Hale").lacks("Dr Megan Bell")
		c.get("/admin/people?role=hub_lead", http.StatusOK).wants("Helen Cole", "Omar Dean").lacks("Owen Hale")
		c.get("/admin/people?q=nope", http.StatusOK).wants("Nobody matches")
		c.get("/admin/people?cursor=nonsense", http.StatusUnprocessableEntity)

		form := c.get("/admin/people/new?organisation=A81002", http.StatusOK).wants(`value="A81002"`).form("/admin/people/new")
		form.with("organisation").send(http.StatusUnprocessableEntity).wants("Enter an email address", "Select a role", "Enter an organisation")
		form.with("organisation", "A81002").with("email", "sian@example.org").with("role", "gp_supervisor").send(http.StatusUnprocessableEntity).wants("Enter a name", `value="sian@example.org"`)
		form.with("name", "Dr Siân Rees").with("role", "hub_lead").send(http.StatusUnprocessableEntity).wants("Nobody can be Hub lead at a practice")
		form.with("role", "gp_supervisor").with("organisation", "NOPE").send(http.StatusUnprocessableEntity).wants("No place of yours has this code")
		form.with("organisation", "a81002").with("registration", "GMC 7012345").date("to", "1", "3", "2026").send(http.StatusUnprocessableEntity).wants("The last day must be on or after the first")
		s.notices(t)
		done := form.date("to", "", "", "").send(http.StatusOK).wants("Dr Siân Rees is GP supervisor from 2 March 2026. We have emailed them a link to set a password.", "GMC 7012345", "Beechwood Surgery", "No end")
		if n := s.notices(t); len(n) != 1 || n[0].Kind != "invited" {
			t.Errorf("outbox = %+v, want one invitation", n)
		}
		done.form("/invitation").send(http.StatusOK).wants("We have emailed sian@example.org a new link.")
		form.send(http.StatusConflict).wants("This person holds this role here already")

		role := c.get(done.path+"/roles/new", http.StatusOK).wants("Add a role for Dr Siân Rees").form("/roles/new")
		role.with("role", "assessor").with("organisation", "TH01").send(http.StatusOK).wants("Dr Siân Rees is Assessor from 2 March 2026.", "Leeds Training Hub")
	})
}

func TestARoleEndsAtADate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Admin)
		person := c.get("/admin/people/"+string(s.GP.ID), http.StatusOK).wants("Dr Megan Bell", "gp@example.org", "Not provided", "Oakwood Surgery")
		end := c.get(person.link("End the role GP supervisor at Oakwood Surgery"), http.StatusOK).wants("What they signed stays as it is").form("/end")
		end.date("to", "", "", "").send(http.StatusUnprocessableEntity).wants("Enter the last day")
		end.date("to", "1", "1", "2020").send(http.StatusUnprocessableEntity).wants("The last day must be on or after the first", `value="2020"`)
		end.date("to", "1", "3", "2026").send(http.StatusOK).wants("Dr Megan Bell is GP supervisor at Oakwood Surgery until 1 March 2026.", "Ended")
		end.send(http.StatusConflict).wants("Somebody changed this role since you opened it")
		s.as(t, s.GP).get(s.path(""), http.StatusNotFound)
		c.get("/admin/people?q=megan", http.StatusOK).wants("Nobody matches")
		c.get("/admin/people?q=megan&past=yes", http.StatusOK).wants("Dr Megan Bell", "None today")
	})
}

func TestAPersonIsChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Admin)
		open := func() *sheet {
			return c.get("/admin/people/"+string(s.GP.ID)+"/change", http.StatusOK).form("/change")
		}
		first, second := open(), open()
		first.with("name", "Dr Megan Bell-Rees").send(http.StatusOK).wants("Dr Megan Bell-Rees is changed.")
		stale := second.with("registration", "GMC 1").send(http.StatusConflict).wants("Somebody changed this person", "Dr Megan Bell-Rees", `value="GMC 1"`)
		stale.form("/change").with("name", "Dr Megan Bell-Rees").send(http.StatusOK).wants("GMC 1")
		open().with("email", "mentor@example.org").send(http.StatusConflict).wants("There is a person with this email address already")
		open().with("email", "nonsense").with("name", "").send(http.StatusUnprocessableEntity).wants("Enter an email address in the correct format", "Enter a name")
	})
}

func TestAHubsAdministratorReachesTheirHub(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Person(t, "Hal Byrne", "hal@example.org", countersign.Admin, s.Hub))
		c.get("/admin/organisations", http.StatusOK).wants("Leeds Training Hub", "Oakwood Surgery").lacks("Devon")
		c.get("/admin/organisations?q=surgery", http.StatusOK).wants("Oakwood Surgery").lacks("Harbour Surgery")
		c.get("/admin/organisations/TH01", http.StatusOK).wants("North East and Yorkshire").lacks(`href="/admin/organisations/Y63"`)
		c.get("/admin/organisations/Y63", http.StatusNotFound)
		c.get("/admin/organisations/TH02", http.StatusNotFound)
		c.get("/admin/people", http.StatusOK).wants("Dr Megan Bell").lacks("Owen Hale", "Ada Moss", "Rob Lane")
		c.get("/admin/people/"+string(s.OtherGP.ID), http.StatusNotFound)
		form := c.get("/admin/people/new", http.StatusOK).form("/admin/people/new").with("email", "gp@example.org").with("role", "region_lead").with("organisation", "Y63")
		form.send(http.StatusUnprocessableEntity).wants("No place of yours has this code")

		// Somebody with a role elsewhere: the role can be given and ended, the account not taken.
		added := form.with("email", s.Admin.Email).with("role", "assessor").with("organisation", "TH01").send(http.StatusOK)
		added.wants("Ada Moss is Assessor", "a role at a place that you do not look after").lacks("/change", "England")
		c.get(added.path+"/change", http.StatusOK).form("/change").with("email", "mine@example.org").send(http.StatusForbidden)
	})
}

func TestHomesOfManagersLeadsAndAdministrators(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		s.as(t, s.Apprentice).submitted()
		s.as(t, s.Manager).get("/", http.StatusOK).wants("Oakwood Surgery", "Asha Patel", "1 item, waiting since today", "Nia Ward", "Enrol an apprentice").lacks("Zoë Ńowak", "To arrange")
		hub := s.as(t, s.HubLead)
		home := hub.get("/", http.StatusOK).wants("Leeds Training Hub", "2 active apprentices", "1 item waits for mentors", "0 past their planned end", "Longest waits for a mentor",
			"No secondary mentor is named today for Zoë Ńowak at Beechwood Surgery").lacks("Owen Hale")
		for link, want := range map[string]string{
			"active apprentices": "/apprenticeships?flag=active", "past their planned end": "/apprenticeships?overdue=yes", "completed": "/apprenticeships?state=completed",
			"See all 2 active apprentices": "/apprenticeships?flag=active&sort=oldest_waiting", "Report of the training hub": "/reports/TH01", "Download everybody": "/apprenticeships.csv",
		} {
			if got := home.link(link); got != want {
				t.Errorf("%q leads to %s, want %s", link, got, want)
			}
			hub.get(home.link(link), http.StatusOK)
		}
		if asha := strings.Index(string(home.body), ">Asha Patel<"); asha > strings.LastIndex(string(home.body), ">Zoë Ńowak<") {
			t.Error("who waits longest doesn't come first")
		}
	})
}

func TestSumsShowNumbersAndNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.alsoEnrolled(t, "Zoë Ńowak", "zoe@example.org")
		c := s.as(t, s.RegionLead)
		people := []string{"Asha Patel", "Zoë Ńowak", "Dr Megan Bell", "Nia Ward", "asha@example.org", "Owen Hale"}
		home := c.get("/", http.StatusOK).wants("North East and Yorkshire", "Starters", "Leeds Training Hub").lacks(people...)
		hub := c.get(home.link("Leeds Training Hub"), http.StatusOK).wants("Training hub, code TH01", "How they get on").lacks(people...).lacks("See the people", "Oakwood Surgery")
		if got := hub.link("North East and Yorkshire"); got != "/reports/Y63" {
			t.Errorf("the way back leads to %s", got)
		}
		for _, code := range []string{"ENGLAND", "TH02", "L83001", "A81001", "nope", "%00", "th01%2f.."} {
			c.get("/reports/"+code, http.StatusNotFound)
		}
		s.as(t, s.HubLead).get("/reports/A81001", http.StatusOK).wants("See the people")
		national := s.as(t, s.Person(t, "Nat Lee", "national@example.org", countersign.NationalLead, s.England))
		national.get("/", http.StatusOK).wants("England", "South West").lacks(people...)
		national.get("/reports/L83001", http.StatusNotFound)
	})
}
