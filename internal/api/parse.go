package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"countersign/internal/problem"
)

// maxDepth is how deep lists and objects may be nested; no request needs more
// than five levels.
const maxDepth = 16

// kind is the type of a JSON value.
type kind int

const (
	null kind = iota
	boolean
	number
	text
	array
	object
)

// node is a JSON value as it was sent: keys in their order, repeated ones too,
// numbers unread.
type node struct {
	kind  kind
	text  string   // of a text, a number, true or false
	keys  []string // of an object, parallel to items
	items []node
}

// parse reads one JSON value. encoding/json alone would put a replacement
// character for what isn't UTF-8, ignore what follows the value, and let the
// last of several equal keys win.
func parse(body []byte) (node, error) {
	if !utf8.Valid(body) || halfSurrogate(body) {
		return node{}, problem.Malformed("The body must be JSON in UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	n, err := parseValue(dec, 0)
	if err != nil {
		return node{}, malformed(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return node{}, problem.Malformed("The body must be one JSON value with nothing after it")
	}
	return n, nil
}

func malformed(err error) error {
	var p problem.Problem
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &syntax):
		return problem.Malformed("The body is no valid JSON: there is a mistake at byte " + strconv.FormatInt(syntax.Offset, 10))
	}
	return problem.Malformed("The body is no valid JSON: it is empty or breaks off")
}

func parseValue(dec *json.Decoder, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, problem.Malformed("The body is nested too deeply")
	}
	t, err := dec.Token()
	if err != nil {
		return node{}, err
	}
	switch t := t.(type) {
	case bool:
		return node{kind: boolean, text: strconv.FormatBool(t)}, nil
	case json.Number:
		return node{kind: number, text: t.String()}, nil
	case string:
		return node{kind: text, text: t}, nil
	case json.Delim:
		if t == '[' {
			return parseItems(dec, node{kind: array}, depth)
		}
		return parseItems(dec, node{kind: object}, depth)
	}
	return node{kind: null}, nil
}

func parseItems(dec *json.Decoder, n node, depth int) (node, error) {
	for dec.More() {
		if n.kind == object {
			key, err := dec.Token()
			if err != nil {
				return n, err
			}
			name, _ := key.(string) // the decoder lets nothing else through
			n.keys = append(n.keys, name)
		}
		item, err := parseValue(dec, depth+1)
		if err != nil {
			return n, err
		}
		n.items = append(n.items, item)
	}
	_, err := dec.Token() // the closing bracket
	return n, err
}

// halfSurrogate reports whether a \u escape names half of a UTF-16 pair, which
// stands for no character.
func halfSurrogate(body []byte) bool {
	for i := 0; i < len(body)-1; i++ {
		if body[i] != '\\' {
			continue
		}
		i++ // what is escaped
		unit, ok := unitAt(body, i)
		if !ok || unit < 0xd800 || unit > 0xdfff {
			continue
		}
		low, ok := unitAt(body, i+6)
		if unit >= 0xdc00 || !ok || body[i+5] != '\\' || low < 0xdc00 || low > 0xdfff {
			return true
		}
		i += 6
	}
	return false
}

// unitAt reads "uXXXX".
func unitAt(body []byte, i int) (uint64, bool) {
	if i+5 > len(body) || body[i] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(body[i+1:i+5]), 16, 32)
	return n, err == nil
}
