package web_test

import (
	"bytes"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// aRecord makes a record with every sort of entry: signed by two people, not
// yet competent, taken back, evidence with files, withdrawn and returned.
func (s *site) aRecord(t *testing.T) {
	t.Helper()
	s.as(t, s.Apprentice).observation().with("title", "Blutdruck-Übung").
		sendFiles(http.StatusOK, []file{{"file", "Clinic.jpg", photo(t, 1)}, {"file", "notes.txt", []byte("Four readings.")}}, "intent", "submit")
	gone := s.accepted(t, s.Mentor, "A near miss", raising)
	s.accepted(t, s.Mentor, "Asking for help", raising)
	s.as(t, s.Mentor).decide(raising).with("decision", "competent").with("level", "5").with("comment", "Teaches others").send(http.StatusOK)
	s.as(t, s.GP).decide(raising).with("decision", "countersign").with("comment", "I agree with Nia").send(http.StatusOK)
	href := s.as(t, s.GP).decide("GPA-CL2").with("decision", "not_yet_competent").with("comment", "Observe two more clinics").send(http.StatusOK).link("Withdraw the last decision")
	s.clock.Advance(time.Minute)
	s.as(t, s.GP).get(href, http.StatusOK).form("/withdrawal").with("reason", "Wrong competency").send(http.StatusOK)
	back := s.account(t, "Too short", "GPA-CA1")
	s.as(t, s.GP).open(back).with("decision", "return").with("comment", "Say what you did").send(http.StatusOK)
	s.clock.Advance(time.Minute)
	if _, err := s.svc.WithdrawEvidence(t.Context(), s.Actor(t, s.Apprentice), gone.ID, 0, service.WithdrawInput{Reason: "It named a colleague"}); err != nil {
		t.Fatal(err)
	}
}

// The PDF is nobody's only way to the record: the page says the same in the
// same order.
func TestThePortfolioPageHoldsWhatThePDFHolds(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		s.aRecord(t)
		asha := s.as(t, s.Apprentice)
		page := asha.get(s.path("/portfolio"), http.StatusOK)
		doc := asha.get(s.path("/portfolio.pdf"), http.StatusOK)
		if got, want := doc.header.Get("Content-Disposition"), `attachment; filename="Portfolio Asha Patel.pdf"; filename*=UTF-8''Portfolio%20Asha%20Patel.pdf`; got != want {
			t.Errorf("Content-Disposition = %s, want %s", got, want)
		}
		if got := doc.header.Get("Content-Type"); got != "application/pdf" || !bytes.HasPrefix(doc.body, []byte("%PDF-")) {
			t.Errorf("Content-Type = %s", got)
		}
		lines := pdfLines(t, doc.body)
		var headings []string
		for n := range page.root.Descendants() {
			if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data != "h1" && attribute(n, "id") != "" && attribute(n, "id") != "contents" {
				headings = append(headings, textOf(n))
			}
		}
		if len(headings) < 60 {
			t.Errorf("the page has %d headings", len(headings))
		}
		at := 0
		for _, h := range headings {
			found := at
			for found < len(lines) && lines[found] != h {
				found++
			}
			if found == len(lines) {
				t.Errorf("the PDF has no heading %q after %q", h, lines[max(at-1, 0)])
				continue
			}
			at = found + 1
		}
		same := []string{
			"Asha Patel", "Oakwood Surgery (A81001)", "Leeds Training Hub (TH01)", "2 February 2026", "Dr Megan Bell", "Nia Ward", "Secondary mentor",
			"Blutdruck-Übung", "Asking for help", "Too short", narrated, "I will do it sooner", "Took four readings.", "It shows my technique",
			"Say what you did", "Teaches others", "I agree with Nia", "Observe two more clinics", "Wrong competency", "It named a colleague",
			"Clinic.jpg", "notes.txt", "Treatment room", "Countersignature", "Decision withdrawn", "Not yet competent", "On the same evidence as the decision above.",
			"I countersign the decision that Asha Patel is competent in GPA-CA2 Supervision and raising concerns at Able to teach and assess.",
			"Community draft, not the official", "Health Education England, Roles Explorer", s.Framework.SHA256,
		}
		p, err := s.svc.Portfolio(t.Context(), s.Actor(t, s.Apprentice), s.App.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, so := range p.Register() {
			same = append(same, so.Leaf, so.Statement)
		}
		for _, piece := range p.Pieces {
			for _, a := range piece.Attachments {
				same = append(same, a.SHA256)
			}
		}
		if len(p.Register()) != 4 || len(p.Pieces) != 4 {
			t.Errorf("the record has %d decisions and %d pieces", len(p.Register()), len(p.Pieces))
		}
		inPDF, onPage := squeeze(strings.Join(lines, "")), squeeze(page.text())
		for _, text := range same {
			if !strings.Contains(inPDF, squeeze(text)) {
				t.Errorf("the PDF lacks %q", text)
			}
			if !strings.Contains(onPage, squeeze(text)) {
				t.Errorf("the page lacks %q", text)
			}
		}
		page.wants("This piece was withdrawn", "/rendition", "Download as PDF")
	})
}

func TestAnEmptyPortfolioIsOneToo(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		asha.get(s.path("/portfolio"), http.StatusOK).wants("There is no evidence yet.", "No competency has been decided yet.", "0 of 39 competencies")
		pdfLines(t, asha.get(s.path("/portfolio.pdf"), http.StatusOK).body)
		s.account(t, "Submitted", raising)
		if _, err := s.svc.DraftEvidence(t.Context(), s.Actor(t, s.Apprentice), s.App.ID, service.EvidenceInput{Kind: countersign.Certificate, Title: "Only a draft"}); err != nil {
			t.Fatal(err)
		}
		s.as(t, s.GP).get(s.path("/portfolio"), http.StatusOK).wants("1 Submitted").lacks("Only a draft")
		asha.get(s.path("/portfolio"), http.StatusOK).lacks("Only a draft")
	})
}

func TestAVerifierFindsThePortfoliosAssigned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		verifier := s.Person(t, "Ruth Adeyemi", "verifier@example.org", countersign.Verifier, s.Hub)
		c := s.as(t, verifier)
		c.get("/", http.StatusOK).wants("Portfolios to verify", "No portfolio is assigned to you today").lacks("Asha Patel")
		c.get(s.path("/portfolio"), http.StatusNotFound)
		if _, err := s.svc.AddNaming(t.Context(), s.Actor(t, s.HubLead), s.App.ID, service.NamingInput{Email: verifier.Email, Role: countersign.NamedVerifier}); err != nil {
			t.Fatal(err)
		}
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.account(t, "Waits", raising)
		home := c.get("/", http.StatusOK).wants("Asha Patel", "Oakwood Surgery")
		home.get(home.link("Portfolio of Asha Patel")).wants("A near miss", narrated)
		page := c.get(s.competency(raising), http.StatusOK).wants("A near miss", narrated)
		if page.hasForm("/sign-offs") {
			t.Error("a verifier can decide")
		}
		c.post(s.competency(raising)+"/sign-offs", map[string][]string{"decision": {"not_yet_competent"}, "comment": {"x"}}, http.StatusForbidden)
		c.get("/queue", http.StatusOK).wants("Nothing waits for you.")
	})
}

// pdfLines returns the text of a PDF by line, in the order in which it was
// drawn.
func pdfLines(t *testing.T, doc []byte) []string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("this test needs pdftotext; install it with: apt-get install poppler-utils")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(doc)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	lines := strings.Split(string(out), "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	return lines
}

// squeeze takes white space and quotation marks out, since both break and
// differ.
func squeeze(s string) string {
	return strings.NewReplacer("“", "", "”", "", "’", "'").Replace(strings.Join(strings.Fields(s), ""))
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
