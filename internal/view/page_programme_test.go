package view

import (
	"slices"
	"testing"

	"countersign/internal/countersign"
)

func TestAReferralIsTheFirstThingToDo(t *testing.T) {
	t.Parallel()
	h := sampleHomeApprentice()
	if first := h.Steps().Items[0]; first.Href == gatewayHref(h.Apprenticeship.ID) {
		t.Errorf("first comes %q without a referral", first.Title)
	}
	h.Apprenticeship.State = countersign.ReferredBack
	if first := h.Steps().Items[0]; first.Href != gatewayHref(h.Apprenticeship.ID) {
		t.Errorf("first comes %q", first.Title)
	}
}

func TestABreakThatGoesOnIsNotCalledNone(t *testing.T) {
	t.Parallel()
	for state, want := range map[countersign.ApprenticeshipState]bool{countersign.Active: true, countersign.OnBreak: false} {
		a := sampleApprenticeship()
		a.State = state
		rows := NewProgrammePage(a, sampleLearnerFramework(), false).Facts().Rows
		if got := slices.ContainsFunc(rows, func(r SummaryRow) bool { return r.Key == "Breaks so far" }); got != want {
			t.Errorf("%s: says how many breaks there were: %t", state, got)
		}
	}
}

func TestCompletionIsOfferedOnceNothingCoreIsMissing(t *testing.T) {
	t.Parallel()
	for missing, want := range map[int]int{0: 1, 1: 0} {
		a := sampleApprenticeship()
		a.Core, a.CoreSignedOff = 5, 5-missing
		p := NewProgrammePage(a, sampleLearnerFramework(), false)
		p.Events = []countersign.ApprenticeshipEvent{countersign.CompleteApprenticeship}
		if got := len(p.Actions().Buttons); got != want {
			t.Errorf("%d missing: %d actions", missing, got)
		}
	}
}
