package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/internal/badge"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/verify"
	"countersign/internal/view"
)

// errInvalid says that a document isn't what was issued.
var errInvalid = errors.New("not valid")

func verifyCommand() *cobra.Command {
	var keyFile, listFile string
	cmd := &cobra.Command{
		Use: "verify FILE [--key KEYFILE]", Short: "Check a portfolio PDF, transfer package or badge without any installation", Args: exactly(1),
		Long: `Checks a portfolio as PDF or a transfer package: that no byte was changed since it was made, who signed it, and for each decision
that it is what was signed and is in the log. It uses no network and no database.

The key file holds the public keys of the installation, one a line, as countersign ledger keys prints them there, or the
answer of GET /api/v1/ledger/keys as it is. Get it from somebody you trust, not with the document.

A badge is checked likewise, as JSON or as a picture that holds it: valid, changed, withdrawn since, not valid today or unknown key.
Whether it was withdrawn is in the list of revocations that it names: fetch that, and give it with --status.

Exit code 0: valid; 1: not valid; 2: the file could not be read as any of them.`,
	}
	cmd.Flags().StringVar(&keyFile, "key", "", "file with the public keys of the installation")
	cmd.Flags().StringVar(&listFile, "status", "", "file with the list of revocations that a badge names")
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
		valid, err := verifyFile(cmd.OutOrStdout(), args[0], listFile, keys)
		var said *verify.Error
		switch {
		case errors.As(err, &said) && said.Changed:
			return err
		case err != nil:
			return unreadable{err}
		case !valid:
			return errInvalid
		}
		return nil
	}
	return cmd
}

// verifyFile says what was found, and whether the file is valid.
func verifyFile(out io.Writer, path, listFile string, keys []ledger.PublicKey) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	isBadge, err := verify.IsBadge(f)
	if err != nil {
		return false, err
	}
	if !isBadge {
		report, err := verify.File(f, info.Size(), keys)
		if err == nil {
			writeReport(out, report)
		}
		return report.Valid(), err
	}
	c, err := verify.Badge(f, info.Size(), keys, time.Now())
	if err != nil {
		return false, err
	}
	listed := listFile != ""
	if listed && c.Status == ledger.Valid {
		list, err := os.ReadFile(listFile)
		if err != nil {
			return false, err
		}
		revoked, err := badge.Revoked(list, c, keys)
		if err != nil {
			return false, err
		}
		if revoked {
			c.Status, c.Why = ledger.Withdrawn, "The list of revocations has it"
		}
	}
	writeBadge(out, c, len(keys) > 0, listed)
	return c.Status == ledger.Valid, nil
}

func writeBadge(out io.Writer, c badge.Checked, given, listed bool) {
	fmt.Fprintf(out, "Badge “%s”, issued by %s at %s on %s\n", c.Name, c.Issuer, c.Site, view.Day(c.From))
	switch {
	case c.Known:
		fmt.Fprintf(out, "It names the key %s, which is one of yours\n", c.Key)
	case given:
		fmt.Fprintf(out, "It names the key %s, which is not one of yours\n", c.Key)
	default:
		fmt.Fprintf(out, "It names the key %s, which was not checked against a known one. Use --key to be sure who issued it\n", c.Key)
	}
	line := "The badge: " + string(c.Status)
	if c.Why != "" {
		line += ". " + c.Why
	}
	fmt.Fprintln(out, line)
	if !listed && c.Status == ledger.Valid {
		fmt.Fprintf(out, "Whether it was withdrawn since is at place %d of %s: fetch that and use --status\n", c.Place, c.List)
	}
}

func writeReport(out io.Writer, r ledger.Report) {
	fmt.Fprintln(out, verdict(r))
	fmt.Fprintf(out, "Issued by %s, with what was recorded up to %s\n", r.URL, moment(r.AsAt, view.DayTime))
	switch {
	case r.Known:
		fmt.Fprintf(out, "Signed with the key %s, which is one of yours\n", r.Key.ID())
	case r.Foreign:
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

// verdict says the most important thing about a document.
func verdict(r ledger.Report) string {
	withdrawn := 0
	for _, d := range r.Decisions {
		if d.Status == ledger.Withdrawn {
			withdrawn++
		}
	}
	says := ""
	switch {
	case len(r.Wrong) == 0 && r.Foreign:
		return "NOT VALID: signed by an installation whose key is not one of yours"
	case !r.Valid():
		return "NOT VALID: do not rely on this file"
	case r.Known:
		says = "VALID: the file is as it was issued, and every decision in it is what was signed"
	default:
		says = "The file holds together, but who issued it was not checked"
	}
	if withdrawn > 0 {
		says += fmt.Sprintf(". Withdrawn since: %d of %d", withdrawn, len(r.Decisions))
	}
	return says
}

// moment writes a time of the manifest as people do.
func moment(recorded string, how func(time.Time) string) string {
	at, err := time.Parse(time.RFC3339Nano, recorded)
	if err != nil {
		return recorded
	}
	return how(at)
}

// decisionLine says of one decision what it was, and how it stands.
func decisionLine(d ledger.CheckedDecision) string {
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
	role := countersign.NamingRole(d.AssessorRole).Title()
	line += fmt.Sprintf(" (%s, %s, %s%s): %s", role, d.RoleInDecision, moment(d.SignedAt, view.Day), how, d.Status)
	if d.Why != "" {
		line += ". " + d.Why
	}
	return line
}
