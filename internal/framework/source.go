package framework

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxBytes is the largest framework file that is read as YAML. The shipped
// ones have about a tenth of it. See MaxJSONBytes.
const MaxBytes = 1 << 20

// The YAML reader needs time that grows with the square of some of these, and
// a stack that grows with the depth, so they are bounded before it starts.
const (
	maxLines      = 10_000
	maxBlankLines = 50 // in a row
	maxTokens     = 60_000
	maxDepth      = 12 // of [ and {, and of "- " on one line
)

// syntax turns the text into the root node of its only document. It returns
// nil after reporting why it can't.
func syntax(data []byte, r *report) ast.Node {
	if isJSON(data) {
		return readJSON(data)
	}
	text, ok := plainText(data, r)
	if !ok {
		return nil
	}
	tokens := lexer.Tokenize(text)
	if !plainTokens(tokens, r) {
		return nil
	}
	file := parse(tokens, r)
	if file == nil {
		return nil
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case root != nil:
			r.add(at(doc.Body), "", "a framework file holds one document; this starts a second one")
			return nil
		default:
			root = doc.Body
		}
	}
	if root == nil {
		r.add(start, "", "the file is empty")
	}
	return root
}

// plainText refuses what isn't readable text of bearable size.
func plainText(data []byte, r *report) (string, bool) {
	if len(data) > MaxBytes {
		r.add(start, "", "the file has %d bytes; at most %d are read", len(data), MaxBytes)
		return "", false
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // as some Windows editors write
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	here, blank := start, 0
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.add(here, "", "this isn't valid UTF-8; save the file as UTF-8")
			return "", false
		case c != '\n' && c != '\t' && (c < ' ' || c == 0x7f):
			r.add(here, "", "control character %U; remove it", c)
			return "", false
		case c != '\n':
			here.column++
			if c != ' ' && c != '\t' {
				blank = 0
			}
		default:
			here, blank = position{here.line + 1, 1}, blank+1
			if blank > maxBlankLines {
				r.add(here, "", "more than %d blank lines in a row", maxBlankLines)
				return "", false
			}
			if here.line > maxLines {
				r.add(here, "", "more than %d lines", maxLines)
				return "", false
			}
		}
		i += size
	}
	return string(data), true
}

// plainTokens refuses the parts of YAML that make a file mean something else
// than it says (anchors, aliases, merge keys, tags, directives), and nesting
// that no framework has. Without anchors there are no cycles either.
func plainTokens(tokens token.Tokens, r *report) bool {
	if len(tokens) > maxTokens {
		r.add(tokenAt(tokens[maxTokens]), "", "the file has too many parts; at most %d are read", maxTokens)
		return false
	}
	found := len(r.problems)
	flow, dashes, line := 0, 0, 0
	for _, t := range tokens {
		here := tokenAt(t)
		if here.line != line {
			line, dashes = here.line, 0
		}
		switch t.Type {
		case token.AnchorType:
			r.add(here, "", "anchors (&) aren't allowed; write the value out, or put text that begins with & in quotes")
		case token.AliasType:
			r.add(here, "", "aliases (*) aren't allowed; write the value out, or put text that begins with * in quotes")
		case token.MergeKeyType:
			r.add(here, "", "merge keys (<<) aren't allowed; write the keys out")
		case token.TagType:
			r.add(here, "", "tags (!) aren't allowed; put text that begins with ! in quotes")
		case token.DirectiveType:
			r.add(here, "", "directives (%%) aren't allowed; put text that begins with %% in quotes")
		case token.MappingKeyType:
			r.add(here, "", "complex keys (?) aren't allowed; write \"key: value\"")
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow = max(flow-1, 0)
		case token.SequenceEntryType:
			dashes++
		}
		if flow > maxDepth || dashes > maxDepth {
			r.add(here, "", "lists and groups are nested too deeply here")
			return false
		}
	}
	return len(r.problems) == found
}

// parse calls the YAML parser. Its panics are reported as problems of the
// file: a framework can be uploaded, and a mistake in a library must not stop
// the server.
func parse(tokens token.Tokens, r *report) (file *ast.File) {
	defer func() {
		if recover() != nil {
			r.add(start, "", "this can't be read as YAML")
			file = nil
		}
	}()
	// Duplicate keys are found later, all of them and not just the first.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err == nil {
		return file
	}
	here, message := start, err.Error()
	var syntaxError *yaml.SyntaxError
	if errors.As(err, &syntaxError) {
		message = syntaxError.Message
		if syntaxError.Token != nil {
			here = tokenAt(syntaxError.Token)
		}
	}
	visible := strings.Map(func(c rune) rune {
		if unprintable(c) || c == '\n' {
			return '?'
		}
		return c
	}, message)
	r.add(here, "", "this isn't well-formed YAML: %s", visible)
	return nil
}

// at returns where a node begins. A block of keys begins at its first key; the
// parser says the colon.
func at(n ast.Node) position {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return at(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return at(n.Key)
	}
	return tokenAt(n.GetToken())
}

func tokenAt(t *token.Token) position {
	if t == nil || t.Position == nil {
		return start
	}
	return position{t.Position.Line, t.Position.Column}
}
