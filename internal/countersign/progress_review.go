package countersign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ProgressReviewID names a progress review.
type ProgressReviewID string

// ReviewParty is one of the three sides of a progress review.
type ReviewParty string

// The parties. The GP supervisor or the secondary mentor speaks for the
// employer, a lead of the training hub for the provider.
const (
	ApprenticeParty ReviewParty = "apprentice"
	EmployerParty   ReviewParty = "employer"
	ProviderParty   ReviewParty = "provider"
)

// ReviewParties returns the three, in the order in which they are shown.
func ReviewParties() []ReviewParty {
	return []ReviewParty{ApprenticeParty, EmployerParty, ProviderParty}
}

// Title returns the party for a heading.
func (p ReviewParty) Title() string {
	switch p {
	case ApprenticeParty:
		return "Apprentice"
	case EmployerParty:
		return "Employer"
	case ProviderParty:
		return "Training provider"
	}
	return string(p)
}

// PartyOf returns for whom somebody in that role speaks; empty for nobody.
func PartyOf(role NamingRole) ReviewParty {
	switch role {
	case TheApprentice:
		return ApprenticeParty
	case GPSupervisor, SecondaryMentor:
		return EmployerParty
	case LeadOfHub:
		return ProviderParty
	}
	return ""
}

// ProgressReviewState is where a progress review is in its life.
type ProgressReviewState string

// The states. A planned review is only a day by which it is due.
const (
	ReviewPlanned  ProgressReviewState = "planned"
	ReviewPrepared ProgressReviewState = "prepared" // the three write their parts
	ReviewSigning  ProgressReviewState = "signing"  // somebody has signed: what it says is fixed
	ReviewLocked   ProgressReviewState = "locked"   // all three have signed
)

// ProgressReviewEvent is something that happens to a progress review.
type ProgressReviewEvent string

// The events.
const (
	PrepareReview    ProgressReviewEvent = "prepare"
	WriteReview      ProgressReviewEvent = "write"
	SignReview       ProgressReviewEvent = "sign"
	SignReviewAsLast ProgressReviewEvent = "sign_as_last"
)

var reviewParties = []NamingRole{TheApprentice, GPSupervisor, SecondaryMentor, LeadOfHub}

// ProgressReviewLifecycle is the transition table of a progress review.
var ProgressReviewLifecycle = Lifecycle[ProgressReviewState, ProgressReviewEvent]{
	Name:  "Progress review",
	Start: ReviewPlanned,
	Transitions: []Transition[ProgressReviewState, ProgressReviewEvent]{
		{ReviewPlanned, PrepareReview, ReviewPrepared, []NamingRole{GPSupervisor, SecondaryMentor, ManagerOfPractice, LeadOfHub}},
		{ReviewPrepared, PrepareReview, ReviewPrepared, []NamingRole{GPSupervisor, SecondaryMentor, ManagerOfPractice, LeadOfHub}},
		{ReviewPrepared, WriteReview, ReviewPrepared, reviewParties},
		{ReviewPrepared, SignReview, ReviewSigning, reviewParties},
		{ReviewSigning, SignReview, ReviewSigning, reviewParties},
		{ReviewSigning, SignReviewAsLast, ReviewLocked, reviewParties},
	},
}

// NoExperience stands where a level of the scale could, in a skills scan and
// in the ratings of a review.
const NoExperience = "no_experience"

// LevelOrNone returns the title of a level, or the words for no experience.
func (s Scale) LevelOrNone(code string) string {
	if code == NoExperience {
		return "No experience yet"
	}
	return s.Level(code).Title
}

// rates reports whether code can be a rating.
func (s Scale) rates(code string) bool {
	_, ok := s.Rank(code)
	return ok || code == NoExperience
}

// ProgressReview is one of the regular reviews by the three parties. What it
// was prepared from is kept as it was found at that moment.
type ProgressReview struct {
	ID               ProgressReviewID
	Apprenticeship   ApprenticeshipID
	Number           int
	State            ProgressReviewState
	FrameworkID      string
	FrameworkVersion string
	Since            Date // the day of the review before, or the start
	DueOn            Date // zero where the programme asks for none
	HeldOn           Date // the day on which the three met
	Facts            ReviewFacts
	Ratings          []DomainRating
	Notes            map[ReviewParty]string
	Actions          []ReviewAction // those carried over first
	PreparedBy       PersonID
	PreparedByName   string
	PreparedAt       time.Time
	LockedAt         time.Time
	Signatures       []ReviewSignature // oldest first
	Version          int
}

// ReviewFacts is what the record said when the review was prepared.
type ReviewFacts struct {
	Submitted    int      // pieces of evidence since the review before
	Accepted     int      // of them or of earlier ones
	SignedOff    []string // codes of the competencies signed off since
	Progress     Progress
	PlannedEndOn Date
	Hours        *ReviewHours // nil while no hours are kept
}

// ReviewHours compares hours with the plan, in minutes.
type ReviewHours struct{ Minimum, Expected, Verified int }

// DomainRating is how the apprentice and the supervisor rate a domain: a level
// of the scale, NoExperience, or nothing yet.
type DomainRating struct {
	Domain     string
	Apprentice string
	Supervisor string
}

// ReviewAction is something agreed in a review. It is carried to the next one
// until it is done.
type ReviewAction struct {
	Text   string
	Owner  ReviewParty
	DueOn  Date
	DoneOn Date
	From   int // number of the review in which it was agreed
}

// ReviewSignature is one party's signature of what the review says.
type ReviewSignature struct {
	Party      ReviewParty
	Person     PersonID
	PersonName string // as it was
	Role       NamingRole
	Remark     string // the signer's own; no part of what is signed
	SHA256     string // of the content that was signed
	At         time.Time
}

// ReviewDue returns the day by which the review after one on that day is due:
// the last day of the month ReviewEveryMonths later (S38). Days on a break in
// between don't count. It is zero where the programme asks for no reviews.
func (p Programme) ReviewDue(last Date, breakDays int) Date {
	if p.ReviewEveryMonths == 0 {
		return Date{}
	}
	last = last.AddDays(breakDays)
	return On(last.Year, last.Month+time.Month(p.ReviewEveryMonths)+1, 0)
}

// DaysAwaySince counts the days of breaks of more than four weeks that are
// over and later than day.
func DaysAwaySince(day Date, breaks []Period) int {
	n := 0
	for _, b := range breaks {
		if b.To.IsZero() || b.From.DaysUntil(b.To)+1 < ShortestBreak {
			continue
		}
		from := b.From
		if !from.After(day) {
			from = day.AddDays(1)
		}
		n += max(0, from.DaysUntil(b.To)+1)
	}
	return n
}

// NextReview returns the day by which the next review is due, last being the
// day of the one before; zero if none is due: before the start is accepted,
// while on a break and after the end.
func (a Apprenticeship) NextReview(p Programme, last Date, breaks []Period) Date {
	if a.State != Active && a.State != ReferredBack {
		return Date{}
	}
	if last.IsZero() {
		last = a.StartOn
	}
	return p.ReviewDue(last, DaysAwaySince(last, breaks))
}

// do returns the state that event leads to for somebody in that role.
func (s ProgressReviewState) do(event ProgressReviewEvent, who NamingRole) (ProgressReviewState, error) {
	next, ok := ProgressReviewLifecycle.Next(s, event)
	switch {
	case !ok && s == ReviewLocked:
		return s, Refuse(Conflict, "All three have signed this review, so it cannot change any more")
	case !ok && s == ReviewSigning:
		return s, Refuse(Conflict, "Somebody has signed this review, so what it says cannot change any more")
	case !ok:
		return s, Refuse(Conflict, "This review has not been prepared yet")
	case !slices.Contains(ProgressReviewLifecycle.Events(s, who), event):
		return s, Refuse(Forbidden, "You are none of the three parties of this review")
	}
	return next, nil
}

// Prepare fills a review with what the record says now. It can be done again
// until somebody signs; what people wrote stays. before is the review before
// it, the zero ProgressReview for the first, whose open actions are carried
// over.
func (r ProgressReview) Prepare(f Framework, facts ReviewFacts, before ProgressReview, who NamingRole) (ProgressReview, error) {
	state := r.State
	if state == "" {
		state = ReviewPlanned
	}
	next, err := state.do(PrepareReview, who)
	if err != nil {
		return r, err
	}
	if state == ReviewPlanned {
		for _, d := range f.Domains {
			r.Ratings = append(r.Ratings, DomainRating{Domain: d.Code})
		}
		for _, a := range before.Actions {
			if a.DoneOn.IsZero() {
				r.Actions = append(r.Actions, a)
			}
		}
		r.FrameworkID, r.FrameworkVersion = f.ID, f.Version
	}
	r.State, r.Facts = next, facts
	return r, nil
}

// ReviewPart is what one party writes: their notes, their ratings by domain,
// and what the three share: the day and the actions.
type ReviewPart struct {
	HeldOn  Date
	Notes   string
	Ratings map[string]string
	Actions []ReviewAction // those carried over first, in their order
}

// Write puts in what somebody in that role wrote. The apprentice rates
// themselves, the employer's side rates the apprentice, the provider rates
// nobody. f is the framework version of the review.
func (r ProgressReview) Write(f Framework, part ReviewPart, who NamingRole, today Date) (ProgressReview, error) {
	next, err := r.State.do(WriteReview, who)
	if err != nil {
		return r, err
	}
	var p Problems
	party := PartyOf(who)
	switch {
	case part.HeldOn.IsZero():
	case part.HeldOn.After(today):
		p.Add("held_on", "The day of the review must be today or in the past")
	case part.HeldOn.Before(r.Since):
		p.Add("held_on", "The day of the review must not be before "+r.Since.Long())
	}
	r.Ratings = slices.Clone(r.Ratings)
	for domain, level := range part.Ratings {
		i := slices.IndexFunc(r.Ratings, func(d DomainRating) bool { return d.Domain == domain })
		switch field := "ratings." + domain; {
		case i < 0:
			p.Add(field, "This framework has no such domain")
		case level != "" && !f.Scale.rates(level):
			p.Add(field, "Select a level of the scale")
		case party == ApprenticeParty:
			r.Ratings[i].Apprentice = level
		case party == EmployerParty:
			r.Ratings[i].Supervisor = level
		default:
			p.Add(field, "Only the apprentice and the employer rate")
		}
	}
	notes := map[ReviewParty]string{party: strings.TrimSpace(part.Notes)}
	for _, other := range ReviewParties() {
		if other != party {
			notes[other] = r.Notes[other]
		}
	}
	r.State, r.HeldOn, r.Notes = next, part.HeldOn, notes
	r.Actions = r.writeActions(&p, part.Actions, today)
	return r, p.Err()
}

// writeActions keeps what was agreed in earlier reviews as it is: only its
// dates can change, so that nothing disappears before it is done.
func (r ProgressReview) writeActions(p *Problems, in []ReviewAction, today Date) []ReviewAction {
	var out []ReviewAction
	for i, a := range in {
		field := fmt.Sprintf("actions.%d.", i)
		if i < len(r.Actions) && r.Actions[i].From < r.Number {
			carried := r.Actions[i]
			a.Text, a.Owner, a.From = carried.Text, carried.Owner, carried.From
		} else {
			a.Text, a.From = strings.TrimSpace(a.Text), r.Number
		}
		if a.Text == "" {
			p.Add(field+"text", "Enter what is to be done")
		}
		if !slices.Contains(ReviewParties(), a.Owner) {
			p.Add(field+"owner", "Select who does it")
		}
		if a.DueOn.IsZero() {
			p.Add(field+"due_on", "Enter the day by which it is to be done")
		}
		if a.DoneOn.After(today) {
			p.Add(field+"done_on", "The day on which it was done must be today or in the past")
		}
		out = append(out, a)
	}
	for i := len(in); i < len(r.Actions); i++ {
		if r.Actions[i].From < r.Number {
			p.Add("actions", "An action of an earlier review stays until it is done")
			break
		}
	}
	return out
}

// Carried returns how many of the actions come from earlier reviews.
func (r ProgressReview) Carried() int {
	n := 0
	for _, a := range r.Actions {
		if a.From < r.Number {
			n++
		}
	}
	return n
}

// SignedBy returns the signature of a party, and whether there is one.
func (r ProgressReview) SignedBy(party ReviewParty) (ReviewSignature, bool) {
	i := slices.IndexFunc(r.Signatures, func(s ReviewSignature) bool { return s.Party == party })
	if i < 0 {
		return ReviewSignature{}, false
	}
	return r.Signatures[i], true
}

// Unsigned returns the parties that have still to sign.
func (r ProgressReview) Unsigned() []ReviewParty {
	return slices.DeleteFunc(ReviewParties(), func(p ReviewParty) bool {
		_, signed := r.SignedBy(p)
		return signed
	})
}

// Sign adds a party's signature of what the review says, whose hash is
// content. seen is the hash of what the signer saw. Everybody signs the same,
// once, for one party.
func (r ProgressReview) Sign(content, seen, remark string, by PersonID, who NamingRole, at time.Time) (ProgressReview, ReviewSignature, error) {
	s := ReviewSignature{Party: PartyOf(who), Person: by, Role: who, Remark: strings.TrimSpace(remark), SHA256: content, At: at}
	event := SignReview
	if len(r.Unsigned()) == 1 {
		event = SignReviewAsLast
	}
	next, err := r.State.do(event, who)
	if err != nil {
		return r, s, err
	}
	if _, signed := r.SignedBy(s.Party); signed {
		return r, s, Refuse(Conflict, "The "+strings.ToLower(s.Party.Title())+" has signed this review already")
	}
	if slices.ContainsFunc(r.Signatures, func(o ReviewSignature) bool { return o.Person == by }) {
		return r, s, Refuse(Conflict, "You have signed this review already")
	}
	if err := r.complete(); err != nil {
		return r, s, err
	}
	if seen != content {
		return r, s, Refuse(Conflict, "This review was changed since you opened it. Read it again before you sign")
	}
	r.State = next
	if next == ReviewLocked {
		r.LockedAt = at
	}
	r.Signatures = append(slices.Clone(r.Signatures), s)
	return r, s, nil
}

// complete says what is missing before anybody can sign.
func (r ProgressReview) complete() error {
	var p Problems
	if r.HeldOn.IsZero() {
		p.Add("held_on", "Enter the day of the review before you sign")
	}
	for _, d := range r.Ratings {
		if d.Apprentice == "" {
			p.Add("ratings", "The apprentice has not rated every domain yet")
			break
		}
	}
	for _, d := range r.Ratings {
		if d.Supervisor == "" {
			p.Add("ratings", "The employer has not rated every domain yet")
			break
		}
	}
	return p.Err()
}
