package service

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/badge"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// BadgeList is the badges of an apprenticeship, and which more can be made.
type BadgeList struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Today          countersign.Date
	Badges         []countersign.Badge // oldest first
	Open           []OpenBadge         // for domains in their order, then the programme
	MayIssue       bool
}

// OpenBadge is a badge that doesn't exist, or holds no more.
type OpenBadge struct {
	Domain string // empty for the programme
	Barred string // why it can't be made yet; empty if it can
}

// Badges returns the badges for whoever reads the portfolio.
func (s *Service) Badges(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (BadgeList, error) {
	var l BadgeList
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		l = BadgeList{Apprenticeship: w.app, Framework: w.framework, Today: w.tx.Today(), MayIssue: w.actor.May(authz.IssueBadge, w.permit.Subject())}
		if l.Badges, err = w.tx.Badges(w.permit); err != nil {
			return err
		}
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return err
		}
		for _, domain := range append(domainCodes(w.framework), "") {
			if l.holds(domain) {
				continue
			}
			_, err := countersign.EarnedFor(w.framework, w.app, as, domain)
			l.Open = append(l.Open, OpenBadge{domain, countersign.MessageOf(err)})
		}
		return nil
	}, authz.ReadPortfolio)
	return l, err
}

// holds reports whether a badge for the domain exists and holds.
func (l BadgeList) holds(domain string) bool {
	return slices.ContainsFunc(l.Badges, func(b countersign.Badge) bool { return b.Domain == domain && b.Holds(l.Today) })
}

func domainCodes(f countersign.Framework) []string {
	codes := make([]string, len(f.Domains))
	for i, d := range f.Domains {
		codes[i] = d.Code
	}
	return codes
}

// Badge returns one badge with the framework version that it names.
func (s *Service) Badge(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, of countersign.BadgeID) (b countersign.Badge, f countersign.Framework, err error) {
	err = s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		badges, err := w.tx.Badges(w.permit)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(badges, func(b countersign.Badge) bool { return b.ID == of })
		if i < 0 {
			return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
		}
		b = badges[i]
		f, err = s.framework(w.tx, b.FrameworkID, b.FrameworkVersion)
		return err
	}, authz.ReadPortfolio)
	return b, f, err
}

// BadgeSite is how an installation is known to the outside.
type BadgeSite struct {
	URL  string
	Item func(framework, version, code string) string // address of a competency
}

// IssueBadge signs a badge for what the apprentice has earned in a domain, or
// in the programme where domain is empty. One that holds already is returned
// as it is.
func (s *Service) IssueBadge(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, domain string, site BadgeSite) (b countersign.Badge, err error) {
	err = s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		badges, err := w.tx.Badges(w.permit)
		if err != nil {
			return err
		}
		for _, old := range badges {
			if old.Domain == domain && old.Holds(w.tx.Today()) {
				b = old
				return nil
			}
		}
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return err
		}
		earned, err := countersign.EarnedFor(w.framework, w.app, as, domain)
		if err != nil {
			return err
		}
		if b, err = s.signBadge(w, domain, earned, site); err != nil {
			return err
		}
		if err := w.tx.AddBadge(w.permit, b); err != nil {
			return err
		}
		return w.audit("badge.issue", string(b.ID), map[string]any{"domain": domain, "competencies": b.Competencies})
	}, authz.IssueBadge)
	return b, err
}

func (s *Service) signBadge(w work, domain string, earned []countersign.Attainment, site BadgeSite) (b countersign.Badge, err error) {
	b = countersign.Badge{
		ID: countersign.BadgeID(w.tx.NewID()), Apprenticeship: w.app.ID, Domain: domain, FrameworkID: w.framework.ID, FrameworkVersion: w.framework.Version,
		IssuedAt: w.tx.Now(), ValidUntil: countersign.EndOfBadge(earned),
	}
	for _, a := range earned {
		b.Competencies = append(b.Competencies, a.Code)
	}
	if b.List, b.Place, err = s.badgePlace(w.tx); err != nil {
		return b, err
	}
	apprentice, err := w.tx.Person(w.app.Apprentice)
	if err != nil {
		return b, err
	}
	signer, err := s.signer(w.tx)
	if err != nil {
		return b, err
	}
	salt := make([]byte, 16)
	if _, err := io.ReadFull(s.rand, salt); err != nil {
		return b, fmt.Errorf("service: the salt of a badge: %w", err)
	}
	credential, err := badge.Credential(badge.Statement{
		Badge: b, Framework: w.framework, Apprenticeship: w.app, Email: apprentice.Email, Salt: hex.EncodeToString(salt), RestsOn: earned, Site: site.URL,
		Item: func(code string) string { return site.Item(w.framework.ID, w.framework.Version, code) },
	}, signer)
	b.Credential = string(credential)
	return b, err
}

// badgePlace returns a free place in the newest list of revocations, at random
// so that it tells nothing about when or for whom. A list is half full at most.
func (s *Service) badgePlace(tx *store.Tx) (list, place int, err error) {
	issued, err := tx.BadgesIssued()
	if err != nil {
		return 0, 0, err
	}
	list = 1 + issued/(badge.Places/2)
	for {
		var b [4]byte
		if _, err := io.ReadFull(s.rand, b[:]); err != nil {
			return 0, 0, fmt.Errorf("service: the place of a badge: %w", err)
		}
		place = int(binary.BigEndian.Uint32(b[:]) % badge.Places)
		taken, err := tx.BadgePlaceTaken(list, place)
		if err != nil || !taken {
			return list, place, err
		}
	}
}

// BadgeStatus returns a signed list of revocations. It is public: it says at
// which places badges are revoked, and nothing about whose they are.
func (s *Service) BadgeStatus(ctx context.Context, list int, url string) (out []byte, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		issued, err := tx.BadgesIssued()
		if err != nil {
			return err
		}
		if list < 1 || list > 1+issued/(badge.Places/2) {
			return countersign.Refuse(countersign.NotFound, "There is no such list")
		}
		revoked, err := tx.RevokedPlaces(list)
		if err != nil {
			return err
		}
		signer, err := s.signer(tx)
		if err != nil {
			return err
		}
		out, err = badge.StatusList(url, list, revoked, signer, tx.Now())
		return err
	})
	return out, err
}
