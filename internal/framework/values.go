package framework

import (
	"reflect"
	"strconv"
	"strings"
)

// Values returns what a part says, as Set takes it: setting it again changes
// nothing. Lists of groups, other than sources, are parts of their own or
// aren't typed at all. It is not ok if there is no such part.
func (doc File) Values(part string) (v Values, ok bool) {
	node := reflect.ValueOf(doc)
	if part != "" {
		for key := range strings.SplitSeq(part, ".") {
			switch node.Kind() {
			case reflect.Slice:
				i, err := strconv.Atoi(key)
				if err != nil || i < 0 || i >= node.Len() {
					return nil, false
				}
				node = node.Index(i)
			case reflect.Struct:
				f, known := fieldOf(node.Type(), key)
				if !known {
					return nil, false
				}
				node = node.FieldByIndex(f.Index)
			default:
				return nil, false
			}
		}
	}
	if node.Kind() != reflect.Struct {
		return nil, false
	}
	v = Values{}
	v.read("", node)
	return v, true
}

func (v Values) read(path string, node reflect.Value) {
	for i := range node.NumField() {
		field, key := node.Field(i), join(path, keyOf(node.Type().Field(i)))
		switch field.Kind() {
		case reflect.Struct:
			v.read(key, field)
		case reflect.String:
			v[key] = []string{field.String()}
		case reflect.Bool:
			v[key] = []string{strconv.FormatBool(field.Bool())}
		case reflect.Int:
			v[key] = []string{""}
			if field.Int() != 0 {
				v[key] = []string{strconv.FormatInt(field.Int(), 10)}
			}
		case reflect.Slice:
			v.list(key, field)
		}
	}
}

func (v Values) list(key string, list reflect.Value) {
	texts := []string{}
	for i := range list.Len() {
		switch item := list.Index(i); item.Kind() {
		case reflect.String:
			texts = append(texts, item.String())
		case reflect.Slice:
			var names []string
			for j := range item.Len() {
				names = append(names, item.Index(j).String())
			}
			texts = append(texts, strings.Join(names, " | "))
		default:
			s, ok := item.Interface().(source)
			if !ok {
				return
			}
			texts = append(texts, strings.TrimPrefix(strings.Join([]string{s.ID, s.Title, s.URL}, " | "), " | "))
		}
	}
	v[key] = texts
}
