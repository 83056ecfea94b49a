package pgcluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tick is what Linux counts CPU time in.
const tick = 10 * time.Millisecond

// CPU returns the CPU time that the cluster's server has used since it was
// started: for benchmarks. That is all of its processes, also those that have
// ended. It needs Linux's /proc.
func CPU(t testing.TB) time.Duration {
	t.Helper()
	used, err := get(t).cpu()
	if err != nil {
		t.Fatalf("pgcluster: CPU time: %v", err)
	}
	return used
}

func (c *cluster) cpu() (time.Duration, error) {
	content, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	server, _, _ := strings.Cut(string(content), "\n")
	ticks, err := ticksOf(server, 4) // utime, stime, and those of children that have ended
	if err != nil {
		return 0, err
	}
	children, err := os.ReadFile(filepath.Join("/proc", server, "task", server, "children"))
	if err != nil {
		return 0, err
	}
	for _, child := range strings.Fields(string(children)) {
		if n, err := ticksOf(child, 2); err == nil { // else it has just ended
			ticks += n
		}
	}
	return time.Duration(ticks) * tick, nil
}

// ticksOf adds up the first n of a process' times: utime, stime, cutime and
// cstime.
func ticksOf(process string, n int) (int, error) {
	content, err := os.ReadFile(filepath.Join("/proc", process, "stat"))
	if err != nil {
		return 0, err
	}
	stat := string(content)
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:]) // the third and on: a name may hold spaces
	const utime = 14 - 3
	if len(fields) < utime+n {
		return 0, fmt.Errorf("process %s: %q has too few fields", process, stat)
	}
	sum := 0
	for _, s := range fields[utime : utime+n] {
		ticks, err := strconv.Atoi(s)
		if err != nil {
			return 0, err
		}
		sum += ticks
	}
	return sum, nil
}
