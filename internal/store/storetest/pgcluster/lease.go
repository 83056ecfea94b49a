package pgcluster

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// DSN returns the address of a fresh, empty database that is the test's alone
// and goes with it: for tests of the migrations themselves. Others are better
// served by Lease, which is far quicker.
func DSN(t testing.TB) string {
	t.Helper()
	c := get(t)
	name := c.nextName("fresh")
	if err := c.createEmpty(name); err != nil {
		t.Fatalf("pgcluster: %v", err)
	}
	t.Cleanup(func() {
		if err := c.drop(name); err != nil {
			t.Errorf("pgcluster: %v", err)
		}
	})
	return c.dsn(name)
}

// Lease returns the address of a database that is the test's alone until the
// test ends. Databases of one key are alike: the first lease of the key in
// this process makes a database and hands it to prepare, to migrate and, if
// you like, to fill; every other one is a copy of that.
//
// The next lease finds the database as prepare left it. If prepare left no
// rows (those of goose_db_version don't count), the rows of the test before
// are deleted, with triggers off so that append-only tables give way: a
// millisecond. Else the database is copied anew: a tenth of a second. Either
// way, what a test does to the schema or to sequences may stay: use DSN for
// that.
//
// A connection that a test forgot to close is cut. prepare must close its own.
func Lease(t testing.TB, key string, prepare func(dsn string) error) string {
	t.Helper()
	c := get(t)
	pool, err := poolOf(c, key, prepare)
	if err != nil {
		t.Fatalf("pgcluster: %v", err)
	}
	db, err := pool.take()
	if err != nil {
		t.Fatalf("pgcluster: %v", err)
	}
	t.Cleanup(func() { pool.giveBack(db) })
	return c.dsn(db.name)
}

// get returns the cluster; it skips the test in a quick run and fails it when
// there can be none.
func get(t testing.TB) *cluster {
	t.Helper()
	if Quick(t) {
		t.Skip("a quick run (COUNTERSIGN_TEST=quick): no PostgreSQL")
	}
	c, err := running()
	if err != nil {
		t.Fatalf("pgcluster: %v", err)
	}
	return c
}

// timeout bounds one piece of administration, so that a lock that a test left
// behind is an error and not a hang.
const timeout = time.Minute

// pool holds the databases of one key.
type pool struct {
	cluster  *cluster
	template string   // name of the prepared database
	tables   []string // quoted names of the tables to empty
	seeded   bool     // prepare left rows: emptying would lose them

	mu   sync.Mutex
	free []*database
}

// database is one that tests take in turns.
type database struct {
	name  string
	admin *pgx.Conn // with triggers off; nil in a seeded pool, whose databases are dropped
}

var (
	poolsMu sync.Mutex
	pools   = map[string]func() (*pool, error){}
)

// poolOf returns the pool of the key and makes it if it is the first to ask.
// The others wait for it; if it fails, all do.
func poolOf(c *cluster, key string, prepare func(dsn string) error) (*pool, error) {
	poolsMu.Lock()
	get, ok := pools[key]
	if !ok {
		get = sync.OnceValues(func() (*pool, error) { return newPool(c, prepare) })
		pools[key] = get
	}
	poolsMu.Unlock()
	p, err := get()
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", key, err)
	}
	return p, nil
}

func newPool(c *cluster, prepare func(dsn string) error) (*pool, error) {
	p := &pool{cluster: c, template: c.nextName("template")}
	if err := c.createEmpty(p.template); err != nil {
		return nil, err
	}
	if err := prepare(c.dsn(p.template)); err != nil {
		return nil, err
	}
	if err := p.inspect(); err != nil {
		return nil, err
	}
	// A template that somebody is connected to can't be copied.
	return p, c.run("postgres",
		"ALTER DATABASE "+p.template+" ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+p.template+"'")
}

// inspect finds the tables to empty and whether any has rows.
func (p *pool) inspect() error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.cluster.dsn(p.template))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `
		SELECT format('%I.%I', n.nspname, c.relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND c.relname <> 'goose_db_version'
			AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
		ORDER BY 1`)
	if err != nil {
		return err
	}
	if p.tables, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return err
	}
	for _, table := range p.tables {
		var some bool
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+table+")").Scan(&some); err != nil {
			return err
		}
		p.seeded = p.seeded || some
	}
	return nil
}

// take returns a database as prepare left it.
func (p *pool) take() (*database, error) {
	p.mu.Lock()
	var db *database
	if n := len(p.free); n > 0 {
		db, p.free = p.free[n-1], p.free[:n-1]
	}
	p.mu.Unlock()

	if db != nil {
		return db, p.empty(db)
	}
	db = &database{name: p.cluster.nextName("leased")}
	if err := p.cluster.createFrom(p.template, db.name); err != nil {
		return nil, err
	}
	if p.seeded {
		return db, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var err error
	if db.admin, err = pgx.Connect(ctx, p.cluster.dsn(db.name)); err != nil {
		return nil, err
	}
	_, err = db.admin.Exec(ctx, "SET session_replication_role = replica")
	return db, err
}

// empty cuts the connections of the test before, waits until they are gone,
// and deletes all rows in one round trip and one transaction.
func (p *pool) empty(db *database) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for {
		var others int
		err := db.admin.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&others)
		if err != nil {
			return fmt.Errorf("cut connections to %s: %w", db.name, err)
		}
		if others == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	var sql strings.Builder
	for _, table := range p.tables {
		sql.WriteString("DELETE FROM " + table + ";")
	}
	if _, err := db.admin.PgConn().Exec(ctx, sql.String()).ReadAll(); err != nil {
		return fmt.Errorf("empty %s: %w", db.name, err)
	}
	return nil
}

// giveBack makes the database free for the next test.
func (p *pool) giveBack(db *database) {
	if p.seeded {
		// A database that can't be dropped is only a waste of space, and the
		// whole cluster goes at the end.
		_ = p.cluster.drop(db.name)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, db)
}

var names struct {
	sync.Mutex
	n int
}

// nextName returns a name that no database of the cluster has had.
func (c *cluster) nextName(prefix string) string {
	names.Lock()
	defer names.Unlock()
	names.n++
	return fmt.Sprintf("%s_%d", prefix, names.n)
}

// createEmpty makes a database from PostgreSQL's own empty one.
func (c *cluster) createEmpty(name string) error { return c.createFrom("template0", name) }

// createFrom copies a database file by file, which takes a third of the time
// of the default way through the log.
func (c *cluster) createFrom(template, name string) error {
	sql := "CREATE DATABASE " + name + " TEMPLATE " + template
	if c.version >= 15 {
		sql += " STRATEGY FILE_COPY"
	}
	return c.run("postgres", sql)
}

func (c *cluster) drop(name string) error {
	return c.run("postgres", "DROP DATABASE "+name+" WITH (FORCE)")
}

// run executes statements, each in a transaction of its own.
func (c *cluster) run(database string, statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.dsn(database))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}
