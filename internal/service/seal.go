package service

import (
	"context"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

const (
	// sealAtOnce is how many leaves one transaction seals.
	sealAtOnce = 5000
	// sealTries is how often a portion is tried that other servers seal too.
	sealTries = 10
	// sealBack is how far back a run looks that doesn't look at everything:
	// longer than any transaction takes, so that a decision that is committed
	// late is found, and clocks of several servers may differ.
	sealBack = time.Hour
)

// Seal puts the decisions that aren't in the log yet into it, and signs a
// checkpoint. It looks at what was written in the last hour, or at everything
// if asked; the worker asks at its start and once a day. It returns how many it
// sealed, and fails with ErrNoKey on a server without the signing key.
//
// Each transaction writes leaves, tree and checkpoint together, so that one that
// breaks off leaves nothing behind. Servers that seal at the same moment meet in
// the number of an entry: the first wins, and the others find nothing left.
func (s *Service) Seal(ctx context.Context, all bool) (int, error) {
	permit, err := authz.NewJob(authz.SealJob).Check(authz.SealLedger, authz.Subject{})
	if err != nil {
		return 0, err
	}
	sealed, after, lost := 0, "", 0
	for {
		n, last, err := s.sealSome(ctx, permit, all, after)
		if countersign.KindOf(err) == countersign.Conflict && lost < sealTries { // another server sealed these: look again
			lost++
			continue
		}
		if err != nil {
			return sealed, err
		}
		sealed, after, lost = sealed+n, last, 0
		if n < sealAtOnce {
			return sealed, nil
		}
	}
}

// sealSome seals what comes first: of all, after that identifier.
func (s *Service) sealSome(ctx context.Context, permit authz.Permit, all bool, after string) (n int, last string, err error) {
	var found []store.Unsealed
	// Looked for outside: mostly there is nothing, and a write transaction would
	// keep others from writing. What another server seals meanwhile is a Conflict.
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if all {
			found, err = tx.EveryUnsealed(after, sealAtOnce)
		} else {
			found, err = tx.Unsealed(tx.Now().Add(-sealBack), sealAtOnce)
		}
		return err
	})
	if err != nil || len(found) == 0 {
		return 0, "", err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		signer, err := s.signer(tx)
		if err != nil {
			return err
		}
		leaves := make([]string, len(found))
		for i, f := range found {
			leaves[i] = f.Leaf
		}
		return seal(tx, permit, signer, leaves)
	})
	return len(found), found[len(found)-1].ID, err
}

// seal appends leaves to the log and signs what it has become.
func seal(tx *store.Tx, permit authz.Permit, signer ledger.Signer, leaves []string) error {
	size, err := tx.LedgerSize()
	if err != nil {
		return err
	}
	edge, err := nodesOf(tx)(ledger.Edge(size))
	if err != nil {
		return err
	}
	tree, err := ledger.NewTree(size, edge)
	if err != nil {
		return err
	}
	var nodes []store.LedgerNode
	for _, leaf := range leaves {
		if err := tree.Append(leaf, func(n ledger.Node) { nodes = append(nodes, store.LedgerNode(n)) }); err != nil {
			return err
		}
	}
	if err := tx.AppendLedger(permit, size, leaves, nodes); err != nil {
		return err
	}
	log, err := logName(tx)
	if err != nil {
		return err
	}
	c := ledger.Checkpoint{Log: log, Size: tree.Size(), Root: tree.Root(), At: tx.Now()}
	note, err := c.Sign(signer)
	if err != nil {
		return err
	}
	return tx.AddCheckpoint(permit, store.LedgerCheckpoint{Size: c.Size, Root: c.Root, Note: note, At: c.At})
}

// logName is what the log is called in checkpoints: it stays when the address
// of the installation or its key changes.
func logName(tx *store.Tx) (string, error) {
	top, err := tx.OrganisationByCode("ENGLAND")
	return "countersign/" + string(top.ID), err
}

// nodesOf reads nodes of the log from the database.
func nodesOf(tx *store.Tx) ledger.Nodes {
	return func(ask []ledger.Node) ([]ledger.Node, error) {
		rows := make([]store.LedgerNode, len(ask))
		for i, n := range ask {
			rows[i] = store.LedgerNode(n)
		}
		rows, err := tx.LedgerNodes(rows)
		out := make([]ledger.Node, len(rows))
		for i, r := range rows {
			out[i] = ledger.Node(r)
		}
		return out, err
	}
}
