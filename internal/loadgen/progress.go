package loadgen

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// report says how far the filling is until it is stopped: on a terminal on one
// line that changes, else a line at a time.
func report(o Options, of int, told, rows *atomic.Int64) (stop func()) {
	out, began, end, ended := o.Out, o.Clock(), make(chan struct{}), make(chan struct{})
	every, line := 10*time.Second, "%s\n"
	if terminal(out) {
		every, line = time.Second, "\r\033[K%s"
	}
	say := func() {
		gone := o.Clock().Sub(began)
		n := told.Load()
		rate := float64(rows.Load()) / gone.Seconds()
		left := "working out how long"
		if n > 0 {
			left = (time.Duration(float64(gone) * float64(int64(of)-n) / float64(n))).Round(time.Second).String() + " left"
		}
		fmt.Fprintf(out, line, fmt.Sprintf("%d of %d apprenticeships, %d rows, %.0f rows a second, %s", n, of, rows.Load(), rate, left))
	}
	go func() {
		defer close(ended)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				say()
			case <-end:
				say()
				return
			}
		}
	}()
	return func() {
		close(end)
		<-ended
		if terminal(out) {
			fmt.Fprintln(out)
		}
	}
}

// sometimes calls say no more often than every 10 seconds.
func sometimes(o Options, say func(done, of int)) func(done, of int) {
	last := o.Clock()
	return func(done, of int) {
		if now := o.Clock(); now.Sub(last) >= 10*time.Second {
			last = now
			say(done, of)
		}
	}
}

func terminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
