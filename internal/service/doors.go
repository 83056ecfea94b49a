package service

import (
	"context"
	"errors"
	"net/http"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/framework"
	"countersign/internal/store"
)

// What the doors (pages, REST) hand in and get back of the packages that they
// don't import themselves.
type (
	AcceptedElsewhere    = store.AcceptedElsewhere
	ApprenticeshipFilter = store.ApprenticeshipFilter
	ApprenticeshipRow    = store.ApprenticeshipRow
	EvidenceFilter       = store.EvidenceFilter
	FrameworkRow         = store.FrameworkRow
	HeldMembership       = store.HeldMembership
	OrganisationFilter   = store.OrganisationFilter
	OrganisationRow      = store.OrganisationRow
	PeopleFilter         = store.PeopleFilter
	ListPage             = store.Page
	TrailFilter          = store.TrailFilter
	TrailLine            = store.TrailLine
	PersonChange         = store.PersonChange
	PersonalRows         = store.PersonalRows
	PersonalFile         = store.PersonalFile
	PersonRow            = store.PersonRow
	SumRow               = store.SumRow
	Token                = store.Token

	Difference     = framework.Difference
	VersionChange  = framework.Change
	VersionKind    = framework.ChangeKind
	CompetencyFate = framework.Fate

	FrameworkFile    = framework.File
	FrameworkProblem = framework.Problem
	DraftValues      = framework.Values
)

// What stands in the history of somebody's sign-ins.
const (
	SignedInAction      = store.SignedInAction
	SignInRefusedAction = store.SignInRefusedAction
	SessionEndedAction  = store.SessionEndedAction
	SessionsEndedAction = store.SessionsEndedAction
)

// The fates of a competency when somebody changes version, and the kind of
// change that is none.
const (
	Carried     = framework.Carried
	CarriedNote = framework.CarriedNote
	Recheck     = framework.Recheck
	FateNew     = framework.FateNew
	FateRetired = framework.FateRetired
	Kept        = framework.Kept
)

// VersionKinds returns the kinds of change between versions, and Fates what
// becomes of competencies, in the order in which people want them.
func VersionKinds() []VersionKind { return framework.ChangeKinds() }

// Fates is described at VersionKinds.
func Fates() []CompetencyFate { return framework.Fates() }

// PartOfDraft splits the path of a problem into the part of a draft in which
// it is mended and the key there.
func PartOfDraft(path string) (part, key string) { return framework.PartOf(path) }

// CompareDrafts says what changes from one document of a draft to another.
func CompareDrafts(from, to FrameworkFile) Difference {
	return framework.Diff(from.Framework(), to.Framework())
}

// stale is the refusal of a change to an older version than the present one.
type stale struct{ refusal *countersign.Error }

// Error implements the error interface.
func (s stale) Error() string { return s.refusal.Message }

// Unwrap returns the refusal, a Conflict.
func (s stale) Unwrap() error { return s.refusal }

func refuseStale(message string) error {
	return stale{countersign.Refuse(countersign.Conflict, message)}
}

// IsStale reports whether err is the Conflict of a change that was made to an
// older version than the present one, and not another Conflict.
func IsStale(err error) bool {
	var s stale
	return errors.As(err, &s) || errors.Is(err, store.ErrStale)
}

// Permitted reports whether the actor may do one of the actions to an
// apprenticeship, by the error that the use case itself would begin with. A
// door asks it before it complains about a request that it can't read.
func (s *Service) Permitted(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, actions ...authz.Action) error {
	return s.read(ctx, actor, byApprenticeship(id), func(work) error { return nil }, actions...)
}

// PermittedOnEvidence is Permitted for a piece; somebody else's draft is
// NotFound.
func (s *Service) PermittedOnEvidence(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, actions ...authz.Action) error {
	return s.read(ctx, actor, byEvidence(id), func(w work) error {
		_, err := w.tx.Evidence(w.permit, id)
		return err
	}, actions...)
}

// PermittedOnAttachment is Permitted for a file of a piece.
func (s *Service) PermittedOnAttachment(ctx context.Context, actor authz.Actor, id countersign.AttachmentID, actions ...authz.Action) error {
	var piece countersign.EvidenceID
	return s.read(ctx, actor, func(tx *store.Tx) (sub authz.Subject, err error) {
		sub, piece, err = tx.AttachmentSubject(id)
		return sub, err
	}, func(w work) error {
		_, err := w.tx.Evidence(w.permit, piece)
		return err
	}, actions...)
}

// PermittedOnSignOff is Permitted for a decision.
func (s *Service) PermittedOnSignOff(ctx context.Context, actor authz.Actor, id countersign.SignOffID, actions ...authz.Action) error {
	return s.read(ctx, actor, func(tx *store.Tx) (authz.Subject, error) {
		sub, _, err := tx.SignOffSubject(id)
		return sub, err
	}, func(work) error { return nil }, actions...)
}

// PermittedAtPlace is Permitted for an organisation.
func (s *Service) PermittedAtPlace(ctx context.Context, actor authz.Actor, code string, action authz.Action) error {
	return s.store.Read(ctx, func(tx *store.Tx) error {
		_, err := s.placeFor(tx, actor, action, code)
		return err
	})
}

// PermittedOnPerson is Permitted for changing a person.
func (s *Service) PermittedOnPerson(ctx context.Context, actor authz.Actor, id countersign.PersonID) error {
	f, err := s.PersonFile(ctx, actor, id)
	if err == nil && f.Elsewhere {
		return errElsewhere
	}
	return err
}

// PermittedAnywhere reports whether the actor may do the action at some place;
// to anybody else the use case is NotFound.
func (s *Service) PermittedAnywhere(_ context.Context, actor authz.Actor, action authz.Action) error {
	if !actor.CanAnywhere(action) {
		return countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	}
	return nil
}

// OrganisationInTree returns a place that the actor may see, with the code of
// the place above it.
func (s *Service) OrganisationInTree(ctx context.Context, actor authz.Actor, code string) (store.OrganisationRow, error) {
	var row store.OrganisationRow
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		o, err := s.placeFor(tx, actor, authz.ReadPlace, code)
		if err != nil {
			return err
		}
		row.Organisation = o
		if o.Parent == "" {
			return nil
		}
		above, err := tx.Organisation(o.Parent)
		row.ParentCode = above.Code
		return err
	})
	return row, err
}

// Member is a membership with whose it is and where.
type Member struct {
	Person countersign.Person
	store.HeldMembership
}

// Membership returns a membership at a place that the actor may see.
func (s *Service) Membership(ctx context.Context, actor authz.Actor, id countersign.MembershipID) (Member, error) {
	var out Member
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		m, err := tx.Membership(id)
		if err != nil {
			return err
		}
		subject, err := tx.PlaceSubject(m.Organisation)
		if err != nil {
			return err
		}
		if _, err := actor.Check(authz.ReadPeople, subject); err != nil {
			return err
		}
		place, err := tx.Organisation(m.Organisation)
		if err != nil {
			return err
		}
		out.HeldMembership = store.HeldMembership{
			Membership: m, OrganisationCode: place.Code, OrganisationName: place.Name, OrganisationKind: place.Kind,
		}
		out.Person, err = tx.Person(m.Person)
		return err
	})
	return out, err
}

// Document returns a framework in the shape of its file.
func Document(f countersign.Framework) framework.File { return framework.Document(f) }

// Headers returns what the file is to be served with, so that nothing in it
// can run in our pages' name.
func (a Attachment) Headers() http.Header { return files.ContentHeaders(a.Name, a.MediaType) }

// Answer is what a door answered to a request with an Idempotency-Key.
type Answer = store.Stored

// BeginIdempotent reports whether the actor used the key before, and how that
// request was answered; Done is false while it runs. Otherwise the key is
// taken now, and the caller ends with KeepAnswer or ForgetKey.
func (s *Service) BeginIdempotent(ctx context.Context, actor authz.Actor, key, fingerprint string) (Answer, bool, error) {
	var answer Answer
	var seen bool
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		answer, seen, err = tx.Idempotent(actor.ID(), key, fingerprint)
		return err
	})
	return answer, seen, err
}

// KeepAnswer stores the answer for the next request with the key.
func (s *Service) KeepAnswer(ctx context.Context, actor authz.Actor, key string, a Answer) error {
	a.Done = true
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.SaveIdempotent(actor.ID(), key, a) })
}

// ForgetKey gives a key back after a request that changed nothing.
func (s *Service) ForgetKey(ctx context.Context, actor authz.Actor, key string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.ForgetIdempotent(actor.ID(), key) })
}
