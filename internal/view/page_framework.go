package view

import (
	"countersign/internal/countersign"
)

// FrameworksPage lists the frameworks.
type FrameworksPage struct {
	Layout
	Frameworks []FrameworkEntry
	Drafting   bool // the viewer makes versions, or is asked to review one
}

// Drafts leads to the versions in the making.
func (*FrameworksPage) Drafts() Link {
	return Link{Text: "Framework drafts: make a version, or review one", Href: draftsHref}
}

// FrameworkEntry is one framework with its versions, the newest first.
type FrameworkEntry struct {
	ID, Title    string
	Notice       string
	Status       countersign.FrameworkStatus
	Standing     countersign.Standing
	Competencies int
	Version      string   // the newest
	Older        []string // versions
}

// Tags say how far it can be relied on.
func (e FrameworkEntry) Tags() Tags {
	tags := Tags{FrameworkTag(e.Status)}
	if e.Standing == countersign.CommunityDraft {
		tags = append(tags, Tag{Text: "Community draft", Colour: "purple"})
	}
	return tags
}

// Card is the box around it.
func (e FrameworkEntry) Card() Card {
	return Card{Heading: Heading{Text: e.Title, Size: "m"}, Href: frameworkHref(e.ID)}
}

// Summary says what it holds.
func (e FrameworkEntry) Summary() string {
	return "Version " + e.Version + ", " + Count(e.Competencies, "competency") + "."
}

// Job leads to the job description.
func (e FrameworkEntry) Job() Link {
	return Link{Text: "Job description", Href: "/job-description/" + e.ID, Hidden: "of " + e.Title}
}

// OlderLinks lead to earlier versions.
func (e FrameworkEntry) OlderLinks() []Link {
	links := make([]Link, len(e.Older))
	for i, v := range e.Older {
		links[i] = Link{Text: "Version " + v, Href: frameworkHref(e.ID) + "?version=" + v, Hidden: "of " + e.Title}
	}
	return links
}

func frameworkHref(id string) string { return "/frameworks/" + id }

// NewFrameworksPage returns the page with its title.
func NewFrameworksPage() *FrameworksPage {
	return &FrameworksPage{Layout: Layout{Title: "Frameworks"}}
}

// Template implements Page.
func (*FrameworksPage) Template() string { return "frameworks/list" }

// FrameworkPage is one version of a framework, as a person would read it.
type FrameworkPage struct {
	Layout
	Framework countersign.Framework
	Newest    string // the newest version; empty when this is it
	Changed   bool   // there is a version before it
	MayMove   bool   // the viewer can bring people to it
	MayDraft  bool   // the viewer can copy it into a draft
}

// NewFrameworkPage returns the page of a framework.
func NewFrameworkPage(f countersign.Framework) *FrameworkPage {
	p := &FrameworkPage{Framework: f}
	p.Title, p.Notice = f.Title, f.Notice
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: "Frameworks", Href: "/frameworks"}}
	return p
}

// Template implements Page.
func (*FrameworkPage) Template() string { return "frameworks/framework" }

// Tags say which version it is and how far it can be relied on.
func (p *FrameworkPage) Tags() Tags {
	f := p.Framework
	return FrameworkEntry{Status: f.Status, Standing: f.Standing}.Tags()
}

// Total says how many competencies there are.
func (p *FrameworkPage) Total() string {
	all := p.Framework.Competencies()
	core := 0
	for _, c := range all {
		if c.Core {
			core++
		}
	}
	return Count(len(all), "competency") + " in " + Count(len(p.Framework.Domains), "domain") + ": " + Number(core) + " core, which every apprentice needs, and " +
		Number(len(all)-core) + " optional, which are agreed at the start."
}

// VersionLinks lead to what changed, and to bringing people to it.
func (p *FrameworkPage) VersionLinks() Links {
	var links Links
	if p.Changed {
		links = append(links, Link{Text: "What changed in this version", Href: frameworkHref(p.Framework.ID) + "/changes?to=" + p.Framework.Version})
	}
	if p.Changed && p.MayMove && p.Newest == "" {
		links = append(links, Link{Text: "Bring your apprentices to this version", Href: frameworkHref(p.Framework.ID) + "/move"})
	}
	if p.MayDraft {
		links = append(links, Link{Text: "Start a draft from this version", Href: draftsHref + "/new?parent=" + p.Framework.ID + "@" + p.Framework.Version})
	}
	return links
}

// NewestHref leads to the newest version.
func (p *FrameworkPage) NewestHref() string { return frameworkHref(p.Framework.ID) }

// JobHref leads to the job description of this version.
func (p *FrameworkPage) JobHref() string {
	href := "/job-description/" + p.Framework.ID
	if p.Newest != "" {
		href += "?version=" + p.Framework.Version
	}
	return href
}

// Role is the role in short.
func (p *FrameworkPage) Role() SummaryList {
	r := p.Framework.Role
	rows := []SummaryRow{{Key: "Title", Value: r.Title}, {Key: "Purpose", Value: r.Purpose}}
	if r.ReportsTo != "" {
		rows = append(rows, SummaryRow{Key: "Reports to", Value: r.ReportsTo})
	}
	if r.Band != "" {
		rows = append(rows, SummaryRow{Key: "Band", Value: r.Band})
	}
	return SummaryList{Rows: rows}
}

// Scale is the levels.
func (p *FrameworkPage) Scale() Table {
	t := Table{
		Caption: "Levels, lowest first", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Level", Width: "one-third"}, {Text: "What it means"}},
	}
	for _, l := range p.Framework.Scale.Levels {
		t.Rows = append(t.Rows, []Cell{{Text: l.Title}, {Text: l.Meaning}})
	}
	return t
}

// Threshold says which level is needed where a competency says nothing else.
func (p *FrameworkPage) Threshold() string {
	return "A competency needs “" + p.level(p.Framework.Scale.Threshold) + "” or higher, unless it says otherwise."
}

func (p *FrameworkPage) level(code string) string {
	return or(p.Framework.Scale.Level(code).Title, code)
}

// Signing is the rules of signing in words.
func (p *FrameworkPage) Signing() []string {
	s := p.Framework.Signing
	roles := make([]string, len(s.Assess))
	for i, r := range s.Assess {
		roles[i] = theRole(r)
		if r == countersign.Assessor {
			roles[i] = "an assessor, for the domains delegated to them"
		}
	}
	out := []string{"Evidence is reviewed, and competencies are judged, by people who are named for the apprentice: " + anyOf(roles) + "."}
	for _, domain := range sortedKeys(s.DomainAssess) {
		extra := make([]string, len(s.DomainAssess[domain]))
		for i, r := range s.DomainAssess[domain] {
			extra[i] = theRole(r)
		}
		out = append(out, "In the domain “"+or(p.Framework.Domain(domain).Title, domain)+"”, "+anyOf(extra)+" may do so too.")
	}
	out = append(out, "A competency is signed off when "+theRole(s.Countersign)+" signs. A decision by anybody else waits for that countersignature.")
	if s.TwoPeople {
		out = append(out, "Two people must have judged: where the signer accepted all of the evidence alone, a second person countersigns.")
	}
	return append(out, "Nobody judges their own work.")
}

// frameworkDomain is a domain as shown.
type frameworkDomain struct {
	ID, Title    string
	Count        string
	Competencies []frameworkCompetency
}

// frameworkCompetency is a competency as shown.
type frameworkCompetency struct {
	countersign.Competency
	Facts SummaryList
}

// Domains are the domains with their competencies.
func (p *FrameworkPage) Domains() []frameworkDomain {
	out := make([]frameworkDomain, len(p.Framework.Domains))
	for i, d := range p.Framework.Domains {
		out[i] = frameworkDomain{ID: "domain-" + itoa(i+1), Title: d.Title, Count: Count(len(d.Competencies), "competency")}
		for _, c := range d.Competencies {
			out[i].Competencies = append(out[i].Competencies, frameworkCompetency{c, p.facts(c)})
		}
	}
	return out
}

func (p *FrameworkPage) facts(c countersign.Competency) SummaryList {
	var rows []SummaryRow
	core := "Core"
	if !c.Core {
		core = "Optional"
	}
	rows = append(rows, SummaryRow{Key: "Part", Value: core}, SummaryRow{Key: "Level needed", Value: p.level(c.Threshold)})
	rows = append(rows, SummaryRow{Key: "Requires", Value: countersign.FullStops(c.Requires.Sentences())})
	if c.RenewMonths > 0 {
		rows = append(rows, SummaryRow{Key: "Renewal", Value: "Every " + Count(c.RenewMonths, "month")})
	}
	kinds := make([]string, len(c.Evidence))
	for i, k := range c.Evidence {
		kinds[i] = lowerStart(or(k.Title(), string(k)))
	}
	rows = append(rows, SummaryRow{Key: "Evidence that counts", Value: capital(Sentence(kinds))})
	if c.Guidance != "" {
		rows = append(rows, SummaryRow{Key: "Guidance", Value: c.Guidance})
	}
	if len(c.EquivalentTo) > 0 {
		rows = append(rows, SummaryRow{Key: "Equivalent to", Value: Sentence(c.EquivalentTo)})
	}
	if c.Source != "" {
		rows = append(rows, SummaryRow{Key: "Source", Value: c.Source})
	}
	return SummaryList{Rows: rows, Classes: "app-competency-facts"}
}

// Sources are where the framework comes from.
func (p *FrameworkPage) Sources() []countersign.Source { return p.Framework.Sources }

// Exports lead to the version in the formats of other programs.
func (p *FrameworkPage) Exports() []Link {
	base := frameworkHref(p.Framework.ID) + "/" + p.Framework.Version + "/export?format="
	return []Link{
		{Text: "Framework file (YAML)", Href: base + "yaml"},
		{Text: "CASE 1.1 package (JSON)", Href: base + "case"},
		{Text: "Moodle competencies (CSV)", Href: base + "moodle-csv"},
		{Text: "Table for a spreadsheet (XLSX)", Href: base + "xlsx"},
		{Text: "Table as text (CSV)", Href: base + "csv"},
	}
}
