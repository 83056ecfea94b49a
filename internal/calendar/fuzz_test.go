package calendar_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"countersign/internal/calendar"
	"countersign/internal/countersign"
)

// FuzzWrite looks for a text that adds a line to a calendar.
func FuzzWrite(f *testing.F) {
	f.Add("Hours", "Review 2", "With Nia Ward; in person, at 2pm\nBring notes")
	f.Add("\r\nEND:VCALENDAR", "a\rBEGIN:VEVENT", strings.Repeat("é", 100)+"\x00\u2028\xff")
	f.Fuzz(func(t *testing.T, name, title, description string) {
		var b bytes.Buffer
		if err := calendar.Write(&b, name, time.Unix(0, 0), []calendar.Event{{UID: "a", On: countersign.On(2026, 3, 2), Title: title, Description: "d" + description}}); err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(b.Bytes()) || strings.ContainsAny(strings.ReplaceAll(b.String(), "\r\n", ""), "\r\n\x00") {
			t.Fatalf("a line ends otherwise: %q", &b)
		}
		if n := strings.Count(strings.ReplaceAll(b.String(), "\r\n ", ""), "\r\n"); n != 15 {
			t.Errorf("%d lines: %q", n, &b)
		}
		for line := range strings.SplitSeq(b.String(), "\r\n") {
			if len(line) > 75 {
				t.Errorf("%d octets: %q", len(line), line)
			}
		}
	})
}
