package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"countersign/internal/ledger"
	"countersign/internal/verify"
)

// errInvalid says that a document isn't what was issued.
var errInvalid = errors.New("not valid")

func verifyCommand() *cobra.Command {
	var keyFile string
	cmd := &cobra.Command{
		Use: "verify FILE [--key KEYFILE]", Short: "Check a portfolio PDF or transfer package without any installation", Args: exactly(1),
		Long: `Checks a portfolio as PDF or a transfer package: that no byte was changed since it was made, who signed it, and for each decision
that it is what was signed and is in the log. It uses no network and no database.

The key file holds the public keys of the installation, one a line: countersign ledger keys prints them there, or
GET /api/v1/ledger/keys. Get it from somebody you trust, not with the document.

Exit code 0: valid; 1: not valid; 2: the file could not be read as either.`,
	}
	cmd.Flags().StringVar(&keyFile, "key", "", "file with the public keys of the installation")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var keys []ledger.PublicKey
		if keyFile != "" {
			text, err := os.ReadFile(keyFile)
			if err == nil {
				keys, err = verify.Keys(string(text))
			}
			if err != nil {
				return unreadable{err}
			}
		}
		report, err := verifyFile(args[0], keys)
		var said *verify.Error
		switch {
		case errors.As(err, &said) && said.Changed:
			return err
		case err != nil:
			return unreadable{err}
		}
		writeReport(cmd.OutOrStdout(), report, len(keys) > 0)
		if !report.Valid() {
			return errInvalid
		}
		return nil
	}
	return cmd
}

func verifyFile(path string, keys []ledger.PublicKey) (ledger.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return ledger.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return ledger.Report{}, err
	}
	return verify.File(f, info.Size(), keys)
}

func writeReport(out io.Writer, r ledger.Report, given bool) {
	fmt.Fprintf(out, "Issued by %s, with what was recorded up to %s\n", r.URL, r.AsAt)
	switch {
	case r.Known:
		fmt.Fprintf(out, "Signed with the key %s, which is one of yours\n", r.Key.ID())
	case given:
		fmt.Fprintf(out, "Signed with the key %s, which is not one of yours\n", r.Key.ID())
	default:
		fmt.Fprintf(out, "Signed with the key %s, which was not checked against a known one. Use --key to be sure who issued it\n", r.Key)
	}
	for _, w := range r.Wrong {
		fmt.Fprintln(out, w)
	}
	for _, d := range r.Decisions {
		fmt.Fprintln(out, decisionLine(d))
	}
}

// decisionLine says of one decision what it was, and how it stands.
func decisionLine(d ledger.CheckedDecision) string {
	day, _, _ := strings.Cut(d.SignedAt, "T")
	line := fmt.Sprintf("%s %s", d.Competency, strings.ReplaceAll(d.Decision.Decision, "_", " "))
	if d.Level != "" {
		line += " at level " + d.Level
	}
	if d.Shown != nil && d.Shown.AssessorName != "" {
		line += " by " + d.Shown.AssessorName
	}
	how := ""
	if d.Passkey {
		how = ", signed with a passkey"
	}
	line += fmt.Sprintf(" (%s, %s, %s%s): %s", strings.ReplaceAll(d.AssessorRole, "_", " "), d.RoleInDecision, day, how, d.Status)
	if d.Why != "" {
		line += ". " + d.Why
	}
	return line
}
