package pdf_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/pdf"
)

func TestAProgressReviewIsTheSameFileEachTime(t *testing.T) {
	t.Parallel()
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
	write := func() []byte {
		var b bytes.Buffer
		if err := pdf.ProgressReview(t.Context(), &b, countersign.Apprenticeship{ApprenticeName: "Asha Patel", PracticeName: "Oakwood"}, f, r, strings.Repeat("a", 64)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first := write()
	if !bytes.HasPrefix(first, []byte("%PDF-")) || !bytes.Equal(first, write()) {
		t.Errorf("%d bytes that differ or are no PDF", len(first))
	}
	if err := pdf.ProgressReview(t.Context(), &bytes.Buffer{}, countersign.Apprenticeship{}, countersign.Framework{}, countersign.ProgressReview{}, ""); err != nil {
		t.Errorf("an empty review: %v", err)
	}
}
