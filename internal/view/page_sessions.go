package view

import "countersign/internal/countersign"

// TimetablePage is the classroom sessions of one apprentice.
type TimetablePage struct {
	Layout
	Sessions []TimetableRow
	Today    countersign.Date
}

// TimetableRow is a session and whether the apprentice was there.
type TimetableRow struct {
	countersign.Session
	Present bool
}

// NewTimetablePage returns the page of an apprenticeship.
func NewTimetablePage(a countersign.Apprenticeship, own bool) *TimetablePage {
	p := &TimetablePage{Layout: Layout{Title: "Your classroom sessions"}}
	record := Link{Text: "Your record", Href: apprenticeshipHref(a.ID)}
	if !own {
		p.Title, record.Text = "Classroom sessions of "+a.ApprenticeName, a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, record}
	return p
}

// Template implements Page.
func (*TimetablePage) Template() string { return "sessions/sessions" }

// New is for hub leads.
func (*TimetablePage) New() ActionLink { return ActionLink{} }

// Table lists the sessions.
func (p *TimetablePage) Table() Table {
	t := Table{
		Caption: "Classroom sessions", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Session"}, {Text: "When"}, {Text: "Where"}, {Text: "Materials"}, {Text: "Attendance"}},
	}
	for _, s := range p.Sessions {
		attendance := Cell{Text: "Still to come"}
		if s.Present {
			attendance = Cell{Body: Blocks{Tag{Text: "Attended", Colour: "green"}}}
		} else if !s.On.After(p.Today) {
			attendance = Cell{Text: "Not marked"}
		}
		t.Rows = append(t.Rows, append(sessionCells(s.Session, ""), attendance))
	}
	return t
}

func sessionCells(s countersign.Session, href string) []Cell {
	materials := Cell{Text: "None"}
	if s.Materials != "" {
		materials = Cell{Body: Blocks{Link{Text: "Materials", Href: s.Materials, Hidden: "of " + s.Title}}}
	}
	return []Cell{
		{Text: s.Title, Href: href}, {Text: sessionTime(s)}, {Text: s.Place}, materials,
	}
}

// SessionsPage is the timetable of a training hub.
type SessionsPage struct {
	Layout
	Sessions []countersign.Session
	Titles   map[string]string // of the programmes, by identifier
	Today    countersign.Date
}

// NewSessionsPage returns the page with its title.
func NewSessionsPage() *SessionsPage {
	return &SessionsPage{Layout: Layout{Title: "Classroom sessions", Breadcrumbs: []Link{{Text: "Home", Href: "/"}}}}
}

// Template implements Page.
func (*SessionsPage) Template() string { return "sessions/sessions" }

// New adds one.
func (*SessionsPage) New() ActionLink {
	return ActionLink{Text: "Add a session", Href: "/sessions/new"}
}

// Table lists the sessions.
func (p *SessionsPage) Table() Table {
	t := Table{
		Caption: "Classroom sessions, the latest first", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Session"}, {Text: "When"}, {Text: "Where"}, {Text: "Materials"}, {Text: "For"}, {Text: "Attended"}},
	}
	for _, s := range p.Sessions {
		attended := Cell{Text: Number(s.Attended)}
		if s.On.After(p.Today) {
			attended.Text = "Still to come"
		}
		t.Rows = append(t.Rows, append(sessionCells(s, "/sessions/"+string(s.ID)), Cell{Text: sessionFor(s, p.Titles[s.Framework])}, attended))
	}
	return t
}

// sessionFor says whom a session is for: the programme, and the cohort.
func sessionFor(s countersign.Session, title string) string {
	if s.Cohort == "" {
		return or(title, s.Framework) + ", every cohort"
	}
	return or(title, s.Framework) + ", cohort " + s.Cohort
}

// SessionFormPage puts a session on the timetable, or changes one.
type SessionFormPage struct {
	Layout
	Present                                                    countersign.Session // the one that is changed
	Version                                                    string              // of it, as seen
	Frameworks                                                 []Option
	Hubs                                                       []Option // to choose from; none for whoever leads one
	Hub                                                        string
	Name, Starts, Minutes, Place, Materials, Framework, Cohort string
	On                                                         DateValue
}

// NewSessionFormPage returns the form.
func NewSessionFormPage() *SessionFormPage {
	return &SessionFormPage{Layout: Layout{Title: "Add a classroom session", Back: BackLink{Href: "/sessions"}}}
}

// Fill makes it the form of a session that is there.
func (p *SessionFormPage) Fill(s countersign.Session, version string) {
	p.Title, p.Back, p.Present, p.Version = "Change a classroom session", BackLink{Href: "/sessions/" + string(s.ID)}, s, version
	p.Name, p.Starts, p.Minutes, p.Place, p.Materials, p.Framework, p.Cohort = s.Title, s.Starts, itoa(s.Minutes), s.Place, s.Materials, s.Framework, s.Cohort
	p.On, p.Hubs = DateValueOf(s.On), nil // it stays where it is
}

// Action is where the form goes.
func (p *SessionFormPage) Action() string {
	if p.Present.ID != "" {
		return "/sessions/" + string(p.Present.ID) + "/change"
	}
	return "/sessions/new"
}

// Template implements Page.
func (*SessionFormPage) Template() string { return "sessions/form" }

// Fields are what is asked.
func (p *SessionFormPage) Fields() Blocks {
	fields := Blocks{
		Input{Name: "title", Label: Label{Text: "Title"}, Value: p.Name, Error: p.Errors.Of("title")},
		Select{Name: "framework", Label: Label{Text: "Programme"}, Value: p.Framework, Error: p.Errors.Of("framework"), Options: p.Frameworks},
		Input{Name: "cohort", Label: Label{Text: "Cohort (optional)"}, Hint: "Leave it empty for every cohort.", Value: p.Cohort, Error: p.Errors.Of("cohort"), Width: 20},
		DateInput{Name: "on", Legend: Legend{Text: "Day"}, Value: p.On, Error: p.Errors.Of("on")},
		Input{Name: "starts", Label: Label{Text: "Starts at"}, Hint: "For example 09:30.", Value: p.Starts, Error: p.Errors.Of("starts"), Width: 5},
		Input{Name: "minutes", Label: Label{Text: "Minutes"}, Value: p.Minutes, Error: p.Errors.Of("minutes"), Width: 4, InputMode: "numeric"},
		Input{Name: "place", Label: Label{Text: "Place"}, Value: p.Place, Error: p.Errors.Of("place")},
		Input{Name: "materials", Label: Label{Text: "Address of the materials (optional)"}, Hint: "It begins with https://", Value: p.Materials, Error: p.Errors.Of("materials"), NoSpellcheck: true},
	}
	if len(p.Hubs) > 0 {
		fields = append(Blocks{Select{Name: "hub", Label: Label{Text: "Training hub"}, Value: p.Hub, Error: p.Errors.Of("hub"), Options: p.Hubs}}, fields...)
	}
	if p.Present.Attended > 0 {
		fields = append(fields, Paragraph("Somebody is marked as there, so the programme, the cohort, the day and the minutes stay as they are."))
	}
	return fields
}

// Submit saves.
func (p *SessionFormPage) Submit() Button {
	if p.Present.ID != "" {
		return Button{Text: "Save", Once: true}
	}
	return Button{Text: "Add the session", Once: true}
}

// AttendancePage marks who was at a session.
type AttendancePage struct {
	Layout
	Session   countersign.Session
	Programme string   // its title
	Attendees []Choice // Value is the apprenticeship
	Held      bool     // it isn't in the future
}

// NewAttendancePage returns the page of a session.
func NewAttendancePage(s countersign.Session, programme string) *AttendancePage {
	return &AttendancePage{Session: s, Programme: programme, Layout: Layout{Title: s.Title, Back: BackLink{Href: "/sessions"}}}
}

// Template implements Page.
func (*AttendancePage) Template() string { return "sessions/attendance" }

// Facts are the session.
func (p *AttendancePage) Facts() SummaryList {
	s := p.Session
	rows := []SummaryRow{
		{Key: "When", Value: sessionTime(s)}, {Key: "Where", Value: s.Place},
		{Key: "For", Value: sessionFor(s, p.Programme)},
	}
	if s.Materials != "" {
		rows = append(rows, SummaryRow{Key: "Materials", Body: Blocks{Link{Text: s.Materials, Href: s.Materials}}})
	}
	return SummaryList{Rows: rows}
}

// Change is where the session can be changed.
func (p *AttendancePage) Change() string { return "/sessions/" + string(p.Session.ID) + "/change" }

// PresentField marks who was there.
func (p *AttendancePage) PresentField() Checkboxes {
	return Checkboxes{
		Name: "present", Legend: Legend{Text: "Who was there?", Size: "m"}, Items: p.Attendees, Error: p.Errors.Of("present"),
		Hint: "Everybody marked gets verified hours. Take a mark away, and their hours are taken back.",
	}
}

// Save keeps the marks.
func (*AttendancePage) Save() Button { return Button{Text: "Save attendance", Once: true} }

func init() {
	addSamples(func() []Sample {
		session := countersign.Session{
			ID: "s1", Title: "Infection prevention & control", On: countersign.On(2026, 3, 3), Starts: "09:30", Minutes: 180, Place: "Room 2, the hub",
			Materials: "https://hub.example/ipc", Framework: "nhs-medical-assistant", Attended: 1,
		}
		later := session
		later.ID, later.On, later.Materials, later.Cohort, later.Attended = "s2", countersign.On(2026, 4, 3), "", "2025-26", 0
		own := NewTimetablePage(sampleApprenticeship(), true)
		own.Today = countersign.LondonDate(sampleNow)
		own.Sessions = []TimetableRow{{session, true}, {session, false}, {later, false}}
		hub := NewSessionsPage()
		hub.Sessions, hub.Today = []countersign.Session{later, session}, countersign.LondonDate(sampleNow)
		hub.Titles = map[string]string{session.Framework: "NHS medical assistant"}
		form, wrong := NewSessionFormPage(), NewSessionFormPage()
		form.Frameworks = []Option{{Text: "Select a programme"}, {Value: "nhs-medical-assistant", Text: "NHS medical assistant"}}
		wrong.Hubs = []Option{{Text: "Select a training hub"}, {Value: "TH01", Text: "Leeds Training Hub"}, {Value: "TH02", Text: "Devon Training Hub"}}
		wrong.Frameworks, wrong.Materials = form.Frameworks, "http://hub.example"
		var p countersign.Problems
		for _, f := range []string{"hub", "title", "framework", "on", "starts", "minutes", "place", "materials"} {
			p.Add(f, "Enter something else for "+f)
		}
		wrong.Fail(p.Err())
		change := NewSessionFormPage()
		change.Frameworks = form.Frameworks
		change.Fill(session, "1f")
		marks, refused := NewAttendancePage(session, "NHS medical assistant"), NewAttendancePage(session, "NHS medical assistant")
		marks.Held, refused.Held = true, true
		marks.Attendees = []Choice{{Value: "a1", Text: "Asha Patel", Hint: "Hillview Surgery", Checked: true}, {Value: "a2", Text: "Zoë Ńowak", Hint: "Hillview Surgery"}}
		refused.Attendees = marks.Attendees
		refused.Fail(countersign.InvalidField("present", "Zoë Ńowak: No hours count during a break"))
		return []Sample{
			{"sessions: own", own}, {"sessions: own, none", NewTimetablePage(sampleApprenticeship(), true)}, {"sessions: of a hub", hub}, {"sessions: of a hub, none", NewSessionsPage()},
			{"sessions, form", form}, {"sessions, form: refused", wrong}, {"sessions, change", change}, {"sessions, attendance", marks}, {"sessions, attendance: one refused", refused},
			{"sessions, attendance: to come", NewAttendancePage(later, "NHS medical assistant")},
		}
	})
}

// sessionTime says when a session is: "3 March 2026 at 9:30am, 3 hours".
func sessionTime(s countersign.Session) string {
	return DayTime(s.StartsAt()) + ", " + countersign.Duration(s.Minutes)
}
