package view

import "countersign/internal/countersign"

// ReportPage reports a piece of evidence as holding a patient's data, or closes
// the report.
type ReportPage struct {
	Layout
	Evidence   countersign.Evidence
	Report     *countersign.Report // that is open; nil for a new one
	MayRelease bool
	Reason     string // as typed
}

// NewReportPage returns the page with its title.
func NewReportPage(e countersign.Evidence, report *countersign.Report, mayRelease bool) *ReportPage {
	p := &ReportPage{Evidence: e, Report: report, MayRelease: mayRelease, Layout: Layout{Title: "Report this piece"}}
	if report != nil {
		p.Title = "Take this report back"
		if mayRelease {
			p.Title = "Release this piece"
		}
	}
	p.Back = BackLink{Href: evidenceHref(e.ID)}
	return p
}

// Template implements Page.
func (*ReportPage) Template() string { return "evidence/report" }

// Action is where the form posts to.
func (p *ReportPage) Action() string {
	if p.Report != nil {
		return evidenceHref(p.Evidence.ID) + "/report-closure"
	}
	return evidenceHref(p.Evidence.ID) + "/report"
}

// Outcome is what closing the report means now.
func (p *ReportPage) Outcome() countersign.ReportOutcome {
	if p.MayRelease {
		return countersign.Released
	}
	return countersign.Lifted
}

// ReasonField asks what to look for, or why nothing is wrong.
func (p *ReportPage) ReasonField() Textarea {
	t := Textarea{Name: "reason", Rows: 3, Value: p.Reason, Error: p.Errors.Of("reason")}
	switch {
	case p.Report == nil:
		t.Label, t.Hint = Label{Text: "Where is it, and what kind of thing is it?"}, "For the author, so that they can take it out: “a name in the second paragraph”. Do not repeat it here."
	case p.MayRelease:
		t.Label = Label{Text: "Anything to note (optional)"}
	default:
		t.Label = Label{Text: "Why is nothing wrong with it?"}
	}
	return t
}

// Confirm does it.
func (p *ReportPage) Confirm() Button {
	b := Button{Text: p.Title, Once: true}
	if p.Report == nil {
		b.Variant = "warning"
	}
	return b
}

// Cancel leads back.
func (p *ReportPage) Cancel() Link { return Link{Text: "Cancel", Href: evidenceHref(p.Evidence.ID)} }

func init() {
	addSamples(func() []Sample {
		e := sampleEvidence()
		open := countersign.Report{Evidence: e.ID, ReporterName: "Dr Megan Bell", Reason: "A name in the second paragraph"}
		wrong := NewReportPage(e, nil, false)
		wrong.Fail(countersign.InvalidField("reason", "Enter where it is and what kind of thing it is"))
		asked := NewReportPage(e, nil, false)
		asked.Reason = "The name Mrs Patterson"
		asked.Fail(countersign.InvalidField("reason", "This may be a name: “The name Mrs Patterson”. Take it out, or say below that it does not identify a patient"))
		asked.PrivacyCheck = PrivacyCheck{Findings: []PrivacyFind{{Digest: "d1", Text: "“The name Mrs Patterson”, a name"}}}
		return []Sample{
			{"report", NewReportPage(e, nil, false)}, {"report: no reason", wrong}, {"report: a name in the reason", asked},
			{"report, release", NewReportPage(e, &open, true)}, {"report, taking back", NewReportPage(e, &open, false)},
		}
	})
}
