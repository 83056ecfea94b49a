package main

import (
	"context"
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
	return cmd
}
