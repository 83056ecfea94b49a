// Package pgcluster gives tests a real PostgreSQL: one throw-away cluster for
// each test process, and in it one database for each test. It is for tests
// only.
//
// The cluster is started from the installed binaries at the first call and
// listens on a Unix socket alone. It stops, and its files go, when the test
// process ends, however that ends. It has no durability at all.
//
// With COUNTERSIGN_TEST=quick in the environment, a test that asks for a
// database is skipped. Nothing else skips it: without the binaries it fails
// and says what to install. COUNTERSIGN_TEST_ISOLATION=serializable is how
// strictly transactions are kept apart unless they say otherwise.
package pgcluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// superuser owns everything in the cluster.
const superuser = "countersign"

// installCommand is what the message of a failed test says.
const installCommand = "sudo apt-get install -y postgresql"

// initdbOptions are those of initdb, which is run once for each version of PostgreSQL and each set of these
// options; later clusters are copies of what it made.
var initdbOptions = []string{
	"--username=" + superuser, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
	"--no-sync", "--wal-segsize=1",
}

// settings trade every safety for speed. The time zone is one that isn't UTC
// for half of the year, as on a server that somebody set up by hand: what the
// store reads and writes must not depend on it.
var settings = map[string]string{
	"listen_addresses":   "",
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	"wal_level":          "minimal",
	"max_wal_senders":    "0",
	"autovacuum":         "off",
	"max_connections":    "200",
	"timezone":           "Europe/London",
	"log_timezone":       "UTC",
	"log_min_messages":   "warning",
	"log_statement":      "none",
	"jit":                "off",
}

// Quick reports whether this is a quick run, without PostgreSQL and browser:
// COUNTERSIGN_TEST=quick. It fails the test on any other value but empty, so
// that a slip of the pen can't leave a database out.
func Quick(t testing.TB) bool {
	t.Helper()
	quick, err := quickMode(os.Getenv("COUNTERSIGN_TEST"))
	if err != nil {
		t.Fatal(err)
	}
	return quick
}

func quickMode(value string) (bool, error) {
	switch value {
	case "":
		return false, nil
	case "quick":
		return true, nil
	}
	return false, fmt.Errorf("COUNTERSIGN_TEST=%s means nothing; only \"quick\" does", value)
}

// cluster is a running server.
type cluster struct {
	dir     string // holds the data folder, the socket and the log
	version int    // 15 for PostgreSQL 15.x
}

// running starts the cluster of this process once. All later calls, also those
// after a failure, return what the first one did.
var running = sync.OnceValues(func() (*cluster, error) {
	bin, err := findBinaries(os.Getenv("PATH"), "/usr/lib/postgresql/*/bin")
	if err != nil {
		return nil, err
	}
	return start(bin)
})

// findBinaries returns the folder of initdb and postgres: the first in the
// search path that has both, else the newest that matches the pattern.
func findBinaries(path, pattern string) (string, error) {
	dirs := filepath.SplitList(path)
	installed, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	slices.SortFunc(installed, func(a, b string) int { // newest first: 15 after 9
		return majorOf(b) - majorOf(a)
	})
	for _, dir := range append(dirs, installed...) {
		if dir != "" && executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("PostgreSQL's server programs (initdb, postgres) are not installed. Run: %s", installCommand)
}

func majorOf(binDir string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(binDir)))
	if err != nil {
		return 0
	}
	return n
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// account is whom the server runs as. The zero value means ourselves.
type account struct{ cred *syscall.Credential }

// serverAccount returns an unprivileged account when we are root, whom
// PostgreSQL refuses.
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return account{}, err
		}
		return account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as")
}

// own gives the path to the account.
func (a account) own(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Chown(path, int(a.cred.Uid), int(a.cred.Gid))
}

// command prepares a program to run as the account, in a session of its own so
// that Ctrl-C on the tests doesn't reach it before they have ended.
func (a account) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred, Setsid: true}
	return cmd
}

// tempDir returns a folder for temporary files that the account can reach and
// whose name leaves room for a socket's: 107 bytes in all.
func tempDir(a account) string {
	dir := os.TempDir()
	if len(dir) > 50 {
		return "/tmp"
	}
	if a.cred != nil {
		for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
			if info, err := os.Stat(d); err != nil || info.Mode()&0o001 == 0 {
				return "/tmp"
			}
			if d == filepath.Dir(d) {
				break
			}
		}
	}
	return dir
}

// supervisor runs the server until its own standard input ends, which it does
// when the test process ends, even by SIGKILL. Then it stops the server by the
// signal that is quick and removes the files.
const supervisor = `
dir=$1 signal=$2; shift 2
"$@" </dev/null >>"$dir/log" 2>&1 &
server=$!
cat >/dev/null
kill -$signal $server 2>/dev/null
wait $server
rm -rf "$dir"
`

func start(bin string) (*cluster, error) {
	as, err := serverAccount()
	if err != nil {
		return nil, err
	}
	template, err := template(bin, as)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(tempDir(as), "countersign-pg-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(as.own(dir), copyTree(template, filepath.Join(dir, "data"), as)); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}

	args := []string{"-c", supervisor, "supervisor", dir, "QUIT", filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data"), "-k", dir}
	if isolation := os.Getenv("COUNTERSIGN_TEST_ISOLATION"); isolation != "" {
		args = append(args, "-c", "default_transaction_isolation="+isolation)
	}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	cmd := as.command("/bin/sh", args...)
	if _, err := cmd.StdinPipe(); err != nil { // stays open as long as this process lives
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()

	c := &cluster{dir: dir}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := c.greet()
		if err == nil {
			return c, nil
		}
		select {
		case end := <-gone:
			return nil, errors.Join(errors.New("PostgreSQL's supervisor ended at once"), end, err)
		default:
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			return nil, fmt.Errorf("PostgreSQL didn't start: %w\n%s", err, log)
		}
	}
}

// greet asks the server for its version.
func (c *cluster) greet() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.dsn("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var number string
	if err := conn.QueryRow(ctx, "SHOW server_version_num").Scan(&number); err != nil {
		return err
	}
	n, err := strconv.Atoi(number)
	c.version = n / 10000
	return err
}

// dsn returns the address of a database of the cluster.
func (c *cluster) dsn(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database}
	u.RawQuery = url.Values{"host": {c.dir}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

// template returns a freshly initialised data folder to copy. initdb takes two
// seconds, so its result is kept in the user's cache.
func template(bin string, as account) (string, error) {
	initdb := filepath.Join(bin, "initdb")
	version, err := exec.Command(initdb, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", initdb, err)
	}
	sum := sha256.Sum256([]byte(initdb + string(version) + strings.Join(initdbOptions, " ")))
	name := "initdb-" + hex.EncodeToString(sum[:6])
	cache := cacheDir()
	kept := filepath.Join(cache, name)
	if _, err := os.Stat(kept); err == nil {
		return kept, nil
	}

	work, err := os.MkdirTemp(tempDir(as), "countersign-initdb-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := as.own(work); err != nil {
		return "", err
	}
	fresh := filepath.Join(work, "data")
	if out, err := as.command(initdb, append(initdbOptions, "--pgdata="+fresh)...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", initdb, err, out)
	}

	// Under a name of its own until it is whole: other processes may be doing
	// the same, and the first one to finish wins.
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	half, err := os.MkdirTemp(cache, name+".half-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(half) }()
	if err := copyTree(fresh, filepath.Join(half, "data"), account{}); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(half, "data"), kept); err != nil {
		if _, there := os.Stat(kept); there != nil {
			return "", err
		}
	}
	return kept, nil
}

// cacheDir is where initialised data folders are kept between runs.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = filepath.Join(os.TempDir(), "countersign-cache-"+strconv.Itoa(os.Getuid()))
	}
	return filepath.Join(dir, "countersign")
}

// copyTree copies a folder of plain files and gives the copy to the account.
func copyTree(from, to string, as account) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if entry.IsDir() {
			err = os.Mkdir(target, 0o700)
		} else {
			err = copyFile(path, target)
		}
		if err != nil {
			return err
		}
		return as.own(target)
	})
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}
