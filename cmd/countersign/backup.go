package main

import (
	"github.com/spf13/cobra"

	"countersign/internal/app"
)

func backupCommand() *cobra.Command {
	cmd, keyFile := archiveCommand()
	cmd.RunE = withConfig(func(cmd *cobra.Command, c app.Config, file string) error {
		return app.Backup(cmd.Context(), c, file, *keyFile, cmd.OutOrStdout())
	})
	cmd.Use, cmd.Short = "backup FILE [--key-file KEY]", "Write database and files to one archive, while the server serves"
	cmd.Long = "Write database and files, as they are at one moment, to one archive, while the server serves. An archive of one kind of database can be\n" +
		"restored into the other. With a key file, whose public half is enough, it is encrypted and holds the installation's own keys as well."
	return cmd
}

func restoreCommand() *cobra.Command {
	var despite bool
	cmd, keyFile := archiveCommand()
	cmd.Flags().BoolVar(&despite, "despite-findings", false, "restore though the ledger finds something that isn't as it was sealed")
	cmd.RunE = withConfig(func(cmd *cobra.Command, c app.Config, file string) error {
		return app.Restore(cmd.Context(), c, file, *keyFile, despite, cmd.OutOrStdout())
	})
	cmd.Use, cmd.Short = "restore FILE [--key-file KEY]", "Fill an empty database and data folder from a backup"
	cmd.Long = "Fill an empty database and data folder from a backup. The whole archive is read and checked first, and everything is checked again\n" +
		"where it is then. It is restored whole or not at all."
	return cmd
}

// archiveCommand is a command on an archive, which may have a key.
func archiveCommand() (*cobra.Command, *string) {
	cmd := &cobra.Command{Args: exactly(1)}
	return cmd, cmd.Flags().String("key-file", "", "a key as countersign backup-key makes it")
}

// withConfig reads the settings and then runs a command on its one argument.
func withConfig(run func(*cobra.Command, app.Config, string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c, err := app.ConfigFromEnvironment()
		if err != nil {
			return err
		}
		return run(cmd, c, args[0])
	}
}

func backupKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "backup-key FILE", Short: "Make a key that encrypts backups", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error { return app.NewBackupKey(args[0], cmd.OutOrStdout()) },
	}
}
