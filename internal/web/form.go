package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/view"
)

// form reads what was posted. Texts lose white space at their ends and their
// line ends become \n.
type form struct{ url.Values }

func formOf(c echo.Context) form { return form{c.Request().PostForm} }

func (f form) text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
}

func (f form) bool(name string) bool { return f.Get(name) != "" }

// number returns a whole number; 0 for an empty field, -1 for what isn't one,
// which no rule accepts.
func (f form) number(name string) int {
	s := f.text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// date reads the three fields of a date input. What isn't a date is added to
// the problems; three empty fields are the zero Date.
func (f form) date(name string, p *countersign.Problems) countersign.Date {
	d, m, y := f.text(name+".day"), f.text(name+".month"), f.text(name+".year")
	if d == "" && m == "" && y == "" {
		return countersign.Date{}
	}
	day, errDay := strconv.Atoi(d)
	month, errMonth := monthOf(m)
	year, errYear := strconv.Atoi(y)
	if errDay != nil || errMonth != nil || errYear != nil || len(y) != 4 {
		p.Add(name, "Enter a date with a day, a month and a year, for example 27 3 2026")
		return countersign.Date{}
	}
	iso := y + "-" + pad(month) + "-" + pad(day)
	date, err := countersign.ParseDate(iso)
	if err != nil || year < 1900 {
		p.Add(name, "This date does not exist. Check the day, the month and the year")
		return countersign.Date{}
	}
	return date
}

// dateValue returns what was typed into a date input, for showing it again.
func (f form) dateValue(name string) view.DateValue {
	return view.DateValue{Day: f.text(name + ".day"), Month: f.text(name + ".month"), Year: f.text(name + ".year")}
}

func monthOf(s string) (int, error) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, nil
	}
	for i, name := range []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"} {
		if strings.HasPrefix(strings.ToLower(s), name) {
			return i + 1, nil
		}
	}
	return 0, strconv.ErrSyntax
}

func pad(n int) string {
	if n < 10 && n >= 0 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// both returns the problems of reading a form together with those that the
// service found, so that a person is told everything at once. Fields that
// couldn't be read are not reported twice.
func both(p countersign.Problems, err error) error {
	read := p.Err()
	if read == nil {
		return err
	}
	if countersign.KindOf(err) != countersign.Invalid {
		return read
	}
	all := countersign.Problems{}
	seen := map[string]bool{}
	for _, e := range []error{read, err} {
		for _, f := range problem.Fields(e) {
			if !seen[f.Field] {
				seen[f.Field] = true
				all.Add(f.Field, f.Message)
			}
		}
	}
	return all.Err()
}
