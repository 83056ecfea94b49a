// Package mail writes and sends the product's mails: plain text, one recipient
// each. What they say is in the messages files; this one knows nothing of it.
package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person. The functions that make messages leave ID
// and Date to the sender's caller.
type Message struct {
	// ID becomes the Message-ID, so that a mail which is sent twice, because
	// nobody knows whether the first try arrived, is shown once. Letters,
	// digits, hyphens, dots and underscores.
	ID      string
	Date    time.Time
	To      string // the address alone
	ToName  string
	Subject string
	Text    string
	// Unsubscribe is the address that stops mails of this kind; may be empty.
	Unsubscribe string
}

// Sender delivers messages. It may be used by several goroutines. An error is
// final unless IsTemporary says otherwise.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// temporary marks an error that is not the message's fault.
type temporary struct{ error }

func (t temporary) Unwrap() error { return t.error }

// IsTemporary reports whether the same message may be accepted later: the
// server couldn't be reached, was busy, or refused us rather than the message.
func IsTemporary(err error) bool {
	var t temporary
	return errors.As(err, &t)
}

// check refuses what can't be sent, above all text that would add a header.
func (m Message) check() error {
	switch {
	case m.ID == "" || len(m.ID) > 100 || strings.Trim(m.ID, idCharacters) != "" || strings.HasPrefix(m.ID, "."):
		return fmt.Errorf("mail: message id %q", m.ID)
	case m.Date.IsZero():
		return errors.New("mail: no date")
	case m.Subject == "" || !oneLiner(m.Subject):
		return fmt.Errorf("mail: subject %q", m.Subject)
	case !oneLiner(m.Unsubscribe) || strings.ContainsAny(m.Unsubscribe, "<> "):
		return fmt.Errorf("mail: address to unsubscribe %q", m.Unsubscribe)
	case !oneLiner(m.ToName):
		return fmt.Errorf("mail: name %q", m.ToName)
	case m.Text == "" || !utf8.ValidString(m.Text) || strings.ContainsRune(m.Text, 0):
		return errors.New("mail: no text, or not UTF-8")
	}
	return checkAddress(m.To)
}

const idCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// checkAddress takes a bare address only: no name, no comment, no list.
func checkAddress(address string) error {
	a, err := netmail.ParseAddress(address)
	if err != nil || a.Name != "" || a.Address != address || !oneLiner(address) {
		return fmt.Errorf("mail: %q is not an e-mail address", address)
	}
	return nil
}

func oneLiner(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

// mime builds the message as it goes out. Over SMTP the text is
// quoted-printable, which every server passes on; in files it is as it is, so
// that a person or a script can read the links.
func (m Message) mime(from netmail.Address, encoding gomail.Encoding) (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encoding))
	msg.FromMailAddress(&from)
	msg.ToMailAddress(&netmail.Address{Name: m.ToName, Address: m.To})
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.ID + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no out-of-office replies (RFC 3834)
	if m.Unsubscribe != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">") // RFC 2369
		if strings.HasPrefix(m.Unsubscribe, "https://") {
			msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click") // RFC 8058
		}
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}
