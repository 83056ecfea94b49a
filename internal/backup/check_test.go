package backup_test

import (
	"bytes"
	"testing"

	"countersign/internal/backup"
	"countersign/internal/files"
	"countersign/internal/store/storetest"
)

// written returns a backup that Check passes.
func written(t testing.TB) []byte {
	t.Helper()
	s := storetest.Open(t, storetest.SQLite(t), storetest.NewClock())
	storetest.NewWorld(t, s)
	folder, err := files.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	place := backup.Place{Store: s, Files: func() (files.Objects, error) { return folder, nil }, Say: func(string, ...any) {}}
	var whole bytes.Buffer
	if _, err := backup.Write(t.Context(), place, "test", storetest.Start, nil, &whole); err != nil {
		t.Fatal(err)
	}
	if _, _, err := backup.Check(bytes.NewReader(whole.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	return whole.Bytes()
}

// What says nothing is not looked at: the zeros between entries, and the
// headers of tar, which have a sum of their own.
func TestAByteThatIsChangedIsFoundWhereverItIs(t *testing.T) {
	t.Parallel()
	whole := written(t)
	for at := 0; at < len(whole); at += 149 {
		block := whole[at/512*512:][:512]
		if whole[at] == 0 || string(block[257:262]) == "ustar" {
			continue
		}
		changed := bytes.Clone(whole)
		changed[at] ^= 1
		if _, _, err := backup.Check(bytes.NewReader(changed), nil); err == nil {
			t.Errorf("byte %d, near %q, is changed and nobody sees it", at, whole[max(0, at-30):min(len(whole), at+10)])
		}
	}
}
