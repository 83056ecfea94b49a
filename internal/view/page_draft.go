package view

import (
	"strings"

	"countersign/internal/countersign"
)

// DraftsPage lists framework drafts.
type DraftsPage struct {
	Layout
	Drafts  []countersign.VersionDraft
	MayEdit bool
}

// NewDraftsPage returns the page with its title.
func NewDraftsPage() *DraftsPage {
	return &DraftsPage{Layout: Layout{Title: "Framework drafts", Breadcrumbs: []Link{{Text: "Home", Href: "/"}, {Text: "Frameworks", Href: "/frameworks"}}}}
}

// Template implements Page.
func (*DraftsPage) Template() string { return "drafts/list" }

const draftsHref = "/framework-drafts"

func draftHref(id countersign.VersionDraftID) string { return draftsHref + "/" + string(id) }

// New starts a draft.
func (*DraftsPage) New() ActionLink {
	return ActionLink{Text: "Start a draft", Href: draftsHref + "/new"}
}

// DraftTag is the state of a draft.
func DraftTag(s countersign.DraftState) Tag {
	switch s {
	case countersign.DraftPublished:
		return Tag{Text: "Published", Colour: "green"}
	case countersign.DraftDiscarded:
		return Tag{Text: "Discarded", Colour: "grey"}
	}
	return Tag{Text: "Open", Colour: "blue"}
}

// Table lists the drafts.
func (p *DraftsPage) Table() Table {
	t := Table{
		Caption: "Framework drafts", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Draft"}, {Text: "Copied from"}, {Text: "Made by"}, {Text: "Last changed"}, {Text: "State"}},
	}
	for _, d := range p.Drafts {
		t.Rows = append(t.Rows, []Cell{
			{Text: d.Title + ", version " + d.FrameworkVersion, Href: draftHref(d.ID)}, {Text: d.ParentID + " " + d.ParentVersion},
			{Text: d.MadeByName + ", " + d.OrganisationName}, {Text: DayTime(d.ChangedAt)}, {Body: Blocks{DraftTag(d.State)}},
		})
	}
	return t
}

// NewDraftPage starts a draft.
type NewDraftPage struct {
	Layout
	Parents                    []Option // value is id@version
	Parent, Version, ID, Named string
}

// NewNewDraftPage returns the form.
func NewNewDraftPage() *NewDraftPage {
	return &NewDraftPage{Layout: Layout{Title: "Start a framework draft", Back: BackLink{Href: draftsHref}}}
}

// Template implements Page.
func (*NewDraftPage) Template() string { return "drafts/form" }

// Action is where the form goes.
func (*NewDraftPage) Action() string { return draftsHref + "/new" }

// Intro says what happens.
func (*NewDraftPage) Intro() Blocks {
	return Blocks{Paragraph("You copy a version and change the copy. Nobody can be enrolled on it before it is published, and what people are enrolled on now never changes.")}
}

// Fields are what is asked.
func (p *NewDraftPage) Fields() Blocks {
	return Blocks{
		Select{Name: "parent", Label: Label{Text: "Version to copy"}, Value: p.Parent, Options: p.Parents, Error: p.Errors.Of("parent")},
		Input{Name: "version", Label: Label{Text: "Number of the new version"}, Hint: "Three numbers with dots, such as 1.2.0.", Value: p.Version, Error: p.Errors.Of("version"), Width: 10, NoSpellcheck: true},
		Input{Name: "id", Label: Label{Text: "Id of your own variant (optional)"}, Hint: "Leave it empty for the next version of the same framework. For a variant of your own: lower-case letters, digits and hyphens, such as leeds-gpa.", Value: p.ID, Error: p.Errors.Of("id"), NoSpellcheck: true},
		Input{Name: "title", Label: Label{Text: "Title (optional)"}, Hint: "Leave it empty to keep the title.", Value: p.Named, Error: p.Errors.Of("title")},
	}
}

// Submit starts it.
func (*NewDraftPage) Submit() Button { return Button{Text: "Start the draft", Once: true} }

// DraftPage is a draft with everything around it.
type DraftPage struct {
	Layout
	Draft                          countersign.VersionDraft
	Framework                      countersign.Framework // as it stands in the draft
	Problems                       []Link                // without Href where no page mends it
	Reviewers                      []countersign.DraftReviewer
	Reviews                        []countersign.DraftReview
	Comments                       []countersign.DraftComment
	MayEdit, MayComment, MayReview bool

	Email, Decision, ReviewComment, Place, Text string // as typed
}

// NewDraftPageOf returns the page of a draft.
func NewDraftPageOf(d countersign.VersionDraft, f countersign.Framework) *DraftPage {
	p := &DraftPage{Draft: d, Framework: f}
	p.Title, p.Notice = d.Title+", version "+d.FrameworkVersion, f.Notice
	if d.Title == "" {
		p.Title = "Untitled draft, version " + d.FrameworkVersion
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: "Framework drafts", Href: draftsHref}}
	return p
}

// Template implements Page.
func (*DraftPage) Template() string { return "drafts/draft" }

// Open reports whether the draft can still change.
func (p *DraftPage) Open() bool { return p.Draft.State == countersign.DraftOpen }

// Tags say how far it is.
func (p *DraftPage) Tags() Tags { return Tags{DraftTag(p.Draft.State)} }

// Facts say what it is.
func (p *DraftPage) Facts() SummaryList {
	d := p.Draft
	rows := []SummaryRow{
		{Key: "Becomes", Value: d.FrameworkID + ", version " + d.FrameworkVersion},
		{Key: "Copied from", Body: Blocks{Link{Text: d.ParentID + ", version " + d.ParentVersion, Href: frameworkHref(d.ParentID) + "?version=" + d.ParentVersion}}},
		{Key: "Made by", Value: d.MadeByName + ", " + d.OrganisationName},
		{Key: "Last changed", Value: DayTime(d.ChangedAt) + ", by " + d.ChangedByName},
	}
	return SummaryList{Rows: rows}
}

// Actions lead to what can be done with the whole.
func (p *DraftPage) Actions() Links {
	base := draftHref(p.Draft.ID)
	links := Links{{Text: "Read the whole draft", Href: base + "/text"}, {Text: "Compare with version " + p.Draft.ParentVersion, Href: base + "/changes"},
		{Text: "Download as a framework file (YAML)", Href: base + "/file"}}
	if p.Draft.State == countersign.DraftPublished {
		links = append(links, Link{Text: "The published version", Href: frameworkHref(p.Draft.FrameworkID) + "?version=" + p.Draft.FrameworkVersion})
	}
	if p.MayEdit {
		links = append(links, Link{Text: "Import a spreadsheet or a framework file", Href: base + "/import"},
			Link{Text: "Publish", Href: base + "/publication", Hidden: "the draft"}, Link{Text: "Discard", Href: base + "/discarding", Hidden: "the draft"})
	}
	return links
}

// ProblemsHeading counts the problems.
func (p *DraftPage) ProblemsHeading() string {
	return Count(len(p.Problems), "problem") + " to mend before it can be published"
}

// General leads to the parts that aren't lists.
func (p *DraftPage) General() Links {
	return Links{
		{Text: "Change title, notice, role and sources", Href: draftPartHref(p.Draft.ID, "")},
		{Text: "Change the length and pace of the programme", Href: draftPartHref(p.Draft.ID, "programme")},
	}
}

// draftDomain is a domain as the page lists it.
type draftDomain struct {
	ID, Title string
	Links     Links
	Table     Table
	Empty     bool
}

// Domains are the domains with their competencies.
func (p *DraftPage) Domains() []draftDomain {
	out := make([]draftDomain, len(p.Framework.Domains))
	for i, d := range p.Framework.Domains {
		part := "domains." + itoa(i)
		name := or(d.Title, d.Code, "Untitled domain")
		out[i] = draftDomain{ID: "domain-" + itoa(i+1), Title: name, Empty: len(d.Competencies) == 0}
		if p.MayEdit {
			out[i].Links = Links{
				{Text: "Change", Href: draftPartHref(p.Draft.ID, part), Hidden: "the domain " + name},
				{Text: "Add a competency", Href: draftAddHref(p.Draft.ID, part+".competencies"), Hidden: "to " + name},
			}
		}
		t := Table{Caption: name, CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true, Head: []Column{{Text: "Competency"}, {Text: "Part"}, {Text: "Requires"}}}
		for j, c := range d.Competencies {
			cell := Cell{Text: or(strings.TrimSpace(c.Code+" "+c.Title), "Untitled")}
			if p.MayEdit {
				cell.Href = draftPartHref(p.Draft.ID, part+".competencies."+itoa(j))
			}
			t.Rows = append(t.Rows, []Cell{cell, {Text: corePart(c.Core)}, {Text: countersign.FullStops(c.Requires.Sentences())}})
		}
		out[i].Table = t
	}
	return out
}

func corePart(core bool) string {
	if core {
		return "Core"
	}
	return "Optional"
}

// AddDomain adds one.
func (p *DraftPage) AddDomain() Link {
	return Link{Text: "Add a domain", Href: draftAddHref(p.Draft.ID, "domains")}
}

// AddDuty adds one.
func (p *DraftPage) AddDuty() Link {
	return Link{Text: "Add a duty", Href: draftAddHref(p.Draft.ID, "role.duties")}
}

// Duties lists the duties.
func (p *DraftPage) Duties() Table {
	t := Table{Caption: "Duties", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true, Head: []Column{{Text: "Duty"}, {Text: "Competencies"}}}
	for i, d := range p.Framework.Role.Duties {
		cell := Cell{Text: d.Code + " " + d.Text}
		if p.MayEdit {
			cell.Href = draftPartHref(p.Draft.ID, "role.duties."+itoa(i))
		}
		t.Rows = append(t.Rows, []Cell{cell, {Text: or(Sentence(d.Competencies), "None")}})
	}
	return t
}

// DraftTextPage is the whole text of a draft, for those who review it.
type DraftTextPage struct{ FrameworkPage }

// NewDraftTextPage returns the page of a draft.
func NewDraftTextPage(d countersign.VersionDraft, f countersign.Framework) *DraftTextPage {
	p := &DraftTextPage{FrameworkPage: *NewFrameworkPage(f)}
	p.Title = or(d.Title, "Untitled draft") + ", version " + d.FrameworkVersion + ": the whole draft"
	p.Breadcrumbs = nil
	p.Back = BackLink{Href: draftHref(d.ID)}
	return p
}

// Template implements Page.
func (*DraftTextPage) Template() string { return "drafts/text" }

// DraftChangesPage says what a draft changes.
type DraftChangesPage struct {
	Layout
	Groups    []FrameworkChangeGroup
	Programme []string // what else changed
}

// NewDraftChangesPage returns the page of a draft.
func NewDraftChangesPage(d countersign.VersionDraft) *DraftChangesPage {
	return &DraftChangesPage{Layout: Layout{Title: "What the draft changes in version " + d.ParentVersion, Back: BackLink{Href: draftHref(d.ID)}}}
}

// Template implements Page.
func (*DraftChangesPage) Template() string { return "drafts/changes" }
