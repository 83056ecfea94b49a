package web

import (
	"context"
	"slices"
	"strconv"

	"countersign/internal/authz"
	"countersign/internal/board"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// When the home of a practice manager speaks up: so many days before a naming
// ends with nobody to follow, and after the last activity in a record. They
// are reminders, not rules.
const (
	soonDays  = 28
	quietDays = 28
)

// homePractices adds the practices that somebody manages.
func (h *Handlers) homePractices(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	homes, err := h.svc.PracticeHomes(ctx, actor)
	today := countersign.LondonDate(h.now())
	for i, home := range homes {
		section := &view.HomePractice{
			ID: "practice-" + strconv.Itoa(i+1), Name: home.Practice.Name, Today: today, Rows: apprenticeRows(home.Apprentices, today),
			More: home.More, MayEnrol: home.Practice.EndedOn.IsZero(), List: view.ApprenticesFilter{Organisation: home.Practice.Code}.Href(), Report: board.Path(home.Practice.Code),
		}
		for _, a := range home.Apprentices {
			section.Todo = append(section.Todo, toArrange(a, home.Namings[a.ID], today)...)
			for _, n := range home.Namings[a.ID] {
				if n.Covers != "" {
					section.Cover = append(section.Cover, view.HomeCover{Naming: n, Apprentice: a.ApprenticeName, ID: a.ID})
				}
			}
		}
		page.Practices = append(page.Practices, section)
	}
	return err
}

// toArrange says what a practice manager ought to see to for an apprentice.
func toArrange(a service.ApprenticeshipRow, namings []countersign.Naming, today countersign.Date) []view.HomeTask {
	var tasks []view.HomeTask
	add := func(text, path, link, forWhom string) {
		tasks = append(tasks, view.HomeTask{Text: text, Href: apprenticeshipPath(a.ID) + path, Link: link, For: forWhom})
	}
	switch {
	case a.State == countersign.Applied:
		return nil // it waits for the training hub
	case a.ReturnOverdue(today):
		add(a.ApprenticeName+" was expected back from a break on "+view.Date(a.ReturnExpectedOn), "/programme", "Record the return", "of "+a.ApprenticeName)
	}
	for _, role := range []countersign.NamingRole{countersign.GPSupervisor, countersign.SecondaryMentor} {
		title := lowerTitle(role)
		last, named := lastNamed(namings, role, today)
		switch {
		case !named:
			add("No "+title+" is named today for "+a.ApprenticeName, "/namings", "Name somebody", "for "+a.ApprenticeName)
		case !last.To.IsZero() && today.DaysUntil(last.To) < soonDays:
			add(last.PersonName+" is "+title+" of "+a.ApprenticeName+" until "+view.Date(last.To)+" and nobody follows", "/namings", "Name somebody", "for "+a.ApprenticeName)
		}
	}
	switch {
	case a.Overdue(today):
		add(a.ApprenticeName+" was to finish on "+view.Date(a.PlannedEndOn), "/programme", "Ask for an extension or change it", "for "+a.ApprenticeName)
	case !a.IsWorking():
	case a.LastActivityAt.IsZero() && a.StartOn.DaysUntil(today) > quietDays:
		add(a.ApprenticeName+" began on "+view.Date(a.StartOn)+" and has recorded nothing yet", "", "Look at the record", "of "+a.ApprenticeName)
	case !a.LastActivityAt.IsZero() && countersign.LondonDate(a.LastActivityAt).DaysUntil(today) > quietDays:
		add("Nothing has happened in the record of "+a.ApprenticeName+" since "+view.Day(a.LastActivityAt), "", "Look at the record", "of "+a.ApprenticeName)
	}
	return tasks
}

func lowerTitle(role countersign.NamingRole) string {
	if role == countersign.GPSupervisor {
		return "GP supervisor"
	}
	return "secondary mentor"
}

// lastNamed returns the naming in that role that ends last, and whether
// somebody is named so today.
func lastNamed(namings []countersign.Naming, role countersign.NamingRole, today countersign.Date) (last countersign.Naming, named bool) {
	found := false
	for _, n := range namings {
		if n.Role != role || !n.To.IsZero() && n.To.Before(n.From) {
			continue
		}
		named = named || n.ValidOn(today)
		if !found || !last.To.IsZero() && (n.To.IsZero() || n.To.After(last.To)) {
			last, found = n, true
		}
	}
	return last, named
}

// homeDecisions adds what waits for the decision of a training hub.
func (h *Handlers) homeDecisions(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	if !actor.Has(countersign.HubLead) {
		return nil
	}
	tasks, err := h.svc.ProgrammeTasks(ctx, actor)
	for _, t := range tasks {
		who := t.ApprenticeName + " at " + t.PracticeName
		task := view.HomeTask{Href: apprenticeshipPath(t.Apprenticeship) + "/programme"}
		switch t.Event {
		case countersign.AcceptApplication:
			task.Text, task.Link, task.For = "An application for "+who+" has waited since "+view.Date(t.Since), "Accept or decline", "the application for "+t.ApprenticeName
		case countersign.GrantExtension:
			task.Text, task.Link, task.For = "An extension for "+who+" was asked for on "+view.Date(t.Since), "Decide", "about the extension for "+t.ApprenticeName
		default:
			task.Text, task.Link, task.For = who+" was expected back from a break on "+view.Date(t.Since), "Look at the programme", "of "+t.ApprenticeName
		}
		page.Decisions = append(page.Decisions, task)
	}
	return err
}

// homeToRead adds the portfolios from elsewhere that wait for a GP supervisor,
// and the framework drafts that wait for the actor's review.
func (h *Handlers) homeToRead(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	if hasAny(actor, countersign.GPSupervisorMember, countersign.PracticeManager, countersign.HubLead) {
		received, err := h.svc.ReceivedPackages(ctx, actor)
		if err != nil {
			return err
		}
		for _, r := range received {
			if r.State == countersign.PackageReceived {
				page.ToRead = append(page.ToRead, view.HomeTask{
					Text: "The portfolio of " + r.ApprenticeName + ", from elsewhere, has waited since " + view.Day(r.ReceivedAt) + " for a GP supervisor of " + r.PracticeName + " to accept or decline it",
					Href: receivedPath(r.ID), Link: "Look at the portfolio", For: "of " + r.ApprenticeName,
				})
			}
		}
	}
	drafts, err := h.svc.DraftsToReview(ctx, actor)
	for _, d := range drafts {
		name := d.Title + ", version " + d.FrameworkVersion
		page.ToRead = append(page.ToRead, view.HomeTask{Text: "You are asked to review a framework draft: " + name, Href: draftPath(d.ID), Link: "Review the draft", For: "of " + name})
	}
	return err
}

// homeHubs adds the hubs that somebody leads.
func (h *Handlers) homeHubs(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	homes, err := h.svc.HubHomes(ctx, actor)
	today := countersign.LondonDate(h.now())
	for i, home := range homes {
		page.Hubs = append(page.Hubs, &view.HomeHub{
			ID: "hub-" + strconv.Itoa(i+1), Name: home.Hub.Name, Code: home.Hub.Code, Today: today, Total: placeRow(home.Total, today),
			Only: len(homes) == 1 && !hasAny(actor, slices.Concat(judges, []countersign.MemberRole{countersign.ApprenticeMember, countersign.Verifier})...),
			Rows: apprenticeRows(home.Longest, today), Unmentored: apprenticeRows(home.Unmentored, today), MoreUnmentored: home.MoreUnmentored,
			Measures: home.Measures, MeasuresSince: home.MeasuresSince,
		})
	}
	return err
}

// homePlaces adds the regions and countries that somebody leads.
func (h *Handlers) homePlaces(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	if !hasAny(actor, countersign.RegionLead, countersign.NationalLead) {
		return nil
	}
	places, err := h.svc.ReportPlaces(ctx, actor)
	if err != nil {
		return err
	}
	for _, o := range places {
		if o.Kind != countersign.Region && o.Kind != countersign.National {
			continue
		}
		report, err := h.svc.Report(ctx, actor, service.ReportQuery{Place: o.Code})
		if err != nil {
			return err
		}
		page.Places = append(page.Places, &view.HomePlaces{ID: "place-" + strconv.Itoa(len(page.Places)+1), Board: board.Page(report, nil, nil)})
	}
	return nil
}

// homeAdmin adds where an administrator begins.
func (h *Handlers) homeAdmin(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	if !actor.CanAnywhere(authz.ChangePeople) {
		return nil
	}
	section, err := h.adminHome(ctx, actor)
	page.Admin = section
	return err
}

func (h *Handlers) adminHome(ctx context.Context, actor authz.Actor) (*view.HomeAdmin, error) {
	home, err := h.svc.AdminHome(ctx, actor)
	if err != nil {
		return nil, err
	}
	section := &view.HomeAdmin{}
	for _, o := range home.Places {
		section.Places = append(section.Places, view.Link{Text: o.Name, Href: organisationPath(o.Code)})
	}
	for _, m := range home.Recent {
		section.Recent = append(section.Recent, view.RecentRole{
			PersonID: string(m.Person), Name: m.PersonName, Role: m.Role.Title(), Place: m.OrganisationName, PlaceCode: m.OrganisationCode,
			From: m.From, Invited: !m.HasPassword,
		})
	}
	return section, nil
}
