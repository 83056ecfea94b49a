package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/framework"
)

func diffCommand() *cobra.Command {
	return &cobra.Command{
		Use: "diff A B", Short: "Say what changed from framework A to B, each a FILE or ID[@VERSION]", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var both [2]countersign.Framework
			for i, name := range args {
				f, err := frameworkNamed(cmd, name)
				if err != nil {
					return err
				}
				both[i] = f
			}
			_, err := fmt.Fprint(cmd.OutOrStdout(), framework.Diff(both[0], both[1]).Text())
			return err
		},
	}
}

// frameworkNamed reads a file if there is one of that name, or ends in .yaml,
// and else a loaded version.
func frameworkNamed(cmd *cobra.Command, name string) (f countersign.Framework, err error) {
	if _, missing := os.Stat(name); missing == nil || strings.HasSuffix(name, ".yaml") {
		f, _, err = readFramework(name)
		return f, err
	}
	err = withApp(cmd, func(ctx context.Context, a *app.App) (err error) {
		id, version, _ := strings.Cut(name, "@")
		f, err = a.Service.Framework(ctx, id, version)
		return err
	})
	return f, err
}
