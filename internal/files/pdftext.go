package files

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// pdfText returns the text of a PDF: of its pages, its notes, form fields and
// properties. unread says that there is more than could be read: it is
// encrypted, its pages are pictures, or its fonts don't tell what their signs
// mean. Time and memory are bounded; an error is that of ctx.
func pdfText(ctx context.Context, data []byte) (text string, unread bool, err error) {
	f, err := readPDF(ctx, data)
	if err == nil {
		text, unread, err = f.text()
	}
	if errors.Is(err, errPDFLimit) {
		return text, true, nil
	}
	return text, unread || bytes.Contains(data, []byte("/Encrypt")), err
}

// pdfKeys are the entries that hold words of a person, anywhere in a PDF.
var pdfKeys = []string{"Contents", "V", "TU", "RC", "Title", "Subject", "Keywords", "Author", "Alt", "ActualText", "NM"}

func (f *pdfDocument) text() (string, bool, error) {
	var out strings.Builder
	pages, unread := 0, false
	for _, ref := range f.sorted() {
		v := f.objects[ref]
		for _, words := range f.words(v) {
			out.WriteString(words + "\n")
		}
		blob, isStream := v.(pdfBlob)
		switch {
		case isStream && blob.dict["Type"] == pdfName("Metadata"):
			data, err := f.unpack(blob)
			if err != nil {
				return out.String(), true, err
			}
			out.WriteString(withoutTags(string(data)) + "\n")
		case isStream && blob.dict["Subtype"] == pdfName("Form"):
			s := pdfShown{f: f, fonts: f.fonts(blob.dict["Resources"])}
			if err := s.show([]any{blob}); err != nil {
				return out.String(), true, err
			}
			out.WriteString(s.out.String() + "\n")
		}
		page, ok := v.(pdfDict)
		if !ok || page["Type"] != pdfName("Page") {
			continue
		}
		pages++
		resources := f.inherited(page, "Resources")
		s := pdfShown{f: f, fonts: f.fonts(resources)}
		if err := s.show(f.list(page["Contents"])); err != nil {
			return out.String(), true, err
		}
		out.WriteString(s.out.String() + "\n")
		bare := strings.TrimSpace(s.out.String()) == "" && len(f.dict(f.dict(resources)["XObject"])) > 0
		unread = unread || bare || s.unknown*10 > utf8.RuneCountInString(s.out.String())
	}
	return out.String(), unread || pages == 0 || f.partial, nil
}

// sorted returns the numbers of the objects in order, so that the same PDF
// always gives the same text.
func (f *pdfDocument) sorted() []pdfRef {
	all := make([]pdfRef, 0, len(f.objects))
	for ref := range f.objects {
		all = append(all, ref)
	}
	slices.Sort(all)
	return all
}

// words returns the texts in an object that somebody wrote.
func (f *pdfDocument) words(v any) (out []string) {
	switch v := v.(type) {
	case pdfBlob:
		return f.words(v.dict)
	case pdfDict:
		for _, key := range pdfKeys {
			if s, ok := f.get(v[key]).([]byte); ok {
				out = append(out, pdfString(s))
			}
		}
		for key, inner := range v {
			switch inner.(type) {
			case pdfDict, []any:
				if key != "Parent" {
					out = append(out, f.words(inner)...)
				}
			}
		}
		slices.Sort(out)
	case []any:
		for _, inner := range v {
			out = append(out, f.words(inner)...)
		}
	}
	return out
}

func (f *pdfDocument) inherited(page pdfDict, key string) any {
	for range pdfDepth {
		if v, ok := page[key]; ok {
			return v
		}
		if page = f.dict(page["Parent"]); page == nil {
			return nil
		}
	}
	return nil
}

// pdfString reads a text string: UTF-16 with its mark, UTF-8 with its, or Latin.
func pdfString(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return utf16BE(b[2:])
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		return string(b[3:])
	}
	return latin(b)
}

func utf16BE(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

// winAnsi are the signs of Windows-1252 that Latin-1 hasn't and that may stand
// in a name or a number.
var winAnsi = map[byte]rune{0x80: '€', 0x8a: 'Š', 0x8e: 'Ž', 0x91: '‘', 0x92: '’', 0x93: '“', 0x94: '”', 0x96: '–', 0x97: '—', 0x9a: 'š', 0x9e: 'ž', 0x9f: 'Ÿ'}

func latin(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		r := rune(c)
		if special, ok := winAnsi[c]; ok {
			r = special
		}
		out.WriteRune(r)
	}
	return out.String()
}

// withoutTags returns the text of XML, a line for each piece of it.
func withoutTags(s string) string {
	var out strings.Builder
	for s != "" {
		text, rest, _ := strings.Cut(s, "<")
		out.WriteString(text + "\n")
		_, s, _ = strings.Cut(rest, ">")
	}
	return out.String()
}

// pdfShown gathers what a page shows.
type pdfShown struct {
	f       *pdfDocument
	fonts   map[string]*pdfFont
	font    *pdfFont
	out     strings.Builder
	y       float64
	unknown int // signs that the font doesn't explain
}

// show runs the operators of content streams.
func (s *pdfShown) show(streams []any) error {
	var content []byte
	for _, v := range streams {
		blob, ok := s.f.get(v).(pdfBlob)
		if !ok {
			continue
		}
		data, err := s.f.unpack(blob)
		if err != nil {
			return err
		}
		content = append(append(content, data...), '\n')
	}
	p := pdfParser{data: content}
	var args []any
	for n := 0; ; n++ {
		if n%1024 == 0 && s.f.ctx.Err() != nil {
			return s.f.ctx.Err()
		}
		switch v := p.value(0).(type) {
		case pdfEnd:
			return nil
		case pdfOp:
			if v == "ID" { // a picture in the stream
				if end := bytes.Index(content[p.at:], []byte("EI")); end >= 0 {
					p.at += end + 2
				}
			}
			s.operate(string(v), args)
			args = args[:0]
		default:
			if args = append(args, v); len(args) > 1000 {
				args = args[:0]
			}
		}
	}
}

// operate does what changes or shows text.
func (s *pdfShown) operate(op string, args []any) {
	number := func(fromEnd int) float64 {
		if i := len(args) - fromEnd; i >= 0 {
			n, _ := args[i].(float64)
			return n
		}
		return 0
	}
	switch op {
	case "Tf":
		if len(args) > 1 {
			name, _ := args[len(args)-2].(pdfName)
			s.font = s.fonts[string(name)]
		}
	case "Td", "TD":
		s.move(number(1))
	case "Tm":
		s.move(number(1) - s.y)
		s.y = number(1)
	case "T*", "'", "\"":
		s.out.WriteByte('\n')
		s.tell(args)
	case "BT":
		s.out.WriteByte(' ')
	case "Tj", "TJ":
		s.tell(args)
	}
}

// move goes on in the same line, or to another.
func (s *pdfShown) move(down float64) {
	if math.Abs(down) < 1 {
		s.out.WriteByte(' ')
	} else {
		s.out.WriteByte('\n')
	}
}

func (s *pdfShown) tell(args []any) {
	const wordGap = -180 // thousandths of the size; what is less is kerning
	for _, a := range args {
		switch a := a.(type) {
		case []byte:
			s.decode(a)
		case []any:
			for _, inner := range a {
				switch inner := inner.(type) {
				case []byte:
					s.decode(inner)
				case float64:
					if inner < wordGap {
						s.out.WriteByte(' ')
					}
				}
			}
		}
	}
}

func (s *pdfShown) decode(b []byte) {
	if s.font == nil {
		s.out.WriteString(latin(b))
		return
	}
	text, unknown := s.font.decode(b)
	s.out.WriteString(text)
	s.unknown += unknown
}
