// Package browsertest drives a real headless Chromium over the product's
// pages as a person would: by what things are called, not by where they stand
// in the markup. It is for tests only.
//
//	browsertest.Each(t, func(t *testing.T, p *browsertest.Page) {
//		p.Goto(server.URL + "/sign-in")
//		p.Fill("Email address", "gp@demo.example")
//		p.Click("Sign in")
//		p.Axe()
//	})
//
// One browser serves a test process; every Page is a profile of its own, with
// its own cookies. A Page fails its test when a step can't be done, and at the
// end if the page's scripts threw, if something was logged as an error, if a
// file was missing, or if the content security policy blocked anything.
//
// With COUNTERSIGN_TEST=quick in the environment, a test that asks for a page
// is skipped. Nothing else skips it: without a browser it fails and says what
// to install. With COUNTERSIGN_SCREENSHOTS=DIR, the pictures go to DIR.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	"github.com/chromedp/chromedp"
)

// installCommand is what the message of a failed test says.
const installCommand = "sudo apt-get install -y chromium"

// programs are the browsers that will do, in the order they are tried.
var programs = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
}

// findBrowser returns the path of the first program that is installed.
func findBrowser(programs []string) (string, error) {
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium is installed. Run: %s", installCommand)
}

// browser starts the browser of this process once and returns the context that
// tabs are opened from. Later calls return what the first one did.
var browser = sync.OnceValues(func() (context.Context, error) {
	program, err := findBrowser(programs)
	if err != nil {
		return nil, err
	}
	profile, err := profileDir()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.UserDataDir(profile),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("hide-scrollbars", true),
		// A sharp edge costs nothing, and pictures are the same everywhere.
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("lang", "en-GB"),
		// There is no user namespace to build the sandbox with in many a
		// container, and root can't have one at all.
		chromedp.Flag("no-sandbox", os.Geteuid() == 0),
	)
	// Never cancelled: the browser lives as long as the process, and on Linux
	// the kernel ends it with us.
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	return ctx, nil
})

// cleaner removes the folder when its standard input ends, which it does when
// the test process ends, however that ends. The browser's last helpers may
// still be writing at that moment.
const cleaner = `
cat >/dev/null
for second in 1 2 3 4 5; do
	rm -rf "$1" && sleep 1 && [ ! -e "$1" ] && exit
done
`

// profileDir makes the browser's folder, which goes when this process does.
func profileDir() (string, error) {
	dir, err := os.MkdirTemp("", "countersign-chromium-")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("/bin/sh", "-c", cleaner, "cleaner", dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if _, err := cmd.StdinPipe(); err != nil { // stays open as long as this process lives
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	go func() { _ = cmd.Wait() }()
	return dir, nil
}

// axeSource reads the accessibility checker, which npm brought.
var axeSource = sync.OnceValues(func() (string, error) {
	root, err := RepositoryRoot()
	if err != nil {
		return "", err
	}
	source, err := os.ReadFile(filepath.Join(root, "templates", "node_modules", "axe-core", "axe.min.js"))
	if errors.Is(err, os.ErrNotExist) {
		return "", errors.New("axe-core is not installed. Run: make assets")
	}
	return string(source), err
})

// RepositoryRoot returns the nearest folder with a go.mod above the folder that
// the test runs in.
func RepositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the folder of the test")
		}
	}
}

// selectAll is the modifier of the platform's keyboard shortcut.
func selectAll() chromedp.Modifier {
	if runtime.GOOS == "darwin" {
		return chromedp.ModifierMeta
	}
	return chromedp.ModifierCtrl
}
