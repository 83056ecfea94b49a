package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// Dates, times and numbers are written as the NHS content guide asks: "6 August
// 2018", "5:30pm", "midday", numerals for all numbers, commas above 999.

// Date returns "6 August 2018"; empty for the zero Date.
func Date(d countersign.Date) string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Day) + " " + d.Month.String() + " " + strconv.Itoa(d.Year)
}

// DateWithDay returns "Monday 6 August 2018"; empty for the zero Date.
func DateWithDay(d countersign.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.UTC().Weekday().String() + " " + Date(d)
}

// MonthYear returns "August 2018"; empty for the zero Date.
func MonthYear(d countersign.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Month.String() + " " + strconv.Itoa(d.Year)
}

// Day returns the London day of t: "6 August 2018"; empty for the zero Time.
func Day(t time.Time) string { return Date(countersign.LondonDate(t)) }

// Clock returns the London time of t: "5:30pm", "5pm", "midday", "midnight".
func Clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(countersign.London())
	switch {
	case t.Hour() == 0 && t.Minute() == 0:
		return "midnight"
	case t.Hour() == 12 && t.Minute() == 0:
		return "midday"
	case t.Minute() == 0:
		return t.Format("3pm")
	}
	return t.Format("3:04pm")
}

// DayTime returns "6 August 2018 at 5:30pm", in London.
func DayTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Day(t) + " at " + Clock(t)
}

// Machine returns t for a datetime attribute.
func Machine(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Waiting returns how long something that came in at since has been waiting on
// the London day today: "waiting since today", "waiting 1 day", "waiting 12 days".
func Waiting(since time.Time, today countersign.Date) string {
	days := countersign.LondonDate(since).DaysUntil(today)
	if days <= 0 {
		return "waiting since today"
	}
	return "waiting " + Count(days, "day")
}

// DaysUntil returns how far off a day is: "today", "tomorrow", "in 3 days",
// "yesterday", "3 days ago".
func DaysUntil(today, d countersign.Date) string {
	switch days := today.DaysUntil(d); {
	case days == 0:
		return "today"
	case days == 1:
		return "tomorrow"
	case days == -1:
		return "yesterday"
	case days < 0:
		return Count(-days, "day") + " ago"
	default:
		return "in " + Count(days, "day")
	}
}

// Number returns n with commas: "1,250".
func Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Count returns the number and the noun in the right form: "1 piece",
// "1,250 pieces". Give the plural where adding s isn't enough.
func Count(n int, one string, many ...string) string {
	return Number(n) + " " + Plural(n, one, many...)
}

// Plural returns the noun alone in the right form for n.
func Plural(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return one
	case len(many) > 0:
		return many[0]
	case strings.HasSuffix(one, "y") && !strings.HasSuffix(one, "ay") && !strings.HasSuffix(one, "ey"):
		return strings.TrimSuffix(one, "y") + "ies"
	case strings.HasSuffix(one, "s"):
		return one + "es"
	}
	return one + "s"
}

// FileSize returns "850 bytes", "12KB", "1.4MB", as the NHS content guide
// writes them.
func FileSize(bytes int64) string {
	const kb, mb, gb = 1000, 1000 * 1000, 1000 * 1000 * 1000
	switch {
	case bytes < kb:
		return Count(int(bytes), "byte")
	case bytes < mb:
		return strconv.FormatInt((bytes+kb/2)/kb, 10) + "KB"
	case bytes < gb:
		return trimZero(fmt.Sprintf("%.1f", float64(bytes)/mb)) + "MB"
	}
	return trimZero(fmt.Sprintf("%.1f", float64(bytes)/gb)) + "GB"
}

func trimZero(s string) string { return strings.TrimSuffix(s, ".0") }

// Percent returns part of whole in whole per cent, rounded down, so that 100%
// means all; 0 of 0 is 0%.
func Percent(part, whole int) string { return strconv.Itoa(percent(part, whole)) + "%" }

func percent(part, whole int) int {
	if whole <= 0 {
		return 0
	}
	return min(max(part*100/whole, 0), 100)
}

// Sentence joins the words with commas and "and".
func Sentence(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func itoa(n int) string { return strconv.Itoa(n) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
