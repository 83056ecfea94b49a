package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// printTimeout bounds the printing of a document of hundreds of pages.
const printTimeout = 5 * time.Minute

// PDF prints the page to A4, as the browser's own dialog does.
func (p *Page) PDF() []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, printTimeout)
	defer cancel()
	const width, height = 210 / 25.4, 297 / 25.4
	printed, err := chromedp.Run(ctx, chromedp.Action[page.PrintToPDFResult](func(ctx context.Context, t *chromedp.Target) (page.PrintToPDFResult, error) {
		return cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: width, PaperHeight: height})
	}))
	if err != nil {
		p.t.Fatalf("browsertest: print %s: %v", p.seen.where(), err)
	}
	return printed.Data
}

// Memory returns the bytes that all processes of the browser use, what they
// share being counted once (PSS). It needs Linux's /proc.
func Memory() (int64, error) {
	root, err := browser()
	if err != nil {
		return 0, err
	}
	return memoryOf(strconv.Itoa(chromedp.FromContext(root).Browser.Process().Pid))
}

// memoryOf returns the PSS of a process and of all below it.
func memoryOf(process string) (int64, error) {
	rollup, err := os.ReadFile(filepath.Join("/proc", process, "smaps_rollup"))
	if err != nil {
		return 0, err
	}
	_, pss, _ := strings.Cut(string(rollup), "\nPss:")
	var kB int64
	if _, err := fmt.Sscan(pss, &kB); err != nil {
		return 0, fmt.Errorf("%q: %w", rollup, err)
	}
	sum := kB << 10
	threads, err := filepath.Glob(filepath.Join("/proc", process, "task", "*", "children"))
	if err != nil {
		return 0, err
	}
	for _, thread := range threads {
		children, err := os.ReadFile(thread)
		if err != nil {
			continue // it has just ended
		}
		for _, child := range strings.Fields(string(children)) {
			if n, err := memoryOf(child); err == nil { // else it has just ended
				sum += n
			}
		}
	}
	return sum, nil
}
