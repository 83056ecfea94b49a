package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"countersign/internal/api"
	"countersign/internal/problem"
)

// FuzzIfMatch looks for a header that is answered otherwise than by a refusal,
// or that allows what it doesn't name.
func FuzzIfMatch(f *testing.F) {
	for _, s := range []string{"", "*", `"3"`, `W/"3"`, `"1", "3-ab"`, `"`, ",", "\x00", `"99999999999999999999"`, `"-3"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		req := httptest.NewRequest(http.MethodPatch, "/", nil)
		req.Header.Set("If-Match", value)
		tried, err := api.TryIfMatch(req)
		if p := problem.Of(err); p.Status != 0 && p.Status != http.StatusPreconditionFailed && p.Status != http.StatusConflict && p.Status != http.StatusPreconditionRequired {
			t.Errorf("%q: %+v", value, p)
		}
		for _, version := range tried {
			if version < 0 {
				t.Errorf("%q names version %d", value, version)
			}
		}
	})
}
