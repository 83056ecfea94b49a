package privacy

import "strings"

// scan is a text on which the likely finds are made: its tokens, and what was
// found so far.
type scan struct {
	text   string
	tokens []token
	found  []Finding
}

// raw returns token i as written.
func (s *scan) raw(i int) string { return s.text[s.tokens[i].start:s.tokens[i].end] }

// at returns token i; the zero mark beyond the ends.
func (s *scan) at(i int) token {
	if i < 0 || i >= len(s.tokens) {
		return token{breaks: true}
	}
	return s.tokens[i]
}

// markAt reports whether token i is one of the marks.
func (s *scan) markAt(i int, marks string) bool {
	return i >= 0 && i < len(s.tokens) && s.tokens[i].kind == sign && strings.Contains(marks, s.raw(i))
}

// glued reports whether nothing stands between tokens i and i+1.
func (s *scan) glued(i int) bool {
	return i >= 0 && i+1 < len(s.tokens) && s.tokens[i].end == s.tokens[i+1].start
}

// add notes a likely find over the tokens from first to last.
func (s *scan) add(kind Kind, first, last int) {
	s.found = append(s.found, Finding{Kind: kind, Start: s.tokens[first].start, End: s.tokens[last].end})
}

// How far a word tells about what stands near it, in tokens.
const (
	reachBack  = 12
	reachAhead = 5
)

// before returns the classes of the nearest word before token i, in its
// sentence and within reach, that has one of the classes asked for.
func (s *scan) before(i, reach int, of class) class {
	for j := i - 1; j >= 0 && j >= i-reach && !s.tokens[j+1].breaks; j-- {
		if is := s.tokens[j].is & of; is != 0 {
			return is
		}
	}
	return 0
}

// after is before in the other direction.
func (s *scan) after(i, reach int, of class) class {
	for j := i + 1; j < len(s.tokens) && j <= i+reach && !s.tokens[j].breaks; j++ {
		if is := s.tokens[j].is & of; is != 0 {
			return is
		}
	}
	return 0
}

// ofWork reports whether what stands over the tokens from first to last, a
// telephone number, an address, belongs to a place of work or somebody at
// work: the nearest word before it decides, and where none does, the words
// after it.
func (s *scan) ofWork(first, last int) bool {
	const work, private = place | staff, person | whose | kin | title
	if first > 0 && strings.EqualFold(s.raw(first-1), "from") {
		return false // "rang the surgery from ..."
	}
	if near := s.before(first, reachBack, work|private); near != 0 {
		return near&private == 0
	}
	return s.after(last, reachAhead, work|private)&work != 0
}
