package files

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"countersign/internal/countersign"
)

// virus is what every scanner takes for one, by agreement (eicar.org). It is in
// two parts, so that no scanner takes this file for one.
const virus = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-` + `ANTIVIRUS-TEST-FILE!$H+H*`

// startClamd runs a real daemon that knows one virus, until the test ends.
func startClamd(t *testing.T) *Clamd {
	t.Helper()
	program, err := exec.LookPath("clamd")
	if err != nil {
		program = "/usr/sbin/clamd"
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatal("clamd is missing: run .ci/deps, or install Debian's clamav-daemon")
	}
	dir, err := os.MkdirTemp("", "clamd") //nolint:usetesting // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "socket")
	settings := fmt.Sprintf("DatabaseDirectory %s\nLocalSocket %s\nForeground yes\nStreamMaxLength 25M\nMaxRecursion 8\nMaxFiles 500\nAlertExceedsMax yes\n", dir, socket)
	if os.Getuid() == 0 {
		settings += "User root\n"
	}
	for name, content := range map[string]string{
		"conf":      settings,
		"local.ndb": "Eicar-Test:0:0:" + hex.EncodeToString([]byte(virus)) + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, "--config-file", filepath.Join(dir, "conf"))
	said := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	for {
		conn, err := new(net.Dialer).DialContext(t.Context(), "unix", socket)
		if err == nil {
			_ = conn.Close()
			break
		}
		select {
		case <-ended:
			t.Fatalf("clamd ended: %s", said)
		case <-time.After(20 * time.Millisecond):
		}
	}
	c, err := OpenClamd("unix://" + socket)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClamdFindsVirusesWhereverTheyHide(t *testing.T) {
	t.Parallel()
	c := startClamd(t)
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	w, err := z.Create("word/media/image1.png")
	if err == nil {
		_, err = io.WriteString(w, virus)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		content string
		found   bool
	}{
		"nothing":           {"", false},
		"text":              {"Took blood from a patient in her forties.", false},
		"a photo":           {string(sample(t, "plain.heic")), false},
		"the virus":         {virus, true},
		"within a document": {packed.String(), true},
	} {
		got, err := c.Scan(t.Context(), strings.NewReader(tc.content))
		if err != nil || (got != "") != tc.found {
			t.Errorf("%s: Scan() = %q, %v; want a virus: %t", name, got, err, tc.found)
		}
	}
	if _, err := c.Scan(t.Context(), iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("of a broken upload: %v", err)
	}
	if _, err := c.Scan(t.Context(), io.LimitReader(zeros("", 1<<30), 26<<20)); err == nil {
		t.Error("what is too large for the daemon was taken for clean")
	}

	in := NewIntake(newVault(t), t.TempDir(), Guard{Text: testGuard.Text, Name: testGuard.Name, Unread: testGuard.Unread, Virus: c.Scan})
	if _, err := in.Accept(t.Context(), "notes.txt", strings.NewReader(virus)); countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), "virus") {
		t.Errorf("Accept() of the virus = %v", err)
	}
	a, err := in.Accept(t.Context(), "notes.txt", strings.NewReader("Clean."))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(stored(t, in.store.(*Vault), a.SHA256)); got != "Clean." {
		t.Errorf("stored %q", got)
	}
}

func TestWhatNobodyCouldCheckIsKeptAndNotOpened(t *testing.T) {
	t.Parallel()
	c, err := OpenClamd("unix://" + filepath.Join(t.TempDir(), "nobody"))
	if err != nil {
		t.Fatal(err)
	}
	v := newVault(t)
	in := NewIntake(v, t.TempDir(), Guard{Text: testGuard.Text, Name: testGuard.Name, Unread: testGuard.Unread, Virus: c.Scan})
	a, err := in.Accept(t.Context(), "notes.txt", strings.NewReader("Perhaps."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Open(t.Context(), a.SHA256); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("Open() = %v, want a Conflict", err)
	}
	content, err := v.OpenUnchecked(t.Context(), a.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if b, err := io.ReadAll(content); string(b) != "Perhaps." || err != nil {
		t.Errorf("OpenUnchecked() gives %q, %v", b, err)
	}
	if err := in.Recheck(t.Context(), Text, "notes.txt", strings.NewReader("Perhaps.")); countersign.KindOf(err) != countersign.Invalid {
		t.Errorf("a file of a package that nobody could check: %v", err)
	}
}

// A daemon that is silent, breaks off or answers otherwise has proved nothing.
func TestAnOddAnswerOfClamdIsAnError(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"silence": "", "nonsense": "hello", "an error": "INSTREAM size limit exceeded. ERROR\x00", "a lookalike": "stream: OKAY\x00",
	} {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				_, _ = io.CopyN(io.Discard, conn, 10+4+5+4) // the command, one chunk, the end
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			}
		}()
		c, err := OpenClamd("tcp://" + listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if virus, err := c.Scan(t.Context(), strings.NewReader("clean")); err == nil || virus != "" {
			t.Errorf("%s: Scan() = %q, %v", name, virus, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := &Clamd{"tcp", "127.0.0.1:1"}
	if _, err := c.Scan(ctx, strings.NewReader("clean")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestOpenClamdRefusesOddAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "127.0.0.1:3310", "tcp://127.0.0.1", "unix://relative/path", "http://127.0.0.1:3310", "unix://"} {
		if _, err := OpenClamd(address); err == nil {
			t.Errorf("OpenClamd(%q) gave no error", address)
		}
	}
}
