package view

import (
	"strconv"
	"strings"

	"countersign/internal/countersign"
)

// The drawings below are made on the server, as SVG without scripts and styles.
// Each has a title and a description, stands beside the same facts in words,
// and can be read in black and white: parts differ by pattern, not by colour
// alone.

// ProgressRing shows how much of something is done. Draw it with
// {{template "progress-ring" .Ring}}.
type ProgressRing struct {
	ID    string // unique on the page
	Done  int
	Total int
	Noun  string // "competency": the ring says "11 of 24 competencies signed off"
	Verb  string // "signed off"
	Extra string // a second line, such as "Core: 9 of 14"
}

const ringRadius = 54 // of the middle of the stroke, in a box of 128

// Percent returns the share in the middle of the ring.
func (r ProgressRing) Percent() string { return Percent(r.Done, r.Total) }

// Text returns the same in words.
func (r ProgressRing) Text() string {
	return Number(r.Done) + " of " + Count(r.Total, r.Noun) + " " + r.Verb
}

// Dash returns the stroke that leaves the rest of the ring open. Something done
// shows at least a dot, and something missing at least a gap.
func (r ProgressRing) Dash() string {
	const around = 2 * 3.14159265 * ringRadius
	part := 0.0
	if r.Total > 0 {
		part = min(max(float64(r.Done)/float64(r.Total), 0), 1)
	}
	if r.Done > 0 && part < 1 {
		part = min(max(part, 0.01), 0.99)
	}
	return strconv.FormatFloat(part*around, 'f', 1, 64) + " " + strconv.FormatFloat(around, 'f', 1, 64)
}

// Any reports whether there is anything to draw on the ring.
func (r ProgressRing) Any() bool { return r.Done > 0 && r.Total > 0 }

// DomainChart shows for each domain how its competencies stand, as one bar of
// parts. Draw it with {{template "domain-chart" .Chart}}.
type DomainChart struct {
	ID    string // unique on the page
	Title string // of the whole: "Progress by domain"
	Bars  []DomainBar
}

// DomainBar is one domain. Counts are by status; those out of scope are not
// drawn.
type DomainBar struct {
	Title  string
	Href   string // where the domain's competencies are; may be empty
	Counts map[countersign.Status]int
}

// chartTones are the parts of a bar, in order: which statuses make it, what it
// is called, and its pattern in app.css.
var chartTones = []struct {
	name, words string
	statuses    []countersign.Status
}{
	{"done", "signed off", []countersign.Status{countersign.SignedOff}},
	{"ready", "ready or waiting for countersignature", []countersign.Status{countersign.Assessed, countersign.Ready}},
	{"started", "in progress", []countersign.Status{countersign.InProgress, countersign.StatusNotYet}},
	{"expired", "expired", []countersign.Status{countersign.Expired}},
	{"none", "not started", []countersign.Status{countersign.NotStarted}},
}

// chartPart is one part of a bar, or a line of the key.
type chartPart struct {
	Tone  string
	Words string
	X     string // in a bar 600 wide
	Width string
}

// chartBar is a bar with everything decided.
type chartBar struct {
	ID    string
	Title string
	Href  string
	Text  string
	Parts []chartPart
}

// Key returns what the patterns mean, for those that are drawn.
func (c DomainChart) Key() []chartPart {
	var key []chartPart
	for _, tone := range chartTones {
		n := 0
		for _, b := range c.Bars {
			for _, s := range tone.statuses {
				n += b.Counts[s]
			}
		}
		if n > 0 {
			key = append(key, chartPart{Tone: tone.name, Words: capital(tone.words)})
		}
	}
	return key
}

// Rows returns the bars with everything decided.
func (c DomainChart) Rows() []chartBar {
	rows := make([]chartBar, len(c.Bars))
	for i, b := range c.Bars {
		rows[i] = b.row(c.ID + "-" + itoa(i+1))
	}
	return rows
}

func (b DomainBar) row(id string) chartBar {
	row := chartBar{ID: id, Title: b.Title, Href: b.Href}
	total := 0
	counts := make([]int, len(chartTones))
	for i, tone := range chartTones {
		for _, s := range tone.statuses {
			counts[i] += b.Counts[s]
		}
		total += counts[i]
	}
	if total == 0 {
		row.Text = "Nothing in scope"
		return row
	}
	// "signed off" is said even when it is none: it is what people look for.
	words := []string{Number(counts[0]) + " of " + Number(total) + " signed off"}
	x := 0.0
	for i, n := range counts {
		if n == 0 {
			continue
		}
		width := 600 * float64(n) / float64(total)
		row.Parts = append(row.Parts, chartPart{Tone: chartTones[i].name, X: short(x), Width: short(width)})
		x += width
		if i > 0 {
			words = append(words, Number(n)+" "+chartTones[i].words)
		}
	}
	row.Text = strings.Join(words, ", ")
	return row
}

func short(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// Swatch returns the part as it is drawn in the key.
func (p chartPart) Swatch() chartPart {
	p.X, p.Width = "0", "24"
	return p
}

// Stripes returns where the upright stripes of the part stand: dark ones on
// ready, white ones on expired.
func (p chartPart) Stripes() []string {
	switch p.Tone {
	case "ready":
		return p.every(8)
	case "expired":
		return p.every(12)
	}
	return nil
}

// Dots returns where the dots of the part stand.
func (p chartPart) Dots() []string {
	if p.Tone != "started" {
		return nil
	}
	return p.every(12)
}

// every returns places in the part that are step apart, beginning in the
// middle of the first step.
func (p chartPart) every(step float64) []string {
	x, err := strconv.ParseFloat(p.X, 64)
	if err != nil {
		return nil
	}
	width, err := strconv.ParseFloat(p.Width, 64)
	if err != nil {
		return nil
	}
	var places []string
	for at := step / 2; at < width-1; at += step {
		places = append(places, short(x+at))
	}
	return places
}
