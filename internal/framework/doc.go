// Package framework reads and checks framework files: one YAML file is one
// released version of a competency framework, in the shape of File.
//
// Parse is strict and reports everything that is wrong with line and column,
// so that a training hub can write a file of its own without asking a
// developer. Document is the way back, for the REST interface and for export:
// what it gives parses to an equal framework again.
//
// The keys and the rules are explained in docs/rules/frameworks.md.
package framework
