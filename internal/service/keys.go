package service

import (
	"context"
	"errors"
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/keyring"
	"countersign/internal/ledger"
	"countersign/internal/store"
)

// ErrNoKey says that this server doesn't have the private key with which the
// installation signs, so that it neither seals nor signs. The others do.
var ErrNoKey = errors.New("this server does not have the installation's signing key: copy it from the server that has it, or give the installation another one with countersign ledger rotate-key")

// SigningKeys returns the public keys of the installation, retired ones too,
// oldest first. The last one signs.
func (s *Service) SigningKeys(ctx context.Context) (keys []countersign.SigningKey, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		keys, err = tx.SigningKeys()
		return err
	})
	return keys, err
}

// PublicKeys returns the same keys, read.
func (s *Service) PublicKeys(ctx context.Context) ([]ledger.PublicKey, error) {
	all, err := s.SigningKeys(ctx)
	keys := make([]ledger.PublicKey, len(all))
	for i, k := range all {
		if err == nil {
			keys[i], err = ledger.ParsePublicKey(k.Verifier)
		}
	}
	return keys, err
}

// Signer returns the private key of the installation, or ErrNoKey.
func (s *Service) Signer(ctx context.Context) (signer ledger.Signer, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		signer, err = s.signer(tx)
		return err
	})
	return signer, err
}

// signer returns the private key that is registered as the present one. It
// looks each time, so that a key that was rotated by a command, or copied into
// place, is the one that signs from then on.
func (s *Service) signer(tx *store.Tx) (ledger.Signer, error) {
	keys, err := tx.SigningKeys()
	if err != nil {
		return ledger.Signer{}, err
	}
	if len(keys) == 0 {
		return ledger.Signer{}, ErrNoKey
	}
	public, err := ledger.ParsePublicKey(keys[len(keys)-1].Verifier)
	if err != nil {
		return ledger.Signer{}, fmt.Errorf("service: the registered signing key: %w", err)
	}
	signer, err := s.keys.Signer(public)
	if errors.Is(err, keyring.ErrMissing) {
		err = fmt.Errorf("%w (%w)", ErrNoKey, err)
	}
	return signer, err
}

// prepareKey makes the signing key of an installation that has none yet. Of
// several servers that start at the same moment only one registers its key.
func (s *Service) prepareKey(ctx context.Context) error {
	keys, err := s.SigningKeys(ctx)
	if err != nil || len(keys) > 0 {
		return err
	}
	if _, err = s.replaceKey(ctx, s.Operator(), ""); countersign.KindOf(err) == countersign.Conflict {
		return nil
	}
	return err
}

// RotateKey gives the installation a new signing key and returns its public
// half. The one before signs no more; what it signed stays valid. Other servers
// of the installation need the new file before they can sign again.
func (s *Service) RotateKey(ctx context.Context, actor authz.Actor) (ledger.PublicKey, error) {
	keys, err := s.SigningKeys(ctx)
	if err == nil && len(keys) == 0 {
		err = ErrNoKey
	}
	if err != nil {
		return ledger.PublicKey{}, err
	}
	before := keys[len(keys)-1].Verifier
	public, err := s.replaceKey(ctx, actor, before)
	if err != nil {
		return public, err
	}
	retired, err := ledger.ParsePublicKey(before)
	if err != nil {
		return public, err
	}
	return public, s.keys.Forget(retired)
}

// replaceKey makes a key and registers it in the place of the one before.
func (s *Service) replaceKey(ctx context.Context, actor authz.Actor, before string) (ledger.PublicKey, error) {
	permit, err := actor.Check(authz.KeepKeys, authz.Subject{})
	if err != nil {
		return ledger.PublicKey{}, err
	}
	signer, err := s.keys.Make()
	if err != nil {
		return ledger.PublicKey{}, err
	}
	public := signer.PublicKey()
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AddSigningKey(permit, public.String(), before); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Job: actor.Job(), Action: "ledger.key", Subject: public.ID()})
	})
	if err != nil {
		return public, errors.Join(err, s.keys.Forget(public))
	}
	return public, nil
}
