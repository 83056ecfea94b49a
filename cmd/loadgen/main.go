// Command loadgen fills an empty database for benchmarks, and puts a bounded
// load on a running server.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"countersign/internal/loadgen"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cmd := &cobra.Command{Use: "loadgen", Short: "Data and load for benchmarks", SilenceUsage: true, SilenceErrors: true}
	cmd.AddCommand(seedCommand(), runCommand())
	if err := cmd.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func seedCommand() *cobra.Command {
	var o loadgen.Options
	var now string
	cmd := &cobra.Command{
		Use: "seed", Short: "Fill an empty PostgreSQL database", Args: cobra.NoArgs,
		Long: "Fill a PostgreSQL database that has no apprenticeships with made-up ones. Rows are copied in without indexes, which are made\n" +
			"afterwards; until then nobody serves the database. If it is broken off, run it again: it begins anew. Places are those that\n" +
			"countersign org import-ods has loaded, or made up if there are none. Everybody's password is " + loadgen.Password + ".",
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Now, o.Clock, o.Out = time.Now(), time.Now, cmd.OutOrStdout()
			if now != "" {
				var err error
				if o.Now, err = time.Parse(time.RFC3339, now); err != nil {
					return fmt.Errorf("--now is not a time such as 2026-11-22T09:00:00Z: %w", err)
				}
			}
			if o.Apprenticeships < 1 || o.EvidencePer < 0 || o.Database == "" {
				return errors.New("say --apprenticeships, --evidence-per and --database")
			}
			done, err := loadgen.Seed(cmd.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintf(o.Out, "%d rows copied in %.1f s: %.0f rows a second; %.1f s with indexes, log and tallies: %.0f rows a second; %d entries in the log\n",
				done.Rows, done.Copying.Seconds(), float64(done.Rows)/done.Copying.Seconds(), done.Whole.Seconds(), float64(done.Rows)/done.Whole.Seconds(), done.Sealed)
			return nil
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Apprenticeships, "apprenticeships", 1000, "how many")
	f.IntVar(&o.EvidencePer, "evidence-per", 20, "pieces of evidence an apprenticeship, on average")
	f.Int64Var(&o.Seed, "seed", 1, "the same seed at the same --now gives the same rows")
	f.StringVar(&o.Database, "database", os.Getenv("COUNTERSIGN_DATABASE"), "postgres://…")
	f.StringVar(&o.Data, "data", cmp.Or(os.Getenv("COUNTERSIGN_DATA"), "data"), "folder of keys and files, as the server's")
	f.BoolVar(&o.SealRecords, "seal-records", false, "put reviews, submissions, hours and the like into the log as well, not decisions alone: many times slower")
	f.StringVar(&now, "now", "", "the moment as of which it is filled (RFC 3339); the clock's if empty")
	return cmd
}

func runCommand() *cobra.Command {
	var l loadgen.Load
	cmd := &cobra.Command{
		Use: "run", Short: "Have people use a running server for some time", Args: cobra.NoArgs,
		Long: "Have people of a database that loadgen seed has filled use a running server: sign in, log evidence with a photo, decide what is in\n" +
			"the queue, look at a training hub, export a portfolio. It tells how long each step took and what went wrong, and changes what is\n" +
			"in the database.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			l.Clock = time.Now
			if l.People < 1 || l.Duration <= 0 {
				return errors.New("say how many --people and for how long, as in --duration 30s")
			}
			taken, err := loadgen.Run(cmd.Context(), l)
			if err != nil {
				return err
			}
			taken.Write(cmd.OutOrStdout())
			if n := taken.Errors(); n > 0 {
				return fmt.Errorf("%d steps went wrong", n)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&l.URL, "url", "http://127.0.0.1:8080", "of the server")
	f.BoolVar(&l.Anywhere, "anywhere", false, "also on another machine, whose owner knows")
	f.StringVar(&l.Data, "data", cmp.Or(os.Getenv("COUNTERSIGN_DATA"), "data"), "folder that loadgen seed was given")
	f.IntVar(&l.People, "people", 12, "how many at the same time")
	f.DurationVar(&l.Duration, "duration", 30*time.Second, "for how long")
	f.DurationVar(&l.Pause, "pause", 500*time.Millisecond, "between two steps of a person")
	return cmd
}
