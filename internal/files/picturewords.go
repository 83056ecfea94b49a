package files

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
)

// pictureWords returns the words that the metadata of a JPEG or PNG holds:
// EXIF, XMP and comments, of a picture inside a document, which is kept as it
// came. Compressed PNG text isn't read.
func pictureWords(data []byte) string {
	var out strings.Builder
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		for at := 2; at+4 <= len(data) && data[at] == 0xff && data[at+1] != 0xda; {
			length := int(binary.BigEndian.Uint16(data[at+2:]))
			end := min(len(data), at+2+length)
			if kind := data[at+1]; kind == 0xfe || kind == 0xe1 || kind == 0xed {
				printable(&out, data[min(at+4, end):end])
			}
			at = max(end, at+4)
		}
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		for at := 8; at+8 <= len(data); {
			length := int(min(binary.BigEndian.Uint32(data[at:]), uint32(len(data))))
			end := min(len(data), at+8+length)
			switch string(data[at+4 : at+8]) {
			case "tEXt", "iTXt", "eXIf":
				printable(&out, data[at+8:end])
			}
			at = end + 4
		}
	}
	return out.String()
}

// printable adds the runs of printable ASCII, a line for each.
func printable(out *strings.Builder, data []byte) {
	const shortest = 4
	for _, run := range bytes.FieldsFunc(data, func(r rune) bool { return r < ' ' || r > '~' }) {
		if len(run) >= shortest {
			out.Write(run)
			out.WriteByte('\n')
		}
	}
}

// gatherPicture adds the words of a picture's metadata, which stand before the
// picture.
func gatherPicture(text *strings.Builder, r io.Reader) error {
	const most = 1 << 20
	data, err := io.ReadAll(io.LimitReader(r, most))
	text.WriteString(pictureWords(data))
	return err
}
