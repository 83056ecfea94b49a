package view

import (
	"strings"

	"countersign/internal/countersign"
)

// ApprenticeshipPage is the front page of one record: who, where, until when,
// how far, and the way to everything else.
type ApprenticeshipPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Competencies   []countersign.Summary
	Namings        []countersign.Naming // those that hold today
	Today          countersign.Date
	Own            bool
	Links          []Link // where the viewer can go from here
	Flag           countersign.Flag
	Why            []countersign.PaceReason
	Rule           countersign.PaceRule
}

// NewApprenticeshipPage returns the page of an apprenticeship.
func NewApprenticeshipPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *ApprenticeshipPage {
	p := &ApprenticeshipPage{Apprenticeship: a, Framework: f, Own: own, Layout: Layout{Title: "Your record", Notice: f.Notice}}
	if !own {
		p.Title = a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}}
	return p
}

// Template implements Page.
func (*ApprenticeshipPage) Template() string { return "apprenticeship/apprenticeship" }

// Tag says what state the apprenticeship is in.
func (p *ApprenticeshipPage) Tag() Tag { return ApprenticeshipTag(p.Apprenticeship.State) }

// Standstill says why nothing can be added now.
func (p *ApprenticeshipPage) Standstill() string { return standstill(p.Apprenticeship, p.Own) }

// Ring is how much is signed off.
func (p *ApprenticeshipPage) Ring() ProgressRing { return recordRing(p.Apprenticeship.Progress) }

func recordRing(done countersign.Progress) ProgressRing {
	return ProgressRing{
		ID: "ring", Done: done.SignedOff, Total: done.InScope, Noun: "competency", Verb: "signed off",
		Extra: "Core: " + Number(done.CoreSignedOff) + " of " + Number(done.Core),
	}
}

// Chart is how each domain stands.
func (p *ApprenticeshipPage) Chart() DomainChart {
	return recordChart(p.Apprenticeship.ID, p.Framework, p.Competencies)
}

func recordChart(id countersign.ApprenticeshipID, f countersign.Framework, all []countersign.Summary) DomainChart {
	chart := DomainChart{ID: "domains", Title: "Progress by domain"}
	at := map[string]int{}
	for i, d := range f.Domains {
		at[d.Code] = i
		chart.Bars = append(chart.Bars, DomainBar{
			Title: d.Title, Href: apprenticeshipHref(id) + "/competencies#" + domainID(d.Code), Counts: map[countersign.Status]int{},
		})
	}
	for _, c := range all {
		if i, ok := at[c.Domain]; ok && c.Status != countersign.NotApplicable {
			chart.Bars[i].Counts[c.Status]++
		}
	}
	return chart
}

// domainID is the id of a domain's heading.
func domainID(code string) string { return "domain-" + strings.ToLower(code) }

// Numbers is the chart as a table.
func (p *ApprenticeshipPage) Numbers() Table { return recordNumbers(p.Chart()) }

func recordNumbers(chart DomainChart) Table {
	t := Table{
		Caption: "Progress by domain in numbers", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Domain"}},
	}
	for _, tone := range chartTones {
		t.Head = append(t.Head, Column{Text: capital(tone.words), Numeric: true})
	}
	for _, b := range chart.Bars {
		row := []Cell{{Text: b.Title}}
		for _, tone := range chartTones {
			n := 0
			for _, s := range tone.statuses {
				n += b.Counts[s]
			}
			row = append(row, Cell{Text: Number(n)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Facts are the enrolment.
func (p *ApprenticeshipPage) Facts() SummaryList {
	a := p.Apprenticeship
	end := Date(a.PlannedEndOn)
	switch {
	case a.State != countersign.Active && a.State != countersign.ReferredBack:
	case a.Overdue(p.Today):
		end += " (overdue)"
	default:
		end += " (" + DaysUntil(p.Today, a.PlannedEndOn) + ")"
	}
	rows := []SummaryRow{
		{Key: "Practice", Value: a.PracticeName},
		{Key: "Training hub", Value: or(a.HubName, "None")},
		{Key: "Framework", Body: Blocks{Link{Text: p.Framework.Title, Href: "/frameworks/" + a.FrameworkID}, Text(", version " + a.FrameworkVersion)}},
		{Key: "Start", Value: Date(a.StartOn)},
		{Key: "Planned end", Value: end},
	}
	if a.Cohort != "" {
		rows = append(rows, SummaryRow{Key: "Cohort", Value: a.Cohort})
	}
	if !a.EndedOn.IsZero() {
		rows = append(rows, SummaryRow{Key: "Ended", Value: Date(a.EndedOn)})
		if a.EndReason != "" {
			rows = append(rows, SummaryRow{Key: "Reason", Value: a.EndReason})
		}
	}
	if !p.Own {
		rows = append([]SummaryRow{{Key: "Email", Value: a.ApprenticeEmail}}, rows...)
	}
	return SummaryList{Rows: rows}
}

// People are those who are named today.
func (p *ApprenticeshipPage) People() Table { return peopleTable(p.Namings, p.Framework) }

func peopleTable(namings []countersign.Naming, f countersign.Framework) Table {
	t := Table{
		Caption: "People named today", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Name"}, {Text: "Role"}, {Text: "Email"}, {Text: "Named"}},
	}
	for _, n := range namings {
		role := n.Role.Title()
		if len(n.Domains) > 0 {
			titles := make([]string, len(n.Domains))
			for i, code := range n.Domains {
				titles[i] = or(f.Domain(code).Title, code)
			}
			role += " for " + Sentence(titles)
		}
		if n.CoversName != "" {
			role += ", covering for " + n.CoversName
		}
		since := "since " + Date(n.From)
		if !n.To.IsZero() {
			since = "from " + Date(n.From) + " to " + Date(n.To)
		}
		t.Rows = append(t.Rows, []Cell{{Text: n.PersonName}, {Text: role}, {Text: n.PersonEmail}, {Text: since}})
	}
	return t
}

func init() {
	addSamples(func() []Sample {
		own := sampleApprenticeshipPage(true)
		own.Flag, own.Why = countersign.Slipping, sampleReasons[2:]
		overdue := sampleApprenticeshipPage(false)
		overdue.Apprenticeship.PlannedEndOn = countersign.On(2026, 2, 28)
		overdue.Flag, overdue.Why, overdue.Rule = countersign.Stuck, sampleReasons, samplePaces[0].Rule
		overdue.Namings[2].Domains = []string{"CARE"}
		ended := sampleApprenticeshipPage(false)
		ended.Apprenticeship.State, ended.Apprenticeship.EndedOn = countersign.WithdrawnFromProgramme, countersign.On(2026, 3, 1)
		ended.Apprenticeship.EndReason, ended.Apprenticeship.Cohort = "Moved to another practice outside the hub", ""
		ended.Namings, ended.Links = nil, nil
		away := sampleApprenticeshipPage(true)
		away.Apprenticeship.State, away.Apprenticeship.OnBreakSince, away.Apprenticeship.ReturnExpectedOn = countersign.OnBreak, countersign.On(2025, 12, 1), countersign.On(2026, 4, 12)
		return []Sample{{"apprenticeship: own", own}, {"apprenticeship: own, on a break", away}, {"apprenticeship: overdue, for a mentor", overdue}, {"apprenticeship: ended, nobody named", ended}}
	})
}

func sampleApprenticeshipPage(own bool) *ApprenticeshipPage {
	p := NewApprenticeshipPage(sampleApprenticeship(), sampleLearnerFramework(), own)
	p.Competencies, p.Namings, p.Today = sampleSummaries(), sampleNamings(), countersign.LondonDate(sampleNow)
	p.Links = []Link{
		{Text: "Competencies", Href: "/apprenticeships/a1/competencies"}, {Text: "Evidence", Href: "/apprenticeships/a1/evidence"},
		{Text: "Portfolio", Href: "/apprenticeships/a1/portfolio"},
	}
	return p
}
