package countersign_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

// A life is a generated apprenticeship: when each competency is signed off.
type life struct {
	start  countersign.Date
	breaks []countersign.Period
	signed []countersign.Date // in order
}

// live generates an apprenticeship: a personal length and a personal curve,
// evidence that comes unevenly, a supervisor who decides in batches, and for
// some a break.
func live(rng *rand.Rand) life {
	l := life{start: countersign.On(2026, 1, 1)}
	length := 220 + 160*rng.Float64() + 60*math.Abs(rng.NormFloat64())
	shape := 1.6 + 0.25*rng.NormFloat64()
	batch := []int{1, 7, 14, 28}[rng.IntN(4)]
	breakAt, breakDays := 0, 0
	if rng.IntN(8) == 0 {
		breakAt, breakDays = 60+rng.IntN(120), 35+rng.IntN(90)
		from := l.start.AddDays(breakAt)
		l.breaks = []countersign.Period{{From: from, To: from.AddDays(breakDays)}}
	}
	const competencies = 41
	drift := 1.0 // pace changes slowly
	at := 0.0
	for i := 1; i <= competencies; i++ {
		before := math.Pow(float64(i-1)/competencies, 1/shape)
		now := math.Pow(float64(i)/competencies, 1/shape)
		drift *= math.Exp(0.05 * rng.NormFloat64())
		at += (now - before) * length * drift * (0.4 + 1.2*rng.Float64())
		day := (int(at)/batch + 1) * batch
		if breakDays > 0 && day >= breakAt {
			day += breakDays
		}
		l.signed = append(l.signed, l.start.AddDays(day))
	}
	return l
}

// on is what is known of a life on a day.
func (l life) on(day countersign.Date) countersign.Pace {
	p := countersign.Pace{Start: l.start, Today: day}
	for _, s := range l.signed {
		if s.After(day) {
			p.Remaining++
		} else {
			p.SignedOn = append(p.SignedOn, s)
		}
	}
	for _, b := range l.breaks {
		if b.From.Before(day) {
			p.Breaks = append(p.Breaks, b)
			if b.To.After(day) {
				p.ReturnExpected = b.To
			}
		}
	}
	return p
}

func (l life) finish() countersign.Date { return l.signed[len(l.signed)-1] }

// The range that is said to hold 8 of 10 outcomes holds them, and the forecast
// is nearer than a straight line through the same sign-offs.
func TestForecastHoldsItsRange(t *testing.T) {
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 7))
		var held, all int
		var off, straight float64
		for range 1500 {
			l := live(rng)
			day := l.start.AddDays(60 + rng.IntN(l.start.DaysUntil(l.finish())-60))
			p := l.on(day)
			f, ok := p.Forecast()
			if !ok {
				continue
			}
			all++
			if !l.finish().Before(f.Early) && !l.finish().After(f.Late) {
				held++
			}
			off += math.Abs(float64(f.Finish.DaysUntil(l.finish())))
			line := day.AddDays(l.start.DaysUntil(day) * p.Remaining / len(p.SignedOn))
			straight += math.Abs(float64(line.DaysUntil(l.finish())))
		}
		share := 100 * float64(held) / float64(all)
		t.Logf("seed %d: %d forecasts, %.1f %% within the range, off by %.0f days on average, a straight line by %.0f",
			seed, all, share, off/float64(all), straight/float64(all))
		if share < 75 || share > 85 {
			t.Errorf("seed %d: the range held %.1f %% of outcomes, want 75 to 85", seed, share)
		}
		if off >= straight {
			t.Errorf("seed %d: off by %.0f days in all, a straight line by %.0f", seed, off, straight)
		}
	}
}

func TestForecastIsSilentWithTooLittleToGoBy(t *testing.T) {
	start := countersign.On(2026, 1, 1)
	five := []countersign.Date{start.AddDays(30), start.AddDays(40), start.AddDays(50), start.AddDays(55), start.AddDays(60)}
	base := countersign.Pace{Start: start, Today: start.AddDays(100), SignedOn: five, Remaining: 30}
	if _, ok := base.Forecast(); !ok {
		t.Fatal("five sign-offs in 100 days are enough")
	}
	for name, alter := range map[string]func(*countersign.Pace){
		"four sign-offs":            func(p *countersign.Pace) { p.SignedOn = five[:4] },
		"under 60 days of learning": func(p *countersign.Pace) { p.Breaks = []countersign.Period{{From: start, To: start.AddDays(50)}} },
		"nothing left":              func(p *countersign.Pace) { p.Remaining = 0 },
	} {
		p := base
		alter(&p)
		if f, ok := p.Forecast(); ok {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestForecastSaysWhatItGoesBy(t *testing.T) {
	start := countersign.On(2026, 1, 1)
	p := countersign.Pace{Start: start, Today: start.AddDays(180), Remaining: 20, Ready: 4, WaitDays: 12}
	for i := range 20 {
		p.SignedOn = append(p.SignedOn, start.AddDays(30+7*i))
	}
	plain, ok := p.Forecast()
	if !ok || !plain.Early.Before(plain.Finish) || !plain.Finish.Before(plain.Late) {
		t.Fatalf("forecast %+v, %t", plain, ok)
	}
	slow := p
	slow.VerifiedMinutes, slow.MinimumMinutes = 60, 60*187
	away := p
	away.ReturnExpected, away.Breaks = p.Today.AddDays(90), []countersign.Period{{From: p.Today.AddDays(-30)}}
	for _, tc := range []struct {
		name string
		p    countersign.Pace
		want string
	}{
		{"the pace", p, "20 of 40 competencies were signed off in 6 months of learning"},
		{"the supervisor's time", p, "4 more only wait for a decision, which has usually taken 12 days"},
		{"the hours", slow, "hours are complete later"},
		{"the return", away, "counts from the expected return, " + away.ReturnExpected.Long()},
		{"breaks", away, "Breaks in learning are left out"},
	} {
		f, ok := tc.p.Forecast()
		if !ok || !slices.ContainsFunc(f.Reasons, func(r string) bool { return strings.Contains(r, tc.want) }) {
			t.Errorf("%s: reasons %q, want %q", tc.name, f.Reasons, tc.want)
		}
	}
	if f, _ := slow.Forecast(); !f.Finish.After(plain.Finish) {
		t.Errorf("slow hours finish on %s, before %s", f.Finish, plain.Finish)
	}
}
