package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/store"
)

// Letter is what a mail about a notice says: names and titles of the
// framework, never evidence or comments, since others may read a mail.
type Letter struct {
	To           countersign.Person
	Apprentice   string
	By           string // who decided
	Role         countersign.NamingRole
	From         countersign.Date
	Competencies []countersign.Competency
	Level        string
	Waiting      int
	Hours        int // entries that wait to be verified
	Oldest       time.Time
	DueOn        countersign.Date // of a progress review; last of a cycle or sign-off
	Cycle        string           // of continuing development
	Version      string           // of the framework
	Draft        string           // title and version of a framework draft
	Practice     string           // that received a portfolio
	Board        countersign.BoardMail
}

// aboutTheProgramme are notices that say nothing but whose programme it is.
var aboutTheProgramme = map[NoticeKind]bool{
	NoticeProgramme: true, NoticeSubmitted: true, NoticeReferred: true, NoticeVerified: true, NoticeAwarded: true,
	NoticeReported: true, NoticeRedacted: true, NoticeReportClosed: true,
}

// ErrNothingToSay means that a notice has been overtaken: no mail is due.
var ErrNothingToSay = errors.New("service: nothing to say any more")

// Letter gathers what the mail about a notice says. Only the worker calls it;
// the notice was put into the outbox by a use case that had permission.
func (s *Service) Letter(ctx context.Context, n Notice) (Letter, error) {
	var l Letter
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if n.Kind == NoticePlacement {
			return s.letterToSite(tx, n, &l)
		}
		if l.To, err = tx.Person(n.To); err != nil {
			return err
		}
		if l.To.Origin != "" {
			return ErrNothingToSay // they can't be reached from here
		}
		if n.Email != "" {
			l.To.Email = n.Email
		}
		switch {
		case n.Draft != "":
			return s.letterOnDraft(tx, n, &l)
		case n.Received != "":
			return letterOnReceived(tx, n, &l)
		case n.Apprenticeship == "":
			return nil
		}
		return s.letterAbout(tx, n, &l)
	})
	if err == nil && n.Board != "" {
		err = s.letterOnBoard(ctx, n, &l)
	}
	if err == nil && n.Kind == NoticeDigest {
		err = s.countWaiting(ctx, n.To, &l)
	}
	return l, err
}

// letterToSite gathers what a site supervisor is told, who has no account. A
// placement that doesn't wait for them any more has nothing to say.
func (s *Service) letterToSite(tx *store.Tx, n Notice, l *Letter) error {
	subject, err := tx.Subject(n.Apprenticeship)
	if err != nil {
		return err
	}
	permit, err := authz.NewJob(authz.LetterJob).Check(authz.WriteLetter, subject)
	if err != nil {
		return err
	}
	p, err := tx.Placement(permit, n.Placement)
	if err != nil {
		return err
	}
	if p.State != countersign.PlacementAsked {
		return ErrNothingToSay
	}
	app, err := tx.Apprenticeship(permit)
	l.To = countersign.Person{Name: p.SupervisorName, Email: p.SupervisorEmail}
	l.Apprentice = app.ApprenticeName
	return err
}

// letterOnDraft names a framework draft, unless it has ended meanwhile.
func (s *Service) letterOnDraft(tx *store.Tx, n Notice, l *Letter) error {
	subject, err := tx.DraftSubject(n.Draft)
	if err != nil {
		return err
	}
	permit, err := authz.NewJob(authz.LetterJob).Check(authz.WriteLetter, subject)
	if err != nil {
		return err
	}
	draft, err := tx.VersionDraft(permit)
	if err == nil && draft.State != countersign.DraftOpen {
		err = ErrNothingToSay
	}
	l.Draft = draft.Title + ", version " + draft.FrameworkVersion
	return err
}

// letterOnReceived names a portfolio from elsewhere, unless it is decided about.
func letterOnReceived(tx *store.Tx, n Notice, l *Letter) error {
	r, err := tx.Received(n.Received)
	if err == nil && r.State != countersign.PackageReceived {
		err = ErrNothingToSay
	}
	l.Apprentice, l.Practice = r.ApprenticeName, r.PracticeName
	return err
}

func (s *Service) letterAbout(tx *store.Tx, n Notice, l *Letter) error {
	subject, err := tx.Subject(n.Apprenticeship)
	if err != nil {
		return err
	}
	permit, err := authz.NewJob(authz.LetterJob).Check(authz.WriteLetter, subject)
	if err != nil {
		return err
	}
	app, err := tx.Apprenticeship(permit)
	if err != nil {
		return err
	}
	l.Apprentice = app.ApprenticeName
	f, err := s.framework(tx, app.FrameworkID, app.FrameworkVersion)
	if err != nil {
		return err
	}
	switch {
	case n.Evidence != "" && !aboutTheProgramme[n.Kind]:
		return letterOnEvidence(tx, permit, f, n, l)
	case n.Competency != "":
		as, err := tx.Attainments(permit, f, n.Competency)
		if err != nil {
			return err
		}
		head := as[0].Head()
		if head == nil {
			return ErrNothingToSay
		}
		if expires := as[0].Summary().ExpiresOn; n.Kind == NoticeExpiring {
			if expires.String() != n.Day {
				return ErrNothingToSay // signed again, or withdrawn
			}
			l.DueOn = expires
		}
		l.By, l.Level = head.AssessorName, f.Scale.Level(head.Level).Title
		l.Competencies = []countersign.Competency{as[0].Competency}
		return nil
	case n.Kind == NoticeSubmitted && app.State != countersign.HandedIn:
		return ErrNothingToSay // somebody was faster
	case aboutTheProgramme[n.Kind], n.Kind == NoticePriorClaimed, n.Kind == NoticePriorDecided:
		return nil
	case n.Kind == NoticeVersion, n.Kind == NoticeVersionBack:
		return s.letterOnVersion(tx, permit, f, n, l)
	case n.Kind == NoticeCPD:
		return s.letterOnCycle(work{tx: tx, permit: permit}, n, l)
	case n.Kind == NoticeReviewDue:
		return s.letterOnReview(tx, n, l)
	}
	for _, naming := range subject.Namings {
		if naming.Person == n.To {
			l.Role, l.From = naming.Role, naming.From
		}
	}
	if l.Role == "" {
		return ErrNothingToSay // the naming was ended before it began
	}
	return nil
}

// letterOnReview says when a review is due, unless it has been held meanwhile.
func (s *Service) letterOnReview(tx *store.Tx, n Notice, l *Letter) error {
	due, err := s.reviewsDue(tx, authz.NewJob(authz.LetterJob).Scope(authz.WriteLetter), tx.Today().AddDays(reviewNotice), n.Apprenticeship)
	if err != nil {
		return err
	}
	if len(due) == 0 || due[0].DueOn.String() != n.Day {
		return ErrNothingToSay
	}
	l.DueOn = due[0].DueOn
	return nil
}

// letterOnVersion says which version of the framework somebody is on and, when
// it is another than before, what was judged competent and is decided again.
func (s *Service) letterOnVersion(tx *store.Tx, permit authz.Permit, f countersign.Framework, n Notice, l *Letter) error {
	if f.Version != n.Version {
		return ErrNothingToSay // changed again
	}
	l.Version = f.Version
	if n.Kind == NoticeVersionBack {
		return nil
	}
	change, err := tx.LastVersionChange(permit)
	if countersign.KindOf(err) == countersign.NotFound {
		return ErrNothingToSay
	} else if err != nil {
		return err
	}
	old, err := s.framework(tx, f.ID, change.From)
	if err != nil {
		return err
	}
	before, err := tx.Attainments(permit, old)
	competent := map[string]bool{}
	for _, a := range before {
		competent[a.Code] = a.WasCompetent()
	}
	for _, step := range framework.Diff(old, f).Steps() {
		was := slices.ContainsFunc(append(step.From, step.Competency.Code), func(code string) bool { return competent[code] })
		if step.Fate == framework.Recheck && was {
			l.Competencies = append(l.Competencies, step.Competency)
		}
	}
	return err
}

func letterOnEvidence(tx *store.Tx, permit authz.Permit, f countersign.Framework, n Notice, l *Letter) error {
	e, err := tx.Evidence(permit, n.Evidence)
	if countersign.KindOf(err) == countersign.NotFound {
		return ErrNothingToSay // a report hides it
	} else if err != nil {
		return err
	}
	reviews, err := tx.Reviews(permit, n.Evidence)
	if err != nil {
		return err
	}
	l.By = e.RecordedByName
	if all := reviews[n.Evidence]; len(all) > 0 && n.Kind != NoticeRecorded {
		l.By = all[len(all)-1].ReviewerName
	}
	for _, m := range e.Mapping {
		if c, ok := f.Competency(m.Competency); ok {
			l.Competencies = append(l.Competencies, c)
		}
	}
	return nil
}

func (s *Service) countWaiting(ctx context.Context, id countersign.PersonID, l *Letter) error {
	actor, err := s.Actor(ctx, id, authz.Proof{})
	if err != nil {
		return err
	}
	items, err := s.Queue(ctx, actor, QueueFilter{Limit: 1000})
	if err != nil {
		return err
	}
	if _, l.Hours, err = s.WaitingHours(ctx, actor, 0); err != nil {
		return err
	}
	if l.Waiting = len(items); l.Waiting > 0 {
		l.Oldest = items[0].Since
	} else if l.Hours == 0 {
		return ErrNothingToSay
	}
	return nil
}

// EnqueueDigests asks for one mail to everybody who wants the daily one; the
// letter isn't sent when nothing waits for them. Asking twice on a day does
// nothing.
func (s *Service) EnqueueDigests(ctx context.Context) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		people, err := tx.DigestPeople()
		if err != nil {
			return err
		}
		day := tx.Today().String()
		for _, p := range people {
			if err := tx.Enqueue(MailJob, Notice{Kind: NoticeDigest, To: p.ID, Day: day}, time.Time{}, "digest:"+string(p.ID)+":"+day); err != nil {
				return err
			}
		}
		return nil
	})
}
