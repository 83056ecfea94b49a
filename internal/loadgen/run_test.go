package loadgen_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/loadgen"
)

func TestRunRefusesAServerThatIsNotOnThisMachine(t *testing.T) {
	for _, url := range []string{"https://countersign.example.org", "http://192.0.2.1:8080", "127.0.0.1:8080", ""} {
		_, err := loadgen.Run(t.Context(), loadgen.Load{URL: url, Data: t.TempDir(), People: 1, Duration: time.Second, Clock: time.Now})
		if err == nil || !strings.Contains(err.Error(), "not this machine") && !strings.Contains(err.Error(), "not an address") {
			t.Errorf("Run() on %q = %v, want a refusal", url, err)
		}
	}
}
