package api

import (
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type mappingJSON struct {
	Code          string `json:"code"`
	Justification string `json:"justification"`
}

// fromText implements shorthand: a code alone.
func (m *mappingJSON) fromText(s string) { m.Code = s }

func mappingOf(m countersign.Mapping) mappingJSON { return mappingJSON{m.Competency, m.Justification} }

func mappingsIn(list []mappingJSON) []service.MappingInput {
	return each(list, func(m mappingJSON) service.MappingInput { return service.MappingInput(m) })
}

// contentJSON is what an author writes, but for the long texts.
type contentJSON struct {
	Kind           countersign.EvidenceKind `json:"kind"`
	Title          string                   `json:"title"`
	OccurredOn     day                      `json:"occurred_on"`
	ObservedByName word                     `json:"observed_by_name"`
	Entries        int                      `json:"entries"`
	Anonymised     bool                     `json:"anonymised"`
	PriorLearning  bool                     `json:"prior_learning"`
	Competencies   []mappingJSON            `json:"competencies"`
	Attachments    []attachmentJSON         `json:"attachments"`
}

func contentOf(c countersign.Content, observer string, files []countersign.Attachment) contentJSON {
	return contentJSON{
		c.Kind, c.Title, day(c.OccurredOn), word(observer), c.Entries, c.Anonymised, c.PriorLearning,
		each(c.Mapping, mappingOf), each(files, attachmentOf),
	}
}

// textsJSON are the long texts of a piece, which lists leave out.
type textsJSON struct {
	Narrative  string            `json:"narrative"`
	Reflection string            `json:"reflection"`
	Details    map[string]string `json:"details"`
}

func textsOf(c countersign.Content) textsJSON {
	t := textsJSON{c.Narrative, c.Reflection, c.Details}
	if t.Details == nil {
		t.Details = map[string]string{}
	}
	return t
}

type evidenceJSON struct {
	ID             countersign.EvidenceID       `json:"id"`
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	contentJSON
	State          countersign.EvidenceState `json:"state"`
	Revision       int                       `json:"revision"`         // of the latest submission; 0 before the first
	RecordedBy     *nameJSON                 `json:"recorded_by"`      // an assessor, when recorded for the apprentice
	AcceptedBy     *nameJSON                 `json:"accepted_by"`      // of the latest revision
	DecidedAt      moment                    `json:"decided_at"`       // when last accepted or returned
	SubmittedAt    moment                    `json:"submitted_at"`     //
	ReadAt         moment                    `json:"read_at"`          // when the apprentice confirmed having read it
	ReadComment    string                    `json:"read_comment"`     //
	WithdrawnAt    moment                    `json:"withdrawn_at"`     //
	WithdrawReason string                    `json:"withdrawn_reason"` //
	Origin         *originJSON               `json:"origin"`           // where it was accepted before it was used here
	Version        int                       `json:"version"`
	CreatedAt      moment                    `json:"created_at"`
	UpdatedAt      moment                    `json:"updated_at"`
}

// originJSON is where a piece was accepted before it was used here.
type originJSON struct {
	Evidence   countersign.EvidenceID `json:"evidence"`
	Framework  string                 `json:"framework"`
	Version    string                 `json:"version"`
	Competency string                 `json:"competency"`
	Revision   int                    `json:"revision"`
	Hash       string                 `json:"hash"` // of that revision
	AcceptedBy string                 `json:"accepted_by"`
	AcceptedAt moment                 `json:"accepted_at"`
}

func originOf(o *countersign.Origin) *originJSON {
	if o == nil {
		return nil
	}
	return &originJSON{o.Evidence, o.FrameworkID, o.FrameworkVersion, o.Competency, o.Revision, o.Hash, o.AcceptedByName, moment(o.AcceptedAt)}
}

// nameJSON is somebody as they are shown to those who may read what they did.
type nameJSON struct {
	ID   countersign.PersonID `json:"id"`
	Name string               `json:"name"`
}

func nameOf(id countersign.PersonID, name string) *nameJSON {
	if id == "" {
		return nil
	}
	return &nameJSON{id, name}
}

func evidenceOf(e countersign.Evidence) evidenceJSON {
	return evidenceJSON{
		ID: e.ID, Apprenticeship: e.Apprenticeship, contentJSON: contentOf(e.Content, e.ObservedByName, e.Attachments),
		State: e.State, Revision: e.Revision, RecordedBy: nameOf(e.RecordedBy, e.RecordedByName), AcceptedBy: nameOf(e.AcceptedBy, e.AcceptedByName),
		DecidedAt: moment(e.DecidedAt), SubmittedAt: moment(e.SubmittedAt), ReadAt: moment(e.ReadAt), ReadComment: e.ReadComment,
		WithdrawnAt: moment(e.WithdrawnAt), WithdrawReason: e.WithdrawReason, Origin: originOf(e.Origin), Version: e.Version,
		CreatedAt: moment(e.CreatedAt), UpdatedAt: moment(e.UpdatedAt),
	}
}

// evidencePageJSON is one piece whole.
type evidencePageJSON struct {
	evidenceJSON
	textsJSON
	ObservedBy word         `json:"observed_by"` // e-mail address
	Reviews    []reviewJSON `json:"reviews"`     // oldest first
}

type reviewJSON struct {
	Revision int                        `json:"revision"`
	Reviewer nameJSON                   `json:"reviewer"`
	Role     word                       `json:"role"` // as it was
	Decision countersign.ReviewDecision `json:"decision"`
	Comment  string                     `json:"comment"`
	Added    []string                   `json:"added"`
	Removed  []string                   `json:"removed"`
	At       moment                     `json:"at"`
}

func evidencePageOf(page service.EvidencePage) evidencePageJSON {
	return evidencePageJSON{
		evidenceJSON: evidenceOf(page.Evidence), textsJSON: textsOf(page.Evidence.Content), ObservedBy: word(page.ObservedBy),
		Reviews: each(page.Reviews, func(r countersign.Review) reviewJSON {
			return reviewJSON{r.Revision, nameJSON{r.Reviewer, r.ReviewerName}, word(r.Role), r.Decision, r.Comment, listOf(r.Added), listOf(r.Removed), moment(r.At)}
		}),
	}
}

type revisionJSON struct {
	Number int `json:"number"`
	contentJSON
	textsJSON
	Hash        string `json:"hash"`
	SubmittedAt moment `json:"submitted_at"`
	DestroyedAt moment `json:"destroyed_at"` // when the rest but kind and hash was destroyed
}

func revisionOf(r countersign.Revision) revisionJSON {
	return revisionJSON{r.Number, contentOf(r.Content, r.ObservedByName, r.Attachments), textsOf(r.Content), r.Hash, moment(r.SubmittedAt), moment(r.DestroyedAt)}
}

// evidenceInput is a new piece.
type evidenceInput struct {
	Kind          countersign.EvidenceKind `json:"kind"`
	Title         string                   `json:"title"`
	OccurredOn    countersign.Date         `json:"occurred_on"`
	Narrative     string                   `json:"narrative"`
	Reflection    string                   `json:"reflection"`
	Competencies  []mappingJSON            `json:"competencies"`
	Anonymised    bool                     `json:"anonymised"`
	ObservedBy    string                   `json:"observed_by"`
	Entries       int                      `json:"entries"`
	Details       map[string]string        `json:"details"`
	PriorLearning bool                     `json:"prior_learning"`
}

func (in evidenceInput) service() service.EvidenceInput {
	return service.EvidenceInput{
		Kind: in.Kind, Title: in.Title, OccurredOn: in.OccurredOn, Narrative: in.Narrative, Reflection: in.Reflection,
		Competencies: mappingsIn(in.Competencies), Anonymised: in.Anonymised, ObservedBy: in.ObservedBy,
		Entries: in.Entries, Details: in.Details, PriorLearning: in.PriorLearning,
	}
}

// evidenceChange is a change to a piece: what is nil stays.
type evidenceChange struct {
	Kind          *countersign.EvidenceKind `json:"kind"`
	Title         *string                   `json:"title"`
	OccurredOn    *countersign.Date         `json:"occurred_on"`
	Narrative     *string                   `json:"narrative"`
	Reflection    *string                   `json:"reflection"`
	Competencies  *[]mappingJSON            `json:"competencies"`
	Anonymised    *bool                     `json:"anonymised"`
	ObservedBy    *string                   `json:"observed_by"`
	Entries       *int                      `json:"entries"`
	Details       *map[string]string        `json:"details"`
	PriorLearning *bool                     `json:"prior_learning"`
}

// apply returns the content of the piece with the change.
func (in evidenceChange) apply(page service.EvidencePage) service.EvidenceInput {
	c := page.Evidence.Content
	out := evidenceInput{
		Kind: c.Kind, Title: c.Title, OccurredOn: c.OccurredOn, Narrative: c.Narrative, Reflection: c.Reflection,
		Competencies: each(c.Mapping, mappingOf), Anonymised: c.Anonymised, ObservedBy: page.ObservedBy,
		Entries: c.Entries, Details: c.Details, PriorLearning: c.PriorLearning,
	}
	set(&out.Kind, in.Kind)
	set(&out.Title, in.Title)
	set(&out.OccurredOn, in.OccurredOn)
	set(&out.Narrative, in.Narrative)
	set(&out.Reflection, in.Reflection)
	set(&out.Competencies, in.Competencies)
	set(&out.Anonymised, in.Anonymised)
	set(&out.ObservedBy, in.ObservedBy)
	set(&out.Entries, in.Entries)
	set(&out.Details, in.Details)
	set(&out.PriorLearning, in.PriorLearning)
	return out.service()
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
