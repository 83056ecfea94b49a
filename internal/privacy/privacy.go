// Package privacy finds text that could identify a patient, so that it can be
// refused before it is stored: no patient may be identifiable in a portfolio.
// It does no I/O.
//
// What it looks for is a table of detectors (see detectors). Today that is one
// kind, the NHS number. A detector reports candidates only when it is sure of
// the form; it doesn't decide whether the number was ever issued, and it
// leaves nothing out silently: the 999 test range and placeholders that pass
// the check, such as ten zeros, are found as well.
//
// Findings quote the text they were found in. Show them to the person who
// wrote it; never log them and never store them.
package privacy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"countersign/internal/countersign"
)

// Kind is what a finding looks like.
type Kind string

// The kinds that are looked for.
const (
	// NHSNumber is a number that passes the NHS number check (see nhsnumber.go).
	NHSNumber Kind = "nhs_number"
)

// Finding is one place in a text that could identify a patient.
type Finding struct {
	Kind       Kind
	Start, End int    // byte offsets: text[Start:End] is the identifier as written
	Marked     string // the identifier with a few words around it, on one line, "…" where cut
}

// MaxFindings is how many findings Find returns at most. A text with that many
// is refused all the same, and a hostile one can't fill the memory.
const MaxFindings = 100

// span is a place in a text, as byte offsets.
type span struct{ start, end int }

// detectors is everything Find looks for. next returns the first place at or
// after from, or ok false.
var detectors = []struct {
	kind  Kind
	looks string // completes "This looks like ..."
	next  func(text string, from int) (s span, ok bool)
}{
	{NHSNumber, "an NHS number", nextNHSNumber},
}

// Find returns the places in text that could identify a patient, grouped by
// kind and in order within a kind, MaxFindings at most. The findings of one
// kind never overlap. Text that isn't valid UTF-8 is searched all the same.
func Find(text string) []Finding { return find(text, text) }

// find searches text and quotes from shown, which must be of the same length
// and differ only in single bytes.
func find(text, shown string) []Finding {
	var found []Finding
	for _, d := range detectors {
		for from := 0; len(found) < MaxFindings; {
			s, ok := d.next(text, from)
			if !ok {
				break
			}
			found = append(found, Finding{Kind: d.kind, Start: s.start, End: s.end, Marked: excerpt(shown, s)})
			from = s.end
		}
	}
	return found
}

// Check returns nil when nothing in text could identify a patient, else an
// Invalid error for that field which quotes the first place:
//
//	This looks like an NHS number: “… seen with 943 476 5919 on …”. Take it
//	out: no patient may be identifiable.
func Check(field, text string) error {
	return refusal(field, Find(text), "Take it out", "Take them out")
}

// CheckFileName is Check for the name of a file, in which an underscore parts
// words as a space does: "943_476_5919.jpg".
func CheckFileName(field, name string) error {
	found := find(strings.ReplaceAll(name, "_", " "), name)
	return refusal(field, found, "Rename the file", "Rename the file")
}

// Message is the sentence Check refuses with, for callers that collect several
// problems; empty when found is. The quoted text is the user's own.
func Message(found []Finding) string {
	return message(found, "Take it out", "Take them out")
}

func refusal(field string, found []Finding, remedy, remedies string) error {
	if len(found) == 0 {
		return nil
	}
	return countersign.InvalidField(field, message(found, remedy, remedies))
}

func message(found []Finding, remedy, remedies string) string {
	if len(found) == 0 {
		return ""
	}
	more := ""
	switch others := len(found) - 1; {
	case others == 1:
		more, remedy = " There is 1 more.", remedies
	case len(found) == MaxFindings:
		more, remedy = " There are many more.", remedies
	case others > 1:
		more, remedy = fmt.Sprintf(" There are %d more.", others), remedies
	}
	return fmt.Sprintf("This looks like %s: “%s”.%s %s: no patient may be identifiable.",
		looksLike(found[0].Kind), found[0].Marked, more, remedy)
}

func looksLike(kind Kind) string {
	for _, d := range detectors {
		if d.kind == kind {
			return d.looks
		}
	}
	return "something that identifies a patient"
}

// context is how many characters an excerpt shows on each side at most.
const context = 24

// excerpt quotes s with whole words around it, on one line.
func excerpt(text string, s span) string {
	from, to := s.start, s.end
	for range context {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	for range context {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	before, after := text[from:s.start], text[s.end:to]
	if from > 0 {
		if i := strings.IndexFunc(before, unicode.IsSpace); i >= 0 {
			before = before[i:]
		}
		before = "…" + before
	}
	if to < len(text) {
		if i := strings.LastIndexFunc(after, unicode.IsSpace); i >= 0 {
			_, size := utf8.DecodeRuneInString(after[i:])
			after = after[:i+size]
		}
		after += "…"
	}
	return oneLine(before + text[s.start:s.end] + after)
}

// oneLine makes any run of white space one space and drops characters that
// don't print, among them those that turn the direction of writing.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.In(r, unicode.C):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
