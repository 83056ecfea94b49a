package pdf

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"slices"
)

// contentPattern is how an object begins that holds what is drawn on a page,
// when gofpdf 1.16.2 doesn't compress it.
var contentPattern = regexp.MustCompile(`^(\d+) 0 obj\n<</Length (\d+)>>\nstream\n`)

// compress writes a finished file of gofpdf with its pages compressed. gofpdf
// can do that too, but makes a compressor of more than a megabyte for each
// page, which takes longer than all that is drawn.
func compress(to io.Writer, file []byte) error {
	t, err := readTrailer(file[max(0, len(file)-trailerLength):])
	if err != nil {
		return err
	}
	offsets, err := readTable(file[min(t.table, int64(len(file))):], t.size)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(to, 1<<16)
	var at int64
	write := func(b []byte) {
		n, _ := out.Write(b) // the writer keeps the first error for Flush
		at += int64(n)
	}
	ids := make([]int, 0, t.size-1) // 0 is none
	for id := 1; id < t.size; id++ {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b int) int { return cmp.Compare(offsets[a], offsets[b]) })

	var packed bytes.Buffer
	packer, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		return fmt.Errorf("pdf: compress: %w", err)
	}
	moved := make([]int64, t.size)
	write(file[:offsets[ids[0]]])
	for i, id := range ids {
		end := t.table
		if i+1 < len(ids) {
			end = offsets[ids[i+1]]
		}
		object := file[offsets[id]:end]
		moved[id] = at
		m := contentPattern.FindSubmatch(object)
		if m == nil {
			write(object)
			continue
		}
		content, rest := object[len(m[0]):][:number(m[2])], object[len(m[0])+number(m[2]):]
		packed.Reset()
		packer.Reset(&packed)
		if _, err := packer.Write(content); err != nil {
			return fmt.Errorf("pdf: compress: %w", err)
		}
		if err := packer.Close(); err != nil {
			return fmt.Errorf("pdf: compress: %w", err)
		}
		write(fmt.Appendf(nil, "%s 0 obj\n<</Filter /FlateDecode /Length %d>>\nstream\n", m[1], packed.Len()))
		write(packed.Bytes())
		write(rest)
	}
	table := at
	write(fmt.Appendf(nil, "xref\n0 %d\n0000000000 65535 f \n", t.size))
	for _, offset := range moved[1:] {
		write(fmt.Appendf(nil, "%010d 00000 n \n", offset))
	}
	write(fmt.Appendf(nil, "trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", t.size, t.root, t.info, table))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("pdf: write the file: %w", err)
	}
	return nil
}
