package pack_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
	"countersign/internal/verify"
)

// pdf returns the portfolio as PDF.
func (h *house) pdf(t *testing.T) []byte {
	t.Helper()
	p, err := h.svc.Portfolio(t.Context(), h.as(t, h.GP), h.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := h.packer.Portfolio(t.Context(), &b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (h *house) keys(t *testing.T) (keys []ledger.PublicKey) {
	t.Helper()
	all, err := h.svc.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		public, err := ledger.ParsePublicKey(k.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, public)
	}
	return keys
}

func check(data []byte, keys ...ledger.PublicKey) (ledger.Report, error) {
	return verify.File(bytes.NewReader(data), int64(len(data)), keys)
}

// Who has the file and the public key needs nobody else.
func TestAPortfolioProvesItselfWithoutTheInstallation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		keys := h.keys(t)
		other, err := ledger.NewSigner(bytes.NewReader(make([]byte, 64)), "other.example.org")
		if err != nil {
			t.Fatal(err)
		}
		for what, data := range map[string][]byte{"pdf": h.pdf(t), "package": h.exported(t, h.as(t, h.GP), h.App.ID)} {
			r, err := check(data, keys...)
			if err != nil || !r.Valid() || !r.Known || len(r.Decisions) != 1 || !r.Decisions[0].Sealed || r.Decisions[0].Status != ledger.Valid || r.Decisions[0].Shown.Comment != "Well done" {
				t.Errorf("%s: %+v, %v", what, r, err)
			}
			if r, err := check(data); err != nil || !r.Valid() || r.Known {
				t.Errorf("%s without a key: %+v, %v", what, r, err)
			}
			if r, err := check(data, other.PublicKey()); err != nil || r.Valid() || r.Decisions[0].Status != ledger.UnknownKey {
				t.Errorf("%s with another's key: %+v, %v", what, r, err)
			}
			for i := range len(data) / 20 { // cut short
				if r, err := check(data[:len(data)-1-i*20], keys...); err == nil && r.Valid() {
					t.Fatalf("%s without its last %d bytes is valid", what, 1+i*20)
				}
				if i > 100 {
					break
				}
			}
		}
	})
}

// Whatever byte is changed, and wherever, the document isn't valid any more; in
// a PDF the page is named.
func TestAChangedByteAnywhereIsFound(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock()
	h := newHouse(t, storetest.Open(t, storetest.SQLite(t), clock), clock, "https://learn.example.org")
	h.lived(t)
	keys := h.keys(t)
	for what, data := range map[string][]byte{"pdf": h.pdf(t), "package": h.exported(t, h.as(t, h.GP), h.App.ID)} {
		manifest := bytes.Index(data, []byte(`{"manifest":`))
		named := 0
		try := func(i int) {
			changed := bytes.Clone(data)
			changed[i] ^= 1
			r, err := check(changed, keys...)
			if err == nil && r.Valid() {
				t.Errorf("%s: byte %d of %d changed, and it is valid", what, i, len(data))
			}
			var said *verify.Error
			if err != nil && (!errors.As(err, &said) || !said.Changed && i > 4) {
				t.Errorf("%s: byte %d changed: %v", what, i, err)
			}
			for _, w := range r.Wrong {
				if strings.HasPrefix(w, "Page ") {
					named++
				}
			}
		}
		const places = 150
		for n := range places {
			try(n * (len(data) - 1) / (places - 1))
		}
		for i := manifest; i < len(data); i += max(1, (len(data)-manifest)/places) {
			try(i)
		}
		if what == "pdf" && named == 0 {
			t.Error("no page was named")
		}
	}
}

// Nobody can take the text or the decision of another into the manifest.
func TestADocumentMadeAgainByAnotherIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		data := h.pdf(t)
		forged := bytes.Replace(data, []byte(`"comment":"Well done"`), []byte(`"comment":"Well gone"`), 1)
		r, err := check(forged, h.keys(t)...)
		if err != nil || r.Valid() || r.Decisions[0].Status != ledger.Changed || !strings.Contains(r.Decisions[0].Why, "the comment") {
			t.Errorf("another comment: %+v, %v", r, err)
		}
	})
}

// What a retired key signed stays valid, and the code tells what still stands.
func TestAfterAWithdrawalAndAnotherKeyTheDocumentIsWhatItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		data := h.pdf(t)
		before, err := check(data, h.keys(t)...)
		h.must(t, err)
		stands, err := h.svc.StandingOfCode(t.Context(), strings.ToLower(before.Code))
		if err != nil || stands.Decided != 1 || stands.Standing != 1 || stands.Last.IsZero() {
			t.Errorf("StandingOfCode() = %+v, %v", stands, err)
		}
		_, err = h.svc.RotateKey(t.Context(), h.svc.Operator())
		h.must(t, err)
		_, _, err = h.svc.WithdrawSignOff(t.Context(), h.as(t, h.GP), countersign.SignOffID(before.Decisions[0].SignOff), service.ReasonInput{Reason: "By mistake"})
		h.must(t, err)
		_, err = h.svc.Seal(t.Context(), false)
		h.must(t, err)
		if r, err := check(data, h.keys(t)...); err != nil || !r.Valid() || !r.Known {
			t.Errorf("the old document: %+v, %v", r, err)
		}
		standings, err := h.svc.Standings(t.Context(), []string{before.Decisions[0].Leaf, strings.Repeat("0", 64)})
		if err != nil || len(standings) != 1 || !standings[before.Decisions[0].Leaf].Withdrawn {
			t.Errorf("Standings() = %+v, %v", standings, err)
		}
		if stands, err = h.svc.StandingOfCode(t.Context(), before.Code); err != nil || stands.Decided != 1 || stands.Standing != 0 {
			t.Errorf("StandingOfCode() = %+v, %v", stands, err)
		}
		now, err := check(h.pdf(t), h.keys(t)...)
		if err != nil || !now.Valid() || len(now.Decisions) != 2 || now.Decisions[0].Status != ledger.Withdrawn || now.Code == before.Code {
			t.Errorf("the new document: %+v, %v", now, err)
		}
		for _, code := range []string{"", "AAAA-AAAA-AAAA-AAAA", "x", before.Code[:14]} {
			if _, err := h.svc.StandingOfCode(t.Context(), code); countersign.KindOf(err) != countersign.Invalid {
				t.Errorf("the code %q: %v", code, err)
			}
		}
	})
}

// A server without the key makes the document all the same, unsigned.
func TestWithoutTheKeyAPortfolioIsMadeUnsigned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		for _, k := range h.keys(t) {
			h.must(t, h.ring.Forget(k))
		}
		var said *verify.Error
		for what, data := range map[string][]byte{"pdf": h.pdf(t), "package": h.exported(t, h.as(t, h.GP), h.App.ID)} {
			if _, err := check(data); !errors.As(err, &said) || said.Changed {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}
