package view

import (
	"time"

	"countersign/internal/countersign"
)

// HomeAssessor is the home section of everybody who judges: what waits for
// them, oldest first, and whose training they are named on.
type HomeAssessor struct {
	Waiting     int  // how much waits
	AndMore     bool // and more than was counted
	Oldest      string
	First       []QueueRow // the oldest few
	Hours       int        // entries of hours that wait to be verified
	Named       bool       // the viewer is named on somebody's training, or could be
	Apprentices []HomeApprenticeRow
	All         bool // there are more apprentices than are shown
	SetUp       bool // the viewer has nothing yet to sign with
	Today       countersign.Date
}

// HomeApprenticeRow is one apprentice in a list for those who train them.
type HomeApprenticeRow struct {
	countersign.Apprenticeship
	Waiting       int
	OldestWaiting time.Time
}

// Count says how much waits.
func (h *HomeAssessor) Count() string {
	switch {
	case h.Waiting == 0:
		return "Nothing waits for you."
	case h.AndMore:
		return Number(h.Waiting) + " things or more wait for you. The oldest has been " + h.Oldest + "."
	}
	return Count(h.Waiting, "thing waits", "things wait") + " for you. The oldest has been " + h.Oldest + "."
}

// Unready says what the viewer needs before they can sign.
func (h *HomeAssessor) Unready() InsetText {
	return InsetText{Body: Blocks{
		Paragraph("Before you can sign off a competency you need a passkey or an authenticator app."), Link{Text: "Set one up now", Href: "/account/security"},
	}}
}

// Queue leads to all of it.
func (h *HomeAssessor) Queue() Button {
	return Button{Text: "Review and sign off", Href: "/queue"}
}

// HoursLink leads to the hours that wait to be verified.
func (h *HomeAssessor) HoursLink() Link {
	return Link{Text: Count(h.Hours, "entry of hours waits", "entries of hours wait") + " to be verified", Href: "/hours"}
}

// Table lists the apprentices.
func (h *HomeAssessor) Table() Table {
	t := Table{
		Caption: "Your apprentices", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Apprentice"}, {Text: "Signed off"}, {Text: "Waiting"}, {Text: "Planned end"}, {Text: "Record"}},
	}
	for _, a := range h.Apprentices {
		waiting := Cell{Text: "Nothing"}
		if a.Waiting > 0 {
			waiting = Cell{Body: Blocks{Link{
				Text: Count(a.Waiting, "thing") + ", " + Waiting(a.OldestWaiting, h.Today), Href: "/queue?apprenticeship=" + string(a.ID), Hidden: "for " + a.ApprenticeName,
			}}}
		}
		end := Cell{Text: MonthYear(a.PlannedEndOn)}
		if a.Overdue(h.Today) {
			end = Cell{Body: Blocks{Text(MonthYear(a.PlannedEndOn) + " "), Tag{Text: "Overdue", Colour: "red"}}}
		}
		record := Cell{Body: Blocks{Link{Text: "Record evidence", Href: apprenticeshipHref(a.ID) + "/evidence/new", Hidden: "for " + a.ApprenticeName}}}
		if a.State != countersign.Active {
			end = Cell{Body: Blocks{ApprenticeshipTag(a.State)}}
		}
		if a.State == countersign.CompletedProgramme || !a.IsWorking() {
			record = Cell{Body: Blocks{portfolioLink(a.Apprenticeship)}}
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: a.ApprenticeName, Href: apprenticeshipHref(a.ID)}, {Body: Blocks{Bar{a.SignedOff, a.InScope}}}, waiting, end, record,
		})
	}
	return t
}

func portfolioLink(a countersign.Apprenticeship) Link {
	return Link{Text: "Portfolio", Href: apprenticeshipHref(a.ID) + "/portfolio", Hidden: "of " + a.ApprenticeName}
}

// HomeVerifier is the home section of an external verifier: the portfolios
// assigned to them.
type HomeVerifier struct {
	Waiting    []HomeApprenticeRow // submitted and not answered, longest first; OldestWaiting is when
	Portfolios []HomeApprenticeRow // all that are assigned
	All        bool                // there are more than are shown
	Today      countersign.Date
}

// Waits lists what was submitted and not answered, longest first.
func (h *HomeVerifier) Waits() Table {
	t := Table{
		Caption: "Portfolios that wait for your answer", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Apprentice"}, {Text: "Practice"}, {Text: "Submitted"}, {Text: "Answer"}},
	}
	for _, a := range h.Waiting {
		t.Rows = append(t.Rows, []Cell{
			{Text: a.ApprenticeName, Href: apprenticeshipHref(a.ID) + "/portfolio", Hidden: "(portfolio)"}, {Text: a.PracticeName},
			{Text: Day(a.OldestWaiting) + ", " + Waiting(a.OldestWaiting, h.Today)},
			{Body: Blocks{Link{Text: "Verify or refer back", Href: gatewayHref(a.ID) + "/verification", Hidden: "the portfolio of " + a.ApprenticeName}}},
		})
	}
	return t
}

// Table lists the portfolios.
func (h *HomeVerifier) Table() Table {
	t := Table{
		Caption: "Portfolios assigned to you", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Apprentice"}, {Text: "Practice"}, {Text: "Signed off"}, {Text: "Status"}, {Text: "Portfolio"}},
	}
	for _, a := range h.Portfolios {
		t.Rows = append(t.Rows, []Cell{
			{Text: a.ApprenticeName, Href: apprenticeshipHref(a.ID)}, {Text: a.PracticeName}, {Body: Blocks{Bar{a.SignedOff, a.InScope}}},
			{Body: Blocks{ApprenticeshipTag(a.State)}}, {Body: Blocks{portfolioLink(a.Apprenticeship)}},
		})
	}
	return t
}

func init() {
	addSamples(func() []Sample {
		row := func(id, name string) HomeApprenticeRow {
			a := sampleApprenticeship()
			a.ID, a.ApprenticeName = countersign.ApprenticeshipID(id), name
			return HomeApprenticeRow{Apprenticeship: a}
		}
		busy := NewHomePage("Dr Megan Bell")
		late := row("a2", "Zoë Ńowak")
		late.PlannedEndOn, late.SignedOff, late.InScope = countersign.On(2026, time.January, 31), 30, 45
		done := row("a3", "Nguyễn Văn An")
		done.State, done.SignedOff, done.InScope = countersign.CompletedProgramme, 45, 45
		waits := row("a1", "Asha Patel")
		waits.Waiting, waits.OldestWaiting = 3, sampleNow.AddDate(0, 0, -12)
		busy.Assessor = &HomeAssessor{
			Waiting: 14, Oldest: "waiting 12 days", First: sampleQueue(), Named: true, Apprentices: []HomeApprenticeRow{waits, late, done},
			Hours: 3, All: true, Today: countersign.LondonDate(sampleNow),
		}
		idle := NewHomePage("Siân Okafor")
		idle.Assessor = &HomeAssessor{Named: true, SetUp: true}
		manager := NewHomePage("Priya Shah")
		manager.Assessor = &HomeAssessor{}
		verifier := NewHomePage("Ruth Adeyemi")
		sent := waits
		sent.State = countersign.HandedIn
		verifier.Verifier = &HomeVerifier{Waiting: []HomeApprenticeRow{sent}, Portfolios: []HomeApprenticeRow{done, late, sent}, Today: countersign.LondonDate(sampleNow)}
		unassigned := NewHomePage("Ruth Adeyemi")
		unassigned.Verifier = &HomeVerifier{}
		return []Sample{
			{"home: assessor", busy}, {"home: assessor, nothing waits", idle}, {"home: assessor by office", manager},
			{"home: verifier", verifier}, {"home: verifier without portfolios", unassigned},
		}
	})
}
