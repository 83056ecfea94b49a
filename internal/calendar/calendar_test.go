package calendar_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"countersign/internal/calendar"
	"countersign/internal/countersign"
)

func written(t *testing.T, events ...calendar.Event) string {
	t.Helper()
	var b strings.Builder
	if err := calendar.Write(&b, "Countersign", time.Date(2026, 7, 1, 9, 30, 0, 0, time.FixedZone("BST", 3600)), events); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestACalendarIsWrittenAsRFC5545SaysForAllDayEvents(t *testing.T) {
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Countersign//Countersign//EN", "CALSCALE:GREGORIAN", "X-WR-CALNAME:Countersign",
		"BEGIN:VEVENT", "UID:review-1", "DTSTAMP:20260701T083000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101",
		`SUMMARY:Review: Asha\, at Oak\; \\ east`, `DESCRIPTION:One\nTwo`, "URL:https://gpa.example/a", "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n")
	got := written(t, calendar.Event{UID: "review-1", On: countersign.On(2026, 12, 31), Title: "Review: Asha, at Oak; \\ east", Description: "One\r\nTwo\x07", URL: "https://gpa.example/a"})
	if got != want {
		t.Errorf("calendar = %q, want %q", got, want)
	}
}

func TestLongLinesAreFoldedBetweenCharacters(t *testing.T) {
	title := strings.Repeat("Ńowak 日本語 ", 30)
	got := written(t, calendar.Event{UID: "u", On: countersign.On(2026, 1, 1), Title: title})
	for _, line := range strings.Split(got, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
	}
	if !strings.Contains(strings.ReplaceAll(got, "\r\n ", ""), "SUMMARY:"+title) {
		t.Error("unfolding doesn't give the title back")
	}
	if strings.Contains(strings.ReplaceAll(got, "\r\n", ""), "\n") {
		t.Error("a bare line feed")
	}
}

func TestAnInjectedLineStaysWithinItsValue(t *testing.T) {
	got := written(t, calendar.Event{UID: "u", On: countersign.On(2026, 1, 1), Title: "x\r\nEND:VCALENDAR\rATTENDEE:y"})
	if strings.Count(got, "\r\nEND:VCALENDAR") != 1 || strings.Contains(got, "\r\nATTENDEE") {
		t.Errorf("calendar = %q", got)
	}
}
