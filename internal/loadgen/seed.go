package loadgen

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/framework"
	"countersign/internal/keyring"
	"countersign/internal/service"
	"countersign/internal/store"
)

// Options say what Seed fills in, and where.
type Options struct {
	Apprenticeships int
	EvidencePer     int // pieces of evidence an apprenticeship, on average
	Seed            int64
	Database        string           // postgres://…
	Data            string           // folder of keys and files, as the server's
	Now             time.Time        // the moment as of which it is filled
	SealRecords     bool             // put what else is never changed into the log too, not decisions alone
	Clock           func() time.Time // by which it is measured
	Out             io.Writer        // progress
}

// Seeded is what Seed did.
type Seeded struct {
	Rows    int           // that were copied in
	Copying time.Duration // for which that took
	Whole   time.Duration // with indexes, counters, the log and tallies
	Sealed  int           // entries of the log
}

// world is what the apprenticeships have in common.
type world struct {
	options    Options
	now        time.Time
	today      countersign.Date
	founded    time.Time // everybody who works somewhere has since then
	frameworks []countersign.Framework
	superseded []bool         // of each framework version
	versions   map[string]int // of each framework
	hashes     []map[string]string
	england    place
	practices  []practice
	photos     []countersign.Attachment
}

// Seed fills a PostgreSQL database that has no apprenticeships. One that was
// left half-way it empties first.
func Seed(ctx context.Context, o Options) (Seeded, error) {
	began := o.Clock()
	say := func(format string, args ...any) { fmt.Fprintf(o.Out, format+"\n", args...) }
	st, err := store.Open(ctx, o.Database, store.Options{Now: func() time.Time { return o.Now.UTC() }, NewID: identifiers(o)})
	if err != nil {
		return Seeded{}, err
	}
	defer st.Close()
	undone, err := st.UndoBulk(ctx)
	if err != nil {
		return Seeded{}, err
	}
	if undone {
		say("Took back what an earlier run had left half-way")
	}
	if err := st.MayBulk(ctx); err != nil {
		return Seeded{}, err
	}
	if err := st.Migrate(ctx); err != nil {
		return Seeded{}, err
	}
	folder, err := files.OpenFolder(filepath.Join(o.Data, "files"))
	if err != nil {
		return Seeded{}, err
	}
	defer folder.Close()
	vault := files.NewVault(folder, st.FileKeys())
	svc := service.New(service.Config{
		Store: st, Files: vault, Intake: files.NewIntake(vault, "", service.FileGuard()), Rand: rand.Reader,
		Keys: keyring.Open(filepath.Join(o.Data, "keys"), "loadgen"),
	})
	if err := svc.Prepare(ctx); err != nil {
		return Seeded{}, err
	}
	if err := addPlaces(ctx, svc, st, o.Apprenticeships, say); err != nil {
		return Seeded{}, err
	}
	w, err := newWorld(ctx, o, st, vault)
	if err != nil {
		return Seeded{}, err
	}
	var done Seeded
	err = st.Bulk(ctx, store.BulkSteps{
		Unsealed: o.SealRecords,
		Fill: func(b *store.Bulk) error {
			began = o.Clock()
			done.Rows, err = w.fill(ctx, b)
			return err
		},
		Filled: func() {
			done.Copying = o.Clock().Sub(began)
			say("%d rows are in. Making indexes and checking references", done.Rows)
		},
		Made: sometimes(o, func(n, of int) { say("%d of %d indexes and references made", n, of) }),
		Finish: func() error {
			done.Sealed, err = finish(ctx, svc, st, o.SealRecords, say)
			return err
		},
	})
	done.Whole = o.Clock().Sub(began)
	return done, err
}

// finish has the program work out what follows from the rows, and marks them as
// a demonstration: nobody takes them for real, and signing asks for no second
// proof. It returns how many entries the log has.
func finish(ctx context.Context, s *service.Service, st *store.Store, records bool, say func(string, ...any)) (int, error) {
	say("Sealing the log")
	sealed, err := s.Seal(ctx, true)
	if err == nil && records {
		var more int
		more, err = s.SealRecords(ctx)
		sealed += more
	}
	if err != nil {
		return sealed, err
	}
	say("Working out tallies")
	if err := s.RecountDue(ctx); err != nil {
		return sealed, err
	}
	return sealed, st.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(service.DemonstrationMark, "complete") })
}

func newWorld(ctx context.Context, o Options, st *store.Store, vault *files.Vault) (*world, error) {
	w := &world{options: o, now: o.Now.UTC(), today: countersign.LondonDate(o.Now), versions: map[string]int{}}
	w.founded = noon(w.today.AddMonths(-historyMonths - 2))
	shipped, err := framework.Shipped()
	if err != nil {
		return nil, err
	}
	newest := map[string]int{}
	for i, s := range shipped { // older versions first
		w.frameworks, w.hashes = append(w.frameworks, s.Framework), append(w.hashes, textHashes(s.Framework))
		w.superseded = append(w.superseded, false)
		if before, ok := newest[s.Framework.ID]; ok {
			w.superseded[before] = true
		}
		newest[s.Framework.ID] = i
		w.versions[s.Framework.ID]++
	}
	err = st.Read(ctx, func(tx *store.Tx) error {
		top, err := tx.OrganisationByCode("ENGLAND")
		w.england = place{top.ID, top.Code}
		return err
	})
	if err == nil {
		w.practices, err = practices(ctx, st)
	}
	if err == nil && len(w.practices) == 0 {
		err = errors.New("no open practice has a training hub and a region above it")
	}
	if err == nil {
		w.photos, err = takePhotos(ctx, files.NewIntake(vault, "", service.FileGuard()))
	}
	return w, err
}

// fill tells every apprenticeship, on as many connections as there are
// processors, and returns how many rows that took.
func (w *world) fill(ctx context.Context, b *store.Bulk) (int, error) {
	plans := w.plans()
	people, err := b.Writer(ctx)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(w.addPeople(people, plans), people.Close(), w.writeCast(plans)); err != nil {
		return 0, err
	}
	var told, rows atomic.Int64
	rows.Store(int64(people.Rows()))
	stop := report(w.options, len(plans), &told, &rows)
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan plan)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			if err := w.write(ctx, b, next, &told, &rows); err != nil {
				cancel(err)
			}
		})
	}
	for _, p := range plans {
		select {
		case next <- p:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return int(rows.Load()), context.Cause(ctx)
}

func (w *world) write(ctx context.Context, b *store.Bulk, plans <-chan plan, told, rows *atomic.Int64) (err error) {
	to, err := b.Writer(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	for p := range plans {
		before := to.Rows()
		r, err := w.live(p)
		if err == nil {
			err = to.Record(r)
		}
		if err != nil {
			return fmt.Errorf("apprenticeship %d: %w", p.number, err)
		}
		rows.Add(int64(to.Rows() - before))
		told.Add(1)
	}
	return nil
}
