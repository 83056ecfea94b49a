package files

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// What a DOCX may hold. It is a ZIP, and a small ZIP can unpack to anything.
const (
	docxEntries  = 2000
	docxUnpacked = 100 << 20 // bytes, all entries together
	docxRatio    = 100       // unpacked to packed, beyond docxRatioFrom
	docxRatioOf  = 10 << 20  // bytes unpacked from which the ratio counts
	docxText     = 20 << 20  // bytes of XML that are searched, all parts together
)

// inspectDOCX keeps a Word document as it came, once all of it has been
// unpacked and found sound, and its text is clean.
func inspectDOCX(ctx context.Context, s *spool, g Guard) (content, error) {
	// A section turns a directory's nonsense offsets into ends of file.
	archive, err := zip.NewReader(io.NewSectionReader(s, 0, s.size), s.size)
	if err != nil {
		return content{}, errDOCX(err)
	}
	if err := checkDirectory(archive.File, s.size); err != nil {
		return content{}, err
	}
	d := docxReader{ctx: ctx}
	for _, f := range archive.File {
		if err := d.unpack(f); err != nil {
			return content{}, err
		}
	}
	if err := g.Text(ctx, Field, d.text.String()); err != nil {
		return content{}, err
	}
	return content{mediaType: DOCX, body: s}, nil
}

// checkDirectory judges a ZIP by its directory, before anything is unpacked.
func checkDirectory(entries []*zip.File, packed int64) error {
	if len(entries) > docxEntries {
		return errTooMuch()
	}
	names := make(map[string]bool, len(entries))
	var unpacked uint64
	for _, f := range entries {
		if names[f.Name] || !localName(f.Name) {
			return refuse("The selected file is damaged: its contents are not named as those of a Word document are")
		}
		names[f.Name] = true
		if strings.EqualFold(path.Base(f.Name), "vbaProject.bin") {
			return errMacros()
		}
		if unpacked += f.UncompressedSize64; f.UncompressedSize64 > docxUnpacked || unpacked > docxUnpacked {
			return errTooMuch()
		}
	}
	if !names["word/document.xml"] || !names["[Content_Types].xml"] {
		return errFormat()
	}
	if unpacked > docxRatioOf && unpacked/docxRatio > uint64(packed) {
		return errTooMuch()
	}
	return nil
}

// localName reports whether a name stays inside the folder it is unpacked to.
func localName(name string) bool {
	return !strings.ContainsAny(name, `\:`) && fs.ValidPath(strings.TrimSuffix(name, "/"))
}

// docxReader unpacks a document's entries and gathers its text.
type docxReader struct {
	ctx  context.Context
	xml  int64 // bytes of XML read for text
	text strings.Builder
}

// unpack reads an entry to its end, which proves that it is as long as the
// directory says and undamaged.
func (d *docxReader) unpack(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return errDOCX(err)
	}
	defer r.Close()
	in := io.LimitReader(contextReader{d.ctx, r}, int64(f.UncompressedSize64)+1)
	switch {
	case f.Name == "[Content_Types].xml":
		err = checkContentTypes(in)
	case holdsText(f.Name):
		if d.xml += int64(f.UncompressedSize64); d.xml > docxText {
			return refuse("The selected file has too much text to be checked for patients. Split it into smaller files")
		}
		err = gatherText(&d.text, in, "t", "delText")
	case isProperties(f.Name):
		err = gatherText(&d.text, in, "")
	case strings.HasPrefix(f.Name, "word/media/"):
		err = gatherPicture(&d.text, in)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	return errDOCX(err)
}

// checkContentTypes refuses a document that says of itself that it has macros.
func checkContentTypes(r io.Reader) error {
	const most = 1 << 20
	b, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return err
	}
	if b = bytes.ToLower(b); bytes.Contains(b, []byte("macroenabled")) || bytes.Contains(b, []byte("vbaproject")) {
		return errMacros()
	}
	return nil
}

// holdsText reports whether a part of a Word document holds words of its writer.
func holdsText(name string) bool {
	part, ok := strings.CutPrefix(name, "word/")
	if !ok || strings.Contains(part, "/") || !strings.HasSuffix(part, ".xml") {
		return false
	}
	for _, kind := range []string{"document", "header", "footer", "footnotes", "endnotes", "comments"} {
		if strings.HasPrefix(part, kind) {
			return true
		}
	}
	return false
}

// isProperties reports whether a part holds the document's properties: title,
// author, keywords, and those that somebody made up.
func isProperties(name string) bool {
	return strings.HasPrefix(name, "docProps/") && strings.HasSuffix(name, ".xml")
}

// gatherText adds the text in the elements that are named, any if the name is
// empty, of a WordprocessingML part. Word cuts a word into
// runs wherever its look changes, so runs are joined as they are; paragraphs,
// and with them table cells, get a line each. Deleted text of tracked changes
// is there for who looks, so it counts.
func gatherText(text *strings.Builder, r io.Reader, elements ...string) error {
	dec := xml.NewDecoder(r)
	inText, anyText := false, slices.Contains(elements, "")
	for {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			text.WriteByte('\n')
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			inText = inText || slices.Contains(elements, t.Name.Local)
			switch t.Name.Local {
			case "tab":
				text.WriteByte('\t')
			case "br", "cr":
				text.WriteByte('\n')
			case "noBreakHyphen":
				text.WriteByte('-')
			}
		case xml.EndElement:
			if slices.Contains(elements, t.Name.Local) {
				inText = false
			}
			if t.Name.Local == "p" || anyText {
				text.WriteByte('\n')
			}
		case xml.CharData:
			if inText || anyText {
				text.Write(t)
			}
		}
	}
}

// errDOCX turns what a reader of ZIP, DEFLATE or XML says into what the sender
// needs to know; refusals pass, and so do errors of the disk.
func errDOCX(err error) error {
	var disk *fs.PathError
	switch {
	case err == nil, countersign.KindOf(err) == countersign.Invalid:
		return err
	case errors.As(err, &disk):
		return fmt.Errorf("unpack: %w", err)
	case errors.Is(err, zip.ErrAlgorithm):
		return refuse("The selected file cannot be read. Save it again as a Word document (.docx) and choose that file")
	}
	return refuse("The selected file is damaged: the Word document cannot be read")
}

func errTooMuch() error {
	return refuse("The selected file unpacks to more than a Word document may hold")
}

func errMacros() error {
	return refuse("The selected file has macros. Save it as a Word document without macros (.docx) and choose that file")
}
