package pdf

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// rewriter writes what gofpdf made anew, object by object, with what gofpdf
// can't write: compressed pages at a bearable speed, the pictures in the place
// of their stand-ins, the structure of the document, its outline and links,
// and what PDF/A-1 asks for (ISO 19005-1).
type rewriter struct {
	*doc
	about     description
	file      []byte // what gofpdf made
	old       trailer
	positions []int64 // of its objects
	out       *bufio.Writer
	sum       func([]byte) []byte // of what was written
	at        int64               // where out writes next
	offsets   []int64             // of the objects written, by number
	packed    bytes.Buffer
	packer    *zlib.Writer
	ids       map[*element]int // the structure's objects
	links     map[int][]*link  // by page
}

// description is what the file says about the document as a whole.
type description struct {
	title, author string
	at            time.Time
}

// Patterns of what gofpdf 1.16.2 writes without compression.
var (
	trailerPattern = regexp.MustCompile(`(?s)trailer\n<<\n/Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R\n>>\nstartxref\n(\d+)\n%%EOF\n$`)
	contentPattern = regexp.MustCompile(`^\d+ 0 obj\n<</Length (\d+)>>\nstream\n`)
	imagePattern   = regexp.MustCompile(`^\d+ 0 obj\n<</Type /XObject\n/Subtype /Image\n/Width (\d+)\n`)
	pagePattern    = regexp.MustCompile(`^(\d+) 0 obj\n<</Type /Page\n`)
	fontPattern    = regexp.MustCompile(`^(\d+) 0 obj\n<</Type /Font(?:\n|Descriptor )`)
)

// trailer is what a file says at its end.
type trailer struct {
	size, root, info int
	table            int64 // where its cross-reference table is
}

// trailerLength is more than a trailer takes.
const trailerLength = 300

func readTrailer(file []byte) (trailer, error) {
	tail := file[max(0, len(file)-trailerLength):]
	m := trailerPattern.FindSubmatch(tail)
	if m == nil {
		return trailer{}, fmt.Errorf("pdf: the trailer is not as expected: %q", tail)
	}
	return trailer{number(m[1]), number(m[2]), number(m[3]), int64(number(m[4]))}, nil
}

// readTable returns where each object is, by its number.
func readTable(table []byte, size int) ([]int64, error) {
	table, ok := bytes.CutPrefix(table, fmt.Appendf(nil, "xref\n0 %d\n", size))
	if !ok || len(table) < 20*size {
		return nil, fmt.Errorf("pdf: the cross-reference table is not as expected")
	}
	offsets := make([]int64, size)
	for i := range offsets {
		offsets[i] = int64(number(table[20*i : 20*i+10]))
	}
	return offsets, nil
}

func number(digits []byte) int {
	n, _ := strconv.Atoi(string(digits)) // patterns let only digits through
	return n
}

// rewrite writes the finished file to w.
func (d *doc) rewrite(w io.Writer, file []byte, about description) error {
	t, err := readTrailer(file)
	if err != nil {
		return err
	}
	positions, err := readTable(file[min(t.table, int64(len(file))):], t.size)
	if err != nil {
		return err
	}
	r := &rewriter{doc: d, about: about, file: file, old: t, positions: positions, offsets: make([]int64, t.size), ids: map[*element]int{}, links: map[int][]*link{}}
	sum := sha256.New()
	r.out, r.sum = bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16), sum.Sum
	if r.packer, err = zlib.NewWriterLevel(&r.packed, zlib.BestSpeed); err != nil {
		return fmt.Errorf("pdf: compress: %w", err)
	}
	// PDF/A-1 leaves the version open, and reading order in tabs came after 1.4.
	r.write("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n") // with bytes that show it isn't text
	d.tags.root.prune()
	r.number(d.tags.root)
	r.numberLinks()
	if err := r.copy(); err != nil {
		return err
	}
	r.linkObjects()
	catalog, err := r.catalog()
	if err != nil {
		return err
	}
	r.put(t.info, r.information())
	r.put(t.root, catalog)
	return r.finish()
}

// copy copies every object in the order in which gofpdf wrote them, and puts
// others in the place of some.
func (r *rewriter) copy() error {
	ids := make([]int, 0, r.old.size-1) // 0 is none
	for id := 1; id < r.old.size; id++ {
		if id != r.old.info && id != r.old.root {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b int) int { return cmp.Compare(r.positions[a], r.positions[b]) })
	pictures := 0
	for i, id := range ids {
		end := r.positions[r.old.info]
		if i+1 < len(ids) {
			end = r.positions[ids[i+1]]
		}
		object := r.file[r.positions[id]:end]
		if m := contentPattern.FindSubmatch(object); m != nil && id%2 == 0 && id <= pageObject(r.page())+1 {
			if err := r.putPacked(id, "", object[len(m[0]):][:number(m[1])]); err != nil {
				return err
			}
		} else if pagePattern.Match(object) {
			r.put(id, r.pageDictionary((id-1)/2))
		} else if fontPattern.Match(object) {
			if err := r.font(id, object); err != nil {
				return err
			}
		} else if m := imagePattern.FindSubmatch(object); m != nil {
			if err := r.picture(id, number(m[1])); err != nil {
				return err
			}
			pictures++
		} else {
			r.offsets[id] = r.at
			r.write(string(object))
		}
	}
	if pictures != len(r.pictures.all) {
		return fmt.Errorf("pdf: %d of %d pictures have a place", pictures, len(r.pictures.all))
	}
	return nil
}

// pageObject is the number that gofpdf gives to the object of a page; that of
// its content follows.
func pageObject(page int) int { return 1 + 2*page }

// pageDictionary is a page without gofpdf's transparency group and with its
// part of the structure.
func (r *rewriter) pageDictionary(page int) string {
	var links bytes.Buffer
	for _, l := range r.links[page] {
		fmt.Fprintf(&links, "%d 0 R ", l.object)
	}
	s := fmt.Sprintf("<</Type /Page\n/Parent 1 0 R\n/Resources 2 0 R\n/StructParents %d\n/Tabs /S\n", page-1)
	if links.Len() > 0 {
		s += "/Annots [" + links.String() + "]\n"
	}
	return s + fmt.Sprintf("/Contents %d 0 R>>", pageObject(page)+1)
}

// picture writes a picture in the place of its stand-in.
func (r *rewriter) picture(id, n int) error {
	if n < 1 || n > len(r.pictures.all) {
		return fmt.Errorf("pdf: an image of unknown width %d", n)
	}
	pic := r.pictures.all[n-1]
	r.object(id)
	r.write(fmt.Sprintf("<</Type /XObject\n/Subtype /Image\n/Width %d\n/Height %d\n/ColorSpace /%s\n/BitsPerComponent 8\n/Filter /DCTDecode\n/Length %d>>\nstream\n",
		pic.width, pic.height, pic.space, pic.size))
	copied, err := io.Copy(r.out, r.pictures.content(pic))
	if err != nil || copied != pic.size {
		return fmt.Errorf("pdf: copy a picture: %d of %d bytes: %w", copied, pic.size, err)
	}
	r.at += copied
	r.write("\nendstream\nendobj\n")
	return nil
}

// put writes an object. The writer keeps the first error for finish.
func (r *rewriter) put(id int, content string) {
	r.object(id)
	r.write(content)
	r.write("\nendobj\n")
}

// putPacked writes a compressed stream whose dictionary says more.
func (r *rewriter) putPacked(id int, more string, content []byte) error {
	r.packed.Reset()
	r.packer.Reset(&r.packed)
	if _, err := r.packer.Write(content); err != nil {
		return fmt.Errorf("pdf: compress: %w", err)
	}
	if err := r.packer.Close(); err != nil {
		return fmt.Errorf("pdf: compress: %w", err)
	}
	r.put(id, fmt.Sprintf("<<%s/Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", more, r.packed.Len(), r.packed.String()))
	return nil
}

func (r *rewriter) object(id int) {
	r.offsets[id] = r.at
	r.write(strconv.Itoa(id) + " 0 obj\n")
}

// next returns the number of a new object.
func (r *rewriter) next() int {
	r.offsets = append(r.offsets, 0)
	return len(r.offsets) - 1
}

func (r *rewriter) write(s string) {
	n, _ := r.out.WriteString(s)
	r.at += int64(n)
}

// finish writes the cross-reference table and the trailer.
func (r *rewriter) finish() error {
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("pdf: write the file: %w", err)
	}
	id, table := fmt.Sprintf("%x", r.sum(nil)[:16]), r.at
	r.write(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(r.offsets)))
	for _, offset := range r.offsets[1:] {
		r.write(fmt.Sprintf("%010d 00000 n \n", offset))
	}
	r.write(fmt.Sprintf("trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n/ID [<%s> <%s>]\n>>\nstartxref\n%d\n%%%%EOF\n",
		len(r.offsets), r.old.root, r.old.info, id, id, table))
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("pdf: write the file: %w", err)
	}
	return nil
}
