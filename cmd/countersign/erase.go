package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

func eraseCommand() *cobra.Command {
	var basis, reason string
	var scrub bool
	cmd := &cobra.Command{
		Use: "erase [PERSON --basis B --reason R]", Short: "List whose retention period is over or who asked to be erased, or erase one of them", Args: usage(cobra.MaximumNArgs(1)),
		Long: "Without an argument: list those whose retention period is over, and those who asked, with their identifiers.\n" +
			"With one: destroy everything that says something about that person. What remains are identifiers, dates and hashes.\n" +
			"The files of the database are then written anew, and on PostgreSQL no table can be used while it is written.\n" +
			"After an erasure on the page, or of a piece that was reported, the server does that in the night; --scrub does it now.",
	}
	cmd.Flags().StringVar(&basis, "basis", "", "the legal basis on which they are erased (default COUNTERSIGN_RETENTION_BASIS)")
	cmd.Flags().StringVar(&reason, "reason", "", "why, without a name: it is kept")
	cmd.Flags().BoolVar(&scrub, "scrub", false, "erase nobody, and take what was erased out of the files of the database")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			if basis == "" {
				basis = a.Service.Retention().Basis
			}
			switch {
			case scrub:
				return a.Store.Scrub(ctx)
			case len(args) == 0:
				return listErasures(ctx, cmd, a)
			}
			return erase(ctx, cmd, a, countersign.PersonID(args[0]), service.ErasureInput{Decision: "erase", Basis: basis, Reason: reason})
		})
	}
	return cmd
}

func erase(ctx context.Context, cmd *cobra.Command, a *app.App, person countersign.PersonID, in service.ErasureInput) error {
	e, _, err := a.Service.Erasure(ctx, a.Service.Operator(), person)
	if err != nil {
		return err
	}
	if err := a.Service.DecideErasure(ctx, a.Service.Operator(), person, in); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintln(out, "Erased. Backups that were made before still hold this person.")
	for _, id := range e.NamedIn {
		fmt.Fprintf(out, "The received portfolio %s of somebody else holds this name or address, and keeps it as part of that record.\n", id)
	}
	return a.Store.Scrub(ctx)
}

func listErasures(ctx context.Context, cmd *cobra.Command, a *app.App) error {
	all, err := a.Service.Erasures(ctx, a.Service.Operator())
	for _, e := range all {
		why := "the period ended on " + e.DueOn(a.Service.Retention()).String()
		if e.Asked() {
			why = "asked on " + countersign.LondonDate(e.AskedAt).String()
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s  %s, %s: %s\n", e.Person, e.Name, e.Email, why)
	}
	return err
}
