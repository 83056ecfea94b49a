package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// Proof is what lets anyone check a portfolio, given by who can vouch for it.
type Proof struct {
	Code string // printed on the cover, to be typed at Page
	Page string // the address at which a portfolio is checked
	Scan string // what the QR code on the cover leads to
	// Manifest returns what is embedded in the finished file. This package
	// neither reads it nor minds what it says.
	Manifest func(Digests) ([]byte, error)
}

// Digests are what a manifest can vouch for.
type Digests struct {
	File  [sha256.Size]byte   // of the whole file before the manifest was added
	Pages [][sha256.Size]byte // of each page, its content and the pictures drawn on it
}

// Sealed is a file with a manifest, as it was found.
type Sealed struct {
	Manifest []byte
	Digests  Digests // of the file as it is now
	// Intact says that what follows the bytes under Digests.File is the manifest
	// and nothing else: a change there is in no digest.
	Intact bool
}

// What Open says of a file that it can say no more about.
var (
	// ErrNoManifest is for a file that doesn't end as one with a manifest does.
	ErrNoManifest = errors.New("pdf: the file doesn't end with a manifest")
	// ErrChanged is for one that does, and was changed where it says where its
	// parts are.
	ErrChanged = errors.New("pdf: the file was changed after it was made")
)

// A manifest is added by an incremental update that depends on nothing but the
// file before it and the manifest (ISO 32000-1, 7.5.6): the catalog anew, with
// the manifest as private data of this program (14.5), a cross-reference table
// and a trailer. So a reader can make it again and compare.

// Patterns of finished files.
var (
	finishedPattern = regexp.MustCompile(`^trailer\n<<\n/Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R\n/ID \[<([0-9a-f]{32})> <[0-9a-f]{32}>\]\n>>\nstartxref\n(\d+)\n%%EOF\n`)
	sealedPattern   = regexp.MustCompile(`trailer\n<<\n/Size (\d+)\n/Root \d+ 0 R\n/Info \d+ 0 R\n/Prev (\d+)\n/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]\n>>\nstartxref\n\d+\n%%EOF\n$`)
	manifestPattern = regexp.MustCompile(`^<</Length (\d+)>>\nstream\n`)
	modifiedPattern = regexp.MustCompile(`/ModDate \((D:[^()]*)\)`)
)

// seal adds a manifest to a finished file.
func seal(file *os.File, manifest func(Digests) ([]byte, error)) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	tail, err := read(file, max(0, size-trailerLength), trailerLength)
	if err != nil {
		return err
	}
	m := finishedPattern.FindSubmatch(tail[max(0, bytes.LastIndex(tail, []byte("trailer\n"))):])
	if m == nil {
		return fmt.Errorf("pdf: the trailer is not as expected: %q", tail)
	}
	f, err := openFinished(file, number(m[1]), int64(number(m[5])))
	if err != nil {
		return err
	}
	digests, err := f.digests()
	if err != nil {
		return err
	}
	content, err := manifest(digests)
	if err != nil {
		return fmt.Errorf("pdf: the manifest: %w", err)
	}
	if _, err := file.WriteAt(f.update(content, digests.File), size); err != nil {
		return fmt.Errorf("pdf: write the file: %w", err)
	}
	return nil
}

// update is what follows the file when it has that manifest.
func (f *finished) update(manifest []byte, digest [sha256.Size]byte) []byte {
	var b bytes.Buffer
	catalog := f.end
	fmt.Fprintf(&b, "%d 0 obj\n%s/PieceInfo <</Countersign <</LastModified (%s) /Private %d 0 R>>>>\n>>\nendobj\n", f.root, strings.TrimSuffix(f.catalog, ">>"), f.modified, f.size)
	private := f.end + int64(b.Len())
	fmt.Fprintf(&b, "%d 0 obj\n<</Length %d>>\nstream\n", f.size, len(manifest))
	b.Write(manifest)
	b.WriteString("\nendstream\nendobj\n")
	table := f.end + int64(b.Len())
	of := sha256.New()
	of.Write(digest[:])
	of.Write(manifest)
	fmt.Fprintf(&b, "xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \ntrailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n/Prev %d\n/ID [<%s> <%x>]\n>>\nstartxref\n%d\n%%%%EOF\n",
		f.root, catalog, f.size, private, f.size+1, f.root, f.info, f.table, f.id, of.Sum(nil)[:16], table)
	return b.Bytes()
}

// maxManifest is more bytes than any manifest has.
const maxManifest = 256 << 20

// Open finds the manifest of a file of that size, and the digests of what the
// file says now. It fails with ErrNoManifest if there is none, as in any file
// that this package didn't make, and with ErrChanged if it can't be found.
func Open(r io.ReaderAt, size int64) (Sealed, error) {
	tail, err := read(r, max(0, size-trailerLength), trailerLength)
	if err != nil {
		return Sealed{}, err
	}
	m := sealedPattern.FindSubmatch(tail)
	if m == nil {
		return Sealed{}, ErrNoManifest
	}
	f, err := openFinished(io.NewSectionReader(r, 0, size), number(m[1])-1, int64(number(m[2])))
	if err != nil || size-f.end > maxManifest {
		return Sealed{}, ErrChanged
	}
	update, err := read(r, f.end, int(size-f.end))
	if err != nil {
		return Sealed{}, err
	}
	_, after, _ := bytes.Cut(update, fmt.Appendf(nil, "\nendobj\n%d 0 obj\n", f.size))
	head := manifestPattern.FindSubmatch(after)
	if head == nil || number(head[1]) > len(after)-len(head[0]) {
		return Sealed{}, ErrChanged
	}
	s := Sealed{Manifest: after[len(head[0]):][:number(head[1])]}
	if s.Digests, err = f.digests(); err != nil {
		return Sealed{}, err
	}
	s.Intact = bytes.Equal(update, f.update(s.Manifest, s.Digests.File))
	return s, nil
}

// read returns up to n bytes from offset. It takes no more memory than is there
// to be read, whatever n a file asks for.
func read(r io.ReaderAt, offset int64, n int) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(min(n, 32<<10))
	if _, err := b.ReadFrom(io.NewSectionReader(r, offset, int64(n))); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return b.Bytes(), nil
}
