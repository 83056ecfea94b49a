package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/view"
)

// ErrChanged says that a check found something that isn't as it was.
var ErrChanged = errors.New("not everything is as it was sealed")

// sayEvery is how often a long check says how far it is.
const sayEvery = 5 * time.Second

// VerifyLedger checks everything that the ledger covers and writes what it
// finds, a line each. It fails with ErrChanged if there is anything. The file
// holds a signed checkpoint that was kept elsewhere, or is "".
func (a *App) VerifyLedger(ctx context.Context, checkpoint string, out io.Writer) error {
	var known []ledger.Checkpoint
	if checkpoint != "" {
		c, err := a.keptCheckpoint(ctx, checkpoint)
		if err != nil {
			return err
		}
		known = append(known, c)
	}
	said := time.Now()
	done, err := a.Service.VerifyLedger(ctx, a.Service.Operator(), known, func(f ledger.Finding) {
		fmt.Fprintf(out, "%s %s, %s: %s\n", f.Table, f.Row, f.Column, f.Says)
	}, func(c service.LedgerCheck) {
		if time.Since(said) >= sayEvery {
			said = time.Now()
			fmt.Fprintf(out, "Checked so far: %d decisions, %d pieces of evidence, %d other records, %d log entries\n", c.Decisions, c.Pieces, c.Records, c.Entries)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d decisions (%d with erased text, %d not sealed yet), %d revisions of %d pieces of evidence (%d destroyed), %d files, %d framework versions, %d progress reviews\n",
		done.Decisions, done.Erased, done.Unsealed, done.Revisions, done.Pieces, done.Destroyed, done.Files, done.Frameworks, done.Reviews)
	fmt.Fprintf(out, "%d reviews, signatures, hours and other records (%d without their salt since an erasure; beneath %d apprenticeships some are not sealed yet)\n", done.Records, done.Forgotten, done.Behind)
	fmt.Fprintf(out, "%d log entries under %d signed checkpoints\n", done.Entries, done.Checkpoints)
	if done.Stamped > 0 {
		fmt.Fprintf(out, "%d of them time-stamped, the last at %s by %s\n", done.Stamped, done.Stamp.At.Format(time.RFC3339), done.Stamp.By)
		if a.Config.TSACA == "" {
			fmt.Fprintln(out, "Whose time-stamps these are is what they say themselves: set COUNTERSIGN_TSA_CA to the authority's certificates to check it.")
		}
	}
	if done.Findings > 0 {
		return fmt.Errorf("%w: %s", ErrChanged, view.Count(done.Findings, "finding"))
	}
	fmt.Fprintln(out, "Everything is as it was sealed.")
	return nil
}

// keptCheckpoint reads a file with a signed checkpoint of this log.
func (a *App) keptCheckpoint(ctx context.Context, file string) (ledger.Checkpoint, error) {
	signed, err := os.ReadFile(file)
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	keys, err := a.Service.PublicKeys(ctx)
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	c, _, err := ledger.OpenCheckpoint(string(signed), keys...)
	return c, err
}
