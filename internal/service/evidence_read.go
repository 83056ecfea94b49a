package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// EvidencePage is one piece with its history and what the actor may do with
// it.
type EvidencePage struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Evidence       countersign.Evidence
	Revisions      []countersign.Revision // oldest first
	Reviews        []countersign.Review   // oldest first
	ObservedBy     string                 // e-mail address of the observer named; empty when none is
	ReliedOn       []countersign.SignOff  // decisions that rely on the piece, oldest first; none for those who may not read decisions
	Subject        authz.Subject
	MayEdit        bool
	MayWithdraw    bool
	MayReview      bool
	MayConfirmRead bool
	MayReport      bool
	MayRelease     bool // the redacted piece
	MayLift        bool // a report that was wrong
}

// Evidence returns one piece whole.
func (s *Service) Evidence(ctx context.Context, actor authz.Actor, id countersign.EvidenceID) (EvidencePage, error) {
	var page EvidencePage
	err := s.read(ctx, actor, byEvidence(id), func(w work) error {
		e, err := w.piece(id)
		if err != nil {
			return err
		}
		page = EvidencePage{Apprenticeship: w.app, Framework: w.framework, Evidence: e, Subject: w.permit.Subject()}
		if page.Revisions, err = w.tx.Revisions(w.permit, id); err != nil {
			return err
		}
		for i, r := range page.Revisions {
			if !r.DestroyedAt.IsZero() {
				page.Revisions[i].Content.Kind = e.Kind // which is all that is left
			}
		}
		reviews, err := w.tx.Reviews(w.permit, id)
		if err != nil {
			return err
		}
		page.Reviews = reviews[id]
		if e.ObservedBy != "" {
			observer, err := w.tx.Person(e.ObservedBy)
			if err != nil {
				return err
			}
			page.ObservedBy = observer.Email
		}
		w.offer(&page)
		page.ReliedOn, err = w.reliedOn(e)
		return err
	}, reading...)
	return page, err
}

// reliedOn returns the decisions that rely on the piece.
func (w work) reliedOn(e countersign.Evidence) ([]countersign.SignOff, error) {
	if e.Revision == 0 || !w.permit.Allows(authz.ReadEvidence) {
		return nil, nil
	}
	all, err := w.tx.SignOffs(w.permit)
	var found []countersign.SignOff
	for _, so := range all {
		if so.ReliesOn(e.ID) {
			found = append(found, so)
		}
	}
	slices.Reverse(found)
	return found, err
}

// offer fills in which actions the page can offer.
func (w work) offer(page *EvidencePage) {
	e := page.Evidence
	page.MayReport = !e.Quarantined && e.Revision > 0 && w.actor.May(authz.ReportEvidence, w.permit.Subject())
	if r := e.Report; r != nil {
		gp := w.permit.Subject().Capacities(w.actor).Has(countersign.GPSupervisor)
		page.MayRelease = r.CheckClose(w.actor.ID(), e, gp, countersign.Released) == nil
		page.MayLift = r.CheckClose(w.actor.ID(), e, gp, countersign.Lifted) == nil
	}
	if w.active() != nil {
		return
	}
	own := w.actor.ID() == w.app.Apprentice
	page.MayEdit = e.Author() == w.actor.ID() && e.Editable()
	page.MayConfirmRead = own && e.RecordedBy != "" && e.State == countersign.Accepted && e.ReadAt.IsZero()
	if own {
		page.MayWithdraw = slices.Contains(countersign.EvidenceLifecycle.Events(e.State, countersign.TheApprentice), countersign.Withdraw) && e.State != countersign.Draft
		return
	}
	page.MayReview = e.State == countersign.Submitted && !e.Quarantined && w.permit.Capacities().Judges(w.framework)
}

// EvidenceList lists the pieces that the actor may read, newest first: a page
// of at most f.Limit and the cursor of the next, empty at the end. Narratives
// are left out.
func (s *Service) EvidenceList(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, f store.EvidenceFilter) ([]countersign.Evidence, string, error) {
	var list []countersign.Evidence
	var next string
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		f.Drafts = true
		all, cursor, err := w.tx.EvidenceList(w.permit, f)
		if err != nil {
			return err
		}
		next = cursor
		if err := w.asSubmitted(all); err != nil {
			return err
		}
		for _, e := range all {
			e.Narrative, e.Reflection, e.Details = "", "", nil
			if w.visible(e) {
				list = append(list, e)
			}
		}
		return nil
	}, reading...)
	return list, next, err
}

// CompetencyPage is one competency of one apprentice with everything a
// decision rests on.
type CompetencyPage struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Attainment     countersign.Attainment // without texts and decisions that the actor may not read
	Summary        countersign.Summary
	Assessment     countersign.Assessment // by all of the decisions, whether or not the actor may read them
	WithdrawnSince []countersign.Evidence // that the standing decision relied on
	Pieces         []countersign.Evidence // whole, newest first; only those the actor may read
	Reviews        map[countersign.EvidenceID][]countersign.Review
	Equivalents    []Equivalent // accepted in another framework, for whoever reads the pieces
	Subject        authz.Subject
	MaySeeEvidence bool
	MaySeeDecision bool
	MaySign        bool
	MayReview      bool
	MayWithdraw    bool                   // the current decision
	MayConfirm     bool                   // the decision, though evidence was withdrawn
	WouldAwait     countersign.NamingRole // whose countersignature a decision by the actor would still need
	SigningAs      countersign.NamingRole
	MustNotSign    string // why the actor can't sign though they may judge; empty when they can
}

// Competency returns one competency for its page. Somebody who may see
// progress only gets it without evidence and decisions.
func (s *Service) Competency(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, code string) (CompetencyPage, error) {
	return s.competency(ctx, actor, byApprenticeship(id), func() string { return code })
}

// Decision returns the competency that a decision is about, for the page on
// which it is withdrawn or confirmed. To whoever may not read decisions it is
// NotFound.
func (s *Service) Decision(ctx context.Context, actor authz.Actor, id countersign.SignOffID) (CompetencyPage, countersign.SignOff, error) {
	var so countersign.SignOff
	page, err := s.competency(ctx, actor, func(tx *store.Tx) (sub authz.Subject, err error) {
		sub, so, err = tx.SignOffSubject(id)
		return sub, err
	}, func() string { return so.Competency })
	if err == nil && !page.MaySeeDecision {
		err = errUnseen
	}
	if err != nil {
		return CompetencyPage{}, countersign.SignOff{}, err
	}
	for _, d := range page.Attainment.Decisions { // without the titles that the actor may not read
		if d.ID == so.ID {
			so.Evidence = d.Evidence
		}
	}
	return page, so, nil
}

func (s *Service) competency(ctx context.Context, actor authz.Actor, subject find, code func() string) (CompetencyPage, error) {
	var page CompetencyPage
	err := s.read(ctx, actor, subject, func(w work) error {
		a, err := w.attainment(code())
		if err != nil {
			return err
		}
		sub := w.permit.Subject()
		page = CompetencyPage{Apprenticeship: w.app, Framework: w.framework, Attainment: a, Summary: a.Summary(), Subject: sub}
		page.MaySeeEvidence = w.reads(a.Competency)
		page.MaySeeDecision = page.MaySeeEvidence || actor.May(authz.ReadDecisions, sub)
		if page.MaySeeEvidence {
			if err := s.readPieces(w, &page); err != nil {
				return err
			}
		}
		w.offerDecision(&page)
		page.Attainment.Pieces = w.withoutText(a.Pieces, page.MaySeeEvidence)
		page.Attainment.Decisions = withoutTitles(a.Decisions, page.MaySeeEvidence)
		page.Assessment, page.WithdrawnSince = page.Attainment.Assessment(), page.Attainment.EvidenceWithdrawnSince()
		if !page.MaySeeDecision {
			page.Attainment.Decisions = nil
		}
		return nil
	}, authz.ReadApprenticeship)
	return page, err
}

func (s *Service) readPieces(w work, page *CompetencyPage) error {
	var err error
	if w.permit, err = checkAny(w.actor, w.permit.Subject(), reading); err != nil {
		return err
	}
	all, err := w.tx.PortfolioEvidence(w.permit)
	if err != nil {
		return err
	}
	if err := w.asSubmitted(all); err != nil {
		return err
	}
	var ids []countersign.EvidenceID
	for _, e := range all {
		if e.Maps(page.Attainment.Code) && w.visible(e) {
			page.Pieces, ids = append(page.Pieces, e), append(ids, e.ID)
		}
	}
	if page.Equivalents, err = s.equivalents(w, page.Summary); err != nil || len(ids) == 0 {
		return err
	}
	slices.SortStableFunc(page.Pieces, func(a, b countersign.Evidence) int { return b.OccurredOn.UTC().Compare(a.OccurredOn.UTC()) })
	page.Reviews, err = w.tx.Reviews(w.permit, ids...)
	return err
}

func (w work) offerDecision(page *CompetencyPage) {
	caps := page.Subject.Capacities(w.actor)
	a := page.Attainment
	role, ok := caps.For(w.framework, a.Domain)
	if w.active() != nil || w.actor.ID() == w.app.Apprentice {
		return
	}
	page.MayReview = ok
	page.SigningAs = role
	page.MaySign = ok && a.Scope == countersign.ScopeIn
	page.WouldAwait = a.AwaitsOf(w.framework, w.actor.ID(), caps)
	if open := a.Open(); open != nil && open.Assessor == w.actor.ID() {
		page.MustNotSign = "You have signed this already. It waits for a countersignature"
	}
	if current := a.Current(); current != nil {
		page.MayWithdraw = caps.Has(countersign.GPSupervisor) || current.Assessor == w.actor.ID() || w.actor.LeadsHubOf(page.Subject)
	}
	page.MayConfirm = caps.Has(countersign.GPSupervisor) && len(a.EvidenceWithdrawnSince()) > 0
}

// SignOffs returns every decision of the apprenticeship, newest first, without
// the titles of pieces for those who don't read evidence.
func (s *Service) SignOffs(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) ([]countersign.SignOff, error) {
	var all []countersign.SignOff
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		all, err = w.tx.SignOffs(w.permit)
		all = withoutTitles(all, actor.May(authz.ReadEvidence, w.permit.Subject()))
		return err
	}, authz.ReadDecisions)
	return all, err
}

// Portfolio returns everything that the portfolio shows.
func (s *Service) Portfolio(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (countersign.Portfolio, error) {
	var p countersign.Portfolio
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		p, err = w.portfolio(s)
		return err
	}, authz.ReadPortfolio)
	return p, err
}

func (w work) portfolio(s *Service) (countersign.Portfolio, error) {
	p := countersign.Portfolio{Apprenticeship: w.app, Framework: w.framework, AsAt: w.app.LastActivityAt}
	if p.AsAt.IsZero() {
		p.AsAt = w.app.CreatedAt
	}
	var err error
	if p.Places, err = w.tx.Places(w.app.Practice); err != nil {
		return p, err
	}
	if p.Namings, err = w.tx.Namings(w.permit); err != nil {
		return p, err
	}
	if p.Attainments, err = w.tx.Attainments(w.permit, w.framework); err != nil {
		return p, err
	}
	p.Apprenticeship.Progress = countersign.Progress{}
	for i, a := range p.Attainments {
		p.Apprenticeship.Add(a.Core, a.Status())
		p.Attainments[i].Pieces = w.withoutText(a.Pieces, true)
		slices.SortStableFunc(p.Attainments[i].Pieces, byDay)
	}
	decisions, err := w.tx.SignOffs(w.permit)
	if err != nil {
		return p, err
	}
	if p.Earlier, err = countersign.EarlierAttainments(w.framework, decisions, func(so countersign.SignOff) (countersign.Competency, error) {
		f, err := s.framework(w.tx, so.FrameworkID, so.FrameworkVersion)
		c, _ := f.Competency(so.Competency)
		return c, err
	}); err != nil {
		return p, err
	}
	p.Pieces, err = w.portfolioPieces(p)
	return p, err
}

// byDay has pieces in the order in which they happened.
func byDay(a, b countersign.Evidence) int { return a.OccurredOn.UTC().Compare(b.OccurredOn.UTC()) }

// portfolioPieces numbers the pieces in the order in which they happened, each
// as it was submitted last.
func (w work) portfolioPieces(p countersign.Portfolio) ([]countersign.PortfolioPiece, error) {
	all, err := w.tx.PortfolioEvidence(w.permit)
	if err != nil {
		return nil, err
	}
	if err := w.rewind(all, countersign.Evidence.Rewriting); err != nil {
		return nil, err
	}
	reviews, err := w.tx.Reviews(w.permit)
	if err != nil {
		return nil, err
	}
	ids := make([]countersign.EvidenceID, 0, len(all))
	for _, e := range all {
		ids = append(ids, e.ID)
	}
	hashes, err := w.tx.RevisionHashes(w.permit, ids)
	if err != nil {
		return nil, err
	}
	relied := map[countersign.EvidenceID]bool{}
	for _, so := range p.Register() {
		for _, r := range so.Evidence {
			relied[r.Evidence] = true
		}
	}
	slices.SortStableFunc(all, byDay)
	var pieces []countersign.PortfolioPiece
	for _, e := range all {
		if e.State == countersign.Withdrawn {
			if !relied[e.ID] {
				continue
			}
			e.Content = countersign.Content{Kind: e.Kind, Title: e.Title, OccurredOn: e.OccurredOn, Mapping: e.Mapping}
			e.Attachments = nil
		}
		if e.Hidden {
			delete(reviews, e.ID)
		}
		pieces = append(pieces, countersign.PortfolioPiece{Number: len(pieces) + 1, Evidence: e, Reviews: reviews[e.ID], Hash: hashes[e.ID]})
	}
	return pieces, nil
}
