package view_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/view"
)

// Whoever reads who did what to their record is no programmer.
func TestEveryEventOfARecordIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	var actions []string
	for _, tr := range countersign.EvidenceLifecycle.Transitions {
		actions = append(actions, "evidence."+string(tr.Event))
	}
	for _, tr := range countersign.ApprenticeshipLifecycle.Transitions {
		actions = append(actions, "apprenticeship."+string(tr.Event))
	}
	for _, tr := range countersign.HoursLifecycle.Transitions {
		actions = append(actions, "hours."+string(tr.Event))
	}
	for _, tr := range countersign.PriorLearningLifecycle.Transitions {
		actions = append(actions, "prior_learning."+string(tr.Event))
	}
	for _, tr := range countersign.PaymentLifecycle.Transitions {
		actions = append(actions, "payment."+string(tr.Event))
	}
	for _, tr := range countersign.ReceivedLifecycle.Transitions {
		actions = append(actions, "package."+string(tr.Event))
	}
	for _, part := range []countersign.Part{countersign.FirstAssessment, countersign.Countersignature, countersign.Confirmation, countersign.Withdrawal} {
		actions = append(actions, "sign_off."+string(part))
	}
	for _, o := range []countersign.ReportOutcome{countersign.Released, countersign.Lifted, countersign.ReportedWithdrawal} {
		actions = append(actions, "evidence."+string(o))
	}
	for _, s := range []countersign.ScopeState{countersign.ScopeOut, countersign.ScopeProposed, countersign.ScopeIn} {
		actions = append(actions, "scope."+string(s))
	}
	for _, a := range actions {
		if words := view.Done(a); strings.Contains(words, ":") || words == "" {
			t.Errorf("%s is told as %q", a, words)
		}
	}
}
