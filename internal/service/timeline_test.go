package service_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestTheTimelineForecastsFromTheApprenticesOwnPace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		timeline := func() service.Timeline {
			t.Helper()
			got, err := h.svc.Timeline(t.Context(), h.as(t, h.Apprentice), h.App.ID)
			wantKind(t, err, 0)
			return got
		}
		if got := timeline(); got.Forecast != nil || len(got.SignedOn) != 0 {
			t.Errorf("a forecast from nothing: %+v", got.Forecast)
		}
		for _, code := range []string{"GPA-CL1", "GPA-CL2", "GPA-CL3", "GPA-CL4", "GPA-CL5"} {
			pieces := h.ready(t, code, h.Mentor)
			h.clock.Advance(10 * 24 * time.Hour)
			if _, _, err := h.sign(t, h.GP, code, pieces...); err != nil {
				t.Fatal(err)
			}
		}
		got := timeline()
		f := got.Forecast
		if f == nil || len(got.SignedOn) != 5 || !f.Early.Before(f.Finish) || !f.Late.After(f.Finish) || !f.Finish.After(h.today()) {
			t.Fatalf("after five sign-offs: %v, %+v", got.SignedOn, f)
		}
		if got.SignedOn[4] != h.today() || got.SignedOn[0] != h.today().AddDays(-40) {
			t.Errorf("signed off on %v", got.SignedOn)
		}
		on := h.today()
		if _, err := h.svc.StartBreak(t.Context(), h.as(t, h.Manager), h.App.ID, 0, service.BreakInput{On: on, ReturnExpected: on.AddDays(90), Reason: "Family"}); err != nil {
			t.Fatal(err)
		}
		away := timeline()
		if away.Forecast == nil || !away.Forecast.Finish.After(f.Finish.AddDays(80)) || len(away.Breaks) != 1 {
			t.Errorf("on a break of 90 days the finish is %+v, before it was %s", away.Forecast, f.Finish)
		}
		_, err := h.svc.Timeline(t.Context(), h.as(t, h.OtherGP), h.App.ID)
		wantKind(t, err, countersign.NotFound)
	})
}
