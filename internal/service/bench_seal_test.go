package service_test

import (
	"testing"

	"countersign/internal/store/storetest"
)

// BenchmarkSealing seals 20,000 decisions on each database, from finding them to
// the signed checkpoints. It asks for 20,000 leaves a second.
func BenchmarkSealing(b *testing.B) {
	const leaves = 20_000
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			clock := storetest.NewClock()
			h := newHouse(b, storetest.Open(b, dsn(b), clock), clock)
			if err := h.svc.Prepare(b.Context()); err != nil {
				b.Fatal(err)
			}
			so, _, err := h.sign(b, h.GP, "GPA-CL2", h.ready(b, "GPA-CL2", h.Mentor)...)
			if err != nil || so.Leaf == "" {
				b.Fatal(err)
			}
			round := 0
			for b.Loop() {
				b.StopTimer()
				h.copyDecision(b, 1+round*leaves, leaves, "NULL")
				round++
				b.StartTimer()
				if n, err := h.svc.Seal(b.Context(), true); err != nil || n < leaves {
					b.Fatalf("Seal() = %d, %v", n, err)
				}
			}
			b.ReportMetric(float64(leaves*b.N)/b.Elapsed().Seconds(), "leaves/s")
		})
	}
}
