package countersign

import (
	"slices"
	"strings"
)

// MoveBeneath moves a place, with everything beneath it, beneath another one
// from the day on. settled is the last day on which anything that the move
// concerns was moved: what was so before that day can't be changed any more.
func (o Organisation) MoveBeneath(parent Organisation, on, settled, today Date) (Organisation, error) {
	switch {
	case o.Kind == National:
		return o, InvalidField("parent", "The top of the tree cannot move")
	case !slices.Contains(o.Kind.Parents(), parent.Kind):
		return o, InvalidField("parent", "A "+strings.ToLower(o.Kind.Title())+" cannot stand beneath a "+strings.ToLower(parent.Kind.Title()))
	case parent.ID == o.Parent:
		return o, InvalidField("parent", o.Name+" is beneath "+parent.Name+" already")
	case !parent.OpenOn(today):
		return o, InvalidField("parent", parent.Name+" is closed")
	case on.IsZero():
		return o, InvalidField("on", "Enter the first day in the new place")
	case today.Before(on):
		return o, InvalidField("on", "The first day in the new place must be today or in the past. Come back on that day to move it")
	case on.Before(settled):
		return o, InvalidField("on", "The first day in the new place must be "+settled.Long()+" or later: on that day a place that this concerns was moved")
	}
	o.Parent = parent.ID
	return o, nil
}

// Stay is where a place was directly beneath another one, from From to To,
// both included. A zero From means since always, a zero To until now.
type Stay struct {
	Parent   Organisation
	From, To Date
}
