package web_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

// hangUp sends a request, reads so many bytes of the answer, and closes the
// connection.
func (c *client) hangUp(method, path, body string, read int64) {
	c.t.Helper()
	at, err := url.Parse(c.site.url)
	if err != nil {
		c.t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(c.t.Context(), "tcp", at.Host)
	if err != nil {
		c.t.Fatal(err)
	}
	var cookies []string
	for _, k := range c.http.Jar.Cookies(at) {
		cookies = append(cookies, k.Name+"="+k.Value)
	}
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		method, path, at.Host, strings.Join(cookies, "; "), len(body), body)
	if err == nil {
		_, err = io.CopyN(io.Discard, conn, read)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		c.t.Fatal(err)
	}
}

// The site fails the test for whatever the server logs as an error.
func TestAnExportThatIsBrokenOffLeavesNothingBehind(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	onSQLite(t, func(t *testing.T, s *site) {
		s.EnrolMany(t, 300, s.NextPractice)
		s.onPlacements(t)
		hub := s.as(t, s.HubLead)
		for _, read := range []int64{0, 200} { // before anything has come, and half-way
			for _, file := range []string{"/apprenticeships.xlsx", "/apprenticeships.csv", "/reports/TH01/report.xlsx", "/reports/TH01/report.pdf"} {
				hub.hangUp(http.MethodGet, file, "", read)
			}
		}
		hub.hangUp(http.MethodPost, "/reports/TH01/ilr.xml", "ukprn=10001234", 200)
		s.stop()
		left, err := os.ReadDir(temp)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range left {
			if strings.HasPrefix(f.Name(), "countersign-") {
				t.Errorf("%s is left behind", f.Name())
			}
		}
		var handed int
		if err := s.store.Pools()[0].QueryRowContext(t.Context(), "SELECT count(*) FROM audit_events WHERE action = 'ilr.hand-over'").Scan(&handed); err != nil || handed != 1 {
			t.Errorf("%d hand-overs are in the audit, want the one that was begun: %v", handed, err)
		}
	})
}
