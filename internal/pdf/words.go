package pdf

import (
	"fmt"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// dateTime returns a time as people in England write it: "22 November 2026 at
// 5:30pm", in London; "a time not recorded" for the zero time.
func dateTime(t time.Time) string {
	if t.IsZero() {
		return "a time not recorded"
	}
	t = t.In(countersign.London())
	clock := t.Format("3:04pm")
	if t.Minute() == 0 {
		clock = t.Format("3pm")
		switch t.Hour() {
		case 0:
			clock = "midnight"
		case 12:
			clock = "midday"
		}
	}
	return countersign.LondonDate(t).Long() + " at " + clock
}

// count returns a number with its noun, in the plural where needed. Nouns in
// "y" after a consonant become "ies".
func count(n int, noun string) string {
	if n != 1 {
		if stem, ok := strings.CutSuffix(noun, "cy"); ok {
			noun = stem + "cies"
		} else {
			noun += "s"
		}
	}
	return thousands(n) + " " + noun
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// fileSize returns a number of bytes in the unit that people use for it.
func fileSize(n int64) string {
	switch {
	case n < 1000:
		return count(int(n), "byte")
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

func roleTitle(r countersign.NamingRole) string {
	if t := r.Title(); t != "" {
		return t
	}
	return string(r)
}

func kindTitle(k countersign.EvidenceKind) string {
	if t := k.Title(); t != "" {
		return t
	}
	return string(k)
}

func stateWord(s countersign.EvidenceState) string {
	switch s {
	case countersign.Draft:
		return "Draft"
	case countersign.Submitted:
		return "Submitted, waiting for review"
	case countersign.Returned:
		return "Returned for changes"
	case countersign.Accepted:
		return "Accepted"
	case countersign.Withdrawn:
		return "Withdrawn"
	}
	return string(s)
}

// standing returns how far a framework's text is to be trusted, in words.
func standing(s countersign.Standing) string {
	switch s {
	case countersign.Official:
		return "Official framework"
	case countersign.CommunityDraft:
		return "Community draft"
	}
	return string(s)
}
