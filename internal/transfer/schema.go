package transfer

import (
	"bytes"
	"encoding/json"
	"slices"
)

// SchemaPath is where an installation publishes the schema.
const SchemaPath = "/api/transfer-package.schema.json"

type object = map[string]any

// Schema returns the JSON Schema (draft 2020-12) of manifest.json and
// data.json.
func Schema() []byte {
	properties, required := object{}, []string{}
	for _, t := range tables {
		properties[t.Name] = object{"type": "array", "items": rowSchema(t)}
		required = append(required, t.Name)
	}
	word := object{"type": "string", "minLength": 1}
	doc := object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Countersign transfer package, format version 1",
		"description": "manifest.json and data.json of a transfer package. A package is a ZIP that holds manifest.json first and then the entries that it lists, by path, " +
			"none of them compressed. data.json has a row a line, in the order of the columns. What the hashes are made of is in the package countersign/internal/ledger.",
		"oneOf": []object{{"$ref": "#/$defs/manifest"}, {"$ref": "#/$defs/data"}},
		"$defs": object{
			"id":     object{"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
			"sha256": object{"type": "string", "pattern": "^[0-9a-f]{64}$"},
			"day":    object{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
			"time":   object{"type": "string", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$`},
			"manifest": closed(object{
				"format": object{"const": Format}, "version": object{"const": Version}, "as_at": ref("time"), "apprenticeship": ref("id"),
				"origin": closed(object{"url": word, "id": ref("id")}), "apprentice": closed(object{"name": word, "email": word}),
				"practice": closed(object{"code": word, "name": word}), "framework": closed(object{"id": word, "version": word}),
				"entries": object{"type": "array", "items": closed(object{"path": object{"type": "string", "pattern": entryPattern.String()}, "size": object{"type": "integer", "minimum": 0}, "sha256": ref("sha256")})},
			}),
			"data": object{"type": "object", "properties": properties, "required": required, "additionalProperties": false},
		},
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		panic("transfer: strings and numbers always encode: " + err.Error())
	}
	return b.Bytes()
}

func ref(name string) object { return object{"$ref": "#/$defs/" + name} }

// closed is an object that has all those keys and no others.
func closed(properties object) object {
	required := make([]string, 0, len(properties))
	for key := range properties {
		required = append(required, key)
	}
	slices.Sort(required)
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func rowSchema(t Table) object {
	properties := object{}
	for _, c := range t.Columns {
		s := c.schema()
		if c.Optional {
			s = object{"oneOf": []object{s, {"type": "null"}}}
		}
		properties[c.Name] = s
	}
	return closed(properties)
}

func (c Column) schema() object {
	switch c.kind {
	case id, person, place:
		return ref("id")
	case day:
		return ref("day")
	case moment:
		return ref("time")
	case number:
		return object{"type": "integer", "minimum": 0}
	case yesno:
		return object{"type": "boolean"}
	case value:
		return object{"type": []string{"object", "array", "null"}}
	}
	return object{"type": "string", "maxLength": maxText}
}
