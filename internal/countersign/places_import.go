package countersign

import (
	"slices"
	"strings"
)

// PlacesFile is what the Organisation Data Service says of England.
type PlacesFile struct {
	Practices []ODSPractice
	Boards    []ODSBoard // none: hubs are made as practices name their boards, and are neither renamed nor closed
	On        Date       // from which day on moves and ends of boards count
}

// PlaceEvent is what becomes of a place.
type PlaceEvent string

// The events.
const (
	PlaceAdded    PlaceEvent = "added"
	PlaceRenamed  PlaceEvent = "renamed"
	PlaceMoved    PlaceEvent = "moved"
	PlaceClosed   PlaceEvent = "closed"
	PlaceReopened PlaceEvent = "reopened"
)

// PlaceEvents returns all of them, in the order of a report.
func PlaceEvents() []PlaceEvent {
	return []PlaceEvent{PlaceAdded, PlaceRenamed, PlaceMoved, PlaceClosed, PlaceReopened}
}

// PlaceChange is one thing that becomes of a place.
type PlaceChange struct {
	Line   int // of the file; 0 when no line says so
	Event  PlaceEvent
	Place  Organisation // as it becomes, but for its parent
	Parent string       // code: beneath which it is added or moved
	Was    string       // its name, the code of what was above it, or nothing
}

// PlacesPlan is what an import does.
type PlacesPlan struct {
	Changes []PlaceChange
	Refused []FileLine
	Notes   []FileLine // what was left as it is though the file speaks of it
	Open    int        // open GP practices of England in the file
	Same    int        // of them, those that are here as the file has them
	Missing int        // open practices that the file doesn't name
}

// The regions of NHS England, for a file without its boards.
var regionNames = map[string]string{
	"Y56": "London", "Y58": "South West", "Y59": "South East", "Y60": "Midlands", "Y61": "East of England", "Y62": "North West", "Y63": "North East and Yorkshire",
}

// HubName is what the training hub of a board is called: "NHS Black Country
// Integrated Care Board" has the Black Country Training Hub.
func HubName(board string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(board, "NHS "), " Integrated Care Board")
	if name == "" {
		name = board
	}
	return name + " Training Hub"
}

// PlanPlaces compares the tree with a file. What the file says of a place wins,
// the same file twice changes nothing, and a place that it doesn't name stays.
func PlanPlaces(tree []Organisation, f PlacesFile, today Date) PlacesPlan {
	p := planner{file: f, today: today, byID: map[OrganisationID]*Organisation{}, byCode: map[string]*Organisation{}, regions: map[string]bool{}, hubs: map[string]bool{}, refused: map[string]bool{}}
	for i := range tree {
		o := &tree[i]
		p.byID[o.ID], p.byCode[o.Code] = o, o
	}
	p.upper()
	p.practices()
	p.networks()
	p.plan.Changes = append(p.plan.Changes, p.moves...)
	p.vanished(tree)
	return p.plan
}

type planner struct {
	file    PlacesFile
	today   Date
	byID    map[OrganisationID]*Organisation
	byCode  map[string]*Organisation
	regions map[string]bool // codes of those of England
	hubs    map[string]bool // codes of those that the file has
	refused map[string]bool // codes of regions and hubs that are another kind of place here
	named   map[string]bool // codes of the practices that the file names
	ends    map[string]bool // codes of practices that this import closes
	moves   []PlaceChange
	plan    PlacesPlan
}

func (p *planner) refuse(line int, says string) {
	p.plan.Refused = append(p.plan.Refused, FileLine{line, says})
}

func (p *planner) note(line int, says string) {
	p.plan.Notes = append(p.plan.Notes, FileLine{line, says})
}

func (p *planner) change(c PlaceChange) { p.plan.Changes = append(p.plan.Changes, c) }

func (p *planner) open(o Organisation) bool { return o.OpenOn(p.today) }

// upper plans regions and hubs.
func (p *planner) upper() {
	top := ""
	for code, o := range p.byCode {
		if o.Kind == National {
			top = code
		}
	}
	for _, b := range p.file.Boards {
		if !p.regions[b.Region] {
			p.regions[b.Region] = true
			p.refused[b.Region] = !p.hold(b.Line, Organisation{Code: b.Region, Name: b.RegionName, Kind: Region}, top)
		}
		p.hubs[b.Code] = true
		p.refused[b.Code] = p.refused[b.Region] || !p.hold(b.Line, Organisation{Code: b.Code, Name: HubName(b.Name), Kind: Hub}, b.Region)
	}
	if len(p.file.Boards) > 0 {
		return
	}
	for code := range regionNames {
		p.regions[code] = true
	}
	seen := map[string]bool{}
	for _, o := range p.file.Practices {
		if !p.gp(o) || p.hubs[o.Board] || len(o.Board) != 3 || o.Board[0] != 'Q' {
			continue
		}
		if p.hubs[o.Board] = true; !seen[o.Region] {
			seen[o.Region] = true
			p.refused[o.Region] = !p.keep(o.Line, Organisation{Code: o.Region, Name: regionNames[o.Region], Kind: Region}, top)
		}
		p.refused[o.Board] = p.refused[o.Region] || !p.keep(o.Line, Organisation{Code: o.Board, Name: HubName(o.Board), Kind: Hub}, o.Region)
	}
}

// keep plans a place to be added unless it is here; not if its code is another
// kind of place's.
func (p *planner) keep(line int, want Organisation, parent string) bool {
	have, ok := p.byCode[want.Code]
	switch {
	case !ok:
		p.change(PlaceChange{Line: line, Event: PlaceAdded, Place: want, Parent: parent})
	case have.Kind != want.Kind:
		p.refuse(line, want.Code+" is a "+strings.ToLower(have.Kind.Title())+" here, not a "+strings.ToLower(want.Kind.Title()))
	}
	return !ok || have.Kind == want.Kind
}

// hold is keep for a place that is renamed, opened again and moved too.
func (p *planner) hold(line int, want Organisation, parent string) bool {
	have, known := p.byCode[want.Code]
	if kept := p.keep(line, want, parent); !kept || !known {
		return kept
	}
	p.amend(line, *have, want.Name, Date{})
	if above := p.byID[have.Parent]; above == nil || above.Code != parent {
		p.move(line, *have, parent)
	}
	return true
}

// amend plans another name and another last day, and reports whether there is
// any.
func (p *planner) amend(line int, have Organisation, name string, ends Date) bool {
	changed := false
	if have.Name != name {
		c := PlaceChange{Line: line, Event: PlaceRenamed, Place: have, Was: have.Name}
		c.Place.Name, have.Name, changed = name, name, true
		p.change(c)
	}
	if have.EndedOn != ends {
		c := PlaceChange{Line: line, Event: PlaceClosed, Place: have}
		if c.Place.EndedOn = ends; ends.IsZero() {
			c.Event = PlaceReopened
		}
		changed = true
		p.change(c)
	}
	return changed
}

func (p *planner) move(line int, have Organisation, parent string) {
	c := PlaceChange{Line: line, Event: PlaceMoved, Place: have, Parent: parent}
	if above := p.byID[have.Parent]; above != nil {
		c.Was = above.Code
	}
	p.moves = append(p.moves, c)
}

// gp reports whether a row is an open GP practice of England.
func (p *planner) gp(o ODSPractice) bool {
	return o.GP && o.Status == ODSActive && p.regions[o.Region]
}

func (p *planner) practices() {
	p.named, p.ends = map[string]bool{}, map[string]bool{}
	for _, row := range p.file.Practices {
		have, known := p.byCode[row.Code]
		p.named[row.Code] = true
		switch {
		case p.gp(row):
			p.plan.Open++
			p.practice(row)
		case !known || have.Kind != Practice:
		case row.Status == ODSClosed:
			p.ends[row.Code] = true
			if have.EndedOn != row.Closed {
				p.amend(row.Line, *have, have.Name, row.Closed)
			}
		case row.Status == ODSDormant && p.open(*have):
			p.note(row.Line, row.Code+" is dormant, without a closing date: left open")
		case p.open(*have):
			p.note(row.Line, row.Code+" is no open GP practice of England any more: left open")
		}
	}
	for _, o := range p.byCode {
		if o.Kind == Practice && p.open(*o) && !p.named[o.Code] {
			p.plan.Missing++
		}
	}
}

// practice plans an open practice.
func (p *planner) practice(row ODSPractice) {
	switch {
	case !p.hubs[row.Board]:
		p.refuse(row.Line, row.Code+" names the board “"+row.Board+"”, which is not among the boards")
		return
	case p.refused[row.Board]:
		p.refuse(row.Line, row.Code+" belongs to "+row.Board+", which cannot be a training hub here")
		return
	}
	want := Organisation{Code: row.Code, Name: row.Name, Kind: Practice, EndedOn: row.Closed}
	have, known := p.byCode[row.Code]
	if !p.keep(row.Line, want, row.Board) || !known {
		return
	}
	changed := p.amend(row.Line, *have, row.Name, row.Closed)
	if p.hubOf(*have) != row.Board { // a network between them stays
		p.move(row.Line, *have, row.Board)
		changed = true
	}
	if !changed {
		p.plan.Same++
	}
}

// hubOf returns the code of the hub that a place is beneath.
func (p *planner) hubOf(o Organisation) string {
	for above := p.byID[o.Parent]; above != nil; above = p.byID[above.Parent] {
		if above.Kind == Hub {
			return above.Code
		}
	}
	return ""
}

// networks moves a network whose open practices all go to the same hub, instead
// of each of them out of it.
func (p *planner) networks() {
	going := map[OrganisationID][]PlaceChange{}
	for _, m := range p.moves {
		if above := p.byID[m.Place.Parent]; above != nil && above.Kind == PCN {
			going[above.ID] = append(going[above.ID], m)
		}
	}
	stays := map[OrganisationID]bool{}
	for _, o := range p.byCode {
		if moves, some := going[o.Parent]; some && o.Kind == Practice && p.open(*o) && !p.ends[o.Code] {
			stays[o.Parent] = stays[o.Parent] || !slices.ContainsFunc(moves, func(m PlaceChange) bool { return m.Place.ID == o.ID && m.Parent == moves[0].Parent })
		}
	}
	var moves []PlaceChange
	for _, m := range p.moves {
		group := going[m.Place.Parent]
		if len(group) == 0 || stays[m.Place.Parent] {
			moves = append(moves, m)
		} else if group[0].Place.ID == m.Place.ID {
			network := *p.byID[m.Place.Parent]
			moves = append(moves, PlaceChange{Line: m.Line, Event: PlaceMoved, Place: network, Parent: m.Parent, Was: p.hubOf(m.Place)})
		}
	}
	p.moves = moves
}

// vanished closes the hubs of boards that are no longer there, on the day
// before, once nothing open is beneath them.
func (p *planner) vanished(tree []Organisation) {
	if len(p.file.Boards) == 0 {
		return
	}
	left := map[OrganisationID]int{}
	gone := map[OrganisationID]bool{}
	for _, m := range p.moves {
		gone[m.Place.ID] = true
	}
	for _, o := range tree {
		if p.open(o) && !gone[o.ID] && !p.ends[o.Code] {
			left[o.Parent]++
		}
	}
	for _, o := range tree {
		board := o.Kind == Hub && len(o.Code) == 3 && o.Code[0] == 'Q'
		switch {
		case !board || p.hubs[o.Code] || !p.open(o):
		case left[o.ID] > 0:
			p.note(0, o.Code+" is no longer among the boards, but something open is still beneath it: left open")
		case o.EndedOn != p.file.On.AddDays(-1):
			p.amend(0, o, o.Name, p.file.On.AddDays(-1))
		}
	}
}
