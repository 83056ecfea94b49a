// Package privacy finds text that could identify a patient, so that it can be
// refused before it is stored: no patient may be identifiable in a portfolio.
// It does no I/O.
//
// A find is certain or likely. Certain is a number that passes the check of an
// NHS or CHI number; whether it was ever issued doesn't matter, and the 999
// test range and placeholders such as ten zeros are found as well. Likely is
// what the words around it say could be a patient's: a name, a date of birth,
// a postcode. Somebody has to look at that, since it may be a colleague's.
// docs/privacy-guard.md tells how often either is right, and what is never
// found.
//
// Findings quote the text they were found in. Show them to the person who
// wrote it; never log them and never store them.
package privacy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"countersign/internal/countersign"
)

// Kind is what a finding looks like.
type Kind string

// The kinds that are looked for.
const (
	NHSNumber      Kind = "nhs_number" // see nhsnumber.go
	CHINumber      Kind = "chi_number" // Scotland's; its check is that of an NHS number
	DateOfBirth    Kind = "date_of_birth"
	Name           Kind = "name"
	Postcode       Kind = "postcode"
	Phone          Kind = "phone"
	Email          Kind = "email"
	HospitalNumber Kind = "hospital_number" // of any record
)

// looks completes "This looks like ...", and counts the kinds.
var looks = map[Kind]string{
	NHSNumber: "an NHS number", CHINumber: "a CHI number", DateOfBirth: "a date of birth", Name: "a name", Postcode: "a postcode",
	Phone: "a phone number", Email: "an email address", HospitalNumber: "a hospital or record number",
}

// Phrase names the kind with its article: "a name".
func (k Kind) Phrase() string { return looks[k] }

// Finding is one place in a text that could identify a patient.
type Finding struct {
	Kind       Kind
	Certain    bool   // no judgement is needed
	Start, End int    // byte offsets: text[Start:End] is the identifier as written
	Marked     string // the identifier with a few words around it, on one line, "…" where cut
}

// MaxFindings is how many findings Find returns at most. A text with that many
// is refused all the same, and a hostile one can't fill the memory.
const MaxFindings = 100

// span is a place in a text, as byte offsets.
type span struct{ start, end int }

// Find returns the places in text that could identify a patient: the certain
// ones first, each group in order, MaxFindings at most. They never overlap.
// Text that isn't valid UTF-8 is searched all the same.
func Find(text string) []Finding { return find(text, text) }

// Certain returns those of Find that are certain.
func Certain(text string) []Finding { return mark(certain(text), text) }

// find searches text and quotes from shown, which must be of the same length
// and differ only in single bytes.
func find(text, shown string) []Finding {
	found := certain(text)
	for _, f := range likely(text) {
		if len(found) == MaxFindings {
			break
		}
		if !slices.ContainsFunc(found, f.overlaps) {
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		if a.Certain != b.Certain {
			return cmp.Compare(boolInt(b.Certain), boolInt(a.Certain))
		}
		return a.Start - b.Start
	})
	return mark(found, shown)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (f Finding) overlaps(o Finding) bool { return f.Start < o.End && o.Start < f.End }

func mark(found []Finding, shown string) []Finding {
	for i, f := range found {
		found[i].Marked = excerpt(shown, span{f.Start, f.End})
	}
	return found
}

func certain(text string) (found []Finding) {
	for from := 0; len(found) < MaxFindings; {
		s, ok := nextNHSNumber(text, from)
		if !ok {
			break
		}
		kind := NHSNumber
		if datedAt(text, s.start) {
			kind = CHINumber
		}
		found = append(found, Finding{Kind: kind, Certain: true, Start: s.start, End: s.end})
		from = s.end
	}
	return found
}

// A text is searched for what is likely in pieces, so that a long document
// takes no more memory than a piece does; a find sees the words in the margins
// around its piece.
const (
	piece  = 64 << 10
	margin = 512
)

func likely(text string) (found []Finding) {
	var tokens []token
	for from := 0; from < len(text) && len(found) < MaxFindings; from += piece {
		lo, hi := max(0, from-margin), min(len(text), from+piece+margin)
		s := scan{text: text[lo:hi], tokens: tokenise(text[lo:hi], tokens[:0])}
		tokens = s.tokens
		for i, t := range s.tokens {
			switch {
			case t.kind == digits:
				s.births(i)
				s.numbers(i)
			case t.kind == word:
				s.words(i, t)
			case s.markAt(i, "@"):
				s.emails(i)
			}
		}
		for _, f := range s.found {
			f.Start, f.End = f.Start+lo, f.End+lo
			if f.Start >= from && f.Start < from+piece && !slices.ContainsFunc(found, f.overlaps) {
				found = append(found, f)
			}
		}
	}
	return found
}

// words makes the finds that begin with a word.
func (s *scan) words(i int, t token) {
	if t.is&(title|naming|kin|person) != 0 {
		s.names(i)
	}
	if t.is&month != 0 {
		s.births(i)
	}
	if t.end-t.start <= 2 {
		s.postcodes(i)
	}
}

// Check returns nil when nothing in text identifies a patient for certain,
// else an Invalid error for that field which quotes the first place:
//
//	This looks like an NHS number: “… seen with 943 476 5919 on …”. Take it
//	out: no patient may be identifiable.
func Check(field, text string) error {
	return refusal(field, Certain(text), "Take it out", "Take them out")
}

// CheckFileName is Check for the name of a file, in which an underscore parts
// words as a space does: "943_476_5919.jpg".
func CheckFileName(field, name string) error {
	found := mark(certain(strings.ReplaceAll(name, "_", " ")), name)
	return refusal(field, found, "Rename the file", "Rename the file")
}

// FindInFileName is Find for the name of a file.
func FindInFileName(name string) []Finding {
	return find(strings.NewReplacer("_", " ", ".", " ").Replace(name), name)
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
		looks[found[0].Kind], found[0].Marked, more, remedy)
}

// around is how many characters an excerpt shows on each side at most.
const around = 24

// excerpt quotes s with whole words around it, on one line.
func excerpt(text string, s span) string {
	from, to := s.start, s.end
	for range around {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	for range around {
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
