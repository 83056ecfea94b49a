package view

import "strings"

// SummaryList shows what has been answered or recorded, a row for each.
type SummaryList struct {
	Rows         []SummaryRow
	NoBorder     bool
	NoLastBorder bool
	Card         *Card // around the list
	ID           string
	Classes      string
}

// SummaryRow is one answer: Value, or Body where it is more than plain text.
type SummaryRow struct {
	Key      string
	Value    string
	Body     Blocks
	Actions  []Action
	KeyWidth string // such as one-half
	NoBorder bool
	Classes  string
}

// summaryRow is a row with everything decided.
type summaryRow struct {
	SummaryRow
	Class    string
	KeyClass string
}

// BlockKind implements Block.
func (SummaryList) BlockKind() string { return "summary-list" }

// Class returns the class attribute.
func (s SummaryList) Class() string {
	border := ""
	if s.NoBorder {
		border = flag(true, "nhsuk-summary-list--no-border", s.Classes)
	} else if s.NoLastBorder {
		border = flag(true, "nhsuk-summary-list--no-last-row-border", s.Classes)
	}
	return classes("nhsuk-summary-list", border, s.Classes)
}

// Lines returns the rows with everything decided.
func (s SummaryList) Lines() []summaryRow {
	anyActions := false
	for _, r := range s.Rows {
		anyActions = anyActions || len(r.Actions) > 0
	}
	about := ""
	if s.Card != nil {
		about = s.Card.Heading.Text
	}
	rows := make([]summaryRow, len(s.Rows))
	for i, r := range s.Rows {
		last := i == len(s.Rows)-1
		r.Actions = actionsAbout(r.Actions, about)
		rows[i] = summaryRow{
			SummaryRow: r,
			Class: classes("nhsuk-summary-list__row",
				when(anyActions && len(r.Actions) == 0, "nhsuk-summary-list__row--no-actions"),
				when(r.NoBorder && !(s.NoLastBorder && last), "nhsuk-summary-list__row--no-border"), r.Classes),
			KeyClass: classes("nhsuk-summary-list__key", prefixed("nhsuk-u-width-", r.KeyWidth)),
		}
	}
	return rows
}

func prefixed(prefix, value string) string {
	if value == "" {
		return ""
	}
	return prefix + value
}

// Table shows rows of the same kind. Responsive turns every row into a card on
// a phone; use it wherever a table has more than 3 columns.
type Table struct {
	Caption           string
	CaptionSize       string // s, m, l or xl
	CaptionID         string
	CaptionClasses    string // nhsuk-u-visually-hidden where a heading says it already
	Head              []Column
	Rows              [][]Cell
	FirstCellIsHeader bool
	Responsive        bool
	Compact           bool
	Striped           bool
	Reverse           bool
	NoBorder          bool
	NoLastBorder      bool
	Scroll            bool  // sideways, for wide tables of numbers
	Card              *Card // around the table
	ID                string
	Classes           string
}

// longRows is from how many rows on a table of a report is folded up: the places
// of a training hub would make its page as long as a street.
const longRows = 60

// Long reports whether the table is to be folded up.
func (t Table) Long() bool { return len(t.Rows) > longRows }

// Fold holds a long table.
func (t Table) Fold() Details { return Details{Summary: t.Caption + ": all " + Number(len(t.Rows))} }

// Column is the head of a column. Sort is ascending, descending or none; with
// Href the server sorts, else scripts do.
type Column struct {
	Text     string
	Hidden   string // for screen readers only
	Numeric  bool   // right-aligned figures
	Sort     string
	SortNext string
	Href     string
	Align    string // left, centre or right
	Width    string // such as one-third
	Classes  string
}

// Cell is one cell: Text, linked with Href, or Body.
type Cell struct {
	Text      string
	Href      string
	Hidden    string
	Body      Blocks
	Words     bool // words in a column of figures
	SortValue string
	Align     string
	Classes   string
}

// tableCell is a cell with everything decided.
type tableCell struct {
	Cell
	Header bool // a row's header
	Class  string
	Role   string
	Label  string // heading of its column, shown on a phone
	Labels string // the hidden part of that heading
}

// tableHead is a column's head with everything decided.
type tableHead struct {
	Column
	Class    string
	Sortable bool   // by scripts
	AriaSort string // ascending or descending
	Next     string
}

// BlockKind implements Block.
func (Table) BlockKind() string { return "table" }

// Class returns the class attribute.
func (t Table) Class() string {
	border := ""
	if t.NoBorder {
		border = "nhsuk-table--no-border"
	} else if t.NoLastBorder {
		border = "nhsuk-table--no-last-row-border"
	}
	return classes("nhsuk-table", when(t.Reverse, "nhsuk-table--reverse"), when(t.Compact, "nhsuk-table--compact"),
		when(t.Responsive, "nhsuk-table--responsive"), border, when(t.sortable(), "nhsuk-table--sortable"),
		when(t.Striped, "nhsuk-table--striped"), t.Classes)
}

func (t Table) sortable() bool {
	for _, c := range t.Head {
		if c.Sort != "" {
			return true
		}
	}
	return false
}

func (t Table) sortedByServer() bool {
	for _, c := range t.Head {
		if c.Href != "" {
			return t.sortable()
		}
	}
	return false
}

// Module reports whether scripts sort the table.
func (t Table) Module() bool { return t.sortable() && !t.sortedByServer() }

// CaptionTag returns the caption.
func (t Table) CaptionTag() headingTag {
	h := Heading{Text: t.Caption, Size: t.CaptionSize, Classes: t.CaptionClasses, ID: t.captionID()}
	if t.sortable() {
		h.HiddenText = "(Column headers are sortable)"
	}
	return h.tag("nhsuk-table__caption", "nhsuk-table__caption--", 0, "s", "m", "l", "xl")
}

func (t Table) captionID() string {
	switch {
	case t.CaptionID != "" || !t.Scroll:
		return t.CaptionID
	case t.ID != "":
		return t.ID + "-caption"
	case t.Caption != "":
		slug := strings.ToLower(strings.ReplaceAll(t.Caption, " ", "-"))
		return "table-" + slug[:min(len(slug), 40)] + "-caption"
	}
	return ""
}

// ScrollClass returns the class of the scrolling box.
func (t Table) ScrollClass() string {
	return classes("nhsuk-scroll", when(t.Reverse, "nhsuk-scroll--reverse"))
}

// Heads returns the heads with everything decided.
func (t Table) Heads() []tableHead {
	sortable, server := t.sortable(), t.sortedByServer()
	heads := make([]tableHead, len(t.Head))
	for i, c := range t.Head {
		h := tableHead{Column: c, Class: cellClass("nhsuk-table__header", c.Numeric, c.Align, c.Width, c.Classes)}
		if sortable && c.Sort != "" {
			h.Sortable = true
			if !server {
				h.Next = c.SortNext
			}
			if c.Sort != "none" {
				h.AriaSort = c.Sort
			}
		}
		heads[i] = h
	}
	return heads
}

// Lines returns the rows with everything decided.
func (t Table) Lines() [][]tableCell {
	lines := make([][]tableCell, len(t.Rows))
	for i, row := range t.Rows {
		line := make([]tableCell, len(row))
		for j, cell := range row {
			line[j] = t.cell(j, cell)
		}
		lines[i] = line
	}
	return lines
}

func (t Table) cell(j int, c Cell) tableCell {
	var head Column
	if j < len(t.Head) {
		head = t.Head[j]
	}
	out := tableCell{Cell: c, Header: j == 0 && t.FirstCellIsHeader}
	base := "nhsuk-table__cell"
	if out.Header {
		base = "nhsuk-table__header"
	}
	align := or(c.Align, head.Align)
	if c.Words && head.Numeric {
		align = or(c.Align, "right")
	}
	out.Class = cellClass(base, head.Numeric && !c.Words, align, "", c.Classes)
	if t.Responsive {
		out.Role = "cell"
		if out.Header {
			out.Role = "rowheader"
		}
		out.Label, out.Labels = head.Text, head.Hidden
	}
	return out
}

func cellClass(base string, numeric bool, align, width, extra string) string {
	return classes(base, flag(numeric, base+"--numeric", extra),
		option("nhsuk-u-text-align-", align, extra, "left", "centre", "right"), prefixed("nhsuk-u-width-", width), extra)
}
