package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// What PDF/A-1 (ISO 19005-1, level B) asks of a file: it says what it is, in
// XMP and again in its information dictionary; colours are named by a profile;
// fonts say that they are subsets, and of what.

const maker = "Countersign"

// catalog writes what the catalog leads to and returns the catalog itself.
func (r *rewriter) catalog() (string, error) {
	profile, metadata := r.next(), r.next()
	if err := r.putPacked(profile, "/N 3 ", sRGB()); err != nil {
		return "", err
	}
	xmp := r.xmp()
	r.put(metadata, fmt.Sprintf("<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream", len(xmp), xmp))
	s := "<<\n/Type /Catalog\n/Pages 1 0 R\n/Lang (en-GB)\n/ViewerPreferences <</DisplayDocTitle true>>\n/MarkInfo <</Marked true>>\n"
	s += fmt.Sprintf("/StructTreeRoot %d 0 R\n/Metadata %d 0 R\n", r.structure(), metadata)
	s += fmt.Sprintf("/OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) /Info (sRGB IEC61966-2.1) /DestOutputProfile %d 0 R>>]\n", profile)
	if len(r.outline) > 0 {
		s += fmt.Sprintf("/Outlines %d 0 R\n/PageMode /UseOutlines\n", r.bookmarks(r.outline))
	}
	return s + ">>", nil
}

// information is the document's information dictionary.
func (r *rewriter) information() string {
	author := ""
	if r.about.author != "" {
		author = "/Author " + hexString(r.about.author) + "\n"
	}
	date := r.about.at.Format("20060102150405") + "+00'00'"
	return fmt.Sprintf("<<\n/Title %s\n%s/Creator %s\n/Producer %s\n/CreationDate (D:%s)\n/ModDate (D:%s)\n>>", hexString(r.about.title), author, hexString(maker), hexString(maker), date, date)
}

// xmp says the same as information, and which standard the file keeps to.
func (r *rewriter) xmp() string {
	text := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
		return b.String()
	}
	author := ""
	if r.about.author != "" {
		author = "<dc:creator><rdf:Seq><rdf:li>" + text(r.about.author) + "</rdf:li></rdf:Seq></dc:creator>"
	}
	date := r.about.at.Format("2006-01-02T15:04:05Z")
	return `<?xpacket begin="` + "\uFEFF" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + text(r.about.title) + `</rdf:li></rdf:Alt></dc:title>` + author + `<dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreatorTool>` + maker + `</xmp:CreatorTool><xmp:CreateDate>` + date + `</xmp:CreateDate><xmp:ModifyDate>` + date + `</xmp:ModifyDate></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>` + maker + `</pdf:Producer></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
}

// gofpdfName is how gofpdf names a font that it cuts down to what is used.
var gofpdfName = regexp.MustCompile(`/(BaseFont|FontName) /utf8(\w+)`)

// font writes a dictionary of a font with its name as that of a subset. The
// descriptor also gets the set of characters that are in it, which gofpdf's
// map from characters to glyphs tells: it is the object after.
func (r *rewriter) font(id int, object []byte) error {
	object = gofpdfName.ReplaceAll(object, []byte("/$1 /CSIGNA+$2"))
	if !bytes.Contains(object, []byte("/Type /FontDescriptor")) {
		r.offsets[id] = r.at
		r.write(string(object))
		return nil
	}
	set, err := r.characterSet(r.positions[id+1])
	if err != nil {
		return err
	}
	sets := r.next()
	if err := r.putPacked(sets, "", set); err != nil {
		return err
	}
	r.offsets[id] = r.at
	r.write(strings.Replace(string(object), "/FontFile2", fmt.Sprintf("/CIDSet %d 0 R/FontFile2", sets), 1))
	return nil
}

var glyphsPattern = regexp.MustCompile(`^\d+ 0 obj\n<</Length \d+/Filter /FlateDecode>>\nstream\n`)

// characterSet returns a bit for each character that the map at that position
// has a glyph for, and for character 0, which every font has.
func (r *rewriter) characterSet(position int64) ([]byte, error) {
	head := glyphsPattern.Find(r.file[position:])
	if head == nil {
		return nil, fmt.Errorf("pdf: the glyphs of a font are not as expected")
	}
	z, err := zlib.NewReader(bytes.NewReader(r.file[position+int64(len(head)):]))
	if err != nil {
		return nil, fmt.Errorf("pdf: the glyphs of a font: %w", err)
	}
	glyphs, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("pdf: the glyphs of a font: %w", err)
	}
	set := make([]byte, 1<<13)
	set[0] = 0x80
	last := 0
	for i := 0; i+1 < len(glyphs); i += 2 {
		if glyphs[i] != 0 || glyphs[i+1] != 0 {
			last = i / 16
			set[last] |= 0x80 >> (i / 2 % 8)
		}
	}
	return set[:last+1], nil
}
