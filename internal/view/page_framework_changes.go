package view

import (
	"net/url"
	"strings"

	"countersign/internal/countersign"
)

// FrameworkChangesPage says what changed from one version of a framework to
// another.
type FrameworkChangesPage struct {
	Layout
	ID, From, To string
	Versions     []string // every version, the newest first
	Groups       []FrameworkChangeGroup
	Programme    []string // what else changed
}

// FrameworkChangeGroup is the changes of one kind.
type FrameworkChangeGroup struct {
	Title string
	Items []FrameworkChange
}

// FrameworkChange is what became of one competency.
type FrameworkChange struct {
	Before, After []string // codes with titles
	OldStatement  string   // where it changed
	NewStatement  string
	Words         []string
}

// NewFrameworkChangesPage returns the page.
func NewFrameworkChangesPage(f countersign.Framework, from string) *FrameworkChangesPage {
	p := &FrameworkChangesPage{ID: f.ID, From: from, To: f.Version}
	p.Title, p.Notice = "What changed in version "+f.Version, f.Notice
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: "Frameworks", Href: "/frameworks"}, {Text: f.Title, Href: frameworkHref(f.ID)}}
	return p
}

// Template implements Page.
func (*FrameworkChangesPage) Template() string { return "frameworks/changes" }

// FrameworkChangesHref leads from one version to another.
func FrameworkChangesHref(id, from, to string) string {
	return frameworkHref(id) + "/changes?" + url.Values{"from": {from}, "to": {to}}.Encode()
}

// Pick chooses two versions.
func (p *FrameworkChangesPage) Pick() [2]Select {
	pick := func(name, label, value string) Select {
		s := Select{Name: name, Label: Label{Text: label}, Value: value}
		for _, v := range p.Versions {
			s.Options = append(s.Options, Option{Value: v, Text: "Version " + v})
		}
		return s
	}
	return [2]Select{pick("from", "From", p.From), pick("to", "To", p.To)}
}

// Compare compares them.
func (*FrameworkChangesPage) Compare() Button { return Button{Text: "Compare", Variant: "secondary"} }

// Action is where the form leads.
func (p *FrameworkChangesPage) Action() string { return frameworkHref(p.ID) + "/changes" }

// Heading counts the group.
func (g FrameworkChangeGroup) Heading() string { return g.Title + ": " + Number(len(g.Items)) }

// Name is what the change is about.
func (c FrameworkChange) Name() string {
	switch {
	case len(c.Before) == 0:
		return strings.Join(c.After, ", ")
	case len(c.After) == 0, strings.Join(c.Before, "") == strings.Join(c.After, ""):
		return strings.Join(c.Before, ", ")
	}
	return strings.Join(c.Before, ", ") + " becomes " + strings.Join(c.After, ", ")
}

// Facts are the differences.
func (c FrameworkChange) Facts() SummaryList {
	var s SummaryList
	if c.OldStatement != c.NewStatement {
		s.Rows = append(s.Rows, SummaryRow{Key: "Was", Value: c.OldStatement}, SummaryRow{Key: "Is", Value: c.NewStatement})
	}
	if len(c.Words) > 0 {
		s.Rows = append(s.Rows, SummaryRow{Key: "Changed", Body: Blocks{List{Items: c.Words}}})
	}
	return s
}

// VersionPage says what a change of version would do to one apprentice, and
// does it.
type VersionPage struct {
	Layout
	ID       string // of the apprenticeship
	Name     string
	Version  int    // of the enrolment
	Present  string // the framework version they are on
	To       string // the version they would change to; empty when they are on the newest
	Undo     string // the version they can go back to; empty when they can't
	Changes  string // leads to what changed
	Recheck  []VersionLine
	Groups   []VersionGroup
	Readable string // title of the framework
}

// VersionLine is one competency.
type VersionLine struct {
	Name   string
	Status countersign.Status
	Words  []string
}

// VersionGroup is the competencies of one fate.
type VersionGroup struct {
	Title string
	Lines []VersionLine
}

// NewVersionPage returns the page of an apprenticeship.
func NewVersionPage(a countersign.Apprenticeship, f countersign.Framework) *VersionPage {
	p := &VersionPage{ID: string(a.ID), Name: a.ApprenticeName, Version: a.Version, Present: a.FrameworkVersion, Readable: f.Title}
	p.Title, p.Notice = "Framework version of "+a.ApprenticeName, f.Notice
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: a.ApprenticeName, Href: apprenticeshipHref(a.ID)}, {Text: "Programme", Href: apprenticeshipHref(a.ID) + "/programme"}}
	return p
}

// Template implements Page.
func (*VersionPage) Template() string { return "programme/version" }

// Action is where the change is posted.
func (p *VersionPage) Action() string {
	return apprenticeshipHref(countersign.ApprenticeshipID(p.ID)) + "/version"
}

// UndoAction is where the way back is posted.
func (p *VersionPage) UndoAction() string { return p.Action() + "/undo" }

// Change changes the version.
func (p *VersionPage) Change() Button {
	return Button{Text: "Change to version " + p.To, Once: true}
}

// GoBack goes back.
func (p *VersionPage) GoBack() Button {
	return Button{Text: "Go back to version " + p.Undo, Variant: "secondary", Once: true}
}

// Warning names the decisions that will have to be made again.
func (p *VersionPage) Warning() WarningCallout {
	l := List{}
	for _, r := range p.Recheck {
		l.Items = append(l.Items, r.Name+": "+strings.Join(r.Words, "; "))
	}
	return WarningCallout{Heading: Heading{Text: Count(len(p.Recheck), "decision") + " will be made again", Level: 2}, Body: Blocks{
		Paragraph("The new version asks for something else there. The decisions stay in the record, on version " + p.Present + ". The evidence counts as before."), l,
	}}
}

// Heading counts the group.
func (g VersionGroup) Heading() string { return g.Title + ": " + Number(len(g.Lines)) }

// Table lists the competencies of the group.
func (g VersionGroup) Table() Table {
	t := Table{Caption: g.Title, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Competency"}, {Text: "Stands at now"}, {Text: "What changed"}}}
	for _, l := range g.Lines {
		now := "Not part of the record yet"
		if l.Status != "" {
			now = CompetencyTag(l.Status).Text
		}
		t.Rows = append(t.Rows, []Cell{{Text: l.Name}, {Text: now}, {Text: or(strings.Join(l.Words, "; "), "Nothing")}})
	}
	return t
}

// MovePage brings the people of a training hub to another version.
type MovePage struct {
	Layout
	ID                       string // of the framework
	From, To                 string
	Practice, Cohort         string
	On                       map[string]int // how many are on each version
	Versions                 []string       // the newest first
	Practices, Cohorts       []Option
	Recheck, Added, Gone     []string // names of competencies
	Moved, Left              int
	Done                     bool // something was moved just now
	CarriedAsIs, CarriedNote int
}

// NewMovePage returns the page.
func NewMovePage(f countersign.Framework) *MovePage {
	p := &MovePage{ID: f.ID, To: f.Version}
	p.Title, p.Notice = "Bring people to version "+f.Version, f.Notice
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: "Frameworks", Href: "/frameworks"}, {Text: f.Title, Href: frameworkHref(f.ID)}}
	return p
}

// Template implements Page.
func (*MovePage) Template() string { return "frameworks/move" }

// Action is where it is posted.
func (p *MovePage) Action() string { return frameworkHref(p.ID) + "/move" }

// ChangesHref leads to what changed.
func (p *MovePage) ChangesHref() string { return FrameworkChangesHref(p.ID, p.From, p.To) }

// FromField chooses the version that people are on.
func (p *MovePage) FromField() Radios {
	r := Radios{Name: "from", Legend: Legend{Text: "Who are on which version?"}, Value: p.From, Error: p.Errors.Of("from")}
	for _, v := range p.Versions {
		if v != p.To && p.On[v] > 0 {
			r.Items = append(r.Items, Choice{Value: v, Text: "Version " + v, Hint: Count(p.On[v], "apprentice")})
		}
	}
	return r
}

// Nobody reports whether everybody is on this version already.
func (p *MovePage) Nobody() bool { return len(p.FromField().Items) == 0 }

// PracticeField narrows down.
func (p *MovePage) PracticeField() Select {
	return Select{Name: "organisation", Label: Label{Text: "Practice (optional)"}, Value: p.Practice, Error: p.Errors.Of("organisation"),
		Options: append([]Option{{Text: "All practices"}}, p.Practices...)}
}

// CohortField narrows down.
func (p *MovePage) CohortField() Select {
	return Select{Name: "cohort", Label: Label{Text: "Cohort (optional)"}, Value: p.Cohort, Error: p.Errors.Of("cohort"),
		Options: append([]Option{{Text: "All cohorts"}}, p.Cohorts...)}
}

// Outcome says what was done just now.
func (p *MovePage) Outcome() string {
	s := Count(p.Moved, "apprentice") + " changed to version " + p.To + "."
	if p.Left > 0 {
		s += " " + Count(p.Left, "apprentice") + " are still on version " + p.From + ": go on below."
	}
	return s
}

// Effects says what the change does to everybody.
func (p *MovePage) Effects() SummaryList {
	list := func(items []string) Blocks {
		if len(items) == 0 {
			return Blocks{Paragraph("None")}
		}
		return Blocks{List{Items: items}}
	}
	return SummaryList{Rows: []SummaryRow{
		{Key: "Checked again", Body: list(p.Recheck)}, {Key: "New", Body: list(p.Added)}, {Key: "Retired", Body: list(p.Gone)},
		{Key: "Carried over", Value: Number(p.CarriedAsIs) + " as they are, " + Number(p.CarriedNote) + " in other words"},
	}}
}

// Submit moves.
func (p *MovePage) Submit() Button { return Button{Text: "Change to version " + p.To, Once: true} }

func init() {
	addSamples(func() []Sample {
		f := sampleLearnerFramework()
		f.Version = "1.1.0"
		changes := NewFrameworkChangesPage(f, "1.0.0")
		changes.Versions, changes.Programme = []string{"1.1.0", "1.0.0"}, []string{"Rules for hours", "Payments"}
		changes.Groups = []FrameworkChangeGroup{
			{"Requirement changed", []FrameworkChange{{
				Before: []string{"GPA-CL2 Blood pressure"}, After: []string{"GPA-CL2 Blood pressure"}, OldStatement: "Measures blood pressure", NewStatement: "Measures blood pressure at both arms",
				Words: []string{"Statement", "Pieces of evidence: 4, was 3"},
			}}},
			{"New", []FrameworkChange{{After: []string{"GPA-CL20 Spirometry"}}}},
			{"Retired", []FrameworkChange{{Before: []string{"GPA-CL11 Urine tests"}}}},
		}
		same := NewFrameworkChangesPage(f, "1.1.0")
		same.Versions = changes.Versions

		a := sampleApprenticeship()
		version := NewVersionPage(a, f)
		version.To, version.Changes = "1.1.0", FrameworkChangesHref(f.ID, "1.0.0", "1.1.0")
		again := VersionLine{"GPA-CL2 Blood pressure", countersign.SignedOff, []string{"Pieces of evidence: 4, was 3"}}
		version.Recheck = []VersionLine{again}
		version.Groups = []VersionGroup{{"Checked again", []VersionLine{again, {Name: "GPA-CA13 Safeguarding adults", Words: []string{"Comes from GPA-CA6, whose evidence counts for it"}}}}, {"New", []VersionLine{{Name: "GPA-CL20 Spirometry"}}}}
		newest := NewVersionPage(a, f)
		newest.Undo = "1.0.0"

		move := NewMovePage(f)
		move.From, move.On, move.Versions = "1.0.0", map[string]int{"1.0.0": 12, "1.1.0": 3}, []string{"1.1.0", "1.0.0"}
		move.Practices, move.Cohorts = []Option{{Value: "A81001", Text: "Hillview Surgery"}}, []Option{{Value: "2026-A", Text: "2026-A"}}
		move.Recheck, move.Added, move.CarriedAsIs, move.CarriedNote = []string{"GPA-CL2 Blood pressure"}, []string{"GPA-CL20 Spirometry"}, 45, 2
		done := *move
		done.Done, done.Moved, done.Left = true, 1000, 250
		nobody := NewMovePage(f)
		return []Sample{
			{"framework changes", changes}, {"framework changes: none", same}, {"version", version}, {"version: newest, with a way back", newest},
			{"move", move}, {"move: some left", &done}, {"move: nobody", nobody},
		}
	})
}
