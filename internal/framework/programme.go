package framework

import (
	"strconv"

	"countersign/internal/countersign"
)

type programme struct {
	Months                months          `yaml:"months" json:"months" check:"required"`
	ExtensionMonths       int             `yaml:"extension_months,omitempty" json:"extension_months,omitempty" check:"min=0,max=24"`
	StartsOnTheFirst      bool            `yaml:"starts_on_the_first,omitempty" json:"starts_on_the_first,omitempty" check:""`
	ProtectedHoursPerWeek int             `yaml:"protected_hours_per_week,omitempty" json:"protected_hours_per_week,omitempty" check:"min=0,max=60"`
	ReviewEveryMonths     int             `yaml:"review_every_months,omitempty" json:"review_every_months,omitempty" check:"min=0,max=12"`
	Milestones            []milestone     `yaml:"milestones,omitempty" json:"milestones,omitempty" check:""`
	Hours                 []hoursRule     `yaml:"hours,omitempty" json:"hours,omitempty" check:""`
	Placements            bool            `yaml:"placements,omitempty" json:"placements,omitempty" check:""`
	PlacementHours        int             `yaml:"placement_hours,omitempty" json:"placement_hours,omitempty" check:"min=0,max=5000"`
	Classroom             bool            `yaml:"classroom,omitempty" json:"classroom,omitempty" check:""`
	Payments              []payment       `yaml:"payments,omitempty" json:"payments,omitempty" check:""`
	Gateway               []condition     `yaml:"gateway,omitempty" json:"gateway,omitempty" check:""`
	Award                 award           `yaml:"award,omitempty" json:"award,omitzero" check:""`
	Qualifications        []qualification `yaml:"qualifications,omitempty" json:"qualifications,omitempty" check:""`
	Words                 []stepWords     `yaml:"words,omitempty" json:"words,omitempty" check:""`
	Cycles                []cycle         `yaml:"cycles,omitempty" json:"cycles,omitempty" check:""`
	Facts                 []fact          `yaml:"facts,omitempty" json:"facts,omitempty" check:""`
	Pace                  pace            `yaml:"pace,omitempty" json:"pace,omitzero" check:""`
	Note                  string          `yaml:"note,omitempty" json:"note,omitempty" check:"prose=4000"`
}

type months struct {
	Min int `yaml:"min" json:"min" check:"required,min=1,max=60"`
	Max int `yaml:"max" json:"max" check:"required,min=1,max=60"`
}

type milestone struct {
	Code  string `yaml:"code" json:"code" check:"required,is=code"`
	Title string `yaml:"title" json:"title" check:"required,line=200"`
	Month int    `yaml:"month" json:"month" check:"required,min=0,max=84"`
}

type hoursRule struct {
	From         string `yaml:"from,omitempty" json:"from,omitempty" check:"is=date"`
	Title        string `yaml:"title" json:"title" check:"required,line=200"`
	MinimumHours int    `yaml:"minimum_hours,omitempty" json:"minimum_hours,omitempty" check:"min=0,max=5000"`
	WeeklyHours  int    `yaml:"weekly_hours,omitempty" json:"weekly_hours,omitempty" check:"min=0,max=60"`
	MonthsMin    int    `yaml:"months_min,omitempty" json:"months_min,omitempty" check:"min=0,max=60"`
	Basis        string `yaml:"basis" json:"basis" check:"required,prose=1000"`
	Source       string `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
	Unconfirmed  bool   `yaml:"unconfirmed,omitempty" json:"unconfirmed,omitempty" check:""`
}

// pace says when somebody is slipping or stuck.
type pace struct {
	StillDays     int    `yaml:"still_days" json:"still_days" check:"required,min=7,max=365"`
	WaitDays      int    `yaml:"wait_days" json:"wait_days" check:"required,min=1,max=365"`
	BehindPercent int    `yaml:"behind_percent" json:"behind_percent" check:"required,min=1,max=100"`
	MentorLoad    int    `yaml:"mentor_load" json:"mentor_load" check:"required,min=1,max=50"`
	Basis         string `yaml:"basis" json:"basis" check:"required,prose=1000"`
	Source        string `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
}

// rule is the rule of a programme: the usual one where it has none.
func (p pace) rule() countersign.PaceRule {
	if p == (pace{}) {
		return Usual()
	}
	return countersign.PaceRule{
		StillDays: p.StillDays, WaitDays: p.WaitDays, BehindPercent: p.BehindPercent, MentorLoad: p.MentorLoad, Basis: p.Basis, Source: p.Source,
	}
}

type payment struct {
	Code    string                     `yaml:"code" json:"code" check:"required,is=code"`
	Title   string                     `yaml:"title" json:"title" check:"required,line=200"`
	Amount  int                        `yaml:"amount" json:"amount" check:"required,min=1,max=100000"`
	Trigger countersign.PaymentTrigger `yaml:"trigger" json:"trigger" check:"required,is=trigger"`
	Source  string                     `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
}

type condition struct {
	Code  string                    `yaml:"code" json:"code" check:"required,is=code"`
	Title string                    `yaml:"title" json:"title" check:"required,line=300"`
	Kind  countersign.ConditionKind `yaml:"kind" json:"kind" check:"required,is=condition"`
}

type award struct {
	Title       string `yaml:"title" json:"title" check:"required,line=200"`
	Body        string `yaml:"body,omitempty" json:"body,omitempty" check:"line=200"`
	Level       string `yaml:"level,omitempty" json:"level,omitempty" check:"line=40"`
	Credits     int    `yaml:"credits,omitempty" json:"credits,omitempty" check:"min=0,max=360"`
	Note        string `yaml:"note,omitempty" json:"note,omitempty" check:"prose=2000"`
	Source      string `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
	Unconfirmed bool   `yaml:"unconfirmed,omitempty" json:"unconfirmed,omitempty" check:""`
}

type qualification struct {
	Code        string `yaml:"code" json:"code" check:"required,is=code"`
	Title       string `yaml:"title" json:"title" check:"required,line=200"`
	Body        string `yaml:"body" json:"body" check:"required,line=200"`
	Note        string `yaml:"note,omitempty" json:"note,omitempty" check:"prose=2000"`
	Source      string `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
	Unconfirmed bool   `yaml:"unconfirmed,omitempty" json:"unconfirmed,omitempty" check:""`
}

type stepWords struct {
	From       string `yaml:"from,omitempty" json:"from,omitempty" check:"is=date"`
	Gateway    string `yaml:"gateway" json:"gateway" check:"required,line=80"`
	Assessment string `yaml:"assessment" json:"assessment" check:"required,line=80"`
	Body       string `yaml:"body" json:"body" check:"required,line=80"`
	Source     string `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
}

type cycle struct {
	Code        string  `yaml:"code" json:"code" check:"required,is=code"`
	Title       string  `yaml:"title" json:"title" check:"required,line=200"`
	Body        string  `yaml:"body,omitempty" json:"body,omitempty" check:"line=200"`
	Months      int     `yaml:"months" json:"months" check:"required,min=1,max=120"`
	Points      int     `yaml:"points,omitempty" json:"points,omitempty" check:"min=0,max=1000"`
	Floors      []floor `yaml:"floors,omitempty" json:"floors,omitempty" check:""`
	Approved    int     `yaml:"approved,omitempty" json:"approved,omitempty" check:"min=0,max=1000"`
	Alternative string  `yaml:"alternative,omitempty" json:"alternative,omitempty" check:"line=300"`
	Source      string  `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
	Unconfirmed bool    `yaml:"unconfirmed,omitempty" json:"unconfirmed,omitempty" check:""`
}

type floor struct {
	Code   string `yaml:"code" json:"code" check:"required,is=code"`
	Title  string `yaml:"title" json:"title" check:"required,line=200"`
	Points int    `yaml:"points" json:"points" check:"required,min=0,max=1000"`
}

type fact struct {
	Title       string `yaml:"title" json:"title" check:"required,line=200"`
	Text        string `yaml:"text" json:"text" check:"required,prose=2000"`
	Source      string `yaml:"source,omitempty" json:"source,omitempty" check:"line=300"`
	Unconfirmed bool   `yaml:"unconfirmed,omitempty" json:"unconfirmed,omitempty" check:""`
}

// programmeOf returns p in the shape of the file.
func programmeOf(p countersign.Programme) programme {
	out := programme{
		Months:                months{p.MonthsMin, p.MonthsMax},
		ExtensionMonths:       p.ExtensionMonths,
		StartsOnTheFirst:      p.StartsOnTheFirst,
		ProtectedHoursPerWeek: p.ProtectedHoursPerWeek,
		ReviewEveryMonths:     p.ReviewEveryMonths,
		Placements:            p.Placements,
		PlacementHours:        p.PlacementHours,
		Classroom:             p.Classroom,
		Award:                 award(p.Award),
		Note:                  p.ProgrammeNote,
	}
	out.Milestones = each(p.Milestones, func(m countersign.Milestone) milestone { return milestone(m) })
	out.Hours = each(p.Hours, func(r countersign.HoursRule) hoursRule {
		return hoursRule{r.From.String(), r.Title, r.MinimumHours, r.WeeklyHours, r.MonthsMin, r.Basis, r.Source, r.Unconfirmed}
	})
	out.Payments = each(p.Payments, func(m countersign.Payment) payment { return payment(m) })
	out.Gateway = each(p.Gateway, func(c countersign.Condition) condition { return condition(c) })
	out.Qualifications = each(p.Qualifications, func(q countersign.Qualification) qualification { return qualification(q) })
	out.Words = each(p.Words, func(w countersign.AssessmentWords) stepWords {
		return stepWords{w.From.String(), w.Gateway, w.Assessment, w.Body, w.Source}
	})
	out.Cycles = each(p.Cycles, func(c countersign.Cycle) cycle {
		return cycle{
			c.Code, c.Title, c.Body, c.Months, c.Points, each(c.Floors, func(f countersign.Floor) floor { return floor(f) }),
			c.Approved, c.Alternative, c.Source, c.Unconfirmed,
		}
	})
	out.Facts = each(p.Facts, func(f countersign.Fact) fact { return fact(f) })
	if r := p.Pace; !r.Usual {
		out.Pace = pace{r.StillDays, r.WaitDays, r.BehindPercent, r.MentorLoad, r.Basis, r.Source}
	}
	return out
}

// programme is the opposite of programmeOf.
func (p programme) programme() countersign.Programme {
	return countersign.Programme{
		MonthsMin:             p.Months.Min,
		MonthsMax:             p.Months.Max,
		ExtensionMonths:       p.ExtensionMonths,
		StartsOnTheFirst:      p.StartsOnTheFirst,
		ProtectedHoursPerWeek: p.ProtectedHoursPerWeek,
		ReviewEveryMonths:     p.ReviewEveryMonths,
		Milestones:            each(p.Milestones, func(m milestone) countersign.Milestone { return countersign.Milestone(m) }),
		Hours: each(p.Hours, func(r hoursRule) countersign.HoursRule {
			return countersign.HoursRule{
				From: dateOf(r.From), Title: r.Title, MinimumHours: r.MinimumHours, WeeklyHours: r.WeeklyHours, MonthsMin: r.MonthsMin,
				Basis: r.Basis, Source: r.Source, Unconfirmed: r.Unconfirmed,
			}
		}),
		Placements:     p.Placements,
		PlacementHours: p.PlacementHours,
		Classroom:      p.Classroom,
		Payments:       each(p.Payments, func(m payment) countersign.Payment { return countersign.Payment(m) }),
		Gateway:        each(p.Gateway, func(c condition) countersign.Condition { return countersign.Condition(c) }),
		Award:          countersign.Award(p.Award),
		Qualifications: each(p.Qualifications, func(q qualification) countersign.Qualification { return countersign.Qualification(q) }),
		Words: each(p.Words, func(w stepWords) countersign.AssessmentWords {
			return countersign.AssessmentWords{From: dateOf(w.From), Gateway: w.Gateway, Assessment: w.Assessment, Body: w.Body, Source: w.Source}
		}),
		Cycles: each(p.Cycles, func(c cycle) countersign.Cycle {
			return countersign.Cycle{
				Code: c.Code, Title: c.Title, Body: c.Body, Months: c.Months, Points: c.Points,
				Floors:   each(c.Floors, func(f floor) countersign.Floor { return countersign.Floor(f) }),
				Approved: c.Approved, Alternative: c.Alternative, Source: c.Source, Unconfirmed: c.Unconfirmed,
			}
		}),
		Facts:         each(p.Facts, func(f fact) countersign.Fact { return countersign.Fact(f) }),
		Pace:          p.Pace.rule(),
		ProgrammeNote: p.Note,
	}
}

// each maps a list; an empty one becomes nil.
func each[A, B any](list []A, fn func(A) B) []B {
	var out []B
	for _, item := range list {
		out = append(out, fn(item))
	}
	return out
}

// dateOf reads a date that has been found well formed; the zero Date where it
// wasn't, or where there is none.
func dateOf(s string) countersign.Date {
	d, err := countersign.ParseDate(s)
	if err != nil {
		return countersign.Date{}
	}
	return d
}

// programme refuses what doesn't fit together in the rules of time.
func (c *checker) programme() {
	p := c.doc.Programme
	if p.Months.Max > 0 && p.Months.Min > p.Months.Max {
		c.add(c.at("programme.months.min"), "programme.months.min", "the shortest programme (%d months) is longer than the longest (%d)", p.Months.Min, p.Months.Max)
	}
	for i, m := range p.Milestones {
		where := join(join("programme.milestones", strconv.Itoa(i)), "month")
		if most := p.Months.Max + p.ExtensionMonths; p.Months.Max > 0 && m.Month > most {
			c.add(c.at(where), where, "month %d is after the end of the longest programme with its extension (%d months)", m.Month, most)
		}
	}
	var rules, words []string
	for i, r := range p.Hours {
		where := "programme.hours." + strconv.Itoa(i)
		rules = append(rules, r.From)
		if r.MinimumHours > 0 && r.WeeklyHours > 0 {
			c.add(c.at(where), where, "a rule for hours has minimum_hours or weekly_hours, not both")
		}
		if p.Months.Max > 0 && r.MonthsMin > p.Months.Max {
			c.add(c.at(where+".months_min"), where+".months_min", "the shortest programme under this rule (%d months) is longer than the longest (%d)", r.MonthsMin, p.Months.Max)
		}
	}
	for _, w := range p.Words {
		words = append(words, w.From)
	}
	c.inTime("programme.hours", rules)
	c.inTime("programme.words", words)
	if p.PlacementHours > 0 && !p.Placements {
		c.add(c.at("programme.placement_hours"), "programme.placement_hours", "placement_hours needs placements: true")
	}
	for i, g := range p.Gateway {
		where := "programme.gateway." + strconv.Itoa(i) + ".kind"
		switch {
		case g.Kind == countersign.HoursReached && len(p.Hours) == 0:
			c.add(c.at(where), where, "this condition needs a rule under hours")
		case g.Kind == countersign.PlacementReached && p.PlacementHours == 0:
			c.add(c.at(where), where, "this condition needs placement_hours")
		case g.Kind == countersign.ReviewsHeld && p.ReviewEveryMonths == 0:
			c.add(c.at(where), where, "this condition needs review_every_months")
		}
	}
	for i, k := range p.Cycles {
		where := "programme.cycles." + strconv.Itoa(i)
		floors := 0
		for _, f := range k.Floors {
			floors += f.Points
		}
		if floors > k.Points || k.Approved > k.Points {
			c.add(c.at(where), where, "the parts of the cycle ask for more than its %d points", k.Points)
		}
	}
}

// inTime refuses rules by start date that aren't in the order of their dates.
// Only the first may lack its date: it holds for all earlier starts.
func (c *checker) inTime(list string, from []string) {
	for i, day := range from {
		where := join(join(list, strconv.Itoa(i)), "from")
		switch {
		case i == 0, day == "" && c.places[where] != (position{}): // a date that is no date is reported already
		case day == "":
			c.add(c.at(where), where, "only the first rule may do without from")
		case day <= from[i-1]: // dates compare as text; a first rule without one comes before all
			c.add(c.at(where), where, "the rules must be in the order of their dates; %s isn't after %s", day, from[i-1])
		}
	}
}
