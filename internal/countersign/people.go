package countersign

import (
	"slices"
	"time"
)

// Person is anybody with an account. A name is a name: it follows no format.
type Person struct {
	ID           PersonID
	Name         string
	Email        string // lower case
	Registration string // professional registration, such as "GMC 7012345"; may be empty
	DailyDigest  bool   // wants one mail a day when something waits
	HasPassword  bool   // false until the set-up link is used
	Origin       string // address of the installation that they are known from, where they have their account; empty for here
	Version      int
	CreatedAt    time.Time
}

// BrowserSession is that somebody is signed in with a browser.
type BrowserSession struct {
	ID         string // empty for one that began before there were any
	Person     PersonID
	Browser    string // in words, such as "Firefox on Windows"
	Method     string // by which they last proved who they are
	ProvedAt   time.Time
	SignedInAt time.Time
	LastSeenAt time.Time // to the minute
	ExpiresAt  time.Time // unless it is used until then
}

// Organisation is a place in the tree from England down to a practice.
type Organisation struct {
	ID      OrganisationID
	Code    string // ODS code where one exists
	Name    string
	Kind    OrganisationKind
	Parent  OrganisationID // empty at the top
	EndedOn Date           // zero while it is open
	// PeopleToRegion says that a training hub agrees that its region's lead sees
	// its people. They do once every open hub of the region agrees.
	PeopleToRegion bool
	Version        int
}

// OpenOn reports whether the organisation is open on that day, its last one
// included.
func (o Organisation) OpenOn(day Date) bool { return o.EndedOn.IsZero() || !o.EndedOn.Before(day) }

// Membership makes a person eligible for a role at an organisation. It is
// valid from From to To, both days included; a zero To is open-ended.
type Membership struct {
	ID           MembershipID
	Person       PersonID
	Organisation OrganisationID
	Role         MemberRole
	From, To     Date
}

// ValidOn reports whether the membership holds on that day.
func (m Membership) ValidOn(day Date) bool { return within(day, m.From, m.To) }

// Naming gives a person a right on one apprenticeship from From to To, both
// days included; a zero To is open-ended. Domains limits an assessor to the
// domains delegated; empty means all. Covers is the person stood in for while
// they are away; the stand-in has the same role.
type Naming struct {
	ID             NamingID
	Apprenticeship ApprenticeshipID
	Person         PersonID
	PersonName     string
	PersonEmail    string
	Role           NamingRole
	Domains        []string
	Covers         PersonID
	CoversName     string
	From, To       Date
	BriefingOn     Date // on which a GP supervisor or secondary mentor attended the mentor briefing
}

// Period returns the days of the naming in words.
func (n Naming) Period() string {
	switch {
	case n.From.IsZero() && n.To.IsZero():
		return "No dates recorded"
	case n.To.IsZero():
		return "From " + n.From.Long()
	case n.From.IsZero():
		return "Until " + n.To.Long()
	}
	return n.From.Long() + " to " + n.To.Long()
}

// ValidOn reports whether the naming holds on that day.
func (n Naming) ValidOn(day Date) bool { return within(day, n.From, n.To) }

// CoversDomain reports whether the naming reaches into that domain.
func (n Naming) CoversDomain(domain string) bool {
	return len(n.Domains) == 0 || slices.Contains(n.Domains, domain)
}

func within(day, from, to Date) bool {
	return !day.Before(from) && (to.IsZero() || !day.After(to))
}

// Capacity is what a person may act as on one apprenticeship at one moment:
// a naming that is valid today, or the management of its practice.
type Capacity struct {
	Role    NamingRole
	Domains []string // empty means all
}

// Capacities are everything a person may act as on one apprenticeship today.
type Capacities []Capacity

// Has reports whether the person acts in that role at all.
func (cs Capacities) Has(role NamingRole) bool {
	return slices.ContainsFunc(cs, func(c Capacity) bool { return c.Role == role })
}

// For returns the capacity in which the person would judge a competency of
// the domain, and whether there is one (RULES S1). The role that countersigns
// comes first, so that a GP supervisor who is also an assessor signs as the
// GP supervisor.
func (cs Capacities) For(f Framework, domain string) (NamingRole, bool) {
	var found NamingRole
	for _, c := range cs {
		if !f.MayAssess(c.Role, domain) || (len(c.Domains) > 0 && !slices.Contains(c.Domains, domain)) {
			continue
		}
		if c.Role == f.Signing.Countersign {
			return c.Role, true
		}
		if found == "" {
			found = c.Role
		}
	}
	return found, found != ""
}

// Judges reports whether the person may judge any competency of f.
func (cs Capacities) Judges(f Framework) bool {
	return slices.ContainsFunc(f.Domains, func(d Domain) bool {
		_, ok := cs.For(f, d.Code)
		return ok
	})
}
