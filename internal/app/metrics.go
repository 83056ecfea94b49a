package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"countersign/internal/service"
	"countersign/internal/store"
)

// metrics returns what Prometheus reads of the process, the runtime, the
// database pools and the work that waits.
func metrics(st *store.Store) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), backlog{st})
	for i, db := range st.Pools() {
		registry.MustRegister(collectors.NewDBStatsCollector(db, fmt.Sprintf("%s%d", st.Dialect(), i)))
	}
	return registry
}

// backlog tells of the work that waits, as it is when somebody asks.
type backlog struct{ store *store.Store }

var (
	jobsWaiting = prometheus.NewDesc("countersign_jobs_waiting", "Jobs that are due and not done, those put off for now included.", []string{"kind"}, nil)
	jobsOldest  = prometheus.NewDesc("countersign_jobs_oldest_seconds", "For how long the oldest of them has been due.", []string{"kind"}, nil)
	ledgerSize  = prometheus.NewDesc("countersign_ledger_leaves", "Decisions sealed into the log.", nil, nil)
)

// Describe implements prometheus.Collector.
func (backlog) Describe(ch chan<- *prometheus.Desc) {
	ch <- jobsWaiting
	ch <- jobsOldest
	ch <- ledgerSize
}

// Collect implements prometheus.Collector. It tells nothing while the database
// is away, which the missing series say.
func (b backlog) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = b.store.Read(ctx, func(tx *store.Tx) error {
		size, err := tx.LedgerSize()
		if err != nil {
			return err
		}
		due, err := tx.JobsDue()
		if err != nil {
			return err
		}
		ch <- prometheus.MustNewConstMetric(ledgerSize, prometheus.GaugeValue, float64(size))
		if !slices.ContainsFunc(due, func(d store.DueJobs) bool { return d.Kind == service.MailJob }) {
			due = append(due, store.DueJobs{Kind: service.MailJob, Oldest: tx.Now()}) // so that none can be told from no answer
		}
		for _, d := range due {
			ch <- prometheus.MustNewConstMetric(jobsWaiting, prometheus.GaugeValue, float64(d.Jobs), d.Kind)
			ch <- prometheus.MustNewConstMetric(jobsOldest, prometheus.GaugeValue, tx.Now().Sub(d.Oldest).Seconds(), d.Kind)
		}
		return nil
	})
}
