package countersign

import (
	"slices"
	"time"
)

// BadgeID identifies a badge, and its credential.
type BadgeID string

// Badge is a signed statement that every core competency of a domain, or a
// whole programme, was signed off.
type Badge struct {
	ID               BadgeID
	Apprenticeship   ApprenticeshipID
	Domain           string // its code; empty for the programme
	FrameworkID      string
	FrameworkVersion string
	Competencies     []string // codes of those that it rests on
	IssuedAt         time.Time
	ValidUntil       Date // zero when nothing that it rests on expires
	List, Place      int  // of the bit that revokes it
	RevokedAt        time.Time
	Credential       string // JSON, as it was signed
}

// Holds reports whether the badge may be relied on, on that day.
func (b Badge) Holds(today Date) bool {
	return b.RevokedAt.IsZero() && (b.ValidUntil.IsZero() || !today.After(b.ValidUntil))
}

// RestsOn reports whether the badge rests on that competency.
func (b Badge) RestsOn(code string) bool { return slices.Contains(b.Competencies, code) }

// EarnedFor returns what a badge for a domain rests on, or for the programme
// where domain is empty: its core competencies, every one of which must be
// signed off today. A programme must also be completed.
func EarnedFor(f Framework, a Apprenticeship, as []Attainment, domain string) ([]Attainment, error) {
	if domain == "" && a.State != CompletedProgramme {
		return nil, Refuse(Conflict, "The badge for the programme can be made once the programme is completed")
	}
	if domain != "" && !slices.ContainsFunc(f.Domains, func(d Domain) bool { return d.Code == domain }) {
		return nil, InvalidField("domain", "Select a domain of the framework")
	}
	var core []Attainment
	for _, at := range as {
		if !at.Core || domain != "" && at.Domain != domain {
			continue
		}
		if at.Status() != SignedOff {
			return nil, Refuse(Conflict, "The badge can be made once every core competency is signed off. "+at.Code+" "+at.Title+" is not")
		}
		core = append(core, at)
	}
	if len(core) == 0 {
		return nil, Refuse(Conflict, "There is no core competency that a badge could rest on")
	}
	return core, nil
}

// EndOfBadge returns the first of the last days of what a badge rests on; zero
// when nothing expires.
func EndOfBadge(as []Attainment) Date {
	var end Date
	for _, a := range as {
		if on := a.ExpiresOn(); !on.IsZero() && (end.IsZero() || end.After(on)) {
			end = on
		}
	}
	return end
}
