package service

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/badge"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// checksPerAddress is how many documents may be checked from one address within
// TryWindow: reading one takes time and memory.
const checksPerAddress = 60

// CountCheck counts a document that somebody sent to be checked, and refuses it
// when there were too many from that address.
func (s *Service) CountCheck(ctx context.Context, address string) error {
	n := 0
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.Attempt("verify:address:"+address, TryWindow)
		return err
	})
	if err == nil && n > checksPerAddress {
		return countersign.Refuse(countersign.TooMany, "Too many portfolios were checked from here. Wait 15 minutes, then try again")
	}
	return err
}

// StandNow says of the valid decisions in a checked document which were
// withdrawn since, if it was issued here.
func (s *Service) StandNow(ctx context.Context, r ledger.Report) (ledger.Report, error) {
	leaves := make([]string, len(r.Decisions))
	for i, d := range r.Decisions {
		leaves[i] = d.Leaf
	}
	standings, err := s.Standings(ctx, leaves)
	for i, d := range r.Decisions {
		if d.Status == ledger.Valid && standings[d.Leaf].Withdrawn {
			r.Decisions[i].Status, r.Decisions[i].Why = ledger.Withdrawn, "It was withdrawn after the document was made"
		}
	}
	return r, err
}

// BadgeStandsNow says of a valid badge that was issued here whether it was
// revoked since.
func (s *Service) BadgeStandsNow(ctx context.Context, c badge.Checked) (badge.Checked, error) {
	_, number, _ := strings.Cut(c.List, "/badge-status/")
	list, err := strconv.Atoi(number)
	if c.Status != ledger.Valid || !c.Known || err != nil {
		return c, nil //nolint:nilerr // it isn't of ours
	}
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		revoked, err := tx.RevokedPlaces(list)
		if slices.Contains(revoked, c.Place) {
			c.Status, c.Why = ledger.Withdrawn, "A decision that it rests on was withdrawn, or has expired"
		}
		return err
	})
	return c, err
}
