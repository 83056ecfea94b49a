package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/service"
)

// Anybody drops a portfolio, or types the code on it. The code tells nothing of
// the person; the document is told what it shows itself.
func TestAnybodyChecksAPortfolio(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		if err := s.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.accepted(t, s.Mentor, "Asking for help", raising)
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.as(t, s.Mentor).decide(raising).with("decision", "competent").with("level", "5").with("comment", "Teaches others").send(http.StatusOK)
		if _, err := s.svc.Seal(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		doc := s.as(t, s.Apprentice).get(s.path("/portfolio.pdf"), http.StatusOK).body
		nobody := s.anonymous(t)
		nobody.get("/verify", http.StatusOK).wants("Check a portfolio", "By the code", "By the document")
		send := func(content []byte, status int) *page {
			return nobody.upload("/verify", nil, []file{{"document", "portfolio.pdf", content}}, status)
		}
		send(doc, http.StatusOK).wants("This document is as it was issued here", raising, s.Mentor.Name, "Valid")
		changed := bytes.Replace(doc, []byte(`"comment":"Teaches others"`), []byte(`"comment":"Teaches otters"`), 1)
		send(changed, http.StatusOK).wants("This document is not as it was issued", "Changed", "Do not rely on it")
		send([]byte("%PDF-1.4 nothing"), http.StatusUnprocessableEntity).wants("not a portfolio as PDF, a transfer package or a badge")
		send(nil, http.StatusUnprocessableEntity).wants("Select a portfolio or a badge")

		code := codeOf(t, s)
		found := nobody.get("/verify?code="+strings.ToLower(code), http.StatusOK)
		found.wants("A portfolio with this code was issued here", "Its one decision still stands")
		for _, secret := range []string{s.Apprentice.Name, s.Mentor.Name, raising, string(s.App.ID)} {
			if strings.Contains(string(found.body), secret) {
				t.Errorf("the code tells %q", secret)
			}
		}
		nobody.get("/verify?code=ABCD-EFGH-2345-JKLM", http.StatusUnprocessableEntity).wants("No portfolio with this code was issued here")

		href := s.as(t, s.Mentor).get(s.competency(raising), http.StatusOK).link("Withdraw the last decision")
		s.clock.Advance(time.Minute)
		s.as(t, s.Mentor).get(href, http.StatusOK).form("/withdrawal").with("reason", "Wrong competency").send(http.StatusOK)
		send(doc, http.StatusOK).wants("Withdrawn since", "It was withdrawn after the document was made")
		nobody.get("/verify?code="+code, http.StatusOK).wants("None of its decisions still stands")
	})
}

func codeOf(t *testing.T, s *site) string {
	t.Helper()
	p, err := s.svc.Portfolio(t.Context(), s.Actor(t, s.Apprentice), s.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	return service.ProofCode(p)
}

// Reading documents takes time and memory, so that nobody may have many read.
func TestManyPortfoliosFromOneAddressAreRefused(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		nobody := s.anonymous(t)
		for n := range 61 {
			status := http.StatusUnprocessableEntity
			if n == 60 {
				status = http.StatusTooManyRequests
			}
			nobody.upload("/verify", nil, []file{{"document", "x.pdf", []byte("x")}}, status)
		}
	})
}
