package countersign

import (
	"fmt"
	"slices"
	"strings"
)

// ToBeConfirmed marks what is believed to be published but wasn't seen.
const ToBeConfirmed = "To be confirmed"

// ToBeConfirmedMeans explains the mark in a sentence.
const ToBeConfirmedMeans = "Believed to be published, but not seen when the framework was written. Check the number and the text with the body that publishes it before you rely on it."

// HasUnconfirmed reports whether anything of the framework is to be confirmed.
func (f Framework) HasUnconfirmed() bool {
	for _, r := range f.Rules() {
		if slices.ContainsFunc(r.Lines, func(l ProgrammeLine) bool { return l.Unconfirmed }) {
			return true
		}
	}
	return slices.ContainsFunc(f.Competencies(), func(c Competency) bool { return c.Unconfirmed })
}

// ProgrammeRule is one kind of rule of a programme in plain words, for a page
// and for print.
type ProgrammeRule struct {
	Title string
	Lines []ProgrammeLine
}

// ProgrammeLine is one sentence or more about one thing.
type ProgrammeLine struct {
	Text        string
	Source      string
	Unconfirmed bool
}

// Rules returns the rules of the programme in plain words, without those that
// it doesn't have.
func (p Programme) Rules() []ProgrammeRule {
	var rules []ProgrammeRule
	add := func(title string, lines []ProgrammeLine) {
		if len(lines) > 0 {
			rules = append(rules, ProgrammeRule{title, lines})
		}
	}
	add("Length", p.lengthLines())
	add("Progress reviews", p.reviewLines())
	if p.Pace != (PaceRule{}) {
		add("On track, slipping and stuck", linesOf(p.Pace.Words(), func(w string) ProgrammeLine { return ProgrammeLine{Text: w} }))
	}
	add("Milestones", linesOf(p.Milestones, func(m Milestone) ProgrammeLine {
		return ProgrammeLine{Text: fmt.Sprintf("Month %d: %s", m.Month, m.Title)}
	}))
	add("Off-the-job hours, by start date", p.hoursLines())
	add("Placements and classroom", p.placeLines())
	add("Payments to the practice", linesOf(p.Payments, func(m Payment) ProgrammeLine {
		return ProgrammeLine{Text: fmt.Sprintf("£%d: %s", m.Amount, m.Title), Source: m.Source}
	}))
	add("Gateway checklist", linesOf(p.Conditions(), func(c Condition) ProgrammeLine {
		text := c.Title
		if c.Kind == Declared {
			text += " (declared by the GP supervisor)"
		}
		return ProgrammeLine{Text: text}
	}))
	add("What the last steps are called, by start date", p.wordsLines())
	if p.Award.Title != "" {
		a := p.Award
		text := a.Title
		if a.Level != "" {
			text += ", " + a.Level
		}
		if a.Credits > 0 {
			text += fmt.Sprintf(", %d credits", a.Credits)
		}
		if a.Body != "" {
			text += ". Awarded by: " + a.Body
		}
		add("Award", []ProgrammeLine{{sentences(text, a.Note), a.Source, a.Unconfirmed}})
	}
	add("Linked qualifications", linesOf(p.Qualifications, func(q Qualification) ProgrammeLine {
		return ProgrammeLine{sentences(q.Title+" ("+q.Body+")", q.Note), q.Source, q.Unconfirmed}
	}))
	add("After completion", linesOf(p.Cycles, cycleLine))
	add("Good to know", linesOf(p.Facts, func(f Fact) ProgrammeLine {
		return ProgrammeLine{sentences(f.Title, f.Text), f.Source, f.Unconfirmed}
	}))
	return rules
}

func (p Programme) lengthLines() []ProgrammeLine {
	if p.MonthsMax == 0 {
		return nil
	}
	length := fmt.Sprintf("%d to %s", p.MonthsMin, count(p.MonthsMax, "month"))
	if p.MonthsMin == p.MonthsMax {
		length = count(p.MonthsMax, "month")
	}
	lines := []ProgrammeLine{{Text: length}}
	if p.ExtensionMonths > 0 {
		lines = append(lines, ProgrammeLine{Text: "A training hub may allow up to " + count(p.ExtensionMonths, "month") + " more"})
	}
	if p.StartsOnTheFirst {
		lines = append(lines, ProgrammeLine{Text: "Starts on the first day of a month"})
	}
	if p.ProtectedHoursPerWeek > 0 {
		lines = append(lines, ProgrammeLine{Text: count(p.ProtectedHoursPerWeek, "hour") + " a week are protected for learning"})
	}
	return lines
}

func (p Programme) reviewLines() []ProgrammeLine {
	if p.ReviewEveryMonths == 0 {
		return nil
	}
	return []ProgrammeLine{{Text: "At least every " + count(p.ReviewEveryMonths, "month")}}
}

func (p Programme) hoursLines() []ProgrammeLine {
	var lines []ProgrammeLine
	for i, r := range p.Hours {
		until := Date{}
		if i+1 < len(p.Hours) {
			until = p.Hours[i+1].From
		}
		text := startsFrom(r.From, until) + ": " + r.Title
		if r.MonthsMin > 0 {
			text += fmt.Sprintf(", at least %s long", count(r.MonthsMin, "month"))
		}
		lines = append(lines, ProgrammeLine{sentences(text, r.Basis), r.Source, r.Unconfirmed})
	}
	return lines
}

// startsFrom says which starts a rule holds for, until the day before the next
// rule's.
func startsFrom(from, until Date) string {
	switch {
	case from.IsZero() && until.IsZero():
		return "All starts"
	case from.IsZero():
		return "Starts before " + until.Long()
	case until.IsZero():
		return "Starts from " + from.Long()
	}
	return "Starts from " + from.Long() + " to " + until.AddDays(-1).Long()
}

func (p Programme) placeLines() []ProgrammeLine {
	var lines []ProgrammeLine
	if p.Placements {
		text := "Has placements, each with a site, dates and a site supervisor"
		if p.PlacementHours > 0 {
			text += fmt.Sprintf(". Site supervisors must have confirmed at least %d hours", p.PlacementHours)
		}
		lines = append(lines, ProgrammeLine{Text: text})
	}
	if p.Classroom {
		lines = append(lines, ProgrammeLine{Text: "Has classroom sessions"})
	}
	return lines
}

func (p Programme) wordsLines() []ProgrammeLine {
	var lines []ProgrammeLine
	for i, w := range p.Words {
		until := Date{}
		if i+1 < len(p.Words) {
			until = p.Words[i+1].From
		}
		lines = append(lines, ProgrammeLine{Text: fmt.Sprintf("%s: “%s”, then “%s” by the “%s”", startsFrom(w.From, until), w.Gateway, w.Assessment, w.Body), Source: w.Source})
	}
	return lines
}

func cycleLine(k Cycle) ProgrammeLine {
	text := k.Title
	if k.Body != "" {
		text += " (" + k.Body + ")"
	}
	text += ": every " + count(k.Months, "month")
	if k.Points > 0 {
		text += ", " + count(k.Points, "point")
	}
	var least []string
	for _, f := range k.Floors {
		least = append(least, fmt.Sprintf("%d %s", f.Points, strings.ToLower(f.Title)))
	}
	if k.Approved > 0 {
		least = append(least, fmt.Sprintf("%d approved by the body", k.Approved))
	}
	if len(least) > 0 {
		text += ", of these at least " + strings.Join(least, ", ")
	}
	if k.Alternative != "" {
		text += ". Or instead: " + k.Alternative
	}
	return ProgrammeLine{text, k.Source, k.Unconfirmed}
}

func linesOf[T any](list []T, line func(T) ProgrammeLine) []ProgrammeLine {
	lines := make([]ProgrammeLine, len(list))
	for i, item := range list {
		lines[i] = line(item)
	}
	return lines
}

// sentences joins a heading or sentence with a text that may be empty.
func sentences(first, then string) string {
	if then == "" {
		return first
	}
	return strings.TrimSuffix(first, ".") + ". " + then
}
