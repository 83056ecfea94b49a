package session_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/session"
)

func TestSealer(t *testing.T) {
	t.Parallel()
	now := monday
	clock := func() time.Time { return now }
	s, err := session.NewSealer(bytes.Repeat([]byte{7}, 32), clock)
	if err != nil {
		t.Fatal(err)
	}
	typed := session.Rescue{
		Method: "POST", Path: "/apprenticeships/a1/evidence?kind=observation",
		Form: url.Values{"narrative": {"I took bloods under supervision – 3 goes"}, "competencies": {"PH1", "PH2"}, "current_password": {"hunter2"}},
	}
	text, err := s.Seal(asha, typed)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "bloods") {
		t.Error("typed text can be read")
	}

	want := typed
	want.Form = url.Values{"narrative": typed.Form["narrative"], "competencies": {"PH1", "PH2"}}
	got, err := s.Open(asha, text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("opened form (-want +got):\n%s", diff)
	}
	if len(typed.Form["current_password"]) != 1 {
		t.Error("the caller's form was changed")
	}

	t.Run("another person", func(t *testing.T) {
		if _, err := s.Open(bell, text); !errors.Is(err, session.ErrUnsealed) {
			t.Errorf("error %v, want ErrUnsealed", err)
		}
		if _, err := s.Open("", text); !errors.Is(err, session.ErrUnsealed) {
			t.Errorf("nobody: error %v, want ErrUnsealed", err)
		}
	})
	t.Run("another key", func(t *testing.T) {
		other, _ := session.NewSealer(bytes.Repeat([]byte{8}, 32), clock)
		if _, err := other.Open(asha, text); !errors.Is(err, session.ErrUnsealed) {
			t.Errorf("error %v, want ErrUnsealed", err)
		}
	})
	t.Run("altered anywhere", func(t *testing.T) {
		raw, _ := base64.RawURLEncoding.DecodeString(text)
		for i := range raw {
			bad := bytes.Clone(raw)
			bad[i] ^= 1
			if _, err := s.Open(asha, base64.RawURLEncoding.EncodeToString(bad)); !errors.Is(err, session.ErrUnsealed) {
				t.Fatalf("byte %d: error %v, want ErrUnsealed", i, err)
			}
		}
		for _, bad := range []string{"", "x", "!!", text[:len(text)-2], text + "AA", strings.Repeat("A", session.MaxSealed+1)} {
			if _, err := s.Open(asha, bad); !errors.Is(err, session.ErrUnsealed) {
				t.Errorf("%.10q: error %v, want ErrUnsealed", bad, err)
			}
		}
	})
	t.Run("too old", func(t *testing.T) {
		now = monday.Add(session.RescueFor - time.Second)
		if _, err := s.Open(asha, text); err != nil {
			t.Errorf("just in time: %v", err)
		}
		now = monday.Add(session.RescueFor)
		if _, err := s.Open(asha, text); !errors.Is(err, session.ErrExpired) {
			t.Errorf("error %v, want ErrExpired", err)
		}
	})
	t.Run("same form, other text", func(t *testing.T) {
		if again, _ := s.Seal(asha, typed); again == text {
			t.Error("a nonce was used twice")
		}
	})
}

func TestSealRefuses(t *testing.T) {
	t.Parallel()
	s, err := session.NewSealer(make([]byte, 32), func() time.Time { return monday })
	if err != nil {
		t.Fatal(err)
	}
	form := func(size int, char string) url.Values { return url.Values{"n": {strings.Repeat(char, size-1)}} }

	if _, err := s.Seal("", session.Rescue{Path: "/"}); !errors.Is(err, session.ErrNoOwner) {
		t.Errorf("nobody's form: error %v, want ErrNoOwner", err)
	}
	if _, err := s.Seal(asha, session.Rescue{Path: "/", Form: form(session.MaxRescueForm+1, "x")}); !errors.Is(err, session.ErrTooBig) {
		t.Errorf("one byte too many: error %v, want ErrTooBig", err)
	}
	if _, err := s.Seal(asha, session.Rescue{Path: "/", Form: form(session.MaxRescueForm, "\x01")}); !errors.Is(err, session.ErrTooBig) {
		t.Errorf("too big once encoded: error %v, want ErrTooBig", err)
	}
	for _, char := range []string{"x", "\n", `"`} { // text of the allowed size fits, with many lines too
		text, err := s.Seal(asha, session.Rescue{Path: "/", Form: form(session.MaxRescueForm, char)})
		if err != nil {
			t.Errorf("largest form of %q: %v", char, err)
		} else if _, err := s.Open(asha, text); err != nil {
			t.Errorf("largest form of %q: %v", char, err)
		}
	}
	for _, path := range []string{"", "evidence", "//evil.example/", "https://evil.example/", "/\\evil.example", "/a\nb"} {
		if _, err := s.Seal(asha, session.Rescue{Path: path}); err == nil {
			t.Errorf("path %q was sealed", path)
		}
	}
	if _, err := session.NewSealer(make([]byte, 16), nil); err == nil {
		t.Error("a short key was taken")
	}
}
