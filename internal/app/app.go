package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"countersign/internal/api"
	"countersign/internal/countersign"
	"countersign/internal/demo"
	"countersign/internal/files"
	"countersign/internal/jobs"
	"countersign/internal/keyring"
	"countersign/internal/mail"
	"countersign/internal/pack"
	"countersign/internal/passkey"
	"countersign/internal/password"
	"countersign/internal/server"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/store"
	"countersign/internal/view"
	"countersign/internal/web"
)

// Version is the program's version; the build sets it.
var Version = "dev"

// App is the product put together on one database, without a server.
type App struct {
	Config  Config
	Store   *store.Store
	Service *service.Service
	files   *files.Vault
	keys    *keyring.Folder
	secrets *password.Vault
	shown   atomic.Pointer[[]view.Persona] // the demonstration's people who are there
	now     func() time.Time
}

// Open opens the data folder and the database, migrates it and loads the
// shipped frameworks. Short commands may run beside a server. Its errors are
// one clear line.
func Open(ctx context.Context, c Config) (*App, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o750); err != nil {
		return nil, fmt.Errorf("the data folder cannot be used: %w", err)
	}
	now := c.clock()
	st, err := store.Open(ctx, c.Database, store.Options{Now: now, Reports: c.Reports})
	if err != nil {
		return nil, fmt.Errorf("the database cannot be used: %w", err)
	}
	a := &App{Config: c, Store: st, now: now}
	if err := a.prepare(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return a, nil
}

func (a *App) prepare(ctx context.Context) error {
	if err := a.Store.Migrate(ctx); err != nil {
		return err
	}
	if err := a.checkMark(ctx); err != nil {
		return err
	}
	if err := a.connect(ctx); err != nil {
		return err
	}
	return a.Service.Prepare(ctx)
}

// connect makes the service over database, files and keys.
func (a *App) connect(ctx context.Context) error {
	objects, err := a.Config.objects(ctx)
	if err != nil {
		return fmt.Errorf("COUNTERSIGN_FILES: the place for files cannot be used: %w", err)
	}
	a.files, a.keys = files.NewVault(objects, a.Store.FileKeys()), keyring.Open(filepath.Join(a.Config.Data, "keys"), a.Config.host())
	key, err := secretKey(filepath.Join(a.Config.Data, "keys", "secrets.key"))
	if err != nil {
		return err
	}
	if a.secrets, err = password.NewVault(key); err != nil {
		return err
	}
	a.Service = a.service(a.Store, rand.Reader)
	return nil
}

func (a *App) service(st *store.Store, random io.Reader) *service.Service {
	passkeys, err := passkey.New(a.Config.URL)
	if err != nil {
		a.Config.Log.Warn("passkeys cannot be used", "reason", err.Error())
	}
	scan, _ := a.Config.scanner()        // complete saw to it that there is no error
	authority, _ := a.Config.authority() // and here too
	guard := service.FileGuard()
	guard.Virus = scan
	return service.New(service.Config{
		Store: st, Files: a.files, Scan: scan, Keys: a.keys, Rand: random, Demo: a.Config.Demo,
		Intake:  files.NewIntake(a.files, "", guard),
		Secrets: a.secrets, Passkeys: passkeys, Provider: a.Config.provider(a.now), TSA: authority,
		Retention: a.Config.retention(), Mails: mail.NewFolder(filepath.Join(a.Config.Data, mail.FolderName)),
	})
}

// checkMark keeps demonstrations and real data apart: a demonstration is
// filled into an empty database only, and a moved clock is for those only.
func (a *App) checkMark(ctx context.Context) error {
	return a.Store.Read(ctx, func(tx *store.Tx) error {
		mark, err := tx.Setting(demo.Mark)
		if err != nil {
			return err
		}
		empty, err := tx.Empty()
		if err != nil {
			return err
		}
		switch {
		case a.Config.Demo && mark == "" && !empty:
			return errors.New("this database holds real data, so it cannot become a demonstration. Use another COUNTERSIGN_DATABASE or COUNTERSIGN_DATA")
		case a.Config.Now != "" && mark == "" && !a.Config.Demo:
			return errors.New("COUNTERSIGN_NOW moves the clock, which is for demonstrations only")
		}
		return nil
	})
}

// Close releases the database.
func (a *App) Close() error { return a.Store.Close() }

// collectLess has the garbage collector run half as often, which takes a
// quarter off a page and costs some 15 MB, unless GOGC says how often.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}

// Serve runs the server until ctx ends, then lets requests under way finish.
// It writes the address, and the people of a demonstration, to out.
func Serve(ctx context.Context, c Config, out io.Writer) error {
	collectLess()
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	unlock, err := a.Store.LockServer()
	if err != nil {
		return err
	}
	defer unlock()
	stop, err := startTraces(ctx)
	if err != nil {
		return err
	}
	defer stop()
	listener, err := net.Listen("tcp", a.Config.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", a.Config.Addr, err)
	}
	return a.serve(ctx, listener, out)
}

func (a *App) serve(ctx context.Context, listener net.Listener, out io.Writer) error {
	var ready atomic.Bool
	handler, worker, err := a.handler(&ready)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, WriteTimeout: 5 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	a.Config.Log.Info("starting", "settings", a.Config.String(), "version", Version)
	failed := make(chan error, 2)
	go func() { failed <- srv.Serve(listener) }()
	background, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := a.fill(background, out); err != nil {
			failed <- err
			return
		}
		debug.FreeOSMemory() // what only the start needed
		ready.Store(true)
		announce(out, listener.Addr().String(), a.Config, a.personas())
		worker.Run(background)
	}()
	select {
	case <-ctx.Done():
		ready.Store(false)
		select {
		case <-time.After(a.Config.Drain): // a proxy that asks /readyz sends nothing new by then
		case err = <-failed:
		}
	case err = <-failed:
	}
	stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	err = errors.Join(err, srv.Shutdown(grace))
	<-done
	return err
}

// fill makes the demonstration if there is to be one and it isn't there yet.
func (a *App) fill(ctx context.Context, out io.Writer) error {
	if !a.Config.Demo {
		return nil
	}
	open := func(now func() time.Time, newID func() string, random io.Reader) (*service.Service, *store.Store, error) {
		st, err := store.Open(ctx, a.Config.Database, store.Options{Now: now, NewID: newID})
		if err != nil {
			return nil, nil, err
		}
		return a.service(st, random), st, nil
	}
	if err := demo.Fill(ctx, open, a.now(), demo.Options{Seed: a.Config.DemoSeed, Out: out}); err != nil {
		return err
	}
	people, err := a.demoPeople(ctx)
	a.shown.Store(&people)
	return err
}

// demoPeople are those of the demonstration's people who are there: nobody is
// in a database that was seeded by another program.
func (a *App) demoPeople(ctx context.Context) (there []view.Persona, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		there = nil
		for _, p := range demo.Personas() {
			switch _, err := tx.PersonByEmail(p.Email); countersign.KindOf(err) {
			case 0:
				there = append(there, p)
			case countersign.NotFound:
			default:
				return err
			}
		}
		return nil
	})
	return there, err
}

// personas are whom the page to sign in shows, once the demonstration is whole.
func (a *App) personas() []view.Persona {
	if people := a.shown.Load(); people != nil {
		return *people
	}
	return nil
}

func (a *App) handler(ready *atomic.Bool) (http.Handler, *jobs.Worker, error) {
	site := view.Site{Organisation: a.Config.Organisation, Demo: a.Config.Demo, Contact: a.Config.Contact, Version: Version, Retention: a.Config.retention()}
	pages, err := view.New(site)
	if err != nil {
		return nil, nil, err
	}
	key, err := secretKey(filepath.Join(a.Config.Data, "form.key"))
	if err != nil {
		return nil, nil, err
	}
	sealer, err := session.NewSealer(key, a.now)
	if err != nil {
		return nil, nil, err
	}
	sender, err := mail.Open(a.Config.SMTP, a.Config.Data)
	if err != nil {
		return nil, nil, fmt.Errorf("COUNTERSIGN_SMTP: %w", err)
	}
	proxies, err := a.Config.trustedProxies()
	if err != nil {
		return nil, nil, err
	}
	secure := strings.HasPrefix(a.Config.URL, "https://")
	sessions := session.New(a.Store.Sessions(), secure, a.now)
	cfg := web.Config{Service: a.Service, View: pages, Sessions: sessions, Sealer: sealer, Now: a.now, URL: a.Config.URL, Packer: a.packer(pages), Personas: a.personas}
	worker := jobs.New(jobs.Config{Service: a.Service, Sender: sender, URL: a.Config.URL, Now: a.now, Log: a.Config.Log})
	rest := api.New(api.Config{
		Now:     a.now,
		Service: a.Service, Version: Version, URL: a.Config.URL, Packer: cfg.Packer,
		Styles: []string{view.Assets.URL("nhsuk-frontend.css"), view.Assets.URL("app.css")}, Icon: view.Assets.URL("favicon.svg"),
	})
	return server.New(server.Config{
		Pages: web.New(cfg), API: rest,
		Store: a.Store, Log: a.Config.Log, Now: a.now, Secure: secure, Issuer: a.Config.OIDCIssuer, Ready: ready.Load, Registry: metrics(a.Store), SlowStatement: a.Config.SlowStatement,
		TrustedProxies: proxies,
	}), worker, nil
}

// packer makes transfer packages with those pages.
func (a *App) packer(pages *view.View) *pack.Packer {
	return &pack.Packer{Service: a.Service, View: pages, URL: a.Config.URL}
}

// secretKey returns the 32 random bytes in the file, making it at first.
func secretKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil && len(key) == 32 {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key in the data folder cannot be read: %w", err)
	}
	key = make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w", err)
	}
	if err := os.WriteFile(path, key, 0o600); err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w", err)
	}
	return key, nil
}

// announce prints where people find the server and, for a demonstration, who can
// sign in.
func announce(out io.Writer, addr string, c Config, people []view.Persona) {
	found := "http://" + addr
	if c.URL != "http://"+c.Addr { // somebody set it
		found = c.URL + ", and listens on " + addr
	}
	var said strings.Builder // written at once, so that no log line comes between
	fmt.Fprintf(&said, "Countersign is ready at %s\n", found)
	if len(people) > 0 {
		fmt.Fprintf(&said, "\nDemonstration people (password %s):\n", demo.Password)
		for _, p := range people {
			fmt.Fprintf(&said, "  %-32s %s, %s\n", p.Email, p.Name, p.Role)
		}
	}
	fmt.Fprint(out, said.String())
}
