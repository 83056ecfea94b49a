package service

import (
	"context"
	"errors"
	"strconv"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// PlacesImport is how to import a file of the Organisation Data Service.
type PlacesImport struct {
	File     countersign.PlacesFile
	Try      bool           // find out what would happen, and change nothing
	Progress func(done int) // called with how many changes are made; may be nil
}

// errTried ends a transaction whose changes nobody wants.
var errTried = errors.New("it was only tried")

// ImportPlaces makes the tree what a file of the Organisation Data Service
// says: adds, renames, moves, closes and opens places, all in one transaction,
// so that one that was stopped has done nothing and can be run again. What it
// refuses is in the plan that it returns; the rest is done.
func (s *Service) ImportPlaces(ctx context.Context, actor authz.Actor, in PlacesImport) (countersign.PlacesPlan, error) {
	var plan countersign.PlacesPlan
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		top, err := s.placeFor(tx, actor, authz.ChangePlaces, "ENGLAND")
		if err != nil {
			return err
		}
		if in.File.On.IsZero() {
			in.File.On = tx.Today()
		}
		if tx.Today().Before(in.File.On) {
			return countersign.InvalidField("on", "The day from which moves count must be today or in the past")
		}
		tree, err := tx.Tree()
		if err != nil {
			return err
		}
		w := placesWork{tx: tx, actor: actor, in: in, places: map[string]countersign.Organisation{}}
		for _, o := range tree {
			w.places[o.Code] = o
		}
		w.plan = countersign.PlanPlaces(tree, in.File, tx.Today())
		if err := w.apply(); err != nil {
			return err
		}
		plan = w.plan
		if in.Try {
			return errTried
		}
		if len(plan.Changes) == 0 && len(plan.Refused) == 0 {
			return nil // a file that says what is here leaves no trace
		}
		return w.audit(top)
	})
	if errors.Is(err, errTried) {
		err = nil
	}
	return plan, err
}

// placesWork carries a plan out.
type placesWork struct {
	tx     *store.Tx
	actor  authz.Actor
	in     PlacesImport
	plan   countersign.PlacesPlan
	places map[string]countersign.Organisation // as they are, by code
	done   int
}

func (w *placesWork) progress(n int) {
	if w.done += n; w.in.Progress != nil {
		w.in.Progress(w.done)
	}
}

func (w *placesWork) apply() error {
	for _, kind := range []countersign.OrganisationKind{countersign.Region, countersign.Hub, countersign.Practice} { // from the top
		if err := w.add(kind); err != nil {
			return err
		}
	}
	var made []countersign.PlaceChange
	stuck := false // something couldn't be moved
	for _, c := range w.plan.Changes {
		refused, err := w.change(c, stuck)
		if err != nil {
			return err
		}
		if refused != "" {
			stuck = true
			w.plan.Refused = append(w.plan.Refused, countersign.FileLine{Line: c.Line, Says: refused})
			continue
		}
		made = append(made, c)
	}
	w.plan.Changes = made
	return nil
}

func (w *placesWork) add(kind countersign.OrganisationKind) error {
	var list []countersign.Organisation
	for _, c := range w.plan.Changes {
		if c.Event == countersign.PlaceAdded && c.Place.Kind == kind {
			c.Place.Parent = w.places[c.Parent].ID
			list = append(list, c.Place)
		}
	}
	added, err := w.tx.AddOrganisations(list)
	for _, o := range added {
		w.places[o.Code] = o
	}
	w.progress(len(added))
	return err
}

// change makes a change but an addition, or says why it can't be made. While
// something couldn't be moved, no hub is closed over it.
func (w *placesWork) change(c countersign.PlaceChange, stuck bool) (refused string, err error) {
	o := w.places[c.Place.Code]
	switch c.Event {
	case countersign.PlaceAdded:
		return "", nil
	case countersign.PlaceMoved:
		_, err = movePlace(w.tx, w.actor, &o, w.places[c.Parent], w.in.File.On)
		if countersign.KindOf(err) == countersign.Invalid {
			return o.Code + " was not moved to " + c.Parent + ": " + fieldMessage(err), nil
		}
	case countersign.PlaceRenamed:
		o.Name = c.Place.Name
		o, err = w.tx.ChangeOrganisation(o, o.Version)
	default:
		if stuck && o.Kind == countersign.Hub {
			return o.Code + " was not closed, as something could not be moved", nil
		}
		o.EndedOn = c.Place.EndedOn
		o, err = w.tx.ChangeOrganisation(o, o.Version)
	}
	w.places[o.Code] = o
	w.progress(1)
	return "", err
}

func fieldMessage(err error) string {
	if e := asError(err); e != nil && len(e.Fields) > 0 {
		return e.Fields[0].Message
	}
	return countersign.MessageOf(err)
}

// audit writes down the import with its sums, and each change.
func (w *placesWork) audit(top countersign.Organisation) error {
	sums := map[string]string{"refused": strconv.Itoa(len(w.plan.Refused)), "on": w.in.File.On.String()}
	count := map[countersign.PlaceEvent]int{}
	var events []store.AuditEvent
	for _, c := range w.plan.Changes {
		count[c.Event]++
		detail := map[string]string{"line": strconv.Itoa(c.Line)}
		action := "organisation.change"
		switch c.Event {
		case countersign.PlaceAdded:
			action = "organisation.add"
		case countersign.PlaceMoved:
			action = "organisation.move"
			detail["from"], detail["to"], detail["on"] = c.Was, c.Parent, w.in.File.On.String()
		default:
			detail["event"] = string(c.Event)
		}
		events = append(events, store.AuditEvent{Actor: w.actor.ID(), Job: w.actor.Job(), Action: action, Subject: c.Place.Code, Detail: detail})
	}
	for _, e := range countersign.PlaceEvents() {
		sums[string(e)] = strconv.Itoa(count[e])
	}
	return w.tx.AuditAll(append(events, store.AuditEvent{Actor: w.actor.ID(), Job: w.actor.Job(), Action: "organisation.import", Subject: top.Code, Detail: sums}))
}
