package ledger_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
)

// Whatever a review says is part of what is signed; signatures are not.
func TestTheHashOfAReviewCoversAllThatItSays(t *testing.T) {
	base := func() countersign.ProgressReview {
		return countersign.ProgressReview{
			ID: "r", Apprenticeship: "a", Number: 2, FrameworkID: "f", FrameworkVersion: "1", Since: countersign.On(2026, 2, 2), DueOn: countersign.On(2026, 5, 31),
			HeldOn: countersign.On(2026, 5, 20), PreparedAt: time.Date(2026, 5, 19, 8, 0, 0, 0, time.UTC),
			Facts:   countersign.ReviewFacts{SignedOff: []string{"A1"}, Hours: &countersign.ReviewHours{Minimum: 1}},
			Ratings: []countersign.DomainRating{{Domain: "A"}}, Notes: map[countersign.ReviewParty]string{countersign.ApprenticeParty: "Fine"},
			Actions: []countersign.ReviewAction{{Text: "Read"}},
		}
	}
	hash := func(r countersign.ProgressReview) string {
		h, err := ledger.ProgressReviewHash(r)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	want := hash(base())
	if len(want) != 64 {
		t.Fatalf("hash = %q", want)
	}
	for name, change := range map[string]func(*countersign.ProgressReview){
		"number":     func(r *countersign.ProgressReview) { r.Number++ },
		"due":        func(r *countersign.ProgressReview) { r.DueOn = countersign.Date{} },
		"held":       func(r *countersign.ProgressReview) { r.HeldOn = r.HeldOn.AddDays(1) },
		"facts":      func(r *countersign.ProgressReview) { r.Facts.Accepted++ },
		"signed off": func(r *countersign.ProgressReview) { r.Facts.SignedOff = nil },
		"progress":   func(r *countersign.ProgressReview) { r.Facts.Progress.Core++ },
		"hours":      func(r *countersign.ProgressReview) { r.Facts.Hours.Verified++ },
		"rating":     func(r *countersign.ProgressReview) { r.Ratings[0].Supervisor = "1" },
		"notes":      func(r *countersign.ProgressReview) { r.Notes[countersign.ProviderParty] = "x" },
		"action":     func(r *countersign.ProgressReview) { r.Actions[0].DoneOn = r.HeldOn },
	} {
		r := base()
		if change(&r); hash(r) == want {
			t.Errorf("the hash doesn't cover %s", name)
		}
	}
	signed := base()
	signed.Signatures, signed.Version, signed.State = []countersign.ReviewSignature{{Party: countersign.ApprenticeParty}}, 9, countersign.ReviewSigning
	if hash(signed) != want {
		t.Error("a signature changes what the others sign")
	}
	bad := base()
	bad.Notes[countersign.ApprenticeParty] = "\xff"
	if _, err := ledger.ProgressReviewHash(bad); err == nil {
		t.Error("text that isn't UTF-8 is signed")
	}
}
