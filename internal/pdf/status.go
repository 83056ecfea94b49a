package pdf

import "countersign/internal/countersign"

// statuses holds the words, the meaning and the mark of each status, in the
// order of the key.
var statuses = []struct {
	status  countersign.Status
	word    string
	meaning string
	mark    func(d *doc, x, y, size float64)
}{
	{countersign.SignedOff, "Signed off", "Judged competent, with every signature that the framework asks for.", markTick},
	{countersign.Assessed, "Waiting for countersignature", "Judged competent by one person. A second signature is still needed.", markHalf},
	{countersign.Ready, "Ready for sign-off", "The evidence meets the requirement. Nobody has decided yet.", markDot},
	{countersign.InProgress, "In progress", "There is evidence, but not all that is needed.", markQuarter},
	{countersign.NotStarted, "Not started", "There is no evidence yet.", markRing},
	{countersign.StatusNotYet, "Not yet competent", "Judged not yet competent. The decision says what to do next.", markDash},
	{countersign.Expired, "Expired", "Was signed off, but the time for which that holds has passed.", markCross},
	{countersign.NotApplicable, "Not applicable", "Not part of this apprenticeship: an optional competency, or one of an earlier version of the framework.", markNothing},
}

func statusWord(s countersign.Status) string {
	for _, k := range statuses {
		if k.status == s {
			return k.word
		}
	}
	return string(s)
}

func statusMark(s countersign.Status) func(d *doc, x, y, size float64) {
	for _, k := range statuses {
		if k.status == s {
			return k.mark
		}
	}
	return markRing
}

// statusCell returns a cell with the mark and the word of a status.
func statusCell(s countersign.Status) cell {
	return cell{spans: spansIn(cellStyle, statusWord(s)), icon: statusMark(s)}
}

// statusLine draws the mark of a status, its word and what follows, on a line
// of its own.
func (d *doc) statusLine(s countersign.Status, more ...span) {
	spans := append(spansIn(strong, statusWord(s)), more...)
	const shift = iconSize + iconGap
	lines := d.wrap(spans, d.w-shift)
	leading := leadingOf(spans)
	d.room(float64(len(lines)) * leading)
	if !d.dry {
		statusMark(s)(d, d.x, d.y+(leading-iconSize)/2, iconSize)
	}
	d.as(para, func() { d.indent(shift, func() { d.lines(lines, leading, nil, 0) }) })
}

// The marks differ in shape, so that they can be told apart in grey.

func (d *doc) ring(x, y, size float64, c colour) {
	d.graphic()
	d.pdf.SetDrawColor(int(c.r), int(c.g), int(c.b))
	d.pdf.SetLineWidth(0.45)
	d.pdf.Circle(x+size/2, y+size/2, size/2-0.25, "D")
}

func (d *doc) disc(x, y, size, radius float64, c colour) {
	d.graphic()
	d.pdf.SetFillColor(int(c.r), int(c.g), int(c.b))
	d.pdf.Circle(x+size/2, y+size/2, radius, "F")
}

func (d *doc) stroke(c colour, width float64, points ...float64) {
	d.graphic()
	d.pdf.SetDrawColor(int(c.r), int(c.g), int(c.b))
	d.pdf.SetLineWidth(width)
	for i := 2; i+1 < len(points); i += 2 {
		d.pdf.Line(points[i-2], points[i-1], points[i], points[i+1])
	}
}

// sector fills the part of a disc that begins at 12 o'clock; share is 0.25 or
// 0.5 of it.
func (d *doc) sector(x, y, size, share float64, c colour) {
	d.graphic()
	r := size/2 - 0.25
	cx, cy := x+size/2, y+size/2
	d.pdf.SetFillColor(int(c.r), int(c.g), int(c.b))
	d.pdf.MoveTo(cx, cy)
	d.pdf.LineTo(cx, cy-r)
	const k = 0.5523 // a quarter of a circle as a Bézier curve
	d.pdf.CurveBezierCubicTo(cx+k*r, cy-r, cx+r, cy-k*r, cx+r, cy)
	if share > 0.25 {
		d.pdf.CurveBezierCubicTo(cx+r, cy+k*r, cx+k*r, cy+r, cx, cy+r)
	}
	d.pdf.ClosePath()
	d.pdf.DrawPath("F")
}

func markTick(d *doc, x, y, size float64) {
	d.disc(x, y, size, size/2, green)
	d.stroke(white, 0.5, x+size*0.26, y+size*0.53, x+size*0.44, y+size*0.7, x+size*0.75, y+size*0.32)
}

func markHalf(d *doc, x, y, size float64) {
	d.ring(x, y, size, blue)
	d.sector(x, y, size, 0.5, blue)
}

func markDot(d *doc, x, y, size float64) {
	d.ring(x, y, size, blue)
	d.disc(x, y, size, size*0.22, blue)
}

func markQuarter(d *doc, x, y, size float64) {
	d.ring(x, y, size, softInk)
	d.sector(x, y, size, 0.25, softInk)
}

func markRing(d *doc, x, y, size float64) { d.ring(x, y, size, softInk) }

func markDash(d *doc, x, y, size float64) {
	d.disc(x, y, size, size/2, red)
	d.stroke(white, 0.6, x+size*0.25, y+size/2, x+size*0.75, y+size/2)
}

func markCross(d *doc, x, y, size float64) {
	d.ring(x, y, size, red)
	d.stroke(red, 0.5, x+size*0.33, y+size*0.33, x+size*0.67, y+size*0.67)
	d.stroke(red, 0.5, x+size*0.33, y+size*0.67, x+size*0.67, y+size*0.33)
}

func markNothing(d *doc, x, y, size float64) {
	d.stroke(softInk, 0.5, x+size*0.2, y+size/2, x+size*0.8, y+size/2)
}
