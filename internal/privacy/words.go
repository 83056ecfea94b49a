package privacy

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a number or a mark of a text; white space parts them and is
// none itself. Letters and digits that touch are tokens of their own: "M14" is
// two.
type token struct {
	start, end int
	kind       tokenKind
	capital    bool  // a word that begins with a capital
	breaks     bool  // a sentence or a line ended before it
	is         class // what the word tells about what stands near it
}

type tokenKind uint8

const (
	sign tokenKind = iota
	word
	digits
)

// class is what a word says about its neighbours; a word may say several
// things.
type class uint32

const (
	title    class = 1 << iota // of somebody who isn't staff: Mrs
	staff                      // somebody at work: Dr, consultant, mentor
	person                     // somebody who is or may be a patient
	naming                     // called, named
	kin                        // of a patient, after "her" or "the patient's"
	whose                      // her, his, their
	place                      // of work: surgery, ward, supplier
	birth                      // DOB, born
	phoned                     // phone, rang, mobile
	lives                      // address, postcode, lives
	recordNo                   // words that begin a record number: MRN, hospital, NHS
	month                      // January
	notName                    // begins with a capital and is nobody's name
	past                       // what old dates are told of: since, Act
	number                     // number, no, id
)

// classes are the words that decide. Each list is short and of the field: add
// to it when a text shows that one is missing, with that text in the corpus.
var classes = classify(map[class]string{
	title: `mr mrs ms miss mx master mstr`,
	staff: `dr doctor prof professor nurse matron gp gps consultant surgeon registrar mentor supervisor trainer tutor assessor manager
		receptionist pharmacist paramedic physio physiotherapist midwife colleague hca phlebotomist trainee apprentice lecturer teacher
		radiographer optician dentist practitioner clinician secretary coordinator facilitator locum partner administrator trust`,
	person: `patient patients pt pts lady gentleman gent man woman boy girl child baby infant toddler teenager resident caller client
		mum mother dad father daughter son wife husband grandmother grandfather nan parent carer widow widower pensioner`,
	naming: `called named name`,
	kin:    `son daughter wife husband mother mum father dad sister brother partner carer neighbour aunt uncle niece nephew granddaughter grandson nan friend`,
	whose:  `her his their patient's pt's lady's gentleman's man's woman's child's`,
	place: `surgery practice practices reception pharmacy chemist hospital clinic ward switchboard helpline department dept office hub centre
		center trust college university extension ext bleep bypass supplier manufacturer laboratory lab council line fax desk service services team
		website portal inbox mailbox provider charity hospice organisation company branch premises site building school nursery library
		venue training room help icb pcn federation ambulance radiology pathology our`,
	past: `since founded opened established act regulations regulation law policy guidance version introduced launched built began started edition
		legislation published issued`,
	number:   `number numbers no num id ref reference`,
	birth:    `dob born birth birthday birthdate`,
	phoned:   `phone telephone tel mobile mob rang ring call called calling text texted number contact landline dialled dial phoned`,
	lives:    `address postcode lives living live home flat house resides addressed visit visited delivered discharged`,
	recordNo: `mrn nhs chi hospital unit patient emis systmone record crn pas rio sample specimen casenote district`,
	month:    `january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec`,
	notName: `monday tuesday wednesday thursday friday saturday sunday access group groups direction directions protection friendly vaccination immunisation advice participation safety online services service
		the a an i it he she they we you and but or on in at of for to with when after before if as so then this that there these those my our his her
		was is are were had has have did no not yes nhs emis systmone accurx ardens covid english british welsh scottish irish polish urdu
		punjabi arabic romanian somali christmas easter once during while today yesterday each every all one two three what how why who
		reception surgery practice hospital clinic ward specific transport liaison information leaflet record records care plan history
		experience feedback survey journey choice consent confidentiality identification self health education summary flow list number
		test tests results result form forms name date dob address education reported resolution zero triage demographics facing centred led
		attended asked said told came rang called later next by from please also however although because since until first second third
		degree class copy key index an appointment appointments degree's x y z scan spine angiogram angiography imaging enterography
		society team teams group's services' attender attenders relations experience's data rights charter engagement contact contacts`,
})

func classify(lists map[class]string) map[string]class {
	all := map[string]class{}
	for c, list := range lists {
		for w := range strings.FieldsSeq(list) {
			all[w] |= c
		}
	}
	return all
}

// tokenise cuts a text into tokens, appending to into.
func tokenise(text string, into []token) []token {
	breaks := true
	var buf [64]byte
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n' || c == '\r':
			breaks = true
			i++
		case c == ' ' || c == '\t':
			i++
		case '0' <= c && c <= '9':
			j := i + 1
			for j < len(text) && '0' <= text[j] && text[j] <= '9' {
				j++
			}
			into = append(into, token{start: i, end: j, kind: digits, breaks: breaks})
			i, breaks = j, false
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			switch {
			case unicode.IsLetter(r):
				t := wordAt(text, i, &buf)
				t.breaks = breaks
				into = append(into, t)
				i, breaks = t.end, false
			case unicode.IsSpace(r) || invisible(r):
				i += size
			default:
				into = append(into, token{start: i, end: i + size, kind: sign, breaks: breaks})
				i += size
				breaks = (c == '.' || c == '!' || c == '?' || c == ';') && (i == len(text) || text[i] <= ' ')
			}
		}
	}
	return into
}

// wordAt reads the word at i: letters, with apostrophes between them.
func wordAt(text string, i int, buf *[64]byte) token {
	t := token{start: i, kind: word}
	n, j := 0, i
	for j < len(text) {
		r, size := rune(text[j]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[j:])
		}
		if !letter(r) {
			if !apostrophe(r) || j+size >= len(text) || !letterAt(text, j+size) {
				break
			}
			r = '\''
		}
		upper := 'A' <= r && r <= 'Z' || r >= utf8.RuneSelf && unicode.IsUpper(r)
		if j == i {
			t.capital = upper
		}
		if upper {
			r = unicode.ToLower(r)
		}
		if n+utf8.UTFMax <= len(buf) {
			n += utf8.EncodeRune(buf[n:], r)
		}
		j += size
	}
	t.end = j
	t.is = classes[string(buf[:n])] // without an allocation
	if base, has := bytes.CutSuffix(buf[:n], []byte("'s")); has && t.is == 0 {
		t.is = classes[string(base)] & (place | staff) // "the surgery's number"
	}
	return t
}

func letter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r))
}

func letterAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return letter(r)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }
