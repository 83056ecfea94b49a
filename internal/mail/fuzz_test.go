package mail

import (
	"bytes"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// FuzzMessage looks for a name, a subject or a text that adds a header or a
// receiver to a mail.
func FuzzMessage(f *testing.F) {
	f.Add("asha@example.org", "Asha Patel", "Returned", "Read it.\n")
	f.Add("asha@example.org", "Patel, Asha\r\nBcc: a@example.org", "a\nb", ".\r\n")
	f.Add("a@example.org, b@example.org", "\x00\"<>", "=?utf-8?q?=0A?=", "\r\n.\r\nMAIL FROM")
	f.Fuzz(func(t *testing.T, to, name, subject, text string) {
		m := Message{ID: "n-1", Date: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), To: to, ToName: name, Subject: subject, Text: text}
		msg, err := m.mime(netmail.Address{Name: senderName, Address: "countersign@example.org"}, gomail.EncodingQP)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := msg.WriteTo(&b); err != nil {
			return // refused later
		}
		got, err := netmail.ReadMessage(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("no message: %v\n%s", err, &b)
		}
		for _, name := range []string{"From", "To", "Subject", "Date", "Message-Id"} {
			if n := len(got.Header[name]); n != 1 {
				t.Errorf("%d headers %s\n%s", n, name, &b)
			}
		}
		for name := range got.Header {
			if !strings.Contains(" From To Subject Date Message-Id Auto-Submitted Mime-Version Content-Type Content-Transfer-Encoding ", " "+name+" ") {
				t.Errorf("a header %s\n%s", name, &b)
			}
		}
		if list, err := got.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != to {
			t.Errorf("to %v, %v; want %q", list, err, to)
		}
	})
}

// FuzzSetting looks for a setting that tells its password.
func FuzzSetting(f *testing.F) {
	for _, s := range []string{"", "files", "smtp://a:b@c:1?tls=off", "smtps://c?from=a@b", "smtp://a:b@c:0", "smtp://[::1]:25", "smtp://a:%zz@c", "http://c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, setting string) {
		if s, err := parseSMTP(setting); err == nil && (s.host == "" || s.port < 1 || s.from.Address == "") {
			t.Errorf("%q: %+v", setting, s)
		}
	})
}
