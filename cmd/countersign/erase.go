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
	cmd := &cobra.Command{
		Use: "erase [PERSON --basis B --reason R]", Short: "List whose retention period is over or who asked to be erased, or erase one of them", Args: usage(cobra.MaximumNArgs(1)),
		Long: "Without an argument: list those whose retention period is over, and those who asked, with their identifiers.\n" +
			"With one: destroy everything that says something about that person. What remains are identifiers, dates and hashes.",
	}
	cmd.Flags().StringVar(&basis, "basis", "", "the legal basis on which they are erased (default COUNTERSIGN_RETENTION_BASIS)")
	cmd.Flags().StringVar(&reason, "reason", "", "why, without a name: it is kept")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			if basis == "" {
				basis = a.Service.Retention().Basis
			}
			if len(args) == 0 {
				return listErasures(ctx, cmd, a)
			}
			err := a.Service.DecideErasure(ctx, a.Service.Operator(), countersign.PersonID(args[0]), service.ErasureInput{Decision: "erase", Basis: basis, Reason: reason})
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), "Erased. Backups that were made before still hold this person.")
			}
			return err
		})
	}
	return cmd
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
