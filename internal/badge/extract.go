package badge

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
)

var pngStart = []byte("\x89PNG\r\n\x1a\n")

// Looks reports whether a file that begins so could be a badge, as JSON or as a
// picture.
func Looks(start []byte) bool {
	start = bytes.TrimLeft(start, " \t\r\n\ufeff")
	return bytes.HasPrefix(start, []byte("{")) || bytes.HasPrefix(start, pngStart) || bytes.HasPrefix(start, []byte("<"))
}

// Extract returns the credential in a badge: the JSON itself, or what a picture
// carries.
func Extract(file []byte) ([]byte, error) {
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(file, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(file, pngStart):
		return fromPNG(file[len(pngStart):])
	case bytes.HasPrefix(trimmed, []byte("<")):
		return fromSVG(trimmed)
	case bytes.HasPrefix(trimmed, []byte("{")):
		return trimmed, nil
	}
	return nil, ErrNoBadge
}

// fromPNG looks through the chunks of a picture.
func fromPNG(chunks []byte) ([]byte, error) {
	keyword := []byte("openbadgecredential\x00\x00\x00")
	for len(chunks) >= 12 {
		size := binary.BigEndian.Uint32(chunks)
		if uint64(size)+12 > uint64(len(chunks)) {
			break
		}
		content := chunks[8 : 8+size]
		if text, ours := bytes.CutPrefix(content, keyword); ours && string(chunks[4:8]) == "iTXt" {
			for range 2 { // language and translated keyword
				_, rest, ok := bytes.Cut(text, []byte{0})
				if !ok {
					return nil, ErrNoBadge
				}
				text = rest
			}
			return text, nil
		}
		chunks = chunks[12+size:]
	}
	return nil, ErrNoBadge
}

// fromSVG looks for the credential's element.
func fromSVG(drawing []byte) ([]byte, error) {
	dec := xml.NewDecoder(bytes.NewReader(drawing))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) || err != nil {
			return nil, ErrNoBadge
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name != (xml.Name{Space: "https://purl.imsglobal.org/ob/v3p0", Local: "credential"}) {
			continue
		}
		var text string
		if err := dec.DecodeElement(&text, &start); err != nil {
			return nil, ErrNoBadge
		}
		return bytes.TrimSpace([]byte(text)), nil
	}
}
