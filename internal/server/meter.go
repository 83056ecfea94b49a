package server

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"countersign/internal/store"
)

// meter counts and times what the server does, by route: what answers "why is
// it slow".
type meter struct {
	requests   *prometheus.HistogramVec
	statements *prometheus.HistogramVec
	perRequest *prometheus.HistogramVec
	underWay   prometheus.Gauge
}

func newMeter(r prometheus.Registerer) *meter {
	m := &meter{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "countersign_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
		statements: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "countersign_statement_seconds", Help: "Time until the database answered a statement of a request.",
			Buckets: []float64{.001, .005, .025, .1, .5, 2.5},
		}, []string{"route"}),
		perRequest: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "countersign_request_statements", Help: "Database statements of a request.",
			Buckets: []float64{5, 10, 20, 40, 80, 160},
		}, []string{"route"}),
		underWay: prometheus.NewGauge(prometheus.GaugeOpts{Name: "countersign_requests_under_way", Help: "Requests being answered."}),
	}
	r.MustRegister(m.requests, m.statements, m.perRequest, m.underWay)
	return m
}

// metered times the request and each of its statements, logs the slow ones with
// the route they came from, and makes spans of them if traces are sent.
func (h *handler) metered(next echo.HandlerFunc) echo.HandlerFunc {
	tracer := otel.Tracer("countersign")
	return func(c echo.Context) error {
		began, route := h.Now(), c.Path()
		if route == "" {
			route = "none" // what was asked for could be anything
		}
		ctx := propagation.TraceContext{}.Extract(c.Request().Context(), propagation.HeaderCarrier(c.Request().Header))
		ctx, span := tracer.Start(ctx, c.Request().Method+" "+route, trace.WithSpanKind(trace.SpanKindServer), trace.WithTimestamp(began))
		var statements atomic.Int64
		c.SetRequest(c.Request().WithContext(store.Watch(ctx, func(st store.Statement) {
			statements.Add(1)
			h.meter.statements.WithLabelValues(route).Observe(st.Took.Seconds())
			h.spanOf(ctx, tracer, st)
			if h.SlowStatement > 0 && st.Took >= h.SlowStatement {
				h.Log.WarnContext(ctx, "slow statement", slog.String("route", route), slog.Int64("ms", st.Took.Milliseconds()),
					slog.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)), slog.String("sql", strings.Join(strings.Fields(st.SQL), " ")))
			}
		})))
		h.meter.underWay.Inc()
		defer h.meter.underWay.Dec()
		err := next(c) // nil: logged has answered what went wrong
		status := c.Response().Status
		h.meter.requests.WithLabelValues(c.Request().Method, route, strconv.Itoa(status)).Observe(h.Now().Sub(began).Seconds())
		h.meter.perRequest.WithLabelValues(route).Observe(float64(statements.Load()))
		span.SetAttributes(attribute.String("http.request.method", c.Request().Method), attribute.String("http.route", route),
			attribute.Int("http.response.status_code", status), attribute.Int64("countersign.statements", statements.Load()))
		if status >= 500 {
			span.SetStatus(codes.Error, "")
		}
		span.End(trace.WithTimestamp(h.Now()))
		return err
	}
}

// spanOf makes a span of a statement that has been answered. The text of a
// statement holds placeholders, never what people typed.
func (h *handler) spanOf(ctx context.Context, tracer trace.Tracer, st store.Statement) {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return
	}
	verb, _, _ := strings.Cut(strings.TrimSpace(st.SQL), " ")
	_, span := tracer.Start(ctx, verb, trace.WithTimestamp(st.Began), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", h.Store.Dialect()), attribute.String("db.query.text", st.SQL)))
	span.End(trace.WithTimestamp(st.Began.Add(max(st.Took, time.Nanosecond))))
}
