package app_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/internal/app"
	"countersign/internal/authz"
	"countersign/internal/browsertest"
	"countersign/internal/countersign"
	"countersign/internal/demo"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// BenchmarkPortfolioBesideChromium exports a portfolio of some 300 pages of
// text from the running program, and has Chromium print the same portfolio's
// page. An operation is an export, from the request to the last byte. Of the
// browser, loading the page and printing it count; starting it doesn't.
//
// The memory of the program is how far it has grown, at the most, above what
// it held when it had started; that of Chromium is what its processes use, at
// the most, while the page is loaded and printed.
func BenchmarkPortfolioBesideChromium(b *testing.B) {
	p := browsertest.New(b, browsertest.Options{})
	c, world := longPortfolio(b)
	address, program := startProgram(b, c)
	portfolio := address + "/apprenticeships/" + string(world.App.ID) + "/portfolio"
	client := signIn(b, address, world.Apprentice.Email)

	idle := status(b, program.Pid, "VmRSS")
	var exported string
	for b.Loop() {
		exported = page(b, client, portfolio+".pdf")
	}
	own := b.Elapsed() / time.Duration(b.N)
	growth := status(b, program.Pid, "VmHWM") - idle

	// A click signs somebody else in than the button says.
	p.Goto(address + "/sign-in")
	browsertest.Eval[string](p, fmt.Sprintf(`document.querySelector("form[action='/sign-in/demo'] [name=email]").value = %q`, world.Apprentice.Email))
	p.Click("Sign in as " + asha)
	most := chromiumMemory(b)
	began := time.Now()
	p.Goto(portfolio)
	printed := p.PDF()
	chromium := time.Since(began)
	used := most()

	b.ReportMetric(float64(pages(b, exported)), "pages")
	b.ReportMetric(float64(pages(b, string(printed))), "chromium-pages")
	b.ReportMetric(chromium.Seconds()*1000, "chromium-ms")
	b.ReportMetric(float64(chromium)/float64(own), "times-faster")
	b.ReportMetric(float64(growth)/(1<<20), "growth-MB")
	b.ReportMetric(float64(used)/(1<<20), "chromium-MB")
	b.ReportMetric(float64(growth)/float64(used), "of-chromium")
}

// status returns the bytes that a line of /proc/PID/status says.
func status(b *testing.B, process int, field string) int64 {
	b.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(content), "\n"+field+":")
	var kB int64
	if _, err := fmt.Sscan(after, &kB); err != nil {
		b.Fatalf("%s: %v", field, err)
	}
	return kB << 10
}

// chromiumMemory watches the browser's memory. What it returns ends that, and
// returns the most there was.
func chromiumMemory(b *testing.B) (most func() int64) {
	b.Helper()
	stop, done := make(chan struct{}), make(chan struct{})
	var seen int64
	var failed error
	go func() {
		defer close(done)
		for failed == nil {
			var now int64
			now, failed = browsertest.Memory()
			seen = max(seen, now)
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		b.Helper()
		close(stop)
		<-done
		if failed != nil {
			b.Fatal(failed)
		}
		return seen
	}
}

// pages returns how many pages a PDF has.
func pages(b *testing.B, pdf string) int {
	b.Helper()
	path := filepath.Join(b.TempDir(), "portfolio.pdf")
	if err := os.WriteFile(path, []byte(pdf), 0o600); err != nil {
		b.Fatal(err)
	}
	out, err := exec.Command("qpdf", "--show-npages", path).Output()
	if err != nil {
		b.Fatalf("qpdf: %v. Run: sudo apt-get install -y qpdf", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// longPortfolio fills a data folder with one long apprenticeship, marked as a
// demonstration so that one can sign in by a click.
func longPortfolio(b *testing.B) (app.Config, *storetest.World) {
	b.Helper()
	c := app.Config{Data: b.TempDir(), Demo: true, Now: storetest.Start.Format(time.RFC3339)}
	a, err := app.Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	world := storetest.NewWorld(b, a.Store)
	apprentice, err := a.Service.Actor(b.Context(), world.Apprentice.ID, authz.Proof{Method: authz.ByPassword})
	if err != nil {
		b.Fatal(err)
	}
	mentor, err := a.Service.Actor(b.Context(), world.Mentor.ID, authz.Proof{Method: authz.ByPassword})
	if err != nil {
		b.Fatal(err)
	}
	all := world.Framework.Competencies()
	for i := range 210 {
		e, err := a.Service.DraftEvidence(b.Context(), apprentice, world.App.ID, service.EvidenceInput{
			Kind: countersign.WorkProduct, Title: fmt.Sprintf("Piece %d", i+1), OccurredOn: countersign.LondonDate(storetest.Start),
			Narrative:  strings.Repeat("I rang the people on the recall list and wrote down what each of them said. ", 40),
			Reflection: strings.Repeat("Next time I will ask for a quiet room before I begin. ", 15), Anonymised: true,
			Details:      map[string]string{"product": "A letter"},
			Competencies: []service.MappingInput{{Code: all[i%len(all)].Code, Justification: "It shows the task"}, {Code: all[(i+7)%len(all)].Code}},
		})
		if err != nil {
			b.Fatal(err)
		}
		if e, err = a.Service.SubmitEvidence(b.Context(), apprentice, e.ID, e.Version); err != nil {
			b.Fatal(err)
		}
		if _, err = a.Service.ReviewEvidence(b.Context(), mentor, service.ReviewInput{
			Evidence: e.ID, Decision: countersign.AcceptEvidence, Comment: "Calm and careful on the telephone.",
		}); err != nil {
			b.Fatal(err)
		}
	}
	if err := a.Store.Write(b.Context(), func(tx *store.Tx) error { return tx.SetSetting(demo.Mark, "complete") }); err != nil {
		b.Fatal(err)
	}
	return c, world
}
