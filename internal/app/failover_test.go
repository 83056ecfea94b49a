package app_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// BenchmarkFailovers kills the PostgreSQL that leads under load, again and
// again, every fourth time as a machine dies. Every write that the server
// acknowledged must be there at the end, and the server find the new leader by
// itself. An operation is a failover; COUNTERSIGN says which program.
func BenchmarkFailovers(b *testing.B) {
	p := newPatroni(b)
	db, err := pgx.Connect(b.Context(), p.dsn("postgres"))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec(b.Context(), "CREATE DATABASE countersign"); err != nil {
		b.Fatal(err)
	}
	_ = db.Close(b.Context())
	k := newKilling(b, p.dsn("countersign"), rand.Uint64())
	address, process := k.start()
	var longest, sum time.Duration
	n := max(20, b.N)
	b.ResetTimer()
	for round := range n {
		away := k.failover(p, address, round%4 == 3)
		longest, sum = max(longest, away), sum+away
		b.Logf("failover %d: %s until the next write was acknowledged", round+1, away.Round(time.Millisecond))
	}
	b.StopTimer()
	p.whole()
	k.check()
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		b.Error(err)
	}
	if err := process.Wait(); err != nil {
		b.Errorf("the server, told to stop: %v", err)
	}
	k.checkCollected()
	b.ReportMetric(float64(k.kept), "writes-kept")
	b.ReportMetric(longest.Seconds(), "longest-s")
	b.ReportMetric(sum.Seconds()/float64(n), "mean-s")
}

// failover kills the leader while people write, and returns how long it took
// until somebody could write again.
func (k *killing) failover(p *patroni, address string, machine bool) time.Duration {
	ctx, cancel := context.WithCancel(k.t.Context())
	defer cancel()
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	var (
		people sync.WaitGroup
		killed atomic.Int64 // when, in nanoseconds
		back   = make(chan time.Time, 100)
		before = make(chan struct{}, 100)
	)
	for n := range 4 {
		w := worker{killing: k, ctx: ctx, client: client, address: address, asked: make(chan struct{}, 1<<20), random: rand.New(rand.NewPCG(k.random.Uint64(), uint64(n)))}
		people.Go(func() {
			for ctx.Err() == nil {
				began := time.Now()
				err := w.log()
				if err == nil {
					err = w.sign()
				}
				switch at := killed.Load(); {
				case err != nil:
					time.Sleep(50 * time.Millisecond)
				case at == 0:
					select {
					case before <- struct{}{}:
					default:
					}
				case began.UnixNano() > at:
					select {
					case back <- time.Now():
					default:
					}
				}
			}
		})
	}
	<-before // everybody is at work
	p.killLeader(machine)
	at := time.Now()
	killed.Store(at.UnixNano())
	var away time.Duration
	select {
	case now := <-back:
		away = now.Sub(at)
	case <-time.After(2 * time.Minute):
		k.t.Fatal("nobody can write two minutes after the leader was killed")
	}
	cancel()
	people.Wait()
	k.other = nil // while the database was away people were told so
	return away
}
