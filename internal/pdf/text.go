package pdf

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/runenames"
)

// missingGlyph stands for a letter that the fonts don't have. It is one of
// their own characters.
const missingGlyph = '□'

// texts turns any string into one that the fonts can show, and remembers what
// it had to show in another way. Nothing a person writes may stop a portfolio
// from being made, and nothing may vanish from it without a trace.
type texts struct {
	metrics *metrics
	changed map[string]string // what was written -> what is shown
}

func newTexts() *texts { return &texts{metrics: measure(), changed: map[string]string{}} }

// clean returns s as it will be drawn, in logical order:
//   - composed (NFC), so that an accent sits on its letter;
//   - line breaks as "\n" and tabs as spaces; other controls, joiners,
//     variation selectors and direction overrides left out;
//   - Arabic letters in the forms that join them;
//   - emoji and symbols that the fonts lack by name, "[grinning face]";
//   - letters that the fonts lack as missingGlyph.
//
// Cleaning clean text does no harm.
func (t *texts) clean(s string) string {
	if plain(s) {
		return s
	}
	rest := joinArabic([]rune(norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))))
	var out strings.Builder
	out.Grow(len(s))
	for len(rest) > 0 {
		rest = rest[t.next(&out, rest):]
	}
	return out.String()
}

// oneLine is clean for what can't be broken, such as an outline entry.
func (t *texts) oneLine(s string) string {
	return strings.Join(strings.Fields(t.clean(s)), " ")
}

// plain reports whether s can be drawn as it is: most strings can.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' && c != '\n') || c > '~' {
			return false
		}
	}
	return true
}

// next writes what stands for the beginning of rest and returns how many
// characters that was.
func (t *texts) next(out *strings.Builder, rest []rune) int {
	r := rest[0]
	switch {
	case r == '\r' && len(rest) > 1 && rest[1] == '\n':
		out.WriteByte('\n')
		return 2
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		out.WriteByte('\n')
	case r == '\t':
		out.WriteString("    ")
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector):
		// Seen by no reader; those that turn the direction can even mislead one.
	case t.metrics.shows(r):
		out.WriteRune(r)
	case unicode.In(r, unicode.So, unicode.Sk, unicode.Me):
		return t.symbol(out, rest)
	default:
		t.substitute(out, r)
	}
	return 1
}

// substitute writes what stands for a single character without a glyph.
func (t *texts) substitute(out *strings.Builder, r rune) {
	shown := fmt.Sprintf("[%U]", r)
	if same := norm.NFKC.String(string(r)); same != string(r) && t.all(same) {
		shown = same // the letter in its usual form: mathematical, full-width
	} else if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P) {
		shown = string(missingGlyph)
	}
	t.changed[string(r)] = shown
	out.WriteString(shown)
}

func (t *texts) all(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !t.metrics.shows(r) })
}

// parts of an emoji that say more about the character before them.
var modifiers = map[rune]string{
	0x1F3FB: "light skin tone", 0x1F3FC: "medium-light skin tone", 0x1F3FD: "medium skin tone",
	0x1F3FE: "medium-dark skin tone", 0x1F3FF: "dark skin tone", 0x20E3: "keycap",
}

// flags of the United Kingdom's countries, by the tags that spell them.
var flags = map[string]string{"gbeng": "England", "gbsct": "Scotland", "gbwls": "Wales"}

const (
	zeroWidthJoiner = 0x200D
	regionA         = 0x1F1E6 // regional indicator A; two of them are a flag
	regionZ         = 0x1F1FF
	tagA            = 0xE0061
	tagZ            = 0xE007A
)

// symbol writes the name of the emoji or symbol that rest begins with, with
// everything that is joined to it, and returns how many characters that was.
func (t *texts) symbol(out *strings.Builder, rest []rune) int {
	name, n := symbolName(rest[0]), 1
	if isRegion(rest[0]) && len(rest) > 1 && isRegion(rest[1]) {
		name, n = "flag "+string([]rune{rest[0] - regionA + 'A', rest[1] - regionA + 'A'}), 2
	}
	var tags []rune
	for n < len(rest) {
		r := rest[n]
		if more, ok := modifiers[r]; ok {
			name += ", " + more
		} else if r >= tagA && r <= tagZ {
			tags = append(tags, r-tagA+'a')
		} else if r == zeroWidthJoiner && n+1 < len(rest) && unicode.Is(unicode.So, rest[n+1]) {
			n++
			name += ", " + symbolName(rest[n])
		} else if !unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
			break
		}
		n++
	}
	if country, ok := flags[string(tags)]; ok {
		name = "flag of " + country
	}
	shown := "[" + name + "]"
	t.changed[string(rest[:n])] = shown
	out.WriteString(shown)
	return n
}

func isRegion(r rune) bool { return r >= regionA && r <= regionZ }

// symbolName returns the Unicode name in lower case, or "U+1F600" for a
// character newer than the table of names.
func symbolName(r rune) string {
	if name, ok := modifiers[r]; ok {
		return name
	}
	name := runenames.Name(r)
	if name == "" || name[0] == '<' {
		return fmt.Sprintf("%U", r)
	}
	return strings.ToLower(name)
}

// change is something that was shown in another way than written.
type change struct {
	name  string
	codes []string // "U+1F44D U+1F3FD"; several where a script's letters are shown alike
	shown string
}

// changes returns everything that was shown in another way, in the order of
// the code points; the letters of one script together.
func (t *texts) changes() []change {
	written := slices.SortedFunc(maps.Keys(t.changed), func(a, b string) int {
		return slices.CompareFunc([]rune(a), []rune(b), cmp.Compare[rune])
	})
	var out []change
	scripts := map[string]int{} // index in out
	for _, w := range written {
		codes := make([]string, 0, 2)
		for _, r := range w {
			codes = append(codes, fmt.Sprintf("%U", r))
		}
		c := change{symbolName([]rune(w)[0]), []string{strings.Join(codes, " ")}, t.changed[w]}
		if c.shown == string(missingGlyph) {
			c.name = script([]rune(w)[0])
			if i, ok := scripts[c.name]; ok {
				out[i].codes = append(out[i].codes, c.codes...)
				continue
			}
			scripts[c.name] = len(out)
		}
		out = append(out, c)
	}
	return out
}

// script returns the script that a letter belongs to, in words.
func script(r rune) string {
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			switch name {
			case "Han":
				return "Chinese characters"
			case "Hangul":
				return "Korean letters"
			case "Common", "Inherited":
				return "Other characters"
			}
			return strings.ReplaceAll(name, "_", " ") + " letters"
		}
	}
	return "Other characters"
}
