package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/countersign"
)

func packageCommand() *cobra.Command {
	cmd := group("package", "Move a learner to another installation")
	cmd.AddCommand(packageExportCommand(), packageImportCommand())
	return cmd
}

func packageExportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "export APPRENTICESHIP -o FILE.zip", Short: "Write everything of an apprenticeship as a transfer package", Args: exactly(1)}
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if out == "" {
			return usageError{errors.New("package export needs -o FILE.zip")}
		}
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			return a.ExportPackage(ctx, countersign.ApprenticeshipID(args[0]), out)
		})
	}
	return cmd
}

func packageImportCommand() *cobra.Command {
	var practice string
	cmd := &cobra.Command{
		Use: "import FILE.zip --practice CODE", Short: "Receive a transfer package, apart from this installation's records", Args: exactly(1),
		Long: "Receive a transfer package from another installation for a practice. Every hash in it is checked. It is kept apart from this\n" +
			"installation's records until a GP supervisor of the practice accepts or declines it.",
	}
	cmd.Flags().StringVar(&practice, "practice", "", "code of the practice that receives it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if practice == "" {
			return usageError{errors.New("package import needs --practice CODE")}
		}
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			got, again, err := a.ImportPackage(ctx, args[0], practice)
			switch {
			case err != nil:
				return err
			case again:
				fmt.Fprintf(cmd.OutOrStdout(), "%s has this package already: nothing was changed. It is %s.\n", got.PracticeName, got.State)
			default:
				fmt.Fprintf(cmd.OutOrStdout(), "Every hash is right. The portfolio of %s, apprenticeship %s, from %s, is with %s until a GP supervisor there accepts it.\n",
					got.ApprenticeName, got.Apprenticeship, got.OriginURL, got.PracticeName)
			}
			return nil
		})
	}
	return cmd
}
