package pdf

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// Arabic and Hebrew. A PDF holds each line as it is seen, from left to right,
// and gofpdf neither joins Arabic letters nor turns lines round. So Arabic
// letters are exchanged for Unicode's presentation forms before lines are
// measured, and each finished line is put into visual order. Readers such as
// pdftotext turn both back.

// arabicForm tells how a letter joins: first is its isolated form, followed by
// the final one and, for a letter that joins on both sides, the initial and
// the medial one.
type arabicForm struct {
	first rune
	both  bool
}

// arabicForms holds the Arabic, Persian and Urdu letters.
var arabicForms = func() map[rune]arabicForm {
	forms := map[rune]arabicForm{}
	at := rune(0xFE81) // Forms-B holds these in the order of the letters
	for r := rune(0x622); r <= 0x64A; r++ {
		if r > 0x63A && r < 0x641 {
			continue
		}
		both := !strings.ContainsRune("\u0622\u0623\u0624\u0625\u0627\u0629\u062F\u0630\u0631\u0632\u0648\u0649", r)
		forms[r] = arabicForm{at, both}
		at += 2
		if both {
			at += 2
		}
	}
	for r, first := range map[rune]rune{0x679: 0xFB66, 0x67E: 0xFB56, 0x686: 0xFB7A, 0x6A9: 0xFB8E, 0x6AF: 0xFB92, 0x6BE: 0xFBAA, 0x6C1: 0xFBA6, 0x6CC: 0xFBFC} {
		forms[r] = arabicForm{first, true}
	}
	for r, first := range map[rune]rune{0x688: 0xFB88, 0x691: 0xFB8C, 0x698: 0xFB8A, 0x6BA: 0xFB9E, 0x6C0: 0xFBA4, 0x6D2: 0xFBAE, 0x6D3: 0xFBB0} {
		forms[r] = arabicForm{first, false}
	}
	return forms
}()

// lamAlef holds the ligatures of lam with each alef: isolated, then final.
var lamAlef = map[rune]rune{0x622: 0xFEF5, 0x623: 0xFEF7, 0x625: 0xFEF9, 0x627: 0xFEFB}

const (
	lam     = 0x644
	tatweel = 0x640
)

// joinArabic puts Arabic letters into the forms that their neighbours ask
// for. Marks between letters don't stop them from joining.
func joinArabic(text []rune) []rune {
	if !slices.ContainsFunc(text, func(r rune) bool { return r >= 0x620 && r <= 0x6FF }) {
		return text
	}
	out := make([]rune, 0, len(text))
	before := false // the letter before joins forwards
	for i := 0; i < len(text); i++ {
		r := text[i]
		f, letter := arabicForms[r]
		if !letter {
			out = append(out, r)
			if !unicode.Is(unicode.Mn, r) {
				before = r == tatweel || r == zeroWidthJoiner
			}
			continue
		}
		if r == lam && i+1 < len(text) && lamAlef[text[i+1]] != 0 {
			i++
			f = arabicForm{first: lamAlef[text[i]]}
		}
		after := f.both && joinsBack(text[i+1:])
		form := f.first
		if before {
			form++
		}
		if after {
			form += 2
		}
		out = append(out, form)
		before = f.both
	}
	return out
}

// unjoin returns text with the letters that joinArabic exchanged.
func unjoin(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r >= 0xFB50 && r < 0xFE00 || r >= 0xFE70 && r < 0xFF00 {
			out.WriteString(norm.NFKC.String(string(r)))
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// joinsBack reports whether the first letter of text joins with the one
// before it.
func joinsBack(text []rune) bool {
	for _, r := range text {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		_, letter := arabicForms[r]
		return letter || r == tatweel || r == zeroWidthJoiner
	}
	return false
}

// rightToLeft reports whether a paragraph runs from right to left, by its
// first letter that has a direction.
func rightToLeft(s string) bool {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

// turns reports whether s holds anything that is written from right to left.
func turns(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x590 && r < 0x900 || r >= 0xFB1D && r < 0xFE00 || r >= 0xFE70 && r < 0xFF00
	})
}

// visual returns a line as it is seen from left to right. base is the
// direction of its paragraph.
func visual(line string, rtl bool) string {
	if !turns(line) {
		return line
	}
	mark := "\u200E"
	if rtl {
		mark = "\u200F"
	}
	var p bidi.Paragraph
	if _, err := p.SetString(mark + line); err != nil {
		return line
	}
	order, err := p.Order()
	if err != nil {
		return line
	}
	var runs []string
	var levels []int
	for i := range order.NumRuns() {
		run := order.Run(i)
		s := strings.TrimPrefix(run.String(), mark)
		switch {
		case run.Direction() == bidi.RightToLeft:
			runs, levels = append(runs, bidi.ReverseString(s)), append(levels, 1)
		case rtl:
			runs, levels = append(runs, s), append(levels, 2)
		case i > 0: // numbers that belong to the Hebrew before them
			n := leadingNumbers(s)
			runs, levels = append(runs, s[:n], s[n:]), append(levels, 2, 0)
		default:
			runs, levels = append(runs, s), append(levels, 0)
		}
	}
	for level := 2; level > 0; level-- { // rule L2 of the Unicode bidirectional algorithm
		for i := 0; i < len(runs); {
			j := i
			for j < len(runs) && levels[j] >= level {
				j++
			}
			slices.Reverse(runs[i:j])
			slices.Reverse(levels[i:j])
			i = j + 1
		}
	}
	return strings.Join(runs, "")
}

// leadingNumbers returns how many bytes of s, before its first letter, end with
// a number; 0 if there is none.
func leadingNumbers(s string) int {
	end := 0
	for i, r := range s {
		p, n := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return end
		case bidi.EN, bidi.AN:
			end = i + n
		}
	}
	return end
}
