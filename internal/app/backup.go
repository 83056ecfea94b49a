package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"countersign/internal/backup"
	"countersign/internal/files"
	"countersign/internal/store"
)

// Backup writes everything of the installation to a file, which appears only
// when it is complete, while servers go on. keyFile may be empty. Progress goes
// to out. Files that are damaged or missing are named in the error, and the
// backup of all the rest is there.
func Backup(ctx context.Context, c Config, file, keyFile string, out io.Writer) error {
	c, err := c.complete()
	if err == nil {
		err = c.hasDatabase()
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s is there already", file)
	}
	key, err := readKey(keyFile)
	if err != nil {
		return err
	}
	p, err := openPlace(ctx, c, out)
	if err != nil {
		return err
	}
	var end backup.Ending
	err = writeWhole(file, func(w io.Writer) (err error) {
		end, err = backup.Write(ctx, p, Version, c.clock()(), key, w)
		return err
	})
	if err := errors.Join(err, p.Store.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s holds %d rows and %d files.\n", file, end.Total(), end.Files)
	if key == nil {
		fmt.Fprintln(out, "It is not encrypted, and the installation's own keys are not in it.")
	}
	if len(end.Missing) > 0 {
		return fmt.Errorf("the backup is made, but %d files are damaged or missing in the folder for files: %v", len(end.Missing), end.Missing)
	}
	return nil
}

// Restore fills an empty database and data folder from a backup. Nothing is
// changed unless the whole of it can be read. What the ledger finds changed
// refuses it too, unless it is restored despite that.
func Restore(ctx context.Context, c Config, file, keyFile string, despite bool, out io.Writer) error {
	c, err := c.complete()
	if err != nil {
		return err
	}
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	key, err := readKey(keyFile)
	if err != nil {
		return err
	}
	beginning, end, err := backup.Check(from, key)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "The backup of %s, made by version %s, is whole: %d rows, %d files.\n",
		beginning.MadeAt.Format("2 January 2006 15:04 UTC"), beginning.Program, end.Total(), end.Files)
	p, err := openPlace(ctx, c, out)
	if err != nil {
		return err
	}
	err = backup.Restore(ctx, p, from, key, beginning, func() error {
		a := &App{Config: c, Store: p.Store, now: c.clock()}
		if err := a.connect(ctx); err != nil {
			return err
		}
		err := a.VerifyLedger(ctx, "", out)
		switch {
		case errors.Is(err, ErrChanged) && despite:
			return nil
		case errors.Is(err, ErrChanged):
			return fmt.Errorf("%w. If the backed up installation was so already, restore it with --despite-findings", err)
		}
		return err
	})
	if err := errors.Join(err, p.Store.Close()); err != nil {
		return err
	}
	for _, sum := range end.Missing {
		fmt.Fprintf(out, "Missing when the backup was made: the file %s\n", sum)
	}
	if end.Keys == 0 {
		fmt.Fprintln(out, "The backup has no keys of the installation. Copy them into "+p.Keys+", or give it another with countersign ledger rotate-key:"+
			" what was signed stays verifiable. Authenticator apps are to be set up again, and passwords and passkeys go on.")
	}
	a, err := Open(ctx, c) // as a server would
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Restored.")
	return a.Close()
}

// NewBackupKey writes a key for backups to a file and says its public half.
func NewBackupKey(file string, out io.Writer) error {
	secret, public, err := backup.NewKey()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(secret)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is the key. Keep it away from the server and from the backups: without it they cannot be read.\nFor making backups this public half in a file is enough:\n%s\n", file, public)
	return nil
}

func readKey(file string) (*backup.Key, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // no key is a way to make a backup
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return backup.ReadKey(content)
}

// openPlace opens what a backup is made of, without migrating anything.
func openPlace(ctx context.Context, c Config, out io.Writer) (backup.Place, error) {
	if err := os.MkdirAll(c.Data, 0o750); err != nil {
		return backup.Place{}, fmt.Errorf("the data folder cannot be used: %w", err)
	}
	st, err := store.Open(ctx, c.Database, store.Options{Now: c.clock()})
	if err != nil {
		return backup.Place{}, fmt.Errorf("the database cannot be used: %w", err)
	}
	return backup.Place{
		Store: st, Keys: filepath.Join(c.Data, "keys"),
		Files: func() (files.Objects, error) { return c.objects(ctx) },
		Say:   func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) },
	}, nil
}
