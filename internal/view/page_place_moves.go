package view

import "countersign/internal/countersign"

// MovePlacePage moves a place, with everything beneath it, beneath another
// one.
type MovePlacePage struct {
	Layout
	Action         string
	Parent, Reason string // as typed
	On             DateValue
	Version        int
	Stale          bool // somebody else changed the place; Now says how it stands
	Above          string
}

// NewMovePlacePage returns the form for a place that is beneath above.
func NewMovePlacePage(place OrganisationRow, above string, today countersign.Date) *MovePlacePage {
	href := organisationHref(place.Code)
	return &MovePlacePage{
		Layout: Layout{Title: "Move " + place.Name, Back: BackLink{Href: href}}, Action: href + "/move", Above: above, On: DateValueOf(today),
	}
}

// Template implements Page.
func (*MovePlacePage) Template() string { return "admin/organisation-move" }

// ParentField is the code of the place that it goes beneath.
func (p *MovePlacePage) ParentField() Input {
	return Input{
		Name: "parent", Label: Label{Text: "Code of the place above it"}, Hint: "For example QHM. It is beneath " + p.Above + " now.",
		Value: p.Parent, Error: p.Errors.Of("parent"), Width: 10, Code: true, Autocomplete: "off",
	}
}

// OnField is the first day there.
func (p *MovePlacePage) OnField() DateInput {
	return DateInput{
		Name: "on", Legend: Legend{Text: "First day in the new place"}, Value: p.On, Error: p.Errors.Of("on"),
		Hint: "Today or a day in the past. Reports of earlier days show it where it was.",
	}
}

// ReasonField is why.
func (p *MovePlacePage) ReasonField() Input {
	return Input{Name: "reason", Label: Label{Text: "Reason"}, Hint: "For example, two boards merged. It is kept in the audit.", Value: p.Reason, Error: p.Errors.Of("reason")}
}

// Submit moves.
func (*MovePlacePage) Submit() Button { return Button{Text: "Move it", Once: true} }

// stays is beneath which places a place was, newest first.
func (p *OrganisationPage) stays() Table {
	t := Table{
		Caption: "Where it has been", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Beneath"}, {Text: "Code"}, {Text: "From"}, {Text: "Until"}},
	}
	for _, s := range p.Stays {
		t.Rows = append(t.Rows, []Cell{
			{Text: s.Parent.Name}, {Text: s.Parent.Code}, {Text: or(Date(s.From), "The beginning")}, {Text: or(Date(s.To), "Today")},
		})
	}
	return t
}

// History is where the place has been; empty for one that never moved.
func (p *OrganisationPage) History() Blocks {
	if len(p.Stays) < 2 {
		return nil
	}
	return Blocks{p.stays()}
}

func init() {
	addSamples(func() []Sample {
		today := countersign.On(2026, 11, 22)
		practice := OrganisationRow{Code: "A81001", Name: "Hillview Surgery", Kind: countersign.Practice, Parent: "TH01"}
		moved := NewOrganisationPage(practice)
		moved.Today, moved.Above = today, Link{Text: "Wharfe Training Hub", Href: "/admin/organisations/TH09"}
		moved.Stays = []countersign.Stay{
			{Parent: countersign.Organisation{Code: "TH09", Name: "Wharfe Training Hub"}, From: countersign.On(2026, 4, 1)},
			{Parent: countersign.Organisation{Code: "TH01", Name: "Leeds Training Hub"}, To: countersign.On(2026, 3, 31)},
		}
		fresh := NewMovePlacePage(practice, "Leeds Training Hub", today)
		wrong := NewMovePlacePage(practice, "Leeds Training Hub", today)
		wrong.Parent, wrong.On = "Q", DateValue{"31", "12", "2099"}
		var p countersign.Problems
		p.Add("parent", "No place of yours has this code")
		p.Add("on", "The first day in the new place must be today or in the past. Come back on that day to move it")
		p.Add("reason", "Enter a reason")
		wrong.Fail(p.Err())
		stale := NewMovePlacePage(practice, "Wharfe Training Hub", today)
		stale.Stale = true
		stale.Fail(countersign.Refuse(countersign.Conflict, "Somebody changed this organisation since you opened it. Look at it again"))
		return []Sample{
			{"organisation: moved", moved}, {"organisation: move", fresh}, {"organisation: move, refused", wrong}, {"organisation: moved meanwhile", stale},
		}
	})
}
