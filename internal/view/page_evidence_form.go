package view

import (
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// EvidenceFormPage writes a piece of evidence: a new one or one that its
// author may still change, for the apprentice and for an assessor who records
// it for them. One form holds everything, files too, so that nothing typed is
// lost whichever button is used.
type EvidenceFormPage struct {
	Layout
	Action      string // where the form posts to
	Apprentice  string // name, when an assessor records for them; empty otherwise
	Framework   countersign.Framework
	Kind        countersign.EvidenceKind
	KindHref    string // where another kind is chosen
	Key         string // of a new form, see service.StartEvidence
	Version     int    // of the piece; 0 for a new one
	Piece       string // path of the piece; empty for a new one
	Fields      EvidenceFields
	Observers   []countersign.Naming // who can be named as the observer
	Attachments []countersign.Attachment
	Returned    string // comment of the review that sent the piece back
	ReturnedBy  string
	SavedAt     string // "5:30pm", when the draft was saved though it can't be submitted
	// Other leads to the piece as somebody else, or another window, left it.
	Other string
	// Closed says that the piece can't be changed any more: the text is saved as
	// a new draft.
	Closed bool
}

// EvidenceFields is everything as typed.
type EvidenceFields struct {
	Title          string
	OccurredOn     DateValue
	PriorLearning  bool
	Narrative      string
	Reflection     string
	Details        map[string]string
	ObservedBy     string // e-mail address of somebody named, "other" or empty
	ObservedOther  string // e-mail address typed
	Entries        string
	Competencies   []string // codes chosen
	Justifications map[string]string
	Remove         []string // attachments to take out
	Anonymised     bool
}

// observedByOther is the choice that asks for an e-mail address.
const observedByOther = "other"

// NewEvidenceForm returns the page for a kind, without a piece. apprentice is
// the name of whom an assessor records for.
func NewEvidenceForm(f countersign.Framework, kind countersign.EvidenceKind, apprentice string) *EvidenceFormPage {
	p := &EvidenceFormPage{Framework: f, Kind: kind, Apprentice: apprentice, Layout: Layout{Title: or(kind.Title(), "Evidence"), Notice: f.Notice}}
	if apprentice != "" {
		p.Title = "Record evidence for " + apprentice
	}
	return p
}

// Template implements Page.
func (*EvidenceFormPage) Template() string { return "evidence/form" }

// Recorded reports whether an assessor writes for the apprentice.
func (p *EvidenceFormPage) Recorded() bool { return p.Apprentice != "" }

// KindTitle names the kind.
func (p *EvidenceFormPage) KindTitle() string { return p.Kind.Title() }

// NoPatients warns above everything.
func (*EvidenceFormPage) NoPatients() InsetText {
	return InsetText{Text: "Leave out anything that could identify a patient: no names, dates of birth, NHS numbers or addresses, in the text, in files or in pictures."}
}

// CameBack is what the reviewer asked for.
func (p *EvidenceFormPage) CameBack() WarningCallout {
	return WarningCallout{Heading: Heading{Text: "What " + or(p.ReturnedBy, "the reviewer") + " asked for", Level: 2}, Text: p.Returned}
}

// OtherLink leads to the other version.
func (p *EvidenceFormPage) OtherLink() InsetText {
	text := "Your text is below and has not been saved. Compare the two, then save yours again if you want to replace the other."
	if p.Closed {
		text = "Your text is below. It cannot go into this piece any more, but you can save it as a new draft."
	}
	return InsetText{Body: Blocks{Paragraph(text), Link{Text: "See the piece as it is now (opens in this window)", Href: p.Other}}}
}

// TitleField is the piece's name.
func (p *EvidenceFormPage) TitleField() Input {
	return Input{
		Name: "title", Label: Label{Text: "Title", Size: "s"}, Hint: "A short name that you will recognise, for example Morning blood pressure clinic",
		Value: p.Fields.Title, Error: p.Errors.Of("title"),
	}
}

// DateField is the day of the activity.
func (p *EvidenceFormPage) DateField() DateInput {
	return DateInput{
		Name: "occurred_on", Legend: Legend{Text: "When did it happen?", Size: "s"}, Hint: "For example, 27 3 2026",
		Value: p.Fields.OccurredOn, Error: p.Errors.Of("occurred_on"),
	}
}

// PriorField marks what happened before the apprenticeship.
func (p *EvidenceFormPage) PriorField() Checkboxes {
	return Checkboxes{Name: "prior_learning", Small: true, Items: []Choice{{
		Value: "yes", Text: "This is prior learning", Hint: "It happened before the apprenticeship started", Checked: p.Fields.PriorLearning,
	}}}
}

// DetailFields are the kind's own questions.
func (p *EvidenceFormPage) DetailFields() Blocks {
	var blocks Blocks
	for _, d := range countersign.DetailFields(p.Kind) {
		name := "details." + d.Name
		label := Label{Text: d.Label, Size: "s"}
		if !d.Required {
			label.Text += " (optional)"
		}
		if d.Long {
			blocks = append(blocks, Textarea{Name: name, Label: label, Hint: d.Hint, Rows: 3, Value: p.Fields.Details[d.Name], Error: p.Errors.Of(name)})
			continue
		}
		blocks = append(blocks, Input{Name: name, Label: label, Hint: d.Hint, Value: p.Fields.Details[d.Name], Error: p.Errors.Of(name)})
	}
	return blocks
}

// Entries is how many procedures a log counts; only a log asks.
func (p *EvidenceFormPage) Entries() Blocks {
	if p.Kind != countersign.ProcedureLog {
		return nil
	}
	return Blocks{Input{
		Name: "entries", Label: Label{Text: "How many procedures does this log count?", Size: "s"}, Width: 4, InputMode: "numeric",
		Value: p.Fields.Entries, Error: p.Errors.Of("entries"),
	}}
}

// Observer asks who watched, for kinds that can be observed.
func (p *EvidenceFormPage) Observer() Blocks {
	if !p.Kind.Observable() || p.Recorded() {
		return nil
	}
	r := Radios{
		Name: "observed_by", Legend: Legend{Text: "Who observed you?", Size: "s"}, Value: p.Fields.ObservedBy, Error: p.Errors.Of("observed_by"),
		Hint: "It counts as observed once this person has accepted it",
	}
	seen := map[string]bool{}
	for _, n := range p.Observers {
		if !seen[n.PersonEmail] {
			seen[n.PersonEmail] = true
			r.Items = append(r.Items, Choice{Value: n.PersonEmail, Text: n.PersonName, Hint: n.Role.Title()})
		}
	}
	r.Items = append(r.Items, Choice{Value: observedByOther, Text: "Somebody else", Conditional: Blocks{Input{
		Name: "observed_other", Label: Label{Text: "Their email address"}, Type: "email", Autocomplete: "off", NoSpellcheck: true, Capitalise: "none",
		Value: p.Fields.ObservedOther, Error: p.Errors.Of("observed_other"),
	}}}, Choice{Value: "", Text: "Nobody, or I do not know yet", Checked: p.Fields.ObservedBy == ""})
	return Blocks{r}
}

// maxText is the longest narrative or reflection, see service.EvidenceInput.
const maxText = 20000

// NarrativeFirst reports whether the kind's own questions look back on what is
// told first.
func (p *EvidenceFormPage) NarrativeFirst() bool { return p.Kind == countersign.ReflectiveAccount }

// NarrativeField is what happened.
func (p *EvidenceFormPage) NarrativeField() CharacterCount {
	label, hint := "What did you do?", "What you were asked to do, how you did it, and how it turned out"
	if p.Recorded() {
		label, hint = "What did you see?", "What "+p.Apprentice+" was asked to do, how it was done, and how it turned out"
	}
	return CharacterCount{MaxLength: maxText, Threshold: 75, Textarea: Textarea{
		Name: "narrative", Label: Label{Text: label, Size: "s"}, Hint: hint,
		Value: p.Fields.Narrative, Error: p.Errors.Of("narrative"), Rows: 8,
	}}
}

// ReflectionField is what was learnt.
func (p *EvidenceFormPage) ReflectionField() CharacterCount {
	t := Textarea{
		Name: "reflection", Label: Label{Text: "What did you learn? (optional)", Size: "s"}, Value: p.Fields.Reflection, Error: p.Errors.Of("reflection"), Rows: 5,
	}
	switch {
	case p.Recorded():
		t.Label.Text = "What went well, and what could be better? (optional)"
	case p.Kind == countersign.ReflectiveAccount:
		t.Label.Text, t.Rows = "Your reflection", 10
	}
	return CharacterCount{MaxLength: maxText, Threshold: 75, Textarea: t}
}

// Prompts help to reflect.
func (p *EvidenceFormPage) Prompts() []string {
	if p.Kind != countersign.ReflectiveAccount {
		return nil
	}
	return []string{
		"What happened, and what was your part in it?", "What went well, and what did not?", "Why did it go that way?",
		"What did you learn about yourself or the work?", "Who could help you to do it better?",
	}
}

// competencyGroup is the competencies of one domain.
type competencyGroup struct {
	Details Details
	Boxes   Checkboxes
}

// Groups are the competencies by domain, each with a box for why.
func (p *EvidenceFormPage) Groups() []competencyGroup {
	chosen := map[string]bool{}
	for _, code := range p.Fields.Competencies {
		chosen[code] = true
	}
	groups := make([]competencyGroup, 0, len(p.Framework.Domains))
	for i, d := range p.Framework.Domains {
		boxes := Checkboxes{
			Name: "competencies", Small: true, Values: p.Fields.Competencies,
			Legend: Legend{Text: d.Title, Classes: "nhsuk-u-visually-hidden"},
		}
		if i > 0 {
			boxes.ID = "domain-" + strconv.Itoa(i+1)
		}
		count, wrong := 0, false
		for _, c := range d.Competencies {
			name := "justification." + c.Code
			err := p.Errors.Of(name)
			wrong = wrong || err != ""
			if chosen[c.Code] {
				count++
			}
			boxes.Items = append(boxes.Items, Choice{
				Value: c.Code, Text: c.Code + " " + c.Title, Checked: chosen[c.Code], Hint: p.wouldNotCount(c),
				Conditional: Blocks{Textarea{
					Name: name, Label: Label{Text: "Why is it evidence for " + c.Code + "?"}, Rows: 2,
					Value: p.Fields.Justifications[c.Code], Error: err,
				}},
			})
		}
		summary := d.Title + ": " + Number(count) + " of " + Number(len(d.Competencies)) + " selected"
		groups = append(groups, competencyGroup{
			Details: Details{Summary: summary, Open: count > 0 || wrong || i == 0 && p.Errors.Of("competencies") != ""}, Boxes: boxes,
		})
	}
	return groups
}

// wouldNotCount says why a piece of this kind doesn't count for a competency;
// empty when it does.
func (p *EvidenceFormPage) wouldNotCount(c countersign.Competency) string {
	if p.Kind == "" {
		return ""
	}
	piece := countersign.Evidence{State: countersign.Accepted, Content: countersign.Content{Kind: p.Kind, Mapping: []countersign.Mapping{{Competency: c.Code}}}}
	_, why := piece.CountsFor(c)
	return why
}

// CompetenciesError is what is wrong with the choice as a whole.
func (p *EvidenceFormPage) CompetenciesError() ErrorMessage {
	return ErrorMessage{Text: p.Errors.Of("competencies"), ID: "competencies-error"}
}

// FileField takes files.
func (p *EvidenceFormPage) FileField() FileUpload {
	label := "Add files (optional)"
	if len(p.Attachments) > 0 {
		label = "Add more files (optional)"
	}
	return FileUpload{
		Name: "file", Label: Label{Text: label, Size: "s"}, Multiple: true, Accept: acceptFiles, Hint: fileHint, Error: p.Errors.Of("file"),
	}
}

const (
	acceptFiles = ".pdf,.jpg,.jpeg,.png,.heic,.docx,.txt,image/*"
	fileHint    = "PDF, JPG, PNG, HEIC, DOCX or plain text, each smaller than 20MB, up to 10 in all. Place and time are removed from photos."
)

// RemoveField takes files out again.
func (p *EvidenceFormPage) RemoveField() Checkboxes {
	box := Checkboxes{Name: "remove", Small: true, Legend: Legend{Text: "Remove a file", Size: "s"}, Values: p.Fields.Remove}
	for _, a := range p.Attachments {
		box.Items = append(box.Items, Choice{Value: string(a.ID), Text: "Remove " + a.Name + " (" + FileSize(a.Size) + ")"})
	}
	return box
}

// AnonymisedField is the author's word that nobody can be identified.
func (p *EvidenceFormPage) AnonymisedField() Checkboxes {
	return Checkboxes{
		Name: "anonymised", Error: p.Errors.Of("anonymised"), Legend: Legend{Text: "Patients", Size: "s"}, Items: []Choice{{
			Value: "yes", Text: "I confirm that no patient can be identified from this piece", Checked: p.Fields.Anonymised,
		}},
	}
}

// Save keeps a draft. It stands first, so that the Enter key saves and never
// submits.
func (p *EvidenceFormPage) Save() Button {
	b := Button{Text: "Save draft", Name: "intent", Value: "save", Variant: "secondary", Once: true}
	switch {
	case p.Closed:
		b.Text = "Save as a new draft"
	case p.Returned != "":
		b.Text = "Save changes"
	}
	return b
}

// Submit hands the piece in.
func (p *EvidenceFormPage) Submit() Button {
	b := Button{Text: "Submit for review", Name: "intent", Value: "submit", Once: true}
	switch {
	case p.Recorded():
		b.Text = "Record and accept"
	case p.Returned != "":
		b.Text = "Submit again"
	}
	return b
}

// Cancel leads away without saving.
func (p *EvidenceFormPage) Cancel() Link {
	return Link{Text: "Cancel", Href: or(p.Piece, p.Back.Href, "/")}
}

// LinkErrors makes the error summary lead to where a problem can be put right.
// Call it before Fail.
func (p *EvidenceFormPage) LinkErrors() {
	if len(p.Framework.Domains) == 0 || len(p.Framework.Domains[0].Competencies) == 0 {
		p.Errors.LinkTo("competencies", "title")
	}
	if !p.Kind.Observable() || p.Recorded() {
		p.Errors.LinkTo("observed_by", "title")
	}
	if p.Kind != countersign.ProcedureLog {
		p.Errors.LinkTo("entries", "title")
	}
	p.Errors.LinkTo("kind", "title")
}

// ReviseTitle names the page by what is being changed.
func (p *EvidenceFormPage) ReviseTitle(title string) {
	if title = strings.TrimSpace(title); title != "" {
		p.Title = "Change “" + title + "”"
		return
	}
	p.Title = "Change this piece"
}

// FieldsOf returns a piece as its form shows it. observer is the e-mail
// address of who observed it; empty when nobody is named.
func FieldsOf(e countersign.Evidence, observer string, named []countersign.Naming) EvidenceFields {
	f := EvidenceFields{
		Title: e.Title, OccurredOn: DateValueOf(e.OccurredOn), PriorLearning: e.PriorLearning, Narrative: e.Narrative, Reflection: e.Reflection,
		Details: map[string]string{}, Justifications: map[string]string{}, Anonymised: e.Anonymised, ObservedBy: observer,
	}
	if observer != "" && !slices.ContainsFunc(named, func(n countersign.Naming) bool { return n.PersonEmail == observer }) {
		f.ObservedBy, f.ObservedOther = observedByOther, observer
	}
	for name, text := range e.Details {
		f.Details[name] = text
	}
	if e.Entries != 0 {
		f.Entries = strconv.Itoa(e.Entries)
	}
	for _, m := range e.Mapping {
		f.Competencies = append(f.Competencies, m.Competency)
		f.Justifications[m.Competency] = m.Justification
	}
	return f
}

// ObserverEmail returns the e-mail address that was chosen or typed, and the
// name of the field that it came from.
func (f EvidenceFields) ObserverEmail() (email, field string) {
	if f.ObservedBy == observedByOther {
		return f.ObservedOther, "observed_other"
	}
	return f.ObservedBy, "observed_by"
}
