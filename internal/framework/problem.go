package framework

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// maxProblems keeps the report of a file that is wrong throughout readable,
// and its size bounded.
const maxProblems = 100

// Problem is one thing that is wrong with a framework file. Line and Column
// count from 1; a column is a character, not a byte. Path leads to the value
// as in countersign.FieldError: "domains.0.competencies.3.requires.pieces".
// It is empty where the text isn't YAML at all.
type Problem struct {
	Line    int
	Column  int
	Path    string
	Message string
}

// Error is everything that is wrong with a framework file, in the order of
// the file. It wraps an Invalid *countersign.Error with a field for each
// problem, so a door that only knows kinds answers sensibly.
type Error struct {
	Name     string // as given to Parse; may be empty
	Problems []Problem
}

// Error lists the problems one a line as "file:line:column: message", which
// editors turn into links.
func (e *Error) Error() string {
	name := e.Name
	if name == "" {
		name = "framework"
	}
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", name, p.Line, p.Column, p.Message)
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the same refusal as a *countersign.Error.
func (e *Error) Unwrap() error {
	message := "The framework file has a problem"
	if n := len(e.Problems); n > 1 {
		message = "The framework file has " + strconv.Itoa(n) + " problems"
	}
	fields := make([]countersign.FieldError, len(e.Problems))
	for i, p := range e.Problems {
		fields[i] = countersign.FieldError{
			Field:   p.Path,
			Message: fmt.Sprintf("Line %d, column %d: %s", p.Line, p.Column, p.Message),
		}
	}
	return &countersign.Error{Kind: countersign.Invalid, Message: message, Fields: fields}
}

// position is a place in the text; both parts count from 1.
type position struct{ line, column int }

// start is where a problem of the whole file is reported.
var start = position{1, 1}

// report collects problems. The zero value is ready to use.
type report struct {
	problems []Problem
	dropped  int
}

func (r *report) add(at position, path, format string, args ...any) {
	// Collect more than are shown: they arrive out of order and the first of
	// the file are the useful ones.
	if len(r.problems) >= 10*maxProblems {
		r.dropped++
		return
	}
	r.problems = append(r.problems, Problem{
		Line:    max(at.line, 1),
		Column:  max(at.column, 1),
		Path:    path,
		Message: fmt.Sprintf(format, args...),
	})
}

// err returns nil when nothing is wrong, else the *Error for the file.
func (r *report) err(name string) error {
	if len(r.problems) == 0 {
		return nil
	}
	found := slices.Clone(r.problems)
	slices.SortStableFunc(found, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if more := len(found) - maxProblems + r.dropped; more > 0 && len(found) > maxProblems {
		last := found[maxProblems-1]
		found = append(found[:maxProblems:maxProblems], Problem{
			Line: last.Line, Column: last.Column,
			Message: fmt.Sprintf("there are %d more problems after this one", more),
		})
	}
	return &Error{Name: name, Problems: found}
}

// quoted shows a value from the file in a message: shortened, and with
// anything that isn't plain text escaped.
func quoted(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// listed joins words for the end of a sentence: "a, b or c".
func listed[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}
