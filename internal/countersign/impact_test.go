package countersign_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
)

func anImpact() countersign.Impact {
	return countersign.Impact{
		Measure: "GP_MIN_CORR_DAY", Baseline: 1200, Value: 400, Method: "audit_sample", Sample: 20, State: countersign.ImpactEntered, EnteredBy: "manager",
		BaselineFrom: countersign.On(2026, 1, 5), BaselineTo: countersign.On(2026, 1, 30), From: countersign.On(2026, 6, 1), To: countersign.On(2026, 6, 26),
	}
}

var midsummer = countersign.On(2026, 7, 1)

func TestAReportOfAMeasureSaysMethodSampleAndPeriods(t *testing.T) {
	if err := anImpact().Check(midsummer); err != nil {
		t.Fatal(err)
	}
	for field, wrong := range map[string]func(*countersign.Impact){
		"measure":       func(i *countersign.Impact) { i.Measure = "LUCK" },
		"baseline":      func(i *countersign.Impact) { i.Baseline = -1 },
		"value":         func(i *countersign.Impact) { i.Measure, i.Baseline, i.Value = "LETTERS_TO_GP_PCT", 10, 1001 },
		"method":        func(i *countersign.Impact) { i.Method = "" },
		"sample":        func(i *countersign.Impact) { i.Sample = 0 },
		"baseline_from": func(i *countersign.Impact) { i.BaselineFrom = countersign.Date{} },
		"baseline_to":   func(i *countersign.Impact) { i.BaselineTo = countersign.On(2026, 1, 1) },
		"from":          func(i *countersign.Impact) { i.From = countersign.On(2026, 1, 20) },
		"to":            func(i *countersign.Impact) { i.To = midsummer.AddDays(1) },
	} {
		i := anImpact()
		wrong(&i)
		if e, ok := i.Check(midsummer).(*countersign.Error); !ok || e.Fields[0].Field != field {
			t.Errorf("%s wrong: %v", field, i.Check(midsummer))
		}
	}
}

func TestWhatIsCheckedDoesNotChangeUntilItIsSentBack(t *testing.T) {
	i := anImpact()
	if _, err := i.Decide("manager", countersign.CheckImpact, ""); countersign.KindOf(err) != countersign.Forbidden {
		t.Errorf("whoever entered it checks it: %v", err)
	}
	if _, err := i.Decide("lead", countersign.SendBackImpact, " "); countersign.KindOf(err) != countersign.Invalid {
		t.Errorf("sent back in silence: %v", err)
	}
	checked, err := i.Decide("lead", countersign.CheckImpact, "")
	if err != nil || checked.State != countersign.ImpactChecked {
		t.Fatalf("checked: %v, %v", checked.State, err)
	}
	if _, err := checked.Decide("lead", countersign.CheckImpact, ""); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("checked twice: %v", err)
	}
	if _, err := checked.Change(anImpact(), midsummer); countersign.KindOf(err) != countersign.Conflict {
		t.Errorf("changed once it is checked: %v", err)
	}
	back, err := checked.Decide("lead", countersign.SendBackImpact, "Which GPs?")
	if err != nil || back.State != countersign.ImpactSentBack || back.Reason != "Which GPs?" {
		t.Fatalf("sent back: %+v, %v", back, err)
	}
	again, err := back.Change(anImpact(), midsummer)
	if err != nil || again.State != countersign.ImpactEntered || again.Reason != "" {
		t.Errorf("changed: %+v, %v", again, err)
	}
}

func TestTenthsAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]int{"12.5": 125, "0": 0, " 1,200 ": 12000, "7.0": 70, "": -1, "-3": -1, "1.25": -1, "x": -1, "1.": -1, ".5": -1, "99999999999": -1} {
		if got := countersign.ParseTenths(text); got != want {
			t.Errorf("ParseTenths(%q) = %d, want %d", text, got, want)
		}
	}
	for n, want := range map[int]string{125: "12.5", -345: "-34.5", 12000: "1,200", 0: "0", 1: "0.1"} {
		if got := countersign.Tenths(n); got != want {
			t.Errorf("Tenths(%d) = %q, want %q", n, got, want)
		}
	}
}

// reportsOf are reports with a baseline of 100 and these values.
func reportsOf(method string, values ...int) (all []countersign.Impact) {
	for _, v := range values {
		i := anImpact()
		i.Baseline, i.Value, i.Method = 1000, v*10, method
		all = append(all, i)
	}
	return all
}

func TestAMeasureIsAddedUpOnlyWhereAllUsedTheSameMethod(t *testing.T) {
	m, _ := countersign.ImpactMeasureBy("GP_MIN_CORR_DAY")
	known := func(n int) countersign.Value { return countersign.Value{N: n, Known: true} }
	same := countersign.SumImpact(m, 31, reportsOf("audit_sample", 20, 40, 90))
	if same.Together != known(-1500) || same.Practices != 31 || same.Reported != known(3) {
		t.Errorf("together %+v of %+v of %d", same.Together, same.Reported, same.Practices)
	}
	if want := (countersign.ImpactSpread{Median: known(-600), Low: known(-800), High: known(-100)}); same.Percent != want || same.Change != want {
		t.Errorf("percent %+v, change %+v, want %+v", same.Percent, same.Change, want)
	}
	mixed := countersign.SumImpact(m, 31, append(reportsOf("audit_sample", 20), reportsOf("estimate", 40)...))
	if mixed.Together.Known || mixed.Together.N != 0 || len(mixed.Methods) != 2 || mixed.Change.Median != known(-700) {
		t.Errorf("with two methods: together %+v, methods %v, median %+v", mixed.Together, mixed.Methods, mixed.Change.Median)
	}
	percent, _ := countersign.ImpactMeasureBy("STAFF_SAT")
	if f := countersign.SumImpact(percent, 31, reportsOf("survey", 80, 90)); f.Together.Known {
		t.Error("percentages are added up")
	}
	none := countersign.SumImpact(m, 31, nil)
	if none.Reported != known(0) || none.Change.Median.Known || none.Together.Known {
		t.Errorf("of nobody: %+v", none)
	}
	fromNothing := reportsOf("audit_sample", 20, 120)
	fromNothing[0].Baseline = 0
	if f := countersign.SumImpact(m, 2, fromNothing); f.Percent.Median.Known || f.Change.Median != known(200) {
		t.Errorf("from a baseline of 0: %+v", f)
	}
}

func TestBeyondTheTrainingHubNoPracticesValueIsTold(t *testing.T) {
	m, _ := countersign.ImpactMeasureBy("GP_MIN_CORR_DAY")
	few := countersign.ShareImpact(m, 31, reportsOf("estimate", 11, 22, 33, 44), false)
	many := reportsOf("estimate", 11, 22, 33, 44, 57, 68)
	hidden := countersign.ShareImpact(m, 31, many, true)
	for name, f := range map[string]countersign.ImpactFigure{"few": few, "hidden": hidden} {
		for _, v := range []countersign.Value{f.Reported, f.Together, f.Baseline.Median, f.Now.Low, f.Change.High, f.Percent.Median} {
			if !v.Hidden || v.Known || v.N != 0 {
				t.Errorf("%s: %+v is told", name, v)
			}
		}
		if f.Methods != nil || !f.From.IsZero() {
			t.Errorf("%s: methods %v or periods are told", name, f.Methods)
		}
	}
	told := countersign.ShareImpact(m, 31, many, false)
	if told.Together.Known || !told.Together.Hidden {
		t.Error("a sum is told, from which a later one could be subtracted")
	}
	for _, i := range many {
		for _, v := range []countersign.Value{told.Now.Low, told.Now.Median, told.Now.High} {
			if v.N == i.Value {
				t.Errorf("the value %d of a practice is told", i.Value)
			}
			if v.N%(10*countersign.SmallNumber) != 0 {
				t.Errorf("%d isn't rounded", v.N)
			}
		}
	}
	if f := countersign.ShareImpact(m, 31, nil, false); f.Reported != (countersign.Value{Known: true}) {
		t.Errorf("that nobody reported: %+v", f.Reported)
	}
}

func TestAPlaceOfFewReportsIsHiddenWithAsManyOthersAsItTakes(t *testing.T) {
	above := map[string]string{"england": "", "north": "england", "south": "england", "a": "north", "b": "north", "c": "south", "d": "south"}
	hidden := countersign.HideImpact(above, map[string]int{"a": 3, "b": 9, "c": 12, "d": 14})
	want := map[string]bool{"england": false, "north": false, "south": false, "a": true, "b": true, "c": false, "d": false}
	if diff := cmp.Diff(want, hidden); diff != "" {
		t.Errorf("hidden (-want +got):\n%s", diff)
	}
	if alone := countersign.HideImpact(map[string]string{"england": "", "north": "england", "a": "north"}, map[string]int{"a": 3}); !alone["a"] || !alone["north"] || !alone["england"] {
		t.Errorf("hidden %v, want all", alone)
	}
}

func TestEveryMeasureAndPublishedFigureIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range countersign.ImpactMeasures() {
		if m.Code == "" || seen[m.Code] || m.Title == "" || m.Unit == "" || m.Ask == "" || m.Max < 1 || m.Better != "" && m.Better != "less" && m.Better != "more" || m.Adds && m.Unit == "%" {
			t.Errorf("%+v", m)
		}
		seen[m.Code] = true
	}
	for _, p := range countersign.PublishedImpacts() {
		if !seen[p.Measure] || p.Value == "" || p.Who == "" || p.Caveat == "" || p.Source == "" || !strings.HasPrefix(p.URL, "https://") {
			t.Errorf("published without measure, value, source or caveat: %+v", p)
		}
	}
}
