package mail

import (
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"countersign/internal/countersign"
)

var sample = Message{
	ID: "0199-abc.7", Date: time.Date(2026, 8, 6, 17, 30, 0, 0, time.FixedZone("BST", 3600)),
	To: "zoe@demo.example", ToName: "Zoë Ńowak", Subject: "Signed off: C4.2 Phlebotomy – “Works alone”, a subject long enough to be folded",
	Text: "Hello Zoë Ńowak,\n\n.a line that begins with a dot\nhttps://gpa.example/set-up/" + strings.Repeat("abc234", 20) + "?a=b\n",
}

// read parses what arrived as another mail program would.
func read(t *testing.T, data string) (header netmail.Header, text string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(m.Body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, strings.ReplaceAll(string(b), "\r\n", "\n")
}

func checkArrived(t *testing.T, data, wantFrom string, want Message) {
	t.Helper()
	header, text := read(t, data)
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	if err != nil || subject != want.Subject {
		t.Errorf("subject %q (%v), want %q", subject, err, want.Subject)
	}
	to, err := header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != want.To || to[0].Name != want.ToName {
		t.Errorf("to %v (%v), want %s <%s>", to, err, want.ToName, want.To)
	}
	from, err := header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != wantFrom || from[0].Name != "Countersign" {
		t.Errorf("from %v (%v), want Countersign <%s>", from, err, wantFrom)
	}
	if date, err := header.Date(); err != nil || !date.Equal(want.Date) {
		t.Errorf("date %v (%v), want %v", date, err, want.Date)
	}
	_, domain, _ := strings.Cut(wantFrom, "@")
	if got := header.Get("Message-Id"); got != "<"+want.ID+"@"+domain+">" {
		t.Errorf("message id %s", got)
	}
	if text != want.Text {
		t.Errorf("text %q, want %q", text, want.Text)
	}
	if got := header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain; charset=UTF-8") {
		t.Errorf("content type %s", got)
	}
	if header.Get("Auto-Submitted") != "auto-generated" || header.Get("X-Mailer") != "" || header.Get("User-Agent") != "" {
		t.Errorf("headers %v", header)
	}
	for i, line := range strings.Split(data, "\n") {
		if len(line) > 998 {
			t.Errorf("line %d has %d bytes", i+1, len(line))
		}
	}
}

func TestSMTP(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	s := p.open(t, "smtp://127.0.0.1:PORT?from=no-reply@hub.example", nil)
	names := []string{"Zoë Ńowak", "Nguyễn Văn A", "O'Brien, Sean (GP)", `"Bobby" <tables>`, "", strings.Repeat("Ö", 60)}
	for i, name := range names {
		m := sample
		m.ToName = name
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := p.delivered()[i]
		if got.from != "no-reply@hub.example" || got.to != sample.To || got.encrypted || got.user != "" {
			t.Errorf("envelope %+v", got)
		}
		checkArrived(t, got.data, "no-reply@hub.example", m)
	}
	for _, r := range p.delivered()[0].data {
		if r > 127 {
			t.Fatal("bytes that not every server passes on")
		}
	}
	if err := s.Send(t.Context(), sample); err != nil || p.delivered()[0].data != p.delivered()[len(names)].data {
		t.Errorf("the same message again isn't the same bytes (%v)", err)
	}
}

func TestABoardReportArrivesWithALinkAndAWayToStopItAndWithoutFigures(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	m := BoardReport{
		Recipient: Recipient{Email: "lead@example.org", Name: "Ruth Adeyemi"}, Organisation: "Dales and Coast", Month: countersign.Month{Year: 2026, Month: 10},
		Link: "https://gpa.example/reports/H1", File: "https://gpa.example/reports/H1/report.pdf", Stop: "https://gpa.example/stop-mail/t1",
	}.Message()
	m.ID, m.Date = sample.ID, sample.Date
	if err := p.open(t, "smtp://127.0.0.1:PORT?from=no-reply@hub.example", nil).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := p.delivered()[0]
	checkArrived(t, got.data, "no-reply@hub.example", m)
	if header, _ := read(t, got.data); header.Get("List-Unsubscribe") != "<https://gpa.example/stop-mail/t1>" || header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe: %s, by one click: %s", header.Get("List-Unsubscribe"), header.Get("List-Unsubscribe-Post"))
	}
}

func TestSMTPWithPasswordAndTLS(t *testing.T) {
	t.Parallel()
	server, client := certificate(t)
	p := newPostOffice(t, func(p *postOffice) { p.TLSConfig, p.password = server, "s3cret/@" })

	for _, setting := range []string{
		"smtp://nhs%40hub.example:s3cret%2F%40@127.0.0.1:PORT",
		"smtp://nhs%40hub.example:s3cret%2F%40@127.0.0.1:PORT?tls=required",
	} {
		if err := p.open(t, setting, client).Send(t.Context(), sample); err != nil {
			t.Fatalf("%s: %v", setting, err)
		}
		got := p.delivered()[len(p.delivered())-1]
		if !got.encrypted || got.user != "nhs@hub.example" || got.from != "nhs@hub.example" {
			t.Errorf("%s: %+v", setting, got)
		}
		checkArrived(t, got.data, "nhs@hub.example", sample)
	}

	before := len(p.delivered())
	for name, s := range map[string]*SMTP{
		"unknown authority": p.open(t, "smtp://a:s3cret%2F%40@127.0.0.1:PORT", nil),
		"wrong password":    p.open(t, "smtp://a:hunter2@127.0.0.1:PORT", client),
		"password in clear": p.open(t, "smtp://a:s3cret%2F%40@127.0.0.1:PORT?tls=off", nil),
		"not signed in":     p.open(t, "smtp://127.0.0.1:PORT", client),
	} {
		err := s.Send(t.Context(), sample)
		if !IsTemporary(err) {
			t.Errorf("%s: error %v, want a temporary one", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%s: the error names the password: %v", name, err)
		}
	}
	if len(p.delivered()) != before {
		t.Error("a message was delivered")
	}
}

func TestSMTPImplicitTLS(t *testing.T) {
	t.Parallel()
	server, client := certificate(t)
	p := newPostOffice(t, nil)
	l, err := tls.Listen("tcp", "127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.Serve(l) }() // ends with an error when the test closes it
	_, p.port, _ = net.SplitHostPort(l.Addr().String())
	if err := p.open(t, "smtps://127.0.0.1:PORT?from=a@b.example", client).Send(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	if got := p.delivered(); len(got) != 1 || !got[0].encrypted {
		t.Errorf("delivered %+v", got)
	}
}

func TestSMTPFailures(t *testing.T) {
	t.Parallel()
	refuse := func(code int) error { return &smtp.SMTPError{Code: code, Message: "no"} }
	for _, tc := range []struct {
		name, at      string
		code          int
		setting       string
		wantDelivered bool
		wantTemporary bool
	}{
		{name: "mailbox unknown", at: "rcpt", code: 550},
		{name: "mailbox busy", at: "rcpt", code: 450, wantTemporary: true},
		{name: "content refused", at: "data", code: 554},
		{name: "disk full", at: "data", code: 452, wantTemporary: true},
		{name: "sender refused: our setting, not the message", at: "mail", code: 550, wantTemporary: true},
		{name: "server closing", at: "connect", code: 421, wantTemporary: true},
		{name: "no TLS offered, required", setting: "smtp://127.0.0.1:PORT?tls=required", wantTemporary: true},
		{name: "fails after taking it", at: "quit", code: 451, wantDelivered: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := newPostOffice(t, func(p *postOffice) {
				if tc.at != "" {
					p.refusal[tc.at] = refuse(tc.code)
				}
			})
			if tc.setting == "" {
				tc.setting = "smtp://127.0.0.1:PORT"
			}
			err := p.open(t, tc.setting, nil).Send(t.Context(), sample)
			if (err == nil) != tc.wantDelivered || IsTemporary(err) != tc.wantTemporary {
				t.Errorf("error %v, temporary %v", err, IsTemporary(err))
			}
			if (len(p.delivered()) == 1) != tc.wantDelivered {
				t.Errorf("%d delivered", len(p.delivered()))
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		p := &postOffice{}
		_, p.port, _ = net.SplitHostPort(l.Addr().String())
		l.Close()
		if err := p.open(t, "smtp://127.0.0.1:PORT", nil).Send(t.Context(), sample); !IsTemporary(err) {
			t.Errorf("error %v, want a temporary one", err)
		}
	})
	if IsTemporary(nil) || IsTemporary(errors.New("x")) {
		t.Error("an error of somebody else is temporary")
	}
}

func TestRefusedMessages(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	dir := t.TempDir()
	senders := []Sender{p.open(t, "smtp://127.0.0.1:PORT", nil), NewFolder(dir)}
	for name, spoil := range map[string]func(*Message){
		"line break in subject":   func(m *Message) { m.Subject = "Hello\r\nBcc: all@demo.example" },
		"line feed in subject":    func(m *Message) { m.Subject = "Hello\n" },
		"line break in name":      func(m *Message) { m.ToName = "Zoë\r\nBcc: all@demo.example" },
		"line separator in name":  func(m *Message) { m.ToName = "Zoë\u2028x" },
		"name not UTF-8":          func(m *Message) { m.ToName = "\xff" },
		"line break in address":   func(m *Message) { m.To = "zoe@demo.example\r\nRCPT TO:<all@demo.example>" },
		"two addresses":           func(m *Message) { m.To = "zoe@demo.example, all@demo.example" },
		"name with the address":   func(m *Message) { m.To = "Zoë <zoe@demo.example>" },
		"no address":              func(m *Message) { m.To = "" },
		"no subject":              func(m *Message) { m.Subject = "" },
		"no text":                 func(m *Message) { m.Text = "" },
		"text not UTF-8":          func(m *Message) { m.Text = "\xff" },
		"no date":                 func(m *Message) { m.Date = time.Time{} },
		"no id":                   func(m *Message) { m.ID = "" },
		"id that leaves the file": func(m *Message) { m.ID = "../../etc/passwd" },
		"id with a line break":    func(m *Message) { m.ID = "a\r\nBcc: x" },
		"id that closes itself":   func(m *Message) { m.ID = "a>b" },
	} {
		m := sample
		spoil(&m)
		for _, s := range senders {
			if err := s.Send(t.Context(), m); err == nil || IsTemporary(err) {
				t.Errorf("%s, %T: error %v, want a final one", name, s, err)
			}
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 || len(p.delivered()) != 0 {
		t.Errorf("%d files, %d delivered", len(files), len(p.delivered()))
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s, err := Open("", data)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a second try replaces the first
		if err := s.Send(t.Context(), sample); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(filepath.Join(data, "mail"))
	if err != nil || len(files) != 1 || files[0].Name() != "20260806T163000Z-0199-abc.7.eml" || files[0].Name() != FileName(sample) {
		t.Fatalf("files %v (%v)", files, err)
	}
	if info, _ := files[0].Info(); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: others can read one-time links", info.Mode())
	}
	b, err := os.ReadFile(filepath.Join(data, "mail", files[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	checkArrived(t, string(b), "countersign@localhost", sample)
	link := "\nhttps://gpa.example/set-up/" + strings.Repeat("abc234", 20) + "?a=b\n"
	if !strings.Contains(string(b), link) || strings.Contains(string(b), "\r") {
		t.Error("the link can't be copied from the file")
	}

	if err := os.WriteFile(filepath.Join(data, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := NewFolder(filepath.Join(data, "file")).Send(t.Context(), sample); !IsTemporary(err) {
		t.Errorf("a folder that can't be written: %v, want a temporary error", err)
	}
}

func TestFolderForgetsMailsToSomebodyAndAboutThem(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), FolderName)
	f := NewFolder(dir)
	if err := f.Forget([]string{"ivy@example.org"}); err != nil {
		t.Errorf("before the first mail: %v", err)
	}
	for id, change := range map[string]func(*Message){
		"to":    func(m *Message) { m.To, m.ToName = "ivy@example.org", "" },
		"about": func(m *Message) { m.Text = "Ivy Gone submitted a piece.\n" },
		"other": func(*Message) {},
	} {
		m := sample
		m.ID = id
		change(&m)
		if err := f.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Forget([]string{"ivy@example.org", "Ivy Gone"}); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 1 || !strings.HasSuffix(left[0], "-other.eml") {
		t.Errorf("left are %q, %v", left, err)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]SMTP{
		"smtp://relay.example":                             {host: "relay.example", port: 587, tls: "offered", from: netmail.Address{Address: "countersign@relay.example"}},
		"smtp://relay.example:25?tls=off&from=a@b.example": {host: "relay.example", port: 25, tls: "off", from: netmail.Address{Address: "a@b.example"}},
		"smtps://relay.example/":                           {host: "relay.example", port: 465, tls: "implicit", from: netmail.Address{Address: "countersign@relay.example"}},
		"smtp://me:p%3Aw@relay.example:2525?tls=required":  {host: "relay.example", port: 2525, tls: "required", user: "me", password: "p:w", from: netmail.Address{Address: "countersign@relay.example"}},
		"smtps://me%40nhs.example:pw@relay.example":        {host: "relay.example", port: 465, tls: "implicit", user: "me@nhs.example", password: "pw", from: netmail.Address{Address: "me@nhs.example"}},
		"smtp://[::1]:25":                                  {host: "::1", port: 25, tls: "offered", from: netmail.Address{Address: "countersign@localhost"}},
	} {
		want.from.Name = senderName
		s, err := Open(setting, "")
		if err != nil {
			t.Errorf("%s: %v", setting, err)
		} else if got := *s.(*SMTP); got != want {
			t.Errorf("%s: %+v, want %+v", setting, got, want)
		}
	}
	for _, setting := range []string{
		"relay.example:25", "http://relay.example", "smtp://", "smtp://u:secret@", "smtp://u:secret@relay.example:x",
		"smtp://u:secret@relay.example:70000", "smtp://u:secret@relay.example?tls=maybe", "smtps://u:secret@relay.example?tls=off",
		"smtp://u:secret@relay.example?form=a@b.example", "smtp://u:secret@relay.example?from=nobody", "smtp://u:sec%zzret@relay.example",
		"smtp://u:secret@relay.example/path",
	} {
		if s, err := Open(setting, ""); err == nil {
			t.Errorf("%s: opened %+v", setting, s)
		} else if strings.Contains(err.Error(), "sec") {
			t.Errorf("%s: the error names the password: %v", setting, err)
		}
	}
}
