package pdf_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/pdf"
)

// verified is a certificate with everything on it.
func verified() countersign.CompletionCertificate {
	f := sampleFramework()
	f.Standing, f.Notice = countersign.CommunityDraft, "Community draft: not the published framework, and not approved by any body."
	return countersign.CompletionCertificate{
		Apprenticeship: countersign.Apprenticeship{
			ID: "0198a000-0000-7000-8000-000000000001", ApprenticeName: "Zoë Ńowak", PracticeName: "Bryn Medical Centre", HubName: "Tees Valley Training Hub",
			StartOn: countersign.On(2026, 2, 1), EndedOn: countersign.On(2026, 11, 3), State: countersign.CompletedProgramme,
		},
		Framework: f, VerifiedBy: "Professor Ingrid Sørensen", VerifiedOn: countersign.On(2026, 11, 3),
		Award: &countersign.AwardGiven{
			Title: "General Practice Assistant certificate", Body: "University of Teesside", Level: "Level 4", Credits: 10, Number: "GPA/2026/0417", On: countersign.On(2026, 11, 20),
		},
		AsAt: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
	}
}

func certify(t *testing.T, c countersign.CompletionCertificate) document {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.Certificate(t.Context(), &b, c); err != nil {
		t.Fatalf("Certificate() error = %v", err)
	}
	return keep(t, b.Bytes())
}

func TestACertificateIsOnePageThatSaysWhoCompletedWhatAndWhoVerifiedIt(t *testing.T) {
	t.Parallel()
	d := certify(t, verified())
	d.check()
	pages := d.pages()
	if len(pages) != 1 || d.info("Page size") != "595.28 x 841.89 pts (A4)" {
		t.Fatalf("%d pages of %s", len(pages), d.info("Page size"))
	}
	for _, w := range []string{
		"Certificate of completion", "Zoë Ńowak", sampleFramework().Title, "Community draft, version " + sampleFramework().Version, "from 1 February 2026 to 3 November 2026",
		"Bryn Medical Centre, Tees Valley Training Hub", "verified on 3 November 2026 by Professor Ingrid Sørensen",
		"General Practice Assistant certificate", "University of Teesside", "Level 4 · 10 credits · 20 November 2026 · number GPA/2026/0417", "not approved by any body",
	} {
		if !strings.Contains(pages[0], w) {
			t.Errorf("the certificate lacks %q:\n%s", w, pages[0])
		}
	}
	if again := certify(t, verified()); !bytes.Equal(again.data, d.data) {
		t.Error("the same certificate gives other bytes")
	}
}

func TestACertificateWithoutAVerifierSaysSo(t *testing.T) {
	t.Parallel()
	c := verified()
	c.VerifiedBy, c.VerifiedOn, c.Award = "", countersign.Date{}, nil
	text := certify(t, c).pages()[0]
	if !strings.Contains(text, "Completed without external verification.") || strings.Contains(text, "External verifier") || strings.Contains(text, "Award") {
		t.Errorf("the certificate says:\n%s", text)
	}
}

func TestACertificateOfWhatWasCompletedElsewhereSaysWhere(t *testing.T) {
	t.Parallel()
	c := verified()
	c.Elsewhere = "https://learn.example.org"
	text := certify(t, c).pages()[0]
	if !strings.Contains(text, "at https://learn.example.org") || strings.Contains(text, "Bryn Medical Centre, Tees Valley Training Hub") ||
		!strings.Contains(text, "Bryn Medical Centre received the record from there and has not verified it.") {
		t.Errorf("the certificate says:\n%s", text)
	}
}

func TestACertificateStaysOnePageWhateverTheNames(t *testing.T) {
	t.Parallel()
	c := verified()
	c.Apprenticeship.ApprenticeName = strings.Repeat("Wolfeschlegelsteinhausen ", 9)
	c.Framework.Title, c.Framework.Notice = strings.Repeat("A very long title ", 20), strings.Repeat("A long notice. ", 120)
	c.Award.Title, c.Award.Body = strings.Repeat("Certificate of everything ", 8), strings.Repeat("University of somewhere ", 8)
	c.Apprenticeship.PracticeName = strings.Repeat("Surgery ", 25)
	d := certify(t, c)
	d.check()
	if n := len(d.pages()); n != 1 {
		t.Errorf("%d pages", n)
	}
}
