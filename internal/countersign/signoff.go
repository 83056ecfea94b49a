package countersign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Decision is an assessor's judgement of a competency.
type Decision string

// The decisions.
const (
	Competent         Decision = "competent"
	NotYetCompetent   Decision = "not_yet_competent"
	DecisionWithdrawn Decision = "withdrawn"
)

// Title returns the decision's name; empty for an unknown one.
func (d Decision) Title() string {
	switch d {
	case Competent:
		return "Competent"
	case NotYetCompetent:
		return "Not yet competent"
	case DecisionWithdrawn:
		return "Decision withdrawn"
	}
	return ""
}

// Part is the part that a decision plays in its chain (RULES S3, S5, S6).
type Part string

// The parts.
const (
	FirstAssessment  Part = "assessment"
	Countersignature Part = "countersignature"
	Confirmation     Part = "confirmation" // the GP supervisor stands by it though evidence was withdrawn
	Withdrawal       Part = "withdrawal"
)

// Title returns the part's name; empty for an unknown one.
func (p Part) Title() string {
	switch p {
	case FirstAssessment:
		return "Assessment"
	case Countersignature:
		return "Countersignature"
	case Confirmation:
		return "Confirmation"
	case Withdrawal:
		return "Withdrawal"
	}
	return ""
}

// SecondPerson is what a decision awaits when its signer was the only person
// who judged (RULES S4).
const SecondPerson NamingRole = "second_person"

// SignOff is one decision, never changed once made. A later one supersedes it.
type SignOff struct {
	ID               SignOffID
	Apprenticeship   ApprenticeshipID
	Competency       string
	Decision         Decision
	Part             Part
	Awaits           NamingRole // whose countersignature is still needed; empty when none
	Level            string
	Comment          string
	Statement        string // what the signer was shown and signed
	Evidence         []Relied
	Assessor         PersonID
	AssessorName     string     // as it was
	AssessorRole     NamingRole // as it was
	Registration     string     // as it was
	Authentication   string     // how the signer had signed in
	FrameworkID      string
	FrameworkVersion string
	TextHash         string // of the competency's text
	SignedAt         time.Time
	Supersedes       SignOffID // the previous decision of the competency; empty for the first
	PreviousLeaf     string    // the apprenticeship's previous decision
	Leaf             string
	Canonical        string // what the leaf was made of: ids and salted hashes
	Salt             string
	Signature        string // what a passkey signed, as JSON; empty when none did
	Origin           string // address of the installation it was made in; empty for this one
}

// Relied is a piece of evidence as it was when a decision relied on it.
type Relied struct {
	Evidence EvidenceID
	Revision int
	Hash     string
	Title    string
	Counted  bool // false for a piece that was listed but doesn't carry the decision
}

// MadeElsewhere says where the decision was made; empty for one of this
// installation.
func (s SignOff) MadeElsewhere() string {
	if s.Origin == "" {
		return ""
	}
	return "made at " + s.Origin
}

// ShortLeaf returns the first 16 digits of the leaf, enough to find it by.
func (s SignOff) ShortLeaf() string { return s.Leaf[:min(len(s.Leaf), 16)] }

// ReliesOn reports whether the decision named the piece.
func (s SignOff) ReliesOn(id EvidenceID) bool {
	return slices.ContainsFunc(s.Evidence, func(r Relied) bool { return r.Evidence == id })
}

// Intent is a decision that somebody wants to make.
type Intent struct {
	Signer       PersonID
	Capacities   Capacities
	Decision     Decision // Competent or NotYetCompetent
	Level        string
	Comment      string
	Evidence     []EvidenceID // relied on, in the signer's order
	Countersigns SignOffID    // the decision meant to be countersigned; empty to let the rules find out
}

// Decide returns the decision that in makes of a, or why it can't be made
// (RULES S1-S4). The result lacks what the record adds: ids, names, hashes
// and time.
func (a Attainment) Decide(f Framework, in Intent) (SignOff, error) {
	role, err := a.maySign(f, in.Signer, in.Capacities)
	if err != nil {
		return SignOff{}, err
	}
	so := SignOff{
		Apprenticeship: a.Apprenticeship, Competency: a.Code, Decision: in.Decision, Part: FirstAssessment,
		Level: in.Level, Comment: strings.TrimSpace(in.Comment), Assessor: in.Signer, AssessorRole: role,
	}
	if head := a.Head(); head != nil {
		so.Supersedes = head.ID
	}
	switch in.Decision {
	case NotYetCompetent:
		return a.decideNotYet(f, so)
	case Competent:
		return a.decideCompetent(f, so, in)
	}
	return SignOff{}, InvalidField("decision", "Select competent or not yet competent")
}

func (a Attainment) maySign(f Framework, signer PersonID, caps Capacities) (NamingRole, error) {
	if signer == a.Apprentice {
		return "", Refuse(Forbidden, "You cannot sign off your own competency")
	}
	role, ok := caps.For(f, a.Domain)
	if !ok {
		return "", Refuse(Forbidden, fmt.Sprintf("You are not named to assess %s for this apprentice today", a.Code))
	}
	if a.Scope != ScopeIn {
		return "", Refuse(Conflict, fmt.Sprintf("%s is not in this apprentice's agreed scope", a.Code))
	}
	return role, nil
}

func (a Attainment) decideNotYet(f Framework, so SignOff) (SignOff, error) {
	if so.Comment == "" {
		return SignOff{}, InvalidField("comment", "Enter what the apprentice needs to do next")
	}
	if _, ok := f.Scale.Rank(so.Level); !ok && so.Level != "" {
		return SignOff{}, InvalidField("level", "Select a level of the scale")
	}
	return so, nil
}

func (a Attainment) decideCompetent(f Framework, so SignOff, in Intent) (SignOff, error) {
	var p Problems
	rank, ok := f.Scale.Rank(so.Level)
	threshold, _ := f.Scale.Rank(a.Threshold)
	switch {
	case !ok:
		p.Add("level", "Select the level reached")
	case rank < threshold:
		p.Add("level", fmt.Sprintf("Competent needs “%s” or higher", f.Scale.Level(a.Threshold).Title))
	}
	c := a.chain()
	if c.open != nil && c.open.Level == so.Level || in.Countersigns != "" {
		if err := p.Err(); err != nil {
			return SignOff{}, err
		}
		return a.countersign(f, c, so, in)
	}
	as := a.Assessment()
	if !as.Met() {
		p.Add("decision", "The requirement is not met yet. Still missing: "+lowerFirst(strings.Join(as.Missing, "; ")))
	}
	if c.done != nil && c.open == nil && c.done.Level == so.Level && !a.Expiring() && a.Status() == SignedOff && len(a.EvidenceWithdrawnSince()) == 0 {
		return SignOff{}, Refuse(Conflict, "This competency is already signed off at this level")
	}
	relied, others := a.rely(&p, as, in)
	if err := p.Err(); err != nil {
		return SignOff{}, err
	}
	so.Evidence = relied
	so.Awaits = f.awaits(so.AssessorRole, others)
	return so, nil
}

// rely turns the pieces named into those relied on, and reports whether
// somebody other than the signer accepted one that counts (RULES S2, S4).
func (a Attainment) rely(p *Problems, as Assessment, in Intent) (relied []Relied, others bool) {
	carries := false
	for i, id := range in.Evidence {
		at := slices.IndexFunc(a.Pieces, func(e Evidence) bool { return e.ID == id && e.Maps(a.Code) })
		if at < 0 || a.Pieces[at].State != Accepted || a.Pieces[at].Quarantined {
			p.Add(fmt.Sprintf("evidence.%d", i), "Select accepted evidence of this competency only")
			continue
		}
		e := a.Pieces[at]
		if slices.ContainsFunc(relied, func(r Relied) bool { return r.Evidence == id }) {
			continue
		}
		counts := slices.ContainsFunc(as.Counting, func(c Evidence) bool { return c.ID == id })
		relied = append(relied, Relied{Evidence: id, Revision: e.Revision, Title: e.Title, Counted: counts})
		if counts {
			carries = true
			others = others || e.AcceptedBy != in.Signer
		}
	}
	if !carries {
		p.Add("evidence", "Select at least one piece of evidence that counts")
	}
	return relied, others
}

// awaits returns whose countersignature a competent decision by somebody in
// that role still needs (RULES S3, S4).
func (f Framework) awaits(role NamingRole, othersJudged bool) NamingRole {
	switch {
	case role != f.Signing.Countersign:
		return f.Signing.Countersign
	case f.Signing.TwoPeople && !othersJudged:
		return SecondPerson
	}
	return ""
}

func (a Attainment) countersign(f Framework, c chain, so SignOff, in Intent) (SignOff, error) {
	open := c.open
	switch {
	case open == nil || (in.Countersigns != "" && in.Countersigns != open.ID):
		return SignOff{}, Refuse(Conflict, "There is no decision waiting for a countersignature any more")
	case open.Assessor == so.Assessor:
		return SignOff{}, Refuse(Forbidden, "You have signed this already. It waits for the countersignature of "+f.countersigner(open))
	case open.Awaits != SecondPerson && open.Awaits != so.AssessorRole:
		return SignOff{}, Refuse(Forbidden, "It waits for the countersignature of "+f.countersigner(open))
	case open.Level != so.Level:
		return SignOff{}, InvalidField("level", fmt.Sprintf("To countersign, select the level of the assessment: %s", f.Scale.Level(open.Level).Title))
	}
	so.Part = Countersignature
	so.Evidence = slices.Clone(open.Evidence)
	return so, nil
}

func (f Framework) countersigner(open *SignOff) string {
	if open.Awaits == SecondPerson {
		return "a second assessor"
	}
	return "the " + open.Awaits.Title()
}

// AwaitsOf returns whose countersignature a competent decision would still
// need if a person with those capacities made it now relying on every piece
// that counts, for the page to say so before signing (RULES S3).
func (a Attainment) AwaitsOf(f Framework, signer PersonID, caps Capacities) NamingRole {
	role, ok := caps.For(f, a.Domain)
	if !ok {
		return ""
	}
	if open := a.Open(); open != nil {
		return ""
	}
	others := slices.ContainsFunc(a.Assessment().Counting, func(e Evidence) bool { return e.AcceptedBy != signer })
	return f.awaits(role, others)
}

// Undo returns the withdrawal of the current decision (RULES S5): by its
// signer, the present GP supervisor or a hub lead, with a reason.
func (a Attainment) Undo(by PersonID, caps Capacities, hubLead bool, id SignOffID, reason string) (SignOff, error) {
	current := a.Current()
	if current == nil || current.ID != id {
		return SignOff{}, Refuse(Conflict, "A later decision has taken the place of this one")
	}
	so := SignOff{
		Apprenticeship: a.Apprenticeship, Competency: a.Code, Decision: DecisionWithdrawn, Part: Withdrawal,
		Comment: strings.TrimSpace(reason), Assessor: by, Supersedes: a.Head().ID,
	}
	switch {
	case by == a.Apprentice:
		return SignOff{}, Refuse(Forbidden, "You cannot withdraw a decision about your own competency")
	case caps.Has(GPSupervisor):
		so.AssessorRole = GPSupervisor
	case hubLead:
		so.AssessorRole = LeadOfHub
	case current.Assessor == by:
		so.AssessorRole = current.AssessorRole
	default:
		return SignOff{}, Refuse(Forbidden, "A decision can be withdrawn by its signer, the GP supervisor or a hub lead")
	}
	if so.Comment == "" {
		return SignOff{}, InvalidField("reason", "Enter why the decision is withdrawn")
	}
	return so, nil
}

// Confirm returns the GP supervisor's word that the standing decision holds
// though evidence was withdrawn since (RULES S6).
func (a Attainment) Confirm(by PersonID, caps Capacities, reason string) (SignOff, error) {
	gone, head := a.EvidenceWithdrawnSince(), a.Head()
	switch {
	case by == a.Apprentice:
		return SignOff{}, Refuse(Forbidden, "You cannot confirm a decision about your own competency")
	case !caps.Has(GPSupervisor):
		return SignOff{}, Refuse(Forbidden, "Only the GP supervisor can confirm a decision")
	case len(gone) == 0:
		return SignOff{}, Refuse(Conflict, "There is nothing to confirm any more")
	case strings.TrimSpace(reason) == "":
		return SignOff{}, InvalidField("reason", "Enter why the decision still stands")
	}
	standing := a.chain().standing()
	so := SignOff{
		Apprenticeship: a.Apprenticeship, Competency: a.Code, Decision: Competent, Part: Confirmation,
		Level: standing.Level, Awaits: standing.Awaits, Comment: strings.TrimSpace(reason), Assessor: by, AssessorRole: GPSupervisor,
		Supersedes: head.ID,
	}
	for _, r := range standing.Evidence {
		if !slices.ContainsFunc(gone, func(e Evidence) bool { return e.ID == r.Evidence }) {
			so.Evidence = append(so.Evidence, r)
		}
	}
	return so, nil
}

// Declaration returns the exact statement that a signer signs.
func Declaration(so SignOff, f Framework, c Competency, apprentice string) string {
	level := f.Scale.Level(so.Level).Title
	switch {
	case so.Part == Withdrawal:
		return fmt.Sprintf("I withdraw the decision on %s %s for %s, for the reason given.", c.Code, c.Title, apprentice)
	case so.Part == Confirmation:
		return fmt.Sprintf("I confirm that %s remains competent in %s %s at %s, though evidence has been withdrawn since.", apprentice, c.Code, c.Title, level)
	case so.Part == Countersignature:
		return fmt.Sprintf("I countersign the decision that %s is competent in %s %s at %s.", apprentice, c.Code, c.Title, level)
	case so.Decision == NotYetCompetent:
		return fmt.Sprintf("In my judgement %s is not yet competent in %s %s. I have said what to do next.", apprentice, c.Code, c.Title)
	}
	return fmt.Sprintf("In my judgement %s is competent in %s %s at %s, on the evidence listed.", apprentice, c.Code, c.Title, level)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
