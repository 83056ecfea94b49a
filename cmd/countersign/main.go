// Command countersign is the server and its short commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	_ "golang.org/x/crypto/x509roots/fallback" // for a machine without certificates, such as an empty container

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/interchange"
)

// Exit codes: 0 done, 1 refused or invalid, 2 wrong usage.
const (
	exitRefused = 1
	exitUsage   = 2
)

// unreadable is what can't be checked at all: exit code 2, so that a script can
// tell it from what was checked and isn't valid.
type unreadable struct{ error }

// usageError is a command line that doesn't say what to do.
type usageError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "countersign: "+reason(err))
	var usage usageError
	var unread unreadable
	if errors.As(err, &usage) || errors.As(err, &unread) {
		return exitUsage
	}
	return exitRefused
}

// reason is what to print about err: a refusal in its own words, a file's
// problems with their places, anything else whole.
func reason(err error) string {
	var file *framework.Error
	var imported *interchange.Error
	if message := countersign.MessageOf(err); message != "" && !errors.As(err, &file) && !errors.As(err, &imported) {
		return message
	}
	return err.Error()
}

func newRoot() *cobra.Command {
	root := group("countersign", "A competency framework and apprenticeship tracker")
	root.SilenceUsage, root.SilenceErrors, root.CompletionOptions = true, true, cobra.CompletionOptions{HiddenDefaultCmd: true}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(serveCommand(), migrateCommand(), frameworkCommand(), orgCommand(), userCommand(), tokenCommand(), portfolioCommand(), packageCommand(), ledgerCommand(), verifyCommand(), backupCommand(), restoreCommand(), backupKeyCommand(), eraseCommand(), storybookCommand(), versionCommand())
	return root
}

// group returns a command that only holds others: alone it shows its help, and
// anything else after it is wrong usage.
func group(use, short string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs, RunE: func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{fmt.Errorf("there is no command %q. Try %s --help", args[0], cmd.CommandPath())}
		}
		return cmd.Help()
	}}
}

// exactly refuses a wrong number of arguments as wrong usage.
func exactly(n int) cobra.PositionalArgs { return usage(cobra.ExactArgs(n)) }

// usage tells what a check of the arguments refuses as wrong usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w. It is used as: %s", err, cmd.UseLine())}
		}
		return nil
	}
}

func serveCommand() *cobra.Command {
	c, err := app.ConfigFromEnvironment()
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the server", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err != nil {
				return err
			}
			c.Log = slog.New(slog.NewJSONHandler(os.Stderr, nil))
			return app.Serve(cmd.Context(), c, cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&c.Demo, "demo", c.Demo, "fill an empty database with a demonstration and let anybody sign in as its people")
	f.StringVar(&c.Addr, "addr", c.Addr, "listen address (default 127.0.0.1:8080)")
	f.StringVar(&c.URL, "url", c.URL, "public address, for links and cookies")
	f.StringVar(&c.Data, "data", c.Data, "folder of the embedded database, files and keys (default ./data)")
	f.StringVar(&c.Database, "database", c.Database, "postgres://… or sqlite:PATH")
	f.StringVar(&c.Reports, "reports-database", c.Reports, "postgres://… of a server that follows the database, which reports read")
	f.StringVar(&c.Files, "files", c.Files, "file:///… for attachments")
	f.StringVar(&c.SMTP, "smtp", c.SMTP, "smtp://user:pass@host:port; without it mails are written to files")
	f.StringVar(&c.Now, "now", c.Now, "where the clock of a demonstration starts, RFC 3339")
	f.Int64Var(&c.DemoSeed, "demo-seed", c.DemoSeed, "seed of the demonstration data (default 1)")
	f.StringVar(&c.Organisation, "organisation", c.Organisation, "who runs the service, shown in the header")
	f.StringVar(&c.Contact, "contact", c.Contact, "e-mail address for help")
	f.StringVar(&c.Clamd, "clamd", c.Clamd, "ClamAV daemon that checks uploads, tcp://host:port or unix:///path")
	f.StringVar(&c.OIDCIssuer, "oidc-issuer", c.OIDCIssuer, "OpenID Connect provider with which people sign in too, such as NHSmail or CIS2")
	f.StringVar(&c.OIDCClientID, "oidc-client-id", c.OIDCClientID, "what the provider knows this installation by")
	f.StringVar(&c.OIDCClientSecret, "oidc-client-secret", c.OIDCClientSecret, "the secret of the client; better in the environment")
	f.StringVar(&c.OIDCName, "oidc-name", c.OIDCName, "the provider's name for people, such as NHSmail")
	f.StringVar(&c.OIDCACR, "oidc-acr", c.OIDCACR, "authentication (acr) at the provider that is proof enough to sign; without it none is")
	f.StringVar(&c.TSA, "tsa", c.TSA, "http or https address of an authority that time-stamps checkpoints (RFC 3161)")
	f.StringVar(&c.TSACA, "tsa-ca", c.TSACA, "file with the certificates, in PEM, that its time-stamps must come from")
	f.IntVar(&c.RetentionYears, "retention-years", c.RetentionYears, "for how many years people's data is kept after their last day; nothing is over without it")
	f.StringVar(&c.RetentionBasis, "retention-basis", c.RetentionBasis, "the legal basis on which it may be kept so long")
	f.StringVar(&c.TrustedProxies, "trusted-proxies", c.TrustedProxies, "networks of the proxies in front, such as 127.0.0.1/32,10.0.0.0/8")
	f.DurationVar(&c.Drain, "drain", c.Drain, "how long a server that was told to stop goes on serving, not ready any more")
	f.DurationVar(&c.SlowStatement, "slow-statement", c.SlowStatement, "a database statement that takes this long is logged with its route; 0 logs none")
	for _, name := range []string{"database", "reports-database", "files", "smtp", "oidc-client-secret"} {
		f.Lookup(name).DefValue = "" // the environment's may hold a password, and help would print it
	}
	return cmd
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			fmt.Fprintln(cmd.OutOrStdout(), app.Version)
			return nil
		},
	}
}

// withApp runs fn on the product opened from the environment's settings.
func withApp(cmd *cobra.Command, fn func(context.Context, *app.App) error) error {
	c, err := app.ConfigFromEnvironment()
	if err != nil {
		return err
	}
	a, err := app.Open(cmd.Context(), c)
	if err != nil {
		return err
	}
	return errors.Join(fn(cmd.Context(), a), a.Close())
}
