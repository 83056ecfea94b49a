package view

import (
	"time"

	"countersign/internal/countersign"
)

func sampleImpact(practice string, baseline, value int) countersign.Impact {
	return countersign.Impact{
		ID: "01980000-0000-7000-8000-000000000099", PracticeCode: "B70101", PracticeName: practice, Measure: "GP_MIN_CORR_DAY", Baseline: baseline, Value: value,
		BaselineFrom: countersign.On(2026, 1, 5), BaselineTo: countersign.On(2026, 1, 30), From: countersign.On(2026, 9, 7), To: countersign.On(2026, 10, 2),
		Method: "audit_sample", Sample: 20, Note: "All partners, without locums", State: countersign.ImpactEntered, EnteredByName: "Priya Shah", Version: 3,
		EnteredAt: time.Date(2026, 10, 5, 9, 30, 0, 0, time.UTC), CheckedAt: time.Date(2026, 10, 6, 9, 30, 0, 0, time.UTC), CheckedByName: "Helen Marsh",
	}
}

func init() {
	addSamples(func() []Sample {
		reported := []countersign.Impact{sampleImpact("Hillview Surgery", 1200, 400), sampleImpact("Riverside Medical Centre", 955, 800), sampleImpact("Oak Lane", 600, 660)}
		full := NewImpactPage("West Yorkshire", "QWO", Link{Text: "England", Href: "/reports/ENGLAND"})
		full.Kind, full.Day, full.Published, full.Reported = countersign.Hub, countersign.On(2026, 11, 22), countersign.PublishedImpacts(), reported
		full.Beneath = []Link{{Text: "Hillview Surgery", Href: ImpactHref("B70101", "")}}
		for n, m := range countersign.ImpactMeasures() {
			full.Figures = append(full.Figures, countersign.SumImpact(m, 31, reported[:n%4]))
		}
		sentBack := sampleImpact("Oak Lane", 600, 660)
		sentBack.State, sentBack.Reason = countersign.ImpactSentBack, "Which weeks are these?"
		full.Open = []countersign.Impact{sampleImpact("Hillview Surgery", 1200, 400), sentBack}
		full.MoreOpen = true
		region := NewImpactPage("North East and Yorkshire", "Y63")
		region.Kind, region.Day, region.Published, region.Hidden = countersign.Region, full.Day, full.Published, true
		many := append(append([]countersign.Impact{}, reported...), reported...)
		for n, m := range countersign.ImpactMeasures() {
			region.Figures = append(region.Figures, countersign.ShareImpact(m, 300, many[:6-n%2*3], false))
		}
		none := NewImpactPage("Hillview Surgery", "B70101")
		none.Kind, none.Day, none.Published, none.MayEnter = countersign.Practice, full.Day, full.Published, true
		wrong := NewImpactFormPage("Hillview Surgery", "B70101")
		wrong.Value = "a lot"
		wrong.Fail(countersign.Impact{Value: -1}.Check(full.Day))
		check := NewImpactOnePage(reported[0])
		check.MayCheck, check.MaySendBack = true, true
		mine := NewImpactOnePage(sentBack)
		mine.MayChange, mine.MayWithdraw = true, true
		gone := sampleImpact("Oak Lane", 600, 660)
		gone.State = countersign.ImpactWithdrawn
		checked := sampleImpact("Hillview Surgery", 1200, 400)
		checked.State = countersign.ImpactChecked
		silent := NewImpactOnePage(checked)
		silent.MaySendBack, silent.Decision = true, "send_back"
		silent.Fail(countersign.InvalidField("reason", "Enter what is to be put right"))
		return []Sample{
			{"impact: training hub", full}, {"impact: region", region}, {"impact: practice without any", none}, {"impact: enter", NewImpactFormPage("Hillview Surgery", "B70101")},
			{"impact: enter, wrong", wrong}, {"impact: change", NewImpactChangePage(sentBack)}, {"impact: check", check}, {"impact: sent back", mine}, {"impact: withdrawn", NewImpactOnePage(gone)}, {"impact: send back what is checked", silent},
		}
	})
}
