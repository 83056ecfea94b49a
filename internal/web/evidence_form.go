package web

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// typedEvidence is the form for a piece as it was posted.
type typedEvidence struct {
	fields view.EvidenceFields
	in     service.EvidenceInput
	read   countersign.Problems // what could not even be read
	codes  []string             // in the order of in.Competencies
}

// evidenceOf reads the form for a piece of that kind.
func evidenceOf(f form, kind countersign.EvidenceKind) typedEvidence {
	t := typedEvidence{fields: view.EvidenceFields{
		Title: f.text("title"), OccurredOn: f.dateValue("occurred_on"), PriorLearning: f.bool("prior_learning"),
		Narrative: f.text("narrative"), Reflection: f.text("reflection"), Details: map[string]string{},
		ObservedBy: f.text("observed_by"), ObservedOther: f.text("observed_other"), Entries: f.text("entries"),
		Competencies: f.Values["competencies"], Justifications: map[string]string{}, Remove: f.Values["remove"], Anonymised: f.bool("anonymised"),
	}}
	for _, d := range countersign.DetailFields(kind) {
		t.fields.Details[d.Name] = f.text("details." + d.Name)
	}
	for name := range f.Values {
		if code, ok := strings.CutPrefix(name, "justification."); ok {
			t.fields.Justifications[code] = f.text(name)
		}
	}
	t.in = service.EvidenceInput{
		Kind: kind, Title: t.fields.Title, OccurredOn: f.date("occurred_on", &t.read), Narrative: t.fields.Narrative,
		Reflection: t.fields.Reflection, Details: t.fields.Details, Entries: f.number("entries"),
		Anonymised: t.fields.Anonymised, PriorLearning: t.fields.PriorLearning,
	}
	if kind != countersign.ProcedureLog {
		t.in.Entries = 0 // the field isn't asked for, so what it holds is of another kind's form
	}
	t.in.ObservedBy, _ = t.fields.ObserverEmail()
	for _, code := range t.fields.Competencies {
		if !slices.Contains(t.codes, code) {
			t.codes = append(t.codes, code)
			t.in.Competencies = append(t.in.Competencies, service.MappingInput{Code: code, Justification: t.fields.Justifications[code]})
		}
	}
	t.checkUnselected()
	return t
}

// checkUnselected refuses a justification of a competency that isn't selected:
// it would be lost. With scripts such a box is neither shown nor sent.
func (t *typedEvidence) checkUnselected() {
	for _, code := range slices.Sorted(maps.Keys(t.fields.Justifications)) {
		if t.fields.Justifications[code] != "" && !slices.Contains(t.codes, code) {
			t.read.Add("justification."+code, code+" is not selected. Select it, or clear this box")
		}
	}
}

// content returns what was typed as content, for finding everything that is
// wrong with it at once.
func (t typedEvidence) content() countersign.Content {
	c := countersign.Content{
		Kind: t.in.Kind, Title: t.in.Title, OccurredOn: t.in.OccurredOn, Narrative: t.in.Narrative, Reflection: t.in.Reflection,
		Details: t.in.Details, Entries: t.in.Entries, Anonymised: t.in.Anonymised, PriorLearning: t.in.PriorLearning,
	}
	for _, m := range t.in.Competencies {
		c.Mapping = append(c.Mapping, countersign.Mapping{Competency: m.Code, Justification: m.Justification})
	}
	return c
}

// everything returns what is wrong by any of the errors, in the order of the
// form and under the names of the form's fields. Of a field only the first error
// that names it tells. An error that isn't Invalid is passed over; with none left
// the result is nil.
func (t typedEvidence) everything(errs ...error) error {
	var fields []countersign.FieldError
	for _, err := range errs {
		if countersign.KindOf(err) != countersign.Invalid {
			continue
		}
		found := problem.Fields(err)
		if len(found) == 0 {
			found = []countersign.FieldError{{Message: countersign.MessageOf(err)}}
		}
		before := fields
		for _, f := range found {
			f.Field = t.fieldName(f.Field)
			if !slices.ContainsFunc(before, func(o countersign.FieldError) bool { return o.Field == f.Field }) {
				fields = append(fields, f)
			}
		}
	}
	slices.SortStableFunc(fields, func(a, b countersign.FieldError) int { return cmp.Compare(formOrder(a.Field), formOrder(b.Field)) })
	var all countersign.Problems
	for _, f := range fields {
		all.Add(f.Field, f.Message)
	}
	return all.Err()
}

// fieldName turns the name of an input into that of the form's field.
func (t typedEvidence) fieldName(field string) string {
	parts := strings.Split(field, ".")
	switch parts[0] {
	case "observed_by":
		_, name := t.fields.ObserverEmail()
		return name
	case "competencies":
		if len(parts) == 3 && parts[2] == "justification" {
			if i, err := strconv.Atoi(parts[1]); err == nil && i >= 0 && i < len(t.codes) {
				return "justification." + t.codes[i]
			}
		}
		return "competencies"
	}
	return field
}

// formOrder is where the field stands in the form.
func formOrder(field string) int {
	name, _, _ := strings.Cut(field, ".")
	order := []string{
		"kind", "title", "occurred_on", "prior_learning", "observed_by", "observed_other", "details", "entries", "narrative", "reflection",
		"competencies", "justification", "file", "anonymised",
	}
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return -1
}

// kindOf returns the kind that was posted or asked for.
func (f form) kind() countersign.EvidenceKind { return countersign.EvidenceKind(f.text("kind")) }

// isRefusal reports whether err is in the user's words.
func isRefusal(err error) bool {
	var e *countersign.Error
	return errors.As(err, &e)
}
