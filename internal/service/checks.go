package service

import (
	"context"

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
