package badge

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/ledger"
)

func sampleCredential(t *testing.T) []byte {
	t.Helper()
	data, err := Credential(sample(), newSigner(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestABadgeIsCheckedWithTheKey(t *testing.T) {
	t.Parallel()
	data, ours, other := sampleCredential(t), newSigner(t, 1).PublicKey(), newSigner(t, 2).PublicKey()
	for what, c := range map[string]struct {
		known  []ledger.PublicKey
		at     time.Time
		status ledger.Status
	}{
		"with the key":       {[]ledger.PublicKey{other, ours}, at, ledger.Valid},
		"without a key":      {nil, at, ledger.Valid},
		"with another key":   {[]ledger.PublicKey{other}, at, ledger.UnknownKey},
		"on the last day":    {nil, time.Date(2027, 11, 22, 23, 59, 0, 0, time.UTC), ledger.Valid},
		"on the day after":   {nil, time.Date(2027, 11, 23, 0, 0, 0, 0, time.UTC), Ended},
		"before it was made": {nil, at.Add(-time.Second), Ended},
	} {
		got, err := Check(data, c.known, c.at)
		if err != nil || got.Status != c.status || got.Known != slices.ContainsFunc(c.known, func(k ledger.PublicKey) bool { return k.Key.Equal(ours.Key) }) ||
			got.Name != "Care of <patients> & others" || got.Place != 77_777 || got.Site != site || got.Issuer != "training.example.org" {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
}

// Whatever letter is changed, the badge isn't valid.
func TestNoLetterOfABadgeCanBeChanged(t *testing.T) {
	t.Parallel()
	data := sampleCredential(t)
	for i := 0; i < len(data); i += 7 { // what lies between falls under the same checks
		changed := bytes.Clone(data)
		changed[i] ^= 1
		var a, b any
		if json.Unmarshal(changed, &a) == nil && json.Unmarshal(data, &b) == nil {
			same, _ := json.Marshal(a)
			is, _ := json.Marshal(b)
			if bytes.Equal(same, is) { // a space for another
				continue
			}
		}
		if got, err := Check(changed, nil, at); err == nil && got.Status == ledger.Valid {
			t.Fatalf("byte %d: %q is valid", i, changed[max(0, i-20):i+20])
		}
	}
}

// What 1EdTech's validator has as wrong, said of ours.
func TestWhatIsNoBadgeOfOursIsNeverValid(t *testing.T) {
	t.Parallel()
	object := func(b map[string]any, path ...string) map[string]any {
		for _, p := range path {
			switch v := b[p].(type) {
			case []any:
				b = v[0].(map[string]any)
			default:
				b = v.(map[string]any)
			}
		}
		return b
	}
	for what, change := range map[string]func(b map[string]any){
		"no context":                  func(b map[string]any) { delete(b, "@context") },
		"another context":             func(b map[string]any) { b["@context"] = []any{vcContext, "https://example.org/other"} },
		"contexts in another order":   func(b map[string]any) { b["@context"] = []any{obContext, vcContext} },
		"no proof":                    func(b map[string]any) { delete(b, "proof") },
		"two proofs":                  func(b map[string]any) { b["proof"] = append(b["proof"].([]any), b["proof"].([]any)[0]) },
		"a proof for another purpose": func(b map[string]any) { object(b, "proof")["proofPurpose"] = "authentication" },
		"a proof of another kind":     func(b map[string]any) { object(b, "proof")["cryptosuite"] = "eddsa-jcs-2022" },
		"another method":              func(b map[string]any) { object(b, "proof")["verificationMethod"] = "did:key:z6Mk#z6Mk" },
		"no value":                    func(b map[string]any) { object(b, "proof")["proofValue"] = "z" },
		"a value that isn't base58":   func(b map[string]any) { object(b, "proof")["proofValue"] = "z0OIl" },
		"another time of signing":     func(b map[string]any) { object(b, "proof")["created"] = "2026-11-22T12:00:01Z" },
		"another type":                func(b map[string]any) { b["type"] = []any{"VerifiableCredential"} },
		"another issuer":              func(b map[string]any) { object(b, "issuer")["id"] = Issuer(newSigner(t, 2).PublicKey()) },
		"an issuer without a key":     func(b map[string]any) { object(b, "issuer")["id"] = "https://example.org" },
		"no subject":                  func(b map[string]any) { delete(b, "credentialSubject") },
		"no status":                   func(b map[string]any) { delete(b, "credentialStatus") },
		"a status without a place":    func(b map[string]any) { object(b, "credentialStatus")["statusListIndex"] = "x" },
		"no beginning":                func(b map[string]any) { delete(b, "validFrom") },
		"a longer life":               func(b map[string]any) { b["validUntil"] = "2037-11-23T00:00:00Z" },
		"a life without end":          func(b map[string]any) { delete(b, "validUntil") },
		"an end that is none":         func(b map[string]any) { b["validUntil"] = "never" },
		"more than is signed":         func(b map[string]any) { b["honours"] = "first class" },
		"the same in capitals":        func(b map[string]any) { b["NAME"] = "Something else" },
		"more in the subject":         func(b map[string]any) { object(b, "credentialSubject")["name"] = "Somebody" },
		"more evidence":               func(b map[string]any) { b["evidence"] = append(b["evidence"].([]any), b["evidence"].([]any)[0]) },
		"nodes without a name":        func(b map[string]any) { object(b, "evidence")["id"] = "_:b0" },
		"a maze": func(b map[string]any) { // which would take for ever to bring into order
			var same []any
			for range 30 {
				same = append(same, map[string]any{"alignment": []any{map[string]any{}, map[string]any{}}})
			}
			object(b, "credentialSubject", "achievement")["alignment"] = same
		},
	} {
		b := issue(t)
		change(b)
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Check(data, nil, at); err == nil && got.Status == ledger.Valid {
			t.Errorf("%s: %+v", what, got)
		}
	}
	for _, text := range []string{"", "{}", "null", "[]", "x", string(sampleCredential(t)) + "{}"} {
		if got, err := Check([]byte(text), nil, at); err == nil {
			t.Errorf("%q: %+v", text[:min(20, len(text))], got)
		}
	}
}

func TestTheListSaysWhetherABadgeIsRevoked(t *testing.T) {
	t.Parallel()
	c, err := Check(sampleCredential(t), nil, at)
	if err != nil {
		t.Fatal(err)
	}
	made := func(number int, seed byte, revoked ...int) []byte {
		data, err := StatusList(site, number, revoked, newSigner(t, seed), at)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for want, list := range map[bool][]byte{true: made(1, 1, 5, 77_777), false: made(1, 1, 77_776, 77_778)} {
		if got, err := Revoked(list, c, nil); err != nil || got != want {
			t.Errorf("Revoked() = %v, %v; want %v", got, err, want)
		}
	}
	if revoked, err := Revoked(made(1, 2, 77_777), c, []ledger.PublicKey{newSigner(t, 2).PublicKey()}); err != nil || !revoked {
		t.Errorf("signed with the installation's next key: %v, %v", revoked, err)
	}
	for what, list := range map[string][]byte{
		"another list":   made(2, 1),
		"another signer": made(1, 2),
		"a changed list": bytes.Replace(made(1, 1), []byte("12:00:00"), []byte("12:00:01"), 1),
		"no list":        []byte("{}"),
		"something else": sampleCredential(t),
	} {
		if revoked, err := Revoked(list, c, nil); err == nil {
			t.Errorf("%s: %v", what, revoked)
		}
	}
	c.Place = Places
	if _, err := Revoked(made(1, 1), c, nil); err == nil {
		t.Error("a place beyond the list")
	}
}

func TestTheCredentialIsTakenOutOfAPicture(t *testing.T) {
	t.Parallel()
	data := sampleCredential(t)
	picture, err := PNG("Care", data)
	if err != nil {
		t.Fatal(err)
	}
	for what, file := range map[string][]byte{"JSON": data, "JSON after a mark": append([]byte("\ufeff\n"), data...), "SVG": SVG("Care", "GPA", data), "PNG": picture} {
		if !Looks(file[:16]) {
			t.Errorf("%s doesn't look like a badge", what)
		}
		got, err := Extract(file)
		if err == nil {
			_, err = Check(got, nil, at)
		}
		if err != nil || !bytes.Equal(bytes.TrimSpace(got), data) {
			t.Errorf("%s: %d of %d bytes, %v", what, len(got), len(data), err)
		}
	}
	plain := drawing("Care", "GPA", nil)
	for what, file := range map[string][]byte{
		"a drawing without": plain, "half a picture": picture[:60], "a picture without": append(bytes.Clone(picture[:33]), picture[33+12+len(data):]...),
		"text": []byte("hello"), "nothing": nil, "an open tag": []byte("<svg"), "chunks that lie": append(bytes.Clone(picture[:8]), 0xff, 0xff, 0xff, 0xff, 'i', 'T', 'X', 't', 0, 0, 0, 0),
	} {
		if got, err := Extract(file); err == nil {
			t.Errorf("%s: %q", what, got[:min(20, len(got))])
		}
	}
}

// FuzzCheck reads what anybody may send: it never panics, and finds nothing
// valid but the badge itself.
func FuzzCheck(f *testing.F) {
	signer, err := ledger.NewSigner(bytes.NewReader(bytes.Repeat([]byte{1}, 64)), "training.example.org")
	if err != nil {
		f.Fatal(err)
	}
	data, err := Credential(sample(), signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(SVG("Care", "GPA", data))
	f.Add([]byte(strings.Replace(string(data), "Alignment", "alignment", 1)))
	f.Fuzz(func(t *testing.T, file []byte) {
		credential, err := Extract(file)
		if err != nil {
			return
		}
		got, err := Check(credential, nil, at)
		if err == nil && got.Status == ledger.Valid && got.ID != "urn:uuid:0198a000-0000-7000-8000-000000000001" {
			t.Errorf("forged: %+v", got)
		}
	})
}
