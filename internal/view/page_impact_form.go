package view

import "countersign/internal/countersign"

// ImpactFormPage enters a measure of a practice, or changes it.
type ImpactFormPage struct {
	Layout
	Code                               string
	Present                            countersign.Impact // the one that is changed
	Measure, Method                    string
	Baseline, Value, Sample, Note      string
	BaselineFrom, BaselineTo, From, To DateValue
}

// NewImpactFormPage returns the form of a practice.
func NewImpactFormPage(name, code string) *ImpactFormPage {
	return &ImpactFormPage{Code: code, Layout: Layout{Title: "Enter a measure of " + name, Back: BackLink{Href: ImpactHref(code, "")}}}
}

// NewImpactChangePage returns the form, filled in.
func NewImpactChangePage(i countersign.Impact) *ImpactFormPage {
	p := NewImpactFormPage(i.PracticeName, i.PracticeCode)
	p.Title, p.Back, p.Present = "Change a measure of "+i.PracticeName, BackLink{Href: impactHref(i.ID)}, i
	p.Measure, p.Method, p.Baseline, p.Value, p.Sample, p.Note = i.Measure, i.Method, countersign.Tenths(i.Baseline), countersign.Tenths(i.Value), itoa(i.Sample), i.Note
	p.BaselineFrom, p.BaselineTo, p.From, p.To = DateValueOf(i.BaselineFrom), DateValueOf(i.BaselineTo), DateValueOf(i.From), DateValueOf(i.To)
	return p
}

// Template implements Page.
func (*ImpactFormPage) Template() string { return "impact/form" }

// Action is where the form goes.
func (p *ImpactFormPage) Action() string {
	if p.Present.ID != "" {
		return impactHref(p.Present.ID) + "/change"
	}
	return ImpactHref(p.Code, "/new")
}

// Version is what was seen, none for a new one.
func (p *ImpactFormPage) Version() int { return p.Present.Version }

// Fields are what is asked.
func (p *ImpactFormPage) Fields() Blocks {
	measures := []Option{{Text: "Choose a measure"}}
	var meanings []string
	for _, m := range countersign.ImpactMeasures() {
		measures = append(measures, Option{Value: m.Code, Text: m.Title + " (" + m.Unit + ")"})
		meanings = append(meanings, m.Title+": "+lowerStart(m.Ask)+".")
	}
	var methods []Choice
	for _, m := range countersign.ImpactMethods() {
		methods = append(methods, Choice{Value: m.Code, Text: m.Title, Hint: m.Meaning + "."})
	}
	number := func(name, label, hint, value string) Input {
		return Input{Name: name, Label: Label{Text: label}, Hint: hint, Value: value, Error: p.Errors.Of(name), Width: 10, InputMode: "decimal"}
	}
	day := func(name, legend string, value DateValue) DateInput {
		return DateInput{Name: name, Legend: Legend{Text: legend, Size: "s"}, Value: value, Error: p.Errors.Of(name)}
	}
	return Blocks{
		Paragraph("Measure before the General Practice Assistant began and again some months later, both times in the same way. Your training hub checks it before it counts."),
		Select{Name: "measure", Label: Label{Text: "What was measured?"}, Value: p.Measure, Error: p.Errors.Of("measure"), Options: withValue(p.Measure, measures)},
		Details{Summary: "What the measures mean", Body: Blocks{List{Items: meanings}}},
		number("baseline", "Before: the baseline", "In the unit of the measure, with one decimal place at most.", p.Baseline),
		day("baseline_from", "First day of the baseline", p.BaselineFrom),
		day("baseline_to", "Last day of the baseline", p.BaselineTo),
		number("value", "Now", "In the same unit.", p.Value),
		day("from", "First day of the new period", p.From),
		day("to", "Last day of the new period", p.To),
		Radios{Name: "method", Legend: Legend{Text: "How was it measured?", Size: "s"}, Value: p.Method, Error: p.Errors.Of("method"), Items: methods},
		Input{Name: "sample", Label: Label{Text: "How many were looked at?"}, Hint: "Letters, days, appointments or answers in the sample.", Value: p.Sample, Error: p.Errors.Of("sample"), Width: 10, InputMode: "numeric"},
		Textarea{Name: "note", Label: Label{Text: "Anything to know about it (optional)"}, Hint: "Nothing about patients.", Value: p.Note, Error: p.Errors.Of("note"), Rows: 3},
	}
}

// Submit saves.
func (p *ImpactFormPage) Submit() Button {
	if p.Present.ID != "" {
		return Button{Text: "Save", Once: true}
	}
	return Button{Text: "Send to the training hub", Once: true}
}

// ImpactOnePage is what a practice reported of a measure, to be looked at or
// checked.
type ImpactOnePage struct {
	Layout
	Impact                 countersign.Impact
	MayChange, MayWithdraw bool
	MayCheck, MaySendBack  bool
	Decision, Reason       string
}

// NewImpactOnePage returns the page of a report.
func NewImpactOnePage(i countersign.Impact) *ImpactOnePage {
	m, _ := countersign.ImpactMeasureBy(i.Measure)
	p := &ImpactOnePage{Impact: i, Layout: Layout{Title: m.Title + ": " + i.PracticeName}}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: "Impact of " + i.PracticeName, Href: ImpactHref(i.PracticeCode, "")}}
	return p
}

// Template implements Page.
func (*ImpactOnePage) Template() string { return "impact/one" }

// Facts are what was entered.
func (p *ImpactOnePage) Facts() SummaryList {
	i := p.Impact
	m, _ := countersign.ImpactMeasureBy(i.Measure)
	method, _ := countersign.ImpactMethodBy(i.Method)
	rows := []SummaryRow{
		{Key: "State", Body: Blocks{ImpactTag(i.State)}},
		{Key: "Before", Value: ImpactText(m, i.Baseline) + ", " + Date(i.BaselineFrom) + " to " + Date(i.BaselineTo)},
		{Key: "Now", Value: ImpactText(m, i.Value) + ", " + Date(i.From) + " to " + Date(i.To)},
		{Key: "Change", Value: SignedTenths(i.Value-i.Baseline) + " " + m.Unit},
		{Key: "Method", Value: method.Title}, {Key: "Sample", Value: Number(i.Sample)},
	}
	if i.Note != "" {
		rows = append(rows, SummaryRow{Key: "Note", Value: i.Note})
	}
	rows = append(rows, SummaryRow{Key: "Entered", Value: DayTime(i.EnteredAt) + ", by " + or(i.EnteredByName, "somebody who was erased")})
	switch i.State {
	case countersign.ImpactChecked:
		rows = append(rows, SummaryRow{Key: "Checked", Value: DayTime(i.CheckedAt) + ", by " + or(i.CheckedByName, "somebody who was erased")})
	case countersign.ImpactSentBack:
		rows = append(rows, SummaryRow{Key: "Sent back", Value: DayTime(i.CheckedAt) + ", by " + or(i.CheckedByName, "somebody who was erased")}, SummaryRow{Key: "To be put right", Value: i.Reason})
	case countersign.ImpactWithdrawn:
		rows = append(rows, SummaryRow{Key: "Withdrawn", Value: DayTime(i.CheckedAt) + ", by " + or(i.CheckedByName, "somebody who was erased")})
	}
	return SummaryList{Rows: rows}
}

// Change leads to the form.
func (p *ImpactOnePage) Change() ActionLink {
	return ActionLink{Text: "Change it", Href: impactHref(p.Impact.ID) + "/change"}
}

// WithdrawAction is where it is withdrawn.
func (p *ImpactOnePage) WithdrawAction() string { return impactHref(p.Impact.ID) + "/withdrawal" }

// Withdraw takes it back.
func (*ImpactOnePage) Withdraw() Button {
	return Button{Text: "Withdraw this measure", Variant: "secondary", Once: true}
}

// Action is where the form goes.
func (p *ImpactOnePage) Action() string { return impactHref(p.Impact.ID) + "/check" }

// DecisionField asks whether it is right.
func (p *ImpactOnePage) DecisionField() Radios {
	why := Textarea{Name: "reason", Label: Label{Text: "What is to be put right?"}, Hint: "The practice reads this.", Value: p.Reason, Error: p.Errors.Of("reason"), Rows: 3}
	r := Radios{Name: "decision", Legend: Legend{Text: "Is this right?", Size: "m"}, Value: p.Decision, Error: p.Errors.Of("decision")}
	if p.MayCheck {
		r.Items = append(r.Items, Choice{Value: string(countersign.CheckImpact), Text: "Yes: baseline, method and sample make sense, and it counts"})
	}
	r.Items = append(r.Items, Choice{Value: string(countersign.SendBackImpact), Text: "No: send it back to the practice", Conditional: Blocks{why}})
	return r
}

// Submit decides.
func (*ImpactOnePage) Submit() Button { return Button{Text: "Save", Once: true} }
