package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// ReviewList is the progress reviews of an apprenticeship and when the next
// one is due.
type ReviewList struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Reviews        []countersign.ProgressReview // the first one first
	DueOn          countersign.Date             // of the next one that isn't locked; zero when none is due
	MayPrepare     bool                         // the next one, which nobody has prepared yet
}

// ReviewPage is one progress review and what the actor may do with it.
type ReviewPage struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework // the version of the review
	Review         countersign.ProgressReview
	SHA256         string                    // of what it says, which is what is signed
	Party          countersign.ReviewParty   // for whom the actor speaks; empty for nobody
	MayPrepare     bool                      // again, with what the record says now
	MayWrite       bool                      // nobody has signed yet
	MaySign        bool                      // the actor's party hasn't
	Unsigned       []countersign.ReviewParty // in the order in which they are shown
}

// ProgressReviews returns the reviews for whoever may read the programme.
func (s *Service) ProgressReviews(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (ReviewList, error) {
	var l ReviewList
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		l = ReviewList{Apprenticeship: w.app, Framework: w.framework}
		if l.Reviews, err = w.tx.ProgressReviews(w.permit); err != nil {
			return err
		}
		changes, err := w.tx.Changes(w.permit)
		if err != nil {
			return err
		}
		l.DueOn = w.nextReview(l.Reviews, changes)
		l.MayPrepare = actor.May(authz.PrepareReview, w.permit.Subject()) && w.mayHoldReviews() == nil && (len(l.Reviews) == 0 || last(l.Reviews).State == countersign.ReviewLocked)
		return nil
	}, authz.ReadProgramme)
	return l, err
}

func last(all []countersign.ProgressReview) countersign.ProgressReview {
	if len(all) == 0 {
		return countersign.ProgressReview{}
	}
	return all[len(all)-1]
}

// nextReview returns when the review is due that follows the last locked one;
// changes are all of the apprenticeship's.
func (w work) nextReview(all []countersign.ProgressReview, changes []countersign.Change) countersign.Date {
	var held countersign.Date
	for _, r := range all {
		if r.State == countersign.ReviewLocked {
			held = r.HeldOn
		}
	}
	return w.app.NextReview(w.framework.Programme, held, w.app.Breaks(changes))
}

// mayHoldReviews refuses reviews before the start is accepted, while on a
// break and after the end.
func (w work) mayHoldReviews() error {
	if w.app.State == countersign.Active || w.app.State == countersign.ReferredBack {
		return nil
	}
	return countersign.Refuse(countersign.Conflict, "Reviews are held while the apprentice is learning; this apprenticeship is "+w.app.State.Phrase())
}

// reviewRole returns as what the actor takes part in or prepares a review. Who
// mentors speaks for the employer, even if they lead the hub as well.
func (w work) reviewRole() countersign.NamingRole {
	if w.actor.ID() == w.app.Apprentice {
		return countersign.TheApprentice
	}
	caps := w.permit.Capacities()
	for _, r := range []countersign.NamingRole{countersign.GPSupervisor, countersign.SecondaryMentor} {
		if caps.Has(r) {
			return r
		}
	}
	if w.actor.LeadsHubOf(w.permit.Subject()) {
		return countersign.LeadOfHub
	}
	if caps.Has(countersign.ManagerOfPractice) {
		return countersign.ManagerOfPractice
	}
	return ""
}

// ProgressReview returns one review, by its number.
func (s *Service) ProgressReview(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, number int) (ReviewPage, error) {
	var p ReviewPage
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		r, _, err := w.progressReview(number)
		if err != nil {
			return err
		}
		p = ReviewPage{Apprenticeship: w.app, Review: r, Unsigned: r.Unsigned(), Party: countersign.PartyOf(w.reviewRole())}
		if p.SHA256, err = ledger.ProgressReviewHash(r); err != nil {
			return err
		}
		going := w.mayHoldReviews() == nil
		_, signed := r.SignedBy(p.Party)
		p.MayPrepare = going && r.State == countersign.ReviewPrepared && actor.May(authz.PrepareReview, w.permit.Subject())
		p.MayWrite = going && r.State == countersign.ReviewPrepared && p.Party != ""
		p.MaySign = p.Party != "" && !signed && r.State != countersign.ReviewLocked
		p.Framework, err = s.framework(w.tx, r.FrameworkID, r.FrameworkVersion)
		return err
	}, authz.ReadProgramme)
	return p, err
}

// progressReview returns the review with that number and the one before it.
func (w work) progressReview(number int) (r, before countersign.ProgressReview, err error) {
	all, err := w.tx.ProgressReviews(w.permit)
	if err != nil {
		return r, before, err
	}
	i := slices.IndexFunc(all, func(r countersign.ProgressReview) bool { return r.Number == number })
	if i < 0 {
		return r, before, errUnseen
	}
	return all[i], last(all[:i]), nil
}

// PrepareReview begins the next review with what the record says now, and
// returns its number.
func (s *Service) PrepareReview(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (int, error) {
	var number int
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.mayHoldReviews(); err != nil {
			return err
		}
		all, err := w.tx.ProgressReviews(w.permit)
		if err != nil {
			return err
		}
		before := last(all)
		if len(all) > 0 && before.State != countersign.ReviewLocked {
			return countersign.Refuse(countersign.Conflict, "The review before is not signed by all three yet")
		}
		r := countersign.ProgressReview{Number: before.Number + 1, Since: before.HeldOn}
		if r.Since.IsZero() {
			r.Since = w.app.StartOn
		}
		changes, err := w.tx.Changes(w.permit)
		if err != nil {
			return err
		}
		r.DueOn = w.nextReview(all, changes)
		if r, err = w.prepare(r, before, changes); err != nil {
			return err
		}
		number = r.Number
		if err := w.tx.AddProgressReview(w.permit, r); err != nil {
			return err
		}
		return w.audit("progress_review.prepare", itoa(number), nil)
	}, authz.PrepareReview)
	return number, err
}

// PrepareReviewAgain replaces the facts of a review that nobody has signed by
// what the record says now. What people wrote stays.
func (s *Service) PrepareReviewAgain(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, number, version int) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.mayHoldReviews(); err != nil {
			return err
		}
		r, before, err := w.progressReviewAt(number, version)
		if err != nil {
			return err
		}
		changes, err := w.tx.Changes(w.permit)
		if err != nil {
			return err
		}
		prepared, err := w.prepare(r, before, changes)
		if err != nil {
			return err
		}
		if err := w.tx.ChangeProgressReview(w.permit, prepared, r.Version); err != nil {
			return err
		}
		return w.audit("progress_review.prepare", itoa(number), nil)
	}, authz.PrepareReview)
}

// progressReviewAt is progressReview for somebody who saw that version; 0 asks
// for no check.
func (w work) progressReviewAt(number, version int) (r, before countersign.ProgressReview, err error) {
	if r, before, err = w.progressReview(number); err == nil && version != 0 && version != r.Version {
		err = refuseStale("This review was changed since you opened it. Look at it again")
	}
	return r, before, err
}

// prepare gathers what happened since the review before was prepared.
func (w work) prepare(r, before countersign.ProgressReview, changes []countersign.Change) (countersign.ProgressReview, error) {
	since := before.PreparedAt
	if since.IsZero() {
		since = w.app.StartOn.Start()
	}
	facts := countersign.ReviewFacts{PlannedEndOn: w.app.PlannedEndOn}
	var err error
	if facts.Submitted, facts.Accepted, err = w.tx.EvidenceSince(w.permit, since); err != nil {
		return r, err
	}
	as, err := w.tx.Attainments(w.permit, w.framework)
	if err != nil {
		return r, err
	}
	for _, a := range as {
		facts.Progress.Add(a.Core, a.Status())
		if done := a.Standing(); done != nil && !done.SignedAt.Before(since) {
			facts.SignedOff = append(facts.SignedOff, a.Code)
		}
	}
	totals, err := w.hoursTotals(changes)
	if err != nil {
		return r, err
	}
	if totals.HasRule || totals.Planned > 0 {
		facts.Hours = &countersign.ReviewHours{Minimum: totals.Target(), Expected: totals.Expected, Verified: totals.Verified}
	}
	r.PreparedBy, r.PreparedByName, r.PreparedAt = w.actor.ID(), w.actor.Name(), w.tx.Now()
	return r.Prepare(w.framework, facts, before, w.reviewRole())
}

// ProgressReviewInput is what one party writes into a review: their notes, their
// ratings by domain, and the day and the actions, which the three share.
// Actions carried over come first, in their order.
type ProgressReviewInput struct {
	HeldOn  countersign.Date    `field:"held_on"`
	Notes   string              `field:"notes" label:"the notes" validate:"max=5000"`
	Ratings map[string]string   `field:"ratings" privacy:"-"`
	Actions []ReviewActionInput `field:"actions" label:"the actions" validate:"max=20,dive"`
}

// ReviewActionInput is something agreed in a review.
type ReviewActionInput struct {
	Text   string                  `field:"text" label:"what is to be done" validate:"max=500"`
	Owner  countersign.ReviewParty `field:"owner" label:"who does it" privacy:"-"`
	DueOn  countersign.Date        `field:"due_on"`
	DoneOn countersign.Date        `field:"done_on"`
}

// WriteReview puts the actor's part into a review that nobody has signed yet.
func (s *Service) WriteReview(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, number, version int, in ProgressReviewInput) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		r, _, err := w.progressReviewAt(number, version)
		if err != nil {
			return err
		}
		if err := w.mayHoldReviews(); err != nil {
			return err
		}
		f, err := s.framework(w.tx, r.FrameworkID, r.FrameworkVersion)
		if err != nil {
			return err
		}
		part := countersign.ReviewPart{HeldOn: in.HeldOn, Notes: in.Notes, Ratings: in.Ratings}
		for _, a := range in.Actions {
			part.Actions = append(part.Actions, countersign.ReviewAction{Text: a.Text, Owner: a.Owner, DueOn: a.DueOn, DoneOn: a.DoneOn})
		}
		written, err := r.Write(f, part, w.reviewRole(), w.tx.Today())
		if err != nil {
			return err
		}
		if err := w.tx.ChangeProgressReview(w.permit, written, r.Version); err != nil {
			return err
		}
		return w.audit("progress_review.write", itoa(number), nil)
	}, authz.TakePartInReview)
}

// SignReviewInput signs what a review says. SHA256 is that of the content that
// the signer saw; the remark is their own.
type SignReviewInput struct {
	SHA256 string `field:"content_sha256" label:"the hash of what you sign" validate:"required,max=64" privacy:"-"`
	Remark string `field:"remark" label:"a remark" validate:"max=2000"`
}

// SignReview signs a review for the actor's party. The third signature locks
// it.
func (s *Service) SignReview(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, number int, in SignReviewInput) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		r, _, err := w.progressReview(number)
		if err != nil {
			return err
		}
		if err := w.vet(s, in); err != nil {
			return err
		}
		content, err := ledger.ProgressReviewHash(r)
		if err != nil {
			return err
		}
		signed, signature, err := r.Sign(content, in.SHA256, in.Remark, actor.ID(), w.reviewRole(), w.tx.Now())
		if err != nil {
			return err
		}
		if err := w.tx.SignProgressReview(w.permit, signed, signature); err != nil {
			return err
		}
		return w.audit("progress_review.sign", itoa(number), map[string]any{"party": signature.Party, "content_sha256": content})
	}, authz.TakePartInReview)
}

// DueReview is a progress review that is due, or soon will be.
type DueReview struct {
	Apprenticeship countersign.ApprenticeshipID
	Apprentice     countersign.PersonID
	ApprenticeName string
	PracticeName   string
	DueOn          countersign.Date
	Prepared       int // number of the review that is under way; 0 for none
}

// reviewNotice is how many days before a review is due people are told.
const reviewNotice = 14

// reviewsDue returns the next review of every apprenticeship within the scope
// that has one, due on or before a day, the earliest first.
func (s *Service) reviewsDue(tx *store.Tx, scope authz.Scope, until countersign.Date, only ...countersign.ApprenticeshipID) ([]DueReview, error) {
	clocks, err := tx.ReviewClocks(scope, only...)
	if err != nil {
		return nil, err
	}
	var out []DueReview
	for _, c := range clocks {
		a := c.Apprenticeship
		f, err := s.framework(tx, a.FrameworkID, a.FrameworkVersion)
		if err != nil {
			return nil, err
		}
		if due := a.NextReview(f.Programme, c.Last, a.Breaks(c.Changes)); !due.IsZero() && !due.After(until) {
			out = append(out, DueReview{a.ID, a.Apprentice, a.ApprenticeName, a.PracticeName, due, c.Prepared})
		}
	}
	slices.SortStableFunc(out, func(a, b DueReview) int {
		if a.DueOn != b.DueOn {
			return strings.Compare(a.DueOn.String(), b.DueOn.String())
		}
		return strings.Compare(a.ApprenticeName, b.ApprenticeName)
	})
	return out, nil
}

// ReviewsDue returns the reviews among the actor's apprentices that are
// overdue or due within a fortnight, the earliest first.
func (s *Service) ReviewsDue(ctx context.Context, actor authz.Actor) ([]DueReview, error) {
	var due []DueReview
	scope := actor.Scope(authz.PrepareReview)
	scope.Own = actor.Scope(authz.TakePartInReview).Own
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = s.reviewsDue(tx, scope, tx.Today().AddDays(reviewNotice))
		return err
	})
	return due, err
}

// OverdueReviews returns which of the apprenticeships have a review that is
// overdue, as far as the actor may know.
func (s *Service) OverdueReviews(ctx context.Context, actor authz.Actor, ids []countersign.ApprenticeshipID) (map[countersign.ApprenticeshipID]countersign.Date, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out := map[countersign.ApprenticeshipID]countersign.Date{}
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		due, err := s.reviewsDue(tx, actor.Scope(authz.ReadProgramme), tx.Today().AddDays(-1), ids...)
		for _, d := range due {
			out[d.Apprenticeship] = d.DueOn
		}
		return err
	})
	return out, err
}

// EnqueueReviewChase asks for a mail to the three parties of every review that
// is due within a fortnight, one when it becomes overdue, and one a week while
// it is. Asking twice does nothing.
func (s *Service) EnqueueReviewChase(ctx context.Context) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		today := tx.Today()
		due, err := s.reviewsDue(tx, authz.NewJob(authz.LetterJob).Scope(authz.WriteLetter), today.AddDays(reviewNotice))
		if err != nil {
			return err
		}
		for _, d := range due {
			step := "soon"
			if late := d.DueOn.DaysUntil(today); late > 0 {
				step = itoa((late - 1) / 7)
			}
			people, err := reviewPeople(tx, d.Apprenticeship)
			if err != nil {
				return err
			}
			for _, to := range people {
				n := Notice{Kind: NoticeReviewDue, To: to, Apprenticeship: d.Apprenticeship, Day: d.DueOn.String()}
				if err := tx.Enqueue(MailJob, n, time.Time{}, strings.Join([]string{"review", string(d.Apprenticeship), n.Day, step, string(to)}, ":")); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// reviewPeople returns everybody who could take part in a review today.
func reviewPeople(tx *store.Tx, id countersign.ApprenticeshipID) ([]countersign.PersonID, error) {
	subject, err := tx.Subject(id)
	if err != nil {
		return nil, err
	}
	permit, err := authz.NewJob(authz.LetterJob).Check(authz.WriteLetter, subject)
	if err != nil {
		return nil, err
	}
	people := []countersign.PersonID{subject.Apprentice}
	for _, n := range subject.Namings {
		if countersign.PartyOf(n.Role) == countersign.EmployerParty && !slices.Contains(people, n.Person) {
			people = append(people, n.Person)
		}
	}
	leads, err := tx.LeadsOf(permit)
	for _, l := range leads {
		if !slices.Contains(people, l) {
			people = append(people, l)
		}
	}
	return people, err
}
