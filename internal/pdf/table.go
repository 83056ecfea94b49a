package pdf

// column is one column of a table. Widths are shares of the table's width.
type column struct {
	title string
	width float64
	right bool // numbers: set to the right
	names bool // the first column: what the rest of the row is about
}

// cell is what stands in one field of a table.
type cell struct {
	spans []span
	icon  func(d *doc, x, y, size float64) // drawn before the text; may be nil
	place string                           // what links lead to; empty for none
}

var cellStyle = style{regular, 8.5, ink}

// cellOf returns a cell with plain text.
func cellOf(s string) cell { return cell{spans: spansIn(cellStyle, s)} }

const (
	cellPad  = 1.3 // above and below the text of a row
	cellGap  = 2.2 // between columns
	iconSize = 3.4
	iconGap  = 1.8
)

// table is a table being drawn.
type table struct {
	d       *doc
	columns []column
	x, w    []float64
	header  []([]line)
}

// row is a row with its text broken into lines.
type row struct {
	cells   [][]line
	icons   []func(d *doc, x, y, size float64)
	places  []string
	leading float64
	lines   int // of the cell that has most
}

func (r row) height() float64 { return float64(r.lines)*r.leading + 2*cellPad }

// table draws rows under a header that comes again on each page. A row is
// parted by the end of a page only if it is higher than a page.
func (d *doc) table(columns []column, rows [][]cell) {
	if d.err != nil || len(rows) == 0 {
		return
	}
	t := table{d: d, columns: columns}
	total, x := 0.0, d.x
	for _, c := range columns {
		total += c.width
	}
	for i, c := range columns {
		w := d.w * c.width / total
		t.x = append(t.x, x)
		x += w
		if i < len(columns)-1 {
			w -= cellGap
		}
		t.w = append(t.w, w)
		t.header = append(t.header, d.wrap(spansIn(label, c.title), w))
	}
	d.as(tabular, func() { t.rows(rows) })
}

func (t *table) rows(rows [][]cell) {
	d := t.d
	for i, cells := range rows {
		r := t.row(cells)
		if i == 0 {
			d.room(t.headerHeight() + min(r.height(), bottomEdge-topEdge-t.headerHeight()))
			d.as(tableRow, t.drawHeader)
		} else if r.height() > bottomEdge-d.y+slack && (r.height() <= bottomEdge-topEdge-t.headerHeight() || bottomEdge-d.y < 5*r.leading) {
			t.newPage()
		}
		d.as(tableRow, func() { t.draw(r) })
		if d.err != nil {
			return
		}
	}
}

func (t *table) row(cells []cell) row {
	r := row{lines: 1}
	for i, c := range cells {
		w := t.w[i]
		if c.icon != nil {
			w -= iconSize + iconGap
		}
		lines := t.d.wrap(c.spans, w)
		r.cells = append(r.cells, lines)
		r.icons = append(r.icons, c.icon)
		if c.place != "" {
			r.places = append(r.places, c.place)
		}
		r.lines = max(r.lines, len(lines))
		r.leading = max(r.leading, leadingOf(c.spans))
	}
	return r
}

func (t *table) headerHeight() float64 {
	n := 1
	for _, lines := range t.header {
		n = max(n, len(lines))
	}
	return float64(n)*label.leading() + 2*cellPad
}

// newPage goes on with the table on the next page, where its header is shown
// again for the eye.
func (t *table) newPage() {
	t.d.newPage()
	t.d.within(furniture, t.drawHeader)
}

func (t *table) drawHeader() {
	d, h := t.d, t.headerHeight()
	for i, lines := range t.header {
		th := d.add(headerCell)
		th.scope = "Column"
		d.within(th, func() {
			y := d.y + h - cellPad - float64(len(lines))*label.leading()
			for _, l := range lines {
				d.drawLine(l, t.at(i, l), y, t.w[i], label.leading())
				y += label.leading()
			}
		})
	}
	d.y += h
	d.rect(d.x, d.y-0.25, d.w, 0.5, blue)
}

// at is where a line of column i begins.
func (t *table) at(i int, l line) float64 {
	if t.columns[i].right {
		return t.x[i] + t.w[i] - l.width
	}
	return t.x[i]
}

// draw draws a row, cell by cell, over as many pages as it takes.
func (t *table) draw(r row) {
	d := t.d
	for _, place := range r.places {
		d.place(place)
	}
	cells := make([]*element, len(r.cells))
	for i := range cells {
		cells[i] = d.add(dataCell)
	}
	if t.columns[0].names {
		cells[0].role, cells[0].scope = headerCell, "Row"
	}
	for from := 0; from < r.lines && d.err == nil; {
		n := min(r.lines-from, max(1, int((bottomEdge-d.y-2*cellPad+slack)/r.leading)))
		for i, lines := range r.cells {
			x := 0.0
			if r.icons[i] != nil {
				x = iconSize + iconGap
				if from == 0 && !d.dry {
					r.icons[i](d, t.x[i], d.y+cellPad+(r.leading-iconSize)/2, iconSize)
				}
			}
			d.within(cells[i], func() {
				for k := from; k < min(from+n, len(lines)); k++ {
					d.drawLine(lines[k], t.at(i, lines[k])+x, d.y+cellPad+float64(k-from)*r.leading, t.w[i]-x, r.leading)
				}
			})
		}
		d.y += float64(n)*r.leading + 2*cellPad
		d.rect(d.x, d.y-0.1, d.w, 0.2, hairline)
		if from += n; from < r.lines {
			t.newPage()
		}
	}
}
