package countersign

import (
	"slices"
	"strings"
	"time"
)

// The identifiers of what belongs to a framework draft.
type (
	VersionDraftID string
	DraftCommentID string
)

// DraftState is where a framework draft is in its life.
type DraftState string

// The states.
const (
	DraftOpen      DraftState = "open"
	DraftPublished DraftState = "published"
	DraftDiscarded DraftState = "discarded"
)

// DraftEvent is something that happens to a framework draft.
type DraftEvent string

// The events.
const (
	EditDraft    DraftEvent = "edit"
	PublishDraft DraftEvent = "publish"
	DiscardDraft DraftEvent = "discard"
)

// DraftLifecycle is the transition table of a framework draft.
var DraftLifecycle = Lifecycle[DraftState, DraftEvent]{
	Name:  "Framework draft",
	Start: DraftOpen,
	Transitions: []Transition[DraftState, DraftEvent]{
		{DraftOpen, EditDraft, DraftOpen, []NamingRole{LeadOfHub}},
		{DraftOpen, PublishDraft, DraftPublished, []NamingRole{LeadOfHub}},
		{DraftOpen, DiscardDraft, DraftDiscarded, []NamingRole{LeadOfHub}},
	},
}

// VersionDraft is a framework version in the making: a copy of another one,
// edited in pages, reviewed by named people and then published.
type VersionDraft struct {
	ID               VersionDraftID
	FrameworkID      string // of the version that it becomes
	FrameworkVersion string
	Title            string
	ParentID         string // the version that it was copied from
	ParentVersion    string
	Organisation     OrganisationID
	OrganisationName string
	MadeBy           PersonID
	MadeByName       string
	Editors          []PersonID // everybody who has changed it, its maker among them
	Document         []byte     // as framework.File writes it
	State            DraftState
	Version          int // rises with every edit: a review is of one
	CreatedAt        time.Time
	ChangedAt        time.Time
	ChangedByName    string
}

// At reports whether the draft is at that version; 0 is any.
func (d VersionDraft) At(version int) bool { return version == 0 || version == d.Version }

// Do returns the draft after an event. What has been published or discarded
// changes no more.
func (d VersionDraft) Do(event DraftEvent) (VersionDraft, error) {
	to, ok := DraftLifecycle.Next(d.State, event)
	if !ok {
		return d, d.closed()
	}
	d.State = to
	return d, nil
}

// Open refuses what would change a draft that has been published or discarded.
func (d VersionDraft) Open() error {
	if d.State == DraftOpen {
		return nil
	}
	return d.closed()
}

func (d VersionDraft) closed() error {
	return Refuse(Conflict, "This draft is "+string(d.State)+", so it cannot change any more")
}

// DraftReviewer is somebody who is asked to review a draft.
type DraftReviewer struct {
	Person  PersonID
	Name    string
	Email   string
	AskedAt time.Time
}

// DraftDecision is what a reviewer says of a draft.
type DraftDecision string

// The decisions.
const (
	ApproveDraft DraftDecision = "approve"
	AskChanges   DraftDecision = "changes"
)

// DraftReview is one reviewer's decision about one version of a draft.
type DraftReview struct {
	Person   PersonID
	Name     string
	Decision DraftDecision
	Comment  string
	Of       int // version of the draft
	At       time.Time
}

// Review checks what a named person says of the draft. Nobody reviews what
// they made or edited, and asking for changes needs a comment.
func (d VersionDraft) Review(by PersonID, decision DraftDecision, comment string) (DraftReview, error) {
	r := DraftReview{Person: by, Decision: decision, Comment: strings.TrimSpace(comment), Of: d.Version}
	switch {
	case d.State != DraftOpen:
		return r, d.closed()
	case slices.Contains(d.Editors, by):
		return r, Refuse(Conflict, "You have edited this draft, so somebody else must review it")
	case decision != ApproveDraft && decision != AskChanges:
		return r, InvalidField("decision", "Select whether you approve it or ask for changes")
	case decision == AskChanges && r.Comment == "":
		return r, InvalidField("comment", "Enter what should change")
	}
	return r, nil
}

// Ask checks whether somebody can be asked to review.
func (d VersionDraft) Ask(person PersonID) error {
	switch {
	case d.State != DraftOpen:
		return d.closed()
	case slices.Contains(d.Editors, person):
		return InvalidField("email", "This person has edited the draft, so somebody else must review it")
	}
	return nil
}

// Reviewed reports whether the draft, as it is now, may be published by its
// reviews: somebody who didn't edit it approves, and nobody's last word is to
// ask for changes. Reviews of what it was before an edit don't count.
func (d VersionDraft) Reviewed(reviews []DraftReview) error {
	last := map[PersonID]DraftDecision{}
	for _, r := range reviews { // the earliest first
		if r.Of == d.Version && !slices.Contains(d.Editors, r.Person) {
			last[r.Person] = r.Decision
		}
	}
	approved := false
	for _, decision := range last {
		if decision == AskChanges {
			return Refuse(Conflict, "A reviewer asks for changes, so it cannot be published yet")
		}
		approved = true
	}
	if !approved {
		return Refuse(Conflict, "Somebody who did not edit the draft must approve it as it is now before it is published")
	}
	return nil
}

// DraftComment is a remark on a draft, or on one place in it.
type DraftComment struct {
	ID             DraftCommentID
	Person         PersonID
	Name           string
	Place          string // code of a domain, competency or duty; empty for the whole
	Text           string
	Of             int // version of the draft
	At             time.Time
	ResolvedAt     time.Time
	ResolvedByName string
}

// Comment checks a remark on the draft.
func (d VersionDraft) Comment(text string) error {
	switch {
	case d.State != DraftOpen:
		return d.closed()
	case strings.TrimSpace(text) == "":
		return InvalidField("text", "Enter a comment")
	}
	return nil
}
