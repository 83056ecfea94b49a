package pdf

import (
	"rsc.io/qr"
)

const qrSize = 30.0

// proof draws how anyone can check the document: a QR code with the code to
// type beside it.
func (b *build) check(p Proof) {
	code, err := qr.Encode(p.Scan, qr.M)
	if err != nil || p.Scan == "" { // longer than a QR code can hold
		code = &qr.Code{}
	}
	b.space(6)
	b.room(qrSize)
	y, shift := b.y, 0.0
	if code.Size > 0 {
		figure := b.add(picturing)
		figure.alt = "QR code that leads to " + p.Scan
		b.within(figure, func() { b.modules(code, b.x, y, qrSize) })
		shift = qrSize + 6
	}
	b.y += 3
	b.indent(shift, func() {
		b.paragraph(in(strong, "Check this document"))
		b.space(1)
		b.paragraph(in(body, "Is it as it was made, and do its decisions still stand? Anyone can find out at "), web(p.Page, p.Page), in(body, ". No account is needed."))
		b.space(1)
		b.paragraph(in(body, "Code: "), in(style{mono, 11, ink}, p.Code))
	})
	b.y = max(b.y, y+qrSize)
}

// modules draws the dark squares of a QR code, each row's neighbours as one.
func (d *doc) modules(code *qr.Code, x, y, size float64) {
	side := size / float64(code.Size)
	for row := range code.Size {
		for from := 0; from < code.Size; from++ {
			to := from
			for to < code.Size && code.Black(to, row) {
				to++
			}
			if to > from {
				d.rect(x+float64(from)*side, y+float64(row)*side, float64(to-from)*side, side, ink)
				from = to
			}
		}
	}
}
