package service

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/privacy"
)

// checker guards every door with the same shape checks: validator tags on the
// service inputs, and on every text that it can be kept and names no patient.
//
// Inputs carry two tags beside validate: field, the name of the input in the
// API and the forms, and label, what a person calls it ("title", "a start
// date"). What is chosen and not typed has the tag verb:"Select". A text field
// with the tag privacy:"-" holds no prose (an e-mail address, a password) and
// isn't searched for patients; one with privacy:"certain" holds names of staff
// and of places, and is searched for what is certain only (see Service.vet).
type checker struct{ validate *validator.Validate }

func newChecker() *checker {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		if f.Anonymous {
			return embedded
		}
		return f.Tag.Get("field")
	})
	if err := v.RegisterValidation("filled", filled); err != nil {
		panic("service: " + err.Error()) // the tag is a constant
	}
	return &checker{v}
}

// filled is what validator's required isn't for texts: blanks don't fill.
func filled(fl validator.FieldLevel) bool { return strings.TrimSpace(fl.Field().String()) != "" }

// Check returns an Invalid error with everything that is wrong with in, a
// struct.
func (c *checker) Check(in any) error {
	var p countersign.Problems
	checkText(&p, in)
	if err := p.Err(); err != nil {
		return err // what can't even be read as text isn't measured
	}
	var invalid validator.ValidationErrors
	if err := c.validate.Struct(in); errors.As(err, &invalid) {
		for _, fe := range invalid {
			p.Add(fieldPath(fe.Namespace()), message(reflect.TypeOf(in), fe))
		}
	} else if err != nil {
		return fmt.Errorf("service: check input: %w", err)
	}
	return p.Err()
}

// Texts is Check for a framework file, whose shape its own package checks.
func (c *checker) Texts(doc framework.File) error {
	var p countersign.Problems
	checkText(&p, doc)
	return p.Err()
}

// checkText adds a problem for each text of the input that is not UTF-8, holds
// control characters or a patient's identifier.
func checkText(p *countersign.Problems, in any) {
	eachText(reflect.ValueOf(in), "", "", func(field, text, search string) {
		switch {
		case !utf8.ValidString(text):
			p.Add(field, "This text is damaged and cannot be saved. Type it again")
		case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }):
			p.Add(field, "This text holds characters that cannot be saved. Type it again")
		case search != "-":
			p.Merge(privacy.Check(field, text))
		}
	})
}

// doubtsAbout returns the finds in the texts of an input that are likely and
// not certain.
func doubtsAbout(in any) (doubts []Doubt) {
	eachText(reflect.ValueOf(in), "", "", func(field, text, search string) {
		if search == "" {
			doubts = append(doubts, doubtsIn(field, privacy.Find(text), text)...)
		}
	})
	return doubts
}

// eachText calls fn with every text of an input, its field, and how it is
// searched for patients: what the tag privacy says.
func eachText(v reflect.Value, field, search string, fn func(field, text, search string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachText(v.Elem(), field, search, fn)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			name, tagged := f.Tag.Lookup("field")
			if !tagged { // a framework file
				name, _, _ = strings.Cut(f.Tag.Get("json"), ",")
			}
			if f.Anonymous {
				name = field
			} else {
				name = join(field, name)
			}
			inner := search
			if said := f.Tag.Get("privacy"); said != "" {
				inner = said
			}
			eachText(v.Field(i), name, inner, fn)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachText(v.Index(i), join(field, strconv.Itoa(i)), search, fn)
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			if key.Kind() == reflect.String {
				eachText(v.MapIndex(key), join(field, key.String()), search, fn)
			}
		}
	case reflect.String:
		fn(field, v.String(), search)
	}
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + "." + b
}

// embedded is what a namespace calls a struct whose fields are the input's own.
const embedded = "~"

// fieldPath turns a validator namespace, "Input.competencies[0].code", into a
// field name, "competencies.0.code".
func fieldPath(namespace string) string {
	_, path, _ := strings.Cut(namespace, ".")
	path = strings.NewReplacer("[", ".", "]", "", embedded+".", "").Replace(path)
	return strings.Trim(strings.ReplaceAll(path, "..", "."), ".")
}

// message puts a failed tag into the user's words.
func message(in reflect.Type, fe validator.FieldError) string {
	label, verb := labelOf(in, fe.StructNamespace())
	switch fe.Tag() {
	case "required", "filled":
		return verb + " " + label
	case "max":
		if fe.Kind() == reflect.String {
			n, _ := strconv.Atoi(fe.Param())
			return fmt.Sprintf("%s must be %s characters or fewer", upperFirst(strip(label)), thousands(n))
		}
		return fmt.Sprintf("%s must be %s or fewer", upperFirst(strip(label)), fe.Param())
	case "min":
		return fmt.Sprintf("%s must be %s or more", upperFirst(strip(label)), fe.Param())
	case "email":
		return "Enter an email address in the correct format, like name@example.com"
	case "oneof":
		return "Select " + label
	}
	return upperFirst(strip(label)) + " is not right"
}

// labelOf finds the label of the field that a struct namespace names, and the
// verb that asks for it.
func labelOf(t reflect.Type, namespace string) (label, verb string) {
	label, verb = "a value", "Enter"
	for i, part := range strings.Split(namespace, ".") {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if i == 0 || t.Kind() != reflect.Struct {
			continue
		}
		name, _, _ := strings.Cut(part, "[")
		f, ok := t.FieldByName(name)
		if !ok {
			return label, verb
		}
		if l := f.Tag.Get("label"); l != "" {
			label = l
		}
		if v := f.Tag.Get("verb"); v != "" {
			verb = v
		}
		t = f.Type
	}
	return label, verb
}

// strip takes the article off a label: "a title" is "title".
func strip(label string) string {
	for _, article := range []string{"a ", "an ", "the ", "your "} {
		if rest, ok := strings.CutPrefix(label, article); ok {
			return rest
		}
	}
	return label
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

func itoa(n int) string { return strconv.Itoa(n) }
