package api

import (
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/interchange"
)

// showDiscovery handles GET of the binding's description: an OpenAPI 3.0
// document of the addresses that are answered here and of what they answer
// with, made from the classes themselves.
func (h *Handlers) showDiscovery(c echo.Context) error {
	return writeCASE(c, h.discovery())
}

func (h *Handlers) discovery() tree {
	schemas, paths := tree{}, tree{}
	refuse := tree{"description": "A refusal", "content": content(schemaOf(schemas, reflect.TypeFor[interchange.StatusInfo](), true))}
	for _, r := range caseRoutes {
		answer := tree{"description": r.summary, "content": content(schemaOf(schemas, r.answer, r.answer != reflect.TypeFor[interchange.Package]()))}
		parameters := []any{tree{"name": "sourcedId", "in": "path", "required": true, "schema": tree{"type": "string", "format": "uuid"}}}
		if r.list {
			text := tree{"type": "string"}
			parameters = []any{
				tree{"name": "limit", "in": "query", "schema": tree{"type": "integer", "format": "int32", "minimum": 1, "default": 100}},
				tree{"name": "offset", "in": "query", "schema": tree{"type": "integer", "format": "int32", "minimum": 0, "default": 0}},
				tree{"name": "sort", "in": "query", "schema": text},
				tree{"name": "orderBy", "in": "query", "schema": tree{"type": "string", "enum": []string{"asc", "desc"}}},
				tree{"name": "filter", "in": "query", "schema": text},
				tree{"name": "fields", "in": "query", "schema": text},
			}
			answer["headers"] = tree{
				"X-Total-Count": tree{"description": "How many there are in all", "schema": tree{"type": "integer"}},
				"Link":          tree{"description": "The pages around this one", "schema": text},
			}
		}
		responses := tree{"200": answer, "default": refuse}
		for _, status := range []string{"400", "401", "403", "404", "429", "500"} {
			responses[status] = refuse
		}
		paths[documentedCASE(r.path)] = tree{"get": tree{"operationId": r.operation, "summary": r.summary, "parameters": parameters, "responses": responses}}
	}
	return tree{
		"openapi": "3.0.1",
		"info": tree{
			"title": "CASE 1.1 as Countersign answers it", "version": "1.1",
			"description": "The read-only REST binding of 1EdTech's Competencies and Academic Standards Exchange (CASE) 1.1. Frameworks are public: no token is needed.",
		},
		"servers":    []any{tree{"url": h.url + interchange.CASEPath}},
		"paths":      paths,
		"components": tree{"schemas": schemas},
	}
}

func documentedCASE(path string) string { return strings.Replace(path, ":sourcedId", "{sourcedId}", 1) }

func content(schema tree) tree {
	return tree{echo.MIMEApplicationJSON: tree{"schema": schema}}
}

// schemaOf describes a class once, and returns the reference to it. alone says
// that it isn't part of a package.
func schemaOf(schemas tree, class reflect.Type, alone bool) tree {
	fields := interchange.Fields(class)
	name := class.Name()
	for _, f := range fields {
		if f.Alone && !alone {
			name = "Packaged" + class.Name()
		}
	}
	ref := tree{"$ref": "#/components/schemas/" + name}
	if _, done := schemas[name]; done {
		return ref
	}
	properties, required := tree{}, []string{}
	schemas[name] = tree{"type": "object", "properties": properties, "additionalProperties": false}
	for _, f := range fields {
		if f.Alone && !alone {
			continue
		}
		properties[f.Name] = valueSchema(schemas, f, f.Type, alone && !f.Packaged)
		if f.Required {
			required = append(required, f.Name)
		}
	}
	if len(required) > 0 {
		schemas[name].(tree)["required"] = required
	}
	return ref
}

func valueSchema(schemas tree, f interchange.Field, t reflect.Type, alone bool) tree {
	switch t.Kind() {
	case reflect.Struct:
		return schemaOf(schemas, t, alone)
	case reflect.Slice:
		return tree{"type": "array", "items": valueSchema(schemas, f, t.Elem(), alone)}
	case reflect.Int:
		return tree{"type": "integer", "format": "int32"}
	case reflect.Float64:
		return tree{"type": "number", "format": "float"}
	}
	s := tree{"type": "string"}
	switch f.Format {
	case "uuid":
		s["pattern"] = interchange.UUIDPattern
	case "uri", "date":
		s["format"] = f.Format
	case "time":
		s["format"] = "date-time"
	case "kind":
		return tree{"oneOf": []any{tree{"type": "string", "enum": interchange.AssociationTypes()}, tree{"type": "string", "pattern": interchange.ExtensionPattern}}}
	case "target":
		return tree{"oneOf": []any{tree{"type": "string", "enum": []string{"CASE"}}, tree{"type": "string", "pattern": interchange.ExtensionPattern}}}
	}
	if f.Is != "" {
		s["enum"] = []string{f.Is}
	}
	return s
}
