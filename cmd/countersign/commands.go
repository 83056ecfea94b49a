package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
)

func migrateCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "migrate [up|status]", Short: "Bring the database up to date, or say where it is", Args: usage(cobra.MaximumNArgs(1))}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		what := "up"
		if len(args) == 1 {
			what = args[0]
		}
		switch what {
		case "up":
			return withApp(cmd, func(context.Context, *app.App) error {
				fmt.Fprintln(cmd.OutOrStdout(), "The database is up to date.")
				return nil
			})
		case "status":
			c, err := app.ConfigFromEnvironment()
			if err != nil {
				return err
			}
			return app.MigrationStatus(cmd.Context(), c, cmd.OutOrStdout())
		}
		return usageError{fmt.Errorf("migrate knows up and status, not %q", what)}
	}
	return cmd
}

func frameworkCommand() *cobra.Command {
	cmd := group("framework", "List, check, load, compare, export and import competency frameworks")
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List the loaded frameworks", Args: exactly(0), RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				rows, err := a.Service.Frameworks(ctx)
				for _, r := range rows {
					fmt.Fprintf(cmd.OutOrStdout(), "%s %s  %s, %s, %d competencies  %s\n", r.ID, r.Version, r.Status, r.Standing, r.Competencies, r.Title)
				}
				return err
			})
		}},
		&cobra.Command{Use: "validate FILE", Short: "Check a framework file", Args: exactly(1), RunE: func(cmd *cobra.Command, args []string) error {
			f, _, err := readFramework(args[0])
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "%s %s is valid: %d competencies\n", f.ID, f.Version, len(f.Competencies()))
			}
			return err
		}},
		&cobra.Command{Use: "load FILE", Short: "Load a framework file", Args: exactly(1), RunE: func(cmd *cobra.Command, args []string) error {
			_, data, err := readFramework(args[0])
			if err != nil {
				return err
			}
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				f, err := a.Service.LoadFramework(ctx, a.Service.Operator(), frameworkName(args[0]), data)
				if err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "%s %s is loaded\n", f.ID, f.Version)
				}
				return err
			})
		}},
		exportCommand(), importCommand(), diffCommand(),
	)
	return cmd
}

func readFramework(path string) (countersign.Framework, []byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return countersign.Framework{}, nil, err
	}
	f, err := framework.Parse(frameworkName(path), data)
	return f, data, err
}

// frameworkName is what errors call the file.
func frameworkName(path string) string { return filepath.Base(path) }

func userCommand() *cobra.Command {
	cmd := group("user", "Add people")
	var email, name, role string
	add := &cobra.Command{Use: "add --email E --name N --role ROLE@ORGCODE", Short: "Add a person and print their one-time set-up link", Args: exactly(0)}
	add.Flags().StringVar(&email, "email", "", "e-mail address")
	add.Flags().StringVar(&name, "name", "", "name")
	add.Flags().StringVar(&role, "role", "", "role and the code of its organisation, such as admin@ENGLAND")
	add.RunE = func(cmd *cobra.Command, _ []string) error {
		what, where, ok := strings.Cut(role, "@")
		if email == "" || name == "" || !ok {
			return usageError{errors.New("user add needs --email, --name and --role ROLE@ORGCODE")}
		}
		if !countersign.MemberRole(what).Valid() {
			return fmt.Errorf("there is no role %q. The roles are %v", what, countersign.MemberRoles())
		}
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			added, err := a.Service.AddMember(ctx, a.Service.Operator(), service.MembershipInput{
				PersonInput: service.PersonInput{Name: name, Email: email}, Role: countersign.MemberRole(what), Organisation: where,
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is %s at %s.\n", added.Person.Name, added.Membership.Role.Title(), where)
			if added.SetUpToken != "" {
				fmt.Fprintf(cmd.OutOrStdout(), "Set-up link, good once and for 14 days:\n%s/set-password/%s\n", a.Config.URL, added.SetUpToken)
			}
			return nil
		})
	}
	cmd.AddCommand(add)
	return cmd
}

func tokenCommand() *cobra.Command {
	cmd := group("token", "Make API tokens")
	var email, name string
	var days int
	create := &cobra.Command{Use: "create --email E [--name N] [--days D]", Short: "Make a personal API token and print it, once", Args: exactly(0)}
	create.Flags().StringVar(&email, "email", "", "whose token it is")
	create.Flags().StringVar(&name, "name", "", "what it is for")
	create.Flags().IntVar(&days, "days", 90, "how many days it holds")
	create.RunE = func(cmd *cobra.Command, _ []string) error {
		if email == "" {
			return usageError{errors.New("token create needs --email")}
		}
		if days < 1 {
			return usageError{errors.New("token create needs a number of --days from 1")}
		}
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			_, secret, err := a.Service.CreateTokenFor(ctx, a.Service.Operator(), email, service.TokenInput{Name: name, Days: days})
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), secret)
			}
			return err
		})
	}
	cmd.AddCommand(create)
	return cmd
}

func portfolioCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "portfolio APPRENTICESHIP -o FILE.pdf", Short: "Write a portfolio as PDF", Args: exactly(1)}
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if out == "" {
			return usageError{errors.New("portfolio needs -o FILE.pdf")}
		}
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			return a.WritePortfolio(ctx, countersign.ApprenticeshipID(args[0]), out)
		})
	}
	return cmd
}

func storybookCommand() *cobra.Command {
	var addr string
	cmd := &cobra.Command{Use: "storybook", Short: "Show every page with sample data, without a database", Args: exactly(0)}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8081", "listen address")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return app.Storybook(cmd.Context(), addr, cmd.OutOrStdout())
	}
	return cmd
}
