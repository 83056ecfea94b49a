package countersign

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ImpactID names what a practice reports of one measure.
type ImpactID string

// ImpactState is where a report of a measure is in its life.
type ImpactState string

// The states. Only what is checked counts.
const (
	ImpactEntered   ImpactState = "entered" // waits for the training hub
	ImpactChecked   ImpactState = "checked"
	ImpactSentBack  ImpactState = "sent_back" // the practice puts it right
	ImpactWithdrawn ImpactState = "withdrawn" // by the practice, for good
)

// ImpactEvent is something that happens to a report of a measure.
type ImpactEvent string

// The events.
const (
	ChangeImpact   ImpactEvent = "change"
	CheckImpact    ImpactEvent = "check"
	SendBackImpact ImpactEvent = "send_back"
	WithdrawImpact ImpactEvent = "withdraw"
)

// ImpactLifecycle is the transition table of a report of a measure. What is
// checked doesn't change any more, unless the training hub sends it back. What
// isn't, its practice may withdraw; the same period can then be reported anew.
var ImpactLifecycle = Lifecycle[ImpactState, ImpactEvent]{
	Name:  "Impact measure",
	Start: ImpactEntered,
	Transitions: []Transition[ImpactState, ImpactEvent]{
		{ImpactEntered, ChangeImpact, ImpactEntered, []NamingRole{ManagerOfPractice}},
		{ImpactSentBack, ChangeImpact, ImpactEntered, []NamingRole{ManagerOfPractice}},
		{ImpactEntered, CheckImpact, ImpactChecked, []NamingRole{LeadOfHub}},
		{ImpactEntered, SendBackImpact, ImpactSentBack, []NamingRole{LeadOfHub}},
		{ImpactChecked, SendBackImpact, ImpactSentBack, []NamingRole{LeadOfHub}},
		{ImpactEntered, WithdrawImpact, ImpactWithdrawn, []NamingRole{ManagerOfPractice}},
		{ImpactSentBack, WithdrawImpact, ImpactWithdrawn, []NamingRole{ManagerOfPractice}},
	},
}

// Impact is what a practice reports of one measure: how it was before, how it
// is now, and how both were come by.
type Impact struct {
	ID                         ImpactID
	Practice                   OrganisationID
	PracticeCode, PracticeName string
	Measure                    string // code
	Baseline, Value            int    // in tenths of the measure's unit
	BaselineFrom, BaselineTo   Date
	From, To                   Date
	Method                     string // code
	Sample                     int    // how many were looked at for the value
	Note                       string
	State                      ImpactState
	Reason                     string // why it was sent back
	EnteredBy                  PersonID
	EnteredByName              string
	EnteredAt                  time.Time
	CheckedBy                  PersonID
	CheckedByName              string
	CheckedAt                  time.Time // or when it was sent back or withdrawn
	Version                    int
}

// mostTenths bounds a value where its measure is unknown.
const mostTenths = 1_000_000

// Check says what is wrong with what was entered.
func (i Impact) Check(today Date) error {
	var p Problems
	most := mostTenths
	if m, ok := ImpactMeasureBy(i.Measure); ok {
		most = m.Max * 10
	} else {
		p.Add("measure", "Select a measure")
	}
	for _, v := range []struct {
		field string
		n     int
	}{{"baseline", i.Baseline}, {"value", i.Value}} {
		if v.n < 0 || v.n > most {
			p.Add(v.field, "Enter a number from 0 to "+Tenths(most)+", with one decimal place at most")
		}
	}
	if _, ok := ImpactMethodBy(i.Method); !ok {
		p.Add("method", "Select how it was measured")
	}
	if i.Sample < 1 || i.Sample > mostTenths {
		p.Add("sample", "Enter how many were looked at: 1 or more")
	}
	period(&p, "baseline_", i.BaselineFrom, i.BaselineTo, today)
	period(&p, "", i.From, i.To, today)
	if p.Err() == nil && !i.From.After(i.BaselineTo) {
		p.Add("from", "This period must begin after the baseline ends")
	}
	return p.Err()
}

func period(p *Problems, of string, from, to, today Date) {
	switch {
	case from.IsZero():
		p.Add(of+"from", "Enter the first day")
	case from.After(today):
		p.Add(of+"from", "The first day must not be in the future")
	}
	switch {
	case to.IsZero():
		p.Add(of+"to", "Enter the last day")
	case to.After(today):
		p.Add(of+"to", "The last day must not be in the future")
	case to.Before(from):
		p.Add(of+"to", "The last day must be on or after the first")
	}
}

// Change returns the report as it is once the practice has entered other: it
// waits to be checked again.
func (i Impact) Change(other Impact, today Date) (Impact, error) {
	next, ok := ImpactLifecycle.Next(i.State, ChangeImpact)
	if !ok {
		return i, i.refuseItsPractice("change")
	}
	other.ID, other.Practice, other.PracticeCode, other.PracticeName, other.State, other.Version = i.ID, i.Practice, i.PracticeCode, i.PracticeName, next, i.Version
	return other, other.Check(today)
}

// Withdraw takes back what nobody has checked.
func (i Impact) Withdraw(by PersonID) (Impact, error) {
	next, ok := ImpactLifecycle.Next(i.State, WithdrawImpact)
	if !ok {
		return i, i.refuseItsPractice("withdraw")
	}
	i.State, i.CheckedBy = next, by
	return i, nil
}

func (i Impact) refuseItsPractice(verb string) error {
	if i.State == ImpactWithdrawn {
		return Refuse(Conflict, "This was withdrawn. Enter the measure again instead")
	}
	return Refuse(Conflict, "This has been checked. Ask your training hub to send it back before you "+verb+" it")
}

// Decide checks the report or sends it back with a reason. Whoever entered it
// doesn't check it.
func (i Impact) Decide(by PersonID, event ImpactEvent, reason string) (Impact, error) {
	next, ok := ImpactLifecycle.Next(i.State, event)
	reason = strings.TrimSpace(reason)
	switch {
	case event != CheckImpact && event != SendBackImpact:
		return i, InvalidField("decision", "Select whether it is right")
	case !ok:
		return i, Refuse(Conflict, "This is "+i.State.Phrase()+" already")
	case event == CheckImpact && by == i.EnteredBy:
		return i, Refuse(Forbidden, "You entered this yourself. Somebody else checks it")
	case event == SendBackImpact && reason == "":
		return i, InvalidField("reason", "Enter what is to be put right")
	}
	i.State, i.Reason, i.CheckedBy = next, "", by
	if event == SendBackImpact {
		i.Reason = reason
	}
	return i, nil
}

// Phrase is the state inside a sentence.
func (s ImpactState) Phrase() string {
	switch s {
	case ImpactChecked:
		return "checked"
	case ImpactSentBack:
		return "sent back"
	case ImpactWithdrawn:
		return "withdrawn"
	}
	return "waiting to be checked"
}

// ParseTenths reads a number with one decimal place at most, "12.5" as 125.
// What isn't one is -1, which no rule accepts.
func ParseTenths(s string) int {
	whole, part, dotted := strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), ",", ""), ".")
	if dotted && len(part) != 1 || len(whole) > 9 {
		return -1
	}
	n, err := strconv.ParseUint(whole+part, 10, 40)
	if err != nil || whole == "" {
		return -1
	}
	if !dotted {
		n *= 10
	}
	return int(n)
}

// Tenths writes a number of tenths: "12.5", "-3", "1,200".
func Tenths(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := strconv.Itoa(n / 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	if n%10 != 0 {
		text += fmt.Sprintf(".%d", n%10)
	}
	return sign + text
}
