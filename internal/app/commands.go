package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/server"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/view"
)

// MigrationStatus writes where the database is, without changing it.
func MigrationStatus(ctx context.Context, c Config, out io.Writer) error {
	c, err := c.complete()
	if err != nil {
		return err
	}
	if err := c.hasDatabase(); err != nil {
		return err
	}
	st, err := store.Open(ctx, c.Database, store.Options{Now: c.clock()})
	if err != nil {
		return err
	}
	all, err := st.MigrationStatus(ctx)
	for _, m := range all {
		state := "pending"
		if !m.AppliedAt.IsZero() {
			state = "applied"
		}
		fmt.Fprintf(out, "%04d %-30s %s\n", m.Version, m.Name, state)
	}
	return errors.Join(err, st.Close())
}

// hasDatabase refuses a SQLite file that isn't there: to open it would make it.
func (c Config) hasDatabase() error {
	file, ok := strings.CutPrefix(c.Database, "sqlite:")
	if _, err := os.Stat(file); ok && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s yet; countersign migrate makes one", file)
	}
	return nil
}

// WritePortfolio writes an apprenticeship's portfolio as PDF to a file, which
// appears only when it is complete.
func (a *App) WritePortfolio(ctx context.Context, id countersign.ApprenticeshipID, file string) error {
	portfolio, err := a.Service.Portfolio(ctx, a.Service.Operator(), id)
	if err != nil {
		return err
	}
	if err := a.sealFirst(ctx); err != nil {
		return err
	}
	return writeWhole(file, func(w io.Writer) error { return a.packer(nil).Portfolio(ctx, w, portfolio) })
}

// sealFirst puts what was just decided into the log, so that a document made
// now has its proof, if this machine has the key.
func (a *App) sealFirst(ctx context.Context) error {
	if _, err := a.Service.Seal(ctx, false); err != nil && !errors.Is(err, service.ErrNoKey) {
		return err
	}
	return nil
}

// ExportPackage writes the transfer package of an apprenticeship to a file,
// which appears only when it is complete.
func (a *App) ExportPackage(ctx context.Context, id countersign.ApprenticeshipID, file string) error {
	pages, err := view.New(view.Site{})
	if err != nil {
		return err
	}
	if err := a.sealFirst(ctx); err != nil {
		return err
	}
	out, err := a.packer(pages).Export(ctx, a.Service.Operator(), id)
	if err != nil {
		return err
	}
	return errors.Join(writeWhole(file, func(w io.Writer) error {
		_, err := io.Copy(w, out)
		return err
	}), out.Close())
}

// ImportPackage receives a transfer package for a practice. The second result
// says that it had been received before.
func (a *App) ImportPackage(ctx context.Context, file, practice string) (countersign.Received, bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return countersign.Received{}, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return countersign.Received{}, false, err
	}
	return a.Service.ReceivePackage(ctx, a.Service.Operator(), practice, f, info.Size())
}

// writeWhole writes a file that appears only when it is complete.
func writeWhole(file string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".countersign-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

// Storybook serves every page with sample data until ctx ends.
func Storybook(ctx context.Context, addr string, out io.Writer) error {
	pages, err := view.New(view.Site{Demo: true})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	srv := &http.Server{Handler: server.Storybook(pages), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	fmt.Fprintf(out, "The storybook is at http://%s\n", listener.Addr())
	if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
