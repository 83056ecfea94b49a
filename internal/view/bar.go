package view

// Bar shows how much of something is done as a small bar, with the same in
// words below it: for a cell of a table.
type Bar struct{ Done, Total int }

// BlockKind implements Block.
func (Bar) BlockKind() string { return "bar" }

// Text returns the same in words.
func (b Bar) Text() string {
	if b.Total <= 0 {
		return "Nothing in scope"
	}
	return Number(b.Done) + " of " + Number(b.Total) + " (" + Percent(b.Done, b.Total) + ")"
}

// Drawn reports whether there is anything to draw.
func (b Bar) Drawn() bool { return b.Total > 0 }

// Width returns the done part of a bar 100 wide. Something done shows, and so
// does something missing.
func (b Bar) Width() string {
	part := percent(b.Done, b.Total)
	if b.Done > 0 {
		part = max(part, 2)
	}
	return itoa(part)
}
