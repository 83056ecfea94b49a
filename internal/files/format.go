package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
)

// format is a kind of file that may be kept. inspect checks a file that looks
// like it and returns what to keep; it refuses a file that isn't sound.
type format struct {
	inspect func(ctx context.Context, s *spool, g Guard) (content, error)
}

// formats are the kinds of file, by the media type their first bytes look like.
var formats = map[string]format{
	PDF:  {inspectPDF},
	JPEG: {inspectJPEG},
	PNG:  {inspectPNG},
	Text: {inspectText},

	"image/heic":          {inspectHEIC},
	"image/heic-sequence": {inspectHEIC},
	"image/heif":          {inspectHEIC},
	"image/heif-sequence": {inspectHEIC},

	// Text that happens to look like one of these may still be a note.
	"text/csv":                  {inspectText},
	"text/tab-separated-values": {inspectText},
	"message/rfc822":            {inspectText},

	// Whether a ZIP is a DOCX is seen in its directory.
	"application/zip": {inspectDOCX},
}

// sniffed is how many of the first bytes decide.
const sniffed = 3072

// detect tells what a file is from its content.
func detect(s *spool) (format, error) {
	head, err := s.head(sniffed)
	if err != nil {
		return format{}, err
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return formats["application/zip"], nil
	}
	found, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	f, ok := formats[found]
	if !ok {
		return format{}, errFormat()
	}
	return f, nil
}

func errFormat() error {
	return refuse("The selected file must be a PDF, JPEG, PNG, HEIC, DOCX or plain text file")
}

// inspectPDF keeps a PDF as it is. One that begins otherwise, as files that
// are two things at once do, or that doesn't end is refused. One whose text
// can't be read, encrypted or scanned, is kept once its sender has looked
// through it.
func inspectPDF(ctx context.Context, s *spool, g Guard) (content, error) {
	head, err := s.head(len("%PDF-"))
	if err != nil {
		return content{}, err
	}
	if string(head) != "%PDF-" {
		return content{}, refuse("The selected file is damaged: there is something before the beginning of the PDF")
	}
	tail, err := s.tail(2048)
	if err != nil {
		return content{}, err
	}
	if !bytes.Contains(tail, []byte("%%EOF")) || !bytes.Contains(tail, []byte("startxref")) {
		return content{}, refuse("The selected file is damaged: the end of the PDF is missing")
	}
	if err := guardPDF(ctx, s, g); err != nil {
		return content{}, err
	}
	return content{mediaType: PDF, body: s}, nil
}

// guardPDF has the guard look through the text of a PDF, and tells it when not
// all of it can be read.
func guardPDF(ctx context.Context, s *spool, g Guard) error {
	data, err := s.head(MaxSize)
	if err != nil {
		return err
	}
	text, unread, err := pdfText(ctx, data)
	if err != nil {
		return err
	}
	if err := g.Text(ctx, Field, text); err != nil || !unread {
		return err
	}
	sum := sha256.Sum256(data)
	return g.Unread(ctx, Field, hex.EncodeToString(sum[:]))
}

// inspectText keeps text in UTF-8, with or without a byte order mark, that
// holds no control characters.
func inspectText(ctx context.Context, s *spool, g Guard) (content, error) {
	text, err := s.head(MaxSize)
	if err != nil {
		return content{}, err
	}
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return content{}, errEncoding() // UTF-16
	}
	if bytes.ContainsFunc(text, isBinary) {
		return content{}, errFormat()
	}
	if !utf8.Valid(text) {
		return content{}, errEncoding()
	}
	if err := g.Text(ctx, Field, string(text)); err != nil {
		return content{}, err
	}
	return content{mediaType: Text, body: s}, nil
}

// isBinary reports whether r is a control character that text doesn't hold.
func isBinary(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f
}

func errEncoding() error {
	return refuse("The selected file must be plain text in UTF-8: choose this encoding when you save the file as plain text")
}
