package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"countersign/internal/app"
)

func backupCommand() *cobra.Command {
	cmd := archiveCommand(app.Backup)
	cmd.Use, cmd.Short = "backup FILE [--key-file KEY]", "Write database and files to one archive, while the server serves"
	cmd.Long = "Write database and files, as they are at one moment, to one archive, while the server serves. An archive of one kind of database can be\n" +
		"restored into the other. With a key file, whose public half is enough, it is encrypted and holds the installation's own keys as well."
	return cmd
}

func restoreCommand() *cobra.Command {
	cmd := archiveCommand(app.Restore)
	cmd.Use, cmd.Short = "restore FILE [--key-file KEY]", "Fill an empty database and data folder from a backup"
	cmd.Long = "Fill an empty database and data folder from a backup. The whole archive is read and checked first, and everything is checked again\n" +
		"where it is then. It is restored whole or not at all."
	return cmd
}

func archiveCommand(run func(context.Context, app.Config, string, string, io.Writer) error) *cobra.Command {
	var keyFile string
	cmd := &cobra.Command{Args: exactly(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := app.ConfigFromEnvironment()
		if err != nil {
			return err
		}
		return run(cmd.Context(), c, args[0], keyFile, cmd.OutOrStdout())
	}}
	cmd.Flags().StringVar(&keyFile, "key-file", "", "a key as countersign backup-key makes it")
	return cmd
}

func backupKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "backup-key FILE", Short: "Make a key that encrypts backups", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error { return app.NewBackupKey(args[0], cmd.OutOrStdout()) },
	}
}
