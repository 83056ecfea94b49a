//go:build unix

package files

import (
	"context"
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// limitProcessorTime has the system end this process after so many seconds of
// work. Where it won't, the parent's clock remains.
func limitProcessorTime(seconds uint64) {
	limit := syscall.Rlimit{Cur: seconds, Max: seconds}
	_ = syscall.Setrlimit(syscall.RLIMIT_CPU, &limit)
}

// growInPlace returns a context whose modules have a memory that is reserved
// whole and becomes real page by page.
func growInPlace(ctx context.Context) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(_, most uint64) experimental.LinearMemory {
		m, err := syscall.Mmap(-1, 0, int(most), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			m = nil // Reallocate fails, and with it the module
		}
		return reserved(m)
	}))
}

// reserved is a memory that grows in place.
type reserved []byte

// Reallocate returns the first size bytes; nil if there aren't as many.
func (m reserved) Reallocate(size uint64) []byte {
	if size > uint64(len(m)) {
		return nil
	}
	return m[:size]
}

// Free gives the memory back.
func (m reserved) Free() { _ = syscall.Munmap(m) }
