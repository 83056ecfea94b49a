package ledger

import (
	"cmp"
	"maps"
	"slices"

	"countersign/internal/countersign"
)

// RevisionContent is a submitted revision of a piece of evidence as it is
// hashed. Empty text is written, never left out. Make one with ContentOf.
type RevisionContent struct {
	V             int               `json:"v"`
	Type          string            `json:"type"` // "evidence_revision"
	Kind          string            `json:"kind"`
	Title         string            `json:"title"`
	OccurredOn    string            `json:"occurred_on"` // YYYY-MM-DD, or empty
	Narrative     string            `json:"narrative"`
	Reflection    string            `json:"reflection"`
	Details       map[string]string `json:"details"`
	ObservedBy    string            `json:"observed_by"` // id of the observer named, or empty
	Entries       int               `json:"entries"`
	Anonymised    bool              `json:"anonymised"`
	PriorLearning bool              `json:"prior_learning"`
	Mapping       []Mapping         `json:"mapping"`     // by code
	Attachments   []File            `json:"attachments"` // by name, then hash
}

// Mapping is one competency that a revision is evidence for.
type Mapping struct {
	Code          string `json:"code"`
	Justification string `json:"justification"`
}

// File is an attachment by its content.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"` // bytes
}

const contentType = "evidence_revision"

// ContentOf returns what a revision's hash covers: all that its author
// submitted.
func ContentOf(r countersign.Revision) RevisionContent {
	c := r.Content
	content := RevisionContent{
		V: Version, Type: contentType,
		Kind: string(c.Kind), Title: c.Title, OccurredOn: c.OccurredOn.String(),
		Narrative: c.Narrative, Reflection: c.Reflection, Details: c.Details,
		ObservedBy: string(c.ObservedBy), Entries: c.Entries,
		Anonymised: c.Anonymised, PriorLearning: c.PriorLearning,
	}
	for _, m := range c.Mapping {
		content.Mapping = append(content.Mapping, Mapping{Code: m.Competency, Justification: m.Justification})
	}
	for _, a := range r.Attachments {
		content.Attachments = append(content.Attachments, File{Name: a.Name, SHA256: a.SHA256, Size: a.Size})
	}
	return content
}

// RevisionHash returns the SHA-256, in hex, of the canonical JSON of a
// revision. The order of details, mapping and attachments doesn't matter.
func RevisionHash(r RevisionContent) (string, error) {
	r.Details = maps.Clone(r.Details)
	if r.Details == nil {
		r.Details = map[string]string{}
	}
	r.Mapping = sorted(r.Mapping, func(a, b Mapping) int { return cmp.Compare(a.Code, b.Code) })
	r.Attachments = sorted(r.Attachments, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256))
	})

	var c checker
	if r.V != Version || r.Type != contentType {
		c.fail("type", "is not that of a revision of this version")
	}
	c.required("kind", r.Kind)
	c.text("title", r.Title)
	c.text("occurred_on", r.OccurredOn)
	c.text("narrative", r.Narrative)
	c.text("reflection", r.Reflection)
	for name, text := range r.Details {
		c.required("detail", name)
		c.text("detail "+name, text)
	}
	c.text("observed_by", r.ObservedBy)
	c.integer("entries", int64(r.Entries), 0)
	for i, m := range r.Mapping {
		c.required("mapping", m.Code)
		c.text("justification", m.Justification)
		if i > 0 && r.Mapping[i-1].Code == m.Code {
			c.fail("mapping", "names a competency twice")
		}
	}
	for _, f := range r.Attachments {
		c.required("attachment name", f.Name)
		c.hash("attachment "+f.Name, f.SHA256)
		c.integer("attachment size", f.Size, 0)
	}
	if c.err != nil {
		return "", c.err
	}
	b, err := canonical(r)
	if err != nil {
		return "", err
	}
	return sum(b), nil
}

// sorted returns a sorted copy that is never nil.
func sorted[T any](list []T, compare func(a, b T) int) []T {
	list = append([]T{}, list...)
	slices.SortStableFunc(list, compare)
	return list
}
