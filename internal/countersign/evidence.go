package countersign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// EvidenceState is where a piece is in its life (RULES E2).
type EvidenceState string

// The states of a piece.
const (
	Draft     EvidenceState = "draft"
	Submitted EvidenceState = "submitted"
	Returned  EvidenceState = "returned"
	Accepted  EvidenceState = "accepted"
	Withdrawn EvidenceState = "withdrawn"
)

// EvidenceStates returns every state, in the order of a piece's life.
func EvidenceStates() []EvidenceState {
	return []EvidenceState{Draft, Submitted, Returned, Accepted, Withdrawn}
}

// EvidenceEvent is something that happens to a piece.
type EvidenceEvent string

// The events of a piece.
const (
	Submit         EvidenceEvent = "submit"
	Record         EvidenceEvent = "record" // an assessor submits what they saw (RULES E3)
	Accept         EvidenceEvent = "accept"
	Return         EvidenceEvent = "return"
	Withdraw       EvidenceEvent = "withdraw"
	ReportEvidence EvidenceEvent = "report" // as holding a patient's data, see report.go
)

var assessors = []NamingRole{GPSupervisor, SecondaryMentor, Assessor, ManagerOfPractice}

var reporters = append([]NamingRole{TheApprentice, NamedVerifier}, assessors...)

// EvidenceLifecycle is the transition table of a piece (RULES E2, E3).
var EvidenceLifecycle = Lifecycle[EvidenceState, EvidenceEvent]{
	Name:  "Evidence",
	Start: Draft,
	Transitions: []Transition[EvidenceState, EvidenceEvent]{
		{Draft, Submit, Submitted, []NamingRole{TheApprentice}},
		{Draft, Record, Accepted, assessors},
		{Returned, Submit, Submitted, []NamingRole{TheApprentice}},
		{Returned, Record, Accepted, assessors}, // one that was reported
		{Submitted, Accept, Accepted, assessors},
		{Submitted, Return, Returned, assessors},
		{Draft, Withdraw, Withdrawn, []NamingRole{TheApprentice}},
		{Submitted, Withdraw, Withdrawn, []NamingRole{TheApprentice}},
		{Returned, Withdraw, Withdrawn, []NamingRole{TheApprentice}},
		{Accepted, Withdraw, Withdrawn, []NamingRole{TheApprentice}},
		{Submitted, ReportEvidence, Returned, reporters},
		{Returned, ReportEvidence, Returned, reporters},
		{Accepted, ReportEvidence, Returned, reporters},
		{Withdrawn, ReportEvidence, Returned, reporters},
	},
}

// Mapping says that a piece is evidence for a competency, and why.
type Mapping struct {
	Competency    string
	Justification string
}

// Content is what the author of a piece writes. It holds no field for a
// patient, and never will.
type Content struct {
	Kind          EvidenceKind
	Title         string
	OccurredOn    Date
	Narrative     string
	Reflection    string
	Details       map[string]string // the kind's own short fields, see DetailFields
	ObservedBy    PersonID          // the observer named, for observable kinds
	Entries       int               // how many procedures a procedure log counts
	Anonymised    bool              // the author has confirmed that no patient can be identified
	PriorLearning bool              // happened before the apprenticeship (RULES E7)
	Mapping       []Mapping
}

// Attachment is a file that belongs to a piece. SHA256 and Size are of the
// content as kept, after camera metadata was removed.
type Attachment struct {
	ID        AttachmentID
	Evidence  EvidenceID
	Name      string
	MediaType string
	Size      int64
	SHA256    string
	Width     int // pixels; 0 unless an image
	Height    int
	Rendition Rendition // zero unless an image
	AddedAt   time.Time
	Unchecked bool // it has yet to be checked for viruses, and nobody opens it until then
}

// TypeTitle returns the media type in words, or the type itself when it is
// none of those that are taken in.
func (a Attachment) TypeTitle() string {
	switch a.MediaType {
	case "application/pdf":
		return "PDF"
	case "image/jpeg":
		return "JPEG picture"
	case "image/png":
		return "PNG picture"
	case "text/plain":
		return "Plain text"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return "Word document"
	}
	return a.MediaType
}

// Rendition is the smaller JPEG of an image, for the portfolio.
type Rendition struct {
	SHA256 string
	Size   int64
	Width  int
	Height int
}

// MaxAttachments is how many files a piece may have.
const MaxAttachments = 10

// Evidence is one piece of work-based evidence with its latest content.
type Evidence struct {
	ID             EvidenceID
	Apprenticeship ApprenticeshipID
	Apprentice     PersonID
	RecordedBy     PersonID // an assessor, when recorded for the apprentice (RULES E3); else empty
	RecordedByName string
	ObservedByName string
	Content
	State          EvidenceState
	Revision       int // number of the latest submitted revision; 0 before the first
	AcceptedBy     PersonID
	AcceptedByName string
	DecidedAt      time.Time // when last accepted or returned
	SubmittedAt    time.Time
	ReadAt         time.Time // when the apprentice confirmed having read a recorded piece
	ReadComment    string
	WithdrawnAt    time.Time
	WithdrawReason string
	Quarantined    bool
	Hidden         bool    // from whoever asked, who gets nothing that anybody wrote
	Report         *Report // that is open; nil for those from whom the piece is hidden
	Origin         *Origin // where it was accepted before; nil unless it was copied from there
	Attachments    []Attachment
	Version        int
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Revision is a submitted content, frozen (RULES E2). Hash covers all of it.
type Revision struct {
	Evidence       EvidenceID
	Number         int
	Content        Content
	ObservedByName string
	Attachments    []Attachment
	Hash           string
	SubmittedBy    PersonID
	SubmittedAt    time.Time
	DestroyedAt    time.Time // when its content was destroyed; zero while it is there
}

// Review is an assessor's judgement of one revision.
type Review struct {
	ID           ReviewID
	Evidence     EvidenceID
	Revision     int
	Reviewer     PersonID
	ReviewerName string
	Role         NamingRole // as it was
	Decision     ReviewDecision
	Comment      string
	Added        []string // competencies the reviewer added to the mapping
	Removed      []string // competencies the reviewer took out
	At           time.Time
}

// ReviewDecision is what a reviewer decides.
type ReviewDecision string

// The decisions of a review.
const (
	AcceptEvidence ReviewDecision = "accept"
	ReturnEvidence ReviewDecision = "return"
)

// Author returns who wrote the piece.
func (e Evidence) Author() PersonID {
	if e.RecordedBy != "" {
		return e.RecordedBy
	}
	return e.Apprentice
}

// Maps reports whether the piece is mapped to the competency.
func (e Evidence) Maps(code string) bool {
	return slices.ContainsFunc(e.Mapping, func(m Mapping) bool { return m.Competency == code })
}

// Editable reports whether its author may still change the content: a draft,
// or a piece that came back.
func (e Evidence) Editable() bool { return e.State == Draft || e.State == Returned }

// Rewriting reports whether the content may differ from what was submitted
// last: the piece came back, and its author may be changing it.
func (e Evidence) Rewriting() bool {
	return e.Revision > 0 && (e.State == Returned || e.State == Withdrawn && e.AcceptedBy == "")
}

// AsSubmitted returns the piece with the content of its revision r and those of
// its files that are still there: what everybody but its author reads of a
// piece that is being rewritten.
func (e Evidence) AsSubmitted(r Revision) Evidence {
	if e.Hidden {
		return e
	}
	there := e.Attachments
	e.Content, e.ObservedByName, e.Attachments = r.Content, r.ObservedByName, nil
	for _, a := range r.Attachments {
		if slices.ContainsFunc(there, func(t Attachment) bool { return t.ID == a.ID }) {
			e.Attachments = append(e.Attachments, a)
		}
	}
	return e
}

// WithoutText returns the piece as somebody sees it who reads progress alone:
// what the rules ask for, and nothing that anybody wrote.
func (e Evidence) WithoutText() Evidence {
	e.Content = Content{
		Kind: e.Kind, OccurredOn: e.OccurredOn, ObservedBy: e.ObservedBy, Entries: e.Entries,
		Anonymised: e.Anonymised, PriorLearning: e.PriorLearning, Mapping: slices.Clone(e.Mapping),
	}
	for i := range e.Mapping {
		e.Mapping[i].Justification = ""
	}
	e.ReadComment, e.WithdrawReason, e.Attachments, e.Origin = "", "", nil, nil
	return e
}

// Hide returns the piece as those get it from whom a report hides it.
func (e Evidence) Hide() Evidence {
	hidden := e.WithoutText()
	hidden.Title, hidden.Hidden, hidden.Report = "Hidden while a report is looked into", true, nil
	return hidden
}

// Observed reports whether the piece counts as directly observed (RULES E6):
// an observable kind that the observer recorded, or that the person it names
// as observer accepted.
func (e Evidence) Observed() bool {
	if !e.Kind.Observable() {
		return false
	}
	return e.RecordedBy != "" || (e.ObservedBy != "" && e.ObservedBy == e.AcceptedBy)
}

// CountsFor reports whether the piece counts for competency c (RULES E5), and
// if not, why not in a plain sentence for the apprentice.
func (e Evidence) CountsFor(c Competency) (bool, string) {
	switch {
	case !e.Maps(c.Code):
		return false, "It is not mapped to this competency"
	case !slices.Contains(c.Evidence, e.Kind):
		return false, upperFirst(e.Kind.Phrase()) + plural(e.Kind) + " count for this competency"
	case e.State == Withdrawn:
		return false, "It was withdrawn"
	case e.Quarantined:
		return false, "It is hidden while a report about it is looked into"
	case e.State != Accepted:
		return false, "It has not been accepted yet"
	}
	return true, ""
}

func plural(k EvidenceKind) string {
	if k == Questioning {
		return " don't"
	}
	return " doesn't"
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Do returns the state that event leads to. It fails with Conflict when the
// piece is in a state in which that can't happen any more.
func (e Evidence) Do(event EvidenceEvent) (EvidenceState, error) {
	next, ok := EvidenceLifecycle.Next(e.State, event)
	if !ok {
		return e.State, Refuse(Conflict, fmt.Sprintf("This piece is %s now, so you cannot %s it", e.State, event))
	}
	return next, nil
}

// CheckContent reports everything that stops the content from being submitted
// in framework f on day today, for an apprenticeship that began on start.
// Drafts may hold anything that Content's sizes allow.
func (c Content) CheckContent(f Framework, start, today Date) error {
	var p Problems
	if !c.Kind.Valid() {
		p.Add("kind", "Select what kind of evidence this is")
	}
	if strings.TrimSpace(c.Title) == "" {
		p.Add("title", "Enter a title")
	}
	c.checkDay(&p, start, today)
	if strings.TrimSpace(c.Narrative) == "" {
		p.Add("narrative", "Enter what was done")
	}
	for _, d := range DetailFields(c.Kind) {
		if d.Required && strings.TrimSpace(c.Details[d.Name]) == "" {
			p.Add("details."+d.Name, d.Missing)
		}
	}
	if c.Kind == ReflectiveAccount && strings.TrimSpace(c.Reflection) == "" {
		p.Add("reflection", "Enter your reflection: what you learnt and what you will do differently")
	}
	if c.Kind == ProcedureLog && c.Entries < 1 {
		p.Add("entries", "Enter how many procedures this log counts")
	}
	if c.Kind != ProcedureLog && c.Entries != 0 {
		p.Add("entries", "Only a procedure log counts entries")
	}
	if len(c.Mapping) == 0 {
		p.Add("competencies", "Select at least one competency")
	}
	c.checkMapping(&p, f)
	if !c.Anonymised {
		p.Add("anonymised", "Confirm that no patient can be identified from this piece")
	}
	return p.Err()
}

// CheckFiles refuses to submit a piece with a file that has yet to be checked
// for viruses: what is submitted can be read by others.
func (e Evidence) CheckFiles() error {
	for _, a := range e.Attachments {
		if a.Unchecked {
			return InvalidField("file", a.Name+" is still being checked for viruses. Your piece is saved. Submit it in a few minutes, or remove the file")
		}
	}
	return nil
}

// CheckDraft reports what can't be kept even in a draft: unknown words and
// dates that could never be right.
func (c Content) CheckDraft(f Framework, start, today Date) error {
	var p Problems
	if !c.Kind.Valid() {
		p.Add("kind", "Select what kind of evidence this is")
	}
	if !c.OccurredOn.IsZero() {
		c.checkDay(&p, start, today)
	}
	if c.Entries < 0 || c.Entries > 1000 {
		p.Add("entries", "The number of procedures must be between 1 and 1,000")
	}
	c.checkMapping(&p, f)
	return p.Err()
}

func (c Content) checkDay(p *Problems, start, today Date) {
	switch {
	case c.OccurredOn.IsZero():
		p.Add("occurred_on", "Enter the date of the activity")
	case c.OccurredOn.After(today):
		p.Add("occurred_on", "The date of the activity must be today or in the past")
	case c.OccurredOn.Before(start) && !c.PriorLearning:
		p.Add("occurred_on", "The date is before the apprenticeship started. Mark it as prior learning, or correct the date")
	}
}

func (c Content) checkMapping(p *Problems, f Framework) {
	seen := map[string]bool{}
	for i, m := range c.Mapping {
		field := fmt.Sprintf("competencies.%d.", i)
		if _, ok := f.Competency(m.Competency); !ok {
			p.Add(field+"code", fmt.Sprintf("%q is not a competency of this framework", m.Competency))
		} else if seen[m.Competency] {
			p.Add(field+"code", m.Competency+" is selected twice")
		}
		seen[m.Competency] = true
	}
}

// Reviewers returns those of the namings, which hold today, whose persons may
// review the piece with the mapping that it has: who it waits for. Each person
// is returned once.
func (e Evidence) Reviewers(f Framework, namings []Naming) []Naming {
	return namedWho(namings, func(p PersonID, caps Capacities) bool {
		return e.CheckReview(f, p, caps, e.Mapping) == nil
	})
}

// namedWho returns the first naming of each person of whom may is true.
func namedWho(namings []Naming, may func(PersonID, Capacities) bool) []Naming {
	caps := map[PersonID]Capacities{}
	for _, n := range namings {
		if n.Role != NamedVerifier {
			caps[n.Person] = append(caps[n.Person], Capacity{Role: n.Role, Domains: n.Domains})
		}
	}
	var out []Naming
	for _, n := range namings {
		if cs := caps[n.Person]; len(cs) > 0 && may(n.Person, cs) {
			out = append(out, n)
			delete(caps, n.Person)
		}
	}
	return out
}

// CheckReview reports whether somebody with those capacities may review the
// piece with the mapping left (RULES E4).
func (e Evidence) CheckReview(f Framework, reviewer PersonID, caps Capacities, left []Mapping) error {
	if reviewer == e.Apprentice {
		return Refuse(Forbidden, "You cannot review your own evidence")
	}
	var refused []string
	for _, m := range left {
		c, ok := f.Competency(m.Competency)
		if !ok {
			return InvalidField("competencies", fmt.Sprintf("%q is not a competency of this framework", m.Competency))
		}
		if _, ok := caps.For(f, c.Domain); !ok {
			refused = append(refused, c.Code)
		}
	}
	if len(refused) > 0 {
		return Refuse(Forbidden, "You are not named to assess "+strings.Join(refused, ", ")+" for this apprentice today")
	}
	return nil
}

// Done reports whether nobody has to act on the piece any more: it was
// accepted or withdrawn.
func (e Evidence) Done() bool { return e.State == Accepted || e.State == Withdrawn }
