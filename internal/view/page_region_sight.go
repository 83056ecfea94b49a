package view

import (
	"net/url"

	"countersign/internal/countersign"
)

// RegionSightPage is where the lead of a training hub says what the lead of
// its region sees.
type RegionSightPage struct {
	Layout
	Action string
	Region string
	Agrees bool
	Hubs   []countersign.Organisation // of the region, with what each says
	Reason string
	Chosen string // as typed
	Stale  bool
	// Version is that of the hub as it was seen.
	Version int
}

func regionSightHref(code string) string {
	return "/reports/" + url.PathEscape(code) + "/region-sight"
}

// NewRegionSightPage returns the page of a training hub.
func NewRegionSightPage(hub countersign.Organisation, region string, hubs []countersign.Organisation) *RegionSightPage {
	return &RegionSightPage{
		Layout: Layout{Title: "What your region sees", Back: BackLink{Href: "/reports/" + url.PathEscape(hub.Code)}},
		Action: regionSightHref(hub.Code), Region: region, Agrees: hub.PeopleToRegion, Hubs: hubs, Version: hub.Version,
	}
}

// Template implements Page.
func (*RegionSightPage) Template() string { return "reports/region-sight" }

// Now says what is seen now.
func (p *RegionSightPage) Now() string {
	agreed := 0
	for _, h := range p.Hubs {
		if h.PeopleToRegion {
			agreed++
		}
	}
	if agreed == len(p.Hubs) && agreed > 0 {
		return "The lead of " + p.Region + " sees your people: their list, enrolment, progress and mentors, and your report with all its numbers. They never read evidence, decisions or files."
	}
	return "The lead of " + p.Region + " sees sums of your training hub, without small numbers, and nobody’s name. " +
		Count(agreed, "training hub") + " of " + Number(len(p.Hubs)) + " in the region agree that people are seen."
}

// HubsTable is what each training hub of the region says.
func (p *RegionSightPage) HubsTable() Table {
	t := Table{Caption: "Training hubs of the region", FirstCellIsHeader: true, Responsive: true, Head: []Column{{Text: "Training hub"}, {Text: "Agrees"}}}
	for _, h := range p.Hubs {
		word := "No"
		if h.PeopleToRegion {
			word = "Yes"
		}
		t.Rows = append(t.Rows, []Cell{{Text: h.Name}, {Text: word}})
	}
	return t
}

// AgreesField is the answer.
func (p *RegionSightPage) AgreesField() Radios {
	value := p.Chosen
	if value == "" {
		value = map[bool]string{true: "yes", false: "no"}[p.Agrees]
	}
	return Radios{
		Name: "agrees", Legend: Legend{Text: "Do you agree that the region sees the people of your training hub?", Size: "m"}, Value: value, Error: p.Errors.Of("agrees"),
		Hint:  "It takes effect when every open training hub of the region agrees, and ends as soon as one no longer does.",
		Items: []Choice{{Value: "yes", Text: "Yes, people"}, {Value: "no", Text: "No, sums only"}},
	}
}

// ReasonField is why.
func (p *RegionSightPage) ReasonField() Input {
	return Input{Name: "reason", Label: Label{Text: "Reason"}, Hint: "For example, the data sharing agreement of 3 March. It is kept in the audit.", Value: p.Reason, Error: p.Errors.Of("reason")}
}

// Submit saves.
func (*RegionSightPage) Submit() Button { return Button{Text: "Save", Once: true} }

func init() {
	addSamples(func() []Sample {
		hub := countersign.Organisation{Code: "TH01", Name: "Leeds Training Hub", Kind: countersign.Hub}
		other := countersign.Organisation{Code: "TH03", Name: "York Training Hub", Kind: countersign.Hub, PeopleToRegion: true}
		const region = "North East and Yorkshire"
		sums := NewRegionSightPage(hub, region, []countersign.Organisation{hub, other})
		hub.PeopleToRegion = true
		people := NewRegionSightPage(hub, region, []countersign.Organisation{hub, other})
		wrong := NewRegionSightPage(hub, region, []countersign.Organisation{hub, other})
		wrong.Chosen = "no"
		var p countersign.Problems
		p.Add("reason", "Enter a reason")
		wrong.Fail(p.Err())
		return []Sample{{"region sight: sums", sums}, {"region sight: people", people}, {"region sight: refused", wrong}}
	})
}
