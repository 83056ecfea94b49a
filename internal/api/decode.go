package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

// decodeJSON reads the body into a struct with json tags, strictly: one JSON
// value in UTF-8, no field that the struct lacks, none twice, and the type that
// each has. Everything that is wrong is reported at once, with pointers. A null
// is the same as leaving the field out, but for a pointer, which then points at
// the zero value: "remove it".
//
// Its errors are problems: the permission is looked at before they are told.
func decodeJSON(c echo.Context, into any) error {
	body, err := readBody(c)
	if err != nil {
		return err
	}
	return decodeBody(service.ConfirmationOf(c.Request().Context()), body, into)
}

func decodeBody(said *service.Confirmation, body []byte, into any) error {
	root, err := parse(body)
	if err != nil {
		return err
	}
	var p countersign.Problems
	root = takeConfirmation(said, &p, root)
	assign(&p, "", root, reflect.ValueOf(into).Elem())
	return unprocessable(p)
}

// decodeOptional is decodeJSON for requests that need no body.
func decodeOptional(c echo.Context, into any) error {
	if c.Request().ContentLength == 0 {
		return nil
	}
	return decodeJSON(c, into)
}

// readBody returns the body of a request that must be JSON.
func readBody(c echo.Context) ([]byte, error) {
	req := c.Request()
	mediaType, params, err := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType))
	charset := strings.ToLower(params["charset"])
	if err != nil || mediaType != echo.MIMEApplicationJSON || charset != "" && charset != "utf-8" {
		return nil, problem.UnsupportedMediaType("Send the body with Content-Type: application/json")
	}
	return readLimited(c, maxBody)
}

func readLimited(c echo.Context, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem.TooLarge("The body must be smaller than " + strconv.FormatInt(limit>>20, 10) + "MB")
	case err != nil:
		return nil, problem.Malformed("The body could not be read to its end")
	}
	return body, nil
}

var dateType = reflect.TypeFor[countersign.Date]()

// assign puts a JSON value into v and adds what doesn't fit to p. field is the
// value's place in the body, as countersign.FieldError names it.
func assign(p *countersign.Problems, field string, n node, v reflect.Value) {
	if n.kind == null {
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return
	}
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		assign(p, field, n, v.Elem())
	case v.Type() == dateType:
		date, err := countersign.ParseDate(n.text)
		if n.kind != text || err != nil {
			p.Add(field, "Send a date that exists, such as 2026-03-27")
			return
		}
		v.Set(reflect.ValueOf(date))
	case v.Kind() == reflect.String:
		if want(p, field, n, text, "Send text") {
			v.SetString(n.text)
		}
	case v.Kind() == reflect.Bool:
		if want(p, field, n, boolean, "Send true or false") {
			v.SetBool(n.text == "true")
		}
	case v.Kind() == reflect.Int:
		i, err := strconv.ParseInt(n.text, 10, 32)
		if n.kind != number || err != nil {
			p.Add(field, "Send a whole number")
			return
		}
		v.SetInt(i)
	case v.Kind() == reflect.Float64:
		f, err := strconv.ParseFloat(n.text, 64)
		if n.kind != number || err != nil {
			p.Add(field, "Send a number")
			return
		}
		v.SetFloat(f)
	case v.Kind() == reflect.Slice:
		assignList(p, field, n, v)
	case v.Kind() == reflect.Map:
		assignMap(p, field, n, v)
	default:
		if short, ok := v.Addr().Interface().(shorthand); ok && n.kind == text {
			short.fromText(n.text)
			return
		}
		assignObject(p, field, n, v)
	}
}

// shorthand is an object that may also be sent as a text.
type shorthand interface{ fromText(s string) }

func want(p *countersign.Problems, field string, n node, k kind, message string) bool {
	if n.kind != k {
		p.Add(field, message)
	}
	return n.kind == k
}

func assignList(p *countersign.Problems, field string, n node, v reflect.Value) {
	if !want(p, field, n, array, "Send a list") {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		if item.kind == null {
			p.Add(join(field, strconv.Itoa(i)), "Send no null in a list")
			continue
		}
		assign(p, join(field, strconv.Itoa(i)), item, v.Index(i))
	}
}

func assignMap(p *countersign.Problems, field string, n node, v reflect.Value) {
	if !want(p, field, n, object, "Send an object") {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i, key := range n.keys {
		at := join(field, shown(key))
		if repeated(p, at, n.keys[:i], key) {
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		assign(p, at, n.items[i], value)
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
}

func assignObject(p *countersign.Problems, field string, n node, v reflect.Value) {
	if !want(p, field, n, object, "Send an object") {
		return
	}
	fields := fieldsOf(v)
	for i, key := range n.keys {
		at := join(field, shown(key))
		to, known := fields[key]
		switch {
		case !known:
			p.Add(at, "There is no such field here")
		case !repeated(p, at, n.keys[:i], key):
			assign(p, at, n.items[i], to)
		}
	}
}

func repeated(p *countersign.Problems, at string, before []string, key string) bool {
	for _, k := range before {
		if k == key {
			p.Add(at, "This field is there twice")
			return true
		}
	}
	return false
}

// fieldsOf returns the fields of a struct by their json names, those of
// embedded structs among them.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			for name, inner := range fieldsOf(v.Field(i)) {
				fields[name] = inner
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = v.Field(i)
	}
	return fields
}

// shown is a key that a client made up, short enough to be told back.
func shown(key string) string {
	if runes := []rune(key); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return key
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}
