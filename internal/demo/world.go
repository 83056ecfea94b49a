package demo

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/service"
	"countersign/internal/store"
)

// world is the demonstration while it is filled.
type world struct {
	ctx     context.Context
	service *service.Service
	store   *store.Store
	clock   *clock
	rng     *rand.Rand
	seed    int64
	library library
	now     time.Time        // when it is filled
	today   countersign.Date // the London day of now
	latest  time.Time        // nothing happened after: the last working day before today
	phc     string           // the hash of Password
	people  map[string]countersign.PersonID
	actors  map[string]authz.Actor
	events  []event           // that are to come, in the order of time
	month   countersign.Month // the next whose beginning keeps the one before
}

func newWorld(ctx context.Context, open Opener, now time.Time, o Options) (*world, error) {
	l, err := loadLibrary()
	if err != nil {
		return nil, err
	}
	today := countersign.LondonDate(now)
	w := &world{
		ctx: ctx, clock: &clock{at: now.UTC()}, rng: draws(o.Seed), seed: o.Seed, library: l, now: now, today: today,
		latest: moment(working(today.AddDays(-1)), 17*60+30),
		people: map[string]countersign.PersonID{}, actors: map[string]authz.Actor{}, month: countersign.MonthOf(today).Add(1 - pastMonths),
	}
	random := chance(o.Seed + 1)
	w.service, w.store, err = open(w.clock.now, identifiers(w.clock, random), io.Reader(random))
	return w, err
}

// working returns the day, or the last working day before it.
func working(d countersign.Date) countersign.Date {
	for {
		weekday := d.UTC().Weekday()
		christmas := d.Month == time.December && (d.Day == 25 || d.Day == 26)
		if weekday != time.Saturday && weekday != time.Sunday && !christmas && (d.Month != time.January || d.Day != 1) {
			return d
		}
		d = d.AddDays(-1)
	}
}

// ago returns the working day so many days before today, or just before it.
func (w *world) ago(days int) countersign.Date { return working(w.today.AddDays(-days)) }

// moment returns so many minutes after the London midnight that begins d.
func moment(d countersign.Date, minutes int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, minutes, 0, 0, countersign.London()).UTC()
}

// settle adds places and the people who work there.
func (w *world) settle() error {
	phc, err := password.Hash(w.ctx, Password)
	if err != nil {
		return err
	}
	w.phc = phc
	w.clock.set(moment(working(w.today.AddMonths(-30)), 9*60))
	for _, r := range regions {
		if err := w.settleRegion(r); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	for _, m := range []struct {
		name string
		role countersign.MemberRole
		at   string
	}{
		{"Dr Fiona MacAllister", countersign.NationalLead, "ENGLAND"},
		{"Tom Whitaker", countersign.Admin, "ENGLAND"},
		{"Professor Ingrid Sørensen", countersign.Verifier, "ENGLAND"},
		{"Bronwen Pryce", countersign.AssessorMember, "U70901"},
	} {
		if err := w.addMember(m.name, m.role, m.at); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) settleRegion(r region) error {
	places := []service.OrganisationInput{
		{Code: r.code, Name: r.name, Kind: countersign.Region, Parent: "ENGLAND"},
		{Code: r.hub.code, Name: r.hub.name, Kind: countersign.Hub, Parent: r.code},
	}
	for _, p := range r.pcns {
		places = append(places, service.OrganisationInput{Code: p.code, Name: p.name, Kind: countersign.PCN, Parent: r.hub.code})
	}
	for _, p := range r.practices {
		places = append(places, service.OrganisationInput{Code: p.code, Name: p.name, Kind: countersign.Practice, Parent: p.pcn})
	}
	for _, p := range places {
		w.clock.set(w.clock.now().Add(time.Minute))
		if _, err := w.service.AddOrganisation(w.ctx, w.service.Operator(), p); err != nil {
			return err
		}
	}
	if err := w.addMember(r.lead, countersign.RegionLead, r.code); err != nil {
		return err
	}
	if err := w.addMember(r.hubLead, countersign.HubLead, r.hub.code); err != nil {
		return err
	}
	for _, p := range r.practices {
		if err := w.addMember(p.manager, countersign.PracticeManager, p.code); err != nil {
			return err
		}
		if err := w.addMember(p.gp, countersign.GPSupervisorMember, p.code); err != nil {
			return err
		}
		if err := w.addMember(p.mentor, countersign.SecondaryMentorMember, p.code); err != nil {
			return err
		}
	}
	return nil
}

// registration returns a professional registration for roles that have one.
// The numbers are made up.
func (w *world) registration(r countersign.MemberRole) string {
	switch r {
	case countersign.GPSupervisorMember:
		return fmt.Sprintf("GMC 70%05d", w.rng.IntN(100_000))
	case countersign.SecondaryMentorMember, countersign.AssessorMember:
		return fmt.Sprintf("NMC %02dX%04dE", 10+w.rng.IntN(12), w.rng.IntN(10_000))
	}
	return ""
}

// addMember adds a person and gives them a role at a place.
func (w *world) addMember(name string, r countersign.MemberRole, at string) error {
	w.clock.set(w.clock.now().Add(time.Minute))
	if err := w.addPerson(name, w.registration(r)); err != nil {
		return err
	}
	_, err := w.service.AddMember(w.ctx, w.service.Operator(), service.MembershipInput{
		PersonInput: service.PersonInput{Email: email(name)}, Role: r, Organisation: at,
	})
	return err
}

// addPerson adds a person who can sign in at once, so that nobody is invited.
func (w *world) addPerson(name, registration string) error {
	address := email(name)
	if _, known := w.people[address]; known {
		return fmt.Errorf("there are two people called %s", name)
	}
	return w.store.Write(w.ctx, func(tx *store.Tx) error {
		p, err := tx.AddPerson(countersign.Person{
			Name: name, Email: address, Registration: registration, DailyDigest: !strings.HasPrefix(name, "Professor"),
		})
		if err != nil {
			return err
		}
		w.people[address] = p.ID
		return tx.SetPassword(p.ID, w.phc)
	})
}

// actor returns the person with that address, signed in.
func (w *world) actor(address string) (authz.Actor, error) {
	if a, ok := w.actors[address]; ok {
		return a, nil
	}
	id, ok := w.people[address]
	if !ok {
		return authz.Actor{}, fmt.Errorf("nobody has the address %s", address)
	}
	a, err := w.service.Actor(w.ctx, id, authz.Proof{Method: authz.ByPassword})
	if err == nil {
		w.actors[address] = a
	}
	return a, err
}
