package store_test

import (
	"testing"

	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		for _, value := range []string{"", "yes", "", "no"} {
			if value != "" {
				write(t, s, func(tx *store.Tx) error { return tx.SetSetting("demo", value) })
			}
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.Setting("demo")
				if value != "" && got != value || err != nil {
					t.Errorf("Setting() = %q, %v; want %q", got, err, value)
				}
				if got, err := tx.Setting("never"); got != "" || err != nil {
					t.Errorf("Setting(never) = %q, %v; want nothing", got, err)
				}
				return nil
			})
		}
	})
}
