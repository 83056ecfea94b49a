package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"countersign/internal/countersign"
)

// smallDisk mounts a disk of a few megabytes at its first argument, for itself
// and its children alone, copies the folder of the second there, and becomes the
// rest.
const smallDisk = `mount -t tmpfs -o size=12m countersign "$0" && cp -a "$1"/. "$0" && shift && exec "$@"`

// ownMounts returns the flags of unshare(1) with which this machine lets a disk
// be mounted there: as root, or as whoever is root of a namespace of their own.
func ownMounts(t *testing.T, at string) []string {
	t.Helper()
	var said []byte
	for _, flags := range [][]string{{"--mount"}, {"--user", "--map-root-user", "--mount"}} {
		var err error
		if said, err = exec.Command("unshare", slices.Concat(flags, []string{"mount", "-t", "tmpfs", "countersign", at})...).CombinedOutput(); err == nil {
			return flags
		}
	}
	t.Fatalf("a small disk cannot be mounted on this machine: %s\nAllow it with: sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0\n"+
		"(each where there is one; in a container: docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined)", said)
	return nil
}

// onSmallDisk starts the program with its data and its temporary files on a
// small disk. It returns the address, and the path of the disk as seen from
// here.
func (k *killing) onSmallDisk(t *testing.T) (address, disk string) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	at := t.TempDir()
	own := ownMounts(t, at)
	out := newOutput()
	var log bytes.Buffer
	cmd := exec.Command("unshare", append(own, "sh", "-c", smallDisk, at, k.c.Data, path, "serve", "--demo", "--addr", "127.0.0.1:0", "--data", at)...)
	cmd.Env = append(cleanEnvironment(), "COUNTERSIGN_NOW="+k.c.Now, "TMPDIR="+at)
	cmd.Stdout, cmd.Stderr = out, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := <-ended; err != nil || t.Failed() {
			t.Errorf("the server stopped with %v:\n%s", err, tail(log.String()))
		}
	})
	select {
	case address = <-out.ready:
		return address, filepath.Join("/proc", fmt.Sprint(cmd.Process.Pid), "root", at)
	case err := <-ended:
		ended <- err
		t.Fatalf("the server ended before it was ready: %v", err)
		return "", ""
	}
}

// fill writes a file until there is no room.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 1<<16); err == nil; {
		if _, err = file.Write(block); err != nil && len(block) > 1 {
			block, err = block[:len(block)/2], nil
		}
	}
	if err := file.Close(); !errors.Is(err, syscall.ENOSPC) && err != nil {
		t.Fatal(err)
	}
}

func TestADiskThatIsFullIsSaidAndNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	k := newKilling(t, "", killSeed)
	address, disk := k.onSmallDisk(t)
	client := &http.Client{Timeout: time.Minute}
	send := func(by countersign.Person, method, path, mediaType string, body io.Reader) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, address+"/api/v1"+path, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+k.tokens[by.ID])
		req.Header.Set("Content-Type", mediaType)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		content, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(content)
	}
	kept := map[string]string{} // titles by identifier
	piece := func(title string) (status int, said string) {
		t.Helper()
		body, err := json.Marshal(map[string]any{
			"kind": "work_product", "title": title, "occurred_on": "2026-03-01", "narrative": strings.Repeat("I wrote it. ", 1500), "anonymised": true,
			"details": map[string]string{"product": "A letter"},
		})
		if err != nil {
			t.Fatal(err)
		}
		status, said = send(k.world.Apprentice, http.MethodPost, "/apprenticeships/"+string(k.world.App.ID)+"/evidence", "application/json", bytes.NewReader(body))
		var answer struct{ ID string }
		if status == http.StatusCreated && json.Unmarshal([]byte(said), &answer) == nil {
			kept[answer.ID] = title
		}
		return status, said
	}
	upload := func(id string) (int, string) {
		t.Helper()
		body, mediaType := formFile(t, "notes.txt", strings.Repeat("What I noted that day.\n", 20_000))
		return send(k.world.Apprentice, http.MethodPost, "/evidence/"+id+"/attachments", mediaType, body)
	}
	first := func() string {
		for id := range kept {
			return id
		}
		t.Fatal("nothing was kept")
		return ""
	}
	if status, said := piece("Before"); status != http.StatusCreated {
		t.Fatalf("a piece: %d\n%s", status, said)
	}

	fill(t, filepath.Join(disk, "filler"))
	status, said := 0, ""
	for n := 0; n < 500 && status != http.StatusServiceUnavailable; n++ { // the database has room of its own at first
		if status, said = piece(fmt.Sprintf("Piece %d", n)); status != http.StatusCreated && status != http.StatusServiceUnavailable {
			t.Fatalf("a piece on a full disk: %d\n%s", status, said)
		}
	}
	if status != http.StatusServiceUnavailable || !strings.Contains(said, "no room") {
		t.Errorf("a piece on a full disk: %d\n%s", status, said)
	}
	if status, said := upload(first()); status != http.StatusServiceUnavailable || !strings.Contains(said, "no room") {
		t.Errorf("a file on a full disk: %d\n%s", status, said)
	}

	if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
		t.Fatal(err)
	}
	if status, said := piece("After"); status != http.StatusCreated {
		t.Errorf("a piece when there is room again: %d\n%s", status, said)
	}
	if status, said := upload(first()); status != http.StatusCreated {
		t.Errorf("a file when there is room again: %d\n%s", status, said)
	}
	for id, title := range kept {
		if status, said := send(k.world.Apprentice, http.MethodGet, "/evidence/"+id, "", nil); status != http.StatusOK || !strings.Contains(said, title) {
			t.Errorf("%s was acknowledged, and is %d\n%s", title, status, said)
		}
	}
}
