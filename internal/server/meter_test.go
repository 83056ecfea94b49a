package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// scrape returns what Prometheus is told.
func (h *house) scrape(t *testing.T) string {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	req.RemoteAddr = "127.0.0.1:4711"
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	if rec.Code != http.StatusOK {
		t.Fatalf("/metrics: %d", rec.Code)
	}
	return rec.Body.String()
}

func TestRequestsAndTheirStatementsAreMeasuredByRoute(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/frameworks/nothing-such", nil))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/secret-word", nil))
	told := h.scrape(t)
	for _, want := range []string{
		`countersign_request_seconds_count{method="GET",route="/frameworks/:id",status="404"} 1`,
		`countersign_request_statements_count{route="/frameworks/:id"} 1`,
		`countersign_statement_seconds_count{route="/frameworks/:id"}`,
		`countersign_requests_under_way 1`, // the one that asks
	} {
		if !strings.Contains(told, want) {
			t.Errorf("no %s in\n%s", want, told)
		}
	}
	if strings.Contains(told, "secret-word") {
		t.Error("what was typed into the address is told")
	}
}

// The clock of these tests moves by a second whenever it is asked.
func TestASlowStatementIsLoggedWithItsRouteAndWithoutWhatItIsAbout(t *testing.T) {
	t.Parallel()
	h := newSlowHouse(t)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/frameworks/nothing-such", nil))
	logged := h.log.String()
	if !strings.Contains(logged, `"msg":"slow statement","route":"/frameworks/:id","ms":`) || !strings.Contains(logged, `"sql":"SELECT`) {
		t.Errorf("logged %s", logged)
	}
	if strings.Contains(logged, "nothing-such") {
		t.Errorf("the log holds what was asked for: %s", logged)
	}
}

// Not parallel: the traces of a program go to one place.
func TestTracesNameTheRouteAndHoldItsStatements(t *testing.T) { //nolint:paralleltest // see above
	spans := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(provider)
	t.Cleanup(func() {
		otel.SetTracerProvider(before)
		_ = provider.Shutdown(context.Background())
	})
	h := newHouse(t)
	req := httptest.NewRequest(http.MethodGet, "/frameworks/nothing-such", nil)
	req.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	h.ServeHTTP(httptest.NewRecorder(), req)
	names := map[string]int{}
	for _, s := range spans.Ended() {
		names[s.Name()]++
		if got := s.SpanContext().TraceID().String(); got != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("%s belongs to the trace %s, not to the proxy's", s.Name(), got)
		}
		for _, a := range s.Attributes() {
			if strings.Contains(a.Value.String(), "nothing-such") {
				t.Errorf("%s tells what was asked for: %s", s.Name(), a.Value.String())
			}
		}
	}
	if names["GET /frameworks/:id"] != 1 || names["SELECT"] == 0 {
		t.Errorf("spans %v", names)
	}
}
