package countersign

import (
	"slices"
	"time"
)

// Status is where one apprentice stands on one competency.
type Status string

// The statuses, in the order in which the first that applies is taken.
const (
	NotApplicable   Status = "not_applicable"
	Expired         Status = "expired"
	SignedOff       Status = "signed_off"
	Assessed        Status = "assessed"
	StatusNotYet    Status = "not_yet_competent"
	Ready           Status = "ready"
	InProgress      Status = "in_progress"
	NotStarted      Status = "not_started"
	renewalLeadDays        = 60 // RULES S8
)

// ScopeState says whether a competency is part of this apprenticeship.
type ScopeState string

// A core competency is always In. An optional one is proposed by the
// apprentice and agreed by the GP supervisor.
const (
	ScopeOut      ScopeState = "out"
	ScopeProposed ScopeState = "proposed"
	ScopeIn       ScopeState = "in"
)

// Attainment is everything known about one competency of one apprentice, and
// answers what it adds up to on day Today.
type Attainment struct {
	Competency
	Apprenticeship ApprenticeshipID
	Apprentice     PersonID
	Scope          ScopeState
	Pieces         []Evidence // all that are mapped to it, or that a decision relied on
	Decisions      []SignOff  // the whole chain, oldest first
	RecheckAt      time.Time  // decisions up to then were on another demand and don't count any more; zero for none
	Version        int        // changes whenever something it rests on does
	Today          Date
}

// WasCompetent reports whether the last word was that the apprentice is
// competent, even if that was on another demand and doesn't count any more.
func (a Attainment) WasCompetent() bool {
	n := len(a.Decisions)
	return n > 0 && a.Decisions[n-1].Decision == Competent
}

// chain is what the decisions add up to.
type chain struct {
	open      *SignOff   // competent, but waiting for a countersignature
	done      *SignOff   // the decision that made it signed off
	notYet    *SignOff   // the last word was "not yet competent"
	confirmed *SignOff   // the GP supervisor stood by it after evidence was withdrawn
	signed    []*SignOff // every decision that made it signed off and was not withdrawn, oldest first
}

func (a Attainment) chain() chain {
	var c chain
	for i := range a.Decisions {
		s := &a.Decisions[i]
		switch {
		case a.historic(s):
		case s.Decision == DecisionWithdrawn:
			c.withdraw()
		case s.Decision == NotYetCompetent:
			c = chain{notYet: s, signed: c.signed}
		case s.Part == Confirmation:
			c.confirmed = s
		case s.Awaits == "":
			c = chain{done: s, signed: append(c.signed, s)}
		default:
			if c.done == nil {
				c.confirmed = nil
			}
			c.open, c.notYet = s, nil
		}
	}
	return c
}

// historic reports whether a decision was made on another demand.
func (a Attainment) historic(s *SignOff) bool {
	return !a.RecheckAt.IsZero() && !s.SignedAt.After(a.RecheckAt)
}

// withdraw takes back the last decision. An assessment that waited leaves the
// sign-off that stood beneath it; a sign-off leaves nothing (RULES S5).
func (c *chain) withdraw() {
	switch {
	case c.open != nil:
		c.open = nil
	case c.done != nil:
		*c = chain{signed: c.signed[:len(c.signed)-1]}
	default:
		*c = chain{signed: c.signed}
	}
}

// standing returns the decision by which the competency is signed off, else
// the one that waits for a countersignature; nil when there is neither.
func (c chain) standing() *SignOff {
	if c.done != nil {
		return c.done
	}
	return c.open
}

// Head returns the last decision of the chain, nil before the first.
func (a Attainment) Head() *SignOff {
	if len(a.Decisions) == 0 {
		return nil
	}
	return &a.Decisions[len(a.Decisions)-1]
}

// Current returns the decision that a withdrawal would take back: the last one
// or, when that was a withdrawal itself, the sign-off that stands beneath it;
// nil when there is none that counts.
func (a Attainment) Current() *SignOff {
	head := a.Head()
	switch {
	case head == nil || a.historic(head):
		return nil
	case head.Decision != DecisionWithdrawn:
		return head
	}
	return a.Standing()
}

// Standing returns the decision by which the competency is signed off, nil if
// it isn't. It may have expired.
func (a Attainment) Standing() *SignOff { return a.chain().done }

// Open returns the decision that waits for a countersignature, nil if none.
func (a Attainment) Open() *SignOff { return a.chain().open }

// ExpiresOn returns the last day of the standing sign-off; zero when there is
// none or it doesn't expire (RULES S8).
func (a Attainment) ExpiresOn() Date {
	return a.expiryOf(a.chain().done)
}

func (a Attainment) expiryOf(done *SignOff) Date {
	if done == nil || a.RenewMonths == 0 {
		return Date{}
	}
	return LondonDate(done.SignedAt).AddMonths(a.RenewMonths)
}

// Expiring reports whether the sign-off still stands but ends within 60 days.
func (a Attainment) Expiring() bool {
	on := a.ExpiresOn()
	return !on.IsZero() && !a.Today.After(on) && !a.Today.Before(on.AddDays(-renewalLeadDays))
}

// Status returns where the apprentice stands.
func (a Attainment) Status() Status {
	c := a.chain()
	expires := a.ExpiresOn()
	switch {
	case a.Scope != ScopeIn:
		return NotApplicable
	case !expires.IsZero() && a.Today.After(expires):
		return Expired
	case c.done != nil:
		return SignedOff
	case c.open != nil:
		return Assessed
	case c.notYet != nil && a.firstAcceptedSince(c.notYet.SignedAt).IsZero():
		return StatusNotYet
	case a.Assessment().Met():
		return Ready
	case slices.ContainsFunc(a.Pieces, func(e Evidence) bool {
		return e.State != Withdrawn && e.Maps(a.Code)
	}):
		return InProgress
	}
	return NotStarted
}

// Level returns the level of the last standing competent decision, or of the
// last "not yet competent" one; empty when there is none.
func (a Attainment) Level() string {
	c := a.chain()
	for _, s := range []*SignOff{c.done, c.open, c.notYet} {
		if s != nil {
			return s.Level
		}
	}
	return ""
}

// Assessment holds the evidence against the requirement: of the next round if
// the competency has been signed off and expires, else of the only one.
func (a Attainment) Assessment() Assessment { return a.Assess(a.Pieces, a.roundAfter(), a.Today) }

// roundAfter returns the sign-off since which pieces must be fresh, nil when
// any may count (RULES S8). A new round begins on the first day on which the
// sign-off shows as expiring; until then what it was signed on counts.
func (a Attainment) roundAfter() *SignOff {
	c := a.chain()
	if a.RenewMonths == 0 || len(c.signed) == 0 {
		return nil
	}
	last := c.signed[len(c.signed)-1]
	if a.Today.Before(a.renewalFrom(last)) {
		return nil
	}
	return last
}

// renewalFrom returns the first day on which a sign-off shows as expiring.
func (a Attainment) renewalFrom(so *SignOff) Date {
	return a.expiryOf(so).AddDays(-renewalLeadDays)
}

// Missing returns in plain sentences what keeps the competency from being
// decided; empty when it is signed off for now, waits only for somebody to
// sign, or is out of scope.
func (a Attainment) Missing() []string {
	switch a.Status() {
	case NotApplicable, Assessed, Ready:
		return nil
	case SignedOff:
		if !a.Expiring() {
			return nil
		}
	}
	missing := a.Assessment().Missing
	if notYet := a.chain().notYet; len(missing) == 0 && notYet != nil { // what there was wasn't enough for whoever decided
		missing = []string{"New evidence: no piece was accepted since the decision of " + LondonDate(notYet.SignedAt).Long()}
	}
	return missing
}

// EvidenceWithdrawnSince returns the pieces that the standing decision relied
// on and that were withdrawn or hidden after it, unless the GP supervisor has
// confirmed it since (RULES S6).
func (a Attainment) EvidenceWithdrawnSince() []Evidence {
	c := a.chain()
	standing := c.standing()
	if standing == nil {
		return nil
	}
	since := standing.SignedAt
	if first := a.decision(standing.Supersedes); standing.Part == Countersignature && first != nil {
		since = first.SignedAt // a countersignature names the evidence of the decision that it follows
	}
	if c.confirmed != nil {
		since = c.confirmed.SignedAt
	}
	var gone []Evidence
	for _, e := range a.Pieces {
		if (e.State == Withdrawn || e.Quarantined) && e.WithdrawnAt.After(since) &&
			standing.ReliesOn(e.ID) {
			gone = append(gone, e)
		}
	}
	return gone
}

func (a Attainment) decision(id SignOffID) *SignOff {
	for i := range a.Decisions {
		if a.Decisions[i].ID == id {
			return &a.Decisions[i]
		}
	}
	return nil
}

// WaitingType is what a queue asks somebody to do.
type WaitingType string

// What can wait for somebody.
const (
	WaitReview      WaitingType = "review"
	WaitSignOff     WaitingType = "sign_off"
	WaitCountersign WaitingType = "countersign"
	WaitRenewal     WaitingType = "renewal"
	WaitConfirm     WaitingType = "confirm"
	WaitScope       WaitingType = "scope"
)

// Waiting returns what the competency waits for and since when it could first
// be acted on; an empty type when it waits for nobody.
func (a Attainment) Waiting() (WaitingType, time.Time) {
	if a.Scope == ScopeProposed {
		return WaitScope, time.Time{} // the store keeps when it was proposed
	}
	if a.Scope != ScopeIn {
		return "", time.Time{}
	}
	c := a.chain()
	if gone := a.EvidenceWithdrawnSince(); len(gone) > 0 {
		return WaitConfirm, gone[0].WithdrawnAt
	}
	if c.open != nil {
		return WaitCountersign, c.open.SignedAt
	}
	as := a.Assessment()
	switch status := a.Status(); {
	case status == Ready:
		since := as.MetAt
		if c.notYet != nil {
			since = latest(since, a.firstAcceptedSince(c.notYet.SignedAt))
		}
		if head := a.Head(); head != nil && head.Decision == DecisionWithdrawn {
			since = latest(since, head.SignedAt)
		}
		return WaitSignOff, since
	case (status == SignedOff && a.Expiring() || status == Expired) && as.Met():
		return WaitRenewal, latest(as.MetAt, a.ExpiresOn().AddDays(-renewalLeadDays).Start())
	}
	return "", time.Time{}
}

// firstAcceptedSince returns when the first piece mapped here was accepted
// after t; zero if none was.
func (a Attainment) firstAcceptedSince(t time.Time) time.Time {
	var first time.Time
	for _, e := range a.Pieces {
		if e.State == Accepted && e.Maps(a.Code) && e.DecidedAt.After(t) && (first.IsZero() || e.DecidedAt.Before(first)) {
			first = e.DecidedAt
		}
	}
	return first
}

func latest(t, u time.Time) time.Time {
	if u.After(t) {
		return u
	}
	return t
}

// RecountOn returns the next day after Today on which the passing of time
// alone may change Status or Waiting; zero if no day will.
func (a Attainment) RecountOn() Date {
	var next Date
	consider := func(d Date) {
		if !d.IsZero() && d.After(a.Today) && (next.IsZero() || d.Before(next)) {
			next = d
		}
	}
	if expires := a.ExpiresOn(); !expires.IsZero() {
		consider(expires.AddDays(1))
	}
	if c := a.chain(); a.RenewMonths > 0 && len(c.signed) > 0 {
		consider(a.renewalFrom(c.signed[len(c.signed)-1]))
	}
	consider(a.Assessment().AgesOn)
	return next
}

// Progress counts competencies in scope. Expired ones don't count as signed
// off.
type Progress struct {
	SignedOff     int
	InScope       int
	CoreSignedOff int
	Core          int
}

// Add counts a competency that has come to stand at status.
func (p *Progress) Add(core bool, status Status) {
	if status == NotApplicable {
		return
	}
	p.InScope++
	if core {
		p.Core++
	}
	if status != SignedOff {
		return
	}
	p.SignedOff++
	if core {
		p.CoreSignedOff++
	}
}

// Percent returns the share of competencies in scope that are signed off,
// rounded down, so that 100 means all.
func (p Progress) Percent() int {
	if p.InScope == 0 {
		return 0
	}
	return 100 * p.SignedOff / p.InScope
}

// Summary is what an attainment adds up to, without the evidence and the
// decisions themselves: what people who may see progress only are shown.
type Summary struct {
	Competency
	Scope        ScopeState
	Status       Status
	Level        string
	Pieces       int // mapped to it and not withdrawn
	Counting     int // of these, those that count now
	Missing      []string
	SignedOffAt  time.Time // when the standing sign-off was made; zero when there is none
	ExpiresOn    Date
	Expiring     bool
	Waiting      WaitingType
	WaitingSince time.Time
	Awaits       NamingRole // whose countersignature an open decision waits for
	OpenAssessor PersonID
	Version      int
}

// Summary adds the attainment up.
func (a Attainment) Summary() Summary {
	s := Summary{
		Competency: a.Competency, Scope: a.Scope, Status: a.Status(), Level: a.Level(), Missing: a.Missing(),
		Counting: len(a.Assessment().Counting), ExpiresOn: a.ExpiresOn(), Expiring: a.Expiring(), Version: a.Version,
	}
	s.Waiting, s.WaitingSince = a.Waiting()
	for _, e := range a.Pieces {
		if e.State != Withdrawn && e.Maps(a.Code) {
			s.Pieces++
		}
	}
	if done := a.Standing(); done != nil {
		s.SignedOffAt = done.SignedAt
	}
	if open := a.Open(); open != nil {
		s.Awaits, s.OpenAssessor = open.Awaits, open.Assessor
	}
	return s
}

// LastChange says in a sentence what last happened to what the competency
// rests on, for somebody whose page is out of date (RULES S7).
func (a Attainment) LastChange() string {
	var at time.Time
	say := "Something it rests on was changed"
	consider := func(t time.Time, sentence string) {
		if t.After(at) {
			at, say = t, sentence
		}
	}
	for _, e := range a.Pieces {
		if e.Revision == 0 {
			continue // a draft is its author's alone
		}
		title := "“" + e.Title + "”"
		if e.State == Returned {
			title = "A piece" // its title may be being changed
		}
		consider(e.SubmittedAt, title+" was submitted")
		consider(e.WithdrawnAt, title+" was withdrawn")
		if e.State == Accepted {
			consider(e.DecidedAt, title+" was accepted by "+e.AcceptedByName)
		} else {
			consider(e.DecidedAt, title+" was returned")
		}
	}
	for _, s := range a.Decisions {
		consider(s.SignedAt, s.AssessorName+" decided on it")
	}
	return say
}
