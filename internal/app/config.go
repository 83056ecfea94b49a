// Package app puts the product together: settings in, a running server or a
// finished command out. The commands in cmd and the whole-program tests start
// here; it is the one place that reads the environment and the clock.
package app

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/oidc"
	"countersign/internal/service"
	"countersign/internal/tsa"
)

// Config is every setting. The zero value of a field means its default.
type Config struct {
	Addr     string `env:"ADDR"`     // listen address
	URL      string `env:"URL"`      // public address, for links and cookies
	Data     string `env:"DATA"`     // folder of the embedded database, files and keys
	Database string `env:"DATABASE"` // postgres://… or sqlite:PATH
	// Reports is a PostgreSQL server that follows the database, for reports.
	Reports      string `env:"REPORTS_DATABASE"`
	Files        string `env:"FILES"`        // file:///… or s3://bucket?endpoint=… for attachments
	Clamd        string `env:"CLAMD"`        // tcp://host:port or unix:///path of a ClamAV daemon that checks uploads
	TSA          string `env:"TSA"`          // address of an authority that time-stamps checkpoints (RFC 3161)
	TSACA        string `env:"TSA_CA"`       // file with the certificates, in PEM, that its time-stamps must come from
	SMTP         string `env:"SMTP"`         // smtp://user:pass@host:port; without it mails are files
	Now          string `env:"NOW"`          // where the clock starts, RFC 3339; demonstrations only
	DemoSeed     int64  `env:"DEMO_SEED"`    // seed of the demonstration data
	Organisation string `env:"ORGANISATION"` // who runs the service, shown in the header
	Contact      string `env:"CONTACT"`      // e-mail address for help
	// RetentionYears is for how long people's data is kept after their last day,
	// and RetentionBasis why it may be: nothing is over until both are set.
	RetentionYears int    `env:"RETENTION_YEARS"`
	RetentionBasis string `env:"RETENTION_BASIS"`
	// TrustedProxies are the networks, in CIDR form with commas between them, of
	// the proxies whose X-Forwarded-For is believed.
	TrustedProxies string `env:"TRUSTED_PROXIES"`
	// SlowStatement is how long a database statement of a request takes that is
	// logged with its route: 500ms unless it is set, 0 for none.
	SlowStatement time.Duration `env:"SLOW_STATEMENT" envDefault:"500ms"`
	// Drain is for how long a server that was told to stop goes on serving, not
	// ready any more, so that a proxy in front sends new requests elsewhere.
	Drain time.Duration `env:"DRAIN"`
	// An OpenID Connect provider with which people sign in too.
	OIDCIssuer       string       `env:"OIDC_ISSUER"`
	OIDCClientID     string       `env:"OIDC_CLIENT_ID"`
	OIDCClientSecret string       `env:"OIDC_CLIENT_SECRET"`
	OIDCName         string       `env:"OIDC_NAME"` // as people know it: "NHSmail"
	OIDCACR          string       `env:"OIDC_ACR"`  // the authentication there that is proof enough to sign; empty if none is
	Demo             bool         `env:"-"`         // fill an empty database with a demonstration
	Log              *slog.Logger `env:"-"`
}

// ConfigFromEnvironment reads COUNTERSIGN_*.
func ConfigFromEnvironment() (Config, error) {
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Prefix: "COUNTERSIGN_"}); err != nil {
		return c, fmt.Errorf("settings: %w", err)
	}
	return c, nil
}

// complete fills in defaults and refuses settings that can't work.
func (c Config) complete() (Config, error) {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:8080"
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return c, fmt.Errorf("COUNTERSIGN_ADDR %q is not host:port", c.Addr)
	}
	if c.URL == "" {
		c.URL = "http://" + c.Addr
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return c, fmt.Errorf("COUNTERSIGN_URL %q is not an http or https address", c.URL)
	}
	if c.Data == "" {
		c.Data = "./data"
	}
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(c.Data, "countersign.db")
	}
	if c.Reports != "" && (!strings.HasPrefix(c.Reports, "postgres") || !strings.HasPrefix(c.Database, "postgres")) {
		return c, errors.New("COUNTERSIGN_REPORTS_DATABASE is a PostgreSQL server that follows COUNTERSIGN_DATABASE, so both are postgres://…")
	}
	if c.Files != "" && !strings.HasPrefix(c.Files, "file://") && !strings.HasPrefix(c.Files, "s3://") {
		return c, fmt.Errorf("COUNTERSIGN_FILES %q is not a file:// or s3:// address", redact(c.Files))
	}
	if _, err := c.scanner(); err != nil {
		return c, err
	}
	if err := c.checkProvider(); err != nil {
		return c, err
	}
	if _, err := c.authority(); err != nil {
		return c, err
	}
	if _, err := c.trustedProxies(); err != nil {
		return c, err
	}
	if c.RetentionYears < 0 || (c.RetentionYears == 0) != (strings.TrimSpace(c.RetentionBasis) == "") {
		return c, errors.New("COUNTERSIGN_RETENTION_YEARS and COUNTERSIGN_RETENTION_BASIS belong together: a number of years and the legal basis")
	}
	if c.DemoSeed == 0 {
		c.DemoSeed = 1
	}
	if c.Demo && !loopback(host) {
		return c, fmt.Errorf("a demonstration lets anybody in, so it listens on a loopback address only, not on %s", c.Addr)
	}
	if c.Now != "" {
		if _, err := time.Parse(time.RFC3339, c.Now); err != nil {
			return c, fmt.Errorf("COUNTERSIGN_NOW %q is not a time such as 2026-03-02T09:00:00Z", c.Now)
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// host is what signing keys are called by: the host of the public address.
func (c Config) host() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c Config) trustedProxies() ([]*net.IPNet, error) {
	var networks []*net.IPNet
	for part := range strings.SplitSeq(c.TrustedProxies, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		_, network, err := net.ParseCIDR(part)
		if err != nil {
			return nil, fmt.Errorf("COUNTERSIGN_TRUSTED_PROXIES: %q is not a network such as 10.0.0.0/8 or 127.0.0.1/32", part)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// checkProvider refuses a provider that nobody could sign in with.
func (c Config) checkProvider() error {
	if c.OIDCIssuer == "" {
		if c.OIDCClientID+c.OIDCClientSecret+c.OIDCName+c.OIDCACR != "" {
			return errors.New("COUNTERSIGN_OIDC_ISSUER is missing, and other settings of the provider are there")
		}
		return nil
	}
	u, err := url.Parse(c.OIDCIssuer)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname()))):
		return fmt.Errorf("COUNTERSIGN_OIDC_ISSUER %q is not an https address", c.OIDCIssuer)
	case c.OIDCClientID == "" || c.OIDCClientSecret == "":
		return errors.New("COUNTERSIGN_OIDC_CLIENT_ID and COUNTERSIGN_OIDC_CLIENT_SECRET are needed to sign in with COUNTERSIGN_OIDC_ISSUER")
	}
	return nil
}

// provider returns the provider with which people sign in too; nil if there is
// none.
func (c Config) provider(now func() time.Time) *oidc.Provider {
	if c.OIDCIssuer == "" {
		return nil
	}
	return oidc.New(oidc.Config{
		Name: cmp.Or(c.OIDCName, "your organisation"), Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret,
		ACR: c.OIDCACR, Callback: c.URL + "/sign-in/provider", Now: now,
	})
}

// scanner returns what finds viruses in uploads; nil without COUNTERSIGN_CLAMD.
func (c Config) scanner() (service.Scanner, error) {
	if c.Clamd == "" {
		return nil, nil //nolint:nilnil // nobody looks for viruses
	}
	clamd, err := files.OpenClamd(c.Clamd)
	if err != nil {
		return nil, fmt.Errorf("COUNTERSIGN_CLAMD %q is not an address such as unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310", c.Clamd)
	}
	return clamd.Scan, nil
}

// authority returns what time-stamps checkpoints; nil without COUNTERSIGN_TSA.
func (c Config) authority() (*tsa.Authority, error) {
	if c.TSA == "" {
		if c.TSACA != "" {
			return nil, errors.New("COUNTERSIGN_TSA is missing, and COUNTERSIGN_TSA_CA is there")
		}
		return nil, nil //nolint:nilnil // nothing is time-stamped
	}
	if u, err := url.Parse(c.TSA); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("COUNTERSIGN_TSA %q is not an http or https address", redact(c.TSA))
	}
	var roots *x509.CertPool
	if c.TSACA != "" {
		pem, err := os.ReadFile(c.TSACA)
		if err == nil {
			roots, err = tsa.ParseRoots(pem)
		}
		if err != nil {
			return nil, fmt.Errorf("COUNTERSIGN_TSA_CA %q holds no certificates in PEM form: %w", c.TSACA, err)
		}
	}
	return tsa.New(c.TSA, roots), nil
}

// objects opens the place where the content of files is kept.
func (c Config) objects(ctx context.Context) (files.Objects, error) {
	switch {
	case c.Files == "":
		return files.OpenFolder(filepath.Join(c.Data, "files"))
	case strings.HasPrefix(c.Files, "s3://"):
		return files.OpenBucket(ctx, c.Files)
	}
	return files.OpenFolder(strings.TrimPrefix(c.Files, "file://"))
}

// retention returns for how long people are kept.
func (c Config) retention() countersign.Retention {
	return countersign.Retention{Years: c.RetentionYears, Basis: c.RetentionBasis}
}

// clock returns the time source: the real clock, moved so that it starts at
// Now when that is set.
func (c Config) clock() func() time.Time {
	if c.Now == "" {
		return func() time.Time { return time.Now().UTC() }
	}
	start, began := mustTime(c.Now), time.Now()
	return func() time.Time { return start.Add(time.Since(began)).UTC() }
}

func mustTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic("app: complete has checked Now: " + err.Error())
	}
	return t
}

// String returns the settings for the log, secrets left out.
func (c Config) String() string {
	return fmt.Sprintf("addr=%s url=%s data=%s database=%s files=%s smtp=%s demo=%t", c.Addr, c.URL, c.Data, redact(c.Database), redact(c.Files), redact(c.SMTP), c.Demo)
}

func redact(s string) string {
	if u, err := url.Parse(s); err == nil {
		return u.Redacted()
	}
	return "***"
}
