package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patroni is two PostgreSQL servers of which Patroni makes one lead, with etcd
// and HAProxy, all from Debian's packages: for benchmarks.
type patroni struct {
	t       testing.TB
	dir     string
	env     []string
	account *syscall.Credential
	nodes   []*node
	front   int // port of HAProxy before the one that leads
}

type node struct {
	name              string
	port, rest, agent int // ports, and the process of Patroni
}

// ports returns n free ports.
func ports(t testing.TB, n int) []int {
	t.Helper()
	out := make([]int, n)
	for i := range out {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		out[i] = l.Addr().(*net.TCPAddr).Port
	}
	return out
}

const patroniConfig = `
scope: countersign
name: %[1]s
restapi: {listen: "127.0.0.1:%[3]d", connect_address: "127.0.0.1:%[3]d"}
etcd3: {hosts: "127.0.0.1:%[4]d"}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    synchronous_mode: true
    synchronous_mode_strict: true
    primary_start_timeout: 0
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters: {max_connections: 60, wal_keep_size: 64MB}
  initdb: [{encoding: UTF8}, {locale: C.UTF-8}, data-checksums]
  pg_hba: ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
postgresql:
  listen: "127.0.0.1:%[2]d"
  connect_address: "127.0.0.1:%[2]d"
  data_dir: %[5]s/%[1]s
  bin_dir: %[6]s
  pgpass: %[5]s/%[1]s.pgpass
  parameters: {unix_socket_directories: %[5]s}
  authentication:
    superuser: {username: postgres}
    replication: {username: replicator}
    rewind: {username: postgres}
`

// newPatroni starts the cluster and waits until it has a leader with a standby
// that follows it synchronously.
func newPatroni(t testing.TB) *patroni {
	t.Helper()
	for _, name := range []string{"patroni", "etcd", "haproxy"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is not installed. Run: sudo apt-get install -y patroni etcd-server haproxy", name)
		}
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	dir, err := os.MkdirTemp("/tmp", "countersign-patroni-*") //nolint:usetesting // another user must reach it, and sockets want short names
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	free := ports(t, 7)
	p := &patroni{
		t: t, dir: dir, env: []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "ETCD_UNSUPPORTED_ARCH=arm64", "HOME=" + dir},
		account: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, front: free[6],
		nodes: []*node{{name: "one", port: free[2], rest: free[3]}, {name: "two", port: free[4], rest: free[5]}},
	}
	p.run("etcd", "--data-dir", dir+"/etcd", "--listen-client-urls", fmt.Sprintf("http://127.0.0.1:%d", free[0]), "--advertise-client-urls", fmt.Sprintf("http://127.0.0.1:%d", free[0]),
		"--listen-peer-urls", fmt.Sprintf("http://127.0.0.1:%d", free[1]), "--initial-advertise-peer-urls", fmt.Sprintf("http://127.0.0.1:%d", free[1]),
		"--initial-cluster", fmt.Sprintf("default=http://127.0.0.1:%d", free[1]), "--log-level", "error")
	proxy := fmt.Sprintf("defaults\n mode tcp\n timeout connect 2s\n timeout client 300s\n timeout server 300s\nlisten postgres\n bind 127.0.0.1:%d\n option httpchk GET /primary\n default-server check inter 1s fall 2 rise 1 on-marked-down shutdown-sessions\n", p.front)
	for _, n := range p.nodes {
		p.write(n.name+".yml", fmt.Sprintf(patroniConfig, n.name, n.port, n.rest, free[0], dir, bins[len(bins)-1]))
		proxy += fmt.Sprintf(" server %s 127.0.0.1:%d port %d\n", n.name, n.port, n.rest)
	}
	p.write("haproxy.cfg", proxy)
	p.run("haproxy", "-f", dir+"/haproxy.cfg")
	for _, n := range p.nodes {
		p.begin(n)
	}
	p.whole()
	return p
}

func (p *patroni) write(name, content string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// run starts a program that ends with the benchmark, and returns its process.
func (p *patroni) run(name string, args ...string) int {
	p.t.Helper()
	log, err := os.OpenFile(filepath.Join(p.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, p.env, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.account, Setsid: true}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	})
	go func() { _ = cmd.Wait() }()
	return cmd.Process.Pid
}

// begin starts a node.
func (p *patroni) begin(n *node) {
	n.agent = p.run("patroni", filepath.Join(p.dir, n.name+".yml"))
	p.t.Cleanup(func() { p.killPostgres(n) })
}

// killPostgres kills the node's database server, all of its processes.
func (p *patroni) killPostgres(n *node) {
	content, err := os.ReadFile(filepath.Join(p.dir, n.name, "postmaster.pid"))
	if err != nil {
		return
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	_ = syscall.Kill(pid, syscall.SIGKILL)
	for child := range strings.FieldsSeq(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	}
}

// members returns the role of each node that runs, as the cluster sees it.
func (p *patroni) members() map[string]string {
	roles := map[string]string{}
	for _, n := range p.nodes {
		ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Second)
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/cluster", n.rest), nil)
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			var cluster struct {
				Members []struct{ Name, Role, State string }
			}
			_ = json.NewDecoder(res.Body).Decode(&cluster)
			_ = res.Body.Close()
			for _, m := range cluster.Members {
				roles[m.Name] = m.Role
			}
		}
		cancel()
		if len(roles) > 0 {
			return roles
		}
	}
	return roles
}

// whole waits until there is a leader that takes writes, and a standby that has
// each of them before it is acknowledged. It returns the leader.
func (p *patroni) whole() *node {
	p.t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for time.Now().Before(deadline) {
		var leader *node
		synchronous := false
		for name, role := range p.members() {
			synchronous = synchronous || role == "sync_standby"
			for _, n := range p.nodes {
				if n.name == name && role == "leader" {
					leader = n
				}
			}
		}
		if leader != nil && synchronous && p.writes() {
			return leader
		}
		time.Sleep(200 * time.Millisecond)
	}
	p.t.Fatalf("the cluster isn't whole: %v (logs in %s)", p.members(), p.dir)
	return nil
}

// writes reports whether a write through HAProxy is acknowledged.
func (p *patroni) writes() bool {
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Second)
	defer cancel()
	db, err := pgx.Connect(ctx, p.dsn("postgres"))
	if err != nil {
		return false
	}
	defer func() { _ = db.Close(context.Background()) }()
	_, err = db.Exec(ctx, "CREATE TABLE IF NOT EXISTS heartbeat (at timestamptz); INSERT INTO heartbeat VALUES (now())")
	return err == nil
}

func (p *patroni) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable&connect_timeout=3", p.front, database)
}

// killLeader kills the database that leads, without warning: the server alone,
// or with its agent, as when the machine dies. The node begins again at once.
func (p *patroni) killLeader(machine bool) {
	leader := p.whole()
	if machine {
		_ = syscall.Kill(-leader.agent, syscall.SIGKILL)
	}
	p.killPostgres(leader)
	if machine {
		p.begin(leader)
	}
}
