// Package frameworks holds the competency frameworks that are built into the
// program, one file for each released version: <id>/<version>.yaml. What the
// keys mean is in docs/rules/frameworks.md.
//
// A released file is never edited; a change is a new file with a new version.
package frameworks

import "embed"

// FS holds the framework files by <id>/<version>.yaml.
//
//go:embed */*.yaml
var FS embed.FS

// Usual is what holds for versions that don't say it themselves.
//
//go:embed usual.yaml
var Usual []byte
