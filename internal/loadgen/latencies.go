package loadgen

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

// Latencies are how long steps took, and what went wrong.
type Latencies struct {
	mu     sync.Mutex
	took   map[string][]time.Duration
	errors map[string]map[string]int // by step and kind
}

// NewLatencies returns none yet.
func NewLatencies() *Latencies {
	return &Latencies{took: map[string][]time.Duration{}, errors: map[string]map[string]int{}}
}

// Add adds a step.
func (l *Latencies) Add(step string, took time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.took[step] = append(l.took[step], took)
		return
	}
	if l.errors[step] == nil {
		l.errors[step] = map[string]int{}
	}
	l.errors[step][failed(err)]++
}

// Errors returns how many steps went wrong.
func (l *Latencies) Errors() int {
	n := 0
	for _, kinds := range l.errors {
		for _, count := range kinds {
			n += count
		}
	}
	return n
}

// Steps returns how many steps of that name went well.
func (l *Latencies) Steps(name string) int { return len(l.took[name]) }

// Write writes a line for each step, and one for each kind of error.
func (l *Latencies) Write(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "step\ttimes\tp50 ms\tp95 ms\tp99 ms\tmost ms\t")
	for _, step := range slices.Sorted(maps.Keys(l.took)) {
		took := slices.Sorted(slices.Values(l.took[step]))
		fmt.Fprintf(table, "%s\t%d\t", step, len(took))
		for _, share := range []float64{0.5, 0.95, 0.99, 1} {
			fmt.Fprintf(table, "%.0f\t", float64(took[int(share*float64(len(took)-1))].Microseconds())/1000)
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush()
	for _, step := range slices.Sorted(maps.Keys(l.errors)) {
		for _, kind := range slices.Sorted(maps.Keys(l.errors[step])) {
			fmt.Fprintf(out, "%s: %s, %d times\n", step, kind, l.errors[step][kind])
		}
	}
}
