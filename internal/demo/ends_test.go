package demo

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// ends checks that the end of the way is there to be seen, and payments at
// every stage.
func ends(f filled) {
	t, lead := f.t, f.actor("hub@demo.example")
	waiting, err := f.service.AwaitingVerification(t.Context(), f.actor("verifier@demo.example"))
	var names []string
	for _, w := range waiting {
		names = append(names, w.ApprenticeName)
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"Harriet Lowe", "Sinéad Gallagher", "Yetunde Afolabi"}, names); err != nil || diff != "" {
		t.Errorf("for the verifier wait, %v (-want +got):\n%s", err, diff)
	}
	certificates := 0
	for _, row := range f.apprenticeships("hub@demo.example") {
		c, err := f.service.Certificate(t.Context(), lead, row.ID)
		if err == nil && c.VerifiedBy != "" && c.Award != nil {
			certificates++
		}
		if row.ApprenticeName == "Babak Rahimi" && row.State != countersign.ReferredBack {
			t.Errorf("%s is %s", row.ApprenticeName, row.State)
		}
	}
	if certificates != 4 {
		t.Errorf("%d verified certificates with an award, want 4", certificates)
	}
	thirdPayments(f)
	continuing(f)
	everyProgramme(f)
	sums, err := f.service.PaymentSums(t.Context(), lead, service.PaymentFilter{})
	for _, s := range countersign.PaymentStates() {
		if err != nil || sums.Counts[s] == 0 {
			t.Errorf("no payment is %s (%v)", s, err)
		}
	}
}

// named returns somebody's apprenticeship in the hub of the sign-in page.
func (f filled) named(name string) store.ApprenticeshipRow {
	f.t.Helper()
	for _, row := range f.apprenticeships("hub@demo.example") {
		if row.ApprenticeName == name {
			return row
		}
	}
	f.t.Fatalf("nobody is called %s", name)
	return store.ApprenticeshipRow{}
}

// thirdPayments checks that the payment for the portfolio is due to one
// practice and claimed by another.
func thirdPayments(f filled) {
	for name, want := range map[string]countersign.PaymentState{"Sinéad Gallagher": countersign.PaymentDue, "Marcus Oyelaran": countersign.PaymentClaimed} {
		p := must(f.service.Payments(f.t.Context(), f.actor("hub@demo.example"), f.named(name).ID))
		if last := p.Payments[len(p.Payments)-1]; last.Amount != 275 || last.State != want {
			f.t.Errorf("%s: the last payment, £%d, is %s, want £275 %s", name, last.Amount, last.State, want)
		}
	}
}

// continuing checks the cycles of continuing development: some with entries,
// one near its end and short of points.
func continuing(f filled) {
	today := countersign.LondonDate(f.now)
	for name, near := range map[string]bool{"Marcus Oyelaran": false, "Marisol Vega": false, "Daniel Cho": true} {
		row := f.named(name)
		cpd := must(f.service.CPD(f.t.Context(), f.actor(row.ApprenticeEmail), row.ID))
		if len(cpd.Cycles) != 1 || len(cpd.Cycles[0].Entries) == 0 {
			f.t.Errorf("%s has the cycles %+v", name, cpd.Cycles)
			continue
		}
		if s := cpd.Cycles[0].Standing(today); near && (s.State != countersign.CPDOpen || s.DaysLeft == 0 || s.DaysLeft > 31) || !near && s.DaysLeft < 200 {
			f.t.Errorf("%s has %d days left, the cycle is %s", name, s.DaysLeft, s.State)
		}
	}
}

// everyProgramme checks that each framework has people at different stages.
func everyProgramme(f filled) {
	stages := map[string]map[int]bool{}
	for _, row := range f.apprenticeships("hub@demo.example") {
		if stages[row.FrameworkID] == nil {
			stages[row.FrameworkID] = map[int]bool{}
		}
		stages[row.FrameworkID][row.Percent()/10] = true
	}
	for _, id := range []string{"gpa-combined", medicalAssistant, medicalSecretary, usMedicalAssistant} {
		if len(stages[id]) < 3 {
			f.t.Errorf("the apprentices on %s are in %d tenths of the way, want 3 at least", id, len(stages[id]))
		}
	}
}
