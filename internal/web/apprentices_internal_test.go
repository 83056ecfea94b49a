package web

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
)

func TestAListWhoseDatabaseHasGoneAwayIsAnErrorAndNoEmptyPage(t *testing.T) {
	t.Parallel()
	cable, dsn := storetest.NewCable(t, storetest.Postgres(t))
	clock := storetest.NewClock()
	st := storetest.Open(t, dsn, clock)
	svc := service.New(service.Config{Store: st, Rand: rand.Reader})
	lead, err := svc.Actor(t.Context(), storetest.NewWorld(t, st).HubLead.ID, authz.Proof{})
	if err != nil {
		t.Fatal(err)
	}
	cable.Cut()
	answer := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/apprenticeships", nil), answer)
	if err := New(Config{Service: svc, Now: clock.Now}).listApprentices(c, lead); countersign.KindOf(err) != countersign.Unavailable || answer.Body.Len() > 0 {
		t.Errorf("listing without a database: %v, and %q", err, answer.Body)
	}
}
