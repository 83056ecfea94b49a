package view

import (
	"strconv"

	"countersign/internal/countersign"
)

// EvidenceRevisionPage shows a submitted revision as it was frozen, and how it
// differs from another.
type EvidenceRevisionPage struct {
	Layout
	Evidence  countersign.Evidence
	Framework countersign.Framework
	Revision  countersign.Revision
	With      countersign.Revision // what it is compared with; zero for nothing
	Numbers   []int                // of every revision
	Reviews   []countersign.Review // of this revision
}

// NewEvidenceRevisionPage returns the page of a revision.
func NewEvidenceRevisionPage(e countersign.Evidence, f countersign.Framework, r countersign.Revision) *EvidenceRevisionPage {
	p := &EvidenceRevisionPage{Evidence: e, Framework: f, Revision: r, Layout: Layout{Notice: f.Notice}}
	p.Title = "Revision " + strconv.Itoa(r.Number) + " of “" + or(r.Content.Title, "Untitled piece") + "”"
	p.Breadcrumbs = recordCrumbs(e.Apprenticeship,
		Link{Text: "Evidence", Href: apprenticeshipHref(e.Apprenticeship) + "/evidence"},
		Link{Text: or(e.Title, "Untitled piece"), Href: evidenceHref(e.ID)})
	return p
}

// Template implements Page.
func (*EvidenceRevisionPage) Template() string { return "evidence/revision" }

// Submitted says when and with which fingerprint it was frozen.
func (p *EvidenceRevisionPage) Submitted() string { return DayTime(p.Revision.SubmittedAt) }

// Destroyed says that nothing is left to show; empty while the content is there.
func (p *EvidenceRevisionPage) Destroyed() string {
	if p.Revision.DestroyedAt.IsZero() {
		return ""
	}
	return "What was submitted was destroyed " + DayTime(p.Revision.DestroyedAt) + ", after a report that a patient could be identified. The fingerprint stays, so that the decisions that relied on it can still be checked."
}

// Compared says what it is compared with; empty for nothing.
func (p *EvidenceRevisionPage) Compared() string {
	if p.With.Number == 0 {
		return ""
	}
	return "Changes since revision " + strconv.Itoa(p.With.Number)
}

// Links lead to the comparison with each other revision.
func (p *EvidenceRevisionPage) Links() []Link {
	var out []Link
	base := evidenceHref(p.Evidence.ID) + "/revisions/" + strconv.Itoa(p.Revision.Number)
	for _, n := range p.Numbers {
		if n != p.Revision.Number && n != p.With.Number {
			out = append(out, Link{Text: "Compare with revision " + strconv.Itoa(n), Href: base + "?with=" + strconv.Itoa(n)})
		}
	}
	for _, n := range p.Numbers {
		if n != p.Revision.Number {
			out = append(out, Link{Text: "Open revision " + strconv.Itoa(n), Href: evidenceHref(p.Evidence.ID) + "/revisions/" + strconv.Itoa(n)})
		}
	}
	return out
}

// Part is one part of a content, with its changes.
type Part struct {
	Heading string
	Changes []Change
	Changed bool
}

// Parts are everything that was submitted, in the order of the form.
func (p *EvidenceRevisionPage) Parts() []Part {
	now, before := p.flat(p.Revision), p.flat(p.With)
	var out []Part
	add := func(heading, was, is string) {
		if was == "" && is == "" {
			return
		}
		part := Part{Heading: heading, Changes: []Change{{Text: is}}}
		if p.With.Number != 0 {
			part.Changes, part.Changed = Diff(was, is), was != is
		}
		out = append(out, part)
	}
	for _, f := range now {
		add(f.heading, textOf(before, f.heading), f.text)
	}
	for _, f := range before {
		if textOf(now, f.heading) == "" {
			add(f.heading, f.text, "")
		}
	}
	return out
}

type flatField struct{ heading, text string }

func textOf(fields []flatField, heading string) string {
	for _, f := range fields {
		if f.heading == heading {
			return f.text
		}
	}
	return ""
}

// flat returns a revision as texts with headings; none for the zero one.
func (p *EvidenceRevisionPage) flat(r countersign.Revision) []flatField {
	if r.Number == 0 {
		return nil
	}
	c := r.Content
	fields := []flatField{{"Title", c.Title}, {"Kind", c.Kind.Title()}, {"Date of the activity", Date(c.OccurredOn)}}
	if c.PriorLearning {
		fields = append(fields, flatField{"Prior learning", "Yes"})
	}
	if c.Entries > 0 {
		fields = append(fields, flatField{"Procedures counted", Number(c.Entries)})
	}
	fields = append(fields, flatField{"Observer named", r.ObservedByName})
	for _, a := range answers(c) {
		fields = append(fields, flatField{a.Question, a.Text})
	}
	fields = append(fields, flatField{"What was done", c.Narrative}, flatField{"Reflection", c.Reflection})
	mapping, files := "", ""
	for _, m := range c.Mapping {
		mapping += m.Competency
		if known, ok := p.Framework.Competency(m.Competency); ok {
			mapping += " " + known.Title
		}
		if m.Justification != "" {
			mapping += ": " + m.Justification
		}
		mapping += "\n"
	}
	for _, a := range r.Attachments {
		if p.With.Number == 0 {
			break // they are shown themselves
		}
		files += a.Name + ", " + FileSize(a.Size) + ", SHA-256 " + a.SHA256 + "\n"
	}
	return append(fields, flatField{"Competencies", mapping}, flatField{"Files", files})
}

// Files are what the revision was submitted with.
func (p *EvidenceRevisionPage) Files() []attached { return filesOf(p.Revision.Attachments) }

// Judgements are the reviews of this revision.
func (p *EvidenceRevisionPage) Judgements() []reviewed {
	return (&EvidencePage{Reviews: p.Reviews}).History()
}
