package countersign_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestAddMonthsClampsToTheMonthsEnd(t *testing.T) {
	for _, tc := range []struct {
		from   countersign.Date
		months int
		want   countersign.Date
	}{
		{countersign.On(2027, time.January, 31), 1, countersign.On(2027, time.February, 28)},
		{countersign.On(2028, time.January, 31), 1, countersign.On(2028, time.February, 29)},
		{countersign.On(2028, time.February, 29), 12, countersign.On(2029, time.February, 28)},
		{countersign.On(2026, time.March, 31), -1, countersign.On(2026, time.February, 28)},
		{countersign.On(2026, time.November, 30), 3, countersign.On(2027, time.February, 28)},
		{countersign.On(2026, time.May, 15), 9, countersign.On(2027, time.February, 15)},
	} {
		if got := tc.from.AddMonths(tc.months); got != tc.want {
			t.Errorf("%v + %d months = %v, want %v", tc.from, tc.months, got, tc.want)
		}
	}
}

func TestDaysAreLondonDays(t *testing.T) {
	for _, tc := range []struct{ utc, want string }{
		{"2026-07-01T22:59:59Z", "2026-07-01"}, // 23:59:59 in summer
		{"2026-07-01T23:00:00Z", "2026-07-02"}, // midnight in summer
		{"2026-12-01T23:30:00Z", "2026-12-01"}, // winter
		{"2026-03-29T00:59:59Z", "2026-03-29"}, // the clocks go forward
	} {
		at, err := time.Parse(time.RFC3339, tc.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := countersign.LondonDate(at).String(); got != tc.want {
			t.Errorf("LondonDate(%s) = %s, want %s", tc.utc, got, tc.want)
		}
	}
	if got := countersign.On(2026, time.March, 28).DaysUntil(countersign.On(2026, time.March, 30)); got != 2 {
		t.Errorf("DaysUntil over the day of 23 hours = %d, want 2", got)
	}
}

func TestParseDateRefusesDaysThatDoNotExist(t *testing.T) {
	for _, s := range []string{"2026-02-31", "2026-13-01", "2026-2-1", "", "tomorrow", "0000-01-01", "2026-02-29"} {
		if d, err := countersign.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", s, d)
		}
	}
	d, err := countersign.ParseDate("2028-02-29")
	if err != nil || d.String() != "2028-02-29" || d.Long() != "29 February 2028" {
		t.Errorf("ParseDate(2028-02-29) = %v, %v", d, err)
	}
}

func TestCheckDatesHoldsTheProgrammesLength(t *testing.T) {
	p := countersign.Programme{MonthsMin: 6, MonthsMax: 9, ExtensionMonths: 3}
	begin := countersign.On(2026, time.March, 1)
	for _, tc := range []struct {
		name     string
		end      countersign.Date
		extended bool
		want     countersign.Kind
	}{
		{"six months, the last day of the sixth included", countersign.On(2026, time.August, 31), false, 0},
		{"a day less", countersign.On(2026, time.August, 30), false, countersign.Invalid},
		{"nine months", countersign.On(2026, time.December, 1), false, 0},
		{"a day more", countersign.On(2026, time.December, 2), false, countersign.Invalid},
		{"twelve, extended", countersign.On(2027, time.March, 1), true, 0},
		{"more than the extension", countersign.On(2027, time.March, 2), true, countersign.Invalid},
		{"no end", countersign.Date{}, false, countersign.Invalid},
	} {
		wantKind(t, p.CheckDates(begin, tc.end, tc.extended, 0), tc.want)
	}
}

func TestNamingsAndMembershipsHoldOnBothTheirEndDays(t *testing.T) {
	n := countersign.Naming{From: today, To: today.AddDays(2)}
	for days, want := range map[int]bool{-1: false, 0: true, 2: true, 3: false} {
		if got := n.ValidOn(today.AddDays(days)); got != want {
			t.Errorf("ValidOn(%+d days) = %t, want %t", days, got, want)
		}
	}
	if !(countersign.Membership{From: today}).ValidOn(today.AddMonths(600)) {
		t.Error("an open-ended membership has ended")
	}
}
