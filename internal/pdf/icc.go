package pdf

import (
	"encoding/binary"
	"math"
	"sync"
)

// curveSteps is as many as it takes for what lies between them to be right to
// a twentieth of a shade. Readers turn the curve round for each page, in a time
// that grows with it.
const curveSteps = 128

// sRGB returns a colour profile of sRGB (IEC 61966-2-1) in the form of
// ICC.1:2001-04 (version 2.4), as PDF/A-1 asks for: its primaries and white
// adapted to D50, and its transfer curve in 128 steps.
var sRGB = sync.OnceValue(func() []byte {
	order := binary.BigEndian
	xyz := func(x, y, z uint32) []byte { // s15Fixed16 numbers
		b := append([]byte("XYZ "), 0, 0, 0, 0)
		return order.AppendUint32(order.AppendUint32(order.AppendUint32(b, x), y), z)
	}
	curve := order.AppendUint32(append([]byte("curv"), 0, 0, 0, 0), curveSteps)
	for i := range curveSteps {
		v := float64(i) / (curveSteps - 1)
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		curve = order.AppendUint16(curve, uint16(math.Round(v*65535)))
	}
	const name = "sRGB IEC61966-2.1\x00"
	described := order.AppendUint32(append([]byte("desc"), 0, 0, 0, 0), uint32(len(name)))
	described = append(append(described, name...), make([]byte, 4+4+2+1+67)...) // no other languages or scripts
	tags := []struct {
		sign string
		data []byte
	}{
		{"desc", described},
		{"cprt", append(append([]byte("text"), 0, 0, 0, 0), "No copyright, use freely\x00"...)},
		{"wtpt", xyz(0xF6D6, 0x10000, 0xD32D)},
		{"rXYZ", xyz(0x6FA2, 0x38F5, 0x0390)},
		{"gXYZ", xyz(0x6299, 0xB785, 0x18DA)},
		{"bXYZ", xyz(0x24A0, 0x0F84, 0xB6CF)},
		{"rTRC", curve}, {"gTRC", nil}, {"bTRC", nil}, // all three use the same
	}
	var table, data []byte
	begin := 128 + 4 + 12*len(tags)
	at, size := 0, 0
	for _, t := range tags {
		if t.data != nil {
			for len(data)%4 != 0 {
				data = append(data, 0)
			}
			at, size = begin+len(data), len(t.data)
			data = append(data, t.data...)
		}
		table = order.AppendUint32(order.AppendUint32(append(table, t.sign...), uint32(at)), uint32(size))
	}
	header := make([]byte, 128)
	order.PutUint32(header, uint32(begin+len(data)))
	order.PutUint32(header[8:], 0x02400000)
	copy(header[12:], "mntrRGB XYZ ")
	copy(header[24:], []byte{0x07, 0xEA, 0, 1, 0, 1}) // 1 January 2026
	copy(header[36:], "acsp")
	copy(header[68:], []byte{0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D}) // D50
	out := order.AppendUint32(header, uint32(len(tags)))
	return append(append(out, table...), data...)
})
