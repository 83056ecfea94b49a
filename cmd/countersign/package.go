package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/countersign"
)

func packageCommand() *cobra.Command {
	cmd := group("package", "Move a learner to another installation")
	cmd.AddCommand(packageExportCommand())
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
