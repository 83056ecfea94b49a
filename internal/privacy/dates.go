package privacy

import (
	"strconv"
	"strings"
)

// writtenDate is a date as it stands in a text.
type writtenDate struct {
	last    int  // its last token
	year    int  // as four digits; two are of the last century from 30 on
	numbers bool // with a number for the month
	short   bool // two digits for the year
	sep     string
}

// oldest and newest bound the years that are taken for a birth by themselves:
// what a learner writes about happened since, and nobody is older.
const oldest, newest = 1900, 2009

// births finds dates of birth: any date after "DOB", "born" and the like or
// right after a name in brackets, and a date of decades ago that nothing says
// is about something else.
func (s *scan) births(i int) {
	d, ok := s.dateAt(i)
	if !ok {
		return
	}
	if s.bornBefore(i) || s.after(d.last, 3, birth) != 0 || s.inBracketsAfterName(i) || s.longAgo(i, d) {
		s.add(DateOfBirth, i, d.last)
	}
}

// bornBefore reports whether a word for a birth stands before token i. A label
// may stand on the line above, as in a form.
func (s *scan) bornBefore(i int) bool {
	for j := i - 1; j >= 0 && j >= i-6; j-- {
		if s.tokens[j].is&birth != 0 {
			return i-j <= 2 || !s.breaksBetween(j, i)
		}
		if strings.EqualFold(s.raw(j), "B") && s.markAt(j-1, ".") && strings.EqualFold(s.textAt(j-2), "O") {
			return true // D.O.B.
		}
	}
	return false
}

func (s *scan) breaksBetween(from, to int) bool {
	for k := from + 1; k <= to; k++ {
		if s.tokens[k].breaks {
			return true
		}
	}
	return false
}

func (s *scan) inBracketsAfterName(i int) bool {
	return s.markAt(i-1, "(") && len(s.found) > 0 && i >= 2 && s.found[len(s.found)-1].Kind == Name && s.found[len(s.found)-1].End == s.tokens[i-2].end
}

// longAgo reports whether the date is decades old and not told of a law, a
// building or a document. A month in letters, or a short year with other marks
// than strokes, must be told of somebody.
func (s *scan) longAgo(i int, d writtenDate) bool {
	if d.year < oldest || d.year > newest || s.before(i, reachBack, past) != 0 || s.after(d.last, reachAhead, past) != 0 {
		return false
	}
	if d.numbers && (!d.short || d.sep == "/") {
		return true
	}
	const somebody = person | whose | title | kin
	return !d.short && (s.before(i, reachBack, somebody) != 0 || s.after(d.last, reachAhead, somebody) != 0)
}

// dateAt reads the date that begins at token i.
func (s *scan) dateAt(i int) (writtenDate, bool) {
	if s.glued(i-1) && s.at(i-1).kind != sign || s.glued(i-1) && s.markAt(i-1, "/.:") {
		return writtenDate{}, false // part of something longer
	}
	if s.at(i).is&month != 0 {
		return s.monthFirst(i)
	}
	if s.at(i).kind != digits {
		return writtenDate{}, false
	}
	if d, ok := s.inNumbers(i); ok {
		return d, ok
	}
	return s.dayFirst(i)
}

// inNumbers reads 12/03/1947, 12.3.47, 1947-03-12.
func (s *scan) inNumbers(i int) (writtenDate, bool) {
	sep := s.textAt(i + 1)
	if sep != "/" && sep != "-" && sep != "." && sep != "–" || s.textAt(i+3) != sep || s.at(i+4).kind != digits || s.at(i+2).kind != digits {
		return writtenDate{}, false
	}
	if s.glued(i+4) && (s.at(i+5).kind != sign || s.markAt(i+5, "/-") || s.markAt(i+5, ".") && s.glued(i+5) && s.at(i+6).kind == digits) {
		return writtenDate{}, false
	}
	day, months, year := s.raw(i), s.raw(i+2), s.raw(i+4)
	if len(day) == 4 {
		day, year = year, day
	}
	y, ok := fullYear(year)
	d := writtenDate{last: i + 4, year: y, numbers: true, short: len(year) == 2, sep: sep}
	return d, ok && within(day, 31) && within(months, 12)
}

// dayFirst reads 12 March 1947, 12th of March, 1947.
func (s *scan) dayFirst(i int) (writtenDate, bool) {
	if !within(s.raw(i), 31) {
		return writtenDate{}, false
	}
	j := s.skipOrdinal(i + 1)
	if strings.EqualFold(s.textAt(j), "of") {
		j++
	}
	if s.markAt(j, "-/.") {
		j++
	}
	if s.at(j).is&month == 0 {
		return writtenDate{}, false
	}
	return s.yearAt(j + 1)
}

// monthFirst reads March 12th, 1947.
func (s *scan) monthFirst(i int) (writtenDate, bool) {
	if s.at(i+1).kind != digits || !within(s.raw(i+1), 31) {
		return writtenDate{}, false
	}
	return s.yearAt(s.skipOrdinal(i + 2))
}

func (s *scan) skipOrdinal(j int) int {
	switch strings.ToLower(s.textAt(j)) {
	case "st", "nd", "rd", "th":
		return j + 1
	}
	return j
}

func (s *scan) yearAt(j int) (writtenDate, bool) {
	if s.markAt(j, ",-/.’'") {
		j++
	}
	if s.at(j).kind != digits {
		return writtenDate{}, false
	}
	y, ok := fullYear(s.raw(j))
	return writtenDate{last: j, year: y, short: len(s.raw(j)) == 2}, ok && (!s.glued(j) || s.at(j+1).kind == sign)
}

func fullYear(text string) (int, bool) {
	y, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, false
	case len(text) == 4:
		return y, 1800 < y && y < 2200
	case len(text) == 2 && y >= 30:
		return 1900 + y, true
	}
	return 2000 + y, len(text) == 2
}

// within reports whether text is a number from 1 to most in at most two digits.
func within(text string, most int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && len(text) <= 2 && 1 <= n && n <= most
}
