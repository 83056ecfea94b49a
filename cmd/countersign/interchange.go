package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/interchange"
)

func exportCommand() *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use: "export ID[@VERSION] --format yaml|case|moodle-csv|csv|xlsx [-o FILE]", Short: "Write a framework for another program", Args: exactly(1),
	}
	cmd.Flags().StringVar(&format, "format", "", "yaml, case, moodle-csv, csv or xlsx")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; without it, standard output")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := knownFormat(format, interchange.Formats()); err != nil {
			return err
		}
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			release, err := release(ctx, a, args[0])
			if err != nil {
				return err
			}
			data, err := release.Encode(interchange.Format(format))
			if err != nil {
				return err
			}
			if out != "" {
				return os.WriteFile(out, data, 0o644)
			}
			_, err = cmd.OutOrStdout().Write(data)
			return err
		})
	}
	return cmd
}

// release returns the version that ID[@VERSION] names; without a version, the
// newest published one.
func release(ctx context.Context, a *app.App, name string) (interchange.Release, error) {
	id, version, _ := strings.Cut(name, "@")
	r, err := a.Service.FrameworkRelease(ctx, id, version)
	return interchange.Release{Framework: r.Framework, File: r.File, Previous: r.Previous, ChangedAt: r.LoadedAt, BaseURL: a.Config.URL}, err
}

func knownFormat(format string, allowed []interchange.Format) error {
	if slices.Contains(allowed, interchange.Format(format)) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, f := range allowed {
		names[i] = string(f)
	}
	return usageError{fmt.Errorf("--format must be one of %s", strings.Join(names, ", "))}
}

func importCommand() *cobra.Command {
	var format, base, out string
	var dryRun bool
	var o interchange.Options
	cmd := &cobra.Command{
		Use: "import FILE --format case|moodle-csv|csv|xlsx [--dry-run]", Short: "Load a framework from another program's file, as a draft", Args: exactly(1), Long: importHelp(),
	}
	cmd.Flags().StringVar(&format, "format", "", "case, moodle-csv, csv or xlsx")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be imported and every problem, and change nothing")
	cmd.Flags().StringVar(&o.ID, "id", "", "id of the framework, instead of what the file says")
	cmd.Flags().StringVar(&o.Version, "version", "", "version, instead of what the file says")
	cmd.Flags().StringVar(&o.Title, "title", "", "title, instead of what the file says")
	cmd.Flags().StringVar(&base, "based-on", "", "ID[@VERSION] that role, programme, scale and signing are taken from")
	cmd.Flags().StringVarP(&out, "output", "o", "", "write the framework file there instead of loading it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := knownFormat(format, interchange.ImportFormats()); err != nil {
			return err
		}
		if dryRun && out != "" {
			return usageError{errors.New("--dry-run writes nothing, so it takes no -o")}
		}
		data, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		o.Name = filepath.Base(args[0])
		decode := func() (interchange.Draft, error) {
			draft, err := interchange.Decode(interchange.Format(format), data, o)
			if err == nil {
				printReport(cmd.OutOrStdout(), draft)
			}
			return draft, err
		}
		if base == "" && (dryRun || out != "") { // needs no database
			draft, err := decode()
			return finishImport(cmd.OutOrStdout(), draft, out, err)
		}
		return withApp(cmd, func(ctx context.Context, a *app.App) error {
			if base != "" {
				from, err := release(ctx, a, base)
				if err != nil {
					return err
				}
				o.Base = &from.Framework
			}
			draft, err := decode()
			if err != nil || dryRun || out != "" {
				return finishImport(cmd.OutOrStdout(), draft, out, err)
			}
			f, err := a.Service.LoadFramework(ctx, a.Service.Operator(), "", draft.File)
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "%s %s is loaded, %s: %d competencies\n", f.ID, f.Version, f.Status, len(f.Competencies()))
			}
			return err
		})
	}
	return cmd
}

func printReport(w io.Writer, draft interchange.Draft) {
	for _, remark := range draft.Report {
		fmt.Fprintln(w, remark)
	}
}

// finishImport ends an import that loads nothing.
func finishImport(w io.Writer, draft interchange.Draft, out string, err error) error {
	if err != nil {
		return err
	}
	f := draft.Framework
	if out == "" {
		fmt.Fprintf(w, "%s %s can be imported: %d competencies. Nothing was changed.\n", f.ID, f.Version, len(f.Competencies()))
		return nil
	}
	fmt.Fprintf(w, "%s %s is in %s: %d competencies. Load it with: countersign framework load %s\n", f.ID, f.Version, out, len(f.Competencies()), out)
	return os.WriteFile(out, draft.File, 0o644)
}

// importHelp lists the columns of the plain table.
func importHelp() string {
	var b strings.Builder
	b.WriteString("Load a framework from another program's file, as a draft, and list what was changed, filled in or left out.\n" +
		"A file with a problem is refused with every row's problem, and nothing is imported.\n\n" +
		"csv and xlsx are a table with one row a competency. Its columns, in any order; * is required:\n\n")
	for _, c := range interchange.Columns() {
		star := " "
		if c.Required {
			star = "*"
		}
		fmt.Fprintf(&b, "  %-14s%s %s\n", c.Name, star, c.Says)
	}
	return b.String()
}
