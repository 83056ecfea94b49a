package interchange

import (
	"strings"
	"unicode"
)

// The Organisation Data Service writes names in capitals. These words keep
// them, are small inside a name, or are written otherwise than they would be
// for having no vowel: such a word is taken for initials.
var (
	capitalWords = wordSet("APMS CIC EU GP II III IV IX NHS PCN UK VI VII VIII")
	smallWords   = wordSet("AND AT BY DE FOR IN LE NEXT OF ON TO THE UNDER UPON WITH")
	plainWords   = wordSet("BLVD CNTR CT CTR DR DRS GRP GT HLTH HTH LTD MC MR MRS MS PTNR RD ST")
)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// tidyName is a name of the Organisation Data Service as people write it: "THE
// DENSHAM SURGERY" is The Densham Surgery, and "ST. MARY'S SURGERY (RP TEW)" is
// St. Mary's Surgery (RP Tew). A name with a small letter stays as it is.
func tidyName(name string) string {
	name = strings.TrimRight(strings.Join(strings.Fields(name), " "), " ,;")
	if strings.ContainsFunc(name, unicode.IsLower) {
		return name
	}
	var b strings.Builder
	word, start := []rune{}, true // start: of a name, or of a part in brackets or after a comma
	end := func() {
		if len(word) > 0 {
			b.WriteString(tidyWord(string(word), start))
			start = false
		}
		word = word[:0]
	}
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’' {
			word = append(word, r)
			continue
		}
		end()
		b.WriteRune(r)
		start = start || strings.ContainsRune("(,/&:", r)
	}
	end()
	return b.String()
}

func tidyWord(w string, start bool) string {
	switch {
	case strings.ContainsFunc(w, unicode.IsDigit):
		if strings.IndexFunc(w, unicode.IsLetter) > 0 { // 4TH
			return strings.ToLower(w)
		}
		return w // Y00352
	case capitalWords[w]:
		return w
	case w == "GPS":
		return "GPs"
	case smallWords[w] && !start:
		return strings.ToLower(w)
	case !plainWords[w] && !strings.ContainsAny(w, "AEIOUY'’") && !strings.ContainsFunc(w, func(r rune) bool { return r > unicode.MaxASCII }):
		return w // initials
	case strings.HasPrefix(w, "MC") && len(w) > 4:
		return "Mc" + capitalised(w[2:])
	}
	for _, apostrophe := range []string{"'", "’"} { // O'CONNELL, not MARY'S
		if before, after, ok := strings.Cut(w, apostrophe); ok && (before == "O" || before == "D") && len(after) > 2 {
			return before + apostrophe + capitalised(after)
		}
	}
	return capitalised(w)
}

func capitalised(w string) string {
	r := []rune(strings.ToLower(w))
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
