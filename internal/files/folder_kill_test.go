package files

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The other half of TestFolderSurvivesAKill: a process that puts content and
// tells when half of it is written.
func TestMain(m *testing.M) {
	dir := os.Getenv("PUT_INTO")
	if dir == "" {
		os.Exit(m.Run())
	}
	f, err := OpenFolder(dir)
	if err != nil {
		panic(err)
	}
	put, told := 0, false
	err = f.Write(context.Background(), anObject, readerFunc(func(p []byte) (int, error) {
		if put >= 1<<20 && !told {
			told = true
			fmt.Println("half")
		}
		if told {
			time.Sleep(10 * time.Millisecond)
		}
		put += len(p)
		return len(p), nil
	}))
	panic(err)
}

func TestFolderSurvivesAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFolder(t, dir)
	write(t, f, "2C"+anObject, "hello")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "PUT_INTO="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	left := tree(t, dir)
	if len(left) != 2 || !strings.HasPrefix(left[1], "tmp/") {
		t.Fatalf("after the kill: %v", left)
	}
	if n := len(older(t, f, -time.Hour)); n != 1 {
		t.Errorf("%d objects to be seen, want 1", n)
	}
	openFolder(t, dir)
	if len(tree(t, dir)) != 2 {
		t.Error("what might still be in work was cleared away")
	}
	old := time.Now().Add(-leftoverAge - time.Minute)
	if err := os.Chtimes(filepath.Join(dir, left[1]), old, old); err != nil {
		t.Fatal(err)
	}
	openFolder(t, dir)
	if diff := cmp.Diff([]string{"2C/2C/2C" + anObject}, tree(t, dir)); diff != "" {
		t.Errorf("after the next start -want +got:\n%s", diff)
	}
}
