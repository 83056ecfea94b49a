package app_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"countersign/internal/store/storetest"
)

// BenchmarkRollingRestarts restarts two servers on one PostgreSQL in turn, as
// an upgrade does, behind the HAProxy of docs/operate while people read and
// write. No request may fail. An operation is a restart.
func BenchmarkRollingRestarts(b *testing.B) {
	if _, err := exec.LookPath("haproxy"); err != nil {
		b.Fatal("haproxy is not installed. Run: sudo apt-get install -y haproxy")
	}
	k := newKilling(b, storetest.Postgres(b), rand.Uint64())
	free := ports(b, 3)
	front := balancer(b, free)
	servers := make([]*exec.Cmd, 2)
	for n := range servers {
		_, servers[n] = k.startAt(free[1+n])
	}
	ready(b, front)

	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	var people sync.WaitGroup
	var asked atomic.Int64
	for n := range 4 {
		w := worker{killing: k, ctx: ctx, client: client, address: front, asked: make(chan struct{}, 1<<20), random: rand.New(rand.NewPCG(k.random.Uint64(), uint64(n)))}
		people.Go(func() {
			for ctx.Err() == nil {
				if err := w.everyDay(); err != nil && ctx.Err() == nil {
					b.Errorf("while a server was restarted: %v", err)
				}
			}
			asked.Add(int64(len(w.asked)))
		})
	}
	b.ResetTimer()
	n := max(10, b.N)
	for round := range n {
		old := servers[round%2]
		if err := old.Process.Signal(syscall.SIGTERM); err != nil {
			b.Fatal(err)
		}
		if err := old.Wait(); err != nil {
			b.Errorf("a server, told to stop: %v", err)
		}
		_, servers[round%2] = k.startAt(free[1+round%2])
		ready(b, fmt.Sprintf("http://127.0.0.1:%d", free[1+round%2]))
		time.Sleep(3 * time.Second) // until the balancer has seen it
	}
	b.StopTimer()
	cancel()
	people.Wait()
	for _, o := range k.other {
		b.Error(o)
	}
	k.check()
	for _, s := range servers {
		if err := s.Process.Signal(syscall.SIGTERM); err != nil {
			b.Error(err)
		}
		_ = s.Wait()
	}
	k.checkCollected()
	b.ReportMetric(float64(asked.Load()), "requests")
	b.ReportMetric(float64(k.kept), "writes-kept")
}

// everyDay logs, signs and reads the home page of the API.
func (w worker) everyDay() error {
	if err := w.log(); err != nil {
		return err
	}
	if err := w.sign(); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, w.address+"/api/v1/apprenticeships/"+string(w.world.App.ID), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+w.tokens[w.world.GP.ID])
	w.asked <- struct{}{}
	res, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("reading: %d, %w", res.StatusCode, err)
	}
	return nil
}

// balancer starts HAProxy with the configuration of docs/operate before two
// ports, and returns its address. The first port is its own.
func balancer(t testing.TB, ports []int) string {
	t.Helper()
	config, err := os.ReadFile("../../docs/operate/haproxy.cfg")
	if err != nil {
		t.Fatal(err)
	}
	people, _, _ := strings.Cut(string(config), "# COUNTERSIGN_DATABASE")
	for n, documented := range []string{"8080", "8081", "8082"} {
		people = strings.ReplaceAll(people, "127.0.0.1:"+documented, fmt.Sprintf("127.0.0.1:%d", ports[n]))
	}
	path := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(path, []byte(people), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("haproxy", "-db", "-f", path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return fmt.Sprintf("http://127.0.0.1:%d", ports[0])
}

// ready waits until what is at the address says that it is ready.
func ready(t testing.TB, address string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if res, err := http.Get(address + "/readyz"); err == nil { //nolint:noctx // a benchmark's own server
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
	}
	t.Fatalf("nothing is ready at %s", address)
}
