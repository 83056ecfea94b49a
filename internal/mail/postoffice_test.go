package mail

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// postOffice is a real SMTP server in this process.
type postOffice struct {
	smtp.Server
	port     string
	password string // asks for it when set
	refusal  map[string]error
	mu       sync.Mutex
	got      []delivery
}

type delivery struct {
	from, to, user string
	encrypted      bool
	data           string
}

func newPostOffice(t *testing.T, configure func(*postOffice)) *postOffice {
	t.Helper()
	p := &postOffice{refusal: map[string]error{}}
	p.Server = *smtp.NewServer(p)
	p.Domain = "localhost"
	p.ErrorLog = quiet{}
	if configure != nil {
		configure(p)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, p.port, _ = net.SplitHostPort(l.Addr().String())
	go func() { _ = p.Serve(l) }() // ends with an error when the test closes it
	t.Cleanup(func() { p.Close() })
	return p
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, encrypted := c.TLSConnectionState()
	return &session{office: p, delivery: delivery{encrypted: encrypted}}, p.refusal["connect"]
}

func (p *postOffice) delivered() []delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got
}

type session struct {
	office *postOffice
	delivery
}

func (s *session) AuthMechanisms() []string {
	if s.office.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != s.office.password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.office.password != "" && s.user == "" {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return s.office.refusal["mail"]
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.office.refusal["rcpt"]
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.office.refusal["data"]; err != nil {
		return err
	}
	s.data = string(b)
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.office.got = append(s.office.got, s.delivery)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return s.office.refusal["quit"] }

// open opens a setting with PORT filled in and the test's authority trusted.
func (p *postOffice) open(t *testing.T, setting string, config *tls.Config) *SMTP {
	t.Helper()
	s, err := Open(strings.Replace(setting, "PORT", p.port, 1), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.(*SMTP).config = config
	return s.(*SMTP)
}

// certificate returns TLS settings for a server on 127.0.0.1 and its clients.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	web := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	roots := web.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return &tls.Config{Certificates: web.TLS.Certificates}, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}
