package pdf

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
)

// finished is a file of this package, read again. It may have been changed
// since, so nothing in it is taken for granted.
type finished struct {
	r                io.ReaderAt
	end              int64 // its length
	size, root, info int
	table            int64
	id               string
	catalog          string // between "obj" and "endobj"
	modified         string
	extents          map[int][2]int64 // from where to where each object is
	plain            bytes.Buffer     // the content of a page, unpacked
	unpacked         int64            // bytes of content so far
}

// openFinished opens a file with size-1 objects and its cross-reference table
// at table.
func openFinished(r io.ReaderAt, size int, table int64) (*finished, error) {
	unlike := fmt.Errorf("pdf: the file is not as it was written")
	if size < 1 || size > 1<<23 || table < 0 {
		return nil, unlike
	}
	length := len(fmt.Sprintf("xref\n0 %d\n", size)) + 20*size
	b, err := read(r, table, length+trailerLength)
	if err != nil {
		return nil, err
	}
	positions, err := readTable(b, size)
	if err != nil {
		return nil, err
	}
	m := finishedPattern.FindSubmatch(b[min(length, len(b)):])
	if m == nil || number(m[1]) != size || int64(number(m[5])) != table {
		return nil, unlike
	}
	f := &finished{r: r, end: table + int64(length+len(m[0])), size: size, root: number(m[2]), info: number(m[3]), table: table, id: string(m[4]), extents: map[int][2]int64{}}
	f.measure(positions)
	catalog, err := f.object(f.root)
	if err != nil {
		return nil, err
	}
	info, err := f.object(f.info)
	if err != nil {
		return nil, err
	}
	date := modifiedPattern.FindSubmatch(info)
	catalog = bytes.TrimPrefix(catalog, fmt.Appendf(nil, "%d 0 obj\n", f.root))
	if date == nil || !bytes.HasSuffix(catalog, []byte("\nendobj\n")) {
		return nil, unlike
	}
	f.catalog, f.modified = string(bytes.TrimSuffix(catalog, []byte("\nendobj\n"))), string(date[1])
	return f, nil
}

// measure finds where each object ends: where the next one begins.
func (f *finished) measure(positions []int64) {
	order := make([]int, 0, len(positions))
	for id := 1; id < len(positions); id++ {
		order = append(order, id)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(positions[a], positions[b]) })
	for i, id := range order {
		end := f.table
		if i+1 < len(order) {
			end = positions[order[i+1]]
		}
		f.extents[id] = [2]int64{positions[id], min(end, f.table)}
	}
}

// maxObject is more bytes than a page or a picture has.
const maxObject = 64 << 20

func (f *finished) object(id int) ([]byte, error) {
	e := f.extents[id]
	return read(f.r, e[0], int(min(max(0, e[1]-e[0]), maxObject)))
}

// digests returns those of the file as it is.
func (f *finished) digests() (Digests, error) {
	var d Digests
	whole := sha256.New()
	if _, err := io.Copy(whole, io.NewSectionReader(f.r, 0, f.end)); err != nil {
		return d, fmt.Errorf("pdf: %w", err)
	}
	whole.Sum(d.File[:0])
	images, err := f.images()
	if err != nil {
		return d, err
	}
	digestOf := map[int][]byte{}
	for page := 1; ; page++ {
		dictionary, err := f.object(pageObject(page))
		if err != nil {
			return d, err
		}
		if !pagePattern.Match(dictionary) {
			return d, nil
		}
		content, err := f.object(pageObject(page) + 1)
		if err != nil {
			return d, err
		}
		sum := sha256.New()
		for _, part := range [][]byte{dictionary, content} {
			one := sha256.Sum256(part)
			sum.Write(one[:])
		}
		for _, name := range f.drawn(content) {
			id := images[name]
			if digestOf[id] == nil {
				b, err := f.object(id)
				if err != nil {
					return d, err
				}
				one := sha256.Sum256(b)
				digestOf[id] = one[:]
			}
			sum.Write(digestOf[id])
		}
		d.Pages = append(d.Pages, [sha256.Size]byte(sum.Sum(nil)))
	}
}

var (
	resourcePattern = regexp.MustCompile(`/(I[0-9a-f]+) (\d+) 0 R\n`)
	drawnPattern    = regexp.MustCompile(`/(I[0-9a-f]+) Do `)
	streamPattern   = regexp.MustCompile(`^\d+ 0 obj\n<</Filter /FlateDecode /Length \d+>>\nstream\n`)
)

// images returns the object of each picture by its name.
func (f *finished) images() (map[string]int, error) {
	resources, err := f.object(2)
	if err != nil {
		return nil, err
	}
	images := map[string]int{}
	for _, m := range resourcePattern.FindAllSubmatch(resources, -1) {
		images[string(m[1])] = number(m[2])
	}
	return images, nil
}

// How many bytes of content are unpacked, of a page and of all: more than any
// document has, and no more than takes a second or two.
const (
	maxContent  = 2 << 20
	maxUnpacked = 128 << 20
)

// drawn returns the names of the pictures that a page draws, in order; none
// where its content can't be read, or isn't for its size, which its digest shows
// by itself.
func (f *finished) drawn(content []byte) []string {
	z, err := zlib.NewReader(bytes.NewReader(content[len(streamPattern.Find(content)):]))
	if err != nil {
		return nil
	}
	f.plain.Reset()
	n, err := f.plain.ReadFrom(io.LimitReader(z, min(maxContent, maxUnpacked-f.unpacked)+1))
	if f.unpacked = min(f.unpacked+n, maxUnpacked); err != nil || n > maxContent || f.unpacked == maxUnpacked {
		return nil
	}
	names := map[string]bool{}
	for _, m := range drawnPattern.FindAllSubmatch(f.plain.Bytes(), -1) {
		names[string(m[1])] = true
	}
	return slices.Sorted(maps.Keys(names))
}
