package pdf_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"countersign/internal/pdf"
)

// sealPDF makes a portfolio whose manifest is its digests.
func sealPDF(t *testing.T, pieces int, photos bool) document {
	t.Helper()
	s := newSample(sampleFramework(), pieces, photos)
	proof := pdf.Proof{
		Code: "K7QM-2XWD-94HT", Page: "https://training.example.org/verify", Scan: "https://training.example.org/verify?code=K7QM2XWD94HT",
		Manifest: func(d pdf.Digests) ([]byte, error) { return json.Marshal(d) },
	}
	var b bytes.Buffer
	if err := pdf.Portfolio(t.Context(), &b, s.Portfolio, s.files, &proof); err != nil {
		t.Fatal(err)
	}
	return keep(t, b.Bytes())
}

// digests are those that the manifest of sealPDF holds.
func digests(t *testing.T, s pdf.Sealed) pdf.Digests {
	t.Helper()
	var d pdf.Digests
	if err := json.Unmarshal(s.Manifest, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func open(data []byte) (pdf.Sealed, error) {
	return pdf.Open(bytes.NewReader(data), int64(len(data)))
}

func TestAManifestIsFoundAgainAndItsDigestsHold(t *testing.T) {
	t.Parallel()
	d := sealPDF(t, 3, true)
	d.check()
	s, err := open(d.data)
	if err != nil || !s.Intact {
		t.Fatalf("Open() = intact %t, %v", s.Intact, err)
	}
	was := digests(t, s)
	if was.File != s.Digests.File || !slices.Equal(was.Pages, s.Digests.Pages) || len(was.Pages) != len(d.pages()) {
		t.Errorf("the digests of %d pages differ from those of %d in the manifest", len(s.Digests.Pages), len(was.Pages))
	}
	if before := bytes.LastIndex(d.data[:bytes.LastIndex(d.data, []byte("/Prev "))], []byte("%%EOF\n")) + 6; sha256.Sum256(d.data[:before]) != was.File {
		t.Error("the digest of the file isn't that of what was there before the manifest")
	}
	if again := sealPDF(t, 3, true); !bytes.Equal(again.data, d.data) {
		t.Error("the same portfolio and manifest give other bytes")
	}
	text := d.pages()[0]
	for _, w := range []string{"Check this document", "K7QM-2XWD-94HT", "https://training.example.org/verify"} {
		if !strings.Contains(text, w) {
			t.Errorf("the cover lacks %q", w)
		}
	}
}

// Who checks a printed portfolio looks for the code on its first page.
func TestTheCodeIsOnTheCoverHoweverManyPeopleAreNamed(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 1, false)
	s.Namings = slices.Repeat(s.Namings, 4)
	var b bytes.Buffer
	if err := pdf.Portfolio(t.Context(), &b, s.Portfolio, s.files, &pdf.Proof{Code: "K7QM-2XWD-94HT", Page: "https://training.example.org/verify"}); err != nil {
		t.Fatal(err)
	}
	pages := keep(t, b.Bytes()).pages()
	if !strings.Contains(pages[0], "K7QM-2XWD-94HT") || !strings.Contains(pages[1], "Named") {
		t.Errorf("the first pages say:\n%s\n%s", pages[0], pages[1])
	}
}

// No byte of a file can be changed without a digest or the manifest's own
// place telling. The pages whose content or pictures changed are named.
func TestOneChangedByteIsNoticedAndItsPageNamed(t *testing.T) {
	t.Parallel()
	d := sealPDF(t, 2, true)
	whole, err := open(d.data)
	if err != nil {
		t.Fatal(err)
	}
	was := digests(t, whole)
	named := 0
	for at := 7; at < len(d.data); at += 1 + len(d.data)/200 {
		changed := bytes.Clone(d.data)
		changed[at] ^= 0x20
		s, err := open(changed)
		if err != nil {
			if !errors.Is(err, pdf.ErrNoManifest) && !errors.Is(err, pdf.ErrChanged) {
				t.Errorf("byte %d: error = %v", at, err)
			}
			continue
		}
		if s.Intact && s.Digests.File == was.File && bytes.Equal(s.Manifest, whole.Manifest) {
			t.Fatalf("byte %d was changed and nothing tells", at)
		}
		if !slices.Equal(s.Digests.Pages, was.Pages) {
			named++
		}
	}
	if named < 100 { // most of the bytes are pictures
		t.Errorf("a page was named for %d of 200 bytes", named)
	}
}

func TestOneByteOfTheContentOfAPageChangesTheDigestOfThatPageAlone(t *testing.T) {
	t.Parallel()
	d := sealPDF(t, 1, false)
	whole, err := open(d.data)
	if err != nil {
		t.Fatal(err)
	}
	const page = 9 // whose content is object 20
	at := bytes.Index(d.data, []byte("\n20 0 obj\n")) + 200
	d.data[at] ^= 1
	s, err := open(d.data)
	if err != nil {
		t.Fatal(err)
	}
	for i, was := range whole.Digests.Pages {
		if got, want := s.Digests.Pages[i] != was, i+1 == page; got != want {
			t.Errorf("page %d is another: %t", i+1, got)
		}
	}
}

// What stands after the manifest, or beside it, isn't taken for part of it.
func TestNothingCanHideBehindAManifest(t *testing.T) {
	t.Parallel()
	d := sealPDF(t, 1, false)
	update := bytes.LastIndex(d.data[:bytes.LastIndex(d.data, []byte("/Prev "))], []byte("%%EOF\n")) + 6
	for name, data := range map[string][]byte{
		"an appended update":    append(bytes.Clone(d.data), "1 0 obj\n<<>>\nendobj\nxref\n1 1\n0000000000 00000 n \ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"...),
		"a comment before it":   slices.Insert(bytes.Clone(d.data), update, []byte("% hidden\n")...),
		"a comment in the tail": bytes.Replace(d.data, []byte("/Prev "), []byte("/Hidden 1\n/Prev "), 1),
		"another object":        bytes.Replace(d.data, []byte("\nendstream\nendobj\nxref\n"), []byte("\nendstream\nendobj\n% hidden\nxref\n"), 1),
		"a cut":                 d.data[:len(d.data)-1],
		"no manifest":           d.data[:update],
		"nothing":               nil,
	} {
		if s, err := open(data); err == nil && s.Intact {
			t.Errorf("%s: the file is said to be intact", name)
		}
	}
}

func TestAFailingManifestFailsThePortfolio(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 1, false)
	failed := errors.New("no key")
	var b bytes.Buffer
	err := pdf.Portfolio(t.Context(), &b, s.Portfolio, s.files, &pdf.Proof{Manifest: func(pdf.Digests) ([]byte, error) { return nil, failed }})
	if !errors.Is(err, failed) || b.Len() > 0 {
		t.Errorf("error = %v with %d bytes sent", err, b.Len())
	}
}

// allocated is how many bytes fn has the program allocate.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const zeros = "00000000000000000000000000000000"

// Anybody may have a file checked, so one that says that it is large costs no
// more than it is. Not parallel: it measures memory.
func TestAFileThatPromisesMuchCostsLittle(t *testing.T) {
	file := fmt.Sprintf("trailer\n<<\n/Size 8388000\n/Root 1 0 R\n/Info 1 0 R\n/Prev 0\n/ID [<%s> <%s>]\n>>\nstartxref\n0\n%%%%EOF\n", zeros, zeros)
	if n := allocated(func() {
		if _, err := open([]byte(file)); !errors.Is(err, pdf.ErrChanged) {
			t.Errorf("a file of nothing: %v", err)
		}
	}); n > 1<<20 {
		t.Errorf("%d bytes for a file of %d", n, len(file))
	}

	var page bytes.Buffer
	z := zlib.NewWriter(&page)
	if _, err := z.Write(make([]byte, 16<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const pages = 60
	bomb, offsets := []byte("%PDF-1.4\n"), []int{0}
	add := func(format string, args ...any) {
		offsets = append(offsets, len(bomb))
		bomb = fmt.Appendf(bomb, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(offsets) - 1}, args...)...)
	}
	add("<</Pages>>")
	add("<</ModDate (D:2026)>>")
	for range pages {
		add("<</Type /Page\n>>")
		add("<</Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", page.Len(), page.Bytes())
	}
	table := len(bomb)
	bomb = fmt.Appendf(bomb, "xref\n0 %d\n", len(offsets))
	for _, at := range offsets {
		bomb = fmt.Appendf(bomb, "%010d 00000 n \n", at)
	}
	const ids = "/ID [<" + zeros + "> <" + zeros + ">]\n>>\nstartxref\n"
	bomb = fmt.Appendf(bomb, "trailer\n<<\n/Size %d\n/Root 1 0 R\n/Info 2 0 R\n%s%d\n%%%%EOF\n", len(offsets), ids, table)
	bomb = fmt.Appendf(bomb, "\nendobj\n%d 0 obj\n<</Length 1>>\nstream\nx\nendstream\nendobj\ntrailer\n<<\n/Size %d\n/Root 1 0 R\n/Info 2 0 R\n/Prev %d\n%s0\n%%%%EOF\n", len(offsets), len(offsets)+1, table, ids)
	if n := allocated(func() {
		s, err := open(bomb)
		if err != nil || len(s.Digests.Pages) != pages {
			t.Errorf("%d pages, %v", len(s.Digests.Pages), err)
		}
	}); n > 64<<20 {
		t.Errorf("%d bytes for a file of %d whose pages unfold to %d", n, len(bomb), pages*16<<20)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("%PDF-1.4\n"))
	f.Add([]byte("xref\n0 2\n0000000000 65535 f \n0000000000 00000 n \ntrailer\n<<\n/Size 2\n/Root 1 0 R\n/Info 1 0 R\n/ID [<00000000000000000000000000000000> <00000000000000000000000000000000>]\n>>\nstartxref\n0\n%%EOF\n" +
		"trailer\n<<\n/Size 3\n/Root 1 0 R\n/Info 1 0 R\n/Prev 0\n/ID [<00000000000000000000000000000000> <00000000000000000000000000000000>]\n>>\nstartxref\n1\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := open(data); err == nil && s.Intact && !bytes.Contains(data, s.Manifest) {
			t.Error("a manifest that isn't in the file")
		}
	})
}
