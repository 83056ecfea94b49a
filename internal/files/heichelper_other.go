//go:build !unix

package files

import "context"

// limitProcessorTime does nothing here: the parent's clock has to do.
func limitProcessorTime(uint64) {}

// growInPlace does nothing here: memory grows by copying.
func growInPlace(ctx context.Context) context.Context { return ctx }
