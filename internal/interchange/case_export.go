package interchange

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"countersign/internal/countersign"
)

// CASEPath is where a server answers as a CASE 1.1 provider.
const CASEPath = "/ims/case/v1p1"

// The types of item in our packages.
const (
	typeRole       = "Role"
	typeDuty       = "Duty"
	typeDomain     = "Domain"
	typeCompetency = "Competency"
)

var itemTypes = []struct{ title, description, code string }{
	{typeRole, "The job that the framework qualifies for", "1"},
	{typeDuty, "One task of the job", "1.1"},
	{typeDomain, "A group of competencies", "2"},
	{typeCompetency, "One thing that an apprentice must be able to do", "2.1"},
}

// Titles of the groupings of associations.
const (
	groupStructure  = "Structure"
	groupDuties     = "Duties"
	groupEquivalent = "Equivalents"
	groupReplaced   = "Earlier versions"
)

var groupings = []struct{ title, description string }{
	{groupStructure, "Which item stands under which"},
	{groupDuties, "Which competencies evidence a duty"},
	{groupEquivalent, "Competencies of other frameworks that mean the same"},
	{groupReplaced, "What a competency replaces of the version before"},
}

// fence begins the block of our own keys in notes.
const fence = "```countersign\n"

// stable makes an identifier out of names that never change: a UUID of
// version 5, the same on every installation.
func stable(names ...string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:countersign:case:"+strings.Join(names, ":"))).String()
}

// CompetencyURI is where an installation serves a competency as a CASE item.
func CompetencyURI(baseURL, framework, version, code string) string {
	return strings.TrimRight(baseURL, "/") + CASEPath + "/CFItems/" + stable("item", framework+"@"+version, typeCompetency, code)
}

// packer writes one release as a package.
type packer struct {
	Release
	p       Package
	release string // id@version
	changed string
}

// Package is the release as a CASE 1.1 package.
func (r Release) Package() Package {
	f := r.Framework
	w := &packer{Release: r, release: f.ID + "@" + f.Version, changed: r.ChangedAt.UTC().Truncate(time.Second).Format(time.RFC3339)}
	file := document(f)
	w.document(file)
	w.definitions()
	w.role()
	w.domains(file)
	w.rubric()
	return w.p
}

func (w *packer) uri(class, id string) string { return w.BaseURL + CASEPath + "/" + class + "/" + id }

func (w *packer) link(class, title, id string) *Link {
	return &Link{Title: title, Identifier: id, URI: w.uri(class, id)}
}

func (w *packer) node(class, title, id string) Node {
	return Node{Title: title, Identifier: id, URI: w.uri(class, id), TargetType: "CASE"}
}

func (w *packer) documentID() string { return stable("document", w.release) }

func (w *packer) itemID(kind, code string) string { return stable("item", w.release, kind, code) }

var adoption = map[countersign.FrameworkStatus]string{
	countersign.FrameworkDraft: "Draft", countersign.FrameworkPublished: "Adopted", countersign.FrameworkRetired: "Deprecated",
}

func (w *packer) document(file object) {
	f := w.Framework
	creator := "A community draft"
	if f.Standing == countersign.Official {
		creator = "The organisation that issued the framework"
	}
	id, licence, subject := w.documentID(), stable("licence"), stable("subject", f.Role.Title)
	w.p.Document = Document{
		Identifier: id, URI: w.uri("CFDocuments", id), FrameworkType: "Apprenticeship competency framework", CASEVersion: "1.1",
		Creator: creator, Title: f.Title, LastChangeDateTime: w.changed, Description: f.Notice,
		Subject: []string{f.Role.Title}, SubjectURI: []Link{*w.link("CFSubjects", f.Role.Title, subject)}, Language: "en-GB", Version: f.Version,
		AdoptionStatus: adoption[f.Status], LicenseURI: w.link("CFLicenses", licenceTitle, licence),
	}
	own := object{}
	for _, key := range []string{"id", "standing", "sources", "programme", "scale", "signing"} {
		if value, ok := file[key]; ok {
			own[key] = value
		}
	}
	role := object{}
	for _, key := range []string{"reports_to", "band"} {
		if value, ok := file["role"].(object)[key]; ok {
			role[key] = value
		}
	}
	own["role"] = role
	w.p.Document.Notes = block(own)
}

// block writes keys of a framework file as a block of notes.
func block(keys object) string {
	text, err := json.MarshalIndent(keys, "", " ")
	if err != nil {
		panic("interchange: a framework always encodes: " + err.Error())
	}
	return fence + string(text) + "\n```"
}

const licenceTitle = "No licence stated"

func (w *packer) definitions() {
	d := &w.p.Definitions
	for _, t := range itemTypes {
		id := stable("item-type", t.title)
		d.ItemTypes = append(d.ItemTypes, ItemType{
			Identifier: id, URI: w.uri("CFItemTypes", id), Title: t.title, Description: t.description, HierarchyCode: t.code, TypeCode: t.title, LastChangeDateTime: w.changed,
		})
	}
	for _, g := range groupings {
		id := stable("grouping", g.title)
		d.Associations = append(d.Associations, Grouping{Identifier: id, URI: w.uri("CFAssociationGroupings", id), Title: g.title, Description: g.description, LastChangeDateTime: w.changed})
	}
	subject := stable("subject", w.Framework.Role.Title)
	d.Subjects = []Subject{{Identifier: subject, URI: w.uri("CFSubjects", subject), Title: w.Framework.Role.Title, HierarchyCode: "1", LastChangeDateTime: w.changed}}
	licence := stable("licence")
	d.Licenses = []License{{
		Identifier: licence, URI: w.uri("CFLicenses", licence), Title: licenceTitle, LastChangeDateTime: w.changed,
		LicenseText: "The framework file states no licence. Ask whoever issued it before you republish its text.",
	}}
	concept := func(title, code, description string) {
		id := stable("concept", title)
		d.Concepts = append(d.Concepts, Concept{
			Identifier: id, URI: w.uri("CFConcepts", id), Title: title, HierarchyCode: code, Description: description, LastChangeDateTime: w.changed,
		})
	}
	concept("Part", "1", "")
	concept(coreTitle, "1.1", "Every apprentice needs it")
	concept(optionalTitle, "1.2", "Agreed with the apprentice at the start")
	concept("Evidence", "2", "What shows that somebody can do it")
	for i, kind := range countersign.EvidenceKinds() {
		concept(kind.Title(), "2."+strconv.Itoa(i+1), "")
	}
}

const (
	coreTitle        = "Core"
	optionalTitle    = "Optional"
	unconfirmedTitle = "To be confirmed" // wherever a competency is shown that was recalled and not seen
)

func (w *packer) item(kind, code string, item Item) string {
	item.Identifier = w.itemID(kind, code)
	item.URI = w.uri("CFItems", item.Identifier)
	item.ItemType, item.ItemTypeURI = kind, w.link("CFItemTypes", kind, stable("item-type", kind))
	item.HumanCodingScheme, item.Language, item.LastChangeDateTime = code, "en-GB", w.changed
	w.p.Items = append(w.p.Items, item)
	return item.Identifier
}

func (w *packer) associate(kind, group string, sequence int, origin, destination Node) {
	id := stable("association", w.release, kind, origin.Identifier, destination.Identifier)
	w.p.Associations = append(w.p.Associations, Association{
		Identifier: id, Type: kind, SequenceNumber: sequence, URI: w.uri("CFAssociations", id), Origin: origin, Destination: destination,
		GroupingURI: w.link("CFAssociationGroupings", group, stable("grouping", group)), LastChangeDateTime: w.changed,
	})
}

// child puts an item below another, or below the document for an empty parent.
func (w *packer) child(code, id, parentCode, parent string, sequence int) {
	to := w.node("CFItems", parentCode, parent)
	if parent == "" {
		to = w.node("CFDocuments", w.Framework.Title, w.documentID())
	}
	w.associate("isChildOf", groupStructure, sequence, w.node("CFItems", code, id), to)
}

func (w *packer) role() {
	r := w.Framework.Role
	id := w.item(typeRole, "", Item{FullStatement: r.Purpose, AbbreviatedStatement: r.Title})
	w.child(r.Title, id, "", "", 1)
	for i, d := range r.Duties {
		duty := w.item(typeDuty, d.Code, Item{FullStatement: d.Text})
		w.child(d.Code, duty, r.Title, id, i+1)
		for j, code := range d.Competencies {
			w.associate("isRelatedTo", groupDuties, j+1, w.node("CFItems", d.Code, duty), w.node("CFItems", code, w.itemID(typeCompetency, code)))
		}
	}
}

func (w *packer) domains(file object) {
	for i, d := range w.Framework.Domains {
		domain := w.item(typeDomain, d.Code, Item{FullStatement: d.Title})
		w.child(d.Code, domain, "", "", i+2) // the role is first
		keys := list(list(file["domains"])[i].(object)["competencies"])
		for j, c := range d.Competencies {
			w.competency(c, keys[j].(object), d, domain, j+1)
		}
	}
}

func (w *packer) competency(c countersign.Competency, keys object, d countersign.Domain, domain string, sequence int) {
	for _, native := range []string{"code", "title", "statement", "guidance", "equivalent_to", "replaces"} {
		delete(keys, native)
	}
	notes := block(keys)
	if c.Guidance != "" {
		notes = c.Guidance + "\n\n" + notes
	}
	part := optionalTitle
	if c.Core {
		part = coreTitle
	}
	words := []string{part}
	for _, kind := range c.Evidence {
		words = append(words, kind.Title())
	}
	if c.Unconfirmed {
		words = append(words, unconfirmedTitle)
	}
	id := w.item(typeCompetency, c.Code, Item{
		FullStatement: c.Statement, AbbreviatedStatement: c.Title, ListEnumeration: strconv.Itoa(sequence), Notes: notes,
		ConceptKeywords: words, ConceptKeywordsURI: w.link("CFConcepts", part, stable("concept", part)),
	})
	w.child(c.Code, id, d.Code, domain, sequence)
	here := w.node("CFItems", c.Code, id)
	for _, reference := range c.EquivalentTo {
		w.associate("exactMatchOf", groupEquivalent, 0, here, w.elsewhere(reference))
	}
	for _, code := range c.Replaces {
		w.associate("replacedBy", groupReplaced, 0, w.before(code), here)
	}
	if w.Previous != nil {
		if _, kept := w.Previous.Competency(c.Code); kept {
			w.associate("replacedBy", groupReplaced, 0, w.before(c.Code), here)
		}
	}
}

// elsewhere points to a competency of another framework, "framework:code",
// of which no version is said.
func (w *packer) elsewhere(reference string) Node {
	id, code, _ := strings.Cut(reference, ":")
	return Node{Title: reference, Identifier: reference, URI: w.BaseURL + "/frameworks/" + id + "#" + code, TargetType: "ext:countersign"}
}

// before points to a competency of the version before, or of an earlier one
// that isn't known here.
func (w *packer) before(code string) Node {
	if w.Previous == nil {
		n := w.elsewhere(w.Framework.ID + ":" + code)
		n.Title = code
		return n
	}
	return w.node("CFItems", code, stable("item", w.Previous.ID+"@"+w.Previous.Version, typeCompetency, code))
}

// rubric says the levels of every competency, and which of them are enough.
func (w *packer) rubric() {
	f := w.Framework
	id := stable("rubric", w.release)
	rubric := Rubric{Identifier: id, URI: w.uri("CFRubrics", id), Title: "Levels of " + f.Title, Description: "How each competency is judged", LastChangeDateTime: w.changed}
	for i, c := range f.Competencies() {
		criterion := stable("criterion", w.release, c.Code)
		need, _ := f.Scale.Rank(c.Threshold)
		row := Criterion{
			Identifier: criterion, URI: rubric.URI + "#" + criterion, Category: f.Domain(c.Domain).Title, Description: countersign.FullStops(c.Requires.Sentences()),
			ItemURI: w.link("CFItems", c.Code, w.itemID(typeCompetency, c.Code)), Position: i + 1, RubricID: id, LastChangeDateTime: w.changed,
		}
		for rank, l := range f.Scale.Levels {
			level := stable("level", w.release, c.Code, l.Code)
			feedback := "Not enough yet for a sign-off"
			if rank >= need {
				feedback = "Enough for a sign-off"
			}
			row.Levels = append(row.Levels, CriterionLevel{
				Identifier: level, URI: rubric.URI + "#" + level, Quality: l.Title, Description: l.Meaning, Score: float64(rank + 1), Feedback: feedback,
				Position: rank + 1, CriterionID: criterion, LastChangeDateTime: w.changed,
			})
		}
		rubric.Criteria = append(rubric.Criteria, row)
	}
	w.p.Rubrics = []Rubric{rubric}
}
