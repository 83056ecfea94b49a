package interchange

import (
	"fmt"
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// Remark is one thing to know about a file that was read, with the places
// where it is so: "CFItems[3]" or "row 5, column E (statement)".
type Remark struct {
	Places  []string // the first ones
	More    int      // how many places were left out
	Message string
}

// maxPlaces keeps a remark readable.
const maxPlaces = 8

// String is the remark on one line.
func (r Remark) String() string {
	where := strings.Join(r.Places, ", ")
	if r.More > 0 {
		where += " and " + strconv.Itoa(r.More) + " more"
	}
	if where == "" {
		return r.Message
	}
	return where + ": " + r.Message
}

// Error is everything that is wrong with a file that can't be imported.
type Error struct {
	Name     string // of the file; may be empty
	Problems []Remark
}

// Error lists the problems, one a line.
func (e *Error) Error() string {
	name := e.Name
	if name == "" {
		name = "the file"
	}
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = name + ": " + p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the same refusal as a *countersign.Error.
func (e *Error) Unwrap() error {
	fields := make([]countersign.FieldError, len(e.Problems))
	for i, p := range e.Problems {
		fields[i] = countersign.FieldError{Message: p.String()}
	}
	message := "The file has a problem, so nothing was imported"
	if n := len(fields); n > 1 {
		message = "The file has " + strconv.Itoa(n) + " problems, so nothing was imported"
	}
	return &countersign.Error{Kind: countersign.Invalid, Message: message, Fields: fields}
}

// report gathers remarks. Those that say the same become one, but where each
// is wanted: every row's problem has a line of its own.
type report struct {
	each    bool
	remarks []Remark
	index   map[string]int // of a message
}

// maxRemarks bounds a report, whatever the file.
const maxRemarks = 2000

const andMore = "there is more than is listed here"

func (r *report) add(place, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if r.index == nil {
		r.index = map[string]int{}
	}
	i, known := r.index[message]
	if !known || r.each {
		if len(r.remarks) >= maxRemarks {
			if r.remarks[maxRemarks-1].Message != andMore {
				r.remarks[maxRemarks-1] = Remark{Message: andMore}
			}
			return
		}
		i = len(r.remarks)
		r.index[message] = i
		r.remarks = append(r.remarks, Remark{Message: message})
	}
	m := &r.remarks[i]
	switch {
	case place == "":
	case len(m.Places) < maxPlaces:
		m.Places = append(m.Places, place)
	default:
		m.More++
	}
}

// quoted shows a value of the file in a message, shortened and made harmless.
func quoted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
