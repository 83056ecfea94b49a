package framework

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// maxItems bounds every list, and the competencies of a framework.
const maxItems = 10_000

// decoder fills the structs of file.go from the nodes of the text, checks the
// shape on the way (keys, types, lengths, ranges, words), and remembers where
// everything stood for the checks that follow.
type decoder struct {
	report
	places map[string]position // by path
}

// at returns where the value with that path stands, or the nearest thing
// around it.
func (d *decoder) at(path string) position {
	for {
		if p, ok := d.places[path]; ok {
			return p
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return start
		}
		path = path[:i]
	}
}

// rule is a field's check tag:
//
//	required    the key must be there, and say something
//	empty       a required list may be empty
//	line=N      text of one line of at most N characters
//	prose=N     text of at most N characters, line breaks allowed
//	min=N,max=N the range of a number
//	is=WORD     text, or each text of a list, must pass words[WORD]
type rule struct {
	required, empty bool
	line, prose     int
	min, max        int
	is              string
}

func ruleOf(tag string) rule {
	var r rule
	for part := range strings.SplitSeq(tag, ",") {
		name, value, _ := strings.Cut(part, "=")
		n, _ := strconv.Atoi(value)
		switch name {
		case "required":
			r.required = true
		case "empty":
			r.empty = true
		case "line":
			r.line = n
		case "prose":
			r.prose = n
		case "min":
			r.min = n
		case "max":
			r.max = n
		case "is":
			r.is = value
		}
	}
	return r
}

// value decodes n into v. What can't be used is reported and left zero.
func (d *decoder) value(n ast.Node, v reflect.Value, path string, r rule) {
	d.places[path] = at(n)
	if _, null := n.(*ast.NullNode); null {
		d.add(at(n), path, "%s has no value", lastKey(path))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.object(n, v, path)
	case reflect.Map:
		d.table(n, v, path, r)
	case reflect.Slice:
		d.list(n, v, path, r)
	case reflect.String:
		if s, ok := d.text(n, path, r); ok {
			v.SetString(s)
		}
	case reflect.Int:
		if i, ok := d.number(n, path, r); ok {
			v.SetInt(int64(i))
		}
	case reflect.Bool:
		if b, ok := n.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
		} else {
			d.add(at(n), path, "%s must be true or false", lastKey(path))
		}
	default:
		panic("framework: no decoding for " + v.Type().String())
	}
}

// object decodes a group of keys into a struct.
func (d *decoder) object(n ast.Node, v reflect.Value, path string) {
	pairs, ok := pairsOf(n)
	if !ok {
		d.add(at(n), path, "%s must be a group of keys", lastKey(path))
		return
	}
	t := v.Type()
	fields := map[string]int{}
	for i := range t.NumField() {
		fields[keyOf(t.Field(i))] = i
	}
	seen := map[string]position{}
	for _, pair := range pairs {
		key, here := textOfKey(pair.Key), at(pair.Key)
		if first, ok := seen[key]; ok {
			d.add(here, join(path, key), "the key %s is here twice; the first is on line %d", quoted(key), first.line)
			continue
		}
		seen[key] = here
		i, known := fields[key]
		if !known {
			d.add(here, join(path, key), "%s is not a key of %s%s", quoted(key), nouns[t], suggestion(key, fields))
			continue
		}
		d.value(pair.Value, v.Field(i), join(path, key), ruleOf(t.Field(i).Tag.Get("check")))
	}
	for i := range t.NumField() {
		key := keyOf(t.Field(i))
		if _, ok := seen[key]; !ok && ruleOf(t.Field(i).Tag.Get("check")).required {
			d.add(at(n), join(path, key), "%s needs the key %q", nouns[t], key)
		}
	}
}

// table decodes keys that the author chooses, each with a list.
func (d *decoder) table(n ast.Node, v reflect.Value, path string, r rule) {
	pairs, ok := pairsOf(n)
	if !ok {
		d.add(at(n), path, "%s must be a group of keys", lastKey(path))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	seen := map[string]position{}
	for _, pair := range pairs {
		key, here := textOfKey(pair.Key), at(pair.Key)
		if first, ok := seen[key]; ok {
			d.add(here, join(path, key), "the key %s is here twice; the first is on line %d", quoted(key), first.line)
			continue
		}
		seen[key] = here
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(pair.Value, item, join(path, key), rule{required: true, is: r.is})
		d.places[join(path, key)] = here // what is checked later is the key
		v.SetMapIndex(reflect.ValueOf(key), item)
	}
}

// list decodes a list; for a group of kinds a single kind is a list of one.
func (d *decoder) list(n ast.Node, v reflect.Value, path string, r rule) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		if v.Type() != reflect.TypeFor[group]() {
			d.add(at(n), path, "%s must be a list", lastKey(path))
		} else if s, ok := d.text(n, path, rule{is: r.is}); ok {
			v.Set(reflect.ValueOf(group{}))
			v.Set(reflect.Append(v, reflect.ValueOf(s).Convert(v.Type().Elem())))
		}
		return
	}
	if len(seq.Values) == 0 && !r.empty && (r.required || v.Type() == reflect.TypeFor[group]()) {
		d.add(at(n), path, "%s must not be empty", lastKey(path))
	}
	if len(seq.Values) > maxItems {
		d.add(at(n), path, "%s has %d items; at most %d are allowed", lastKey(path), len(seq.Values), maxItems)
		return
	}
	seen := map[string]bool{}
	for i, node := range seq.Values {
		itemPath := join(path, strconv.Itoa(i))
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(node, item, itemPath, rule{required: true, is: r.is})
		if item.Kind() == reflect.String && item.Len() > 0 {
			if seen[item.String()] {
				d.add(at(node), itemPath, "%s is listed twice", quoted(item.String()))
				continue
			}
			seen[item.String()] = true
		}
		// A refused item is kept as well, so that items keep their places.
		v.Set(reflect.Append(v, item))
	}
}

// text decodes a string. Space around it and at the ends of its lines is
// dropped: a block of YAML brings some with it.
func (d *decoder) text(n ast.Node, path string, r rule) (string, bool) {
	var s string
	switch n := n.(type) {
	case *ast.StringNode:
		s = n.Value
	case *ast.LiteralNode:
		s = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		d.add(at(n), path, "%s must be text; write \"%s\" with the quotes", lastKey(path), n.GetToken().Value)
		return "", false
	default:
		d.add(at(n), path, "%s must be text", lastKey(path))
		return "", false
	}
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	s = strings.TrimSpace(strings.Join(lines, "\n"))
	message := ""
	switch length := utf8.RuneCountInString(s); {
	case s == "":
		message = "must not be empty"
	case !utf8.ValidString(s):
		message = "isn't valid UTF-8"
	case strings.ContainsFunc(s, unprintable):
		message = "contains a tab, a control character or a character that changes the direction of writing"
	case r.prose == 0 && strings.Contains(s, "\n"):
		message = "must be on one line"
	case r.prose > 0 && length > r.prose:
		message = "has " + strconv.Itoa(length) + " characters; at most " + strconv.Itoa(r.prose) + " are allowed"
	case r.line > 0 && length > r.line:
		message = "has " + strconv.Itoa(length) + " characters; at most " + strconv.Itoa(r.line) + " are allowed"
	case r.is != "":
		if message = words[r.is](s); message != "" {
			message = quoted(s) + " " + message
			d.add(at(n), path, "%s", message)
			return "", false
		}
	}
	if message != "" {
		d.add(at(n), path, "%s %s", lastKey(path), message)
		return "", false
	}
	return s, true
}

// unprintable finds characters that have no place in a text that people sign:
// invisible ones, and those that make it read differently than it is stored.
func unprintable(c rune) bool {
	switch {
	case c == '\n':
		return false
	case c < ' ', c >= 0x7f && c < 0xa0: // controls
		return true
	case c == 0x2028, c == 0x2029, c == 0xfeff: // line separators, byte order mark
		return true
	case c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069: // direction
		return true
	}
	return false
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,8})$`)

// number decodes a whole number written the one way people do: YAML would
// also read 0x10, 1_0 and 010 (as 8).
func (d *decoder) number(n ast.Node, path string, r rule) (int, bool) {
	i, ok := n.(*ast.IntegerNode)
	if !ok || !wholeNumber.MatchString(i.Token.Value) {
		d.add(at(n), path, "%s must be a whole number in digits, without quotes", lastKey(path))
		return 0, false
	}
	value, err := strconv.Atoi(i.Token.Value)
	if err != nil || value < r.min || value > r.max {
		d.add(at(n), path, "%s must be from %d to %d, not %s", lastKey(path), r.min, r.max, i.Token.Value)
		return 0, false
	}
	return value, true
}

func pairsOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func textOfKey(n ast.MapKeyNode) string {
	if s, ok := n.(*ast.StringNode); ok {
		return s.Value
	}
	return n.GetToken().Value
}

func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// lastKey names a value in a message by the last key of its path that isn't
// the number of a list item.
func lastKey(path string) string {
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		if _, err := strconv.Atoi(parts[i]); err != nil && parts[i] != "" {
			if i < len(parts)-1 {
				return "an item of " + parts[i]
			}
			return parts[i]
		}
	}
	return "the file"
}

// suggestion finds the key that was probably meant.
func suggestion(key string, fields map[string]int) string {
	best, least := "", 3
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if n := edits(key, name, least); n < least {
			best, least = name, n
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + strconv.Quote(best) + "?"
}

// edits returns how many letters differ between a and b, up to most.
func edits(a, b string, most int) int {
	if diff := len(a) - len(b); diff >= most || -diff >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(b)], most)
}
