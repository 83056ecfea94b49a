//go:build race

package demo

// raced says that the race detector slows the embedded database down, which is
// compiled into Go, by more than ten times. Filling runs in one goroutine, so
// there is little for it to find: tests then fill in less.
const raced = true
