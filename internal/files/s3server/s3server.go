// Package s3server runs a real S3 server, versitygw, for tests. `make tools`
// installs it.
package s3server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// version is the one that the Makefile installs.
const version = "v1.8.0"

// Bucket starts a server with one bucket, which ends with the test, and returns
// the address of the bucket in the form of COUNTERSIGN_FILES. endpoint is where
// the server listens. A quick run (COUNTERSIGN_TEST=quick) skips the test.
func Bucket(t testing.TB) (address, endpoint string) {
	t.Helper()
	if os.Getenv("COUNTERSIGN_TEST") == "quick" {
		t.Skip("a quick run (COUNTERSIGN_TEST=quick): no S3 server")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(cache, "countersign", "tools", "versitygw-"+version, "versitygw")
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("the S3 server for tests is missing (run `make tools`): %v", err)
	}
	for range 5 { // another process may take the port before the server does
		if endpoint, err = start(t, program); err == nil {
			return fmt.Sprintf("s3://%s:%s@%s?endpoint=%s", user, secret, bucket, endpoint), endpoint
		}
	}
	t.Fatalf("the S3 server doesn't start: %v", err)
	return "", ""
}

// Who may use the server, and the bucket that it has.
const (
	user   = "tester"
	secret = "only-for-tests"
	bucket = "evidence"
)

func start(t testing.TB, program string) (string, error) {
	probe, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	address := probe.Addr().String()
	if err := probe.Close(); err != nil {
		return "", err
	}
	root, meta := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(root, bucket), 0o700); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(t.Context(), program, "--port", address, "--access", user, "--secret", secret, "posix", "--sidecar", meta, root)
	if err := cmd.Start(); err != nil {
		return "", err
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
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/", nil)
		if err != nil {
			return "", err
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			return "http://" + address, answer.Body.Close()
		}
		select {
		case <-ended:
			return "", fmt.Errorf("the S3 server ended: %s", cmd.ProcessState)
		case <-time.After(20 * time.Millisecond):
		}
		if err := t.Context().Err(); err != nil {
			return "", context.Cause(t.Context())
		}
	}
}
