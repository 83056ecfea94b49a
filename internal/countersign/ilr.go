package countersign

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// ILRYear is the funding year of the hand-over file: that of the one published
// schema the program holds, 1 August 2025 to 31 July 2026.
var ILRYear = struct {
	Code, Name string
	Period
}{"2526", "2025 to 2026", Period{From: On(2025, time.August, 1), To: On(2026, time.July, 31)}}

// ILRLearner is what the record knows of an apprentice that an Individualised
// Learner Record asks for.
type ILRLearner struct {
	TallyFacts
	AwardedOn Date // of the last award; zero for none
}

// ILRStatus is the completion status of a learning delivery, in the words of
// the Individualised Learner Record.
type ILRStatus int

// The completion statuses.
const (
	ILRContinuing ILRStatus = 1
	ILRCompleted  ILRStatus = 2
	ILRWithdrawn  ILRStatus = 3
	ILROnBreak    ILRStatus = 6
)

// ILRDelivery is one stretch of the programme: a return from a break begins
// another one and never opens the old one again (funding rules, breaks in
// learning).
type ILRDelivery struct {
	StartOn      Date
	OriginalOn   Date // of the first stretch; zero on that one
	PlannedEndOn Date
	PlannedHours int // whole hours off the job that the rule asks for; on the first stretch
	ActualHours  int // verified whole hours; once learning has ended
	Status       ILRStatus
	EndedOn      Date // zero while it goes on
	AchievedOn   Date // the award
}

// Deliveries returns the stretches, the first first.
func (l ILRLearner) Deliveries() []ILRDelivery {
	current := ILRDelivery{StartOn: l.StartOn, PlannedEndOn: l.PlannedEndOn, Status: ILRContinuing, PlannedHours: l.minimum() / 60}
	var all []ILRDelivery
	for _, b := range l.Breaks(l.Changes) {
		current.Status, current.EndedOn = ILROnBreak, b.From.AddDays(-1)
		if current.EndedOn.Before(current.StartOn) {
			current.EndedOn = current.StartOn
		}
		if b.To.IsZero() {
			break
		}
		all = append(all, current)
		current = ILRDelivery{StartOn: b.To.AddDays(1), OriginalOn: l.StartOn, PlannedEndOn: l.PlannedEndOn, Status: ILRContinuing}
	}
	switch l.State {
	case CompletedProgramme:
		current.Status, current.EndedOn, current.AchievedOn, current.ActualHours = ILRCompleted, l.EndedOn, l.AwardedOn, l.Verified/60
	case WithdrawnFromProgramme:
		for n := len(all); n > 0 && l.LastLearningOn.Before(current.StartOn); n-- { // nothing was learnt since the return
			current, all = all[n-1], all[:n-1]
		}
		current.Status, current.EndedOn, current.ActualHours = ILRWithdrawn, l.LastLearningOn, l.Verified/60
	}
	return append(all, current)
}

// minimum returns the minutes off the job that the rule for the start asks for.
func (l ILRLearner) minimum() int {
	rule, ok := l.Programme.HoursRule(l.StartOn)
	if !ok {
		return 0
	}
	return max(rule.Minimum(l.StartOn, l.PlannedEndOn)-l.Prior, 0)
}

// Doubts returns what doesn't fit together in the record, in plain sentences,
// as the provider's own return will be asked about it.
func (l ILRLearner) Doubts() []string {
	var doubts []string
	say := func(format string, args ...any) { doubts = append(doubts, fmt.Sprintf(format, args...)) }
	rule, ok := l.Programme.HoursRule(l.StartOn)
	if least := l.StartOn.AddMonths(rule.MonthsMin); ok && rule.MonthsMin > 0 && l.PlannedEndOn.AddDays(1).Before(least) {
		say("The plan is shorter than the %d months that the rule for its start asks for", rule.MonthsMin)
	}
	switch minimum := l.minimum(); {
	case ok && minimum == 0 && l.Prior == 0:
		say("No hours off the job are planned: the rule for this start sets none")
	case l.State == CompletedProgramme && l.Verified < minimum:
		say("%d hours off the job are verified, and the plan asks for %d", l.Verified/60, minimum/60)
	}
	if l.Overdue(l.Today) {
		say("The planned end, %s, has passed, and learning has not ended", l.PlannedEndOn.Long())
	}
	if l.ReturnOverdue(l.Today) {
		say("The return from the break was expected on %s", l.ReturnExpectedOn.Long())
	}
	if l.State == CompletedProgramme && l.AwardedOn.IsZero() {
		say("Completed without an award on record: the outcome is not yet known")
	}
	if l.State == WithdrawnFromProgramme && l.LastLearningOn.IsZero() {
		say("Withdrawn without a last day of learning")
	}
	for _, b := range l.Breaks(l.Changes) {
		if !b.To.IsZero() && b.From.DaysUntil(b.To) < 28 {
			say("The break from %s is of 4 weeks or less, which is absence and not a break", b.From.Long())
		}
	}
	if given, _ := l.Names(); given == "" {
		say("The name is one word, so it stands as the family name alone")
	}
	if strings.ContainsAny(l.ApprenticeName, "0123456789|\"") {
		say("The name holds characters that a return refuses; they are left out")
	}
	if l.ApprenticeEmail != "" && l.Email() == "" {
		say("The email address is one that a return refuses; it is left out")
	}
	return doubts
}

var ilrEmail = regexp.MustCompile(`^[A-Za-z0-9 ~!@#$%&'()*+,\-./:;<=>?\[\\\]_{}^£€]{1,100}$`)

// Email returns the address if a return takes it, else nothing: a part of it
// could be somebody else's.
func (l ILRLearner) Email() string {
	if !ilrEmail.MatchString(l.ApprenticeEmail) {
		return ""
	}
	return l.ApprenticeEmail
}

// Names returns the name in two parts as a return asks for them: the last word,
// and what is before it. Nobody's name is kept in parts, so it is a guess.
func (l ILRLearner) Names() (given, family string) {
	words := strings.Fields(l.ApprenticeName)
	if len(words) < 2 {
		return "", l.ApprenticeName
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}

// ILRMissing is what a return asks for and this record doesn't hold.
var ILRMissing = []string{
	"Unique Learner Number (written as 9999999999, not yet known)",
	"Date of birth, National Insurance number, address and telephone number (left out; postcodes written as ZZ99 9ZZ)",
	"Sex (written as X, which a return refuses), ethnicity (99, not provided), learning difficulty or disability (9, not provided)",
	"Prior attainment, English and maths grades (left out)",
	"Employment status and employer (left out)",
	"The standard's code, its price and who assesses it (left out)",
}
