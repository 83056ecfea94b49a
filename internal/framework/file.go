package framework

import (
	"encoding/json"
	"slices"

	"countersign/internal/countersign"
)

// File is a framework file: one set of keys for reading, for the REST
// interface and for export. The check tags are read by the decoder; see rule.
type File struct {
	ID        string                      `yaml:"id" json:"id" check:"required,is=id"`
	Version   string                      `yaml:"version" json:"version" check:"required,is=version"`
	Title     string                      `yaml:"title" json:"title" check:"required,line=200"`
	Status    countersign.FrameworkStatus `yaml:"status" json:"status" check:"required,is=status"`
	Standing  countersign.Standing        `yaml:"standing" json:"standing" check:"required,is=standing"`
	Notice    string                      `yaml:"notice,omitempty" json:"notice,omitempty" check:"prose=1000"`
	Sources   []source                    `yaml:"sources,omitempty" json:"sources,omitempty" check:""`
	Role      role                        `yaml:"role" json:"role" check:"required"`
	Programme programme                   `yaml:"programme" json:"programme" check:"required"`
	Scale     scale                       `yaml:"scale" json:"scale" check:"required"`
	Signing   signing                     `yaml:"signing" json:"signing" check:"required"`
	Domains   []domain                    `yaml:"domains" json:"domains" check:"required"`
}

type source struct {
	ID    string `yaml:"id,omitempty" json:"id,omitempty" check:"is=code"`
	Title string `yaml:"title" json:"title" check:"required,line=300"`
	URL   string `yaml:"url" json:"url" check:"required,is=url" privacy:"-"`
}

type role struct {
	Title     string `yaml:"title" json:"title" check:"required,line=200"`
	Purpose   string `yaml:"purpose" json:"purpose" check:"required,prose=2000"`
	ReportsTo string `yaml:"reports_to,omitempty" json:"reports_to,omitempty" check:"line=300"`
	Band      string `yaml:"band,omitempty" json:"band,omitempty" check:"line=200"`
	Duties    []duty `yaml:"duties" json:"duties" check:"required"`
}

type duty struct {
	Code         string   `yaml:"code" json:"code" check:"required,is=code"`
	Text         string   `yaml:"text" json:"text" check:"required,prose=500"`
	Competencies []string `yaml:"competencies" json:"competencies" check:"required,empty,is=code"`
}

type scale struct {
	Levels           []level `yaml:"levels" json:"levels" check:"required"`
	DefaultThreshold string  `yaml:"default_threshold" json:"default_threshold" check:"required,is=code"`
}

type level struct {
	Code    string `yaml:"code" json:"code" check:"required,is=code"`
	Title   string `yaml:"title" json:"title" check:"required,line=200"`
	Meaning string `yaml:"meaning" json:"meaning" check:"required,prose=1000"`
}

type signing struct {
	Assess       []countersign.NamingRole            `yaml:"assess" json:"assess" check:"required,is=role"`
	DomainAssess map[string][]countersign.NamingRole `yaml:"domain_assess,omitempty" json:"domain_assess,omitempty" check:"is=role"`
	Countersign  countersign.NamingRole              `yaml:"countersign" json:"countersign" check:"required,is=role"`
	TwoPeople    bool                                `yaml:"two_people" json:"two_people" check:"required"`
}

type domain struct {
	Code         string       `yaml:"code" json:"code" check:"required,is=code"`
	Title        string       `yaml:"title" json:"title" check:"required,line=200"`
	Competencies []competency `yaml:"competencies" json:"competencies" check:"required"`
}

type competency struct {
	Code         string                     `yaml:"code" json:"code" check:"required,is=code"`
	Title        string                     `yaml:"title" json:"title" check:"required,line=200"`
	Statement    string                     `yaml:"statement" json:"statement" check:"required,prose=1000"`
	Core         bool                       `yaml:"core" json:"core" check:"required"`
	Threshold    string                     `yaml:"threshold,omitempty" json:"threshold,omitempty" check:"is=code"`
	Guidance     string                     `yaml:"guidance,omitempty" json:"guidance,omitempty" check:"prose=4000"`
	Evidence     []countersign.EvidenceKind `yaml:"evidence" json:"evidence" check:"required,is=kind"`
	Requires     requirement                `yaml:"requires" json:"requires" check:"required"`
	RenewMonths  int                        `yaml:"renew_months,omitempty" json:"renew_months,omitempty" check:"min=0,max=120"`
	Source       string                     `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
	EquivalentTo []string                   `yaml:"equivalent_to,omitempty" json:"equivalent_to,omitempty" check:"is=reference"`
	Replaces     []string                   `yaml:"replaces,omitempty" json:"replaces,omitempty" check:"is=code"`
	Unconfirmed  bool                       `yaml:"unconfirmed,omitempty" json:"unconfirmed,omitempty" check:""`
}

type requirement struct {
	Pieces       int     `yaml:"pieces" json:"pieces" check:"required,min=1,max=100"`
	Observed     int     `yaml:"observed,omitempty" json:"observed,omitempty" check:"min=0,max=100"`
	Kinds        []group `yaml:"kinds,omitempty" json:"kinds,omitempty" check:"is=kind"`
	Assessors    int     `yaml:"assessors,omitempty" json:"assessors,omitempty" check:"min=0,max=20"`
	WithinMonths int     `yaml:"within_months,omitempty" json:"within_months,omitempty" check:"min=0,max=120"`
	Entries      int     `yaml:"entries,omitempty" json:"entries,omitempty" check:"min=0,max=1000"`
}

// group is one entry of requires.kinds: a kind, or a list of kinds of which
// one is enough.
type group []countersign.EvidenceKind

// MarshalJSON writes a group of one as the kind itself, as people do.
func (g group) MarshalJSON() ([]byte, error) {
	if len(g) == 1 {
		return json.Marshal(g[0])
	}
	return json.Marshal([]countersign.EvidenceKind(g))
}

// Document returns f in the shape of its file. Parsing what its YAML method
// or encoding/json writes gives f again, but for SHA256.
func Document(f countersign.Framework) File {
	doc := File{
		ID: f.ID, Version: f.Version, Title: f.Title,
		Status: f.Status, Standing: f.Standing, Notice: f.Notice,
		Role: role{
			Title: f.Role.Title, Purpose: f.Role.Purpose, ReportsTo: f.Role.ReportsTo, Band: f.Role.Band,
			Duties: []duty{},
		},
		Programme: programmeOf(f.Programme),
		Scale:     scale{Levels: []level{}, DefaultThreshold: f.Scale.Threshold},
		Signing: signing{
			Assess:       listOf(f.Signing.Assess),
			DomainAssess: f.Signing.DomainAssess,
			Countersign:  f.Signing.Countersign,
			TwoPeople:    f.Signing.TwoPeople,
		},
		Domains: []domain{},
	}
	for _, s := range f.Sources {
		doc.Sources = append(doc.Sources, source(s))
	}
	for _, d := range f.Role.Duties {
		doc.Role.Duties = append(doc.Role.Duties, duty{d.Code, d.Text, listOf(d.Competencies)})
	}
	for _, l := range f.Scale.Levels {
		doc.Scale.Levels = append(doc.Scale.Levels, level(l))
	}
	for _, d := range f.Domains {
		out := domain{Code: d.Code, Title: d.Title, Competencies: []competency{}}
		for _, c := range d.Competencies {
			out.Competencies = append(out.Competencies, competency{
				Code: c.Code, Title: c.Title, Statement: c.Statement, Core: c.Core, Threshold: c.Threshold,
				Guidance: c.Guidance, Evidence: listOf(c.Evidence), Requires: requirementOf(c.Requires),
				RenewMonths: c.RenewMonths, Source: c.Source, EquivalentTo: c.EquivalentTo, Replaces: c.Replaces,
				Unconfirmed: c.Unconfirmed,
			})
		}
		doc.Domains = append(doc.Domains, out)
	}
	return doc
}

func requirementOf(r countersign.Requirement) requirement {
	out := requirement{
		Pieces: r.Pieces, Observed: r.Observed, Assessors: r.Assessors,
		WithinMonths: r.WithinMonths, Entries: r.Entries,
	}
	for _, g := range r.Kinds {
		out.Kinds = append(out.Kinds, group(g))
	}
	return out
}

// listOf keeps an empty list from becoming null in JSON.
func listOf[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// framework is the opposite of Document. Empty lists become nil, so that
// frameworks that say the same compare as equal.
func (doc File) framework() countersign.Framework {
	f := countersign.Framework{
		ID: doc.ID, Version: doc.Version, Title: doc.Title,
		Status: doc.Status, Standing: doc.Standing, Notice: doc.Notice,
		Role: countersign.Role{
			Title: doc.Role.Title, Purpose: doc.Role.Purpose, ReportsTo: doc.Role.ReportsTo, Band: doc.Role.Band,
		},
		Programme: doc.Programme.programme(),
		Scale:     countersign.Scale{Threshold: doc.Scale.DefaultThreshold},
		Signing: countersign.Signing{
			Assess:      some(doc.Signing.Assess),
			Countersign: doc.Signing.Countersign,
			TwoPeople:   doc.Signing.TwoPeople,
		},
	}
	for code, roles := range doc.Signing.DomainAssess {
		if f.Signing.DomainAssess == nil {
			f.Signing.DomainAssess = map[string][]countersign.NamingRole{}
		}
		f.Signing.DomainAssess[code] = some(roles)
	}
	for _, s := range doc.Sources {
		f.Sources = append(f.Sources, countersign.Source(s))
	}
	for _, d := range doc.Role.Duties {
		f.Role.Duties = append(f.Role.Duties, countersign.Duty{Code: d.Code, Text: d.Text, Competencies: some(d.Competencies)})
	}
	for _, l := range doc.Scale.Levels {
		f.Scale.Levels = append(f.Scale.Levels, countersign.Level(l))
	}
	for _, d := range doc.Domains {
		out := countersign.Domain{Code: d.Code, Title: d.Title}
		for _, c := range d.Competencies {
			out.Competencies = append(out.Competencies, c.competency(d.Code, doc.Scale.DefaultThreshold))
		}
		f.Domains = append(f.Domains, out)
	}
	return f
}

func (c competency) competency(domain, threshold string) countersign.Competency {
	if c.Threshold != "" {
		threshold = c.Threshold
	}
	return countersign.Competency{
		Code: c.Code, Domain: domain, Title: c.Title, Statement: c.Statement, Core: c.Core, Threshold: threshold,
		Guidance: c.Guidance, Evidence: some(c.Evidence), Requires: c.Requires.requirement(),
		RenewMonths: c.RenewMonths, Source: c.Source,
		EquivalentTo: some(c.EquivalentTo), Replaces: some(c.Replaces),
		Unconfirmed: c.Unconfirmed,
	}
}

func (r requirement) requirement() countersign.Requirement {
	out := countersign.Requirement{
		Pieces: r.Pieces, Observed: r.Observed, Assessors: r.Assessors,
		WithinMonths: r.WithinMonths, Entries: r.Entries,
	}
	for _, g := range r.Kinds {
		out.Kinds = append(out.Kinds, some(g))
	}
	return out
}

// some returns a copy, or nil if there is nothing in it.
func some[S ~[]T, T any](s S) []T {
	if len(s) == 0 {
		return nil
	}
	return slices.Clone([]T(s))
}
