package view

import (
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// DraftStepPage asks once more before a draft is published or discarded, or a
// part of it removed.
type DraftStepPage struct {
	Layout
	Draft   countersign.VersionDraft
	Path    string // beneath the draft
	Hidden  map[string]string
	Facts   SummaryList
	Says    Blocks
	Do      Button // without a text, nothing can be done yet
	Missing []string
}

// Template implements Page.
func (*DraftStepPage) Template() string { return "drafts/step" }

// Action is where the form goes.
func (p *DraftStepPage) Action() string { return draftHref(p.Draft.ID) + "/" + p.Path }

func newDraftStep(d countersign.VersionDraft, title, path string) *DraftStepPage {
	return &DraftStepPage{
		Draft: d, Path: path, Hidden: map[string]string{"version": itoa(d.Version)},
		Layout: Layout{Title: title, Back: BackLink{Href: draftHref(d.ID)}},
	}
}

// NewPublicationPage asks whether to publish. missing is what keeps it from
// being published.
func NewPublicationPage(d countersign.VersionDraft, f countersign.Framework, may bool, missing []string) *DraftStepPage {
	p := newDraftStep(d, "Publish "+or(d.Title, "the draft")+", version "+d.FrameworkVersion, "publication")
	p.Facts = SummaryList{Rows: []SummaryRow{
		{Key: "Becomes", Value: d.FrameworkID + ", version " + d.FrameworkVersion}, {Key: "Competencies", Value: Number(len(f.Competencies()))},
		{Key: "Made by", Value: d.MadeByName + ", " + d.OrganisationName},
	}}
	p.Says = Blocks{Paragraph("A published version never changes again, and everybody can read it. From then on apprentices can be enrolled on it. Nobody is moved to it.")}
	p.Missing = missing
	switch {
	case !may:
		p.Missing = append(p.Missing, "This framework is everybody’s, so a national lead publishes the next version of it")
	case len(missing) == 0:
		p.Do = Button{Text: "Publish the version", Once: true}
	}
	return p
}

// NewDiscardPage asks whether to discard.
func NewDiscardPage(d countersign.VersionDraft) *DraftStepPage {
	p := newDraftStep(d, "Discard "+or(d.Title, "the draft")+", version "+d.FrameworkVersion, "discarding")
	p.Says = Blocks{Paragraph("The draft cannot be changed or published any more. It stays to be read.")}
	p.Do = Button{Text: "Discard the draft", Variant: "warning", Once: true}
	return p
}

// NewRemovalPage asks whether to remove a part.
func NewRemovalPage(d countersign.VersionDraft, f countersign.Framework, part string) *DraftStepPage {
	p := newDraftStep(d, "Remove “"+DraftPartName(f, part)+"”", "removal")
	p.Hidden["part"] = part
	p.Says = Blocks{Paragraph("It is taken out of the draft, and out of what points to it in the draft.")}
	if domain, _ := draftPlace(f, part); domain != nil && DraftPartKindOf(part, false) == DraftOfDomain && len(domain.Competencies) > 0 {
		p.Says = append(p.Says, Paragraph("With the domain goes "+Count(len(domain.Competencies), "competency")+"."))
	}
	p.Do = Button{Text: "Remove it", Variant: "warning", Once: true}
	return p
}

// draftPlace finds the domain and the competency that a part is or lies in;
// nil if there are none.
func draftPlace(f countersign.Framework, part string) (*countersign.Domain, *countersign.Competency) {
	keys := strings.Split(part, ".")
	if keys[0] != "domains" || len(keys) < 2 {
		return nil, nil
	}
	i, err := strconv.Atoi(keys[1])
	if err != nil || i < 0 || i >= len(f.Domains) {
		return nil, nil
	}
	d := &f.Domains[i]
	if len(keys) < 4 {
		return d, nil
	}
	j, err := strconv.Atoi(keys[3])
	if err != nil || j < 0 || j >= len(d.Competencies) {
		return d, nil
	}
	return d, &d.Competencies[j]
}

// DraftPartName is what a part is called.
func DraftPartName(f countersign.Framework, part string) string {
	switch DraftPartKindOf(part, false) {
	case DraftProgramme:
		return "Programme"
	case DraftOfDomain:
		if d, _ := draftPlace(f, part); d != nil {
			return or(d.Title, d.Code, "Untitled domain")
		}
	case DraftCompetency:
		if _, c := draftPlace(f, part); c != nil {
			return or(strings.TrimSpace(c.Code+" "+c.Title), "Untitled competency")
		}
	case DraftDuty:
		i, err := strconv.Atoi(strings.TrimPrefix(part, "role.duties."))
		if err == nil && i >= 0 && i < len(f.Role.Duties) {
			return "Duty " + f.Role.Duties[i].Code
		}
	}
	return "General"
}

// DraftImportPage brings the domains and competencies of a spreadsheet, or a
// whole framework file, into a draft: first what would be imported, then the import.
type DraftImportPage struct {
	Layout
	Draft    countersign.VersionDraft
	Columns  [][2]string // name, and what it says
	Checked  bool        // the file was read, and Document is what the draft would be
	Document string      // in base64
	Problems []string    // of rows; nothing can be imported
	Remarks  []string    // what was filled in or left out
	Changes  DraftChangesPage
	Count    int // competencies
}

// NewDraftImportPage returns the page of a draft.
func NewDraftImportPage(d countersign.VersionDraft) *DraftImportPage {
	return &DraftImportPage{Draft: d, Layout: Layout{Title: "Import a spreadsheet or a framework file", Back: BackLink{Href: draftHref(d.ID)}}}
}

// Template implements Page.
func (*DraftImportPage) Template() string { return "drafts/import" }

// Action is where the forms go.
func (p *DraftImportPage) Action() string { return draftHref(p.Draft.ID) + "/import" }

// FileField chooses the file.
func (p *DraftImportPage) FileField() FileUpload {
	return FileUpload{
		Name: "file", Label: Label{Text: "File"}, Error: p.Errors.Of("file"), Accept: ".xlsx,.csv,.yaml,.yml",
		Hint: "A spreadsheet, XLSX or CSV in UTF-8, of one row a competency replaces all domains and competencies. A framework file in YAML replaces the whole draft. First you see what would change.",
	}
}

// Check reads the file.
func (*DraftImportPage) Check() Button { return Button{Text: "Check the file", Once: true} }

// Apply imports it.
func (p *DraftImportPage) Apply() Button {
	return Button{Text: "Import " + Count(p.Count, "competency"), Once: true}
}

// ProblemsHeading counts what is wrong.
func (p *DraftImportPage) ProblemsHeading() string {
	return Count(len(p.Problems), "problem") + " in the file: nothing was imported"
}

// ColumnTable lists the columns.
func (p *DraftImportPage) ColumnTable() Details {
	t := Table{Caption: "Columns", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Head: []Column{{Text: "Column"}, {Text: "What it says"}}}
	for _, c := range p.Columns {
		t.Rows = append(t.Rows, []Cell{{Text: c[0]}, {Text: c[1]}})
	}
	return Details{Summary: "The columns of the spreadsheet", Body: Blocks{Paragraph("The easiest start is to download a version as a spreadsheet from its page, and to change that."), t}}
}
