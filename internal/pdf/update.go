package pdf

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// update is an incremental update of a file that gofpdf wrote: new and changed
// objects after its end, with their own cross-reference table.
type update struct {
	file       *os.File
	out        *bufio.Writer
	at         int64         // where out writes next
	offsets    map[int]int64 // of the new and changed objects
	size       int           // one more than the highest number of an object
	old        []int64       // where the objects of the file are
	previous   int64         // its cross-reference table
	root, info int
	digest     []byte // of the file before the update, for its identifier
}

// Patterns of what gofpdf 1.16.2 writes.
var (
	trailerPattern = regexp.MustCompile(`(?s)trailer\n<<\n/Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R\n>>\nstartxref\n(\d+)\n%%EOF\n$`)
	imagePattern   = regexp.MustCompile(`(?s)^(\d+) 0 obj\n<</Type /XObject\n/Subtype /Image\n/Width (\d+)\n`)
	objectPattern  = regexp.MustCompile(`(?s)^(\d+) 0 obj\n<<(.*?)>>\nendobj\n`)
)

// openUpdate reads where the objects of a finished file are.
func openUpdate(file *os.File) (*update, error) {
	u := &update{file: file, offsets: map[int]int64{}}
	sum := sha256.New()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	end, err := io.Copy(sum, file)
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	u.at, u.digest = end, sum.Sum(nil)[:16]
	tail, err := u.read(max(0, end-trailerLength), trailerLength)
	if err != nil {
		return nil, err
	}
	t, err := readTrailer(tail)
	if err != nil {
		return nil, err
	}
	u.size, u.root, u.info, u.previous = t.size, t.root, t.info, t.table
	table, err := u.read(t.table, 64+20*t.size)
	if err != nil {
		return nil, err
	}
	if u.old, err = readTable(table, t.size); err != nil {
		return nil, err
	}
	u.out = bufio.NewWriterSize(file, 1<<16)
	return u, nil
}

// trailer is what a file says at its end.
type trailer struct {
	size, root, info int
	table            int64 // where its cross-reference table is
}

// trailerLength is more than a trailer takes.
const trailerLength = 300

func readTrailer(tail []byte) (trailer, error) {
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

// read returns up to n bytes from offset.
func (u *update) read(offset int64, n int) ([]byte, error) {
	b := make([]byte, n)
	n, err := u.file.ReadAt(b, offset)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return b[:n], nil
}

// dictionary returns what is between << and >> of a small object.
func (u *update) dictionary(id int) (string, error) {
	b, err := u.read(u.old[id], 4096)
	if err != nil {
		return "", err
	}
	m := objectPattern.FindSubmatch(b)
	if m == nil || number(m[1]) != id {
		return "", fmt.Errorf("pdf: object %d is not as expected", id)
	}
	return strings.TrimSpace(string(m[2])), nil
}

// put writes an object. The writer keeps the first error for finish.
func (u *update) put(id int, content string) {
	u.object(id)
	u.write(content)
	u.write("\nendobj\n")
}

func (u *update) object(id int) {
	u.offsets[id] = u.at
	u.write(strconv.Itoa(id) + " 0 obj\n")
}

func (u *update) write(s string) {
	n, _ := u.out.WriteString(s)
	u.at += int64(n)
}

// pictures puts each picture in the place of its stand-in.
func (u *update) pictures(p *pictures) error {
	found := 0
	for id := 1; id < len(u.old) && found < len(p.all); id++ {
		head, err := u.read(u.old[id], 96)
		if err != nil {
			return err
		}
		m := imagePattern.FindSubmatch(head)
		if m == nil || number(m[1]) != id {
			continue
		}
		n := number(m[2])
		if n < 1 || n > len(p.all) {
			return fmt.Errorf("pdf: an image of unknown width %d", n)
		}
		found++
		pic := p.all[n-1]
		u.object(id)
		u.write(fmt.Sprintf("<</Type /XObject\n/Subtype /Image\n/Width %d\n/Height %d\n/ColorSpace /%s\n/BitsPerComponent 8\n/Filter /DCTDecode\n/Length %d>>\nstream\n",
			pic.width, pic.height, pic.space, pic.size))
		copied, err := io.Copy(u.out, p.content(pic))
		if err != nil || copied != pic.size {
			return fmt.Errorf("pdf: copy a picture: %d of %d bytes: %w", copied, pic.size, err)
		}
		u.at += copied
		u.write("\nendstream\nendobj\n")
	}
	if found != len(p.all) {
		return fmt.Errorf("pdf: %d of %d pictures have a place", found, len(p.all))
	}
	return nil
}

// describe writes the document's information anew: gofpdf's dates have no time
// zone.
func (u *update) describe(title, author, date string) {
	const writer = "Countersign"
	u.put(u.info, fmt.Sprintf("<<\n/Title %s\n/Author %s\n/Creator %s\n/Producer %s\n/CreationDate (%s)\n/ModDate (%s)\n>>",
		hexString(title), hexString(author), hexString(writer), hexString(writer), date, date))
}

// catalog writes the document's catalog anew, with its language, its title in
// the window's title bar and its outline.
func (u *update) catalog(outline []entry) error {
	old, err := u.dictionary(u.root)
	if err != nil {
		return err
	}
	// gofpdf names embedded files even where there are none.
	old, _, _ = strings.Cut(old, "/Names <<")
	more := "/Lang (en-GB)\n/ViewerPreferences <</DisplayDocTitle true>>\n"
	if len(outline) > 0 {
		more += fmt.Sprintf("/Outlines %d 0 R\n/PageMode /UseOutlines\n", u.outline(outline))
	}
	u.put(u.root, "<<\n"+strings.TrimSpace(old)+"\n"+more+">>")
	return nil
}

// outline writes the outline, with its first level open, and returns the
// number of its root.
func (u *update) outline(entries []entry) int {
	type node struct{ parent, first, last, next, previous, children int } // indexes from 1; 0 is the root
	nodes := make([]node, len(entries)+1)
	open := []int{0} // the last node of each level above
	for i, e := range entries {
		id := i + 1
		level := min(e.level, len(open)-1)
		parent := open[level]
		nodes[id].parent = parent
		if last := nodes[parent].last; last != 0 {
			nodes[last].next, nodes[id].previous = id, last
		} else {
			nodes[parent].first = id
		}
		nodes[parent].last = id
		nodes[parent].children++
		open = append(open[:level+1], id)
	}
	base := u.size
	u.size += len(nodes)
	ref := func(key string, id int) string {
		if id == 0 && key != "Parent" {
			return ""
		}
		return fmt.Sprintf(" /%s %d 0 R", key, base+id)
	}
	for i, n := range nodes {
		if i == 0 {
			u.put(base, fmt.Sprintf("<</Type /Outlines%s%s /Count %d>>", ref("First", n.first), ref("Last", n.last), n.children))
			continue
		}
		e := entries[i-1]
		content := fmt.Sprintf("<</Title %s%s%s%s%s%s /Dest [%d 0 R /XYZ 0 %.2f null]", hexString(e.title), ref("Parent", n.parent),
			ref("Prev", n.previous), ref("Next", n.next), ref("First", n.first), ref("Last", n.last),
			pageObject(e.page), (pageHeight-max(0, e.y-2))*pointsPerMM)
		if n.children > 0 {
			content += fmt.Sprintf(" /Count %d", -n.children) // closed
		}
		u.put(base+i, content+">>")
	}
	return base
}

// pageObject is the number that gofpdf gives to the object of a page.
func pageObject(page int) int { return 1 + 2*page }

// hexString returns a text string of PDF: UTF-16 in hexadecimal digits.
func hexString(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, c := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", c)
	}
	b.WriteString(">")
	return b.String()
}

// finish writes the cross-reference table and the trailer.
func (u *update) finish() error {
	start := u.at
	ids := slices.SortedFunc(maps.Keys(u.offsets), cmp.Compare[int])
	u.write("xref\n")
	for i := 0; i < len(ids); {
		j := i
		for j < len(ids) && ids[j] == ids[i]+j-i {
			j++
		}
		u.write(fmt.Sprintf("%d %d\n", ids[i], j-i))
		for _, id := range ids[i:j] {
			u.write(fmt.Sprintf("%010d 00000 n \n", u.offsets[id]))
		}
		i = j
	}
	id := hex.EncodeToString(u.digest)
	u.write(fmt.Sprintf("trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n/Prev %d\n/ID [<%s> <%s>]\n>>\nstartxref\n%d\n%%%%EOF\n",
		u.size, u.root, u.info, u.previous, id, id, start))
	if err := u.out.Flush(); err != nil {
		return fmt.Errorf("pdf: write the file: %w", err)
	}
	return nil
}
