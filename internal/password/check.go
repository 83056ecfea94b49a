package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"countersign/internal/countersign"
)

// The limits of a new password, in characters. The National Cyber Security
// Centre advises length and a list of common passwords over rules about
// symbols; OWASP ASVS 6.2 asks for at least 8 and for no upper limit below 64.
const (
	MinLength = 12
	MaxLength = 200
)

const productName = "countersign"

// trailing is what people add to a word when it is refused.
const trailing = "0123456789!?.,-_*#@$&+ "

// Check judges a new password. It fails with an Invalid error about the field
// "password" that says what to do. personal is what others know about the
// person: e-mail address and name. There are no rules about which characters
// to use.
func Check(password string, personal ...string) error {
	refuse := func(message string) error { return countersign.InvalidField("password", message) }
	if password == "" {
		return refuse("Enter a password")
	}
	if !utf8.ValidString(password) {
		return refuse("Enter your password again: some of it can’t be read")
	}
	text := normalise(password)
	switch n := utf8.RuneCountInString(text); {
	case n < MinLength:
		return refuse("Password must be 12 characters or more. Three random words are easy to remember")
	case n > MaxLength:
		return refuse("Password must be 200 characters or fewer")
	}
	lower := strings.ToLower(text)
	for _, candidate := range candidates(lower) {
		if isCommon(candidate) {
			return refuse("This password is often used, so it is easy to guess. Choose another: three random words work well")
		}
		if slices.Contains(known(personal), letters(candidate)) {
			return refuse("Password must not be only your name, your email address or the name of this service")
		}
	}
	if isPattern(lower) {
		return refuse("Password must not be a repeated or counted pattern. Choose another: three random words work well")
	}
	return nil
}

// candidates returns what a guesser would try before lower itself: without
// trailing digits and marks, and once instead of several times.
func candidates(lower string) []string {
	bare := strings.TrimRight(lower, trailing)
	all := []string{lower, bare, repeated(lower), repeated(bare)}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// repeated returns the shortest text that s is a repetition of: s itself if
// it is none.
func repeated(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s {
			return s[:n]
		}
	}
	return s
}

// isPattern reports whether s repeats up to three characters or counts up or
// down all the way.
func isPattern(s string) bool {
	if utf8.RuneCountInString(repeated(s)) <= 3 {
		return true
	}
	runes := []rune(s)
	return counts(runes, 1) || counts(runes, -1)
}

func counts(runes []rune, step rune) bool {
	for i := 1; i < len(runes); i++ {
		next := runes[i-1] + step
		switch { // after 9 comes 0
		case step > 0 && runes[i-1] == '9':
			next = '0'
		case step < 0 && runes[i-1] == '0':
			next = '9'
		}
		if runes[i] != next {
			return false
		}
	}
	return true
}

// known returns what must not be a whole password: the product's name, and of
// each piece of personal text all of it, each word, and an address's part
// before the @; as letters would write it.
func known(personal []string) []string {
	all := []string{productName}
	add := func(s string) {
		if s = letters(s); utf8.RuneCountInString(s) >= 3 {
			all = append(all, s)
		}
	}
	for _, p := range personal {
		p = strings.ToLower(normalise(p))
		add(p)
		local, _, isAddress := strings.Cut(p, "@")
		add(local)
		if !isAddress {
			for word := range strings.FieldsSeq(p) {
				add(word)
			}
		}
	}
	return all
}

// letters keeps the letters and digits of s, without the digits at its end.
func letters(s string) string {
	s = strings.TrimRight(s, trailing)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, s)
}
