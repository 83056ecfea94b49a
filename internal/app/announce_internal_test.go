package app

import (
	"strings"
	"testing"
)

func TestAServerSaysThePublicAddressThatItWasGiven(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		url, want string
	}{
		{"", "Countersign is ready at http://127.0.0.1:50123\n"}, // a port was chosen
		{"https://learn.example.org", "Countersign is ready at https://learn.example.org, and listens on 127.0.0.1:50123\n"},
	} {
		c, err := Config{Addr: "127.0.0.1:0", URL: tc.url}.complete()
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		announce(&out, "127.0.0.1:50123", c, nil)
		if out.String() != tc.want {
			t.Errorf("%q: said %q", tc.url, out.String())
		}
	}
}
