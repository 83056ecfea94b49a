package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// poolerConfig has pgbouncer hand out connections for a transaction each, and
// few of them, so that every client soon gets another's.
const poolerConfig = `[databases]
* = host=%[1]s user=` + superuser + `
[pgbouncer]
pool_mode = transaction
default_pool_size = 3
listen_addr =
unix_socket_dir = %[2]s
auth_type = any
logfile = %[2]s/log
`

// Pooled returns the address of the same database behind a pgbouncer of the
// test's own, in transaction mode and with three connections to the server.
func Pooled(t testing.TB, dsn string) string {
	t.Helper()
	c := get(t)
	program, err := findPooler(os.Getenv("PATH"), "/usr/sbin")
	if err != nil {
		t.Fatalf("pgcluster: %v", err)
	}
	pooled, stop, err := c.pool(program, dsn)
	if err != nil {
		t.Fatalf("pgcluster: pgbouncer: %v", err)
	}
	t.Cleanup(stop)
	return pooled
}

// findPooler looks for pgbouncer in the search path, and where Debian puts it,
// which isn't in everybody's.
func findPooler(path, sbin string) (string, error) {
	for _, dir := range append(filepath.SplitList(path), sbin) {
		if program := filepath.Join(dir, "pgbouncer"); dir != "" && executable(program) {
			return program, nil
		}
	}
	return "", errors.New("pgbouncer is not installed. Run: sudo apt-get install -y pgbouncer")
}

func (c *cluster) pool(program, dsn string) (pooled string, stop func(), err error) {
	as, err := serverAccount()
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp(tempDir(as), "countersign-pgbouncer-")
	if err != nil {
		return "", nil, err
	}
	config := filepath.Join(dir, "pgbouncer.ini")
	err = errors.Join(os.WriteFile(config, fmt.Appendf(nil, poolerConfig, c.dir, dir), 0o600), as.own(config), as.own(dir))
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	cmd := as.command("/bin/sh", "-c", supervisor, "supervisor", dir, "KILL", program, config)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	}
	pooled = strings.Replace(dsn, url.QueryEscape(c.dir), url.QueryEscape(dir), 1)
	pooled += "&port=6432" // pgbouncer's own
	for deadline := time.Now().Add(timeout); ; time.Sleep(10 * time.Millisecond) {
		err := reach(pooled)
		if err == nil {
			return pooled, stop, nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			stop()
			return "", nil, fmt.Errorf("%w\n%s", err, log)
		}
	}
}

func reach(dsn string) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}
