package mail

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

const senderName = "Countersign"

// Open returns the sender that the setting asks for.
//
//	empty or "files"             files in dataDir/mail
//	smtp://user:pass@host:port   SMTP, port 587 unless given, encrypted by
//	                             STARTTLS where the server offers it
//	smtps://user:pass@host:port  SMTP over TLS, port 465 unless given
//
// To smtp, ?tls=required refuses a server that offers no STARTTLS and ?tls=off
// never asks for it. With both, ?from=ADDRESS is the sender's address; else it
// is the user name if that is an address, or countersign@host.
//
// An error names no password.
func Open(setting, dataDir string) (Sender, error) {
	if setting == "" || setting == "files" {
		return NewFolder(filepath.Join(dataDir, FolderName)), nil
	}
	s, err := parseSMTP(setting)
	if err != nil {
		return nil, fmt.Errorf("mail: setting: %w", err)
	}
	return s, nil
}

func parseSMTP(setting string) (*SMTP, error) {
	u, err := url.Parse(setting)
	if err != nil {
		return nil, errors.New("not an address such as smtp://user:password@host:587") // err quotes the password
	}
	if u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, errors.New("not an address such as smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	s := &SMTP{host: u.Hostname(), tls: "implicit", port: 465, user: u.User.Username()}
	s.password, _ = u.User.Password()
	query := u.Query()
	if u.Scheme == "smtp" {
		s.port = 587
		s.tls = cmp.Or(query.Get("tls"), "offered")
		if s.tls != "offered" && s.tls != "required" && s.tls != "off" {
			return nil, fmt.Errorf("tls=%s is neither offered, required nor off", s.tls)
		}
		query.Del("tls")
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return nil, fmt.Errorf("port %s", p)
		}
	}
	s.from = netmail.Address{Name: senderName, Address: cmp.Or(query.Get("from"), defaultFrom(s.user, s.host))}
	if err := checkAddress(s.from.Address); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	query.Del("from")
	for name := range query {
		return nil, fmt.Errorf("%s is not an option: tls and from are", name)
	}
	return s, nil
}

func defaultFrom(user, host string) string {
	if checkAddress(user) == nil {
		return user
	}
	if net.ParseIP(host) != nil {
		return "countersign@localhost"
	}
	return "countersign@" + host
}
