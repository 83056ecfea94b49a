package view

import (
	"strings"

	"countersign/internal/countersign"
)

// PortfolioPage is the whole record of one apprenticeship on one page: the
// HTML twin of the PDF, with the same content in the same order.
type PortfolioPage struct {
	Layout
	Portfolio countersign.Portfolio
	MayExport bool
	// Packed says that the page lies in a transfer package, beside the files.
	Packed bool
	pieces map[countersign.EvidenceID]countersign.PortfolioPiece
}

// NewPortfolioPage returns the page of a portfolio.
func NewPortfolioPage(p countersign.Portfolio) *PortfolioPage {
	page := &PortfolioPage{Portfolio: p, pieces: map[countersign.EvidenceID]countersign.PortfolioPiece{}}
	page.Title, page.Notice = "Portfolio of "+p.Apprenticeship.ApprenticeName, p.Framework.Notice
	page.Breadcrumbs = recordCrumbs(p.Apprenticeship.ID)
	for _, piece := range p.Pieces {
		page.pieces[piece.ID] = piece
	}
	return page
}

// Template implements Page.
func (*PortfolioPage) Template() string { return "portfolio/portfolio" }

// PDF leads to the same as a document.
func (p *PortfolioPage) PDF() Button {
	if p.Packed {
		return Button{Text: "The same as PDF", Href: "portfolio.pdf"}
	}
	return Button{Text: "Download as PDF", Href: apprenticeshipHref(p.Portfolio.Apprenticeship.ID) + "/portfolio.pdf"}
}

// Everything leads to the package for another installation.
func (p *PortfolioPage) Everything() Button {
	return Button{Text: "Download everything, to move elsewhere", Variant: "secondary", Href: apprenticeshipHref(p.Portfolio.Apprenticeship.ID) + "/portfolio.zip"}
}

// Badges leads to the badges.
func (p *PortfolioPage) Badges() Button {
	return Button{Text: "Badges", Variant: "secondary", Href: apprenticeshipHref(p.Portfolio.Apprenticeship.ID) + "/badges"}
}

// Programme is the framework with its version.
func (p *PortfolioPage) Programme() string {
	f := p.Portfolio.Framework
	return f.Title + ". Framework " + f.ID + ", version " + f.Version
}

// Standing says how far the framework's text is to be trusted.
func (p *PortfolioPage) Standing() string {
	f := p.Portfolio.Framework
	word := "Official framework"
	if f.Standing == countersign.CommunityDraft {
		word = "Community draft"
	}
	if len(f.Notice) >= len(word) && strings.EqualFold(f.Notice[:len(word)], word) { // it says so itself
		return f.Notice
	}
	return strings.TrimSpace(word + ". " + f.Notice)
}

// Facts are what the cover says.
func (p *PortfolioPage) Facts() SummaryList {
	a := p.Portfolio.Apprenticeship
	var rows []SummaryRow
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, SummaryRow{Key: key, Value: value})
		}
	}
	add("Started", Date(a.StartOn))
	add("Planned end", Date(a.PlannedEndOn))
	switch a.State {
	case countersign.CompletedProgramme:
		add("Completed", Date(a.EndedOn))
	case countersign.WithdrawnFromProgramme:
		add("Withdrawn", countersign.FullStops([]string{Date(a.EndedOn), a.EndReason}))
	}
	places := 0
	for _, o := range p.Portfolio.Places {
		if o.Kind == countersign.National {
			continue
		}
		places++
		name := o.Name
		if o.Code != "" {
			name += " (" + o.Code + ")"
		}
		add(or(o.Kind.Title(), string(o.Kind)), name)
	}
	if places == 0 {
		add("Practice", a.PracticeName)
		add("Training hub", a.HubName)
	}
	add("Cohort", a.Cohort)
	add("Progress", p.ProgressText())
	return SummaryList{Rows: rows}
}

// ProgressText says how much is signed off.
func (p *PortfolioPage) ProgressText() string {
	g := p.Portfolio.Apprenticeship.Progress
	return Number(g.SignedOff) + " of " + Count(g.InScope, "competency") + " in scope signed off. Core competencies: " + Number(g.CoreSignedOff) + " of " + Number(g.Core) + "."
}

// People are everybody ever named.
func (p *PortfolioPage) People() Table {
	t := Table{
		Caption: "People", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Name"}, {Text: "Role"}, {Text: "Named"}},
	}
	for _, n := range p.Portfolio.Namings {
		role := roleTitle(n.Role)
		if len(n.Domains) > 0 {
			titles := make([]string, len(n.Domains))
			for i, d := range n.Domains {
				titles[i] = or(p.Portfolio.Framework.Domain(d).Title, d)
			}
			role += ", for " + Sentence(titles)
		}
		if n.CoversName != "" {
			role += ", standing in for " + n.CoversName
		}
		t.Rows = append(t.Rows, []Cell{{Text: n.PersonName}, {Text: role}, {Text: n.Period()}})
	}
	return t
}

// AsAt is the time of the last recorded change.
func (p *PortfolioPage) AsAt() string { return or(DayTime(p.Portfolio.AsAt), "a time not recorded") }

// Statuses are what the statuses mean.
func (p *PortfolioPage) Statuses() Table {
	t := Table{
		Caption: "Statuses", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Status"}, {Text: "What it means"}},
	}
	for _, s := range portfolioStatuses {
		t.Rows = append(t.Rows, []Cell{{Body: Blocks{CompetencyTag(s.status)}}, {Text: s.meaning}})
	}
	return t
}

var portfolioStatuses = []struct {
	status  countersign.Status
	meaning string
}{
	{countersign.SignedOff, "Judged competent, with every signature that the framework asks for."},
	{countersign.Assessed, "Judged competent by one person. A second signature is still needed."},
	{countersign.Ready, "The evidence meets the requirement. Nobody has decided yet."},
	{countersign.InProgress, "There is evidence, but not all that is needed."},
	{countersign.NotStarted, "There is no evidence yet."},
	{countersign.StatusNotYet, "Judged not yet competent. The decision says what to do next."},
	{countersign.Expired, "Was signed off, but the time for which that holds has passed."},
	{countersign.NotApplicable, "Not part of this apprenticeship: an optional competency, or one of an earlier version of the framework."},
}

// Levels are the levels of the scale.
func (p *PortfolioPage) Levels() Table {
	return (&FrameworkPage{Framework: p.Portfolio.Framework}).Scale()
}

// portfolioDomain is a domain with how its competencies stand.
type portfolioDomain struct {
	ID, Title    string
	Counts       map[countersign.Status]int
	Competencies []portfolioCompetency
	Said         string // instead of how many are signed off
}

// InScope is how many of its competencies are in scope.
func (d portfolioDomain) InScope() int {
	n := 0
	for s, k := range d.Counts {
		if s != countersign.NotApplicable {
			n += k
		}
	}
	return n
}

// Text says how many are signed off.
func (d portfolioDomain) Text() string {
	if d.Said != "" {
		return d.Said
	}
	return Number(d.Counts[countersign.SignedOff]) + " of " + Count(d.InScope(), "competency") + " in scope signed off"
}

// Domains are the domains with their competencies. Those of a domain that the
// framework doesn't have come last.
func (p *PortfolioPage) Domains() []portfolioDomain {
	at := map[string]int{}
	var out []portfolioDomain
	for _, d := range p.Portfolio.Framework.Domains {
		at[d.Code] = len(out)
		out = append(out, portfolioDomain{Title: d.Title})
	}
	for _, a := range p.Portfolio.Attainments {
		i, ok := at[a.Domain]
		if !ok {
			i = len(out)
			at[a.Domain] = i
			out = append(out, portfolioDomain{Title: a.Domain})
		}
		if out[i].Counts == nil {
			out[i].Counts = map[countersign.Status]int{}
		}
		out[i].Counts[a.Status()]++
		out[i].Competencies = append(out[i].Competencies, portfolioCompetency{Attainment: a, page: p})
	}
	shown := out[:0]
	for _, d := range out {
		if len(d.Competencies) > 0 {
			d.ID = "domain-" + itoa(len(shown)+1)
			shown = append(shown, d)
		}
	}
	return shown
}

// Sections are the domains and, after them, what earlier versions of the
// framework had.
func (p *PortfolioPage) Sections() []portfolioDomain {
	out := p.Domains()
	if len(p.Portfolio.Earlier) == 0 {
		return out
	}
	earlier := portfolioDomain{ID: "earlier-versions", Title: countersign.EarlierVersions, Said: countersign.EarlierVersionsMean}
	for _, a := range p.Portfolio.Earlier {
		earlier.Competencies = append(earlier.Competencies, portfolioCompetency{Attainment: a, page: p})
	}
	return append(out, earlier)
}

// Chart is the progress by domain, drawn.
func (p *PortfolioPage) Chart() DomainChart {
	chart := DomainChart{ID: "progress-chart", Title: "Progress by domain"}
	for _, d := range p.Domains() {
		chart.Bars = append(chart.Bars, DomainBar{Title: d.Title, Href: "#" + d.ID, Counts: d.Counts})
	}
	return chart
}

// Numbers is the same as numbers.
func (p *PortfolioPage) Numbers() Table {
	t := Table{
		Caption: "Competencies by domain and status", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true, Compact: true,
		Head: []Column{{Text: "Domain"}, {Text: "In scope", Numeric: true}},
	}
	for _, s := range portfolioStatuses[:len(portfolioStatuses)-1] {
		t.Head = append(t.Head, Column{Text: numberHeads[s.status], Numeric: true})
	}
	all := portfolioDomain{Title: "All", Counts: map[countersign.Status]int{}}
	row := func(d portfolioDomain) {
		cells := []Cell{{Text: d.Title}, {Text: Number(d.InScope())}}
		for _, s := range portfolioStatuses[:len(portfolioStatuses)-1] {
			cells = append(cells, Cell{Text: Number(d.Counts[s.status])})
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, d := range p.Domains() {
		row(d)
		for s, k := range d.Counts {
			all.Counts[s] += k
		}
	}
	row(all)
	return t
}

var numberHeads = map[countersign.Status]string{
	countersign.SignedOff: "Signed off", countersign.Assessed: "Assessed", countersign.Ready: "Ready", countersign.InProgress: "In progress",
	countersign.NotStarted: "Not started", countersign.StatusNotYet: "Not yet", countersign.Expired: "Expired",
}

// Role is the job description in short.
func (p *PortfolioPage) Role() SummaryList {
	return (&FrameworkPage{Framework: p.Portfolio.Framework}).Role()
}

// Duties are the duties with how far each competency is.
func (p *PortfolioPage) Duties() []duty {
	standing := map[string]countersign.Status{}
	for _, a := range p.Portfolio.Attainments {
		standing[a.Code] = a.Status()
	}
	page := &JobDescriptionPage{Framework: p.Portfolio.Framework, Own: p.Portfolio.Apprenticeship.ID, Standing: standing}
	duties := page.Duties()
	for i := range duties {
		for j := range duties[i].Competencies {
			c := &duties[i].Competencies[j]
			c.Href = "#" + c.Code
		}
	}
	return duties
}

// Left are the codes of the duties that the variant leaves out.
func (p *PortfolioPage) Left() string {
	var codes []string
	for _, d := range p.Portfolio.Framework.Role.Duties {
		if len(d.Competencies) == 0 {
			codes = append(codes, d.Code)
		}
	}
	return Sentence(codes)
}
