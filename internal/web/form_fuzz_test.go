package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/web"
)

// FuzzForm looks for a body that is answered otherwise than by a refusal, and
// for a date that doesn't exist.
func FuzzForm(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", "a=1&a.day=2&a.month=feb&a.year=2026")
	f.Add("application/x-www-form-urlencoded", "a=%zz&a.day=-1&a.month=13&a.year=+026;")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../a\"\r\n\r\nb\r\n--x--\r\n")
	f.Add("multipart/form-data", "--\r\n")
	f.Add("multipart/form-data; boundary=\"\"", "\r\n--\r\n\r\n")
	f.Add("text/plain", "a=1")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		date, _, text, err := web.ReadForm(req, "a")
		if p := problem.Of(err); p.Status != 0 && p.Status != http.StatusBadRequest && p.Status != http.StatusRequestEntityTooLarge && p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %+v", body, p)
		}
		if err == nil && !date.IsZero() {
			if again, err := countersign.ParseDate(date.String()); err != nil || again != date {
				t.Errorf("%q holds the date %v", body, date)
			}
		}
		if strings.TrimSpace(text) != text {
			t.Errorf("%q holds the text %q", body, text)
		}
	})
}

// FuzzLocalPath looks for a "next" that leads a browser to another server.
func FuzzLocalPath(f *testing.F) {
	for _, next := range []string{"/", "/queue?a=b", "//evil.example", `/\evil.example`, "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "/%2f/evil.example", "/./\\evil", "///evil", "/@evil", "?a", ""} {
		f.Add(next)
	}
	base := &url.URL{Scheme: "https", Host: "learn.example.org"}
	f.Fuzz(func(t *testing.T, next string) {
		got := web.LocalPath(next)
		// A browser leaves out tabs and line ends, and takes a backslash for a slash.
		as := strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/").Replace(got)
		u, err := base.Parse(as)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || strings.HasPrefix(as, "//") {
			t.Errorf("%q leads to %q: %v", next, got, u)
		}
	})
}
