package view

import (
	"net/url"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// DraftField is one field in which a part of a draft is changed. Its name is
// the key in a framework file.
type DraftField struct {
	Key, Label, Hint string
	How              DraftTyping
}

// DraftTyping is how a value is typed.
type DraftTyping int

// The ways.
const (
	OneLine DraftTyping = iota
	LongText
	WholeNumber
	OneALine // a list
	Boxes    // of the choices
	YesOrNo
	OneOf // of the choices; or none
)

// DraftPartKind is what sort of part a form changes.
type DraftPartKind string

// The kinds.
const (
	DraftGeneral    DraftPartKind = "general"
	DraftProgramme  DraftPartKind = "programme"
	DraftOfDomain   DraftPartKind = "domain"
	DraftCompetency DraftPartKind = "competency"
	DraftDuty       DraftPartKind = "duty"
)

// DraftPartKindOf returns the kind of a part, or of what is added to a list.
func DraftPartKindOf(part string, add bool) DraftPartKind {
	keys := strings.Split(part, ".")
	if add {
		keys = append(keys, "")
	}
	switch {
	case part == "" && !add:
		return DraftGeneral
	case part == "programme" && !add:
		return DraftProgramme
	case keys[0] == "domains" && len(keys) == 2:
		return DraftOfDomain
	case keys[0] == "domains" && len(keys) == 4 && keys[2] == "competencies":
		return DraftCompetency
	case len(keys) == 3 && keys[0] == "role" && keys[1] == "duties":
		return DraftDuty
	}
	return ""
}

// paceHint says what an empty rule of pace means.
const paceHint = "Leave this and the next four empty for the numbers that are usual in Countersign, which are a community draft."

var draftFields = map[DraftPartKind][]DraftField{
	DraftGeneral: {
		{"title", "Title", "", OneLine},
		{"version", "Version", "Three numbers with dots, such as 1.2.0.", OneLine},
		{"notice", "Notice", "Shown wherever the framework is shown. Say who made it, and that it is not an official document.", LongText},
		{"role.title", "Title of the role", "", OneLine},
		{"role.purpose", "Purpose of the role", "", LongText},
		{"role.reports_to", "Reports to (optional)", "", OneLine},
		{"role.band", "Band (optional)", "", OneLine},
		{"sources", "Sources", "One a line: a short name, the title and the web address, with | between them. The short name can be left out.", OneALine},
	},
	DraftProgramme: {
		{"months.min", "Fewest months", "", WholeNumber},
		{"months.max", "Most months", "", WholeNumber},
		{"extension_months", "Months by which a training hub may extend it (optional)", "", WholeNumber},
		{"protected_hours_per_week", "Hours of protected time a week (optional)", "", WholeNumber},
		{"review_every_months", "Months from one progress review to the next (optional)", "", WholeNumber},
		{"pace.still_days", "Stuck: days without anything new on the record", paceHint, WholeNumber},
		{"pace.wait_days", "Stuck: days of waiting for a decision about a competency", "", WholeNumber},
		{"pace.behind_percent", "Slipping: percentage points of the scope behind the usual pace", "", WholeNumber},
		{"pace.mentor_load", "Active apprentices that a GP supervisor can look after", "", WholeNumber},
		{"pace.basis", "Why these numbers of pace", "Say who agreed them, or that they are a community draft. It stands wherever they are told.", LongText},
		{"pace.source", "Source of the numbers of pace (optional)", "", OneLine},
	},
	DraftOfDomain: {
		{"code", "Code", "Letters and digits, with hyphens, dots or underscores between. What points to it follows.", OneLine},
		{"title", "Title", "", OneLine},
	},
	DraftCompetency: {
		{"code", "Code", "Used once in the framework. Keep it while the competency means the same. What points to it follows.", OneLine},
		{"title", "Title", "", OneLine},
		{"statement", "Statement", "What the apprentice is able to do.", LongText},
		{"core", "Is it core?", "Every apprentice needs a core competency. Others are agreed at the start.", YesOrNo},
		{"threshold", "Level that is needed", "", OneOf},
		{"evidence", "Evidence that counts", "", Boxes},
		{"requires.pieces", "Pieces of evidence that are required", "", WholeNumber},
		{"requires.observed", "How many of them observed (optional)", "", WholeNumber},
		{"requires.kinds", "Kinds of evidence that are required (optional)", "One a line, as in: Certificate. Where one of several is enough, with | between them: Observation | Procedure log.", OneALine},
		{"requires.assessors", "By how many different people accepted (optional)", "", WholeNumber},
		{"requires.within_months", "Only pieces of the last months count: how many (optional)", "", WholeNumber},
		{"requires.entries", "Entries of procedure logs that are required (optional)", "", WholeNumber},
		{"renew_months", "Months after which the sign-off expires (optional)", "", WholeNumber},
		{"guidance", "Guidance (optional)", "Help for the apprentice and the assessor.", LongText},
		{"source", "Source (optional)", "Where the text comes from.", OneLine},
		{"equivalent_to", "The same in other frameworks (optional)", "One a line, such as gpa-non-clinical:GPA-CA1.", OneALine},
		{"replaces", "Codes of the version before that it replaces (optional)", "One a line. The evidence of those counts for it.", OneALine},
		{"unconfirmed", "Confirmation", "", Boxes},
	},
	DraftDuty: {
		{"code", "Code", "", OneLine},
		{"text", "Duty", "", LongText},
		{"competencies", "Competencies that evidence it", "", Boxes},
	},
}

// DraftFields returns the fields of a part of that kind.
func DraftFields(kind DraftPartKind) []DraftField { return slices.Clone(draftFields[kind]) }

// DraftPartPage changes one part of a draft, or adds one.
type DraftPartPage struct {
	Layout
	Draft     countersign.VersionDraft
	Framework countersign.Framework
	Part      string // or the list, when one is added
	Adding    bool
	Code      string              // that the part has in the draft
	Typed     map[string][]string // by key
	Stale     bool                // somebody else has changed the draft; Now says how the part stands
	Now       map[string][]string
	Gone      bool // there is no such part any more
	Comments  []countersign.DraftComment
}

// NewDraftPartPage returns the form of a part, or of what is added to a list.
func NewDraftPartPage(d countersign.VersionDraft, f countersign.Framework, part string, adding bool) *DraftPartPage {
	p := &DraftPartPage{Draft: d, Framework: f, Part: part, Adding: adding, Typed: map[string][]string{}}
	p.Back = BackLink{Href: draftHref(d.ID)}
	verb := "Change "
	if adding {
		verb = "Add "
	}
	p.Title = verb + map[DraftPartKind]string{
		DraftGeneral: "title, notice, role and sources", DraftProgramme: "the length and pace of the programme", DraftOfDomain: "a domain", DraftCompetency: "a competency", DraftDuty: "a duty",
	}[p.Kind()]
	if p.Listed() {
		p.Title = "Change " + DraftPartName(f, part)
	}
	return p
}

// Template implements Page.
func (*DraftPartPage) Template() string { return "drafts/part" }

// Kind is what sort of part it is.
func (p *DraftPartPage) Kind() DraftPartKind { return DraftPartKindOf(p.Part, p.Adding) }

func draftPartHref(id countersign.VersionDraftID, part string) string {
	return draftHref(id) + "/edit?" + url.Values{"part": {part}}.Encode()
}

func draftAddHref(id countersign.VersionDraftID, list string) string {
	return draftHref(id) + "/edit?" + url.Values{"add": {"true"}, "part": {list}}.Encode()
}

// DraftPartHref leads to where a part is changed; empty if no page does.
func DraftPartHref(id countersign.VersionDraftID, part, key string) string {
	kind := DraftPartKindOf(part, false)
	for _, f := range draftFields[kind] {
		if f.Key == key {
			return draftPartHref(id, part) + "#" + key
		}
	}
	if kind == DraftOfDomain { // one without a competency
		return draftAddHref(id, part+".competencies")
	}
	return ""
}

// Action is where the form goes.
func (p *DraftPartPage) Action() string { return draftHref(p.Draft.ID) + "/edit" }

// Intro says what isn't changed here.
func (p *DraftPartPage) Intro() string {
	if p.Kind() == DraftProgramme {
		return "Milestones, rules for hours, payments, the gateway, awards and renewal cycles are those of version " + p.Draft.ParentVersion + ". So are the levels and who signs."
	}
	return ""
}

// Fields are what can be changed.
func (p *DraftPartPage) Fields() Blocks {
	var out Blocks
	for _, f := range draftFields[p.Kind()] {
		texts, err := p.Typed[f.Key], p.Errors.Of(f.Key)
		if f.Key == requiredKinds {
			texts = kindTitles(texts)
		}
		text := strings.Join(texts, "\n")
		switch f.How {
		case OneLine:
			out = append(out, Input{Name: f.Key, Label: Label{Text: f.Label}, Hint: f.Hint, Value: text, Error: err})
		case WholeNumber:
			out = append(out, Input{Name: f.Key, Label: Label{Text: f.Label}, Hint: f.Hint, Value: text, Error: err, Width: 4, InputMode: "numeric"})
		case LongText:
			out = append(out, Textarea{Name: f.Key, Label: Label{Text: f.Label}, Hint: f.Hint, Value: text, Error: err, Rows: 4})
		case OneALine:
			out = append(out, Textarea{Name: f.Key, Label: Label{Text: f.Label}, Hint: f.Hint, Value: text, Error: err, Rows: max(2, len(texts)+1), NoSpellcheck: true})
		case YesOrNo:
			out = append(out, Radios{Name: f.Key, Legend: Legend{Text: f.Label}, Hint: f.Hint, Value: text, Error: err, Inline: true, Items: []Choice{{Value: "true", Text: "Yes"}, {Value: "false", Text: "No"}}})
		case Boxes:
			out = append(out, Checkboxes{Name: f.Key, Legend: Legend{Text: f.Label}, Hint: f.Hint, Values: texts, Error: err, Small: true, Items: p.choices(f.Key)})
		case OneOf:
			out = append(out, Select{Name: f.Key, Label: Label{Text: f.Label}, Hint: f.Hint, Value: text, Error: err, Options: p.levels(text)})
		}
	}
	return out
}

func (p *DraftPartPage) choices(key string) []Choice {
	var out []Choice
	switch key {
	case "evidence":
		for _, k := range countersign.EvidenceKinds() {
			out = append(out, Choice{Value: string(k), Text: k.Title()})
		}
	case "competencies":
		for _, c := range p.Framework.Competencies() {
			out = append(out, Choice{Value: c.Code, Text: c.Code + " " + c.Title})
		}
	case "unconfirmed":
		out = []Choice{{Value: "true", Text: "To be confirmed: believed to be published, and not seen"}}
	}
	return out
}

func (p *DraftPartPage) levels(now string) []Option {
	out := []Option{{Text: "As usual: " + or(p.Framework.Scale.Level(p.Framework.Scale.Threshold).Title, p.Framework.Scale.Threshold)}}
	known := now == ""
	for _, l := range p.Framework.Scale.Levels {
		known = known || l.Code == now
		out = append(out, Option{Value: l.Code, Text: l.Title})
	}
	if !known { // it is refused, and stays to be seen
		out = append(out, Option{Value: now, Text: now})
	}
	return out
}

// Present is how the part stands, where that isn't what was typed.
func (p *DraftPartPage) Present() SummaryList {
	var s SummaryList
	for _, f := range draftFields[p.Kind()] {
		if now := p.said(f, p.Now[f.Key]); now != p.said(f, p.Typed[f.Key]) {
			s.Rows = append(s.Rows, SummaryRow{Key: f.Label, Value: or(now, "Empty")})
		}
	}
	return s
}

// said is what a field holds, in the words of its form.
func (p *DraftPartPage) said(f DraftField, values []string) string {
	text := strings.Join(values, "")
	switch {
	case f.Key == requiredKinds:
		values = kindTitles(values)
	case f.How == Boxes:
		var chosen []string
		for _, c := range p.choices(f.Key) {
			if slices.Contains(values, c.Value) {
				chosen = append(chosen, c.Text)
			}
		}
		values = chosen
	case f.How == YesOrNo:
		values = []string{map[string]string{"true": "Yes", "false": "No"}[text]}
	case f.How == OneOf:
		for _, o := range p.levels(text) {
			if o.Value == text {
				values = []string{o.Text}
			}
		}
	}
	return strings.Join(values, "; ")
}

// requiredKinds is the field whose lines are kinds of evidence.
const requiredKinds = "requires.kinds"

// kindTitles are lines of kinds by their titles.
func kindTitles(lines []string) []string {
	return eachKind(lines, func(word string) string { return or(countersign.EvidenceKind(word).Title(), word) })
}

// KindCodes are lines of kinds, typed by title or code, by their codes. What
// is neither stays as it is, to be refused.
func KindCodes(lines []string) []string {
	return eachKind(lines, func(word string) string {
		for _, k := range countersign.EvidenceKinds() {
			if strings.EqualFold(word, k.Title()) {
				return string(k)
			}
		}
		return word
	})
}

func eachKind(lines []string, turn func(string) string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		words := strings.Split(line, "|")
		for j, word := range words {
			words[j] = turn(strings.TrimSpace(word))
		}
		out[i] = strings.Join(words, " | ")
	}
	return out
}

// Submit saves.
func (p *DraftPartPage) Submit() Button {
	if p.Adding {
		return Button{Text: "Add to the draft", Once: true}
	}
	return Button{Text: "Save", Once: true}
}

// Listed reports whether the part stands in a list, and so can be moved and
// removed.
func (p *DraftPartPage) Listed() bool {
	kind := p.Kind()
	return !p.Adding && !p.Gone && kind != DraftGeneral && kind != DraftProgramme
}

// MoveAction is where a move is posted.
func (p *DraftPartPage) MoveAction() string { return draftHref(p.Draft.ID) + "/move" }

// Moves move the part in its list.
func (*DraftPartPage) Moves() Buttons {
	return Buttons{Buttons: []Button{
		{Text: "Move up", Variant: "secondary", Name: "direction", Value: "up"}, {Text: "Move down", Variant: "secondary", Name: "direction", Value: "down"},
	}}
}

// Removal leads to where the part is removed.
func (p *DraftPartPage) Removal() Link {
	return Link{Text: "Remove it from the draft", Href: draftHref(p.Draft.ID) + "/removal?" + url.Values{"part": {p.Part}}.Encode()}
}

// Remarks are the open comments on it.
func (p *DraftPartPage) Remarks() []SummaryRow {
	var rows []SummaryRow
	for _, c := range p.Comments {
		if c.Place == p.Code && c.Place != "" && c.ResolvedAt.IsZero() {
			rows = append(rows, SummaryRow{Key: c.Name, Value: c.Text})
		}
	}
	return rows
}

// RemarkList is Remarks as a list.
func (p *DraftPartPage) RemarkList() SummaryList { return SummaryList{Rows: p.Remarks()} }
