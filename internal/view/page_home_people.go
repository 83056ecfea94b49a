package view

import (
	"net/url"
	"time"

	"countersign/internal/countersign"
)

// HomePractice is the home section of a practice manager: the practice's
// apprentices, who is named or covers, and what there is to arrange.
type HomePractice struct {
	ID       string // unique on the page
	Name     string
	Today    countersign.Date
	Todo     []HomeTask
	Rows     []ApprenticeRow
	More     bool // there are more apprentices than these
	Cover    []HomeCover
	MayEnrol bool
	List     string // address of the whole list
	Report   string // of the practice's report
}

// HomeTask is something to arrange.
type HomeTask struct {
	Text string // a sentence without its full stop
	Href string
	Link string // "Name somebody"
	For  string // for screen readers, after the link
}

// HomeCover is somebody who stands in for somebody else, now or soon.
type HomeCover struct {
	Naming     countersign.Naming
	Apprentice string
	ID         countersign.ApprenticeshipID
}

// Table is the apprentices with who mentors them.
func (h *HomePractice) Table() Table {
	t := Table{
		Caption: "Apprentices of " + h.Name, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Apprentice"}, {Text: "Signed off"}, {Text: "Planned end"}, {Text: "Waiting"}, {Text: "Mentors"}, {Text: "Last activity"}},
	}
	for _, r := range h.Rows {
		t.Rows = append(t.Rows, []Cell{
			{Text: r.Name, Href: "/apprenticeships/" + r.ID}, r.progress(), r.end(), {Text: r.waits(h.Today)}, {Body: r.mentors()}, {Text: r.activity()},
		})
	}
	return t
}

// CoverTable is who covers, now and soon.
func (h *HomePractice) CoverTable() Table {
	t := Table{
		Caption: "Cover at " + h.Name, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Who covers"}, {Text: "For"}, {Text: "Apprentice"}, {Text: "From"}, {Text: "Until"}},
	}
	for _, c := range h.Cover {
		t.Rows = append(t.Rows, []Cell{
			{Text: c.Naming.PersonName}, {Text: c.Naming.CoversName + ", " + lowerRole(c.Naming.Role)},
			{Text: c.Apprentice, Href: apprenticeshipHref(c.ID) + "/namings", Hidden: "(mentors and assessors)"},
			{Text: Date(c.Naming.From)}, {Text: until(c.Naming)},
		})
	}
	return t
}

// Enrol leads to the enrolment form.
func (*HomePractice) Enrol() Button {
	return Button{Text: "Enrol an apprentice", Href: "/apprenticeships/new"}
}

// ApplyFor leads to the application form.
func (*HomePractice) ApplyFor() Link { return applyLink }

// HomeHub is the home section of a hub lead.
type HomeHub struct {
	ID             string // unique on the page
	Name, Code     string
	Only           bool // it is the only hub of theirs, so that lists needn't name it
	Today          countersign.Date
	Total          PlaceRow
	Rows           []ApprenticeRow
	Unmentored     []ApprenticeRow
	MoreUnmentored bool
	Measures       int       // of practices, that wait to be checked
	MeasuresSince  time.Time // the longest of them
}

func (h *HomeHub) href(f ApprenticesFilter) string {
	if !h.Only {
		f.Organisation = h.Code
	}
	return f.Href()
}

// Figures are the hub's sums; each leads to those counted.
func (h *HomeHub) Figures() []Figure { return h.Total.figures(h.Today, h.href) }

// Enrol leads to the enrolment form.
func (*HomeHub) Enrol() Button {
	return Button{Text: "Enrol an apprentice", Href: "/apprenticeships/new"}
}

// Table is those for whom mentors take longest.
func (h *HomeHub) Table() Table { return apprenticesTable("Apprentices of "+h.Name, h.Today, h.Rows) }

// All leads to every active apprentice, in the same order.
func (h *HomeHub) All() Link {
	return Link{Text: "See all " + Count(h.Total.Active, "active apprentice"), Href: h.href(ApprenticesFilter{Flag: "active", Sort: "oldest_waiting"})}
}

// CSV leads to the whole list as a file.
func (h *HomeHub) CSV() Link {
	f := ApprenticesFilter{}
	if !h.Only {
		f.Organisation = h.Code
	}
	return Link{Text: "Download everybody as a CSV file", Href: withQuery("/apprenticeships.csv", f.Values())}
}

// Report leads to the figures of the hub, practice by practice.
func (h *HomeHub) Report() Link {
	return Link{Text: "Report of the training hub", Href: "/reports/" + url.PathEscape(h.Code)}
}

// Links are where to go from the table.
func (h *HomeHub) Links() []Link {
	return []Link{h.All(), h.Report(), {Text: "Payments to practices", Href: "/payments"}, h.CSV()}
}

// Tasks are the measures to check, and those without a mentor.
func (h *HomeHub) Tasks() []HomeTask {
	var tasks []HomeTask
	if h.Measures > 0 {
		text := Count(h.Measures, "measure of your practices waits", "measures of your practices wait") + " to be checked, "
		if h.Measures > 1 {
			text += "the first of them "
		}
		tasks = append(tasks, HomeTask{Text: text + "since " + Date(countersign.LondonDate(h.MeasuresSince)), Href: ImpactHref(h.Code, ""), Link: "Check what they measured", For: "at " + h.Name})
	}
	for _, r := range h.Unmentored {
		text := "No GP supervisor and no secondary mentor"
		switch {
		case r.Mentor != "":
			text = "No GP supervisor"
		case r.Supervisor != "":
			text = "No secondary mentor"
		}
		tasks = append(tasks, HomeTask{
			Text: text + " is named today for " + r.Name + " at " + r.Practice, Href: "/apprenticeships/" + r.ID + "/namings", Link: "Name somebody", For: "for " + r.Name,
		})
	}
	return tasks
}

// MissingMentors leads to everybody without a mentor.
func (h *HomeHub) MissingMentors() Link {
	return Link{Text: "See everybody without a mentor", Href: h.href(ApprenticesFilter{Unmentored: true})}
}

// HomePlaces is the home section of a region or national lead, for one place:
// the beginning of its report.
type HomePlaces struct {
	ID    string // unique on the page
	Board *DashboardPage
}

// Report leads to all figures of the place.
func (h *HomePlaces) Report() Link {
	return Link{Text: "See all figures of " + h.Board.Title, Href: h.Board.Action()}
}

// HomeAdmin is the home section of an administrator, and the page /admin.
type HomeAdmin struct {
	Places []Link // those administered
	Recent []RecentRole
}

// RecentRole is a role that was given lately.
type RecentRole struct {
	PersonID, Name, Role, Place, PlaceCode string
	From                                   countersign.Date
	Invited                                bool // has not set a password yet
}

// Table is the roles given last.
func (h *HomeAdmin) Table() Table {
	t := Table{
		Caption: "Roles given last", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Name"}, {Text: "Role"}, {Text: "Organisation"}, {Text: "From"}, {Text: "Account"}},
	}
	for _, r := range h.Recent {
		t.Rows = append(t.Rows, []Cell{
			{Text: r.Name, Href: "/admin/people/" + r.PersonID}, {Text: r.Role}, {Text: r.Place, Href: "/admin/organisations/" + r.PlaceCode},
			{Text: Date(r.From)}, {Body: Blocks{accountTag(r.Invited)}},
		})
	}
	return t
}

func accountTag(invited bool) Tag {
	if invited {
		return Tag{Text: "Invited", Colour: "yellow"}
	}
	return Tag{Text: "In use", Colour: "green"}
}

func init() {
	addSamples(func() []Sample {
		today := countersign.On(2026, 11, 22)
		manager := NewHomePage("Jo Fletcher")
		manager.Practices = []*HomePractice{
			{
				ID: "practice-1", Name: "Hillview Surgery", Today: today, Rows: sampleApprentices, More: true, MayEnrol: true, List: "/apprenticeships?organisation=A81001", Report: "/reports/A81001",
				Todo: []HomeTask{
					{Text: "No GP supervisor is named today for Zoë Ńowak", Href: "/apprenticeships/a2/namings", Link: "Name somebody", For: "for Zoë Ńowak"},
					{Text: "Zoë Ńowak was to finish on 1 October 2026", Href: "/apprenticeships/a2/change", Link: "Change the end date", For: "of Zoë Ńowak"},
				},
				Cover: []HomeCover{{Naming: sampleNamed[4], Apprentice: "Asha Patel", ID: "a1"}},
			},
			{ID: "practice-2", Name: "Canal Street Practice", Today: today, MayEnrol: true, List: "/apprenticeships?organisation=A81002", Report: "/reports/A81002"},
		}
		hub := NewHomePage("Ruth Adeyemi")
		hub.Decisions = []HomeTask{{Text: "An application for Tom Reed at Hillview Surgery has waited since 2 November 2026", Href: "/apprenticeships/a5/programme", Link: "Accept or decline", For: "the application for Tom Reed"}}
		hub.ToRead = []HomeTask{{Text: "You are asked to review a framework draft: GPA for Leeds, version 1.0.0", Href: "/framework-drafts/d1", Link: "Review the draft", For: "of GPA for Leeds, version 1.0.0"}}
		hub.Hubs = []*HomeHub{
			{ID: "hub-1", Name: "Leeds Training Hub", Code: "TH01", Today: today, Total: samplePlaces[0], Rows: sampleApprentices, Unmentored: sampleApprentices[1:2], MoreUnmentored: true, Measures: 3, MeasuresSince: today.AddDays(-9).Start()},
			{ID: "hub-2", Name: "Empty Training Hub", Code: "TH03", Today: today, Measures: 1, MeasuresSince: today.Start()},
		}
		region := NewHomePage("Rob Lane")
		region.Places = []*HomePlaces{{ID: "place-1", Board: sampleRegion()}}
		admin := NewHomePage("Ada Moss")
		admin.Admin = &HomeAdmin{
			Places: []Link{{Text: "England", Href: "/admin/organisations/ENGLAND"}},
			Recent: []RecentRole{
				{PersonID: "p1", Name: "Dr Megan Bell", Role: "GP supervisor", Place: "Hillview Surgery", PlaceCode: "A81001", From: today},
				{PersonID: "p2", Name: "Zoë Ńowak", Role: "Apprentice", Place: "Hillview Surgery", PlaceCode: "A81001", From: today, Invited: true},
			},
		}
		return []Sample{
			{"home: practice manager", manager}, {"home: hub lead", hub}, {"home: region lead", region}, {"home: administrator", admin},
		}
	})
}
