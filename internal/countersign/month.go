package countersign

import (
	"fmt"
	"time"
)

// Month is a calendar month. The zero Month means that there is none.
type Month struct {
	Year  int
	Month time.Month
}

// MonthOf returns the month in which a day lies.
func MonthOf(d Date) Month { return Month{d.Year, d.Month} }

// ParseMonth reads "2026-10".
func ParseMonth(s string) (Month, error) {
	d, err := ParseDate(s + "-01")
	if err != nil {
		return Month{}, fmt.Errorf("%q is not a month such as 2026-10", s)
	}
	return MonthOf(d), nil
}

// IsZero reports whether there is no month.
func (m Month) IsZero() bool { return m == Month{} }

// String returns "2026-10"; empty for the zero Month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year, m.Month)
}

// Long returns the month as people write it: "October 2026".
func (m Month) Long() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s %d", m.Month, m.Year)
}

// First and Last are the days on which the month begins and ends.
func (m Month) First() Date { return On(m.Year, m.Month, 1) }

// Last is described at First.
func (m Month) Last() Date { return On(m.Year, m.Month+1, 0) }

// Add returns the month n months later.
func (m Month) Add(n int) Month { return MonthOf(On(m.Year, m.Month+time.Month(n), 1)) }

// Before reports whether m is earlier than o.
func (m Month) Before(o Month) bool { return m.Number() < o.Number() }

// Number counts the months since the year 0, and MonthNumber is its opposite:
// the form in which databases compare and subtract months alike.
func (m Month) Number() int { return m.Year*12 + int(m.Month) - 1 }

// MonthNumber is described at Number.
func MonthNumber(n int) Month { return Month{n / 12, time.Month(n%12 + 1)} }

// Number counts the days since 1 January 1970, and DayNumber is its opposite:
// the form in which databases subtract days alike.
func (d Date) Number() int { return On(1970, time.January, 1).DaysUntil(d) }

// DayNumber is described at Number.
func DayNumber(n int) Date { return On(1970, time.January, 1+n) }
