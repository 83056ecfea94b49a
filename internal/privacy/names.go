package privacy

import (
	"strings"
	"unicode/utf8"
)

// particles stand before a surname and are written small.
var particles = map[string]bool{
	"van": true, "der": true, "den": true, "de": true, "du": true, "la": true, "le": true, "von": true, "al": true, "el": true,
	"bin": true, "bint": true, "ap": true, "st": true, "della": true, "di": true, "da": true, "dos": true, "ter": true,
}

// names finds somebody's name where a word says that it is a patient's: after
// a title that staff of a practice seldom have (Mrs, Mr), after "patient" and
// its like, after "called", and of the patient's relatives. Dr, Nurse and
// Sister are staff. A title with one letter is how people are anonymised.
func (s *scan) names(i int) {
	switch t := s.tokens[i]; {
	case t.is&title != 0:
		s.titled(i)
	case t.is&naming != 0 && s.before(i, 3, person|whose) != 0:
		s.called(i)
	case t.is&kin != 0 && s.before(i, 1, whose) != 0:
		s.after1(i, true)
	case t.is&person != 0:
		s.after1(i, false)
	}
}

// titled looks for the surname after a title.
func (s *scan) titled(i int) {
	written := s.raw(i)
	small := !s.tokens[i].capital
	if small && written != "mr" && written != "mrs" {
		return // "miss the bus", "ms" is milliseconds
	}
	j := i + 1
	if s.markAt(j, ".") && s.glued(i) {
		j++
	}
	for s.initial(j) { // Mr J. Patterson
		if j++; s.markAt(j, ".") {
			j++
		}
	}
	last, ok := s.surname(j, small)
	if !ok || s.isStaff(i, last) {
		return
	}
	s.addName(i, last)
}

// initial reports whether token j is a single capital with a word after it.
func (s *scan) initial(j int) bool {
	t := s.at(j)
	if t.kind != word || !t.capital || utf8.RuneCountInString(s.raw(j)) != 1 {
		return false
	}
	if s.markAt(j+1, ".") && s.glued(j) {
		j++
	}
	next := s.at(j + 1)
	return next.kind == word && next.capital && next.is&(notName|staff) == 0
}

// surname returns the last token of the name that begins at j.
func (s *scan) surname(j int, small bool) (last int, ok bool) {
	for particles[strings.ToLower(s.textAt(j))] && (s.at(j+1).capital || particles[s.textAt(j+1)]) {
		j++
	}
	t := s.at(j)
	switch {
	case t.kind != word || t.is&notName != 0 || utf8.RuneCountInString(s.raw(j)) < 2:
		return 0, false
	case t.is&title != 0 || !t.capital && !small:
		return 0, false
	}
	return s.wholeName(j), true
}

// wholeName extends a name over what belongs to it: second names, hyphens.
func (s *scan) wholeName(j int) int {
	for n := 0; n < 4; n++ {
		next := s.at(j + 1)
		switch {
		case s.markAt(j+1, "-‐‑") && s.glued(j) && s.glued(j+1) && s.at(j+2).kind == word:
			j += 2
		case next.kind == word && next.capital && !next.breaks && next.is&(notName|staff|title|place|month|recordNo|birth) == 0 && !s.possessive(j):
			j++
		default:
			return j
		}
	}
	return j
}

func (s *scan) textAt(j int) string {
	if j < 0 || j >= len(s.tokens) {
		return ""
	}
	return s.raw(j)
}

func (s *scan) possessive(j int) bool {
	w := s.textAt(j)
	return strings.HasSuffix(w, "'s") || strings.HasSuffix(w, "’s")
}

// isStaff reports whether the words around a titled name say that it is
// somebody at work: "our manager, Mrs Lowe", "Mr Shah, consultant", "Mr Shah's clinic".
func (s *scan) isStaff(first, last int) bool {
	before := first - 1
	if s.markAt(before, ",(:-–") {
		before--
	}
	if b := s.at(before); !s.at(first).breaks && (b.is&staff != 0 || strings.EqualFold(s.textAt(before), "under")) {
		return true
	}
	if s.possessive(last) {
		return s.after(last, 2, place|staff) != 0
	}
	j := last + 1
	said := s.markAt(j, ",(-–") // "Mr Tan, the pharmacist"
	if w := strings.ToLower(s.textAt(j)); said || w == "is" || w == "was" {
		said = true
		j++
	}
	switch strings.ToLower(s.textAt(j)) {
	case "the", "our", "my", "a", "an":
		said = true
		j++
	}
	return said && (s.at(j).is&staff != 0 || s.at(j+1).is&staff != 0)
}

// called looks for a name after "called", "named" or "name is".
func (s *scan) called(i int) {
	j := i + 1
	switch w := strings.ToLower(s.textAt(j)); {
	case w == "is" || w == "was" || w == "as" || w == ":":
		j++
	case strings.EqualFold(s.raw(i), "name"):
		return
	}
	if s.properName(j) {
		s.addName(j, s.wholeName(j))
	}
}

// after1 looks for a name right after a word for a person: "patient John
// Smith", "the patient, Joan, said", "patient (Joan Smith)". Between commas or
// in brackets it must be all there is.
func (s *scan) after1(i int, relative bool) {
	if !relative && s.tokens[i].capital && !s.tokens[i].breaks {
		return // "the Patient Access app"
	}
	j := i + 1
	closing := ""
	switch {
	case s.markAt(j, ","):
		closing = ",.)"
	case s.markAt(j, "("):
		closing = "),"
	case s.markAt(j, ":"):
		closing = ",.;("
	}
	if closing != "" {
		j++
	}
	if !s.properName(j) {
		return
	}
	last := s.wholeName(j)
	if closing != "" && !s.markAt(last+1, closing) && !s.at(last+1).breaks {
		return
	}
	s.addName(j, last)
}

// properName reports whether token j may be somebody's name: a word with a
// capital in its sentence that isn't known to be something else, and not all
// capitals, which are short for something.
func (s *scan) properName(j int) bool {
	t := s.at(j)
	if t.kind != word || !t.capital || t.breaks || t.is&(notName|staff|title|place|month|recordNo|birth) != 0 || s.glued(j) && s.at(j+1).kind == digits {
		return false
	}
	w := s.raw(j)
	return utf8.RuneCountInString(w) > 1 && w[1:] != strings.ToUpper(w[1:])
}

// addName notes a name, without the 's of "Mrs Patterson's".
func (s *scan) addName(first, last int) {
	s.add(Name, first, last)
	if f := &s.found[len(s.found)-1]; s.possessive(last) {
		w := s.raw(last)
		f.End -= len(w) - strings.LastIndexAny(w, "'’")
	}
}
