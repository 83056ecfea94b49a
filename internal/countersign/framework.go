package countersign

import "slices"

// FrameworkStatus is where a framework version is in its life.
type FrameworkStatus string

// Only a published version can be enrolled on.
const (
	FrameworkDraft     FrameworkStatus = "draft"
	FrameworkPublished FrameworkStatus = "published"
	FrameworkRetired   FrameworkStatus = "retired"
)

// Standing says who stands behind a framework's text.
type Standing string

// A community draft carries a notice that is shown wherever the framework is.
const (
	Official       Standing = "official"
	CommunityDraft Standing = "community-draft"
)

// Framework is one released version of a competency framework. A released
// version never changes; SHA256 is that of the file it was read from.
type Framework struct {
	ID       string
	Version  string
	Title    string
	Status   FrameworkStatus
	Standing Standing
	Notice   string // shown wherever the framework is shown; never empty for a community draft
	Sources  []Source
	Role     Role
	Programme
	Scale   Scale
	Signing Signing
	Domains []Domain
	SHA256  string // lower-case hex
}

// Source is where a fact was published.
type Source struct {
	ID    string // short name used by Competency.Source, such as "S2"; may be empty
	Title string
	URL   string
}

// Role is the job description that the framework qualifies for.
type Role struct {
	Title     string
	Purpose   string
	ReportsTo string
	Band      string // Agenda for Change band in words, such as "Band 3 or 4"
	Duties    []Duty
}

// Duty is one task of the job description with the competencies that evidence
// it. A duty with none is not part of this variant of the role.
type Duty struct {
	Code         string
	Text         string
	Competencies []string
}

// Scale lists the levels of achievement, lowest first.
type Scale struct {
	Levels    []Level
	Threshold string // level code used where a competency names none
}

// Level is one step of the scale.
type Level struct {
	Code    string
	Title   string
	Meaning string
}

// Rank returns the position of the level with that code, counting from 0, and
// whether the scale has it.
func (s Scale) Rank(code string) (int, bool) {
	i := slices.IndexFunc(s.Levels, func(l Level) bool { return l.Code == code })
	return i, i >= 0
}

// Level returns the level with that code; the zero Level if there is none.
func (s Scale) Level(code string) Level {
	if i, ok := s.Rank(code); ok {
		return s.Levels[i]
	}
	return Level{}
}

// Signing says who may judge (RULES S1, S3, S4).
type Signing struct {
	// Assess lists the naming roles that may review evidence and sign.
	Assess []NamingRole
	// DomainAssess adds roles for single domains, by domain code: a practice
	// manager for the administration domain, for example.
	DomainAssess map[string][]NamingRole
	// Countersign is the role whose decision makes a competency signed off.
	Countersign NamingRole
	// TwoPeople asks that the signer is not the only person who judged.
	TwoPeople bool
}

// Domain groups competencies.
type Domain struct {
	Code         string
	Title        string
	Competencies []Competency
}

// Competency is one thing an apprentice must be able to do.
type Competency struct {
	Code         string
	Domain       string // code of its domain
	Title        string
	Statement    string
	Core         bool
	Threshold    string // level code; never empty after parsing
	Guidance     string
	Evidence     []EvidenceKind // the kinds that count (RULES E5)
	Requires     Requirement
	RenewMonths  int // 0: a sign-off doesn't expire
	Source       string
	EquivalentTo []string // codes in other frameworks, "framework:code"
	Replaces     []string // codes in the version before
	Unconfirmed  bool     // believed to be published, not seen: "to be confirmed" wherever shown
}

// Requirement says how much evidence a competency needs (RULES R1-R5). A zero
// part asks for nothing.
type Requirement struct {
	Pieces       int              // R1: counting pieces
	Observed     int              // R2: observed pieces
	Kinds        [][]EvidenceKind // R3: at least one counting piece of each group
	Assessors    int              // R4: accepted by so many different people
	WithinMonths int              // R5: only pieces that occurred so recently count
	Entries      int              // E8: entries of accepted procedure logs
}

// Competencies returns all competencies in the order of the framework.
func (f Framework) Competencies() []Competency {
	n := 0
	for _, d := range f.Domains {
		n += len(d.Competencies)
	}
	all := make([]Competency, 0, n)
	for _, d := range f.Domains {
		all = append(all, d.Competencies...)
	}
	return all
}

// Competency returns the competency with that code.
func (f Framework) Competency(code string) (Competency, bool) {
	for _, d := range f.Domains {
		for _, c := range d.Competencies {
			if c.Code == code {
				return c, true
			}
		}
	}
	return Competency{}, false
}

// Domain returns the domain with that code; the zero Domain if there is none.
func (f Framework) Domain(code string) Domain {
	for _, d := range f.Domains {
		if d.Code == code {
			return d
		}
	}
	return Domain{}
}

// MayAssess reports whether somebody named in that role may judge
// competencies of the domain (RULES S1).
func (f Framework) MayAssess(role NamingRole, domain string) bool {
	return slices.Contains(f.Signing.Assess, role) || slices.Contains(f.Signing.DomainAssess[domain], role)
}
