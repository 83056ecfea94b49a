package framework

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// lineWidth is where long text is wrapped, counted without indentation.
const lineWidth = 90

// YAML writes the file as a person would: keys in the order of File, long
// text folded. Parse reads it back to the same framework. It is written here
// because a general encoder doesn't quote every text that YAML would read as
// something else.
func (doc File) YAML() []byte {
	var w writer
	w.object(reflect.ValueOf(doc), 0, true)
	return w.Bytes()
}

type writer struct{ bytes.Buffer }

// object writes the keys of a struct, each on a line of its own. first says
// that the cursor already stands where the first key goes.
func (w *writer) object(v reflect.Value, indent int, first bool) {
	t := v.Type()
	for i := range t.NumField() {
		if strings.Contains(t.Field(i).Tag.Get("yaml"), ",omitempty") && (v.Field(i).IsZero() || empty(v.Field(i))) {
			continue
		}
		if kind := v.Field(i).Kind(); indent == 0 && (kind == reflect.Struct || kind == reflect.Slice) {
			w.WriteByte('\n') // a blank line before each part of the file
		}
		if !first {
			w.pad(indent)
		}
		first = false
		w.WriteString(keyOf(t.Field(i)) + ":")
		w.value(v.Field(i), indent)
	}
}

func empty(v reflect.Value) bool {
	return (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}

// value writes what follows "key:", with the line break.
func (w *writer) value(v reflect.Value, indent int) {
	switch v.Kind() {
	case reflect.Struct:
		w.WriteByte('\n')
		w.object(v, indent+2, false)
	case reflect.Map:
		w.WriteByte('\n')
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			w.pad(indent + 2)
			w.WriteString(scalar(k.String()) + ":")
			w.value(v.MapIndex(k), indent+2)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Struct {
			w.WriteString(" " + wordList(v) + "\n")
			return
		}
		if v.Len() == 0 {
			w.WriteString(" []\n")
			return
		}
		w.WriteByte('\n')
		for i := range v.Len() {
			w.pad(indent + 2)
			w.WriteString("- ")
			w.object(v.Index(i), indent+4, true)
		}
	case reflect.String:
		w.text(v.String(), indent+2)
	case reflect.Int:
		w.WriteString(" " + strconv.FormatInt(v.Int(), 10) + "\n")
	case reflect.Bool:
		w.WriteString(" " + strconv.FormatBool(v.Bool()) + "\n")
	default:
		panic("framework: no encoding for " + v.Type().String())
	}
}

// wordList writes a list of words, or of groups of words, on one line.
func wordList(v reflect.Value) string {
	var parts []string
	for i := range v.Len() {
		switch item := v.Index(i); {
		case item.Kind() == reflect.String:
			parts = append(parts, scalar(item.String()))
		case item.Len() == 1:
			parts = append(parts, scalar(item.Index(0).String()))
		default:
			parts = append(parts, wordList(item))
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// text writes a string: on the line if it is short, else folded if that keeps
// it as it is.
func (w *writer) text(s string, indent int) {
	short := utf8.RuneCountInString(s) <= lineWidth || !strings.Contains(s, " ")
	if short || strings.Contains(s, "\n") || strings.Contains(s, "  ") {
		w.WriteString(" " + scalar(s) + "\n")
		return
	}
	w.WriteString(" >-\n")
	length := 0
	for word := range strings.SplitSeq(s, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case length == 0:
			w.pad(indent)
		case length+1+n > lineWidth:
			w.WriteByte('\n')
			w.pad(indent)
			length = 0
		default:
			w.WriteByte(' ')
			length++
		}
		w.WriteString(word)
		length += n
	}
	w.WriteByte('\n')
}

func (w *writer) pad(n int) { w.WriteString(strings.Repeat(" ", n)) }

// plain matches text that YAML reads as itself without quotes. It leaves out
// much that could be left plain; a pair of quotes harms nobody.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_'’./()&-]*( [A-Za-z0-9_'’./()&-]+)*$`)

// yamlWords are read as something else than text, by this or an older reader.
var yamlWords = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}

// scalar writes a string on one line, quoted as in JSON where it needs it.
func scalar(s string) string {
	if plain.MatchString(s) && !slices.Contains(yamlWords, strings.ToLower(s)) {
		return s
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("framework: a string always encodes: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
