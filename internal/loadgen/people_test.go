package loadgen

import (
	"testing"

	"countersign/internal/password"
)

func TestEverybodysPasswordIsTheOneThatIsTold(t *testing.T) {
	if ok, _, err := password.Verify(t.Context(), passwordPHC, Password); !ok || err != nil {
		t.Errorf("Verify() = %v, %v", ok, err)
	}
}
