package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	netmail "net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// timeout bounds each step of a conversation with the server.
const timeout = 30 * time.Second

// SMTP sends through a mail server, a connection for each message. Open makes
// one.
type SMTP struct {
	host           string
	port           int
	tls            string // implicit, required, offered, off
	user, password string
	from           netmail.Address
	config         *tls.Config // nil but in tests, which have an authority of their own
}

// Send implements Sender. It returns nil once the server has taken the
// message, whatever happens to the connection afterwards.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := m.mime(s.from, gomail.EncodingQP)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	err = fmt.Errorf("mail: send %s: %w", m.ID, err)
	if refused(err) {
		return err
	}
	return temporary{err}
}

// refused reports whether the server turned down the message for good. All
// else (no connection, no sign-in, a sender not allowed) is about us: the
// message may go once that is put right.
func refused(err error) bool {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return false
	}
	switch e.Reason {
	case gomail.ErrGetSender, gomail.ErrGetRcpts:
		return true
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		return e.ErrorCode() >= 500
	}
	return false
}

func (s *SMTP) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(timeout), gomail.WithoutNoop()}
	switch s.tls {
	case "implicit":
		options = append(options, gomail.WithSSL())
	case "required":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case "off":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if s.config != nil {
		options = append(options, gomail.WithTLSConfig(s.config))
	}
	if s.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.user), gomail.WithPassword(s.password))
	}
	return gomail.NewClient(s.host, options...)
}
