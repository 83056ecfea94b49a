package files

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// jpegHeader is what a JPEG says before its picture begins.
type jpegHeader struct {
	orientation int  // how the camera was held, 1 to 8 as in Exif; 1 means upright
	baseline    bool // the picture comes line by line, not in layers
}

// readJPEGHeader reads the segments before the picture. What is missing,
// damaged or senseless counts as not said: a picture with broken metadata is
// still a picture.
func readJPEGHeader(r io.Reader) jpegHeader {
	h := jpegHeader{orientation: 1}
	b := bufio.NewReader(r)
	if _, err := b.Discard(len("\xff\xd8")); err != nil {
		return h
	}
	told := false
	for {
		marker, length, err := nextSegment(b)
		if err != nil {
			return h
		}
		const sof0, sof1, sof2, app1 = 0xc0, 0xc1, 0xc2, 0xe1
		switch marker {
		case sof0, sof1:
			h.baseline = true
		case sof2:
			h.baseline = false
		case app1:
			segment := make([]byte, length) // 64 kB at most
			if _, err := io.ReadFull(b, segment); err != nil {
				return h
			}
			if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && !told {
				told, h.orientation = true, tiffOrientation(tiff)
			}
			continue
		}
		if _, err := b.Discard(length); err != nil {
			return h
		}
	}
}

var errNoSegment = errors.New("no further segment before the picture")

// nextSegment reads up to the content of the next segment of a JPEG. As
// image/jpeg does, it passes over bytes that belong to none.
func nextSegment(b *bufio.Reader) (marker byte, length int, err error) {
	for isBare(marker) {
		c, err := b.ReadByte()
		for err == nil && c != 0xff {
			c, err = b.ReadByte()
		}
		for err == nil && c == 0xff { // fill bytes
			c, err = b.ReadByte()
		}
		if err != nil {
			return 0, 0, err
		}
		marker = c
	}
	const eoi, sos = 0xd9, 0xda
	if marker == eoi || marker == sos {
		return 0, 0, errNoSegment
	}
	var size [2]byte
	if _, err := io.ReadFull(b, size[:]); err != nil {
		return 0, 0, err
	}
	length = int(binary.BigEndian.Uint16(size[:])) - len(size)
	if length < 0 {
		return 0, 0, errNoSegment
	}
	return marker, length, nil
}

// isBare reports whether a marker begins no segment: none, and RST0 to RST7.
func isBare(marker byte) bool { return marker == 0 || 0xd0 <= marker && marker <= 0xd7 }

// tiffOrientation returns the orientation in the first directory of a TIFF
// header, which is what Exif is; 1 if there is none.
func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := int(order.Uint16(tiff[at:]))
	dir := tiff[at+2:]
	const entry, orientation, short = 12, 0x0112, 3
	for ; entries > 0 && len(dir) >= entry; entries, dir = entries-1, dir[entry:] {
		if order.Uint16(dir) != orientation {
			continue
		}
		if order.Uint16(dir[2:]) != short || order.Uint32(dir[4:]) != 1 {
			return 1
		}
		if o := int(order.Uint16(dir[8:])); 1 <= o && o <= 8 {
			return o
		}
		return 1
	}
	return 1
}
