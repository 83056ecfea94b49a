package backup_test

import (
	"bytes"
	"strings"
	"testing"

	"countersign/internal/backup"
	"countersign/internal/files"
	"countersign/internal/store/storetest"
)

// FuzzCheck looks for an archive that makes the check panic, or that is refused
// without a reason.
func FuzzCheck(f *testing.F) {
	s := storetest.Open(f, storetest.SQLite(f), storetest.NewClock())
	storetest.NewWorld(f, s)
	folder, err := files.OpenFolder(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = folder.Close() })
	place := backup.Place{Store: s, Files: func() (files.Objects, error) { return folder, nil }, Say: func(string, ...any) {}}
	var whole bytes.Buffer
	if _, err := backup.Write(f.Context(), place, "test", storetest.Start, nil, &whole); err != nil {
		f.Fatal(err)
	}
	if _, _, err := backup.Check(bytes.NewReader(whole.Bytes()), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()/2])
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, archive []byte) {
		_, _, err := backup.Check(bytes.NewReader(archive), nil)
		if err != nil && !strings.Contains(err.Error(), "backup") {
			t.Errorf("refused without a reason: %v", err)
		}
	})
}
