package session_test

import (
	"crypto/rand"
	"net/url"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/session"
)

// FuzzOpen looks for a text that opens though it was never sealed.
func FuzzOpen(f *testing.F) {
	key := make([]byte, 32) // of this process alone: a fuzzing one gets what another one sealed
	if _, err := rand.Read(key); err != nil {
		f.Fatal(err)
	}
	s, err := session.NewSealer(key, func() time.Time { return monday })
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := s.Seal(asha, session.Rescue{Method: "POST", Path: "/a", Form: url.Values{"b": {"c"}}})
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{sealed, sealed[1:], sealed + "A", "", "====", "A"} {
		f.Add(string(asha), text)
	}
	f.Fuzz(func(t *testing.T, person, text string) {
		if r, err := s.Open(countersign.PersonID(person), text); err == nil && (person != string(asha) || text != sealed) {
			t.Errorf("%q opened for %q: %+v", text, person, r)
		}
	})
}
