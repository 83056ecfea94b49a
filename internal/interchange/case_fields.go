package interchange

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"countersign/internal/countersign"
)

// AssociationTypes are the kinds of association that CASE 1.1 knows; others
// begin with "ext:".
func AssociationTypes() []string {
	return []string{
		"isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar", "hasSkillLevel", "isTranslationOf",
	}
}

// Patterns of CASE 1.1: lower case, and no version of UUID later than 5.
const (
	UUIDPattern      = `^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`
	ExtensionPattern = `^ext:[a-zA-Z0-9.\-_]+$`
)

var (
	strictUUID = regexp.MustCompile(UUIDPattern)
	anyUUID    = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	extension  = regexp.MustCompile(ExtensionPattern)
)

// Field is one field of a class of CASE.
type Field struct {
	Name     string
	Type     reflect.Type // of the value; a pointer has been followed
	Required bool
	Alone    bool // not inside a package
	Packaged bool // what it holds looks as inside a package
	Is       string
	Format   string // uuid, uri, date, time, kind, target or nothing
}

var known sync.Map // reflect.Type -> []Field

// Fields returns the fields of a class, in the order of the standard.
func Fields(class reflect.Type) []Field {
	if fields, ok := known.Load(class); ok {
		return fields.([]Field)
	}
	var fields []Field
	for i := range class.NumField() {
		f := class.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := Field{Name: name, Type: f.Type}
		if field.Type.Kind() == reflect.Pointer {
			field.Type = field.Type.Elem()
		}
		for part := range strings.SplitSeq(f.Tag.Get("case"), ",") {
			switch part {
			case "required":
				field.Required = true
			case "alone":
				field.Required, field.Alone = true, true
			case "maybe":
				field.Alone = true
			case "packaged":
				field.Packaged = true
			default:
				if is, ok := strings.CutPrefix(part, "is="); ok {
					field.Is = is
				} else if part != "" {
					field.Format = part
				}
			}
		}
		fields = append(fields, field)
	}
	known.Store(class, fields)
	return fields
}

// Deviations holds decoded JSON against a class and tells everything in which
// it differs from CASE 1.1. alone says that it isn't part of a package.
func Deviations(v any, class reflect.Type, alone bool, place string, tell func(place, message string)) {
	group, ok := v.(map[string]any)
	if !ok {
		tell(place, "this must be a group of fields")
		return
	}
	fields := Fields(class)
	for _, name := range slices.Sorted(maps.Keys(group)) {
		if name == "extensions" {
			tell(place, "“extensions” are left out")
		} else if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
			tell(place, quoted(name)+" is no field that CASE 1.1 has here")
		}
	}
	for _, f := range fields {
		value, there := group[f.Name]
		switch {
		case !there && f.Required && (alone || !f.Alone):
			tell(place, quoted(f.Name)+" is missing")
		case !there:
		case f.Alone && !alone:
			tell(place, quoted(f.Name)+" has no place inside a package")
		case value == nil:
			tell(place, quoted(f.Name)+" is null")
		default:
			f.check(value, f.Type, alone && !f.Packaged, place, tell)
		}
	}
}

func (f Field) check(v any, t reflect.Type, alone bool, place string, tell func(place, message string)) {
	wrong := func(what string) { tell(place, quoted(f.Name)+" must be "+what) }
	switch t.Kind() {
	case reflect.Struct:
		// A class inside a set is as it would be on its own.
		Deviations(v, t, alone, place+"."+f.Name, tell)
	case reflect.Slice:
		items, ok := v.([]any)
		if !ok {
			wrong("a list")
			return
		}
		for i, item := range items {
			if t.Elem().Kind() == reflect.Struct {
				Deviations(item, t.Elem(), alone, fmt.Sprintf("%s.%s[%d]", place, f.Name, i), tell)
			} else {
				f.check(item, t.Elem(), alone, place, tell)
			}
		}
	case reflect.Int:
		if n, ok := v.(json.Number); !ok {
			wrong("a whole number")
		} else if _, err := n.Int64(); err != nil {
			wrong("a whole number")
		}
	case reflect.Float64:
		if _, ok := v.(json.Number); !ok {
			wrong("a number")
		}
	default:
		s, ok := v.(string)
		if !ok {
			wrong("text")
		} else if what := f.wrongText(s); what != "" {
			wrong(what)
		}
	}
}

// wrongText says what a text should have been; "" if it is right.
func (f Field) wrongText(s string) string {
	switch {
	case f.Is != "" && s != f.Is:
		return quoted(f.Is)
	case f.Format == "uuid" && !strictUUID.MatchString(s):
		return "a UUID of version 1 to 5 in lower case"
	case f.Format == "kind" && !slices.Contains(AssociationTypes(), s) && !extension.MatchString(s):
		return "a type of association, or begin with ext:"
	case f.Format == "target" && s != "CASE" && !extension.MatchString(s):
		return "CASE, or begin with ext:"
	}
	switch f.Format {
	case "uri":
		if u, err := url.Parse(s); err != nil || !u.IsAbs() {
			return "a whole web address"
		}
	case "date":
		if _, err := countersign.ParseDate(s); err != nil {
			return "a date"
		}
	case "time":
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			return "a time with its zone"
		}
	}
	return ""
}

// IsUUID reports whether s is written like a UUID, of whatever version.
func IsUUID(s string) bool { return anyUUID.MatchString(s) }
