package loadgen

import (
	"fmt"
	"math"
	"sort"
	"time"

	"countersign/internal/countersign"
)

// plan is an apprenticeship before it is told.
type plan struct {
	number     int
	framework  int // of the world's
	practice   int
	gp, mentor int // of the practice
	start      countersign.Date
	days       int // of learning from start to the last competency
	broke      int // after so many days of learning a break begins; 0: none
	breakDays  int
	left       int // after so many days of learning the apprentice leaves; 0: never
	pieces     int
	busy       float64 // how much evidence they write
}

// The months in which cohorts start, from January on: most in September.
var startMonths = []int{8, 3, 5, 9, 4, 2, 2, 1, 22, 12, 6, 2}

// historyMonths is how far back the first cohort lies.
const historyMonths = 40

// plans draws every apprenticeship, and spreads the evidence over them by how
// long they have been learning.
func (w *world) plans() []plan {
	weights := w.practiceWeights()
	out := make([]plan, w.options.Apprenticeships)
	inPractice := make([]int, len(w.practices))
	total := 0.0
	for i := range out {
		out[i] = w.plan(i, weights)
		inPractice[out[i].practice]++
		total += out[i].busy
	}
	given, sum, all := 0, 0.0, w.options.Apprenticeships*w.options.EvidencePer
	for i := range out {
		p, c := &out[i], chanceOf(w.options.Seed, "mentors", i)
		p.gp, p.mentor = supervisor(c, inPractice[p.practice], 5), supervisor(c, inPractice[p.practice], 4)
		sum += p.busy
		if total > 0 {
			upTo := int(math.Round(float64(all) * sum / total))
			p.pieces, given = upTo-given, upTo
		}
	}
	return out
}

// supervisor draws one of as many supervisors as so many apprentices need, the
// first of them twice as often as the next.
func supervisor(c chance, apprentices, each int) int {
	n := 0
	for n < apprentices/each && c.one(2) {
		n++
	}
	return n
}

func (w *world) practiceWeights() []float64 {
	ofRegion := map[string]float64{}
	for _, r := range regions {
		ofRegion[r.code] = float64(r.weight)
	}
	inRegion := map[string]int{}
	for _, p := range w.practices {
		inRegion[p.region.code]++
	}
	sums, sum := make([]float64, len(w.practices)), 0.0
	for i, p := range w.practices {
		share := ofRegion[p.region.code]
		if share == 0 {
			share = 14
		}
		sum += share / float64(inRegion[p.region.code]) * chanceOf(w.options.Seed, "practice", i).around(1, 1)
		sums[i] = sum
	}
	return sums
}

func (w *world) plan(number int, weights []float64) plan {
	c := chanceOf(w.options.Seed, "plan", number)
	p := plan{number: number}
	at := c.Float64() * weights[len(weights)-1]
	p.practice = min(sort.SearchFloat64s(weights, at), len(weights)-1)
	for {
		m := w.today.AddMonths(1 - c.IntN(historyMonths))
		if c.IntN(22) < startMonths[m.Month-1] {
			p.start = countersign.On(m.Year, m.Month, 1)
			break
		}
	}
	p.framework = w.frameworkOn(p.start, c)
	f := w.frameworks[p.framework]
	p.days = int(float64(max(f.MonthsMax, 6)) * 30.4 * c.around(0.95, 0.22))
	switch fate := c.IntN(100); {
	case fate < 13: // mostly in the first half
		p.left = 1 + int(float64(p.days)*c.Float64()*c.Float64())
	case fate < 22:
		p.broke, p.breakDays = 1+int(float64(p.days)*c.Float64()), 30+c.IntN(240)
	}
	p.busy = float64(w.learnt(p)) / float64(p.days) * c.around(1, 0.35)
	return p
}

// frameworkOn draws a framework version that was open on that day.
func (w *world) frameworkOn(start countersign.Date, c chance) int {
	weights := make([]int, len(w.frameworks))
	older := start.Before(w.today.AddMonths(-12))
	for i, f := range w.frameworks {
		weights[i] = 8
		switch {
		case f.ID == "gpa-combined":
			weights[i] = 52
		case f.ID == "gpa-non-clinical":
			weights[i] = 22
		case f.ID == "us-medical-assistant":
			weights[i] = 2
		}
		if w.superseded[i] != older && w.versions[f.ID] > 1 {
			weights[i] = 0
		}
	}
	return c.weighted(weights)
}

// learnt returns on how many days of learning the plan has come so far.
func (w *world) learnt(p plan) int {
	gone := p.start.DaysUntil(w.today)
	if p.broke > 0 && gone > p.broke {
		gone = max(p.broke, gone-p.breakDays)
	}
	if p.left > 0 {
		gone = min(gone, p.left)
	}
	return max(0, min(gone, p.days))
}

// at returns when so many days have been learnt.
func (p plan) at(days float64) time.Time {
	if p.broke > 0 && days > float64(p.broke) {
		days += float64(p.breakDays)
	}
	return noon(p.start).Add(time.Duration(days * 24 * float64(time.Hour)))
}

func cohortOf(start countersign.Date) string {
	year := start.Year
	if start.Month < time.September {
		year--
	}
	return fmt.Sprintf("%d-%02d", year, (year+1)%100)
}
