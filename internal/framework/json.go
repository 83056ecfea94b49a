package framework

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// MaxJSONBytes is the largest framework file that is read as JSON. JSON is
// what programs write: its reader needs time in step with the size, so that it
// can hold a framework of ten thousand competencies.
const MaxJSONBytes = 32 << 20

// isJSON reports whether the text is one JSON object. Text that only begins
// like one is left to the YAML reader, which says where the mistake is.
func isJSON(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) <= MaxJSONBytes && len(data) > 0 && data[0] == '{' && utf8.Valid(data) && json.Valid(data)
}

// jsonReader turns JSON, which has been found valid, into the nodes that the
// decoder reads. It keeps keys that are there twice, to be refused.
type jsonReader struct {
	text []byte
	dec  *json.Decoder
	at   int // how far here has come
	here position
}

func readJSON(text []byte) ast.Node {
	r := &jsonReader{text: text, dec: json.NewDecoder(bytes.NewReader(text)), here: start}
	r.dec.UseNumber()
	return r.value()
}

// token returns the next token and where it begins.
func (r *jsonReader) token() (json.Token, *token.Position) {
	end := int(r.dec.InputOffset())
	for end < len(r.text) && bytes.IndexByte([]byte(" \t\r\n,:"), r.text[end]) >= 0 {
		end++
	}
	for r.at < end {
		c, size := utf8.DecodeRune(r.text[r.at:])
		r.at += size
		r.here.column++
		if c == '\n' {
			r.here = position{r.here.line + 1, 1}
		}
	}
	t, err := r.dec.Token()
	if err != nil {
		panic("framework: valid JSON can be read: " + err.Error())
	}
	return t, &token.Position{Line: r.here.line, Column: r.here.column}
}

func (r *jsonReader) value() ast.Node {
	t, at := r.token()
	return r.node(t, at)
}

func (r *jsonReader) node(t json.Token, at *token.Position) ast.Node {
	word := func(kind token.Type, value string) *token.Token {
		return &token.Token{Type: kind, Value: value, Origin: value, Position: at}
	}
	switch t := t.(type) {
	case string:
		return ast.String(word(token.DoubleQuoteType, t))
	case json.Number:
		if bytes.ContainsAny([]byte(t), ".eE") {
			return ast.Float(word(token.FloatType, t.String()))
		}
		return ast.Integer(word(token.IntegerType, t.String()))
	case bool:
		if t {
			return ast.Bool(word(token.BoolType, "true"))
		}
		return ast.Bool(word(token.BoolType, "false"))
	case json.Delim:
		if t == '[' {
			list := ast.Sequence(word(token.SequenceStartType, "["), true)
			for r.dec.More() {
				list.Values = append(list.Values, r.value())
			}
			r.token()
			return list
		}
		group := ast.Mapping(word(token.MappingStartType, "{"), true)
		for r.dec.More() {
			name, at := r.token()
			key, _ := r.node(name, at).(ast.MapKeyNode) // a string
			group.Values = append(group.Values, ast.MappingValue(word(token.MappingValueType, ":"), key, r.value()))
		}
		r.token()
		return group
	}
	return ast.Null(word(token.NullType, "null"))
}
