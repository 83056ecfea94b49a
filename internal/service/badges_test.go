package service_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

var badgeSite = service.BadgeSite{URL: "https://record.example.org", Item: func(_, _, code string) string { return "https://record.example.org/items/" + code }}

func (h *house) issue(t *testing.T, by countersign.Person, domain string) (countersign.Badge, error) {
	t.Helper()
	return h.svc.IssueBadge(t.Context(), h.as(t, by), h.App.ID, domain, badgeSite)
}

// revoked reports what the public list says of a badge.
func (h *house) revoked(t *testing.T, b countersign.Badge) bool {
	t.Helper()
	signed, err := h.svc.BadgeStatus(t.Context(), b.List, badgeSite.URL)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ CredentialSubject struct{ EncodedList string } }
	if err := json.Unmarshal(signed, &list); err != nil {
		t.Fatal(err)
	}
	packed, err := base64.RawURLEncoding.DecodeString(list.CredentialSubject.EncodedList[1:])
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return bits[b.Place/8]&(0x80>>(b.Place%8)) != 0
}

func TestABadgeNeedsEveryCoreCompetencyOfItsDomainAndIsTheApprentices(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.short(t)
		wantKind(t, h.svc.Prepare(t.Context()), 0)
		_, err := h.issue(t, h.Apprentice, "ONE")
		wantKind(t, err, countersign.Conflict)
		so, _, err := h.sign(t, h.GP, "ONE-1", h.ready(t, "ONE-1", h.Mentor)...)
		wantKind(t, err, 0)
		_, err = h.issue(t, h.GP, "ONE")
		wantKind(t, err, countersign.Forbidden)
		_, err = h.issue(t, h.OtherGP, "ONE")
		wantKind(t, err, countersign.NotFound)
		_, err = h.issue(t, h.Apprentice, "")
		wantKind(t, err, countersign.Conflict) // the programme isn't completed
		b, err := h.issue(t, h.Apprentice, "ONE")
		wantKind(t, err, 0)
		again, err := h.issue(t, h.Apprentice, "ONE")
		wantKind(t, err, 0)
		if again.ID != b.ID {
			t.Error("a badge that holds was made again")
		}
		if h.revoked(t, b) {
			t.Error("a new badge is revoked")
		}

		// A withdrawn sign-off revokes what rests on it, and a new one gives a new badge.
		_, _, err = h.svc.WithdrawSignOff(t.Context(), h.as(t, h.GP), so.ID, service.ReasonInput{Reason: "Signed on the wrong line"})
		wantKind(t, err, 0)
		if !h.revoked(t, b) {
			t.Error("the badge holds though its sign-off was withdrawn")
		}
		_, err = h.issue(t, h.Apprentice, "ONE")
		wantKind(t, err, countersign.Conflict)
		h.clock.Advance(time.Hour)
		_, _, err = h.sign(t, h.GP, "ONE-1", so.Evidence[0].Evidence)
		wantKind(t, err, 0)
		second, err := h.issue(t, h.Apprentice, "ONE")
		wantKind(t, err, 0)
		if second.ID == b.ID || h.revoked(t, second) || !h.revoked(t, b) {
			t.Error("the new badge isn't one of its own")
		}
		l, err := h.svc.Badges(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, 0)
		if len(l.Badges) != 2 || len(l.Open) != 1 || l.Open[0].Domain != "" {
			t.Errorf("%d badges, open %+v", len(l.Badges), l.Open)
		}
	})
}

func TestTheBadgeOfTheProgrammeNeedsItsCompletion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.short(t)
		wantKind(t, h.svc.Prepare(t.Context()), 0)
		verifier := h.add(t, "verifier@example.org", countersign.Verifier, h.England)
		_, err := h.svc.AddNaming(t.Context(), h.as(t, h.HubLead), h.App.ID, service.NamingInput{Email: verifier.Email, Role: countersign.NamedVerifier})
		wantKind(t, err, 0)
		h.handIn(t)
		_, err = h.svc.VerifyPortfolio(t.Context(), h.as(t, verifier), h.App.ID, 0, service.VerifyInput{Outcome: countersign.PortfolioVerified})
		wantKind(t, err, 0)
		b, err := h.issue(t, h.Apprentice, "")
		wantKind(t, err, 0)
		if len(b.Competencies) == 0 || b.Domain != "" {
			t.Errorf("%+v", b)
		}
	})
}
