package view

import "strings"

// The names with which a form says what of it doesn't identify a patient.
const (
	PrivacyTick    = "privacy_confirmation.confirmed"
	PrivacyFinding = "privacy_confirmation.findings"
	PrivacyReason  = "privacy_confirmation.reason"
)

// PrivacyCheck asks about what was found in a form that could identify a
// patient: it lists the places, and takes a tick and a reason. Every form with
// text has it before its buttons; without findings it shows nothing.
type PrivacyCheck struct {
	Findings []PrivacyFind
	Ticked   bool
	Reason   string
	Error    string
	Path     string // that was posted to, for pages with several forms
}

// At returns the check for the form whose address ends so; for any other form
// it asks nothing.
func (c PrivacyCheck) At(end string) PrivacyCheck {
	if !strings.HasSuffix(c.Path, end) {
		return PrivacyCheck{}
	}
	return c
}

// PrivacyFind is a place in what was typed.
type PrivacyFind struct {
	Digest string // names it, without its words
	Text   string // as typed, with its kind
}

// Digests names each find once.
func (c PrivacyCheck) Digests() []string {
	var all []string
	seen := map[string]bool{}
	for _, f := range c.Findings {
		if !seen[f.Digest] {
			seen[f.Digest] = true
			all = append(all, f.Digest)
		}
	}
	return all
}

// List shows what was found.
func (c PrivacyCheck) List() []string {
	out := make([]string, len(c.Findings))
	for i, f := range c.Findings {
		out[i] = f.Text
	}
	return out
}

// Tick says that none of it identifies a patient.
func (c PrivacyCheck) Tick() Checkboxes {
	box := Checkboxes{
		Name: PrivacyTick, Legend: Legend{Text: "Could this identify a patient?", Size: "m"},
		Hint:  "No patient may be identifiable in this record. What identifies one has to come out of the text.",
		Items: []Choice{{Value: "1", Text: "None of this identifies a patient"}},
	}
	if c.Ticked {
		box.Values = []string{"1"}
	}
	return box
}

// Why asks for the reason.
func (c PrivacyCheck) Why() Textarea {
	return Textarea{
		Name: PrivacyReason, Label: Label{Text: "Why it does not"}, Hint: "For example: it is the name of a colleague. Your reason is recorded; the words above are not.",
		Rows: 2, Value: c.Reason, Error: c.Error,
	}
}
