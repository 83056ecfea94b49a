package view

import "countersign/internal/countersign"

// HomePast is an apprentice's own programme that has ended: what stays theirs.
type HomePast struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
}

// Tag says how it ended.
func (h HomePast) Tag() Tag { return ApprenticeshipTag(h.Apprenticeship.State) }

// Text says where it was, and until when.
func (h HomePast) Text() string {
	return h.Apprenticeship.PracticeName + ". It ended on " + Date(h.Apprenticeship.EndedOn) + "."
}

// Links lead to what can be read, taken along and kept up.
func (h HomePast) Links() []Link {
	at := apprenticeshipHref(h.Apprenticeship.ID)
	links := []Link{{Text: "Your record", Href: at}, {Text: "Portfolio", Href: at + "/portfolio"}}
	if h.Apprenticeship.State != countersign.CompletedProgramme {
		return links
	}
	links = append(links, Link{Text: "Certificate (PDF)", Href: at + "/certificate.pdf"})
	if len(h.Framework.Cycles) > 0 {
		links = append(links, Link{Text: "Continuing development", Href: cpdHref(h.Apprenticeship.ID)})
	}
	return links
}

func init() {
	addSamples(func() []Sample {
		page := NewHomePage("Asha Patel")
		completed, left := sampleApprenticeship(), sampleApprenticeship()
		completed.State, completed.EndedOn = countersign.CompletedProgramme, countersign.On(2026, 2, 20)
		left.ID, left.State, left.EndedOn = "a2", countersign.WithdrawnFromProgramme, countersign.On(2024, 11, 1)
		f := sampleLearnerFramework()
		f.Cycles = []countersign.Cycle{{Code: "appraisal", Title: "Yearly performance review", Body: "Employer", Months: 12}}
		page.Past = []HomePast{{completed, f}, {left, f}}
		return []Sample{{"home: programmes that have ended", page}}
	})
}
