// Package archtest keeps the house in order: who may import what, which calls
// are banned and where, and what must never stand in a file. It has tests
// only, and they need nothing but the go command.
//
// The linter asks the same of imports while you type; these tests are for
// those who don't run it, and compare the two. To move an arrow, change it
// here and in .golangci.yml, and say why in docs/adr.
package archtest
