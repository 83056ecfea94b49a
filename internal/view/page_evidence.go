package view

import (
	"strconv"

	"countersign/internal/countersign"
)

// EvidencePage shows one piece whole: to its apprentice, and to whoever may
// read it.
type EvidencePage struct {
	Layout
	Evidence       countersign.Evidence
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Reviews        []countersign.Review   // oldest first
	Revisions      []countersign.Revision // oldest first
	ReliedOn       []countersign.SignOff
	Reviewers      []countersign.Naming // who could review it today
	Today          countersign.Date
	Own            bool // the viewer is the apprentice
	MayEdit        bool
	MayDelete      bool
	MayWithdraw    bool
	MayCopy        bool
	CopyKey        string // of the form that copies
	MayConfirmRead bool
	ReadComment    string // as typed
	MayReport      bool
	MayRelease     bool
	MayLift        bool
	// Review is the form with which an assessor judges the piece; nil for
	// anybody who may not.
	Review *ReviewForm
}

// NewEvidencePage returns the page of a piece.
func NewEvidencePage(e countersign.Evidence, f countersign.Framework) *EvidencePage {
	p := &EvidencePage{Evidence: e, Framework: f, Layout: Layout{Title: or(e.Title, "Untitled piece"), Notice: f.Notice}}
	p.Breadcrumbs = recordCrumbs(e.Apprenticeship, Link{Text: "Evidence", Href: apprenticeshipHref(e.Apprenticeship) + "/evidence"})
	return p
}

// WhatNow says to the author of a reported piece what to do, and to whoever
// reported it what they wait for; empty where nothing is left to do.
func (p *EvidencePage) WhatNow() string {
	r := p.Evidence.Report
	switch {
	case r == nil:
		return ""
	case r.Redacted():
		return "It has been submitted again, and what was submitted before is destroyed. It is shown again once the report is closed."
	case p.MayEdit:
		return "Take out what could identify a patient, the files too, and submit the piece again, or withdraw it. What was submitted before is then destroyed."
	}
	return "Its author is asked to take out what could identify a patient."
}

// CloseReport leads to where a report is closed; nil for those who may not.
func (p *EvidencePage) CloseReport() *Link {
	switch {
	case p.MayRelease:
		return &Link{Text: "Release this piece", Href: p.Href("/report-closure")}
	case p.MayLift:
		return &Link{Text: "Take this report back", Href: p.Href("/report-closure")}
	}
	return nil
}

// ReportLink leads to where a piece is reported; nil for those who may not.
func (p *EvidencePage) ReportLink() *Link {
	if !p.MayReport {
		return nil
	}
	return &Link{Text: "Report that a patient could be identified", Href: p.Href("/report")}
}

// Standstill says why nothing can be added or judged now.
func (p *EvidencePage) Standstill() string { return standstill(p.Apprenticeship, p.Own) }

// Template implements Page.
func (*EvidencePage) Template() string { return "evidence/evidence" }

// recordCrumbs lead from an apprenticeship down.
func recordCrumbs(id countersign.ApprenticeshipID, more ...Link) []Link {
	return append([]Link{{Text: "Home", Href: "/"}, {Text: "Record", Href: apprenticeshipHref(id)}}, more...)
}

// Href leads to the piece, or to what is beneath it.
func (p *EvidencePage) Href(beneath string) string { return evidenceHref(p.Evidence.ID) + beneath }

// Tag says what state the piece is in.
func (p *EvidencePage) Tag() Tag { return EvidenceTag(p.Evidence.State) }

// Facts are the short things about the piece.
func (p *EvidencePage) Facts() SummaryList {
	e := p.Evidence
	var rows []SummaryRow
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, SummaryRow{Key: key, Value: value})
		}
	}
	if !p.Own {
		add("Apprentice", p.Apprenticeship.ApprenticeName)
	}
	add("Kind", e.Kind.Title())
	add("Date of the activity", or(Date(e.OccurredOn), "Not given yet"))
	if e.PriorLearning {
		add("Prior learning", "Yes, from before the apprenticeship")
	}
	if e.Kind == countersign.ProcedureLog {
		add("Procedures counted", Number(e.Entries))
	}
	if e.Origin != nil {
		add("Used from", originText(*e.Origin))
	}
	add("Recorded by", e.RecordedByName)
	if e.Kind.Observable() && e.RecordedBy == "" {
		add("Observer named", or(e.ObservedByName, "Nobody"))
	}
	add("Submitted", DayTime(e.SubmittedAt))
	if e.State == countersign.Accepted && e.RecordedBy == "" {
		add("Accepted", DayTime(e.DecidedAt)+" by "+e.AcceptedByName)
	}
	if e.State == countersign.Withdrawn {
		add("Withdrawn", DayTime(e.WithdrawnAt))
		add("Reason", e.WithdrawReason)
	}
	if e.RecordedBy != "" && e.State == countersign.Accepted {
		add("Read by the apprentice", or(DayTime(e.ReadAt), "Not confirmed yet"))
		add("The apprentice’s comment", e.ReadComment)
	}
	return SummaryList{Rows: rows}
}

// originText says where a piece was accepted before it was used here.
func originText(o countersign.Origin) string {
	return "Accepted in " + o.FrameworkID + " " + o.FrameworkVersion + " for " + o.Competency + " by " + o.AcceptedByName + " on " + Day(o.AcceptedAt) + " (revision " + Number(o.Revision) + ")"
}

// Whereabouts says who has the piece and since when; empty when nobody does.
func (p *EvidencePage) Whereabouts() string {
	if p.Evidence.State != countersign.Submitted {
		return ""
	}
	return whereabouts(p.Evidence, p.Reviewers, p.Today)
}

// whereabouts says who could review a submitted piece, and how long it has
// been waiting.
func whereabouts(e countersign.Evidence, reviewers []countersign.Naming, today countersign.Date) string {
	names := make([]string, len(reviewers))
	for i, n := range reviewers {
		names[i] = n.PersonName + " (" + lowerRole(n.Role) + ")"
	}
	switch len(names) {
	case 0:
		return "Nobody who is named today may review all of its competencies. Ask your practice manager or hub who should. It has been " + Waiting(e.SubmittedAt, today) + "."
	case 1:
		return names[0] + " can review it. It has been " + Waiting(e.SubmittedAt, today) + "."
	}
	return anyOf(names) + " can review it. It has been " + Waiting(e.SubmittedAt, today) + "."
}

// anyOf joins the words with commas and "or".
func anyOf(words []string) string {
	if len(words) < 2 {
		return Sentence(words)
	}
	text := words[0]
	for _, w := range words[1 : len(words)-1] {
		text += ", " + w
	}
	return text + " or " + words[len(words)-1]
}

// Inset is Whereabouts set apart.
func (p *EvidencePage) Inset() InsetText { return InsetText{Text: p.Whereabouts()} }

// CameBack is what the last reviewer asked for, on a piece that came back.
func (p *EvidencePage) CameBack() WarningCallout {
	last := p.Reviews[len(p.Reviews)-1]
	return WarningCallout{Heading: Heading{Text: "What " + last.ReviewerName + " asked for", Level: 2}, Text: last.Comment}
}

// Returned reports whether the piece came back with a comment.
func (p *EvidencePage) Returned() bool {
	return p.Evidence.State == countersign.Returned && len(p.Reviews) > 0
}

// Answer is a question of the kind's own form and what was answered.
type Answer struct{ Question, Text string }

// Answers are the kind's own questions.
func (p *EvidencePage) Answers() []Answer { return answers(p.Evidence.Content) }

func answers(c countersign.Content) []Answer {
	var out []Answer
	for _, d := range countersign.DetailFields(c.Kind) {
		if text := c.Details[d.Name]; text != "" {
			out = append(out, Answer{d.Label, text})
		}
	}
	return out
}

// NarrativeHeading is above what was written.
func (p *EvidencePage) NarrativeHeading() string {
	if p.Evidence.RecordedBy != "" {
		return "What " + or(p.Evidence.RecordedByName, "the assessor") + " saw"
	}
	return "What was done"
}

// mapped is a competency that a piece is mapped to.
type mapped struct {
	Code, Title   string
	Href          string // empty where the present version of the framework doesn't have it
	Justification string
	Note          string // why it doesn't count; empty when it does or may
	Counts        bool
}

// Mapping is the competencies with why, and whether it counts for each.
func (p *EvidencePage) Mapping() []mapped { return mappingOf(p.Evidence, p.Framework) }

func mappingOf(e countersign.Evidence, f countersign.Framework) []mapped {
	out := make([]mapped, 0, len(e.Mapping))
	for _, m := range e.Mapping {
		row := mapped{Code: m.Competency, Justification: m.Justification, Note: "It is not part of the present version of the framework"}
		if c, ok := f.Competency(m.Competency); ok {
			row.Title, row.Href = c.Title, competencyHref(e.Apprenticeship, m.Competency)
			row.Counts, row.Note = e.CountsFor(c)
			if !row.Counts && !e.Done() {
				// That it isn't accepted yet is said once, by the state.
				decided := e
				decided.State = countersign.Accepted
				if would, why := decided.CountsFor(c); would {
					row.Note = ""
				} else {
					row.Note = why
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// NoMapping says that the piece counts for nothing yet.
func (p *EvidencePage) NoMapping() bool { return len(p.Evidence.Mapping) == 0 }

// attached is a file as shown.
type attached struct {
	Name, Href, Detail string
	Image, Alt         string
	Width, Height      int
	Unchecked          bool // for viruses, so that it can't be opened yet
	Delete             string
	ID                 string
}

// Files are the attachments.
func (p *EvidencePage) Files() []attached {
	files := filesOf(p.Evidence.Attachments)
	if p.MayEdit {
		for i := range files {
			files[i].Delete = files[i].Href + "/deletion"
		}
	}
	return files
}

func filesOf(all []countersign.Attachment) []attached {
	out := make([]attached, len(all))
	for i, a := range all {
		href := attachmentHref(a.ID)
		out[i] = attached{Name: a.Name, Href: href, Detail: FileSize(a.Size), ID: "file-" + strconv.Itoa(i+1), Unchecked: a.Unchecked}
		if !a.Unchecked && a.Rendition.SHA256 != "" {
			out[i].Image, out[i].Alt = href+"/rendition", "Picture “"+a.Name+"”"
			out[i].Width, out[i].Height = fit(a.Rendition.Width, a.Rendition.Height)
		}
	}
	return out
}

// fit returns the size at which a picture is shown, in CSS pixels: whole, in
// its own proportions, and no higher than a phone's screen.
func fit(width, height int) (int, int) {
	const most = 384
	if height <= most {
		return width, height
	}
	return max(1, width*most/height), most
}

// Remove takes the file out.
func (a attached) Remove() Button {
	return Button{Text: "Remove", Label: "Remove " + a.Name, Variant: "secondary", Small: true, Once: true}
}

// FileField takes more files.
func (p *EvidencePage) FileField() FileUpload {
	return FileUpload{Name: "file", Label: Label{Text: "Choose files"}, Multiple: true, Accept: acceptFiles, Hint: fileHint, Error: p.Errors.Of("file")}
}

// Upload sends them.
func (*EvidencePage) Upload() Button {
	return Button{Text: "Upload files", Variant: "secondary", Once: true}
}
