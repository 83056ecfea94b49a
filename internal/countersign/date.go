package countersign

import (
	"fmt"
	"time"
	_ "time/tzdata" // days are London days on a machine without a zone database too
)

var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic("countersign: the embedded zone database lacks Europe/London: " + err.Error())
	}
	return l
}()

// London is the time zone in which the programme's days begin and end.
func London() *time.Location { return london }

// Date is a civil date. The zero Date means that there is none. Dates compare
// with == and with Before and After.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// On returns the date of that day; days and months that overflow are carried,
// as time.Date does.
func On(year int, month time.Month, day int) Date {
	return dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// LondonDate returns the London day of t; the zero Date for the zero Time.
func LondonDate(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return dateOf(t.In(london))
}

// ParseDate reads "2006-01-02" and refuses days that don't exist, such as
// 31 February.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("%q is not a date such as 2026-03-27", s)
	}
	return dateOf(t), nil
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns "2006-01-02"; empty for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// UTC returns midnight UTC of the day, for storing and arithmetic.
func (d Date) UTC() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// Start returns the moment at which the day begins in London.
func (d Date) Start() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, london)
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.UTC().Before(e.UTC()) }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return e.Before(d) }

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return On(d.Year, d.Month, d.Day+n) }

// AddMonths returns the same day n months later, or that month's last day
// when it has no such day: 31 January and a month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	first := On(d.Year, d.Month+time.Month(n), 1)
	last := On(first.Year, first.Month+1, 0).Day
	return Date{first.Year, first.Month, min(d.Day, last)}
}

// DaysUntil returns the number of days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int {
	return int(e.UTC().Sub(d.UTC()).Hours() / 24)
}

// Long returns the date as people write it: "6 August 2018"; empty for the
// zero Date.
func (d Date) Long() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
}
