package privacy

import (
	"bytes"
	"strings"
)

// numbers finds telephone numbers, CHI numbers and the numbers of records.
func (s *scan) numbers(i int) {
	if s.chiAt(i) { // before the telephone: both may begin with 01 or 02
		return
	}
	if last, ok := s.phoneAt(i); !ok {
		s.recordAt(i)
	} else if !s.ofWork(i, last) {
		s.add(Phone, i, last)
	}
}

// phoneAt reads a British telephone number that a person may have, from token
// i on: ten or eleven digits from 01, 02 or 07 on, or after +44. 03 and 08
// belong to organisations.
func (s *scan) phoneAt(i int) (last int, ok bool) {
	first := s.raw(i)
	abroad := first == "0044" || strings.HasPrefix(first, "44") && s.markAt(i-1, "+")
	if !abroad && (len(first) < 3 || first[0] != '0' || !strings.Contains("127", first[1:2])) {
		return 0, false
	}
	if s.glued(i-1) && (s.at(i-1).kind != sign || s.markAt(i-1, "/:.")) {
		return 0, false
	}
	var b [16]byte
	got := append(b[:0], first...)
	last = i
	for j := i + 1; j < len(s.tokens) && j < i+12 && len(national(got)) < 11; j++ {
		t := s.tokens[j]
		if t.breaks || t.start-s.tokens[j-1].end > 2 || t.kind == digits && len(got)+t.end-t.start > cap(got) {
			break
		}
		if t.kind == digits {
			got, last = append(got, s.raw(j)...), j
		} else if !s.markAt(j, "()-–") {
			break
		}
	}
	if s.glued(last) && s.at(last+1).kind != sign {
		return 0, false
	}
	n := national(got)
	return last, (len(n) == 10 || len(n) == 11) && strings.IndexByte("127", n[1]) >= 0
}

// national returns a number as it is called within the country.
func national(number []byte) []byte {
	rest, found := bytes.CutPrefix(number, []byte("0044"))
	if !found {
		rest, found = bytes.CutPrefix(number, []byte("44"))
	}
	if !found || len(rest) == 0 {
		return number
	}
	if rest[0] == '0' { // +44 (0)161
		return rest
	}
	return append([]byte{'0'}, rest...)
}

// chiAt finds the Community Health Index number of Scotland: the date of birth
// as six digits, and four. Its check digit is that of an NHS number, so that
// ten digits together are found as one that is certain; six and four with a
// space between are certain after "CHI" only, since a date and a time look so.
// What "CHI" or "NHS number" announces is likely one, whatever its check
// digit: people mistype.
func (s *scan) chiAt(i int) bool {
	number, last := s.tenDigits(i)
	if number == nil {
		return false
	}
	said := s.announced(i)
	grouped := last == i+1
	switch valid := validNHSNumber([nhsDigits]byte(number)); {
	case said == "":
		if !grouped || !valid || !beginsWithDate(number) {
			return false
		}
		s.add(CHINumber, i, last)
	case said == CHINumber && grouped && valid:
		s.add(CHINumber, i, last)
		s.found[len(s.found)-1].Certain = true
	default:
		s.add(said, i, last)
	}
	return true
}

// tenDigits returns the values of ten digits in one, two (6, 4) or three
// (3, 3, 4) groups from token i on.
func (s *scan) tenDigits(i int) (values []byte, last int) {
	if s.glued(i-1) && s.at(i-1).kind != sign {
		return nil, 0
	}
	var groups []int
	switch len(s.raw(i)) {
	case 10:
		groups = []int{10}
	case 6:
		groups = []int{6, 4}
	case 3:
		groups = []int{3, 3, 4}
	default:
		return nil, 0
	}
	j := i
	for n, size := range groups {
		if n > 0 && s.markAt(j, "-") {
			j++
		}
		t := s.at(j)
		if t.kind != digits || t.end-t.start != size || n > 0 && t.breaks {
			return nil, 0
		}
		for _, c := range []byte(s.raw(j)) {
			values = append(values, c-'0')
		}
		last = j
		j++
	}
	if s.glued(last) && s.at(last+1).kind != sign {
		return nil, 0
	}
	return values, last
}

// announced says what the words before a number call it: CHINumber,
// NHSNumber or nothing.
func (s *scan) announced(i int) Kind {
	for j := i - 1; j >= 0 && j >= i-4 && !s.tokens[j+1].breaks; j-- {
		switch w := s.raw(j); {
		case w == "CHI":
			return CHINumber
		case strings.EqualFold(w, "NHS"):
			return NHSNumber
		case s.tokens[j].kind == digits:
			return ""
		}
	}
	return ""
}

func beginsWithDate(number []byte) bool {
	day, months := int(number[0])*10+int(number[1]), int(number[2])*10+int(number[3])
	return 1 <= day && day <= 31 && 1 <= months && months <= 12
}

// recordAt finds the number of a hospital's or practice's record: five digits
// or more, with a few letters before them or not, after words such as
// "hospital number" or "MRN", or with letters right after words for a patient.
func (s *scan) recordAt(i int) {
	first, n := i, len(s.raw(i))
	if s.glued(i) && s.at(i+1).kind == word {
		return
	}
	letters := s.glued(i-1) && s.at(i-1).kind == word
	if letters {
		if first--; len(s.raw(first)) > 3 || strings.ToUpper(s.raw(first)) != s.raw(first) {
			return
		}
	}
	if n < 5 || n > 10 || s.raw(i)[0] == '0' && n == 10 {
		return
	}
	if s.calledRecord(first) || letters && n >= 6 && n <= 8 && s.before(first, 3, person|place|staff|recordNo)&person != 0 {
		s.add(HospitalNumber, first, i)
	}
}

// calledRecord reports whether the words before token i say that it is a
// record's number: "MRN 123456", "hospital number: 123456", "unit no. 123456".
func (s *scan) calledRecord(i int) bool {
	numbered := false
	for j := i - 1; j >= 0 && j >= i-6 && !s.tokens[j+1].breaks; j-- {
		t := s.tokens[j]
		switch w := strings.ToLower(s.raw(j)); {
		case t.kind == sign && strings.Contains(":.#=-(", s.raw(j)):
		case t.is&recordNo != 0:
			return numbered || w == "mrn" || w == "crn" || w == "pas"
		case t.is&number != 0:
			numbered = true
		case w != "is" && w != "was":
			return false
		}
	}
	return false
}
