package privacy

import "strings"

// areas are the letters that a postcode begins with.
var areas = wordSet(`AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL
	GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR
	RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// postcodes finds a whole postcode, M14 5RX, from its area on. One in small
// letters needs a word for an address near it. A postcode of a place of work
// is none of a patient's.
func (s *scan) postcodes(i int) {
	area, j := s.raw(i), i+1
	if len(area) > 2 || !areas[strings.ToUpper(area)] || !s.glued(i) || s.glued(i-1) && s.markAt(i-1, "-/") {
		return
	}
	inward, unit := s.outward(j)
	if inward < 0 || unit == "" || !unitLetters(unit) {
		return
	}
	last := inward + 1
	if s.glued(last) && s.at(last+1).kind != sign {
		return
	}
	written := area + unit
	if written != strings.ToUpper(written) && s.before(i, 4, lives) == 0 && s.after(last, 4, lives) == 0 {
		return
	}
	if !s.ofWork(i, last) {
		s.add(Postcode, i, last)
	}
}

// outward reads the district at token j and returns where the digit of the
// inward part stands and the two letters after it; -1 if there is none.
func (s *scan) outward(j int) (inward int, unit string) {
	d := s.at(j)
	if d.kind != digits {
		return -1, ""
	}
	n := d.end - d.start
	switch {
	case n <= 2 && !s.glued(j): // M14 5RX
		inward = j + 1
	case n <= 2 && s.glued(j) && s.at(j+1).kind == word && len(s.raw(j+1)) == 1: // EC1A 1BB, EC1A1BB
		inward = j + 2
	case (n == 2 || n == 3) && s.glued(j) && s.at(j+1).kind == word: // M145RX
		return j, s.raw(j + 1)
	default:
		return -1, ""
	}
	t := s.at(inward)
	if t.kind != digits || t.end-t.start != 1 || t.breaks || t.start-s.tokens[inward-1].end > 2 || !s.glued(inward) {
		return -1, ""
	}
	return inward, s.textAt(inward + 1)
}

// unitLetters reports whether two letters may end a postcode.
func unitLetters(unit string) bool {
	return len(unit) == 2 && strings.Trim(strings.ToUpper(unit), "ABDEFGHJLNPQRSTUWXYZ") == ""
}

// workDomains end the addresses of staff and organisations.
var workDomains = []string{"nhs.net", "nhs.uk", "gov.uk", "gov.scot", "gov.wales", "ac.uk", "police.uk", "org.uk", "org"}

// roleBoxes are the local parts that belong to no single person.
var roleBoxes = wordSet(`reception admin info enquiries enquiry contact help support office practice surgery prescriptions results referrals
	noreply no-reply secretary secretaries manager training appointments feedback`)

// emails finds an e-mail address at its @, token i.
func (s *scan) emails(i int) {
	const longest = 64
	at := s.tokens[i].start
	start, end := at, at+1
	for start > 0 && at-start < longest && addressByte(s.text[start-1]) {
		start--
	}
	for end < len(s.text) && end-at < longest && addressByte(s.text[end]) {
		end++
	}
	local, domain := strings.ToLower(s.text[start:at]), strings.ToLower(strings.TrimRight(s.text[at+1:end], ".-_+"))
	dot := strings.LastIndexByte(domain, '.')
	if strings.Trim(local, ".") == "" || dot < 1 || len(domain)-dot < 3 || roleBoxes[local] {
		return
	}
	for _, work := range workDomains {
		if domain == work || strings.HasSuffix(domain, "."+work) {
			return
		}
	}
	if !s.ofWork(i, i) {
		s.found = append(s.found, Finding{Kind: Email, Start: start, End: at + 1 + len(domain)})
	}
}

func addressByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("._-+%", c) >= 0
}
