package view

import (
	"strings"
	"time"

	"countersign/internal/countersign"
)

// PersonalDocument is everything about a person, to read: a file that stands
// alone.
type PersonalDocument struct {
	Layout
	Name      string
	AsAt      time.Time
	About, By []PersonalSection
	Files     []string // paths within the ZIP
}

// PersonalSection is a part of it: rows of one kind.
type PersonalSection struct {
	Table   string // as in data.json
	Columns []string
	Rows    [][]string
}

// NewPersonalDocument returns the document with its title.
func NewPersonalDocument(name string, asAt time.Time) *PersonalDocument {
	return &PersonalDocument{Layout: Layout{Title: "Everything held about " + name}, Name: name, AsAt: asAt}
}

// Template implements Page.
func (*PersonalDocument) Template() string { return "account/personal" }

// When says of which moment it is.
func (p *PersonalDocument) When() string { return Day(p.AsAt) + " at " + Clock(p.AsAt) }

// sectionTitles are what parts are called that a title can't be made of.
var sectionTitles = map[string]string{
	"people": "Your name and details", "memberships": "Your roles", "audit_events": "What was done by you, and to your account and record", "jobs": "Mails and other work that is queued",
	"namings": "Mentors, supervisors and assessors", "attainments": "Competencies", "evidence_mappings": "Competencies of your evidence", "evidence_revisions": "Evidence as it was submitted",
	"reviews": "Judgements of evidence", "attachments": "Files", "sign_offs": "Decisions about competencies", "record_reads": "Who looked at a record", "person_changes": "Corrections of your details",
	"hours": "Hours", "sessions": "Where you are signed in", "api_tokens": "API tokens", "cpd_entries": "Continuing development",
}

// Title is what the part is called.
func (s PersonalSection) Title() string { return or(sectionTitles[s.Table], plainWords(s.Table)) }

// plainWords turns a name with underscores into words.
func plainWords(name string) string {
	words := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// Lists are the rows, each without what is empty.
func (s PersonalSection) Lists() []SummaryList {
	lists := make([]SummaryList, 0, len(s.Rows))
	for _, row := range s.Rows {
		var l SummaryList
		for i, v := range row {
			if v != "" && v != "[]" && v != "{}" && v != "null" {
				l.Rows = append(l.Rows, SummaryRow{Key: columnTitle(s.Columns[i]), Value: plainTime(v)})
			}
		}
		lists = append(lists, l)
	}
	return lists
}

// plainTime writes a day or a moment as pages do; anything else stays as it is.
func plainTime(v string) string {
	if at, err := time.Parse(time.RFC3339, v); err == nil {
		return DayTime(at)
	}
	if on, err := countersign.ParseDate(v); err == nil {
		return Date(on)
	}
	return v
}

// columnTitle is what a column is called.
func columnTitle(name string) string {
	for _, end := range []string{"_at", "_on", "_id"} {
		if short, ok := strings.CutSuffix(name, end); ok {
			name = short
		}
	}
	if name == "id" {
		return "Identifier"
	}
	return plainWords(name)
}

func init() {
	addSamples(func() []Sample {
		p := NewPersonalDocument("Asha Patel", time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
		p.About = []PersonalSection{
			{Table: "people", Columns: []string{"id", "name", "email", "origin"}, Rows: [][]string{{"0198c0de", "Asha Patel", "asha@hillview.example", ""}}},
			{Table: "evidence", Columns: []string{"title", "occurred_on", "narrative"}, Rows: [][]string{{"Morning clinic", "2026-11-02", "I took four readings."}, {"Letters", "", "I wrote three letters."}}},
			{Table: "prior_learning", Columns: []string{"title"}, Rows: [][]string{{"A course"}}},
		}
		p.By = []PersonalSection{{Table: "hours_decisions", Columns: []string{"state", "at"}, Rows: [][]string{{"verified", "2026-11-03T10:00:00.000000Z"}}}}
		p.Files = []string{"files/1-checklist.pdf"}
		return []Sample{{"everything about a person", p}, {"everything about a person: nothing", NewPersonalDocument("Owen Hale", p.AsAt)}}
	})
}
