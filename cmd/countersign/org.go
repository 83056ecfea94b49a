package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/countersign"
)

func orgCommand() *cobra.Command {
	cmd := group("org", "Regions, training hubs and practices")
	var in app.PlacesImport
	var on string
	load := &cobra.Command{
		Use: "import-ods FILE [--icb FILE] [--on DATE] [--dry-run]", Short: "Load England's GP practices from the Organisation Data Service", Args: exactly(1),
		Long: "Load England's open GP practices from epraccur.csv of the Organisation Data Service, each beneath the training hub of its integrated care board,\n" +
			"and its region. Places are added, renamed, moved, closed and opened again to be what the file says; the same file twice changes nothing.\n" +
			"A row that is wrong is named by its line, and the rest is done. With --icb, boards and regions have their names, and hubs of boards that\n" +
			"are no longer there are closed once nothing open is beneath them.",
	}
	load.Flags().StringVar(&in.Boards, "icb", "", "icb.csv: code, name, region code and region of each integrated care board")
	load.Flags().StringVar(&on, "on", "", "first day on which moves count, such as 2026-04-01 (default today)")
	load.Flags().BoolVar(&in.DryRun, "dry-run", false, "say what would happen, and change nothing")
	load.RunE = func(cmd *cobra.Command, args []string) error {
		if on != "" {
			day, err := countersign.ParseDate(on)
			if err != nil {
				return usageError{fmt.Errorf("--on must be a date such as 2026-04-01, not %q", on)}
			}
			in.On = day
		}
		in.Practices = args[0]
		return withApp(cmd, func(ctx context.Context, a *app.App) error { return a.ImportPlaces(ctx, in, cmd.OutOrStdout()) })
	}
	cmd.AddCommand(load)
	return cmd
}
