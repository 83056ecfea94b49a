package files

import (
	"strconv"
	"strings"
)

// pdfFont says what the codes of a font mean.
type pdfFont struct {
	wide  bool // two bytes a code
	codes map[int]string
	latin bool // what codes doesn't say is Latin
}

// fonts returns the fonts that resources name.
func (f *pdfDocument) fonts(resources any) map[string]*pdfFont {
	out := map[string]*pdfFont{}
	for name, v := range f.dict(f.dict(resources)["Font"]) {
		out[name] = f.font(f.dict(v))
	}
	return out
}

func (f *pdfDocument) font(d pdfDict) *pdfFont {
	font := &pdfFont{codes: map[int]string{}, wide: f.get(d["Subtype"]) == pdfName("Type0")}
	font.latin = !font.wide && f.get(d["Subtype"]) != pdfName("Type3")
	if blob, ok := f.get(d["ToUnicode"]).(pdfBlob); ok {
		if data, err := f.unpack(blob); err == nil {
			font.readCMap(data)
		}
	}
	code := 0
	for _, v := range f.list(f.dict(d["Encoding"])["Differences"]) {
		switch v := f.get(v).(type) {
		case float64:
			code = int(v)
		case pdfName:
			if _, known := font.codes[code]; !known {
				if text := glyphText(string(v)); text != "" {
					font.codes[code] = text
				} else {
					font.codes[code] = "\ufffd"
				}
			}
			code++
		}
	}
	return font
}

// maxCodes is how many codes a font may explain.
const maxCodes = 1 << 16

// readCMap reads which code means what.
func (font *pdfFont) readCMap(data []byte) {
	p := pdfParser{data: data}
	var args []any
	for {
		switch v := p.value(0).(type) {
		case pdfEnd:
			return
		case pdfOp:
			switch v {
			case "endcodespacerange":
				if len(args) > 0 {
					b, _ := args[0].([]byte)
					font.wide = len(b) == 2
				}
			case "endbfchar":
				for i := 0; i+1 < len(args); i += 2 {
					font.mean(args[i], args[i+1], 0)
				}
			case "endbfrange":
				for i := 0; i+2 < len(args); i += 3 {
					font.meanRange(args[i], args[i+1], args[i+2])
				}
			}
			args = args[:0]
		default:
			args = append(args, v)
		}
	}
}

func codeOf(v any) (int, bool) {
	b, ok := v.([]byte)
	if !ok || len(b) == 0 || len(b) > 3 {
		return 0, false
	}
	code := 0
	for _, c := range b {
		code = code<<8 | int(c)
	}
	return code, true
}

// mean notes that the code plus by means the text with by added to its end.
func (font *pdfFont) mean(code, text any, by int) {
	c, ok := codeOf(code)
	b, isText := text.([]byte)
	if !ok || !isText || len(font.codes) >= maxCodes {
		return
	}
	runes := []rune(utf16BE(b))
	if len(runes) > 0 {
		runes[len(runes)-1] += rune(by)
		font.codes[c+by] = string(runes)
	}
}

func (font *pdfFont) meanRange(from, to, text any) {
	first, ok := codeOf(from)
	last, also := codeOf(to)
	if !ok || !also {
		return
	}
	each, listed := text.([]any)
	for by := 0; by <= last-first && by < maxCodes; by++ {
		if !listed {
			font.mean(from, text, by)
		} else if by < len(each) {
			if b, isText := each[by].([]byte); isText && len(font.codes) < maxCodes {
				font.codes[first+by] = utf16BE(b)
			}
		}
	}
}

// decode returns the text of a string that is shown, and how many signs of it
// the font doesn't explain.
func (font *pdfFont) decode(b []byte) (string, int) {
	var out strings.Builder
	unknown, step := 0, 1
	if font.wide {
		step = 2
	}
	for i := 0; i+step <= len(b); i += step {
		code := int(b[i])
		if font.wide {
			code = code<<8 | int(b[i+1])
		}
		text, known := font.codes[code]
		switch {
		case known && text != "\ufffd":
			out.WriteString(text)
		case !known && font.latin:
			out.WriteString(latin(b[i : i+1]))
		default:
			unknown++
			out.WriteByte(' ')
		}
	}
	return out.String(), unknown
}

// glyphNames are the names of signs that a name or a number is written with.
var glyphNames = map[string]string{
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
	"space": " ", "hyphen": "-", "minus": "-", "endash": "–", "emdash": "—", "period": ".", "comma": ",", "colon": ":", "semicolon": ";", "slash": "/",
	"at": "@", "underscore": "_", "plus": "+", "parenleft": "(", "parenright": ")", "quoteright": "’", "quoteleft": "‘", "quotesingle": "'",
	"quotedblleft": "“", "quotedblright": "”", "fi": "fi", "fl": "fl", "ff": "ff", "ffi": "ffi", "ffl": "ffl", "eacute": "é", "egrave": "è", "uml": "¨",
}

func glyphText(name string) string {
	if len(name) == 1 {
		return name
	}
	if text, ok := glyphNames[name]; ok {
		return text
	}
	if code, ok := strings.CutPrefix(name, "uni"); ok && len(code) == 4 {
		if n, err := strconv.ParseUint(code, 16, 16); err == nil {
			return string(rune(n))
		}
	}
	return ""
}
