package app

import (
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"countersign/internal/store"
)

// metrics returns what Prometheus reads: the process, the runtime and the
// database pools.
func metrics(st *store.Store) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for i, db := range st.Pools() {
		registry.MustRegister(collectors.NewDBStatsCollector(db, fmt.Sprintf("%s%d", st.Dialect(), i)))
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}
