package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Gateway is how far an apprenticeship is from its end: the checklist, what
// was handed in and answered, and the award.
type Gateway struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Checklist      []countersign.CheckedCondition
	Submissions    []countersign.Submission // oldest first; without comments for those who don't read decisions
	Award          *countersign.AwardGiven
	Verifiers      []string // named today
	MaySubmit      bool     // the actor declares conditions and hands in
	MayVerify      bool     // what was handed in
	MayAward       bool
	Barred         string // why the actor can't verify though named for it
}

// Gateway returns the checklist as it stands, or as it was when the portfolio
// was submitted. What the verifier wrote about competencies is for those who
// read decisions.
func (s *Service) Gateway(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (Gateway, error) {
	var g Gateway
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		g, err = w.gateway()
		return err
	}, authz.ReadGateway)
	return g, err
}

func (w work) gateway() (Gateway, error) {
	g := Gateway{Apprenticeship: w.app, Framework: w.framework}
	as, err := w.tx.Attainments(w.permit, w.framework)
	if err != nil {
		return g, err
	}
	if g.Submissions, err = w.tx.Submissions(w.permit); err != nil {
		return g, err
	}
	switch n := len(g.Submissions); {
	case n > 0 && w.app.State != countersign.ReferredBack:
		g.Checklist = countersign.CheckedLines(g.Submissions[n-1].Checklist)
	case !w.app.State.Ended():
		if g.Checklist, err = w.checklist(as, g.Submissions); err != nil {
			return g, err
		}
	}
	if g.Award, err = w.tx.Award(w.permit); err != nil {
		return g, err
	}
	sub := w.permit.Subject()
	for _, n := range sub.Namings {
		if n.Role == countersign.NamedVerifier {
			g.Verifiers = append(g.Verifiers, n.PersonName)
		}
	}
	working := w.app.State == countersign.Active || w.app.State == countersign.ReferredBack
	g.MaySubmit = working && w.actor.May(authz.SubmitPortfolio, sub)
	g.MayAward = w.app.State == countersign.CompletedProgramme && w.actor.May(authz.RecordAward, sub)
	if w.app.State == countersign.HandedIn && w.actor.May(authz.VerifyPortfolio, sub) {
		g.Barred = countersign.MessageOf(countersign.MayVerify(w.actor.ID(), as))
		g.MayVerify = g.Barred == ""
	}
	if !w.actor.May(authz.ReadDecisions, sub) {
		for _, sent := range g.Submissions {
			if sent.Verification != nil {
				sent.Verification.Comment, sent.Verification.Referrals = "", nil
			}
		}
	}
	return g, nil
}

// checklist judges the conditions of the gateway by what the record says.
func (w work) checklist(as []countersign.Attainment, sent []countersign.Submission) ([]countersign.CheckedCondition, error) {
	facts := countersign.GatewayFacts{Attainments: as, ReferredAt: lastReferral(sent)}
	var err error
	if facts.Declarations, err = w.tx.Declarations(w.permit); err != nil {
		return nil, err
	}
	if err := w.counted(&facts); err != nil {
		return nil, err
	}
	return w.framework.Checklist(facts), nil
}

// counted fills in what the record counts besides competencies, so far as the
// framework asks for it: hours, placement hours and reviews.
func (w work) counted(f *countersign.GatewayFacts) error {
	asks := func(kind countersign.ConditionKind) bool {
		return slices.ContainsFunc(w.framework.Conditions(), func(c countersign.Condition) bool { return c.Kind == kind })
	}
	hours, reviews := asks(countersign.HoursReached), asks(countersign.ReviewsHeld)
	if asks(countersign.PlacementReached) {
		if err := w.countPlacements(f); err != nil {
			return err
		}
	}
	if !hours && !reviews {
		return nil
	}
	changes, err := w.tx.Changes(w.permit)
	if err != nil {
		return err
	}
	if hours {
		totals, err := w.hoursTotals(changes)
		if err != nil {
			return err
		}
		f.Hours = &countersign.Shortfall{Have: totals.Verified, Need: totals.Target()}
	}
	if reviews {
		all, err := w.tx.ProgressReviews(w.permit)
		if err != nil {
			return err
		}
		due := w.nextReview(all, changes)
		if !due.Before(w.tx.Today()) {
			due = countersign.Date{}
		}
		f.OverdueReview = &due
	}
	return nil
}

func (w work) countPlacements(f *countersign.GatewayFacts) error {
	placements, err := w.tx.Placements(w.permit)
	if err != nil {
		return err
	}
	f.PlacementHours = &countersign.Shortfall{Need: w.framework.PlacementHours * 60}
	for _, p := range placements {
		if p.State == countersign.PlacementConfirmed {
			f.PlacementHours.Have += p.DoneMinutes
		}
	}
	return nil
}

func lastReferral(sent []countersign.Submission) time.Time {
	for _, s := range slices.Backward(sent) {
		if s.Verification != nil && s.Verification.Outcome == countersign.PortfolioReferred {
			return s.Verification.At
		}
	}
	return time.Time{}
}

// DeclareInput names the conditions that the GP supervisor declares; those
// that it leaves out are taken back.
type DeclareInput struct {
	Conditions []string `field:"conditions" label:"the conditions" validate:"max=40,dive,max=40" privacy:"-"`
}

// Declare keeps what the GP supervisor says of the conditions that the record
// can't show, with name and time.
func (s *Service) Declare(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in DeclareInput) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if w.app.State != countersign.Active && w.app.State != countersign.ReferredBack {
			return countersign.Refuse(countersign.Conflict, "The checklist cannot change now: the apprenticeship is "+w.app.State.Phrase())
		}
		g, err := w.gateway()
		if err != nil {
			return err
		}
		var p countersign.Problems
		for i, code := range in.Conditions {
			if !slices.ContainsFunc(g.Checklist, func(c countersign.CheckedCondition) bool { return c.ByPerson && c.Code == code }) {
				p.Add("conditions."+itoa(i), "The checklist has no such condition to declare")
			}
		}
		if err := p.Err(); err != nil {
			return err
		}
		for _, c := range g.Checklist {
			declared := slices.Contains(in.Conditions, c.Code)
			if !c.ByPerson || declared == c.Met {
				continue
			}
			if err := w.tx.AddDeclaration(w.permit, c.Code, declared); err != nil {
				return err
			}
		}
		return w.audit("gateway.declare", string(id), map[string]any{"conditions": in.Conditions})
	}, authz.SubmitPortfolio)
}

// SubmitPortfolio freezes the record and hands it to the verifier, once the
// checklist is met.
func (s *Service) SubmitPortfolio(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, struct{}{}, authz.SubmitPortfolio, func(w work, _ countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		g, err := w.gateway()
		if err != nil {
			return w.app, countersign.Change{}, err
		}
		app, c, err := w.app.HandInPortfolio(g.Checklist, countersign.GPSupervisor, w.tx.Today())
		if err != nil {
			return app, c, err
		}
		return app, c, w.tx.AddSubmission(w.permit, countersign.Submission{
			Number: len(g.Submissions) + 1, Checklist: countersign.SubmittedLines(g.Checklist),
		})
	})
}

// VerifyInput is the verifier's answer to what was handed in.
type VerifyInput struct {
	Outcome   countersign.VerificationOutcome `field:"outcome" label:"an outcome" verb:"Select" validate:"required,oneof=verified referred_back" privacy:"-"`
	Comment   string                          `field:"comment" label:"a comment" validate:"max=5000"`
	Referrals []ReferralInput                 `field:"referrals" label:"the competencies" validate:"max=200,dive"`
}

// ReferralInput says what is missing for a competency.
type ReferralInput struct {
	Competency string `field:"competency" label:"a competency" validate:"max=40" privacy:"-"`
	Comment    string `field:"comment" label:"a comment" validate:"max=5000"`
}

// VerifyPortfolio verifies what was handed in, which completes the programme,
// or refers it back for the competencies named, which opens the record again.
func (s *Service) VerifyPortfolio(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in VerifyInput) (countersign.Apprenticeship, error) {
	return s.changing(ctx, actor, id, version, in, authz.VerifyPortfolio, func(w work, _ countersign.NamingRole) (countersign.Apprenticeship, countersign.Change, error) {
		var none countersign.Change
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return w.app, none, err
		}
		if err := countersign.MayVerify(w.actor.ID(), as); err != nil {
			return w.app, none, err
		}
		v := countersign.Verification{Outcome: in.Outcome, Comment: strings.TrimSpace(in.Comment)}
		var app countersign.Apprenticeship
		var c countersign.Change
		if in.Outcome == countersign.PortfolioVerified {
			app, c, err = w.app.Verify(countersign.NamedVerifier, w.tx.Today())
		} else {
			for _, r := range in.Referrals {
				v.Referrals = append(v.Referrals, countersign.Referral{Competency: r.Competency, Comment: strings.TrimSpace(r.Comment)})
			}
			app, c, err = w.app.Refer(w.framework, v.Referrals, countersign.NamedVerifier, w.tx.Today())
		}
		if err != nil {
			return app, c, err
		}
		sent, err := w.tx.Submissions(w.permit)
		if err != nil {
			return app, c, err
		}
		v.Submission = sent[len(sent)-1].ID
		return app, c, w.tx.AddVerification(w.permit, v)
	})
}

// AwardInput is what was awarded. Seen is the number of the award that the
// actor saw, 0 for none; nil asks for no check.
type AwardInput struct {
	Title   string           `field:"title" label:"the title of the award" validate:"max=200" privacy:"certain"`
	Body    string           `field:"body" label:"who gives the award" validate:"max=200" privacy:"certain"`
	Level   string           `field:"level" label:"the level" validate:"max=80" privacy:"certain"`
	Credits int              `field:"credits" label:"the credits" validate:"min=0,max=999"`
	Number  string           `field:"number" label:"the number of the certificate" validate:"max=80" privacy:"-"`
	On      countersign.Date `field:"awarded_on"`
	Seen    *int             `field:"seen" validate:"omitempty,min=0"`
}

// RecordAward records what somebody was awarded, or corrects it.
func (s *Service) RecordAward(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in AwardInput) (countersign.AwardGiven, error) {
	var given countersign.AwardGiven
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		present, err := w.tx.Award(w.permit)
		if err != nil {
			return err
		}
		nth := 0
		if present != nil {
			nth = present.Nth
		}
		if in.Seen != nil && *in.Seen != nth {
			return refuseStale("Somebody recorded an award since you opened this. Look at it again")
		}
		given = countersign.AwardGiven{
			Nth: nth + 1, Title: strings.TrimSpace(in.Title), Body: strings.TrimSpace(in.Body), Level: strings.TrimSpace(in.Level),
			Credits: in.Credits, Number: strings.TrimSpace(in.Number), On: in.On, By: w.actor.ID(), ByName: w.actor.Name(), At: w.tx.Now(),
		}
		if err := w.app.CheckAward(given, w.tx.Today()); err != nil {
			return err
		}
		if err := w.tx.AddAward(w.permit, given); err != nil {
			return err
		}
		if err := w.notify(NoticeAwarded, w.app.Apprentice, "", ""); err != nil {
			return err
		}
		return w.audit("apprenticeship.award", string(id), map[string]any{"number": given.Nth, "awarded_on": given.On.String()})
	}, authz.RecordAward)
	return given, err
}

// Certificate returns what the certificate of a completed programme says;
// there is none before.
func (s *Service) Certificate(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (countersign.CompletionCertificate, error) {
	var c countersign.CompletionCertificate
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		if w.app.State != countersign.CompletedProgramme {
			return countersign.Refuse(countersign.NotFound, "There is no certificate, as the programme is not completed")
		}
		c = countersign.CompletionCertificate{Apprenticeship: w.app, Framework: w.framework, AsAt: w.app.EndedOn.Start()}
		sent, err := w.tx.Submissions(w.permit)
		if err != nil {
			return err
		}
		if c.Award, err = w.tx.Award(w.permit); err != nil {
			return err
		}
		if c.Elsewhere, err = w.tx.CompletedElsewhere(w.permit); err != nil {
			return err
		}
		if n := len(sent); n > 0 && sent[n-1].Verification != nil && sent[n-1].Verification.Outcome == countersign.PortfolioVerified {
			v := sent[n-1].Verification
			c.VerifiedBy, c.VerifiedOn, c.AsAt = v.ByName, countersign.LondonDate(v.At), v.At
		}
		if c.Award != nil && c.Award.At.After(c.AsAt) {
			c.AsAt = c.Award.At
		}
		return nil
	}, authz.ReadApprenticeship)
	return c, err
}

// AwaitingRow is a portfolio that waits for a verifier.
type AwaitingRow = store.AwaitingRow

// AwaitingVerification returns the portfolios that wait for the actor's
// verification, longest first.
func (s *Service) AwaitingVerification(ctx context.Context, actor authz.Actor) ([]AwaitingRow, error) {
	var rows []AwaitingRow
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.AwaitingVerification(actor.Scope(authz.VerifyPortfolio))
		return err
	})
	return rows, err
}

// BriefingInput is the day on which somebody attended the mentor briefing; the
// zero Date takes it out.
type BriefingInput struct {
	On countersign.Date `field:"attended_on"`
}

// RecordBriefing keeps that a GP supervisor or secondary mentor attended the
// mentor briefing.
func (s *Service) RecordBriefing(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, naming countersign.NamingID, in BriefingInput) (countersign.Naming, error) {
	var n countersign.Naming
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		old, err := w.namingSeen(naming, nil)
		switch {
		case err != nil:
			return err
		case old.Role != countersign.GPSupervisor && old.Role != countersign.SecondaryMentor:
			return countersign.Refuse(countersign.Conflict, "The mentor briefing is for GP supervisors and secondary mentors")
		case in.On.After(w.tx.Today()):
			return countersign.InvalidField("attended_on", "The date must be today or in the past")
		}
		if n, err = w.tx.SetBriefing(w.permit, naming, in.On); err != nil {
			return err
		}
		return w.audit("naming.briefing", string(n.Person), map[string]any{"attended_on": in.On.String()})
	}, authz.ChangeNamings)
	return n, err
}
