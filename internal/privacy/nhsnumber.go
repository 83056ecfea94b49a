package privacy

import (
	"unicode"
	"unicode/utf8"
)

// An NHS number has ten digits, the last a check digit (NHS Data Dictionary,
// NHS NUMBER): the first nine are multiplied by 10, 9, ... 2 and added; the
// check digit is 11 less the remainder of that sum by 11, where 11 is written
// 0 and 10 means that the number is never issued.
//
// It is found as ten digits together, or as three, three and four with
// separators between (spaces, hyphens or dots, maxSeparators at most). The digits
// may be of any script, fullwidth ones for example, and characters that don't
// show, such as a zero-width space, are looked through. Ten digits that are
// part of a longer run of digits are not a number of their own, nor are ones
// parted by a tab or a line end, as columns of a table are.
//
// A unique learner number (ULN) is never taken for an NHS number: it weighs
// its digits alike, but its check digit is 10 less the remainder, so none is
// valid as both.

const (
	nhsDigits     = 10
	maxSeparators = 3 // characters between two groups: " - "
)

// nextNHSNumber returns the first NHS number at or after from.
func nextNHSNumber(text string, from int) (span, bool) {
	for i := from; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && (c < '0' || c > '9') {
			i++ // the common case, without decoding
			continue
		}
		if _, size, ok := digitAt(text, i); !ok {
			i += size
			continue
		}
		end, ok := nhsNumberAt(text, i)
		if ok {
			return span{i, end}, true
		}
		i = end
	}
	return span{}, false
}

// nhsNumberAt reports whether the run of digits that starts at i is, or
// begins, an NHS number, and where that ends. If not, end is the end of the
// run. No digit may stand directly before i.
func nhsNumberAt(text string, i int) (end int, ok bool) {
	var digits [nhsDigits]byte
	n, end := digitRun(text, i, digits[:])
	if n == nhsDigits {
		return end, validNHSNumber(digits)
	}
	if n != 3 {
		return end, false
	}
	next, have := end, n
	for _, group := range [...]int{3, 4} {
		start, separated := skipSeparators(text, next)
		if !separated {
			return end, false
		}
		n, next = digitRun(text, start, digits[have:])
		if n != group {
			return end, false
		}
		have += n
	}
	if !validNHSNumber(digits) {
		return end, false
	}
	return next, true
}

// datedAt reports whether the ten digits at i begin with a day and a month, as
// those of a CHI number do and those that England issues never.
func datedAt(text string, i int) bool {
	var number [nhsDigits]byte
	for n := 0; n < nhsDigits && i < len(text); {
		value, size, ok := digitAt(text, i)
		if ok {
			number[n] = value
			n++
		}
		i += size
	}
	return beginsWithDate(number[:])
}

// validNHSNumber reports whether the check digit is right.
func validNHSNumber(digits [nhsDigits]byte) bool {
	sum := 0
	for i, d := range digits[:nhsDigits-1] {
		sum += int(d) * (10 - i)
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	return check == int(digits[nhsDigits-1]) // 10 equals no digit
}

// digitRun reads the digits at i, looking through what doesn't show. It
// returns how many there are and where the last one ends, and puts into digits
// as many as fit.
func digitRun(text string, i int, digits []byte) (n, end int) {
	end = i
	for i < len(text) {
		value, size, ok := digitAt(text, i)
		switch {
		case ok:
			if n < len(digits) {
				digits[n] = value
			}
			n++
			end = i + size
		case !invisibleAt(text, i):
			return n, end
		}
		i += size
	}
	return n, end
}

// digitAt returns the value of the decimal digit at i, of any script; ok is
// false if another character stands there. size is its length in either case.
func digitAt(text string, i int) (value byte, size int, ok bool) {
	if c := text[i]; c < utf8.RuneSelf {
		return c - '0', 1, '0' <= c && c <= '9'
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	if !unicode.Is(unicode.Nd, r) {
		return 0, size, false
	}
	return digitValue(r), size, true
}

// digitValue returns the value of a decimal digit. Unicode lists each script's
// digits from zero to nine without a gap, so that the ranges of the class Nd
// are whole tens (a test keeps watch).
func digitValue(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	return 0
}

// skipSeparators returns where the text goes on after one to maxSeparators
// spaces, hyphens or dots; ok is false if there are none or more.
func skipSeparators(text string, i int) (end int, ok bool) {
	n := 0
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case separates(r):
			n++
		case !invisible(r):
			return i, 0 < n && n <= maxSeparators
		}
		if n > maxSeparators {
			return i, false
		}
		i += size
	}
	return i, false
}

// separates reports whether r may stand between two groups of digits.
func separates(r rune) bool {
	switch r {
	case ' ', '-', '.', '\u00a0':
		return true
	case '\u00b7', '\u2024', '\u2212', '\uff0e': // middle dot, one dot leader, minus sign, fullwidth full stop
		return true
	}
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Zs, unicode.Pd)
}

// invisible reports whether r is a format character: zero-width space, soft
// hyphen, byte order mark, marks of direction.
func invisible(r rune) bool {
	return r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r)
}

func invisibleAt(text string, i int) bool {
	if text[i] < utf8.RuneSelf {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return invisible(r)
}
