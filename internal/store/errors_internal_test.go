package store

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"countersign/internal/countersign"
)

// A copy that reports are read from goes away in the middle of a transaction:
// the driver has closed the connection already when the next statement comes.
func TestAConnectionThatIsClosedIsOfADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	if err := unavailable(fmt.Errorf("store: cells: %w", pgconn.ErrConnClosed)); countersign.KindOf(err) != countersign.Unavailable {
		t.Errorf("%v", err)
	}
}
