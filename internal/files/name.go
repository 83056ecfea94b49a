package files

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is how many characters a file name may have, its extension included.
const maxName = 120

// trimmed are the characters that hide a file at the beginning of its name,
// or get lost at the end.
const trimmed = ". "

// extensions are those of each media type, the one given to a file first.
var extensions = map[string][]string{
	PDF:  {".pdf"},
	JPEG: {".jpg", ".jpeg"},
	PNG:  {".png"},
	DOCX: {".docx"},
	Text: {".txt"},
}

// CleanName makes a name that a sender gave safe to keep, show and offer for
// download: its last part, without the characters that don't show (controls,
// marks of direction) or that file systems refuse, and at most 120
// characters, cut before the extension. It is never empty.
func CleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.In(r, unicode.C):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '-'
		}
		return r
	}, name)
	name = strings.TrimRight(strings.Join(strings.Fields(name), " "), trimmed)
	stem, ext := splitName(name)
	return joinName(stem, ext)
}

// withExtension gives name an extension of the media type, unless it has one.
func withExtension(name, mediaType string) string {
	stem, ext := splitName(name)
	for _, e := range extensions[mediaType] {
		if strings.EqualFold(e, ext) {
			return joinName(stem, ext)
		}
	}
	return joinName(stem, extensions[mediaType][0])
}

// splitName parts a name from its extension: two to five letters and digits
// after the last dot, not digits alone, so that "v1.2" and "Dr. Bell" have none.
func splitName(name string) (stem, ext string) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return name, ""
	}
	letters := 0
	for _, r := range name[i+1:] {
		switch {
		case r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			return name, ""
		case unicode.IsLetter(r):
			letters++
		}
	}
	if n := len(name) - i - 1; n < 2 || n > 5 || letters == 0 {
		return name, ""
	}
	return name[:i], name[i:]
}

// joinName puts a name together, cutting the stem where it is too long.
func joinName(stem, ext string) string {
	stem = strings.Trim(stem, trimmed)
	if room := maxName - len(ext); utf8.RuneCountInString(stem) > room { // ext is ASCII
		stem = strings.TrimRight(string([]rune(stem)[:room]), trimmed)
	}
	if stem == "" {
		stem = "file"
	}
	return stem + ext
}
