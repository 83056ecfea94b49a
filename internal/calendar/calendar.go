// Package calendar writes calendar files (RFC 5545) of days on which something
// is due. They hold no more than what a page shows to whoever downloads them.
package calendar

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"countersign/internal/countersign"
)

// Event is something due on a day.
type Event struct {
	UID         string // the same for the same thing in every download
	On          countersign.Date
	Title       string
	Description string
	URL         string
}

// Write writes the events as one calendar; stamp is when it was made. The same
// input gives the same bytes.
func Write(w io.Writer, name string, stamp time.Time, events []Event) error {
	var b strings.Builder
	line := func(property, value string) { b.WriteString(fold(property + ":" + value)) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Countersign//Countersign//EN")
	line("CALSCALE", "GREGORIAN")
	line("X-WR-CALNAME", text(name))
	for _, e := range events {
		line("BEGIN", "VEVENT")
		line("UID", text(e.UID))
		line("DTSTAMP", stamp.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE", day(e.On))
		line("DTEND;VALUE=DATE", day(e.On.AddDays(1))) // the day after the last
		line("SUMMARY", text(e.Title))
		if e.Description != "" {
			line("DESCRIPTION", text(e.Description))
		}
		if e.URL != "" {
			line("URL", e.URL)
		}
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	_, err := io.WriteString(w, b.String())
	return err
}

func day(d countersign.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// text escapes a TEXT value (RFC 5545, 3.3.11). Control characters that a
// value can't hold are left out.
func text(s string) string {
	s = strings.NewReplacer("\\", `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`).Replace(strings.ToValidUTF8(s, "\ufffd"))
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// lineOctets is how long a line may be, without its end (RFC 5545, 3.1).
const lineOctets = 75

// fold breaks a content line into lines of at most 75 octets, never within a
// character. Those that go on begin with a space.
func fold(s string) string {
	var b strings.Builder
	left := lineOctets
	for _, r := range s {
		if n := utf8.RuneLen(r); n > left {
			b.WriteString("\r\n ")
			left = lineOctets - 1 - n
		} else {
			left -= n
		}
		b.WriteRune(r)
	}
	return b.String() + "\r\n"
}
