package app_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"countersign/internal/app"
	"countersign/internal/browsertest"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
)

var (
	phone   = browsertest.Options{Width: 320, Height: 640, Mobile: true, JavaScript: true}
	desktop = browsertest.Options{Width: 1280} // without JavaScript
)

// Who the people of the demonstration are on their buttons.
const (
	asha  = "Asha Patel"
	nurse = "Sam Okafor"
	bell  = "Dr Megan Bell"
)

// TestAJourneyFromAPhotoToThePortfolio walks the main story as three people in
// a real browser.
func TestAJourneyFromAPhotoToThePortfolio(t *testing.T) {
	t.Parallel()
	t.Run("sqlite, on a desktop", func(t *testing.T) {
		t.Parallel()
		people := open(t, desktop, asha, nurse, bell)
		people.walk(t, serveProgram(t, demonstration(t)))
	})
	t.Run("postgres through pgbouncer, on a phone", func(t *testing.T) {
		t.Parallel()
		people := open(t, phone, asha, nurse, bell)
		people.walk(t, serveProgram(t, app.Config{Data: t.TempDir(), Database: pgcluster.Pooled(t, storetest.Postgres(t)), Demo: true, Now: demoNow}))
	})
}

// serveProgram runs the built program as its own process, which the race detector
// doesn't slow down, and returns its address.
func serveProgram(t *testing.T, c app.Config) string {
	t.Helper()
	url, _ := startProgram(t, c)
	return url
}

// startProgram is serveProgram for who asks for the process as well.
func startProgram(t testing.TB, c app.Config) (string, *os.Process) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	out := newOutput()
	var log bytes.Buffer
	cmd := exec.Command(path, "serve", "--demo", "--addr", "127.0.0.1:0", "--data", c.Data)
	cmd.Env = append(cleanEnvironment(), "COUNTERSIGN_NOW="+c.Now)
	if c.Database != "" {
		cmd.Env = append(cmd.Env, "COUNTERSIGN_DATABASE="+c.Database)
	}
	cmd.Stdout, cmd.Stderr = out, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := <-ended; err != nil {
			t.Errorf("the server stopped with %v:\n%s", err, tail(log.String()))
		} else if t.Failed() {
			for line := range strings.Lines(log.String()) {
				if !strings.Contains(line, `"level":"INFO"`) {
					t.Log(line)
				}
			}
		}
	})
	select {
	case url := <-out.ready:
		return url, cmd.Process
	case err := <-ended:
		ended <- err
		t.Fatalf("the server ended before it was ready: %v", err)
		return "", nil
	}
}

// people are the browsers of those who take part, by their names.
type people map[string]*browsertest.Page

func open(t *testing.T, o browsertest.Options, names ...string) people {
	t.Helper()
	out := people{}
	for _, name := range names {
		out[name] = browsertest.New(t, o)
	}
	return out
}

func (who people) walk(t *testing.T, url string) {
	const title = "Morning blood pressure clinic with Zoë’s cuff 🩺"
	for name, p := range who {
		p.Goto(url + "/sign-in")
		p.Click("Sign in as " + name)
		if at := p.URL(); at != url+"/" {
			t.Fatalf("%s gets to %s after signing in", name, at)
		}
	}

	// The apprentice logs a piece with a photo.
	p := who[asha]
	p.Click("Add evidence")
	p.Click("Observation")
	p.Click("Continue")
	p.Fill("Title", title)
	p.Fill("Day", "2")
	p.Fill("Month", "3")
	p.Fill("Year", "2026")
	p.Click(nurse)
	p.Fill("Where was it?", "Treatment room")
	p.Fill("What was seen?", "Manual blood pressure on six adults")
	p.Fill("What did you do?", "I took the blood pressure of six people and passed one high reading on at once.")
	p.Fill("What did you learn? (optional)", "Nguyễn’s cuff chart saved me a second reading. 👍")
	p.Click(firstText(t, p, "details summary", "Clinical:"))
	p.Click("GPA-CL2 Blood pressure")
	p.Fill("Why is it evidence for GPA-CL2?", "Six readings, watched from start to end")
	p.Upload("Add files (optional)", photo(t))
	p.Click("I confirm that no patient can be identified from this piece")
	p.Axe()
	p.NoSidewaysScroll()
	p.Click("Submit for review")
	p.WantText(title, "Waiting for review", "cuff.jpg", nurse)

	// The nurse finds it in her queue, opens it and accepts it.
	p = who[nurse]
	p.Goto(url + "/queue")
	p.Click(title)
	p.WantText("Treatment room", "cuff.jpg", "Six readings, watched from start to end")
	seePicture(t, p, "Picture “cuff.jpg”")
	p.Click("Accept it")
	p.Fill("Comment", "Calm and careful with the cuff.")
	p.Click("Save review")
	p.Goto(url + "/queue")
	if p.Has(title, "link") {
		t.Errorf("%q still waits for the nurse who accepted it", title)
	}

	// The GP decides a review and a sign-off in one form.
	p = who[bell]
	p.Goto(url + "/queue")
	waiting := queueRows(p)
	review := firstRow(t, waiting, "Review evidence")
	signOff := firstRow(t, waiting, "Sign off")
	p.In(review.Title).Select("Decision", "Accept")
	p.In(signOff.Title).Select("Decision", signOff.competent(t))
	p.In(signOff.Title).Fill("Comment", "Safe and consistent.")
	p.Axe()
	p.NoSidewaysScroll()
	p.Click("Sign and save decisions")
	p.WantText("2 decisions saved")
	p.Goto(url + "/queue")
	left := queueRows(p)
	for _, r := range left {
		if r.Href == review.Href || r.Href == signOff.Href {
			t.Errorf("%q still waits after the batch", r.Title)
		}
	}

	// She opens another competency and decides it with the whole form.
	next := firstRow(t, left, "Sign off", "Renew")
	p.Goto(url + next.Href)
	p.Click("Competent")
	p.In("Level").Click(strings.TrimPrefix(next.competent(t), "Competent: "))
	p.Fill("Comment", "Decided on the whole record.")
	p.Click("Sign and save")
	p.Goto(url + next.Href)
	p.WantText("Signed off", "Decided on the whole record.", bell)

	// The apprentice sees it and takes the portfolio home.
	p = who[asha]
	p.Goto(url + "/")
	p.Click("Portfolio")
	p.WantText(title)
	text := pdfText(t, download(t, p, `a[href$="portfolio.pdf"]`))
	for _, want := range []string{asha, "Morning blood pressure clinic", "Calm and careful with the cuff.", "GPA-CL2"} {
		if !strings.Contains(text, want) {
			t.Errorf("the portfolio doesn't say %q", want)
		}
	}
	// What the GP signed is in it if it was of this apprentice.
	for r, comment := range map[*row]string{&signOff: "Safe and consistent.", &next: "Decided on the whole record."} {
		if got, want := strings.Contains(text, comment), r.apprentice() == asha; got != want {
			t.Errorf("%s's portfolio says %q: %t, decided for %s", asha, comment, got, r.apprentice())
		}
	}
}

// row is a line of the queue.
type row struct {
	Type, Title, Href, About string
	Options                  []string
}

func queueRows(p *browsertest.Page) []row {
	return browsertest.Eval[[]row](p, `[...document.querySelectorAll(".app-queue__row")].map(r => ({
		Type: r.querySelector(".nhsuk-tag").innerText.trim(),
		Title: r.querySelector("a.app-queue__title").innerText.trim(),
		Href: r.querySelector("a.app-queue__title").getAttribute("href"),
		About: r.querySelector(".app-queue__about").innerText.trim(),
		Options: [...r.querySelectorAll("option")].map(o => o.text.trim()),
	}))`)
}

// firstRow returns the first row of one of the types that can be decided from
// the queue. The demonstration's data say what waits, so no row is named here.
func firstRow(t *testing.T, rows []row, types ...string) row {
	t.Helper()
	i := slices.IndexFunc(rows, func(r row) bool { return slices.Contains(types, r.Type) && len(r.Options) > 0 })
	if i < 0 {
		t.Fatalf("nothing of %q waits: %+v", types, rows)
	}
	return rows[i]
}

func (r row) apprentice() string {
	name, _, _ := strings.Cut(r.About, ",")
	return name
}

// competent returns the lowest competent decision that the row offers.
func (r row) competent(t *testing.T) string {
	t.Helper()
	i := slices.IndexFunc(r.Options, func(o string) bool { return strings.HasPrefix(o, "Competent: ") })
	if i < 0 {
		t.Fatalf("%q can't be decided competent: %q", r.Title, r.Options)
	}
	return r.Options[i]
}

// firstText returns the text of the first such element that begins so.
func firstText(t *testing.T, p *browsertest.Page, selector, prefix string) string {
	t.Helper()
	all := browsertest.Eval[[]string](p, `[...document.querySelectorAll("`+selector+`")].map(e => e.innerText.trim())`)
	i := slices.IndexFunc(all, func(s string) bool { return strings.HasPrefix(s, prefix) })
	if i < 0 {
		t.Fatalf("no %s begins with %q: %q", selector, prefix, all)
	}
	return all[i]
}

// photo makes a small photo.
func photo(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			m.Set(x, y, color.RGBA{R: uint8(x * 255 / 320), G: uint8(y), B: 120, A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "cuff.jpg")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// seePicture scrolls to a picture, which is loaded then, and waits until it can
// be seen.
func seePicture(t *testing.T, p *browsertest.Page, alt string) {
	t.Helper()
	const patience = 10 * time.Second
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		if browsertest.Eval[bool](p, `[...document.images].some(i => {
			if (i.alt !== "`+alt+`") return false
			i.scrollIntoView()
			return i.complete && i.naturalWidth > 0
		})`) {
			return
		}
	}
	t.Errorf("no %s to be seen on %s within %v", alt, p.URL(), patience)
}

// download returns what the link leads to, fetched with the page's session. It
// waits for it in the page, so it works where scripts are off.
func download(t *testing.T, p *browsertest.Page, link string) []byte {
	t.Helper()
	began := time.Now()
	encoded := browsertest.Eval[string](p, `(() => {
		const request = new XMLHttpRequest()
		request.open("GET", document.querySelector('`+link+`').href, false)
		request.overrideMimeType("text/plain; charset=x-user-defined")
		request.send()
		if (request.status !== 200) throw new Error("it answers " + request.status)
		let bytes = ""
		for (let i = 0; i < request.responseText.length; i++) bytes += String.fromCharCode(request.responseText.charCodeAt(i) & 255)
		return btoa(bytes)
	})()`)
	content, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %v", len(content), time.Since(began).Round(time.Millisecond))
	return content
}

// pdfText returns the text of a PDF, as one line.
func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("no PDF: %.80q", pdf)
	}
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext, of poppler-utils: %v", err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}
