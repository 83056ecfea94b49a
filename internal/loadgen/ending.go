package loadgen

import (
	"time"

	"countersign/internal/countersign"
)

// end tells breaks, and how the apprenticeship ended if it has.
func (l *life) end() {
	a := &l.record.Apprenticeship
	l.breaks(a)
	switch {
	case l.left > 0 && l.learnt == l.left && a.State == countersign.Active:
		l.leave(a)
	case a.State == countersign.Active:
		l.complete(a)
	}
}

func (l *life) breaks(a *countersign.Apprenticeship) {
	on := l.breakOn()
	if on.IsZero() || l.left > 0 {
		return
	}
	back := on.AddDays(l.breakDays)
	l.change(countersign.Change{
		Event: countersign.BeginBreak, From: countersign.Active, To: countersign.OnBreak, On: on, ReturnExpected: back, Reason: pick(l.chance, breakReasons),
		EndBefore: a.PlannedEndOn, EndAfter: a.PlannedEndOn,
	}, l.manager, countersign.ManagerOfPractice, noon(on))
	if back.After(l.world.today) {
		a.State, a.OnBreakSince, a.ReturnExpectedOn = countersign.OnBreak, on, back
		return
	}
	before := a.PlannedEndOn
	a.PlannedEndOn, a.BreakDays = before.AddDays(l.breakDays), l.breakDays
	l.change(countersign.Change{
		Event: countersign.ReturnFromBreak, From: countersign.OnBreak, To: countersign.Active, On: back, EndBefore: before, EndAfter: a.PlannedEndOn,
	}, l.manager, countersign.ManagerOfPractice, noon(back))
}

func (l *life) leave(a *countersign.Apprenticeship) {
	on := countersign.LondonDate(l.until)
	a.State, a.EndedOn, a.LastLearningOn, a.EndReason = countersign.WithdrawnFromProgramme, on, on, pick(l.chance, leaveReasons)
	l.change(countersign.Change{
		Event: countersign.WithdrawApprentice, From: countersign.Active, To: a.State, On: on, LastLearningOn: on, Reason: a.EndReason,
		EndBefore: a.PlannedEndOn, EndAfter: a.PlannedEndOn,
	}, l.hub, countersign.LeadOfHub, l.until)
}

// complete ends an apprenticeship some weeks after the last core competency was
// signed off.
func (l *life) complete(a *countersign.Apprenticeship) {
	signed, last := map[string]bool{}, time.Time{}
	for _, so := range l.record.SignOffs {
		if signed[so.Competency] = so.Decision == countersign.Competent && so.Awaits == ""; signed[so.Competency] && so.SignedAt.After(last) {
			last = so.SignedAt
		}
	}
	for _, c := range l.codes {
		if c.Core && !signed[c.Code] {
			return
		}
	}
	at := l.chance.later(last, 10+l.chance.Float64()*40)
	if !at.Before(l.until) {
		return
	}
	on := countersign.LondonDate(at)
	a.State, a.EndedOn, a.EndReason = countersign.CompletedProgramme, on, ""
	l.change(countersign.Change{
		Event: countersign.CompleteApprenticeship, From: countersign.Active, To: a.State, On: on, EndBefore: a.PlannedEndOn, EndAfter: a.PlannedEndOn,
	}, l.hub, countersign.LeadOfHub, at)
	l.until = at
}

func (l *life) change(c countersign.Change, by member, role countersign.NamingRole, at time.Time) {
	c.ID, c.By, c.ByName, c.ByRole, c.At = countersign.ChangeID(l.chance.id(at)), by.ID, by.Name, role, at
	l.record.Changes = append(l.record.Changes, c)
	l.writes++
	l.record.Apprenticeship.Version++
	l.tell(at, by.ID, role, "apprenticeship."+string(c.Event), string(l.record.Apprenticeship.ID), map[string]any{"from": c.From, "to": c.To})
}
