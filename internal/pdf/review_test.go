package pdf_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/pdf"
)

// reviewPDF makes a review with something in each part.
func reviewPDF(t *testing.T) document {
	t.Helper()
	at := time.Date(2026, 2, 20, 10, 0, 0, 0, time.UTC)
	r := countersign.ProgressReview{
		Number: 2, State: countersign.ReviewSigning, Since: countersign.On(2025, 11, 20), HeldOn: countersign.On(2026, 2, 20), PreparedAt: at, PreparedByName: "Dr Megan Bell",
		Facts:      countersign.ReviewFacts{Submitted: 3, Hours: &countersign.ReviewHours{Minimum: 600, Expected: 90, Verified: 60}},
		Ratings:    []countersign.DomainRating{{Domain: "A", Apprentice: countersign.NoExperience, Supervisor: "1"}},
		Notes:      map[countersign.ReviewParty]string{countersign.ApprenticeParty: strings.Repeat("Zoë Ńowak 日本語 ", 900)},
		Actions:    []countersign.ReviewAction{{Text: "Read", Owner: countersign.ApprenticeParty, DueOn: countersign.On(2026, 3, 1), From: 1}},
		Signatures: []countersign.ReviewSignature{{Party: countersign.EmployerParty, PersonName: "Dr Megan Bell", Role: countersign.GPSupervisor, At: at}},
	}
	f := countersign.Framework{Title: "GPA", Version: "1", Standing: countersign.CommunityDraft, Notice: "Community draft.", Scale: countersign.Scale{Levels: []countersign.Level{{Code: "1", Title: "Novice"}}}}
	var b bytes.Buffer
	if err := pdf.ProgressReview(t.Context(), &b, countersign.Apprenticeship{ApprenticeName: "Asha Patel", PracticeName: "Oakwood"}, f, r, strings.Repeat("a", 64)); err != nil {
		t.Fatal(err)
	}
	return keep(t, b.Bytes())
}

func TestAProgressReviewIsTheSameFileEachTime(t *testing.T) {
	t.Parallel()
	first := reviewPDF(t)
	if !bytes.HasPrefix(first.data, []byte("%PDF-")) || !bytes.Equal(first.data, reviewPDF(t).data) {
		t.Errorf("%d bytes that differ or are no PDF", len(first.data))
	}
	if err := pdf.ProgressReview(t.Context(), &bytes.Buffer{}, countersign.Apprenticeship{}, countersign.Framework{}, countersign.ProgressReview{}, ""); err != nil {
		t.Errorf("an empty review: %v", err)
	}
}
