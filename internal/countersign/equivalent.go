package countersign

import (
	"maps"
	"slices"
	"time"
)

// Origin says where a piece was accepted before it was put to a competency of
// another framework. It never changes, whatever becomes of the piece there.
type Origin struct {
	Evidence         EvidenceID // the piece there
	FrameworkID      string
	FrameworkVersion string
	Competency       string // for which it was accepted there
	Revision         int
	Hash             string // of that revision
	AcceptedByName   string // as it was
	AcceptedAt       time.Time
}

// Equivalent reports whether the framework of c says that the competency of
// another framework is the same skill.
func (c Competency) Equivalent(frameworkID, code string) bool {
	return slices.Contains(c.EquivalentTo, frameworkID+":"+code)
}

// PutTo returns the piece that puts an accepted one to competency c of another
// framework, as its apprentice submits it there. Acceptance isn't carried: an
// assessor there judges it as any other, and whoever saw it done counts as
// observer only by accepting it there. A copy isn't copied on.
func (e Evidence) PutTo(c Competency, from Origin, justification string, start Date) (Evidence, error) {
	switch {
	case e.State != Accepted || e.Quarantined:
		return Evidence{}, Refuse(Conflict, "Only a piece that is accepted where it was written can be used here")
	case e.Origin != nil:
		return Evidence{}, Refuse(Conflict, "This piece is itself used from elsewhere. Use the piece that it was copied from")
	case !e.Maps(from.Competency) || !c.Equivalent(from.FrameworkID, from.Competency):
		return Evidence{}, Refuse(Conflict, "This piece was not accepted for anything that is equivalent to "+c.Code)
	case !slices.Contains(c.Evidence, e.Kind):
		return Evidence{}, Refuse(Conflict, upperFirst(e.Kind.Phrase())+plural(e.Kind)+" count for this competency")
	}
	from.Evidence, from.AcceptedByName, from.AcceptedAt = e.ID, e.AcceptedByName, e.DecidedAt
	content := e.Content
	content.Mapping = []Mapping{{Competency: c.Code, Justification: justification}}
	content.PriorLearning = e.PriorLearning || e.OccurredOn.Before(start)
	if e.RecordedBy != "" && e.Kind.Observable() {
		content.ObservedBy = e.RecordedBy
	}
	return Evidence{Apprentice: e.Apprentice, Content: content, State: Draft, Origin: &from}, nil
}

// SameAs reports whether what stands in the piece stands in the other one,
// which it was copied from or which is a copy: the same text, or a file of it.
// What could identify a patient in one then does in the other.
func (e Evidence) SameAs(other Evidence) bool {
	if e.Title == other.Title && e.Narrative == other.Narrative && e.Reflection == other.Reflection && maps.Equal(e.Details, other.Details) {
		return true
	}
	return slices.ContainsFunc(e.Attachments, func(a Attachment) bool {
		return slices.ContainsFunc(other.Attachments, func(b Attachment) bool { return a.SHA256 == b.SHA256 })
	})
}

// Wanting reports whether evidence is still wanted for the competency.
func (s Summary) Wanting() bool {
	return s.Status != NotApplicable && (s.Status != SignedOff || s.Expiring)
}
