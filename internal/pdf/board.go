package pdf

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"countersign/internal/chart"
)

// Board is the report of a place for a board: figures, charts with their
// tables, and tables alone.
type Board struct {
	Title  string // the place
	Kind   string // "Training hub, code QWO"
	AsAt   string
	Notes  []string // what to know of all figures
	MadeAt time.Time
	Parts  []BoardPart
}

// BoardPart is one part of it, beginning with figures.
type BoardPart struct {
	Title   string
	Figures [][2]string // name and value
	Rules   []string
	Charts  []chart.Chart
	Tables  []chart.Grid
}

// WriteBoard writes a board report as a PDF to w. The same report gives the
// same bytes. Nothing is written before all of it is there.
func WriteBoard(ctx context.Context, w io.Writer, b Board) error {
	return send(w, "board", func(file *os.File) error {
		pics := newPictures(nil)
		defer pics.close()
		d := newDoc(ctx, pics)
		d.newPage()
		d.board(b)
		d.room(0)
		d.boardFeet(b)
		return d.finish(file, b.MadeAt, "Report of "+b.Title, "Countersign")
	})
}

func (d *doc) board(b Board) {
	d.heading(heading{level: 1, text: "Report of " + b.Title, outline: b.Title})
	d.paragraph(in(strong, b.Kind+". "), in(body, b.AsAt))
	for _, note := range b.Notes {
		d.space(1.6)
		d.paragraph(in(body, note))
	}
	for _, part := range b.Parts {
		d.heading(heading{level: 2, text: part.Title, outline: part.Title})
		for _, f := range part.Figures {
			d.pair(f[0], in(strong, f[1]))
		}
		if len(part.Rules) > 0 {
			d.space(2.4)
			rules := make([][]span, len(part.Rules))
			for i, r := range part.Rules {
				rules[i] = []span{in(body, r)}
			}
			d.list(rules)
		}
		for _, c := range part.Charts {
			d.plot(c)
		}
		for _, t := range part.Tables {
			d.space(2.4)
			d.grid(t)
		}
	}
}

// boardFeet draws the foot of every page, which says on a page alone of what it is.
func (d *doc) boardFeet(b Board) {
	foot := style{regular, 8, softInk}
	d.tags.at = furniture
	for page := 1; page <= d.page(); page++ {
		d.onPage(page, func() {
			n := in(style{bold, 8, softInk}, fmt.Sprintf("Page %d of %d", page, d.page()))
			w, y := d.width(n.style, n.text), bottomEdge+7.0
			of := d.fit(foot, b.Title+" · "+b.AsAt, d.w-w-8)
			d.rect(d.x, y-2, d.w, 0.2, hairline)
			d.text(fragment{of.text, &of, 0}, d.x, y, foot.leading(), rightToLeft(of.text))
			d.text(fragment{n.text, &n, w}, d.x+d.w-w, y, n.leading(), false)
		})
	}
}

// plotPixels is how wide charts are laid out; letters of 16 pixels come out at
// 10 points.
const plotPixels = 752.0

// plot draws a chart with its title, what it says, and its table. One that is
// higher than a page is its table alone.
func (d *doc) plot(c chart.Chart) {
	g := c.Grid()
	if len(g.Rows) == 0 || d.err != nil {
		return
	}
	drawn := c.Draw(plotPixels)
	p := plotter{doc: d, scale: d.w / plotPixels, tall: drawn.Height * d.w / plotPixels}
	fits := p.tall <= bottomEdge-topEdge-40
	d.heading(heading{level: 3, text: c.Name()})
	if says := c.Says(); says != "" {
		if fits { // all of it on one page
			d.room(float64(len(d.wrap(spansIn(small, says), d.w)))*small.leading() + 2 + p.tall)
		}
		d.paragraph(in(small, says))
	}
	if fits {
		d.space(2)
		d.room(p.tall)
		p.top = d.y
		figure := d.add(picturing)
		figure.alt = d.texts.oneLine(c.Name() + ". " + c.Says())
		d.within(figure, func() {
			for _, s := range drawn.Shapes {
				p.shape(s)
			}
		})
		d.y += p.tall
	}
	d.space(2)
	d.grid(g)
	d.space(3)
}

// grid draws a table of numbers.
func (d *doc) grid(g chart.Grid) {
	first := 34.0
	if len(g.Head) > 6 {
		first = 24
	}
	columns := make([]column, len(g.Head))
	for i, title := range g.Head {
		columns[i] = column{title: title, width: (100 - first) / float64(max(len(g.Head)-1, 1)), right: !g.Words}
		if i == 0 {
			columns[i] = column{title: title, width: first, names: true}
		}
	}
	rows := make([][]cell, len(g.Rows))
	for i, r := range g.Rows {
		for _, text := range r {
			rows[i] = append(rows[i], cellOf(text))
		}
	}
	d.table(columns, rows)
}
