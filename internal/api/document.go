package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed openapi/*.yaml
var parts embed.FS

// tree is a part of the OpenAPI document.
type tree = map[string]any

// methods are the keys of a path that are operations.
var methods = []string{"get", "put", "post", "patch", "delete"}

// document returns the OpenAPI document: the parts put together, and what the
// conventions at the top of openapi/openapi.yaml leave out written out.
var document = sync.OnceValues(func() (tree, error) {
	doc := tree{}
	for _, name := range []string{"openapi", "account", "frameworks", "drafts", "places", "apprenticeships", "programme", "completion", "hours", "reviews", "prior-learning", "cpd", "placements", "versions", "rosters", "received", "evidence", "decisions", "badges", "ledger", "reports", "impact"} {
		source, err := parts.ReadFile("openapi/" + name + ".yaml")
		if err != nil {
			return nil, err
		}
		var part tree
		if err := yaml.Unmarshal(source, &part); err != nil {
			return nil, fmt.Errorf("api: openapi/%s.yaml: %w", name, err)
		}
		if err := merge(doc, part); err != nil {
			return nil, fmt.Errorf("api: openapi/%s.yaml: %w", name, err)
		}
	}
	schemas := sub(sub(doc, "components"), "schemas")
	for name := range schemas {
		if err := extend(schemas, sub(schemas, name), 0); err != nil {
			return nil, fmt.Errorf("api: schema %s: %w", name, err)
		}
	}
	for path, item := range sub(doc, "paths") {
		for _, method := range methods {
			if op, ok := item.(tree)[method].(tree); ok {
				completeOperation(path, method, op)
				if media, ok := bodyOf(op)["application/json"].(tree); ok {
					takesConfirmation(schemas, sub(media, "schema"))
				}
			}
		}
	}
	return doc, completeSchemas(schemas, doc)
})

// documentJSON is the document as it is served.
var documentJSON = sync.OnceValues(func() ([]byte, error) {
	doc, err := document()
	if err != nil {
		return nil, err
	}
	return json.Marshal(doc)
})

func sub(t tree, key string) tree {
	child, ok := t[key].(tree)
	if !ok {
		child = tree{}
		t[key] = child
	}
	return child
}

// merge puts part into doc; nothing may be said twice.
func merge(doc, part tree) error {
	for key, value := range part {
		old, exists := doc[key]
		into, both := old.(tree)
		from, ok := value.(tree)
		switch {
		case !exists:
			doc[key] = value
		case both && ok:
			if err := merge(into, from); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		default:
			return fmt.Errorf("%s is there twice", key)
		}
	}
	return nil
}

// extend gives a schema the properties of the one it extends, and does so for
// the schemas inside it.
func extend(schemas, s tree, depth int) error {
	if depth > 20 {
		return fmt.Errorf("too deep: does it extend itself?")
	}
	if name, ok := s["x-extends"].(string); ok {
		delete(s, "x-extends")
		from, ok := schemas[name].(tree)
		if !ok {
			return fmt.Errorf("extends %s, which isn't there", name)
		}
		if err := extend(schemas, from, depth+1); err != nil {
			return err
		}
		into := sub(s, "properties")
		for key, value := range sub(from, "properties") {
			if _, own := into[key]; !own {
				into[key] = value
			}
		}
	}
	return children(s, func(child tree) error { return extend(schemas, child, depth+1) })
}

// children calls do for the schemas directly inside s.
func children(s tree, do func(tree) error) error {
	for key, value := range s {
		switch value := value.(type) {
		case tree:
			if key == "properties" {
				for _, p := range value {
					if p, ok := p.(tree); ok {
						if err := do(p); err != nil {
							return err
						}
					}
				}
				continue
			}
			if err := do(value); err != nil {
				return err
			}
		case []any:
			for _, item := range value {
				if item, ok := item.(tree); ok {
					if err := do(item); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// completeSchemas says which properties are required where, in the named
// schemas and in those that stand in operations.
func completeSchemas(schemas, doc tree) error {
	var complete func(tree) error
	complete = func(s tree) error {
		_, answer := s["x-answer"]
		_, input := s["x-input"]
		if answer || input {
			required := words(s["x-input"])
			if answer {
				required = slices.DeleteFunc(slices.Sorted(maps.Keys(sub(s, "properties"))), func(name string) bool {
					return slices.Contains(words(s["x-answer"]), name)
				})
			}
			if len(required) > 0 {
				s["required"] = required
			}
			s["additionalProperties"] = false
			delete(s, "x-answer")
			delete(s, "x-input")
		}
		return children(s, complete)
	}
	for name := range schemas {
		if err := complete(sub(schemas, name)); err != nil {
			return err
		}
	}
	return complete(sub(doc, "paths"))
}

// takesConfirmation lets a JSON body, or each row of one, say what of it doesn't
// identify a patient.
func takesConfirmation(schemas, schema tree) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = sub(schemas, strings.TrimPrefix(ref, "#/components/schemas/"))
	}
	if rows, ok := schema["items"].(tree); ok {
		takesConfirmation(schemas, rows)
		return
	}
	if _, ok := schema["properties"]; ok {
		sub(schema, "properties")[confirmationMember] = tree{"$ref": "#/components/schemas/PrivacyConfirmation"}
	}
}

func words(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		out = append(out, fmt.Sprint(item))
	}
	return out
}

// completeOperation adds the parameters, headers and refusals that follow from
// what the operation is.
func completeOperation(path, method string, op tree) {
	anybody := op["security"] != nil
	problems := append([]string{"422", "500", "503"}, words(op["x-problems"])...)
	delete(op, "x-problems")
	parameters, _ := op["parameters"].([]any)
	if strings.Contains(path, "{") {
		problems = append(problems, "404")
	}
	if !anybody {
		problems = append(problems, "401")
		if strings.Contains(path, "{") {
			problems = append(problems, "403")
		}
	}
	if op["requestBody"] != nil {
		problems = append(problems, "400", "413", "415")
	}
	parameter := func(name string) {
		parameters = append(parameters, tree{"$ref": "#/components/parameters/" + name})
	}
	if method == "post" {
		parameter("Idempotency-Key")
		problems = append(problems, "400", "409", "413")
	}
	responses := sub(op, "responses")
	if op["x-versioned"] != nil {
		delete(op, "x-versioned")
		switch method {
		case "get":
			parameter("If-None-Match")
			responses["304"] = tree{"$ref": "#/components/responses/304"}
		case "post":
			parameter("If-Match-optional")
			problems = append(problems, "412")
		default:
			parameter("If-Match")
			problems = append(problems, "412", "428")
		}
		for _, status := range []string{"200", "201"} {
			if r, ok := responses[status].(tree); ok {
				sub(r, "headers")["ETag"] = tree{"$ref": "#/components/headers/ETag"}
			}
		}
	}
	for _, status := range problems {
		if _, err := strconv.Atoi(status); err == nil {
			responses[status] = tree{"$ref": "#/components/responses/" + status}
		}
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
}

// bodyOf returns the media types of an operation's body; none if it has none.
func bodyOf(op tree) tree {
	body, _ := op["requestBody"].(tree)
	content, _ := body["content"].(tree)
	return content
}
