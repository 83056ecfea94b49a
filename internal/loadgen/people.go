package loadgen

import (
	"fmt"
	"strings"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Password is that of everybody whom Seed adds.
const Password = "countersign-seed"

// passwordPHC is the hash of Password, made once: each takes 60 ms.
const passwordPHC = "$argon2id$v=19$m=19456,t=2,p=1$0HN1+TP0yx0k/rwlYyDdnQ$Oo+jIn6kp2h4lhNfd4aAKYqDpASHWkBahBGhdyuxLZ4" //nolint:gosec // everybody is told it

// member is somebody who works at a place.
type member struct {
	countersign.Person
	speed float64 // days that they usually take to look at what waits
}

// member returns number n of those with a role at a place. The same ones are
// the same person.
func (w *world) member(role countersign.MemberRole, at string, n int) member {
	c := chanceOf(w.options.Seed, string(role)+" "+at, n)
	p := countersign.Person{
		ID: countersign.PersonID(c.id(w.founded)), Name: w.name(c), CreatedAt: w.founded, DailyDigest: c.one(3),
		Email: strings.ToLower(fmt.Sprintf("%s.%s.%d%s", role, at, n+1, store.BulkPeople)),
	}
	switch role {
	case countersign.GPSupervisorMember:
		p.Name, p.Registration = "Dr "+p.Name, fmt.Sprintf("GMC 70%05d", c.IntN(100_000))
	case countersign.SecondaryMentorMember:
		p.Registration = fmt.Sprintf("NMC %02dX%04dE", 10+c.IntN(12), c.IntN(10_000))
	}
	return member{p, c.around(4, 0.8)}
}

func (w *world) apprentice(number int, started time.Time) countersign.Person {
	c := chanceOf(w.options.Seed, "apprentice", number)
	return countersign.Person{
		ID: countersign.PersonID(c.id(started)), Name: w.name(c), CreatedAt: started,
		Email: fmt.Sprintf("apprentice.%d%s", number+1, store.BulkPeople),
	}
}

func (w *world) name(c chance) string { return pick(c, firstNames) + " " + pick(c, lastNames) }

// addPeople adds everybody whom the plans need, each once.
func (w *world) addPeople(to *store.BulkWriter, plans []plan) error {
	type post struct {
		role  countersign.MemberRole
		place place
		n     int
	}
	added := map[post]bool{}
	add := func(role countersign.MemberRole, at place, n int) error {
		if added[post{role, at, n}] {
			return nil
		}
		added[post{role, at, n}] = true
		m := w.member(role, at.code, n)
		return to.Person(m.Person, passwordPHC, w.membership(m.Person, role, at.id))
	}
	if err := add(countersign.NationalLead, w.england, 0); err != nil {
		return err
	}
	for _, p := range plans {
		practice := w.practices[p.practice]
		home := place{practice.id, practice.code}
		for _, a := range []post{
			{countersign.RegionLead, practice.region, 0}, {countersign.HubLead, practice.hub, 0}, {countersign.PracticeManager, home, 0},
			{countersign.GPSupervisorMember, home, p.gp}, {countersign.SecondaryMentorMember, home, p.mentor},
		} {
			if err := add(a.role, a.place, a.n); err != nil {
				return err
			}
		}
		person := w.apprentice(p.number, enrolled(p))
		if err := to.Person(person, passwordPHC, w.membership(person, countersign.ApprenticeMember, practice.id)); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) membership(p countersign.Person, role countersign.MemberRole, at countersign.OrganisationID) countersign.Membership {
	c := chanceOf(w.options.Seed, "membership "+string(p.ID), 0)
	return countersign.Membership{
		ID: countersign.MembershipID(c.id(p.CreatedAt)), Person: p.ID, Organisation: at, Role: role, From: countersign.LondonDate(p.CreatedAt),
	}
}

// enrolled is when an apprenticeship was entered: some days before it began.
func enrolled(p plan) time.Time {
	return noon(p.start).AddDate(0, 0, -10-p.number%9).Add(time.Duration(p.number%7200) * time.Second)
}
