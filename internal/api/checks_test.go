package api_test

import (
	"bytes"
	"testing"
	"time"

	"countersign/internal/service"
)

// Anybody sends a portfolio, or the code on it, and is told of each decision how
// it stands; the code tells nothing of the person.
func TestAnybodyHasAPortfolioChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		so := h.as(t, h.GP).post(h.path("/sign-offs"), object{"competency": "GPA-CL1", "decision": "not_yet_competent", "comment": "Observe two more"}).want(201)
		if _, err := h.svc.Seal(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		doc := h.as(t, h.Apprentice).get(h.path("/portfolio.pdf")).want(200).Body
		nobody := h.nobody(t)
		found := nobody.upload("/checks", "portfolio.pdf", doc).want(200)
		if found.at("valid") != true || found.at("badge") != nil || found.at("portfolio", "known") != true || found.text("portfolio", "decisions", 0, "standing") != "valid" ||
			found.text("portfolio", "decisions", 0, "leaf") != so.text("ledger", "leaf") || found.text("portfolio", "decisions", 0, "assessor_name") != h.GP.Name {
			t.Errorf("as it is: %s", found.Body)
		}
		changed := nobody.upload("/checks", "portfolio.pdf", bytes.Replace(doc, []byte(`"comment":"Observe two`), []byte(`"comment":"Observe six`), 1)).want(200)
		if changed.at("valid") != false || changed.text("portfolio", "decisions", 0, "standing") != "changed" || changed.text("portfolio", "decisions", 0, "why") == "" {
			t.Errorf("changed: %s", changed.Body)
		}
		nobody.upload("/checks", "x.pdf", []byte("%PDF-1.4 nothing")).want(422).wantPointer("#/file")
		nobody.upload("/checks", "x.json", []byte("{}")).want(422).wantPointer("#/file")

		p, err := h.svc.Portfolio(t.Context(), h.Actor(t, h.Apprentice), h.App.ID)
		if err != nil {
			t.Fatal(err)
		}
		at := "/checks?code=" + service.ProofCode(p)
		if got := nobody.get(at).want(200); got.at("decisions") != 1.0 || got.at("standing") != 1.0 || bytes.Contains(got.Body, []byte(h.Apprentice.Name)) {
			t.Errorf("the code tells %s", got.Body)
		}
		nobody.sloppy = true
		nobody.get("/checks").want(422)
		nobody.get("/checks?code=ABCD-EFGH-2345-JKLM").want(422)
		h.clock.Advance(time.Minute)
		h.as(t, h.GP).post("/sign-offs/"+so.text("id")+"/withdrawal", object{"reason": "Wrong competency"}).want(201)
		if found := nobody.upload("/checks", "portfolio.pdf", doc).want(200); found.text("portfolio", "decisions", 0, "standing") != "withdrawn since" {
			t.Errorf("withdrawn: %s", found.Body)
		}
		if got := nobody.get(at).want(200); got.at("standing") != 0.0 {
			t.Errorf("the code tells %s", got.Body)
		}
	})
}

// Reading documents takes time and memory, so that nobody may have many read.
func TestManyChecksFromOneAddressAreRefused(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		nobody := h.nobody(t)
		for range 60 {
			nobody.upload("/checks", "x.pdf", []byte("x")).want(422)
		}
		nobody.upload("/checks", "x.pdf", []byte("x")).want(429)
	})
}
