package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"countersign/internal/app"
)

func ledgerCommand() *cobra.Command {
	cmd := group("ledger", "Keep the log of decisions and its signing keys")
	cmd.AddCommand(
		&cobra.Command{Use: "keys", Short: "Print the public keys, one a line, the present one last", Args: exactly(0), RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				keys, err := a.Service.SigningKeys(ctx)
				for _, k := range keys {
					fmt.Fprintln(cmd.OutOrStdout(), k.Verifier)
				}
				return err
			})
		}},
		&cobra.Command{Use: "rotate-key", Short: "Sign with a new key from now on; what the old one signed stays valid", Args: exactly(0), RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				key, err := a.Service.RotateKey(ctx, a.Service.Operator())
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), key)
				}
				return err
			})
		}},
	)
	cmd.AddCommand(verifyLedgerCommand())
	return cmd
}

func verifyLedgerCommand() *cobra.Command {
	var kept string
	cmd := &cobra.Command{
		Use: "verify [--checkpoint FILE]", Short: "Recompute everything that the log covers, and name what was changed", Args: exactly(0),
		Long: `Recomputes every decision, the evidence, files, framework texts and progress reviews that it rests on, the log and its signed
checkpoints from the database and the files. Exit code 0: all is as it was sealed; 1: something was changed, one line each;
2: it could not be checked.`,
	}
	cmd.Flags().StringVar(&kept, "checkpoint", "", "a signed checkpoint that was kept elsewhere: the log must have grown from it")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		err := withApp(cmd, func(ctx context.Context, a *app.App) error {
			return a.VerifyLedger(ctx, kept, cmd.OutOrStdout())
		})
		if err != nil && !errors.Is(err, app.ErrChanged) {
			return unreadable{err}
		}
		return err
	}
	return cmd
}
