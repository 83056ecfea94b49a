package demo

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// pastMonths is how many months' ends are kept as they were, so that there are
// trends to look at.
const pastMonths = 12

// add puts what is to come where it belongs in the order of time.
func (w *world) add(events []event) {
	w.events = append(w.events, events...)
	slices.SortStableFunc(w.events, func(a, b event) int { return a.at.Compare(b.at) })
}

// tellAll has everything happen that the tales tell, one thing after the other
// as it did.
func (w *world) tellAll(tales []tale, out io.Writer) error {
	var begin []event
	for i, t := range tales {
		begin = append(begin, w.beginning(int64(i), t)...)
	}
	w.add(begin)
	for len(w.events) > 0 {
		e := w.events[0]
		w.events = w.events[1:]
		err := w.pass(e.at, out)
		if err == nil {
			err = e.do()
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", e.at.Format(time.DateTime), e.what, err)
		}
	}
	return nil
}

// pass lets the time go on, and keeps each month's end on the way as a server
// does that was running.
func (w *world) pass(to time.Time, out io.Writer) error {
	for ; !w.month.First().Start().After(to); w.month = w.month.Add(1) {
		begins := w.month.First().Start()
		w.clock.set(begins.Add(-time.Minute))
		if err := w.service.RecountDue(w.ctx); err != nil {
			return err
		}
		w.clock.set(begins.Add(time.Minute))
		if err := w.service.KeepMonths(w.ctx); err != nil {
			return err
		}
		fmt.Fprintf(out, "Filling the demonstration: until the end of %s\n", w.month.Add(-1).Long())
	}
	w.clock.set(to)
	return nil
}
