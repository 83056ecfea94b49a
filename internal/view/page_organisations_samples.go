package view

import "countersign/internal/countersign"

func init() {
	addSamples(func() []Sample {
		today := countersign.On(2026, 11, 22)
		england := OrganisationRow{Code: "ENGLAND", Name: "England", Kind: countersign.National}
		hub := OrganisationRow{Code: "TH01", Name: "Leeds Training Hub", Kind: countersign.Hub, Parent: "Y63", Level: 1}
		practice := OrganisationRow{Code: "A81001", Name: "Hillview Surgery", Kind: countersign.Practice, Parent: "TH01", EndedOn: countersign.On(2026, 12, 31), Level: 2}
		closed := OrganisationRow{Code: "A81009", Name: "Old Mill Surgery", Kind: countersign.Practice, Parent: "TH01", EndedOn: countersign.On(2026, 3, 31)}
		admin := NewAdminPage()
		admin.Home.Places = []Link{{Text: "England", Href: "/admin/organisations/ENGLAND"}}
		admin.Home.Recent = []RecentRole{{PersonID: "p1", Name: "Dr Megan Bell", Role: "GP supervisor", Place: "Hillview Surgery", PlaceCode: "A81001", From: today}}
		tree := NewOrganisationsPage()
		tree.Tree, tree.Today, tree.Rows = true, today, []OrganisationRow{england, hub, practice}
		found := NewOrganisationsPage()
		found.Today, found.Query, found.Kind, found.Next, found.Rows = today, "surgery", "practice", "abc", []OrganisationRow{practice, closed}
		none := NewOrganisationsPage()
		none.Query = "Nguyễn"
		page := NewOrganisationPage(hub, Link{Text: "England", Href: "/admin/organisations/ENGLAND"})
		page.Today, page.Above, page.Beneath, page.Next = today, Link{Text: "North East and Yorkshire", Href: "/admin/organisations/Y63"}, []OrganisationRow{practice, closed}, "abc"
		leaf := NewOrganisationPage(practice)
		leaf.Today = today
		add := NewOrganisationFormPage(hub)
		wrong := NewOrganisationFormPage(england)
		wrong.Code, wrong.Name = "Y 63", "North"
		var p countersign.Problems
		p.Add("name", "Enter a name")
		p.Add("code", "There is an organisation with this code already")
		p.Add("kind", "Select a kind")
		wrong.Kinds = countersign.OrganisationKinds()
		wrong.Fail(p.Err())
		change := NewOrganisationChangePage(practice)
		stale := NewOrganisationChangePage(practice)
		stale.Stale, stale.Now = true, []SummaryRow{{Key: "Name", Value: "Hill View Surgery"}, {Key: "Status", Value: "Open"}}
		stale.Fail(countersign.Refuse(countersign.Conflict, "Somebody changed this organisation since you opened it. Look at it again"))
		late := NewOrganisationChangePage(closed)
		late.Fail(countersign.InvalidField("ended_on", "This date does not exist. Check the day, the month and the year"))
		return []Sample{
			{"admin", admin}, {"organisations: tree", tree}, {"organisations: found", found}, {"organisations: none", none},
			{"organisation", page}, {"organisation: practice", leaf}, {"organisation: add", add}, {"organisation: add, refused", wrong},
			{"organisation: change", change}, {"organisation: changed meanwhile", stale}, {"organisation: change, refused", late},
		}
	})
}
