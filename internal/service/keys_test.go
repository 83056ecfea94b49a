package service_test

import (
	"errors"
	"os"
	"testing"

	"countersign/internal/keyring"
	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// withKeys is a service of the same database with a folder of keys of its own.
func (h *house) withKeys(t *testing.T) (*service.Service, *keyring.Folder) {
	t.Helper()
	keys := keyring.Open(t.TempDir(), "record.example.org")
	return service.New(service.Config{Store: h.store, Keys: keys}), keys
}

func TestTheFirstStartMakesASigningKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		if _, err := h.svc.Signer(t.Context()); !errors.Is(err, service.ErrNoKey) {
			t.Errorf("before the start: %v", err)
		}
		svc, _ := h.withKeys(t)
		for range 2 {
			if err := svc.Prepare(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		keys, err := svc.SigningKeys(t.Context())
		signer, signErr := svc.Signer(t.Context())
		if err != nil || signErr != nil || len(keys) != 1 || keys[0].Verifier != signer.PublicKey().String() {
			t.Errorf("SigningKeys() = %v, %v; Signer() = %v", keys, err, signErr)
		}
	})
}

// Two servers of one database have one key between them: the one that doesn't
// have its file runs, but doesn't sign.
func TestAServerWithoutTheKeyDoesNotSign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		one, keys := h.withKeys(t)
		two, others := h.withKeys(t)
		for _, svc := range []*service.Service{one, two} {
			if err := svc.Prepare(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := two.Signer(t.Context()); !errors.Is(err, service.ErrNoKey) {
			t.Fatalf("the second server: %v", err)
		}
		signer, err := one.Signer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(keys.Path(signer.PublicKey()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(others.Path(signer.PublicKey()), content, 0o600); err != nil {
			t.Fatal(err)
		}
		if same, err := two.Signer(t.Context()); err != nil || same.Encode() != signer.Encode() {
			t.Errorf("with the file copied: %v", err)
		}
	})
}

func TestRotatingRetiresTheKeyBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		svc, folder := h.withKeys(t)
		if err := svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		before, err := svc.Signer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := svc.RotateKey(t.Context(), h.as(t, h.HubLead)); err == nil {
			t.Error("a hub lead rotates the key")
		}
		public, err := svc.RotateKey(t.Context(), svc.Operator())
		if err != nil {
			t.Fatal(err)
		}
		now, err := svc.Signer(t.Context())
		if err != nil || now.PublicKey().String() != public.String() || public.String() == before.PublicKey().String() {
			t.Errorf("Signer() = %s, %v; want %s", now.PublicKey(), err, public)
		}
		if _, err := folder.Signer(before.PublicKey()); !errors.Is(err, keyring.ErrMissing) {
			t.Errorf("the retired private key: %v", err)
		}
		keys, err := svc.SigningKeys(t.Context())
		if err != nil || len(keys) != 2 {
			t.Fatalf("SigningKeys() = %v, %v", keys, err)
		}
		old, err := ledger.ParsePublicKey(keys[0].Verifier)
		if err != nil || !old.Verify([]byte("x"), before.Sign([]byte("x"))) || keys[0].RetiredAt.IsZero() {
			t.Errorf("what the retired key signed can't be checked: %v", err)
		}
	})
}

// Servers that start together on an empty database agree on one key.
func TestServersThatStartTogetherAgreeOnOneKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		const servers = 4
		done := make(chan error, servers)
		for range servers {
			svc := service.New(service.Config{Store: s, Keys: keyring.Open(t.TempDir(), "record.example.org")})
			go func() { done <- svc.Prepare(t.Context()) }()
		}
		for range servers {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		keys, err := service.New(service.Config{Store: s}).SigningKeys(t.Context())
		if err != nil || len(keys) != 1 {
			t.Errorf("SigningKeys() = %v, %v", keys, err)
		}
	})
}
