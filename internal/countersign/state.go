package countersign

import (
	"fmt"
	"slices"
)

// Transition is one allowed change of a lifecycle: in state From, Event by
// one of Who leads to To.
type Transition[S, E ~string] struct {
	From  S
	Event E
	To    S
	Who   []NamingRole
}

// Lifecycle is a transition table. It drives the methods, the buttons a page
// shows, the tests and the diagram in docs/rules/states.md.
type Lifecycle[S, E ~string] struct {
	Name        string
	Start       S
	Transitions []Transition[S, E]
}

// Next returns the state that event leads to from state, and whether anybody
// may cause it there.
func (l Lifecycle[S, E]) Next(from S, event E) (S, bool) {
	for _, t := range l.Transitions {
		if t.From == from && t.Event == event {
			return t.To, true
		}
	}
	var none S
	return none, false
}

// Events returns what somebody in that role may do in that state, in the
// table's order.
func (l Lifecycle[S, E]) Events(from S, who NamingRole) []E {
	var events []E
	for _, t := range l.Transitions {
		if t.From == from && slices.Contains(t.Who, who) {
			events = append(events, t.Event)
		}
	}
	return events
}

// Mermaid returns the table as a state diagram.
func (l Lifecycle[S, E]) Mermaid() string {
	out := "stateDiagram-v2\n    [*] --> " + string(l.Start) + "\n"
	for _, t := range l.Transitions {
		by := ""
		for i, w := range t.Who {
			if i > 0 {
				by += ", "
			}
			by += string(w)
		}
		out += fmt.Sprintf("    %s --> %s: %s (%s)\n", t.From, t.To, t.Event, by)
	}
	return out
}
