package files

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/ascii85"
	"encoding/hex"
	"errors"
	"io"
	"regexp"
	"strconv"
)

// What of a PDF is read for its text. A small file can unpack to anything.
const (
	pdfObjects  = 200_000
	pdfUnpacked = 64 << 20 // bytes of all streams together
	pdfDepth    = 50       // of objects in objects
)

var errPDFLimit = errors.New("files: the PDF has more in it than is read")

// The objects of a PDF, as far as text needs them. Numbers are float64.
type (
	pdfName string
	pdfRef  int
	pdfDict map[string]any
	pdfOp   string // of a content stream
	pdfBlob struct {
		dict pdfDict
		raw  []byte
	}
)

// pdfDocument is a PDF whose objects were found by looking through all of it, since
// the table that says where they are may lie.
type pdfDocument struct {
	ctx      context.Context //nolint:containedctx // it lives as long as one inspection
	objects  map[pdfRef]any
	unpacked int
	partial  bool // something that may hold text couldn't be unpacked
}

var pdfObject = regexp.MustCompile(`(\d{1,9})[ \t\r\n]+\d{1,5}[ \t\r\n]+obj\b`)

func readPDF(ctx context.Context, data []byte) (*pdfDocument, error) {
	f := &pdfDocument{ctx: ctx, objects: map[pdfRef]any{}}
	for from := 0; ; {
		at := pdfObject.FindSubmatchIndex(data[from:])
		if at == nil {
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(f.objects) > pdfObjects {
			return nil, errPDFLimit
		}
		n, _ := strconv.Atoi(string(data[from+at[2] : from+at[3]]))
		p := pdfParser{data: data, at: from + at[1]}
		v := p.value(0)
		if dict, ok := v.(pdfDict); ok {
			if raw, ok := p.stream(dict); ok {
				v = pdfBlob{dict, raw}
			}
		}
		f.objects[pdfRef(n)] = v
		from = max(p.at, from+at[1])
	}
	return f, f.unpackObjects()
}

// unpackObjects adds the objects that stand in streams of objects.
func (f *pdfDocument) unpackObjects() error {
	for _, v := range f.objects {
		blob, ok := v.(pdfBlob)
		if !ok || blob.dict["Type"] != pdfName("ObjStm") {
			continue
		}
		data, err := f.unpack(blob)
		if err != nil {
			return err
		}
		count, _ := f.get(blob.dict["N"]).(float64)
		first, _ := f.get(blob.dict["First"]).(float64)
		head := pdfParser{data: data}
		for range int(min(count, pdfObjects)) {
			n, ok := head.value(0).(float64)
			offset, also := head.value(0).(float64)
			if !ok || !also || int(first+offset) >= len(data) || int(first+offset) < 0 {
				break
			}
			if _, newer := f.objects[pdfRef(n)]; newer {
				continue
			}
			body := pdfParser{data: data, at: int(first + offset)}
			f.objects[pdfRef(n)] = body.value(0)
			if len(f.objects) > pdfObjects {
				return errPDFLimit
			}
		}
	}
	return nil
}

// get follows references.
func (f *pdfDocument) get(v any) any {
	for range pdfDepth {
		ref, ok := v.(pdfRef)
		if !ok {
			return v
		}
		v = f.objects[ref]
	}
	return nil
}

func (f *pdfDocument) dict(v any) pdfDict {
	switch v := f.get(v).(type) {
	case pdfDict:
		return v
	case pdfBlob:
		return v.dict
	}
	return nil
}

func (f *pdfDocument) list(v any) []any {
	switch v := f.get(v).(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// unpack returns the content of a stream. What has a filter that isn't read
// here, such as a picture's, is empty.
func (f *pdfDocument) unpack(blob pdfBlob) ([]byte, error) {
	data := blob.raw
	for _, filter := range f.list(blob.dict["Filter"]) {
		var r io.Reader
		switch f.get(filter) {
		case pdfName("FlateDecode"), pdfName("Fl"):
			var err error
			if r, err = zlib.NewReader(bytes.NewReader(data)); err != nil {
				f.partial = true
				return nil, nil //nolint:nilerr // damaged: nothing of it can be read, and that is noted
			}
		case pdfName("ASCII85Decode"), pdfName("A85"):
			end := bytes.IndexByte(data, '~')
			if end < 0 {
				end = len(data)
			}
			r = ascii85.NewDecoder(bytes.NewReader(data[:end]))
		case pdfName("ASCIIHexDecode"), pdfName("AHx"):
			r = hex.NewDecoder(bytes.NewReader(bytes.TrimRight(data, "> \r\n")))
		default:
			f.partial = true
			return nil, nil
		}
		left := pdfUnpacked - f.unpacked
		var err error
		data, err = io.ReadAll(io.LimitReader(contextReader{f.ctx, r}, int64(left)+1))
		f.unpacked += len(data)
		switch {
		case f.unpacked > pdfUnpacked:
			return nil, errPDFLimit
		case f.ctx.Err() != nil:
			return nil, f.ctx.Err()
		case err != nil:
			f.partial = true // what came before it counts
		}
	}
	return data, nil
}

// pdfParser reads objects and operators.
type pdfParser struct {
	data []byte
	at   int
}

func (p *pdfParser) peek() byte {
	if p.at < len(p.data) {
		return p.data[p.at]
	}
	return 0
}

func (p *pdfParser) skip() {
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case c == '%':
			for p.at < len(p.data) && p.data[p.at] != '\n' && p.data[p.at] != '\r' {
				p.at++
			}
		case c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0:
			p.at++
		default:
			return
		}
	}
}

// end is what stands where nothing can be read any more.
type pdfEnd struct{}

// value reads the next object, or an operator.
func (p *pdfParser) value(depth int) any {
	p.skip()
	if p.at >= len(p.data) || depth > pdfDepth {
		p.at = len(p.data)
		return pdfEnd{}
	}
	switch c := p.peek(); {
	case c == '/':
		p.at++
		return p.name()
	case c == '(':
		return p.literal()
	case c == '<' && p.at+1 < len(p.data) && p.data[p.at+1] == '<':
		return p.dictionary(depth)
	case c == '<':
		return p.hexadecimal()
	case c == '[':
		p.at++
		var list []any
		for {
			p.skip()
			if p.at >= len(p.data) {
				return list
			}
			if p.peek() == ']' {
				p.at++
				return list
			}
			list = append(list, p.value(depth+1))
		}
	case c == '+' || c == '-' || c == '.' || '0' <= c && c <= '9':
		return p.number()
	case c == ']' || c == '>' || c == ')' || c == '{' || c == '}':
		p.at++
		return pdfOp(c)
	}
	return pdfOp(p.word())
}

func (p *pdfParser) word() string {
	from := p.at
	for p.at < len(p.data) && bytes.IndexByte([]byte(" \n\r\t\f\x00()<>[]{}/%"), p.data[p.at]) < 0 {
		p.at++
	}
	return string(p.data[from:p.at])
}

func (p *pdfParser) name() pdfName {
	w := p.word()
	if bytes.IndexByte([]byte(w), '#') < 0 {
		return pdfName(w)
	}
	var b []byte
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) {
			if c, err := hex.DecodeString(w[i+1 : i+3]); err == nil {
				b, i = append(b, c[0]), i+2
				continue
			}
		}
		b = append(b, w[i])
	}
	return pdfName(b)
}

// number reads a number, or a reference: "12 0 R".
func (p *pdfParser) number() any {
	w := p.word()
	n, err := strconv.ParseFloat(w, 64)
	if err != nil {
		return pdfOp(w)
	}
	back := p.at
	if i, err := strconv.Atoi(w); err == nil && i >= 0 {
		p.skip()
		if c := p.peek(); '0' <= c && c <= '9' {
			p.word()
			p.skip()
			if p.peek() == 'R' && p.word() == "R" {
				return pdfRef(i)
			}
		}
		p.at = back
	}
	return n
}

func (p *pdfParser) dictionary(depth int) any {
	p.at += 2
	d := pdfDict{}
	for {
		p.skip()
		if p.at >= len(p.data) {
			return d
		}
		if bytes.HasPrefix(p.data[p.at:], []byte(">>")) {
			p.at += 2
			return d
		}
		key, ok := p.value(depth + 1).(pdfName)
		if !ok {
			continue
		}
		d[string(key)] = p.value(depth + 1)
	}
}

func (p *pdfParser) hexadecimal() []byte {
	p.at++
	end := bytes.IndexByte(p.data[p.at:], '>')
	if end < 0 {
		end = len(p.data) - p.at
	}
	digits := bytes.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F' {
			return r
		}
		return -1
	}, p.data[p.at:p.at+end])
	p.at = min(len(p.data), p.at+end+1)
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	b, _ := hex.DecodeString(string(digits))
	return b
}

// literal reads a text in brackets.
func (p *pdfParser) literal() []byte {
	p.at++
	b := []byte{}
	for depth := 1; p.at < len(p.data); p.at++ {
		c := p.data[p.at]
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				p.at++
				return b
			}
		case '\\':
			p.at++
			switch e := p.peek(); {
			case e == 'n':
				c = '\n'
			case e == 'r':
				c = '\r'
			case e == 't':
				c = '\t'
			case e == 'b' || e == 'f':
				c = ' '
			case e == '\n':
				continue
			case e == '\r':
				if p.at+1 < len(p.data) && p.data[p.at+1] == '\n' {
					p.at++
				}
				continue
			case '0' <= e && e <= '7':
				n := 0
				for k := 0; k < 3 && '0' <= p.peek() && p.peek() <= '7'; k++ {
					n = n*8 + int(p.peek()-'0')
					p.at++
				}
				p.at--
				c = byte(n)
			default:
				c = e
			}
		}
		b = append(b, c)
	}
	p.at = len(p.data) // it had no end
	return b
}

// stream returns the bytes of a stream whose dictionary was just read.
func (p *pdfParser) stream(d pdfDict) ([]byte, bool) {
	p.skip()
	rest := p.data[p.at:]
	if !bytes.HasPrefix(rest, []byte("stream")) {
		return nil, false
	}
	rest = bytes.TrimPrefix(bytes.TrimPrefix(rest[len("stream"):], []byte("\r")), []byte("\n"))
	from := len(p.data) - len(rest)
	if n, ok := d["Length"].(float64); ok && n >= 0 && int(n) <= len(rest) && bytes.HasPrefix(bytes.TrimLeft(rest[int(n):], "\r\n \t"), []byte("endstream")) {
		p.at = from + int(n)
		return rest[:int(n)], true
	}
	end := bytes.Index(rest, []byte("endstream"))
	if end < 0 {
		end = len(rest)
	}
	p.at = from + end
	return rest[:end], true
}
