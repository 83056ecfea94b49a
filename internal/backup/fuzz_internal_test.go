package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"countersign/internal/store"
)

// small returns an archive of one row and one file that Check passes, made
// without a database: the fuzzer watches every package, and a database is slow
// under it.
func small(t testing.TB) []byte {
	t.Helper()
	var whole, rows bytes.Buffer
	a := &archive{tar: tar.NewWriter(&whole), at: time.Unix(0, 0).UTC(), sum: sha256.New(), ending: Ending{Rows: map[string]Rows{}, Missing: []string{}, Files: 1}}
	line, content := []byte(`["mark","complete"]`+"\n"), []byte("Four readings.")
	zip := gzip.NewWriter(&rows)
	_, err := zip.Write(line)
	hash := func(b []byte) string {
		sum := sha256.Sum256(b)
		return hex.EncodeToString(sum[:])
	}
	a.ending.Rows["settings"] = Rows{Count: 1, SHA256: hash(line)}
	err = errors.Join(err, zip.Close(),
		a.addJSON("begin.json", Beginning{Format: format, Program: "test", Schema: 1, MadeAt: a.at, Tables: []store.CopyTable{
			{Name: "settings", Columns: []store.CopyColumn{{Name: "name", Kind: "text"}, {Name: "value", Kind: "text"}}},
		}}),
		a.add("rows/settings/1", rows.Bytes()), a.add("files/"+hash(content), content), a.end(), a.tar.Close())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Check(bytes.NewReader(whole.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	return whole.Bytes()
}

// FuzzCheck looks for an archive that makes the check panic, or that is refused
// without a reason.
func FuzzCheck(f *testing.F) {
	whole := small(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, archive []byte) {
		_, _, err := Check(bytes.NewReader(archive), nil)
		if err != nil && !strings.Contains(err.Error(), "backup") {
			t.Errorf("refused without a reason: %v", err)
		}
	})
}
