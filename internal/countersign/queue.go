package countersign

import "time"

// QueueItem is one thing that waits for somebody.
type QueueItem struct {
	Type             WaitingType
	Since            time.Time
	Apprenticeship   ApprenticeshipID
	Apprentice       PersonID
	ApprenticeName   string
	PracticeName     string
	FrameworkID      string
	FrameworkVersion string
	Evidence         EvidenceID // review: the piece
	EvidenceTitle    string
	EvidenceKind     EvidenceKind
	ObservedBy       PersonID
	Mapping          []string // review: the competencies it is mapped to
	Competency       string   // all but review
	Version          int      // of the competency, or of the piece
	Awaits           NamingRole
	OpenAssessor     PersonID // countersign: who signed first
	OpenAssessorName string   // as it was
	OpenLevel        string   // countersign: the level that was signed
	// WouldAwait is whose countersignature a competent decision would still
	// need if the person whose queue it is made it now, relying on every piece
	// that counts.
	WouldAwait NamingRole
}

// ActionableBy reports whether a person with those capacities on the item's
// apprenticeship could act on it (RULES Queue).
func (q QueueItem) ActionableBy(f Framework, person PersonID, caps Capacities) bool {
	if person == q.Apprentice {
		return false
	}
	if q.Type == WaitReview {
		for _, code := range q.Mapping {
			c, ok := f.Competency(code)
			if !ok {
				continue
			}
			if _, ok := caps.For(f, c.Domain); !ok {
				return false
			}
		}
		return len(caps) > 0
	}
	c, _ := f.Competency(q.Competency)
	role, judges := caps.For(f, c.Domain)
	switch q.Type {
	case WaitScope, WaitConfirm:
		return caps.Has(GPSupervisor)
	case WaitSignOff, WaitRenewal:
		return judges
	case WaitCountersign:
		return judges && person != q.OpenAssessor && (q.Awaits == SecondPerson || q.Awaits == role)
	}
	return false
}

// WaitsFor returns those of the namings, which hold today, whose persons could
// act on the item. Each person is returned once.
func (q QueueItem) WaitsFor(f Framework, namings []Naming) []Naming {
	return namedWho(namings, func(p PersonID, caps Capacities) bool { return q.ActionableBy(f, p, caps) })
}

// Item returns what the summary waits for as a queue holds it; ok is false when
// it waits for nobody.
func (s Summary) Item(apprentice PersonID) (q QueueItem, ok bool) {
	return QueueItem{
		Type: s.Waiting, Since: s.WaitingSince, Apprentice: apprentice, Competency: s.Code, Version: s.Version,
		Awaits: s.Awaits, OpenAssessor: s.OpenAssessor,
	}, s.Waiting != ""
}
